"""From an invitation to a revocation: the journeys of issue "The house stands", in a real browser with scripts off."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from hrd_cases import demo
from hrd_cases.vault.words import six_words
from tests.journeys.conftest import Town, look
from tests.offices.people import member_id

SIX_WORDS = re.compile(r"[a-z]{5}(?:-[a-z]{5}){5}")
INVITATION = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}\b")
RECOVERY = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){6}")
SECRET = re.compile(r"(?:[A-Z2-7]{4}[ ]?){8}")
NEW_PASSPHRASE = "violet tram under eleven slow clouds"
NEWER_PASSPHRASE = "patient lantern sold nine woollen maps"


def _read(page: Page, pattern: re.Pattern[str]) -> str:
    found = pattern.search(page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found.group()


def _press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def _choose(page: Page, passphrase: str) -> None:
    page.get_by_label("New passphrase").fill(passphrase)
    page.get_by_label("The same passphrase once more").fill(passphrase)


def _office(town: Town, page: Page, path: str) -> None:
    page.goto(f"/offices/{town.world.demonstration.offices['DEL_EGY']}/{path}")


def _fresh_factor(town: Town, page: Page, name: str) -> None:
    """The act asked for the authenticator; the form waits and is saved afterwards."""
    if page.get_by_role("heading", name="Confirm it is you").count():
        page.get_by_label("Six-digit code").fill(town.code(name))
        _press(page, "Continue")
        _press(page, "Save now")


def _invited(town: Town, administrator: Page, name: str) -> str:
    _office(town, administrator, "members/invite")
    administrator.get_by_label("Sign-in name").fill(name)
    administrator.get_by_label("Liaison officer").check()
    _press(administrator, "Make the invitation")
    _fresh_factor(town, administrator, "admin.hq")
    look(administrator, "invitation-code")
    return _read(administrator, INVITATION)


def _enrolled(town: Town, newcomer: Page, name: str, code: str) -> tuple[str, str, str]:
    """Passphrase, authenticator, recovery code; returns (authenticator secret, recovery code, six words)."""
    newcomer.goto("/sign-in")
    newcomer.get_by_role("link", name="I have an invitation code").click()
    newcomer.get_by_label("Sign-in name").fill(name)
    newcomer.get_by_label("Invitation code").fill(code.lower())
    _press(newcomer, "Continue")
    _choose(newcomer, NEW_PASSPHRASE)
    _press(newcomer, "Make my keys")
    secret = _read(newcomer, SECRET).replace(" ", "")
    look(newcomer, "enrol-authenticator")
    newcomer.get_by_label("Six-digit code").fill(town.code(name, secret))
    _press(newcomer, "Continue")
    recovery = _read(newcomer, RECOVERY)
    newcomer.get_by_role("textbox", name="Recovery code").fill(recovery.lower())
    _press(newcomer, "I have it on paper")
    look(newcomer, "waiting")
    return secret, recovery, _read(newcomer, SIX_WORDS)


def test_a_newcomer_is_invited_vouched_for_and_given_the_keys_and_nobody_else_can_do_it(town: Town) -> None:
    code = _invited(town, town.sit_down("admin.hq"), "officer2.cairo")
    newcomer, head = town.stranger(phone=True), town.sit_down("head.cairo")
    _, _, words = _enrolled(town, newcomer, "officer2.cairo", code)

    newcomer.goto("/offices")
    expect(newcomer.get_by_role("heading", name="Waiting to come in")).to_be_visible()

    colleague = town.sit_down("officer.cairo")
    _office(town, colleague, "members")
    expect(colleague.get_by_role("link", name="Hear their six words")).to_have_count(0)

    head.goto("/")
    head.get_by_role("link", name="officer2.cairo").click()
    head.get_by_role("textbox", name="Their six words").fill("lusab-lusab-lusab-lusab-lusab-lusab")
    _press(head, "Vouch and sign")
    _fresh_factor(town, head, "head.cairo")
    expect(head.get_by_text("are not theirs").first).to_be_visible()
    look(head, "vouch-wrong-words")
    head.get_by_role("textbox", name="Their six words").fill(words.upper().replace("-", " "))
    _press(head, "Vouch and sign")
    _office(town, head, "charter")
    look(head, "charter")
    register = _read(head, SIX_WORDS)

    newcomer.goto("/")
    newcomer.get_by_role("textbox", name="The register's six words").fill(register)
    _press(newcomer, "These are the words I heard")
    expect(newcomer.get_by_role("heading", name="Today")).to_be_visible()

    colleague.goto("/")
    _office(town, head, "keys")
    expect(head.get_by_role("row", name=re.compile("Casework.*officer2.cairo")).first).to_be_visible()
    newcomer.goto("/")
    expect(newcomer.get_by_text("Nothing needs you now.")).to_be_visible()
    look(newcomer, "today-newcomer-phone")


def _holders(page: Page) -> str:
    """Who holds the casework key, as the office's page of keys tells it."""
    stands = page.get_by_role("table", name="Where they stand")
    row = stands.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Casework"))
    return row.get_by_role("cell").nth(1).inner_text()


def test_the_key_comes_from_a_colleague_s_next_page_and_from_nobody_else(town: Town) -> None:
    """The head vouches and is gone with the same press: no page of theirs comes after it."""
    name = "officer2.cairo"
    code = _invited(town, town.sit_down("admin.hq"), name)
    newcomer, head = town.stranger(phone=True), town.sit_down("head.cairo")
    _, _, words = _enrolled(town, newcomer, name, code)
    with town.world.acting("head.cairo") as (_, visitor):
        register = six_words(visitor.charters.pins.root)
    head.goto(f"/offices/members/{member_id(town.world, name)}/vouch")
    token = head.locator("main form input[name=csrf_token]").get_attribute("value")
    read = head.locator("main form input[name=read]").get_attribute("value")
    pressed: dict[str, str | float | bool] = {"csrf_token": token or "", "read": read or "", "words": words}
    answer = head.request.post(head.url, form=pressed, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0)
    assert answer.status == 303
    head.close()

    newcomer.goto("/")
    newcomer.get_by_role("textbox", name="The register's six words").fill(register)
    _press(newcomer, "These are the words I heard")
    _office(town, newcomer, "keys")
    assert name not in _holders(newcomer)
    for stranger in ("officer.bogota", "admin.hq", "auditor.hq", "finance.cairo", "head1.hq"):
        elsewhere = town.sit_down(stranger)
        _office(town, elsewhere, "")
        newcomer.reload()
        assert name not in _holders(newcomer), f"{stranger} has handed it over"
    look(newcomer, "keys-newcomer-without")

    colleague = town.sit_down("officer.cairo")
    expect(colleague.get_by_role("heading", name="Today")).to_be_visible()
    newcomer.goto("/")
    _office(town, newcomer, "keys")
    assert name in _holders(newcomer)
    handed = newcomer.get_by_role("table", name="Who handed what to whom")
    expect(handed.get_by_role("row", name=re.compile(f"^Casework.*{name}.*officer.cairo"))).to_have_count(1)
    look(newcomer, "keys-newcomer-with")


def test_a_passphrase_is_changed_lost_and_recovered(town: Town) -> None:
    code = _invited(town, town.sit_down("admin.hq"), "officer2.cairo")
    page = town.stranger()
    name = "officer2.cairo"
    secret, recovery, _ = _enrolled(town, page, name, code)

    page.goto("/account/passphrase")
    page.get_by_label("The passphrase you have now").fill(NEW_PASSPHRASE)
    _choose(page, NEWER_PASSPHRASE)
    _press(page, "Change")
    page.get_by_role("button", name="Sign out").first.click()
    town.sign_in(page, name, NEW_PASSPHRASE, secret)
    expect(page.get_by_text("is not right").first).to_be_visible()
    look(page, "sign-in-errors")

    page.goto("/recover/passphrase")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_role("textbox", name="Recovery code").fill(recovery)
    page.get_by_label("Six-digit code").fill(town.code(name, secret))
    _press(page, "Continue")
    _choose(page, "seventeen amber kites asleep in snow")
    page.locator("main button").first.click()
    again = _read(page, RECOVERY)
    assert again != recovery
    page.get_by_role("textbox", name="Recovery code").fill(again)
    _press(page, "I have it on paper")
    expect(page.get_by_role("heading", name="Waiting to come in")).to_be_visible()
    page.context.clear_cookies()
    town.sign_in(page, name, "seventeen amber kites asleep in snow", secret)
    expect(page.get_by_role("heading", name="Waiting to come in")).to_be_visible()


def test_another_session_is_ended_from_the_account_page(town: Town) -> None:
    here, there = town.sit_down("officer.cairo"), town.stranger(phone=True)
    town.sign_in(there, "officer.cairo", demo.PASSPHRASE)
    expect(there.get_by_role("heading", name="Today")).to_be_visible()

    here.goto("/account/sessions")
    look(here, "sessions")
    here.get_by_role("button", name=re.compile("^End")).first.click()
    there.goto("/")
    expect(there.get_by_role("button", name="Sign in")).to_be_visible()
    here.goto("/")
    expect(here.get_by_role("heading", name="Today")).to_be_visible()


def test_a_revoked_colleague_is_out_at_once_and_the_next_colleague_makes_new_keys(town: Town) -> None:
    head, deputy, officer = town.sit_down("head.cairo"), town.sit_down("deputy.cairo"), town.sit_down("officer.cairo")
    deputy.goto("/offices")
    expect(deputy.get_by_role("heading", name="Offices")).to_be_visible()

    _office(town, head, "members")
    head.get_by_role("link", name="deputy.cairo").first.click()
    head.get_by_role("link", name="End their access").click()
    look(head, "revoke")
    head.locator("main").get_by_role("button").first.click()
    _fresh_factor(town, head, "head.cairo")

    deputy.goto("/offices")
    expect(deputy.get_by_role("button", name="Sign in")).to_be_visible()
    town.sign_in(deputy, "deputy.cairo", demo.PASSPHRASE)
    expect(deputy.get_by_text("is not right").first).to_be_visible()

    officer.goto("/")
    _office(town, officer, "keys")
    look(officer, "keys-after-revocation")
    text = officer.locator("main").inner_text()
    assert "deputy.cairo" not in text.split("Who handed what to whom")[0]
    expect(officer.get_by_role("row", name=re.compile("Casework.*Ready")).first).to_be_visible()
