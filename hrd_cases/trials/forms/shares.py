"""Forms of shares: what is given, to whom, until when; taken back, extended; accepted and declined."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.validators import InputRequired

from hrd_cases.cases.forms.fields import LINE, PARAGRAPH, STORY, Lines, Named, Several
from hrd_cases.errors import Refused
from hrd_cases.forms import Choices, DayField, Form, Radio, SentAlong, Text, in_words, needed, offered, typed
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.trials.shares.offering import Asked
from hrd_cases.trials.shares.rules import ShareEntry, SharePart
from hrd_cases.trials.shares.seen import Chosen
from hrd_cases.trials.shares.words import PART

SEND, CHANGE = "send", "change"
"""Of the form's acts; any other is to look at what they would see."""
_ENDS = _l("It ends with the week of this day, on Sunday at midnight (UTC).")


def _parts() -> list[Any]:
    return [offered(part.value, PART[part]) for part in SharePart]


class PressForm(Form):
    """Which button of it was pressed."""

    act = SentAlong()


class ShareForm(PressForm):
    """With whom, for whom, which parts, until when. First it is looked at as they will see it, then it is sent."""

    made_from = SentAlong()
    seen = SentAlong()
    office_id = Radio(_l("Share it with"), [InputRequired(message=_l("Choose with whom it is shared."))], choices=[])
    files = Several(_l("For whom"), choices=[])
    parts = Choices(_l("What they see beside when and where"), choices=_parts)
    briefing = Lines(
        _l("Briefing for them"),
        [STORY],
        description=_l("Whom to ask for, where to sit, what to listen for. Write nothing that they need not know."),
    )
    do_no_harm = Lines(
        _l("What they should not do"),
        [PARAGRAPH],
        description=_l("For example: not greet the family, not be photographed with them."),
    )
    until_on = DayField(
        _l("Until when"),
        [InputRequired(message=_l("Give the day."))],
        description=_ENDS,
    )
    still_wanted = Lines(_l("Still wanted? How do you know?"), [PARAGRAPH])

    def among(self, offices: Named, files: Named) -> None:
        self.office_id.choices = [offered(str(one), name) for one, name in offices]
        self.files.among(files)

    def knows(
        self, asked: Sequence[Asked], kinds: Mapping[uuid.UUID, OfficeKind], until: Callable[[date], object]
    ) -> None:
        """What its fields are held against: what the gate says of each file, which kind each office is, and `until`,
        which refuses a day that it cannot end on.
        """
        self._asked, self._kinds, self._until = asked, {str(one): kind for one, kind in kinds.items()}, until

    @property
    def to_embassies(self) -> bool:
        """Can it be shared with one?"""
        return OfficeKind.EMBASSY in self._kinds.values()

    def begin(self, until: date, made_from: uuid.UUID, before: ShareEntry | None = None) -> None:
        """As the page opens. Nothing of a person is ticked: in haste nothing goes out that nobody chose. The briefing
        is their own: the office's may say what stays inside. `before`: what was chosen for the hearing before, of which
        only those are ticked who still agree.
        """
        self.made_from.data = str(made_from)
        self.until_on.process_data(until)
        if before is None:
            return
        self.office_id.data = str(before.office_id)
        agree = {one.case.id for one in self._asked if one.refusal(before.kind) is None}
        self.files.data = [str(one) for one in before.files if one in agree]
        self.parts.data = list(before.parts)
        self.briefing.data, self.do_no_harm.data = before.shared.briefing, before.shared.do_no_harm

    # -- refused at the field that is wrong

    def validate_until_on(self, field: Any) -> None:
        _check_day(field, self._until)

    def validate_files(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose for whom it is shared."))
        said = [_why_not(one, kind) for one, kind in self._wanted()]
        if any(said):
            raise ValidationError(" ".join(filter(None, said)))

    def validate_still_wanted(self, field: Any) -> None:
        if not typed(field) and any(one.asks_of(kind) for one, kind in self._wanted()):
            raise ValidationError(_("Write how you know, or ask them again."))

    def _wanted(self) -> list[tuple[Asked, OfficeKind]]:
        """The files that are ticked, each with the kind of the office that is chosen."""
        kind, ticked = self._kinds.get(self.office_id.data or ""), set(self.files.data or ())
        return [(one, kind) for one in self._asked if kind is not None and str(one.case.id) in ticked]

    def chosen(self) -> Chosen:
        assert self.until_on.data is not None  # noqa: S101 - the form asked for it
        return Chosen(
            office_id=uuid.UUID(self.office_id.data),
            files=self.files.said,
            parts=tuple(self.parts.data or ()),
            until_on=self.until_on.data,
            briefing=typed(self.briefing),
            do_no_harm=typed(self.do_no_harm),
            still_wanted=typed(self.still_wanted) if "still_wanted" in self else "",
        )


class RevokeForm(Form):
    reason = Lines(_l("Why it is taken back"), [PARAGRAPH], description=_l("For your office. They are not told why."))


class WhyForm(Form):
    """Written afterwards."""

    reason = Lines(
        _l("Why it was taken back"),
        [needed(_l("Write why it was taken back.")), PARAGRAPH],
        description=_l("For your office. They are not told why."),
    )


class ExtendForm(Form):
    until_on = DayField(
        _l("Until when"),
        [InputRequired(message=_l("Give the day."))],
        description=_ENDS,
    )
    still_wanted = Lines(_l("Still wanted? How do you know?"), [PARAGRAPH])

    def knows(self, asked: Sequence[Asked], kind: OfficeKind, until: Callable[[date], object]) -> None:
        """What its fields are held against: those for whom it is shared, with which kind of office, and `until`, which
        refuses a day that it cannot end on.
        """
        self._asked, self._kind, self._until = asked, kind, until

    def validate_until_on(self, field: Any) -> None:
        _check_day(field, self._until)

    def validate_still_wanted(self, field: Any) -> None:
        said = [_why_not(one, self._kind) for one in self._asked]
        if any(said):
            raise ValidationError(" ".join(filter(None, said)))
        if not typed(field) and any(one.asks_of(self._kind) for one in self._asked):
            raise ValidationError(_("Write how you know, or ask them again."))


def _check_day(field: Any, until: Callable[[date], object]) -> None:
    if field.data is None:
        return
    try:
        until(field.data)
    except Refused as refused:
        raise ValidationError(" ".join(in_words(refused))) from refused


def _why_not(one: Asked, kind: OfficeKind) -> str:
    """Why nothing is shared for somebody with such an office; "" where it may be."""
    why = one.refusal(kind)
    return f"{one.name}: {' '.join(in_words(why))}" if why is not None else ""


class RenewForm(Form):
    """After the preview; `seen` is its digest."""

    seen = SentAlong()
    still_wanted = Lines(_l("Still wanted? How do you know?"), [PARAGRAPH])


class ReadForm(Form):
    """A press after reading; `number` is the version that was read."""

    number = SentAlong()


class AcceptForm(ReadForm):
    """Somebody goes."""

    who = Text(
        _l("Who comes?"),
        [LINE],
        description=_l("The name, as the office and the court should know it. The office that shared it reads it."),
    )


class DeclineForm(ReadForm):
    reason = Lines(
        _l("Why nobody comes"), [PARAGRAPH], description=_l("The office reads it, and looks for somebody else.")
    )


def number_of(form: ReadForm) -> int:
    """The version that was read; 0, which no share has, for what is none."""
    try:
        return uuid.UUID(typed(form.number)).int
    except ValueError:
        return 0


def as_read(number: int) -> str:
    """A version as its page sends it along: for machines, so that nobody is told of it as of something they typed."""
    return str(uuid.UUID(int=number))
