"""What the page of a case file shows, drawn from the file for one member: it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Due
from hrd_cases.cases import chatham, consent_gate, facts, risk, steps
from hrd_cases.cases.agreed import Consents, consents_of
from hrd_cases.cases.brought import Part, parts_of
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.closing import DECISIONS
from hrd_cases.cases.details import (
    Action,
    Attribution,
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
from hrd_cases.cases.happened import Happened, incidents_of, last_events
from hrd_cases.cases.life import IN_HAND, UNDERWAY, Act, Offer, State
from hrd_cases.cases.lost import sources_wait
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.cases.telling import deciders
from hrd_cases.cases.words import detention, headline, who
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Sentence, Tampered
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.colleagues import names_of

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


class Known(NamedTuple):
    """A source: the mark on the file, and who it is for whoever holds the key, unless that failed its check.
    `doubtful`: a correction failed it, and this is older than what was last said of them."""

    standing: Standing[SourceMark]
    source: Source | None
    failed: bool
    doubtful: bool


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
        return self.by.local_day

    @property
    def profile(self) -> Profile:
        return self.file.profile

    @property
    def state(self) -> State:
        return self.file.state(self.today)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Of the office that has the file: its clocks run there."""
        return zone_of_office(self.session, self.file.case.office_id)

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
        elsewhere = ("task", "next", *kinds(Place.DECISION, Place.NEWS))
        beside = self.file.brought.beside if self.file.case.state in UNDERWAY else ()
        found = [due for due in (*dues_of(self.file, self.clock, self.zone), *beside) if due.kind not in elsewhere]
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
        return consents_of(self.file, self.now, self.today, self.person)

    def why_not(self, kind: str) -> consent_gate.Said | None:
        """Why an action is not allowed now, and what to do instead; None if it is."""
        return facts.why_not(self.file, kind, self.today, self.now)

    # -- what happened

    @cached_property
    def last_events(self) -> list[Happened]:
        return last_events(self.file, self.now, self.today, self.person)

    @property
    def incidents(self) -> list[Standing[Incident]]:
        return incidents_of(self.file)

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
        return sources_wait(self.session, self.file.case.id, circle_id)

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


def _reach(one: Standing[Person]) -> Reach:
    ordered = sorted(one.said.ways_to_use, key=lambda way: way.use != "safe")
    return Reach(one.id, one.said, tuple(ordered), tuple(way for way in one.said.ways if way.use == "never"))
