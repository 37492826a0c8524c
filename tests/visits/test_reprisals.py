"""The three checks for reprisals after somebody was there: a table of cases, and what holds of every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.visits import reprisals
from hrd_cases.visits.reprisals import Answer, Check

VISITED = date(2026, 11, 2)
DAY = timedelta(days=1)
N, S, C = Answer.NONE, Answer.SUSPECTED, Answer.CONFIRMED


def test_the_checks_of_c4_s_visit_fall_on_these_days() -> None:
    found = reprisals.checks(VISITED, {}, VISITED)
    assert [one.due_on for one in found] == [date(2026, 11, 5), date(2026, 11, 16), date(2026, 12, 2)]
    assert [one.day for one in found] == [3, 14, 30]


# Days since the visit, answers so far → those that are due and open, the next day, all answered, the worst answer.
CASES: list[tuple[int, dict[int, Answer], list[int], date | None, bool, Answer | None]] = [
    (0, {}, [], date(2026, 11, 5), False, None),
    (2, {}, [], date(2026, 11, 5), False, None),
    (3, {}, [3], date(2026, 11, 5), False, None),
    (3, {3: N}, [], date(2026, 11, 16), False, N),
    (13, {3: N}, [], date(2026, 11, 16), False, N),
    (14, {3: N}, [14], date(2026, 11, 16), False, N),
    # C4: confirmed on day 14; the visit stays open until the last is answered too.
    (14, {3: N, 14: C}, [], date(2026, 12, 2), False, C),
    (30, {3: N, 14: C}, [30], date(2026, 12, 2), False, C),
    (30, {3: N, 14: C, 30: N}, [], None, True, C),
    (30, {3: S, 14: N, 30: N}, [], None, True, S),
    (31, {3: N, 14: N, 30: N}, [], None, True, N),
    # A later answer is not one to an earlier check.
    (40, {30: N}, [3, 14], date(2026, 11, 5), False, N),
    # A reprisal is recorded at once, before the day of the check.
    (1, {3: C}, [], date(2026, 11, 16), False, C),
]


@pytest.mark.parametrize(("passed", "answers", "due", "next_on", "all_answered", "worst"), CASES)
def test_each_check_is_answered_by_itself(
    passed: int,
    answers: dict[int, Answer],
    due: list[int],
    next_on: date | None,
    all_answered: bool,
    worst: Answer | None,
) -> None:
    found = reprisals.checks(VISITED, answers, VISITED + DAY * passed)
    assert [one.day for one in found if one.is_open and one.due] == due
    assert reprisals.next_on(found) == next_on
    assert reprisals.all_answered(found) is all_answered
    assert reprisals.worst(found) is worst


@pytest.mark.parametrize(("answer", "asks"), [(N, False), (S, True), (C, True)])
def test_what_is_suspected_or_confirmed_asks_for_an_incident(answer: Answer, asks: bool) -> None:
    assert reprisals.asks_incident(answer) is asks


@pytest.mark.parametrize(
    ("answer", "is_type", "verified"), [(S, "reprisal_eu", "unverified"), (C, "reprisal_eu", "one_source")]
)
def test_the_incident_says_what_it_is_and_how_sure_one_is(answer: Answer, is_type: str, verified: str) -> None:
    from hrd_cases.cases.codes import CODES

    assert reprisals.incident_of(answer) == (is_type, verified)
    assert is_type in CODES["incident"]
    assert verified in CODES["verification"]


def test_an_answer_that_asks_for_no_incident_makes_none() -> None:
    with pytest.raises(ValueError, match="no reprisal"):
        reprisals.incident_of(N)


def test_a_visit_keeps_the_checks_it_was_told_of() -> None:
    """Where the figures change, visits of before are asked what they were to be asked."""
    found = reprisals.checks(VISITED, {7: N}, VISITED + DAY * 8, days=(7, 60))
    assert [(one.day, one.is_open, one.due) for one in found] == [(7, False, True), (60, True, False)]


def test_an_answer_to_no_check_counts_for_nothing() -> None:
    found = reprisals.checks(VISITED, {5: N, 14: N, 30: N}, VISITED + DAY * 31)
    assert not reprisals.all_answered(found)


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
ANSWERS = st.dictionaries(st.sampled_from((3, 14, 30)), st.sampled_from(list(Answer)))


@given(DAYS, ANSWERS, st.integers(min_value=0, max_value=60))
def test_what_is_said_of_the_checks_is_true(visited: date, answers: dict[int, Answer], passed: int) -> None:
    today = visited + DAY * passed
    found = reprisals.checks(visited, answers, today)
    assert found == tuple(Check(day, visited + DAY * day, answers.get(day), due=passed >= day) for day in (3, 14, 30))
    assert reprisals.all_answered(found) is (set(answers) == {3, 14, 30})
    next_on = reprisals.next_on(found)
    assert (next_on is None) is reprisals.all_answered(found)
    assert (reprisals.worst(found) is None) is (not answers)


@given(DAYS, ANSWERS, st.integers(min_value=0, max_value=60))
def test_tomorrow_at_least_as_much_is_due(visited: date, answers: dict[int, Answer], passed: int) -> None:
    today = visited + DAY * passed
    now, then = (reprisals.checks(visited, answers, on) for on in (today, today + DAY))
    assert {one.day for one in now if one.due} <= {one.day for one in then if one.due}
