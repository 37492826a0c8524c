"""Reminders that are due, and Today that explains them."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.unattended import AddressBook
from tests.trials.trying import Tried
from tests.world import World


def reminders_are_due(world: World, *ids: uuid.UUID) -> None:
    """The tick comes by when these are due."""
    with world.database.main.writing() as session:
        past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(slot_at=past))
    turn_due(world.database.main, AddressBook(world.house.settings), datetime.now(UTC))


def of_rule(tried: Tried, hearing_id: uuid.UUID, role: str | None = None) -> uuid.UUID:
    """The first reminder of a hearing to its officer, or to a role."""
    with tried.world.database.main.reading() as session:
        query = select(Reminder.id).where(Reminder.id.in_(ids_of(tried, hearing_id)), Reminder.role == role)
        found = session.scalars(query.order_by(Reminder.slot_at)).first()
    assert found is not None
    return found


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def today(world: World, who: str) -> str:
    return text_of(world.client(who).get("/"))


def ids_of(tried: Tried, hearing_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    return tried.hearing(hearing_id).reminders
