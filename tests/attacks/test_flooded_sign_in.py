"""Whoever floods the sign-in shuts nobody out, is known by their own address, and fills neither trail nor locks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine

from hrd_cases.accounts import throttle
from hrd_cases.accounts.models import TryBucket
from hrd_cases.audit.events import Event
from hrd_cases.door import guards
from hrd_cases.vault import passphrase
from tests.accounts.conftest import clock
from tests.accounts.walk import Person, count
from tests.world import BASE, World

__all__ = ["clock"]
PROXY = "127.0.0.1"
STRANGER, OFFICER = "203.0.113.66", "198.51.100.5"


@pytest.fixture
def behind_a_proxy(world: World) -> World:
    house = replace(world.house, settings=replace(world.house.settings, trusted_proxies=(f"{PROXY}/32",)))
    world.app.extensions["hrd_cases"] = world.house = house
    return world


def wrong(world: World, forwarded: str, peer: str = PROXY, name: str = "officer.cairo") -> int:
    """One wrong try, as the server sees it."""
    browser = world.client()
    browser.get("/sign-in")
    form = {guards.TOKEN_FIELD: browser.token(), "sign_in": name, "passphrase": "wrong", "code": "000000"}
    headers = {"X-Forwarded-For": forwarded}
    environ = {"REMOTE_ADDR": peer}
    answer = browser.client.post("/sign-in", base_url=BASE, data=form, headers=headers, environ_overrides=environ)
    return int(answer.status_code)


def from_afar(person: Person, address: str) -> Person:
    person.browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = address
    return person


def flood(world: World) -> None:
    """Everybody together has tried far more than usual."""
    with world.database.main.writing() as session:
        throttle.take_a_try(session, world.house.settings.pepper, throttle.Attempt("x", "192.0.2.9"), datetime.now(UTC))
        name = throttle._name(world.house.settings.pepper, "")
        session.get_one(TryBucket, name).level = throttle.OVERALL.burst * throttle.UNITS


def test_behind_a_proxy_a_guesser_slows_themselves_alone(behind_a_proxy: World, clock: time_machine.Traveller) -> None:
    assert [wrong(behind_a_proxy, STRANGER) for _ in range(7)] == [422] * 5 + [429] * 2
    assert from_afar(Person(behind_a_proxy, "officer.cairo"), OFFICER).sign_in_now().location == "/"


def test_a_forged_hop_gives_nobody_fresh_tries(behind_a_proxy: World, clock: time_machine.Traveller) -> None:
    answers = [wrong(behind_a_proxy, f"192.0.2.{number}, {STRANGER}") for number in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_who_comes_past_the_proxy_is_known_by_their_own_address(
    behind_a_proxy: World, clock: time_machine.Traveller
) -> None:
    answers = [wrong(behind_a_proxy, f"192.0.2.{number}", peer=STRANGER) for number in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_a_flood_from_everywhere_keeps_no_officer_out(world: World, clock: time_machine.Traveller) -> None:
    flood(world)
    assert Person(world, "officer.cairo", address=OFFICER).sign_in_now().location == "/"  # a browser nobody knows
    deputy = Person(world, "deputy.cairo", address=OFFICER)
    refused = deputy.send("/sign-in", sign_in="deputy.cairo", passphrase="x", code="000000")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60
    clock.shift(60)
    assert deputy.sign_in_now().location == "/"


def test_an_officer_unlocks_whatever_strangers_do_at_her_address(world: World, clock: time_machine.Traveller) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    clock.shift(20 * 60)
    flood(world)
    for number in range(40):
        wrong(world, "", name=f"n{number}")
    assert [wrong(world, "") for _ in range(6)][-1] == 429
    assert officer.unlock().location == "/"
    clock.shift(20 * 60)
    assert officer.sign_in_now().location == "/"


def test_the_cookie_of_one_member_opens_no_bucket_of_another(world: World, clock: time_machine.Traveller) -> None:
    colleague = Person(world, "deputy.cairo")
    colleague.sign_in_now()
    form = {"sign_in": "officer.cairo", "passphrase": "wrong", "code": "000000"}
    assert [wrong(world, "") for _ in range(6)] == [422] * 5 + [429]
    assert colleague.send("/sign-in", **form).status_code == 429


def test_a_flood_is_one_entry_and_takes_no_lock(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        wrong(world, "")
    assert count(world, Event.SIGN_IN_SLOWED) == 1

    def locked(*_: object) -> None:
        raise AssertionError("a try that is refused must not wait for the write gate")

    for _ in range(3):
        browser = world.client()
        browser.get("/sign-in")
        with monkeypatch.context() as patched:
            patched.setattr(type(world.database.main), "writing", locked)
            form = {"sign_in": "officer.cairo", "passphrase": "wrong", "code": "000000"}
            assert browser.post("/sign-in", form).status_code == 429
    assert count(world, Event.SIGN_IN_SLOWED) == 1
    clock.shift(21 * 60)
    for _ in range(6):
        wrong(world, "")
    assert count(world, Event.SIGN_IN_SLOWED) == 2


def test_strangers_who_try_at_once_wait_outside_and_whoever_is_known_comes_in(
    world: World, clock: time_machine.Traveller
) -> None:
    """From a thousand networks: their slow work never takes the last process, and a known browser waits for none."""
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    clock.shift(20 * 60)
    with passphrase.turn_of_a_stranger() as theirs:
        assert theirs
        assert wrong(world, "203.0.113.1") == 429
        assert officer.unlock().location == "/"
    assert wrong(world, "203.0.113.1") == 422


def test_a_crowd_of_strangers_uses_up_nobody_s_tries(world: World, clock: time_machine.Traveller) -> None:
    """Whoever comes while others have every turn has tried nothing: their own tries are all there afterwards."""
    with passphrase.turn_of_a_stranger() as theirs:
        assert theirs
        assert [wrong(world, "203.0.113.1") for _ in range(8)] == [429] * 8
    assert Person(world, "officer.cairo", address=OFFICER).sign_in_now().location == "/"
    assert [wrong(world, "203.0.113.1") for _ in range(7)] == [422] * 5 + [429] * 2


def test_whoever_knocks_without_end_is_slowed_at_their_address_and_leaves_turns_to_others(
    world: World, clock: time_machine.Traveller
) -> None:
    """Knocking cost nothing once: ten addresses that never stopped had every turn that became free."""
    with passphrase.turn_of_a_stranger() as theirs:
        assert theirs
        for _ in range(throttle.ADDRESS.burst):
            assert wrong(world, "", peer="203.0.113.1") == 429
    assert wrong(world, "", peer="203.0.113.1") == 429, "every turn is free, and not for them"
    assert Person(world, "officer.cairo", address=OFFICER).sign_in_now().location == "/"
    clock.shift(throttle.ADDRESS.seconds)
    assert wrong(world, "", peer="203.0.113.1") == 422
