"""Who writes the tables ends nobody's access for good, and keeps no ended access from being named."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from hrd_cases import demo
from hrd_cases.accounts.change import replace_keys
from hrd_cases.accounts.models import Member
from hrd_cases.audit.verify import verify_store
from hrd_cases.door import traces
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.models import FolderKind, Revocation, SleeveKey, read_numbers, write_numbers
from hrd_cases.records import Sleeve
from hrd_cases.vault.identity import KeyPair, new_seed
from tests.attacks.past_our_code import alarms
from tests.keys.cast import forget_everything
from tests.offices.people import Places, code_on, enrol_with, holds, member_id, new_code
from tests.world import World

PLANTED = (
    "INSERT INTO revocations (member_id, fingerprint, revoked_by, revoked_at, numbers, signer, signature) "
    "SELECT id, fingerprint, :by, '2026-11-22 00:00:00.000000', :numbers, :signer, :signature "
    "FROM members WHERE id = :whom"
)


def write(world: World, statement: str, **values: object) -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        database.execute(text(statement), values)
    forget_everything()


def plant(world: World, name: str, by: str = "", signer: bytes | None = None, signature: bytes | None = None) -> None:
    numbers = write_numbers(dict.fromkeys(world.demonstration.offices.values(), 10**6))
    whom = member_id(world, name)
    who = member_id(world, by) if by else whom
    write(world, PLANTED, whom=whom.hex, by=who.hex, numbers=numbers, signer=signer, signature=signature)


def keys_of(world: World, name: str) -> KeyPair:
    with world.acting(name) as (_, visitor):
        return KeyPair(visitor.ring.keys.seed)


def third_head(world: World) -> uuid.UUID:
    """desk.hq is seated as a third head of headquarters, and has come in."""
    traces._alarmed.clear()
    at, first, second = Places(world), world.client("head1.hq"), world.client("head2.hq")
    assert first.sign(at.member("desk.hq", "/seat"), {"role": "headquarters_head"}).status_code == 303
    assert second.sign(at.office("HQ", "/charter/sign")).status_code == 303
    assert world.client("desk.hq").get("/").status_code == 200
    return member_id(world, "desk.hq")


def ended(world: World, name: str, by: str) -> uuid.UUID:
    assert world.client(by).sign(Places(world).member(name, "/revoke")).status_code == 303
    return member_id(world, name)


def named(world: World, code: str, by: str) -> set[uuid.UUID]:
    """Whose access the newest charter of an office says was ended."""
    with world.acting(by) as (_, visitor):
        return {who.member_id for who in visitor.charters.of(world.demonstration.offices[code]).ended}


def let_in(world: World, member: uuid.UUID) -> None:
    """Every row that says their access was ended is gone."""
    write(world, "DELETE FROM revocations WHERE member_id = :who", who=member.hex)
    write(world, "UPDATE members SET revoked_at = NULL WHERE id = :who", who=member.hex)
    write(world, "UPDATE circles SET due_since = NULL")


def comes_back(world: World, name: str, code: str) -> tuple[str | None, set[str]]:
    """They sign in again while their colleagues work. Where they are led, and which keys they hold."""
    browser = world.client(name)
    typed = {"sign_in": name, "passphrase": demo.PASSPHRASE, "code": demo.current_code(name)}
    assert browser.post("/sign-in", typed).status_code == 303
    for colleague in ("head1.hq", "head2.hq"):
        assert world.client(colleague).get("/").status_code == 200
    led = browser.get("/").location
    world.demonstration.cookies[name] = browser.cookie()
    return led, holds(world, name, code)


def findings(world: World) -> list[tuple[str, str]]:
    return [(finding.what, finding.where) for finding in verify_store(world.database.main).findings]


# -- a planted row


def unsigned(world: World) -> None:
    plant(world, "head2.hq")


def signed(world: World, by: str, whom: str, at: datetime) -> None:
    """A row signed in the tables by somebody with their own keys, and by none of our pages."""
    signer, keys = member_id(world, by), keys_of(world, by)
    with world.acting("head1.hq") as (session, visitor):
        fingerprint = visitor.charters.headquarters().fingerprint_of(member_id(world, whom))
        revoke(session, member_id(world, whom), fingerprint, signer, at, keys=keys)
    forget_everything()


def by_somebody_who_may_not(world: World) -> None:
    signed(world, "auditor.hq", "head2.hq", datetime.now(UTC))


def in_another_s_name(world: World) -> None:
    plant(world, "head2.hq", "head1.hq", keys_of(world, "head1.hq").fingerprint, b"\x01" + bytes(3373))


@pytest.mark.parametrize("how", [unsigned, by_somebody_who_may_not, in_another_s_name])
def test_a_planted_revocation_is_never_signed_for_good(world: World, how: Callable[[World], None]) -> None:
    third_head(world)
    how(world)
    first, second, whom = world.client("head1.hq"), world.client("head2.hq"), member_id(world, "head2.hq")
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 303, "any row keeps its member out"
    assert f"failed its check: revocation {whom}" in alarms(world)
    write(world, "DELETE FROM revocations WHERE member_id = :who", who=whom.hex)
    assert second.get("/").status_code == 200
    assert named(world, "HQ", by="head1.hq") == set()


@pytest.mark.parametrize("how", [unsigned, in_another_s_name])
def test_the_check_of_the_trail_names_a_revocation_that_nobody_signed(
    world: World, how: Callable[[World], None]
) -> None:
    how(world)
    assert ("a revocation that nobody signed who may", str(member_id(world, "head2.hq"))) in findings(world)


def test_a_true_revocation_without_its_signature_is_named_too(world: World) -> None:
    officer = ended(world, "officer.cairo", by="admin.hq")
    before = findings(world)
    write(world, "UPDATE revocations SET signature = NULL WHERE member_id = :who", who=officer.hex)
    assert before == []
    assert findings(world) == [("a revocation that nobody signed who may", str(officer))]


def test_a_planted_revocation_keeps_no_other_from_being_named(world: World) -> None:
    third = third_head(world)
    ended(world, "desk.hq", by="admin.hq")
    plant(world, "head2.hq")
    assert world.client("head1.hq").get("/").status_code == 200
    write(world, "DELETE FROM revocations WHERE member_id = :who", who=member_id(world, "head2.hq").hex)
    let_in(world, third)
    assert comes_back(world, "desk.hq", "HQ") == ("/waiting", set())


def test_who_has_left_dates_no_revocation_back(world: World) -> None:
    third = third_head(world)
    keys = keys_of(world, "desk.hq")
    ended(world, "desk.hq", by="head1.hq")
    with world.acting("head1.hq") as (session, visitor):
        whom = member_id(world, "head2.hq")
        fingerprint = visitor.charters.headquarters().fingerprint_of(whom)
        revoke(session, whom, fingerprint, third, datetime(2026, 1, 1, tzinfo=UTC), keys=keys)
    forget_everything()
    assert world.client("head1.hq").get("/").status_code == 200
    assert named(world, "HQ", by="head1.hq") == {third}


def test_a_planted_row_gives_way_to_a_true_one(world: World) -> None:
    plant(world, "head.cairo")
    head = ended(world, "head.cairo", by="head1.hq")
    assert world.client("deputy.cairo").get("/").status_code == 200
    assert named(world, "DEL_EGY", by="deputy.cairo") == {head}


def test_who_lost_their_keys_signs_nothing_and_raises_no_alarm(world: World) -> None:
    traces._alarmed.clear()
    code = code_on(new_code(world, "officer.cairo").text)
    enrol_with(world, "officer.cairo", code)
    for name in ("head.cairo", "deputy.cairo", "head1.hq"):
        assert world.client(name).get("/").status_code == 200
    assert alarms(world) == []
    assert findings(world) == []


OTHER_KEYS = "UPDATE members SET fingerprint = randomblob(32) WHERE id = :who"
ENDED_ALREADY = "UPDATE members SET revoked_at = '2026-01-01 00:00:00.000000' WHERE id = :who"


@pytest.mark.parametrize("table", [OTHER_KEYS, ENDED_ALREADY])
def test_the_keys_of_the_seat_end_whatever_the_table_says_of_the_member(world: World, table: str) -> None:
    officer = member_id(world, "officer.cairo")
    write(world, table, who=officer.hex)
    ended(world, "officer.cairo", by="head.cairo")
    assert named(world, "DEL_EGY", by="head.cairo") == {officer}
    again = world.client("head.cairo").sign(Places(world).member("officer.cairo", "/revoke"))
    assert "This member&#39;s access was ended already." in again.text


@pytest.mark.parametrize("how", ["of one who left", "of lost keys", "of changed keys"])
def test_the_number_of_a_planted_charter_comes_into_no_revocation(world: World, how: str) -> None:
    """What the ended keys signed later, up to that number, would count."""
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("head.cairo") as (_, visitor):
        true = {place: visitor.charters.of(place).number for place in world.demonstration.offices.values()}
    into = "INSERT INTO charters (hash, office_id, number, body, signatures) "
    write(world, into + "VALUES (:h, :o, 999999, :b, :b)", h=b"z" * 32, o=cairo.hex, b=b"x")
    if how == "of one who left":
        ended(world, "head.cairo", by="head1.hq")
    elif how == "of lost keys":
        enrol_with(world, "head.cairo", code_on(new_code(world, "head.cairo").text))
    else:
        with world.acting("head.cairo") as (session, visitor):
            member = session.get_one(Member, visitor.member_id)
            replace_keys(session, visitor, member, new_seed(), b"lock", datetime.now(UTC))
    with world.database.main.reading() as session:
        row = session.scalars(select(Revocation)).one()
    assert read_numbers(row.numbers) == true


# -- a row changed afterwards


def test_what_is_written_after_they_left_opens_by_no_key_they_kept_whatever_the_row_says(world: World) -> None:
    third, headquarters = third_head(world), world.demonstration.offices["HQ"]
    with world.acting("desk.hq") as (_, visitor):
        visitor.ring.open_grants()
        kept = set(visitor.ring.seeds)
    ended(world, "desk.hq", by="head1.hq")
    numbers = write_numbers({headquarters: 0})
    write(world, "UPDATE revocations SET numbers = :n WHERE member_id = :who", n=numbers, who=third.hex)
    write(world, "UPDATE circles SET due_since = NULL")
    for name in ("head1.hq", "head2.hq", "head1.hq"):
        assert world.client(name).get("/").status_code == 200
    with world.acting("head1.hq") as (session, visitor):
        folder = visitor.ring.open_folder(headquarters, FolderKind.OFFICE, datetime.now(UTC))
        visitor.ring.to_seal(folder.id, Sleeve.FILE)
        session.flush()
        keys = session.query(SleeveKey).filter_by(folder_id=folder.id).all()
        assert keys
        assert not {(key.circle_id, key.circle_epoch) for key in keys} & kept
        session.rollback()


# -- the time between the end of an access and the charter that names it


def test_a_head_who_ends_an_access_names_it_in_the_same_act(world: World) -> None:
    third = third_head(world)
    ended(world, "desk.hq", by="head1.hq")
    let_in(world, third)
    assert comes_back(world, "desk.hq", "HQ") == ("/waiting", set())
    assert named(world, "HQ", by="head1.hq") == {third}


def test_the_keys_are_exchanged_in_the_same_act(world: World) -> None:
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.acting("head.cairo") as (_, visitor):
        before = {entry.name: entry.epoch for entry in visitor.charters.of(cairo).circles}
    ended(world, "officer.cairo", by="head.cairo")
    with world.acting("head.cairo") as (_, visitor):
        after = {entry.name: entry.epoch for entry in visitor.charters.of(cairo).circles}
    assert after == {name: epoch + 1 for name, epoch in before.items()}
    assert holds(world, "head.cairo", "DEL_EGY") == {"casework", "sources", "finance"}
    assert findings(world) == []


def test_what_nobody_could_name_yet_is_found_by_the_check_of_the_trail(world: World) -> None:
    """An administrator holds no key: until a colleague comes in the tables alone say it."""
    officer = ended(world, "officer.cairo", by="admin.hq")
    let_in(world, officer)
    found = findings(world)
    assert ("a revocation was taken away", str(officer)) in found
    assert ("a member whose access was ended has it again", str(officer)) in found
