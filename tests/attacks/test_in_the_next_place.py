"""Whatever somebody plants where the next charter of an office goes, or what comes with it, the end of an access takes
effect in the same act; or whoever ends it is told that it waits, and so is the trail.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.door import traces
from hrd_cases.keys.charter import Act, charter_hash, encode
from hrd_cases.keys.issue import next_charter
from tests.attacks.past_our_code import alarms, tables
from tests.attacks.test_planted_revocations import comes_back, ended, let_in, named
from tests.keys.cast import forget_everything
from tests.offices.people import Places, holds, member_id, said
from tests.world import World

ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
OTHER = uuid.UUID(int=77)
CHARTER = (
    "INSERT INTO charters (hash, office_id, number, body, signatures) SELECT :h, office_id, number + 1, :b, :s "
    "FROM charters WHERE office_id = :o ORDER BY number DESC LIMIT 1"
)
PLANTED: dict[str, tuple[str, dict[str, Any]]] = {
    "no charter": (CHARTER, {"h": b"z" * 32, "b": b"\x00", "s": b""}),
    "no charter under its own name": (CHARTER, {"h": charter_hash(b"\x00"), "b": b"\x00", "s": b""}),
    "the key of a circle": (
        "INSERT INTO circle_keys (circle_id, epoch, bundle) SELECT id, epoch + 1, :b FROM circles WHERE office_id = :o",
        {"b": b"\x00"},
    ),
    "its countries": ("UPDATE coverage SET office_id = :other WHERE office_id = :o", {"other": OTHER}),
    "its circles": ("UPDATE circles SET office_id = :other WHERE office_id = :o", {"other": OTHER}),
}


@pytest.fixture(autouse=True)
def a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_alarmed", set())


def plant(world: World, code: str, what: str) -> None:
    statement, values = PLANTED[what]
    postgres = world.database.main.engine.dialect.name == "postgresql"
    given = {"o": world.demonstration.offices[code]} | values
    plain = {name: one if postgres or not isinstance(one, uuid.UUID) else one.hex for name, one in given.items()}
    with tables(world) as session:
        session.execute(text(statement), plain)
    forget_everything()


@ENGINES
@pytest.mark.parametrize("what", PLANTED)
def test_the_end_of_an_access_takes_effect_whatever_stands_in_its_place(
    engine: str, what: str, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(engine)
    plant(world, "DEL_EGY", what)
    officer = ended(world, "officer.cairo", by="head.cairo")
    assert named(world, "DEL_EGY", by="head.cairo") == {officer}
    assert holds(world, "head.cairo", "DEL_EGY") == {"casework", "sources", "finance"}


@pytest.mark.parametrize("code", ["DEL_EGY", "HQ"])
def test_what_gave_way_is_told_in_the_trail(world: World, code: str) -> None:
    plant(world, code, "no charter")
    by, whom = {"DEL_EGY": ("head.cairo", "officer.cairo"), "HQ": ("head1.hq", "desk.hq")}[code]
    ended(world, whom, by=by)
    assert named(world, code, by=by) == {member_id(world, whom)}
    assert f"failed its check: charter {world.demonstration.offices[code]}" in alarms(world)


def test_whoever_was_ended_beside_a_planted_charter_stays_out_though_the_rows_are_taken_back(world: World) -> None:
    plant(world, "DEL_EGY", "no charter")
    officer = ended(world, "officer.cairo", by="head.cairo")
    let_in(world, officer)
    assert comes_back(world, "officer.cairo", "DEL_EGY") == ("/waiting", set())


def test_where_the_keys_cannot_be_exchanged_it_is_named_all_the_same_and_told(world: World) -> None:
    """A custodian's public key was overwritten: nobody can make a new key for a circle until it is brought back."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with tables(world) as session:
        custodians = "SELECT member_id FROM seats WHERE role = 'custodian'"
        session.execute(text(f"UPDATE public_keys SET bundle = :b WHERE member_id IN ({custodians})"), {"b": b"x"})
    forget_everything()
    head = world.client("head.cairo")
    assert head.sign(Places(world).member("officer.cairo", "/revoke")).status_code == 303
    page = said(head.get(Places(world).member("officer.cairo")))
    assert "is ended" in page
    assert "could not be exchanged" in page
    assert named(world, "DEL_EGY", by="head.cairo") == {member_id(world, "officer.cairo")}
    assert f"failed its check: the end of an access in {cairo}" in alarms(world)
    assert world.client("deputy.cairo").get("/").status_code == 200


def test_what_may_be_ours_stops_the_office_and_does_not_give_way(world: World) -> None:
    """A charter whose signatures were cut off: nobody knows what stands, and no page says that all is well."""
    office = world.demonstration.offices["DEL_EGY"]
    with world.acting("head.cairo") as (_, visitor):
        body = encode(next_charter(visitor.charters, office, Act.RENEWAL, datetime.now(UTC)))
    with tables(world) as session:
        session.execute(text(CHARTER), {"h": charter_hash(body), "b": body, "s": b"", "o": office.hex})
    forget_everything()
    assert world.client("head.cairo").sign(Places(world).member("officer.cairo", "/revoke")).status_code == 409
