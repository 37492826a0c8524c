"""The rules of reminders and the hours of a day's parts, as `config/reminders.toml` has them: read once, checked. Pure.

The rules are DOMAIN's (“Trials”, Reminders); the figures are the project's own choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from hrd_cases.cases import reminder_file, reminding
from hrd_cases.cases.reminding import Due, Unit
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG

FILE = "config/reminders.toml"


class Part(StrEnum):
    """The part of its day on which a hearing begins whose hour nobody has said."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    UNKNOWN = "unknown"


class Tells(StrEnum):
    WHO_GOES = "who goes"
    OFFICER = "officer"
    HEAD = "head"


class While(StrEnum):
    """What must hold of a hearing for a rule to apply."""

    AHEAD = "hearing ahead"
    NOBODY_GOES = "nobody goes"
    NO_REPORT = "no report"
    NO_NEW_DATE = "no new date"


BEFORE = (While.AHEAD, While.NOBODY_GOES)
"""These rules count back from the hearing; the others on from it."""


@dataclass(frozen=True, kw_only=True)
class Rule(reminding.Rule):
    """One rule; what the fields mean stands in the file."""

    tells: Tells
    holds_while: While


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`parts`: (earliest, latest) by the court's clocks.

    `rules`: in the file's order; where several are one reminder, the later one speaks.
    """

    parts: Mapping[Part, tuple[time, time]]
    rules: tuple[Rule, ...]

    @property
    def chase(self) -> Rule:
        """By which the court is asked for a new date that it did not give: there is one."""
        return next(rule for rule in self.rules if rule.holds_while is While.NO_NEW_DATE)

    @property
    def report(self) -> Rule:
        """By which a report is due: the first that misses one. There is one."""
        return next(rule for rule in self.rules if rule.holds_while is While.NO_REPORT)

    @property
    def over_after(self) -> timedelta:
        """Nothing of a hearing that was so long ago is made up for, where a working day is a week at the most."""
        counted = [rule for rule in self.rules if rule.due.after and rule.holds_while is not While.NO_NEW_DATE]
        return timedelta(days=max(7 * rule.due.count + rule.made_up_for_days for rule in counted))

    def overdue(self, rule: Rule) -> Due:
        """How long after the day on which a report is due this rule misses it."""
        return replace(rule.due, count=rule.due.count - self.report.due.count)


def read(text: str) -> Rules:
    """The rules in a text. Raises Unfit, with a sentence for the operator, for one missing, unknown or unfit."""
    tables = reminder_file.tables(FILE, text, {"part", "rule"})
    reminder_file.check_keys(FILE, "[part]", tables["part"], set(Part))
    found = tuple(_rule(code, said) for code, said in tables["rule"].items())
    if sum(rule.holds_while is While.NO_NEW_DATE for rule in found) != 1:
        raise Unfit(f'{FILE}: one rule, and no other, must hold while "{While.NO_NEW_DATE}"')
    if all(rule.holds_while is not While.NO_REPORT for rule in found):
        raise Unfit(f'{FILE}: one rule at least must hold while "{While.NO_REPORT}": by it a report is due')
    rules = Rules(
        parts={part: _hours(part, tables["part"][part]) for part in Part},
        rules=found,
    )
    missing = [rule.due for rule in found if rule.holds_while is While.NO_REPORT]
    if any(due.unit is not missing[0].unit or due.count < missing[0].count for due in missing):
        raise Unfit(
            f'{FILE}: what holds while "{While.NO_REPORT}" counts the same days, the first rule the fewest: by it a '
            "report is due, and the others count on from there"
        )
    return rules


def _rule(code: str, said: Any) -> Rule:
    common = reminder_file.rule(FILE, code, said, own=("tells", "while"))
    try:
        found = Rule(**vars(common), tells=Tells(said["tells"]), holds_while=While(said["while"]))
    except ValueError as error:
        raise Unfit(f"{FILE}: rule.{code}: {error}") from error
    due, after = found.due, found.holds_while not in BEFORE
    if due.after is not after or (due.after and due.unit is Unit.HOUR):
        raise Unfit(
            f"{FILE}: rule.{code}.due does not fit what it holds while: before a hearing ahead, else days after"
        )
    return found


def _hours(part: Part, said: object) -> tuple[time, time]:
    try:
        earliest, latest = (time.fromisoformat(one) for one in said)  # type: ignore[attr-defined]
    except (TypeError, ValueError) as error:
        raise Unfit(f"{FILE}: part.{part} must be two times of day") from error
    if earliest >= latest:
        raise Unfit(f"{FILE}: part.{part} must end after it begins")
    return earliest, latest


def load(path: Path = CONFIG / "reminders.toml") -> Rules:
    return read(path.read_text(encoding="utf-8"))


RULES = load()
