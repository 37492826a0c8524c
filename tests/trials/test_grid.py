"""Days as a calendar shows them, and on which of them a hearing stands. Tables of cases, written before the code."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from hrd_cases.offices.facts import first_weekday
from hrd_cases.trials import grid
from hrd_cases.trials.grid import OnDay, View
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, set_for
from tests.trials.calendar_table import CAIRO, KATHMANDU, NEVER_OPEN, TEHRAN

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
ZONE_OF = {"Cairo": "Africa/Cairo", "Minsk": "Europe/Minsk", "Bogota": "America/Bogota", "Beijing": "Asia/Shanghai"}
ZONE_OF |= {"Apia": "Pacific/Apia", "Honolulu": "Pacific/Honolulu", "Kiritimati": "Pacific/Kiritimati"}
ZONE_OF |= {"New York": "America/New_York", "Pago Pago": "Pacific/Pago_Pago", "Lord Howe": "Australia/Lord_Howe"}


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        pytest.param("Africa/Cairo", SAT, id="Egypt: the day after Friday"),
        pytest.param("Asia/Tehran", SAT, id="Iran"),
        pytest.param("Europe/Minsk", MON, id="Belarus"),
        pytest.param("America/Bogota", SUN, id="Colombia"),
        pytest.param("Asia/Riyadh", SUN, id="Saudi Arabia"),
        pytest.param("America/New_York", SUN, id="the United States"),
        pytest.param("Asia/Kathmandu", SUN, id="Nepal"),
        pytest.param("Indian/Maldives", FRI, id="Maldives: Friday"),
        pytest.param("UTC", MON, id="of no country: the world's Monday"),
        pytest.param("Nowhere/At_All", MON, id="no zone at all"),
    ],
)
def test_a_week_begins_as_in_the_country_of_the_office(zone: str, begins: int) -> None:
    assert first_weekday(zone) == begins


# begins · a day of the month · first and last day shown · weeks
MONTHS = [
    (MON, "2026-11-22", "2026-10-26", "2026-12-06", 6),
    (SUN, "2026-11-22", "2026-11-01", "2026-12-05", 5),
    (SAT, "2026-11-22", "2026-10-31", "2026-12-04", 5),
    (MON, "2027-02-28", "2027-02-01", "2027-02-28", 4),
    (SUN, "2026-02-01", "2026-02-01", "2026-02-28", 4),
    (SAT, "2028-02-29", "2028-01-29", "2028-03-03", 5),
    (FRI, "2026-12-31", "2026-11-27", "2026-12-31", 5),
    (MON, "2026-03-29", "2026-02-23", "2026-04-05", 6),
    (SUN, "2026-08-15", "2026-07-26", "2026-09-05", 6),
]


@pytest.mark.parametrize(("begins", "on", "first", "last", "count"), MONTHS)
def test_a_month_is_shown_in_whole_weeks(begins: int, on: str, first: str, last: str, count: int) -> None:
    weeks = grid.weeks_of(*grid.span(View.MONTH, day(on), begins), begins)
    assert (weeks[0][0], weeks[-1][-1], len(weeks)) == (day(first), day(last), count)
    assert all(len(week) == 7 and week[0].weekday() == begins for week in weeks)
    days = [one for week in weeks for one in week]
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


# view · begins · on · first and last day it is about · its day before and after
SPANS = [
    (View.MONTH, SAT, "2026-11-22", "2026-11-01", "2026-11-30", "2026-10-01", "2026-12-01"),
    (View.MONTH, SAT, "2026-01-31", "2026-01-01", "2026-01-31", "2025-12-01", "2026-02-01"),
    (View.MONTH, MON, "2026-12-01", "2026-12-01", "2026-12-31", "2026-11-01", "2027-01-01"),
    (View.WEEK, SAT, "2026-11-22", "2026-11-21", "2026-11-27", "2026-11-14", "2026-11-28"),
    (View.WEEK, SUN, "2026-11-22", "2026-11-22", "2026-11-28", "2026-11-15", "2026-11-29"),
    (View.WEEK, MON, "2026-11-22", "2026-11-16", "2026-11-22", "2026-11-09", "2026-11-23"),
    (View.LIST, MON, "2026-11-22", "2026-11-22", "2026-12-22", "2026-10-22", "2026-12-23"),
    (View.LIST, SUN, "2028-02-29", "2028-02-29", "2028-03-30", "2028-01-29", "2028-03-31"),
    # The calendar has an end on either side: nothing leads beyond it.
    (View.MONTH, MON, "1970-01-05", "1970-01-01", "1970-01-31", None, "1970-02-01"),
    (View.MONTH, MON, "2100-12-24", "2100-12-01", "2100-12-31", "2100-11-01", None),
    (View.WEEK, SUN, "2100-12-31", "2100-12-26", "2101-01-01", "2100-12-19", None),
    (View.LIST, SUN, "1970-01-01", "1970-01-01", "1970-01-31", None, "1970-02-01"),
]


@pytest.mark.parametrize(("view", "begins", "on", "first", "last", "before", "after"), SPANS)
def test_a_view_is_about_some_days_and_leads_on(
    view: View, begins: int, on: str, first: str, last: str, before: str | None, after: str | None
) -> None:
    assert grid.span(view, day(on), begins) == (day(first), day(last))
    found = grid.beside(view, day(on), begins)
    assert [one and one.isoformat() for one in found] == [before, after]


# court · its day and hour or part of the day · office · days it stands on there
STANDS = [
    # one zone, or two that have the same day
    ("Cairo", "2026-11-22 09:00", "Cairo", "22 begins"),
    ("Minsk", "2026-11-22 10:00", "Cairo", "22 begins"),
    ("Cairo", "2026-11-22 morning", "Cairo", "22 begins"),
    ("Cairo", "2026-11-22 unknown", "Minsk", "22 begins"),
    # the court is a day ahead of the office
    ("Beijing", "2026-11-24 09:00", "Bogota", "23 begins, 24 at court"),
    ("Kiritimati", "2026-11-24 09:00", "Honolulu", "23 begins, 24 at court"),
    ("Apia", "2026-11-24 14:00", "Pago Pago", "23 begins, 24 at court"),
    # and a day behind
    ("Bogota", "2026-11-23 20:00", "Beijing", "24 begins, 23 at court"),
    ("Honolulu", "2026-11-22 13:00", "Kiritimati", "23 begins, 22 at court"),
    ("Honolulu", "2026-11-22 23:30", "Kiritimati", "23 begins, 22 at court"),
    ("Pago Pago", "2026-11-22 23:30", "Kiritimati", "24 begins, 22 at court"),
    # without an hour, midnight at the office may lie within the day of the court
    ("Beijing", "2026-11-24 unknown", "Bogota", "23 begins, 24 may begin"),
    ("Beijing", "2026-11-24 morning", "Bogota", "23 begins, 24 at court"),
    ("Bogota", "2026-11-23 afternoon", "Beijing", "24 begins, 23 at court"),
    ("Bogota", "2026-11-23 unknown", "Beijing", "23 begins, 24 may begin"),
    ("New York", "2026-11-23 unknown", "Kiritimati", "24 begins, 23 at court"),
    ("Kiritimati", "2026-11-24 unknown", "Honolulu", "23 begins, 24 at court"),
    # midnight is the day that begins
    ("Cairo", "2026-11-22 00:00", "Cairo", "22 begins"),
    ("Minsk", "2026-11-22 00:30", "Cairo", "21 begins, 22 at court"),
    # clocks that skip or repeat
    ("Cairo", "2026-04-24 00:30", "Cairo", "24 begins"),
    ("Lord Howe", "2026-10-04 02:15", "Cairo", "3 begins, 4 at court"),
]


def _when(court: str, said: str) -> When:
    on, at = said.split()
    clock = time.fromisoformat(at) if ":" in at else None
    return set_for(day(on), ZONE_OF[court], clock, Part.UNKNOWN if clock else Part(at))


@pytest.mark.parametrize(("court", "said", "office", "expected"), STANDS)
def test_a_hearing_stands_on_the_day_of_the_office_and_on_that_of_the_court(
    court: str, said: str, office: str, expected: str
) -> None:
    found = grid.days_of(_when(court, said), ZONE_OF[office])
    assert ", ".join(f"{one.on.day} {one.how.value.replace('_', ' ')}" for one in found) == expected


def test_what_is_on_a_day_comes_in_the_order_given() -> None:
    late, early = _when("Cairo", "2026-11-22 11:00"), _when("Cairo", "2026-11-22 09:00")
    morning, away = _when("Cairo", "2026-11-22 morning"), _when("Beijing", "2026-11-23 01:00")
    said = {"morning": morning, "early": early, "late": late, "away": away}
    found = grid.by_day(said.items(), lambda item: grid.days_of(item[1], "Africa/Cairo"))
    assert {on.day: [(name, how) for (name, _), how in items] for on, items in found.items()} == {
        22: [("morning", OnDay.BEGINS), ("early", OnDay.BEGINS), ("late", OnDay.BEGINS), ("away", OnDay.BEGINS)],
        23: [("away", OnDay.AT_COURT)],
    }


# office · day · what is said of it
DAYS = [
    (CAIRO, "2026-11-22", "working"),
    (CAIRO, "2026-11-20", "weekend"),
    (CAIRO, "2026-11-21", "weekend"),
    (CAIRO, "2026-11-26", "holiday"),
    (TEHRAN, "2026-11-26", "working"),
    (TEHRAN, "2026-11-27", "weekend"),
    (KATHMANDU, "2026-11-22", "working"),
    (KATHMANDU, "2026-11-21", "weekend"),
    # a holiday is said although the office would have been closed that day
    (NEVER_OPEN, "2026-05-02", "holiday"),
]


@pytest.mark.parametrize(("office", "on", "expected"), DAYS)
def test_days_on_which_an_office_is_closed_say_why(office, on: str, expected: str) -> None:
    cell = grid.cell_of(day(on), office, today=day("2026-11-22"))
    said = "holiday" if cell.holiday is not None else "weekend" if not cell.working else "working"
    assert (said, cell.working) == (expected, expected == "working")
    assert cell.today == (on == "2026-11-22")


@pytest.mark.parametrize("text", ["", "2026-13-01", "22.11.2026", "1969-12-31", "2101-01-01", "9999-12-31", "x" * 99])
def test_an_address_that_names_no_day_of_the_calendar_is_about_today(text: str) -> None:
    assert grid.day_asked(text, day("2026-11-22")) == day("2026-11-22")


@pytest.mark.parametrize("text", ["1970-01-01", "2026-11-23", "2100-12-31"])
def test_an_address_names_a_day(text: str) -> None:
    assert grid.day_asked(text, day("2026-11-22")) == day(text)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-11-01", "2026-11-30", "2026-11"),
        ("2026-11-30", "2026-12-01", "2026-11 2026-12"),
        ("2026-10-26", "2027-01-02", "2026-10 2026-11 2026-12 2027-01"),
    ],
)
def test_days_lie_in_months(first: str, last: str, expected: str) -> None:
    assert " ".join(grid.months(day(first), day(last))) == expected
