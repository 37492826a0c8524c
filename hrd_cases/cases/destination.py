"""Where a new file goes: verified charters, absences and the roster, put before the rules of `routing`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about, last_by
from hrd_cases.audit.turns import is_told_absence, is_told_clock
from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases import routing
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.office_days import working_days
from hrd_cases.cases.risk import Level
from hrd_cases.cases.routing import Headquarters, InCharge, Tell, Why
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.due import due_circles
from hrd_cases.keys.roles import HEADS, CircleName, Role
from hrd_cases.offices.absences import absences_of, gone, on_duty
from hrd_cases.offices.colleagues import suspended


class Destination(NamedTuple):
    """The office in charge, whose turn it is there, why, until when it has to be acknowledged, and who is told when."""

    office_id: uuid.UUID
    officer_id: uuid.UUID | None
    why: Why
    acknowledge_by: datetime
    tells: tuple[Tell, ...]
    doubtful: bool = False
    """Rows say that somebody is away, and the trail does not: none of them was believed, but for a suspension."""
    days_doubtful: bool = False
    """Rows say of when an office works what the trail does not: none of them was believed."""


def destination(session: Session, by: Visitor, country: str, urgency: str, now: datetime) -> Destination:
    """Whose a file about `country` is, recorded now. Where the tables of coverage were written to it is headquarters’:
    nobody else is known to be in charge, and nothing is lost.
    """
    try:
        charter, certain = by.charters.primary_office(country, by.today), True
    except Tampered:
        charter, certain = None, False
    own = charter.office_id if charter is not None else None
    if own is not None and by.allows(Permission.WORK_ON_CASE, own):
        # Whoever is away: the recorder is there.
        return Destination(own, by.member_id, Why.OFFICER, now, ())
    offices = [found for found in (charter,) if found is not None and own != by.charters.headquarters_id]
    asked = (*offices, by.charters.headquarters())
    # Each asks the trail: once for every office, whoever needs it below.
    days = {one.office_id: working_days(session, one.office_id) for one in asked}
    in_charge = next((_in_charge(session, by, one, days[one.office_id].calendar, now) for one in offices), None)
    headquarters = _headquarters(session, by, days[by.charters.headquarters_id].calendar, now)
    around = [_away(session, by, one, days[one.office_id].calendar, now) for one in asked]
    absences, doubtful = [one for away in around for one in away.believed], any(away.doubtful for away in around)
    days_doubtful = any(one.doubtful for one in days.values())
    level = Level(urgency)
    found = routing.route(now, in_charge, headquarters, absences)
    tells = routing.plan(level, now, in_charge, headquarters, absences)
    has_it = in_charge if in_charge is not None and in_charge.office_id == found.office_id else headquarters
    until = routing.acknowledge_by(level, now, has_it.calendar)
    why = found.why if certain else Why.UNCERTAIN
    return Destination(found.office_id, found.person, why, until, tuple(tells), doubtful, days_doubtful)


def _in_charge(session: Session, by: Visitor, charter: Charter, calendar: OfficeCalendar, now: datetime) -> InCharge:
    day = by.today
    acting = charter.acting_heads(now, calendar.zone)
    heads = charter.members_in((Role.HEAD,), day)
    return InCharge(
        office_id=charter.office_id,
        officers=tuple(sorted(charter.members_in((Role.LIAISON_OFFICER,), day))),
        deputies=tuple(sorted(charter.members_in((Role.DEPUTY,), day))),
        heads=(*sorted(heads), *sorted(acting - heads)),
        calendar=calendar,
        receives=_receives(session, by, charter, now),
    )


def _receives(session: Session, by: Visitor, charter: Charter, now: datetime) -> bool:
    """Can a letter to it be sealed: its keys are made, and nobody who left still knows them?"""
    due = due_circles(session, by.charters, charter, now.date())
    entries = [charter.circle(name) for name in (CircleName.CASEWORK, CircleName.SOURCES)]
    return all(entry is not None and entry.epoch > 0 and entry.circle_id not in due for entry in entries)


def _headquarters(session: Session, by: Visitor, calendar: OfficeCalendar, now: datetime) -> Headquarters:
    charter, day = by.charters.headquarters(), by.today
    duty = on_duty(session, charter, calendar.day_of(now))
    return Headquarters(
        office_id=charter.office_id,
        duty=(duty,) if duty is not None else (),
        desk=tuple(sorted(charter.members_in((Role.HEADQUARTERS_DESK,), day))),
        heads=tuple(sorted(charter.members_in(HEADS, day))),
        calendar=calendar,
    )


class _Away(NamedTuple):
    believed: list[routing.Absence]
    doubtful: bool


def _away(session: Session, by: Visitor, charter: Charter, calendar: OfficeCalendar, now: datetime) -> _Away:
    """Absences that somebody recorded, colleagues suspended or gone, and whoever has been silent while something waits
    for them. A row that the trail does not tell of was planted to move files: it moves none. Who is suspended or gone
    cannot take a file, whatever the trail says.
    """
    office_id, day = charter.office_id, by.today
    rows = absences_of(session, office_id, day)
    told = [row for row in rows if is_told_absence(session, row)]
    kept_out = suspended(session, office_id) | gone(session, office_id)
    doubtful = len(told) < len(rows) or not all(_is_told_out(session, member) for member in kept_out)
    clocks = _waiting(session, office_id)
    silent = set(_silent(session, clocks, calendar, now))
    clocks = [row for row in clocks if row.officer_id in silent]
    sound = [row for row in clocks if is_told_clock(session, row)]
    found = [routing.Absence(row.member_id, row.first_on, row.last_on) for row in told]
    found += [routing.Absence(member, date.min) for member in kept_out]
    found += [routing.Absence(member, date.min) for member in _silent(session, sound, calendar, now)]
    return _Away(found, doubtful or len(sound) < len(clocks))


def _is_told_out(session: Session, member: uuid.UUID) -> bool:
    acts = list(ever_about(session, member, Event.MEMBER_SUSPENDED, Event.MEMBER_RESTORED, Event.MEMBER_REVOKED))
    return bool(acts) and acts[-1].event != Event.MEMBER_RESTORED


def _waiting(session: Session, office_id: uuid.UUID) -> list[Acknowledgement]:
    query = select(Acknowledgement).where(
        Acknowledgement.office_id == office_id,
        Acknowledgement.acknowledged_at.is_(None),
        Acknowledgement.officer_id.is_not(None),
    )
    return list(session.scalars(query))


def _silent(
    session: Session, clocks: Iterable[Acknowledgement], calendar: OfficeCalendar, now: datetime
) -> Iterable[uuid.UUID]:
    since: dict[uuid.UUID, datetime] = {}
    for row in clocks:
        if row.officer_id is not None:
            since[row.officer_id] = min(row.routed_at, since.get(row.officer_id, row.routed_at))
    for officer_id, waits in since.items():
        seen = last_by(session, officer_id)
        if routing.is_silent(seen.at if seen is not None else None, waits, now, calendar):
            yield officer_id
