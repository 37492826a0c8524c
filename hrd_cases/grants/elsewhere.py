"""What offices are late with of their grants, for headquarters: which office, and since when. Read off the steps alone:
of whom and what for is not known there, nor whether somebody's life is in danger.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.grants.funds import FUNDS, second_signature_due_at
from hrd_cases.grants.life import APPROVING, ASKED_FOR, Act, unsigned
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.proving import is_step
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.grants.turns import clock_of


class What(StrEnum):
    DECISION = "decision"
    SECOND = "second"
    """The second signature of what was approved before it was verified."""


class Late(NamedTuple):
    what: What
    grant_id: uuid.UUID
    office_id: uuid.UUID
    since: datetime
    due_at: datetime


def late(session: Session, now: datetime) -> list[Late]:
    """Those whose time is over, the oldest first."""
    found = (one for grant_id in _asked(session, now) for one in _of(session, grant_id))
    return sorted((one for one in found if one.due_at <= now), key=lambda one: one.due_at)


def _asked(session: Session, now: datetime) -> list[uuid.UUID]:
    """Grants that wait for a decision for some days, and those that were approved by the fast track."""
    last = (
        select(GrantStep.grant_id, func.max(GrantStep.number).label("number")).group_by(GrantStep.grant_id).subquery()
    )
    asked_before = now - timedelta(days=FUNDS.decide_other_working_days)
    old = select(GrantStep.grant_id).where(GrantStep.act == Act.SUBMIT, GrantStep.at <= asked_before)
    undecided = (
        select(GrantStep.grant_id)
        .join(last, (last.c.grant_id == GrantStep.grant_id) & (last.c.number == GrantStep.number))
        .where(GrantStep.state_after.in_(ASKED_FOR), GrantStep.grant_id.in_(old))
    )
    fast = select(GrantStep.grant_id).where(GrantStep.act == Act.FAST_APPROVE)
    return list(session.scalars(undecided.union(fast)))


def _of(session: Session, grant_id: uuid.UUID) -> Iterator[Late]:
    grant, steps = session.get(Grant, grant_id), steps_of(session, grant_id)
    if grant is None or not all(map(is_step, steps)):
        return
    calendar = calendar_of(session, grant.office_id)
    for what, since, due_at in _clocks(steps, calendar):
        yield Late(what, grant_id, grant.office_id, since, due_at)


def _clocks(steps: list[GrantStep], calendar: OfficeCalendar) -> Iterator[tuple[What, datetime, datetime]]:
    clock = clock_of(steps)
    if clock is not None and clock.stopped_at is None:
        yield What.DECISION, clock.started_at, clock.due_at(calendar, critical=False)
    if unsigned([Act(one.act) for one in steps], state_of(steps)):
        approved_at = next(one.at for one in reversed(steps) if one.act in APPROVING)
        yield What.SECOND, approved_at, second_signature_due_at(approved_at, calendar)
