"""Nobody changes where a member's mail goes without the member being told, and nobody but they say that they know."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from hrd_cases import demo
from hrd_cases.audit.events import Event
from tests.accounts.walk import count, main_of
from tests.offices.people import Places, newcomer
from tests.world import Browser, World

KNOW = "/account/mail-changed"
CHANGED = "Your mail address was changed on"


@pytest.fixture
def at(world: World) -> Places:
    return Places(world)


def change_address(world: World, at: Places, sign_in: str) -> None:
    answer = world.client("admin.hq").post(at.member(sign_in, "/address"), {"address": "elsewhere@example.org"})
    assert answer.status_code == 303


def change_shown(browser: Browser, path: str = "/account") -> dict[str, str]:
    """What the button “I know” of a page sends."""
    (number,) = re.findall(r'name="change" value="(\d+)"', browser.get(path).text)
    return {"change": number}


def is_told(browser: Browser) -> bool:
    return CHANGED in main_of(html.unescape(browser.get("/account").text))


def let_the_factor_grow_old(world: World, sign_in: str) -> None:
    sessions, cookie = world.demonstration.sessions, world.demonstration.cookies[sign_in]
    with world.database.main.writing() as session, sessions.holding(session, cookie) as held:
        held.second_factor_at -= timedelta(minutes=6)


def test_saying_that_one_knows_asks_for_the_authenticator_again(world: World, at: Places) -> None:
    """An administrator who changed the address, and sits at the member's open session, cannot say it for them."""
    auditor = world.client("auditor.hq")
    change_address(world, at, "auditor.hq")
    let_the_factor_grow_old(world, "auditor.hq")
    answer = auditor.post(KNOW, change_shown(auditor))
    assert (answer.status_code, answer.location) == (303, "/second-factor")
    assert is_told(auditor)
    assert count(world, Event.ADDRESS_CHANGE_KNOWN) == 0

    answer = auditor.post("/second-factor", {"code": demo.current_code("auditor.hq"), "here": KNOW})
    assert (answer.status_code, answer.location) == (303, KNOW)
    assert auditor.get(KNOW).location == "/account"
    assert auditor.post(KNOW, change_shown(auditor)).location == "/account"
    assert not is_told(auditor)


def test_nobody_says_that_they_know_before_a_charter_seats_them(world: World, at: Places) -> None:
    """Keys that no charter names may be anybody's."""
    newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    change_address(world, at, "officer2.cairo")
    browser = world.client("officer2.cairo")
    assert browser.post(KNOW, change_shown(browser)).location == "/waiting"
    assert is_told(browser)
    assert count(world, Event.ADDRESS_CHANGE_KNOWN) == 0
