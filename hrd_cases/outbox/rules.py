"""When reminders fall due and when a mail is tried again: pure functions from plain values to plain values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)

# ASCII only: what the mail server is told must hold no line break, no angle bracket and no second address.
_ADDRESS = re.compile(
    r"(?!\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def utc_now() -> datetime:
    """The one clock of the unattended process."""
    return datetime.now(UTC)


def day_slot(day: date, zone: ZoneInfo, hour: int) -> datetime:
    """The office's one slot of that day: `hour` o'clock (0-23) by its own clocks, in UTC.

    Every day reminder of an office goes out then, whatever it is about. Where the clocks skip that hour, the slot is as
    much later; where they show it twice, it is the first.
    """
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def hour_slot(at: datetime) -> datetime:
    """The full hour (UTC) at or before `at`: early rather than late. Raises ValueError if `at` is naive."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def quarter_slot(at: datetime) -> datetime:
    """The first quarter of an hour (UTC) at or after `at`: for an office that opens at 08:40."""
    return at + -(at - datetime.min.replace(tzinfo=UTC)) % QUARTER


def minute_slot(at: datetime) -> datetime:
    """The first full minute (UTC) at or after `at`: never early. Raises ValueError if `at` is naive."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    floor = at.astimezone(UTC).replace(second=0, microsecond=0)
    return floor if floor == at else floor + MINUTE


def is_slot(at: datetime) -> bool:
    """`at` could come from one of the slots above: every zone of today is a multiple of 15 minutes from UTC."""
    return at.tzinfo is not None and (at - datetime.min.replace(tzinfo=UTC)) % QUARTER == timedelta(0)


def never_past(slot: datetime, now: datetime) -> datetime:
    """A slot that has passed becomes this minute: the watchdog counts from here, and not from before it was planned."""
    return slot if slot > now else now.replace(second=0, microsecond=0)


def wait_after(attempts: int, draw: float) -> timedelta:
    """How long to wait after so many failed tries (≥ 1): 30 s, doubling up to 15 minutes.

    `draw` in [0, 1) takes up to half of it away, so that a mail server that comes back is not met by all at once.
    """
    whole: timedelta = min(FIRST_WAIT * 2 ** min(max(attempts, 1) - 1, 20), LONGEST_WAIT)
    return whole * (1 - draw / 2)


def deliverable(address: str) -> bool:
    """A mail server could take it: one plain ASCII address of at most 254 characters, without a display name."""
    return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None


def is_permanent(code: int, words: bytes) -> bool:
    """An SMTP reply to a recipient or a message that will not change by waiting (RFC 5321 4.2.1).

    Not those that speak of us: "sign in first", and policy (RFC 3463 X.7.X), which a mail server may say to every
    recipient while it does not know us. An operator mends that, and then every mail must still be there.
    """
    return 500 <= code < 600 and code != 530 and not words.startswith(b"5.7.")
