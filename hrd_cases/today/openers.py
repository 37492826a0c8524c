"""How a reminder is opened for a visitor: known to whom it tells, while it is due."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.door.opening import Known, opens
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_
from hrd_cases.outbox.models import Reminder
from hrd_cases.today.reminders import due_for

_SETTLED = N_("This reminder does not wait for you now: it is settled, was put off, or somebody else took it on.")


@opens(Reminder, absent=_SETTLED)
def open_reminder(session: Session, visitor: Visitor, reminder_id: uuid.UUID) -> Known[Reminder] | None:
    """Known to the member, to whoever has the role, and to the deputy who was mailed instead."""
    if reminder_id not in due_for(session, visitor):
        return None
    reminder = session.scalar(select(Reminder).where(Reminder.id == reminder_id))
    return Known(reminder, None) if reminder is not None else None
