"""Throttling that delays and never locks out: leaky buckets in a table, asked before Argon2 runs (ASVS 6.1.1, 6.3.1).

Three buckets take each try: member and address together, address alone, everything together. None is of the member
alone: whoever tries someone else's name from elsewhere cannot keep them out. A fourth takes tries at codes, but only of
whoever has the other secret already.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import TryBucket
from hrd_cases.accounts.sessions import rows_of
from hrd_cases.errors import TooManyTries
from hrd_cases.vault.envelope import mac


class Pace(NamedTuple):
    """`burst` tries at once, then one every `seconds`."""

    burst: int
    seconds: int


MEMBER_AND_ADDRESS = Pace(5, 30)
ADDRESS = Pace(30, 5)
OVERALL = Pace(300, 1)
CODES = Pace(10, 120)
"""Three codes count at a time: at this pace a guess hits once in five hundred days."""
UNITS = 1000


def wait_for(level: int, elapsed_seconds: float, pace: Pace) -> tuple[int, int]:
    """(new level, seconds to wait). A level counts thousandths of a try; it leaks one try every `pace.seconds`."""
    drained = max(0, level - int(elapsed_seconds * UNITS / pace.seconds))
    over = drained + UNITS - pace.burst * UNITS
    if over > 0:
        return drained, -(-over * pace.seconds // UNITS)
    return drained + UNITS, 0


EMPTY_AFTER = timedelta(
    seconds=max(pace.burst * pace.seconds for pace in (MEMBER_AND_ADDRESS, ADDRESS, OVERALL, CODES))
)
"""A full bucket has run dry by then."""


def household(address: str) -> str:
    """Whom an address belongs to: of IPv6 the first 64 bits, for anyone has all addresses that begin with them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed.packed[:8] + bytes(8), 64)))
    return str(parsed)


def take_a_try(session: Session, key: bytes, sign_in: str, address: str, now: datetime) -> None:
    """Count one try. Raises TooManyTries with the seconds to wait; a try refused is not counted."""
    address = household(address)
    paced = ((f"{sign_in}\0{address}", MEMBER_AND_ADDRESS), (f"\0{address}", ADDRESS), ("", OVERALL))
    _take(session, [(mac(key, "try bucket", text.encode("utf-8", "surrogatepass")), pace) for text, pace in paced], now)


def take_a_code(session: Session, key: bytes, member_id: uuid.UUID, beside: str, now: datetime) -> None:
    """Count one try at a member's codes by whoever has the secret `beside` which they are asked. Raises TooManyTries.

    Codes are few: from a thousand addresses they would be guessed within days. This bucket is of the member alone, but
    only who knows their passphrase, paper or session reaches it.
    """
    _take(session, [(mac(key, "code bucket", member_id.bytes, beside.encode()), CODES)], now)


def _take(session: Session, buckets: list[tuple[bytes, Pace]], now: datetime) -> None:
    waits = []
    for name, pace in buckets:
        bucket = _bucket(session, name, now)
        bucket.level, wait = wait_for(bucket.level, max(0.0, (now - bucket.updated_at).total_seconds()), pace)
        bucket.updated_at = max(now, bucket.updated_at)
        waits.append(wait)
    if max(waits):
        raise TooManyTries(max(waits))


def _bucket(session: Session, name: bytes, now: datetime) -> TryBucket:
    """The bucket of this name, locked. Two first tries at the same moment make one."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(TryBucket).values(name=name, level=0, updated_at=now).on_conflict_do_nothing())
    return session.get_one(TryBucket, name, with_for_update=True)


def drop_empty_buckets(session: Session, now: datetime) -> int:
    """Buckets that have run dry: they count for nothing any more. Returns how many."""
    return rows_of(session.execute(delete(TryBucket).where(TryBucket.updated_at < now - EMPTY_AFTER)))
