"""What a reminder of a hearing still says as the hearing comes near: from a day before on how soon it is, not by which
rule it came; and nothing once it has begun. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hrd_cases.trials.reminder_rules import BEFORE, RULES, While
from hrd_cases.trials.times import When, has_begun

NEAR = timedelta(days=1)
NOBODY, NOT_ACCEPTED = "nobody", "not_accepted"
_BEFORE = {rule.code: rule.holds_while for rule in RULES.rules if rule.holds_while in BEFORE}
"""What is to be done before it, or never."""


def is_over(whys: Iterable[str], when: When, now: datetime) -> bool:
    """Do they all remind of what can only be done before a hearing, and has it begun?"""
    return has_begun(when, now) and all(why in _BEFORE for why in whys)


def still_right(whys: Iterable[str], when: When, now: datetime) -> tuple[str, ...]:
    """What of it is still so: keys of `reminder_words.WHY_NOW`."""
    if when.earliest_at - now >= NEAR:
        return tuple(whys)
    said = (_near(why, begun=has_begun(when, now)) for why in whys)
    return tuple(why for why in said if why)


def unanswered(whys: Iterable[str], why_now: Iterable[str]) -> tuple[str, ...]:
    """What is said of a hearing to which an embassy was asked that has not accepted: that, and not that nobody goes,
    wherever it is still to be done something about.
    """
    said = tuple(why for why in why_now if why != NOBODY and _BEFORE.get(why) is not While.NOBODY_GOES)
    return (*said, NOT_ACCEPTED) if any(why in _BEFORE for why in whys) else said


def _near(why: str, *, begun: bool) -> str:
    """ "" for what says nothing any more."""
    if why not in _BEFORE:
        return why
    return NOBODY if _BEFORE[why] is While.NOBODY_GOES and not begun else ""
