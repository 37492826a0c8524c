"""Forms of what happened and what was done: incidents, contacts, meetings, actions, tasks, notes."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import ActionState, Attribution, Dated, Details, Meeting, SaidBy, Sourced, Task
from hrd_cases.cases.forms.entry import Around, EntryForm, Group, Line, TimedForm
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    STORY,
    Lines,
    LooseDayField,
    Several,
    Somebody,
    listed,
    needs_words,
    not_to_come,
)
from hrd_cases.forms import NEEDED, Choice, Choices, DayField, Form, Radio, Text, offered, typed

INWARD = tuple(code for code in CODES["action"] if CODES.purpose_of(code) is None)


class IncidentForm(EntryForm):
    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("text", "when", "estimate", "place", "types", "other_type", "ended")),
        Group(_l("To whom, by whom"), ("victims", "other_victims", "perpetrator", "perpetrator_note", "link")),
        Group(_l("How we know"), ("verification", "evidence", "complaint", "complaint_note")),
        Group(_l("Who told us: only whoever holds the sources’ key reads this"), ("source_ids", "note")),
    )
    SEALED: ClassVar[frozenset[str]] = frozenset({"source_ids", "note"})
    types = Choices(_l("What kind"), choices=listed("incident"))
    other_type = Text(_l("Other: what"), [LINE])
    text = Lines(_l("What happened"), [NEEDED, STORY])
    when = LooseDayField(
        _l("When"),
        [Optional(), not_to_come],
        description=_l("A year alone, or month and year, if you know no better."),
    )
    estimate = BooleanField(_l("The date is an estimate"))
    place = Text(_l("Where"), [LINE])
    victims = Several(_l("To whom"), choices=[])
    other_victims = Text(_l("And to others"), [LINE])
    perpetrator = Choice(_l("By whom"), choices=listed("perpetrator", blank=True))
    perpetrator_note = Text(_l("More about them"), [LINE])
    link = Radio(_l("Linked to the defender’s work"), choices=listed("link"), default="unclear")
    verification = Radio(_l("How sure is it"), choices=listed("verification"), default="unverified")
    complaint = Choice(_l("Complaint"), choices=listed("complaint"), default="unknown")
    complaint_note = Text(_l("Where, and its number"), [LINE])
    evidence = Lines(_l("Evidence, and where it is kept"), [PARAGRAPH])
    ended = BooleanField(
        _l("It is over"),
        description=_l("A threat that holds, or a detention that lasts, keeps the risk up until it is over."),
    )
    source_ids = Several(_l("Who told us"), choices=[])
    note = Lines(_l("What would tell who told us"), [PARAGRAPH])

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        estimated = said.when is not None and said.when.precision == "estimate"
        return super().filled(said, sourced, around) | {"estimate": estimated}

    def offer(self, said: Details, around: Around) -> None:
        self.victims.among(around.people)
        if around.sources is None:
            del self.source_ids, self.note
        else:
            self.source_ids.among(around.sources)

    def validate_other_type(self, _field: Any) -> None:
        needs_words(self, "types", "other_type")

    def said(self, onto: Any) -> Any:
        incident = self._over(onto)
        when = incident.when
        if when is None:
            return incident
        precision = "estimate" if self.estimate.data else "day" if when.precision == "estimate" else when.precision
        return msgspec.structs.replace(incident, when=Dated(on=when.on, precision=precision))

    def sourced(self, before: Sourced | None) -> Sourced | None:
        """None without the key, and while nobody was ever named."""
        if "source_ids" not in self:
            return None
        said = self._over(before if isinstance(before, SaidBy) else SaidBy())
        return said if before is not None or said != SaidBy() else None


class ContactForm(TimedForm):
    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("when", "hour", "with_whom", "person_id", "channel", "text", "next_on")),
    )
    when = DayField(_l("When"), [not_to_come])
    with_whom = Radio(_l("With whom"), choices=listed("contact_with"))
    person_id = Somebody(_l("Who of those on file"), choices=[])
    channel = Choice(_l("How"), choices=listed("channel", blank=True))
    text = Lines(_l("What was said"), [STORY])
    next_on = DayField(_l("Next contact"), [Optional()])

    def offer(self, said: Details, around: Around) -> None:
        self.person_id.among(around.people)


class MeetingForm(TimedForm):
    """Under the Chatham House rule, who took part and who said what is sealed to the organiser alone, for good."""

    NEVER_SHOWN: ClassVar[frozenset[str]] = frozenset({"said_by"})
    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("when", "hour", "place", "substance", "chatham_house", "present", "said_by")),
    )
    when = DayField(_l("When"), [not_to_come])
    place = Text(_l("Where"), [LINE])
    substance = Lines(
        _l("What it was about, and what came out"),
        [NEEDED, STORY],
        description=_l("Under the Chatham House rule: write it so that nothing tells who said it."),
    )
    chatham_house = BooleanField(
        _l("Held under the Chatham House rule"),
        description=_l(
            "What was said may be used; who said it and who was there opens for you alone, "
            "for no colleague, in no list, search or print. A promise once given stays."
        ),
    )
    present = Lines(_l("Who took part"), [PARAGRAPH])
    said_by = Lines(
        _l("Who said what"), [STORY], description=_l("Only under the Chatham House rule: kept for you alone.")
    )

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        values = super().filled(said, sourced, around)
        if said.chatham_house and said.organiser_id == around.me:
            own = around.own(said)
            values |= {"present": own.present, "said_by": own.said}
        return values

    def offer(self, said: Details, around: Around) -> None:
        self._held = isinstance(said, Meeting) and said.chatham_house
        mine = isinstance(said, Meeting) and said.organiser_id == around.me
        if self._held or not mine:
            # What is kept opens for the organiser alone: nobody else can put a meeting under the rule.
            del self.chatham_house
        if not mine:
            del self.said_by
        if self._held and not mine:
            del self.present

    def validate_said_by(self, field: Any) -> None:
        if typed(field) and not self.under_the_rule:
            raise ValidationError(
                _("This is kept only under the Chatham House rule. Tick it, or write it into what came out.")
            )

    @property
    def under_the_rule(self) -> bool:
        return self._held or ("chatham_house" in self and bool(self.chatham_house.data))

    def said(self, onto: Any) -> Any:
        meeting = super().said(onto)
        if not self.under_the_rule or "present" not in self:
            return meeting
        own = self.around.keep(Attribution(present=typed(self.present), said=typed(self.said_by)))
        return msgspec.structs.replace(meeting, chatham_house=True, present="", organisers_own=own)

    def lines(self, hide: frozenset[str] = frozenset()) -> list[Line]:
        return super().lines(hide | {"present"} if self.under_the_rule else hide)


class ActionForm(TimedForm):
    """Something done inside the office. What goes outward has a page of its own: it passes the consent gate."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("kind", "state", "when", "hour", "addressee", "text", "answer", "next_on")),
    )
    kind = Choice(_l("What"), [NEEDED], choices=[])
    state = Radio(_l("Done?"), choices=[], default=ActionState.DONE.value)
    addressee = Text(_l("With whom, or to whom"), [LINE])
    text = Lines(_l("What exactly"), [STORY])
    answer = Lines(_l("Answer"), [PARAGRAPH])
    next_on = DayField(_l("Look after it on"), [Optional()])

    def offer(self, said: Details, around: Around) -> None:
        self.kind.choices = [offered("", ""), *(offered(code, CODES["action"].label(code, _)) for code in INWARD)]
        self.state.choices = [
            offered(one, CODES["action_state"].label(one, _)) for one in (ActionState.PLANNED, ActionState.DONE)
        ]

    def validate_when(self, field: Any) -> None:
        super().validate_when(field)
        if self.state.data == ActionState.DONE:
            not_to_come(self, field)


class TaskForm(EntryForm):
    what = Text(_l("What is to be done"), [NEEDED, LINE])
    for_id = Somebody(_l("Whose"), choices=[])
    due_on = DayField(_l("By when"), [Optional()])
    done = BooleanField(_l("It is done"))
    done_note = Text(_l("How it ended"), [LINE])

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        return super().filled(said, sourced, around) | {"done": said.done_at is not None}

    def offer(self, said: Details, around: Around) -> None:
        self.for_id.among(around.members)
        if isinstance(said, Task) and said.rule:
            del self.what
        if isinstance(said, Task) and said.waits_for_assessment:
            del self.done
        if isinstance(said, Task) and said.asks_the_file:
            del self.done, self.done_note

    def said(self, onto: Any) -> Any:
        task = self._over(onto)
        if "done" not in self:
            return task
        done_at = (task.done_at or self.around.now) if self.done.data else None
        return msgspec.structs.replace(task, done_at=done_at)


class NotNeededForm(Form):
    """A task of a rule that nothing in the file will end."""

    done_note = Text(_l("Not needed, because"), [NEEDED, LINE])


class NoteForm(EntryForm):
    text = Lines(_l("Note"), [NEEDED, STORY])
