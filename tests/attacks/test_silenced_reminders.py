"""Whoever writes the table of reminders silences nobody: the trail tells by a digest whose they are and when, the check
of the trail names each that says something else, and the unattended process tells the office and headquarters at once.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from hrd_cases.audit.events import Event
from hrd_cases.audit.reminders import together_written
from hrd_cases.audit.trail import record
from hrd_cases.audit.turns import clock_written
from hrd_cases.audit.verify import verify_store
from hrd_cases.cases import clocks
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.silenced import CLOCK_ALARM
from hrd_cases.cases.telling import tell
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import to_member, to_role
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.rules import hour_slot
from hrd_cases.unattended import AddressBook, keep_told
from tests.attacks.past_our_code import alarms, tables
from tests.cases.conftest import recorded
from tests.world import World

ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
FAR = "9999-12-31 23:00:00"
HOW = {
    "put off": "UPDATE reminders SET slot_at = :far",
    "not mailed": "UPDATE reminders SET mails = :no",
    "somebody else's": "UPDATE reminders SET member_id = :other, office_id = NULL, role = NULL",
    "says more": "UPDATE reminders SET body = 'x'",
    "marked as due": "UPDATE reminders SET state = 'due'",
    "taken away": "DELETE FROM reminders",
    "the clock is gone": "DELETE FROM acknowledgements",
    "the clock is put off": "UPDATE acknowledgements SET due_at = :far",
    "the clock is stopped": "UPDATE acknowledgements SET acknowledged_at = routed_at",
}


def silenced(world: World, how: str) -> None:
    postgres = world.database.main.engine.dialect.name == "postgresql"
    other = world.demonstration.members["auditor.hq"]
    values = {
        "far": FAR + ("+00" if postgres else ".000000"),
        "no": False,
        "other": other if postgres else other.hex,
    }
    with tables(world) as session:
        session.execute(text(HOW[how]), {name: value for name, value in values.items() if f":{name}" in HOW[how]})


def mailed(world: World) -> set[str]:
    names = {str(member).replace("-", ""): name for name, member in world.demonstration.members.items()}
    with world.database.main.reading() as session:
        found = session.execute(text("SELECT member_id FROM deliveries")).scalars()
        return {names[str(one).replace("-", "")] for one in found}


def findings(world: World) -> set[str]:
    return {one.what for one in verify_store(world.database.main, shred=world.database.shred).findings}


@ENGINES
@pytest.mark.parametrize("how", HOW)
def test_a_clock_that_was_silenced_is_told_of(engine: str, how: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(engine)
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Somebody", urgency="critical"), (), now)
    settings, store = world.house.settings, world.database.main
    assert findings(world) == set()
    assert keep_told(settings, store, now) == 0
    silenced(world, how)
    assert findings(world)
    assert keep_told(settings, store, now)
    assert keep_told(settings, store, now) == 0
    later = now + timedelta(days=2)
    with time_machine.travel(later, tick=True):
        turn_due(store, AddressBook(settings), later)
    expected = {"officer.minsk"} if how == "marked as due" else {"head.minsk", "desk.hq"}
    assert expected <= mailed(world)
    assert (CLOCK_ALARM in alarms(world)) == (how != "marked as due")


def test_what_was_told_of_a_silenced_clock_can_not_be_silenced_for_long(world: World) -> None:
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Somebody", urgency="critical"), (), now)
    silenced(world, "put off")
    assert keep_told(world.house.settings, world.database.main, now) == 1
    silenced(world, "put off")
    assert keep_told(world.house.settings, world.database.main, now) == 1
    silenced(world, "says more")
    assert keep_told(world.house.settings, world.database.main, now) == 1
    assert keep_told(world.house.settings, world.database.main, now) == 0


def test_while_nothing_was_silenced_nobody_waits_for_the_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads whatever was sent in ninety days: behind the write gate everybody would wait for that."""
    now = datetime.now(UTC)
    for name in ("One", "Two"):
        with world.acting("officer.cairo") as (session, visitor):
            submit(session, visitor, recorded("BY", name, urgency="critical"), (), now)
    officer = world.client("officer.minsk")
    assert officer.get("/").status_code == 200
    with world.database.main.reading() as session:
        case_id = session.scalars(select(Acknowledgement.case_id)).first()
    assert officer.post(f"/cases/{case_id}/step/acknowledge", {}).status_code == 303

    def gate(*_: object) -> None:
        raise AssertionError("nothing is to be written")

    with monkeypatch.context() as patched:
        patched.setattr(type(world.database.main), "writing", gate)
        assert keep_told(world.house.settings, world.database.main, now) == 0


@pytest.mark.parametrize("how", ["put off", "the clock is put off"])
def test_a_second_sending_put_at_the_end_of_the_trail_hides_nothing(world: World, how: str) -> None:
    """It tells of the clock and its reminders as they were changed."""
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Somebody", urgency="critical"), (), now)
    silenced(world, how)
    office = world.demonstration.offices["DEL_BLR"]
    with world.acting("officer.cairo") as (session, _visitor):
        row = session.scalars(select(Acknowledgement)).one()
        told = together_written(session, clocks.reminders_of(row))
        record(session, Event.CASE_ROUTED, case=row.case_id, office=office, clock=clock_written(row), reminders=told)
    assert findings(world)
    assert keep_told(world.house.settings, world.database.main, now)


def test_what_a_member_put_off_or_passed_on_is_no_finding(world: World) -> None:
    office, officer = world.demonstration.offices["DEL_EGY"], world.demonstration.members["officer.cairo"]
    now = datetime.now(UTC)
    until = hour_slot(now + timedelta(days=2))
    with world.acting("officer.cairo") as (session, _visitor):
        later, others = tell(session, [to_member(officer), to_role(office, "head")], now)
    with world.acting("officer.cairo") as (session, _visitor):
        plan.put_off(session, later, until)
        record(session, Event.REMINDER_PUT_OFF, reminder=later, until=until.isoformat())
        plan.pass_on(session, others, to_member(officer), now)
        record(session, Event.REMINDER_PASSED_ON, reminder=others, to=str(officer))
    assert findings(world) == set()


def test_it_is_over_once_somebody_took_the_file(world: World) -> None:
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Somebody", urgency="critical"), (), now)
    silenced(world, "not mailed")
    keep_told(world.house.settings, world.database.main, now)
    officer = world.client("officer.minsk")
    officer.get("/")
    with world.database.main.reading() as session:
        case_id = session.execute(text("SELECT case_id FROM acknowledgements")).scalar_one()
    assert officer.post(f"/cases/{uuid.UUID(str(case_id))}/step/acknowledge", {}).status_code == 303
    keep_told(world.house.settings, world.database.main, now)
    with world.database.main.reading() as session:
        of_the_clock = text("SELECT count(*) FROM reminders WHERE mails")  # what is late in a file is mailed once a day
        assert session.execute(of_the_clock).scalar_one() == 0


@pytest.mark.parametrize("how", ["put off", "not mailed", "somebody else's", "says more"])
def test_what_tells_the_head_of_a_decision_is_compared(world: World, how: str) -> None:
    with world.acting("officer.cairo") as (session, _visitor):
        tell(session, [to_role(world.demonstration.offices["DEL_EGY"], "head")], datetime.now(UTC))
    assert findings(world) == set()
    silenced(world, how)
    assert findings(world) == {"a reminder says something else than when it was planned"}


@ENGINES
def test_however_many_reminders_are_planted_as_due_a_silenced_clock_is_told(
    request: pytest.FixtureRequest, engine: str
) -> None:
    """More than values fit into one statement of PostgreSQL."""
    world: World = request.getfixturevalue(engine)
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Somebody", urgency="critical"), (), datetime.now(UTC))
    silenced(world, "put off")
    dialect = world.database.main.engine.dialect.name
    planted = 66_000 if dialect == "postgresql" else 2_500
    rows = {
        "postgresql": "SELECT gen_random_uuid(), :o, 'head', now() + interval '2 years', false, 'due',"
        " sha256(('x' || g)::bytea) FROM generate_series(1, :n) g",
        "sqlite": "WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < :n)"
        " SELECT lower(hex(randomblob(16))), :o, 'head', '2099-01-01 00:00:00.000000', 0, 'due', randomblob(32) FROM g",
    }[dialect]
    with tables(world) as session:
        office = session.execute(text("SELECT id FROM offices WHERE code = 'DEL_EGY'")).scalar()
        columns = "id, office_id, role, slot_at, mails, state, uniqueness"
        session.execute(text(f"INSERT INTO reminders ({columns}) {rows}"), {"o": office, "n": planted})
    now = datetime.now(UTC)
    assert keep_told(world.house.settings, world.database.main, now) > planted
    assert keep_told(world.house.settings, world.database.main, now) == 0
    with world.database.main.reading() as session:
        assert session.execute(text("SELECT count(*) FROM reminders WHERE state = 'due'")).scalar() == 0
