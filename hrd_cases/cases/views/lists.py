"""The list of case files: narrowed, sorted, a page at a time. Its address holds codes and ids, and nobody's name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import mark
from hrd_cases.cards.lines import Lines, Marks, together
from hrd_cases.cards.lists import Order, Page, listed
from hrd_cases.cases.forms.search import FilterForm, SearchForm
from hrd_cases.cases.risk import Level
from hrd_cases.cases.shelves import Shelf, as_it_is, mend, older_lines, shelves
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed_before
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office

PAGE_SIZE = 50
RANKS = {level.value: level.rank + 1 for level in Level}


class Filed(NamedTuple):
    """A file on a list, and the office that has it."""

    card: Card
    office_id: uuid.UUID


@desk.get("", needs=Permission.SEE_CASES)
def index(session: Session, visitor: Visitor) -> Response:
    known = shelves(session, visitor)
    raise_alarms(known)
    seats = seats_of(session, known)
    lines = together(shelf.lines for shelf in known)
    officers = names_of(session, {card.officer_id for card in lines.first_of_each("officer") if card.officer_id})
    form = _filters(lines, officers, seats)
    page = _page(form, lines, known, visitor)
    older = older_lines(known)
    return shown(
        "cases/list.html",
        form,
        page=page,
        filed=_whole(page.lines, lines, known, visitor.local_day),
        search=SearchForm.empty(),
        officers=officers,
        seats=seats,
        lost=sum(shelf.behind.missing for shelf in known),
        older=older,
        more_older=sum(len(shelf.behind.older) for shelf in known) - len(older),
        locked=[seats[shelf.office_id] for shelf in known if shelf.locked],
        href=_pages,
        today=visitor.local_day,
        layout="wide",
    )


def seats_of(session: Session, known: Iterable[Shelf]) -> dict[uuid.UUID, str]:
    """What the offices of these files are called."""
    offices = {shelf.office_id: session.get(Office, shelf.office_id) for shelf in known}
    return {office_id: office.seat if office is not None else "?" for office_id, office in offices.items()}


def raise_alarms(known: Iterable[Shelf]) -> None:
    """Of cards that failed their check, and of offices whose cards were set back though none did."""
    for shelf in known:
        for segment_id in shelf.lines.damaged:
            failed_check("cards", segment_id)
        if shelf.behind and not shelf.lines.damaged:
            failed_check("cards of office", shelf.office_id)


def _filters(lines: Lines, officers: dict[uuid.UUID, str], seats: dict[uuid.UUID, str]) -> FilterForm:
    """The form as the address has it. What is not offered is said, and narrows nothing."""
    with typed_before(request.args):
        form = FilterForm()
    form.offer({card.country for card in lines.first_of_each("country")}, officers, seats)
    if not form.validate():
        for name in form.errors:
            if name is not None:
                form[name].data = None
    return form


def _page(form: FilterForm, lines: Lines, known: list[Shelf], visitor: Visitor) -> Page:
    among = np.ones(len(lines), bool)
    if form.office.data:
        among &= np.repeat([form.office.data == str(shelf.office_id) for shelf in known], [*map(_size, known)])
    if form.late.data:
        among &= late(lines, form.late.data, visitor.local_day)
    return listed(
        lines,
        form.filters(visitor.member_id),
        Order(form.order.data or Order.RISK),
        risks=RANKS,
        number=request.args.get("page", 1, type=int),
        size=PAGE_SIZE,
        among=among,
    )


def _size(shelf: Shelf) -> int:
    return len(shelf.lines)


def late(lines: Lines, kind: str, today: date) -> Marks:
    """Which files are behind with this."""
    dues, at = lines.dues()
    behind = np.zeros(len(lines), bool)
    behind[at[(dues["kind"] == mark(kind)) & (dues["on"] < today.toordinal())]] = True
    return behind


def _whole(chosen: Iterable[int], lines: Lines, known: list[Shelf], today: date) -> list[Filed]:
    offices = {shelf.circle_id: shelf.office_id for shelf in known}
    return [Filed(as_it_is(lines.card(line), today), offices[lines.pack(line).circle_id]) for line in chosen]


def _pages(number: int) -> str:
    asked: dict[str, Any] = request.args.to_dict() | {"page": number}
    return url_for("cases.index", **asked)


@desk.form("/mend", needs=Permission.SEE_CASES)
def mended(session: Session, visitor: Visitor) -> Response:
    return confirm(
        lambda: mend(session, visitor),
        _mended,
        title=_("Make the list again from the files"),
        says=[
            _("Lists and searches read a copy of what stands in the files. What failed its check is made again."),
            _("The files themselves are not changed. Security was told of what failed its check."),
        ],
        button=_("Make it again"),
        back=("cases.index", {}),
    )


def _mended() -> Response:
    say(_("What could be opened was made again from the files."))
    return led_to("cases.index")
