"""Who is told that something in a file waits for them: at once, and by mail."""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hrd_cases.audit.reminders import record_planned
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import HEADS, head_of
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import plan
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.vault.envelope import random_bytes


def heads_of(by: Visitor, case: Case, now: datetime) -> list[Recipient]:
    """The head of the office, and whoever acts as head these days."""
    charter = by.charters.of(case.office_id)
    role = head_of(charter.kind)
    acting = sorted(charter.acting_heads(now, zone_of(by, case)))
    return [to_role(case.office_id, role.value), *(to_member(one) for one in acting)]


def deciders(by: Visitor, case: Case, now: datetime) -> frozenset[uuid.UUID]:
    """Who heads the office that has the file today, acting heads among them."""
    charter = by.charters.of(case.office_id)
    return charter.members_in(HEADS, by.today) | charter.acting_heads(now, zone_of(by, case))


def zone_of(by: Visitor, case: Case) -> ZoneInfo | None:
    """Where the office's days are counted; None for an office that is not the visitor's own."""
    return ZoneInfo(by.zone) if case.office_id == by.office_id else None


def tell(session: Session, recipients: list[Recipient], at: datetime, *, mails: bool = True) -> tuple[uuid.UUID, ...]:
    """Plan a reminder for each, and tell of them. Returns their ids: the entry that they are about lists them."""
    slot = hour_slot(at)
    planned = tuple(
        plan(session, recipient=one, due_at=slot, uniqueness=random_bytes(32), mails=mails) for one in recipients
    )
    record_planned(session, planned)
    return planned
