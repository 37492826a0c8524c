"""A calendar of hearings as a page: a month, a week or a list of them, whosever hearings they are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cards.lines import Lines
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.shelves import Shelf
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed_before
from hrd_cases.offices.facts import first_weekday
from hrd_cases.trials import grid
from hrd_cases.trials.agenda import Agenda, agenda
from hrd_cases.trials.calendar_words import Names, Times, Who, day_names
from hrd_cases.trials.forms.calendar import CalendarForm
from hrd_cases.trials.grid import DAY, Cell, OnDay, Placed, View
from hrd_cases.trials.listed import Sitting

MOST_A_DAY = 5
"""In a cell of a month; the others are on the list of that day."""


# -- whose, and which days


@dataclass(frozen=True)
class Place:
    """Whose calendar it is: an office's, by its days. Without `shelf` this member reads none of its files."""

    shelf: Shelf | None
    office_id: uuid.UUID
    calendar: OfficeCalendar
    begins: int
    today: date

    @property
    def zone(self) -> str:
        return str(self.calendar.zone)

    @property
    def lines(self) -> Lines:
        return self.shelf.lines if self.shelf is not None else Lines()

    def between(self, first: date, last: date) -> Agenda:
        return agenda(self.lines, first, last, self.zone)


def place_of(session: Session, visitor: Visitor, known: list[Shelf], wanted: str | None) -> Place:
    """The office that an address asks for, of those whose files this member works on; else their own."""
    shelf = next((one for one in known if str(one.office_id) == wanted), known[0] if known else None)
    return place_in(session, shelf.office_id if shelf is not None else visitor.office_id, shelf)


def place_in(session: Session, office_id: uuid.UUID, shelf: Shelf | None = None) -> Place:
    calendar = calendar_of(session, office_id)
    today = calendar.day_of(datetime.now(UTC))
    return Place(shelf, office_id, calendar, first_weekday(str(calendar.zone)), today)


@dataclass(frozen=True)
class Asked:
    """What an address asks for: how it is shown, and of which days it is. `days`: the whole weeks in which these lie;
    hearings `since` and `until` may stand on them.
    """

    place: Place
    view: View
    on: date
    first: date
    last: date
    days: list[date]

    @property
    def brief(self) -> bool:
        """Is there room for the least alone, in the cell of a month?"""
        return self.view is View.MONTH

    @property
    def since(self) -> date:
        return self.days[0] - DAY

    @property
    def until(self) -> date:
        return self.days[-1] + DAY

    def holds(self, on: date) -> bool:
        return self.first <= on <= self.last


def asked_of(place: Place) -> Asked:
    wanted = request.args.get("view", "")
    view = View(wanted) if wanted in set(View) else View.MONTH
    on = grid.day_asked(_day_typed() or request.args.get("on", ""), place.today)
    first, last = grid.span(view, on, place.begins)
    days = [day for week in grid.weeks_of(first, last, place.begins) for day in week]
    return Asked(place, view, on, first, last, days)


def _day_typed() -> str:
    """The date in the boxes of “Go to a date”; "" for none."""
    with typed_before(request.args):
        day = CalendarForm().on.data
    return day.isoformat() if day is not None else ""


def form_of(place: Place, staff: Names, seats: Mapping[uuid.UUID, str]) -> CalendarForm:
    """As the address has it. `staff`: of whom one may be chosen."""
    with typed_before(request.args):
        form = CalendarForm()
    form.offer(staff, seats or {place.office_id: ""})
    form.on.validate(form)
    return form


# -- hearings on days


class OnCalendar(Protocol):
    """A hearing that a calendar can show: one of ours, or one that was shared with us."""

    @property
    def sitting(self) -> Sitting: ...
    @property
    def days(self) -> list[Placed]: ...


class Entry(NamedTuple):
    """A hearing on a day, in words. `where` leads to it, `file` to its entry for one's own calendar, "" where there is
    none. `clashes`: whole sentences; in the cell of a month the references of the other hearings alone. `away`: that
    who goes is not there then.
    """

    item: OnCalendar
    how: OnDay
    times: Times
    who: Who
    where: str
    file: str = ""
    backup: str = ""
    clashes: Collection[str] = ()
    away: str = ""


class Day(NamedTuple):
    """`more`: so many hearings are not shown here, and to `missing` of them nobody goes yet."""

    cell: Cell
    inside: bool
    entries: list[Entry]
    more: int = 0
    missing: int = 0

    @property
    def listed(self) -> bool:
        """Does it stand in a list of days?"""
        return self.inside and (bool(self.entries) or self.cell.holiday is not None)

    @property
    def shown_alone(self) -> bool:
        """Does it stand on a phone, where a month is a list of the days with something? Today does."""
        return self.listed or bool(self.entries) or self.cell.today


One = TypeVar("One", bound=OnCalendar)
One_contra = TypeVar("One_contra", bound=OnCalendar, contravariant=True)


class Tells(Protocol[One_contra]):
    """Says a hearing on a day."""

    def entry(self, item: One_contra, how: OnDay, on: date) -> Entry: ...


def _days(asked: Asked, items: list[One], told: Tells[One]) -> list[Day]:
    standing = grid.by_day(items, lambda one: one.days)
    return [_day(asked, on, standing.get(on, []), told) for on in asked.days]


def _day(asked: Asked, on: date, standing: list[tuple[One, OnDay]], told: Tells[One]) -> Day:
    cell = grid.cell_of(on, asked.place.calendar, asked.place.today)
    shown_here = standing[:MOST_A_DAY] if asked.brief else standing
    hidden = standing[len(shown_here) :]
    missing = _missing(item for item, _ in hidden)
    entries = [told.entry(item, how, on) for item, how in shown_here]
    return Day(cell, asked.holds(on), entries, len(hidden), missing)


def _missing(items: Iterable[OnCalendar]) -> int:
    """To how many of these nobody goes, while somebody still can."""
    now = datetime.now(UTC)
    return sum(item.sitting.misses_somebody(now) for item in items)


# -- the page


def shown_calendar(
    visitor: Visitor, asked: Asked, form: CalendarForm, items: list[One], told: Tells[One], *, at: str, **beside: Any
) -> Response:
    """The page of these hearings, in the order in which they begin. `at`: its endpoint."""
    days = _days(asked, items, told)
    if not form.on.errors:
        form.on.process_data(asked.on)
    begin = [one for one in items if asked.holds(one.days[0].on)]
    before, after = grid.beside(asked.view, asked.on, asked.place.begins)
    return shown(
        "trials/calendar.html",
        form,
        at=at,
        asked=asked,
        weeks=[days[first : first + 7] for first in range(0, len(days), 7)],
        listed=[one for one in days if one.listed],
        names=day_names(asked.place.begins),
        href=partial(_href, at, _kept(form, asked)),
        before=before,
        after=after,
        missing=_missing(begin),
        number=len(begin),
        own_zone=visitor.zone,
        layout="wide",
        **beside,
    )


def _kept(form: CalendarForm, asked: Asked) -> dict[str, str]:
    """What stays as it is wherever the page leads."""
    whose = {"whose": str(form.whose.data)} if form.whose.data else {}
    return {"office": str(asked.place.office_id), "view": asked.view.value, "on": asked.on.isoformat(), **whose}


def _href(at: str, chosen: Mapping[str, str], **changes: object) -> str:
    """The calendar at another view or day, otherwise as it is."""
    wanted: dict[str, Any] = {**chosen, **{name: str(value) for name, value in changes.items()}}
    return url_for(at, **wanted)
