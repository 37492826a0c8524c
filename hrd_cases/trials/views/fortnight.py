"""Fourteen days on paper, for days without network: by reference alone, whosever hearings they are.

Numbered, the number in the trail: whoever finds the paper can be told whose it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases.reference import new_reference
from hrd_cases.door.showing import shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.pages import day_and_hour
from hrd_cases.trials import grid
from hrd_cases.trials.calendar_words import short_day, wall_clock
from hrd_cases.trials.grid import DAY
from hrd_cases.trials.times import When, local_day
from hrd_cases.trials.views.calendar_page import OnCalendar, Place

DAYS = 14


class Row(NamedTuple):
    """A hearing on paper. `court`: the day and hour by the court's clocks, "" where the reader's show the same: no zone
    is named, for it would name the country. `goes`: a key of the template's words. `references`: of every file that it
    is about, and `more` files whose reference cannot be read.
    """

    when: When
    on: date
    court: str
    goes: str
    references: tuple[str, ...]
    more: int = 0


def days_of(place: Place) -> tuple[date, date]:
    """The first and the last, as the address has them."""
    first = grid.day_asked(request.args.get("on", ""), place.today)
    return first, first + DAY * (DAYS - 1)


def row_of(item: OnCalendar, zone: str, goes: str, references: Iterable[str], files: int = 1) -> Row:
    """`zone`: the reader's; `files`: so many it is about."""
    when, told = item.sitting.when, tuple(references)
    on = local_day(when.earliest_at, zone)
    return Row(when, on, _at_court(when, on, zone), goes, told, max(0, files - len(told)))


def _at_court(when: When, on: date, zone: str) -> str:
    here = when.earliest_at.astimezone(ZoneInfo(zone))
    if when.shows is not None and (on, here.time()) != (when.on, when.shows):
        return day_and_hour(short_day(when.on), wall_clock(when.shows))
    return short_day(when.on) if on != when.on else ""


def shown_fortnight(
    visitor: Visitor, place: Place, rows: Iterable[Row], seats: Mapping[uuid.UUID, str], *, at: str, unread: int
) -> Response:
    """The page of these. `at`: the endpoint of the calendar that it belongs to."""
    first, last = days_of(place)
    number = new_reference()
    after_reading(Event.HEARINGS_PRINTED, office=place.office_id, export=number)
    return shown(
        "trials/sheet.html",
        at=at,
        rows=sorted(rows, key=lambda one: one.when.earliest_at),
        first=first,
        last=last,
        today=place.today,
        number=number,
        unread=unread,
        office=place.office_id if len(seats) > 1 else None,
        seat=seats.get(place.office_id, visitor.office_name),
        layout="wide",
    )
