"""Fourteen days on paper, for days without network: by reference alone. And who goes how often, in numbers alone."""

from __future__ import annotations

import uuid
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.shelves import shelves
from hrd_cases.cases.views.lists import raise_alarms, seats_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed_before
from hrd_cases.keys.roles import CASEWORKERS
from hrd_cases.offices.colleagues import names_of
from hrd_cases.trials import grid
from hrd_cases.trials.agenda import Item
from hrd_cases.trials.burden import counted
from hrd_cases.trials.calendar_words import short_day, wall_clock
from hrd_cases.trials.forms.calendar import PeriodForm
from hrd_cases.trials.grid import DAY
from hrd_cases.trials.life import State
from hrd_cases.trials.times import local_day
from hrd_cases.trials.views.calendar_page import OnCalendar, place_of
from hrd_cases.trials.views.desk import desk

SHEET_DAYS = 14


class Row(NamedTuple):
    """A hearing on paper. `court`: the day and hour by the court's clocks, "" where the reader's show the same: no zone
    is named, for it would name the country. `goes`: "you", "colleague", "embassy" (whoever is no member of the office),
    the same with "_asked" while they have not accepted, or "nobody".
    """

    item: OnCalendar
    on: date
    court: str
    goes: str


@desk.get("/hearings/sheet", needs=Permission.SEE_CASES)
def sheet(session: Session, visitor: Visitor) -> Response:
    """Numbered, the number in the trail: whoever finds the paper can be told whose it was."""
    known = shelves(session, visitor)
    raise_alarms(known)
    seats = seats_of(session, known)
    place = place_of(session, visitor, known, request.args.get("office"))
    first = grid.day_asked(request.args.get("on", ""), place.today)
    last = first + DAY * (SHEET_DAYS - 1)
    found = place.between(first, last)
    number = new_reference()
    after_reading(Event.HEARINGS_PRINTED, office=place.office_id, export=number)
    return shown(
        "trials/sheet.html",
        at="trials.calendar",
        rows=[row_of(one, visitor.zone, _goes(one, visitor.member_id)) for one in found.items if one.sitting.is_ahead],
        first=first,
        last=last,
        number=number,
        unread=found.unread or sum(len(shelf.lines.damaged) + shelf.behind.missing for shelf in known),
        office=place.office_id if len(seats) > 1 else None,
        layout="wide",
    )


def row_of(item: OnCalendar, zone: str, goes: str) -> Row:
    """`zone`: the reader's."""
    one = item.sitting
    own_day = local_day(one.when.earliest_at, zone)
    here = one.when.earliest_at.astimezone(ZoneInfo(zone))
    court = ""
    if (own_day, here.time()) != (one.when.on, one.when.clock) and one.when.clock is not None:
        court = f"{short_day(one.when.on)}, {wall_clock(one.when.clock)}"
    elif own_day != one.when.on:
        court = short_day(one.when.on)
    return Row(item, own_day, court, goes)


def _goes(item: Item, me: uuid.UUID) -> str:
    one = item.sitting
    if one.nobody_goes or one.observer is None:
        return "nobody"
    goes = "you" if one.observer.member_id == me else "colleague" if one.observer.member_id is not None else "embassy"
    return goes if one.state == State.CONFIRMED else f"{goes}_asked"


@desk.get("/hearings/who-goes", needs=Permission.SEE_CASES)
def who_goes(session: Session, visitor: Visitor) -> Response:
    known = shelves(session, visitor)
    raise_alarms(known)
    seats = seats_of(session, known)
    with typed_before(request.args):
        form = PeriodForm()
    place = place_of(session, visitor, known, request.args.get("office"))
    form.offer(seats or {place.office_id: ""})
    good = form.validate()
    first, last = form.period(place.today) if good else (place.today, place.today)
    found = place.between(first, last)
    charter = visitor.charters.of(place.office_id)
    staff = charter.members_in(tuple(CASEWORKERS), visitor.today)
    lines = counted((one.sitting for one in found.items), staff, first, last, place.zone) if good else []
    return shown(
        "trials/who_goes.html",
        form,
        lines=lines,
        names=names_of(session, {one.member_id for one in lines if one.member_id is not None}),
        first=first,
        last=last,
        unread=found.unread,
        seats=seats,
    )
