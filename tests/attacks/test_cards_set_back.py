"""Who sets cards back hides nothing: Today and the list say that files are missing, and which lines are older than
their file; whoever opens such a file, or presses the button, has its line made again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.audit.verify import verify_store
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Task
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.cases.shelves import shelves
from hrd_cases.cases.writing import write
from tests.attacks.past_our_code import tables
from tests.cases.conftest import recorded
from tests.offices.people import said
from tests.world import World

WHO = ("officer.cairo", "head.cairo")
MISSING = "1 file is not shown here: what lists are made of failed its check or is missing."
OLDER = "1 line is older than its file: what came since is not shown."
Rows = list[dict[str, Any]]


def filed(world: World, name: str, urgency: str = "low") -> uuid.UUID:
    with world.acting("officer.cairo") as (session, visitor):
        found = submit(session, visitor, recorded("EG", name, urgency=urgency), (), datetime.now(UTC)).case_id
    assert found is not None
    return found


def task(world: World, case_id: uuid.UUID, what: str) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        case, now = session.get_one(Case, case_id), datetime.now(UTC)
        write(session, visitor, case, Task(what=what, for_id=visitor.member_id, due_on=now.date()), now)
        touched(session, visitor, case)


def cards(world: World) -> Rows:
    with tables(world) as session:
        return [dict(row._mapping) for row in session.execute(text("SELECT * FROM card_segments"))]


def set_back(world: World, rows: Rows, *forgotten: uuid.UUID) -> None:
    columns = ("version", "names_version", "sealed_names", "sealed_cards", "used")
    with tables(world) as session:
        for row in rows:
            update = ", ".join(f"{name} = :{name}" for name in columns)
            session.execute(text(f"UPDATE card_segments SET {update} WHERE id = :id"), row)
        for case_id in forgotten:
            session.execute(text("DELETE FROM card_places WHERE case_id = :c"), {"c": case_id.hex})


def today(world: World, who: str = "officer.cairo") -> str:
    return said(world.client(who).get("/"))


def listed(world: World, who: str = "officer.cairo") -> str:
    return said(world.client(who).get("/cases"))


def open_it(world: World, case_id: uuid.UUID) -> None:
    assert world.client("officer.cairo").get(f"/cases/{case_id}").status_code == 200


def press(world: World, _case_id: uuid.UUID) -> None:
    assert world.client("officer.cairo").post("/cases/mend", {}).status_code == 303


MENDED = pytest.mark.parametrize("mend", [open_it, press])


def test_what_nobody_touched_is_not_behind(world: World) -> None:
    filed(world, "Somebody")
    for who in ("officer.cairo", "officer.minsk", "desk.hq"):
        with world.acting(who) as (session, visitor):
            assert [bool(shelf.behind) for shelf in shelves(session, visitor)] == [False]


def test_today_says_that_a_file_is_missing(world: World) -> None:
    filed(world, "First Name")
    before = cards(world)
    hidden = filed(world, "Critical New", "critical")
    assert "Critical New" in today(world)
    set_back(world, before, hidden)
    for who in WHO:
        assert MISSING in today(world, who)
        assert MISSING in listed(world, who)


@MENDED
def test_a_missing_file_comes_back(world: World, mend: Callable[[World, uuid.UUID], None]) -> None:
    filed(world, "First Name")
    before = cards(world)
    hidden = filed(world, "Critical New", "critical")
    set_back(world, before, hidden)
    mend(world, hidden)
    assert "Critical New" in today(world)
    assert "is not shown here" not in today(world)


def test_today_and_the_list_name_a_line_that_is_older_than_its_file(world: World) -> None:
    case_id = filed(world, "First Name")
    filed(world, "Another")
    before = cards(world)
    task(world, case_id, "What must not be hidden")
    set_back(world, before)
    for who in WHO:
        for page in (today(world, who), listed(world, who)):
            assert OLDER in page
            assert "First Name" in page[page.index(OLDER) :][:200]
    assert "What must not be hidden" not in today(world)


@MENDED
def test_a_hidden_task_comes_back(world: World, mend: Callable[[World, uuid.UUID], None]) -> None:
    case_id = filed(world, "First Name")
    before = cards(world)
    task(world, case_id, "What must not be hidden")
    set_back(world, before)
    mend(world, case_id)
    assert "What must not be hidden" in today(world)
    assert "older than its file" not in today(world) + listed(world)


@MENDED
def test_a_line_shown_twice_hides_none(world: World, mend: Callable[[World, uuid.UUID], None]) -> None:
    """A segment that holds another card than has its place there: the sums could be made to fit."""
    first = filed(world, "First Name")
    before = cards(world)
    second = filed(world, "Second Name")
    with tables(world) as session:
        session.execute(text("DELETE FROM card_places"))
        session.execute(text("DELETE FROM card_segments"))
    press(world, first)
    again = cards(world)
    columns = ", ".join(before[0])
    values = ", ".join(f":{name}" for name in before[0])
    with tables(world) as session:
        session.execute(text(f"INSERT INTO card_segments ({columns}) VALUES ({values})"), before[0])
    assert len(cards(world)) == len(again) + 1
    mend(world, second)
    press(world, first)
    page = listed(world)
    assert (page.count("First Name"), page.count("Second Name")) == (1, 1)


def test_the_check_of_the_trail_finds_a_version_that_was_changed(world: World) -> None:
    case_id = filed(world, "First Name")
    task(world, case_id, "Something")
    before = verify_store(world.database.main).findings
    with tables(world) as session:
        session.execute(text("UPDATE cases SET version = version - 1 WHERE id = :c"), {"c": case_id.hex})
    found = [one for one in verify_store(world.database.main).findings if one not in before]
    assert found == [("a file's row says another version than what is sealed in it", f"cases {case_id}")]


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE cases SET version = 9223372036854775807 WHERE id = :c",
        "UPDATE cases SET version = 9223372036854775807",
        "UPDATE cases SET version = -9223372036854775807 WHERE id = :c",
        (
            "INSERT INTO cases (id, folder_id, version, office_id, opened_at, sealed_file) SELECT"
            " 'ffffffffffffffffffffffffffffffff', folder_id, 9223372036854775807, office_id, opened_at, sealed_file"
            " FROM cases WHERE id = :c"
        ),
        (
            "INSERT INTO cases (id, folder_id, version, office_id, opened_at, sealed_file) SELECT"
            " 'no id at all', folder_id, 1, office_id, opened_at, sealed_file FROM cases WHERE id = :c"
        ),
    ],
)
def test_a_planted_version_takes_no_page_away(world: World, how: str) -> None:
    """On SQLite, where a column takes whatever is written: PostgreSQL takes no such version, and no such id."""
    case_id = filed(world, "First Name")
    filed(world, "Second Name")
    with tables(world) as session:
        session.execute(text(how), {"c": case_id.hex})
    for who in WHO:
        for page in (today(world, who), listed(world, who)):
            assert "older than" in page or "not shown here" in page
        assert "Second Name" in listed(world, who)
    press(world, case_id)


def test_another_files_version_balances_nothing(world: World) -> None:
    case_id, other = filed(world, "First Name"), filed(world, "Other Name")
    before = cards(world)
    task(world, case_id, "What must not be hidden")
    set_back(world, before)
    with tables(world) as session:
        session.execute(text("UPDATE cases SET version = version - 1 WHERE id = :o"), {"o": other.hex})
    for who in WHO:
        assert OLDER in today(world, who)
        assert OLDER in listed(world, who)


def test_a_file_moved_to_another_office_takes_no_page_away(world: World) -> None:
    case_id = filed(world, "First Name")
    filed(world, "Second Name")
    with tables(world) as session:
        to = {"o": world.demonstration.offices["DEL_COL"].hex, "c": case_id.hex}
        session.execute(text("UPDATE cases SET office_id = :o WHERE id = :c"), to)
    for who in (*WHO, "desk.hq", "officer.minsk"):
        assert today(world, who)
        assert listed(world, who)


@MENDED
def test_a_card_of_before_is_compared_no_further(
    world: World, mend: Callable[[World, uuid.UUID], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing of its file's version: no page complains of it, and it says it once it is made again."""
    with monkeypatch.context() as older:
        older.setattr("hrd_cases.cases.card.version_of", lambda _: 0)
        case_id = filed(world, "First Name")
    for who in WHO:
        for page in (today(world, who), listed(world, who)):
            assert "older than its file" not in page
    mend(world, case_id)
    before = cards(world)
    task(world, case_id, "What must not be hidden")
    set_back(world, before)
    assert OLDER in today(world)
