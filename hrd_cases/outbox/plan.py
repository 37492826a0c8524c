"""What the upper rooms call, in their own transaction: plan a reminder, take it back, and ask which are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hrd_cases.outbox.book import Recipient
from hrd_cases.outbox.models import DUE, FAILED, WAITING, Delivery, Reminder
from hrd_cases.outbox.points import crash_point
from hrd_cases.outbox.rules import is_slot, minute_slot, never_past, utc_now

LONGEST_LINE = 200


@dataclass(frozen=True)
class DueReminder:
    """A reminder that is due: what it is about stands in the sealed record that lists its id."""

    id: UUID
    recipient: Recipient
    slot_at: datetime


def plan(session: Session, *, recipient: Recipient, due_at: datetime, uniqueness: bytes, mails: bool) -> UUID:
    """Write one reminder in the caller's transaction. Returns its id; the first's if `uniqueness` is known already.

    `due_at` comes from `rules.day_slot` or `rules.hour_slot` (any other time would draw a court's calendar: ValueError)
    and may be past: then it appears at the next tick. `uniqueness` is an HMAC over everything that makes this
    reminder another one, the date included, under a key that only signed-in members can open. `mails`: also by mail at
    once, not only on Today.
    """
    _check_slot(due_at)
    return _write(session, recipient, due_at, uniqueness, mails=mails)


def plan_to_the_minute(
    session: Session, *, recipient: Recipient, due_at: datetime, uniqueness: bytes, mails: bool
) -> UUID:
    """As `plan`, for a clock whose moment lies in clear anyway: `due_at` comes from `rules.minute_slot`."""
    if due_at.tzinfo is None or minute_slot(due_at) != due_at:
        raise ValueError("a clock's reminder falls due in a slot of its own: take it from rules.minute_slot")
    return _write(session, recipient, due_at, uniqueness, mails=mails)


def post(session: Session, *, recipient: Recipient, due_at: datetime, uniqueness: bytes, line: str) -> UUID:
    """As `plan`, but mails what the book's `own_words` make of `line` instead of the constant text, and shows nothing.

    `line` lies in clear and travels in clear: it is for the daily count, which is meant to be read outside,
    and for nothing else. Raises ValueError if it is empty or longer than 200 characters.
    """
    if not line.strip() or len(line) > LONGEST_LINE:
        raise ValueError(f"a line to be mailed has 1 to {LONGEST_LINE} characters")
    _check_slot(due_at)
    return _write(session, recipient, due_at, uniqueness, mails=True, body=line)


def cancel(session: Session, ids: Collection[UUID]) -> None:
    """Remove reminders, waiting or due, with whatever was still to be mailed for them. Unknown ids are ignored.

    Call it when the date moves (and plan anew), and when somebody has dealt with it.
    """
    session.execute(delete(Reminder).where(Reminder.id.in_(ids)), execution_options={"synchronize_session": False})


def due_reminders(session: Session, recipients: Collection[Recipient]) -> list[DueReminder]:
    """What is due for these recipients, each once, oldest first; for a member also what came to them as a deputy.

    It may name a case that the member cannot open (any more): whoever shows it looks it up through what the
    member can open.
    """
    members = [to.member_id for to in recipients if to.member_id is not None]
    as_deputy = select(Delivery.reminder_id).where(Delivery.member_id.in_(members))
    for_roles: list[ColumnElement[bool]] = [
        and_(Reminder.office_id == to.office_id, Reminder.role == to.role) for to in recipients if to.role is not None
    ]
    rows = session.execute(
        select(Reminder.id, Reminder.member_id, Reminder.office_id, Reminder.role, Reminder.slot_at)
        .where(
            Reminder.state == DUE,
            Reminder.body.is_(None),
            or_(Reminder.member_id.in_(members), Reminder.id.in_(as_deputy), *for_roles),
        )
        .order_by(Reminder.slot_at, Reminder.id)
    )
    return [DueReminder(row.id, Recipient(row.member_id, row.office_id, row.role), row.slot_at) for row in rows]


def retry(session: Session, member_id: UUID, now: datetime) -> int:
    """Mail again what failed for good: the member's address has been corrected. Returns how many mails."""
    again: Any = session.execute(
        update(Delivery)
        .where(Delivery.member_id == member_id, Delivery.state == FAILED)
        .values(state=WAITING, next_try_at=now, attempts=0),
        execution_options={"synchronize_session": False},
    )
    return int(again.rowcount)


def _check_slot(due_at: datetime) -> None:
    if not is_slot(due_at):
        raise ValueError("a reminder falls due in a slot: take it from rules.day_slot or rules.hour_slot")


def _write(
    session: Session, recipient: Recipient, due_at: datetime, uniqueness: bytes, *, mails: bool, body: str | None = None
) -> UUID:
    if len(uniqueness) != 32:
        raise ValueError("uniqueness is an HMAC of 32 bytes")
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    written = session.scalar(
        insert(Reminder)
        .values(
            id=uuid4(),
            member_id=recipient.member_id,
            office_id=recipient.office_id,
            role=recipient.role,
            slot_at=never_past(due_at, utc_now()),
            mails=mails,
            state=WAITING,
            uniqueness=uniqueness,
            body=body,
        )
        .on_conflict_do_nothing(index_elements=[Reminder.uniqueness])
        .returning(Reminder.id)
    )
    crash_point("plan")
    return written or session.scalars(select(Reminder.id).where(Reminder.uniqueness == uniqueness)).one()
