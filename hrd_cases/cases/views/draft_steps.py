"""The steps of the full path: each saves into the sealed draft, and nothing but the check needs all of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases import drafts
from hrd_cases.cases.details import Incident, Person, Sourced, SourceMark
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.forms.entry import Around, EntryForm
from hrd_cases.cases.forms.events import IncidentForm
from hrd_cases.cases.forms.people import PersonForm, SourceForm
from hrd_cases.cases.forms.recording import NOBODY_YET, AboutForm, ReachForm, WhereForm, WhoForm, urgency_hints
from hrd_cases.cases.models import Draft
from hrd_cases.cases.similar import Similar, similar, told_of
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.cases.views.recording import look_alikes, own_countries
from hrd_cases.cases.words import name_of
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, led_to, shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.forms import typed
from hrd_cases.keys.roles import CircleName
from hrd_cases.vault.envelope import digest

desk = Desk("drafts", "/cases/drafts")

TITLES = {
    "where": _l("Where it is, and how urgent"),
    "who": _l("Who is at risk"),
    "reach": _l("How to reach them safely, and what never to do"),
    "what": _l("What happened"),
    "people": _l("People around them: family, lawyer, source"),
    "about": _l("What the file is about"),
    "check": _l("Check and open"),
}
"""The steps, in the order they are asked."""
LATER = "later"


@desk.form("/<uuid:draft_id>/where", needs=Permission.RECORD_CASE)
def where(session: Session, visitor: Visitor, draft: Draft) -> Response:
    own, drafted = own_countries(visitor), draft.drafted
    form = WhereForm.of(drafted, own)
    stands = WhereForm.of(drafted, own, unread=True).in_words()
    if not form.sent() or _overtaken(form, stands):
        page: dict[str, Any] = {"title": str(TITLES["where"]), "hints": urgency_hints(), "stands": _told(form, stands)}
        return shown("cases/record_where.html", form, draft=draft, **page)
    now = datetime.now(UTC)
    country, place = form.country.data or "", typed(form.place)
    profile = msgspec.structs.replace(drafted.profile, country=country, place=place)
    kept = msgspec.structs.replace(drafted.about(profile, now), urgency=form.urgency.data or "")
    return _saved(session, visitor, draft, kept, draft.sourced, "where")


class Written(NamedTuple):
    """A piece of a draft with its form: what it says so far, under which id."""

    form: EntryForm
    said: Any
    piece_id: uuid.UUID | None
    sourced: Sourced | None = None


def _look(session: Session, visitor: Visitor, draft: Draft) -> list[Similar]:
    """Files like the one that is named now; whoever comes back later is told then."""
    form = written(visitor, draft, "who").form
    if request.form.get("do") == LATER or not form.sent():
        return []
    return look_alikes(session, visitor, form.said(NOBODY_YET).names, request.form.get("told", ""))


@desk.form("/<uuid:draft_id>/who", needs=Permission.RECORD_CASE, prepare=_look)
def who(session: Session, visitor: Visitor, draft: Draft, prepared: Sequence[Similar] = ()) -> Response:
    """Saved first in any case: the files that resemble it are shown on this page again, before it goes on."""
    answer = _step(session, visitor, draft, "who", written(visitor, draft, "who"))
    return led_to("drafts.who", draft_id=draft.id) if prepared and answer.status_code < 400 else answer


@desk.form("/<uuid:draft_id>/reach", needs=Permission.RECORD_CASE)
def reach(session: Session, visitor: Visitor, draft: Draft) -> Response:
    if draft.drafted.defender is None:
        return led_to("drafts.who", draft_id=draft.id)
    return _step(session, visitor, draft, "reach", written(visitor, draft, "reach"))


@desk.form("/<uuid:draft_id>/what", needs=Permission.RECORD_CASE)
def what(session: Session, visitor: Visitor, draft: Draft) -> Response:
    return _step(session, visitor, draft, "what", written(visitor, draft, "what"))


@desk.form("/<uuid:draft_id>/about", needs=Permission.RECORD_CASE)
def about(session: Session, visitor: Visitor, draft: Draft) -> Response:
    return _step(session, visitor, draft, "about", written(visitor, draft, "about"))


def written(visitor: Visitor, draft: Draft, step: str, *, unread: bool = False) -> Written:
    """`unread`: as it stands in the draft, whatever was posted."""
    drafted, around = draft.drafted, _around(visitor, draft)
    if step == "what":
        piece_id, said = drafted.first(Incident) or (None, Incident(text=""))
        sourced = _sourced(draft, piece_id)
        return Written(IncidentForm.of(said, around, sourced, unread=unread), said, piece_id, sourced)
    if step == "about":
        return Written(AboutForm.of(drafted.profile, around, unread=unread), drafted.profile, None)
    piece_id, defender = drafted.defender or (None, NOBODY_YET)
    form = WhoForm if step == "who" else ReachForm
    return Written(form.of(defender, around, unread=unread), defender, piece_id)


def _step(session: Session, visitor: Visitor, draft: Draft, step: str, written: Written) -> Response:
    form, stands = written.form, _stands(visitor, draft, written)
    if not form.sent() or _overtaken(form, stands):
        page: dict[str, Any] = {"title": str(TITLES[step]), "stands": _told(form, stands)}
        page |= _resembling(session, visitor, draft if step == "who" and request.method == "GET" else None)
        return shown("cases/record_step.html", form, draft=draft, source=False, **page)
    now, said = datetime.now(UTC), form.said(written.said)
    if step == "about":
        return _saved(session, visitor, draft, draft.drafted.about(said, now), draft.sourced, step)
    piece_id = written.piece_id or uuid.uuid4()
    sourced = drafts.with_sourced(draft, piece_id, form.sourced(written.sourced))
    return _saved(session, visitor, draft, draft.drafted.saying(said, now, piece_id), sourced, step)


def _resembling(session: Session, visitor: Visitor, draft: Draft | None) -> dict[str, Any]:
    """Files that resemble who is named so far: showing them is reading of them."""
    defender = draft.drafted.defender if draft is not None else None
    names = defender[1].names if defender is not None else ()
    found = similar(session, visitor, names)
    also_about(*(one.card.case_id for one in found))
    return {"similar": found, "told": told_of(names) if found else ""}


# -- two tabs on one step: the second is shown what the first saved, and what was typed stays


Reading = list[tuple[str, str]]
"""(label, words) of every field of a step that says something."""


def _stands(visitor: Visitor, draft: Draft, written: Written) -> Reading:
    """What the draft says in this step by now."""
    form = type(written.form).of(written.said, _around(visitor, draft), written.sourced, unread=True)
    return [(label, text) for _name, label, text in form.in_words()]


def _overtaken(form: Any, stands: Reading) -> bool:
    """Was the step saved since this form was shown, with other words than these?"""
    if typed(form.made_from) in ("", _mark(stands)):
        return False
    mine = [(one[-2], one[-1]) for one in form.in_words()]
    if mine == stands:
        return False
    form.refuse(
        _("This step was saved in another tab since. What stands there now is said below; save again to replace it.")
    )
    return True


def _told(form: Any, stands: Reading) -> Reading:
    """What the page says of the step as it stands, where something else was typed. The form is one of that from now."""
    shown_before = typed(form.made_from) if request.method == "POST" else ""
    form.made_from.data = _mark(stands) if not shown_before or form.form_errors else shown_before
    return stands if form.form_errors else []


def _mark(stands: Reading) -> str:
    return digest("a step as shown", *(part.encode() for line in stands for part in line)).hex()


def _saved(session: Session, visitor: Visitor, draft: Draft, drafted: Drafted, sourced: Any, step: str) -> Response:
    """Saved; on to the next step, or away until one comes back."""
    kept = msgspec.structs.replace(drafted, full=True)
    drafts.save(session, visitor, draft, kept, sourced, datetime.now(UTC))
    if request.form.get("do") == LATER:
        say(_("Saved. Come back to it when you can."))
        return led_to("drafts.index")
    if step not in TITLES:
        return led_to("drafts.people", draft_id=draft.id)
    names = list(TITLES)
    return led_to(f"drafts.{names[names.index(step) + 1]}", draft_id=draft.id)


# -- people around them


@desk.get("/<uuid:draft_id>/people", needs=Permission.RECORD_CASE)
def people(draft: Draft) -> Response:
    around = [(one_id, name_of(said), said.role) for one_id, said in draft.drafted.people if said.role != "defender"]
    return shown("cases/record_people.html", draft=draft, people=around, sources=sources(draft.drafted))


@desk.form("/<uuid:draft_id>/people/add/<kind>", needs=Permission.RECORD_CASE)
def add(session: Session, visitor: Visitor, draft: Draft, kind: str) -> Response:
    return _somebody(session, visitor, draft, _newcomer(visitor, draft, kind))


@desk.form("/<uuid:draft_id>/people/<piece>", needs=Permission.RECORD_CASE)
def change(session: Session, visitor: Visitor, draft: Draft, piece: str) -> Response:
    return _somebody(session, visitor, draft, _known(visitor, draft, piece))


@desk.form("/<uuid:draft_id>/people/<piece>/remove", needs=Permission.RECORD_CASE)
def remove(session: Session, visitor: Visitor, draft: Draft, piece: str) -> Response:
    written = _known(visitor, draft, piece)
    assert written.piece_id is not None  # noqa: S101 - those on file have one
    kept = draft.drafted.without(written.piece_id)
    sourced = drafts.with_sourced(draft, written.piece_id, None)
    return confirm(
        lambda: drafts.save(session, visitor, draft, kept, sourced, datetime.now(UTC)),
        lambda: led_to("drafts.people", draft_id=draft.id),
        title=_("Take somebody out of the draft"),
        says=[_("What the draft says of them goes. Nothing else changes.")],
        button=_("Take them out"),
        back=("drafts.people", {"draft_id": draft.id}),
    )


def _newcomer(visitor: Visitor, draft: Draft, kind: str) -> Written:
    around = _around(visitor, draft)
    if kind == "source":
        drafts.check_room(draft.drafted)
        return Written(SourceForm.of(SourceMark(), around), SourceMark(), None)
    if kind not in ("family", "lawyer", "other"):
        raise Absent
    drafts.check_room(draft.drafted)
    return Written(PersonForm.of(Person(role=kind), around), Person(role=kind), None)


def _known(visitor: Visitor, draft: Draft, piece: str) -> Written:
    """Somebody in this draft. Absent if it is nobody's id, or the defender's: they have steps of their own."""
    try:
        found = draft.drafted.piece(uuid.UUID(piece))
    except ValueError:
        found = None
    said = found.details if found is not None else None
    if found is None or not isinstance(said, Person | SourceMark) or getattr(said, "role", "") == "defender":
        raise Absent
    return somebody(visitor, draft, found.id, said)


def somebody(
    visitor: Visitor, draft: Draft, piece_id: uuid.UUID, said: Person | SourceMark, *, unread: bool = False
) -> Written:
    """Somebody around the defender. `unread`: as it stands in the draft, whatever was posted."""
    around, sourced = _around(visitor, draft), _sourced(draft, piece_id)
    kind: type[EntryForm] = SourceForm if isinstance(said, SourceMark) else PersonForm
    return Written(kind.of(said, around, sourced, unread=unread), said, piece_id, sourced)


def _somebody(session: Session, visitor: Visitor, draft: Draft, written: Written) -> Response:
    is_new = written.piece_id is None
    stands = [] if is_new else _stands(visitor, draft, written)
    if not written.form.sent() or (not is_new and _overtaken(written.form, stands)):
        return _somebody_page(draft, written, [] if is_new else _told(written.form, stands))
    piece_id = written.piece_id or entry_id_of(visitor)
    kept = draft.drafted.saying(written.form.said(written.said), datetime.now(UTC), piece_id)
    sourced = drafts.with_sourced(draft, piece_id, written.form.sourced(written.sourced))
    return _saved(session, visitor, draft, kept, sourced, "somebody")


def _somebody_page(draft: Draft, written: Written, stands: Reading) -> Response:
    is_source, form = isinstance(written.said, SourceMark), written.form
    if not typed(form.made_from):
        form.made_from.data = str(uuid.uuid4())  # sent twice, it is one person
    title = _("A source") if is_source else _("Somebody around them")
    page = {"source": is_source, "title": title, "stands": stands, "similar": (), "told": ""}
    return shown("cases/record_step.html", form, draft=draft, **page)


def sources(drafted: Drafted) -> list[tuple[uuid.UUID, str]]:
    return [(one.id, one.details.label) for one in drafted.pieces if isinstance(one.details, SourceMark)]


def _sourced(draft: Draft, piece_id: uuid.UUID | None) -> Sourced | None:
    return next((one.sourced for one in draft.sourced if one.id == piece_id), None)


def _around(visitor: Visitor, draft: Draft) -> Around:
    drafted = draft.drafted
    holds = visitor.in_circle(visitor.office_id, CircleName.SOURCES)
    return Around(
        me=visitor.member_id,
        now=datetime.now(UTC),
        zone=visitor.zone,
        people=tuple((one_id, name_of(person)) for one_id, person in drafted.people),
        sources=tuple(sources(drafted)) if holds else None,
        has_defender=True,
    )
