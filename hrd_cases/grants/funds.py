"""The funds that grants are paid from, their rules, and the times a grant may take, as `config/funds.toml` has them:
read once, checked, frozen. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, NamedTuple

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.errors import N_, Euro, Refused, Sentence, Unfit
from hrd_cases.grants.money import exact
from hrd_cases.settings import CONFIG

FILE = "config/funds.toml"
MOST = 10_000
_CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
_NAME = re.compile(r'^name = "(?P<name>[^"\\]+)"$')


class Retroactive(StrEnum):
    """May be paid what was spent before the request?"""

    NEVER = "never"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True)
class Fund:
    """`ceiling`: the most that one grant may be, in euro. `last_year` 0: no end yet."""

    code: str
    name: Sentence
    first_year: int
    last_year: int
    ceiling: Decimal
    cumulative: bool
    retroactive: Retroactive

    def open_in(self, year: int) -> bool:
        return self.first_year <= year and (not self.last_year or year <= self.last_year)


@dataclass(frozen=True, kw_only=True)
class Funds:
    """Each fund by its code, and one field for each figure, named `<table>_<name>`."""

    fund: Mapping[str, Fund]
    decide_critical_clock_hours: int
    decide_other_working_days: int
    fast_most: Decimal
    fast_second_working_days: int
    pay_step_working_days: int
    wait_late_working_days: int
    receipts_days: int
    receipts_late_working_days: int
    rates_far_percent: int


class Earlier(NamedTuple):
    """A grant that the same person, their family or their organisation asked for before. `given`: it was approved."""

    fund: str
    purpose: str
    given: bool


# -- the rules of a fund


def over_ceiling(fund: Fund, euro: Decimal) -> Refused | None:
    """Why a grant cannot be as large; None if it can."""
    if euro <= fund.ceiling:
        return None
    return Refused(
        N_("It is worth %(euro)s: more than a grant of this fund may be, %(ceiling)s."),
        N_("Ask for less. Once it is verified, less can be approved as well."),
        euro=Euro(euro),
        ceiling=Euro(fund.ceiling),
    )


def small(released: Decimal) -> bool:
    """May so much of a grant, in euro, be released before the second signature?"""
    return released <= FUNDS.fast_most


def twice(fund: Fund, purpose: str, earlier: Iterable[Earlier]) -> bool:
    """Was there a grant of a fund for the same purpose already, where one is all that it gives?"""
    return not fund.cumulative and any(one.given and (one.fund, one.purpose) == (fund.code, purpose) for one in earlier)


def too_late(fund: Fund, spent_on: date | None, asked_on: date, reason: str) -> Refused | None:
    """Why what was spent before the request is not paid; None if nothing was, or it may be."""
    if spent_on is None or spent_on >= asked_on:
        return None
    if fund.retroactive is Retroactive.NEVER:
        return Refused(
            N_("This fund pays nothing that was spent before the request."),
            N_("Take off what was spent before."),
        )
    if not reason.strip():
        return Refused(
            N_("What was spent before the request is paid only if it could not wait."),
            N_("Write why it could not."),
        )
    return None


def paid_when(paid_on: date, approved_on: date, today: date) -> Refused | None:
    """Why nothing was paid on that day; None if it may have been."""
    if paid_on > today:
        return Refused(N_("This day is still to come."), N_("Write the day on which it was paid."))
    if paid_on < approved_on:
        return Refused(N_("It was not approved yet on this day."), N_("Write the day on which it was paid."))
    return None


# -- times


def decision_due_at(submitted_at: datetime, *, critical: bool, calendar: OfficeCalendar) -> datetime:
    """Until when it should be decided. Clock hours run day and night, working days are the office's."""
    if critical:
        return submitted_at + timedelta(hours=FUNDS.decide_critical_clock_hours)
    return calendar.add_working_days(submitted_at, FUNDS.decide_other_working_days)


def second_signature_due_at(approved_at: datetime, calendar: OfficeCalendar) -> datetime:
    return calendar.add_working_days(approved_at, FUNDS.fast_second_working_days)


def next_step_due_on(step_at: datetime, calendar: OfficeCalendar) -> date:
    """By when whoever comes next, once it is approved, has taken their step towards the payment."""
    return calendar.working_day_after(calendar.day_of(step_at), FUNDS.pay_step_working_days)


def receipts_due_on(paid_on: date) -> date:
    return paid_on + timedelta(days=FUNDS.receipts_days)


# -- the file


def read(text: str) -> Funds:
    """The funds and figures in a text. Raises Unfit, with a sentence for the operator, for one missing or unfit."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{FILE} cannot be read: {error}") from error
    _keys("it", tables, {"fund", *_FIGURES})
    if not isinstance(tables["fund"], dict) or not tables["fund"]:
        raise Unfit(f"{FILE}: there is no fund in it")
    funds = {code: _fund(code, said) for code, said in tables.pop("fund").items()}
    figures: dict[str, Any] = {}
    for table, named in _FIGURES.items():
        _keys(table, tables[table], set(named))
        figures |= {f"{table}_{name}": read_(f"{table}.{name}", tables[table][name]) for name, read_ in named.items()}
    return Funds(fund=funds, **figures)


def _keys(where: str, table: object, wanted: set[str]) -> None:
    found = set(table) if isinstance(table, dict) else set()
    if found != wanted:
        raise Unfit(f"{FILE}: these are missing in {where} or unknown: {sorted(found ^ wanted)}")


def _fund(code: str, said: Any) -> Fund:
    where = f"fund.{code}"
    if not _CODE.fullmatch(code):
        raise Unfit(f"{FILE}: {where} must have a short ascii code")
    _keys(where, said, {"name", "first_year", "last_year", "ceiling", "cumulative", "retroactive"})
    if not isinstance(said["name"], str) or not said["name"].strip():
        raise Unfit(f"{FILE}: {where}.name must be a name in quotes")
    if type(said["cumulative"]) is not bool:
        raise Unfit(f"{FILE}: {where}.cumulative must be true or false")
    if said["retroactive"] not in tuple(Retroactive):
        raise Unfit(f"{FILE}: {where}.retroactive must be one of {', '.join(Retroactive)}")
    first, last = _whole(f"{where}.first_year", said["first_year"]), said["last_year"]
    if type(last) is not int or (last and not first <= last <= MOST):
        raise Unfit(f"{FILE}: {where}.last_year must be 0, or a year not before the first")
    return Fund(
        code=code,
        name=Sentence(said["name"]),
        first_year=first,
        last_year=last,
        ceiling=_euro(f"{where}.ceiling", said["ceiling"]),
        cumulative=said["cumulative"],
        retroactive=Retroactive(said["retroactive"]),
    )


def _whole(name: str, value: object) -> int:
    if type(value) is not int or not 0 < value <= MOST:
        raise Unfit(f"{FILE}: {name} must be a whole number from 1 to {MOST}")
    return value


def _euro(name: str, value: object) -> Decimal:
    try:
        return exact(Decimal(value if isinstance(value, str) else ""), "EUR")
    except (InvalidOperation, Refused) as error:
        raise Unfit(f'{FILE}: {name} must be a sum in euro in quotes, like "10000.00"') from error


_FIGURES: dict[str, dict[str, Callable[[str, object], Any]]] = {
    "decide": {"critical_clock_hours": _whole, "other_working_days": _whole},
    "fast": {"most": _euro, "second_working_days": _whole},
    "pay": {"step_working_days": _whole},
    "wait": {"late_working_days": _whole},
    "receipts": {"days": _whole, "late_working_days": _whole},
    "rates": {"far_percent": _whole},
}


def extract(file: IO[bytes], *_asked: object, **_options: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """The translators' tool asks here for the names of funds (babel.cfg)."""
    for number, line in enumerate(file.read().decode("utf-8").splitlines(), start=1):
        found = _NAME.match(line)
        if found:
            yield number, "gettext", found["name"], []


def load(path: Path = CONFIG / "funds.toml") -> Funds:
    return read(path.read_text(encoding="utf-8"))


FUNDS = load()
