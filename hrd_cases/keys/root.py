"""What a member who waits may be told of charters they cannot verify yet: for words on a page, and for what they
confirm by voice. No decision rests on it."""

from __future__ import annotations

import uuid
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.charter import charter_hash, decode
from hrd_cases.keys.models import CharterRow


def is_founded(session: Session) -> bool:
    """Does any charter stand? Then headquarters' was the first of them."""
    return session.scalar(select(CharterRow.hash).limit(1)) is not None


def founding_root(session: Session) -> bytes:
    """The hash of the founding charter this database names; a newcomer believes it only after typing its six words.

    Absent before headquarters is founded, Tampered if there is more than one.
    """
    rows = session.execute(select(CharterRow.hash, CharterRow.body).where(CharterRow.number == 1))
    founding: list[bytes] = [row.hash for row in rows if _founds(row.hash, row.body)]
    if not founding:
        raise Absent("no founding charter")
    if len(founding) > 1:
        raise Tampered("two founding charters")
    return founding[0]


def named_in_newest(session: Session, office_id: uuid.UUID, member_id: uuid.UUID, fingerprint: bytes) -> bool:
    """Does the newest charter of an office name this member with these keys? Raises Tampered."""
    query = select(CharterRow.hash, CharterRow.body).where(CharterRow.office_id == office_id)
    for row in session.execute(query.order_by(CharterRow.number.desc())):
        with suppress(Tampered):  # a row that is no charter was planted, and says nothing
            seats = decode(row.body).seats if charter_hash(row.body) == row.hash else None
            if seats is not None:
                return any((seat.member_id, seat.fingerprint) == (member_id, fingerprint) for seat in seats)
    return False


def _founds(name: bytes, body: bytes) -> bool:
    """Could it be a founding charter? A row that is no charter is none."""
    with suppress(Tampered):
        return charter_hash(body) == name and not decode(body).authority
    return False
