"""The figures of detention and visits, as `config/visits.toml` has them: read once, checked, frozen. Pure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

FILE = "config/visits.toml"
MOST = 10_000
RULE_44 = 15
"""Beyond so many consecutive days solitary confinement is prolonged (Nelson Mandela Rules, Rule 44)."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One field for each figure, named `<table>_<name>`; what they are and their units stand in the file."""

    reply_remind_days: int
    reply_demarche_days: int
    report_working_days: int
    reprisal_check_days: tuple[int, ...]
    solitary_longest_days: int
    solitary_window_days: int
    contact_first_days: int
    contact_lasts_days: int


RISING = (
    ("reply_remind_days", "reply_demarche_days"),
    ("solitary_longest_days", "solitary_window_days"),
    ("contact_first_days", "contact_lasts_days"),
)


def read(text: str) -> Figures:
    """The figures in a text. Raises Unfit, with a sentence for the operator, for one missing, unknown or unfit."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
        flat = {f"{table}_{name}": value for table, named in tables.items() for name, value in named.items()}
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise Unfit(f"{FILE} cannot be read: {error}") from error
    known = {field.name for field in fields(Figures)}
    if flat.keys() != known:
        raise Unfit(f"{FILE}: these are missing or unknown: {sorted(flat.keys() ^ known)}")
    figures = Figures(**{name: _figure(name, value) for name, value in flat.items()})
    for less, more in RISING:
        if not getattr(figures, less) < getattr(figures, more):
            raise Unfit(f"{FILE}: {less} must be below {more}")
    if figures.solitary_longest_days > RULE_44:
        raise Unfit(f"{FILE}: solitary_longest_days must be at most {RULE_44} (Nelson Mandela Rules, Rule 44)")
    return figures


def _figure(name: str, value: object) -> Any:
    if name == "reprisal_check_days":
        return _rising(name, value)
    if not _whole(value):
        raise Unfit(f"{FILE}: {name} must be a whole number from 1 to {MOST}")
    return value


def _rising(name: str, value: object) -> tuple[int, ...]:
    days = tuple(value) if isinstance(value, list) else ()
    if not days or not all(map(_whole, days)) or not all(one < then for one, then in pairwise(days)):
        raise Unfit(f"{FILE}: {name} must be a list of whole numbers of days, rising, like [3, 14, 30]")
    return days


def _whole(value: object) -> bool:
    return type(value) is int and 0 < value <= MOST


def load(path: Path = CONFIG / "visits.toml") -> Figures:
    return read(path.read_text(encoding="utf-8"))


FIGURES = load()
