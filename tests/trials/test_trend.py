"""How the items of the checklist went over a proceeding: a table of cases, and what holds of any reports at all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases.trend import Course, Went, went
from hrd_cases.trials.checklist import ITEMS, Answer
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.trend import RATED, courses

R, P, V, N, O = "respected", "partly", "violated", "not_applicable", "not_observed"  # noqa: E741 - as in the tables below

# What the reports say of one item, in the order of their hearings → how it went, and at which of them that began.
TABLE: list[tuple[tuple[str, ...], Went, int | None]] = [
    ((), Went.NEVER, None),
    ((O,), Went.NEVER, None),
    ((O, N, O), Went.NEVER, None),
    ((R,), Went.ONCE, 0),
    ((O, V, N), Went.ONCE, 1),
    ((R, R), Went.ALWAYS, 0),
    ((V, O, V, N), Went.ALWAYS, 0),
    ((P, P, P), Went.ALWAYS, 0),
    ((R, P), Went.WORSE, 1),
    ((R, V), Went.WORSE, 1),
    ((P, V), Went.WORSE, 1),
    ((R, O, V, V), Went.WORSE, 2),
    ((V, R, P), Went.WORSE, 2),
    ((V, P), Went.BETTER, 1),
    ((V, R), Went.BETTER, 1),
    ((R, V, O, P, N, P), Went.BETTER, 3),
    # What nobody saw is no turn, neither for the better nor for the worse.
    ((V, O, O), Went.ONCE, 0),
    ((R, V, O), Went.WORSE, 1),
]


@pytest.mark.parametrize(("said", "how", "since"), TABLE)
def test_the_table(said: tuple[str, ...], how: Went, since: int | None) -> None:
    assert went(said, RATED) == (how, since)


ANSWERS = st.lists(st.sampled_from(list(CODES["answer"])), max_size=8).map(tuple)


@given(ANSWERS)
def test_what_is_said_of_an_item_is_true(said: tuple[str, ...]) -> None:
    how, since = went(said, RATED)
    rated = [(at, RATED[one]) for at, one in enumerate(said) if one in RATED]
    assert (how is Went.NEVER) == (not rated)
    assert (how is Went.ONCE) == (len(rated) == 1)
    if since is None:
        assert how is Went.NEVER
        return
    after = [rank for at, rank in rated if at >= since]
    before = [rank for at, rank in rated if at < since]
    assert said[since] in RATED
    assert len(set(after)) == 1
    if how in (Went.ONCE, Went.ALWAYS):
        assert before == []
    else:
        assert (after[0] > before[-1]) is (how is Went.WORSE)
        assert after[0] != before[-1]


@given(ANSWERS, st.integers(min_value=0, max_value=8), st.sampled_from([N, O]))
def test_a_report_that_did_not_see_it_changes_nothing(said: tuple[str, ...], at: int, unseen: str) -> None:
    at = min(at, len(said))
    how, since = went(said, RATED)
    moved = since + 1 if since is not None and since >= at else since
    assert went((*said[:at], unseen, *said[at:]), RATED) == (how, moved)


@given(ANSWERS)
def test_for_the_worse_is_for_the_better_where_all_is_turned_round(said: tuple[str, ...]) -> None:
    turned = {R: V, V: R}
    how, since = went(said, RATED)
    opposite = {Went.WORSE: Went.BETTER, Went.BETTER: Went.WORSE}
    assert went(tuple(turned.get(one, one) for one in said), RATED) == (opposite.get(how, how), since)


def test_every_item_that_was_ever_answered_is_in_the_table_once_and_in_order() -> None:
    reports = [
        {"f09": Answer(said=V, basis="seen"), "f02": Answer(said=R)},
        {"f02": Answer(said=V, basis="seen"), "f03": Answer(said=N)},
    ]
    found = courses(reports)
    assert [one.item for one in found] == ["f02", "f03", "f09"]
    assert found[0] == Course("f02", (R, V), Went.WORSE, 1)
    assert found[2].said == (V, O)
    assert courses([]) == courses([{}]) == []
    assert all(first.item < then.item for first, then in pairwise(found))
    assert {one.item for one in found} <= set(ITEMS)
