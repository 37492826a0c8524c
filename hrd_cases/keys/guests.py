"""Guests: an office with which something was shared opens that share's folder, and nothing else of the office it is of.

The key of the sleeve travels in a letter; whoever folds it wraps it under their own circle. The share's own shred
secret is destroyed when it ends: whatever keys are left somewhere open nothing then.
"""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.models import Folder, FolderKind, GuestKey, SleeveKey
from hrd_cases.keys.ring import Ring, guest_context
from hrd_cases.keys.roles import CircleName
from hrd_cases.keys.wraps import tell, tell_gone
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import wrap

KEY_BYTES = 32


class Given(msgspec.Struct, frozen=True, array_like=True):
    """The newest key of a share's sleeve, as it travels to the other circle."""

    folder_id: uuid.UUID
    sleeve: str
    epoch: int
    key: bytes

    def __repr__(self) -> str:
        return "<given>"


def give(session: Session, ring: Ring, folder_id: uuid.UUID) -> Given:
    """What opens a share as it stands. Raises Locked for whoever is not in the circle of the office it is of: no guest
    passes it on.
    """
    _share(session, folder_id)
    newest = select(func.max(SleeveKey.epoch)).where(
        SleeveKey.folder_id == folder_id, SleeveKey.sleeve == Sleeve.FILE.value
    )
    row = session.get(SleeveKey, (folder_id, Sleeve.FILE.value, session.scalar(newest) or 0))
    if row is None:
        raise Locked("nothing was sealed in this share")
    return Given(folder_id, row.sleeve, row.epoch, ring.sleeve_key(row))


def take(session: Session, ring: Ring, given: Given, office_id: uuid.UUID) -> GuestKey:
    """Keep the key of a share for an office's casework circle, in the place of earlier ones.

    Raises Tampered for what is no share, or is one's own; Locked while the circle is being renewed.
    """
    folder = _share(session, given.folder_id)
    if folder.office_id == office_id or given.sleeve != Sleeve.FILE or len(given.key) != KEY_BYTES:
        raise Tampered("not a key that one office gives another")
    entry = ring.circle_of(office_id, CircleName.CASEWORK)
    earlier = (GuestKey.folder_id == given.folder_id, GuestKey.circle_id == entry.circle_id)
    tell_gone(session, session.scalars(select(GuestKey).where(*earlier)))
    session.execute(delete(GuestKey).where(*earlier))
    row = GuestKey(
        folder_id=given.folder_id,
        sleeve=given.sleeve,
        epoch=given.epoch,
        circle_id=entry.circle_id,
        circle_epoch=entry.epoch,
        wrapped=b"",
    )
    row.wrapped = wrap(ring.wrapping_key(entry.circle_id, entry.epoch), given.key, guest_context(row))
    session.add(row)
    tell(session, row)
    session.flush()
    return row


def _share(session: Session, folder_id: uuid.UUID) -> Folder:
    folder = session.get(Folder, folder_id)
    if folder is None or folder.kind != FolderKind.SHARE:
        raise Tampered("not the folder of a share")
    return folder
