"""Forms posted after their session died: sealed to their member, shown after sign-in as "not sent yet", never files or secrets."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import KeptForm
from hrd_cases.accounts.sessions import Sessions
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.errors import Tampered
from hrd_cases.keys.ring import context
from hrd_cases.vault.envelope import unwrap, wrap
from hrd_cases.vault.identity import KeyPair

MOST = 5
LARGEST = 1_000_000


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A form as it was sent: the address it goes to, and its fields in order. No fields: a page someone was on the way to."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "<Kept>"


def keep_from_dead_session(
    session: Session, sessions: Sessions, cookie: str, path: str, fields: list[tuple[str, str]]
) -> uuid.UUID | None:
    """Keep a form whose session is known from the last 24 hours. None if it is not, or five wait already, or it is too large."""
    owner = sessions.keeping_key(session, cookie)
    return _keep(session, owner[0], owner[1], path, fields) if owner is not None else None


def keep_own(session: Session, member_id: uuid.UUID, keys: KeyPair, path: str, fields: list[tuple[str, str]]) -> uuid.UUID | None:
    """Keep a form of an open session while it asks for something first (a fresh second factor)."""
    return _keep(session, member_id, keys.symmetric("kept forms"), path, fields)


def _keep(session: Session, member_id: uuid.UUID, key: bytes, path: str, fields: list[tuple[str, str]]) -> uuid.UUID | None:
    content = msgspec.msgpack.encode(Kept(path, tuple(fields)))
    waiting = session.scalar(select(func.count()).select_from(KeptForm).where(KeptForm.member_id == member_id)) or 0
    if len(content) > LARGEST or waiting >= MOST:
        return None
    row = KeptForm(member_id=member_id, kept_at=datetime.now(UTC), sealed=b"")
    row.sealed = wrap(key, content, context("kept form", row.id, member_id))
    session.add(row)
    act_as(session, Actor("member", member_id))
    record(session, Event.FORM_KEPT, form=row.id)
    return row.id


def kept_forms(session: Session, member_id: uuid.UUID) -> list[KeptForm]:
    """A member's forms that were not sent yet, oldest first."""
    return list(session.scalars(select(KeptForm).where(KeptForm.member_id == member_id).order_by(KeptForm.kept_at)))


def read_kept(row: KeptForm, keys: KeyPair) -> Kept:
    """Raises Tampered."""
    content = unwrap(keys.symmetric("kept forms"), row.sealed, context("kept form", row.id, row.member_id))
    try:
        return msgspec.msgpack.decode(content, type=Kept)
    except msgspec.MsgspecError as error:
        raise Tampered("not a kept form") from error


def drop_kept(session: Session, row: KeptForm) -> None:
    """Throw a kept form away: saved meanwhile, or not wanted."""
    session.execute(delete(KeptForm).where(KeptForm.id == row.id))
    record(session, Event.FORM_DROPPED, form=row.id)
