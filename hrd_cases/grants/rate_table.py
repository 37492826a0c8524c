"""The monthly rates that headquarters took in. What stands there stays: the database refuses a change."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.grants import rates
from hrd_cases.grants.models import AccountingRate


def stored(session: Session) -> dict[tuple[str, str], Decimal]:
    rows = session.execute(select(AccountingRate.currency, AccountingRate.month, AccountingRate.rate))
    return {(row.currency, row.month): row.rate for row in rows}


def take_in(session: Session, member_id: uuid.UUID, content: bytes, now: datetime) -> int:
    """Take in a file of rates whole, and say how many are new. Refused, and nothing taken in, as `rates.added`."""
    fresh = rates.added(content, stored(session), now.date())
    for line in fresh:
        session.add(
            AccountingRate(
                currency=line.currency, month=line.month, rate=line.rate, taken_in_by=member_id, taken_in_at=now
            )
        )
    session.flush()
    return len(fresh)
