"""Somebody writes where the trail goes on: its head, the numbers after it, the index. Every page stands, the trail
tells of an alarm, and the check names what was planted.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import Table, func, insert, select, text, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.audit.told import number_at
from hrd_cases.audit.trail import Body, read_body
from hrd_cases.cases.filing import submit
from tests.attacks.past_our_code import findings
from tests.cases.conftest import recorded
from tests.keys.cast import forget_everything
from tests.world import World

ENTRIES, HEAD = cast(Table, AuditEntry.__table__), cast(Table, AuditHead.__table__)
WHO = ("officer.cairo", "head.minsk", "auditor.hq")
PAGES = ("/", "/cases", "/account")
ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])


@pytest.fixture
def house(engine: str, request: pytest.FixtureRequest) -> World:
    return cast(World, request.getfixturevalue(engine))


def write(world: World, *statements: Any) -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.execute(statement)
    forget_everything()


def count(world: World) -> int:
    with world.database.main.reading() as session:
        return session.scalar(select(AuditHead.number)) or 0


def planted(number: int, body: bytes = b"x") -> Any:
    said = {"at": datetime.now(UTC), "event": "x", "actor": "x"}
    return ENTRIES.insert().values(number=number, body=body, hash=b"0" * 32, **said)


def stand(world: World) -> set[int]:
    """Twice: what was mended once is whole the second time."""
    return {world.client(who).get(path).status_code for who in WHO * 2 for path in PAGES} - {403}


def alarms(world: World) -> list[str]:
    with world.database.main.reading() as session:
        query = select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value).order_by(AuditEntry.number)
        return [str(read_body(entry).fields["alarm"]) for entry in session.scalars(query)]


@ENGINES
@pytest.mark.parametrize("after", [(1,), (3,), (1, 2, 3, 4), tuple(range(1, 60))])
def test_rows_planted_where_the_trail_goes_on_end_no_page(house: World, after: tuple[int, ...]) -> None:
    head = count(house)
    write(house, *(planted(head + number) for number in after))
    assert stand(house) == {200}
    assert alarms(house) == [f"failed its check: audit_entries {head + after[0]}"]
    found = findings(house)
    assert found.count("this entry does not follow from the one before it") == len(after)
    assert "entries are missing before this one" not in found


@ENGINES
@pytest.mark.parametrize("back", [1, 7])
@pytest.mark.parametrize("hash_too", [False, True])
def test_a_head_set_back_moves_on_to_the_last_entry(house: World, back: int, hash_too: bool) -> None:
    for who in WHO:
        house.client(who).get("/")
    head = count(house)
    older = select(ENTRIES.c.hash).where(ENTRIES.c.number == head - back).scalar_subquery()
    write(house, HEAD.update().values(number=head - back, **({"hash": older} if hash_too else {})))
    assert "the count is not that of the last entry: the end of the trail was cut off" in findings(house)
    assert stand(house) == {200}
    assert alarms(house) == ["failed its check: audit_head"]
    assert count(house) > head
    assert findings(house) == [], "nothing was lost, and the alarm tells of it"


@ENGINES
@pytest.mark.parametrize("how", ["gone", "far", "below", "hash"])
def test_a_head_that_is_gone_or_no_head_is_found_again(house: World, how: str) -> None:
    statement = {
        "gone": HEAD.delete(),
        "far": HEAD.update().values(number=2**63 - 1),
        "below": HEAD.update().values(number=-9),
        "hash": HEAD.update().values(hash=b""),
    }[how]
    head = count(house)
    write(house, statement)
    assert stand(house) == {200}
    assert alarms(house) == ["failed its check: audit_head"]
    assert count(house) > head
    assert findings(house) == []


@pytest.mark.parametrize("column", ["number", "hash"])
@pytest.mark.parametrize("value", ["'x'", "x'ff'", "7.5", "'é'"])
def test_a_head_of_another_kind_is_found_again(world: World, column: str, value: str) -> None:
    write(world, text(f"UPDATE audit_head SET {column} = {value}"))
    assert stand(world) == {200}
    assert alarms(world) == ["failed its check: audit_head"]
    assert findings(world) == []


@pytest.mark.parametrize("column", ["body", "hash", "at"])
def test_a_planted_row_of_another_kind_ends_no_page(world: World, column: str) -> None:
    head = count(world)
    write(world, planted(head + 1), text(f"UPDATE audit_entries SET {column} = 'x' WHERE number > {head}"))
    assert stand(world) == {200}
    assert "this entry does not follow from the one before it" in findings(world)


def test_where_the_head_is_gone_too_what_was_planted_after_it_counts_for_nothing(world: World) -> None:
    head = count(world)
    write(world, planted(head + 1), planted(head + 4), planted(2**63 - 1), planted(-(2**63)), HEAD.delete())
    assert stand(world) == {200}
    assert alarms(world)[0] == "failed its check: audit_head"
    assert "this entry does not follow from the one before it" in findings(world)


@ENGINES
def test_index_rows_planted_for_entries_to_come_close_no_file(house: World) -> None:
    with house.acting("officer.cairo") as (session, officer):
        case = submit(session, officer, recorded("EG", "Stays Open"), (), datetime.now(UTC)).case_id
    rows = [{"subject_id": case, "number": count(house) + after} for after in range(1, 200)]
    with house.database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(AuditSubject), rows)
    assert house.client("officer.cairo").get(f"/cases/{case}").status_code == 200
    assert "the index finds this entry by what it is not about" in findings(house)


@pytest.mark.parametrize("minutes", [1, -1])
def test_the_columns_of_entries_do_not_say_which_was_the_last_before_a_moment(world: World, minutes: int) -> None:
    moment = datetime.now(UTC) - timedelta(days=90)
    last, early = count(world), moment + timedelta(minutes=minutes)
    with world.database.main.reading() as session:
        before = number_at(session, moment)
    write(world, update(AuditEntry).where(AuditEntry.number == last).values(at=early))
    forged = Body(last + 50, early - timedelta(days=9), "x", "x", None, None, {"of": str(uuid.uuid4())})
    write(world, planted(last + 50, msgspec.msgpack.encode(forged)))
    with world.database.main.reading() as session:
        assert number_at(session, moment) == before
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == last + 1
