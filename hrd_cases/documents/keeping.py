"""Documents kept, opened, given out and removed. Each act is told in the trail; together they are a document's custody.

Who may do it is for the room to say whose record it is.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import Body, record
from hrd_cases.db import store_of
from hrd_cases.documents import reader
from hrd_cases.documents.arriving import Arrived
from hrd_cases.documents.kinds import KINDS
from hrd_cases.documents.models import Described, Document
from hrd_cases.documents.names import cleaned
from hrd_cases.documents.reading.answers import MOST_READ, Unread
from hrd_cases.documents.sealing import Opened, Sum
from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Tampered
from hrd_cases.keys.folders import may_be_shredded
from hrd_cases.records import Parted, Sleeve, delete_by_id, opened
from hrd_cases.vault.streams import sealed_size

CUSTODY = (Event.DOCUMENT_ADDED, Event.DOCUMENT_OPENED, Event.DOCUMENT_EXPORTED, Event.DOCUMENT_REMOVED)


class Where(NamedTuple):
    """What a document is put with: a record (`about`), of a folder, in one of its sleeves."""

    folder_id: uuid.UUID
    about: uuid.UUID
    sleeve: Sleeve = Sleeve.FILE


def add(
    session: Session, storage: Storage, member_id: uuid.UUID, where: Where, arrived: Arrived, now: datetime
) -> Document:
    """Keep what arrived: its file takes its name, and its row is written. Undone, neither stays."""
    document = Document(
        id=arrived.document_id,
        folder_id=where.folder_id,
        added_at=now,
        stored_bytes=sealed_size(arrived.sum.length),
    )
    setattr(document, f"in_{where.sleeve.value}", _described(arrived, member_id, where.about))
    session.add(document)
    session.flush()
    _settle_at_end(session, storage, document.id)
    storage.keep(document.id)
    record(session, Event.DOCUMENT_ADDED, document=document.id, folder=where.folder_id)
    return document


def _described(arrived: Arrived, member_id: uuid.UUID, about: uuid.UUID) -> Described:
    return Described(
        name=arrived.name,
        mime=arrived.mime,
        length=arrived.sum.length,
        sha256=arrived.sum.sha256,
        key=arrived.sum.key,
        added_by=member_id,
        about=about,
        remarks=arrived.remarks,
        pages=arrived.pages,
    )


def _settle_at_end(session: Session, storage: Storage, document_id: uuid.UUID) -> None:
    """When the transaction is over a file goes that has no row then, and one that was going and has its row stays. A
    process that ends before leaves one: for the sweep.
    """
    touched: dict[uuid.UUID, Storage] = session.info.setdefault(_TOUCHED, {})
    if not touched:
        event.listen(session, "after_commit", _settle)
        event.listen(session, "after_rollback", _settle)
    touched[document_id] = storage


_TOUCHED = "documents_touched"


def _settle(session: Session) -> None:
    """Also asked when a savepoint is released: what counts is what was committed."""
    if session.in_nested_transaction():
        return
    touched: dict[uuid.UUID, Storage] = session.info[_TOUCHED]
    with store_of(session).reading() as committed:
        for document_id, storage in touched.items():
            if committed.scalar(select(Document.id).where(Document.id == document_id)) is None:
                storage.drop(document_id)
            else:
                storage.put_back(document_id)


def documents_of(session: Session, folder_id: uuid.UUID) -> Parted[Document]:
    """Every document of a folder, oldest first; those that failed their check, and those locked here, apart."""
    query = select(Document).where(Document.folder_id == folder_id).order_by(Document.added_at, Document.id)
    return opened(session.scalars(query).all())


def content(storage: Storage, document: Document) -> Opened:
    """The document as it came, step by step. Raises Locked, and Tampered: before the first byte if its file is gone or
    has another size.
    """
    known = document.described
    try:
        file = storage.read(document.id)
    except FileNotFoundError:
        raise Tampered("a document's file is gone") from None
    return Opened(file, document.id, Sum(known.key, known.length, known.sha256))


class Copy(NamedTuple):
    """A file as it is given out."""

    name: str
    mime: str
    content: bytes


def shown(storage: Storage, document: Document, page: int) -> Copy:
    """A picture of the document, or of one of its pages, drawn by a process of its own. Raises Unread."""
    return _redrawn(storage, document, "show", "not shown", page)


def cleaned_copy(storage: Storage, document: Document) -> Copy:
    """The document without what tells who made it, when and where. The original stays as it is. Raises Unread."""
    return _redrawn(storage, document, "clean", "not cleaned", 0)


def _redrawn(storage: Storage, document: Document, task: str, otherwise: str, page: int) -> Copy:
    known = document.described
    kind = KINDS.get(known.mime)
    if kind is None or not kind.shown:
        raise Unread(otherwise)
    if known.length > MOST_READ:
        raise Unread("too large to show")
    with content(storage, document) as clear:
        read = reader.read(task, known.mime, clear, page)
    drawn = KINDS.get(read.facts.kind)
    if drawn is None:
        raise Unread("cannot be read")
    return Copy(cleaned(known.name, drawn.endings), drawn.mime, read.content)


def remove(session: Session, storage: Storage, document: Document) -> None:
    """Its row goes with this transaction, its file once that is committed."""
    document_id = document.id
    record(session, Event.DOCUMENT_REMOVED, document=document_id)
    delete_by_id(session, Document, document_id)
    _settle_at_end(session, storage, document_id)
    storage.let_go(document_id)


def give_up(session: Session, folder_id: uuid.UUID) -> int:
    """The documents of a folder that is about to be shredded: their rows go with this transaction, whatever they say
    and whether or not they open. Their files stay, and open with nothing once the folder's keys are gone.
    Returns how many: none of a folder that no act of ours gives up.
    """
    if not may_be_shredded(folder_id):
        return 0
    ids = session.scalars(select(Document.id).where(Document.folder_id == folder_id)).all()
    for document_id in ids:
        record(session, Event.DOCUMENT_REMOVED, document=document_id)
        delete_by_id(session, Document, document_id)
    return len(ids)


def custody(session: Session, document_id: uuid.UUID) -> list[Body]:
    """Who added, opened, gave out and removed it, when, oldest first, as the trail tells, whatever its index says."""
    return list(ever_about(session, document_id, *CUSTODY))


class Deed(NamedTuple):
    """Something that was done with a document. `how` it was given out; "" for everything else."""

    at: datetime
    by_id: uuid.UUID | None
    event: str
    how: str


def deeds(session: Session, document_id: uuid.UUID) -> list[Deed]:
    """Its custody for a page, the newest first."""
    told = reversed(custody(session, document_id))
    return [Deed(one.at, one.actor_id, one.event, str(one.fields.get("how", ""))) for one in told]
