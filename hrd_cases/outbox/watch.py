"""Whether the unattended process does its work: heartbeats, alarms, troubles with mail, and the sweep of old rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from hrd_cases.outbox.apart import succeeds
from hrd_cases.outbox.models import DUE, FAILED, SENT, WAITING, Delivery, Heartbeat, Reminder
from hrd_cases.outbox.rules import utc_now

PATIENCE = timedelta(minutes=5)
KEPT = timedelta(days=7)
SWEPT_AT_ONCE = 5_000
RIGHT_AT_ONCE = 1_000
_IN_SQL = {"synchronize_session": False}


class AlarmKind(StrEnum):
    NO_SCHEDULER = "no scheduler"
    REMINDERS_OVERDUE = "reminders overdue"
    MAILS_OVERDUE = "mails overdue"


@dataclass(frozen=True)
class Alarm:
    """Something that an operator must look at now: how many rows, and since when (None: nothing has ever beaten)."""

    kind: AlarmKind
    count: int
    since: datetime | None


@dataclass(frozen=True)
class Troubles:
    """Mails that do not get through: refused for good, or tried at least once in vain and still being tried."""

    failed: int
    retrying: int
    since: datetime | None

    def __bool__(self) -> bool:
        return bool(self.failed or self.retrying)


def beat(session: Session, scheduler_id: UUID, now: datetime) -> None:
    """This scheduler lives."""
    moved: Any = session.execute(
        update(Heartbeat).where(Heartbeat.id == scheduler_id).values(beat_at=now), execution_options=_IN_SQL
    )
    if not moved.rowcount:
        session.add(Heartbeat(id=scheduler_id, beat_at=now))


def alarms(session: Session, now: datetime) -> list[Alarm]:
    """What the watchdog says; empty when all is well. For pages, `/readyz` and a line in the log."""
    found: list[Alarm] = []
    # One of a time to come was planted: it shows no life, but that something has lived.
    beats = select(func.max(Heartbeat.beat_at))
    last_beat = session.scalar(beats.where(Heartbeat.beat_at <= now + PATIENCE))
    if last_beat is None or last_beat < now - PATIENCE:
        found.append(Alarm(AlarmKind.NO_SCHEDULER, 0, last_beat or session.scalar(beats)))
    late_reminders = (Reminder.state == WAITING, Reminder.slot_at < now - PATIENCE)
    late_mails = (Delivery.state == WAITING, Delivery.made_at < now - PATIENCE)
    for kind, column, late in (
        (AlarmKind.REMINDERS_OVERDUE, Reminder.slot_at, late_reminders),
        (AlarmKind.MAILS_OVERDUE, Delivery.made_at, late_mails),
    ):
        count, since = session.execute(select(func.count(), func.min(column)).where(*late)).one()
        if count:
            found.append(Alarm(kind, count, since))
    return found


def marked_and_not_mailed(session: Session, among: Collection[UUID] | None = None) -> list[UUID]:
    """Reminders marked as due by nobody of ours: before their slot, or without the mail that is made in the same
    transaction. What was mailed long ago is forgotten, and not asked for. `among`: of these alone.
    """
    mailed = exists().where(Delivery.reminder_id == Reminder.id)
    recent = utc_now() - KEPT / 2
    early = Reminder.slot_at > utc_now() + PATIENCE
    query = select(Reminder.id).where(
        Reminder.state == DUE, or_(early, and_(Reminder.mails, Reminder.slot_at > recent, ~mailed))
    )
    return list(session.scalars(query if among is None else query.where(Reminder.id.in_(among))))


def set_right(session: Session, among: Collection[UUID] | None = None) -> int:
    """Those wait again, and are mailed when their slot comes. Returns how many. What cannot wait is none of ours, and
    goes. `among`: of these alone, for both databases take a limited number of values with a statement, and somebody may
    have planted any number of rows (`RIGHT_AT_ONCE`).
    """
    wrong = marked_and_not_mailed(session, among)
    if wrong and not succeeds(session, partial(_wait_again, session, wrong)):
        for one in wrong:
            if not succeeds(session, partial(_wait_again, session, [one])):
                session.execute(delete(Reminder).where(Reminder.id == one), execution_options=_IN_SQL)
    return len(wrong)


def _wait_again(session: Session, ids: Collection[UUID]) -> bool:
    again = update(Reminder).where(Reminder.id.in_(ids)).values(state=WAITING)
    session.execute(again, execution_options=_IN_SQL)
    session.execute(delete(Delivery).where(Delivery.reminder_id.in_(ids)), execution_options=_IN_SQL)
    return True


def troubles(session: Session, members: Collection[UUID] | None = None) -> Troubles:
    """For the banner: mails that do not get through, to anybody or only to these members. A role that nobody
    had when its reminder fell due counts as failed, under anybody."""
    whose: list[ColumnElement[bool]] = [] if members is None else [Delivery.member_id.in_(members)]
    failed, since_failed = session.execute(
        select(func.count(), func.min(Delivery.made_at)).where(Delivery.state == FAILED, *whose)
    ).one()
    retrying, since_retrying = session.execute(
        select(func.count(), func.min(Delivery.made_at)).where(Delivery.state == WAITING, Delivery.attempts > 0, *whose)
    ).one()
    since = min(filter(None, (since_failed, since_retrying)), default=None)
    return Troubles(failed, retrying, since)


def sweep(session: Session, now: datetime) -> None:
    """Forget who was mailed when, seven days later; the audit heads that were mailed; schedulers that are gone."""
    old = now - KEPT
    sent = select(Delivery.id).where(Delivery.state == SENT, Delivery.made_at < old).limit(SWEPT_AT_ONCE)
    free = session.scalars(
        sent.with_for_update(skip_locked=True)
    ).all()  # the rest another time: it must wait for nobody
    session.execute(delete(Delivery).where(Delivery.id.in_(free)), execution_options=_IN_SQL)
    still_mailed = exists().where(Delivery.reminder_id == Reminder.id)
    posted = delete(Reminder).where(
        Reminder.state == DUE, Reminder.body.is_not(None), Reminder.slot_at < old, ~still_mailed
    )
    session.execute(posted, execution_options=_IN_SQL)
    session.execute(delete(Heartbeat).where(Heartbeat.beat_at < now - timedelta(days=1)), execution_options=_IN_SQL)
