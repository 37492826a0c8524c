"""Does everything run? Counts and times, nothing of content; names of offices, and of members whose mail is refused."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead
from hrd_cases.audit.told import readable, within_chain
from hrd_cases.audit.trail import Body
from hrd_cases.keys.circles import READY_HOLDERS
from hrd_cases.keys.models import Circle, CircleGrant, SeatRow
from hrd_cases.offices.models import Office
from hrd_cases.outbox import watch
from hrd_cases.outbox.models import FAILED, SENT, WAITING, Delivery, Heartbeat, Reminder
from hrd_cases.outbox.watch import PATIENCE, Alarm, Troubles
from hrd_cases.oversight.words import office_names

_LOOKED_AT = 20
"""So many of the newest entries: one that cannot be read is passed over."""


class Keys(NamedTuple):
    """How many circles of an office are in which state; `ready` ones have two holders or more."""

    office_id: uuid.UUID
    office: str
    ready: int = 0
    one_holder: int = 0
    due: int = 0
    unmade: int = 0

    @property
    def all_ready(self) -> bool:
        return not (self.one_holder or self.due or self.unmade)


@dataclass(frozen=True)
class Stand:
    """How the installation stands at one moment."""

    alarms: list[Alarm]
    schedulers: int
    last_beat: datetime | None
    reminders_waiting: int
    reminders_due: int
    mails_waiting: int
    mails_sent: int
    troubles: Troubles
    refused: dict[uuid.UUID, str]
    keys: list[Keys]
    uncharted: int
    entries: int
    daily_count_mailed_at: datetime | None
    checked_at: datetime | None
    findings: int


def stand(session: Session, now: datetime) -> Stand:
    """Everything that the running page shows."""
    schedulers, last_beat = session.execute(
        select(func.count().filter(Heartbeat.beat_at >= now - PATIENCE), func.max(Heartbeat.beat_at))
    ).one()
    reminders = _by_state(session, Reminder)
    mails = _by_state(session, Delivery)
    checked = _last(session, Event.TRAIL_CHECKED)
    mailed = _last(session, Event.TRAIL_HEAD_SENT)
    keys = keys_by_office(session)
    return Stand(
        alarms=watch.alarms(session, now),
        schedulers=schedulers,
        last_beat=last_beat,
        reminders_waiting=reminders.get(WAITING, 0),
        reminders_due=sum(count for state, count in reminders.items() if state != WAITING),
        mails_waiting=mails.get(WAITING, 0),
        mails_sent=mails.get(SENT, 0),
        troubles=watch.troubles(session),
        refused=_refused(session),
        keys=keys,
        uncharted=(session.scalar(select(func.count()).select_from(Office)) or 0) - len(keys),
        entries=session.scalar(select(AuditHead.number)) or 0,
        daily_count_mailed_at=mailed.at if mailed else None,
        checked_at=checked.at if checked else None,
        findings=int(str(checked.fields["findings"])) if checked else 0,
    )


def _by_state(session: Session, kind: type[Reminder] | type[Delivery]) -> dict[str, int]:
    rows = session.execute(select(kind.state, func.count().label("rows")).group_by(kind.state))
    return {row.state: row.rows for row in rows}


def _refused(session: Session) -> dict[uuid.UUID, str]:
    """Sign-in names, by id, of members whose mail was refused for good: their addresses are to be corrected."""
    failed = select(Delivery.member_id).where(Delivery.state == FAILED, Delivery.member_id.is_not(None))
    query = select(Member.id, Member.sign_in).where(Member.id.in_(failed), Member.revoked_at.is_(None))
    return {row.id: row.sign_in for row in session.execute(query.order_by(Member.sign_in))}


def _last(session: Session, event: Event) -> Body | None:
    """The newest entry of an event that can be read."""
    query = select(AuditEntry).where(AuditEntry.event == event.value, within_chain())
    return next(readable(session, query.order_by(AuditEntry.number.desc()).limit(_LOOKED_AT)), None)


def keys_by_office(session: Session) -> list[Keys]:
    """Circles of every chartered office, counted by state, from the tables: it is a look at the house, not a rule."""
    holder = and_(CircleGrant.circle_id == Circle.id, CircleGrant.epoch == Circle.epoch)
    seated = and_(SeatRow.office_id == Circle.office_id, SeatRow.member_id == CircleGrant.member_id)
    query = (
        select(
            Circle.office_id, Circle.epoch, Circle.due_since, func.count(SeatRow.member_id.distinct()).label("holders")
        )
        .outerjoin(CircleGrant, holder)
        .outerjoin(SeatRow, seated)
        .group_by(Circle.id, Circle.office_id, Circle.epoch, Circle.due_since)
    )
    counts: dict[uuid.UUID, list[str]] = {}
    for row in session.execute(query):
        counts.setdefault(row.office_id, []).append(_state(row.epoch, row.due_since, row.holders))
    names = office_names(session)
    found = [
        Keys(office_id, names.get(office_id, "?"), *(states.count(state) for state in Keys._fields[2:]))
        for office_id, states in counts.items()
    ]
    return sorted(found, key=lambda keys: (keys.all_ready, keys.office))


def _state(epoch: int, due_since: datetime | None, holders: int) -> str:
    if epoch == 0:
        return "unmade"
    if due_since is not None:
        return "due"
    return "ready" if holders >= READY_HOLDERS else "one_holder"
