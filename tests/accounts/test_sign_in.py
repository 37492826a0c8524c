"""Sign-in, idling, unlocking, leaving: what an officer meets, and what someone who guesses learns."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pyotp import TOTP
from sqlalchemy import select, update

from hrd_cases import demo
from hrd_cases.accounts.credentials import seal_totp, step_of, totp_text, use_code
from hrd_cases.accounts.models import Member, SessionRow
from hrd_cases.audit.events import Event
from hrd_cases.db import Database
from hrd_cases.door import guards
from hrd_cases.vault import passphrase
from hrd_cases.vault.identity import KeyPair, new_seed
from hrd_cases.vault.passphrase import WrongPassphrase
from tests.accounts.walk import Person, Phone, count, give_paper, main_of, member
from tests.world import World

MINUTE, HOUR = 60, 3600
NOW = datetime.now(UTC)


@pytest.fixture
def officer(world: World) -> Person:
    """Signed in, in a browser of her own."""
    person = Person(world, "officer.cairo")
    assert person.sign_in_now().location == "/"
    return person


# -- sign-in


def test_whoever_is_signed_in_sees_today_and_no_sign_in_page(officer: Person) -> None:
    assert officer.open("/").status_code == 200
    assert officer.open("/sign-in").location == "/"


def test_what_was_wrong_is_marked_at_every_field_and_laid_to_none(world: World) -> None:
    person = Person(world, "officer.cairo", passphrase="not the one")
    page = person.sign_in_now().text
    assert "Sign-in name: The sign-in name" not in page
    assert page.count("govuk-form-group--error") == 3
    assert '<a href="#sign_in">The sign-in name, the passphrase or the code is not right.</a>' in page
    assert "-error" not in "".join(re.findall(r'aria-describedby="([^"]*)"', page))


def test_who_signed_out_is_told_so(officer: Person) -> None:
    left = officer.send("/sign-out").location
    assert "You are signed out." in main_of(officer.open(left).text)
    assert "You are signed out." not in main_of(officer.open("/sign-in").text)


def test_signing_in_gives_another_cookie(world: World) -> None:
    person = Person(world, "officer.cairo")
    person.open("/sign-in")
    before = person.browser.cookie()
    person.sign_in_now()
    assert person.browser.cookie() != before


def test_the_cookie_is_one_that_no_other_site_and_no_script_gets(world: World) -> None:
    answer = world.client().get("/sign-in")
    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert set(answer.headers["Set-Cookie"].split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_the_sign_in_name_is_read_however_it_is_typed(world: World) -> None:
    person = Person(world, "officer.cairo")
    name = "  OFFICER.Cairo "
    answer = person.send("/sign-in", sign_in=name, passphrase=person.passphrase, code=person.phone.code())
    assert answer.location == "/"


def failures(world: World) -> dict[str, dict[str, str]]:
    """Every way to get it wrong."""
    phone = Person(world, "officer.cairo").phone
    right = {"sign_in": "officer.cairo", "passphrase": demo.PASSPHRASE, "code": phone.code()}
    return {
        "unknown name": right | {"sign_in": "nobody.here"},
        "wrong passphrase": right | {"passphrase": "nine herons cross a quiet harbour"},
        "wrong code": right | {"code": "000000"},
        "no code": right | {"code": ""},
        "revoked": right | {"sign_in": "deputy.cairo"},
        "never finished": right | {"sign_in": "finance.cairo"},
    }


@pytest.fixture
def some_cannot_come_in(world: World) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "deputy.cairo").values(revoked_at=datetime.now(UTC)))
        session.execute(update(Member).where(Member.sign_in == "finance.cairo").values(enrolled_at=None))


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[list[int]]:
    """How often a part of the vault runs."""
    runs = [0]
    real = getattr(passphrase, name)

    def counted(*args: object, **kwargs: object) -> object:
        runs[0] += 1
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(passphrase, name, counted)
        yield runs


def test_whatever_was_wrong_the_same_words_and_the_same_work(
    world: World, some_cannot_come_in: None, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    pages, work = set(), {}
    for what, form in failures(world).items():
        clock.shift(5 * MINUTE)
        with counting(monkeypatch, "argon2id") as runs:
            answer = Person(world, "x").send("/sign-in", **form)
        assert answer.status_code == 422, what
        pages.add(main_of(answer.text))
        work[what] = runs[0]
    assert len(pages) == 1
    assert "The sign-in name, the passphrase or the code is not right." in pages.pop()
    assert set(work.values()) == {1}, work


def test_a_page_that_comes_back_holds_no_secret(world: World) -> None:
    answer = Person(world, "x").send("/sign-in", sign_in="officer.cairo", passphrase="my secret words", code="123456")
    assert "my secret words" not in answer.text
    assert "officer.cairo" in answer.text


def test_a_failed_sign_in_is_in_the_trail(world: World) -> None:
    Person(world, "x").send("/sign-in", sign_in="officer.cairo", passphrase="wrong", code="123456")
    assert count(world, Event.SIGN_IN_FAILED) == 1


# -- codes count once


def test_a_code_signs_in_once(world: World, clock: time_machine.Traveller) -> None:
    person = Person(world, "officer.cairo")
    code = person.phone.code()
    form = {"sign_in": "officer.cairo", "passphrase": demo.PASSPHRASE, "code": code}
    assert Person(world, "x").send("/sign-in", **form).location == "/"
    assert Person(world, "x").send("/sign-in", **form).status_code == 422


def test_a_code_from_before_the_last_one_is_not_taken(world: World, clock: time_machine.Traveller) -> None:
    clock.shift(2 * MINUTE)
    person = Person(world, "officer.cairo")
    older, newer = person.phone.code(), person.phone.code()
    for code, status in ((newer, 303), (older, 422)):
        form = {"sign_in": "officer.cairo", "passphrase": demo.PASSPHRASE, "code": code}
        assert Person(world, "x").send("/sign-in", **form).status_code == status


@pytest.mark.parametrize(("shift", "taken"), [(0, True), (30, True), (60, False), (-30, True), (-60, False)])
def test_a_code_is_taken_half_a_minute_early_and_late(shift: int, taken: bool) -> None:
    noon, secret = datetime(2026, 11, 21, 12, tzinfo=UTC), b"s" * 20
    code = TOTP(totp_text(secret)).at(noon)
    assert (step_of(code, secret, 0, noon + timedelta(seconds=shift)) is not None) is taken


@pytest.mark.parametrize("code", ["", "0", "00000000", "abcdef", "é" * 6, "1" * 100_000, "\ud800", "12 34"])
def test_what_is_no_code_is_never_taken(code: str) -> None:
    assert step_of(code, b"s" * 20, 0, NOW) is None


def test_a_code_may_be_typed_with_a_space(world: World) -> None:
    secret = b"s" * 20
    code = TOTP(totp_text(secret)).at(NOW)
    assert step_of(f" {code[:3]} {code[3:]} ", secret, 0, NOW) is not None


def test_two_requests_at_once_spend_a_code_once(database: Database) -> None:
    keys, secret = KeyPair(new_seed()), b"s" * 20
    row = Member(sign_in="officer.cairo", office_id=uuid.uuid4(), invited_role="head", created_at=NOW)
    with database.main.writing() as session:
        session.add(row)
        session.flush()
        row.totp_sealed = seal_totp(row.id, keys, secret)
    code, outcomes, together = Phone(secret).code(), [], threading.Barrier(2)

    def spend() -> None:
        together.wait()
        try:
            with database.main.writing() as session:
                use_code(session, session.get_one(Member, row.id), keys, code, datetime.now(UTC))
            outcomes.append("in")
        except WrongPassphrase:
            outcomes.append("refused")

    both = [threading.Thread(target=spend) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]


# -- idling and the end of a session


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 200), (16, 401)])
def test_an_idle_session_locks_after_fifteen_minutes(
    clock: time_machine.Traveller, officer: Person, minutes: int, status: int
) -> None:
    clock.shift(minutes * MINUTE)
    assert officer.open("/").status_code == status


def test_a_session_in_use_ends_after_ten_hours(clock: time_machine.Traveller, officer: Person) -> None:
    for _ in range(59):
        clock.shift(10 * MINUTE)
        assert officer.open("/").status_code == 200
    clock.shift(10 * MINUTE)
    assert officer.open("/").status_code == 401


def test_after_a_day_the_cookie_is_forgotten(clock: time_machine.Traveller, officer: Person) -> None:
    clock.shift(25 * HOUR)
    assert officer.open("/").location == "/sign-in?ended=1"


def test_unlocking_leads_back_to_the_page_and_changes_the_cookie(
    clock: time_machine.Traveller, officer: Person, world: World
) -> None:
    before = officer.browser.cookie()
    clock.shift(16 * MINUTE)
    page = officer.open("/account/sessions")
    assert page.status_code == 401
    assert 'name="here" value="/account/sessions"' in page.text
    assert officer.unlock(here="/account/sessions").location == "/account/sessions"
    assert officer.browser.cookie() != before
    stale = Person(world, "x")
    stale.browser.client.set_cookie(guards.COOKIE, before, domain="127.0.0.1", secure=True)
    assert stale.open("/").location == "/sign-in?ended=1"


def test_unlocking_leads_to_pages_of_ours_only(clock: time_machine.Traveller, officer: Person) -> None:
    for here in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/no-such-page",
        "é\0",
        "/unlock?x=1",
        "//offices",
        "///offices",
        "/\\offices",
        "/offices//",
    ):
        clock.shift(16 * MINUTE)
        assert officer.unlock(here=here).location == "/"


def test_a_locked_session_shows_nobody_s_name_and_no_navigation(clock: time_machine.Traveller, officer: Person) -> None:
    clock.shift(16 * MINUTE)
    page = officer.open("/").text
    assert "officer.cairo" not in page
    assert "Offices" not in page


def test_another_passphrase_unlocks_nobody_s_session(clock: time_machine.Traveller, officer: Person) -> None:
    clock.shift(16 * MINUTE)
    officer.passphrase = "nine herons cross a quiet harbour"
    answer = officer.unlock()
    assert answer.status_code == 422
    assert "The passphrase or the code is not right." in answer.text
    assert officer.open("/").status_code == 401


# -- leaving


@pytest.mark.parametrize(("path", "target"), [("/sign-out", "/sign-in?out=1"), ("/leave", "/blank")])
def test_leaving_ends_the_session_and_clears_the_browser(world: World, officer: Person, path: str, target: str) -> None:
    before = officer.browser.cookie()
    answer = officer.send(path)
    assert answer.location == target
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert officer.browser.cookie() != before
    officer.browser.client.set_cookie(guards.COOKIE, before, domain="127.0.0.1", secure=True)
    assert officer.open("/").location == "/sign-in?ended=1"
    with world.database.main.reading() as session:
        mine = select(SessionRow).where(SessionRow.member_id == member(world, "officer.cairo").id)
        assert len(session.scalars(mine).all()) == 1  # the one the sample world began with


@pytest.mark.parametrize("path", ["/sign-out", "/leave"])
def test_leaving_works_from_the_oldest_tab(officer: Person, path: str) -> None:
    assert officer.browser.post(path, token="of-a-page-from-yesterday").status_code == 303
    assert officer.open("/").location == "/sign-in?ended=1"


@pytest.mark.parametrize("path", ["/sign-out", "/leave"])
def test_no_other_site_signs_anybody_out(officer: Person, path: str) -> None:
    answer = officer.browser.post(path, None, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert officer.open("/").status_code == 200


def test_a_quick_exit_shows_a_page_without_meaning(officer: Person) -> None:
    officer.send("/leave")
    page = officer.open("/blank").text
    assert main_of(page) == "" or "<main" not in page
    assert "sign" not in page.lower()


# -- throttling


def wrong(world: World, name: str, address: str = "192.0.2.1") -> int:
    browser = world.client()
    browser.get("/sign-in")
    environ = {"REMOTE_ADDR": address}
    form = {guards.TOKEN_FIELD: browser.token(), "sign_in": name, "passphrase": "wrong", "code": "000000"}
    answer = browser.client.post("/sign-in", base_url="http://127.0.0.1", data=form, environ_overrides=environ)
    return int(answer.status_code)


def test_guessing_is_slowed_and_the_member_still_gets_in_from_elsewhere(
    world: World, clock: time_machine.Traveller
) -> None:
    assert [wrong(world, "officer.cairo") for _ in range(8)] == [422] * 5 + [429] * 3
    assert Person(world, "officer.cairo").sign_in_now().location == "/"


def test_a_slowed_guesser_may_go_on_after_the_time_said(world: World, clock: time_machine.Traveller) -> None:
    for _ in range(6):
        wrong(world, "officer.cairo")
    clock.shift(31)
    assert [wrong(world, "officer.cairo") for _ in range(2)] == [422, 429]


def test_trying_many_names_from_one_address_is_slowed(world: World, clock: time_machine.Traveller) -> None:
    answers = [wrong(world, f"name{number}.cairo") for number in range(32)]
    assert answers == [422] * 30 + [429] * 2


def test_no_passphrase_is_stretched_for_a_try_that_is_slowed(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        wrong(world, "officer.cairo")
    with counting(monkeypatch, "argon2id") as runs:
        assert wrong(world, "officer.cairo") == 429
    assert runs == [0]
    assert count(world, Event.SIGN_IN_SLOWED) == 1


def test_who_knows_the_passphrase_does_not_guess_the_code_from_a_thousand_addresses(
    world: World, clock: time_machine.Traveller
) -> None:
    """And the member who is slowed by it comes back with their paper, under a new passphrase."""
    paper, officer = give_paper(world, "officer.cairo"), Person(world, "officer.cairo")
    clock.shift(MINUTE)
    for number in range(10):
        guess = Person(world, "x", address=f"198.51.100.{number}")
        form = {"sign_in": "officer.cairo", "passphrase": demo.PASSPHRASE, "code": "000000"}
        assert guess.send("/sign-in", **form).status_code == 422
    refused = officer.sign_in_now()
    assert refused.status_code == 422  # in the same words: nobody learns that the passphrase was right
    assert "The sign-in name, the passphrase or the code is not right." in refused.text
    clock.shift(MINUTE)
    form = {"sign_in": "officer.cairo", "recovery_code": paper, "code": officer.phone.code()}
    assert officer.send("/recover/passphrase", **form).location == "/steps/passphrase"
    assert Person(world, "head.cairo").sign_in_now().location == "/"  # nobody else is slowed


def test_wrong_passphrases_slow_nobody_s_codes(world: World, clock: time_machine.Traveller) -> None:
    for number in range(20):
        wrong(world, "officer.cairo", f"198.51.100.{number}")
    assert Person(world, "officer.cairo").sign_in_now().location == "/"


# -- a fresh second factor


def test_codes_are_not_guessed_in_an_open_session(officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(6 * MINUTE)
    answers = [officer.send("/second-factor", code=f"{number:06d}").status_code for number in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_a_fresh_code_makes_the_session_fresh(officer: Person, clock: time_machine.Traveller) -> None:
    clock.shift(6 * MINUTE)
    assert officer.send("/second-factor", code=officer.phone.code()).location == "/"
    assert count(officer.world, Event.SECOND_FACTOR_GIVEN) == 1


# -- suspended


def test_a_suspended_member_is_told_calmly_whom_to_call(world: World) -> None:
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "officer.cairo").values(suspended_at=datetime.now(UTC)))
    person = Person(world, "officer.cairo")
    person.sign_in_now()
    for path in ("/", "/account", "/waiting", "/steps/authenticator"):
        answer = person.open(path)
        assert answer.status_code == 403
        assert "Your access is suspended." in main_of(answer.text)
        assert "Call the head of your office" in main_of(answer.text)
        assert "Until a head restores it, you can only sign out" in main_of(answer.text)
        assert 'href="/"' not in answer.text  # it would lead back here
        assert "Sign out" in answer.text
        assert "Leave now" in answer.text
    assert count(world, Event.SUSPENDED_TURNED_AWAY) == 4
    assert person.send("/sign-out").location == "/sign-in"
    assert person.open("/").location == "/sign-in?ended=1"


def test_what_recovery_leaves_unfinished_comes_first_at_the_next_sign_in(
    world: World, clock: time_machine.Traveller
) -> None:
    give_paper(world, "officer.cairo")
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "officer.cairo").values(recovery_lock=None))
    person = Person(world, "officer.cairo")
    person.sign_in_now()
    assert person.open("/").location == "/waiting"
    assert person.open("/waiting").location == "/steps/recovery-code"
    assert "Your passphrase is set" not in person.open("/steps/recovery-code").text
    assert person.take_recovery_step().location == "/waiting"
    assert person.open("/").status_code == 200
