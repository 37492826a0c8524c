"""Chains of charters as a member relies on them: from the pinned root, no gap, never older than what was seen."""

from __future__ import annotations

import copy
import shutil
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from hrd_cases.db import Database
from hrd_cases.errors import Absent, Changed, HrdError, Refused, Tampered
from hrd_cases.keys.chain import Charters, Pin, Pins
from hrd_cases.keys.charter import Act, ActingHead, Charter, Coverage, OfficeMark, encode_signatures, sign
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.issue import next_charter
from hrd_cases.keys.models import CharterRow, CoverageRow, PublicKeys, SeatRow
from hrd_cases.keys.roles import Role
from tests.keys.cast import (
    CAIRO,
    DAY,
    HEADQUARTERS,
    MINSK,
    NOW,
    ON_BOTH,
    STAFF,
    TODAY,
    Cast,
    every_office,
    forget_everything,
    id_of,
    keys_of,
    pin,
    seat,
)


def refused(house: Cast, office_id: uuid.UUID = CAIRO, name: str = "stranger", pins: Pins | None = None) -> None:
    with house.looking(name, pins) as (_, charters), pytest.raises(Tampered):
        charters.of(office_id)


def seated(house: Cast, name: str = "newcomer") -> Charter:
    """Cairo's charter with one officer more, by its head."""
    done = house.change("head", CAIRO, seats=(*house.of().seats, seat(name, Role.LIAISON_OFFICER)))
    assert done is not None
    return done


def altered(house: Cast, **values: Any) -> None:
    """Write over Cairo's newest charter row."""
    with house.database.main.writing() as session:
        newest = session.scalars(
            select(CharterRow.hash).where(CharterRow.office_id == CAIRO).order_by(CharterRow.number.desc())
        ).first()
        session.execute(update(CharterRow).where(CharterRow.hash == newest).values(**values))


def taken_away(house: Cast, *charters: Charter) -> None:
    with house.database.main.writing() as session:
        session.execute(delete(CharterRow).where(CharterRow.hash.in_([charter.hash for charter in charters])))


def test_every_member_reads_the_same_charter(cairo: Cast) -> None:
    charters = {cairo.of(CAIRO, name).hash for name in ("hq1", "head", "officer", "finance", "stranger")}
    assert len(charters) == 1


def test_the_history_is_told_with_its_signatures(cairo: Cast) -> None:
    seated(cairo)
    with cairo.looking() as (_, charters):
        history = charters.history(CAIRO)
    assert [charter.number for charter, _ in history] == list(range(1, len(history) + 1))
    assert {s.member_id for s in history[0][1]} == {id_of("hq1"), id_of("hq2")}
    assert {s.member_id for s in history[-1][1]} == {id_of("head")}


# -- the root


def test_without_a_root_nothing_is_believed(cairo: Cast) -> None:
    refused(cairo, pins=Pins(b""))
    refused(cairo, pins=Pins(bytes(32)))


def test_an_office_s_first_charter_is_no_root(cairo: Cast) -> None:
    with cairo.looking() as (_, charters):
        first = charters.history(CAIRO)[0][0]
    refused(cairo, pins=Pins(first.hash))


def test_another_founding_charter_stands_beside_the_true_one_and_gives_nothing(cairo: Cast) -> None:
    """Somebody founds a house of their own in our tables, and opens an office in it with themselves as head."""
    root = cairo.of(HEADQUARTERS)
    mine = msgspec.structs.replace(
        root,
        office_id=uuid.uuid4(),
        number=1,
        previous=b"",
        authority=b"",
        seats=(seat("accomplice", Role.HEADQUARTERS_HEAD), seat("newcomer", Role.HEADQUARTERS_HEAD)),
        circles=tuple(
            msgspec.structs.replace(c, epoch=0, fingerprint=b"", circle_id=uuid.uuid4()) for c in root.circles
        ),
        marks=(),
    )
    _publish(cairo, "accomplice", "newcomer")
    cairo.forged(mine, "accomplice", "newcomer")
    office = msgspec.structs.replace(
        cairo.of(CAIRO), office_id=uuid.uuid4(), number=1, previous=b"", authority=mine.hash,
        seats=(seat("accomplice", Role.HEAD),), circles=(), act=Act.FIRST,
    )  # fmt: skip
    cairo.forged(office, "accomplice", "newcomer")
    with cairo.looking("head") as (_, charters):
        assert charters.of(CAIRO).heads(TODAY) == {id_of("head")}
        assert charters.offices_of(id_of("accomplice"), TODAY) == []
        with pytest.raises(Tampered):
            charters.of(office.office_id)
        with pytest.raises(Tampered):
            charters.of(mine.office_id)


def _publish(house: Cast, *names: str) -> None:
    with house.database.main.writing() as session:
        for name in names:
            session.merge(
                PublicKeys(fingerprint=keys_of(name).fingerprint, member_id=id_of(name), bundle=keys_of(name).bundle)
            )


def test_another_founding_charter_in_the_true_one_s_place_is_refused(cairo: Cast) -> None:
    """The true one is still there, as another office's: its hash is the root, and it does not begin the chain."""
    root = cairo.of(HEADQUARTERS)
    _publish(cairo, "accomplice", "newcomer")
    mine = msgspec.structs.replace(
        root,
        number=1,
        previous=b"",
        authority=b"",
        seats=(seat("accomplice", Role.HEADQUARTERS_HEAD), seat("newcomer", Role.HEADQUARTERS_HEAD)),
        circles=tuple(msgspec.structs.replace(c, epoch=0, fingerprint=b"") for c in root.circles),
        marks=(),
    )
    with cairo.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.office_id == HEADQUARTERS).values(office_id=uuid.uuid4()))
    cairo.forged(mine, "accomplice", "newcomer")
    refused(cairo, HEADQUARTERS)
    refused(cairo, CAIRO)


# -- gaps, forks, older states


def test_a_charter_missing_in_the_middle_is_seen(cairo: Cast) -> None:
    middle = seated(cairo)
    seated(cairo, "deputy")
    taken_away(cairo, middle)
    refused(cairo)


@ON_BOTH
def test_the_newest_taken_away_is_seen_by_whoever_saw_it(cairo: Cast) -> None:
    newest = seated(cairo)
    cairo.comes_in("officer")
    taken_away(cairo, newest)
    refused(cairo, name="officer")
    cairo.of(CAIRO)  # whoever never saw it cannot know: `audit verify` tells


def test_all_taken_away_is_an_office_without_a_charter(cairo: Cast) -> None:
    with cairo.looking() as (_, charters):
        history = [charter for charter, _ in charters.history(CAIRO)]
    taken_away(cairo, *history)
    with cairo.looking() as (_, charters), pytest.raises(Absent):
        charters.of(CAIRO)
    refused_or_absent(cairo, "officer")


def refused_or_absent(house: Cast, name: str) -> None:
    with house.looking(name) as (_, charters), pytest.raises(HrdError):
        charters.of(CAIRO)


def test_a_fork_is_seen_by_whoever_saw_the_other_branch(cairo: Cast) -> None:
    """A head signs two different next charters: one is shown to some, the other to the rest."""
    before = cairo.of()
    one = seated(cairo)
    cairo.comes_in("officer")
    other = cairo.after(before, seats=(*before.seats, seat("accomplice", Role.LIAISON_OFFICER)))
    taken_away(cairo, one)
    cairo.forged(other, "head")
    refused(cairo, name="officer")


def test_headquarters_own_charters_are_pinned_too(cairo: Cast) -> None:
    hq = cairo.of(HEADQUARTERS)
    newest = cairo.change("hq1", HEADQUARTERS, seats=(*hq.seats, seat("desk", Role.HEADQUARTERS_DESK)))
    assert newest is not None
    cairo.comes_in("officer")
    taken_away(cairo, newest)
    refused(cairo, name="officer")


def test_two_requests_that_each_saw_something_keep_both(cairo: Cast) -> None:
    one, other = Pins(b"root", {CAIRO: Pin(3, b"c")}), Pins(b"root", {CAIRO: Pin(2, b"b"), MINSK: Pin(1, b"m", TODAY)})
    one.learn(other)
    assert one.offices == {CAIRO: Pin(3, b"c"), MINSK: Pin(1, b"m", TODAY)}
    one.learn(Pins(b"another root", {CAIRO: Pin(9, b"x")}))
    assert one.offices[CAIRO] == Pin(3, b"c")


# -- the same row under another name


@pytest.mark.parametrize("known_before", [True, False], ids=["seen by this process", "new to this process"])
def test_the_chain_of_one_office_shown_as_another_s(cairo: Cast, *, known_before: bool) -> None:
    _publish(cairo, "other head")
    cairo.open_office(MINSK, "BY", (seat("other head", Role.HEAD),))
    pins = Pins(cairo.root)  # of a member who has seen neither
    forget_everything()
    with cairo.database.main.writing() as session:
        if known_before:
            assert Charters(session, Pins(cairo.root)).of(MINSK).office_id == MINSK
        session.execute(delete(CharterRow).where(CharterRow.office_id == CAIRO))
        session.execute(update(CharterRow).where(CharterRow.office_id == MINSK).values(office_id=CAIRO))
        with pytest.raises(Tampered):
            Charters(session, pins).of(CAIRO)


@pytest.mark.parametrize(
    "values",
    [
        {"body": b""},
        {"body": b"\xc1"},
        {"signatures": b""},
        {"signatures": encode_signatures(())},
        {"hash": bytes(32)},
        {"number": 99},
    ],
    ids=str,
)
def test_a_charter_row_written_over_is_refused(cairo: Cast, values: dict[str, Any]) -> None:
    seated(cairo)
    altered(cairo, **values)
    refused(cairo)


def test_the_head_s_signature_of_one_charter_is_none_of_another(cairo: Cast) -> None:
    newest = seated(cairo)
    other = cairo.after(newest)
    altered(cairo, signatures=encode_signatures((sign(other, id_of("head"), keys_of("head")),)))
    refused(cairo)


@pytest.mark.parametrize("name", ["hq1", "hq2", "head"])
def test_a_swapped_public_key_of_a_signer_is_refused(cairo: Cast, name: str) -> None:
    seated(cairo)
    with cairo.database.main.writing() as session:
        row = session.get_one(PublicKeys, keys_of(name).fingerprint)
        row.bundle = keys_of("accomplice").bundle
    refused(cairo)


def test_a_swapped_public_key_of_a_colleague_is_refused_where_it_would_be_used(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        session.get_one(PublicKeys, keys_of("officer").fingerprint).bundle = keys_of("accomplice").bundle
    with cairo.looking() as (_, charters), pytest.raises(Tampered):
        charters.bundle_of(charters.of(CAIRO).fingerprint_of(id_of("officer")))


# -- who signed


BY_HAND: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "an officer seats an accomplice": ({"seats": (*STAFF, seat("accomplice", Role.LIAISON_OFFICER))}, ("officer",)),
    "an accomplice seats themselves": ({"seats": (*STAFF, seat("accomplice", Role.HEAD))}, ("accomplice",)),
    "the head makes a second head": ({"seats": (*STAFF, seat("accomplice", Role.HEAD))}, ("head",)),
    "the head adds a country": ({"countries": (Coverage("EG", TODAY), Coverage("LY", TODAY))}, ("head",)),
    "one head of headquarters adds a country": ({"countries": (Coverage("LY", TODAY),)}, ("hq1",)),
    "custodians make a head": ({"seats": (*STAFF, seat("accomplice", Role.HEAD))}, ("custodian1", "custodian2")),
    "the head makes an auditor": ({"seats": (*STAFF, seat("accomplice", Role.AUDITOR))}, ("head",)),
    "an officer names an acting head": ({"acting": (ActingHead(id_of("officer"), TODAY, TODAY),)}, ("officer",)),
    "finance changes a colleague's keys": (
        {"seats": (*STAFF[:1], seat("officer", Role.LIAISON_OFFICER, keys="accomplice"), *STAFF[2:])},
        ("finance",),
    ),
}


@pytest.mark.parametrize("forgery", BY_HAND)
def test_a_forged_charter_is_refused_when(cairo: Cast, forgery: str) -> None:
    changes, names = BY_HAND[forgery]
    _publish(cairo, "accomplice", *names)
    cairo.forged(cairo.after(cairo.of(), **changes), *names)
    refused(cairo)


def test_finance_cannot_make_a_casework_seed_even_as_acting_head(cairo: Cast) -> None:
    done = cairo.change("head", CAIRO, Act.ACTING, acting=(ActingHead(id_of("finance"), TODAY, TODAY),))
    assert done is not None
    circles = tuple(
        msgspec.structs.replace(c, epoch=c.epoch + 1, fingerprint=keys_of("a seed finance knows").fingerprint)
        if c.name == "casework"
        else c
        for c in done.circles
    )
    cairo.forged(cairo.after(done, circles=circles), "finance")
    refused(cairo)


def test_two_heads_of_headquarters_cannot_make_an_office_s_seed(cairo: Cast) -> None:
    now = cairo.of()
    circles = tuple(
        msgspec.structs.replace(c, epoch=c.epoch + 1, fingerprint=keys_of("their seed").fingerprint)
        for c in now.circles
    )
    cairo.forged(cairo.after(now, circles=circles), "hq1", "hq2")
    refused(cairo)


def test_a_planted_signature_beside_the_true_ones_stops_nothing(cairo: Cast) -> None:
    newest = seated(cairo)
    with cairo.database.main.reading() as session:
        true = session.get_one(CharterRow, newest.hash).signatures
    planted = msgspec.msgpack.encode([*msgspec.msgpack.decode(true), [str(id_of("hq1")), b"x"]])
    altered(cairo, signatures=planted)
    assert cairo.of().hash == newest.hash


# -- dates


def test_a_charter_dated_before_the_one_before_it_is_refused(cairo: Cast) -> None:
    now = cairo.of()
    cairo.forged(cairo.after(now, issued_at=now.issued_at - timedelta(seconds=1)), "head")
    refused(cairo)


def aged(house: Cast, days: int) -> Pins:
    """The officer's pins as they are when the officer has seen today's charter every day for so many days."""
    seen = house.of(CAIRO, "officer")
    root = house.of(HEADQUARTERS, "officer")
    return Pins(house.root, {CAIRO: pin(seen, TODAY + days * DAY), HEADQUARTERS: pin(root, TODAY + days * DAY)})


def test_an_acting_head_whose_days_are_over_signs_with_an_old_date(cairo: Cast) -> None:
    done = cairo.change("head", CAIRO, Act.ACTING, acting=(ActingHead(id_of("deputy"), TODAY, TODAY),))
    assert done is not None
    pins = aged(cairo, 5)
    back_dated = cairo.after(done, seats=(*done.seats, seat("newcomer", Role.LIAISON_OFFICER)))
    cairo.forged(back_dated, "deputy")
    refused(cairo, pins=pins)


def test_what_two_heads_of_headquarters_signed_may_be_some_days_old(cairo: Cast) -> None:
    """The first signs, the second days later: the date is the first one's."""
    pins = aged(cairo, 5)
    done = cairo.both(CAIRO, act=Act.COVERAGE, countries=(Coverage("EG", TODAY), Coverage("SD", TODAY)))
    with cairo.looking(pins=pins) as (_, charters):
        assert charters.of(CAIRO) == done


# -- headquarters' heads who left


def leaves(house: Cast, name: str, first: str = "hq2", second: str = "hq3") -> Charter:
    seats = tuple(s for s in house.of(HEADQUARTERS).seats if s.member_id != id_of(name))
    return house.both(HEADQUARTERS, first, second, act=Act.UNSEAT, seats=seats)


def test_what_a_head_signed_before_they_left_stands(cairo: Cast) -> None:
    before = cairo.of()
    after = leaves(cairo, "hq1")
    assert {(m.office_id, m.number) for m in after.marks} == {(CAIRO, before.number)}
    assert cairo.of() == before


def test_a_former_head_signs_no_more_under_the_charter_of_their_time(cairo: Cast) -> None:
    old_authority = cairo.of(HEADQUARTERS).hash
    leaves(cairo, "hq1")
    forged = cairo.after(cairo.of(), authority=old_authority, countries=(Coverage("LY", TODAY),))
    cairo.forged(forged, "hq1", "hq2")
    refused(cairo)


def test_a_former_head_does_not_open_an_office_of_their_time(cairo: Cast) -> None:
    old = cairo.of(HEADQUARTERS)
    leaves(cairo, "hq1")
    _publish(cairo, "accomplice")
    first = msgspec.structs.replace(
        cairo.of(), office_id=MINSK, number=1, previous=b"", authority=old.hash, issued_at=old.issued_at,
        seats=(seat("accomplice", Role.HEAD),), circles=(), countries=(Coverage("BY", TODAY),),
    )  # fmt: skip
    cairo.forged(first, "hq1", "hq2")
    refused(cairo, MINSK)


def test_an_office_s_past_before_a_mark_cannot_become_another(cairo: Cast) -> None:
    """Headquarters saw Cairo's charter number n: a chain that has another n is none, even for who never saw it."""
    newest = seated(cairo)
    leaves(cairo, "hq1")
    taken_away(cairo, newest)
    refused(cairo)
    other = cairo_before(cairo, newest)
    cairo.forged(msgspec.structs.replace(newest, seats=other.seats, issued_at=datetime.now(UTC)), "head")
    refused(cairo)


def cairo_before(house: Cast, newest: Charter) -> Charter:
    with house.database.main.reading() as session:
        row = session.get_one(CharterRow, newest.previous)
        return msgspec.msgpack.decode(row.body, type=Charter)


def test_an_authority_older_than_the_one_before_is_refused(cairo: Cast) -> None:
    old = cairo.of(HEADQUARTERS).hash
    hq = cairo.of(HEADQUARTERS)
    cairo.change("hq1", HEADQUARTERS, seats=(*hq.seats, seat("desk", Role.HEADQUARTERS_DESK)))
    newest = seated(cairo)
    cairo.forged(cairo.after(newest, authority=old), "head")
    refused(cairo)


def test_an_authority_nobody_knows_is_refused(cairo: Cast) -> None:
    for authority in (bytes(32), b"", cairo.of().hash):
        cairo.forged(cairo.after(cairo.of(), authority=authority), "head")
        refused(cairo)
        with cairo.database.main.writing() as session:
            newest = session.scalars(
                select(CharterRow).where(CharterRow.office_id == CAIRO).order_by(CharterRow.number.desc())
            ).first()
            session.delete(newest)


@ON_BOTH
def test_headquarters_does_not_let_what_was_signed_meanwhile_fall(cairo: Cast) -> None:
    """hq1 is to leave; while that waits for its second signature, hq1 and hq2 add a country. It must not fall."""
    seats = tuple(s for s in cairo.of(HEADQUARTERS).seats if s.member_id != id_of("hq1"))
    assert cairo.change("hq2", HEADQUARTERS, Act.UNSEAT, seats=seats) is None
    done = cairo.both(CAIRO, act=Act.COVERAGE, countries=(Coverage("EG", TODAY), Coverage("SD", TODAY)))
    with pytest.raises(Changed):
        cairo.countersigned("hq3", HEADQUARTERS)
    assert cairo.of() == done


# -- whose access was ended


def ended(house: Cast, name: str) -> None:
    with house.acting("hq2") as (session, _):
        revoke(session, id_of(name), keys_of(name).fingerprint, id_of("hq2"), datetime.now(UTC), keys=keys_of("hq2"))


def test_what_a_member_signed_before_their_access_was_ended_stands(cairo: Cast) -> None:
    newest = seated(cairo)
    ended(cairo, "head")
    assert cairo.of() == newest


def test_a_revoked_head_whose_seat_nobody_took_yet_signs_nothing(cairo: Cast) -> None:
    ended(cairo, "head")
    now = cairo.of()
    _publish(cairo, "accomplice")
    cairo.forged(cairo.after(now, seats=(*now.seats, seat("accomplice", Role.LIAISON_OFFICER))), "head")
    refused(cairo)


def test_a_revoked_head_of_headquarters_is_not_one_of_two(cairo: Cast) -> None:
    ended(cairo, "hq1")
    cairo.forged(cairo.after(cairo.of(), countries=(Coverage("LY", TODAY),)), "hq1", "hq2")
    refused(cairo)


def test_a_draft_that_a_head_signed_before_their_access_was_ended_needs_another_head(cairo: Cast) -> None:
    assert cairo.change("hq1", CAIRO, Act.COVERAGE, countries=(Coverage("EG", TODAY), Coverage("SD", TODAY))) is None
    ended(cairo, "hq1")
    assert cairo.signs_draft("hq2", CAIRO) is None
    done = cairo.countersigned("hq3", CAIRO)
    assert cairo.of() == done


def test_after_two_other_heads_took_the_seat_everything_stands(cairo: Cast) -> None:
    newest = seated(cairo)
    ended(cairo, "hq1")
    leaves(cairo, "hq1")
    assert cairo.of() == newest


# -- projections are hints


@ON_BOTH
def test_a_planted_seat_gives_nothing_and_stops_nobody(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        for name, office_id in (("accomplice", CAIRO), ("officer", MINSK), ("officer", HEADQUARTERS)):
            session.add(SeatRow(office_id=office_id, member_id=id_of(name), role="head", since=TODAY, until=None))
    with cairo.looking() as (_, charters):
        assert charters.offices_of(id_of("accomplice"), TODAY) == []
        assert [c.office_id for c in charters.offices_of(id_of("officer"), TODAY)] == [CAIRO]
        assert charters.of(CAIRO).roles_of(id_of("officer"), NOW) == {Role.LIAISON_OFFICER}


def _no_country(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.add(CoverageRow(office_id=CAIRO, country="LY", since=TODAY, until=None))


def _no_office(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.add(CoverageRow(office_id=MINSK, country="LY", since=TODAY, until=None))


def _longer(house: Cast) -> None:
    with house.database.main.writing() as session:
        session.execute(update(CoverageRow).values(country="LY"))


@pytest.mark.parametrize("plant", [_no_country, _no_office, _longer])
def test_what_the_table_says_of_countries_moves_none(cairo: Cast, plant: Callable[[Cast], None]) -> None:
    plant(cairo)
    with cairo.looking() as (_, charters):
        assert charters.primary_office("LY", TODAY) is None
        found = charters.primary_office("EG", TODAY)
        assert found is not None
        assert found.office_id == CAIRO


def test_while_an_office_fails_its_check_nobody_knows_what_it_covers(cairo: Cast) -> None:
    with cairo.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.office_id == CAIRO).values(body=b"planted"))
    with cairo.looking() as (_, charters), pytest.raises(Tampered):
        charters.primary_office("EG", TODAY)


def test_a_country_has_its_primary_office_on_the_days_it_is_covered(cairo: Cast) -> None:
    with cairo.looking() as (_, charters):
        found = charters.primary_office("EG", TODAY)
        assert found is not None
        assert found.office_id == CAIRO
        assert charters.primary_office("EG", TODAY - DAY) is None
        assert charters.primary_office("LY", TODAY) is None


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        pytest.param(TODAY - DAY, None, True, id="without an end"),
        pytest.param(TODAY - DAY, TODAY - DAY, False, id="until yesterday"),
        pytest.param(TODAY - DAY, TODAY, True, id="the last day counts"),
        pytest.param(TODAY + DAY, None, False, id="from tomorrow"),
        pytest.param(TODAY, None, True, id="the first day counts"),
    ],
)
def test_both_days_of_a_coverage_count(since: date, until: date | None, *, holds: bool) -> None:
    assert Coverage("EG", since, until).holds_on(TODAY) is holds


# -- issuing


def test_a_member_who_may_not_sign_is_told_who_can(cairo: Cast) -> None:
    with pytest.raises(Refused, match="role does not sign"):
        cairo.change("officer", CAIRO, seats=(*STAFF, seat("newcomer", Role.LIAISON_OFFICER)))


def test_nobody_countersigns_twice(cairo: Cast) -> None:
    assert cairo.change("hq1", CAIRO, Act.COVERAGE, countries=()) is None
    with pytest.raises(Refused, match="signed this already"):
        cairo.countersigned("hq1", CAIRO)


@ON_BOTH
def test_a_draft_does_not_stop_a_renewal(cairo: Cast) -> None:
    assert cairo.change("hq1", CAIRO, Act.COVERAGE, countries=()) is None
    ended(cairo, "officer")
    before = cairo.circle()[1]
    cairo.comes_in("deputy")
    assert cairo.circle()[1] == before + 1
    with pytest.raises(Changed):
        cairo.countersigned("hq2", CAIRO)


def test_a_mark_of_what_headquarters_has_not_seen_is_refused(cairo: Cast) -> None:
    with cairo.acting("hq1") as (_, ring):
        charter = next_charter(ring.charters, HEADQUARTERS, Act.SEAT, NOW)
    lying = msgspec.structs.replace(charter, marks=(OfficeMark(CAIRO, 1, bytes(32)),))
    cairo.forged(lying, "hq1")
    refused(cairo)


# -- any legal history


ACTS = ("seat", "unseat", "head", "acting", "coverage", "renew", "headquarters", "new keys")


@settings(suppress_health_check=list(HealthCheck), max_examples=8, deadline=None)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=6), flips=st.data())
def test_any_legal_history_holds_and_no_flipped_bit_of_it_does(
    cairo: Cast, acts: list[str], flips: st.DataObject
) -> None:
    house = _copy_of(cairo)
    for number, act in enumerate(acts):
        _legally(house, act, number)
        newest = house.of()
        assert house.of(CAIRO, "hq1") == newest
    for _ in range(6):
        _flip_one(house, flips)


def _copy_of(cairo: Cast) -> Cast:
    """The house as it was entered: histories do not grow out of one another."""
    home = Path(cairo.database.main.url.database or "").parent
    copied = home.parent / f"history {uuid.uuid4()}"
    shutil.copytree(home, copied)
    database = Database(f"sqlite:///{copied / 'main.db'}", f"sqlite:///{copied / 'shred.db'}")
    return Cast(database, copy.deepcopy(cairo.pins), copy.deepcopy(cairo.seeds), cairo.root)


def _legally(house: Cast, act: str, number: int) -> None:
    now = house.of()
    newcomer = seat(f"newcomer {number}", Role.LIAISON_OFFICER)
    others = [s for s in now.seats if s.role is Role.LIAISON_OFFICER]
    if act == "seat":
        house.change("head", CAIRO, seats=(*now.seats, newcomer))
    elif act == "unseat" and others:
        house.change("head", CAIRO, Act.UNSEAT, seats=tuple(s for s in now.seats if s != others[-1]))
    elif act == "head":
        house.both(CAIRO, seats=(*now.seats, seat(f"head {number}", Role.HEAD)))
    elif act == "acting":
        house.change("head", CAIRO, Act.ACTING, acting=(ActingHead(id_of("deputy"), TODAY, TODAY + number * DAY),))
    elif act == "coverage":
        house.both(CAIRO, act=Act.COVERAGE, countries=(*now.countries, Coverage(f"X{number}", TODAY)))
    elif act == "renew":
        ended(house, "officer" if number % 2 else "finance")
        house.comes_in("deputy")
    elif act == "headquarters":
        hq = house.of(HEADQUARTERS)
        house.change("hq1", HEADQUARTERS, seats=(*hq.seats, seat(f"desk {number}", Role.HEADQUARTERS_DESK)))
    elif act == "new keys" and others:
        again = seat(next(n for n in NAMES if id_of(n) == others[0].member_id), Role.LIAISON_OFFICER, keys=f"k{number}")
        house.change("head", CAIRO, seats=(*(s for s in now.seats if s != others[0]), again))


NAMES = ("officer", *(f"newcomer {number}" for number in range(10)))


def damaged(house: Cast, office_id: uuid.UUID) -> None:
    """The newest charter of an office is not what was signed any more."""
    newest = house.of(office_id)
    with house.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.hash == newest.hash).values(body=b"planted"))
    forget_everything()


def test_a_damaged_office_does_not_stop_headquarters_and_its_last_mark_is_carried_on(cairo: Cast) -> None:
    cairo.open_office(MINSK, "BY", (seat("minsk head", Role.HEAD),))
    headquarters = cairo.of(HEADQUARTERS)
    desk = seat("desk", Role.HEADQUARTERS_DESK)
    marked = cairo.change("hq1", HEADQUARTERS, seats=(*headquarters.seats, desk))
    assert marked is not None
    before = {mark.office_id: mark for mark in marked.marks}
    assert before.keys() == {CAIRO, MINSK}
    cairo.change("head", CAIRO, seats=(*cairo.of().seats, seat("officer two", Role.LIAISON_OFFICER)))
    damaged(cairo, MINSK)
    with cairo.looking() as (_, charters):
        sound, failed = charters.sound_offices()
        assert ([charter.office_id for charter in sound], failed) == ([CAIRO], (MINSK,))
    after = cairo.change("hq1", HEADQUARTERS, Act.UNSEAT, seats=headquarters.seats)
    assert after is not None, "headquarters goes on"
    marks = {mark.office_id: mark for mark in after.marks}
    assert marks[MINSK] == before[MINSK]
    assert marks[CAIRO].hash == cairo.of().hash
    refused(cairo, MINSK)


def test_a_damaged_office_that_was_never_marked_is_not_marked_unseen(cairo: Cast) -> None:
    damaged(cairo, CAIRO)
    headquarters = cairo.of(HEADQUARTERS)
    after = cairo.change("hq1", HEADQUARTERS, seats=(*headquarters.seats, seat("desk", Role.HEADQUARTERS_DESK)))
    assert after is not None
    assert CAIRO not in {mark.office_id for mark in after.marks}
    refused(cairo, CAIRO)


def _flip_one(house: Cast, flips: st.DataObject) -> None:
    """Flip one bit of a chain, see it refused, and set it right again."""
    with house.database.main.writing() as session:
        rows = session.execute(
            select(CharterRow.hash, CharterRow.body, CharterRow.signatures).order_by(
                CharterRow.office_id, CharterRow.number
            )
        ).all()
    name, body, signatures = flips.draw(st.sampled_from(rows))
    column = flips.draw(st.sampled_from(("hash", "body", "signatures")))
    value = {"hash": name, "body": body, "signatures": signatures}[column]
    place = flips.draw(st.integers(0, len(value) * 8 - 1))
    flipped = bytearray(value)
    flipped[place // 8] ^= 1 << place % 8
    new_name = bytes(flipped) if column == "hash" else name
    with house.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.hash == name).values(**{column: bytes(flipped)}))
    with house.looking() as (_, charters), pytest.raises(HrdError):
        every_office(charters)
    with house.database.main.writing() as session:
        session.execute(update(CharterRow).where(CharterRow.hash == new_name).values(**{column: value}))
