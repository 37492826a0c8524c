"""Who writes the tables lets a revoked head in: the charter says that their keys were ended, and the trail tells."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from hrd_cases import demo
from hrd_cases.audit.verify import verify_store
from tests.keys.cast import forget_everything
from tests.offices.people import Places, holds, member_id
from tests.world import World

EXCHANGED = "UPDATE revocations SET fingerprint = randomblob(32) WHERE member_id = :head"
TAKEN_AWAY = "DELETE FROM revocations WHERE member_id = :head"
NUMBERS = "UPDATE revocations SET numbers = x'80' WHERE member_id = :head"
LET_IN = "UPDATE members SET revoked_at = NULL WHERE id = :head"
PLANTED = {
    "nothing": "",
    "a charter": "INSERT INTO charters (hash, office_id, number, body, signatures) "
    "VALUES (randomblob(32), :minsk, 99999, x'00', x'00')",
    "a circle": "INSERT INTO circles (id, office_id, name, epoch) VALUES (:new, :new, 'casework', 0)",
}


def revoked(world: World) -> None:
    assert world.client("admin.hq").sign(Places(world).member("head.cairo", "/revoke")).status_code == 303
    world.client("deputy.cairo").get("/")  # a colleague comes in: the keys are exchanged


def tampered(world: World, *statements: str) -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        for statement in statements:
            database.execute(text(statement), {"head": member_id(world, "head.cairo").hex})


@pytest.mark.parametrize("how", [EXCHANGED, TAKEN_AWAY])
def test_they_sign_in_and_have_no_seat_no_key_and_no_page(world: World, how: str) -> None:
    revoked(world)
    tampered(world, how, LET_IN)
    head = world.client("head.cairo")
    typed = {"sign_in": "head.cairo", "passphrase": demo.PASSPHRASE, "code": demo.current_code("head.cairo")}
    assert head.post("/sign-in", typed).status_code == 303
    world.client("deputy.cairo").get("/")
    assert head.get("/").location == "/waiting"
    assert head.get(Places(world).office("DEL_EGY", "/members")).status_code in (303, 403)
    world.demonstration.cookies["head.cairo"] = head.cookie()
    assert holds(world, "head.cairo", "DEL_EGY") == set()
    assert holds(world, "deputy.cairo", "DEL_EGY") == {"casework", "sources", "finance"}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_head_of_headquarters_neither_whatever_row_was_planted(world: World, planted: str) -> None:
    at, first, second = Places(world), world.client("head1.hq"), world.client("head2.hq")
    third = member_id(world, "desk.hq")
    assert first.sign(at.member("desk.hq", "/seat"), {"role": "headquarters_head"}).status_code == 303
    assert second.sign(at.office("HQ", "/charter/sign")).status_code == 303
    assert world.client("desk.hq").get("/").status_code == 200
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        values = {"minsk": world.demonstration.offices["DEL_BLR"].hex, "new": uuid.uuid4().hex}
        if PLANTED[planted]:
            database.execute(text(PLANTED[planted]), values)
    forget_everything()
    assert first.sign(at.member("desk.hq", "/revoke")).status_code == 303
    first.get("/")
    second.get("/")
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        for statement in (TAKEN_AWAY, LET_IN):
            database.execute(text(statement), {"head": third.hex})
    forget_everything()
    head = world.client("desk.hq")
    typed = {"sign_in": "desk.hq", "passphrase": demo.PASSPHRASE, "code": demo.current_code("desk.hq")}
    assert head.post("/sign-in", typed).status_code == 303
    for name in ("head1.hq", "head2.hq"):
        assert world.client(name).get("/").status_code == 200
    assert head.get("/").location == "/waiting"
    world.demonstration.cookies["desk.hq"] = head.cookie()
    assert holds(world, "desk.hq", "HQ") == set()


@pytest.mark.parametrize(
    ("how", "what"),
    [
        (EXCHANGED, "a revocation was taken away"),
        (EXCHANGED, "a revocation that no act made"),
        (TAKEN_AWAY, "a revocation was taken away"),
        (NUMBERS, "this revocation says something else than it did"),
        (LET_IN, "a member whose access was ended has it again"),
    ],
)
def test_the_check_of_the_trail_names_them(world: World, how: str, what: str) -> None:
    revoked(world)
    before = [finding.what for finding in verify_store(world.database.main).findings]
    tampered(world, how)
    found = [finding for finding in verify_store(world.database.main).findings if finding.what == what]
    assert what not in before
    assert [finding.where for finding in found] == [str(member_id(world, "head.cairo"))]


def test_an_access_ended_by_no_act_is_found(world: World) -> None:
    tampered(world, "UPDATE members SET revoked_at = '2026-01-01 00:00:00.000000' WHERE id = :head")
    found = [tuple(finding) for finding in verify_store(world.database.main).findings]
    assert ("a member's access was ended by no act", str(member_id(world, "head.cairo"))) in found
