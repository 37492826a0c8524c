"""The clock of a file that was routed: its reminders are planned with the letter and go when it is acknowledged."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import Executable, and_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import is_told_as_sent
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import read_body, record
from hrd_cases.cases.destination import Destination
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.routing import Tell
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Office
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import cancel, plan_to_the_minute
from hrd_cases.outbox.rules import hour_slot, minute_slot
from hrd_cases.vault.envelope import random_bytes

FILED = "case_filed"
"""The act of a letter that brings a file."""
LOOKED_FOR = timedelta(days=90)
"""So long headquarters is told of a letter that is not on its way any more."""


def start(session: Session, case_id: uuid.UUID, to: Destination, now: datetime) -> Acknowledgement:
    """Plan who is told when, in the transaction that sends the letter. What falls due now is told now."""
    reminders = [_planned(session, tell, recipient, now) for tell in to.tells for recipient in _recipients(tell)]
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
    if cast(CursorResult[Any], stopped).rowcount:
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


# -- files lost on their way


def lost(session: Session, now: datetime | None = None) -> list[Acknowledgement]:
    """Clocks of files that cannot arrive: their letter failed its check, is gone, or goes elsewhere than it was sent.
    Of one whose clock is gone as well, the trail tells what can be told.
    """
    refused = _refused(session)
    known = {row.case_id for row in refused}
    return refused + [row for row in _astray(session, now or datetime.now(UTC)) if row.case_id not in known]


def _astray(session: Session, now: datetime) -> list[Acknowledgement]:
    """Files sent lately that nobody has opened, and whose letter is not there as it was sent: one query, however many
    are on their way.
    """
    routed: dict[uuid.UUID, Any] = {}
    on_their_way: set[uuid.UUID] = set()
    for row in session.execute(_on_their_way(now)).all():
        routed.setdefault(row.subject_id, row)
        if row.Letter is not None and row.sent is not None and is_told_as_sent(row.Letter, row.sent):
            on_their_way.add(row.subject_id)
    return [_clock_of(row) for case_id, row in routed.items() if case_id not in on_their_way]


def _on_their_way(now: datetime) -> Executable:
    """What the trail tells of files sent lately that nobody has opened, with their letters that wait, what it tells of
    each letter, and their clocks. A letter that is only marked as folded is as good as gone: nobody has folded it.
    """
    over = (Event.CASE_OPENED.value, Event.CASE_STEPPED.value, Event.CASE_ACKNOWLEDGED.value)
    told, then, about, sent = aliased(AuditSubject), aliased(AuditEntry), aliased(AuditSubject), aliased(AuditEntry)
    arrived = (
        select(told.number)
        .join(then, then.number == told.number)
        .where(told.subject_id == AuditSubject.subject_id, then.event.in_(over))
    )
    case_id = AuditSubject.subject_id
    waits = and_(Letter.subject_id == case_id, Letter.act == FILED, Letter.folded_at.is_(None))
    sending = and_(sent.number == about.number, sent.event == Event.LETTER_SENT.value)
    return (
        select(case_id, AuditEntry.at, AuditEntry.body, Letter, sent.body.label("sent"), Acknowledgement)
        .join(AuditEntry, AuditEntry.number == AuditSubject.number)
        .outerjoin(Letter, waits)
        .outerjoin(about, about.subject_id == Letter.id)
        .outerjoin(sent, sending)
        .outerjoin(Acknowledgement, Acknowledgement.case_id == case_id)
        .where(AuditEntry.event == Event.CASE_ROUTED.value, AuditEntry.at > now - LOOKED_FOR)
        .where(case_id.not_in(select(Office.id)), ~arrived.exists())
        .order_by(AuditEntry.number)
    )


def _clock_of(told: Any) -> Acknowledgement:
    """The clock of a file; if it is gone, what the trail tells of it, in a row that is not written."""
    if told.Acknowledgement is not None:
        found: Acknowledgement = told.Acknowledgement
        return found
    office_id = uuid.UUID(str(read_body(told).fields["office"]))
    return Acknowledgement(
        case_id=told.subject_id,
        office_id=office_id,
        officer_id=None,
        routed_at=told.at,
        due_at=told.at,
        headquarters_at=told.at,
        reminders=msgspec.msgpack.encode(()),
    )


def _refused(session: Session) -> list[Acknowledgement]:
    """The trail tells of each refusal; a letter that is only marked as refused may have been hidden by whoever writes
    the tables.
    """
    told = (
        select(AuditSubject.number)
        .join(AuditEntry, AuditEntry.number == AuditSubject.number)
        .where(AuditSubject.subject_id == Letter.id, AuditEntry.event == Event.LETTER_REFUSED.value)
    )
    query = (
        select(Acknowledgement)
        .join(Letter, Letter.subject_id == Acknowledgement.case_id)
        .where(Acknowledgement.acknowledged_at.is_(None), Letter.act == FILED, Letter.refused_at.is_not(None))
        .where(Letter.folded_at.is_(None), told.exists())
    )
    return list(session.scalars(query.order_by(Acknowledgement.routed_at)))


def sender_of(session: Session, case_id: uuid.UUID) -> uuid.UUID | None:
    """Who sent a file, as the trail tells: they can record it again."""
    query = (
        select(AuditEntry.actor_id)
        .join(AuditSubject, AuditSubject.number == AuditEntry.number)
        .where(AuditSubject.subject_id == case_id, AuditEntry.event == Event.CASE_ROUTED.value)
    )
    return session.scalars(query.limit(1)).first()


def in_hand(session: Session, row: Acknowledgement, now: datetime) -> None:
    """Headquarters looks after a file that was lost: its clock ends, and what comes instead has one of its own."""
    if row.case_id not in {one.case_id for one in lost(session)}:
        raise Refused(N_("This file is not lost."), N_("Ask the office that has it to acknowledge it."))
    acknowledged(session, row.case_id, now)
    record(session, Event.CASE_STEPPED, case=row.case_id, act="lost_on_its_way")
