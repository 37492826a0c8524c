"""Working days and working hours of an office: tables of cases, then every zone around every transition."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.calendar import LONGEST_CLOSURE, Holiday, OfficeCalendar, office_calendar

ZONES = sorted(available_timezones() - {"localtime"})
FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
SAMPLE = "sample calendar of the ministry, printed 2026-01-05"
CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"), [Holiday(date(2026, 11, 26), "fixture holiday", SAMPLE)])
MINSK = office_calendar("Europe/Minsk", ("sat", "sun"), [Holiday(date(2026, 12, 2), "fixture holiday", SAMPLE)])
BRUSSELS = office_calendar("Europe/Brussels", ("sat", "sun"))
TEHRAN = office_calendar("Asia/Tehran", ("fri",))
DHAKA = office_calendar("Asia/Dhaka", ("fri", "sat"))
SUVA = office_calendar("Pacific/Fiji", ("sat", "sun"))
BOGOTA = office_calendar("America/Bogota", ("sat", "sun"), [Holiday(date(2026, 12, 8), "fixture holiday", SAMPLE)])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def there(calendar: OfficeCalendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        pytest.param(CAIRO, "2026-11-19", True, id="Thursday in Cairo"),
        pytest.param(CAIRO, "2026-11-20", False, id="Friday in Cairo"),
        pytest.param(CAIRO, "2026-11-21", False, id="Saturday in Cairo"),
        pytest.param(CAIRO, "2026-11-22", True, id="Sunday in Cairo"),
        pytest.param(CAIRO, "2026-11-26", False, id="holiday in Cairo"),
        pytest.param(MINSK, "2026-11-26", True, id="Cairo's holiday is not Minsk's"),
        pytest.param(MINSK, "2026-12-02", False, id="holiday in Minsk"),
        pytest.param(TEHRAN, "2026-11-20", False, id="Friday in Tehran"),
        pytest.param(TEHRAN, "2026-11-21", True, id="Saturday in Tehran"),
        pytest.param(DHAKA, "2026-11-22", True, id="Sunday in Dhaka, whatever CLDR says"),
        pytest.param(SUVA, "2026-11-22", False, id="Sunday in Suva"),
    ],
)
def test_a_working_day_is_neither_weekend_nor_holiday(calendar: OfficeCalendar, day: str, works: bool) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works


def open_between(calendar: OfficeCalendar, since: datetime, until: datetime) -> timedelta:
    """How long an office was open between two instants, day by day."""
    total, day = timedelta(0), calendar.day_of(since)
    while day <= calendar.day_of(until):
        if calendar.is_working_day(day):
            midnight = calendar.wall_clock(day + timedelta(days=1), time(0))
            opening, closing = calendar.wall_clock(day, calendar.opens), calendar.wall_clock(day, calendar.closes)
            total += max(min(closing, midnight, until) - max(opening, since), timedelta(0))
        day += timedelta(days=1)
    return total


@pytest.mark.parametrize(
    ("calendar", "day", "last", "following"),
    [
        pytest.param(CAIRO, "2026-11-22", "2026-11-19", "2026-11-23", id="C1: a Sunday hearing is told on Thursday"),
        pytest.param(MINSK, "2026-12-03", "2026-12-01", "2026-12-04", id="C2: the day before is a holiday"),
        pytest.param(CAIRO, "2026-11-29", "2026-11-25", "2026-11-30", id="holiday, Friday and Saturday in a row"),
        pytest.param(BRUSSELS, "2026-11-23", "2026-11-20", "2026-11-24", id="Monday to Friday"),
        pytest.param(BRUSSELS, "2026-11-21", "2026-11-20", "2026-11-23", id="from within a weekend"),
        pytest.param(TEHRAN, "2026-11-21", "2026-11-19", "2026-11-22", id="a weekend of one day"),
        pytest.param(BOGOTA, "2026-12-09", "2026-12-07", "2026-12-10", id="a holiday on Tuesday"),
    ],
)
def test_the_working_days_around_a_day(calendar: OfficeCalendar, day: str, last: str, following: str) -> None:
    on = date.fromisoformat(day)
    assert calendar.last_working_day_before(on) == date.fromisoformat(last)
    assert calendar.next_working_day(on) == date.fromisoformat(following)


@pytest.mark.parametrize(
    ("calendar", "since", "days", "until"),
    [
        pytest.param(CAIRO, "2026-11-19T15:00", 3, "2026-11-24T15:00", id="Thursday afternoon over the weekend"),
        pytest.param(CAIRO, "2026-11-20T10:00", 3, "2026-11-24T17:00", id="Friday: three whole days from Sunday on"),
        pytest.param(CAIRO, "2026-11-19T22:00", 3, "2026-11-24T17:00", id="after closing time counts from Sunday"),
        pytest.param(CAIRO, "2026-11-22T07:00", 3, "2026-11-24T17:00", id="before opening counts from opening"),
        pytest.param(CAIRO, "2026-11-24T09:00", 3, "2026-11-29T17:00", id="a holiday and a weekend between"),
        pytest.param(BRUSSELS, "2026-11-20T16:59", 1, "2026-11-23T16:59", id="a minute before the weekend"),
        pytest.param(BRUSSELS, "2026-11-20T17:00", 1, "2026-11-23T17:00", id="closing time is closed"),
        pytest.param(BRUSSELS, "2026-03-27T12:00", 1, "2026-03-30T12:00", id="over the clocks' change in spring"),
        pytest.param(BRUSSELS, "2026-10-23T12:00", 1, "2026-10-26T12:00", id="over the clocks' change in autumn"),
        pytest.param(CAIRO, "2026-04-23T12:00", 1, "2026-04-26T12:00", id="over Cairo's change, at midnight"),
        pytest.param(TEHRAN, "2026-11-19T12:00", 2, "2026-11-22T12:00", id="Saturday works in Tehran"),
        pytest.param(SUVA, "2026-11-20T12:00", 1, "2026-11-23T12:00", id="beyond the date line"),
        pytest.param(BRUSSELS, "2026-11-18T12:00", 0, "2026-11-18T12:00", id="no day at all"),
        pytest.param(BRUSSELS, "2026-11-21T12:00", 0, "2026-11-21T12:00", id="no day at all, on a Saturday"),
    ],
)
def test_working_days_are_counted_in_working_time(calendar: OfficeCalendar, since: str, days: int, until: str) -> None:
    assert calendar.add_working_days(there(calendar, since), days) == there(calendar, until)


@pytest.mark.parametrize(
    ("calendar", "since", "hours", "until"),
    [
        pytest.param(BRUSSELS, "2026-11-18T09:00", 4, "2026-11-18T13:00", id="within a day"),
        pytest.param(BRUSSELS, "2026-11-18T15:00", 4, "2026-11-19T11:00", id="into the next"),
        pytest.param(BRUSSELS, "2026-11-20T15:00", 4, "2026-11-23T11:00", id="into the next week"),
        pytest.param(BRUSSELS, "2026-11-18T09:00", 8, "2026-11-18T17:00", id="a whole day ends at closing"),
        pytest.param(BRUSSELS, "2026-11-18T03:00", 1, "2026-11-18T10:00", id="nobody is there at night"),
        pytest.param(CAIRO, "2026-11-25T16:00", 2, "2026-11-29T10:00", id="over holiday and weekend"),
    ],
)
def test_working_hours_pass_only_while_the_office_is_open(
    calendar: OfficeCalendar, since: str, hours: int, until: str
) -> None:
    start, end = there(calendar, since), there(calendar, until)
    assert calendar.add_working_time(start, timedelta(hours=hours)) == end
    assert open_between(calendar, start, end) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("calendar", "day", "at", "instant"),
    [
        pytest.param(CAIRO, "2026-11-22", "09:00", "2026-11-22T07:00", id="winter in Cairo"),
        pytest.param(CAIRO, "2026-07-02", "09:00", "2026-07-02T06:00", id="summer in Cairo"),
        pytest.param(BRUSSELS, "2026-03-29", "02:30", "2026-03-29T01:30", id="an hour the clocks skip: as much later"),
        pytest.param(BRUSSELS, "2026-10-25", "02:30", "2026-10-25T00:30", id="an hour shown twice: the first"),
        pytest.param(SUVA, "2026-11-22", "09:00", "2026-11-21T21:00", id="the day before in UTC"),
    ],
)
def test_wall_clock_time_names_one_instant(calendar: OfficeCalendar, day: str, at: str, instant: str) -> None:
    assert calendar.wall_clock(date.fromisoformat(day), time.fromisoformat(at)) == utc(instant)


@pytest.mark.parametrize(
    ("calendar", "instant", "day", "is_open"),
    [
        pytest.param(SUVA, "2026-11-22T20:00", "2026-11-23", False, id="still Sunday in London, Monday 8:00 in Suva"),
        pytest.param(SUVA, "2026-11-22T21:00", "2026-11-23", True, id="Monday 9:00 in Suva"),
        pytest.param(BOGOTA, "2026-11-24T02:00", "2026-11-23", False, id="Monday evening in Bogotá"),
        pytest.param(CAIRO, "2026-11-22T07:00", "2026-11-22", True, id="Sunday 9:00 in Cairo"),
        pytest.param(CAIRO, "2026-11-22T15:00", "2026-11-22", False, id="closing time"),
        pytest.param(CAIRO, "2026-11-26T10:00", "2026-11-26", False, id="a holiday"),
    ],
)
def test_open_is_what_the_clocks_there_say(calendar: OfficeCalendar, instant: str, day: str, is_open: bool) -> None:
    assert calendar.day_of(utc(instant)) == date.fromisoformat(day)
    assert calendar.is_open(utc(instant)) is is_open


def test_a_holiday_knows_its_source() -> None:
    holiday = CAIRO.holiday(date(2026, 11, 26))
    assert holiday == Holiday(date(2026, 11, 26), "fixture holiday", SAMPLE)
    assert CAIRO.holiday(date(2026, 11, 25)) is None


@pytest.mark.parametrize("opens_closes", [("17:00", "09:00"), ("09:00", "09:00")])
def test_hours_that_are_none_are_a_mistake_of_ours(opens_closes: tuple[str, str]) -> None:
    opens, closes = map(time.fromisoformat, opens_closes)
    with pytest.raises(ValueError, match="opens before it closes"):
        office_calendar("UTC", (), opens=opens, closes=closes)


def test_a_naive_moment_names_no_instant() -> None:
    with pytest.raises(ValueError, match="no instant"):
        CAIRO.add_working_time(datetime(2026, 11, 19, 9), timedelta(hours=1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="backwards"):
        CAIRO.add_working_time(utc("2026-11-19T09:00"), timedelta(hours=-1))


# What stands in a table may have been planted: it must delay no clock for ever.


def test_an_office_that_never_opens_is_not_believed() -> None:
    everyday = office_calendar("UTC", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert everyday.next_working_day(date(2026, 11, 19)) == date(2026, 11, 20)
    assert office_calendar("UTC", ("fri", "someday")).weekend == frozenset({4})


def test_a_closure_longer_than_any_is_not_believed() -> None:
    closed = [date(2026, 1, 1) + timedelta(days) for days in range(400)]
    calendar = office_calendar("UTC", ("sat", "sun"), [Holiday(on, "planted", "nobody") for on in closed])
    start = utc("2026-06-01T09:00")
    assert calendar.add_working_days(start, 3) <= start + timedelta(days=3 * (LONGEST_CLOSURE + 3))
    assert calendar.last_working_day_before(date(2026, 6, 1)) >= date(2026, 6, 1) - timedelta(days=LONGEST_CLOSURE + 3)


def test_a_long_closure_that_may_be_true_is_believed() -> None:
    closed = [date(2027, 2, 1) + timedelta(days) for days in range(14)]
    calendar = office_calendar("Asia/Shanghai", ("sat", "sun"), [Holiday(on, "new year", SAMPLE) for on in closed])
    assert calendar.next_working_day(date(2027, 1, 29)) == date(2027, 2, 15)


# Every zone, every transition.


def transitions(zone: ZoneInfo, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The instants (UTC, to the minute) at which a zone's clocks change; no zone changes them twice in five days."""
    found = []
    for day in range(0, (until - since).days, 5):
        early, late = since + timedelta(days=day), since + timedelta(days=day + 5)
        if _offset(zone, early) == _offset(zone, late):
            continue
        while late - early > timedelta(minutes=1):
            middle = early + (late - early) / 2
            early, late = (middle, late) if _offset(zone, middle) == _offset(zone, early) else (early, middle)
        found.append(late.replace(second=0, microsecond=0))
    return tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


@cache
def changes() -> list[tuple[str, datetime]]:
    return [(zone, at) for zone in ZONES for at in transitions(ZoneInfo(zone), FIRST, LAST)]


def test_the_transitions_of_a_zone_are_found() -> None:
    assert transitions(ZoneInfo("Europe/Brussels"), utc("2026-01-01T00:00"), utc("2027-01-01T00:00")) == (
        utc("2026-03-29T01:00"),
        utc("2026-10-25T01:00"),
    )
    assert transitions(ZoneInfo("Asia/Shanghai"), FIRST, LAST) == ()
    assert len({zone for zone, _ in changes()}) > 100


def test_around_every_transition_of_every_zone_clocks_neither_stop_nor_run_backwards() -> None:
    """Each transition lies in a working day, or beside one, of an office that never has a weekend."""
    hour = timedelta(hours=1)
    for zone, at in changes():
        calendar = office_calendar(zone, (), opens=time(0, 30), closes=time(23, 30))
        moments = [at + step * hour for step in (-3, -1, -0.5, 0, 0.5, 1, 3)]
        ends = [calendar.add_working_time(moment, 5 * hour) for moment in moments]
        assert ends == sorted(ends), zone
        for moment, end in zip(moments, ends, strict=True):
            assert open_between(calendar, moment, end) == 5 * hour, (zone, moment)
            assert calendar.add_working_time(calendar.add_working_time(moment, 2 * hour), 3 * hour) == end, (
                zone,
                moment,
            )


def test_around_every_transition_of_every_zone_a_wall_clock_time_names_the_day_it_says() -> None:
    """At the hour it says, where the clocks show it; where they skip it, as much later as they skip."""
    for zone, at in changes():
        calendar = office_calendar(zone, ())
        shown_then = at.astimezone(calendar.zone).replace(tzinfo=None, second=0)
        for quarter in range(-10, 11):
            wanted = shown_then + timedelta(minutes=15 * quarter)
            instant = calendar.wall_clock(wanted.date(), wanted.time())
            shown = instant.astimezone(calendar.zone).replace(tzinfo=None)
            assert timedelta(0) <= shown - wanted <= timedelta(hours=2), (zone, wanted)
            assert shown == wanted or abs(instant - at) <= timedelta(hours=2), (zone, wanted)


def test_three_working_days_end_at_the_hour_they_began_whatever_the_clocks_did() -> None:
    for zone, at in changes():
        calendar = office_calendar(zone, ("sat", "sun"))
        day = calendar.last_working_day_before(calendar.day_of(at))
        due = calendar.add_working_days(calendar.wall_clock(day, time(12)), 3).astimezone(calendar.zone)
        if not any(calendar.is_open(change) for _, change in [(zone, at)]):
            assert due.time() == time(12), (zone, at)


weekdays = st.sets(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), max_size=6)
calendars = st.builds(
    lambda zone, weekend, closed: office_calendar(zone, weekend, [Holiday(on, "closed", SAMPLE) for on in closed]),
    st.sampled_from(ZONES),
    weekdays,
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12),
)
moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(hours=60))


@given(calendars, moments, spans, spans)
def test_working_time_adds_up(calendar: OfficeCalendar, at: datetime, one: timedelta, two: timedelta) -> None:
    end = calendar.add_working_time(at, one + two)
    assert end >= at
    assert end.tzinfo is UTC
    assert open_between(calendar, at, end) == one + two
    assert calendar.add_working_time(calendar.add_working_time(at, one), two) == end or one == timedelta(0)


@given(calendars, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 20))
def test_counting_days_forth_and_back(calendar: OfficeCalendar, day: date, count: int) -> None:
    there = calendar.working_day_after(day, count)
    assert there > day
    assert calendar.is_working_day(there) or calendar.next_working_day(day) > day
    passed = sum(calendar.is_working_day(day + timedelta(step)) for step in range(1, (there - day).days + 1))
    assert passed == count
    assert calendar.last_working_day_before(calendar.next_working_day(there)) == there


@given(calendars, moments)
def test_it_opens_next_when_working_time_begins_to_pass(calendar: OfficeCalendar, at: datetime) -> None:
    opens = calendar.opens_next(at)
    assert opens >= at
    assert opens.tzinfo is UTC
    assert open_between(calendar, at, opens) == timedelta(0)
    assert calendar.is_open(opens) or not calendar.is_working_day(calendar.day_of(opens))  # a closure not believed
