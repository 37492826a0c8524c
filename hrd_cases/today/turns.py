"""Whose turn it is: what is due in the files of a member is theirs, or a colleague's who is away, or nobody's."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.heads import member_mark
from hrd_cases.cards.lines import Marks
from hrd_cases.cases.life import IN_HAND, UNDERWAY
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.standing_in import Staff, staff_of
from hrd_cases.today.files import Files


@dataclass(frozen=True, repr=False)
class Turns:
    """`own`: files of this member, and of those they stand in for. `mine`: what is due that is theirs to do; `unowned`:
    what is due that nobody is there to do. `nobodys`: files that nobody has, if it is this member's to see to that.
    """

    me: uuid.UUID
    staff: Mapping[uuid.UUID, Staff]
    underway: Marks
    own: Marks
    mine: Marks
    unowned: Marks
    nobodys: Marks

    @property
    def away(self) -> frozenset[uuid.UUID]:
        """Everybody this member stands in for, in any office."""
        return frozenset().union(*(_stood_for(staff, self.me) for staff in self.staff.values()))

    @property
    def instead(self) -> frozenset[uuid.UUID]:
        """Everybody who stands in for this member, while they are away."""
        return frozenset().union(*(staff.stand_ins(self.me) for staff in self.staff.values())) - {self.me}

    @property
    def there(self) -> bool:
        """Is this member known to be at work? Of whoever works on no files nothing is known here."""
        mine = [staff for staff in self.staff.values() if self.me in staff.everybody]
        return bool(mine) and not any(self.me in staff.away for staff in mine)

    def whose(self, office_id: uuid.UUID, member_id: uuid.UUID | None) -> str:
        """Why something that names a colleague, or nobody, is this member's: a key of `words.WHY_MINE`, "" if not."""
        staff = self.staff[office_id]
        if member_id == self.me:
            return "officer"
        if member_id is None or member_id not in staff.everybody:
            return "nobody"
        return "away" if self.me in staff.stand_ins(member_id) else ""


def turns_of(session: Session, visitor: Visitor, files: Files, now: datetime) -> Turns:
    """Of everything in these files: named for this member, or for somebody they stand in for; or named for nobody who
    is there, in a file of theirs.
    """
    staff = staff_of(session, visitor, files.offices.values(), now)
    heads, named, me = files.lines.heads, files.dues["for"], visitor.member_id
    underway, in_hand = (files.in_state(*states) for states in (UNDERWAY, IN_HAND))
    own, gone, watched = (np.zeros(len(heads), bool) for _ in range(3))
    for_me, for_nobody = (np.zeros(len(named), bool) for _ in range(2))
    for office_id, one in staff.items():
        here = files.of_office(office_id)
        minded, there = _marks(_stood_for(one, me) | {me}), _marks(one.everybody | {me})
        own |= here & np.isin(heads["officer"], minded)
        gone |= here & ~np.isin(heads["officer"], there)
        watched |= here if me in one.watchers else False
        for_me |= here[files.at] & np.isin(named, minded)
        for_nobody |= here[files.at] & ~np.isin(named, there)
    mine = underway[files.at] & (for_me | (for_nobody & own[files.at]))
    return Turns(me, staff, underway, own, mine, for_nobody & gone[files.at], gone & watched & in_hand)


def _marks(members: Collection[uuid.UUID]) -> list[int]:
    return [member_mark(one) for one in members]


def _stood_for(staff: Staff, me: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(one for one in staff.away if me in staff.stand_ins(one))
