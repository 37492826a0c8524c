"""Days as a calendar shows them: weeks as the office's country begins them, working days, and on which days a hearing
stands. Pure.

A hearing stands on the office's day and, where that is another one, on the court's too: who reads the calendar in
Bogotá must neither miss the night before nor be a day late for a court in Beijing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from hrd_cases.calendar import Holiday, OfficeCalendar
from hrd_cases.trials.times import FIRST_YEAR, LAST_YEAR, When, day_in, latest_at, local_day

DAY = timedelta(days=1)
FIRST, LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
"""Of the calendar."""
LIST_DAYS = 31
"""Of the list, from the day it begins with."""

T = TypeVar("T")


class View(StrEnum):
    MONTH = "month"
    WEEK = "week"
    LIST = "list"


class OnDay(StrEnum):
    """How a hearing stands on a day: it begins then, or may begin first; it has no hour and may begin on this day too;
    it is this day by the court's clocks alone.
    """

    BEGINS = "begins"
    MAY_BEGIN = "may_begin"
    AT_COURT = "at_court"


class Placed(NamedTuple):
    on: date
    how: OnDay


class Cell(NamedTuple):
    """A day of an office. `holiday` is said also where the office would have been closed."""

    on: date
    working: bool
    holiday: Holiday | None
    today: bool


# -- days


def day_asked(text: str, today: date) -> date:
    """The day that an address names; today if it names none of the calendar."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if FIRST <= asked <= LAST else today


def span(view: View, on: date, begins: int) -> tuple[date, date]:
    """The first and last day that a view of this day is about. `begins`: the first weekday; Monday is 0."""
    if view is View.MONTH:
        first = on.replace(day=1)
        return first, _next_month(first) - DAY
    if view is View.WEEK:
        first = on - DAY * ((on.weekday() - begins) % 7)
        return first, first + DAY * 6
    return on, on + DAY * (LIST_DAYS - 1)


def beside(view: View, on: date, begins: int) -> tuple[date | None, date | None]:
    """The days that lead to the view before and the one after; None where the calendar ends."""
    first, last = span(view, on, begins)
    before = first - DAY * LIST_DAYS if view is View.LIST else span(view, first - DAY, begins)[0]
    return before if before >= FIRST else None, last + DAY if last < LAST else None


def weeks_of(first: date, last: date, begins: int) -> list[list[date]]:
    """The whole weeks in which these days lie."""
    monday, until = span(View.WEEK, first, begins)[0], span(View.WEEK, last, begins)[1]
    days = list(_days(monday, until))
    return [days[at : at + 7] for at in range(0, len(days), 7)]


def months(first: date, last: date) -> Iterator[str]:
    """The months in which these days lie, each as "2026-11"."""
    month = first.replace(day=1)
    while month <= last:
        yield month_of(month)
        month = _next_month(month)


def month_of(on: date) -> str:
    return f"{on:%Y-%m}"


def cell_of(on: date, calendar: OfficeCalendar, today: date) -> Cell:
    return Cell(on, calendar.is_working_day(on), calendar.holiday(on), on == today)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * n for n in range((last - first).days + 1))


def _next_month(first: date) -> date:
    return (first + DAY * 31).replace(day=1)


# -- hearings on days


def days_of(when: When, zone: str) -> list[Placed]:
    """The days on which a hearing stands in the calendar of an office with this zone, the one it begins on first.

    Raises ZoneInfoNotFoundError for a zone that is none.
    """
    begins, until = day_in(when, zone), local_day(latest_at(when), zone)
    found = [Placed(on, OnDay.BEGINS if on == begins else OnDay.MAY_BEGIN) for on in _days(begins, until)]
    if not begins <= when.on <= until:
        found.append(Placed(when.on, OnDay.AT_COURT))
    return found


def by_day(items: Iterable[T], days: Callable[[T], Iterable[Placed]]) -> dict[date, list[tuple[T, OnDay]]]:
    """What stands on each day, in the order given."""
    found: dict[date, list[tuple[T, OnDay]]] = {}
    for item in items:
        for on, how in days(item):
            found.setdefault(on, []).append((item, how))
    return found
