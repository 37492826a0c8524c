"""Folders are opened by a member's ring, with a shred secret of their own, and shredded by destroying it."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.keys.models import Folder, GuestKey, ShredSecret, SleeveKey
from hrd_cases.keys.wraps import tell_gone


def shred(store: Store, folder_id: uuid.UUID) -> None:
    """Destroy a folder's shred secret: with the store's old backups gone, no copy of the folder can be read again."""
    with store.writing() as session:
        row = session.get(ShredSecret, folder_id)
        if row is not None:
            session.delete(row)
    store.empty_log()  # it would stand there until the unattended process comes by


def delete_keys(session: Session, folder_id: uuid.UUID) -> None:
    """Take a folder's keys away, those of guests too, and the folder. Needs no key. Its rows are deleted before; its
    secret is shredded once this is committed.
    """
    for kind in (GuestKey, SleeveKey):
        tell_gone(session, session.scalars(select(kind).where(kind.folder_id == folder_id)))
        session.execute(delete(kind).where(kind.folder_id == folder_id))
    session.execute(delete(Folder).where(Folder.id == folder_id))
