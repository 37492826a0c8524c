"""What falls due in a file and is not done: whoever stands behind its officer is reminded, on Today, without a mail."""

from __future__ import annotations

import html
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Note, Task
from hrd_cases.cases.dues import dues_of
from hrd_cases.cases.file import open_file
from hrd_cases.cases.late import AFTER, MOST
from hrd_cases.cases.models import Case
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.risk import Level
from hrd_cases.cases.tasks import finish
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.unattended import AddressBook
from tests.cases.acting import Filed, assessed
from tests.world import World

CAIRO = ZoneInfo("Africa/Cairo")
OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal")


def rows(world: World) -> list[Reminder]:
    with world.database.main.reading() as session:
        return list(session.scalars(select(Reminder).order_by(Reminder.slot_at)))


def today(world: World, who: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", world.client(who).get("/").text)).split())


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def comes_due(world: World) -> None:
    """The tick comes by when all of them are due."""
    with world.database.main.writing() as session:
        past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        session.execute(update(Reminder).values(slot_at=past))
    turn_due(world.database.main, AddressBook(world.house.settings), datetime.now(UTC))


def test_tasks_of_a_new_file_are_told_to_the_deputy_some_working_days_after_their_day(file: Filed) -> None:
    planned = rows(file.world)
    assert planned
    assert {(one.role, one.mails) for one in planned} == {("deputy", False)}
    tasks = file.seen(lambda one: [task.said.due_on for task in one.open_tasks])
    assert all(one.slot_at.astimezone(CAIRO).hour == 9 for one in planned)
    assert all(one.slot_at.astimezone(CAIRO).strftime("%a") not in {"Fri", "Sat"} for one in planned)
    assert min(one.slot_at.astimezone(CAIRO).date() for one in planned) > min(tasks) + timedelta(AFTER["task"] - 1)


def expected(file: Filed) -> list[date]:
    """Some working days after each thing that is due, the first of them."""
    with file.world.acting(OFFICER) as (session, _visitor):
        opened = open_file(session, session.get_one(Case, file.id))
        calendar = calendar_of(session, opened.case.office_id)
        dues = [due for due in dues_of(opened, None, CAIRO) if due.kind in AFTER]
    return sorted({calendar.working_day_after(due.on, AFTER[due.kind]) for due in dues})[:MOST]


def planned_on(world: World) -> list[date]:
    return [one.slot_at.astimezone(CAIRO).date() for one in rows(world)]


def test_what_is_done_is_told_to_nobody(file: Filed) -> None:
    before = expected(file)
    assert planned_on(file.world) == before
    with file.world.acting(OFFICER) as (session, visitor):
        opened = open_file(session, session.get_one(Case, file.id))
        for task in opened.open_tasks:
            finish(session, visitor, opened, task.said.rule, datetime.now(UTC))
        session.flush()
        touched(session, visitor, opened.case)
    assert planned_on(file.world) == expected(file) != before


def test_a_risk_a_contact_and_a_task_of_one_s_own_are_told_too(file: Filed) -> None:
    before = planned_on(file.world)
    on = in_days(1).date()
    file.write(assessed(Level.HIGH, review_on=on), Task(what="Call the lawyer", due_on=on))
    assert planned_on(file.world) == expected(file) != before
    assert planned_on(file.world)[0] == min(expected(file))


def test_a_file_that_nobody_looks_after_any_more_reminds_of_nothing(file: Filed) -> None:
    file.set_state("closed")
    assert rows(file.world) == []


def test_it_is_explained_on_the_deputy_s_today_and_passed_on(file: Filed) -> None:
    world = file.world
    comes_due(world)
    page = today(world, DEPUTY)
    assert "It was not done in time, and you stand behind whoever should have." in page
    assert "Salma Mithal" in page.split("Reminders")[1]
    assert "A reminder of" not in page
    assert "It was not done in time" not in today(world, OFFICER)
    one: uuid.UUID = rows(world)[0].id
    assert world.client(DEPUTY).post(f"/reminders/{one}", {"what": "not_mine"}).status_code == 303
    turn_due(world.database.main, AddressBook(world.house.settings), datetime.now(UTC))
    assert "deputy.cairo said that it is not theirs." in today(world, HEAD)
    assert world.client(HEAD).post(f"/reminders/{one}", {"what": "done"}).status_code == 303
    assert one not in {row.id for row in rows(world)}
    file.write(Task(what="Another", due_on=in_days(40).date()))
    assert one not in {row.id for row in rows(world)}, "another change of the file does not bring it back"


def test_another_change_of_the_file_leaves_its_reminders_as_they_are(file: Filed) -> None:
    before = {one.id: one.slot_at for one in rows(file.world)}
    file.write(Note(text="Nothing new."))
    assert {one.id: one.slot_at for one in rows(file.world)} == before
