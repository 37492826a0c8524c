"""Throttling that delays and never locks out: leaky buckets in a table, asked before Argon2 runs (ASVS 6.1.1, 6.3.1).

A browser in which this member was signed in within the last day has a bucket of its own, which nobody else fills. A
stranger's try goes into two: name and address together, address alone; with IPv6 into one of its whole site as well.
Another counts the strangers' tries all
together and refuses nobody: the fuller it is, the slower every address is paced, down to a try a minute. So whoever
tries from a thousand addresses slows strangers down and keeps nobody out. No bucket is of the member alone: whoever
tries someone else's name from elsewhere cannot keep them out. Another takes tries at codes, but only of whoever has the
other secret already.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hrd_cases.accounts.addresses import household, site
from hrd_cases.accounts.models import TryBucket
from hrd_cases.db import rows_touched
from hrd_cases.errors import TooManyTries
from hrd_cases.vault.envelope import mac


class Pace(NamedTuple):
    """`burst` tries at once, then one every `seconds`."""

    burst: int
    seconds: int


KNOWN = Pace(5, 30)
MEMBER_AND_ADDRESS = Pace(5, 30)
ADDRESS = Pace(30, 5)
SITE = Pace(60, 2)
"""Wide: a whole building may come from one site. Somebody with a site of their own has 65536 networks."""
OVERALL = Pace(1200, 1)
USUAL = 300
"""So many strangers' tries within some minutes slow nobody down: a morning in every office."""
SLOWEST = Pace(1, 60)
CODES = Pace(10, 120)
"""Three codes count at a time: at this pace a guess hits once in five hundred days."""
UNITS = 1000
CLOCKS = timedelta(minutes=2)
"""So far the clocks of two servers may differ, or one be set right, without freeing anybody: mails are shared out by a
lease of that length, so they agree far better. Whatever lies further ahead was planted, and keeps nobody out."""
TOLD_EVERY = timedelta(minutes=20)
"""How often the trail is told that the same bucket refuses."""


def drained(level: int, elapsed_seconds: float, pace: Pace) -> int:
    """What is left in a bucket: thousandths of a try. It leaks one try every `pace.seconds`, and holds a burst."""
    return max(0, min(level, pace.burst * UNITS) - int(max(0.0, elapsed_seconds) * UNITS / pace.seconds))


def _elapsed(bucket: TryBucket, now: datetime) -> float:
    """Seconds since a bucket was last counted in. One of a time to come was planted: it has run dry."""
    ahead = bucket.updated_at - now
    return (EMPTY_AFTER if ahead > CLOCKS else -ahead).total_seconds()


def wait_for(level: int, elapsed_seconds: float, pace: Pace) -> tuple[int, int]:
    """(new level, seconds to wait)."""
    left = drained(level, elapsed_seconds, pace)
    over = left + UNITS - pace.burst * UNITS
    if over > 0:
        return left, -(-over * pace.seconds // UNITS)
    return left + UNITS, 0


def pressed(level: int) -> Pace:
    """How an address is paced at this level of all strangers' tries together: the more, the slower."""
    more = max(0, level // UNITS - USUAL)
    return Pace(max(SLOWEST.burst, ADDRESS.burst - more // 20), min(SLOWEST.seconds, ADDRESS.seconds + more // 15))


EMPTY_AFTER = max(
    TOLD_EVERY,
    *(timedelta(seconds=pace.burst * pace.seconds) for pace in (KNOWN, ADDRESS, SITE, OVERALL, CODES, SLOWEST)),
)
"""A full bucket has run dry by then, whatever its pace was."""


class Attempt(NamedTuple):
    """Someone who tries: under which name, from where, and in which browser of theirs (b"": a stranger's)."""

    sign_in: str
    address: str
    browser: bytes = b""


class Slowed(TooManyTries):
    """The bucket `name` refuses."""

    def __init__(self, seconds: int, name: bytes) -> None:
        super().__init__(seconds)
        self.name = name


def _name(key: bytes, text: str) -> bytes:
    return mac(key, "try bucket", text.encode("utf-8", "surrogatepass"))


def _asked(session: Session, key: bytes, one: Attempt, now: datetime) -> list[tuple[bytes, Pace]]:
    """The buckets that may refuse this try."""
    if one.browser:
        return [(_name(key, f"{one.sign_in}\0{one.browser.hex()}\0known"), KNOWN)]
    own = _name(key, f"{one.sign_in}\0{household(one.address)}")
    return [(own, MEMBER_AND_ADDRESS), *_of_address(session, key, one.address, now)]


def _of_address(session: Session, key: bytes, address: str, now: datetime) -> list[tuple[bytes, Pace]]:
    overall = session.get(TryBucket, _name(key, ""))
    level = drained(overall.level, _elapsed(overall, now), OVERALL) if overall is not None else 0
    buckets = [(_name(key, f"\0{household(address)}"), pressed(level))]
    return [*buckets, (_name(key, f"\0{whole}"), SITE)] if (whole := site(address)) else buckets


def check_a_try(session: Session, key: bytes, one: Attempt, now: datetime) -> None:
    """Raises Slowed if this try would be refused now. Reads only: a flood takes no lock from anybody."""
    for name, pace in _asked(session, key, one, now):
        bucket = session.get(TryBucket, name)
        if bucket is not None:
            _level, wait = wait_for(bucket.level, _elapsed(bucket, now), pace)
            if wait:
                raise Slowed(wait, name)


def take_a_try(session: Session, key: bytes, one: Attempt, now: datetime) -> None:
    """Count one try. Raises Slowed with the seconds to wait; a try refused is not counted."""
    _take(session, _asked(session, key, one, now), now)
    if not one.browser:
        _count_overall(session, key, now)


def take_a_knock(session: Session, key: bytes, one: Attempt, now: datetime) -> None:
    """A stranger came while others had every turn. That is no try of the member's, but one of the address: or whoever
    knocks without end from a few addresses would have every turn. Raises Slowed as `take_a_try`.
    """
    _take(session, _of_address(session, key, one.address, now), now)
    _count_overall(session, key, now)


def _count_overall(session: Session, key: bytes, now: datetime) -> None:
    overall = _bucket(session, _name(key, ""), now)
    level = drained(overall.level, _elapsed(overall, now), OVERALL)
    overall.level, overall.updated_at = min(level + UNITS, OVERALL.burst * UNITS), _counted_at(overall, now)


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
        bucket.level, wait = wait_for(bucket.level, _elapsed(bucket, now), pace)
        bucket.updated_at = _counted_at(bucket, now)
        waits.append((wait, name))
    if max(waits)[0]:
        raise Slowed(*max(waits))


def _counted_at(bucket: TryBucket, now: datetime) -> datetime:
    return now if bucket.updated_at - now > CLOCKS else max(now, bucket.updated_at)


def _bucket(session: Session, name: bytes, now: datetime) -> TryBucket:
    """The bucket of this name, locked. Two first tries at the same moment make one."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(TryBucket).values(name=name, level=0, updated_at=now).on_conflict_do_nothing())
    return session.get_one(TryBucket, name, with_for_update=True)


# -- the trail is told once


def was_told(session: Session, key: bytes, slowed: Slowed, now: datetime) -> bool:
    """Was the trail told lately that this bucket refuses? Reads only."""
    told_at = session.scalar(select(TryBucket.updated_at).where(TryBucket.name == _told(key, slowed)))
    return told_at is not None and abs(now - told_at) < TOLD_EVERY


def tell_once(session: Session, key: bytes, slowed: Slowed, now: datetime) -> bool:
    """Note that the trail is told now. False if another request has just told it."""
    if was_told(session, key, slowed, now):
        return False
    marker = _bucket(session, _told(key, slowed), now)
    first, marker.level, marker.updated_at = marker.level == 0 or now - marker.updated_at >= TOLD_EVERY, 1, now
    return first


def _told(key: bytes, slowed: Slowed) -> bytes:
    """A row beside the buckets: its `updated_at` says when the trail was told."""
    return mac(key, "bucket told", slowed.name)


def drop_empty_buckets(session: Session, now: datetime) -> int:
    """Buckets that have run dry: they count for nothing any more. Returns how many."""
    return rows_touched(session.execute(delete(TryBucket).where(TryBucket.updated_at < now - EMPTY_AFTER)))
