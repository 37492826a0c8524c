"""Was whom we visited punished for it? Asked so many days after somebody was there, also where they were turned away:
whom one asked for may pay for it all the same. A visit is not closed before each check is answered (DOMAIN §4). Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.visits.figures import FIGURES


class Answer(StrEnum):
    """From the best to the worst."""

    NONE = "none"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"


_INCIDENTS: dict[Answer, tuple[str, str]] = {
    Answer.SUSPECTED: ("reprisal_eu", "unverified"),
    Answer.CONFIRMED: ("reprisal_eu", "one_source"),
}
"""Its type and how far it is verified, as an incident first says: codes of `incident` and `verification`."""


class Check(NamedTuple):
    """One check: how many days after the visit, on which day, what was answered. `due`: its day has come."""

    day: int
    due_on: date
    answer: Answer | None
    due: bool

    @property
    def is_open(self) -> bool:
        return self.answer is None


def checks(
    visited_on: date,
    answers: Mapping[int, Answer],
    today: date,
    *,
    days: tuple[int, ...] = FIGURES.reprisal_check_days,
) -> tuple[Check, ...]:
    """Every check of a visit, in order. `visited_on`: its last day; `answers`: by the day of the check they answer;
    `days`: those the visit was planned with. All days are the office's.
    """
    due = ((day, visited_on + timedelta(days=day)) for day in days)
    return tuple(Check(day, on, answers.get(day), due=on <= today) for day, on in due)


def all_answered(found: Sequence[Check]) -> bool:
    return not any(one.is_open for one in found)


def next_on(found: Sequence[Check]) -> date | None:
    """The day of the next check that nobody has answered, which may have passed; None if all are."""
    return min((one.due_on for one in found if one.is_open), default=None)


def worst(found: Sequence[Check]) -> Answer | None:
    """The worst that was answered so far: what was confirmed once is not undone by a check without a new one."""
    said = [one.answer for one in found if one.answer is not None]
    return max(said, key=list(Answer).index, default=None)


def asks_incident(answer: Answer) -> bool:
    return answer in _INCIDENTS


def incident_of(answer: Answer) -> tuple[str, str]:
    """(type, verification) of the incident that an answer opens. Raises ValueError for one that opens none."""
    if not asks_incident(answer):
        raise ValueError("no reprisal, no incident")
    return _INCIDENTS[answer]
