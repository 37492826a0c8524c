"""One hearing as an entry of somebody's own calendar (RFC 5545): that the time is taken, and nothing else. Pure.

The file lies in mail boxes and telephones and is copied to whoever keeps those: it has no name, court, place, charge,
country or reference, and no link. Times are in UTC, since a zone would name the country. The title is what the house
calls itself to strangers.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from hrd_cases.trials.clashes import LASTS
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.grid import DAY, OnDay, days_of
from hrd_cases.trials.life import State
from hrd_cases.trials.times import When
from hrd_cases.vault.envelope import mac

OVER = (State.CANCELLED, State.ADJOURNED)
"""Nobody goes: the entry is taken away again. The new date of one that was adjourned is a hearing of its own."""


UIDS = "calendar entries"


class Entry(NamedTuple):
    """`uid`: the same for one hearing for good, and in no table. `title`: of the house. `zone`: the office's, by whose
    days one without an hour is placed.
    """

    uid: uuid.UUID
    title: str
    when: When
    zone: str
    sequence: int
    over: bool


def uid_of(key: bytes, hearing_id: uuid.UUID) -> uuid.UUID:
    """The same for good, and unknown to whoever has the database: `key` is the folder's, for `UIDS`."""
    return uuid.UUID(bytes=mac(key, "calendar entry", hearing_id.bytes)[:16], version=4)


def sequence_of(versions: Sequence[Hearing]) -> int:
    """How often its date changed, of everything that was written about one hearing, oldest first: a programme that has
    the entry takes the higher number for the newer.
    """
    return sum(_dated(before) != _dated(after) for before, after in pairwise(versions))


def _dated(hearing: Hearing) -> tuple[object, ...]:
    when = hearing.when
    return when.on, when.clock, when.part, when.earliest_at, is_over(hearing)


def is_over(hearing: Hearing) -> bool:
    return State(hearing.state) in OVER


def calendar_file(entry: Entry, now: datetime) -> bytes:
    """The file, made at `now`."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - a tenth of a second that only this page needs

    made, event = Calendar(), Event()
    begins, ends = _taken(entry)
    # Without an organiser, which RFC 5546 would have: an address says whose it is, and programmes write to it.
    _fill(
        made,
        version="2.0",
        prodid=f"-//{entry.title}//EN",
        calscale="GREGORIAN",
        method="CANCEL" if entry.over else "PUBLISH",
    )
    _fill(event, summary=entry.title, dtstart=begins, dtend=ends, dtstamp=now.replace(microsecond=0))
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("class", "PRIVATE")
    _fill(event, status="CANCELLED" if entry.over else "CONFIRMED", transp="OPAQUE")
    made.add_component(event)
    return bytes(made.to_ical(sorted=False))


def _fill(component: Any, **values: object) -> None:
    for name, value in values.items():
        component.add(name, value)


def _taken(entry: Entry) -> tuple[object, object]:
    """From when until when somebody is not free; the days of one without an hour, the last one excluded."""
    at = entry.when.at
    if at is not None:
        return at, at + LASTS
    days = [one.on for one in days_of(entry.when, entry.zone) if one.how is not OnDay.AT_COURT]
    return days[0], days[-1] + DAY
