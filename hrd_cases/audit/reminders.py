"""Reminders as the trail tells of them: whose, when, and whether they are mailed.

Their rows lie in clear, and whoever writes the tables could put every one of them off for good. The act that planned
them tells by a digest what it planned. Those of before it told say nothing; so do those that are planned under a key of
what they remind of, and are kept by whoever holds it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Body, record
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.watch import marked_and_not_mailed
from hrd_cases.vault.envelope import digest


class ReminderRow(Protocol):
    id: Any
    member_id: Any
    office_id: Any
    role: Any
    slot_at: Any
    mails: Any
    uniqueness: Any
    body: Any


_TOLD = (Reminder.id, Reminder.member_id, Reminder.office_id, Reminder.role, Reminder.slot_at, Reminder.mails)
_ROWS = select(*_TOLD, Reminder.uniqueness, Reminder.body)


def reminder_written(row: ReminderRow) -> bytes:
    """Of everything it was planned with: not of whether it has fallen due."""
    whose = (row.member_id.bytes if row.member_id is not None else b"", row.office_id.bytes if row.office_id else b"")
    role, slot = (row.role or "").encode(), row.slot_at.isoformat().encode()
    mailed_as = () if row.body is None else (row.body.encode(),)  # none that a person is reminded by has one
    return digest("reminder", row.id.bytes, *whose, role, slot, bytes([bool(row.mails)]), row.uniqueness, *mailed_as)


def together_written(session: Session, ids: Collection[uuid.UUID]) -> bytes:
    """Of several that one act planned, as their rows stand; of one that is gone nothing."""
    rows = {row.id: row for row in session.execute(_ROWS.where(Reminder.id.in_(ids)))}
    return digest("reminders", *(reminder_written(rows[one]) for one in ids if one in rows))


def record_planned(session: Session, ids: Collection[uuid.UUID]) -> None:
    """Tell of reminders whose act tells of nothing that they could be compared with."""
    rows = session.execute(_ROWS.where(Reminder.id.in_(ids)))
    if planned := tuple(f"{row.id} {reminder_written(row).hex()}" for row in rows):
        record(session, Event.REMINDERS_PLANNED, planned=planned)


class ToldOfReminders:
    """Taken from the trail, entry by entry: by its id the digest of each."""

    def __init__(self) -> None:
        self._planned: dict[str, str] = {}

    def take(self, body: Body) -> None:
        if body.event == Event.REMINDERS_PLANNED and isinstance(planned := body.fields["planned"], tuple | list):
            self._planned |= dict(one.split(" ", 1) for one in planned if one.count(" ") == 1)
        elif body.event in (Event.REMINDER_PUT_OFF, Event.REMINDER_PASSED_ON):
            self._planned.pop(str(body.fields["reminder"]), None)  # it says something else since, and rightly

    def check(self, session: Session) -> Iterator[Finding]:
        for row in session.execute(_ROWS, execution_options={"yield_per": 1000}):
            if self._planned.get(str(row.id), found := reminder_written(row).hex()) != found:
                yield Finding("a reminder says something else than when it was planned", f"reminders {row.id}")
        for reminder_id in marked_and_not_mailed(session):
            yield Finding("a reminder was marked as due, and nobody was mailed", f"reminders {reminder_id}")
