"""What the trail tells of each member's row: with what they prove themselves, and where their mail goes.

An entry names by its digest what its act wrote, and nothing else: what was put back meanwhile is not confirmed by it.
Entries of before the trail told of it say nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.told import ever_about, names_it, readable, within_chain
from hrd_cases.audit.trail import Body
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
_LATELY = timedelta(hours=1)
"""Longer than any code counts."""


def _digest(row: MemberRow, name: str) -> bytes:
    return digest(f"member's {name}", *(getattr(row, column) or b"" for column in _COLUMNS[name]))


def written(row: MemberRow, *names: str) -> dict[str, bytes | None]:
    """Fields of an event that wrote these proofs of a member: their digests, also of those that are void now."""
    return {name: _digest(row, name) if name in names else None for name in _PROOFS}


def address_written(row: MemberRow) -> bytes:
    return _digest(row, "address")


# -- while the house works


def last_step(session: Session, member_id: uuid.UUID) -> int:
    """The time step of the newest code that a member used lately, whatever their row says; 0 if the trail tells of
    none. An older one counts no more for the clock alone.
    """
    lately = datetime.now(UTC) - _LATELY
    query = select(AuditEntry).where(AuditEntry.event.in_(_STEPS), AuditEntry.at > lately, within_chain())
    lately_used = readable(session, query.where(names_it(member_id)).order_by(AuditEntry.number), member_id)
    steps = [body.fields.get("step") for body in lately_used]
    return next((step for step in reversed(steps) if isinstance(step, int)), 0)


def is_told_address(session: Session, row: MemberRow, member_id: uuid.UUID) -> bool:
    """Is a member's mail address the one that the last act sent their mail to? Not if the trail tells of none; one of
    before it told which is believed.
    """
    acts = list(ever_about(session, member_id, Event.ADDRESS_CORRECTED, Event.MEMBER_INVITED))
    named = [body.fields["address"] for body in acts if body.fields.get("address") is not None]
    return bool(acts) and named[-1:] in ([], [address_written(row).hex()])


# -- while the trail is checked


class ToldOfMembers:
    """What the entries of the whole trail tell, the last of each."""

    def __init__(self) -> None:
        self.columns: dict[tuple[uuid.UUID, str], str] = {}
        """By member and name: the digest."""
        self.steps: dict[uuid.UUID, int] = {}
        self.homes: dict[uuid.UUID, str] = {}
        """The office each was invited to."""
        self.roles: dict[uuid.UUID, str] = {}
        self.enrolled: set[uuid.UUID] = set()

    def take(self, body: Body) -> None:
        if body.fields.get("member") is None:
            return
        member = uuid.UUID(str(body.fields["member"]))
        for name in _COLUMNS:
            told = body.fields.get(name)
            if isinstance(told, str):
                self.columns[member, name] = told
        home = body.fields.get("office")
        if body.event == Event.MEMBER_INVITED and home is not None:
            self.homes[member] = str(home)
            self.roles[member] = str(body.fields["role"])
        self._take_enrolment(member, body)
        step = body.fields.get("step")
        if body.event in _STEPS and isinstance(step, int):
            self.steps[member] = step

    def _take_enrolment(self, member: uuid.UUID, body: Body) -> None:
        if body.event == Event.INVITATION_TAKEN:
            self.enrolled.add(member)
        elif body.event == Event.PASSPHRASE_SET and body.fields.get("authenticator", "") is not None:
            self.enrolled.discard(member)  # keys were made anew, or an entry of before it told may say so

    def check(self, session: Session) -> Iterator[Finding]:
        # The accounts room lies above this one: its table is looked at by name.
        table = Base.metadata.tables.get("members")
        if table is None:
            return
        for row in session.execute(select(table), execution_options={"yield_per": 1000}):
            for name, what in _WRONG.items():
                if self.columns.get((row.id, name), found := _digest(row, name).hex()) != found:
                    yield Finding(what, str(row.id))
            if self.homes.get(row.id, str(row.office_id)) != str(row.office_id):
                yield Finding("a member belongs to another office than they were invited to", str(row.id))
            if row.id not in self.homes:
                yield Finding("a member whom nobody invited", str(row.id))
            elif self.roles[row.id] != row.invited_role:
                yield Finding("a member is to be seated as something else than they were invited as", str(row.id))
            if row.id in self.enrolled and row.enrolled_at is None:
                yield Finding("a member who has enrolled is kept out as one who has not", str(row.id))
            if self.steps.get(row.id, row.totp_last_step) != row.totp_last_step:
                yield Finding("a used code of the authenticator counts again", str(row.id))
