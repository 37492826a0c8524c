"""How the items of the checklist went over a proceeding, by its reports in the order of their hearings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from hrd_cases.trials.checklist import NOT_OBSERVED, Answer, trend

RATED: Final = {"respected": 0, "partly": 1, "violated": 2}
"""Answers that say how well an item went, the best first. What nobody saw, or what does not apply, says nothing."""


class Went(StrEnum):
    NEVER = "never"
    ONCE = "once"
    ALWAYS = "always"
    WORSE = "worse"
    BETTER = "better"


class Course(NamedTuple):
    """One item: what each report said of it, how it went, and since which of them (a number) it is as it is now."""

    item: str
    said: tuple[str, ...]
    went: Went
    since: int | None


def went(said: Sequence[str]) -> tuple[Went, int | None]:
    """How an item went by its last turn, and at which report that was; None where nobody ever saw it."""
    rated = [(at, RATED[one]) for at, one in enumerate(said) if one in RATED]
    if not rated:
        return Went.NEVER, None
    if len(rated) == 1:
        return Went.ONCE, rated[0][0]
    since, now = rated[-1]
    for at, rank in reversed(rated):
        if rank != now:
            return (Went.WORSE if now > rank else Went.BETTER), since
        since = at
    return Went.ALWAYS, since


def courses(reports: Sequence[Mapping[str, Answer]]) -> list[Course]:
    """Every item that any of these reports answered, in the order of the checklist."""
    found = trend(reports).items()
    return [Course(item, said, *went(said)) for item, said in found if set(said) - {NOT_OBSERVED}]
