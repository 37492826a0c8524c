"""Whoever writes the table of reminders, also past its own rules, ends nobody's Today, stops no act on a hearing, and
keeps no other trial from being looked after.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from hrd_cases.audit.events import Event
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.today.day import MOST_UNEXPLAINED
from hrd_cases.trials import mending
from hrd_cases.trials.life import Act
from hrd_cases.trials.mending import Rounds
from hrd_cases.trials.models import Proceeding
from hrd_cases.unattended import AddressBook
from tests.attacks.past_our_code import told
from tests.cases.acting import Filed
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_days
from tests.world import World


def plant(world: World, statement: str, *values: Any) -> None:
    world.database.dispose()
    with closing(sqlite3.connect(world.database.main.url.database or "", isolation_level=None)) as tables:
        tables.execute("PRAGMA ignore_check_constraints = ON")
        assert tables.execute(statement, values).rowcount


def tried(world: World, name: str = "Salma Mithal") -> tuple[Tried, uuid.UUID]:
    one = Tried(world, [Filed(world, OFFICER, "EG", name)])
    return one, one.schedule(10)


def of_both(world: World, one: Tried, state: str, row_id: str) -> None:
    """A reminder of a member and of a role at once."""
    columns = "slot_at, id, member_id, office_id, role, mails, state, uniqueness"
    office = world.demonstration.offices["DEL_EGY"]
    values = ("2026-01-01 00:00:00.000000", row_id, one.member(OFFICER).hex, office.hex, "head", 1, state, b"z" * 32)
    plant(world, f"INSERT INTO reminders ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)


def here(world: World, one: Tried, hearing_id: uuid.UUID) -> int:
    ids = one.hearing(hearing_id).reminders
    assert ids
    with world.database.main.reading() as session:
        return len(ids) - (session.scalar(select(func.count()).where(Reminder.id.in_(ids))) or 0)


def test_what_is_due_for_two_at_once_ends_nobody_s_today(world: World) -> None:
    one, _ = tried(world)
    of_both(world, one, "due", uuid.uuid4().hex)
    for who in (OFFICER, HEAD, DEPUTY):
        assert world.client(who).get("/").status_code == 200


def test_the_unattended_process_sets_it_aside_and_tells_the_trail(world: World) -> None:
    one, _ = tried(world)
    of_both(world, one, "waiting", "garbage")
    with world.database.main.reading() as session:
        ours = session.scalar(select(func.count()).where(Reminder.state == "waiting")) or 0
    book, later = AddressBook(world.house.settings), datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)
    assert turn_due(world.database.main, book, later) == ours - 1
    assert told(world, Event.ALARM_RAISED) == 1
    assert turn_due(world.database.main, book, later) == 0


def test_a_reminder_that_says_two_at_once_stops_no_act_and_is_put_right(world: World) -> None:
    one, hearing_id = tried(world)
    plant(world, "UPDATE reminders SET role = 'head' WHERE id = ?", one.hearing(hearing_id).reminders[0].hex)
    with world.acting(OFFICER) as (session, by):
        proceeding = session.get_one(Proceeding, one.id)
        assert mending.amiss(session, by, proceeding, datetime.now(UTC))
        mending.mend(session, by, proceeding, datetime.now(UTC))
        assert not mending.amiss(session, by, proceeding, datetime.now(UTC))
    plant(world, "UPDATE reminders SET role = 'head' WHERE id = ?", one.hearing(hearing_id).reminders[0].hex)
    one.act(hearing_id, Act.MOVE, new=in_days(12))
    assert here(world, one, hearing_id) == 0


@pytest.mark.parametrize("when", ["amiss", "mend"])
def test_a_trial_that_cannot_be_judged_keeps_no_other_from_being_mended(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    several = [tried(world, f"{letter} Example") for letter in "ABC"]
    several.sort(key=lambda pair: pair[0].id)
    for one, hearing_id in several:
        with world.database.main.writing() as session:
            session.execute(delete(Reminder).where(Reminder.id.in_(one.hearing(hearing_id).reminders)))
    bad, true = several[0][0].id, getattr(mending, when)

    def fails(session: Any, by: Any, proceeding: Proceeding, *more: Any) -> Any:
        if proceeding.id == bad:
            raise ValueError("what nobody thought of")
        return true(session, by, proceeding, *more)

    monkeypatch.setattr(mending, when, fails)
    rounds = Rounds()
    with world.acting(OFFICER) as (session, by):
        assert rounds.wait(session, by)
        rounds.do(session, by)
    assert [here(world, one, hearing_id) for one, hearing_id in several][1:] == [0, 0]
    if when == "amiss":
        assert here(world, *several[0]) == 0, "what could not be looked at is looked after"


@pytest.mark.parametrize("number", [11, 300])
def test_however_many_are_planted_today_shows_a_few_and_their_number(world: World, number: int) -> None:
    with world.database.main.reading() as session:
        office = session.execute(text("SELECT id FROM offices WHERE code = 'DEL_EGY'")).scalar()
    plant(
        world,
        "WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ?) INSERT INTO reminders"
        " (id, office_id, role, slot_at, mails, state, uniqueness) SELECT lower(hex(randomblob(16))), ?, 'head',"
        " '2026-11-20 00:00:00.000000', 0, 'due', randomblob(32) FROM g",
        number,
        office,
    )
    page = world.client(HEAD).get("/").text
    assert page.count("is about something that you cannot open (any more)") == MOST_UNEXPLAINED
    assert f"and {number - MOST_UNEXPLAINED} more" in page
