"""People with keys who take real steps in real envelopes: what tests of the ledger begin with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.grants import ledger, rate_table
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.steps import Taken, Worth, take
from hrd_cases.grants.sums import Sums
from hrd_cases.vault.identity import KeyPair
from tests.grants.cells import PEOPLE, WRITTEN
from tests.grants.sample import FILE

AT = datetime(2026, 11, 19, 6, tzinfo=UTC)
OFFICE = uuid.UUID(int=7)
EGP = Worth("EGP", Decimal("180000.00"), Decimal("52.40"), "2026-11")
"""€3,435.11."""


@cache
def by(who: str) -> By:
    return By(PEOPLE[who].id, KeyPair(who.encode().ljust(32, b"-")))


def euro(amount: str | int | Decimal) -> Worth:
    return Worth("EUR", Decimal(amount).quantize(Decimal("0.01")), Decimal(1), "2026-11")


def opened(session: Session) -> uuid.UUID:
    grant_id = uuid.uuid4()
    row = {"id": grant_id, "office_id": OFFICE, "opened_at": AT, "sealed_file": b"-", "folder_id": uuid.uuid4()}
    session.connection().execute(insert(Grant.__table__).values(**row, version=1))  # type: ignore[arg-type]
    return grant_id


@dataclass
class Granting:
    """One office's envelope, and grants that are paid from it."""

    store: Store
    allotted: int = 0
    envelope_id: uuid.UUID = field(init=False)

    def __post_init__(self) -> None:
        with self.store.writing() as session:
            envelope = ledger.envelope_of(session, OFFICE, "emergency", 2026, AT)
            self.envelope_id = envelope.id
            if not rate_table.stored(session):
                rate_table.take_in(session, PEOPLE["approver"].id, FILE.encode(), AT)
            if self.allotted:
                ledger.allot(session, by("approver"), envelope, self.allotted, AT)

    def step(
        self,
        session: Session,
        grant_id: uuid.UUID,
        act: str,
        who: str,
        worth: Worth = EGP,
        payee: bytes = b"p" * 32,
        made_from: int | None = None,
    ) -> GrantStep:
        duty = next((duty for (_, known), (_, duty) in WRITTEN.items() if known == act), "-")
        as_ = Capacity(PEOPLE[who].does.get(duty, "officer"))
        taken = Taken(Act(act), as_, worth, payee, b"t" * 32, self.envelope_id, made_from)
        return take(session, by(who), grant_id, taken, AT)

    def walk(self, *way: tuple[str, str], worth: Worth = EGP) -> uuid.UUID:
        with self.store.writing() as session:
            grant_id = opened(session)
            for act, who in way:
                self.step(session, grant_id, act, who, worth)
        return grant_id

    def act(self, grant_id: uuid.UUID, act: str, who: str, worth: Worth = EGP) -> None:
        with self.store.writing() as session:
            self.step(session, grant_id, act, who, worth)

    def sums(self, grant_id: uuid.UUID | None = None) -> Sums:
        with self.store.reading() as session:
            return ledger.sums_of(session, self.envelope_id, grant_id)


VERIFIED = (("submit", "officer"), ("verify", "finance"))
