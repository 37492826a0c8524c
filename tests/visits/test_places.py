"""Places of detention, and how conditions went there over visits: tables of cases, and what always holds."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases.trend import Went
from hrd_cases.errors import Refused
from hrd_cases.visits import places
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.details import Facility, Observation
from hrd_cases.visits.places import Past, trend

A, P, H, O = "adequate", "poor", "harmful", "not_seen"  # noqa: E741 - as in the tables below
ONE = date(2026, 3, 1)
ITEMS = list(CODES["place_item"])


def seen(item: str, rating: str, basis: str = "seen") -> Observation:
    return Observation(item=item, rating=rating, basis=basis)


# What a report says of food → what the trend reads of it.
READ: list[tuple[tuple[Observation, ...], str]] = [
    ((), O),
    ((seen("food", O, ""),), O),
    ((seen("food", P),), P),
    ((seen("water", H),), O),
    # What we saw ourselves counts more than what anybody told; of what was told, the worst.
    ((seen("food", A), seen("food", H, "told_by_detainee")), A),
    ((seen("food", A, "told_by_staff"), seen("food", H, "told_by_detainee")), H),
    ((seen("food", H, "told_by_others"), seen("food", P, "told_by_detainee")), H),
    ((seen("food", O), seen("food", P, "told_by_detainee")), P),
]


@pytest.mark.parametrize(("said", "reads"), READ)
def test_what_a_report_says_of_an_item(said: tuple[Observation, ...], reads: str) -> None:
    assert places.rating_of(said, "food") == reads


# What the visits say of food, in order → how it went, and since which of them.
COURSES: list[tuple[tuple[str, ...], Went, int | None]] = [
    ((O, O), Went.NEVER, None),
    ((A,), Went.ONCE, 0),
    ((O, P, O), Went.ONCE, 1),
    ((P, P), Went.ALWAYS, 0),
    ((A, P), Went.WORSE, 1),
    ((A, P, H), Went.WORSE, 2),
    ((H, A, P), Went.WORSE, 2),
    ((H, P, P), Went.BETTER, 1),
    ((A, O, H, O), Went.WORSE, 2),
]


def visits(*ratings: str) -> list[Past]:
    return [Past(ONE + timedelta(days=30 * at), (seen("food", one),)) for at, one in enumerate(ratings)]


@pytest.mark.parametrize(("ratings", "went", "since"), COURSES)
def test_each_item_goes_its_own_way(ratings: tuple[str, ...], went: Went, since: int | None) -> None:
    found = trend(visits(*ratings))
    food = [one for one in found.courses if one.item == "food"]
    if set(ratings) == {O}:
        assert food == []
        return
    assert [(one.said, one.went, one.since) for one in food] == [(ratings, went, since)]


def test_what_cannot_be_read_is_left_out_and_counted() -> None:
    """A visit that may not be read, or is damaged, says nothing; where it stood is not told."""
    three = visits(A, P, H)
    found = trend([three[0], Past(three[1].on, None), three[2], Past(ONE, None)])
    assert (found.days, found.unreadable) == ((three[0].on, three[2].on), 2)
    assert found.courses[0].said == (A, H)
    assert trend([]) == places.Trend((), (), 0)
    assert trend([Past(ONE, None)]) == places.Trend((), (), 1)


def test_two_visits_on_one_day_are_told_as_they_were_written() -> None:
    found = trend([Past(ONE, (seen("food", H),)), Past(ONE, (seen("food", A),)), Past(ONE - timedelta(days=1), ())])
    assert found.courses[0].said == (O, H, A)


def test_items_are_shown_in_the_order_of_the_list_and_those_nobody_saw_are_not() -> None:
    found = trend([Past(ONE, (seen("water", P), seen("space", A), seen("food", O)))])
    assert [one.item for one in found.courses] == ["space", "water"]


PASTS = st.lists(
    st.builds(
        Past,
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.one_of(
            st.none(),
            st.lists(
                st.builds(
                    seen, st.sampled_from(list(CODES["place_item"])), st.sampled_from(list(CODES["place_rating"]))
                ),
                max_size=6,
            ).map(tuple),
        ),
    ),
    max_size=7,
    unique_by=lambda one: one.on,
)


@given(PASTS, st.randoms())
def test_visits_are_put_in_order_and_each_is_counted_once(pasts: list[Past], by: object) -> None:
    mixed = list(pasts)
    by.shuffle(mixed)  # type: ignore[attr-defined]
    found = trend(mixed)
    assert found == trend(pasts)
    assert list(found.days) == sorted(one.on for one in pasts if one.observations is not None)
    assert found.unreadable + len(found.days) == len(pasts)
    assert all(len(one.said) == len(found.days) for one in found.courses)


@given(PASTS, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_what_cannot_be_read_changes_no_course(pasts: list[Past], on: date) -> None:
    assert trend([*pasts, Past(on, None)]).courses == trend(pasts).courses


# -- a place itself

PLACE = Facility(names=("Central prison", "السجن المركزي"), country="EG", kind="prison")


def test_a_place_is_called_by_its_first_name() -> None:
    assert PLACE.name == "Central prison"
    assert msgspec.json.decode(msgspec.json.encode(PLACE), type=Facility) == PLACE


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"kind": "other", "other_kind": "A farm house"}, None),
        ({"kind": "unofficial", "names": ("A villa by the river",)}, None),
        ({"names": ()}, "no name"),
        ({"names": (" ",)}, "no name"),
        ({"kind": "castle"}, "not on the list"),
        ({"kind": "other"}, "alone says nothing"),
        ({"country": ""}, "no country"),
    ],
)
def test_a_place_has_a_name_a_country_and_a_kind(changed: dict[str, object], why: str | None) -> None:
    place = msgspec.structs.replace(PLACE, **changed)
    if why is None:
        assert places.checked(place) is place
        return
    with pytest.raises(Refused) as refused:
        places.checked(place)
    assert why in refused.value.said()[0]
    assert refused.value.said()[1]


def test_every_item_has_its_rule() -> None:
    assert list(places.RULES) == list(CODES["place_item"])
    assert all(places.RULES.values())
