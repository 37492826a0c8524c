"""The clock of a reply, and how many requests for one person failed in a row: tables, and what always holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.calendar import office_calendar
from hrd_cases.visits import waiting
from hrd_cases.visits.life import State
from hrd_cases.visits.waiting import Came, Failed, Request, Silence, came_of, in_a_row

DAY = timedelta(days=1)


# -- the clock

# The day of the note, today → how it stands.
SILENT = [
    (date(2026, 10, 20), date(2026, 10, 20), Silence.WAITS),
    (date(2026, 10, 20), date(2026, 10, 29), Silence.WAITS),
    (date(2026, 10, 20), date(2026, 10, 30), Silence.REMIND),
    (date(2026, 10, 20), date(2026, 11, 8), Silence.REMIND),
    (date(2026, 10, 20), date(2026, 11, 9), Silence.LONG),
    (date(2026, 10, 20), date(2027, 11, 9), Silence.LONG),
    # Over the end of a year, and in a leap year's February.
    (date(2026, 12, 25), date(2027, 1, 4), Silence.REMIND),
    (date(2028, 2, 20), date(2028, 3, 1), Silence.REMIND),
    (date(2028, 2, 20), date(2028, 2, 29), Silence.WAITS),
    # Dated ahead by mistake: it waits.
    (date(2026, 10, 20), date(2026, 10, 19), Silence.WAITS),
]


@pytest.mark.parametrize(("note_on", "today", "stands"), SILENT)
def test_silence_counts_from_the_day_of_the_note(note_on: date, today: date, stands: Silence) -> None:
    assert waiting.silence(note_on, today) is stands


def test_c4_the_second_note_is_due_a_reminder_and_then_a_demarche() -> None:
    """A Friday and a Monday; had they been holidays, they would be the same days."""
    due = waiting.due_of(date(2026, 10, 20))
    assert due == (date(2026, 10, 30), date(2026, 11, 9))
    assert waiting.days(date(2026, 10, 20), date(2026, 11, 19)) == 30


def test_today_is_the_office_s() -> None:
    """At half past seven in the evening UTC it is the tenth day in Beijing already, and in Bogotá not yet."""
    at = datetime(2026, 10, 29, 19, 30, tzinfo=UTC)
    beijing, bogota = (office_calendar(zone, ("sat", "sun")) for zone in ("Asia/Shanghai", "America/Bogota"))
    assert waiting.silence(date(2026, 10, 20), beijing.day_of(at)) is Silence.REMIND
    assert waiting.silence(date(2026, 10, 20), bogota.day_of(at)) is Silence.WAITS


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@given(DAYS, st.integers(min_value=-5, max_value=400))
def test_nothing_is_due_before_its_day_and_nothing_is_missed(note_on: date, passed: int) -> None:
    stands = waiting.silence(note_on, note_on + DAY * passed)
    assert (stands is Silence.LONG) == (passed >= 20)
    assert (stands is Silence.WAITS) == (passed < 10)
    remind, demarche = waiting.due_of(note_on)
    assert waiting.silence(note_on, remind) is Silence.REMIND
    assert waiting.silence(note_on, remind - DAY) is Silence.WAITS
    assert waiting.silence(note_on, demarche) is Silence.LONG
    assert waiting.silence(note_on, demarche - DAY) is Silence.REMIND


@pytest.mark.parametrize(
    ("replied_on", "why"),
    [
        (date(2026, 10, 19), "before the note"),
        (date(2026, 10, 20), None),
        (date(2026, 11, 19), None),
        (date(2026, 11, 20), "still to come"),
    ],
)
def test_a_reply_follows_the_note_and_is_not_of_tomorrow(replied_on: date, why: str | None) -> None:
    refused = waiting.replied_when(replied_on, date(2026, 10, 20), date(2026, 11, 19))
    assert (refused is None) is (why is None)
    assert why is None or (refused is not None and why in refused.said()[0])


# -- what came of a request

# The states a visit went through → what came of its request.
CAME = [
    ("proposed", Came.NOT_ASKED),
    ("proposed consent_checked proposed", Came.NOT_ASKED),
    ("proposed consent_checked cancelled", Came.GIVEN_UP),
    ("proposed consent_checked requested", Came.WAITS),
    ("proposed consent_checked requested granted", Came.GRANTED),
    ("proposed consent_checked requested conditions_refused", Came.GRANTED),
    ("proposed consent_checked requested conditions_refused requested", Came.WAITS),
    ("proposed consent_checked requested refused", Came.REFUSED),
    ("proposed consent_checked requested refused closed", Came.REFUSED),
    ("proposed consent_checked requested granted refused closed", Came.REFUSED),
    ("proposed consent_checked requested no_reply closed", Came.SILENCE),
    ("proposed consent_checked requested closed", Came.SILENCE),
    ("proposed consent_checked requested no_reply granted", Came.GRANTED),
    ("proposed consent_checked requested granted conducted reported follow_up closed", Came.CONDUCTED),
    ("proposed consent_checked requested granted turned_away reported follow_up closed", Came.TURNED_AWAY),
    ("proposed consent_checked requested withdrawn", Came.GIVEN_UP),
    # What the authorities had said by then stands, though nobody went.
    ("proposed consent_checked requested no_reply cancelled", Came.SILENCE),
    ("proposed consent_checked requested granted cancelled", Came.GRANTED),
    ("proposed consent_checked requested conditions_refused withdrawn", Came.GRANTED),
    ("proposed consent_checked requested conditions_refused requested cancelled", Came.GIVEN_UP),
]


@pytest.mark.parametrize(("states", "came"), CAME)
def test_what_came_of_a_request_is_read_from_the_states_it_went_through(states: str, came: Came) -> None:
    assert came_of([State(state) for state in states.split()]) is came


# -- in a row

TODAY = date(2026, 11, 19)
# (day of the note, what came of it) … → refusals, silences, turned away, since.
R, S, T, G, C, U, W = (
    Came.REFUSED,
    Came.SILENCE,
    Came.TURNED_AWAY,
    Came.GRANTED,
    Came.CONDUCTED,
    Came.GIVEN_UP,
    Came.WAITS,
)
FRESH, OLD = date(2026, 11, 10), date(2026, 10, 30)
ROWS: list[tuple[list[Request], tuple[int, int, int], date | None]] = [
    ([], (0, 0, 0), None),
    ([Request(FRESH, W)], (0, 0, 0), None),
    # C4: one refused, one that nobody answered in 20 days; nobody had to record the silence.
    ([Request(date(2026, 9, 1), R), Request(date(2026, 10, 20), W)], (1, 1, 0), date(2026, 9, 1)),
    ([Request(date(2026, 9, 1), R), Request(OLD, W)], (1, 1, 0), date(2026, 9, 1)),
    ([Request(date(2026, 9, 1), R), Request(OLD + DAY, W)], (1, 0, 0), date(2026, 9, 1)),
    ([Request(date(2026, 9, 1), R), Request(date(2026, 10, 20), S), Request(FRESH, W)], (1, 1, 0), date(2026, 9, 1)),
    ([Request(date(2026, 8, 1), R), Request(date(2026, 9, 1), C), Request(date(2026, 10, 1), R)], (1, 0, 0), None),
    ([Request(date(2026, 8, 1), R), Request(date(2026, 9, 1), G)], (0, 0, 0), None),
    # Granted, and then turned away at the gate: it was no visit, and nothing ended the row.
    ([Request(date(2026, 8, 1), R), Request(date(2026, 9, 1), T)], (1, 0, 1), date(2026, 8, 1)),
    # What we gave up ourselves says nothing of the authorities.
    ([Request(date(2026, 8, 1), R), Request(date(2026, 9, 1), U), Request(date(2026, 10, 1), R)], (2, 0, 0), None),
    ([Request(date(2026, 10, 1), R), Request(date(2026, 8, 1), R), Request(date(2026, 9, 1), C)], (1, 0, 0), None),
]


@pytest.mark.parametrize(("requests", "counted", "since"), ROWS)
def test_failures_in_a_row_are_counted(
    requests: list[Request], counted: tuple[int, int, int], since: date | None
) -> None:
    found = in_a_row(requests, TODAY)
    assert found[:3] == counted
    assert found.total == sum(counted)
    assert since is None or found.since == since
    assert (found.since is None) is (found.total == 0)


REQUESTS = st.lists(
    st.builds(Request, st.dates(date(2026, 1, 1), TODAY), st.sampled_from(list(Came))),
    max_size=8,
    unique_by=lambda one: one.note_on,
)


@given(REQUESTS, st.randoms())
def test_it_does_not_matter_in_which_order_they_are_read(requests: list[Request], by: object) -> None:
    mixed = list(requests)
    by.shuffle(mixed)  # type: ignore[attr-defined]
    assert in_a_row(mixed, TODAY) == in_a_row(requests, TODAY)


@given(REQUESTS)
def test_what_was_given_up_and_what_waits_changes_nothing(requests: list[Request]) -> None:
    told = [one for one in requests if one.came not in (Came.GIVEN_UP, Came.NOT_ASKED)]
    assert in_a_row(told, TODAY) == in_a_row(requests, TODAY)
    assert in_a_row([*requests, Request(TODAY + DAY, Came.WAITS)], TODAY) == in_a_row(requests, TODAY)


@given(REQUESTS)
def test_a_visit_that_took_place_ends_the_row_and_a_refusal_makes_it_one_longer(requests: list[Request]) -> None:
    assert in_a_row([*requests, Request(TODAY + DAY, Came.CONDUCTED)], TODAY) == Failed()
    longer = in_a_row([*requests, Request(TODAY + DAY, Came.REFUSED)], TODAY)
    assert longer.refusals == in_a_row(requests, TODAY).refusals + 1


@given(REQUESTS, st.integers(min_value=0, max_value=60))
def test_days_that_pass_make_the_row_no_shorter(requests: list[Request], days: int) -> None:
    assert in_a_row(requests, TODAY + DAY * days).total >= in_a_row(requests, TODAY).total
