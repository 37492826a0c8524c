"""A letter that brought a file and failed its check: headquarters sees it and asks for it again, and the clock ends."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from hrd_cases.cases.lost import lost_files
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.keys.models import Letter
from hrd_cases.outbox.models import Reminder
from tests.cases.acting import sentences
from tests.cases.conftest import Recording, recorded
from tests.pages.markup import faults
from tests.world import World

SEEN = "A file sent to Minsk failed its check there and cannot be opened"


@pytest.fixture
def lost(world: World, recording: Recording) -> uuid.UUID:
    """Sent by Cairo to Minsk, damaged on the way, refused there. The clock's id."""
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.database.main.writing() as session:
        session.execute(update(Letter).values(sealed=b"damaged"))
    world.client("officer.minsk").get("/")
    with world.database.main.reading() as session:
        assert session.scalars(select(Letter)).one().refused_at is not None
        return session.scalars(select(Acknowledgement.case_id)).one()


def page(world: World, who: str, path: str = "/") -> tuple[int, str]:
    answer: Any = world.client(who).get(path)
    if answer.status_code == 200:
        assert faults(answer.text) == []
    return answer.status_code, sentences(answer.text)


@pytest.mark.parametrize("who", ["desk.hq", "head1.hq"])
def test_headquarters_sees_it_at_once_and_who_can_record_it_again(world: World, lost: uuid.UUID, who: str) -> None:
    assert SEEN in page(world, who)[1]
    status, words = page(world, who, f"/cases/lost/{lost}")
    assert status == 200
    assert "officer.cairo" in words
    assert "Алёна" not in words


def test_once_it_is_in_hand_the_clock_ends_and_nobody_is_reminded_any_more(world: World, lost: uuid.UUID) -> None:
    answer = world.client("desk.hq").post(f"/cases/lost/{lost}")
    assert answer.status_code == 303
    assert SEEN not in page(world, "head1.hq")[1]
    with world.database.main.reading() as session:
        assert session.scalars(select(Reminder)).all() == []
        assert session.get_one(Acknowledgement, lost).acknowledged_at is not None
    assert page(world, "desk.hq", f"/cases/lost/{lost}")[0] == 404


def test_recorded_again_it_is_a_new_file_with_a_clock_of_its_own(
    world: World, lost: uuid.UUID, recording: Recording
) -> None:
    world.client("desk.hq").post(f"/cases/lost/{lost}")
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.acting("officer.minsk") as (session, _visitor):
        assert session.scalars(select(Case)).one().state == "routed"


@pytest.mark.parametrize("who", ["officer.cairo", "officer.minsk", "head.minsk", "auditor.hq", "admin.hq"])
def test_nobody_else_is_shown_it(world: World, lost: uuid.UUID, who: str) -> None:
    assert SEEN not in page(world, who)[1]
    assert world.client(who).get(f"/cases/lost/{lost}").status_code in (403, 404)
    assert world.client(who).post(f"/cases/lost/{lost}").status_code in (403, 404)


def test_a_file_that_only_waits_is_not_taken_out_of_the_office_s_hands(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.database.main.reading() as session:
        waits = session.scalars(select(Acknowledgement.case_id)).one()
    assert world.client("desk.hq").post(f"/cases/lost/{waits}").status_code == 404


def test_a_letter_that_somebody_only_marked_as_refused_ends_no_clock(world: World, recording: Recording) -> None:
    """Whoever writes the table hides a letter that way: the trail tells of no refusal, and its check finds it."""
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.database.main.writing() as session:
        session.execute(update(Letter).values(refused_at=datetime.now(UTC)))
        waits = session.scalars(select(Acknowledgement.case_id)).one()
    assert SEEN not in page(world, "desk.hq")[1]
    assert world.client("desk.hq").post(f"/cases/lost/{waits}").status_code == 404


@pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
def test_however_many_files_are_on_their_way_it_costs_no_more_to_ask_for_those_that_are_lost(
    request: pytest.FixtureRequest, engine: str
) -> None:
    world: World = request.getfixturevalue(engine)
    recording = Recording(world)

    def asked() -> tuple[list[str], int]:
        statements: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.extend([statement] if statement.startswith("SELECT") else [])

        with world.database.main.reading() as session:
            bound = session.get_bind()
            event.listen(bound, "before_cursor_execute", count)
            found = len(lost_files(session))
            event.remove(bound, "before_cursor_execute", count)
        return statements, found

    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    one, found = asked()
    assert found == 0
    for number in range(5):
        recording.by("officer.cairo", recorded("BY", f"Person {number}", urgency="high"))
    with world.database.main.writing() as session:
        session.execute(delete(Letter).where(Letter.id == select(Letter.id).limit(1).scalar_subquery()))
    many, found = asked()
    assert found == 1
    assert len(many) == len(one) < 8
