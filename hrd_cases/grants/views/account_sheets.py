"""The accountants' two tables, in the reader's language: what each budget comes to, and every entry of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.grants.accounts import Accounts, Line
from hrd_cases.grants.budgets import Budget, altogether
from hrd_cases.grants.money import from_cents
from hrd_cases.grants.sums import Kind
from hrd_cases.grants.words import ENTRY
from hrd_cases.paper.workbook import Cell, Sheet


def sheets_of(session: Session, accounts: Accounts) -> list[Sheet]:
    """The columns of the first are those of the page of budgets, and so is its last line."""
    return [_budgets(accounts), _entries(session, accounts)]


def _budgets(accounts: Accounts) -> Sheet:
    head = (
        _("Office"),
        _("Fund"),
        _("Year"),
        _("Given, EUR"),
        _("Promised, not paid, EUR"),
        _("Of that cleared for payment, EUR"),
        _("Paid, EUR"),
        _("Came back, EUR"),
        _("Left, EUR"),
        _("Signatures"),
    )
    rows = [(one.seat, _(one.name), one.year, *_sums(one), _checked(one, accounts)) for one in accounts.budgets]
    rows.append((_("All together"), "", None, *_sums(altogether(accounts.budgets)), ""))
    return Sheet(_("Budgets"), head, rows, (24, 40, 8, *[18] * 6, 40), last=True)


def _sums(one: Budget) -> Iterator[Cell]:
    if one.damaged:
        return iter([_("Damaged")] * 6)
    sums = (one.sums.allotted, one.promised, one.released, one.sums.paid, one.recovered, one.sums.left)
    return map(from_cents, sums)


def _checked(one: Budget, accounts: Accounts) -> str:
    if one.envelope_id in accounts.failed:
        return str(_("This budget failed its check. Do not rely on it."))
    return str(_("Every entry is as it was signed."))


def _entries(session: Session, accounts: Accounts) -> Sheet:
    head = (
        _("Day"),
        _("Office"),
        _("Fund"),
        _("Year"),
        _("Number"),
        _("Entry"),
        _("EUR"),
        _("Left after it, EUR"),
        _("In the local currency"),
        _("Currency"),
        _("Accounting reference"),
        _("Why"),
        _("Paid on"),
    )
    zones = {one.office_id: zone_of_office(session, one.office_id) for one in accounts.budgets}
    rows = [_entry(one, zones[one.budget.office_id]) for one in accounts.lines]
    return Sheet(_("Ledger"), head, rows, (12, 24, 40, 8, 8, 30, 14, 18, 18, 10, 24, 50, 12))


def _entry(one: Line, zone: ZoneInfo) -> tuple[Cell, ...]:
    kind = str(ENTRY[Kind(one.kind)]) if one.kind in tuple(Kind) else one.kind
    return (
        one.at.astimezone(zone).date(),
        one.budget.seat,
        _(one.budget.name),
        one.budget.year,
        one.number,
        kind,
        from_cents(one.cents),
        from_cents(one.left) if one.left is not None else None,
        one.amount,
        one.currency,
        one.reference,
        one.reason,
        one.paid_on,
    )
