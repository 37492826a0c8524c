"""Folders are opened by a member's ring, with a shred secret of their own, and shredded by destroying it."""

from __future__ import annotations

import uuid

from hrd_cases.db import Store
from hrd_cases.keys.models import ShredSecret


def shred(store: Store, folder_id: uuid.UUID) -> None:
    """Destroy a folder's shred secret: with the store's old backups gone, no copy of the folder can be read again."""
    with store.writing() as session:
        row = session.get(ShredSecret, folder_id)
        if row is not None:
            session.delete(row)
    store.empty_log()  # it would stand there until the unattended process comes by
