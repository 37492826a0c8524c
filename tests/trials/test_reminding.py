"""Which reminders a hearing has, and when: tables of cases, written before the code.

Days are written as the office's own clocks have them, hours in UTC ("04:00Z"). The daily slot is at nine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hrd_cases.calendar import Holiday, OfficeCalendar, office_calendar
from hrd_cases.cases.reminding import Due, Planned, Unit, counted, slot_of
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.rules import is_slot
from hrd_cases.settings import CONFIG
from hrd_cases.trials import reminder_rules
from hrd_cases.trials.life import AHEAD, State, nobody_goes
from hrd_cases.trials.reminder_rules import RULES
from hrd_cases.trials.reminding import Facts, chased_on, reminders_of, report_due_on
from hrd_cases.trials.times import When, latest_at, set_for
from tests.trials.calendar_table import BRUSSELS, CAIRO, KATHMANDU, Case, cases, heard

OFFICE, HEARING = UUID(int=1), UUID(int=2)
OFFICER, OBSERVER, COLLEAGUE = UUID(int=11), UUID(int=12), UUID(int=13)
HEAD = to_role(OFFICE, "head")


def utc(text: str) -> datetime:
    """ "2026-11-22 04:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hearing(when: When, **facts: Any) -> Facts:
    """One that is ahead, and to which an observer goes; of an office with an officer and a head."""
    usual: dict[str, Any] = {
        "hearing_id": HEARING,
        "when": when,
        "state": State.ASSIGNED if facts.get("goes", True) else State.SCHEDULED,
        "goes": (OBSERVER,),
        "officer_id": OFFICER,
        "office_id": OFFICE,
        "head_role": "head",
    }
    return Facts(**(usual | facts))


def told(planned: tuple[Planned, ...], calendar: OfficeCalendar) -> list[str]:
    """ "last_working_day+days_3 Thu 19 Nov 09:00" by the office's clocks, "hours_3 22 Nov 04:00Z"; in order."""
    lines = []
    for one in planned:
        assert is_slot(one.slot_at)
        at = one.slot_at if one.rule == "hours_3" else one.slot_at.astimezone(calendar.zone)
        shown = f"{at.day} {at:%b %H:%M}Z" if one.rule == "hours_3" else f"{at:%a} {at.day} {at:%b %H:%M}"
        lines.append("+".join((one.rule, *one.merges)) + " " + shown)
    return lines


def before(planned: tuple[Planned, ...]) -> tuple[Planned, ...]:
    return tuple(one for one in planned if not one.rule.startswith("report"))


# 14, 7 and 3 calendar days before, the last working day before, 3 hours before.

CASES = list(cases())
LONG_BEFORE = utc("2026-10-01 08:00")
DAY_RULES = ("days_14", "days_7", "days_3", "last_working_day")


def test_the_table_has_forty_cases_and_more() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_before_a_hearing(case: Case) -> None:
    """Rules that fall on the same day are one reminder: the nearest to the hearing, which says what it stands for."""
    when, calendar = case.when, case.calendar
    planned = before(reminders_of(hearing(when), calendar, when.earliest_at - timedelta(60)))
    by_day: dict[str, list[str]] = {}
    for rule, day in zip(DAY_RULES, case.days, strict=True):
        by_day.setdefault(day, []).append(rule)
    expected = {f"{'+'.join([rules[-1], *rules[:-1]])} {day} 09:00" for day, rules in by_day.items()}
    lines = told(planned, calendar)
    assert set(lines) == expected | {f"hours_3 {case.hours}"}
    assert len(lines) == len(expected) + 1
    assert [one.slot_at for one in planned] == sorted(one.slot_at for one in planned)
    assert all(one.slot_at < when.earliest_at and one.recipient == to_member(OBSERVER) for one in planned)


def sample(case_id: str) -> tuple[OfficeCalendar, When]:
    """The office and the hearing of a case of the sample world."""
    world = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))
    case = next(one for one in world["cases"] if one["id"] == case_id)
    seat = next(one for one in world["delegations"] if one["code"] == case["delegation"])
    closed = [one for one in world["holidays"] if one["office"] == seat["code"]]
    holidays = [Holiday(date.fromisoformat(one["on"]), one["name"], one["source"]) for one in closed]
    at = datetime.fromisoformat(case["hearing"]["local"])
    return office_calendar(seat["tz"], seat["weekend"], holidays), set_for(at.date(), case["hearing"]["tz"], at.time())


@pytest.mark.parametrize(("case_id", "day"), [("C1", "Thu 19 Nov 09:00"), ("C2", "Tue 1 Dec 09:00")])
def test_the_sample_world_is_told_on_the_last_working_day(case_id: str, day: str) -> None:
    calendar, when = sample(case_id)
    planned = reminders_of(hearing(when), calendar, LONG_BEFORE)
    last = [one for one in planned if one.rule == "last_working_day"]
    assert [line.split(" ", 1)[1] for line in told(tuple(last), calendar)] == [day]
    assert all(one.mails for one in last)


# The daily slot, where the office's own clocks change at that hour.


@pytest.mark.parametrize(
    ("calendar", "hour", "said", "rule", "slot"),
    [
        pytest.param(
            BRUSSELS, 9, "Sun 2026-04-05 10:00", "days_7", "2026-03-29 07:00", id="nine, in summer since today"
        ),
        pytest.param(BRUSSELS, 9, "Sun 2026-04-05 10:00", "days_14", "2026-03-22 08:00", id="nine, in winter still"),
        pytest.param(BRUSSELS, 2, "Sun 2026-04-05 10:00", "days_7", "2026-03-29 01:00", id="skipped: as much later"),
        pytest.param(BRUSSELS, 2, "Sun 2026-11-01 10:00", "days_7", "2026-10-25 00:00", id="twice: the first"),
        pytest.param(CAIRO, 0, "Fri 2026-05-01 10:00", "days_7", "2026-04-23 22:00", id="midnight that Cairo skips"),
        pytest.param(CAIRO, 23, "Thu 2026-11-05 10:00", "days_7", "2026-10-29 20:00", id="23:00 twice in Cairo"),
        pytest.param(KATHMANDU, 9, "Thu 2026-11-26 10:00", "days_7", "2026-11-19 03:15", id="a zone of quarter hours"),
    ],
)
def test_day_reminders_come_in_the_office_s_one_slot(
    calendar: OfficeCalendar, hour: int, said: str, rule: str, slot: str
) -> None:
    when = heard(calendar.zone.key, said)
    planned = reminders_of(hearing(when), calendar, when.earliest_at - timedelta(60), slot_hour=hour)
    assert [one.slot_at for one in planned if one.rule == rule] == [utc(slot)]


def test_what_is_mailed_a_working_day_earlier_comes_in_the_slot_of_that_day() -> None:
    when = heard("Africa/Cairo", "Tue 2026-11-24 10:00")
    now = when.earliest_at - timedelta(60)
    planned = reminders_of(hearing(when), CAIRO, now, own={"days_3": True}, slot_hour=12)
    assert [one.slot_at for one in planned if "days_3" in (one.rule, *one.merges)] == [utc("2026-11-19 10:00")]


# Recorded late: C1's hearing on Sunday 22 November at nine in Cairo (07:00Z), at different moments (UTC).

C1 = heard("Africa/Cairo", "Sun 2026-11-22 09:00")
MORNING = heard("Africa/Cairo", "Sun 2026-11-22 morning")
UNKNOWN = heard("Africa/Cairo", "Sun 2026-11-22 unknown")


@pytest.mark.parametrize(
    ("when", "now", "lines"),
    [
        pytest.param(
            C1, "2026-11-17 12:00", ["last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z"],
            id="five days before: 14 and 7 have gone",
        ),
        pytest.param(
            C1, "2026-11-08 06:59", [
                "days_14 Sun 8 Nov 09:00", "days_7 Sun 15 Nov 09:00",
                "last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z",
            ],
            id="a minute before a slot",
        ),
        pytest.param(
            C1, "2026-11-08 13:20", [
                "days_14 Sun 8 Nov 15:00", "days_7 Sun 15 Nov 09:00",
                "last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z",
            ],
            id="fourteen days before, in the afternoon: at once",
        ),
        pytest.param(
            C1, "2026-11-08 22:00", [
                "days_7 Sun 15 Nov 09:00", "last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z",
            ],
            id="fourteen days before, after midnight at the office: its day is over",
        ),
        pytest.param(
            C1, "2026-11-19 12:30", ["last_working_day+days_3 Thu 19 Nov 14:00", "hours_3 22 Nov 04:00Z"],
            id="on the last working day after the slot: at once, once",
        ),
        pytest.param(
            C1, "2026-11-20 12:30", ["last_working_day Fri 20 Nov 14:00", "hours_3 22 Nov 04:00Z"],
            id="on the weekend: at once, all the same",
        ),
        pytest.param(
            C1, "2026-11-22 03:59", ["last_working_day Sun 22 Nov 05:00", "hours_3 22 Nov 04:00Z"],
            id="a minute before three hours before",
        ),
        pytest.param(C1, "2026-11-22 04:10", ["hours_3+last_working_day 22 Nov 04:00Z"], id="three hours before: one"),
        pytest.param(C1, "2026-11-22 06:30", ["hours_3+last_working_day 22 Nov 06:00Z"], id="half an hour before: one"),
        pytest.param(C1, "2026-11-22 07:00", [], id="it has begun"),
        pytest.param(C1, "2026-11-23 07:00", [], id="it is over"),
        pytest.param(MORNING, "2026-11-22 09:30", ["hours_3+last_working_day 22 Nov 09:00Z"], id="it may still begin"),
        pytest.param(MORNING, "2026-11-22 10:00", [], id="the morning is over"),
        pytest.param(UNKNOWN, "2026-11-22 15:30", ["hours_3+last_working_day 22 Nov 15:00Z"], id="it may be late"),
    ],
)  # fmt: skip
def test_what_was_missed_comes_at_once_while_it_still_makes_sense(when: When, now: str, lines: list[str]) -> None:
    assert told(before(reminders_of(hearing(when), CAIRO, utc(now))), CAIRO) == lines


def test_in_a_long_closure_the_last_working_day_is_still_made_up_for() -> None:
    when = heard("Europe/Brussels", "Mon 2027-01-04 09:00")
    planned = before(reminders_of(hearing(when), BRUSSELS, utc("2027-01-02 12:00")))
    assert told(planned, BRUSSELS) == ["last_working_day Sat 2 Jan 13:00", "hours_3 4 Jan 05:00Z"]


# Who is told.


def recipients(planned: tuple[Planned, ...], rule: str) -> list[Recipient]:
    return [one.recipient for one in planned if rule in (one.rule, *one.merges)]


@pytest.mark.parametrize(
    ("facts", "rule", "who"),
    [
        pytest.param({}, "days_7", [to_member(OBSERVER)], id="who goes"),
        pytest.param(
            {"goes": (OBSERVER, COLLEAGUE, OBSERVER)}, "days_7", [to_member(OBSERVER), to_member(COLLEAGUE)],
            id="each of those who go, once",
        ),
        pytest.param({"goes": ()}, "days_7", [to_member(OFFICER)], id="nobody goes: the officer"),
        pytest.param({"goes": (), "officer_id": None}, "days_7", [HEAD], id="nobody goes, no officer: the head"),
        pytest.param({"goes": ()}, "nobody_goes", [HEAD], id="nobody goes: the head three days before"),
        pytest.param({}, "nobody_goes", [], id="somebody goes: the head need not know"),
        pytest.param({}, "report_missing", [to_member(OFFICER)], id="the report: the officer"),
        pytest.param({"officer_id": None}, "report_missing", [HEAD], id="the report, no officer: the head"),
        pytest.param({}, "report_still_missing", [HEAD], id="the report, later: the head"),
        pytest.param(
            {"head_role": "headquarters_head"}, "report_still_missing", [to_role(OFFICE, "headquarters_head")],
            id="the head of headquarters",
        ),
    ],
)  # fmt: skip
def test_each_rule_tells_its_own_people(facts: dict[str, Any], rule: str, who: list[Recipient]) -> None:
    assert recipients(reminders_of(hearing(C1, **facts), CAIRO, LONG_BEFORE), rule) == who


def test_nobody_three_days_before_goes_to_the_head_by_mail_at_once() -> None:
    planned = reminders_of(hearing(C1, goes=()), CAIRO, LONG_BEFORE)
    found = [one for one in planned if one.rule == "nobody_goes"]
    assert told(tuple(found), CAIRO) == ["nobody_goes Thu 19 Nov 09:00"]
    assert found[0].mails
    late = reminders_of(hearing(C1, goes=()), CAIRO, utc("2026-11-21 10:00"))
    assert "nobody_goes Sat 21 Nov 12:00" in told(late, CAIRO)


def test_a_head_who_stands_for_everybody_has_one_reminder_a_day() -> None:
    planned = reminders_of(hearing(C1, goes=(), officer_id=None), CAIRO, LONG_BEFORE)
    assert {one.recipient for one in planned} == {HEAD}
    assert "nobody_goes+days_3+last_working_day Thu 19 Nov 09:00" in told(planned, CAIRO)
    assert len({one.slot_at for one in planned}) == len(planned)


def test_of_all_that_was_missed_the_nearest_to_the_hearing_speaks() -> None:
    planned = reminders_of(hearing(C1, goes=(), officer_id=None), CAIRO, utc("2026-11-22 04:10"))
    assert told(before(planned), CAIRO) == ["hours_3+last_working_day+nobody_goes 22 Nov 04:00Z"]


def test_who_is_named_twice_is_told_once() -> None:
    planned = reminders_of(hearing(C1, goes=(OBSERVER, OBSERVER)), CAIRO, LONG_BEFORE)
    assert planned == reminders_of(hearing(C1), CAIRO, LONG_BEFORE)


# After the hearing: the report, and the next date.

OWED = {"report_on": date(2026, 11, 24)}
"""Somebody went to C1's hearing on 22 November: two working days, of which one is a holiday here."""


@pytest.mark.parametrize(
    ("state", "facts", "now", "lines"),
    [
        pytest.param(
            State.HELD, OWED, "2026-11-22 12:00",
            ["report_missing Tue 24 Nov 09:00", "report_still_missing Sun 29 Nov 09:00"],
            id="two and four working days after, over a holiday and a weekend",
        ),
        pytest.param(
            State.ASSIGNED, {}, "2026-11-22 12:00",
            ["report_missing Tue 24 Nov 09:00", "report_still_missing Sun 29 Nov 09:00"],
            id="nobody said yet that it was held",
        ),
        pytest.param(
            State.HELD, OWED, "2026-11-25 12:00",
            ["report_missing Wed 25 Nov 14:00", "report_still_missing Sun 29 Nov 09:00"],
            id="a day late: the officer at once",
        ),
        pytest.param(
            State.HELD, OWED, "2026-12-10 12:00",
            ["report_missing Thu 10 Dec 14:00", "report_still_missing Thu 10 Dec 14:00"],
            id="weeks late: both at once",
        ),
        pytest.param(
            State.HELD, OWED, "2027-03-01 12:00", [],
            id="history that is recorded months later alarms nobody",
        ),
        pytest.param(
            State.HELD, {"report_on": date(2026, 12, 9)}, "2026-12-07 12:00",
            ["report_missing Wed 9 Dec 09:00", "report_still_missing Sun 13 Dec 09:00"],
            id="sent back for changes two weeks later: due anew, chased anew",
        ),
        pytest.param(
            State.HELD, {"report_on": date(2026, 12, 9)}, "2026-12-10 12:00",
            ["report_missing Thu 10 Dec 14:00", "report_still_missing Sun 13 Dec 09:00"],
            id="sent back for changes, and late again: the officer at once, then the head",
        ),
        pytest.param(
            State.HELD, {"report_on": date(2027, 6, 9)}, "2027-06-07 12:00",
            ["report_missing Wed 9 Jun 09:00", "report_still_missing Sun 13 Jun 09:00"],
            id="sent back after months: what is made up for counts from the day it is due",
        ),
        pytest.param(State.HELD, {}, "2026-11-22 12:00", [], id="held, and nobody of ours went: nobody reports"),
        pytest.param(State.REPORTED, {}, "2026-11-22 12:00", [], id="reported"),
        pytest.param(State.REVIEWED, {}, "2026-11-22 12:00", [], id="accepted"),
        pytest.param(State.CANCELLED, {}, "2026-11-10 12:00", [], id="cancelled before its day"),
        pytest.param(State.ADJOURNED, {}, "2026-11-22 12:00", [], id="a new date: the next hearing has its own"),
        pytest.param(
            State.ADJOURNED, {"chase_on": date(2026, 11, 30)}, "2026-11-22 12:00",
            ["chase_date Mon 30 Nov 09:00"],
            id="no new date: chased on the day that stands with it",
        ),
        pytest.param(
            State.ADJOURNED, {"chase_on": date(2026, 11, 17)}, "2026-11-10 12:00",
            ["chase_date Tue 17 Nov 09:00"],
            id="no new date, known before its day",
        ),
        pytest.param(
            State.ADJOURNED, {"chase_on": date(2026, 11, 17)}, "2026-11-18 12:00",
            ["chase_date Wed 18 Nov 14:00"],
            id="no new date, recorded late",
        ),
        pytest.param(
            State.ADJOURNED, {"chase_on": date(2026, 12, 1)}, "2026-11-18 12:00",
            ["chase_date Tue 1 Dec 09:00"],
            id="no new date, and somebody asks again on a day of their choice",
        ),
        pytest.param(
            State.HELD, OWED | {"chase_on": date(2026, 11, 30)}, "2026-11-22 12:00",
            ["report_missing Tue 24 Nov 09:00", "report_still_missing Sun 29 Nov 09:00", "chase_date Mon 30 Nov 09:00"],
            id="held, and the court gave no new date: both",
        ),
        pytest.param(
            State.REVIEWED, {"chase_on": date(2026, 11, 30)}, "2026-11-24 12:00",
            ["chase_date Mon 30 Nov 09:00"],
            id="reviewed, and still no new date",
        ),
    ],
)  # fmt: skip
def test_after_a_hearing(state: State, facts: dict[str, Any], now: str, lines: list[str]) -> None:
    assert told(reminders_of(hearing(C1, state=state, **facts), CAIRO, utc(now)), CAIRO) == lines


@pytest.mark.parametrize("state", sorted(set(State) - set(AHEAD)))
def test_a_hearing_that_is_not_ahead_any_more_has_no_reminder_before_it(state: State) -> None:
    assert before(reminders_of(hearing(C1, state=state), CAIRO, LONG_BEFORE)) == ()


@pytest.mark.parametrize("state", AHEAD)
def test_until_the_result_is_recorded_a_hearing_has_its_reminders(state: State) -> None:
    goes = () if nobody_goes(state) else (OBSERVER,)
    planned = before(reminders_of(hearing(C1, state=state, goes=goes), CAIRO, LONG_BEFORE))
    assert [one.rule for one in planned if one.recipient != HEAD] == [
        "days_14",
        "days_7",
        "last_working_day",
        "hours_3",
    ]
    assert [one.rule for one in planned if one.recipient == HEAD] == ["nobody_goes"] * (not goes)


@pytest.mark.parametrize(
    ("due", "on"),
    [
        ("5 working days after", date(2026, 11, 17)),
        ("3 working days after", date(2026, 11, 15)),
        ("10 calendar days after", date(2026, 11, 20)),
    ],
)
def test_the_court_is_asked_for_a_new_date_on_the_day_that_the_rule_says(due: str, on: date) -> None:
    text = (CONFIG / "reminders.toml").read_text(encoding="utf-8")
    rules = reminder_rules.read(text.replace('due = "5 working days after"', f'due = "{due}"'))
    assert chased_on(date(2026, 11, 10), CAIRO, rules) == on


@pytest.mark.parametrize(
    ("due", "on"),
    [("2 working days after", date(2026, 11, 12)), ("3 calendar days after", date(2026, 11, 13))],
)
def test_a_report_is_due_on_the_day_that_the_rule_says(due: str, on: date) -> None:
    text = (CONFIG / "reminders.toml").read_text(encoding="utf-8")
    rules = reminder_rules.read(
        text.replace('due = "2 working days after"', f'due = "{due}"').replace(
            'due = "4 working days after"', f'due = "4 {due.split(" ", 1)[1]}"'
        )
    )
    assert report_due_on(date(2026, 11, 10), CAIRO, rules) == on


@pytest.mark.parametrize(
    ("due", "slot"),
    [
        ("3 hour before", "2026-11-22 04:00"),
        ("3 hour after", "2026-11-22 10:00"),
        ("30 hour before", "2026-11-21 01:00"),
        ("3 calendar day before", "2026-11-19 07:00"),
        ("3 calendar day after", "2026-11-25 07:00"),
        ("1 working day before", "2026-11-19 07:00"),
        ("2 working day after", "2026-11-24 07:00"),
    ],
)
def test_a_due_becomes_a_slot_whatever_its_unit(due: str, slot: str) -> None:
    """C1 begins on Sunday at 07:00Z, and its office has its slot at nine, in November 07:00Z."""
    count, unit, side = due.split(" ", 1)[0], due.split(" ", 1)[1].rsplit(" ", 1)[0], due.rsplit(" ", 1)[1]
    said = Due(int(count), Unit(unit), side == "after")
    assert slot_of(said, C1.earliest_at, CAIRO, 9) == utc(slot)


@pytest.mark.parametrize("after", [False, True])
def test_no_day_has_hours_to_be_counted_from(after: bool) -> None:
    with pytest.raises(ValueError, match="from a moment"):
        counted(Due(3, Unit.HOUR, after), date(2026, 11, 22), CAIRO)


# Which of them are mailed at once.

AT_ONCE = {"last_working_day", "hours_3", "nobody_goes", "report_missing", "report_still_missing"}


def mailed(planned: tuple[Planned, ...]) -> set[str]:
    return {one.rule for one in planned if one.mails}


def test_by_mail_at_once_go_the_last_working_day_the_hours_and_escalations() -> None:
    """DOMAIN §3: a mail always means something."""
    assert mailed(reminders_of(hearing(C1, goes=()), CAIRO, LONG_BEFORE)) == AT_ONCE
    chased = hearing(C1, state="adjourned", chase_on=C1.on)
    assert mailed(reminders_of(chased, CAIRO, LONG_BEFORE)) == set()
    assert {rule.code for rule in RULES.rules if rule.mails} == AT_ONCE


def test_an_office_may_say_which_are_mailed_at_once() -> None:
    own = {"days_14": True, "hours_3": False, "no_such_rule": True}
    planned = reminders_of(hearing(C1, goes=()), CAIRO, LONG_BEFORE, own=own)
    assert mailed(planned) == (AT_ONCE | {"days_14"}) - {"hours_3"}


# Mail in working hours, but for what cannot wait (DESIGN §4). C1's office is closed on Friday and Saturday.

LATE_OPENER = office_calendar("Africa/Cairo", ("fri", "sat"), (), time(10, 10), time(14))
MONDAY = heard("Africa/Cairo", "Mon 2026-11-23 10:00")
TUESDAY = heard("Africa/Cairo", "Tue 2026-11-24 10:00")


@pytest.mark.parametrize(
    ("when", "calendar", "now", "own", "lines"),
    [
        pytest.param(
            C1, CAIRO, "2026-11-09 12:00", {"days_7": True},
            ["days_7 Sun 15 Nov 09:00", "last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z"],
            id="the slot lies in working hours",
        ),
        pytest.param(
            MONDAY, CAIRO, "2026-11-17 12:00", {"days_3": True},
            ["days_3 Thu 19 Nov 09:00", "last_working_day Sun 22 Nov 09:00", "hours_3 23 Nov 05:00Z"],
            id="three days before is a Friday: mailed on Thursday, rather earlier than later",
        ),
        pytest.param(
            MONDAY, CAIRO, "2026-11-17 12:00", {},
            ["days_3 Fri 20 Nov 09:00", "last_working_day Sun 22 Nov 09:00", "hours_3 23 Nov 05:00Z"],
            id="not mailed: it stands on Today on its own day",
        ),
        pytest.param(
            MONDAY, CAIRO, "2026-11-19 12:00", {"days_3": True},
            ["days_3 Sun 22 Nov 09:00", "last_working_day Sun 22 Nov 09:00", "hours_3 23 Nov 05:00Z"],
            id="Thursday's slot has gone: mailed when it opens, a day before the hearing still",
        ),
        pytest.param(
            C1, CAIRO, "2026-11-20 12:30", {}, ["last_working_day Fri 20 Nov 14:00", "hours_3 22 Nov 04:00Z"],
            id="missed, and it opens again on the day of the hearing: at once, weekend or not",
        ),
        pytest.param(
            TUESDAY, CAIRO, "2026-11-21 12:30", {"days_3": True},
            ["days_3 Sun 22 Nov 09:00", "last_working_day Mon 23 Nov 09:00", "hours_3 24 Nov 05:00Z"],
            id="missed on a Saturday: when it opens",
        ),
        pytest.param(
            C1, LATE_OPENER, "2026-11-17 12:00", {},
            ["last_working_day+days_3 Thu 19 Nov 10:15", "hours_3 22 Nov 04:00Z"],
            id="an office that opens late: when it opens, to the quarter",
        ),
        pytest.param(
            C1, CAIRO, "2026-11-19 18:40", {}, ["last_working_day+days_3 Thu 19 Nov 20:00", "hours_3 22 Nov 04:00Z"],
            id="recorded in the evening, the hearing is on the next day it opens: at once",
        ),
        pytest.param(
            TUESDAY, CAIRO, "2026-11-23 16:00", {}, ["last_working_day Mon 23 Nov 18:00", "hours_3 24 Nov 05:00Z"],
            id="recorded the evening before: at once",
        ),
    ],
)  # fmt: skip
def test_what_is_mailed_comes_in_working_hours_but_never_too_late(
    when: When, calendar: OfficeCalendar, now: str, own: dict[str, bool], lines: list[str]
) -> None:
    assert told(before(reminders_of(hearing(when), calendar, utc(now), own=own)), calendar) == lines


@pytest.mark.parametrize(
    ("state", "facts", "own", "lines"),
    [
        pytest.param(
            State.ADJOURNED, {"chase_on": date(2026, 11, 28)}, {"chase_date": True}, ["chase_date Sun 29 Nov 09:00"],
            id="the court is asked on a Saturday, as somebody chose: mailed when the office opens",
        ),
        pytest.param(
            State.HELD, {"report_on": date(2026, 11, 27)}, {},
            ["report_missing Sun 29 Nov 09:00", "report_still_missing Mon 30 Nov 09:00"],
            id="a day on which a report was due became a holiday: mailed when the office opens",
        ),
    ],
)  # fmt: skip
def test_what_is_mailed_of_a_closed_day_that_stands_with_the_hearing_waits_until_it_opens(
    state: State, facts: dict[str, Any], own: dict[str, bool], lines: list[str]
) -> None:
    planned = reminders_of(hearing(C1, state=state, **facts), CAIRO, utc("2026-11-23 12:00"), own=own)
    assert told(planned, CAIRO) == lines


def test_hours_before_are_mailed_at_any_hour() -> None:
    early = heard("Africa/Cairo", "Fri 2026-11-20 08:00")
    found = [one for one in reminders_of(hearing(early), CAIRO, LONG_BEFORE) if one.rule == "hours_3"]
    assert told(tuple(found), CAIRO) == ["hours_3 20 Nov 03:00Z"]
    assert [rule.code for rule in RULES.rules if rule.urgent] == ["hours_3"]


def test_what_is_recorded_at_night_after_a_hearing_waits_for_the_morning() -> None:
    planned = reminders_of(hearing(C1, state=State.HELD, **OWED), CAIRO, utc("2026-12-10 20:00"))
    assert told(planned, CAIRO) == ["report_missing Sun 13 Dec 09:00", "report_still_missing Sun 13 Dec 09:00"]


def test_when_it_is_mailed_makes_it_no_other_reminder() -> None:
    late_opener = replace(CAIRO, opens=time(10, 10))
    assert identities(hearing(MONDAY)) == {
        one.identity for one in reminders_of(hearing(MONDAY), late_opener, LONG_BEFORE, own={"days_3": True})
    }


def test_somebody_without_an_account_goes_the_officer_is_told_and_the_head_need_not_know() -> None:
    planned = reminders_of(hearing(C1, goes=(), state=State.ASSIGNED), CAIRO, LONG_BEFORE)
    assert recipients(planned, "days_7") == [to_member(OFFICER)]
    assert recipients(planned, "nobody_goes") == []


def test_an_embassy_that_has_not_accepted_three_days_before_is_nobody_to_the_head() -> None:
    planned = reminders_of(hearing(C1, goes=(), state=State.ASSIGNED, unanswered=True), CAIRO, LONG_BEFORE)
    assert recipients(planned, "days_7") == [to_member(OFFICER)]
    assert recipients(planned, "nobody_goes") == [HEAD]


def test_reminders_that_are_one_are_mailed_if_any_of_them_is() -> None:
    planned = reminders_of(hearing(C1), CAIRO, LONG_BEFORE, own={"days_3": True, "last_working_day": False})
    assert [one.mails for one in planned if one.rule == "last_working_day"] == [True]


# What makes a reminder another one.


def identities(facts: Facts, now: datetime = LONG_BEFORE, calendar: OfficeCalendar = CAIRO) -> set[bytes]:
    planned = reminders_of(facts, calendar, now)
    assert len({one.identity for one in planned}) == len(planned)
    return {one.identity for one in planned}


def test_the_same_reminder_is_the_same_whenever_it_is_computed() -> None:
    """Also once its slot has passed, and once its companion of the same day makes no sense any more."""
    first = reminders_of(hearing(C1), CAIRO, LONG_BEFORE)
    moment = LONG_BEFORE
    while moment < utc("2026-12-10 00:00"):
        again = reminders_of(hearing(C1), CAIRO, moment)
        assert {one.identity for one in again} <= {one.identity for one in first}, moment
        assert {one.identity for one in first if one.slot_at > moment} <= {one.identity for one in again}, moment
        moment += timedelta(hours=1)


def test_a_reminder_stays_the_same_when_another_of_its_rules_speaks() -> None:
    kept = {"days_3": 60, "last_working_day": 0}
    rules = replace(
        RULES,
        rules=tuple(replace(one, made_up_for_days=kept.get(one.code, one.made_up_for_days)) for one in RULES.rules),
    )
    on_thursday, on_friday = (
        reminders_of(hearing(C1), CAIRO, utc(now), rules=rules)[0] for now in ("2026-11-19 12:00", "2026-11-20 12:00")
    )
    assert (on_thursday.rule, on_friday.rule) == ("last_working_day", "days_3")
    assert on_thursday.identity == on_friday.identity


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"when": heard("Africa/Cairo", "Mon 2026-11-23 09:00")}, id="another day"),
        pytest.param({"when": heard("Africa/Cairo", "Sun 2026-11-22 11:00")}, id="another hour of the same day"),
        pytest.param({"when": heard("Africa/Khartoum", "Sun 2026-11-22 09:00")}, id="another zone of the same hour"),
        pytest.param({"when": MORNING}, id="the hour is open again"),
        pytest.param(
            {"when": msgspec.structs.replace(C1, earliest_at=C1.earliest_at + timedelta(hours=1))},
            id="the same hour, by zone rules that changed",
        ),
        pytest.param({"hearing_id": UUID(int=3)}, id="another hearing"),
        pytest.param({"office_id": UUID(int=4), "goes": (COLLEAGUE,), "officer_id": COLLEAGUE}, id="other people"),
    ],
)
def test_what_changes_makes_every_reminder_another_one(other: dict[str, Any]) -> None:
    assert not identities(hearing(C1)) & identities(replace(hearing(C1), **other))


def test_a_morning_is_another_than_an_unknown_hour_that_begins_as_early() -> None:
    assert MORNING.earliest_at == UNKNOWN.earliest_at
    assert not identities(hearing(MORNING)) & identities(hearing(UNKNOWN))


def test_who_goes_now_is_told_and_who_reports_stays() -> None:
    one, other = identities(hearing(C1)), identities(hearing(C1, goes=(COLLEAGUE,)))
    assert len(one & other) == 2  # the officer's and the head's
    assert len(one) == len(other) == 6


def test_an_identity_tells_moments_and_recipients_apart_whatever_their_bytes() -> None:
    both = reminders_of(hearing(C1, goes=(OBSERVER, COLLEAGUE)), CAIRO, LONG_BEFORE)
    assert len({one.identity for one in both}) == len(both) == 10


def test_moved_three_times_and_back_only_the_last_date_counts() -> None:
    """And nothing is planned for what has passed: on the 12th, the fourteen days before the 22nd have."""
    now = utc("2026-11-12 12:00")
    dates = ["Sun 2026-11-15 09:00", "Wed 2026-12-16 09:00", "Tue 2026-11-24 10:00", "Sun 2026-11-22 09:00"]
    moved = [reminders_of(hearing(heard("Africa/Cairo", said)), CAIRO, now) for said in dates]
    assert told(before(moved[-1]), CAIRO) == [
        "days_7 Sun 15 Nov 09:00",
        "last_working_day+days_3 Thu 19 Nov 09:00",
        "hours_3 22 Nov 04:00Z",
    ]
    assert all(one.slot_at > now - timedelta(hours=1) for planned in moved for one in planned)
    last = {one.identity for one in moved[-1]}
    assert all(not last & {one.identity for one in planned} for planned in moved[:-1])
    assert last <= identities(hearing(C1))


def test_moved_on_the_weekend_to_an_earlier_day_is_told_at_once() -> None:
    known = identities(hearing(heard("Africa/Cairo", "Mon 2026-11-23 09:00")))
    planned = before(reminders_of(hearing(C1), CAIRO, utc("2026-11-21 09:15")))
    assert told(planned, CAIRO) == ["last_working_day Sat 21 Nov 11:00", "hours_3 22 Nov 04:00Z"]
    assert not known & {one.identity for one in planned}
    assert all(one.mails for one in planned)


# What was planned stands while its rule holds: somebody may have put it off, or not come by yet.

ONCE = {one.identity for one in reminders_of(hearing(C1), CAIRO, LONG_BEFORE)}
MORNING_ONCE = {one.identity for one in reminders_of(hearing(MORNING), CAIRO, LONG_BEFORE)}
REPORTS = ["report_missing Tue 24 Nov 09:00", "report_still_missing Sun 29 Nov 09:00"]


@pytest.mark.parametrize(
    ("facts", "now", "lines"),
    [
        pytest.param(
            hearing(C1), "2026-11-09 12:00",
            ["days_14 Mon 9 Nov 14:00", "days_7 Sun 15 Nov 09:00", "last_working_day+days_3 Thu 19 Nov 09:00",
             "hours_3 22 Nov 04:00Z", *REPORTS],
            id="the next day: it stands",
        ),
        pytest.param(
            hearing(C1), "2026-11-16 12:00",
            ["days_14 Mon 16 Nov 14:00", "days_7 Mon 16 Nov 14:00", "last_working_day+days_3 Thu 19 Nov 09:00",
             "hours_3 22 Nov 04:00Z", *REPORTS],
            id="each by itself: what was put off comes by itself too",
        ),
        pytest.param(
            hearing(C1), "2026-11-22 06:59",
            ["days_14 Sun 22 Nov 08:00", "days_7 Sun 22 Nov 08:00", "last_working_day+days_3 Sun 22 Nov 08:00",
             "hours_3 22 Nov 06:00Z", *REPORTS],
            id="until it begins",
        ),
        pytest.param(hearing(C1), "2026-11-22 07:00", REPORTS, id="it has begun"),
        pytest.param(hearing(C1, state=State.HELD, **OWED), "2026-11-22 06:00", REPORTS, id="it was held"),
        pytest.param(hearing(C1, state=State.CANCELLED), "2026-11-16 12:00", [], id="cancelled"),
        pytest.param(
            hearing(C1, goes=(COLLEAGUE,)), "2026-11-16 12:00",
            ["last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 04:00Z", *REPORTS],
            id="another goes: to them nothing of it was said",
        ),
        pytest.param(
            hearing(heard("Africa/Cairo", "Sun 2026-11-22 11:00")), "2026-11-16 12:00",
            ["last_working_day+days_3 Thu 19 Nov 09:00", "hours_3 22 Nov 06:00Z", *REPORTS],
            id="moved",
        ),
        pytest.param(
            hearing(C1, state=State.HELD, **OWED), "2027-03-01 12:00",
            ["report_missing Mon 1 Mar 14:00", "report_still_missing Mon 1 Mar 14:00"],
            id="months later, and still no report",
        ),
        pytest.param(hearing(C1, state=State.REPORTED), "2026-12-01 12:00", [], id="reported"),
    ],
)  # fmt: skip
def test_what_was_planned_stands_while_its_rule_holds(facts: Facts, now: str, lines: list[str]) -> None:
    assert told(reminders_of(facts, CAIRO, utc(now), stands=ONCE.__contains__), CAIRO) == lines


def test_of_an_hour_that_nobody_said_it_stands_while_it_may_still_begin() -> None:
    at = latest_at(MORNING)
    for moment, count in ((at - timedelta(minutes=1), 4), (at, 0)):
        planned = reminders_of(hearing(MORNING), CAIRO, moment, stands=MORNING_ONCE.__contains__)
        assert len(before(planned)) == count


def test_what_was_one_when_it_was_missed_stays_one() -> None:
    """What stands has spoken for the others: nobody is told of them a second time."""
    facts = hearing(C1, goes=(), officer_id=None)
    missed, later = utc("2026-11-22 04:10"), utc("2026-11-22 05:10")
    first = before(reminders_of(facts, CAIRO, missed))
    (one,) = first
    again = before(reminders_of(facts, CAIRO, later, stands=one.identity.__eq__))
    assert [(each.identity, each.rule, each.merges) for each in again] == [(one.identity, one.rule, one.merges)]


def test_what_stands_stays_the_same_however_often_it_is_looked_at() -> None:
    for facts in (hearing(C1), hearing(C1, goes=(), officer_id=None), hearing(MORNING)):
        for start in range(0, 24 * 60, 7):
            known: set[bytes] = set()
            moment = utc("2026-11-01 00:30") + timedelta(hours=start)
            found = reminders_of(facts, CAIRO, moment)
            known = {one.identity for one in found}
            for hours in (1, 30, 24 * 9):
                later = moment + timedelta(hours=hours)
                again = {one.identity for one in reminders_of(facts, CAIRO, later, stands=known.__contains__)}
                assert again <= known, (moment, later)


def test_a_naive_moment_names_no_instant() -> None:
    with pytest.raises(ValueError, match="no instant"):
        reminders_of(hearing(C1), CAIRO, datetime(2026, 11, 1))  # noqa: DTZ001
