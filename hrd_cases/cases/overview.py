"""What the page of a case file shows, drawn from the file for one member: it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Due
from hrd_cases.cases import chatham, clocks, consent, consent_gate, facts, risk, steps
from hrd_cases.cases.brought import Part, parts_of
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.closing import DECISIONS
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.destination import zone_of_office
from hrd_cases.cases.details import (
    Action,
    ActionState,
    Attribution,
    Contact,
    Conversation,
    Incident,
    Meeting,
    Person,
    Profile,
    SaidBy,
    Source,
    SourceMark,
    Task,
    Way,
)
from hrd_cases.cases.dues import Place, dues_of, kinds
from hrd_cases.cases.file import File
from hrd_cases.cases.life import IN_HAND, UNDERWAY, Act, Offer, State
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.telling import deciders
from hrd_cases.cases.words import dated, detention, headline, kind_of, who
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Sentence, Tampered
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office
from hrd_cases.pages import day

LAST_EVENTS, LAST_WORDS = 3, 3
"""How many events the page tells of, and beside them of conversations about consent and of what was stopped."""
NEXT_DATES = 5
ENDS_WORK = (Act.REST, Act.ASK_CLOSE, Act.CLOSE, Act.REJECT)
Failed = Callable[[str, object], None]
"""Told of what failed its check: what it is, and its id."""


class Reach(NamedTuple):
    """Somebody and how to reach them: safe ways first; what never to do stands apart."""

    id: uuid.UUID
    person: Person
    ways: tuple[Way, ...]
    never: tuple[Way, ...]


class Happened(NamedTuple):
    """An incident, contact, meeting, action or conversation in a line. `at` sorts it, `when` says when, as well as it
    is known; `of_consent`: it stands on the page of consent.
    """

    id: uuid.UUID
    at: datetime
    when: str
    words: str
    of_consent: bool = False


class Known(NamedTuple):
    """A source: the mark on the file, and who it is for whoever holds the key, unless that failed its check.
    `doubtful`: a correction failed it, and this is older than what was last said of them."""

    standing: Standing[SourceMark]
    source: Source | None
    failed: bool
    doubtful: bool


class ForThem(NamedTuple):
    """What somebody answered for the defender to some purposes. `yes`: what they answered; `name`: who it was."""

    yes: bool
    purposes: tuple[str, ...]
    said: Conversation
    name: str


class Consents(NamedTuple):
    """Purposes by what stands for them. `may`, `may_not`: the defender's own word; `for_them`: that of whoever speaks
    for them, where it counts; `uncounted`: where it does not, and `why_uncounted`.
    """

    may: tuple[str, ...]
    may_not: tuple[str, ...]
    for_them: tuple[ForThem, ...]
    uncounted: tuple[ForThem, ...]
    why_uncounted: consent_gate.Said | None
    impossible: tuple[str, ...]
    not_asked: tuple[str, ...]
    can_be_asked: tuple[str, ...]
    """Of those not asked: asking was impossible once, and somebody spoke with them since."""
    ask_again: tuple[str, ...]
    not_now: tuple[str, ...]
    """They agreed, and the gate lets nothing through all the same; `why` says why, and what to do."""
    why: consent_gate.Said | None
    asked: bool
    """Somebody was asked about something, whether it counts or not."""


@dataclass
class Sheet:
    """Everything an officer needs to know of a file. `failed` is told of what failed its check."""

    session: Session
    by: Visitor
    file: File
    failed: Failed
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _failed: set[uuid.UUID] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.by.today

    @property
    def profile(self) -> Profile:
        return self.file.profile

    @property
    def state(self) -> State:
        return self.file.state(self.today)

    @cached_property
    def zone(self) -> str:
        """The zone of the office that has the file: its clocks run there."""
        office = self.session.get(Office, self.file.case.office_id)
        return office.zone if office is not None else self.by.zone

    @cached_property
    def clock(self) -> Acknowledgement | None:
        """Until when somebody has to take the file, while nobody has."""
        row = self.session.get(Acknowledgement, self.file.case.id)
        waits = row is not None and row.acknowledged_at is None and self.state is State.ROUTED
        return row if waits else None

    @cached_property
    def offers(self) -> list[Offer]:
        return steps.offers(self.by, self.file)

    @property
    def over(self) -> bool:
        """Nobody looks after the file any more: nothing comes next."""
        return self.file.case.state not in UNDERWAY

    @property
    def in_hand(self) -> bool:
        """Somebody has taken it and looks after it: it is assessed, and something may be done for the defender."""
        return self.state in IN_HAND

    @property
    def acts(self) -> list[Offer]:
        """What comes next in its life. What ends the work on it comes last, and a closing has a page for the head."""
        return [offer for offer in self.offers if offer.act not in (*DECISIONS, *ENDS_WORK)]

    @property
    def last_acts(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.act in ENDS_WORK]

    @property
    def past(self) -> bool:
        """What the file says of danger is none now: it is over, or the defender died and nothing was assessed since."""
        return self.over or (self.file.died is not None and self.file.danger is None)

    @property
    def held(self) -> str:
        """That the defender is held, and who cannot see them; "" of the dead, and where the file ended."""
        return "" if self.past or self.file.died is not None else detention(self.profile)

    @property
    def decides_closing(self) -> bool:
        """Is it this member's to decide on the closing that somebody asked for?"""
        return any(offer.act in DECISIONS for offer in self.offers)

    @cached_property
    def deciders(self) -> list[uuid.UUID]:
        """For whom a closing waits that somebody asked for."""
        asked = self.file.asked_to_close
        return (
            sorted(deciders(self.by, self.file.case, self.now) - {asked.entry.author_id}) if asked is not None else []
        )

    # -- how to reach safely, and what never to do

    @cached_property
    def reached(self) -> list[Reach]:
        """The defender first, then whoever else can be reached."""
        people = sorted(self.file.people, key=lambda one: one.said.role != "defender")
        found = [_reach(one) for one in people]
        return [one for one in found if one.person.role == "defender" or one.ways or one.never or one.person.never]

    @property
    def knows_a_way(self) -> bool:
        return any(one.ways for one in self.reached)

    # -- how it stands

    @cached_property
    def below_floor(self) -> tuple[Sentence, ...]:
        """Why the level has come to lie too low; () if it does not."""
        standing = None if self.past else self.file.danger
        if standing is None:
            return ()
        found = risk.below_floor(risk.Level(standing.said.level), facts.risk_facts(self.file))
        return found.because if found is not None and not standing.said.below_floor else ()

    @cached_property
    def dues(self) -> list[Due]:
        """What comes next, the soonest first; tasks, the next step and decisions stand by themselves."""
        zone = zone_of_office(self.session, self.file.case.office_id)
        elsewhere = ("task", "next", *kinds(Place.DECISION, Place.NEWS))
        beside = self.file.brought.beside if self.file.case.state in UNDERWAY else ()
        found = [due for due in (*dues_of(self.file, self.clock, zone), *beside) if due.kind not in elsewhere]
        return sorted(found, key=lambda due: due.on)[:NEXT_DATES]

    @cached_property
    def parts(self) -> list[Part]:
        """What other rooms show of the file."""
        return parts_of(self.session, self.by, self.file)

    @property
    def planned(self) -> bool:
        """Something is to be done, though nobody wrote a next step."""
        return any(due.kind in ("planned", "action") or due.within_id is not None for due in self.dues)

    @cached_property
    def consents(self) -> Consents:
        said = facts.conversations(self.file)
        judged = {purpose: facts.judged(self.file, purpose, self.now, said=said) for purpose in PURPOSES}
        by_state: dict[consent.State, list[str]] = {state: [] for state in consent.State}
        for purpose, decision in judged.items():
            by_state[decision.stand.state].append(purpose)
        given, not_asked = by_state[consent.State.GIVEN], by_state[consent.State.NOT_ASKED]
        held_up = {purpose: judged[purpose] for purpose in given if not judged[purpose].allowed}
        why = next(((one.reason, one.instead) for one in held_up.values()), None)
        no = by_state[consent.State.REFUSED] + by_state[consent.State.WITHDRAWN]
        others = {
            purpose: one.stand.conversation
            for purpose, one in judged.items()
            if purpose in (*given, *no) and purpose not in held_up and _by_another(one.stand.conversation)
        }
        lapsed = {purpose: one.stand.uncounted for purpose, one in judged.items() if one.stand.lapsed}
        return Consents(
            may=tuple(purpose for purpose in given if purpose not in held_up and purpose not in others),
            may_not=tuple(purpose for purpose in no if purpose not in others),
            for_them=self._for_them(said, others),
            uncounted=self._for_them(said, lapsed),
            why_uncounted=next(((judged[one].reason, judged[one].instead) for one in lapsed), None),
            asked=any(one.answers for one in said),
            impossible=tuple(by_state[consent.State.IMPOSSIBLE]),
            not_asked=tuple(one for one in not_asked if judged[one].stand.tried is None and one not in lapsed),
            can_be_asked=tuple(one for one in not_asked if judged[one].stand.tried is not None),
            ask_again=tuple(purpose for purpose, one in judged.items() if _review_is_due(one, self.today)),
            not_now=tuple(held_up),
            why=why,
        )

    def _for_them(
        self, said: list[consent.Conversation], words: Mapping[str, consent.Conversation | None]
    ) -> tuple[ForThem, ...]:
        """Purpose → the word that somebody gave for the defender, once for each who gave it and what they answered."""
        found: dict[tuple[uuid.UUID, bool], list[str]] = {}
        talks = {id(word): one for word, one in zip(said, self.file.conversations, strict=True)}
        told: dict[uuid.UUID, Standing[Conversation]] = {}
        for purpose, word in words.items():
            if word is not None:
                talk = talks[id(word)]
                told[talk.id] = talk
                found.setdefault((talk.id, word.answer(purpose) is consent.State.GIVEN), []).append(purpose)
        return tuple(
            ForThem(yes, tuple(purposes), told[talk].said, self.person(told[talk].said.speaker_id))
            for (talk, yes), purposes in found.items()
        )

    def why_not(self, kind: str) -> consent_gate.Said | None:
        """Why an action is not allowed now, and what to do instead; None if it is."""
        return facts.why_not(self.file, kind, self.today, self.now)

    # -- what happened

    @cached_property
    def last_events(self) -> list[Happened]:
        """The last incidents, contacts, meetings and actions that took place, the last first; where there is room, then
        those whose day is not known. Beside them what was last said of consent, and what was last stopped.
        """
        file = self.file
        done = [one for one in file.actions if one.said.state == ActionState.DONE]
        timed: list[Standing[Any]] = [*file.contacts, *file.meetings, *done]
        days = [one for one in self.incidents if one.said.when is not None and one.said.when.on <= self.today]
        found = [*map(_incident, days[::-1]), *(_timed(one) for one in timed if one.said.when <= self.now)]
        undated = [_incident(one) for one in self.incidents if one.said.when is None]
        # Turned round only afterwards: of two at one moment, the one written last stands first.
        events = sorted(found, key=_when)[::-1][:LAST_EVENTS]
        dated_ones = sorted([*events[::-1], *self._last_words()], key=_when)[::-1]
        return [*dated_ones, *undated[: LAST_EVENTS - len(events)]]

    def _last_words(self) -> list[Happened]:
        """What was last said of consent, and what goes outward and was last stopped."""
        acts = [one for one in self.file.actions if one.said.state == ActionState.STOPPED and one.said.purpose]
        found = [*(_talk(one, self.person(one.said.speaker_id)) for one in self.file.conversations), *map(_stop, acts)]
        return sorted(found, key=_when)[-LAST_WORDS:]

    @property
    def incidents(self) -> list[Standing[Incident]]:
        """The last first; one whose day is not known counts from when it was written."""
        return sorted(self.file.incidents, key=_day_of, reverse=True)

    @property
    def waiting_acts(self) -> list[Standing[Action]]:
        """What two members do without consent: the second has not joined, or the head has not confirmed it."""
        for_second = [one for one in self.file.actions if one.said.waits_for_second]
        return for_second + [one for one in self.file.actions if one.said.waits_for_head]

    @cached_property
    def tasks(self) -> list[Standing[Task]]:
        """Open ones, those due first before those without a date."""
        return sorted(self.file.open_tasks, key=lambda one: one.said.due_on or date.max)

    # -- sources, and what only the organiser of a meeting keeps

    @property
    def holds_sources(self) -> bool:
        return self.by.in_circle(self.file.case.office_id, CircleName.SOURCES)

    @cached_property
    def sources_lost(self) -> bool:
        """They were sent in a letter of their own, which did not arrive and is not on its way."""
        lost = self.file.sources_missing and not self._sources_wait()
        if lost:
            self.failed("sources of a file", self.file.case.id)
        return bool(lost)

    def _sources_wait(self) -> bool:
        circle = self.by.charters.of(self.file.case.office_id).circle(CircleName.SOURCES)
        circle_id = circle.circle_id if circle is not None else None
        return clocks.sources_wait(self.session, self.file.case.id, circle_id)

    @cached_property
    def sources(self) -> list[Known]:
        told = [(one, self._told(one.id, Source)) for one in self.file.sources]
        return [Known(one, source, one.id in self._failed, self.file.is_doubtful(one.id)) for one, source in told]

    def told_by(self, incident: Standing[Incident]) -> list[str]:
        """Who told us of an incident, for whoever holds the key."""
        said = self._told(incident.id, SaidBy)
        if said is None:
            return []
        names = {known.standing.id: known.source.name for known in self.sources if known.source is not None}
        return [names[one] for one in said.source_ids if one in names]

    def told_more(self, incident: Standing[Incident]) -> str:
        said = self._told(incident.id, SaidBy)
        return said.note if said is not None else ""

    def told_fails(self, incident: Standing[Incident]) -> bool:
        """Does what stands beside it under the sources' key fail its check?"""
        self._told(incident.id, SaidBy)
        return incident.id in self._failed

    def _told(self, thing_id: uuid.UUID, kind: type[Any]) -> Any:
        if not self.holds_sources or thing_id in self._failed:
            return None
        try:
            found = self.file.sourced(thing_id)
        except (Locked, Tampered):  # whoever holds today's key opens what was sealed under older ones too
            self._failed.add(thing_id)
            self.failed("source", thing_id)
            return None
        return found if isinstance(found, kind) else None

    def own(self, meeting: Standing[Meeting]) -> Attribution | None:
        """Who took part and who said what, for the organiser alone."""
        try:
            return chatham.own(self.by, self.file.case.id, meeting.id, meeting.said)
        except Tampered:
            self.failed("meeting", meeting.id)
            return None

    # -- people

    @cached_property
    def names(self) -> dict[uuid.UUID, str]:
        """Sign-in names of everybody of the staff whom the page names."""
        arrival = self.file.arrival
        named: Iterable[uuid.UUID | None] = (
            self.file.case.officer_id,
            self.profile.next_step_by,
            arrival.said.recorder_id if arrival is not None else None,
            *(entry.author_id for entry in self.file.entries),
            *(task.said.for_id for task in self.tasks),
            *(meeting.said.organiser_id for meeting in self.file.meetings),
            *(due.for_id for due in self.dues),
            *self.deciders,
        )
        return names_of(self.session, {one for one in named if one is not None})

    def person(self, person_id: uuid.UUID | None) -> str:
        """The name of somebody on file; "" for nobody."""
        found = self.file.one(person_id, Person) if person_id is not None else None
        return headline(found.said) if found is not None else ""

    def colleague(self, member_id: uuid.UUID | None) -> str:
        return who(member_id, self.names)


def _review_is_due(one: consent_gate.Decision, today: date) -> bool:
    return one.stand.review_on is not None and one.stand.review_on <= today


def _reach(one: Standing[Person]) -> Reach:
    usable = [way for way in one.said.ways if way.use != "never"]
    ordered = sorted(usable, key=lambda way: way.use != "safe")
    return Reach(one.id, one.said, tuple(ordered), tuple(way for way in one.said.ways if way.use == "never"))


def _day_of(one: Standing[Incident]) -> date:
    return one.said.when.on if one.said.when is not None else one.entry.written_at.date()


def _incident(one: Standing[Incident]) -> Happened:
    when = dated(one.said.when) or _("day not known")
    return Happened(one.id, datetime.combine(_day_of(one), time(), UTC), when, headline(one.said))


def _when(one: Happened) -> datetime:
    return one.at


def _by_another(one: consent.Conversation | None) -> bool:
    return one is not None and one.speaker is not consent.Speaker.SELF


def _talk(one: Standing[Conversation], name: str) -> Happened:
    who_spoke = f"{headline(one.said)} ({name})" if name else headline(one.said)
    words = f"{kind_of(one.said)}: {who_spoke}"
    return Happened(one.id, one.said.when, day(one.said.when), words, of_consent=True)


def _stop(one: Standing[Action]) -> Happened:
    """It was stopped when that was written, whenever it was planned for."""
    at = one.entry.written_at
    return Happened(one.id, at, day(at), headline(one.said))


def _timed(one: Standing[Any]) -> Happened:
    at, words = one.said.when, headline(one.said)
    if isinstance(one.said, Contact | Meeting):
        words = f"{kind_of(one.said)}: {words}"
    return Happened(one.id, at, day(at), words)
