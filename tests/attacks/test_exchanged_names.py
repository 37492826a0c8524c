"""Who exchanges names in the tables makes nobody act on the wrong colleague, or for the wrong office."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from hrd_cases.audit.verify import verify_store
from tests.keys.cast import forget_everything
from tests.offices.people import Places, holds, member_id, newcomer, said
from tests.world import World

MEANT, ATTACKER = "finance2.cairo", "finance.cairo"


def exchange_names(world: World, first: str = MEANT, second: str = ATTACKER) -> None:
    ids = {first: member_id(world, first), second: member_id(world, second)}
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        for whom, name in ((first, "nobody"), (second, first), (first, second)):
            database.execute(text("UPDATE members SET sign_in = :n WHERE id = :w"), {"n": name, "w": ids[whom].hex})
    forget_everything()


def exchange_places(world: World, first: str = "DEL_EGY", second: str = "DEL_BLR") -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        rows = database.execute(
            text("SELECT code, seat FROM offices WHERE code IN (:a, :b)"), {"a": first, "b": second}
        )
        seats = {row.code: row.seat for row in rows}
        for code, other in ((first, second), (second, first)):
            database.execute(text("UPDATE offices SET seat = :s WHERE code = :c"), {"s": seats[other], "c": code})
    forget_everything()


def findings(world: World) -> set[tuple[str, str]]:
    return {(one.what, one.where) for one in verify_store(world.database.main).findings}


def link_of(world: World, name: str) -> str:
    """Where the list of colleagues leads whoever looks for this one."""
    page = world.client("head.cairo").get(Places(world).office("DEL_EGY", "/members")).text
    found = re.search(rf'href="(/offices/members/[0-9a-f-]+)"[^>]*>\s*(?:<bdi[^>]*>)?{re.escape(name)}', page)
    assert found is not None
    return found[1]


def test_a_head_gives_the_role_to_the_colleague_they_mean(world: World) -> None:
    meant = Places(world).member(MEANT)
    exchange_names(world)
    assert link_of(world, MEANT) == meant
    head = world.client("head.cairo")
    assert MEANT in said(head.get(f"{meant}/seat"))
    assert head.sign(f"{meant}/seat", {"role": "deputy"}).status_code == 303
    exchange_names(world, ATTACKER, MEANT)
    for name in ("head.cairo", "deputy.cairo", MEANT, ATTACKER):
        world.client(name).get("/")
    assert holds(world, MEANT, "DEL_EGY") == {"casework", "sources", "finance"}
    assert holds(world, ATTACKER, "DEL_EGY") == {"finance"}


@pytest.mark.parametrize("rest", ["", "/seat", "/revoke", "/suspend"])
def test_every_page_calls_a_colleague_what_the_charter_does(world: World, rest: str) -> None:
    meant = Places(world).member(MEANT)
    exchange_names(world)
    page = said(world.client("head.cairo").get(meant + rest))
    assert MEANT in page
    assert ATTACKER not in page.replace("head.cairo", "")


def test_an_acting_head_is_the_colleague_they_mean(world: World) -> None:
    deputy = member_id(world, "deputy.cairo")
    exchange_names(world, "deputy.cairo", ATTACKER)
    page = world.client("head.cairo").get(Places(world).office("DEL_EGY", "/acting")).text
    chosen = re.search(rf'id="([^"]+)"[^>]*value="{deputy}"|value="{deputy}"[^>]*id="([^"]+)"', page)
    assert chosen is not None
    label = re.search(rf'for="{chosen[1] or chosen[2]}">\s*([^<]+)', page)
    assert label is not None
    assert label[1].strip() == "deputy.cairo"


def test_a_newcomer_under_a_colleagues_name_is_not_vouched_for(world: World) -> None:
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    new = Places(world).member("new.cairo")
    exchange_names(world, "deputy.cairo", "new.cairo")
    answer = world.client("head.cairo").sign(f"{new}/vouch", {"words": words})
    assert answer.status_code == 422
    assert "deputy.cairo is what the charter calls another colleague." in said(answer)


def test_the_check_of_the_trail_finds_exchanged_names(world: World) -> None:
    ids = {str(member_id(world, name)) for name in (MEANT, ATTACKER)}
    before = findings(world)
    exchange_names(world)
    assert findings(world) - before == {("a member is called something else than the charter says", one) for one in ids}


def test_an_office_is_called_what_its_charter_says_and_the_check_finds_it(world: World) -> None:
    at, ids = Places(world), {str(world.demonstration.offices[code]) for code in ("DEL_EGY", "DEL_BLR")}
    before = findings(world)
    exchange_places(world)
    head = world.client("head1.hq")
    for path in (at.office("DEL_EGY", "/coverage"), at.office("DEL_EGY", "/charter"), at.member("officer.cairo")):
        page = said(head.get(path))
        assert "Cairo" in page
        assert "Minsk" not in page
    found = {("an office is called something else than its charter says", one) for one in ids}
    assert findings(world) - before == found
