"""An office's fourteen days on paper; and who goes how often, in numbers alone."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.read import cards_of
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.cases.shelves import shelves
from hrd_cases.cases.views.lists import raise_alarms, seats_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed_before
from hrd_cases.offices.colleagues import names_of
from hrd_cases.trials.agenda import Item
from hrd_cases.trials.burden import counted
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.forms.calendar import PeriodForm
from hrd_cases.trials.life import State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.times import has_begun
from hrd_cases.trials.views.calendar_page import Place, place_of
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.fortnight import Row, days_of, row_of, shown_fortnight
from hrd_cases.trials.views.shared_calendar import NOTHING_SHARED, rows_of, shared_between


@desk.get("/hearings/sheet", needs=Permission.SEE_CASES)
def sheet(session: Session, visitor: Visitor) -> Response:
    known = shelves(session, visitor)
    raise_alarms(known)
    place = place_of(session, visitor, known, request.args.get("office"))
    days = days_of(place)
    found = place.between(*days)
    to_know = visitor.allows(Permission.SEE_SHARED, place.office_id)
    shared = shared_between(session, visitor, place, *days) if to_know else NOTHING_SHARED
    lost = sum(len(shelf.lines.damaged) + shelf.behind.missing for shelf in known)
    rows = [*_rows(session, visitor, place, found.items), *rows_of(shared, visitor)]
    unread = found.unread + shared.unread + lost
    return shown_fortnight(visitor, place, rows, seats_of(session, known), at="trials.calendar", unread=unread)


def _rows(session: Session, visitor: Visitor, place: Place, items: list[Item]) -> list[Row]:
    now = datetime.now(UTC)
    ahead = [one for one in items if one.sitting.is_ahead]
    trials = {one.trial.proceeding_id: one for one in ahead}
    told = {name: _references(session, place, one) for name, one in trials.items()}
    return [
        row_of(one, visitor.zone, _goes(one, visitor.member_id, now), told[one.trial.proceeding_id], one.trial.files)
        for one in ahead
    ]


def _references(session: Session, place: Place, item: Item) -> list[str]:
    """Of every file of a trial, in its order; of the first alone where the trial does not open."""
    proceeding = session.get(Proceeding, item.trial.proceeding_id) if item.others else None
    if proceeding is not None and place.shelf is not None:
        with suppress(*UNREADABLE):
            files = open_docket(session, proceeding).trial.files
            found = {card.case_id: card for card in cards_of(session, place.shelf.circle_id, files).good}
            return [found[one].reference for one in files if one in found]
    return [item.card.reference]


def _goes(item: Item, me: uuid.UUID, now: datetime) -> str:
    """What they are to the reader: paper names nobody."""
    one = item.sitting
    if one.nobody_goes or one.observer is None:
        return "nobody_went" if has_begun(one.when, now) else "nobody"
    if one.observer.member_id is not None:
        goes = "you" if one.observer.member_id == me else "colleague"
    else:
        goes = "embassy" if one.observer.embassy or one.observer.share_id is not None else "outside"
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
    staff = charter.caseworkers(datetime.now(UTC))
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
