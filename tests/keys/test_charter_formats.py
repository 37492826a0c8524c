"""A charter is read for ever as it was written: both formats by known answers. And the names the second one gives."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import FORMAT, Act, Charter, charter_hash, decode, encode
from hrd_cases.keys.issue import next_charter, publish_keys
from hrd_cases.keys.roles import Role
from hrd_cases.keys.rules import authors, check_shape
from tests.keys.cast import BUNDLES, CAIRO, HEADQUARTERS, NOW, STAFF, Cast, id_of, keys_of, seat

KNOWN: dict[str, Any] = json.loads(Path(__file__).with_name("known_answers.json").read_text())
FIRST, SECOND = "format 1", "format 2"


def body(name: str) -> bytes:
    return bytes.fromhex("".join(KNOWN[name]["body"]))


@pytest.mark.parametrize("name", [FIRST, SECOND])
def test_what_was_signed_reads_and_hashes_as_it_did(name: str) -> None:
    charter = decode(body(name))
    assert encode(charter) == body(name)
    assert charter.hash == charter_hash(body(name)) == bytes.fromhex(KNOWN[name]["hash"])
    assert charter.countries[1].until == date(2026, 2, 28)
    assert [one.role for one in charter.seats] == [Role.HEAD, Role.DEPUTY]


def test_the_first_format_names_nobody_and_the_second_everybody_and_the_place() -> None:
    first, second = decode(body(FIRST)), decode(body(SECOND))
    assert (first.format, first.place, first.names) == (1, "", {})
    assert (second.format, second.place) == (FORMAT, "Cairo")
    assert second.names == {UUID(int=3): "head.cairo", UUID(int=4): "deputy.cairo"}


def test_a_charter_in_the_spelling_of_another_format_is_refused() -> None:
    first, second = decode(body(FIRST)), decode(body(SECOND))
    plain = msgspec.msgpack.Encoder()
    for charter in (first, msgspec.structs.replace(second, format=1)):  # the fields of the second, called the first
        with pytest.raises(Tampered):
            decode(plain.encode(charter))
    with pytest.raises(Tampered):
        decode(encode(msgspec.structs.replace(second, format=1)).replace(b"\x01", b"\x02", 1))


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_format_that_nobody_knows_is_refused(number: int) -> None:
    with pytest.raises(Tampered, match="unknown format"):
        check_shape(msgspec.structs.replace(decode(body(SECOND)), format=number))


# -- names


def called(charter: Charter, *names: str) -> Charter:
    seats = (msgspec.structs.replace(one, called=name) for one, name in zip(charter.seats, names, strict=True))
    return msgspec.structs.replace(charter, seats=tuple(seats))


def test_two_members_have_two_names() -> None:
    with pytest.raises(Tampered, match="two members with one"):
        check_shape(called(decode(body(SECOND)), "head.cairo", "head.cairo"))


@pytest.mark.parametrize("names", [("deputy.cairo", "head.cairo"), ("head.cairo", "other"), ("", "deputy.cairo")])
def test_nobody_takes_another_name_whoever_signs(names: tuple[str, ...]) -> None:
    before = decode(body(SECOND))
    with pytest.raises(Tampered, match="another name"):
        authors(before, called(before, *names), before)


def test_an_office_never_moves() -> None:
    before = decode(body(SECOND))
    with pytest.raises(Tampered, match="cannot move"):
        authors(before, msgspec.structs.replace(before, place="Minsk"), before)


def test_what_was_written_in_the_first_format_goes_on_in_the_second(cairo: Cast) -> None:
    """An installation from before: its charters stand, and the next one names whom it seats."""
    newcomer = msgspec.structs.replace(seat("newcomer", Role.LIAISON_OFFICER), called="newcomer.cairo")
    first = cairo.of()
    old = cairo.after(first, format=1, act=Act.SEAT, seats=(*STAFF[:1], *STAFF[2:]))
    cairo.forged(old, "head")
    assert cairo.of() == old
    with cairo.acting("head") as (session, ring):
        publish_keys(session, id_of("newcomer"), BUNDLES[keys_of("newcomer").fingerprint])
        after = next_charter(ring.charters, CAIRO, Act.SEAT, NOW, seats=(*old.seats, newcomer))
    cairo.forged(after, "head")
    assert (cairo.of().format, cairo.of().names) == (FORMAT, {id_of("newcomer"): "newcomer.cairo"})


def test_two_heads_give_an_older_charter_its_place_and_no_head_alone(cairo: Cast) -> None:
    before, headquarters = cairo.of(), cairo.of(HEADQUARTERS)
    placed = cairo.after(before, place="Cairo")
    assert [(way.needed, way.of_headquarters) for way in authors(before, placed, headquarters)] == [(2, True)]
