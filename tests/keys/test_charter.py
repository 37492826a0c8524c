"""Who may make which charter out of which: every change against every set of signers (DESIGN §3). No database."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import (
    Act,
    ActingHead,
    Charter,
    CircleEntry,
    Coverage,
    Seat,
    Signature,
    Signer,
    charter_hash,
    decode,
    decode_signatures,
    encode,
    encode_signatures,
    sign,
)
from hrd_cases.keys.roles import OFFICE_CIRCLES, OFFICE_ROLES, CircleName, OfficeKind, Role
from hrd_cases.keys.rules import Bundles, authors, check_shape, check_step
from tests.keys.cast import BUNDLES, CAIRO, DAY, HEADQUARTERS, NOW, TODAY, id_of, keys_of, seat

LONG_AGO, YESTERDAY, TOMORROW = TODAY - timedelta(days=200), TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def circles(kind: OfficeKind, epoch: int) -> tuple[CircleEntry, ...]:
    return tuple(
        CircleEntry(name, id_of(f"{kind} {name}"), epoch, keys_of(f"{name} {epoch}").fingerprint if epoch else b"")
        for name in OFFICE_CIRCLES[kind]
    )


def charter(kind: OfficeKind, office: uuid.UUID, seats: tuple[Seat, ...], authority: bytes, **changes: Any) -> Charter:
    one = Charter(1, office, kind, 3, b"before", authority, NOW, Act.SEAT, (), circles(kind, 2), seats)
    return msgspec.structs.replace(one, **changes)


HEADQUARTERS_NOW = charter(
    OfficeKind.HEADQUARTERS,
    HEADQUARTERS,
    (
        seat("hq1", Role.HEADQUARTERS_HEAD, LONG_AGO),
        seat("hq2", Role.HEADQUARTERS_HEAD, LONG_AGO),
        seat("was hq", Role.HEADQUARTERS_HEAD, LONG_AGO, YESTERDAY),
        seat("will be hq", Role.HEADQUARTERS_HEAD, TOMORROW),
        seat("desk", Role.HEADQUARTERS_DESK, LONG_AGO),
        seat("approver", Role.HEADQUARTERS_APPROVER, LONG_AGO),
        seat("auditor", Role.AUDITOR, LONG_AGO),
        seat("administrator", Role.ADMINISTRATOR, LONG_AGO),
        seat("custodian1", Role.CUSTODIAN, LONG_AGO),
        seat("custodian2", Role.CUSTODIAN, LONG_AGO),
    ),
    b"",
)
CAIRO_NOW = charter(
    OfficeKind.DELEGATION,
    CAIRO,
    (
        seat("head", Role.HEAD, LONG_AGO),
        seat("was head", Role.HEAD, LONG_AGO, YESTERDAY),
        seat("officer", Role.LIAISON_OFFICER, LONG_AGO),
        seat("deputy", Role.DEPUTY, LONG_AGO),
        seat("finance", Role.FINANCE, LONG_AGO),
    ),
    HEADQUARTERS_NOW.hash,
    countries=(Coverage("EG", LONG_AGO),),
    acting=(
        ActingHead(id_of("deputy"), LONG_AGO, TOMORROW),
        ActingHead(id_of("finance"), LONG_AGO, TOMORROW),
        # Not yesterday: until noon here, it still is yesterday somewhere on earth.
        ActingHead(id_of("officer"), LONG_AGO, YESTERDAY - timedelta(days=1)),
    ),
)
PEOPLE = sorted({"stranger"} | {  # by name, everybody who might try
    "hq1", "hq2", "was hq", "will be hq", "desk", "approver", "auditor", "administrator", "custodian1", "custodian2",
    "head", "was head", "officer", "deputy", "finance", "newcomer",
})  # fmt: skip


def gone(name: str) -> Signer:
    """Someone's access, ended: they and their keys."""
    return Signer(id_of(name), keys_of(name).fingerprint)


def renewed(*names: CircleName, by: int = 1) -> tuple[CircleEntry, ...]:
    return tuple(
        entry
        if entry.name not in names
        else CircleEntry(entry.name, entry.circle_id, entry.epoch + by, keys_of(f"{entry.name} new").fingerprint)
        for entry in CAIRO_NOW.circles
    )


def without(*names: str) -> tuple[Seat, ...]:
    return tuple(s for s in CAIRO_NOW.seats if s.member_id not in {id_of(name) for name in names})


BOTH = {frozenset({"hq1", "hq2"})}
ALONE = {frozenset({"head"})}
HEADS = {frozenset({"head"}), frozenset({"deputy"}), frozenset({"finance"})}
"""The head, and two who act as head today."""
CASEWORK, FINANCE = CircleName.CASEWORK, CircleName.FINANCE

# What changes in Cairo, and the smallest sets of members who may sign it.
CHANGES: dict[str, tuple[dict[str, Any], set[frozenset[str]]]] = {
    "nothing": ({}, HEADS | BOTH),
    "an officer is seated": ({"seats": (*CAIRO_NOW.seats, seat("newcomer", Role.LIAISON_OFFICER))}, HEADS | BOTH),
    "an officer takes finance too": ({"seats": (*CAIRO_NOW.seats, seat("officer", Role.FINANCE))}, HEADS | BOTH),
    "an officer loses their seat": ({"seats": without("officer")}, HEADS | BOTH),
    "an officer has new keys": (
        {"seats": (*without("officer"), seat("officer", Role.LIAISON_OFFICER, LONG_AGO, keys="newcomer"))},
        HEADS | BOTH,
    ),
    "a head is seated": ({"seats": (*CAIRO_NOW.seats, seat("newcomer", Role.HEAD))}, BOTH),
    "the officer becomes head": ({"seats": (*CAIRO_NOW.seats, seat("officer", Role.HEAD))}, BOTH),
    "the head loses their seat": ({"seats": without("head")}, BOTH),
    "the head's seat ends one day": (
        {"seats": (*without("head"), seat("head", Role.HEAD, LONG_AGO, TOMORROW))},
        BOTH,
    ),
    "a former head's seat goes on": (
        {"seats": (*without("was head"), seat("was head", Role.HEAD, LONG_AGO))},
        BOTH,
    ),
    "a country more": ({"countries": (*CAIRO_NOW.countries, Coverage("SD", TODAY))}, BOTH),
    "a country ends": ({"countries": (Coverage("EG", LONG_AGO, YESTERDAY),)}, BOTH),
    "no country": ({"countries": ()}, BOTH),
    "an acting head": ({"acting": (*CAIRO_NOW.acting, ActingHead(id_of("officer"), TODAY, TODAY))}, ALONE | BOTH),
    "an acting head longer": (
        {"acting": (ActingHead(id_of("deputy"), LONG_AGO, TODAY + timedelta(days=99)),)},
        ALONE | BOTH,
    ),
    "no acting head": ({"acting": ()}, ALONE | BOTH),
    "an acting head and an officer": (
        {"acting": (), "seats": (*CAIRO_NOW.seats, seat("newcomer", Role.LIAISON_OFFICER))},
        ALONE | BOTH,
    ),
    "casework renewed": (
        {"circles": renewed(CASEWORK)},
        {frozenset({name}) for name in ("head", "officer", "deputy")},
    ),
    "casework renewed without the deputy, whose access was ended": (
        {"circles": renewed(CASEWORK), "seats": without("deputy"), "ended": (gone("deputy"),)},
        {frozenset({"head"}), frozenset({"officer"})},
    ),
    "finance's access was ended, and nothing is renewed": (
        {"seats": without("finance"), "ended": (gone("finance"),)},
        {frozenset({name}) for name in ("head", "officer", "deputy")},
    ),
    "casework renewed and the head's access was ended, who keeps a seat that counts for nothing": (
        {"circles": renewed(CASEWORK), "ended": (gone("head"),)},
        {frozenset({"officer"}), frozenset({"deputy"})},
    ),
    "finance renewed": (
        {"circles": renewed(FINANCE)},
        {frozenset({name}) for name in ("head", "officer", "deputy", "finance")},
    ),
    "all circles renewed": (
        {"circles": renewed(*CircleName)},
        {frozenset({name}) for name in ("head", "officer", "deputy")},
    ),
}
NOBODY: dict[str, dict[str, Any]] = {
    "casework renewed twice at once": {"circles": renewed(CASEWORK, by=2)},
    "casework set back": {"circles": renewed(CASEWORK, by=-1)},
    "casework with another key": {"circles": renewed(CASEWORK, by=0)},
    "casework under another id": {
        "circles": (msgspec.structs.replace(renewed(CASEWORK)[0], circle_id=uuid.uuid4()), *CAIRO_NOW.circles[1:])
    },
    "a circle fewer": {"circles": CAIRO_NOW.circles[1:]},
    "circles in another order": {"circles": tuple(reversed(CAIRO_NOW.circles))},
    "casework renewed and an officer seated": {
        "circles": renewed(CASEWORK),
        "seats": (*CAIRO_NOW.seats, seat("newcomer", Role.LIAISON_OFFICER)),
    },
    "casework renewed without an officer whose access was not ended": {
        "circles": renewed(CASEWORK),
        "seats": without("officer"),
    },
    "casework renewed without an officer, and the deputy's access was ended": {
        "circles": renewed(CASEWORK),
        "seats": without("officer"),
        "ended": (gone("deputy"),),
    },
    "the ended access of a stranger": {"circles": renewed(CASEWORK), "ended": (gone("stranger"),)},
    "the ended access of other keys": {"ended": (Signer(id_of("officer"), keys_of("stranger").fingerprint),)},
    "an ended access and a newcomer": {
        "seats": (*without("officer"), seat("newcomer", Role.LIAISON_OFFICER)),
        "ended": (gone("officer"),),
    },
    "an ended access and a country more": {
        "countries": (*CAIRO_NOW.countries, Coverage("SD", TODAY)),
        "ended": (gone("finance"),),
    },
    "casework renewed and a head gone": {"circles": renewed(CASEWORK), "seats": without("head")},
    "casework renewed and a country more": {
        "circles": renewed(CASEWORK),
        "countries": (*CAIRO_NOW.countries, Coverage("SD", TODAY)),
    },
    "casework renewed and an acting head": {"circles": renewed(CASEWORK), "acting": ()},
    "an office becomes an embassy": {"kind": OfficeKind.EMBASSY, "seats": (), "circles": CAIRO_NOW.circles[:1]},
    "an office becomes headquarters": {"kind": OfficeKind.HEADQUARTERS, "seats": ()},
    "another office": {"office_id": uuid.uuid4()},
}


WITHOUT_THE_HEAD = msgspec.structs.replace(CAIRO_NOW, ended=(gone("was head"), gone("head")))
AFTER_AN_END: dict[str, tuple[dict[str, Any], set[frozenset[str]]]] = {
    "an officer is seated": (
        {"seats": (*CAIRO_NOW.seats, seat("newcomer", Role.LIAISON_OFFICER))},
        {frozenset({"deputy"}), frozenset({"finance"})} | BOTH,
    ),
    "an acting head": ({"acting": ()}, BOTH),
    "casework renewed": ({"circles": renewed(CASEWORK)}, {frozenset({"officer"}), frozenset({"deputy"})}),
    "the head's seat is taken": ({"seats": without("head")}, BOTH),
    "the head has new keys": (
        {"seats": (*without("head"), seat("head", Role.HEAD, keys="newcomer"))},
        BOTH,
    ),
    "the head's seat is given again": ({"seats": (*without("head"), seat("head", Role.HEAD, TOMORROW))}, set()),
    "another seat for the head": ({"seats": (*CAIRO_NOW.seats, seat("head", Role.FINANCE))}, set()),
    "the head is forgotten": ({"ended": (gone("was head"),)}, set()),
    "both are forgotten": ({"ended": ()}, set()),
    "both in another order": ({"ended": (gone("head"), gone("was head"))}, set()),
}


@pytest.mark.parametrize("change", AFTER_AN_END)
def test_whose_access_was_ended_signs_nothing_and_is_not_seated_with_the_same_keys(change: str) -> None:
    changes, able = AFTER_AN_END[change]
    new = after(WITHOUT_THE_HEAD, **changes)
    for count in (1, 2):
        for names in map(frozenset, itertools.combinations(PEOPLE, count)):
            try:
                found = suffices(names, WITHOUT_THE_HEAD, new, HEADQUARTERS_NOW)
            except Tampered:
                found = False
            assert found is any(enough <= names for enough in able), sorted(names)


def test_whose_access_was_ended_has_no_role_and_holds_no_circle() -> None:
    assert WITHOUT_THE_HEAD.roles_of(id_of("head"), NOW) == frozenset()
    assert WITHOUT_THE_HEAD.heads(TODAY) == frozenset()
    assert id_of("head") not in WITHOUT_THE_HEAD.holders(CASEWORK, TODAY)


def test_a_head_of_headquarters_whose_access_was_ended_is_not_one_of_two() -> None:
    authority = msgspec.structs.replace(HEADQUARTERS_NOW, ended=(gone("hq1"),))
    new = after(CAIRO_NOW, authority=authority.hash, countries=())
    assert not suffices(frozenset({"hq1", "hq2"}), CAIRO_NOW, new, authority)


def test_headquarters_keeps_two_heads_whatever_a_holder_says() -> None:
    """Who holds a circle says whose access was ended; nobody shall lock the whole house for ever by that."""
    changes = {"authority": HEADQUARTERS_NOW.hash, "ended": (gone("hq1"),)}
    third = msgspec.structs.replace(
        HEADQUARTERS_NOW, seats=(*HEADQUARTERS_NOW.seats, seat("newcomer", Role.HEADQUARTERS_HEAD))
    )
    assert suffices(frozenset({"desk"}), third, after(third, **changes | {"authority": third.hash}), third)
    with pytest.raises(Tampered):
        authors(HEADQUARTERS_NOW, after(HEADQUARTERS_NOW, **changes), HEADQUARTERS_NOW)


def after(before: Charter, **changes: Any) -> Charter:
    standing: dict[str, Any] = {
        "number": before.number + 1,
        "previous": before.hash,
        "authority": HEADQUARTERS_NOW.hash,
        "issued_at": NOW,
    }
    return msgspec.structs.replace(before, **(standing | changes))


def suffices(names: frozenset[str], before: Charter | None, new: Charter, authority: Charter | None) -> bool:
    ids = {id_of(name) for name in names}
    return any(len(ids & way.eligible) >= way.needed for way in authors(before, new, authority))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_stands_only_with_those_who_may_sign_it(change: str) -> None:
    changes, able = CHANGES[change]
    new = after(CAIRO_NOW, **changes)
    for count in (0, 1, 2, 3):
        for names in map(frozenset, itertools.combinations(PEOPLE, count)):
            expected = any(enough <= names for enough in able)
            assert suffices(names, CAIRO_NOW, new, HEADQUARTERS_NOW) is expected, sorted(names)


@pytest.mark.parametrize("change", NOBODY)
def test_nobody_may_make_this_change(change: str) -> None:
    with pytest.raises(Tampered):
        authors(CAIRO_NOW, after(CAIRO_NOW, **NOBODY[change]), HEADQUARTERS_NOW)


def everybody(*names: str) -> Bundles:
    for name in names:
        keys_of(name).bundle  # noqa: B018 - made, and so known
    return Bundles(dict(BUNDLES))


def signed(new: Charter, *names: str, keys: str = "") -> tuple[Signature, ...]:
    return tuple(sign(new, id_of(name), keys_of(keys or name)) for name in names)


OPENED = charter(
    OfficeKind.DELEGATION,
    CAIRO,
    (seat("head", Role.HEAD),),
    HEADQUARTERS_NOW.hash,
    number=1,
    previous=b"",
    circles=circles(OfficeKind.DELEGATION, 0),
)
FOUNDED = msgspec.structs.replace(
    HEADQUARTERS_NOW, number=1, previous=b"", authority=b"", circles=circles(OfficeKind.HEADQUARTERS, 0)
)


@pytest.mark.parametrize(
    ("names", "holds"),
    [
        (("hq1", "hq2"), True),
        (("hq1", "hq2", "stranger"), True),
        (("hq1",), False),
        (("hq1", "hq1"), False),
        (("hq1", "was hq"), False),
        (("hq1", "will be hq"), False),
        (("hq1", "desk"), False),
        (("custodian1", "custodian2"), False),
        (("hq1", "head"), False),
        ((), False),
    ],
)
@pytest.mark.parametrize(("new", "authority"), [(OPENED, HEADQUARTERS_NOW), (FOUNDED, None)], ids=["office", "root"])
def test_two_different_heads_of_headquarters_begin(
    new: Charter, authority: Charter | None, names: tuple[str, ...], *, holds: bool
) -> None:
    bundles = everybody(*names)
    if holds:
        backing = check_step(None, new, signed(new, *names), authority, bundles)
        assert {s.member_id for s in backing.signers} == {id_of("hq1"), id_of("hq2")}
        assert backing.by_headquarters is (authority is not None)
    else:
        with pytest.raises(Tampered):
            check_step(None, new, signed(new, *names), authority, bundles)


@pytest.mark.parametrize(
    ("new", "authority"),
    [
        (msgspec.structs.replace(OPENED, kind=OfficeKind.HEADQUARTERS, seats=()), HEADQUARTERS_NOW),
        (msgspec.structs.replace(FOUNDED, kind=OfficeKind.DELEGATION, seats=()), None),
        (msgspec.structs.replace(OPENED, number=2), HEADQUARTERS_NOW),
        (msgspec.structs.replace(OPENED, previous=b"x"), HEADQUARTERS_NOW),
        (msgspec.structs.replace(OPENED, circles=circles(OfficeKind.DELEGATION, 1)), HEADQUARTERS_NOW),
    ],
    ids=["a second headquarters", "a delegation as root", "not the first", "with a past", "with a circle made before"],
)
def test_nothing_else_begins_a_chain_though_two_heads_signed_it(new: Charter, authority: Charter | None) -> None:
    with pytest.raises(Tampered):
        check_step(None, new, signed(new, "hq1", "hq2"), authority, everybody("hq1", "hq2"))


SEATED = after(CAIRO_NOW, seats=(*CAIRO_NOW.seats, seat("newcomer", Role.LIAISON_OFFICER)))


def step(new: Charter = SEATED, *names: str, signatures: tuple[Signature, ...] | None = None) -> None:
    given = signed(new, *names) if signatures is None else signatures
    check_step(CAIRO_NOW, new, given, HEADQUARTERS_NOW, everybody(*PEOPLE))


def test_the_head_seats_a_newcomer() -> None:
    step(SEATED, "head")


OTHER = after(CAIRO_NOW)
FORGERIES = {
    "the head's name under another's key": signed(SEATED, "head", keys="stranger"),
    "the officer's signature under the head's name": (
        Signature(id_of("head"), signed(SEATED, "officer")[0].signature),
    ),
    "the head's signature of another charter": signed(OTHER, "head"),
    "the head's signature of something that is no charter": (
        Signature(id_of("head"), keys_of("head").sign("letter", SEATED.hash)),
    ),
    "half a signature": (Signature(id_of("head"), signed(SEATED, "head")[0].signature[:-1]),),
    "an empty signature": (Signature(id_of("head"), b""),),
    "two heads of headquarters, one of them not": signed(SEATED, "hq1", "desk"),
    "one head of headquarters under two names": (
        *signed(SEATED, "hq1"),
        Signature(id_of("hq2"), signed(SEATED, "hq1")[0].signature),
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_seat_is_refused_with_a_forged_signature(forgery: str) -> None:
    with pytest.raises(Tampered):
        step(signatures=FORGERIES[forgery])


def test_a_planted_signature_beside_good_ones_changes_nothing() -> None:
    step(signatures=(*FORGERIES["an empty signature"], *signed(SEATED, "head")))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": CAIRO_NOW.number},
        {"number": CAIRO_NOW.number + 2},
        {"previous": OTHER.hash},
        {"previous": b""},
        {"issued_at": NOW - timedelta(seconds=1)},
        {"issued_at": datetime(2026, 11, 21)},  # noqa: DTZ001
        {"authority": b""},
        {"authority": CAIRO_NOW.hash},
    ],
    ids=[
        "same number",
        "a number left out",
        "after another",
        "after none",
        "back-dated",
        "no zone",
        "no authority",
        "its own",
    ],
)
def test_a_charter_stands_in_its_order(changes: dict[str, Any]) -> None:
    new = msgspec.structs.replace(SEATED, **changes)
    with pytest.raises((Tampered, TypeError)):
        step(new, "head", "hq1", "hq2")


SHAPES: dict[str, dict[str, Any]] = {
    "one member with two keys": {"seats": (*CAIRO_NOW.seats, seat("officer", Role.FINANCE, keys="newcomer"))},
    "two members with one key": {"seats": (*CAIRO_NOW.seats, seat("newcomer", Role.FINANCE, keys="officer"))},
    "one circle twice": {"circles": (*CAIRO_NOW.circles, CAIRO_NOW.circles[0])},
    "two circles under one id": {
        "circles": (
            *CAIRO_NOW.circles[:2],
            msgspec.structs.replace(CAIRO_NOW.circles[2], circle_id=CAIRO_NOW.circles[0].circle_id),
        )
    },
    "a circle without its key": {
        "circles": (msgspec.structs.replace(CAIRO_NOW.circles[0], fingerprint=b""), *CAIRO_NOW.circles[1:])
    },
    "one access ended twice": {"ended": (gone("stranger"), gone("stranger"))},
    "a seat under keys whose access was ended": {"ended": (gone("officer"),)},
    "an acting head for more than a year": {"acting": (ActingHead(id_of("deputy"), TODAY, TODAY + timedelta(367)),)},
    "an acting head for less than a day": {"acting": (ActingHead(id_of("deputy"), TODAY, YESTERDAY),)},
    "an ended access before its office": {"number": 1, "ended": (gone("stranger"),)},
    "one country twice": {"countries": (Coverage("EG", LONG_AGO), Coverage("EG", TODAY))},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_charter_is_refused_whoever_signed_it_if_it_has(shape: str) -> None:
    with pytest.raises(Tampered):
        check_shape(msgspec.structs.replace(CAIRO_NOW, **SHAPES[shape]))


@pytest.mark.parametrize("kind", OfficeKind)
def test_only_a_delegation_has_an_acting_head(kind: OfficeKind) -> None:
    one = charter(kind, CAIRO, (), b"", acting=(ActingHead(id_of("deputy"), TODAY, TODAY + timedelta(366)),))
    if kind is OfficeKind.DELEGATION:
        check_shape(one)
    else:
        with pytest.raises(Tampered, match="acting"):
            check_shape(one)


@pytest.mark.parametrize("kind", OfficeKind)
def test_an_office_seats_only_the_roles_it_has(kind: OfficeKind) -> None:
    for role in Role:
        one = charter(kind, CAIRO, (seat("newcomer", role),), b"")
        if role in OFFICE_ROLES[kind]:
            check_shape(one)
        else:
            with pytest.raises(Tampered):
                check_shape(one)


def test_there_are_at_most_six_custodians() -> None:
    seats = tuple(seat(f"custodian{n}", Role.CUSTODIAN) for n in range(7))
    check_shape(charter(OfficeKind.HEADQUARTERS, HEADQUARTERS, seats[:6], b""))
    with pytest.raises(Tampered):
        check_shape(charter(OfficeKind.HEADQUARTERS, HEADQUARTERS, seats, b""))


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_charter_is_read_only_as_it_was_written(cut: int) -> None:
    body = encode(CAIRO_NOW)
    assert decode(body) == CAIRO_NOW
    assert charter_hash(body) == CAIRO_NOW.hash
    for altered in (body[:cut], body + b"\0", body[: cut + 1] + bytes((body[cut + 1] ^ 0xFF,)) + body[cut + 2 :]):
        try:
            read = decode(altered)
        except Tampered:
            continue
        assert (read, altered) != (CAIRO_NOW, body)
        assert read.hash != CAIRO_NOW.hash


def test_a_longer_spelling_of_the_same_charter_is_refused() -> None:
    plain = msgspec.msgpack.decode(encode(CAIRO_NOW))
    spelled = msgspec.msgpack.encode([*plain, None])
    with pytest.raises(Tampered):
        decode(spelled)


def test_signatures_are_read_only_as_they_were_written() -> None:
    written = encode_signatures(signed(SEATED, "head"))
    assert encode_signatures(decode_signatures(written)) == written
    member = str(id_of("head")).encode()
    for spelled in (written.replace(member, member.upper()), written + b"\0"):
        assert spelled != written
        with pytest.raises(Tampered):
            decode_signatures(spelled)


def test_an_acting_head_has_the_role_only_in_their_days_and_only_while_seated() -> None:
    day = date(2026, 11, 21)
    acting = (ActingHead(id_of("officer"), day, day), ActingHead(id_of("newcomer"), day, day))
    one = msgspec.structs.replace(CAIRO_NOW, acting=acting)
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    one = msgspec.structs.replace(one, seats=tuple(msgspec.structs.replace(s, since=day - 9 * DAY) for s in one.seats))
    assert Role.HEAD in one.roles_of(id_of("officer"), noon, UTC)
    assert Role.HEAD not in one.roles_of(id_of("officer"), noon + DAY, UTC)
    assert Role.HEAD not in one.roles_of(id_of("officer"), noon - DAY, UTC)
    assert one.roles_of(id_of("newcomer"), noon, UTC) == frozenset()
    assert one.acting_heads(noon, UTC) == {id_of("officer")}
    assert id_of("officer") not in one.heads(day)
