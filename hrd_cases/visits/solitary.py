"""Solitary confinement, counted by itself: 22 hours or more a day without meaningful human contact, *prolonged* beyond
15 consecutive days and prohibited then (Nelson Mandela Rules, Rules 43(1)(b), 44 and 45). Pure.

The first day is day 1, so that it is prolonged from day 16 on. What is written are whole days: an hour in court or in
the yard is no break. A break is a whole day out of it, and after one the count begins anew; so that nobody is sent back
for ever a day later, the days of the last month are counted as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from hrd_cases.errors import N_, Refused
from hrd_cases.visits.figures import FIGURES

DAY = timedelta(days=1)


class Spell(NamedTuple):
    """Days in solitary confinement, the first and the last included; `last` None: it lasts."""

    first: date
    last: date | None


class Solitary(NamedTuple):
    """How it stands today. `day`: which consecutive day it is, 0 if they are not in it; `since`: the first of these.
    `flag_on`: the day on which it is prolonged if it lasts. `longest`: consecutive days, ever; `of_last`: days of the
    last month (`solitary.window_days`).
    """

    day: int
    since: date | None
    longest: int
    of_last: int

    @property
    def prolonged(self) -> bool:
        return self.day > FIGURES.solitary_longest_days

    @property
    def flag_on(self) -> date | None:
        return self.since + DAY * FIGURES.solitary_longest_days if self.since is not None else None

    @property
    def often(self) -> bool:
        """With or without breaks, more days of the last month than may be in a row."""
        return self.of_last > FIGURES.solitary_longest_days


def checked(spell: Spell, today: date) -> Spell:
    """Itself. Refused if it is not of days that have been."""
    if spell.last is not None and spell.last < spell.first:
        raise Refused(N_("It ends before it begins."), N_("Correct one of the days."))
    if max(spell.first, spell.last or spell.first) > today:
        raise Refused(N_("This day is still to come."), N_("Leave the end open as long as it lasts."))
    return spell


def stands(spells: Iterable[Spell], today: date) -> Solitary:
    """What follows from all spells that were written, in whatever order, some perhaps twice."""
    runs = _runs(spells, today)
    lasting = runs[-1] if runs and runs[-1][1] == today else None
    window = today - DAY * (FIGURES.solitary_window_days - 1)
    return Solitary(
        day=_length(*lasting) if lasting else 0,
        since=lasting[0] if lasting else None,
        longest=max((_length(*run) for run in runs), default=0),
        of_last=sum(max(_length(max(first, window), last), 0) for first, last in runs),
    )


def _runs(spells: Iterable[Spell], today: date) -> list[tuple[date, date]]:
    """Consecutive days until today, (first, last): spells that touch or overlap are one."""
    known = sorted((one.first, min(one.last or today, today)) for one in spells if one.first <= today)
    runs: list[tuple[date, date]] = []
    for first, last in known:
        if runs and first <= runs[-1][1] + DAY:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _length(first: date, last: date) -> int:
    return (last - first).days + 1
