"""The list of case files: narrowed, sorted, a page at a time. Its address holds codes and ids, and nobody's name."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cards.card import Card
from hrd_cases.cards.lines import Line, due_mark
from hrd_cases.cards.lists import Order, Page, listed
from hrd_cases.cases.forms.search import FilterForm, SearchForm
from hrd_cases.cases.risk import Level
from hrd_cases.cases.shelves import Shelf, mend, missing, shelves
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
    seats = seats_of(session, known)
    officers = names_of(session, _officers(known))
    form = _filters(known, officers, seats)
    page = _page(form, known, visitor)
    return shown(
        "cases/list.html",
        form,
        page=page,
        filed=_whole(page.cards, known),
        search=SearchForm.empty(),
        officers=officers,
        seats=seats,
        lost=sum(missing(session, shelf) for shelf in known),
        locked=[seats[shelf.office_id] for shelf in known if shelf.locked],
        href=_pages,
        today=visitor.today,
        layout="wide",
    )


def seats_of(session: Session, known: Iterable[Shelf]) -> dict[uuid.UUID, str]:
    """What the offices of these files are called. Damaged segments among them are an alarm."""
    found = {}
    for shelf in known:
        office = session.get(Office, shelf.office_id)
        found[shelf.office_id] = office.seat if office is not None else "?"
        for segment_id in shelf.lines.damaged:
            failed_check("cards", segment_id)
    return found


def _filters(known: list[Shelf], officers: dict[uuid.UUID, str], seats: dict[uuid.UUID, str]) -> FilterForm:
    """The form as the address has it. What is not offered is said, and narrows nothing."""
    with typed_before(request.args):
        form = FilterForm()
    form.offer({line.country for shelf in known for line in shelf.lines.good}, officers, seats)
    if not form.validate():
        for name in form.errors:
            if name is not None:
                form[name].data = None
    return form


def _page(form: FilterForm, known: list[Shelf], visitor: Visitor) -> Page[Line]:
    lines = [
        line for shelf in known if form.office.data in ("", None, str(shelf.office_id)) for line in shelf.lines.good
    ]
    if form.late.data:
        lines = list(filter(is_late(form.late.data, visitor.today), lines))
    order = Order(form.order.data or Order.NEXT_DATE)
    number = request.args.get("page", 1, type=int)
    return listed(lines, form.filters(visitor.member_id), order, risks=RANKS, number=number, size=PAGE_SIZE)


def is_late(kind: str, today: date) -> Callable[[Line], bool]:
    """Is a file behind with this?"""
    mark = due_mark(kind)
    return lambda line: line.tells_of(mark) and any(due.kind == kind and due.on < today for due in line.dues)


def _whole(chosen: Iterable[Line], known: list[Shelf]) -> list[Filed]:
    at = {line.key: shelf for shelf in known for line in chosen if line.key in shelf.lines.packed}
    return [Filed(at[line.key].lines.card(line), at[line.key].office_id) for line in chosen]


def _officers(known: list[Shelf]) -> set[uuid.UUID]:
    keys = {line.officer_key for shelf in known for line in shelf.lines.good}
    return {uuid.UUID(bytes=key) for key in keys if key is not None}


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
