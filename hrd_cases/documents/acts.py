"""What members do with documents on a record: keep, describe, take away. Record and trail tell of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy.orm import Session

from hrd_cases.documents import keeping
from hrd_cases.documents.arriving import Arrived
from hrd_cases.documents.keeping import Where
from hrd_cases.documents.models import Document
from hrd_cases.documents.names import cleaned
from hrd_cases.documents.papers import Filed, Paper, Record
from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Changed, Refused


def keep(
    session: Session,
    storage: Storage,
    record: Record,
    arrived: Iterable[Arrived],
    note: str,
    now: datetime,
    *,
    sort: str = "",
) -> list[Paper]:
    """Put what arrived with a record that is held; each is told of there, and lists have them in their order."""
    return [
        _kept(session, storage, record, one, _About(note, sort), now - timedelta(microseconds=number))
        for number, one in enumerate(arrived)
    ]


def here_already(record: Record, arrived: Iterable[Arrived]) -> list[Arrived]:
    """What lies on the record to the byte, or came twice in one form: a form that is sent again adds nothing."""
    known, again = {one.paper.sha256 for one in record.standing}, []
    for one in arrived:
        if one.sum.sha256 in known:
            again.append(one)
        known.add(one.sum.sha256)
    return again


class _About(NamedTuple):
    """What is said of all that comes in one form."""

    note: str
    sort: str


def _kept(session: Session, storage: Storage, record: Record, arrived: Arrived, said: _About, now: datetime) -> Paper:
    where = Where(record.opened_folder(now), record.id)
    keeping.add(session, storage, record.by.member_id, where, arrived, now)
    paper = Paper(
        document_id=arrived.document_id,
        about=record.id,
        name=arrived.name,
        mime=arrived.mime,
        length=arrived.sum.length,
        sha256=arrived.sum.sha256,
        note=said.note,
        sort=said.sort,
    )
    record.write(paper, now)
    return paper


def describe(
    record: Record, filed: Filed, made_from: uuid.UUID, name: str, note: str, now: datetime, *, sort: str = ""
) -> bool:
    """Correct what a document is called, which sort it is of, and what is noted of it; its bytes stay what they are.
    Returns whether anything was changed. Raises Changed if somebody did first.
    """
    filed = _as_it_is(record, filed)
    called = cleaned(name, filed.kind.endings) if filed.kind is not None else filed.paper.name
    corrected = replace(filed.paper, name=called, note=note, sort=sort)
    if corrected == filed.paper:
        return False
    record.correct(made_from, corrected, now)
    return True


def take_away(
    session: Session, storage: Storage, record: Record, filed: Filed, made_from: uuid.UUID, reason: str, now: datetime
) -> None:
    """Its bytes go for good with this transaction; what it was, why it went and its custody stay. Raises Changed if
    somebody wrote of it first.
    """
    filed = _as_it_is(record, filed)
    if (why := record.why_not_remove(filed)) is not None:
        raise Refused.of(why)
    record.correct(made_from, replace(filed.paper, removed=reason), now)
    document = session.get(Document, filed.id)
    if document is not None and document.folder_id == record.folder_id:
        keeping.remove(session, storage, document)


def _as_it_is(record: Record, filed: Filed) -> Filed:
    """A document as it stands now that nobody else writes of it. Raises Changed if it was taken away."""
    record.hold()
    found = next((one for one in record.standing if one.id == filed.id), None)
    if found is None:
        raise Changed("this document was taken away")
    return found
