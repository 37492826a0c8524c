"""A row of the table of charters that is no charter was planted: it changes nothing and stops nobody, an alarm is
raised, and the check of the trail names it.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.audit.verify import verify_store
from hrd_cases.door import traces
from hrd_cases.errors import Tampered
from hrd_cases.keys.chain import Charters, Pins
from hrd_cases.keys.charter import charter_hash
from tests.attacks.past_our_code import alarms, tables
from tests.keys.cast import forget_everything
from tests.offices.people import Places
from tests.world import World

ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
WHO = ("head.cairo", "officer.cairo", "head1.hq", "desk.hq", "officer.minsk", "auditor.hq")
HOW = {
    "far off": (b"z" * 32, 999, b"\x00"),
    "next, no charter": (b"z" * 32, None, b"\x00"),
    "next, no charter under its own name": (charter_hash(b"\x00"), None, b"\x00"),
    "next, a copy under another name": (b"z" * 32, None, None),
    "a short name": (b"z", 999, None),
}


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_alarmed", set())


def planted(world: World, code: str, how: str) -> None:
    office = world.demonstration.offices[code]
    name, number, body = HOW[how]
    postgres = world.database.main.engine.dialect.name == "postgresql"
    with tables(world) as session:
        values: dict[str, Any] = {"o": office if postgres else office.hex}
        query = "SELECT number, body, signatures FROM charters WHERE office_id = :o ORDER BY number DESC LIMIT 1"
        newest = session.execute(text(query), values).one()
        values |= {"h": name, "n": number or newest.number + 1, "b": newest.body if body is None else body}
        into = "INSERT INTO charters (hash, office_id, number, body, signatures) VALUES (:h, :o, :n, :b, :s)"
        session.execute(text(into), values | {"s": newest.signatures})
    forget_everything()


@ENGINES
@pytest.mark.parametrize("code", ["DEL_EGY", "HQ"])
@pytest.mark.parametrize("how", HOW)
def test_a_planted_charter_stops_nobody(engine: str, code: str, how: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(engine)
    office = world.demonstration.offices[code]
    planted(world, code, how)
    pages = ("/", "/cases", "/offices", f"/offices/{office}")
    for who in WHO:
        for page in pages:
            assert world.client(who).get(page).status_code in {200, 403}, (who, page)
    assert f"failed its check: charter {office}" in alarms(world)
    assert "a charter that no act put in force" in {one.what for one in verify_store(world.database.main).findings}


def test_a_name_that_is_text_stops_nobody(world: World) -> None:
    with tables(world) as session:
        into = "INSERT INTO charters (hash, office_id, number, body, signatures) "
        session.execute(
            text(
                into + "SELECT 'x' || number || hex(office_id), office_id, number + 99, body, signatures FROM charters"
            )
        )
    forget_everything()
    assert {world.client(who).get("/").status_code for who in WHO} == {200}


def test_a_head_seats_somebody_though_a_charter_was_planted_far_off(world: World) -> None:
    planted(world, "DEL_EGY", "far off")
    at, head = Places(world), world.client("head.cairo")
    answer = head.sign(at.member("finance.cairo", "/seat"), {"role": "deputy"})
    assert answer.status_code in {303, 404}


def test_a_charter_taken_out_of_the_middle_is_a_gap(world: World) -> None:
    """What somebody of ours signed is not passed over: nobody knows what stands."""
    office = world.demonstration.offices["DEL_EGY"]
    with tables(world) as session:
        session.execute(text("DELETE FROM charters WHERE office_id = :o AND number = 2"), {"o": office.hex})
    forget_everything()
    assert world.client("officer.cairo").get("/").status_code == 409
    assert world.client("head1.hq").get("/").status_code == 200


def test_a_charter_of_another_office_among_headquarters_rows_stops_nobody(world: World) -> None:
    """Heads of headquarters signed it: for an office that it names, and that is not theirs."""
    cairo, headquarters = (world.demonstration.offices[code] for code in ("DEL_EGY", "HQ"))
    copy = (
        "INSERT INTO charters (hash, office_id, number, body, signatures) "
        "SELECT :h, :to, :n, body, signatures FROM charters WHERE office_id = :o AND number = 1"
    )
    with tables(world) as session:
        session.execute(text(copy), {"h": b"z" * 32, "to": headquarters.hex, "n": 999, "o": cairo.hex})
    forget_everything()
    assert {world.client(who).get("/").status_code for who in WHO} == {200}
    assert f"failed its check: charter {headquarters}" in alarms(world)


def test_a_charter_moved_to_another_office_damages_its_own_alone(world: World) -> None:
    cairo, headquarters = (world.demonstration.offices[code] for code in ("DEL_EGY", "HQ"))
    with tables(world) as session:
        moved = "UPDATE charters SET office_id = :to, number = 999 WHERE office_id = :o AND number = 2"
        session.execute(text(moved), {"to": headquarters.hex, "o": cairo.hex})
    forget_everything()
    assert world.client("officer.cairo").get("/").status_code == 409
    assert {world.client(who).get("/").status_code for who in ("head1.hq", "desk.hq", "officer.minsk")} == {200}


@pytest.mark.parametrize("which", ["the newest", "one before it"])
@pytest.mark.parametrize("number", [-5, 999])
def test_a_number_that_was_changed_is_seen_by_a_process_that_knows_the_charters(
    world: World, number: int, which: str
) -> None:
    """It has verified each of them before, under the numbers they had."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("head1.hq") as (_, visitor):
        steps, root = visitor.charters.steps(cairo), visitor.charters.pins.root
    moved = [steps[-1]] if which == "the newest" else steps[-2:]  # so that the process looks again
    with tables(world) as session:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        for place, step in enumerate(moved):
            change = text("UPDATE charters SET number = :n WHERE hash = :h")
            session.execute(change, {"n": number - place, "h": step.hash})
    with world.database.main.reading() as session, pytest.raises(Tampered):
        Charters(session, Pins(root)).of(cairo)
