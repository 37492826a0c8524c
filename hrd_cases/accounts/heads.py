"""Which heads of headquarters can come in. Two of them must always: nobody else could ever seat a head again."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.issue import one_at_a_time
from hrd_cases.keys.roles import Role


def other_heads(session: Session, charters: Charters, member_id: uuid.UUID, today: date) -> frozenset[uuid.UUID] | None:
    """The heads of headquarters beside this one who can come in; None if the member is no head of headquarters.

    They have a seat today with the keys they hold, and are neither revoked nor suspended. To be asked before an act
    that takes this one away; two such acts follow one another.
    """
    one_at_a_time(session)
    headquarters = charters.headquarters()
    gone = charters.revocations(headquarters)
    standing = {seat for seat in headquarters.standing(today) if seat.role is Role.HEADQUARTERS_HEAD}
    heads = {seat.member_id: seat.fingerprint for seat in standing if seat.holder not in gone}
    if member_id not in heads:
        return None
    rows = select(Member.id, Member.fingerprint).where(
        Member.id.in_(heads.keys() - {member_id}), Member.revoked_at.is_(None), Member.suspended_at.is_(None)
    )
    return frozenset(row.id for row in session.execute(rows) if row.fingerprint == heads[row.id])
