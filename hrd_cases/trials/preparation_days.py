"""By when each thing is prepared for a hearing, as `config/preparation.toml` has it: read once, checked. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG
from hrd_cases.trials.codes import CODES

FILE = "config/preparation.toml"
PREPARED = tuple(kind for kind in CODES["preparation"] if kind != "other")
"""What is prepared for every hearing that somebody goes to."""
MOST = 60
"""Working days: nothing is prepared earlier."""


def read(text: str) -> Mapping[str, int]:
    """Working days before the hearing, by what is prepared. Raises Unfit, with a sentence for the operator."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{FILE} cannot be read: {error}") from error
    days = tables.get("working_days_before")
    days = days if isinstance(days, dict) else {}
    found = set(days)
    if set(tables) != {"working_days_before"} or found != set(PREPARED):
        raise Unfit(f"{FILE}: these are missing in [working_days_before] or unknown: {sorted(found ^ set(PREPARED))}")
    for kind, count in days.items():
        if type(count) is not int or not 1 <= count <= MOST:
            raise Unfit(f"{FILE}: {kind} must be a whole number from 1 to {MOST}")
    return dict(days)


def load(path: Path = CONFIG / "preparation.toml") -> Mapping[str, int]:
    return read(path.read_text(encoding="utf-8"))


DAYS = load()


def due_on(kind: str, hearing_on: date, calendar: OfficeCalendar) -> date:
    """The day by which something is prepared for a hearing of this day, both by the office's calendar."""
    day = hearing_on
    for _ in range(DAYS[kind]):
        day = calendar.last_working_day_before(day)
    return day
