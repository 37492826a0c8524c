"""The history of a detention: what stands of it today, its moves, what it ends. A table of cases, and what holds."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import risk
from hrd_cases.cases.details import Dated
from hrd_cases.errors import Refused
from hrd_cases.visits import contact, history, solitary
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.contact import Custody, Event, Held, Outside
from hrd_cases.visits.details import Access, Solitude, Stay

DAY = timedelta(days=1)
TODAY = date(2026, 11, 19)
PRISON, BARRACKS = uuid.UUID(int=1), uuid.UUID(int=2)


def on(month: int, day: int) -> Dated:
    return Dated(on=date(2026, month, day))


def stay(since: Dated, how: str = "pre_trial", **other: Any) -> Stay:
    known: dict[str, Any] = {"facility_id": PRISON, "custody": "acknowledged"} | other
    return Stay(since=since, how=how, **known)


def held(how: str, since: date, custody: Custody = Custody.ACKNOWLEDGED, *, place_known: bool = True) -> Held:
    return Held(how, since, custody, place_known)


ARREST = stay(on(8, 20), "police", facility_id=None, custody="not_said")
MOVED = stay(on(9, 1), facility_id=BARRACKS)
RELEASED = stay(on(10, 1), "bail", facility_id=None)
AGAIN = stay(on(11, 1), "administrative", facility_id=None, place="A villa by the river", custody="denied")

# Stays, in whatever order → what stands today.
STANDS: list[tuple[list[Stay], Held | None]] = [
    ([], None),
    ([ARREST], held("police", date(2026, 8, 20), Custody.NOT_SAID, place_known=False)),
    ([ARREST, MOVED], held("pre_trial", date(2026, 8, 20))),
    ([MOVED, ARREST], held("pre_trial", date(2026, 8, 20))),
    ([ARREST, MOVED, RELEASED], held("bail", date(2026, 10, 1), place_known=False)),
    ([ARREST, MOVED, RELEASED, AGAIN], held("administrative", date(2026, 11, 1), Custody.DENIED)),
    # Released twice, and held again: the last detention counts from its own first day.
    (
        [ARREST, RELEASED, stay(on(10, 5), "unconditional"), AGAIN, stay(on(11, 5))],
        held("pre_trial", date(2026, 11, 1)),
    ),
    # What is still to come does not stand.
    ([ARREST, stay(on(11, 20), "bail")], held("police", date(2026, 8, 20), Custody.NOT_SAID, place_known=False)),
    ([stay(on(11, 20))], None),
    # Arrested and moved on one day: what was written later.
    ([ARREST, stay(on(8, 20), "military")], held("military", date(2026, 8, 20))),
]


@pytest.mark.parametrize(("stays", "stands"), STANDS)
def test_what_stands_follows_from_the_last_stay(stays: list[Stay], stands: Held | None) -> None:
    assert history.stands(stays, (), TODAY) == stands


def test_contacts_and_refusals_go_with_it() -> None:
    told = (Access(on=on(9, 3), whom="lawyer"), Access(on=on(11, 3), whom="family", had=False))
    found = history.stands([ARREST], told, TODAY)
    assert found is not None
    assert found.events == (
        Event(date(2026, 9, 3), Outside.LAWYER, had=True),
        Event(date(2026, 11, 3), Outside.FAMILY, had=False),
    )


def test_c4_is_held_incommunicado_since_the_arrest_and_whoever_was_released_is_not() -> None:
    c4 = history.stands([ARREST], (), TODAY)
    assert contact.cut_off(c4, TODAY) == date(2026, 8, 20)
    assert risk.floor(contact.risk_facts(c4, TODAY)).level is risk.Level.CRITICAL
    free = history.stands([ARREST, MOVED, RELEASED], (), TODAY)
    assert contact.cut_off(free, TODAY) is None
    assert contact.risk_facts(free, TODAY) == risk.Facts()


def test_a_contact_of_an_earlier_detention_says_nothing_of_this_one() -> None:
    met = (Access(on=on(9, 3), whom="lawyer"), Access(on=on(9, 3), whom="family"))
    found = history.stands([ARREST, MOVED, RELEASED, AGAIN], met, TODAY)
    assert contact.cut_off(found, TODAY) == date(2026, 11, 1)


# -- moves

# Stays → where, from and until when, how many days, of those that began until today.
MOVES: list[tuple[list[Stay], list[tuple[Stay, date | None, int]]]] = [
    ([], []),
    ([ARREST], [(ARREST, None, 91)]),
    ([MOVED, ARREST], [(ARREST, date(2026, 9, 1), 12), (MOVED, None, 79)]),
    (
        [ARREST, MOVED, RELEASED],
        [(ARREST, date(2026, 9, 1), 12), (MOVED, date(2026, 10, 1), 30), (RELEASED, None, 49)],
    ),
    ([ARREST, stay(on(11, 20), "bail")], [(ARREST, None, 91)]),
]


@pytest.mark.parametrize(("stays", "moves"), MOVES)
def test_moves_are_told_in_order_with_their_days(stays: list[Stay], moves: list[tuple[Stay, date | None, int]]) -> None:
    assert [tuple(one) for one in history.moves(stays, TODAY)] == moves


# -- solitary confinement within it

ALONE = Solitude(first=on(9, 1))


@pytest.mark.parametrize(
    ("stays", "day", "longest"),
    [
        ([ARREST, MOVED], 80, 80),
        # Released: nobody is alone in a cell any more, whether or not somebody wrote that it ended.
        ([ARREST, MOVED, RELEASED], 0, 31),
        # Held again: not in solitary confinement by what was written of the time before.
        ([ARREST, MOVED, RELEASED, AGAIN], 0, 31),
        ([], 80, 80),
    ],
)
def test_solitary_confinement_ends_with_the_detention(stays: list[Stay], day: int, longest: int) -> None:
    found = solitary.stands(history.spells([ALONE], stays), TODAY)
    assert (found.day, found.longest) == (day, longest)


def test_an_end_that_was_written_stays_and_a_later_spell_counts() -> None:
    ended, later = Solitude(first=on(9, 1), last=on(9, 5)), Solitude(first=on(11, 10))
    found = solitary.stands(history.spells([ended, later], [ARREST, MOVED, RELEASED, AGAIN]), TODAY)
    assert (found.day, found.longest) == (10, 10)


# -- what is written is checked


GOOD: list[dict[str, Any]] = [
    {},
    {"facility_id": None},
    {"facility_id": None, "place": "A villa by the river"},
    {"how": "died", "facility_id": None},
    {"how": "unknown", "custody": "denied"},
    {"since": Dated(on=TODAY)},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({"how": "gone"}, "not on the list"),
    ({"custody": "perhaps"}, "not on the list"),
    ({"since": Dated(on=TODAY + DAY)}, "still to come"),
    ({"how": "bail", "facility_id": PRISON}, "held no more"),
    ({"how": "bail", "facility_id": None, "place": "Cell 4"}, "held no more"),
]


@pytest.mark.parametrize("given", GOOD)
def test_a_stay_that_can_be_relied_on_is_taken(given: dict[str, Any]) -> None:
    one = msgspec.structs.replace(MOVED, **given)
    assert history.checked(one, TODAY) is one


@pytest.mark.parametrize(("given", "why"), BAD)
def test_one_that_cannot_is_refused_with_what_to_do(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused) as refused:
        history.checked(msgspec.structs.replace(MOVED, **given), TODAY)
    assert why in refused.value.said()[0]
    assert refused.value.said()[1]


CONTACT = Access(on=Dated(on=TODAY), whom="lawyer")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, None),
        ({"whom": "humanitarian", "had": False}, None),
        ({"whom": "friend"}, "not on the list"),
        ({"on": Dated(on=TODAY + DAY)}, "still to come"),
    ],
)
def test_a_contact_is_of_a_day_that_has_been_with_whom_the_list_knows(given: dict[str, Any], why: str | None) -> None:
    one = msgspec.structs.replace(CONTACT, **given)
    if why is None:
        assert history.checked_access(one, TODAY) is one
        return
    with pytest.raises(Refused) as refused:
        history.checked_access(one, TODAY)
    assert why in refused.value.said()[0]


# -- what always holds

STAYS = st.lists(
    st.builds(
        lambda after, how, custody: stay(Dated(on=date(2026, 1, 1) + DAY * after), how, custody=custody),
        st.integers(min_value=0, max_value=340),
        st.sampled_from([*CODES["held"], *CODES["not_held"]]),
        st.sampled_from(list(CODES["custody"])),
    ),
    max_size=6,
    unique_by=lambda one: one.since.on,
)


@given(STAYS, st.randoms())
def test_it_does_not_matter_in_which_order_stays_are_written(stays: list[Stay], by: object) -> None:
    mixed = list(stays)
    by.shuffle(mixed)  # type: ignore[attr-defined]
    assert history.stands(mixed, (), TODAY) == history.stands(stays, (), TODAY)
    assert history.moves(mixed, TODAY) == history.moves(stays, TODAY)
    assert history.spells([ALONE], mixed) == history.spells([ALONE], stays)


@given(STAYS)
def test_the_first_day_is_the_first_since_they_were_free(stays: list[Stay]) -> None:
    found = history.stands(stays, (), TODAY)
    begun = sorted((one for one in stays if one.since.on <= TODAY), key=lambda one: one.since.on)
    assert (found is None) is (not begun)
    if found is None:
        return
    assert found.how == begun[-1].how
    ended = [one.since.on for one in begun if one.how in CODES["not_held"]]
    if found.lasts:
        assert found.since == min(one.since.on for one in begun if not ended or one.since.on > ended[-1])
    else:
        assert found.since == ended[-1]


@given(STAYS)
def test_moves_leave_no_day_out(stays: list[Stay]) -> None:
    told = history.moves(stays, TODAY)
    assert [one.until for one in told[:-1]] == [one.stay.since.on for one in told[1:]]
    assert sum(one.days for one in told) == ((TODAY - told[0].stay.since.on).days if told else 0)
