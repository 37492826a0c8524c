"""A member is told that somebody changed where their mail goes, until they say that they know.

Whoever changes it silently takes their reminders, and an auditor's daily counts. It rests on the trail alone, of
which every entry taken away or put there is found by its check.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import read_body, record


class Change(NamedTuple):
    """The newest change of a mail address that its member does not know of, by its number in the trail."""

    number: int
    at: datetime


def unknown_change(session: Session, member_id: uuid.UUID) -> Change | None:
    newest = session.execute(
        select(AuditEntry.number, AuditEntry.at)
        .join(AuditSubject, AuditSubject.number == AuditEntry.number)
        .where(AuditSubject.subject_id == member_id, AuditEntry.event == Event.ADDRESS_CORRECTED.value)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    if newest is None or newest.number <= _known(session, member_id):
        return None
    return Change(newest.number, newest.at)


def _known(session: Session, member_id: uuid.UUID) -> int:
    """Up to which entry of the trail they know."""
    said = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.actor_id == member_id, AuditEntry.event == Event.ADDRESS_CHANGE_KNOWN.value)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    if said is None:
        return 0
    try:
        body = read_body(said)
    except msgspec.MsgspecError:
        return 0  # planted: it hides nothing
    number = body.fields.get("change")
    whole = (body.event, body.actor_id, body.number) == (said.event, member_id, said.number)
    return number if whole and isinstance(number, int) and number < said.number else 0


def acknowledge(session: Session, member_id: uuid.UUID, number: str) -> None:
    """They know of the change of that number; of one that came after it was shown to them they are told anew."""
    change = unknown_change(session, member_id)
    if change is not None and str(change.number) == number:
        record(session, Event.ADDRESS_CHANGE_KNOWN, change=change.number)
