"""The hearings of an office between two days, read from its cards: no proceeding is opened, and no card of a file that
has none in these months.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cards.lines import Lines
from hrd_cases.trials.clashes import Duty, Found, Why, clashes, who_is
from hrd_cases.trials.grid import DAY, Placed, days_of, months
from hrd_cases.trials.listed import ROOM, UNREAD, Listed, Sitting, listed
from hrd_cases.trials.times import When, day_in


class Item(NamedTuple):
    """A hearing, the trial it is of, and the card of the trial's first file: by it colleagues know the trial. `days`:
    those on which it stands in the office's calendar, the one it begins on first.
    """

    sitting: Sitting
    trial: Listed
    card: Card
    days: list[Placed]

    @property
    def others(self) -> int:
        """How many more files the trial is about."""
        return max(0, self.trial.files - 1)

    def is_mine(self, member_id: uuid.UUID) -> bool:
        """Does this member go or stand by, or look after the file?"""
        return self.sitting.is_of(member_id) or self.card.officer_id == member_id


class Agenda(NamedTuple):
    """Hearings in the order in which they begin. `unread`: of so many trials something is missing or failed its check:
    hearings may be missing here.
    """

    items: list[Item]
    unread: int


def agenda(lines: Lines, first: date, last: date, zone: str) -> Agenda:
    """What stands on these days, both included, in the calendar of an office with this zone."""
    # Cards say months of UTC: offices are at most a day away from it.
    wanted = {UNREAD, *months(first - DAY, last + DAY)}
    marks = [aside_mark(ROOM, word) for word in wanted]
    items: list[Item] = []
    unread: set[uuid.UUID] = set()
    for line in np.flatnonzero(lines.coded(marks)).tolist():
        card = lines.card(line)
        for trial in _trials(card, wanted):
            if trial is None or not trial.whole:
                unread.add(trial.proceeding_id if trial is not None else card.case_id)
            if trial is not None:
                items += _items(trial, card, first, last, zone, unread)
    return Agenda(sorted(items, key=_order), len(unread))


def _items(trial: Listed, card: Card, first: date, last: date, zone: str, unread: set[uuid.UUID]) -> Iterable[Item]:
    try:
        found = [Item(one, trial, card, days_of(one.when, zone)) for one in trial.between(first, last)]
    except msgspec.MsgspecError:
        unread.add(trial.proceeding_id)
        return ()
    return [item for item in found if any(first <= placed.on <= last for placed in item.days)]


def _trials(card: Card, wanted: set[str]) -> Iterable[Listed | None]:
    return [listed(one) for one in card.asides if one.room == ROOM and not wanted.isdisjoint(one.marks)]


def _order(item: Item) -> tuple[object, ...]:
    return item.sitting.when.earliest_at, item.card.reference, item.sitting.hearing_id


# -- clashes


def duties(items: Iterable[Item]) -> list[Duty]:
    """Who goes where, or stands by, of what is ahead."""
    found = []
    for item in items:
        one = item.sitting
        if one.is_ahead:
            place = one.place or one.court
            found.append(Duty(one.hearing_id, who_is(one.observer), one.when, place))
            found.append(Duty(one.hearing_id, who_is(one.backup), one.when, place, backup=True))
    return found


def clashes_among(items: Iterable[Item]) -> Found:
    """Hearings among these that one observer cannot both attend."""
    return clashes(duties(items))


NEAR = DAY * 2
"""Before and after a hearing: what clashes with it lies within."""


def busy(lines: Lines, zone: str, hearing_id: uuid.UUID, when: When, place: str) -> dict[str, list[tuple[Item, Why]]]:
    """Who has other hearings that do not go together with this one, by `who_is`: goes there, or is the backup."""
    on = day_in(when, zone)
    near = {one.sitting.hearing_id: one for one in agenda(lines, on - NEAR, on + NEAR, zone).items}
    theirs = [one for one in duties(near.values()) if one.who and one.hearing_id != hearing_id]
    this = [Duty(hearing_id, who, when, place) for who in sorted({one.who for one in theirs})]
    found: dict[str, list[tuple[Item, Why]]] = {}
    for other, why in clashes([*theirs, *this]).get(hearing_id, ()):
        found.setdefault(other.who, []).append((near[other.hearing_id], why))
    return found
