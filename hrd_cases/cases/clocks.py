"""The clock of a file that was routed: its reminders are planned with the letter and go when it is acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import is_as_sent, is_of
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.told import ever_about, readable, within_chain
from hrd_cases.audit.trail import Body, record, subjects_of
from hrd_cases.cases.destination import Destination
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.routing import Tell
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import cancel, plan_to_the_minute
from hrd_cases.outbox.rules import hour_slot, minute_slot
from hrd_cases.vault.envelope import random_bytes

T = TypeVar("T")
FILED = "case_filed"
"""The act of a letter that brings a file."""
OVER = (Event.CASE_OPENED, Event.CASE_STEPPED, Event.CASE_ACKNOWLEDGED)
APART = "case_sources"
"""The act of a letter that brings what such a file says of sources."""
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
    Of one whose clock is gone as well, the trail tells what can be told. So many queries, however many files there are.
    """
    routed = _routed(session, now or datetime.now(UTC))
    arrived = _told_of(session, routed, *OVER)
    on_their_way = _on_their_way(session, routed.keys() - arrived.keys())
    missed = [case_id for case_id in routed if case_id not in arrived and case_id not in on_their_way]
    clocks = {row.case_id: row for row in session.scalars(_all(Acknowledgement, Acknowledgement.case_id, missed))}
    return [clocks.get(case_id) or _clock_of(case_id, routed[case_id]) for case_id in missed]


def _routed(session: Session, now: datetime) -> dict[uuid.UUID, Body]:
    """Files sent lately, as the trail first told of each, whatever its index says; and those whose letter was refused,
    however long ago.
    """
    query = select(AuditEntry).where(
        AuditEntry.event == Event.CASE_ROUTED.value, AuditEntry.at > now - LOOKED_FOR, within_chain()
    )
    found: dict[uuid.UUID, Body] = {}
    for body in readable(session, query.order_by(AuditEntry.number)):
        found.setdefault(_id(body, "case"), body)
    refused = select(Letter.subject_id).where(
        Letter.act == FILED, Letter.refused_at.is_not(None), Letter.folded_at.is_(None)
    )
    missing = set(session.scalars(refused)) - found.keys()
    earlier = _told_of(session, missing, Event.CASE_ROUTED) if missing else {}
    return {case_id: bodies[0] for case_id, bodies in earlier.items() if _id(bodies[0], "case") == case_id} | found


def _told_of(session: Session, things: Iterable[uuid.UUID], *events: Event) -> dict[uuid.UUID, list[Body]]:
    """By each of many things, what the trail tells of it: found by the index, believed of the entries."""
    found: dict[uuid.UUID, list[Body]] = {}
    numbers = select(AuditSubject.number).where(AuditSubject.subject_id.in_(things))
    query = select(AuditEntry).where(AuditEntry.number.in_(numbers), within_chain())
    of = AuditEntry.event.in_([event.value for event in events])
    for body in readable(session, query.where(of).order_by(AuditEntry.number)):
        for thing in subjects_of(body):
            found.setdefault(thing, []).append(body)
    return found


def _on_their_way(session: Session, missed: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Files whose letter waits as it was sent, and was not refused. One that is only marked as folded is as good as
    gone: nobody has folded it. One that is only marked as refused is tried again.
    """
    waits = _all(Letter, Letter.subject_id, missed).where(Letter.act == FILED, Letter.folded_at.is_(None))
    letters = session.scalars(waits).all()
    told = _told_of(session, [one.id for one in letters], Event.LETTER_SENT, Event.LETTER_REFUSED)
    return {one.subject_id for one in letters if _comes(one, told.get(one.id, []))}


def _comes(letter: Letter, told: list[Body]) -> bool:
    refused = letter.refused_at is not None and any(body.event == Event.LETTER_REFUSED for body in told)
    return not refused and any(body.event == Event.LETTER_SENT and is_of(body, letter) for body in told)


def _all(kind: type[T], column: ColumnElement[uuid.UUID] | Any, wanted: Iterable[uuid.UUID]) -> Select[T]:
    return select(kind).where(column.in_(wanted))


def _id(body: Body, name: str) -> uuid.UUID:
    return uuid.UUID(str(body.fields[name]))


def _clock_of(case_id: uuid.UUID, told: Body) -> Acknowledgement:
    """What the trail tells of a clock that is gone, in a row that is not written."""
    return Acknowledgement(
        case_id=case_id,
        office_id=_id(told, "office"),
        officer_id=None,
        routed_at=told.at,
        due_at=told.at,
        headquarters_at=told.at,
        reminders=msgspec.msgpack.encode(()),
    )


def sources_wait(session: Session, case_id: uuid.UUID, circle_id: uuid.UUID | None) -> bool:
    """Do the sources of a file wait in their letter for somebody who holds their key? In a letter as it was sent, to
    the circle of sources of the office that has the file: no other will ever be opened there.
    """
    query = select(Letter).where(
        Letter.subject_id == case_id, Letter.act == APART, Letter.folded_at.is_(None), Letter.refused_at.is_(None)
    )
    here = query.where(Letter.circle_id == circle_id)
    return any(is_as_sent(session, letter) is not None for letter in session.scalars(here))


def sender_of(session: Session, case_id: uuid.UUID) -> uuid.UUID | None:
    """Who sent a file, as the trail tells: they can record it again."""
    return next((body.actor_id for body in ever_about(session, case_id, Event.CASE_ROUTED)), None)


def in_hand(session: Session, row: Acknowledgement, now: datetime) -> None:
    """Headquarters looks after a file that was lost: its clock ends, and what comes instead has one of its own."""
    if row.case_id not in {one.case_id for one in lost(session)}:
        raise Refused(N_("This file is not lost."), N_("Ask the office that has it to acknowledge it."))
    acknowledged(session, row.case_id, now)
    record(session, Event.CASE_STEPPED, case=row.case_id, act="lost_on_its_way")
