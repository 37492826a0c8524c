"""Keys that lie wrapped under other keys, as the trail is told of them. Nobody sees without a key what is in one; that
it is not the one that was written, everybody sees.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.keys.models import CircleKey, CustodyShare, GuestKey, SleeveKey
from hrd_cases.records import SealedWrite, sealed_writes

Wrapped = SleeveKey | CircleKey | CustodyShare | GuestKey
KINDS: tuple[type[Wrapped], ...] = (SleeveKey, CircleKey, CustodyShare, GuestKey)
TABLES = frozenset(kind.__tablename__ for kind in KINDS)
ALWAYS_TOLD = frozenset({GuestKey.__tablename__})
"""Of these there is none from before the trail told of them."""


class Wrap(NamedTuple):
    """One of them: the row, what else names it, the sealed key, and what it is for."""

    table: str
    row_id: uuid.UUID
    part: str
    sealed: bytes
    tied: bytes


def wraps(session: Session) -> Iterator[Wrap]:
    """Every one there is."""
    for kind in KINDS:
        rows: Iterable[Wrapped] = session.scalars(select(kind))
        yield from map(wrap_of, rows)


def wrap_of(row: Wrapped) -> Wrap:
    """How the trail is told of a key."""
    if isinstance(row, SleeveKey):
        tied = msgspec.msgpack.encode((row.circle_id, row.circle_epoch))
        return Wrap("sleeve_keys", row.folder_id, f"{row.sleeve} {row.epoch}", row.wrapped, tied)
    if isinstance(row, CircleKey):
        return Wrap("circle_keys", row.circle_id, str(row.epoch), row.older_seed or b"", row.bundle)
    if isinstance(row, GuestKey):
        part = f"{row.sleeve} {row.epoch} {row.circle_id}"
        return Wrap("guest_keys", row.folder_id, part, row.wrapped, msgspec.msgpack.encode(row.circle_epoch))
    tied = row.outer_fingerprint + row.inner_fingerprint
    return Wrap("custody_shares", row.circle_id, f"{row.epoch} {row.outer_id} {row.inner_id}", row.sealed_seed, tied)


def tell(session: Session, *rows: Wrapped) -> None:
    """Of keys that were written."""
    wraps = map(wrap_of, rows)
    sealed_writes(session).extend(SealedWrite(w.table, w.row_id, w.part, 1, w.sealed, w.tied) for w in wraps)


def tell_gone(session: Session, rows: Iterable[Wrapped]) -> None:
    """Of keys that are taken away, before they are."""
    wraps = map(wrap_of, rows)
    sealed_writes(session).extend(SealedWrite(w.table, w.row_id, w.part, 0, b"") for w in wraps)
