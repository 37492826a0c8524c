"""Whoever is away has somebody who stands in, and the files of whoever left are nobody's until somebody takes them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.cases.details import Task
from hrd_cases.keys.circles import revoke
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.standing_in import Staff
from tests.cases.acting import Filed, assessed
from tests.cases.conftest import recorded
from tests.cases.test_today_cases import today
from tests.keys.test_letters import keys_of
from tests.world import World, cairo_day

OFFICER, OTHER, DEPUTY, SECOND, HEAD, ACTING = (uuid.UUID(int=number) for number in range(1, 7))
NAMES = {"officer": OFFICER, "other": OTHER, "deputy": DEPUTY, "second": SECOND, "head": HEAD, "acting": ACTING}


def people(names: str) -> frozenset[uuid.UUID]:
    return frozenset(NAMES[name] for name in names.split())


def staff(officers: str, deputies: str, heads: str, away: str) -> Staff:
    return Staff(people(officers), people(deputies), people(heads), people(away))


@pytest.mark.parametrize(
    ("officers", "deputies", "heads", "away", "whose", "stands_in"),
    [
        ("officer", "deputy", "head", "", "officer", ""),
        ("officer", "deputy", "head", "officer", "officer", "deputy"),
        ("officer", "deputy second", "head", "officer", "officer", "deputy second"),
        ("officer", "deputy second", "head", "officer second", "officer", "deputy"),
        ("officer", "deputy", "head", "officer deputy", "officer", "head"),
        ("officer", "", "head", "officer", "officer", "head"),
        ("officer", "deputy", "head acting", "officer deputy head", "officer", "acting"),
        ("officer", "deputy", "head", "deputy", "deputy", "head"),
        ("officer", "deputy", "head", "head", "head", "deputy"),
        ("officer other", "deputy", "head", "officer deputy head", "officer", "other"),
        ("officer", "deputy", "head", "officer deputy head", "officer", "deputy head"),
        ("officer", "deputy", "", "officer deputy", "officer", "deputy"),
        ("officer", "deputy", "head", "", "second", ""),
    ],
)
def test_who_stands_in_for_whom(officers, deputies, heads, away, whose, stands_in) -> None:
    known = staff(officers, deputies, heads, away)
    assert known.stand_ins(NAMES[whose]) == people(stands_in)


@pytest.mark.parametrize(
    ("officers", "deputies", "heads", "away", "watch"),
    [
        ("officer", "deputy", "head", "", "deputy head"),
        ("officer", "deputy", "head", "deputy", "deputy head"),
        ("officer", "deputy", "head", "deputy head", "officer deputy head"),
        ("officer other", "", "", "other", "officer other"),
    ],
)
def test_who_sees_that_files_are_nobody_s(officers, deputies, heads, away, watch) -> None:
    assert staff(officers, deputies, heads, away).watchers == people(watch)


# -- Today


@pytest.fixture
def file(world: World) -> Filed:
    filed = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    filed.write(assessed("critical", review_on=cairo_day() - timedelta(days=20)))
    return filed


def absent(world: World, name: str) -> None:
    with world.acting(name) as (session, visitor):
        charter, until = visitor.charters.of(visitor.office_id), visitor.local_day + timedelta(days=30)
        record_absence(session, visitor, charter, visitor.member_id, visitor.local_day, until, datetime.now(UTC))


def suspend(world: World, name: str) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == name).values(suspended_at=datetime.now(UTC)))


def leave(world: World, name: str) -> None:
    keys, by = keys_of(world, "head1.hq"), world.demonstration.members["head1.hq"]
    with world.database.main.writing() as session:
        member = session.get_one(Member, world.demonstration.members[name])
        revoke(session, member.id, member.fingerprint or b"", by, datetime.now(UTC), keys=keys)
        member.revoked_at = datetime.now(UTC)


@pytest.mark.parametrize("away", [absent, suspend])
def test_what_is_due_of_somebody_away_is_told_to_whoever_stands_in(world: World, file: Filed, away) -> None:
    assert "Salma" not in today(world, "deputy.cairo")
    away(world, "officer.cairo")
    page = today(world, "deputy.cairo")
    danger = page[page.index("In danger now") :]
    assert "Salma Mithal" in danger
    assert "Look at the risk again – 20 days late" in danger
    assert page.count("You stand in for officer.cairo, who is away.") == 1, "said once, above everything"
    assert "( officer.cairo )" in danger
    assert "Salma" not in today(world, "head.cairo")
    away(world, "deputy.cairo")
    assert "Look at the risk again – 20 days late" in today(world, "head.cairo")


def test_a_task_of_somebody_away_is_told_to_whoever_stands_in(world: World) -> None:
    file = Filed(world, "deputy.cairo", "EG", "Salma Mithal")
    officer = world.demonstration.members["officer.cairo"]
    file.write(Task(what="Ask the family", for_id=officer, due_on=cairo_day()))
    absent(world, "officer.cairo")
    page = today(world, "deputy.cairo")
    assert "Ask the family" in page
    assert "You stand in for officer.cairo" in page


def test_a_file_that_came_to_somebody_away_waits_for_whoever_stands_in(world: World, recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    today(world, "officer.minsk")
    assert "Waiting for my decision" not in today(world, "head.minsk")
    absent(world, "officer.minsk")
    deputy = "deputy.minsk" if "deputy.minsk" in world.demonstration.members else "head.minsk"
    page = today(world, deputy)
    assert "Алёна" in page
    assert "The colleague it came to is away: you stand in." in page


def test_files_of_whoever_left_are_nobody_s_until_somebody_takes_them(world: World, file: Filed) -> None:
    leave(world, "officer.cairo")
    for name in ("deputy.cairo", "head.cairo"):
        page = today(world, name)
        assert "1 file is nobody’s: officer.cairo does not work on files here any more." in page
        assert "Look at the risk again – 20 days late" in page
        assert "Salma Mithal" in page
    assert "nobody’s" not in today(world, "officer.minsk")
    head = world.client("head.cairo")
    taken = head.post(f"/cases/{file.id}/hand-over", {"member_id": str(world.demonstration.members["head.cairo"])})
    assert taken.status_code == 303
    assert "nobody’s" not in today(world, "deputy.cairo")
    page = today(world, "head.cairo")
    assert "nobody’s" not in page
    assert "Look at the risk again – 20 days late" in page


def test_a_task_of_whoever_left_is_the_file_s_officer_s(world: World) -> None:
    file = Filed(world, "officer.cairo", "EG", "Salma Mithal")
    deputy = world.demonstration.members["deputy.cairo"]
    file.write(Task(what="Ask the family", for_id=deputy, due_on=cairo_day()))
    assert "Ask the family" not in today(world, "officer.cairo")
    leave(world, "deputy.cairo")
    assert "Ask the family" in today(world, "officer.cairo")


def test_nothing_is_handed_to_whoever_left(world: World, file: Filed) -> None:
    leave(world, "deputy.cairo")
    assert "deputy.cairo" not in file.get("hand-over").text
    answer = file.post("hand-over", {"member_id": str(world.demonstration.members["deputy.cairo"])})
    assert answer.status_code == 422
