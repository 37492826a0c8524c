"""Forms of consent: one conversation for every purpose, and what goes outward."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.codes import CODES, PURPOSES
from hrd_cases.cases.consent import Speaker
from hrd_cases.cases.conversations import Voice
from hrd_cases.cases.details import ActionState, Answer, Details, Person
from hrd_cases.cases.forms.entry import Around, TimedForm
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    STORY,
    Lines,
    Somebody,
    listed,
    not_to_come,
)
from hrd_cases.cases.forms.life import Perhaps
from hrd_cases.forms import NEEDED, Choice, DayField, Radio, Text, offered, typed
from hrd_cases.offices.words import language

OUTWARD = tuple(code for code in CODES["action"] if CODES.purpose_of(code) is not None)
NOT_ASKED, IMPOSSIBLE = "not_asked", "impossible"


def _answers() -> list[Any]:
    said = (
        ("given", _("Yes")),
        ("refused", _("No")),
        (NOT_ASKED, _("Not asked")),
        (IMPOSSIBLE, _("Could not be asked")),
    )
    return [offered(state, label) for state, label in said]


_ANSWERS = tuple(f"answer_{purpose}" for purpose in PURPOSES)
_VOICE = ("can_speak", "cannot_speak", "cannot_speak_since")
FOR_THEM = (Speaker.FAMILY, Speaker.LAWYER)
"""Who speaks for somebody only while they cannot: of these it is asked whether they can."""


def _can_speak() -> list[Any]:
    return [offered("yes", _("Yes")), offered("no", _("No")), offered("unknown", _("Not known"))]


class ConversationForm(TimedForm):
    """Who spoke, when, how: once. Then an answer for each purpose (`answer_<purpose>`), added below.

    Whoever spoke and is not on file yet is put there with the conversation: `newcomer`.
    """

    first = (
        *("speaker_id", "new_name", "new_relation", "standing", *_VOICE, "when", "hour", "channel", "language"),
        *("told_of_recording", *_ANSWERS, "reason", "note"),
    )
    speaker_id = Somebody(_l("Who spoke"), choices=[])
    new_name = Text(_l("Their name"), [LINE])
    new_relation = Text(_l("What they are to the defender"), [LINE], description=_l("For example: her sister."))
    standing = Perhaps(
        _l("They spoke as"),
        choices=listed("speaker"),
        description=_l("Where nobody could be asked: whom you tried to ask."),
    )
    can_speak = Perhaps(
        _l("Can the defender speak for themselves now?"),
        choices=_can_speak,
        description=_l(
            "Only where family or a lawyer speaks for them: what they say counts only while the person cannot."
        ),
    )
    cannot_speak = Text(
        _l("If not: why not"), [LINE], description=_l("For example: held without contact. It is written on the person.")
    )
    cannot_speak_since = DayField(_l("Since when they cannot"), [Optional(), not_to_come])
    when = DayField(_l("When"))
    channel = Choice(_l("How"), choices=listed("channel", blank=True))
    language = Choice(_l("Language"), choices=[])
    told_of_recording = BooleanField(
        _l("They were told that we keep a file about them, and that they may see it, correct it or ask to end it")
    )
    reason = Lines(_l("Why asking was impossible"), [PARAGRAPH])
    note = Lines(_l("Anything else they said"), [STORY])

    @classmethod
    def filled(cls, said: Any, sourced: Any, around: Around) -> dict[str, Any]:
        stored = {f"answer_{one.purpose}": _shown(one.state) for one in said.answers}
        reason = next((one.reason for one in said.answers if one.reason), "")
        return super().filled(said, sourced, around) | stored | cls._voice_of(around.whose) | {"reason": reason}

    @staticmethod
    def _voice_of(whose: Person | None) -> dict[str, Any]:
        """What the file says of whether they can speak."""
        if whose is None or not whose.cannot_speak:
            return {}
        since = whose.cannot_speak_since
        return {"can_speak": "no", "cannot_speak": whose.cannot_speak, "cannot_speak_since": since}

    def offer(self, said: Details, around: Around) -> None:
        self.speaker_id.among(around.people)
        self._defender = str(around.defender or "")
        self._known = {name.casefold() for _id, name in around.people}
        self._asks = around.whose is not None and around.whose.died_on is None
        if not self._asks:
            del self.can_speak, self.cannot_speak, self.cannot_speak_since

    @property
    def voice(self) -> Voice | None:
        """Whether they can speak, as whoever speaks for them knows; None where nobody said anything of it."""
        if not self._asks or self.standing.data not in FOR_THEM or self.can_speak.data not in ("yes", "no"):
            return None
        if self.can_speak.data == "yes":
            return Voice("")
        return Voice(typed(self.cannot_speak), self.cannot_speak_since.data)

    def validate_can_speak(self, field: Any) -> None:
        if self.standing.data in FOR_THEM and not field.data and not field.errors:
            raise ValidationError(_("Say whether they can speak for themselves now, or that it is not known."))

    def validate_cannot_speak(self, field: Any) -> None:
        if self.standing.data in FOR_THEM and self.can_speak.data == "no" and not typed(field):
            raise ValidationError(_("Write why they cannot speak for themselves."))

    @property
    def names_newcomer(self) -> bool:
        return bool(typed(self.new_name) or typed(self.new_relation))

    def newcomer(self) -> Person | None:
        """Who spoke, if they are not on file yet."""
        if not self.names_newcomer:
            return None
        name = typed(self.new_name)
        role = "lawyer" if self.standing.data == Speaker.LAWYER else "family"
        return Person(role=role, names=(name,) if name else (), relation=typed(self.new_relation))

    def validate_new_name(self, field: Any) -> None:
        if not self.names_newcomer:
            return
        if self.speaker_id.data:
            raise ValidationError(_("Somebody on file is chosen and somebody new is named: take one of them away."))
        if typed(field).casefold() in self._known:
            raise ValidationError(_("Somebody of this name is on file already: choose them above."))
        if self.standing.data == Speaker.SELF:
            raise ValidationError(_("Only the defender speaks for themselves. Say as who this person spoke."))

    def validate_speaker_id(self, field: Any) -> None:
        """Whoever speaks for themselves is the defender; whoever speaks for them is somebody else on file."""
        themselves = self.standing.data == Speaker.SELF
        if themselves and field.data not in ("", None, self._defender):
            raise ValidationError(_("Only the defender speaks for themselves. Say as who this person spoke."))
        named = bool(field.data) or self.names_newcomer
        if self.standing.data and not themselves and (not named or field.data == self._defender):
            raise ValidationError(_("Choose who spoke for them. Whoever is not on file yet is named below."))

    def speaking(self, codes: Iterable[str]) -> None:
        """Languages to choose from, the office's first."""
        self.language.choices = [offered("", ""), *(offered(code, language(code)) for code in codes)]

    def validate_standing(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Say as who they spoke."))

    def validate_when(self, field: Any) -> None:
        super().validate_when(field)
        if self.lies_ahead() == "when":
            raise ValidationError(_("This day is still to come."))

    def validate_hour(self, _field: Any) -> None:
        if self.lies_ahead() == "hour":
            raise ValidationError(_("This hour is still to come. Record the conversation when it has been held."))

    def answers(self) -> list[tuple[str, Any]]:
        """(purpose, its field), in order."""
        return [(purpose, self[f"answer_{purpose}"]) for purpose in PURPOSES]

    def said(self, onto: Any) -> Any:
        before = {one.purpose: one.state for one in onto.answers}
        answers = tuple(
            Answer(
                purpose=purpose,
                state=_kept(before.get(purpose, ""), field.data),
                reason=typed(self.reason) if field.data == IMPOSSIBLE else "",
            )
            for purpose, field in self.answers()
            if field.data and field.data != NOT_ASKED
        )
        said = super().said(onto)
        if said.standing == Speaker.SELF and self._defender:
            said = msgspec.structs.replace(said, speaker_id=uuid.UUID(self._defender))
        return msgspec.structs.replace(said, answers=answers)


for _purpose, _name in zip(PURPOSES, _ANSWERS, strict=True):
    setattr(
        ConversationForm,
        _name,
        Perhaps(CODES["purpose"].labels[_purpose], choices=_answers, default=NOT_ASKED),
    )


def _shown(state: str) -> str:
    """A no is one answer, whether it was the first word or took a yes back."""
    return "refused" if state == "withdrawn" else state


def _kept(before: str, answered: str) -> str:
    return "withdrawn" if before == "withdrawn" and answered == "refused" else answered


class _DoneForm(TimedForm):
    """What was done cannot lie ahead: said at the day, or at the hour."""

    state = Radio(_l("Done?"), choices=[])

    def validate_when(self, field: Any) -> None:
        super().validate_when(field)
        self._check_past("when")

    def validate_hour(self, _field: Any) -> None:
        self._check_past("hour")

    def _check_past(self, name: str) -> None:
        if "state" in self and self.state.data == ActionState.DONE and self.lies_ahead() == name:
            raise ValidationError(_("What was done cannot lie ahead. Correct it, or choose “Planned”."))


class OutwardForm(_DoneForm):
    """Something that goes outward, done or planned."""

    first = ("kind", "state", "addressee", "when", "hour", "text", "still_wanted", "next_on", "together", "emergency")

    kind = Choice(_l("What"), choices=[])
    state = Radio(_l("Done?"), choices=[], default=ActionState.PLANNED.value)
    addressee = Text(_l("To whom, or with whom"), [NEEDED, LINE])
    text = Lines(_l("What exactly"), [STORY])
    next_on = DayField(_l("Look after it on"), [Optional()])
    still_wanted = Lines(
        _l("Still wanted? How do you know?"),
        [PARAGRAPH],
        description=_l("Their consent was given some time ago."),
    )
    together = BooleanField(
        _l("Nobody can be asked, and life is in danger: I propose that two of us act"),
        description=_l("A second member of the office has to join; the head confirms it afterwards."),
    )
    emergency = Lines(_l("Why nobody can be asked, and what the danger is"), [PARAGRAPH])
    allowed: frozenset[str] = frozenset()

    def may(self, allowed: Iterable[str]) -> None:
        """What there is to choose, apart: what consent was given for, and what it was not."""
        given, rest = _("They agreed to this"), _("They have not agreed to this")
        known = self.allowed = frozenset(allowed)
        first = [offered(one, CODES["action"].label(one, _), given) for one in OUTWARD if one in known]
        then = [offered(one, CODES["action"].label(one, _), rest) for one in OUTWARD if one not in known]
        self.kind.choices = [offered("", "", given if first else rest), *first, *then]

    def validate_kind(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Choose what it is."))

    def validate_state(self, field: Any) -> None:
        alone = typed(self.kind) in self.allowed
        if field.data == ActionState.DONE and not alone and "together" in self and self.together.data:
            raise ValidationError(_("It is not done before a second member has joined: choose “Planned”."))

    def offer(self, said: Details, around: Around) -> None:
        self.state.choices = [
            offered(one, CODES["action_state"].label(one, _)) for one in (ActionState.PLANNED, ActionState.DONE)
        ]


CARRIED_ON: dict[str, tuple[ActionState, ...]] = {
    ActionState.PROPOSED: (ActionState.PROPOSED, ActionState.STOPPED),
    ActionState.PLANNED: (ActionState.PLANNED, ActionState.DONE, ActionState.STOPPED),
}
"""What may become of an action; of one that was done or stopped only the answer is noted."""


class CarryOnForm(_DoneForm):
    """What became of something planned."""

    first = ("state", "when", "hour", "still_wanted", "stopped_because", "answer", "next_on")

    state = Radio(_l("What became of it"), choices=[])
    answer = Lines(_l("Answer"), [PARAGRAPH])
    next_on = DayField(_l("Look after it on"), [Optional()])
    still_wanted = Lines(
        _l("Still wanted? How do you know?"),
        [PARAGRAPH],
        description=_l("Their consent was given some time ago."),
    )
    stopped_because = Lines(_l("Why it was stopped"), [PARAGRAPH])

    def offer(self, said: Any, around: Around) -> None:
        states = CARRIED_ON.get(said.state, ())
        self._offer_states(states)
        if not states:
            del self.state, self.stopped_because
        if said.state != ActionState.PLANNED:
            del self.when, self.hour, self.still_wanted
        if said.waits_for_second:
            del self.answer, self.next_on

    def only_no(self) -> None:
        """For whoever can join: that has its own page, and here they can only say no."""
        self._offer_states((ActionState.STOPPED,))

    def _offer_states(self, states: tuple[ActionState, ...]) -> None:
        self.state.choices = [offered(one, CODES["action_state"].label(one, _)) for one in states]

    def said(self, onto: Any) -> Any:
        return super().said(onto) if "when" in self else self._over(onto)
