"""Whoever comes by with the keys looks after the reminders of what is late: what is amiss is found and put right."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.cases import late_rounds
from hrd_cases.cases.details import Contact, Task
from hrd_cases.cases.late_rounds import Rounds
from hrd_cases.cases.risk import Level
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.rules import day_slot
from tests.cases.acting import Filed, assessed
from tests.cases.test_late import CAIRO, DEPUTY, OFFICER, comes_due, file, planned_on
from tests.coming_by import comes_by, nobody_looks
from tests.world import World, cairo_day

__all__ = ["file"]


@pytest.fixture(autouse=True)
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_looks(late_rounds.ROUNDS, monkeypatch)


def somebody_comes_by(world: World, who: str = OFFICER) -> None:
    comes_by(Rounds, world, who)


def rows(world: World) -> dict[uuid.UUID, tuple[Any, ...]]:
    with world.database.main.reading() as session:
        found = session.scalars(select(Reminder)).all()
        return {one.id: (one.member_id, one.office_id, one.role, one.slot_at, one.mails) for one in found}


def told(world: World, event: Event) -> int:
    with world.database.main.reading() as session:
        return len(session.scalars(select(AuditEntry).where(AuditEntry.event == event.value)).all())


def soon(days: int = 3) -> date:
    return cairo_day() + timedelta(days=days)


LATE: dict[str, Any] = {
    "a risk to look at again": lambda file: file.write(assessed(Level.HIGH, review_on=soon())),
    "a consent that grows old": lambda file: file.talk(ago=timedelta(days=80), media="given"),
    "no contact": lambda file: file.write(
        Contact(when=datetime.now(UTC), channel="phone", with_whom="lawyer", next_on=soon())
    ),
    "a task": lambda file: file.write(Task(what="Call the lawyer", due_on=soon(9))),
}


@pytest.mark.parametrize("what", LATE)
def test_what_was_taken_away_comes_back(file: Filed, what: str) -> None:
    world = file.world
    others = rows(world).keys()
    LATE[what](file)
    before = rows(world)
    new = before.keys() - others
    assert new, sorted(row[3] for row in before.values())
    with world.database.main.writing() as session:
        session.execute(delete(Reminder).where(Reminder.id.in_(new)))
    somebody_comes_by(world, "finance.cairo")
    somebody_comes_by(world, "officer.minsk")
    assert not rows(world).keys() & new, "without the key of the files nobody can tell"
    somebody_comes_by(world, DEPUTY)
    assert rows(world) == before
    assert told(world, Event.ALARM_RAISED) == 1


@pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
def test_on_both_engines(engine: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(engine)
    files = [Filed(world, OFFICER, "EG", name) for name in ("Salma Mithal", "Nadia Mithal")]
    before = rows(world)
    with world.database.main.writing() as session:
        session.execute(delete(Reminder))
    somebody_comes_by(world)
    assert rows(world) == before
    assert told(world, Event.CARDS_REBUILT) == len(files)


CHANGES = [
    pytest.param({"slot_at": datetime(2099, 1, 1, tzinfo=UTC)}, id="put off for ever"),
    pytest.param({"member_id": uuid.uuid4(), "office_id": None, "role": None}, id="given to somebody"),
    pytest.param({"mails": True}, id="made loud"),
    pytest.param({"uniqueness": bytes(32)}, id="made another one"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_put_right(file: Filed, change: dict[str, Any]) -> None:
    world = file.world
    before = rows(world)
    first = next(iter(before))
    with world.database.main.writing() as session:
        session.execute(update(Reminder).where(Reminder.id == first).values(**change))
    somebody_comes_by(world)
    assert rows(world) == before


def test_where_nothing_is_amiss_nothing_is_written(file: Filed) -> None:
    for who in (OFFICER, DEPUTY, "head.cairo"):
        somebody_comes_by(file.world, who)
    assert told(file.world, Event.CARDS_REBUILT) == 0
    assert told(file.world, Event.ALARM_RAISED) == 0


@pytest.mark.parametrize("what", ["done", "tomorrow", "not_mine"])
def test_what_a_member_did_with_one_is_no_finding(file: Filed, what: str) -> None:
    world = file.world
    comes_due(world)
    one = min(rows(world))
    assert world.client(DEPUTY).post(f"/reminders/{one}", {"what": what}).status_code == 303
    after = rows(world)
    somebody_comes_by(world)
    assert rows(world) == after
    assert told(world, Event.ALARM_RAISED) == 0


def test_days_on_which_the_office_is_closed_count_as_colleagues_come_by(file: Filed) -> None:
    world = file.world
    before = planned_on(world)
    with world.acting("admin.hq") as (session, _):
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        add_holidays(session, office, [Holiday(before[0], "Closed")], "a sample calendar")
    assert planned_on(world) == before
    somebody_comes_by(world)
    after = planned_on(world)
    assert before[0] not in after
    assert len(after) == len(before)
    assert told(world, Event.ALARM_RAISED) == 0, "nobody took anything away"
    assert {row[3] for row in rows(world).values()} == {day_slot(day, CAIRO, 9) for day in after}
