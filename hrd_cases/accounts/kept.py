"""Forms posted after their session died: sealed to their member and shown after sign-in as "not sent yet".

Never files or secrets: the door keeps only what its place allows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import KeptForm
from hrd_cases.accounts.sessions import Sessions
from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about_any
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import rows_touched
from hrd_cases.door.house import Sent
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Tampered
from hrd_cases.keys.ring import context
from hrd_cases.vault.envelope import unwrap, wrap_text
from hrd_cases.vault.identity import KeyPair

MOST = 5
LARGEST = 1_000_000
KEPT_FOR = timedelta(days=30)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A form as it was sent: the address it goes to, and its fields in order. `locked`: whoever sent it was not asked
    who they are, for the session was locked."""

    path: str
    fields: tuple[tuple[str, str], ...]
    locked: bool = False

    def __repr__(self) -> str:
        return "<Kept>"


_decoder = msgspec.msgpack.Decoder(Kept)


class KeptForms:
    """What the door asks for: a form kept for the visitor or for whose session the cookie was, and taken back."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def keep(self, session: Session, visitor: Visitor | None, cookie: str, sent: Sent) -> uuid.UUID | None:
        if visitor is not None:
            return keep_own(session, visitor.member_id, visitor.ring.keys, sent)
        return keep_from_dead_session(session, self._sessions, cookie, sent)

    def take(self, session: Session, visitor: Visitor, kept_id: uuid.UUID, path: str) -> None:
        take_kept(session, visitor.member_id, visitor.ring.keys, kept_id, path)

    def sent(self, session: Session, kept_id: uuid.UUID) -> None:
        session.delete(session.get_one(KeptForm, kept_id))
        record(session, Event.FORM_SENT, form=kept_id)

    def done(self, session: Session, visitor: Visitor, sent: Sent) -> None:
        drop_done(session, visitor.member_id, visitor.ring.keys, sent)


def keep_from_dead_session(session: Session, sessions: Sessions, cookie: str, sent: Sent) -> uuid.UUID | None:
    """Keep a form whose session is known from the last 24 hours. None if it is not, or if there is no room."""
    owner = sessions.keeping_key(session, cookie)
    return _keep(session, *owner, sent, locked=True) if owner is not None else None


def keep_own(session: Session, member_id: uuid.UUID, keys: KeyPair, sent: Sent) -> uuid.UUID | None:
    """Keep a form of an open session, while something is asked first. None if there is no room."""
    return _keep(session, member_id, _key(keys), sent, locked=False)


def keep_unproven(session: Session, member_id: uuid.UUID, keys: KeyPair, sent: Sent) -> uuid.UUID | None:
    """Keep a form that was sent after its session had ended, for whoever signed in on the page that carried it along.
    Nobody was asked who they are when it was sent. It was promised there: however many wait, there is room for it. None
    if it is too large."""
    return _keep(session, member_id, _key(keys), sent, locked=True, promised=True)


def _key(keys: KeyPair) -> bytes:
    return keys.symmetric("kept forms")


def _keep(
    session: Session, member_id: uuid.UUID, key: bytes, sent: Sent, *, locked: bool, promised: bool = False
) -> uuid.UUID | None:
    """`MOST` forms of one member wait at a time, beside what was `promised`. What was kept before and is sent again
    waits as it is now: worked on further, it takes the place of what was kept; from another page, it waits beside it.
    """
    new = Kept(sent.path, tuple(sent.fields), locked)
    row, before = _kept_before(session, member_id, key, sent) or (None, None)
    if row is not None and before is not None and before.fields == new.fields:
        return row.id
    content = msgspec.msgpack.encode(new)
    full = row is None and not promised and how_many_wait(session, member_id) >= MOST
    if len(content) > LARGEST or full:
        return None
    if row is None:
        row = KeptForm(id=uuid.uuid4(), member_id=member_id, kept_at=datetime.now(UTC), sealed=b"")
        session.add(row)
    row.kept_at, row.sealed = datetime.now(UTC), _sealed(row, key, content)
    act_as(session, Actor("member", member_id))
    record(session, Event.FORM_KEPT, form=row.id)
    return row.id


def _kept_before(session: Session, member_id: uuid.UUID, key: bytes, sent: Sent) -> tuple[KeptForm, Kept] | None:
    """What was kept of this very page and is sent again, held against whoever sends it meanwhile; None if it is gone,
    or was kept of another page, or fails its check."""
    row = held_form(session, member_id, sent.again) if sent.again is not None else None
    if row is None:
        return None
    try:
        before = _read(row, key)
    except Tampered:
        return None
    return (row, before) if before.path == sent.path else None


def _sealed(row: KeptForm, key: bytes, content: bytes) -> bytes:
    return wrap_text(key, content, context("kept form", row.id, row.member_id))


def _opened(row: KeptForm, key: bytes) -> bytes:
    return unwrap(key, row.sealed, context("kept form", row.id, row.member_id))


def kept_forms(session: Session, member_id: uuid.UUID) -> list[KeptForm]:
    """A member's forms that were not sent yet, oldest first."""
    query = select(KeptForm).where(KeptForm.member_id == member_id).order_by(KeptForm.kept_at)
    rows = session.scalars(query).all()
    over = _over(session, rows)
    return [row for row in rows if row.id not in over]


def kept_form(session: Session, member_id: uuid.UUID, form_id: uuid.UUID) -> KeptForm | None:
    """One of them."""
    return _waiting(session, _one(member_id, form_id))


def held_form(session: Session, member_id: uuid.UUID, form_id: uuid.UUID) -> KeptForm | None:
    """One of them, nobody else's until this transaction ends."""
    return _waiting(session, _one(member_id, form_id).with_for_update(of=KeptForm))


def _one(member_id: uuid.UUID, form_id: uuid.UUID) -> Select[KeptForm]:
    found = select(KeptForm).where(KeptForm.id == form_id, KeptForm.member_id == member_id)
    return found.execution_options(populate_existing=True)


def _waiting(session: Session, query: Select[KeptForm]) -> KeptForm | None:
    row = session.scalar(query)
    return row if row is not None and not _over(session, [row]) else None


def _over(session: Session, rows: Iterable[KeptForm]) -> set[uuid.UUID]:
    """Of these forms those of which the trail tells that they were sent or thrown away: whoever writes the database put
    their rows back.
    """
    return ever_about_any(session, [row.id for row in rows], Event.FORM_SENT, Event.FORM_DROPPED)


def how_many_wait(session: Session, member_id: uuid.UUID) -> int:
    return len(kept_forms(session, member_id))


def read_kept(row: KeptForm, keys: KeyPair) -> Kept:
    """Raises Tampered."""
    return _read(row, _key(keys))


def _read(row: KeptForm, key: bytes) -> Kept:
    try:
        return _decoder.decode(_opened(row, key))
    except msgspec.MsgspecError as error:
        raise Tampered("not a kept form") from error


def take_kept(session: Session, member_id: uuid.UUID, keys: KeyPair, kept_id: uuid.UUID, path: str) -> None:
    """Hold a kept form that is being sent to `path`: nobody else sends it meanwhile. Refused if it is gone: it was sent
    once already."""
    row = held_form(session, member_id, kept_id)
    if row is None or read_kept(row, keys).path != path:
        raise Refused(
            N_("This was saved already, or thrown away."),
            N_("Look whether it is there. If it is not, type it once more."),
        )


def drop_kept(session: Session, row: KeptForm) -> None:
    """Throw a kept form away unsent."""
    session.delete(row)
    record(session, Event.FORM_DROPPED, form=row.id)


def drop_done(session: Session, member_id: uuid.UUID, keys: KeyPair, sent: Sent) -> None:
    """What was kept and says the same was done by another form: it is asked for no more. What says anything else stays,
    or a small change would throw away a long text that was kept for the same page."""
    for row in kept_forms(session, member_id):
        try:
            waiting = read_kept(row, keys)
        except Tampered:
            continue
        if waiting.path == sent.path and list(waiting.fields) == sent.fields:
            drop_kept(session, row)


def reseal_kept(session: Session, member_id: uuid.UUID, old: KeyPair, new: KeyPair) -> None:
    """What waits to be sent passes from a member's old keys to their new ones. What the old do not open is left."""
    for row in kept_forms(session, member_id):
        try:
            row.sealed = _sealed(row, _key(new), _opened(row, _key(old)))
        except Tampered:
            continue


def drop_all_kept(session: Session, member_id: uuid.UUID) -> None:
    """The keys that open them are gone for good."""
    for row in kept_forms(session, member_id):
        drop_kept(session, row)


def drop_old_kept(session: Session, now: datetime) -> int:
    """Forms that nobody came back for in `KEPT_FOR`. Returns how many."""
    return rows_touched(session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR)))
