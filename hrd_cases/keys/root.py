"""What a member who waits may be told of charters they cannot verify yet: for words on a page, and for what they
confirm by voice. No decision rests on it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import decode
from hrd_cases.keys.models import CharterRow


def is_founded(session: Session) -> bool:
    """Does any charter stand? Then headquarters' was the first of them."""
    return session.scalar(select(CharterRow.hash).limit(1)) is not None


def founding_root(session: Session) -> bytes:
    """The hash of the founding charter this database names; a newcomer believes it only after typing its six words.

    Absent before headquarters is founded, Tampered if there is more than one.
    """
    rows = session.execute(select(CharterRow.hash, CharterRow.body).where(CharterRow.number == 1))
    founding: list[bytes] = [row.hash for row in rows if not decode(row.body).authority]
    if not founding:
        raise Absent("no founding charter")
    if len(founding) > 1:
        raise Tampered("two founding charters")
    return founding[0]


def named_in_newest(session: Session, office_id: uuid.UUID, member_id: uuid.UUID, fingerprint: bytes) -> bool:
    """Does the newest charter of an office name this member with these keys? Raises Tampered."""
    query = select(CharterRow.body).where(CharterRow.office_id == office_id).order_by(CharterRow.number.desc())
    body = session.scalar(query.limit(1))
    seats = decode(body).seats if body is not None else ()
    return any((seat.member_id, seat.fingerprint) == (member_id, fingerprint) for seat in seats)
