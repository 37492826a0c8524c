"""Circles: made by the first holder, handed over, renewed when somebody left, kept for two custodians together."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hrd_cases.errors import HrdError, Locked, Tampered
from hrd_cases.keys.charter import Act, Seat
from hrd_cases.keys.circles import carry_over, custody_info, custody_is_stale, readiness, revoke
from hrd_cases.keys.due import due_circles
from hrd_cases.keys.models import (
    CharterRow,
    Circle,
    CircleGrant,
    CircleKey,
    CustodyShare,
    PublicKeys,
    Revocation,
    write_numbers,
)
from hrd_cases.keys.ring import Ring, grant_info
from hrd_cases.keys.roles import CIRCLE_ROLES, CircleName, Role
from hrd_cases.vault.identity import KeyPair, seal_to
from tests.keys.cast import CAIRO, DAY, HEADQUARTERS, ON_BOTH, STAFF, TODAY, Cast, id_of, keys_of, seat


def ended(house: Cast, name: str, by: str = "head") -> None:
    with house.acting(by) as (session, _):
        revoke(session, id_of(name), keys_of(name).fingerprint, id_of(by), datetime.now(UTC), keys=keys_of(by))


def holds(house: Cast, name: str, circle: str = "casework", epoch: int | None = None) -> bool:
    """Can a member, coming in afresh, open this circle's seed?"""
    circle_id, newest = house.circle(circle)
    house.seeds.pop(name, None)
    with house.acting(name) as (_, ring):
        try:
            seed = ring.seed(circle_id, epoch or newest)
        except (Locked, Tampered):
            return False
        return KeyPair(seed).fingerprint == ring.chartered(circle_id, epoch or newest)


def due(house: Cast, circle: str = "casework") -> bool:
    circle_id, _ = house.circle(circle)
    with house.looking() as (session, charters):
        return circle_id in due_circles(session, charters, charters.of(CAIRO), TODAY)


@pytest.mark.parametrize("circle", CircleName)
def test_each_role_holds_what_the_table_of_roles_says_and_no_more(cairo: Cast, circle: CircleName) -> None:
    for entry in STAFF:
        name = next(n for n in ("head", "officer", "deputy", "finance") if id_of(n) == entry.member_id)
        assert holds(cairo, name, circle.value) is (entry.role in CIRCLE_ROLES[circle]), name
    for stranger in ("hq1", "hq2", "custodian1", "custodian2", "newcomer"):
        assert not holds(cairo, stranger, circle.value), stranger


def test_a_circle_is_made_by_the_first_who_is_entitled(cairo: Cast) -> None:
    with cairo.looking() as (_, charters):
        made = charters.history(CAIRO)[1]
    assert [s.member_id for s in made[1]] == [id_of("head")]
    assert {entry.epoch for entry in made[0].circles} == {1}


def test_a_finance_officer_makes_no_casework_key(cairo: Cast) -> None:
    cairo.open_office(id_of("minsk"), "BY", (seat("other head", Role.HEAD), seat("desk", Role.FINANCE)))
    cairo.comes_in("desk", office_id=id_of("minsk"))
    epochs = {entry.name: entry.epoch for entry in cairo.of(id_of("minsk")).circles}
    assert epochs == {CircleName.CASEWORK: 0, CircleName.SOURCES: 0, CircleName.FINANCE: 1}


@ON_BOTH
def test_a_newcomer_waits_until_a_holder_comes_in(cairo: Cast) -> None:
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, seat("newcomer", Role.LIAISON_OFFICER)))
    assert not holds(cairo, "newcomer")
    assert _waiting(cairo) == {id_of("newcomer")}
    cairo.comes_in("finance")  # holds finance only
    assert not holds(cairo, "newcomer")
    assert holds(cairo, "newcomer", "finance")
    cairo.comes_in("officer")
    assert holds(cairo, "newcomer")
    assert _waiting(cairo) == set()


def _waiting(house: Cast) -> set[uuid.UUID]:
    with house.looking() as (session, charters):
        stand = readiness(session, charters.of(CAIRO), TODAY, charters)[0]
        return set(stand.waiting)


def test_a_newcomer_s_words_were_of_other_keys_and_what_they_hold_opens_nothing(cairo: Cast) -> None:
    """The head typed six words of somebody else's keys: the circle goes to those keys and to no others."""
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, seat("newcomer", Role.LIAISON_OFFICER, keys="accomplice")))
    cairo.comes_in("officer")
    assert not holds(cairo, "newcomer")


def test_a_swapped_public_key_is_handed_nothing(cairo: Cast) -> None:
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, seat("newcomer", Role.LIAISON_OFFICER)))
    with cairo.database.main.writing() as session:
        row = session.get_one(PublicKeys, keys_of("newcomer").fingerprint)
        row.bundle = keys_of("accomplice").bundle
    with pytest.raises(Tampered):
        cairo.comes_in("officer")
    assert not holds(cairo, "newcomer")


# -- revoking and renewing


def _exchanged(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.execute(update(Revocation).values(fingerprint=keys_of("nobody").fingerprint))


def _taken_away(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.execute(delete(Revocation))


def _set_back(house: Cast) -> None:
    """As if they had been revoked after everything they sign."""
    with house.database.main.writing() as session:
        session.execute(update(Revocation).values(numbers=write_numbers({CAIRO: 999, HEADQUARTERS: 999})))


@pytest.mark.parametrize("table", [_exchanged, _taken_away, _set_back])
@pytest.mark.parametrize("name", ["head", "officer", "finance"])
def test_whose_access_was_ended_stays_out_whatever_the_tables_say_later(
    cairo: Cast, name: str, table: Callable[[Cast], None]
) -> None:
    ended(cairo, name, by="hq1")
    cairo.comes_in("deputy")
    table(cairo)
    cairo.comes_in("deputy", "finance" if name != "finance" else "officer")
    assert not holds(cairo, name, "finance")
    with cairo.looking(name) as (_, charters):
        assert charters.offices_of(id_of(name), TODAY) == []
    now = cairo.of()
    cairo.forged(cairo.after(now, seats=(*now.seats, seat("accomplice", Role.LIAISON_OFFICER))), name)
    with cairo.looking() as (_, charters), pytest.raises(Tampered):
        charters.of(CAIRO)


@pytest.mark.parametrize("table", [_exchanged, _taken_away, _set_back])
def test_a_head_of_headquarters_whose_access_was_ended_signs_for_no_office(
    cairo: Cast, table: Callable[[Cast], None]
) -> None:
    old = cairo.of(HEADQUARTERS).hash
    ended(cairo, "hq1", by="hq2")
    cairo.comes_in("hq3", office_id=HEADQUARTERS)
    table(cairo)
    for authority in (cairo.of(HEADQUARTERS).hash, old):
        cairo.forged(cairo.after(cairo.of(), authority=authority, countries=()), "hq1", "hq2")
        with cairo.looking() as (_, charters), pytest.raises(Tampered):
            charters.of(CAIRO)
        with cairo.database.main.writing() as session:
            newest = select(CharterRow).where(CharterRow.office_id == CAIRO).order_by(CharterRow.number.desc())
            session.delete(session.scalars(newest).first())


def test_who_holds_no_circle_is_named_all_the_same(cairo: Cast) -> None:
    ended(cairo, "custodian1", by="hq1")
    cairo.comes_in("hq2", office_id=HEADQUARTERS)
    _taken_away(cairo)
    with cairo.looking() as (_, charters):
        assert [custodian.member_id for custodian in charters.custodians(TODAY)] == [id_of("custodian2")]


def test_a_head_comes_back_with_new_keys_that_two_heads_heard_of(cairo: Cast) -> None:
    ended(cairo, "head", by="hq1")
    cairo.comes_in("deputy")
    again = seat("head", Role.HEAD, keys="head again")
    cairo.both(CAIRO, seats=(*(s for s in cairo.of().seats if s.member_id != id_of("head")), again))
    cairo.comes_in("deputy")
    with cairo.looking() as (_, charters):
        assert charters.of(CAIRO).heads(TODAY) == {id_of("head")}
    with cairo.acting("head", keys="head again") as (_, ring):
        assert ring.seed(*cairo.circle())


def test_the_last_two_heads_of_headquarters_are_not_named(cairo: Cast) -> None:
    """Whatever was revoked: two heads stay who can seat others. A table alone keeps the others out then."""
    for name in ("hq1", "hq2"):
        ended(cairo, name, by="hq3")
    cairo.comes_in("hq3", office_id=HEADQUARTERS)
    assert cairo.of(HEADQUARTERS).ended == ()


@ON_BOTH
@pytest.mark.parametrize("name", ["officer", "deputy", "finance", "head"])
def test_who_leaves_opens_the_past_and_nothing_after(cairo: Cast, name: str) -> None:
    circle = "finance"
    _, before = cairo.circle(circle)
    kept = dict(cairo.seeds[name])
    ended(cairo, name, by="hq1")
    stayed = [other for other in ("officer", "deputy", "finance") if other != name]
    cairo.comes_in(stayed[0])
    circle_id, after = cairo.circle(circle)
    assert after == before + 1
    cairo.seeds[name] = kept
    with cairo.acting(name) as (_, ring):
        assert ring.seed(circle_id, before)
        with pytest.raises(Locked):
            ring.seed(circle_id, after)
    for other in stayed:
        assert holds(cairo, other, circle, after)
        assert holds(cairo, other, circle, before)


def test_the_seat_of_who_was_revoked_goes_with_the_renewal(cairo: Cast) -> None:
    ended(cairo, "officer")
    cairo.comes_in("deputy")
    assert id_of("officer") not in {s.member_id for s in cairo.of().seats}


@pytest.mark.parametrize("name", ["head"])
def test_a_head_s_seat_is_for_two_heads_of_headquarters_to_take(cairo: Cast, name: str) -> None:
    ended(cairo, name, by="hq1")
    cairo.comes_in("deputy")
    assert id_of(name) in {s.member_id for s in cairo.of().seats}
    assert not due(cairo)  # the renewal was made although the seat is still there, and once
    epoch = cairo.circle()[1]
    cairo.comes_in("officer", "deputy")
    assert cairo.circle()[1] == epoch


def test_nothing_is_written_between_the_revocation_and_the_renewal(cairo: Cast) -> None:
    ended(cairo, "officer")
    assert due(cairo)


def _seat_taken(house: Cast) -> None:
    house.change("head", CAIRO, Act.UNSEAT, seats=tuple(s for s in house.of().seats if s.member_id != id_of("officer")))


def _another_role(house: Cast) -> None:
    others = tuple(s for s in house.of().seats if s.member_id != id_of("officer"))
    house.change("head", CAIRO, seats=(*others, seat("officer", Role.FINANCE)))


def _new_keys(house: Cast) -> None:
    others = tuple(s for s in house.of().seats if s.member_id != id_of("officer"))
    house.change("head", CAIRO, seats=(*others, seat("officer", Role.LIAISON_OFFICER, keys="officer again")))


def _revoked(house: Cast) -> None:
    ended(house, "officer")


@pytest.mark.parametrize("leaving", [_seat_taken, _another_role, _new_keys, _revoked])
@pytest.mark.parametrize("mark", ["as it is", "taken away"])
def test_whoever_was_entitled_and_is_no_more_makes_the_circle_due(cairo: Cast, leaving: object, mark: str) -> None:
    """Even if whoever writes the tables takes the mark away: the charters tell."""
    leaving(cairo)  # type: ignore[operator]
    if mark == "taken away":
        with cairo.database.main.writing() as session:
            session.execute(update(Circle).values(due_since=None))
    assert due(cairo)
    epoch = cairo.circle()[1]
    cairo.comes_in("deputy")
    assert cairo.circle()[1] == epoch + 1
    assert not due(cairo)


def test_a_seat_that_ended_by_its_date_makes_the_circle_due_the_day_after(cairo: Cast) -> None:
    others = tuple(s for s in cairo.of().seats if s.member_id != id_of("officer"))
    cairo.change("head", CAIRO, seats=(*others, seat("officer", Role.LIAISON_OFFICER, until=TODAY)))
    with cairo.looking() as (session, charters):
        charter, casework = charters.of(CAIRO), cairo_circle(charters.of(CAIRO).circles)
        assert casework not in due_circles(session, charters, charter, TODAY)
        assert casework in due_circles(session, charters, charter, TODAY + DAY)


def cairo_circle(circles: tuple[object, ...]) -> uuid.UUID:
    return circles[0].circle_id  # type: ignore[attr-defined]


def test_a_seat_that_begins_later_makes_nothing_due(cairo: Cast) -> None:
    later = seat("newcomer", Role.LIAISON_OFFICER, since=TODAY + 5 * DAY)
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, later))
    assert not due(cairo)
    cairo.comes_in("officer")
    assert not holds(cairo, "newcomer")


def test_a_revocation_cleared_before_the_renewal_is_for_the_audit_to_find(cairo: Cast) -> None:
    """The seat still stands, so the keys alone cannot tell; afterwards it is gone with the seat."""
    ended(cairo, "officer")
    cairo.comes_in("deputy")
    with cairo.database.main.writing() as session:
        session.execute(delete(Revocation))
    cairo.comes_in("deputy")
    assert not holds(cairo, "officer")


def test_members_walk_back_from_the_newest_epoch_to_the_first(cairo: Cast) -> None:
    for name in ("officer", "head"):
        ended(cairo, name, by="hq1")
        cairo.comes_in("deputy")
    cairo.both(CAIRO, seats=(*cairo.of().seats, seat("head2", Role.HEAD)))
    cairo.change("head2", CAIRO, seats=(*cairo.of().seats, seat("newcomer", Role.LIAISON_OFFICER)))
    cairo.comes_in("deputy")
    assert all(holds(cairo, "newcomer", "casework", epoch) for epoch in (1, 2, 3))


def test_an_older_seed_put_in_the_place_of_another_is_refused(cairo: Cast) -> None:
    ended(cairo, "officer")
    cairo.comes_in("deputy")
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, seat("newcomer", Role.LIAISON_OFFICER)))
    cairo.comes_in("deputy")
    circle_id, epoch = cairo.circle()
    sources, _ = cairo.circle("sources")
    with cairo.database.main.writing() as session:
        session.get_one(CircleKey, (circle_id, epoch)).older_seed = session.get_one(
            CircleKey, (sources, epoch)
        ).older_seed
    assert not holds(cairo, "newcomer", "casework", 1)
    assert holds(cairo, "newcomer", "casework", 2)


# -- grants that nobody handed over


def planted(house: Cast, name: str, seed: bytes, circle: str = "casework", **values: object) -> None:
    circle_id, epoch = house.circle(circle)
    sealed = seal_to(keys_of(name).bundle, seed, grant_info(circle_id, epoch, id_of(name)))
    row = {
        "circle_id": circle_id, "epoch": epoch, "member_id": id_of(name), "fingerprint": keys_of(name).fingerprint,
        "sealed_seed": sealed, "handed_by": id_of("head"), "handed_at": datetime.now(UTC),
    }  # fmt: skip
    with house.database.main.writing() as session:
        session.merge(CircleGrant(**(row | values)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["newcomer", "officer"])
def test_a_seed_that_no_charter_names_is_ignored(cairo: Cast, name: str) -> None:
    """An officer who took it for the circle's would seal the next words for whoever planted it."""
    planted(cairo, name, bytes(32))
    assert not holds(cairo, name)
    assert cairo.circle() not in cairo.seeds[name]


@pytest.mark.parametrize("seed", [b"", b"x", bytes(33)])
def test_a_seed_of_the_wrong_size_is_ignored(cairo: Cast, seed: bytes) -> None:
    planted(cairo, "officer", seed)
    assert not holds(cairo, "officer")


def granted(house: Cast, name: str, circle: str) -> bytes:
    """The seed of a circle as it is sealed to somebody."""
    circle_id, epoch = house.circle(circle)
    with house.database.main.reading() as session:
        return session.get_one(CircleGrant, (circle_id, epoch, id_of(name))).sealed_seed


def test_a_grant_of_one_circle_is_none_of_another(cairo: Cast) -> None:
    planted(cairo, "finance", b"", sealed_seed=granted(cairo, "finance", "finance"))
    assert not holds(cairo, "finance")


def test_a_colleague_s_grant_copied_opens_nothing(cairo: Cast) -> None:
    planted(cairo, "finance", b"", sealed_seed=granted(cairo, "head", "casework"))
    assert not holds(cairo, "finance")


def test_a_removed_member_s_grant_put_back_opens_the_past_only(cairo: Cast) -> None:
    circle_id, epoch = cairo.circle()
    with cairo.database.main.reading() as session:
        grant = session.get_one(CircleGrant, (circle_id, epoch, id_of("officer")))
        values = {column.key: getattr(grant, column.key) for column in CircleGrant.__table__.columns}
    ended(cairo, "officer")
    cairo.comes_in("deputy")
    with cairo.database.main.writing() as session:
        session.add(CircleGrant(**values))
    assert holds(cairo, "officer", epoch=epoch)
    assert not holds(cairo, "officer", epoch=epoch + 1)


@ON_BOTH
def test_a_grant_written_over_goes_and_is_handed_over_again(cairo: Cast) -> None:
    planted(cairo, "officer", b"", sealed_seed=b"garbage")
    assert not holds(cairo, "officer")
    cairo.comes_in("deputy")
    assert holds(cairo, "officer")


def test_a_grant_in_a_circle_that_is_not_there_stops_nobody(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        lost = Circle(id=uuid.uuid4(), office_id=uuid.uuid4(), name="casework")
        session.add(lost)
        session.flush()
        planted_in = lost.id
    planted(cairo, "officer", bytes(32), circle_id=planted_in)
    assert holds(cairo, "officer")


def test_a_circle_s_public_key_written_over_is_for_nobody(cairo: Cast) -> None:
    """Who seals to a circle checks its key; who holds the seed does not need it."""
    with cairo.database.main.writing() as session:
        session.execute(update(CircleKey).values(bundle=keys_of("accomplice").bundle))
    assert holds(cairo, "officer")


@ON_BOTH
def test_new_keys_of_the_last_holder_lose_nothing(cairo: Cast) -> None:
    with cairo.acting("officer") as (session, ring):
        carry_over(session, ring, keys_of("officer again"), datetime.now(UTC))
    _new_keys(cairo)
    circle_id, epoch = cairo.circle()
    with cairo.acting("officer", keys="officer again") as (_, ring):
        assert ring.seed(circle_id, epoch)


# -- custodians


def share(session: Session, house: Cast, circle: str = "casework") -> CustodyShare:
    circle_id, epoch = house.circle(circle)
    query = select(CustodyShare).where(CustodyShare.circle_id == circle_id, CustodyShare.epoch == epoch)
    return session.scalars(query).one()


def opened(house: Cast, first: KeyPair, second: KeyPair, circle: str = "casework") -> bytes:
    entry = next(e for e in house.of().circles if e.name == circle)
    with house.database.main.reading() as session:
        row = share(session, house, circle)
        info = custody_info(entry, row.outer_id, row.inner_id)
        return second.open(first.open(row.sealed_seed, info), info)


@ON_BOTH
def test_two_custodians_together_open_one_circle(cairo: Cast) -> None:
    with cairo.database.main.reading() as session:
        row = share(session, cairo)
        outer, inner = (keys_of(next(n for n in CUSTODIANS if id_of(n) == who)) for who in (row.outer_id, row.inner_id))
    circle_id, epoch = cairo.circle()
    assert opened(cairo, outer, inner) == cairo.seeds["head"][circle_id, epoch]
    for one, other in itertools.product((outer, inner, keys_of("head"), keys_of("custodian3")), repeat=2):
        if (one, other) != (outer, inner):
            with pytest.raises(Tampered):
                opened(cairo, one, other)


CUSTODIANS = ("custodian1", "custodian2", "custodian3")


def test_one_custodian_s_share_is_none_of_another_circle(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        share(session, cairo).sealed_seed = share(session, cairo, "finance").sealed_seed
    for one, other in itertools.permutations([keys_of(name) for name in CUSTODIANS], 2):
        with pytest.raises(Tampered):
            opened(cairo, one, other)


def with_custodians(house: Cast, *names: str) -> None:
    others: tuple[Seat, ...] = tuple(s for s in house.of(HEADQUARTERS).seats if s.role is not Role.CUSTODIAN)
    house.both(HEADQUARTERS, seats=(*others, *(seat(name, Role.CUSTODIAN) for name in names)))


def pairs(house: Cast) -> set[frozenset[uuid.UUID]]:
    circle_id, epoch = house.circle()
    with house.database.main.reading() as session:
        rows = session.scalars(select(CustodyShare).where(CustodyShare.circle_id == circle_id))
        return {frozenset((row.outer_id, row.inner_id)) for row in rows if row.epoch == epoch}


def named(*names: str) -> set[frozenset[uuid.UUID]]:
    return {frozenset(map(id_of, pair)) for pair in itertools.combinations(names, 2)}


@ON_BOTH
def test_custody_follows_the_custodians(cairo: Cast) -> None:
    assert pairs(cairo) == named("custodian1", "custodian2")
    with_custodians(cairo, "custodian1", "custodian3", "custodian4")
    cairo.comes_in("officer")
    assert pairs(cairo) == named("custodian1", "custodian3", "custodian4")
    with_custodians(cairo, "custodian1")
    cairo.comes_in("officer")
    assert pairs(cairo) == set()


def test_a_custodian_whose_access_was_ended_keeps_no_share(cairo: Cast) -> None:
    with_custodians(cairo, *CUSTODIANS)
    cairo.comes_in("officer")
    ended(cairo, "custodian2", by="hq1")
    assert pairs(cairo) == named("custodian1", "custodian3")
    cairo.comes_in("officer")
    assert pairs(cairo) == named("custodian1", "custodian3")


def test_a_share_taken_away_or_planted_is_made_anew(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        session.execute(delete(CustodyShare))
    cairo.comes_in("officer")
    assert pairs(cairo) == named("custodian1", "custodian2")
    with cairo.database.main.writing() as session:
        row = share(session, cairo)
        row.outer_fingerprint = keys_of("accomplice").fingerprint
    cairo.comes_in("officer")
    with cairo.acting("officer") as (session, ring):
        assert not custody_is_stale(session, ring, ring.charters.of(CAIRO), TODAY)


def test_a_swapped_public_key_of_a_custodian_is_sealed_nothing(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        session.execute(delete(CustodyShare))
        session.get_one(PublicKeys, keys_of("custodian1").fingerprint).bundle = keys_of("accomplice").bundle
    with pytest.raises(HrdError):
        cairo.comes_in("officer")


def test_who_holds_nothing_renews_nothing(cairo: Cast) -> None:
    before = cairo.of()
    ended(cairo, "officer")
    cairo.seeds.clear()
    with cairo.database.main.writing() as session:
        session.execute(delete(CircleGrant))
    cairo.comes_in("deputy", "finance", "hq1", "custodian1")
    assert cairo.of().circles == before.circles


def test_a_ring_shows_nothing_of_its_seeds(cairo: Cast) -> None:
    with cairo.acting("officer") as (_, ring):
        assert ring.seeds
        shown = f"{ring!r} {ring.keys!r}"
    assert isinstance(ring, Ring)
    for seed in (*cairo.seeds["officer"].values(), ring.keys.seed):
        assert seed.hex() not in shown
        assert repr(seed) not in shown


def test_time_between_revocation_and_renewal_is_told(cairo: Cast) -> None:
    ended(cairo, "officer")
    with cairo.database.main.reading() as session:
        marked = session.scalars(select(Circle.due_since).where(Circle.office_id == CAIRO)).all()
    assert all(at is not None and datetime.now(UTC) - at < timedelta(minutes=1) for at in marked)
