"""Which treaty bound a state on a day, and so which articles stand beside an item of the checklist. Pure.

The table is `config/treaties.toml`; each treaty there names its source and the day it was looked up. A treaty is named
only where it certainly bound the state on the day of the facts: what is still to be checked is held against nobody.
An item that no treaty of the state covers stands with articles 9 to 11 of the Universal Declaration of Human Rights
(General Assembly resolution 217 A (III)), which the members of the United Nations have pledged to observe (Charter,
articles 55 and 56; Proclamation of Tehran, paragraph 2).

Not in here: reservations (several states made one to ICCPR 14(5) or 14(7)) and derogations in an emergency.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG
from hrd_cases.trials.checklist import ARTICLES

FILE = "config/treaties.toml"
NEVER = date(MAXYEAR, 12, 31)


class Treaty(StrEnum):
    ICCPR = "iccpr"
    CAT = "cat"
    ECHR = "echr"
    ECHR_P7 = "echr_p7"
    UDHR = "udhr"


BINDING = (Treaty.ICCPR, Treaty.CAT, Treaty.ECHR, Treaty.ECHR_P7)
"""What a state can be bound by, in the order of the columns."""


class Article(NamedTuple):
    """`number`: as it is written behind the treaty's name."""

    treaty: Treaty
    number: str


OTHERWISE = Article(Treaty.UDHR, "9–11")


class Bond(NamedTuple):
    """A treaty bound a state from `begins` to the day before `ends`; certainly from `sure_from` on."""

    begins: date
    sure_from: date
    ends: date = NEVER


Bonds = Mapping[Treaty, Mapping[str, tuple[Bond, ...]]]


class Table(NamedTuple):
    """`bonds`: by treaty and country, territories included. `none`: countries bound by none of them, and why."""

    bonds: Bonds
    none: Mapping[str, str]


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one it has."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_IN_FORCE: dict[str, Callable[[date], date]] = {
    "at_once": lambda deposited: deposited,
    "thirty_days": lambda deposited: deposited + timedelta(days=30),
    "three_months": lambda deposited: _months_later(deposited, 3),
    "month_after_two": lambda deposited: _months_later(deposited.replace(day=1), 3),
}
"""From a state's deposit to its first day bound: ECHR 59(4), CAT 27(2), ICCPR 49(2), article 9 of Protocol No. 7."""
_KNOWN = {"deposited", "from", "until", "to_check", "sure_from"}


def _bond(row: Any, section: Mapping[str, Any]) -> Bond:
    """One row: a bare day is that of the deposit. `to_check` without `sure_from` is certain on no day."""
    said = {"deposited": row} if isinstance(row, date) else row
    if set(said) - _KNOWN or not said.keys() & {"deposited", "from"} or ("sure_from" in said and not said["to_check"]):
        raise ValueError(said)
    begins = said.get("from") or max(section["in_force"], _IN_FORCE[section["after"]](said["deposited"]))
    doubtful = NEVER if said.get("to_check") else begins
    bond = Bond(begins, said.get("sure_from", doubtful), said.get("until", NEVER))
    if not bond.begins <= bond.sure_from or not bond.begins < bond.ends:
        raise ValueError(said)
    return bond


def read(text: str) -> Table:
    """Raises Unfit, with a sentence for the operator, for what cannot be a bond between a state and a treaty."""
    try:
        sections: dict[str, Any] = tomllib.loads(text)
        bonds = {treaty: _bound(sections[treaty]) for treaty in BINDING}
        for code, row in sections["territory"].items():
            _extend(bonds, code, row)
        none = dict(sections["none"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unfit(f"{FILE} cannot be read: {error!r}") from error
    return Table(bonds, none)


def _bound(section: Mapping[str, Any]) -> dict[str, tuple[Bond, ...]]:
    if not section["source"] or not isinstance(section["as_of"], date):
        raise ValueError(section["source"])
    rows = {code: row if isinstance(row, list) else [row] for code, row in section["bound"].items()}
    return {code: tuple(_bond(one, section) for one in several) for code, several in rows.items()}


def _extend(bonds: dict[Treaty, dict[str, tuple[Bond, ...]]], code: str, row: Mapping[str, Any]) -> None:
    """A territory is bound as its state is; where the extension is still to be checked, certain on no day."""
    for treaty in map(Treaty, row["treaties"]):
        of_state = bonds[treaty].get(row["of"], ())
        if code in bonds[treaty]:
            raise ValueError(code)
        doubtful = tuple(bond._replace(sure_from=NEVER) for bond in of_state)
        bonds[treaty][code] = doubtful if row.get("to_check") else of_state


def load(path: Path = CONFIG / "treaties.toml") -> Table:
    return read(path.read_text(encoding="utf-8"))


TABLE = load()


def _lasting(country: str, on: date) -> Iterable[tuple[Treaty, Bond]]:
    for treaty in BINDING:
        for bond in TABLE.bonds[treaty].get(country, ()):
            if bond.begins <= on < bond.ends:
                yield treaty, bond


def columns(country: str, on: date) -> tuple[Treaty, ...]:
    """The treaties that certainly bound the state on the day of the facts, in the order they are shown."""
    return tuple(treaty for treaty, bond in _lasting(country, on) if on >= bond.sure_from)


def to_check(country: str, on: date) -> tuple[Treaty, ...]:
    """Those that bound it by all appearance, and whose dates somebody has to look up before they are relied on."""
    return tuple(treaty for treaty, bond in _lasting(country, on) if on < bond.sure_from)


def articles(item: str, country: str, on: date) -> tuple[Article, ...]:
    """What stands beside an item: the articles that bound the state, or those of the Universal Declaration."""
    numbers = ARTICLES[item]
    return tuple(Article(one, numbers[one]) for one in columns(country, on) if one in numbers) or (OTHERWISE,)
