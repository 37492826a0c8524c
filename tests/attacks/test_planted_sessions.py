"""Whoever writes the sessions' table makes no session last longer by giving it a time that has not come, and none of
somebody else by what they seal in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
import time_machine
from sqlalchemy import func, select, update

from hrd_cases.accounts.held import Held
from hrd_cases.accounts.models import Member, SessionRow
from hrd_cases.accounts.sessions import CLOCKS_DIFFER, drop_idle_keys, name_of
from hrd_cases.audit.events import Event
from hrd_cases.door import guards
from hrd_cases.keys.chain import Pins, seal_pins
from hrd_cases.keys.models import KeyRing
from hrd_cases.keys.ring import context
from hrd_cases.keys.root import founding_root
from hrd_cases.vault.envelope import derive, wrap
from hrd_cases.vault.identity import KeyPair, new_seed
from tests.accounts.conftest import clock
from tests.accounts.walk import Person, count, member
from tests.offices.people import Places
from tests.world import Browser, World

__all__ = ["clock"]


@pytest.mark.parametrize("column", ["seen_at", "began_at"])
@pytest.mark.parametrize(
    ("ahead", "opens"),
    [(CLOCKS_DIFFER, True), (CLOCKS_DIFFER + timedelta(seconds=1), False), (timedelta(days=9), False)],
)
def test_a_session_of_the_future_is_damaged_and_opens_nothing(
    world: World, clock: time_machine.Traveller, column: str, ahead: timedelta, opens: bool
) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    with world.database.main.writing() as session:
        mine = SessionRow.member_id == member(world, "officer.cairo").id
        session.execute(update(SessionRow).where(mine).values({column: datetime.now(UTC) + ahead}))
    assert officer.is_in() is opens
    if not opens:
        assert (
            officer.open("/account").location == "/sign-in?ended=1"
        )  # it is not locked either: nothing to unlock, nothing kept
        assert officer.unlock().status_code == 422


def test_housekeeping_puts_them_away(world: World, clock: time_machine.Traveller) -> None:
    now = datetime.now(UTC)
    with world.database.main.writing() as session:
        session.execute(update(SessionRow).values(seen_at=now + timedelta(days=400)))
        drop_idle_keys(session, world.house.settings, now)
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0


# -- the session key was stolen


class Forged(NamedTuple):
    """A browser with a session of somebody else, and the keys it is over."""

    browser: Browser
    keys: KeyPair


def forged_session(world: World, victim: str) -> Forged:
    """Whoever has the server's session key and writes its tables makes a session of `victim`, over keys of their own:
    the key ring, which is sealed to the victim, is exchanged for one of theirs."""
    seed, cookie, now = new_seed(), guards.new_cookie(), datetime.now(UTC)
    row_id, theirs = name_of(cookie), member(world, victim)
    held = Held(seed, now, now + timedelta(hours=10))
    key = derive(cookie.encode() + world.house.settings.session_key, "session")
    with world.database.main.writing() as session:
        session.add(
            SessionRow(
                id=row_id,
                member_id=theirs.id,
                began_at=now,
                seen_at=now,
                device_sealed=b"",
                keeping_sealed=b"",
                sealed=wrap(key, msgspec.msgpack.encode(held), context("session", row_id, theirs.id)),
            )
        )
        pins = Pins(root=founding_root(session))
        session.get_one(KeyRing, theirs.id).sealed = seal_pins(pins, KeyPair(seed), theirs.id)
    browser = world.client()
    browser.client.set_cookie(guards.COOKIE, cookie, domain="127.0.0.1", secure=True)
    return Forged(browser, KeyPair(seed))


@pytest.mark.parametrize("victim", ["admin.hq", "auditor.hq", "head.cairo"])
def test_a_session_over_other_keys_is_nobody_s_and_alarms(world: World, victim: str) -> None:
    forged, _keys = forged_session(world, victim)
    alarms = count(world, Event.ALARM_RAISED)
    for path in ("/", "/offices", "/account", "/trail"):
        answer = forged.get(path)
        assert answer.status_code == 409
        assert "Sign out" not in answer.text
    assert count(world, Event.ALARM_RAISED) == alarms + 4
    address = {"address": "elsewhere@example.org"}
    assert forged.post(Places(world).member("officer.cairo", "/address"), address).status_code == 409
    assert forged.sign(Places(world).member("officer.cairo", "/revoke")).status_code == 409
    assert count(world, Event.ADDRESS_CORRECTED) == count(world, Event.MEMBER_REVOKED) == 0


def test_a_session_over_other_keys_that_the_member_s_row_names_as_well_has_no_seat(world: World) -> None:
    forged, keys = forged_session(world, "admin.hq")
    with world.database.main.writing() as session:
        session.get_one(Member, member(world, "admin.hq").id).fingerprint = keys.fingerprint
    for path in ("/", "/offices", Places(world).member("officer.cairo")):
        assert forged.get(path).location == "/waiting"
    assert forged.sign(Places(world).member("officer.cairo", "/revoke")).location == "/waiting"
