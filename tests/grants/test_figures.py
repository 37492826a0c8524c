"""Headquarters' figures of grants: how many, how long decisions took; and that no person stands there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from hrd_cases.calendar import office_calendar
from hrd_cases.grants.figures import _figures
from tests.cases.acting import sentences
from tests.grants.asking import WHO, Asked
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.pages.markup import faults
from tests.world import World

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"))


class Step(NamedTuple):
    act: str
    state_after: str
    at: datetime
    duty: str = "-"
    actor_id: str = ""
    capacity: str = "officer"


def decided(hours: float, act: str = "approve", state: str = "approved") -> list[Step]:
    return [
        Step("submit", "submitted", MONDAY),
        Step("verify", "verified", MONDAY + timedelta(minutes=1)),
        Step(act, state, MONDAY + timedelta(hours=hours)),
    ]


@pytest.mark.parametrize(
    ("hours", "median", "nine", "soon", "in_days"),
    [
        ([], None, None, 0, 0),
        ([3], 3, 3, 1, 1),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 5, 9, 9, 10),
        ([49, 47], 47, 49, 1, 2),
        ([24 * 30], 24 * 30, 24 * 30, 0, 0),
    ],
)
def test_how_long_decisions_took(hours: list[float], median: Any, nine: Any, soon: int, in_days: int) -> None:
    """By hand: the nearest rank, 48 hours, five working days of an office closed on Friday and Saturday."""
    found = _figures("Cairo", [decided(one) for one in hours], CAIRO)
    in_hours = [one // 3600 if one is not None else None for one in (found.median, found.nine_of_ten)]
    assert (in_hours, found.soon, found.in_days) == ([median, nine], soon, in_days)


def test_what_is_not_decided_waits_and_what_was_returned_was_not_decided() -> None:
    waits = [Step("submit", "submitted", MONDAY)]
    returned = [*waits, Step("return", "returned", MONDAY + timedelta(hours=2))]
    found = _figures("Cairo", [waits, returned, decided(5, "reject", "rejected")], CAIRO)
    assert (found.asked, found.waiting, found.decided, found.median) == (3, 1, 1, 5 * 3600)


def test_the_clock_of_a_decision_begins_anew_when_it_was_returned() -> None:
    back = [
        Step("submit", "submitted", MONDAY),
        Step("return", "returned", MONDAY + timedelta(hours=2)),
        Step("submit", "submitted", MONDAY + timedelta(hours=50)),
        Step("approve", "approved", MONDAY + timedelta(hours=53)),
        Step("commit", "committed", MONDAY + timedelta(hours=54)),
    ]
    assert _figures("Cairo", [back], CAIRO).median == 3 * 3600


HEAD, COLLEAGUE = ("decide", "head", "head"), ("assess", "colleague", "officer")


@pytest.mark.parametrize(
    ("taken", "unassessed"),
    [
        ([("assess", "assessed", COLLEAGUE), ("approve", "approved", HEAD)], 0),
        ([("approve", "approved", HEAD)], 1),
        ([("fast_approve", "approved", HEAD)], 1),
        ([("reject", "rejected", HEAD)], 0),
        ([], 0),
        ([("approve", "approved", HEAD), ("change", "submitted", ("request", "officer", "officer")),
          ("assess", "assessed", COLLEAGUE), ("return", "returned", HEAD)], 1),
    ],
)  # fmt: skip
def test_approvals_without_a_separate_assessor_are_counted(taken: list[Any], unassessed: int) -> None:
    steps = [Step("submit", "submitted", MONDAY)]
    for hours, (act, after, (duty, who, capacity)) in enumerate(taken, start=1):
        steps.append(Step(act, after, MONDAY + timedelta(hours=hours), duty, who, capacity))
    assert _figures("Cairo", [steps], CAIRO).unassessed == unassessed


def test_headquarters_reads_figures_and_no_person(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head")))
    answer = world.client("head1.hq").get("/grants/figures")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    said = sentences(answer.text)
    assert "Grants by office, " in said
    assert "Wait for a decision 0" in said
    assert "Within 48 hours 1" in said
    assert "Approved without a separate assessor 1" in said
    people = ("Salma", "Mithal", "Cairo Chambers", "Three counsel", *world.demonstration.members)
    theirs = [one for one in people if one != "head1.hq"]
    assert [one for one in theirs if one in answer.text] == []
    assert "No grant was asked for" in sentences(world.client("head1.hq").get("/grants/figures?year=2019").text)


@pytest.mark.parametrize("who", ["officer", "finance", "head"])
def test_no_office_reads_the_figures_of_others(world: World, who: str) -> None:
    assert world.client(WHO[who]).get("/grants/figures").status_code == 403
