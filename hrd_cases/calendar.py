"""An office's working-day calendar: its zone, weekend, holidays and working hours. Pure: no database, no web.

Working time is measured between instants (UTC), so that it neither stops nor runs backwards where clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPENS, CLOSES = time(9), time(17)
LONGEST_CLOSURE = 31
"""Days. Holidays stand in a table that an attacker may have written to: what would close an office for longer than
this is not believed, so that no clock waits for ever.
"""
DAY = timedelta(days=1)


@lru_cache(maxsize=1000)
def is_zone(name: str) -> bool:
    """The zone rules know it. For names out of a form or a table, which may hold anything."""
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return False


class Holiday(NamedTuple):
    """A day the office is closed; `source` says where that is known from, and of which date it is."""

    on: date
    name: str
    source: str


@dataclass(frozen=True)
class OfficeCalendar:
    """Make one with `office_calendar`. `weekend`: Monday is 0. `opens` and `closes` by the office's own clocks."""

    zone: ZoneInfo
    weekend: frozenset[int]
    holidays: Mapping[date, Holiday]
    opens: time = OPENS
    closes: time = CLOSES

    # ---- days

    def is_working_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def holiday(self, day: date) -> Holiday | None:
        return self.holidays.get(day)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._nearest(day, DAY)

    def last_working_day_before(self, day: date) -> date:
        """When somebody can be reminded of what is on `day` for the last time: of a hearing on Sunday, in Cairo on
        Thursday.
        """
        return self._nearest(day, -DAY)

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0. For what is due on a day without an hour, as the
        report of a hearing is: `add_working_days` counts from a moment.
        """
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def _nearest(self, day: date, step: timedelta) -> date:
        days = (day + step * n for n in range(1, LONGEST_CLOSURE + 8))
        believed = next((on for on in islice(days, LONGEST_CLOSURE) if self.is_working_day(on)), None)
        return believed or next(on for on in days if on.weekday() not in self.weekend)

    # ---- clocks

    def day_of(self, at: datetime) -> date:
        """The day it is there. Raises ValueError for a naive time."""
        if at.tzinfo is None:
            raise ValueError("a naive datetime names no instant")
        return at.astimezone(self.zone).date()

    def wall_clock(self, day: date, at: time) -> datetime:
        """The instant (UTC) the office's clocks show this: as much later where they skip it, the first where twice."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def is_open(self, at: datetime) -> bool:
        day = self.day_of(at)
        return self.is_working_day(day) and self._opening(day) <= at < self._closing(day)

    def opens_next(self, at: datetime) -> datetime:
        """The instant (UTC) at or after `at` from which it is open: `at` itself if it is open then."""
        day, at = self.day_of(at), at.astimezone(UTC)
        return next(max(opening, at) for opening, closing in self._open_from(day) if at < closing)

    # ---- working time

    @property
    def working_day(self) -> timedelta:
        """How long the office is open on a day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def add_working_days(self, at: datetime, days: int | Fraction) -> datetime:
        """So many working days of working time later: Thursday 15:00 and three days is Tuesday 15:00 in Cairo.

        What comes in while the office is closed counts from its opening, and so ends with a day's closing.
        """
        return self.add_working_time(at, self.working_day * Fraction(days).numerator / Fraction(days).denominator)

    def add_working_time(self, at: datetime, span: timedelta) -> datetime:
        """The instant (UTC) when the office will have been open for `span` since `at`.

        Raises ValueError for a naive time and a negative span.
        """
        if span < timedelta(0):
            raise ValueError("working time does not run backwards")
        day, at = self.day_of(at), at.astimezone(UTC)
        if not span:
            return at
        for opening, closing in self._open_from(day):
            start = max(opening, at)
            if start + span <= closing:
                return start + span
            span -= max(closing - start, timedelta(0))
        raise AssertionError("an office opens again")  # pragma: no cover

    def _open_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The times the office is open, from this day on, without end."""
        day = day if self.is_working_day(day) else self.next_working_day(day)
        while True:
            yield self._opening(day), self._closing(day)
            day = self.next_working_day(day)

    def _opening(self, day: date) -> datetime:
        return self.wall_clock(day, self.opens)

    def _closing(self, day: date) -> datetime:
        # Where the clocks skip the closing hour up to midnight, the day ends before it.
        return min(self.wall_clock(day, self.closes), self.wall_clock(day + DAY, time(0)))


def office_calendar(
    zone: str, weekend: Iterable[str], holidays: Iterable[Holiday] = (), opens: time = OPENS, closes: time = CLOSES
) -> OfficeCalendar:
    """A calendar from what the tables say. `zone` an IANA name, `weekend` English abbreviations ("fri", "sat").

    Words that are no weekday are left out, and a week that would be all weekend has none: what was planted there
    stops no clock. Raises ValueError for hours that end before they begin, ZoneInfoNotFoundError for no zone.
    """
    if opens >= closes:
        raise ValueError("an office opens before it closes")
    closed = frozenset(WEEKDAYS.index(word) for word in weekend if word in WEEKDAYS)
    return OfficeCalendar(
        zone=ZoneInfo(zone),
        weekend=closed if len(closed) < len(WEEKDAYS) else frozenset(),
        holidays={holiday.on: holiday for holiday in holidays},
        opens=opens,
        closes=closes,
    )
