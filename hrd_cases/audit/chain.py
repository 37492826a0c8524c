"""Where the chain of entries ends, and how it goes on if somebody wrote into its tables what is not so.

A planted row stands in nobody's way: what lies where the next entry goes either follows from the last one, then the
head was set back and moves on; or it does not, then it is set aside, to a number below all entries, where the check of
the trail names it.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from hrd_cases.audit.models import AuditEntry
from hrd_cases.vault.envelope import digest

HASH_BYTES = 32
_NO_HOUSE_REACHES = 2**62
_LOOKED_FOR_BELOW = 2**61
"""Whatever is planted as high as can be, as many numbers again lie above it."""
_LOOKED_AT = 10_000
_SET_ASIDE_AT_ONCE = 1000
_PAGE = {"yield_per": 100}


class Head(NamedTuple):
    """How long the chain is, and the hash it ends with."""

    number: int
    hash: bytes

    @property
    def is_sound(self) -> bool:
        """Can an entry follow it? Before the first one the head is looked for too: it may have been set to nothing."""
        return 0 < self.number < _NO_HOUSE_REACHES and len(self.hash) == HASH_BYTES


START = Head(0, bytes(HASH_BYTES))
_ENTRIES = select(AuditEntry.number, AuditEntry.body, AuditEntry.hash)


def entry_hash(before: bytes, body: bytes) -> bytes:
    return digest("audit entry", before, body)


def newest(connection: Connection) -> Head:
    """The last entry that follows from the one before it; of many that do not, the last at all."""
    query = _ENTRIES.where(AuditEntry.number.between(1, _LOOKED_FOR_BELOW)).order_by(AuditEntry.number.desc())
    last = later = None
    with connection.execute(query.limit(_LOOKED_AT), execution_options=_PAGE) as rows:
        for row in rows:
            last = last or row
            if later is not None and later.number == row.number + 1 and later.hash == entry_hash(row.hash, later.body):
                return Head(later.number, later.hash)
            later = row
    if last is None or later is None:
        return START
    if later.number == 1 and later.hash == entry_hash(START.hash, later.body):
        return Head(1, later.hash)
    return Head(last.number, last.hash if len(last.hash) == HASH_BYTES else START.hash)


def last_after(connection: Connection, head: Head) -> Head:
    """The last entry that follows from this head, one by one. Of a head that says another hash than its entry, the
    entry's counts.
    """
    query = _ENTRIES.where(AuditEntry.number >= head.number).order_by(AuditEntry.number)
    with connection.execute(query, execution_options=_PAGE) as rows:
        for row in rows:
            itself = row.number == head.number and len(row.hash) == HASH_BYTES
            follows = row.number == head.number + 1 and row.hash == entry_hash(head.hash, row.body)
            if not itself and not follows:
                break
            head = Head(row.number, row.hash)
    return head


def set_aside(connection: Connection, head: Head) -> None:
    """Whatever stands next after the head, to numbers that nobody can have taken beforehand."""
    below = _NO_HOUSE_REACHES + _SET_ASIDE_AT_ONCE + secrets.randbits(61)
    taken = AuditEntry.number.between(head.number + 1, head.number + _SET_ASIDE_AT_ONCE)
    connection.execute(update(AuditEntry).where(taken).values(number=AuditEntry.number - below))


def clear_the_way(connection: Connection, head: Head) -> tuple[Head, str]:
    """Where to go on if there is an entry after the head already, and what failed its check."""
    reached = last_after(connection, head)
    if reached.number > head.number:
        return reached, "audit_head"
    set_aside(connection, reached)
    return reached, f"audit_entries {reached.number + 1}"
