"""Budgets as headquarters gives, moves and sees them: each envelope with the sums of its ledger, which are the only
truth. No person.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused, Sentence
from hrd_cases.grants import ledger
from hrd_cases.grants.books import check_books, tell
from hrd_cases.grants.funds import FUNDS, Fund
from hrd_cases.grants.ledger import By
from hrd_cases.grants.models import Envelope, LedgerEntry
from hrd_cases.grants.sums import Kind, Sums, total
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.models import Office

NOBODYS = uuid.UUID(int=0)


class Budget(NamedTuple):
    """An envelope: whose, of which fund and year, and what its entries add up to."""

    envelope_id: uuid.UUID
    office_id: uuid.UUID
    seat: str
    code: str
    year: int
    sums: Sums
    recovered: int = 0
    """What came back of what was paid; it is in what is left again."""
    damaged: bool = False
    """Its entries do not even add up: somebody wrote past us."""

    @property
    def fund(self) -> Fund | None:
        """None for one that has left `config/funds.toml`: its money stands, and nothing new is given to it."""
        return FUNDS.fund.get(self.code)

    @property
    def name(self) -> str | Sentence:
        return self.fund.name if self.fund is not None else self.code

    @property
    def promised(self) -> int:
        """Approved, and not paid yet."""
        return self.sums.approved - self.sums.paid

    @property
    def released(self) -> int:
        """Of that, what finance may pay now."""
        return self.sums.released - self.sums.paid


def budgets_of(session: Session, by: Visitor) -> list[Budget]:
    """Those that this member may see: of every office at headquarters, else of their own. The newest year first."""
    query = select(Envelope, Office.seat).join(Office, Office.id == Envelope.office_id)
    if not by.allows(Permission.GIVE_MONEY):
        query = query.where(Envelope.office_id.in_(one for one in by.seats if by.allows(Permission.SEE_BUDGETS, one)))
    found = [_budget(session, one, seat) for one, seat in session.execute(query).all()]
    return sorted(found, key=lambda one: (-one.year, one.seat, one.code))


def _budget(session: Session, one: Envelope, seat: str) -> Budget:
    """Each by itself: one that cannot be added up hides no other."""
    try:
        with session.begin_nested():
            kinds = ledger.by_kind(session, one.id)
    except (ValueError, SQLAlchemyError):
        return Budget(one.id, one.office_id, seat, one.fund, one.year, Sums(), damaged=True)
    return Budget(one.id, one.office_id, seat, one.fund, one.year, total(kinds.items()), kinds.get(Kind.RECOVER, 0))


def altogether(budgets: Iterable[Budget]) -> Budget:
    """What all of them come to; those that cannot be added up are not in it."""
    sound = [one for one in budgets if not one.damaged]
    sums = Sums(*(sum(column) for column in zip(*(one.sums for one in sound), strict=True)))
    return Budget(NOBODYS, NOBODYS, "", "", 0, sums, sum(one.recovered for one in sound))


MOST_MOVEMENTS = 50
"""On the page; the accountants' file has all."""


class Movement(NamedTuple):
    """Money that headquarters moved: when, from which budget to which, and why. `why` "": before reasons were asked."""

    at: datetime
    giver: Budget
    taker: Budget
    cents: int
    why: str


def movements(session: Session, budgets: Collection[Budget]) -> list[Movement]:
    """The newest that took from these budgets or gave to them. Each is two entries, which say the same."""
    known = {one.envelope_id: one for one in budgets}
    both = (Kind.TRANSFER_OUT, Kind.TRANSFER_IN)
    query = select(LedgerEntry).where(LedgerEntry.envelope_id.in_(known), LedgerEntry.kind.in_(both))
    found: dict[Movement, None] = {}
    for entry in session.scalars(query.order_by(LedgerEntry.at.desc(), LedgerEntry.id).limit(2 * MOST_MOVEMENTS)):
        own, other = known[entry.envelope_id], _other(session, known, entry.other_id)
        ends = (own, other) if entry.kind == Kind.TRANSFER_OUT else (other, own)
        found[Movement(entry.at, *ends, entry.cents, entry.reason)] = None
    return list(found)[:MOST_MOVEMENTS]


def _other(session: Session, known: Mapping[uuid.UUID, Budget], envelope_id: uuid.UUID | None) -> Budget:
    """Of another office's budget its reader learns which it is, and no sums."""
    if envelope_id is not None and envelope_id in known:
        return known[envelope_id]
    query = select(Envelope, Office.seat).join(Office, Office.id == Envelope.office_id)
    row = session.execute(query.where(Envelope.id == envelope_id)).one_or_none()
    if row is None:
        return Budget(NOBODYS, NOBODYS, "–", "", 0, Sums())
    return Budget(row.Envelope.id, row.Envelope.office_id, row.seat, row.Envelope.fund, row.Envelope.year, Sums())


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
    ledger.hold_office(session, office.id)
    envelope = ledger.envelope_of(session, office.id, fund, year, now)
    ledger.lock(session, envelope.id)
    _check_read(session, envelope, read)
    check_books(session, envelope.id, by.charters)
    ledger.allot(session, By(by.member_id, by.ring.keys), envelope, cents, now)
    record(session, Event.BUDGET_GIVEN, office=office.id, envelope=envelope.id)
    tell(session, envelope.id)


class Move(NamedTuple):
    """Money on its way: out of which budget, to which office, and why. `fund`: which other fund it goes to, "" where it
    stays in its own.
    """

    giver: Envelope
    office: Office
    cents: int
    why: str
    fund: str = ""


def move(session: Session, by: Visitor, what: Move, read: Read, now: datetime) -> None:
    """Headquarters moves money of one year from one office to another: within a fund, and out of one that is no longer
    in use. Refused if the giver has not as much left, or without a reason. Raises as `give`.
    """
    giver, office = what.giver, what.office
    _check(office, what.cents)
    if not what.why.strip():
        raise Refused(N_("No reason is given."), N_("Write why it is moved."))
    fund = _goes_to(giver.fund, what.fund)
    ledger.hold_office(session, office.id)
    taker = ledger.envelope_of(session, office.id, fund, giver.year, now)
    ledger.lock(session, giver.id, taker.id)
    _check_read(session, giver, read)
    for one in (giver, taker):
        check_books(session, one.id, by.charters)
    ledger.transfer(session, By(by.member_id, by.ring.keys), giver, taker, what.cents, what.why, now)
    record(session, Event.BUDGET_MOVED, office=office.id, envelope=taker.id, giver=giver.id)
    tell(session, giver.id, taker.id)


def _goes_to(fund: str, chosen: str) -> str:
    if fund not in FUNDS.fund and not chosen:
        raise Refused(N_("This fund is no longer in use."), N_("Choose which fund the money goes to."))
    if fund in FUNDS.fund and chosen not in ("", fund):
        raise Refused(N_("Money of a fund that is in use stays in it."), N_("Choose that it stays in its fund."))
    return chosen or fund


def _check_read(session: Session, envelope: Envelope, read: Read) -> None:
    """With the budget held: of two presses of one form, or of two members, the second is told."""
    if ledger.sums_of(session, envelope.id) != read.get(envelope.id, Sums()):
        raise Changed("somebody gave or moved money first")


def _check(office: Office, cents: int) -> None:
    if office.kind != OfficeKind.DELEGATION.value:
        raise Refused(N_("Only delegations grant money."), N_("Choose a delegation."))
    if cents <= 0:
        raise Refused(N_("No sum is given."), N_("Write how much it is."))
