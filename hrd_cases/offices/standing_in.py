"""Who looks after what is a colleague's who is not there. Whom a charter seats, and who of them is away, decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.roles import HEADS, Role
from hrd_cases.offices.models import Absence

Members = frozenset[uuid.UUID]
OFFICERS = (Role.LIAISON_OFFICER, Role.HEADQUARTERS_DESK)


class Staff(NamedTuple):
    """Who works on an office's files today, acting heads among the heads; who has no access any more is not among them.
    `away`: recorded as absent, or suspended.
    """

    officers: Members
    deputies: Members
    heads: Members
    away: Members = frozenset()

    @property
    def everybody(self) -> Members:
        return self.officers | self.deputies | self.heads

    def stand_ins(self, member_id: uuid.UUID) -> Members:
        """Who looks after what is a colleague's: the deputies, then the heads, then the others who are there. Where
        nobody is, it is said to deputies and heads: nothing waits unseen for the first of them to come by.
        """
        if member_id not in self.away:
            return frozenset()
        groups = (self.deputies, self.heads, self.officers)
        there = (group - self.away - {member_id} for group in groups)
        return next(filter(None, there), self.deputies | self.heads)

    @property
    def watchers(self) -> Members:
        """Who is told that a file is nobody's: deputies and heads; everybody while none of them is there."""
        deciding = self.deputies | self.heads
        return deciding if deciding - self.away else self.everybody


def staff_of(
    session: Session, visitor: Visitor, offices: Iterable[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, Staff]:
    """The staff of offices that this visitor has a seat in."""
    seated = {office_id: _seated(visitor, visitor.seats[office_id], now) for office_id in offices}
    members = frozenset().union(*(staff.everybody for staff in seated.values()))
    away, gone = _not_there(session, members, visitor.local_day)
    return {office_id: _without(staff, away, gone) for office_id, staff in seated.items()}


def instead_of(session: Session, visitor: Visitor, now: datetime) -> Members:
    """Who looks after what is this visitor's own in their office, while they are away."""
    staff = staff_of(session, visitor, [visitor.office_id], now)[visitor.office_id]
    return staff.stand_ins(visitor.member_id) - {visitor.member_id}


def _seated(visitor: Visitor, charter: Charter, now: datetime) -> Staff:
    day = visitor.today
    zone = ZoneInfo(visitor.zone) if charter.office_id == visitor.office_id else None
    revoked = visitor.charters.revocations(charter)
    ended = {seat.member_id for seat in charter.seats if seat.holder in revoked}
    return Staff(
        charter.members_in(OFFICERS, day) - ended,
        charter.members_in((Role.DEPUTY,), day) - ended,
        (charter.members_in(HEADS, day) | charter.acting_heads(now, zone)) - ended,
    )


def _without(staff: Staff, away: Members, gone: Members) -> Staff:
    return Staff(staff.officers - gone, staff.deputies - gone, staff.heads - gone, away & (staff.everybody - gone))


def _not_there(session: Session, members: Members, on: date) -> tuple[Members, Members]:
    """(who is away on a day, whose access was ended)."""
    suspended = select(Member.id, literal("away")).where(Member.id.in_(members), Member.suspended_at.is_not(None))
    gone = select(Member.id, literal("gone")).where(Member.id.in_(members), Member.revoked_at.is_not(None))
    recorded = select(Absence.member_id, literal("away")).where(
        Absence.member_id.in_(members), Absence.first_on <= on, Absence.last_on >= on
    )
    found = [(member_id, how) for member_id, how in session.execute(union(suspended, gone, recorded))]
    away, ended = (frozenset(member for member, how in found if how == which) for which in ("away", "gone"))
    return away, ended
