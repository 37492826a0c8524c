"""The documents of a record, and the form that adds some."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.documents import acts
from hrd_cases.documents.arriving import Arrived
from hrd_cases.documents.at_home import Brought, coming, finish_all, most_bytes, storage
from hrd_cases.documents.forms import AddForm
from hrd_cases.documents.names import names_other_kind
from hrd_cases.documents.papers import Paper, Record
from hrd_cases.documents.refusals import refusal
from hrd_cases.documents.views.desk import desk
from hrd_cases.documents.views.shelf import shelf_of
from hrd_cases.door.guards import FILES_AT_ONCE
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import failed_check, led_to, shown
from hrd_cases.errors import Refused
from hrd_cases.forms import in_words, typed
from hrd_cases.offices.colleagues import names_of

SLOW_LINE = 10_000_000
"""Bits a second, of which a page says how long an upload takes."""


@desk.form("", needs=Permission.HANDLE_DOCUMENTS, files=coming, prepare=finish_all, keeps=False)
def index(session: Session, record: Record, prepared: list[Brought] | None = None) -> Response:
    """Several files at once; one that is refused keeps no other out."""
    form, brought = AddForm(sort=request.args.get("sort")).offering(record), prepared or []
    if request.method == "POST":
        record.hold()
    again = acts.here_already(record, [one.arrived for one in brought if one.arrived is not None])
    if request.method == "POST" and ((kept := _kept(session, record, form, brought, again)) or again):
        _say(brought, kept, again)
        return led_to("documents.index", record_id=record.id)
    shelf = shelf_of(session, record)
    for one in (*shelf.strays, *shelf.unfit):
        failed_check("document", one)
    names = names_of(session, {one.added.by_id for one in record.filed} | {one.last.by_id for one in record.filed})
    bounds = {"most": most_bytes(), "at_once": FILES_AT_ONCE, "seconds": 100_000_000 * 8 // SLOW_LINE}
    return shown("documents/index.html", form, record=record, names=names, shelf=shelf, **bounds)


def _kept(session: Session, record: Record, form: AddForm, brought: list[Brought], again: list[Arrived]) -> list[Paper]:
    """What of it is kept now; of the rest the form says why not."""
    arrived = [one.arrived for one in brought if one.arrived is not None and one.arrived not in again]
    if not form.validate():
        if arrived:
            form.refuse(_("The files have to be chosen again: nothing was kept."), "documents")
        return []
    for why in _refusals(brought):
        form.refuse(why, "documents")
    if not brought:
        form.refuse(_("Choose at least one file."), "documents")
    return acts.keep(session, storage(), record, arrived, typed(form.note), datetime.now(UTC), sort=form.sorted_as)


def _refusals(brought: list[Brought]) -> list[Refused]:
    return [refusal(one.why, one.name) for one in brought if one.why is not None]


def _say(brought: list[Brought], kept: list[Paper], again: list[Arrived]) -> None:
    if kept:
        _say_kept(kept)
        _say_other_kinds(brought, {one.document_id for one in again})
    if again:
        names = " · ".join(one.name for one in again)
        note(ngettext("%(num)d file lies here already, to the byte: %(names)s",
                      "%(num)d files lie here already, to the byte: %(names)s", len(again), names=names))  # fmt: skip
    if refused := _refusals(brought):
        note(" ".join([_("The rest was not kept."), *(" ".join(in_words(one)) for one in refused)]))


def _say_kept(kept: list[Paper]) -> None:
    names = " · ".join(paper.name for paper in kept)
    say(
        ngettext("%(num)d document is kept: %(names)s", "%(num)d documents are kept: %(names)s", len(kept), names=names)
    )


def _say_other_kinds(brought: list[Brought], again: set[uuid.UUID]) -> None:
    """Of those that are kept now."""
    came = [(one.name, one.arrived) for one in brought if one.arrived is not None]
    fresh = [(said, one.name) for said, one in came if one.document_id not in again]
    other = [name for said, name in fresh if names_other_kind(said, name)]
    if other:
        note(_("What is in it is of another kind than its name said: %(names)s", names=" · ".join(other)))
