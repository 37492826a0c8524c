"""Budgets as their page shows them: each envelope with the sums of its ledger, which are the only truth. No person."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.grants import ledger, rate_table
from hrd_cases.grants.books import check_books
from hrd_cases.grants.funds import FUNDS, Fund
from hrd_cases.grants.ledger import By
from hrd_cases.grants.models import Envelope
from hrd_cases.grants.sums import Sums
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.models import Office


class Budget(NamedTuple):
    """An envelope: whose, of which fund and year, and what its entries add up to."""

    envelope_id: uuid.UUID
    office_id: uuid.UUID
    seat: str
    fund: Fund
    year: int
    sums: Sums
    damaged: bool = False
    """Its entries do not even add up: somebody wrote past us."""

    @property
    def promised(self) -> int:
        """Approved, and not paid yet."""
        return self.sums.approved - self.sums.paid


def budgets_of(session: Session, by: Visitor) -> list[Budget]:
    """Those that this member may see: of every office at headquarters, else of their own. The newest year first."""
    query = select(Envelope, Office.seat).join(Office, Office.id == Envelope.office_id)
    if not by.allows(Permission.GIVE_MONEY):
        query = query.where(Envelope.office_id.in_(one for one in by.seats if by.allows(Permission.SEE_BUDGETS, one)))
    found = [_budget(session, one, seat) for one, seat in session.execute(query).all() if one.fund in FUNDS.fund]
    return sorted(found, key=lambda one: (-one.year, one.seat, one.fund.code))


def _budget(session: Session, one: Envelope, seat: str) -> Budget:
    """Each by itself: one that cannot be added up hides no other."""
    fund = FUNDS.fund[one.fund]
    try:
        with session.begin_nested():
            return Budget(one.id, one.office_id, seat, fund, one.year, ledger.sums_of(session, one.id))
    except (ValueError, SQLAlchemyError):
        return Budget(one.id, one.office_id, seat, fund, one.year, Sums(), damaged=True)


Read = Mapping[uuid.UUID, Sums]
"""What the budgets came to when a page showed them, by envelope."""


def delegations(session: Session) -> list[Office]:
    """Offices that grants are paid from."""
    query = select(Office).where(Office.kind == OfficeKind.DELEGATION.value).order_by(Office.seat)
    return list(session.scalars(query))


def give(
    session: Session, by: Visitor, office: Office, fund: str, year: int, cents: int, read: Read, now: datetime
) -> None:
    """Headquarters gives an office money to grant. Refused for a fund that has none in that year. Raises Changed where
    the budget is another than was read, Tampered where its books do not check.
    """
    _check(office, cents)
    _hold(session, office)
    envelope = ledger.envelope_of(session, office.id, fund, year, now)
    ledger.lock(session, envelope.id)
    _check_read(session, envelope, read)
    check_books(session, envelope.id, by.charters)
    ledger.allot(session, By(by.member_id, by.ring.keys), envelope, cents, now)
    record(session, Event.BUDGET_GIVEN, office=office.id, envelope=envelope.id)


def move(session: Session, by: Visitor, giver: Envelope, office: Office, cents: int, read: Read, now: datetime) -> None:
    """Headquarters moves money of one fund and year from one office to another. Refused if the giver has not as much
    left. Raises as `give`.
    """
    _check(office, cents)
    _hold(session, office)
    taker = ledger.envelope_of(session, office.id, giver.fund, giver.year, now)
    ledger.lock(session, giver.id, taker.id)
    _check_read(session, giver, read)
    for one in (giver, taker):
        check_books(session, one.id, by.charters)
    ledger.transfer(session, By(by.member_id, by.ring.keys), giver, taker, cents, now)
    record(session, Event.BUDGET_MOVED, office=office.id, envelope=taker.id, giver=giver.id)


def _hold(session: Session, office: Office) -> None:
    """A budget that is opened now has no row yet that two could wait for."""
    session.execute(select(Office.id).where(Office.id == office.id).with_for_update(key_share=True)).all()


def _check_read(session: Session, envelope: Envelope, read: Read) -> None:
    """With the budget held: of two presses of one form, or of two members, the second is told."""
    if ledger.sums_of(session, envelope.id) != read.get(envelope.id, Sums()):
        raise Changed("somebody gave or moved money first")


def _check(office: Office, cents: int) -> None:
    if office.kind != OfficeKind.DELEGATION.value:
        raise Refused(N_("Only delegations grant money."), N_("Choose a delegation."))
    if cents <= 0:
        raise Refused(N_("No sum is given."), N_("Write how much it is."))


# -- rates


def take_in_rates(session: Session, by: Visitor, content: bytes, now: datetime) -> int:
    """Take in a file of monthly rates whole, and say how many are new. Refused with the line and what is wrong."""
    count = rate_table.take_in(session, by.member_id, content, now)
    if count:
        record(session, Event.RATES_TAKEN_IN, count=count)
    return count


class Known(NamedTuple):
    """What is known of a currency: its newest month, and the rate of it."""

    currency: str
    month: str
    rate: object


def known_rates(session: Session) -> list[Known]:
    """The newest rate of each currency."""
    newest: dict[str, Known] = {}
    for (currency, month), rate in sorted(rate_table.stored(session).items()):
        newest[currency] = Known(currency, month, rate)
    return list(newest.values())
