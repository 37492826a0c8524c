"""A hearing as an entry of somebody's own calendar: when, and nothing else. A table of cases."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import icalendar
import pytest

from hrd_cases.trials.details import Hearing
from hrd_cases.trials.ics import Entry, calendar_file, sequence_of
from hrd_cases.trials.life import State
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, set_for

NOW = datetime(2026, 11, 22, 10, 30, 15, 999, tzinfo=UTC)
UID = uuid.UUID("6f1c1f0e-6d1f-4c58-8b0b-0d2f5a1c9e77")
CAIRO, MINSK, BEIJING, BOGOTA = "Africa/Cairo", "Europe/Minsk", "Asia/Shanghai", "America/Bogota"


def when(said: str, zone: str = CAIRO) -> When:
    on, at = said.split()
    clock = time.fromisoformat(at) if ":" in at else None
    return set_for(date.fromisoformat(f"2026-{on}"), zone, clock, Part.UNKNOWN if clock else Part(at))


def written(said: When, zone: str = CAIRO, **more: object) -> str:
    values: dict[str, object] = {"uid": UID, "title": "Desk", "when": said, "zone": zone, "sequence": 0, "over": False}
    return calendar_file(Entry(**(values | more)), NOW).decode()  # type: ignore[arg-type]


def lines(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.split("\r\n")[:-1]


def test_it_holds_this_and_nothing_else() -> None:
    assert lines(written(when("11-29 09:00"))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Desk//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "SUMMARY:Desk",
        "DTSTART:20261129T070000Z",
        "DTEND:20261129T100000Z",
        "DTSTAMP:20261122T103015Z",
        f"UID:{UID}",
        "SEQUENCE:0",
        "CLASS:PRIVATE",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


# the court's · what it said · the office's · from · until
TIMES = [
    (CAIRO, "07-02 09:00", CAIRO, "20260702T060000Z", "20260702T090000Z"),
    (MINSK, "11-29 10:15", CAIRO, "20261129T071500Z", "20261129T101500Z"),
    (BEIJING, "11-24 01:00", BOGOTA, "20261123T170000Z", "20261123T200000Z"),
    # clocks that skip the hour, and that show it twice: the instant that the register counts with
    (CAIRO, "04-24 00:30", CAIRO, "20260423T223000Z", "20260424T013000Z"),
    (CAIRO, "10-29 23:30", CAIRO, "20261029T203000Z", "20261029T233000Z"),
]
DAYS = [
    (CAIRO, "11-29 morning", CAIRO, "20261129", "20261130"),
    (CAIRO, "11-29 unknown", CAIRO, "20261129", "20261130"),
    (CAIRO, "12-31 afternoon", CAIRO, "20261231", "20270101"),
    # days of the office; both, where it may begin on either
    (BEIJING, "11-24 morning", BOGOTA, "20261123", "20261124"),
    (BEIJING, "11-24 unknown", BOGOTA, "20261123", "20261125"),
    (BOGOTA, "11-23 afternoon", BEIJING, "20261124", "20261125"),
]


@pytest.mark.parametrize(("court", "said", "office", "begins", "ends"), TIMES)
def test_an_hour_is_an_instant_without_a_zone(court: str, said: str, office: str, begins: str, ends: str) -> None:
    text = written(when(said, court), office)
    assert (f"DTSTART:{begins}" in lines(text), f"DTEND:{ends}" in lines(text)) == (True, True), text
    assert "TZID" not in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize(("court", "said", "office", "begins", "ends"), DAYS)
def test_without_an_hour_it_is_all_day_where_the_office_is(
    court: str, said: str, office: str, begins: str, ends: str
) -> None:
    text = written(when(said, court), office)
    assert f"DTSTART;VALUE=DATE:{begins}" in lines(text)
    assert f"DTEND;VALUE=DATE:{ends}" in lines(text)


def test_one_that_is_over_takes_the_entry_away_again() -> None:
    text = lines(written(when("11-29 09:00"), sequence=3, over=True))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", f"UID:{UID}"} <= set(text)
    assert "METHOD:PUBLISH" not in text


def test_what_the_house_calls_itself_ends_no_line() -> None:
    text = written(when("11-29 09:00"), title="Desk; 1, \\ “ä”" + "ع" * 80)
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Desk; 1, \\ “ä”" + "ع" * 80
    assert all(len(line.encode()) <= 75 for line in lines(text))


def test_it_is_read_as_it_was_meant() -> None:
    [event] = cast(Any, icalendar.Calendar.from_ical(written(when("11-29 09:00")))).walk("VEVENT")
    begins, ends = event["DTSTART"].dt, event["DTEND"].dt
    assert (begins, ends - begins) == (datetime(2026, 11, 29, 7, tzinfo=UTC), timedelta(hours=3))
    assert not event.errors


def test_only_properties_that_say_nothing_of_the_hearing() -> None:
    names = {re.split("[:;]", line)[0] for line in lines(written(when("11-29 unknown"), sequence=9, over=True))}
    allowed = {"BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP"}
    assert names == allowed | {"UID", "SEQUENCE", "CLASS", "STATUS", "TRANSP"}


FIRST, LATER, NO_HOUR = when("11-29 09:00"), when("12-06 09:00"), when("11-29 unknown")


def heard(said: When, state: State = State.SCHEDULED, **more: object) -> Hearing:
    return Hearing(when=said, kind="verdict", state=state.value, **more)  # type: ignore[arg-type]


# versions of one hearing · its sequence
SEQUENCES = [
    ("just set", [heard(FIRST)], 0),
    ("what is no date does not count", [heard(FIRST), heard(FIRST, State.CONFIRMED, room="2"), heard(FIRST)], 0),
    ("moved", [heard(FIRST), heard(LATER)], 1),
    ("moved there and back", [heard(FIRST), heard(LATER), heard(FIRST)], 2),
    ("the hour became known", [heard(NO_HOUR), heard(FIRST)], 1),
    ("cancelled", [heard(FIRST), heard(LATER), heard(LATER, State.CANCELLED)], 2),
    ("adjourned: another hearing has the new date", [heard(FIRST), heard(FIRST, State.ADJOURNED)], 1),
    ("held, reported, reviewed", [heard(FIRST), heard(FIRST, State.HELD), heard(FIRST, State.REVIEWED)], 0),
    (
        "zone rules changed: the same wall clock, another instant",
        [heard(FIRST), heard(set_for(FIRST.on, MINSK, FIRST.clock))],
        1,
    ),
]


@pytest.mark.parametrize(("versions", "expected"), [pytest.param(*rest, id=name) for name, *rest in SEQUENCES])
def test_a_date_that_changes_is_newer_than_the_one_before(versions: list[Hearing], expected: int) -> None:
    assert sequence_of(versions) == expected
