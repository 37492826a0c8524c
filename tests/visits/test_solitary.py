"""Solitary confinement, day by day: the first is day 1, from day 16 it is prolonged (Nelson Mandela Rules 43–45)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused
from hrd_cases.visits import solitary
from hrd_cases.visits.solitary import Spell

DAY = timedelta(days=1)


def nov(day: int) -> date:
    return date(2026, 11, day)


FULL = (16, nov(1), True, nov(16), 16, 16, True)
BROKEN = (9, nov(12), False, nov(27), 10, 19, True)
Stands = tuple[int, date | None, bool, date | None, int, int, bool]
# Spells (first and last day), today → day, since, prolonged, prolonged from, longest, of the last 30 days, often.
CASES: dict[str, tuple[list[Spell], date, Stands]] = {
    "never": ([], nov(19), (0, None, False, None, 0, 0, False)),
    "its first day": ([Spell(nov(1), None)], nov(1), (1, nov(1), False, nov(16), 1, 1, False)),
    "fifteen days": ([Spell(nov(1), None)], nov(15), (15, nov(1), False, nov(16), 15, 15, False)),
    "the sixteenth flags": ([Spell(nov(1), None)], nov(16), FULL),
    "it stays": ([Spell(nov(1), None)], nov(30), (30, nov(1), True, nov(16), 30, 30, True)),
    "over after fifteen": ([Spell(nov(1), nov(15))], nov(16), (0, None, False, None, 15, 15, False)),
    "over after sixteen": ([Spell(nov(1), nov(16))], nov(17), (0, None, False, None, 16, 16, True)),
    "its last day": ([Spell(nov(1), nov(16))], nov(16), FULL),
    "a day's break": ([Spell(nov(1), nov(10)), Spell(nov(12), None)], nov(20), BROKEN),
    "no whole day between": ([Spell(nov(1), nov(10)), Spell(nov(11), None)], nov(16), FULL),
    "written twice": ([Spell(nov(1), nov(10)), Spell(nov(5), None)], nov(16), FULL),
    "one inside another": ([Spell(nov(1), None), Spell(nov(3), nov(4))], nov(16), FULL),
    "in the other order": ([Spell(nov(12), None), Spell(nov(1), nov(10))], nov(20), BROKEN),
    "long ago": ([Spell(date(2026, 9, 1), date(2026, 9, 20))], nov(19), (0, None, False, None, 20, 0, False)),
    "still to come": ([Spell(nov(20), None)], nov(19), (0, None, False, None, 0, 0, False)),
    "an end still to come": ([Spell(nov(1), nov(30))], nov(10), (10, nov(1), False, nov(16), 10, 10, False)),
    "fifteen with breaks": (
        [Spell(nov(1), nov(7)), Spell(nov(9), nov(16))],
        nov(19),
        (0, None, False, None, 8, 15, False),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_day_is_counted_and_the_flag_raised(name: str) -> None:
    spells, today, stands = CASES[name]
    found = solitary.stands(spells, today)
    assert (
        found.day,
        found.since,
        found.prolonged,
        found.flag_on,
        found.longest,
        found.of_last,
        found.often,
    ) == stands


@pytest.mark.parametrize(
    ("spell", "why"),
    [
        (Spell(nov(1), None), None),
        (Spell(nov(19), None), None),
        (Spell(nov(1), nov(1)), None),
        (Spell(nov(2), nov(1)), "ends before"),
        (Spell(nov(20), None), "still to come"),
        (Spell(nov(1), nov(20)), "still to come"),
    ],
)
def test_a_spell_is_of_days_that_have_been(spell: Spell, why: str | None) -> None:
    if why is None:
        assert solitary.checked(spell, nov(19)) is spell
        return
    with pytest.raises(Refused) as refused:
        solitary.checked(spell, nov(19))
    assert why in refused.value.said()[0]
    assert refused.value.said()[1]


FIRST = date(2026, 1, 1)
OFFSETS = st.integers(min_value=0, max_value=90)
SPELLS = st.lists(
    st.builds(
        lambda first, length, lasts: Spell(FIRST + DAY * first, None if lasts else FIRST + DAY * (first + length)),
        OFFSETS,
        st.integers(min_value=0, max_value=30),
        st.booleans(),
    ),
    max_size=5,
)
TODAYS = st.integers(min_value=0, max_value=130).map(lambda after: FIRST + DAY * after)


def alone(spells: list[Spell], on: date) -> bool:
    return any(one.first <= on and (one.last is None or on <= one.last) for one in spells)


def counted(spells: list[Spell], today: date) -> int:
    """By hand: one day back after the other."""
    days = 0
    while alone(spells, today - DAY * days):
        days += 1
    return days


@given(SPELLS, TODAYS)
def test_the_day_is_the_one_counted_by_hand(spells: list[Spell], today: date) -> None:
    found = solitary.stands(spells, today)
    assert found.day == counted(spells, today)
    assert found.prolonged is (found.day >= 16)
    assert found.since == (today - DAY * (found.day - 1) if found.day else None)
    assert found.of_last == sum(alone(spells, today - DAY * back) for back in range(30))
    assert found.longest == max((counted(spells, today - DAY * back) for back in range(200)), default=0)


@given(SPELLS, TODAYS, st.randoms())
def test_it_does_not_matter_in_which_order_or_how_often_it_is_written(
    spells: list[Spell], today: date, by: object
) -> None:
    mixed = [*spells, *spells]
    by.shuffle(mixed)  # type: ignore[attr-defined]
    assert solitary.stands(mixed, today) == solitary.stands(spells, today)


@given(OFFSETS, st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=40))
def test_a_spell_written_as_two_that_touch_is_one(first: int, length: int, cut: int) -> None:
    begins, until = FIRST + DAY * first, FIRST + DAY * (first + length)
    between = min(begins + DAY * cut, until)
    two = [Spell(begins, between), Spell(between, until), *([Spell(between + DAY, until)] if between < until else [])]
    assert solitary.stands(two, until) == solitary.stands([Spell(begins, until)], until)


@given(SPELLS, TODAYS)
def test_a_spell_that_lasts_grows_by_a_day_each_day_and_is_flagged_on_the_day_it_was_said(
    spells: list[Spell], today: date
) -> None:
    now = [*spells, Spell(today, None)]
    found, then = solitary.stands(now, today), solitary.stands(now, today + DAY)
    assert then.day == found.day + 1
    assert found.flag_on is not None
    assert solitary.stands(now, max(found.flag_on, today)).prolonged
    assert not solitary.stands(now, found.flag_on - DAY).prolonged or found.flag_on <= today
