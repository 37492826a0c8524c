"""Nobody changes where a member's mail goes without the member being told, and nobody but they say that they know."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from hrd_cases import demo
from hrd_cases.accounts.mail_changed import unknown_change
from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from tests.accounts.walk import NEW_PASSPHRASE, Person, count, hidden, main_of, member
from tests.offices.people import Places, code_on, new_code, newcomer
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


# -- by a new invitation


def begun_again(world: World, sign_in: str) -> None:
    """A member who lost everything has begun to enrol anew: they have a new passphrase, and are not in yet."""
    person = Person(world, sign_in)
    page = person.send("/enrol", sign_in=sign_in, code=code_on(new_code(world, sign_in).text)).text
    new = {"new": NEW_PASSPHRASE, "again": NEW_PASSPHRASE}
    assert person.send("/enrol/passphrase", ticket=hidden(page, "ticket"), **new).status_code == 303


def invited_anew(world: World, at: Places, address: str) -> None:
    """An administrator withdraws the auditor's invitation, and makes another under the same name."""
    admin = world.client("admin.hq")
    assert admin.post(at.member("auditor.hq", "/withdraw")).status_code == 303
    typed = {"sign_in": "auditor.hq", "role": "auditor", "address": address}
    assert admin.post(at.office("HQ", "/members/invite"), typed).status_code == 200


def test_an_invitation_under_the_same_name_changes_no_address_silently(world: World, at: Places) -> None:
    begun_again(world, "auditor.hq")
    invited_anew(world, at, "elsewhere@example.org")
    assert count(world, Event.ADDRESS_CORRECTED) == 1
    with world.database.main.reading() as session:
        assert unknown_change(session, member(world, "auditor.hq").id) is not None


def test_an_invitation_to_the_same_address_changes_nothing(world: World, at: Places) -> None:
    begun_again(world, "auditor.hq")
    before = member(world, "auditor.hq").address_sealed
    invited_anew(world, at, " auditor.hq@example.org ")
    assert member(world, "auditor.hq").address_sealed == before
    assert count(world, Event.ADDRESS_CORRECTED) == 0


def test_whose_address_was_taken_away_before_is_told_as_well(world: World, at: Places) -> None:
    begun_again(world, "auditor.hq")
    with world.database.main.writing() as session:
        session.get_one(Member, member(world, "auditor.hq").id).address_sealed = None
    invited_anew(world, at, "elsewhere@example.org")
    assert count(world, Event.ADDRESS_CORRECTED) == 1


def test_whoever_is_invited_for_the_first_time_is_told_of_no_change(world: World, at: Places) -> None:
    invited = {"sign_in": "officer2.cairo", "role": "liaison_officer", "address": "new@example.org"}
    assert world.client("admin.hq").post(at.office("DEL_EGY", "/members/invite"), invited).status_code == 200
    assert count(world, Event.ADDRESS_CORRECTED) == 0
