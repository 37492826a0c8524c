"""A name in a charter is one person's, theirs for good, and looks like nobody else's; who writes the tables, and a head
in league with them, changes that for no reader.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import text

from hrd_cases import demo
from hrd_cases.accounts.newcomers import invite
from hrd_cases.audit.verify import verify_store
from hrd_cases.cases.filing import submit
from hrd_cases.errors import Refused, Tampered
from hrd_cases.keys.charter import Act, Charter, Seat
from hrd_cases.keys.issue import next_charter
from hrd_cases.keys.roles import Role
from hrd_cases.keys.rules import check_names, check_shape, looks
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.proposing import propose_signed
from tests.cases.conftest import recorded
from tests.keys.cast import forget_everything
from tests.offices.people import Places, member_id, newcomer, said
from tests.world import World

LOOKALIKES = {
    "a space of no width": "deputy.cairo\u200b",
    "a letter of another script": "d\u0435puty.cairo",
    "other capitals": "Deputy.Cairo",
    "a space": "deputy.cairo ",
    "a joiner": "deputy\u200d.cairo",
}


def write(world: World, sql: str, **values: object) -> None:
    with world.database.main.engine.execution_options(writes=True).begin() as database:
        database.execute(text(sql), values)
    forget_everything()


def rename(world: World, who: uuid.UUID, name: str) -> None:
    write(world, "UPDATE members SET sign_in = :n WHERE id = :w", n=name, w=who.hex)


def findings(world: World) -> set[tuple[str, str]]:
    return {(one.what, one.where) for one in verify_store(world.database.main).findings}


def in_force(world: World) -> Charter:
    with world.acting("head.cairo") as (_, visitor):
        return visitor.charters.of(world.demonstration.offices["DEL_EGY"])


def signed(world: World, who: str, act: Act, seats: tuple[Seat, ...]) -> None:
    with world.acting(who) as (session, visitor):
        now, office = datetime.now(UTC), world.demonstration.offices["DEL_EGY"]
        wanted = next_charter(visitor.charters, office, act, now, seats=seats)
        assert propose_signed(session, visitor, visitor.charters, wanted, now) is not None


# -- names that look like another's


@pytest.mark.parametrize("how", LOOKALIKES)
def test_a_newcomer_is_not_vouched_for_under_a_name_that_looks_like_a_colleagues(world: World, how: str) -> None:
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    who, before = member_id(world, "new.cairo"), findings(world)
    rename(world, who, LOOKALIKES[how])
    answer = world.client("head.cairo").sign(f"/offices/members/{who}/vouch", {"words": words})
    assert answer.status_code == 422
    assert "is no sign-in name of this house. Somebody has changed a table." in said(answer)
    assert who not in in_force(world).names
    assert findings(world) - before == {("a member is called what could be taken for another name", str(who))}


@pytest.mark.parametrize("how", LOOKALIKES)
def test_no_reader_believes_a_charter_with_such_a_name(world: World, how: str) -> None:
    charter = in_force(world)
    seats = (msgspec.structs.replace(charter.seats[0], called=LOOKALIKES[how]), *charter.seats[1:])
    with pytest.raises(Tampered, match="a name that is none"):
        check_shape(msgspec.structs.replace(charter, seats=seats))
    with pytest.raises(Tampered):
        signed(world, "head.cairo", Act.SEAT, seats)


READ_ALIKE = [
    "0fficer.cairo", "off1cer.cairo", "0fflcer.cairo", "oflicer.cairo", "officer-cairo", "officer.cai.ro",
    "officer..cairo", "officercairo", "officer.cai-ro",
]  # fmt: skip
HONEST = ["officer2.cairo", "officer3.cairo", "officer.cairo2", "officer.minsk2", "deputy3.cairo", "officers.cairo"]


@pytest.mark.parametrize("name", READ_ALIKE)
def test_a_newcomer_is_not_vouched_for_under_what_is_read_for_a_colleagues_name(world: World, name: str) -> None:
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    who = member_id(world, "new.cairo")
    rename(world, who, name)
    answer = world.client("head.cairo").sign(f"/offices/members/{who}/vouch", {"words": words})
    assert answer.status_code == 422
    assert "is no sign-in name of this house. Somebody has changed a table." in said(answer)
    assert who not in in_force(world).names
    charter = in_force(world)
    seat = msgspec.structs.replace(charter.seats[0], member_id=who, fingerprint=b"n" * 32, called=name)
    with pytest.raises(Tampered, match="two members with one"):
        check_shape(msgspec.structs.replace(charter, seats=(*charter.seats, seat)))
    with pytest.raises(Tampered, match="given to another"):
        check_names(charter.names, msgspec.structs.replace(charter, seats=(seat,)))


@pytest.mark.parametrize("name", READ_ALIKE)
def test_nobody_is_invited_under_what_is_read_for_a_colleagues_name(world: World, name: str) -> None:
    with world.acting("admin.hq") as (session, _), pytest.raises(Refused, match="taken"):
        invite(session, world.house.settings, name, world.demonstration.offices["DEL_BLR"], Role.FINANCE, None, _now())


def test_honest_names_beside_each_other_stand() -> None:
    names = {one["sign_in"] for one in json.loads(demo.WORLD.read_text(encoding="utf-8"))["staff"]} | set(HONEST)
    assert len({looks(name) for name in names}) == len(names)
    assert looks("rnoon.vvest") == looks("moon.west")


def _now() -> datetime:
    return datetime.now(UTC)


# -- names given before


def test_the_name_of_a_colleague_who_left_is_not_given_to_a_newcomer(world: World) -> None:
    assert world.client("head.cairo").sign(Places(world).member("finance2.cairo", "/revoke")).status_code == 303
    old = member_id(world, "finance2.cairo")
    words = newcomer(world, "new.cairo", "DEL_EGY", "finance")
    new = member_id(world, "new.cairo")
    rename(world, old, "gone")
    rename(world, new, "finance2.cairo")
    answer = world.client("head.cairo").sign(f"/offices/members/{new}/vouch", {"words": words})
    assert answer.status_code == 422
    assert "finance2.cairo is what the charter calls another colleague." in said(answer)
    assert new not in in_force(world).names


def test_no_head_renames_a_colleague_in_two_steps(world: World) -> None:
    whom, charter = member_id(world, "finance2.cairo"), in_force(world)
    without = tuple(seat for seat in charter.seats if seat.member_id != whom)
    theirs = next(seat for seat in charter.seats if seat.member_id == whom)
    signed(world, "head.cairo", Act.UNSEAT, without)
    with pytest.raises(Tampered, match="another name"):
        signed(world, "head.cairo", Act.SEAT, (*without, msgspec.structs.replace(theirs, called="deputy2.cairo")))
    signed(world, "head.cairo", Act.SEAT, (*without, theirs))
    assert in_force(world).names[whom] == "finance2.cairo"


def test_no_reader_believes_a_chain_in_which_a_name_has_passed_on() -> None:
    """Whatever lay between: a name given once is compared with every charter after it, in both directions."""
    first, second, key = uuid.uuid4(), uuid.uuid4(), b"k" * 32
    seat = Seat(first, Role.FINANCE, datetime.now(UTC).date(), None, key, "finance.cairo")

    def charter(*seats: Seat) -> Charter:
        return msgspec.structs.replace(_EMPTY, seats=seats)

    given = {first: "finance.cairo"}
    check_names(given, charter(seat))
    check_names(given, charter())
    alike = {"member_id": second, "called": "f1nance.cairo"}
    for wrong in ({"called": "deputy.cairo"}, {"called": ""}, {"member_id": second}, alike):
        with pytest.raises(Tampered, match="name"):
            check_names(given, charter(msgspec.structs.replace(seat, **wrong)))


_EMPTY = Charter(2, uuid.UUID(int=1), "delegation", 2, b"", b"", datetime.now(UTC), Act.SEAT, (), (), ())  # type: ignore[arg-type]


def test_a_colleague_who_comes_back_keeps_the_name_the_charters_gave(world: World) -> None:
    """Whoever exchanged it in the table meanwhile: the head is told, and does not sign."""
    whom, charter = member_id(world, "finance2.cairo"), in_force(world)
    signed(world, "head.cairo", Act.UNSEAT, tuple(seat for seat in charter.seats if seat.member_id != whom))
    rename(world, whom, "deputy9.cairo")
    words = world.demonstration.words[whom]
    answer = world.client("head.cairo").sign(f"/offices/members/{whom}/vouch", {"words": words})
    assert answer.status_code == 422
    assert "is not what the charters called this colleague before." in said(answer)


# -- names that another office gives


def call_an_officer_of_cairo(world: World, name: str, other: str, head: str) -> None:
    """The head of another delegation seats them under another name; rows of seats make everybody look there."""
    cairo, office = world.demonstration.offices["DEL_EGY"], world.demonstration.offices[other]
    victim, now = member_id(world, "officer.cairo"), datetime.now(UTC)
    with world.acting(head) as (session, visitor):
        key = visitor.charters.of(cairo).fingerprint_of(victim)
        seats = (*visitor.charters.of(office).seats, Seat(victim, Role.FINANCE, now.date(), None, key, name))
        wanted = next_charter(visitor.charters, office, Act.SEAT, now, seats=seats)
        assert propose_signed(session, visitor, visitor.charters, wanted, now) is not None
    row = "INSERT INTO seats (id, office_id, member_id, role, since, acting) VALUES (:i, :o, :m, 'finance', :d, :no)"
    for who in ("head.cairo", "deputy.cairo", "officer.cairo"):
        values = {"i": uuid.uuid4().hex, "o": office.hex, "m": member_id(world, who).hex, "no": False}
        write(world, row, d="2026-01-01", **values)


@pytest.mark.parametrize(("other", "head"), [("DEL_BLR", "head.minsk"), ("DEL_COL", "head.bogota")])
def test_a_colleague_is_called_what_their_own_office_calls_them(world: World, other: str, head: str) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        case_id = submit(session, visitor, recorded("EG", "Somebody"), (), datetime.now(UTC)).case_id
    victim, before = member_id(world, "officer.cairo"), findings(world)
    call_an_officer_of_cairo(world, "deputy.cairo", other, head)
    page = said(world.client("head.cairo").get(f"/cases/{case_id}"))
    assert "officer.cairo" in page
    assert "deputy.cairo" not in page
    for who in ("head.cairo", "deputy.cairo", "head1.hq", "auditor.hq", head):
        with world.app.test_request_context("/"), world.acting(who) as (session, visitor):
            visitor.charters.sound_offices()
            assert names_of(session, {victim}) == {victim: "officer.cairo"}
    found = {what for what, _ in findings(world) - before}
    assert {"a member whom charters call by two names", "a name that charters have given to two members"} <= found


def test_the_check_of_the_trail_names_a_name_that_is_read_for_a_colleague_s(world: World) -> None:
    before = findings(world)
    call_an_officer_of_cairo(world, "deputy.cair0", "DEL_BLR", "head.minsk")
    named = {
        where for what, where in findings(world) - before if what == "a name that charters have given to two members"
    }
    assert named == {str(member_id(world, who)) for who in ("officer.cairo", "deputy.cairo")}


def test_the_check_of_the_trail_finds_a_member_put_into_another_office(world: World) -> None:
    victim, before = member_id(world, "officer.cairo"), findings(world)
    minsk = world.demonstration.offices["DEL_BLR"]
    write(world, "UPDATE members SET office_id = :o WHERE id = :w", o=minsk.hex, w=victim.hex)
    wanted = {("a member belongs to another office than they were invited to", str(victim))}
    assert wanted <= findings(world) - before


def test_a_name_of_a_draft_of_another_office_is_not_shown(world: World) -> None:
    victim = member_id(world, "officer.cairo")
    with world.app.test_request_context("/"), world.acting("head1.hq") as (session, visitor):
        other = visitor.charters.of(world.demonstration.offices["DEL_BLR"])
        seat = msgspec.structs.replace(other.seats[0], member_id=victim, called="deputy.cairo")
        draft = msgspec.structs.replace(other, seats=(seat,))
        assert names_of(session, {victim}, draft)[victim] == "officer.cairo"
