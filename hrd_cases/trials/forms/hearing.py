"""Forms of a hearing: when it is and what describes it, what came of it, who goes, one act, what is prepared."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import InputRequired, Optional

from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import LINE, PARAGRAPH, STORY, Lines, Named, Somebody, needs_words
from hrd_cases.cases.forms.life import Perhaps
from hrd_cases.forms import AN_HOUR, Choice, DayField, Form, Hour, Radio, SentAlong, Text, offered, typed
from hrd_cases.offices.forms import zone_choices
from hrd_cases.trials import needs
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Observer, Preparation
from hrd_cases.trials.forms.proceeding import trial_listed
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.life import needs as needs_of
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.results import ADJOURNED, DATE, HELD, NONE_YET, NOTHING
from hrd_cases.trials.times import FIRST_YEAR, LAST_YEAR, When, set_for

WITHOUT_ACCOUNT = _l("A colleague who has no account here, or somebody of an embassy.")


# -- when


def parts() -> list[Any]:
    return [
        offered(Part.UNKNOWN.value, _("Not known")),
        offered(Part.MORNING.value, _("In the morning")),
        offered(Part.AFTERNOON.value, _("In the afternoon")),
    ]


def yes_no() -> list[Any]:
    return [offered("yes", _("Yes")), offered("no", _("No")), offered("unknown", _("Not known"))]


def same_or_another() -> list[Any]:
    """What sort of hearing the next one is; “other” is written on its own page."""
    known = CODES["hearing_type"].choices(_)
    return [offered("", _("The same")), *(offered(code, label) for code, label in known if code != "other")]


class WhenForm(EntryForm):
    """A day, an hour if somebody said it, else a part of the day; by the clocks of the court."""

    on = DayField(_l("Date"), [Optional()])
    hour = Hour(
        _l("Hour at the court"),
        description=_l("By the court’s clocks, for example %(hour)s. Leave it empty if you do not know.", hour=AN_HOUR),
    )
    part = Choice(_l("If no hour was said"), choices=parts)

    def validate_on(self, field: Any) -> None:
        if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("The year of this date cannot be right. Write the year in four digits."))

    def validate_hour(self, field: Any) -> None:
        if field.said is not None and self.on.data is None and not self.on.errors:
            raise ValidationError(_("There is an hour and no day. Give the day."))

    def when(self, zone: str) -> When | None:
        """None where no day was typed. Refused as `set_for`."""
        return set_for(self.on.data, zone, self.hour.said, Part(self.part.data)) if self.on.data is not None else None


def _whens(when: When) -> dict[str, Any]:
    """What stands in these fields of a date that is known."""
    return {"on": when.on, "hour": when.clock, "part": (when.part or Part.UNKNOWN).value}


def _zone() -> Choice:
    return Choice(
        _l("Clocks of the court"),
        [InputRequired(message=_l("Choose the zone of the place where the court sits."))],
        choices=[],
        description=_l("The hour is by the clocks there; by yours it is said on the hearing’s page."),
    )


# -- what describes it


class DescribeForm(EntryForm):
    """What describes a hearing. Its date, and who goes, change by acts."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("kind", "other_kind", "room", "court", "announced_closed")),
        Group(_l("For whoever goes"), ("defence_knows", "briefing")),
    )
    kind = Choice(_l("What sort of hearing"), choices=trial_listed("hearing_type"))
    other_kind = Text(_l("Other: what"), [LINE])
    room = Text(_l("Room"), [LINE])
    court = Text(_l("Court"), [LINE], description=_l("Only where it is another than the trial’s."))
    announced_closed = BooleanField(_l("The court announced that it is closed to the public"))
    defence_knows = Radio(_l("Does the defence know that somebody comes?"), choices=yes_no)
    briefing = Lines(
        _l("Briefing"),
        [STORY],
        description=_l("What whoever goes has to know: how to get in, whom to meet, what to look at, what not to say."),
    )

    def validate_other_kind(self, _field: Any) -> None:
        needs_words(self, "kind", "other_kind")


class ScheduleForm(WhenForm, DescribeForm):
    """A hearing that follows no other: what it is, when, and who goes if that is known."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("kind", "other_kind")),
        Group(_l("When"), ("on", "hour", "part", "zone")),
        Group(_l("Where"), ("room", "court", "announced_closed")),
        Group(_l("Who goes"), ("observer_id", "defence_knows", "briefing")),
    )
    kind = Choice(
        _l("What sort of hearing"),
        [InputRequired(message=_l("Choose what sort of hearing it is."))],
        choices=trial_listed("hearing_type", blank=True),
    )
    on = DayField(_l("Date"), [InputRequired(message=_l("Give the day."))])
    zone = _zone()
    observer_id = Somebody(_l("Who goes"), choices=[], description=_l("Leave it empty if nobody goes yet."))

    @classmethod
    def blank(cls, around: Around, zone: str) -> ScheduleForm:
        """As it stands before anybody types."""
        form = cls(made_from=str(uuid.uuid4()), zone=zone, part=Part.UNKNOWN.value, defence_knows="unknown")
        form.around = around
        form.zone.choices = zone_choices(zone)
        form.observer_id.among(around.members)
        return form

    def hearing(self) -> Hearing:
        """What was typed. Refused as `set_for`."""
        when = self.when(str(self.zone.data))
        assert when is not None  # noqa: S101 - the form asks for the day
        goes = self.observer_id.said
        observer = Observer(member_id=goes) if goes is not None else None
        blank = Hearing(when=when, kind="", observer=observer)
        said: Hearing = self._over(blank)
        return said


# -- what came of it


def whether() -> list[Any]:
    return [offered(HELD, _("Yes")), offered(ADJOURNED, _("No, it was adjourned"))]


def comes_next() -> list[Any]:
    return [
        offered(DATE, _("A new date")),
        offered(NONE_YET, _("No new date yet: somebody asks the court")),
        offered(NOTHING, _("No further hearing is expected")),
    ]


class ResultForm(WhenForm):
    """The short form. Its fields are those of `results.Came`."""

    HOW: ClassVar[tuple[str, ...]] = ("access", "accused", "counsel", "outcome", "other_outcome")
    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("happened",)),
        Group(_l("If it was held"), HOW),
        Group(_l("If it was adjourned"), ("reason",)),
        Group("", ("text",)),
        Group(_l("What comes next"), ("next", "on", "hour", "part", "new_kind")),
    )
    happened = Perhaps(_l("Was it held?"), choices=whether)
    access = Choice(_l("Was the observer let in?"), choices=trial_listed("observer_access", blank=True))
    accused = Choice(_l("Was the accused there?"), choices=yes_no)
    counsel = Choice(_l("Was their counsel there?"), choices=yes_no)
    outcome = Choice(_l("Outcome"), choices=trial_listed("hearing_outcome", blank=True))
    other_outcome = Text(_l("Other: what"), [LINE])
    reason = Choice(_l("Why it was adjourned"), choices=trial_listed("adjournment_reason", blank=True))
    text = Lines(
        _l("In a few words"), [PARAGRAPH], description=_l("If you chose “other” above, write here what it was.")
    )
    next = Perhaps(_l("What comes next?"), choices=comes_next)
    on = DayField(_l("New date"), [Optional()])
    new_kind = Choice(_l("What sort of hearing it then is"), choices=same_or_another)

    def validate_other_outcome(self, _field: Any) -> None:
        if typed(self.happened) != ADJOURNED:
            needs_words(self, "outcome", "other_outcome")


# -- who goes


class Goes(Perhaps):
    """One colleague, or somebody who is written below."""

    def among(self, people: Named) -> None:
        known = [offered(str(one), name) for one, name in people]
        self.choices = [*known, offered("", _("Nobody of them"))]

    @property
    def said(self) -> uuid.UUID | None:
        return uuid.UUID(self.data) if self.data else None


class GoesForm(Form):
    """Who goes, and who stands by."""

    made_from = SentAlong("")
    member_id = Goes(_l("A colleague of the office"), choices=[])
    name = Text(_l("Or somebody else, by name"), [LINE], description=WITHOUT_ACCOUNT)
    embassy = Text(_l("Of which embassy"), [LINE])
    backup_id = Somebody(_l("A colleague of the office"), choices=[])
    backup_name = Text(_l("Or somebody else, by name"), [LINE], description=WITHOUT_ACCOUNT)
    backup_embassy = Text(_l("Of which embassy"), [LINE])

    @classmethod
    def of(cls, said: Hearing, made_from: uuid.UUID, colleagues: Named) -> GoesForm:
        found = list(colleagues)
        form = cls(made_from=str(made_from), **_who(said.observer, ""), **_who(said.backup, "backup_"))
        form.member_id.among(found)
        form.backup_id.among(found)
        return form

    def observer(self) -> Observer | None:
        return _observer(self.member_id, self.name, self.embassy)

    def backup(self) -> Observer | None:
        return _observer(self.backup_id, self.backup_name, self.backup_embassy)

    def validate_name(self, _field: Any) -> None:
        _one_of(self.member_id, self.name, self.embassy)

    def validate_backup_name(self, _field: Any) -> None:
        _one_of(self.backup_id, self.backup_name, self.backup_embassy)


def _who(observer: Observer | None, prefix: str) -> dict[str, Any]:
    """What stands in these fields. Whoever was asked by a share is chosen by it alone."""
    if observer is None or observer.share_id is not None:
        return {}
    chosen = "member_id" if not prefix else f"{prefix}id"
    return {
        chosen: str(observer.member_id or ""),
        f"{prefix}name": observer.name,
        f"{prefix}embassy": observer.embassy,
    }


def _observer(member: Any, name: Any, embassy: Any) -> Observer | None:
    if member.said is not None:
        return Observer(member_id=member.said)
    written = typed(name), typed(embassy)
    return Observer(name=written[0], embassy=written[1]) if any(written) else None


def _one_of(member: Any, *written: Any) -> None:
    if member.data and any(typed(one) for one in written):
        raise ValidationError(_("A colleague is chosen, and somebody else is written. Leave one of them empty."))


# -- one act

_FIELDS: dict[needs.Need, tuple[str, ...]] = {needs.Need.NEW_DATE: ("on", "hour", "part", "zone")}
_REASONS = {Act.CANCEL: "cancel_reason"}
"""The list from which the reason of an act is chosen; where there is none, it is written."""
_TELLS = (Act.MOVE, Act.DECLINE, Act.WITHDRAW)
"""What may be said with an act that asks for no reason."""


class ActsForm(WhenForm):
    """Every field that an act may ask for; `asking` leaves those of one."""

    reason = Choice(_l("Why"), choices=[])
    note = Lines(_l("Why"), [PARAGRAPH])
    zone = _zone()
    new_kind = Choice(_l("What sort of hearing it then is"), choices=same_or_another)

    @classmethod
    def asking(cls, said: Hearing, act: Act, made_from: uuid.UUID, around: Around) -> ActsForm:
        """With the fields that this act needs in the state the hearing is in."""
        form = cls(
            made_from=str(made_from),
            zone=said.when.zone,
            **(_whens(said.when) if act is Act.MOVE else {"part": "unknown"}),
        )
        form.around = around
        asked = needs_of(State(said.state), act)
        wanted = {"made_from", *(name for need in asked for name in _FIELDS.get(need, ()))}
        wanted |= {"new_kind"} if act is Act.SET_NEXT else set()
        listed = _REASONS.get(act)
        if needs.Need.REASON in asked or act in _TELLS:
            wanted |= {"note"} | ({"reason"} if listed else set())
        for name in [field.short_name for field in form]:
            if name not in wanted:
                del form[name]
        form._choices(said, listed, optional=act in _TELLS or bool(listed))
        return form

    def _choices(self, said: Hearing, listed: str | None, *, optional: bool) -> None:
        if "zone" in self:
            self.zone.choices = zone_choices(said.when.zone)
        if listed:
            self.reason.choices = trial_listed(listed, blank=True)()
            self.note.label.text = _("More about it")
        if "note" in self:
            self.note.flags.optional = optional

    def new(self) -> When | None:
        return self.when(str(self.zone.data)) if "on" in self else None


class ChaseForm(Form):
    """The court was asked, and has no new date yet."""

    made_from = SentAlong("")
    on = DayField(_l("Ask again on"), [InputRequired(message=_l("Give the day."))])
    note = Lines(_l("What the court said"), [PARAGRAPH])


# -- preparation


class PrepareForm(Form):
    """Something more to prepare."""

    made_from = SentAlong("")
    kind = Choice(
        _l("What"),
        [InputRequired(message=_l("Choose what has to be prepared."))],
        choices=trial_listed("preparation", blank=True),
    )
    other_kind = Text(_l("Other: what"), [LINE])
    for_id = Somebody(_l("Who does it"), choices=[])
    due_on = DayField(_l("By when"), [Optional()])

    @classmethod
    def among(cls, colleagues: Named) -> PrepareForm:
        form = cls(made_from=str(uuid.uuid4()))
        form.for_id.among(colleagues)
        return form

    def validate_other_kind(self, _field: Any) -> None:
        needs_words(self, "kind", "other_kind")

    def said(self, hearing_id: uuid.UUID) -> Preparation:
        return Preparation(
            hearing_id=hearing_id,
            kind=typed(self.kind),
            other_kind=typed(self.other_kind),
            for_id=self.for_id.said,
            due_on=self.due_on.data,
        )


class TickForm(Form):
    """It is done, or after all it is not."""

    made_from = SentAlong("")
    note = Lines(_l("What came of it"), [PARAGRAPH])
