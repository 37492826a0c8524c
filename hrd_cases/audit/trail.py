"""Writing the trail: `record` what happened; the entries go in with the same commit as what they tell of.

A transaction that wrote a sealed row and recorded nothing does not commit.
"""

from __future__ import annotations

import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy import event as listening
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from hrd_cases.audit.chain import START, Head, clear_the_way, entry_hash, newest
from hrd_cases.audit.events import FIELDS, SUBJECTS, Event, is_declared, is_id
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.db import Prepared
from hrd_cases.instants import Instant
from hrd_cases.records import SealedWrite, sealed_writes
from hrd_cases.vault.envelope import digest

Value = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of an office, or a named part of the system ("operator", "scheduler", "visitor")."""

    name: str = "visitor"
    member_id: uuid.UUID | None = None
    office_id: uuid.UUID | None = None


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What is hashed. `writes`: (table, row, sleeve, blob version, hash of the blob and of what it is tied to) of each
    sealed blob written.
    """

    number: int
    at: Instant
    event: str
    actor: str
    actor_id: uuid.UUID | None
    office_id: uuid.UUID | None
    fields: dict[str, Value]
    writes: tuple[tuple[str, uuid.UUID, str, int, bytes], ...] = ()


_decoder = msgspec.msgpack.Decoder(Body)


class Written(Protocol):
    """Whatever has an entry's body: the entry, or a plain row of it."""

    @property
    def body(self) -> bytes: ...


def read_body(entry: Written) -> Body:
    """What an entry says, if it says what its event declares. Raises msgspec.MsgspecError if it was not written by us:
    nobody reads a field of an entry in any other way.
    """
    try:
        body = _decoder.decode(entry.body)
    except (ValueError, OverflowError, RecursionError) as error:  # MsgspecError is a ValueError for the most part
        raise msgspec.ValidationError("not the body of an entry") from error
    if not is_declared(body.event, body.fields):
        raise msgspec.ValidationError(f"not the fields of {body.event[:40]}")
    return body


def subjects_of(body: Body) -> set[uuid.UUID]:
    """What an entry is about: the ids in the fields of SUBJECTS. Numbers of pages and charters are none."""
    return {
        uuid.UUID(str(part))
        for name, value in body.fields.items()
        if name in SUBJECTS
        for part in (value if isinstance(value, tuple | list) else (value,))
        if is_id(part)
    }


def act_as(session: Session, actor: Actor) -> None:
    """Everything recorded in this session from now on is done by `actor`."""
    session.info["actor"] = actor


def record(session: Session, event: Event, **fields: object) -> None:
    """Note what happened; written when the session commits. TypeError if the fields are not the declared ones, or of
    another kind.
    """
    if fields.keys() != FIELDS[event]:
        raise TypeError(f"{event.value} takes {sorted(FIELDS[event])}, not {sorted(fields)}")
    plain: dict[str, Value] = {name: _plain(value) for name, value in sorted(fields.items())}
    if not is_declared(event.value, plain):
        raise TypeError(f"{event.value} has a field of another kind than declared: nobody could read the entry")
    pending = _pending(session)
    pending.append((datetime.now(UTC), event, session.info.get("actor", Actor()), plain))


def how_much_recorded(session: Session) -> int:
    """How many entries wait for the commit."""
    return len(_pending(session))


def _pending(session: Session) -> list[tuple[datetime, Event, Actor, dict[str, Value]]]:
    return cast(list[tuple[datetime, Event, Actor, dict[str, Value]]], session.info.setdefault("audit", []))


def _plain(value: object) -> Value:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list | frozenset):
        return tuple(str(part) for part in value)
    if isinstance(value, bool | int) or value is None:
        return value
    return str(value)


def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is released: the commit around it writes
    if session.new or session.dirty or session.deleted:
        session.flush()
    pending, writes = _pending(session), sealed_writes(session)
    if writes and not pending:
        raise RuntimeError("a sealed row was written and nothing recorded in the audit trail")
    if not pending:
        return
    blobs = tuple(_write_of(write) for write in writes)
    # The head is locked last and for a moment: every writer of the house meets here.
    head = lock_head(session)
    for at, event, actor, fields in pending:  # an alarm about the trail itself comes last
        who = (actor.name, actor.member_id, actor.office_id)
        head = _append(session, head, Body(head.number + 1, at, event.value, *who, fields, blobs))
        blobs = ()
    _HEAD_MOVED.count(session.connection(), to_number=head.number, to_hash=head.hash)
    pending.clear()
    writes.clear()


_HEAD = Prepared(select(AuditHead.number, AuditHead.hash).with_for_update())
_HEAD_MOVED = Prepared(update(AuditHead).values(number=bindparam("to_number"), hash=bindparam("to_hash")))
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# What somebody planted where an entry or its row of the index goes is passed by: a failed insert would end the page.
_ENTRY, _SUBJECT = (
    {name: Prepared(into(table).on_conflict_do_nothing()) for name, into in cast(dict[str, Any], _INSERT).items()}
    for table in (AuditEntry, AuditSubject)
)


def lock_head(session: Session) -> Head:
    """The head of the chain, nobody else's until this transaction ends. On an empty trail writers meet here too.

    One that is gone or is none is looked for at the last entry, with an alarm.
    """
    connection = session.connection()
    head = _HEAD.rows(connection)
    if not head:
        first = cast(Any, _INSERT[connection.dialect.name])(AuditHead).values(id=1, **START._asdict())
        session.execute(first.on_conflict_do_nothing())
        head = _HEAD.rows(connection)
    said = Head(*head[0])
    if said.is_sound or (found := newest(connection)) == said:
        return said
    _HEAD_MOVED.count(connection, to_number=found.number, to_hash=found.hash)
    _raise_alarm(session, "audit_head")
    return found


def _raise_alarm(session: Session, what: str) -> None:
    record(session, Event.ALARM_RAISED, alarm=f"failed its check: {what}")


def _write_of(write: SealedWrite) -> tuple[str, uuid.UUID, str, int, bytes]:
    return write.table, write.row_id, str(write.sleeve), write.blob_version, blob_hash(write.blob, write.tied)


def blob_hash(blob: bytes, tied: bytes) -> bytes:
    """What the trail keeps of a blob and of the clear columns it is sealed to."""
    return digest("audited blob", blob, tied)


def _append(session: Session, head: Head, body: Body) -> Head:
    """Write an entry after the head. What stands there already is cleared out of the way: where the head was set back
    it moves on, then what does not follow is set aside.
    """
    connection = session.connection()
    while (reached := _written(connection, head, body)) is None:
        head, what = clear_the_way(connection, head)
        _raise_alarm(session, what)
        body = msgspec.structs.replace(body, number=head.number + 1)
    for subject in sorted(subjects_of(body)):
        _SUBJECT[connection.dialect.name].count(connection, subject_id=subject, number=body.number)
    return reached


def _written(connection: Connection, head: Head, body: Body) -> Head | None:
    """The head after this entry; None if there is one of its number."""
    encoded = msgspec.msgpack.encode(body)
    reached = Head(body.number, entry_hash(head.hash, encoded))
    written = _ENTRY[connection.dialect.name].count(
        connection,
        number=body.number,
        at=body.at,
        event=body.event,
        actor=body.actor,
        actor_id=body.actor_id,
        office_id=body.office_id,
        body=encoded,
        hash=reached.hash,
    )
    return reached if written else None


def _note_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _savepoints(session)[transaction] = (len(_pending(session)), len(sealed_writes(session)))


def _forget(session: Session, transaction: SessionTransaction) -> None:
    """What was undone was not done: of a savepoint only what came after it, of a transaction everything."""
    if transaction.nested:
        recorded, written = _savepoints(session).pop(transaction, (0, 0))
        del _pending(session)[recorded:], sealed_writes(session)[written:]
    elif transaction.parent is None:
        session.info.pop("audit", None)
        session.info.pop("sealed_writes", None)


def _savepoints(session: Session) -> MutableMapping[SessionTransaction, tuple[int, int]]:
    """How much was recorded and written when each savepoint was made."""
    return cast(
        MutableMapping[SessionTransaction, tuple[int, int]], session.info.setdefault("savepoints", WeakKeyDictionary())
    )


listening.listen(Session, "before_commit", _write)
listening.listen(Session, "after_transaction_create", _note_savepoint)
listening.listen(Session, "after_soft_rollback", _forget)
