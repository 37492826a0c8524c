"""How something went that was rated several times, by its last turn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple


class Went(StrEnum):
    NEVER = "never"
    ONCE = "once"
    ALWAYS = "always"
    WORSE = "worse"
    BETTER = "better"


def went(said: Sequence[str], ranks: Mapping[str, int]) -> tuple[Went, int | None]:
    """How it went, and at which of what was said (in order) that began; None where nobody ever rated it. `ranks`: what
    rates it, the best lowest; anything else that is said, says nothing.
    """
    rated = [(at, ranks[one]) for at, one in enumerate(said) if one in ranks]
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


class Course(NamedTuple):
    """One item: what was said of it each time, how it went, and since which time (a number) it is as it is now."""

    item: str
    said: tuple[str, ...]
    went: Went
    since: int | None


def course(item: str, said: tuple[str, ...], ranks: Mapping[str, int]) -> Course:
    return Course(item, said, *went(said, ranks))
