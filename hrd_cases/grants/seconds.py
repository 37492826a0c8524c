"""Second signatures of the fast track that did not come in time, for headquarters: of which office, and since when.
Read off the steps alone: of whom and what for is not known there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.grants.funds import second_signature_due_at
from hrd_cases.grants.life import APPROVING, Act
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.proving import is_step
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.grants.turns import needs_second


class Unsigned(NamedTuple):
    """A grant that was approved before it was verified, and that no second has signed."""

    grant_id: uuid.UUID
    office_id: uuid.UUID
    approved_at: datetime
    due_at: datetime


def unsigned(session: Session, now: datetime) -> list[Unsigned]:
    """Those whose time is over, the oldest first."""
    return sorted(_unsigned(session, now), key=lambda one: one.due_at)


def _unsigned(session: Session, now: datetime) -> Iterator[Unsigned]:
    fast = select(GrantStep.grant_id).where(GrantStep.act == Act.FAST_APPROVE)
    for grant_id, office_id in session.execute(select(Grant.id, Grant.office_id).where(Grant.id.in_(fast))).all():
        steps = steps_of(session, grant_id)
        if not all(map(is_step, steps)) or not needs_second([Act(one.act) for one in steps], state_of(steps)):
            continue
        approved_at = next(one.at for one in reversed(steps) if one.act in APPROVING)
        due_at = second_signature_due_at(approved_at, calendar_of(session, office_id))
        if due_at <= now:
            yield Unsigned(grant_id, office_id, approved_at, due_at)
