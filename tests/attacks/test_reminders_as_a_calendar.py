"""Somebody has the table of reminders, and the rules by which they are planned, and tries to rebuild the calendar of
hearings from it (issue 4, must show 5). What they can is stated in SECURITY.md; here it is measured.

Day reminders of an office lie in one slot a day, whatever they are about, and say little. Those of three hours before
must come when they come: each gives away that its reader goes somewhere on that day, and when, to the hour.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from hrd_cases.calendar import OfficeCalendar, office_calendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials.life import State
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.reminding import Facts, reminders_of
from hrd_cases.trials.times import When, set_for
from tests.cases.acting import Filed
from tests.trials.trying import OFFICER as OFFICER_OF_CAIRO
from tests.trials.trying import Tried
from tests.world import World

CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"))
OFFICE, OFFICER = UUID(int=1), UUID(int=2)
GO = [UUID(int=number) for number in range(10, 14)]
FIRST = date(2027, 1, 3)
HEARINGS, DAYS = 400, 180
NO_HOUR = 0.2
SECURITY = Path(__file__).parents[2] / "SECURITY.md"


class Sits(NamedTuple):
    """A hearing as it is: who goes, when, and whether the hour is known."""

    goes: UUID
    begins: datetime
    known: bool


class Row(NamedTuple):
    """What the thief reads of a reminder. Its id and its uniqueness are noise to them."""

    member_id: UUID | None
    role: str | None
    slot_at: datetime
    mails: bool


def world_of_hearings() -> tuple[list[Sits], list[Row]]:
    """Hearings of half a year on working days, at the hours of courts; and all that was planned for them, shuffled."""
    draw = random.Random(4)
    sits, rows = [], []
    for number in range(HEARINGS):
        day = FIRST + timedelta(draw.randrange(DAYS))
        day = day if CAIRO.is_working_day(day) else CAIRO.next_working_day(day)
        clock = None if draw.random() < NO_HOUR else time(draw.choice(range(9, 15)), draw.choice((0, 0, 0, 30)))
        when = set_for(day, "Africa/Cairo", clock, Part.MORNING)
        goes = draw.choice(GO)
        sits.append(Sits(goes, when.earliest_at, clock is not None))
        rows += planned(goes, when, number)
    draw.shuffle(rows)
    return sits, rows


def planned(goes: UUID, when: When, number: int = 0) -> list[Row]:
    """All that is planned for a hearing in one act."""
    facts = Facts(
        hearing_id=UUID(int=1000 + number),
        when=when,
        state=State.ASSIGNED,
        goes=(goes,),
        officer_id=OFFICER,
        office_id=OFFICE,
        head_role="head",
    )
    found = reminders_of(facts, CAIRO, when.earliest_at - timedelta(60))
    return [Row(one.recipient.member_id, one.recipient.role, one.slot_at, one.mails) for one in found]


def guessed(rows: list[Row], calendar: OfficeCalendar) -> list[tuple[UUID, datetime]]:
    """Who goes to a hearing that begins within the hour after this. In the daily slot nothing is to be told apart."""
    found = []
    for row in rows:
        local = row.slot_at.astimezone(calendar.zone)
        daily = (local.hour, local.minute) == (FIGURES.slot_hour, 0)
        if row.member_id is not None and row.mails and not daily:
            found.append((row.member_id, row.slot_at + timedelta(hours=3)))
    return found


def share(number: int, of: int) -> int:
    return round(100 * number / of)


@pytest.fixture(scope="module")
def figures() -> dict[str, int]:
    """In hundredths: of hearings, those whose day and reader are found, and whose hour; of guesses, the wrong."""
    sits, rows = world_of_hearings()
    guesses = Counter(guessed(rows, CAIRO))
    days = Counter((who, CAIRO.day_of(at)) for who, at in guesses.elements())
    found = hours = 0
    for one in sits:
        day = (one.goes, CAIRO.day_of(one.begins))
        if days[day]:
            days[day] -= 1
            found += 1
        exact = one.begins.replace(minute=0)
        hours += bool(one.known and guesses[one.goes, exact])
    return {
        "days": share(found, len(sits)),
        "hours": share(hours, len(sits)),
        "wrong": share(days.total(), sum(guesses.values())),
    }


def test_how_much_of_the_calendar_can_be_rebuilt_is_stated_in_security_md(figures: dict[str, int]) -> None:
    words = " ".join(SECURITY.read_text(encoding="utf-8").split())
    stated = re.search(
        r"rebuilds the day and the reader of (\d+) % of hearings, and the hour of (\d+) %; "
        r"(\d+) % of its guesses are wrong",
        words,
    )
    assert stated is not None, figures
    assert {"days": int(stated[1]), "hours": int(stated[2]), "wrong": int(stated[3])} == figures


def test_the_columns_hold_neither_a_hearing_nor_a_case_nor_a_rule() -> None:
    """More than who and when there is not: nothing joins two rows of one hearing, or a row to what it reminds of."""
    clear = set(Reminder.__table__.columns.keys())
    assert clear - {"id", "uniqueness", "body"} == {"member_id", "office_id", "role", "slot_at", "mails", "state"}


def test_day_reminders_alone_tell_no_day_of_a_hearing() -> None:
    """Without those of three hours before, everything of a reader and a day lies in one slot."""
    _, rows = world_of_hearings()
    hours = {row.slot_at.astimezone(CAIRO.zone).hour for row in rows if row.member_id == to_member(GO[0]).member_id}
    assert FIGURES.slot_hour in hours
    only_days = [row for row in rows if row.slot_at.astimezone(CAIRO.zone).hour == FIGURES.slot_hour]
    assert guessed(only_days, CAIRO) == []


# -- on PostgreSQL, where the number of the transaction says which rows were written together

SAMPLED = 60
CLOCKS: list[time | None] = [None, *(time(hour, minute) for hour in range(9, 15) for minute in (0, 30))]


def fitting(rows: set[Row], goes: UUID) -> set[tuple[date, int | None]]:
    """Days, and hours if they are known, for which the rules plan just these rows."""
    first = min(row.slot_at for row in rows).date()
    days = (first + timedelta(14 + more) for more in range(-1, 6))
    every = [(day, clock, set_for(day, "Africa/Cairo", clock, Part.MORNING)) for day in days for clock in CLOCKS]
    fits = ((day, clock) for day, clock, when in every if set(planned(goes, when)) == rows)
    return {(day, clock.hour if clock is not None else None) for day, clock in fits}


def test_rows_that_were_written_together_tell_more_and_security_md_says_how_much() -> None:
    sits, _ = world_of_hearings()
    days = hours = known = 0
    for one in sits[:SAMPLED]:
        local = one.begins.astimezone(CAIRO.zone)
        clock = local.time() if one.known else None
        rows = set(planned(one.goes, set_for(local.date(), "Africa/Cairo", clock, Part.MORNING)))
        found = fitting(rows, one.goes)
        days += {day for day, _ in found} == {local.date()}
        hours += one.known and {hour for _, hour in found} == {local.hour}
        known += one.known
    figures = {"days": share(days, SAMPLED), "hours": share(hours, known)}
    words = " ".join(SECURITY.read_text(encoding="utf-8").split())
    stated = re.search(
        r"rebuilds the day of (\d+) % of hearings so, and the hour of (\d+) % of those that have one", words
    )
    assert stated is not None, figures
    assert {"days": int(stated[1]), "hours": int(stated[2])} == figures


def test_on_postgresql_rows_of_one_act_have_the_number_of_its_transaction(world_on_postgres: World) -> None:
    """What SECURITY.md admits: it joins reminders to the entry that they were planned with."""
    trials = [
        Tried(world_on_postgres, [Filed(world_on_postgres, OFFICER_OF_CAIRO, "EG", name)]) for name in ("A B", "C D")
    ]
    for one in trials:
        one.schedule(20)
    together = text(
        "SELECT count(DISTINCT r.id), count(DISTINCT e.proceeding_id) FROM reminders r "
        "JOIN proceeding_entries e ON e.xmin::text = r.xmin::text GROUP BY r.xmin::text"
    )
    with world_on_postgres.database.main.reading() as session:
        found = session.execute(together).all()
    assert [proceedings for _, proceedings in found] == [1, 1]
    assert all(reminders > 3 for reminders, _ in found)
