"""Files that no document needs are taken away by the unattended process: uploads that broke off, acts that were undone.

It holds no key and opens none.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.told import names_it, readable, within_chain
from hrd_cases.audit.verify import Report
from hrd_cases.db import Store
from hrd_cases.documents.models import Document
from hrd_cases.documents.storage import Storage

A_DAY = 24 * 3_600.0
"""Longer than any upload, and any transaction, stands still."""

log = structlog.get_logger()


class Sweep:
    """What is missing from a table alone proves nothing: whoever writes the tables takes a row away, and its file would
    be destroyed for good. A file goes that no act ever kept, or that an act removed; another stays, with a line in the
    log.
    """

    def __init__(self, storage: Storage, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock

    def __call__(self) -> int:
        """Look once. Returns how many files were taken away."""
        old = [one for one in self._storage.lying() if self._clock() - one.written_at > A_DAY]
        with self._store.reading() as session:
            nobodys = [one.document_id for one in old if not one.whole or self._is_nobodys(session, one.document_id)]
        for document_id in nobodys:
            self._storage.drop(document_id)
        return len(nobodys)

    def _is_nobodys(self, session: Session, document_id: uuid.UUID) -> bool:
        if session.scalar(select(Document.id).where(Document.id == document_id)) is not None:
            return False
        added, removed = _told(session, document_id)
        if added and not removed:
            log.error("a document's row is gone that no act removed: its file stays")
        return removed or not added


def _told(session: Session, document_id: uuid.UUID) -> tuple[bool, bool]:
    """Did an act keep this document, and did an act take its row away, as the trail tells?"""
    added = removed = False
    for body in readable(session, select(AuditEntry).where(names_it(document_id), within_chain())):
        added |= body.event == Event.DOCUMENT_ADDED
        removed |= any(
            (table, row, version) == (Document.__tablename__, document_id, 0)
            for table, row, _, version, _ in body.writes
        )
    return added, removed


def with_files(report: Report, store: Store, storage: Storage) -> Report:
    """What the check of the trail found, and documents whose files are not as they were kept."""
    with store.reading() as session:
        unfit = unfit_files(session, storage)
    found = [Finding("this document's file is gone or cut", f"documents {one}") for one in unfit]
    return report._replace(findings=report.findings + found)


def unfit_files(session: Session, storage: Storage) -> list[uuid.UUID]:
    """Documents whose file is gone or has not the size that their row says: for the check of the house. No key is
    needed: who changed a file and kept its size is found when it is opened.
    """
    sizes = {one.document_id: one.size for one in storage.lying() if one.whole}
    rows = session.execute(select(Document.id, Document.stored_bytes).order_by(Document.id))
    return [document_id for document_id, size in rows if sizes.get(document_id) != size]
