"""Rules of reminders as a room's file has them: what every rule says, read and checked. Pure.

A rule is a table `[rule.CODE]` with a `due` ("14 calendar days before"), `mails`, `urgent` and `made_up_for_days`, as
of `cases.reminding.Rule`. A room names what its own rules say beside these, and reads that itself
(`trials.reminder_rules`). Everything here raises Unfit, with a sentence for the operator.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from typing import Any

from hrd_cases.cases.reminding import Due, Rule, Unit
from hrd_cases.errors import Unfit

MOST = 366
"""Days: no rule looks farther, and nothing is made up for later."""
_CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
_DUE = re.compile(r"(?P<count>[1-9][0-9]{0,2}) (?P<unit>calendar day|working day|hour)s? (?P<side>before|after)")
_KEYS = frozenset({"due", "mails", "urgent", "made_up_for_days"})


def tables(file: str, text: str, wanted: Collection[str]) -> dict[str, Any]:
    """The tables of a file: these, and no others."""
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{file} cannot be read: {error}") from error
    check_keys(file, "the file", found, wanted)
    return found


def check_keys(file: str, where: str, table: object, wanted: Collection[str]) -> None:
    found = set(table) if isinstance(table, dict) else set()
    if found != set(wanted):
        raise Unfit(f"{file}: these are missing in {where} or unknown: {sorted(found ^ set(wanted))}")


def rule(file: str, code: str, said: Any, own: Collection[str] = ()) -> Rule:
    """What every rule says, of one table. `own`: what the room's rules say beside."""
    if not _CODE.fullmatch(code):
        raise Unfit(f"{file}: rule.{code} must have a short ascii code")
    check_keys(file, f"rule.{code}", said, _KEYS | set(own))
    for name in ("mails", "urgent"):
        if type(said[name]) is not bool:
            raise Unfit(f"{file}: rule.{code}.{name} must be true or false")
    return Rule(
        code=code,
        due=_due(file, code, str(said["due"])),
        mails=said["mails"],
        urgent=said["urgent"],
        made_up_for_days=_whole(file, f"rule.{code}.made_up_for_days", said["made_up_for_days"]),
    )


def _due(file: str, code: str, said: str) -> Due:
    words = _DUE.fullmatch(said)
    if words is None or int(words["count"]) > MOST:
        raise Unfit(f'{file}: rule.{code}.due must read like "14 calendar days before"')
    return Due(int(words["count"]), Unit(words["unit"]), words["side"] == "after")


def _whole(file: str, name: str, value: object) -> int:
    if type(value) is not int or not 0 <= value <= MOST:
        raise Unfit(f"{file}: {name} must be a whole number from 0 to {MOST}")
    return value
