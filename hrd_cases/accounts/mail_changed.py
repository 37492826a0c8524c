"""A member is told that somebody changed where their mail goes, until they say that they know.

Whoever changes it silently takes their reminders, and an auditor's daily counts. It rests on the trail alone, of
which every entry taken away or put there is found by its check.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.told import ever_about, readable, within_chain
from hrd_cases.audit.trail import record


class Change(NamedTuple):
    """The newest change of a mail address that its member does not know of, by its number in the trail."""

    number: int
    at: datetime


def unknown_change(session: Session, member_id: uuid.UUID) -> Change | None:
    changes = list(ever_about(session, member_id, Event.ADDRESS_CORRECTED, since=_known(session, member_id)))
    return Change(changes[-1].number, changes[-1].at) if changes else None


def _known(session: Session, member_id: uuid.UUID) -> int:
    """Up to which entry of the trail they know. What was planted hides nothing."""
    query = select(AuditEntry).where(
        AuditEntry.actor_id == member_id, AuditEntry.event == Event.ADDRESS_CHANGE_KNOWN.value, within_chain()
    )
    for said in readable(session, query.order_by(AuditEntry.number.desc()).limit(1)):
        known = int(str(said.fields["change"]))
        return known if known < said.number else 0
    return 0


def acknowledge(session: Session, member_id: uuid.UUID, number: str) -> None:
    """They know of the change of that number; of one that came after it was shown to them they are told anew."""
    change = unknown_change(session, member_id)
    if change is not None and str(change.number) == number:
        record(session, Event.ADDRESS_CHANGE_KNOWN, change=change.number)
