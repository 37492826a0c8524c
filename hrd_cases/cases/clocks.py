"""The clock of a file that was routed: its reminders are planned with the letter and go when it is acknowledged."""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.audit.trail import record
from hrd_cases.cases.destination import Destination
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.routing import Tell
from hrd_cases.db import rows_touched
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import cancel, plan_to_the_minute
from hrd_cases.outbox.rules import hour_slot, minute_slot
from hrd_cases.vault.envelope import random_bytes

ARRIVED = "file_arrived"
"""What the settings of an office call the mail that a file has arrived. One in critical danger is always mailed, and so
is every file that was not acknowledged in time."""


def start(session: Session, case_id: uuid.UUID, to: Destination, now: datetime) -> Acknowledgement:
    """Plan who is told when, in the transaction that sends the letter. What falls due now is told now."""
    arrived = told_mails(session, to.office_id).get(ARRIVED, False)
    tells = [tell._replace(mails=tell.mails or (arrived and tell.percent == 0)) for tell in to.tells]
    reminders = [_planned(session, tell, recipient, now) for tell in tells for recipient in _recipients(tell)]
    row = Acknowledgement(
        case_id=case_id,
        office_id=to.office_id,
        officer_id=to.officer_id,
        routed_at=now,
        due_at=to.acknowledge_by,
        headquarters_at=to.tells[-1].at,
        reminders=msgspec.msgpack.encode(reminders),
    )
    session.add(row)
    session.flush()
    return row


def _planned(session: Session, tell: Tell, recipient: Recipient, now: datetime) -> uuid.UUID:
    # Drawn, not computed: what is told once is planned once, in the transaction of its letter. To the minute: when the
    # clock runs out stands in clear beside it.
    due_at = minute_slot(tell.at) if tell.at > now else hour_slot(now)
    return plan_to_the_minute(
        session, recipient=recipient, due_at=due_at, uniqueness=random_bytes(32), mails=tell.mails
    )


def _recipients(tell: Tell) -> list[Recipient]:
    if tell.members:
        return [to_member(member) for member in tell.members]
    return [to_role(tell.office_id, Role.HEADQUARTERS_DESK.value)]


def acknowledged(session: Session, case_id: uuid.UUID, now: datetime) -> None:
    """Somebody took the file: its clock stops, nobody is told any more."""
    row = session.get(Acknowledgement, case_id)
    if row is None or row.acknowledged_at is not None:
        return
    stopped = session.execute(
        update(Acknowledgement)
        .where(Acknowledgement.case_id == case_id, Acknowledgement.acknowledged_at.is_(None))
        .values(acknowledged_at=now)
    )
    if rows_touched(stopped):
        cancel(session, reminders_of(row))
        record(session, Event.CLOCK_STOPPED, case=case_id)


def reminders_of(row: Acknowledgement) -> tuple[uuid.UUID, ...]:
    """What was planned with it; () if the row was damaged."""
    try:
        return msgspec.msgpack.decode(row.reminders, type=tuple[uuid.UUID, ...])
    except UNREADABLE:
        return ()


def overdue_elsewhere(session: Session, now: datetime) -> list[Acknowledgement]:
    """For headquarters: clocks that ran out so far that it has to ask. The office is known, the content is not."""
    query = select(Acknowledgement).where(
        Acknowledgement.acknowledged_at.is_(None), Acknowledgement.headquarters_at <= now
    )
    return list(session.scalars(query.order_by(Acknowledgement.routed_at)))
