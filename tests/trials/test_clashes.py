"""One observer, two hearings: which pairs somebody is told of. A table of cases, written before the code."""

from __future__ import annotations

import uuid
from datetime import date, time

import pytest

from hrd_cases.trials.clashes import Duty, Why, clashes, who_is
from hrd_cases.trials.details import Observer
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import set_for

CAIRO, MINSK = "Africa/Cairo", "Europe/Minsk"


def duty(said: str, *, place: str = "Cairo", zone: str = CAIRO, who: str = "amal", backup: bool = False) -> Duty:
    on, at = said.split()
    clock = time.fromisoformat(at) if ":" in at else None
    when = set_for(date.fromisoformat(f"2026-{on}"), zone, clock, Part.UNKNOWN if clock else Part(at))
    return Duty(uuid.uuid4(), who, when, place, backup)


# what one observer has on two hearings, and what is said of the pair
PAIRS = [
    ("the same hour", duty("11-22 09:00"), duty("11-22 09:00"), Why.SAME_TIME),
    ("the same hour, also at one court", duty("11-22 09:00", place="Giza"), duty("11-22 09:00"), Why.SAME_TIME),
    ("before the first one can be over", duty("11-22 09:00"), duty("11-22 11:59"), Why.SAME_TIME),
    ("when the first is over, in one place", duty("11-22 09:00"), duty("11-22 12:00"), None),
    ("when the first is over, elsewhere", duty("11-22 09:00"), duty("11-22 12:00", place="Aswan"), Why.TRAVEL),
    ("too near for the way", duty("11-22 09:00"), duty("11-22 14:59", place="Aswan"), Why.TRAVEL),
    ("time for the way", duty("11-22 09:00"), duty("11-22 15:00", place="Aswan"), None),
    ("the way, over midnight", duty("11-22 21:00"), duty("11-23 02:00", place="Aswan"), Why.TRAVEL),
    ("a place is written in several ways", duty("11-22 09:00"), duty("11-22 12:30", place=" CAIRO "), None),
    ("of one the place is not known", duty("11-22 09:00"), duty("11-22 12:30", place=""), None),
    (
        "in two zones it is never one place",
        duty("11-22 09:00", place=""),
        duty("11-22 14:00", place="", zone=MINSK),
        Why.TRAVEL,
    ),
    ("two zones, one instant", duty("11-22 09:00"), duty("11-22 10:00", place="Minsk", zone=MINSK), Why.SAME_TIME),
    ("another day", duty("11-22 09:00"), duty("11-23 09:00", place="Aswan"), None),
    ("one has no hour", duty("11-22 09:00"), duty("11-22 unknown"), Why.MAY_BE),
    ("both in the morning", duty("11-22 morning"), duty("11-22 morning"), Why.MAY_BE),
    ("morning and afternoon, one place", duty("11-22 morning"), duty("11-22 afternoon"), Why.MAY_BE),
    ("morning, and late the same day", duty("11-22 morning"), duty("11-22 15:00"), None),
    ("morning, and late elsewhere", duty("11-22 morning"), duty("11-22 15:00", place="Aswan"), Why.TRAVEL),
    ("no hour, the day after", duty("11-22 unknown"), duty("11-23 unknown", place="Aswan"), None),
    ("goes to one, backup of the other", duty("11-22 09:00"), duty("11-22 09:00", backup=True), Why.SAME_TIME),
    ("backup of both", duty("11-22 09:00", backup=True), duty("11-22 09:00", backup=True), None),
    ("two observers", duty("11-22 09:00"), duty("11-22 09:00", who="badr"), None),
    ("of nobody anything is known", duty("11-22 09:00", who=""), duty("11-22 09:00", who=""), None),
]


@pytest.mark.parametrize(("one", "other", "expected"), [pytest.param(*rest, id=name) for name, *rest in PAIRS])
def test_one_observer_is_not_in_two_places(one: Duty, other: Duty, expected: Why | None) -> None:
    for pair in ((one, other), (other, one)):
        found = clashes(pair)
        if expected is None:
            assert found == {}
        else:
            assert found[one.hearing_id] == [(other, expected)]
            assert found[other.hearing_id] == [(one, expected)]


def test_of_many_hearings_each_pair_is_found_once_on_either_side() -> None:
    early, middle, late, evening = (duty(f"11-22 {hour}:00") for hour in ("08", "09", "10", "16"))
    found = clashes([late, early, evening, middle, duty("11-22 09:00", who="badr")])
    assert {one: [other for other, _ in others] for one, others in found.items()} == {
        early.hearing_id: [middle, late],
        middle.hearing_id: [early, late],
        late.hearing_id: [early, middle],
    }


def test_one_hearing_with_one_person_in_both_places_is_no_clash_of_two_hearings() -> None:
    goes = duty("11-22 09:00")
    assert clashes([goes, goes._replace(backup=True)]) == {}


NOBODY = uuid.UUID(int=0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Observer(member_id=NOBODY), Observer(member_id=NOBODY, name="Amal"), True),
        (Observer(member_id=NOBODY), Observer(member_id=uuid.UUID(int=1)), False),
        (Observer(name="Émile Exemple", embassy="Utopia"), Observer(name="emile  exemple", embassy="UTOPIA"), True),
        (Observer(name="Emile", embassy="Utopia"), Observer(name="Emile", embassy="Ruritania"), False),
        (Observer(name="Emile"), Observer(member_id=NOBODY, name="Emile"), False),
    ],
)
def test_who_somebody_is(one: Observer, other: Observer, same: bool) -> None:
    assert (who_is(one) == who_is(other)) == same


@pytest.mark.parametrize("nobody", [None, Observer(), Observer(embassy="Utopia"), Observer(share_id=NOBODY)])
def test_an_embassy_that_has_not_said_whom_it_sends_is_nobody_yet(nobody: Observer | None) -> None:
    assert who_is(nobody) == ""
