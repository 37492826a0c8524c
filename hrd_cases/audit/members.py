"""What the trail tells of each member's row: with what they prove themselves, and where their mail goes.

An entry names by its digest what its act wrote, and nothing else: what was put back meanwhile is not confirmed by it.
Entries of before the trail told of it say nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Protocol

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Body, read_body
from hrd_cases.records import Base
from hrd_cases.vault.envelope import digest


class MemberRow(Protocol):
    """The columns of a member's row that the trail tells of."""

    fingerprint: Any
    passphrase_lock: Any
    recovery_lock: Any
    totp_sealed: Any
    address_sealed: Any


_COLUMNS = {
    "passphrase": ("fingerprint", "passphrase_lock"),
    "recovery": ("recovery_lock",),
    "authenticator": ("totp_sealed",),
    "address": ("address_sealed",),
}
_WRONG = {
    "passphrase": "a passphrase counts that this member did not set last",
    "recovery": "a recovery code counts that this member did not set last",
    "authenticator": "an authenticator counts that this member did not set up last",
    "address": "a mail address that no act gave this member",
}
_PROOFS = ("passphrase", "recovery", "authenticator")
_STEPS = (Event.CODE_USED.value, Event.AUTHENTICATOR_SET.value)
_ADDRESSES = (Event.ADDRESS_CORRECTED.value, Event.MEMBER_INVITED.value)


def _digest(row: MemberRow, name: str) -> bytes:
    return digest(f"member's {name}", *(getattr(row, column) or b"" for column in _COLUMNS[name]))


def written(row: MemberRow, *names: str) -> dict[str, bytes | None]:
    """Fields of an event that wrote these proofs of a member: their digests, also of those that are void now."""
    return {name: _digest(row, name) if name in names else None for name in _PROOFS}


def address_written(row: MemberRow) -> bytes:
    return _digest(row, "address")


# -- while the house works


def last_step(session: Session, member_id: uuid.UUID) -> int:
    """The time step of the code that a member used last, whatever their row says; 0 if the trail tells of none."""
    for body in _told(session, member_id, _STEPS):
        step = body.fields.get("step")
        return step if isinstance(step, int) else 0
    return 0


def is_told_address(session: Session, row: MemberRow, member_id: uuid.UUID) -> bool:
    """Is a member's mail address the one that the last act sent their mail to? Also if the trail tells of none."""
    for body in _told(session, member_id, _ADDRESSES):
        told = body.fields.get("address")
        if told is not None:
            return told == address_written(row).hex()
    return True


def _told(session: Session, member_id: uuid.UUID, events: tuple[str, ...]) -> Iterator[Body]:
    """What happened to a member, the newest first. What cannot be read was planted, and says nothing."""
    query = (
        select(AuditEntry)
        .join(AuditSubject, AuditSubject.number == AuditEntry.number)
        .where(AuditSubject.subject_id == member_id, AuditEntry.event.in_(events))
        .order_by(AuditSubject.number.desc())
    )
    for entry in session.scalars(query):
        try:
            body = read_body(entry)
        except msgspec.MsgspecError:
            continue
        if (body.number, body.event, body.fields.get("member")) == (entry.number, entry.event, str(member_id)):
            yield body


# -- while the trail is checked


class ToldOfMembers:
    """What the entries of the whole trail tell, the last of each."""

    def __init__(self) -> None:
        self.columns: dict[tuple[uuid.UUID, str], str] = {}
        """By member and name: the digest."""
        self.steps: dict[uuid.UUID, int] = {}

    def take(self, body: Body) -> None:
        if not isinstance(body.fields.get("member"), str):
            return
        member = uuid.UUID(str(body.fields["member"]))
        for name in _COLUMNS:
            told = body.fields.get(name)
            if isinstance(told, str):
                self.columns[member, name] = told
        step = body.fields.get("step")
        if body.event in _STEPS and isinstance(step, int):
            self.steps[member] = step

    def check(self, session: Session) -> Iterator[Finding]:
        # The accounts room lies above this one: its table is looked at by name.
        table = Base.metadata.tables.get("members")
        if table is None:
            return
        for row in session.execute(select(table), execution_options={"yield_per": 1000}):
            for name, what in _WRONG.items():
                if self.columns.get((row.id, name), found := _digest(row, name).hex()) != found:
                    yield Finding(what, str(row.id))
            if self.steps.get(row.id, row.totp_last_step) != row.totp_last_step:
                yield Finding("a used code of the authenticator counts again", str(row.id))
