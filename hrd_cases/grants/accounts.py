"""The ledger as accountants need it: every entry with its office, fund and year, what it was in the local currency, and
the accounting reference where its reader holds the key of the payment. No person, and nothing of a case.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
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
from hrd_cases.grants.sums import AS_SAID, OF_ENVELOPES, Kind, Sums, added


class Line(NamedTuple):
    """One entry. `amount`, `currency`: what its step says in the local currency; None and "" for headquarters' entries,
    for what the ledger alone works out, and where the budget failed its check. `reference` "" where there is none, or
    none that its reader can open; `paid_on` None, as the payment says it, likewise. `left`: of its budget after it, in
    cents of euro; None where the budget failed its check.
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
    paid_on: date | None = None
    left: int | None = None


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
    told = _told(session, {entry.grant_id for entry in entries if entry.grant_id is not None})
    failed = frozenset(one for one in known if not _holds(session, one, by))
    lines = [_line(entry, known[entry.envelope_id][1], _step(entry, steps, failed), told) for entry in entries]
    return Accounts(budgets, _with_left(entries, lines, failed), failed)


def _with_left(entries: Iterable[LedgerEntry], lines: Iterable[Line], failed: Collection[uuid.UUID]) -> list[Line]:
    """Each with what its budget had left after it."""
    standing: defaultdict[uuid.UUID, Sums] = defaultdict(Sums)
    found = []
    for entry, line in zip(entries, lines, strict=True):
        left = None
        if entry.envelope_id not in failed:
            now = standing[entry.envelope_id] = added(standing[entry.envelope_id], Kind(entry.kind), entry.cents)
            left = now.left
        found.append(line._replace(left=left))
    return found


def _step(entry: LedgerEntry, steps: Mapping[uuid.UUID, GrantStep], failed: Collection[uuid.UUID]) -> GrantStep | None:
    """Nothing is believed of the steps of a budget that failed its check."""
    return steps.get(entry.step_id) if entry.step_id is not None and entry.envelope_id not in failed else None


def _steps(session: Session, envelopes: Collection[uuid.UUID]) -> dict[uuid.UUID, GrantStep]:
    of_them = select(LedgerEntry.step_id).where(LedgerEntry.envelope_id.in_(envelopes))
    return {one.id: one for one in session.scalars(select(GrantStep).where(GrantStep.id.in_(of_them)))}


class Said(NamedTuple):
    """What was said with the steps of a grant, by their numbers: accounting references, the oldest first, and days."""

    references: dict[int, str]
    paid_on: dict[int, date | None]


_NOTHING_SAID = Said({}, {})


def _told(session: Session, grant_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """Of each grant, as much as the reader holds the key of."""
    committed: dict[uuid.UUID, set[int]] = {}
    query = select(GrantStep.grant_id, GrantStep.number).where(GrantStep.act == Act.COMMIT.value)
    for grant_id, number in session.execute(query.where(GrantStep.grant_id.in_(grant_ids))):
        committed.setdefault(grant_id, set()).add(number)
    found: dict[uuid.UUID, Said] = {}
    for grant in session.scalars(select(Grant).where(Grant.id.in_(committed))):
        payment = _payment(grant)
        if payment is not None:
            given = {one.step: one.text if one.step in committed[grant.id] else one.reference for one in payment.told}
            references = {number: text for number, text in given.items() if text}
            found[grant.id] = Said(references, {one.step: one.paid_on for one in payment.told})
    return found


def _payment(grant: Grant) -> Payment | None:
    """One that fails its check is named on its own page, and keeps no other out."""
    with suppress(Tampered):
        return readable(lambda: grant.payment)
    return None


def _line(entry: LedgerEntry, budget: Budget, step: GrantStep | None, told: Mapping[uuid.UUID, Said]) -> Line:
    said = step is not None and entry.kind in AS_SAID
    known = told.get(entry.grant_id, _NOTHING_SAID) if entry.grant_id is not None else _NOTHING_SAID
    given = [text for number, text in known.references.items() if step is not None and number <= step.number]
    return Line(
        at=entry.at,
        budget=budget,
        number=entry.number,
        kind=entry.kind,
        cents=entry.cents,
        amount=step.amount if step is not None and said else None,
        currency=step.currency if step is not None and said else "",
        reference=given[-1] if given else "",
        reason=entry.reason if entry.kind in OF_ENVELOPES else "",
        paid_on=known.paid_on.get(step.number) if step is not None and said else None,
    )


def _holds(session: Session, envelope_id: uuid.UUID, by: Visitor) -> bool:
    try:
        check_books(session, envelope_id, by.charters)
    except (Tampered, ValueError):
        return False
    return True
