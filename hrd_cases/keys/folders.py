"""Folders: opened with a shred secret of their own, shredded by destroying it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.keys.models import Folder, ShredSecret
from hrd_cases.vault.envelope import random_bytes


def open_folder(session: Session, shred: Store, office_id: uuid.UUID, kind: str, now: datetime) -> Folder:
    """A new folder of an office. Its shred secret is durable before anything that needs it; an orphaned secret is
    harmless.
    """
    folder = Folder(office_id=office_id, kind=kind, created_at=now)
    with shred.writing() as store:
        store.add(ShredSecret(folder_id=folder.id, secret=random_bytes(32)))
    session.add(folder)
    session.flush()
    return folder


def shred(store: Store, folder_id: uuid.UUID) -> None:
    """Destroy a folder's shred secret: with the store's old backups gone, no copy of the folder can be read again."""
    with store.writing() as session:
        row = session.get(ShredSecret, folder_id)
        if row is not None:
            session.delete(row)
