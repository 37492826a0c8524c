"""Today stays calm and whole: whoever is away is told, a long list does not drown what has a clock, a head sees what
colleagues have not taken.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from hrd_cases.cases.details import Task
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.offices.absences import record_absence
from tests.cases.acting import Filed, assessed
from tests.cases.conftest import Recording, recorded
from tests.cases.test_today_cases import add, today
from tests.offices.people import said
from tests.world import World, cairo_day

OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"


def absent(world: World, who: str, by: str, days: int = 10) -> None:
    with world.acting(by) as (session, visitor):
        charter, member = visitor.charters.of(visitor.office_id), world.demonstration.members[who]
        until = visitor.local_day + timedelta(days=days)
        record_absence(session, visitor, charter, member, visitor.local_day, until, datetime.now(UTC))


# -- whoever is away


def test_whoever_is_on_record_as_away_is_told_until_when_by_whom_and_how_to_end_it(world: World) -> None:
    Filed(world, OFFICER, "EG", "Salma Mithal")
    assert "You are recorded as away" not in today(world, OFFICER)
    absent(world, OFFICER, by=HEAD)
    page = today(world, OFFICER)
    top = page.partition("Waiting for my decision")[0].partition("In danger now")[0]
    assert "You are recorded as away until" in top
    assert "head.cairo recorded it." in top
    assert "what is due of you is told to deputy.cairo too" in top
    answer = world.client(OFFICER).get("/")
    link = re.search(r'href="(/offices/absences/[^"]+/remove)"', answer.text)
    assert link is not None
    assert world.client(OFFICER).post(link[1], {}).status_code == 303
    assert "You are recorded as away" not in today(world, OFFICER)


def test_whoever_wrote_their_own_absence_is_told_too(world: World) -> None:
    absent(world, OFFICER, by=OFFICER)
    page = today(world, OFFICER)
    assert "You are recorded as away until" in page
    assert "recorded it" not in page
    assert "You are recorded as away" not in today(world, DEPUTY)


def test_whoever_opens_a_file_while_away_is_told_who_hears_of_it(world: World) -> None:
    assert "You are recorded as away" not in said(world.client(OFFICER).get("/cases/new"))
    absent(world, OFFICER, by=HEAD)
    page = said(world.client(OFFICER).get("/cases/new"))
    assert "You are recorded as away" in page
    assert "deputy.cairo" in page


# -- after a long list of names


@pytest.fixture
def many(world: World, recording: Recording) -> World:
    """A pasted list of twelve names: of each, a file in danger with all its first tasks."""
    for number in range(12):
        recording.by(OFFICER, recorded("EG", f"Person {number}", urgency="critical"))
    return world


def test_what_has_hours_left_stands_above_a_long_list_of_files_in_danger(many: World, recording: Recording) -> None:
    recording.by("officer.minsk", recorded("EG", "Salma Mithal", urgency="critical"))
    page = today(many, OFFICER)
    assert page.index("Decide at once") < page.index("Salma Mithal") < page.index("In danger now")


def test_ten_files_in_danger_are_shown_and_all_of_them_are_one_press_away(many: World) -> None:
    answer = many.client(OFFICER).get("/")
    page = said(answer)
    danger = page.partition("In danger now")[2].partition("The next 7 days")[0]
    assert danger.count("Person ") == 10
    assert "All 12 files in danger" in danger
    assert 'href="/cases?officer=mine&amp;risk=danger&amp;order=risk"' in answer.text
    recorded_low = said(many.client(OFFICER).get("/cases?officer=mine&risk=danger&order=risk"))
    assert "12 files" in recorded_low


def test_what_is_alike_in_many_files_is_one_line_of_the_week(many: World) -> None:
    week = today(many, OFFICER).partition("The next 7 days")[2]
    assert week.count("Find out how to reach them safely, and what never to do : 12 files") == 1
    assert "and 9 more" in week
    assert week.count("Find out how to reach them safely") == 1


def test_what_somebody_wrote_themselves_is_never_lumped_together(world: World, recording: Recording) -> None:
    recording.by(OFFICER, recorded("EG", "Salma Mithal", urgency="low"))
    me, soon = world.demonstration.members[OFFICER], cairo_day() + timedelta(days=3)
    add(world, OFFICER, *(Task(what=f"Call number {number}", for_id=me, due_on=soon) for number in range(6)))
    assert today(world, OFFICER).count("Call number") == 6


def test_many_files_to_acknowledge_leave_room_for_the_rest(world: World, recording: Recording) -> None:
    for number in range(12):
        recording.by(OFFICER, recorded("BY", f"Person {number}", urgency="high"))
    answer = world.client("officer.minsk").get("/")
    waits = said(answer).partition("Waiting for my decision")[2].partition("The next 7 days")[0]
    assert waits.count("Person ") == 10
    assert "and 2 more" in waits
    assert 'href="/cases?state=routed&amp;order=risk"' in answer.text


# -- whoever heads the office


def test_a_head_sees_the_grave_file_that_nobody_has_taken_yet_with_its_clock(world: World, recording) -> None:
    recording.by(OFFICER, recorded("BY", "Алёна", urgency="critical"))
    page = today(world, "head.minsk")
    assert "Nothing needs you now." not in page
    office = page.partition("With colleagues of your office")[2]
    assert "Алёна" in office
    assert "It waits for officer.minsk to acknowledge it." in office
    assert "4 hours left" in office
    assert "With colleagues of your office" not in today(world, "officer.minsk")


def test_once_it_waits_for_the_head_it_is_said_once(world: World, recording: Recording) -> None:
    recording.by(OFFICER, recorded("BY", "Алёна", urgency="critical"))
    today(world, "officer.minsk")
    with world.database.main.writing() as session:
        before = datetime.now(UTC) - timedelta(hours=9)
        session.execute(update(Acknowledgement).values(routed_at=before, due_at=before + timedelta(hours=4)))
    assert today(world, "head.minsk").count("Алёна") == 1


def test_a_head_sees_how_many_files_of_the_office_are_in_danger(world: World) -> None:
    filed = Filed(world, OFFICER, "EG", "Salma Mithal")
    filed.write(assessed("critical"))
    answer = world.client(HEAD).get("/")
    page = said(answer)
    assert "Nothing needs you now." not in page
    assert "1 file in danger that colleagues look after" in page
    assert 'href="/cases?risk=danger&amp;order=risk"' in answer.text
    assert "Salma Mithal" in said(world.client(HEAD).get("/cases?risk=danger&order=risk"))
    assert "1 file in danger that colleagues look after" in today(world, DEPUTY)
    assert "in danger that colleagues look after" not in today(world, OFFICER)
    filed.write(assessed("low"))
    assert "Nothing needs you now." in today(world, HEAD)
