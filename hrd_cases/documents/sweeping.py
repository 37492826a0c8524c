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
from hrd_cases.audit.verify import Report
from hrd_cases.db import Store
from hrd_cases.documents.models import Document
from hrd_cases.documents.storage import Storage

A_DAY = 24 * 3_600.0
"""Longer than any upload, and any transaction, stands still."""

log = structlog.get_logger()


class Sweep:
    """What may be destroyed is known by its name in the storage, whatever rows and entries say or lack: whoever writes
    the database would destroy what lies outside of it. Parts go, for nobody kept them, and what an act removed. A whole
    file without a row stays, with a line in the log: somebody took its row away, or a process ended before the row was
    there, and then nothing opens it.
    """

    def __init__(self, storage: Storage, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock

    def __call__(self) -> int:
        """Look once. Returns how many files were taken away."""
        old = [one for one in self._storage.lying() if self._clock() - one.written_at > A_DAY]
        with self._store.reading() as session:
            known = set(session.scalars(select(Document.id)))
        swept = [one for one in old if not one.whole or (one.going and one.document_id not in known)]
        for one in swept:
            self._storage.drop(one.document_id) if one.going else self._storage.drop_part(one.document_id)
        for one in old:
            if one.going and one.document_id in known:
                self._storage.put_back(one.document_id)
        if alone := sum(one.whole and not one.going and one.document_id not in known for one in old):
            log.error("documents have files and no rows: their files stay", count=alone)
        return len(swept)


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
