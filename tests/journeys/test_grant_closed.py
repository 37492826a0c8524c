"""A grant from the file to the closed books in a real browser, scripts off: each role signs in. Then the fast track."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.grants.asking import WHO, Asked
from tests.journeys.conftest import Town, look, town
from tests.journeys.test_grant_decisions import answer_tests
from tests.journeys.test_grants import submitted, words

__all__ = ["town"]
pytestmark = pytest.mark.browser
OFFICER, FINANCE, HEAD = WHO["officer"], WHO["finance"], WHO["head"]
PAID = "Sign that it is paid"
CHECKS = ("rate", "ceiling", "duplicates", "sanctions")


def comes_in(town: Town, name: str, *, phone: bool = False) -> Page:
    """By the page, with passphrase and code."""
    page = town.stranger(phone=phone)
    town.sign_in(page, name)
    page.get_by_role("link", name="Grants").first.wait_for()
    return page


def press(
    page: Page, act: str, done: str, *, checks: bool = False, by: str = "", button: str = "", **says: str
) -> None:
    """From the page of the grant to the step and back."""
    page.reload()
    page.get_by_role("link", name=act, exact=True).click()
    for name in CHECKS if checks else ():
        page.locator(f"[name=check_{name}][value=yes]").check()
    if by:
        page.locator(f"[name=by][value={by}]").check()
    for name, said in says.items():
        page.locator(f"#{name}").fill(said)
    page.get_by_role("button", name=button or act, exact=True).click()
    page.get_by_text(done).first.wait_for()


def approve(page: Page, act: str, done: str, **says: str) -> None:
    page.reload()
    page.get_by_role("link", name=act, exact=True).click()
    answer_tests(page)
    for name, said in says.items():
        page.locator(f"#{name}").fill(said)
    page.get_by_role("button", name=act, exact=True).click()
    page.get_by_text(done).first.wait_for()


def test_from_the_request_to_closed_each_role_signing_in(town: Town) -> None:
    asked = Asked(town.world)
    officer = comes_in(town, OFFICER)
    address = submitted(officer, asked).partition("#")[0]

    finance = comes_in(town, FINANCE)
    finance.get_by_role("link", name="Grants").first.click()
    finance.get_by_role("link", name="Example clinic").click()
    assert finance.url == address
    look(finance, "finance-verifies")
    press(finance, "Verify", "Verified. It waits for a decision.", checks=True)

    head = comes_in(town, HEAD)
    head.goto(address)
    approve(head, "Approve", "Approved. Finance commits it next")
    press(finance, "Commit", "Committed.", text="2026/4711")
    press(head, "Clear for payment", "Cleared for payment.")
    finance.reload()
    finance.get_by_role("link", name="Pay all of it", exact=True).click()
    look(finance, "finance-pays")
    assert "Thursday" not in words(finance)
    finance.goto(address)
    press(finance, "Pay all of it", "Paid. Receipts fall due.", button=PAID, text="Bank 4711")
    press(officer, "The money has arrived", "Receipts are due.", text="The clinic called.")
    press(officer, "Record receipts", "Recorded.", by="receipts", amount="1 750", text="Invoice of the clinic")
    look(officer, "receipts")
    press(head, "Close", "The grant is closed.")
    assert "Nobody has to do anything with it." in words(head)


def test_the_fast_track_on_a_phone_with_its_second_signature(town: Town) -> None:
    asked = Asked(town.world)
    asked.act("submit", "officer")
    address = f"{town.address}/grants/{asked.id}"
    head = comes_in(town, HEAD, phone=True)
    head.goto(address)
    approve(head, "Approve before it is verified", "The second signature falls due.", text="They come tonight.")
    finance = comes_in(town, FINANCE)
    finance.goto(address)
    press(finance, "Commit", "Committed.")
    head.reload()
    head.get_by_role("link", name="Clear for payment").click()
    head.get_by_role("button", name="Clear for payment").click()
    head.get_by_text("Before the second signature only a small part is paid.").first.wait_for()
    look(head, "fast-too-much")
    head.locator("#amount").fill("100,000")
    head.get_by_role("button", name="Clear for payment").click()
    head.get_by_text("Cleared for payment.").first.wait_for()
    press(finance, "Pay a part", "This part is paid.", button=PAID, text="Cash, against a receipt")
    look(finance, "fast-second-signature")
    press(finance, "Sign as the second", "All of it can be paid now.", checks=True)
    press(head, "Clear for payment", "Cleared for payment.")
    press(finance, "Pay all of it", "Paid. Receipts fall due.", button=PAID, text="Bank 4712")
    officer = comes_in(town, OFFICER)
    officer.goto(address)
    press(officer, "The money has arrived", "Receipts are due.", text="She called.")
    press(
        officer,
        "Record receipts",
        "Recorded.",
        by="receipts",
        amount="180,000",
        text="Receipts of counsel and of the driver",
    )
    press(head, "Close", "The grant is closed.")
    assert asked.state == "closed"
