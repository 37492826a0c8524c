"""Whose a new file is, and who is told when nobody takes it. Pure: plain values in, moments (UTC) and people out.

A file is never dropped: somebody of the office in charge is named, or it lies in headquarters' queue. An
acknowledgement that is late climbs: deputy, head, headquarters' duty officer. A rung that has nobody is skipped, and
the next one in the office takes its moment, so that in an office of three the head learns it as soon as it is late.
Headquarters learns of it at its own moment, or at the first if the office has nobody else; it learns no content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.risk import Level
from hrd_cases.errors import N_

Members = tuple[UUID, ...]
WHOLE = 100


class Absence(NamedTuple):
    """Somebody is away, both days included; without end for who is suspended, or silent while something waits."""

    member_id: UUID
    since: date
    until: date | None = None

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class InCharge(NamedTuple):
    """The office in charge of a country as routing sees it, from its charter in force: which office that is, charters
    say (`keys/chain.py`). `heads`: acting heads stand behind the head.

    `receives`: a letter to it can be sealed, because somebody there has made its keys.
    """

    office_id: UUID
    officers: Members
    deputies: Members
    heads: Members
    calendar: OfficeCalendar
    receives: bool = True


class Headquarters(NamedTuple):
    """`duty`: who has the duty today, by the roster; without anybody the desk has it, then the heads."""

    office_id: UUID
    duty: Members
    desk: Members
    heads: Members
    calendar: OfficeCalendar


class Rung(StrEnum):
    OFFICER = "officer"
    DEPUTY = "deputy"
    HEAD = "head"
    HEADQUARTERS = "headquarters"


class Why(StrEnum):
    """Why a file came to whom it came."""

    OFFICER = "officer"
    DEPUTY = "deputy"
    HEAD = "head"
    NOBODY = "nobody"
    NO_OFFICE = "no_office"
    NO_KEYS = "no_keys"
    UNCERTAIN = "uncertain"


WHY = {
    Why.OFFICER: N_("The office covers the country; its officer is in charge."),
    Why.DEPUTY: N_("The office covers the country; its officer is away, so it is the deputy’s."),
    Why.HEAD: N_("The office covers the country; officer and deputy are away or there are none, so it is the head’s."),
    Why.NOBODY: N_(
        "The office that covers the country has nobody there, so the duty officer at headquarters takes it."
    ),
    Why.NO_OFFICE: N_("No office covers the country, so the duty officer at headquarters takes it."),
    Why.NO_KEYS: N_(
        "The office that covers the country has not made its keys yet, so the duty officer at headquarters takes it."
    ),
    Why.UNCERTAIN: N_(
        "What says who covers this country failed its check, so the duty officer at headquarters takes it until that "
        "is mended. Security has been told."
    ),
}


class Route(NamedTuple):
    """The office that gets a file, and the person whose turn it is; None: headquarters' queue, where nobody is in."""

    office_id: UUID
    person: UUID | None
    why: Why


class Tell(NamedTuple):
    """Tell these members at this moment unless somebody has acknowledged before; without any: the office's queue.

    `percent` of the time to acknowledge has passed then. `mails`: by mail at once. Whoever has no key of the file only
    learns that one waits.
    """

    at: datetime
    percent: int
    office_id: UUID
    members: Members
    mails: bool


def route(at: datetime, in_charge: InCharge | None, headquarters: Headquarters, absences: Collection[Absence]) -> Route:
    """Whose a file recorded at `at` is. `in_charge`: the office in charge of its country, None if none is."""
    if in_charge is not None and in_charge.receives:
        for rung, members in _ladder(in_charge):
            present = _present(members, absences, in_charge.calendar, at)
            if present:
                return Route(in_charge.office_id, present[0], Why(rung))
    queue = _first(_queue(headquarters), absences, headquarters.calendar, at)
    why = Why.NO_OFFICE if in_charge is None else Why.NOBODY if in_charge.receives else Why.NO_KEYS
    return Route(headquarters.office_id, next(iter(queue), None), why)


def plan(
    urgency: Level, at: datetime, in_charge: InCharge | None, headquarters: Headquarters, absences: Collection[Absence]
) -> list[Tell]:
    """Everything that is to be told of a file that arrives at `at`, in order; the first at once."""
    found = route(at, in_charge, headquarters, absences)
    if in_charge is None or in_charge.office_id != found.office_id:
        ladder = [(Rung.HEADQUARTERS, members) for members in _queue(headquarters)]
        return _climb(found.office_id, ladder, headquarters.calendar, urgency, at, absences)
    told = _climb(in_charge.office_id, _ladder(in_charge), in_charge.calendar, urgency, at, absences)
    percent = FIGURES.escalation_headquarters if len(told) > 1 else FIGURES.escalation_deputy
    moment = _moment(urgency, at, in_charge.calendar, percent)
    knowing = {one for tell in told for one in tell.members}
    members = _first(_queue(headquarters), absences, headquarters.calendar, moment, knowing)
    return [*told, Tell(moment, percent, headquarters.office_id, members, True)]


def acknowledge_by(urgency: Level, at: datetime, calendar: OfficeCalendar) -> datetime:
    """Until when a file that arrived at `at` is to be acknowledged: clock hours if urgent, else working days."""
    return _moment(urgency, at, calendar, WHOLE)


def away_on(absences: Iterable[Absence], day: date) -> frozenset[UUID]:
    return frozenset(one.member_id for one in absences if one.on(day))


def is_silent(
    last_seen_at: datetime | None, waiting_since: datetime | None, now: datetime, calendar: OfficeCalendar
) -> bool:
    """Has somebody for whom something waits not signed in for so long that it counts as absence?"""
    if waiting_since is None:
        return False
    since = max(waiting_since, last_seen_at or waiting_since)
    return calendar.add_working_days(since, FIGURES.absence_working_days) <= now


def _climb(
    office_id: UUID,
    ladder: Sequence[tuple[Rung, Members]],
    calendar: OfficeCalendar,
    urgency: Level,
    at: datetime,
    absences: Collection[Absence],
) -> list[Tell]:
    """One rung after the other, each at its moment, among those who are there then and do not know yet."""
    told: list[Tell] = []
    rungs = iter(ladder)
    for percent in (0, FIGURES.escalation_deputy, FIGURES.escalation_head):
        moment = _moment(urgency, at, calendar, percent)
        knowing = {one for tell in told for one in tell.members}
        for _, members in rungs:
            present = _present(members, absences, calendar, moment, knowing)
            if present:
                mails = percent > 0 or urgency is Level.CRITICAL
                told.append(Tell(moment, percent, office_id, present, mails))
                break
        if not told:
            # Nobody is in: it lies in the queue, and whoever is back at the next moment is told.
            told.append(Tell(moment, percent, office_id, (), urgency is Level.CRITICAL))
            rungs = iter(ladder)
    return told


def _moment(urgency: Level, at: datetime, calendar: OfficeCalendar, percent: int) -> datetime:
    part = Fraction(percent, WHOLE)
    hours = {
        Level.CRITICAL: FIGURES.acknowledge_critical_clock_hours,
        Level.HIGH: FIGURES.acknowledge_high_clock_hours,
    }.get(urgency)
    if hours is None:
        return calendar.add_working_days(at, part * FIGURES.acknowledge_other_working_days)
    return at.astimezone(UTC) + timedelta(hours=hours) * percent / WHOLE


def _ladder(in_charge: InCharge) -> list[tuple[Rung, Members]]:
    return [(Rung.OFFICER, in_charge.officers), (Rung.DEPUTY, in_charge.deputies), (Rung.HEAD, in_charge.heads)]


def _queue(headquarters: Headquarters) -> tuple[Members, ...]:
    return headquarters.duty, headquarters.desk, headquarters.heads


def _first(
    groups: Iterable[Members],
    absences: Collection[Absence],
    calendar: OfficeCalendar,
    at: datetime,
    knowing: Collection[UUID] = (),
) -> Members:
    """Who is there of the first group that has anybody; () if none has."""
    there = (_present(members, absences, calendar, at, knowing) for members in groups)
    return next((members for members in there if members), ())


def _present(
    members: Members,
    absences: Collection[Absence],
    calendar: OfficeCalendar,
    at: datetime,
    knowing: Collection[UUID] = (),
) -> Members:
    away = away_on(absences, calendar.day_of(at))
    return tuple(one for one in members if one not in away and one not in knowing)
