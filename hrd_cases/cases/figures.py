"""The figures of casework, as `config/casework.toml` has them: read once, checked, frozen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import Any

from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

MOST = 10_000
LAST_HOUR = 23


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One field for each figure, named `<table>_<name>`; what they are and their units stand in the file."""

    hours_opens: time
    hours_closes: time
    acknowledge_critical_clock_hours: int
    acknowledge_high_clock_hours: int
    acknowledge_other_working_days: int
    escalation_deputy: int
    escalation_head: int
    escalation_headquarters: int
    absence_working_days: int
    consent_review_days: int
    consent_confirm_working_days: int
    risk_medium_from: int
    risk_high_from: int
    risk_critical_from: int
    risk_review_days_low: int
    risk_review_days_medium: int
    risk_review_days_high: int
    risk_review_days_critical: int
    risk_long_term_days_least: int
    risk_long_term_days_most: int
    risk_no_contact_days: int
    late_review_working_days: int
    late_consent_working_days: int
    late_contact_working_days: int
    late_task_working_days: int
    slot_hour: int
    life_archive_after_days: int


RISING = (
    ("hours_opens", "hours_closes"),
    ("escalation_deputy", "escalation_head"),
    ("escalation_head", "escalation_headquarters"),
    ("risk_medium_from", "risk_high_from"),
    ("risk_high_from", "risk_critical_from"),
    ("risk_review_days_critical", "risk_review_days_high"),
    ("risk_review_days_high", "risk_review_days_medium"),
    ("risk_review_days_medium", "risk_review_days_low"),
    ("risk_long_term_days_least", "risk_long_term_days_most"),
)


def read(text: str) -> Figures:
    """The figures in a text. Raises Unfit, with a sentence for the operator, for one missing, unknown or unfit."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
        flat = {f"{table}_{name}": value for table, named in tables.items() for name, value in named.items()}
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise Unfit(f"config/casework.toml cannot be read: {error}") from error
    known = {field.name for field in fields(Figures)}
    if flat.keys() != known:
        raise Unfit(f"config/casework.toml: these are missing or unknown: {sorted(flat.keys() ^ known)}")
    figures = Figures(**{name: _figure(name, value) for name, value in flat.items()})
    for less, more in RISING:
        if not getattr(figures, less) < getattr(figures, more):
            raise Unfit(f"config/casework.toml: {less} must be below {more}")
    return figures


def _figure(name: str, value: object) -> Any:
    if name.startswith("hours_"):
        try:
            return time.fromisoformat(str(value))
        except ValueError as error:
            raise Unfit(f"config/casework.toml: {name} must be a time of day") from error
    if type(value) is not int or not 0 < value <= MOST:
        raise Unfit(f"config/casework.toml: {name} must be a whole number from 1 to {MOST}")
    if name.endswith("_hour") and value > LAST_HOUR:
        raise Unfit(f"config/casework.toml: {name} must be an hour of the day, at most {LAST_HOUR}")
    return value


def load(path: Path = CONFIG / "casework.toml") -> Figures:
    return read(path.read_text(encoding="utf-8"))


FIGURES = load()
