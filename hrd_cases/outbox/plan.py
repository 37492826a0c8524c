"""What the upper rooms call, in their own transaction: plan a reminder, take it back, and ask which are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hrd_cases.outbox.book import Recipient, of_row
from hrd_cases.outbox.models import DUE, FAILED, WAITING, Delivery, Reminder
from hrd_cases.outbox.points import crash_point
from hrd_cases.outbox.rules import is_slot, minute_slot, never_past, utc_now

LONGEST_LINE = 200
_R = cast(Table, Reminder.__table__)


@dataclass(frozen=True)
class DueReminder:
    """A reminder that is due: what it is about stands in the sealed record that lists its id."""

    id: UUID
    recipient: Recipient
    slot_at: datetime


@dataclass(frozen=True)
class Row:
    """A reminder as its row says: what an attacker may have written to. `mails`: also at once, not only on Today.
    `is_posted`: it has a line of its own, as the daily count and the daily mail have and no reminder.
    """

    id: UUID
    recipient: Recipient
    slot_at: datetime
    mails: bool
    is_due: bool
    uniqueness: bytes
    is_posted: bool


def plan(
    session: Session,
    *,
    recipient: Recipient,
    due_at: datetime,
    uniqueness: bytes,
    mails: bool,
    reminder_id: UUID | None = None,
) -> UUID:
    """Write one reminder in the caller's transaction. Returns its id; the first's if `uniqueness` is known already.
    `reminder_id` goes with the uniqueness, for who has to know it later; else it is drawn.

    `due_at` comes from the slots of `rules` (any other time would draw a court's calendar: ValueError)
    and may be past: then it appears at the next tick. `uniqueness` is an HMAC over everything that makes this
    reminder another one, the date included, under a key that only signed-in members can open. `mails`: also by mail at
    once, not only on Today.
    """
    _check_slot(due_at)
    return _write(session, recipient, due_at, uniqueness, mails=mails, reminder_id=reminder_id)


def plan_to_the_minute(
    session: Session, *, recipient: Recipient, due_at: datetime, uniqueness: bytes, mails: bool
) -> UUID:
    """As `plan`, for a clock whose moment lies in clear anyway: `due_at` comes from `rules.minute_slot`."""
    if due_at.tzinfo is None or minute_slot(due_at) != due_at:
        raise ValueError("a clock's reminder falls due in a slot of its own: take it from rules.minute_slot")
    return _write(session, recipient, due_at, uniqueness, mails=mails)


def post(session: Session, *, recipient: Recipient, due_at: datetime, uniqueness: bytes, line: str) -> UUID:
    """As `plan`, but mails what the book's `own_words` make of `line` instead of the constant text, and shows nothing.

    `line` lies in clear: it is for what may be read outside, the daily count and the day of the daily mail, with a
    proof that nobody planted it. Raises ValueError if it is empty or longer than 200 characters.
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


def put_off(session: Session, reminder_id: UUID, until: datetime) -> None:
    """A reminder that is due waits again, and is mailed again if it mails. Unknown ids are ignored."""
    _check_slot(until)
    _wait_again(session, reminder_id, {"slot_at": until})


def pass_on(session: Session, reminder_id: UUID, to: Recipient, now: datetime) -> None:
    """Somebody else's from now on: it falls due for them at the next tick. Unknown ids are ignored."""
    whose = {"member_id": to.member_id, "office_id": to.office_id, "role": to.role}
    _wait_again(session, reminder_id, {**whose, "slot_at": never_past(now, now)})


def _wait_again(session: Session, reminder_id: UUID, values: dict[str, Any]) -> None:
    # Reminder before deliveries, as everywhere: the other order could deadlock on PostgreSQL.
    changed = update(Reminder).where(Reminder.id == reminder_id).values(state=WAITING, **values)
    session.execute(changed, execution_options={"synchronize_session": False})
    mailed = delete(Delivery).where(Delivery.reminder_id == reminder_id)
    session.execute(mailed, execution_options={"synchronize_session": False})


def set_mails(session: Session, reminder_id: UUID, *, mails: bool) -> None:
    """Whether it is mailed when it falls due. What is due already stays as it came; unknown ids are ignored."""
    changed = update(Reminder).where(Reminder.id == reminder_id, Reminder.state == WAITING).values(mails=mails)
    session.execute(changed, execution_options={"synchronize_session": False})


def rows_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Reminders as their rows say, by id; those that are gone are not among them."""
    found = session.execute(select(_R).where(_R.c.id.in_(ids)))
    return {
        one.id: Row(
            one.id,
            of_row(one.member_id, one.office_id, one.role),
            one.slot_at,
            one.mails,
            one.state == DUE,
            one.uniqueness,
            one.body is not None,
        )
        for one in found
    }


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
    return [DueReminder(row.id, of_row(row.member_id, row.office_id, row.role), row.slot_at) for row in rows]


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
    session: Session,
    recipient: Recipient,
    due_at: datetime,
    uniqueness: bytes,
    *,
    mails: bool,
    body: str | None = None,
    reminder_id: UUID | None = None,
) -> UUID:
    if len(uniqueness) != 32:
        raise ValueError("uniqueness is an HMAC of 32 bytes")
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    written = session.scalar(
        insert(Reminder)
        .values(
            id=reminder_id or uuid4(),
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
