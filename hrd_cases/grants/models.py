"""Tables of grants. What is told in clear: who took which step when, and what it is worth; of whom lies sealed.

A grant has no column of its state: that is where its last step led. Steps, entries, envelopes and rates are only ever
added; `guards` has the database refuse anything else.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from hrd_cases.db import UtcDateTime
from hrd_cases.grants import guards
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.money import spelled
from hrd_cases.records import Base, FolderRecord, Sealed, Sleeve, bound, sealed

MOST_CENTS = 10**15


class Exact(TypeDecorator[Decimal]):
    """A decimal as it is written: a database's own kind of number may be a binary fraction."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else spelled(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Grant(FolderRecord):
    """One request, in a folder of its own: no clear column joins it to a file."""

    __tablename__ = "grants"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    opened_at: Mapped[datetime] = bound(type_=UtcDateTime)
    story: Sealed[Story] = sealed()
    story_salt: Sealed[bytes] = sealed()
    payment: Sealed[Payment | None] = sealed(sleeve=Sleeve.PAYMENTS, default=None)
    payment_salt: Sealed[bytes] = sealed(sleeve=Sleeve.PAYMENTS, default=b"")


class AccountingRate(Base):
    """Units of a currency for one euro in a month."""

    __tablename__ = guards.RATES
    currency: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Exact)
    taken_in_by: Mapped[uuid.UUID] = mapped_column()
    taken_in_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Envelope(Base):
    """What an office may spend of a fund in a year. How much that is say the entries of the ledger."""

    __tablename__ = guards.ENVELOPES
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column()
    fund: Mapped[str] = mapped_column()
    year: Mapped[int] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (UniqueConstraint("office_id", "fund", "year"),)


class GrantStep(Base):
    """One step of a grant, signed. `duty` "-" for an act that is none. `cents` is its worth in euro at `rate`; `payee`
    and `texts` are salted hashes of what lies sealed. `signer`: the fingerprint of the keys it is signed with.
    """

    __tablename__ = guards.STEPS
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    grant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("grants.id"))
    number: Mapped[int] = mapped_column()
    act: Mapped[str] = mapped_column()
    state_before: Mapped[str] = mapped_column()
    state_after: Mapped[str] = mapped_column()
    duty: Mapped[str] = mapped_column()
    capacity: Mapped[str] = mapped_column()
    actor_id: Mapped[uuid.UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    envelope_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("envelopes.id"), default=None)
    currency: Mapped[str] = mapped_column()
    amount: Mapped[Decimal] = mapped_column(Exact)
    rate: Mapped[Decimal] = mapped_column(Exact)
    rate_month: Mapped[str] = mapped_column()
    cents: Mapped[int] = mapped_column(BigInteger)
    payee: Mapped[bytes] = mapped_column(LargeBinary)
    texts: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signer: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        UniqueConstraint("grant_id", "number"),
        CheckConstraint(guards.moves(), name="moves"),
        CheckConstraint(guards.capacities(), name="capacities"),
        CheckConstraint(f"cents BETWEEN 0 AND {MOST_CENTS}", name="cents"),
    )


class LedgerEntry(Base):
    """One entry of the ledger, signed: so many cents of euro, of which grant and by which step; headquarters' entries
    name neither. `other_id`: the envelope a transfer comes from or goes to, `reason` why, in words that name nobody.
    """

    __tablename__ = guards.LEDGER
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    envelope_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("envelopes.id"))
    number: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column()
    cents: Mapped[int] = mapped_column(BigInteger)
    grant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("grants.id"), index=True, default=None)
    step_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("grant_steps.id"), default=None)
    other_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("envelopes.id"), default=None)
    actor_id: Mapped[uuid.UUID] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signer: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        UniqueConstraint("envelope_id", "number"),
        UniqueConstraint("step_id", "kind"),
        CheckConstraint(f"cents BETWEEN 1 AND {MOST_CENTS}", name="cents"),
        CheckConstraint(guards.of_envelopes(), name="of_envelopes"),
    )


def _guarded() -> None:
    for dialect in ("sqlite", "postgresql"):
        for table, statement in guards.statements(dialect):
            ddl: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(Base.metadata.tables[table], "after_create", ddl.execute_if(dialect=dialect))


_guarded()
