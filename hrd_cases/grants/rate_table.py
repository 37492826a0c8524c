"""The monthly rates that headquarters took in. What stands there stays: the database refuses a change."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused
from hrd_cases.grants import rates
from hrd_cases.grants.funds import FUNDS
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


# -- as headquarters works with it


class LookedAt(NamedTuple):
    """What a file would add, each rate beside the one before; or what is wrong with its lines."""

    changes: list[rates.Change]
    wrong: list[Refused]


def look_at(session: Session, content: bytes, now: datetime) -> LookedAt:
    """Before a file is taken in. Refused for one that is no table of rates."""
    known = stored(session)
    looked = rates.look(content, known, now.date())
    return LookedAt(rates.compared(looked.fresh, known, FUNDS.rates_far_percent), looked.wrong)


def take_in_by(session: Session, by: Visitor, content: bytes, now: datetime) -> int:
    """The same as `take_in`, and the trail tells of it."""
    count = take_in(session, by.member_id, content, now)
    if count:
        record(session, Event.RATES_TAKEN_IN, count=count)
    return count


class Newest(NamedTuple):
    """What is known of a currency: its newest month, and the rate of it."""

    currency: str
    month: str
    rate: Decimal


def newest(session: Session) -> list[Newest]:
    """The newest rate of each currency."""
    found: dict[str, Newest] = {}
    for (currency, month), rate in sorted(stored(session).items()):
        found[currency] = Newest(currency, month, rate)
    return list(found.values())
