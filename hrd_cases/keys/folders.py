"""Folders are opened by a member's ring, with a shred secret of their own. Those of drafts and of shares are shredded
by destroying it; of no other folder is the secret ever destroyed, whatever a row or an act says of it.
"""

from __future__ import annotations

import uuid

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.keys.models import Folder, FolderKind, GuestKey, ShredSecret, SleeveKey
from hrd_cases.keys.passing import Passing, passes, passing_name, telling_name, tells
from hrd_cases.keys.roles import SLEEVE_CIRCLE, CircleName
from hrd_cases.keys.wraps import tell_gone
from hrd_cases.records import Sleeve

_PASSING = {FolderKind.DRAFT: Passing.DRAFT, FolderKind.SHARE: Passing.SHARE}

_OF_PAYMENTS = 0xF1A
"""What the names of folders say that lie with payments as a whole. In stored names: never changed."""

log = structlog.get_logger()


def new_folder_id(kind: FolderKind) -> uuid.UUID:
    if kind is FolderKind.PAYMENTS:
        return telling_name(_OF_PAYMENTS)
    return passing_name(_PASSING[kind]) if kind in _PASSING else uuid.uuid4()


def circle_reading(folder_id: uuid.UUID, sleeve: Sleeve) -> CircleName:
    """Which circle of its office reads a sleeve of a folder. All of one that lies with payments is finance's: its name
    says so, not its row, so that nobody who writes the tables has a file sealed for finance.
    """
    return CircleName.FINANCE if tells(folder_id, _OF_PAYMENTS) else SLEEVE_CIRCLE[sleeve]


def may_be_shredded(folder_id: uuid.UUID) -> bool:
    return passes(folder_id, *_PASSING.values())


def shred(store: Store, folder_id: uuid.UUID) -> None:
    """Destroy a folder's shred secret: with the store's old backups gone, no copy of the folder can be read again.
    Nothing happens to one that is neither a draft's nor a share's.
    """
    if not may_be_shredded(folder_id):
        log.error("the secret of a folder that never goes stays")
        return
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
