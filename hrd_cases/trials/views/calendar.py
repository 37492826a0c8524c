"""The calendar of hearings: a month, a week or a list, of an office or of one member; read from cards alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cards.lines import Lines
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.shelves import Shelf, older_lines, shelves
from hrd_cases.cases.views.lists import raise_alarms, seats_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed_before
from hrd_cases.keys.roles import CASEWORKERS
from hrd_cases.offices.absences import absences_of
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.facts import first_weekday
from hrd_cases.offices.models import Absence
from hrd_cases.trials import grid
from hrd_cases.trials.agenda import Agenda, Item, agenda, clashes_among
from hrd_cases.trials.calendar_words import (
    Names,
    Times,
    Who,
    away_said,
    backup_of,
    clash_said,
    day_names,
    install_calendar_words,
    observer_name,
    times_of,
    who_goes,
)
from hrd_cases.trials.clashes import Found, who_is
from hrd_cases.trials.forms.calendar import MINE, NOBODY, CalendarForm
from hrd_cases.trials.grid import DAY, Cell, Stands, View
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.views.desk import desk

MOST_A_DAY = 5
"""In a cell of a month; the others are on the list of that day."""
install_calendar_words(desk.blueprint)


@dataclass(frozen=True)
class Place:
    """Whose calendar it is: an office's, by its days."""

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


class OnCalendar(Protocol):
    """A hearing that a calendar can show: one of ours, or one that was shared with us."""

    @property
    def sitting(self) -> Sitting: ...


class Entry(NamedTuple):
    """A hearing on a day, in words. `where` leads to it, `file` to its entry for one's own calendar. `clashes`: whole
    sentences; in the cell of a month the references of the other hearings alone. `away`: that who goes is not there
    then.
    """

    item: OnCalendar
    how: Stands
    times: Times
    who: Who
    backup: str
    clashes: list[str]
    away: str
    where: str
    file: str


class Day(NamedTuple):
    """`more`: so many hearings are not shown here, and to `missing` of them nobody goes yet."""

    cell: Cell
    inside: bool
    entries: list[Entry]
    more: int = 0
    missing: int = 0

    @property
    def shown_alone(self) -> bool:
        """Does it stand on a phone, where a month is a list of the days with something? Today does."""
        return bool(self.entries) or self.cell.today or (self.inside and self.cell.holiday is not None)


@desk.get("/hearings", needs=Permission.SEE_CASES)
def calendar(session: Session, visitor: Visitor) -> Response:
    known = shelves(session, visitor)
    raise_alarms(known)
    seats = seats_of(session, known)
    place = place_of(session, visitor, known, request.args.get("office"))
    view, on = asked(place)
    first, last = grid.span(view, on, place.begins)
    days = [day for week in grid.weeks_of(first, last, place.begins) for day in week]
    found = place.between(days[0] - DAY, days[-1] + DAY)
    names = _names(session, visitor, place, found.items)
    form = _form(visitor, place, names, seats)
    items = [one for one in found.items if _is_of(one, str(form.whose.data), visitor.member_id)]
    references = {one.sitting.hearing_id: one.card.reference for one in found.items}
    told = Telling(
        names,
        clashes_among(found.items),
        references,
        visitor.zone,
        brief=view is View.MONTH,
        absences=absences_of(session, place.office_id, days[0]),
    )
    standing = grid.by_day(items, lambda one: one.days)
    shown_days = [day_shown(day, place, (first, last), standing.get(day, []), told) for day in days]
    begin = _within(items, first, last)
    before, after = grid.beside(view, on, place.begins)
    return shown(
        "trials/calendar.html",
        form,
        at="trials.calendar",
        sheet="trials.sheet",
        view=view,
        on=on,
        first=first,
        last=last,
        weeks=[shown_days[at : at + 7] for at in range(0, len(shown_days), 7)],
        listed=[one for one in shown_days if first <= one.cell.on <= last and (one.entries or one.cell.holiday)],
        names=day_names(place.begins),
        href=partial(href, "trials.calendar", {**kept(form, place), "view": view.value, "on": on.isoformat()}),
        before=before,
        after=after,
        today=place.today,
        missing=sum(one.sitting.is_ahead and one.sitting.nobody_goes for one in begin),
        number=len(begin),
        unread=found.unread,
        seats=seats,
        zone=place.zone,
        own_zone=visitor.zone,
        layout="wide",
        **_set_back(known, seats),
    )


def _set_back(known: list[Shelf], seats: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """What the cards do not tell: said here as on the list of files."""
    older = older_lines(known)
    return {
        "lost": sum(shelf.behind.missing for shelf in known),
        "older": older,
        "more_older": sum(len(shelf.behind.older) for shelf in known) - len(older),
        "locked": [seats[shelf.office_id] for shelf in known if shelf.locked],
    }


def asked(place: Place) -> tuple[View, date]:
    wanted = request.args.get("view", "")
    view = View(wanted) if wanted in set(View) else View.MONTH
    return view, grid.day_asked(request.args.get("on", ""), place.today)


def _form(visitor: Visitor, place: Place, names: Names, seats: Mapping[uuid.UUID, str]) -> CalendarForm:
    with typed_before(request.args):
        form = CalendarForm()
    staff = {one: name for one, name in names.items() if one != visitor.member_id}
    form.offer(staff, seats or {place.office_id: ""})
    return form


def _names(session: Session, visitor: Visitor, place: Place, items: Iterable[Item]) -> Names:
    """Who may be chosen: whoever works on the office's files, and whoever goes to these hearings."""
    charter = visitor.charters.of(place.office_id)
    now = datetime.now(UTC)
    seated = {seat.member_id for seat in charter.seats if charter.roles_of(seat.member_id, now) & CASEWORKERS}
    going = {one.member_id for item in items for one in (item.sitting.observer, item.sitting.backup) if one is not None}
    return names_of(session, seated | {one for one in going if one is not None})


def _is_of(item: Item, whose: str, me: uuid.UUID) -> bool:
    if whose == NOBODY:
        return item.sitting.is_ahead and item.sitting.nobody_goes
    if whose == MINE:
        return item.is_mine(me)
    return not whose or item.sitting.is_of(uuid.UUID(whose))


def _within(items: Iterable[Item], first: date, last: date) -> list[Item]:
    """Those that begin in what is shown, by the office's days."""
    return [one for one in items if first <= one.days[0].on <= last]


def kept(form: CalendarForm, place: Place) -> dict[str, str]:
    """What stays as it is wherever the page leads."""
    chosen = {"whose": str(form.whose.data or ""), "office": str(place.office_id)}
    return {name: value for name, value in chosen.items() if value}


def href(at: str, chosen: Mapping[str, str], **changes: object) -> str:
    """The calendar at another view or day, otherwise as it is."""
    wanted: dict[str, Any] = {**chosen, **{name: str(value) for name, value in changes.items()}}
    return url_for(at, **wanted)


# -- in words


@dataclass(frozen=True)
class Telling:
    """What is needed to say a hearing: who is who, what clashes, whose clocks."""

    names: Names
    clashes: Found
    references: Mapping[uuid.UUID, str]
    zone: str
    brief: bool
    absences: list[Absence]
    _who: dict[tuple[object, ...], Who] = field(default_factory=dict, repr=False)

    def entry(self, item: Item, how: Stands, on: date) -> Entry:
        one = item.sitting
        return Entry(
            item,
            how,
            times_of(one.when, on, self.zone),
            self._goes(one),
            "" if self.brief else backup_of(one, self.names),
            self._clashes(one),
            self._away(item),
            hearing_at(item),
            url_for("trials.calendar_entry", proceeding_id=item.trial.proceeding_id, hearing_id=one.hearing_id),
        )

    def _goes(self, one: Sitting) -> Who:
        """Put into words once: the same few go to most hearings of a month."""
        key = (one.observer, one.state, one.access)
        if key not in self._who:
            self._who[key] = who_goes(one, self.names)
        return self._who[key]

    def _clashes(self, one: Sitting) -> list[str]:
        others = self.clashes.get(one.hearing_id, ())
        if self.brief:
            return list(dict.fromkeys(self.references[duty.hearing_id] for duty, _ in others))
        who = {who_is(each): observer_name(each, self.names) for each in (one.observer, one.backup) if each is not None}
        return [
            clash_said(why, who.get(duty.who, "?"), self.references[duty.hearing_id], duty.when, self.zone)
            for duty, why in others
        ]

    def _away(self, item: Item) -> str:
        """The observer's absence; of the backup it is said where one is chosen."""
        one, goes = item.sitting, item.sitting.observer
        if not one.is_ahead or goes is None or goes.member_id is None:
            return ""
        on = item.days[0].on
        away = any(row.first_on <= on <= row.last_on for row in self.absences if row.member_id == goes.member_id)
        return away_said(observer_name(goes, self.names)) if away else ""


def hearing_at(item: Item) -> str:
    """Where a hearing is seen to."""
    return url_for("trials.hearing", proceeding_id=item.trial.proceeding_id, hearing_id=item.sitting.hearing_id)


One = TypeVar("One", bound=OnCalendar)
One_contra = TypeVar("One_contra", bound=OnCalendar, contravariant=True)


class Tells(Protocol[One_contra]):
    """Says a hearing on a day. `brief`: in a cell of a month."""

    @property
    def brief(self) -> bool: ...
    def entry(self, item: One_contra, how: Stands, on: date) -> Entry: ...


def day_shown(
    on: date, place: Place, about: tuple[date, date], standing: list[tuple[One, Stands]], told: Tells[One]
) -> Day:
    cell = grid.cell_of(on, place.calendar, place.today)
    shown_here = standing[:MOST_A_DAY] if told.brief else standing
    hidden = standing[len(shown_here) :]
    missing = sum(item.sitting.is_ahead and item.sitting.nobody_goes for item, _ in hidden)
    entries = [told.entry(item, how, on) for item, how in shown_here]
    return Day(cell, about[0] <= on <= about[1], entries, len(hidden), missing)
