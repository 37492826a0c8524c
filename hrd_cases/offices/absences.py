"""Who is away, and who stands in: recorded absences, and headquarters' duty roster. Nothing here gives a key."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.turns import absence_written, is_told_absence
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.roles import CASEWORKERS, Role
from hrd_cases.offices.colleagues import suspended
from hrd_cases.offices.models import Absence, DutyDay

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
LATEST = date.max - 2 * DAY
MOST_DUTY_DAYS = 62
ON_DUTY = (Role.HEADQUARTERS_DESK, Role.HEADQUARTERS_HEAD)


class Stretch(NamedTuple):
    """Days on which the same colleagues are there to take up a file, both included. Nobody: a red line."""

    first_on: date
    last_on: date
    there: tuple[uuid.UUID, ...]
    away: tuple[uuid.UUID, ...]

    @property
    def red(self) -> bool:
        return not self.there


class Days(NamedTuple):
    """Somebody is away, both days included."""

    member_id: uuid.UUID
    first_on: date
    last_on: date

    def clipped(self) -> Days:
        """With a day after its last: whoever writes the table may write the last day there is."""
        return self._replace(first_on=min(self.first_on, LATEST), last_on=min(self.last_on, LATEST))


def stretches(people: Sequence[uuid.UUID], absent: Iterable[Days], today: date) -> list[Stretch]:
    """Who of `people` can take up a file today, and on the days of each absence to come. Pure.

    Days on which everybody is there are told for today only: nothing has to be done about the others.
    """
    known = [one.clipped() for one in absent if one.member_id in people and one.last_on >= today]
    ends = {today} | {max(today, one.first_on) for one in known} | {one.last_on + DAY for one in known}
    begins = sorted(ends)
    found: list[Stretch] = []
    for first, then in zip(begins, [*begins[1:], begins[-1] + DAY], strict=True):
        away = {one.member_id for one in known if one.first_on <= first <= one.last_on}
        if first == today or away:
            there = tuple(one for one in people if one not in away)
            found.append(Stretch(first, then - DAY, there, tuple(one for one in people if one in away)))
    return found


def takers(charter: Charter, now: datetime, zone: tzinfo | None, today: date) -> tuple[uuid.UUID, ...]:
    """Who takes up files of an office, in the order they are asked: officers, deputies, the head and acting heads; at
    headquarters its desk and heads.
    """
    groups = [charter.members_in((role,), today) for role in (Role.LIAISON_OFFICER, Role.DEPUTY, Role.HEAD)]
    groups += [charter.acting_heads(now, zone), charter.members_in((Role.HEADQUARTERS_DESK,), today)]
    groups += [charter.members_in((Role.HEADQUARTERS_HEAD,), today)]
    return tuple(dict.fromkeys(member for group in groups for member in sorted(group)))


def cover_of(session: Session, charter: Charter, now: datetime, zone: tzinfo | None, today: date) -> list[Stretch]:
    """Who can take up a file of an office, by its charter and what is on record. Suspended and gone never can."""
    never = cannot(session, charter.office_id)
    people = [member for member in takers(charter, now, zone, today) if member not in never]
    absent = [Days(one.member_id, one.first_on, one.last_on) for one in absences_of(session, charter.office_id, today)]
    return stretches(people, absent, today)


def cannot(session: Session, office_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who can take nothing up on any day: suspended, or access ended."""
    return suspended(session, office_id) | gone(session, office_id)


def gone(session: Session, office_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Whose access was ended, though a charter may seat them still."""
    query = select(Member.id).where(Member.office_id == office_id, Member.revoked_at.is_not(None))
    return frozenset(session.scalars(query))


def record_absence(
    session: Session, by: Visitor, charter: Charter, member_id: uuid.UUID, first_on: date, last_on: date, now: datetime
) -> Absence:
    """A colleague, or oneself, is away from `first_on` to `last_on`, both included.

    Refused for days in the wrong order or gone by, more than a year, somebody without a seat in the office, a colleague
    of somebody who does no casework, and days that overlap with an absence on record.
    """
    _check_may(by, charter.office_id, member_id)
    if last_on < first_on:
        raise Refused(N_("The last day comes before the first."), N_("Check both dates."))
    if last_on - first_on > LONGEST:
        raise Refused(N_("An absence lasts a year at most."), N_("Record the first year now."))
    if last_on < by.local_day - timedelta(days=1):
        raise Refused(N_("These days have gone by."), N_("Record days that are still to come."))
    if not charter.roles_of(member_id, now):
        raise Refused(N_("They have no seat in this office."), N_("Choose a colleague of this office."))
    query = select(Absence.id).where(
        Absence.member_id == member_id, Absence.first_on <= last_on, Absence.last_on >= first_on
    )
    if session.scalar(query.limit(1)) is not None:
        raise Refused(N_("They are on record as away on some of these days."), N_("Remove that absence first."))
    absence = Absence(
        office_id=charter.office_id,
        member_id=member_id,
        first_on=first_on,
        last_on=last_on,
        recorded_by=by.member_id,
        recorded_at=now,
    )
    session.add(absence)
    session.flush()
    said = absence_written(absence)
    record(session, Event.ABSENCE_RECORDED, member=member_id, office=charter.office_id, absence=said)
    return absence


def may_record(by: Visitor, office_id: uuid.UUID, member_id: uuid.UUID) -> bool:
    """One's own absence is everybody's to record; a colleague's is whose work it moves."""
    others = by.roles_in(office_id) & CASEWORKERS or Role.HEADQUARTERS_HEAD in by.roles
    return member_id == by.member_id or bool(others)


def _check_may(by: Visitor, office_id: uuid.UUID, member_id: uuid.UUID) -> None:
    if not may_record(by, office_id, member_id):
        raise Refused(
            N_("You can record your own absence only."),
            N_("Officers, the deputy and the head record it for a colleague; so do headquarters’ heads."),
        )


def remove_absence(session: Session, by: Visitor, absence: Absence) -> None:
    """They are back, or were never away."""
    _check_may(by, absence.office_id, absence.member_id)
    whose = {"member": absence.member_id, "office": absence.office_id}
    record(session, Event.ABSENCE_REMOVED, **whose, absence=absence_written(absence))
    session.delete(absence)


def absences_of(session: Session, office_id: uuid.UUID, today: date) -> list[Absence]:
    """Absences that are not over, the nearest first."""
    query = select(Absence).where(Absence.office_id == office_id, Absence.last_on >= today)
    return list(session.scalars(query.order_by(Absence.first_on, Absence.id)))


def own_absence(session: Session, by: Visitor) -> Absence | None:
    """That this member is on record as away today, whoever wrote it; the one that lasts longest."""
    query = select(Absence).where(
        Absence.member_id == by.member_id, Absence.first_on <= by.local_day, Absence.last_on >= by.local_day
    )
    return session.scalars(query.order_by(Absence.last_on.desc(), Absence.id).limit(1)).first()


def away(session: Session, office_id: uuid.UUID, on: date) -> frozenset[uuid.UUID]:
    """Who cannot take anything up on a day: recorded as absent, or suspended."""
    recorded = session.scalars(
        select(Absence.member_id).where(Absence.office_id == office_id, Absence.first_on <= on, Absence.last_on >= on)
    )
    return frozenset(recorded) | frozenset(suspended(session, office_id))


def days_between(first_on: date, last_on: date) -> list[date]:
    """Every day of a span, both included. Refused for days in the wrong order, and more than a roster takes."""
    if last_on < first_on:
        raise Refused(N_("The last day comes before the first."), N_("Check both dates."))
    if (last_on - first_on).days >= MOST_DUTY_DAYS:
        raise Refused(N_("A roster is written for two months at a time."), N_("Choose fewer days."))
    return [first_on + DAY * number for number in range((last_on - first_on).days + 1)]


def put_on_duty(session: Session, charter: Charter, member_id: uuid.UUID, days: Iterable[date], today: date) -> None:
    """Headquarters' duty officer of some days; who was on duty then is replaced. Refused for anybody who works on no
    cases there.
    """
    wanted = list(days)
    if len(wanted) > MOST_DUTY_DAYS:
        raise Refused(N_("A roster is written for two months at a time."), N_("Choose fewer days."))
    if not wanted or wanted[-1] < today:
        raise Refused(N_("These days have gone by."), N_("Choose days that are still to come."))
    if member_id not in charter.members_in(ON_DUTY, today):
        raise Refused(N_("Only headquarters' desk and heads are on duty."), N_("Choose one of them."))
    for on in wanted:
        row = session.get(DutyDay, on)
        if row is None:
            session.add(DutyDay(on=on, member_id=member_id))
        else:
            row.member_id = member_id
    record(session, Event.DUTY_CHANGED, member=member_id, days=len(wanted), on=tuple(day.isoformat() for day in wanted))


def on_duty(session: Session, charter: Charter, on: date) -> uuid.UUID | None:
    """Headquarters' duty officer of a day, if the roster names one who still has a seat and is not away."""
    row = session.get(DutyDay, on)
    seated = charter.members_in(ON_DUTY, on) - _cannot_on(session, charter.office_id, on)
    return row.member_id if row is not None and row.member_id in seated else None


def _cannot_on(session: Session, office_id: uuid.UUID, on: date) -> frozenset[uuid.UUID]:
    """Who can take nothing up on a day, as far as the trail tells of their absence: a planted row moves no file."""
    days = select(Absence).where(Absence.office_id == office_id, Absence.first_on <= on, Absence.last_on >= on)
    told = {row.member_id for row in session.scalars(days) if is_told_absence(session, row)}
    return cannot(session, office_id) | told


def roster(session: Session, first_on: date, last_on: date) -> dict[date, uuid.UUID]:
    rows = session.scalars(select(DutyDay).where(DutyDay.on >= first_on, DutyDay.on <= last_on))
    return {row.on: row.member_id for row in rows}
