"""Somebody copies the database every minute and counts bytes: what a member typed does not show in the length of what
keeps it. Padded are what grows with somebody's words; records and letters are tested in `tests/vault`.
"""

from __future__ import annotations

from sqlalchemy import text

from hrd_cases.accounts.credentials import seal_address
from hrd_cases.accounts.kept import keep_own
from hrd_cases.door.house import Sent
from hrd_cases.keys.chain import Pin, Pins, open_pins, seal_pins
from hrd_cases.vault.envelope import unwrap, wrap, wrap_text
from hrd_cases.vault.identity import KeyPair
from hrd_cases.vault.padding import padded_size
from tests.attacks.past_our_code import tables
from tests.world import World

OFFICER = "officer.cairo"


def sizes(world: World, statement: str) -> list[int]:
    with tables(world) as session:
        return [row[0] for row in session.execute(text(statement))]


def is_padded(size: int) -> bool:
    """A wrap of 29 bytes around a padded text."""
    return padded_size(size - 29) == size - 29


def test_the_last_search_does_not_show_in_the_session(world: World) -> None:
    browser = world.client(OFFICER)
    mine = f"SELECT length(sealed) FROM sessions WHERE member_id = '{world.demonstration.members[OFFICER].hex}'"
    found = set()
    for typed in ("ab", "abc", "abcd", "abcdef", "Mohammed Abd"):
        browser.post("/cases/search", {"text": typed})
        browser.get("/cases/search/found")
        found |= set(sizes(world, mine))
    assert len(found) <= 2  # a step of padding may lie between them
    assert all(is_padded(size) for size in found)


def test_what_was_typed_does_not_show_in_a_form_that_waits(world: World) -> None:
    for typed in ("a" * 10, "a" * 11, "a" * 12, "a" * 40):
        with world.acting(OFFICER) as (session, officer):
            keep_own(session, officer.member_id, officer.ring.keys, Sent("/cases/x", [("text", typed)], None))
    found = sizes(world, "SELECT length(sealed) FROM kept_forms")
    assert len(found) == 4
    assert len(set(found)) <= 2
    assert all(is_padded(size) for size in found)


def test_a_mail_address_a_device_and_a_key_ring_have_no_length_of_their_own(world: World) -> None:
    member, settings = world.demonstration.members[OFFICER], world.house.settings
    addresses = {len(seal_address(settings, member, address)) for address in ("a@b.eu", "a.much.longer.name@eeas.eu")}
    assert len(addresses) == 1
    assert all(is_padded(size) for size in sizes(world, "SELECT length(device_sealed) FROM sessions"))
    keys = KeyPair(bytes(range(32)))
    some = Pins(root=bytes(32), offices={member: Pin(1, bytes(32))})
    assert open_pins(seal_pins(some, keys, member), keys, member) == some
    assert is_padded(len(seal_pins(some, keys, member)))


def test_what_was_sealed_before_opens_as_before(world: World) -> None:
    key = bytes(range(32))
    for content in (b"", b"short", b"x" * 5000):
        assert unwrap(key, wrap(key, content, b"here"), b"here") == content
        assert unwrap(key, wrap_text(key, content, b"here"), b"here") == content
