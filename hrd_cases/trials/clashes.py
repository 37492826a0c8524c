"""One observer and two hearings that do not go together: at the same time, or too far apart for the way. Pure.

How long a hearing lasts nobody knows beforehand, and an observer waits in corridors: the figures are ours.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from hrd_cases.names.folding import fold
from hrd_cases.trials.details import Observer
from hrd_cases.trials.times import When, latest_at

LASTS = timedelta(hours=3)
"""A hearing, as long as nobody knows better."""
TRAVEL = timedelta(hours=3)
"""From a court to one in another place."""


class Why(StrEnum):
    """One begins while the other may last; it may, for one has no hour; there is too little time for the way."""

    SAME_TIME = "same_time"
    MAY_BE = "may_be"
    TRAVEL = "travel"


class Duty(NamedTuple):
    """Somebody's part in one hearing that is ahead: goes, or is the backup. `who` is what `who_is` says."""

    hearing_id: uuid.UUID
    who: str
    when: When
    place: str
    backup: bool = False


Found = dict[uuid.UUID, list[tuple[Duty, Why]]]
"""By hearing: the other hearings of whoever goes there, or is the backup."""


def who_is(observer: Observer | None) -> str:
    """The same for the same person, "" for nobody and for an embassy that has not said whom it sends."""
    if observer is None:
        return ""
    if observer.member_id is not None:
        return f"member {observer.member_id}"
    name = plain(observer.name)
    return f"{name} of {plain(observer.embassy)}" if name else ""


def clashes(duties: Iterable[Duty]) -> Found:
    """Hearings that one person cannot both attend, in the order in which they begin."""
    found: Found = {}
    of_each: dict[str, list[Duty]] = {}
    for duty in sorted(duties, key=lambda one: one.when.earliest_at):
        if duty.who:
            of_each.setdefault(duty.who, []).append(duty)
    for mine in of_each.values():
        for one, other, why in _pairs(mine):
            found.setdefault(one.hearing_id, []).append((other, why))
            found.setdefault(other.hearing_id, []).append((one, why))
    return {hearing: sorted(others, key=lambda one: one[0].when.earliest_at) for hearing, others in found.items()}


def _pairs(mine: list[Duty]) -> Iterable[tuple[Duty, Duty, Why]]:
    """In the order of their days, each is compared only with those that may begin before it is over."""
    begins = [one.when.earliest_at for one in mine]
    for at, one in enumerate(mine):
        until = bisect_left(begins, latest_at(one.when) + LASTS + TRAVEL)
        for other in mine[at + 1 : until]:
            why = _why(one, other)
            if why is not None:
                yield one, other, why


def _why(one: Duty, other: Duty) -> Why | None:
    if one.hearing_id == other.hearing_id or (one.backup and other.backup):
        return None
    if _within(one.when, other.when, LASTS):
        return Why.MAY_BE if one.when.at is None or other.when.at is None else Why.SAME_TIME
    return Why.TRAVEL if _apart(one, other) and _within(one.when, other.when, LASTS + TRAVEL) else None


def _within(one: When, other: When, span: timedelta) -> bool:
    """May either begin less than this after the other?"""
    return one.earliest_at < latest_at(other) + span and other.earliest_at < latest_at(one) + span


def _apart(one: Duty, other: Duty) -> bool:
    """What is not known is not far."""
    places = plain(one.place), plain(other.place)
    return one.when.zone != other.when.zone or (all(places) and places[0] != places[1])


@lru_cache(maxsize=2_000)
def plain(text: str) -> str:
    """However somebody wrote it: the same for the same name of a person, a place or an embassy."""
    return " ".join(fold(text).split())
