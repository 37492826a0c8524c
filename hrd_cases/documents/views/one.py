"""One document: what it is, shown, given out, described, taken away, and who had it in their hands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.documents import acts
from hrd_cases.documents.at_home import storage
from hrd_cases.documents.forms import DescribeForm, TakeAwayForm
from hrd_cases.documents.keeping import cleaned_copy, content, deeds
from hrd_cases.documents.keeping import shown as drawn
from hrd_cases.documents.models import Described, Document
from hrd_cases.documents.papers import Filed, Record, row_of
from hrd_cases.documents.reading.answers import MOST_READ, Unread
from hrd_cases.documents.refusals import refusal
from hrd_cases.documents.views import given_out
from hrd_cases.documents.views.desk import desk
from hrd_cases.documents.words import CLEANED, ORIGINAL
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import failed_check, led_to, outcome, shown
from hrd_cases.door.traces import after_reading
from hrd_cases.errors import Absent, Changed, Locked, Tampered
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of


class Look(NamedTuple):
    """What is known of a document's file. `closed`: why it cannot be read: "damaged", "locked" or ""."""

    known: Described | None
    closed: str = ""

    @property
    def pages(self) -> int:
        return max(1, self.known.pages) if self.known is not None else 0

    @property
    def remarks(self) -> tuple[str, ...]:
        return self.known.remarks if self.known is not None else ()


def _look(session: Session, record: Record, document: Filed) -> Look:
    """Its size is compared, its bytes are not: they are checked when they are opened."""
    if not document.stands:
        return Look(None)
    try:
        row = row_of(session, record, document)
        content(storage(), row).close()
    except Locked:
        return Look(None, "locked")
    except Tampered:
        failed_check("document", document.id)
        return Look(None, "damaged")
    return Look(row.described)


def _is_drawn(document: Filed) -> bool:
    """Can it be shown here, and written anew without what tells of its maker?"""
    return document.kind is not None and document.kind.shown and document.paper.length <= MOST_READ


@desk.get("/<uuid:document_id>", needs=Permission.HANDLE_DOCUMENTS)
def show(session: Session, record: Record, document: Filed) -> Response:
    look, told = _look(session, record, document), deeds(session, document.id)
    acted = {one.by_id for one in told if one.by_id is not None}
    names = names_of(session, acted | {one.by_id for one in document.versions})
    page: dict[str, Any] = {"drawn": _is_drawn(document), "saved_as": given_out.neutral_name(document)}
    page |= {"deeds": told, "names": names, "may_remove": record.why_not_remove(document) is None}
    return shown("documents/document.html", record=record, document=document, look=look, **page)


@desk.get("/<uuid:document_id>/pages/<int:page>", needs=Permission.HANDLE_DOCUMENTS)
def leaf(session: Session, record: Record, document: Filed, page: int) -> Response:
    """One page of it, as large as the screen."""
    look = _look(session, record, document)
    if look.known is None or not _is_drawn(document) or not 1 <= page <= look.pages:
        raise Absent("no such page")
    return shown("documents/leaf.html", record=record, document=document, page=page, last=look.pages,
                 href=lambda number: url_for("documents.leaf", record_id=record.id, document_id=document.id,
                                             page=number))  # fmt: skip


@desk.get("/<uuid:document_id>/pages/<int:page>/picture", needs=Permission.HANDLE_DOCUMENTS)
def picture(session: Session, record: Record, document: Filed, page: int) -> Response:
    """A page drawn anew, as a picture of ours: nothing of the file itself reaches the browser."""
    row = _row(session, record, document)
    if page < 1:
        raise Absent("no such page")
    try:
        copy = drawn(storage(), row, page - 1)
    except Unread as unread:
        raise refusal(unread, document.paper.name) from None
    after_reading(Event.DOCUMENT_OPENED, document=document.id)
    return given_out.inline(copy)


@desk.get("/<uuid:document_id>/file", needs=Permission.HANDLE_DOCUMENTS)
def download(session: Session, record: Record, document: Filed) -> Response:
    """The original, to the byte."""
    row = _row(session, record, document)
    after_reading(Event.DOCUMENT_EXPORTED, document=document.id, how=ORIGINAL)
    return given_out.attachment(document, content(storage(), row))


@desk.get("/<uuid:document_id>/cleaned", needs=Permission.HANDLE_DOCUMENTS)
def cleaned(session: Session, record: Record, document: Filed) -> Response:
    """A copy without what tells who made it, when and where."""
    row = _row(session, record, document)
    try:
        copy = cleaned_copy(storage(), row)
    except Unread as unread:
        raise refusal(unread, document.paper.name) from None
    after_reading(Event.DOCUMENT_EXPORTED, document=document.id, how=CLEANED)
    return given_out.copied(document, copy)


def _row(session: Session, record: Record, document: Filed) -> Document:
    if not document.stands:
        raise Absent("it was taken away")
    return row_of(session, record, document)


# -- described, taken away


@desk.form("/<uuid:document_id>/describe", needs=Permission.HANDLE_DOCUMENTS)
def describe(record: Record, document: Filed) -> Response:
    if not document.stands:
        raise Absent("it was taken away")
    form = DescribeForm.of(document).offering(record)
    now = datetime.now(UTC)
    try:
        if (wrote := outcome(form, lambda: _described(record, document, form, now), "name")) is not None:
            _say_described(wrote=wrote.of)
            return led_to("documents.show", record_id=record.id, document_id=document.id)
    except Changed:
        form.refuse(
            _("A colleague wrote of this document first. What they wrote stands above; save again to replace it.")
        )
        form.made_from.data = str(document.entry_id)
    return shown("documents/describe.html", form, record=record, document=document)


def _described(record: Record, document: Filed, form: DescribeForm, now: datetime) -> bool:
    name, note = typed(form.name), typed(form.note)
    return acts.describe(record, document, form.read(), name, note, now, sort=form.sorted_as)


def _say_described(*, wrote: bool) -> None:
    if wrote:
        say(_("Corrected. What stood there before can still be read."))
    else:
        note(_("Nothing was changed."))


@desk.form("/<uuid:document_id>/remove", needs=Permission.HANDLE_DOCUMENTS)
def remove(session: Session, record: Record, document: Filed) -> Response:
    if not document.stands:
        raise Absent("it was taken away")
    form, now = TakeAwayForm.of(document), datetime.now(UTC)

    def act() -> None:
        acts.take_away(session, storage(), record, document, form.read(), typed(form.reason), now)

    try:
        if outcome(form, act, "reason") is not None:
            say(_("Taken away for good. That it was here, and why it went, stays on the timeline."))
            return led_to("documents.index", record_id=record.id)
    except Changed:
        form.refuse(_("A colleague wrote of this document first. Look at what stands now, and press again."))
        form.made_from.data = str(document.entry_id)
    why_not = record.why_not_remove(document)
    return shown("documents/remove.html", form, record=record, document=document, why_not=why_not)
