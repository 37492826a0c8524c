"""When a hearing is: by the court's clocks, as an instant, and by other clocks. Tables of cases."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
import tzdata
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused
from hrd_cases.trials import times
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, day_in, latest_at, recomputed, set_for, skipped, twice

ZONES = sorted(zoneinfo.available_timezones())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(zone: str, text: str) -> When:
    """ "2026-11-22 09:00" or "2026-11-22 morning", by the court's clocks."""
    day, said = text.split()
    if ":" in said:
        return set_for(date.fromisoformat(day), zone, time.fromisoformat(said))
    return set_for(date.fromisoformat(day), zone, part=Part(said))


@pytest.mark.parametrize(
    ("zone", "said", "instant"),
    [
        pytest.param("Africa/Cairo", "2026-11-22 09:00", "2026-11-22T07:00", id="C1: winter in Cairo"),
        pytest.param("Africa/Cairo", "2026-07-02 09:00", "2026-07-02T06:00", id="summer in Cairo"),
        pytest.param("Africa/Cairo", "2026-04-24 00:30", "2026-04-23T22:30", id="Cairo skips midnight: 1:30"),
        pytest.param("Africa/Cairo", "2026-10-29 23:30", "2026-10-29T20:30", id="Cairo's 23:30 twice: the first"),
        pytest.param("Europe/Brussels", "2026-03-29 02:00", "2026-03-29T01:00", id="the first minute skipped"),
        pytest.param("Europe/Brussels", "2026-03-29 02:59", "2026-03-29T01:59", id="the last minute skipped"),
        pytest.param("Europe/Brussels", "2026-03-29 03:00", "2026-03-29T01:00", id="the first minute after the gap"),
        pytest.param("Europe/Brussels", "2026-10-25 02:00", "2026-10-25T00:00", id="the first minute shown twice"),
        pytest.param("Europe/Brussels", "2026-10-25 03:00", "2026-10-25T02:00", id="the first minute shown once again"),
        pytest.param("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45", id="a gap of half an hour"),
        pytest.param("Antarctica/Troll", "2026-03-29 02:00", "2026-03-29T02:00", id="a gap of two hours"),
        pytest.param("Africa/Casablanca", "2026-12-01 09:00", "2026-12-01T09:00", id="Casablanca without summer time"),
        pytest.param("Asia/Kathmandu", "2026-11-22 10:15", "2026-11-22T04:30", id="a zone of quarter hours"),
        pytest.param("Pacific/Kiritimati", "2026-11-24 09:00", "2026-11-23T19:00", id="the day before in UTC"),
        pytest.param("Pacific/Pago_Pago", "2026-11-20 13:00", "2026-11-21T00:00", id="the day after in UTC"),
        pytest.param("Pacific/Apia", "2011-12-30 09:00", "2011-12-30T19:00", id="the day Samoa left out: a day later"),
    ],
)
def test_wall_clock_time_of_a_court_is_one_instant(zone: str, said: str, instant: str) -> None:
    when = at(zone, said)
    assert when.at == when.earliest_at == latest_at(when) == utc(instant)
    assert when.at is not None
    assert when.at.tzinfo is UTC
    assert when.part is None


@pytest.mark.parametrize(
    ("zone", "said", "instead", "again"),
    [
        pytest.param("Europe/London", "2027-03-28 01:30", time(2, 30), False, id="the clocks go forward"),
        pytest.param("Europe/London", "2027-03-28 00:59", None, False, id="just before they do"),
        pytest.param("Europe/London", "2027-03-28 02:00", None, False, id="just after they did"),
        pytest.param("Europe/London", "2027-10-31 01:30", None, True, id="the clocks go back"),
        pytest.param("Europe/London", "2027-10-31 02:00", None, False, id="after they did"),
        pytest.param("Europe/London", "2027-03-28 unknown", None, False, id="no hour was said"),
        pytest.param("Africa/Cairo", "2026-04-24 00:30", time(1, 30), False, id="Cairo skips midnight"),
        pytest.param("Australia/Lord_Howe", "2026-10-04 02:15", time(2, 45), False, id="a gap of half an hour"),
        pytest.param("Pacific/Apia", "2011-12-30 09:00", time(9), False, id="the day Samoa left out"),
        pytest.param("Africa/Cairo", "2026-11-22 09:00", None, False, id="an hour like any other"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_show_twice_is_known(
    zone: str, said: str, instead: time | None, again: bool
) -> None:
    assert (skipped(at(zone, said)), twice(at(zone, said))) == (instead, again)


@pytest.mark.parametrize(
    ("zone", "said", "earliest", "latest"),
    [
        pytest.param("Africa/Cairo", "2026-11-22 morning", "2026-11-22T06:00", "2026-11-22T10:00", id="morning"),
        pytest.param("Africa/Cairo", "2026-11-22 afternoon", "2026-11-22T10:00", "2026-11-22T16:00", id="afternoon"),
        pytest.param("Africa/Cairo", "2026-11-22 unknown", "2026-11-22T06:00", "2026-11-22T16:00", id="unknown hour"),
        pytest.param("Pacific/Kiritimati", "2026-11-24 unknown", "2026-11-23T18:00", "2026-11-24T04:00", id="Kiribati"),
    ],
)
def test_a_day_without_an_hour_has_an_earliest_and_a_latest_instant(
    zone: str, said: str, earliest: str, latest: str
) -> None:
    when = at(zone, said)
    assert when.at is None
    assert when.clock is None
    assert (when.earliest_at, latest_at(when)) == (utc(earliest), utc(latest))


@pytest.mark.parametrize(
    ("court", "said", "reader", "shown"),
    [
        pytest.param("Africa/Cairo", "2026-11-22 09:00", "Africa/Cairo", "2026-11-22 09:00", id="one's own clocks"),
        pytest.param("Africa/Cairo", "2026-11-22 09:00", "America/Bogota", "2026-11-22 02:00", id="from Bogotá"),
        pytest.param("Asia/Shanghai", "2026-11-23 09:00", "America/Bogota", "2026-11-22 20:00", id="the day before"),
        pytest.param("Pacific/Pago_Pago", "2026-11-20 13:00", "Pacific/Apia", "2026-11-21 13:00", id="the next day"),
        pytest.param(
            "Pacific/Kiritimati",
            "2026-11-24 09:00",
            "Pacific/Honolulu",
            "2026-11-23 09:00",
            id="the same hour, a day on",
        ),
        pytest.param("Africa/Cairo", "2026-11-22 morning", "Africa/Cairo", "2026-11-22", id="a morning at home"),
        pytest.param("Pacific/Apia", "2026-11-23 morning", "Europe/Brussels", "2026-11-22", id="a morning far away"),
        pytest.param("Pacific/Pago_Pago", "2026-11-20 afternoon", "Pacific/Apia", "2026-11-21", id="an afternoon, too"),
    ],
)
def test_other_clocks_show_another_hour_and_perhaps_another_day(court: str, said: str, reader: str, shown: str) -> None:
    when = at(court, said)
    there = when.at.astimezone(ZoneInfo(reader)) if when.at is not None else None
    assert (f"{there:%Y-%m-%d %H:%M}" if there is not None else str(day_in(when, reader))) == shown
    assert day_in(when, reader) == date.fromisoformat(shown.partition(" ")[0])


@pytest.mark.parametrize(
    "zone",
    ["", "Nowhere/Land", "Africa", "../../etc/passwd", "/etc/localtime", "africa/cairo ", "Africa/Cairo\0", "x" * 300],
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(Refused, match="zone"):
        set_for(date(2026, 11, 22), zone, time(9))


@pytest.mark.parametrize("year", [1, 1969, 2101, 9999])
def test_a_year_of_no_trial_of_ours_is_refused(year: int) -> None:
    with pytest.raises(Refused, match="year"):
        set_for(date(year, 6, 1), "Africa/Cairo", time(9))


@pytest.mark.parametrize("year", [1970, 2100])
def test_the_first_and_the_last_year_are_taken(year: int) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert set_for(date(year, 1, 1), zone, time(0)).on.year == year


def test_the_first_of_two_hours_is_taken_whatever_the_typed_time_carries() -> None:
    plain = at("Europe/Brussels", "2026-10-25 02:30")
    for typed in (time(2, 30, fold=1), time(2, 30, 59, 7), time(2, 30, tzinfo=UTC)):
        assert set_for(date(2026, 10, 25), "Europe/Brussels", typed) == plain


def test_a_part_of_the_day_is_nothing_beside_an_hour() -> None:
    assert set_for(date(2026, 11, 22), "Africa/Cairo", time(9), Part.AFTERNOON).part is None
    assert set_for(date(2026, 11, 22), "Africa/Cairo").part is Part.UNKNOWN


def test_the_version_of_the_zone_rules_is_that_of_the_rules_in_use() -> None:
    """The machine's own copy may be years older: Casablanca has no summer time any more."""
    assert zoneinfo.TZPATH == ()
    assert at("Africa/Cairo", "2026-11-22 09:00").rules == times.RULES == tzdata.IANA_VERSION


# Zone rules change between the day a hearing is recorded and the day it is held.


def as_once_computed(when: When, later: timedelta) -> When:
    return msgspec.structs.replace(when, earliest_at=when.earliest_at + later, rules="2025b")


def test_when_zone_rules_changed_the_wall_clock_stays_and_the_instant_moves() -> None:
    now = at("Africa/Casablanca", "2026-12-01 09:00")
    once = as_once_computed(now, -timedelta(hours=1))
    assert recomputed(once) == now
    assert once.at == utc("2026-12-01T08:00")


def test_a_day_without_an_hour_moves_with_its_zone_too() -> None:
    now = at("Africa/Casablanca", "2026-12-01 morning")
    assert recomputed(as_once_computed(now, -timedelta(hours=1))) == now


def test_rules_that_change_nothing_for_this_hearing_leave_it_as_it_was() -> None:
    once = as_once_computed(at("Africa/Cairo", "2026-11-22 09:00"), timedelta(0))
    assert recomputed(once) is once


def test_a_zone_that_is_known_no_more_keeps_its_instant() -> None:
    once = msgspec.structs.replace(at("Africa/Cairo", "2026-11-22 09:00"), zone="Africa/Atlantis", rules="2025b")
    assert recomputed(once) is once
    assert latest_at(once) == once.at


def test_a_morning_in_a_zone_that_is_known_no_more_still_ends() -> None:
    once = msgspec.structs.replace(at("Africa/Cairo", "2026-11-22 morning"), zone="Africa/Atlantis")
    assert latest_at(once) == utc("2026-11-22T10:00")


@given(
    st.dates(date(1970, 1, 1), date(2100, 12, 31)),
    st.sampled_from(ZONES),
    st.none() | st.times(),
    st.sampled_from(Part),
)
def test_any_hearing_is_kept_and_read_again_as_it_was(day: date, zone: str, clock: time | None, part: Part) -> None:
    when = set_for(day, zone, clock, part)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(when), type=When)
    assert again == when
    assert recomputed(again) is again
    assert when.earliest_at <= latest_at(when)
    assert abs(when.earliest_at - datetime.combine(day, clock or time(12), UTC)) < timedelta(hours=39)
    there = when.at.astimezone(ZoneInfo(zone)) if when.at is not None else None
    assert (there is None) is (clock is None)
