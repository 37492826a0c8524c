"""Reminders, the deliveries they cause, and the schedulers' heartbeats: all of it in clear, so as little as works.

No row says which case, or what kind of reminder it is. On SQLite the tables have no rowid: it would count rows in the
order of planning, and so show which reminders belong to one hearing.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.db import UtcDateTime
from hrd_cases.records import Base

WAITING = "waiting"
DUE = "due"
SENT = "sent"
FAILED = "failed"


class Reminder(Base):
    """One reminder to one recipient: `waiting` until its slot, then `due` (shown on Today) until somebody cancels it.

    The recipient is a member, or whoever has a role of an office when it falls due. `uniqueness` is an HMAC that the
    planner makes under a sleeve key: the same reminder is never planned twice, and without the key nobody can guess
    what it is. `body` is NULL except for what is posted, the daily count and the daily mail: one line in clear that
    says nothing of anybody, of which the sender makes the mail, if it is ours.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        # By slot first: what falls due together lies together, and a thousand rows turn due in a few pages of SQLite.
        PrimaryKeyConstraint("slot_at", "id"),
        CheckConstraint("(member_id IS NULL) <> (office_id IS NULL)", name="one_recipient"),
        CheckConstraint("(office_id IS NULL) = (role IS NULL)", name="role_of_an_office"),
        CheckConstraint("state IN ('waiting', 'due')", name="state"),
        CheckConstraint("body IS NULL OR mails", name="body_is_mailed"),
        Index("ix_reminders_state_slot_at", "state", "slot_at"),
        Index("ix_reminders_office_id_role", "office_id", "role"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    member_id: Mapped[uuid.UUID | None] = mapped_column(index=True, default=None)
    office_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    role: Mapped[str | None] = mapped_column(String(40), default=None)
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mails: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    uniqueness: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    body: Mapped[str | None] = mapped_column(Text, default=None)


class Delivery(Base):
    """One mail to one member because a reminder fell due.

    `epoch` counts the claims: a worker may mark the row only while the epoch is still the one it claimed. `next_try_at`
    is when the row may be claimed next; while it is claimed, that is the end of the lease. `attempts` counts failed
    tries and drives the back-off. `message_id` is drawn once, so that a mail sent twice is recognised, and is not the
    row's id, so that a mail server's log names no row. `member_id` is NULL only in a failed row: nobody had the role.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        CheckConstraint("member_id IS NOT NULL OR state = 'failed'", name="somebody"),
        UniqueConstraint("reminder_id", "member_id"),
        # In SQLite's own order, that of their making: what was made together is claimed together.
        Index("ix_deliveries_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    reminder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reminders.id", ondelete="CASCADE"))
    member_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    message_id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)


class Heartbeat(Base):
    """When each scheduler last showed that it lives. The id is drawn anew at every start."""

    __tablename__ = "heartbeats"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
