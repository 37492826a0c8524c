"""The ledger as accountants need it: every entry with its office, fund and year, what it was in the local currency, and
the accounting reference where its reader holds the key of the payment. No person, and nothing of a case.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.grants.books import check_books
from hrd_cases.grants.budgets import Budget
from hrd_cases.grants.details import Payment
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant, GrantStep, LedgerEntry
from hrd_cases.grants.opened import readable
from hrd_cases.grants.sums import AS_SAID, OF_ENVELOPES


class Line(NamedTuple):
    """One entry. `amount`, `currency`: what its step says in the local currency; None and "" for headquarters' entries
    and for what the ledger alone works out. `reference` "" where there is none, or none that its reader can open.
    """

    at: datetime
    budget: Budget
    number: int
    kind: str
    cents: int
    amount: Decimal | None
    currency: str
    reference: str
    reason: str


class Accounts(NamedTuple):
    """`failed`: budgets of which an entry is not as it was signed."""

    budgets: list[Budget]
    lines: list[Line]
    failed: frozenset[uuid.UUID]


def accounts_of(session: Session, by: Visitor, budgets: list[Budget]) -> Accounts:
    """Every entry of these budgets, budget by budget in their order, each in the order it was written."""
    known = {one.envelope_id: (place, one) for place, one in enumerate(budgets)}
    query = select(LedgerEntry).where(LedgerEntry.envelope_id.in_(known))
    entries = sorted(session.scalars(query), key=lambda one: (known[one.envelope_id][0], one.number))
    steps = _steps(session, known)
    references = _references(session, {entry.grant_id for entry in entries if entry.grant_id is not None})
    lines = [
        _line(entry, known[entry.envelope_id][1], steps.get(entry.step_id) if entry.step_id else None, references)
        for entry in entries
    ]
    return Accounts(budgets, lines, frozenset(one for one in known if not _holds(session, one, by)))


def _steps(session: Session, envelopes: Collection[uuid.UUID]) -> dict[uuid.UUID, GrantStep]:
    of_them = select(LedgerEntry.step_id).where(LedgerEntry.envelope_id.in_(envelopes))
    return {one.id: one for one in session.scalars(select(GrantStep).where(GrantStep.id.in_(of_them)))}


References = Mapping[uuid.UUID, list[tuple[int, str]]]
"""Of each grant: by which step an accounting reference was given, and which."""


def _references(session: Session, grant_ids: Collection[uuid.UUID]) -> References:
    committed: dict[uuid.UUID, set[int]] = {}
    query = select(GrantStep.grant_id, GrantStep.number).where(GrantStep.act == Act.COMMIT.value)
    for grant_id, number in session.execute(query.where(GrantStep.grant_id.in_(grant_ids))):
        committed.setdefault(grant_id, set()).add(number)
    found: dict[uuid.UUID, list[tuple[int, str]]] = {}
    for grant in session.scalars(select(Grant).where(Grant.id.in_(committed))):
        told = _payment(grant)
        if told is not None:
            found[grant.id] = [(one.step, one.text) for one in told.told if one.step in committed[grant.id]]
    return found


def _payment(grant: Grant) -> Payment | None:
    """One that fails its check is named on its own page, and keeps no other out."""
    with suppress(Tampered):
        return readable(lambda: grant.payment)
    return None


def _line(entry: LedgerEntry, budget: Budget, step: GrantStep | None, references: References) -> Line:
    said = step is not None and entry.kind in AS_SAID
    known = references.get(entry.grant_id, []) if entry.grant_id is not None and step is not None else []
    reference = next((text for number, text in reversed(known) if step is not None and number <= step.number), "")
    return Line(
        at=entry.at,
        budget=budget,
        number=entry.number,
        kind=entry.kind,
        cents=entry.cents,
        amount=step.amount if step is not None and said else None,
        currency=step.currency if step is not None and said else "",
        reference=reference,
        reason=entry.reason if entry.kind in OF_ENVELOPES else "",
    )


def _holds(session: Session, envelope_id: uuid.UUID, by: Visitor) -> bool:
    try:
        check_books(session, envelope_id, by.charters)
    except (Tampered, ValueError):
        return False
    return True
