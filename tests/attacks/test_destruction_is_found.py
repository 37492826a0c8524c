"""Somebody may write every table of both stores: what they destroy for good is found by `audit verify`, in one finding
for each kind of thing, though nobody can bring it back.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text

from hrd_cases.accounts.models import Member
from hrd_cases.audit.verify import verify_store
from hrd_cases.cases import drafts
from hrd_cases.keys.models import ShredSecret
from hrd_cases.offices.members import revoke_member
from tests.attacks.past_our_code import destroy, tables
from tests.attacks.test_case_writer import filed
from tests.attacks.test_cut_sources import filed as with_sources
from tests.world import World, already

NO_KEY = "the key of a sealed part is gone: nobody can read it"
NO_SECRET = "the shred secret is gone without which nobody can read this"
NO_CIRCLE = "the key of a chartered circle is gone, or is another"
NO_SHARE = "a share is gone: custodians cannot open this circle any more"
NO_GRANT = "a member was handed the key of a circle, and has it no more"
NO_RING = "a seated member has no key ring"
NO_PUBLIC_KEY = "the public key of a seated member is gone, or is another"
NO_MEMBER = "a seated member is gone"
NO_OFFICE = "an office that has a charter is gone"
NO_FOLDER = "the folder of these rows is gone"
ELSEWHERE = "a folder lies under the keys of another office"
OTHER_KEY = "a wrapped key is not the one that was written: what it opens is lost"
NO_OLDER_SEED = "the older seed of a circle is gone: what was written before cannot be read"
UNSIGNED = "the charters of an office fail their check: nobody can rely on them"

ONE = "WHERE rowid = (SELECT min(rowid) FROM"
DESTROYED = [
    ("DELETE FROM sleeve_keys", {NO_KEY}),
    ("DELETE FROM sleeve_keys WHERE sleeve = 'sources'", {NO_KEY}),
    ("UPDATE sleeve_keys SET epoch = 9", {NO_KEY}),
    ("UPDATE sleeve_keys SET wrapped = x'00'", {OTHER_KEY}),
    ("UPDATE sleeve_keys SET circle_epoch = 2", {OTHER_KEY}),
    ("UPDATE circle_keys SET older_seed = x'00'", {OTHER_KEY}),
    ("UPDATE custody_shares SET sealed_seed = x'00'", {OTHER_KEY}),
    ("DELETE FROM folders", {NO_FOLDER}),
    (f"DELETE FROM folders {ONE} folders WHERE kind = 'case')", {NO_FOLDER}),
    ("UPDATE folders SET office_id = (SELECT id FROM offices WHERE code = 'HQ') WHERE kind = 'case'", {ELSEWHERE}),
    ("DELETE FROM circle_keys", {NO_CIRCLE}),
    (f"DELETE FROM circle_keys {ONE} circle_keys)", {NO_CIRCLE}),
    ("UPDATE circle_keys SET bundle = x'00'", {NO_CIRCLE, OTHER_KEY}),
    ("DELETE FROM custody_shares", {NO_SHARE}),
    (f"DELETE FROM custody_shares {ONE} custody_shares)", {NO_SHARE}),
    ("UPDATE custody_shares SET outer_fingerprint = x'00'", {NO_SHARE, OTHER_KEY}),
    ("DELETE FROM circle_grants", {NO_GRANT}),
    ("DELETE FROM key_rings", {NO_RING}),
    ("DELETE FROM public_keys", {NO_PUBLIC_KEY, UNSIGNED}),
    ("UPDATE public_keys SET bundle = x'00'", {NO_PUBLIC_KEY, UNSIGNED}),
    ("DELETE FROM members", {NO_MEMBER}),
    ("DELETE FROM offices", {NO_OFFICE}),
    ("UPDATE charters SET signatures = x'00'", {UNSIGNED}),
    ("UPDATE charters SET signatures = (SELECT signatures FROM charters LIMIT 1)", {UNSIGNED}),
    (f"UPDATE charters SET signatures = x'90' {ONE} charters WHERE number > 1)", {UNSIGNED}),
]


@pytest.fixture
def told(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    return already(world, _eventful, tmp_path_factory)


def _eventful(world: World) -> None:
    filed(world)
    with_sources(world)
    for who in ("officer.minsk", "officer.cairo"):
        world.client(who).get("/cases")


def found(world: World) -> dict[str, str]:
    findings = verify_store(world.database.main, shred=world.database.shred).findings
    assert len({one.what for one in findings}) == len(findings), findings
    return {one.what: one.where for one in findings}


def test_the_control_an_honest_house_has_no_finding(told: World) -> None:
    assert found(told) == {}


@pytest.mark.parametrize(("statement", "findings"), DESTROYED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_they_destroy_is_found(told: World, statement: str, findings: set[str]) -> None:
    """Also by a process that has verified the charters before: the page of the auditor."""
    assert found(told) == {}
    destroy(told.house.settings.database_url, statement)
    wrong = found(told)
    assert wrong.keys() == findings
    for where in wrong.values():
        number, _, names = where.partition(": ")
        assert min(int(number), 20) == len(names.removesuffix(", …").split(", "))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM shred_secrets",
        "DELETE FROM shred_secrets WHERE rowid = (SELECT min(rowid) FROM shred_secrets)",
        "UPDATE shred_secrets SET secret = x'00'",
    ],
)
def test_they_destroy_shred_secrets(told: World, statement: str) -> None:
    destroy(told.house.settings.shred_url, statement)
    assert found(told).keys() == {NO_SECRET}


@pytest.mark.parametrize("what", ["its older seed", "all of it"])
def test_they_take_the_way_back_to_what_was_written_before_a_renewal(told: World, what: str) -> None:
    with told.acting("head.cairo") as (session, head):
        left = session.get_one(Member, told.demonstration.members["deputy.cairo"])
        revoke_member(session, head, left, datetime.now(UTC))
    assert told.client("officer.cairo").get("/").status_code == 200  # whoever comes in next renews
    assert found(told) == {}
    if what == "all of it":
        destroy(told.house.settings.database_url, "DELETE FROM circle_keys WHERE epoch = 2")
        assert found(told).keys() == {NO_CIRCLE}
    else:
        destroy(told.house.settings.database_url, "UPDATE circle_keys SET older_seed = NULL WHERE epoch = 2")
        assert found(told).keys() == {NO_OLDER_SEED, OTHER_KEY}


def test_what_is_shredded_by_its_owner_is_not_missed(told: World) -> None:
    with told.acting("officer.cairo") as (session, officer):
        drafts.drop(session, officer, drafts.drafts_of(session, officer).good[0])
    assert found(told) == {}


def test_it_is_found_on_the_other_engine_too(world_on_postgres: World) -> None:
    world = world_on_postgres
    with_sources(world)
    assert found(world) == {}
    for statement in (
        "DELETE FROM sleeve_keys WHERE sleeve = 'sources'",
        "UPDATE sleeve_keys SET wrapped = '\\x00'::bytea",
        "DELETE FROM custody_shares",
        "DELETE FROM circle_keys",
        "UPDATE charters SET signatures = '\\x90'::bytea",
    ):
        with tables(world) as session:
            assert session.execute(text(statement)).rowcount  # type: ignore[attr-defined]
    with world.database.shred.writing() as shred:
        shred.execute(delete(ShredSecret))
    assert found(world).keys() == {NO_KEY, NO_SECRET, OTHER_KEY, NO_SHARE, NO_CIRCLE, UNSIGNED}
