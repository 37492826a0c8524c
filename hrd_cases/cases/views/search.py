"""The search: what is typed is sent in a form, kept in the session alone, and found on a page whose address says
nothing. One can come back to it.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.finding import Why, checked, find
from hrd_cases.cases.forms.search import SearchForm
from hrd_cases.cases.shelves import settle
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import search_for
from hrd_cases.door.showing import done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office

WHY = {
    Why.REFERENCE: (_l("Reference"), "good"),
    Why.NAME: (_l("Name"), "good"),
    Why.PART: (_l("Part of a name"), "waiting"),
    Why.SOUND: (_l("Similar name"), "neutral"),
    Why.PLACE: (_l("Place"), "neutral"),
    Why.KEYWORD: (_l("Keyword"), "neutral"),
}
"""The badge that says why a file was found."""


@desk.form("/search", needs=Permission.SEE_CASES, keeps=False)
def search(session: Session, visitor: Visitor) -> Response:
    form = SearchForm()
    if done(form, lambda: _look_for(session, visitor, form), "text"):
        return led_to("cases.found")
    return shown("cases/search.html", form, found=None)


def _look_for(session: Session, visitor: Visitor, form: SearchForm) -> None:
    search_for(session, checked(typed(form.text)))
    record(session, Event.CASES_SEARCHED)
    settle(session, visitor)


@desk.get("/search/found", needs=Permission.SEE_CASES)
def found(session: Session, visitor: Visitor) -> Response:
    if not visitor.sought:
        return led_to("cases.search")
    results = find(session, visitor, visitor.sought)
    for segment_id in results.damaged:
        failed_check("cards", segment_id)
    lines = [*results.results, *results.alike]
    offices = {one.office_id for one in lines} | set(results.locked)
    seats = {one: office.seat for one in offices if (office := session.get(Office, one)) is not None}
    officers = names_of(session, {one.card.officer_id for one in lines if one.card.officer_id})
    form = SearchForm(unread=True, text=visitor.sought)
    locked = [seats[one] for one in results.locked if one in seats]
    return shown("cases/search.html", form, found=results, why=WHY, seats=seats, officers=officers, locked=locked)
