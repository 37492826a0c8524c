"""Decisions on grants in a real browser, scripts off: from the list to the signature, with the second factor asked in
between; the head's own request by headquarters and home again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from tests.grants.asking import WHO, Asked
from tests.journeys.conftest import Town, look, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
HEAD, OFFICER, APPROVER = WHO["head"], WHO["officer"], WHO["approver"]


def words(page: Page) -> str:
    return page.locator("main").inner_text()


def answer_tests(page: Page) -> None:
    for name in ("test_is_defender", "test_because_of_work", "test_no_other_support"):
        page.locator(f"[name={name}][value=yes]").check()


def test_from_the_list_to_the_signature(town: Town) -> None:
    asked = Asked(town.world)
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    cookie = town.world.demonstration.cookies[HEAD]
    with (
        town.world.database.main.writing() as session,
        town.world.demonstration.sessions.holding(session, cookie) as held,
    ):
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=6)
    page = town.sit_down(HEAD)
    page.get_by_role("link", name="Grants").click()
    page.get_by_role("link", name="Salma Mithal").first.click()
    look(page, "decision-desktop")
    page.get_by_role("button", name="Approve less").or_(page.get_by_role("link", name="Approve less")).click()
    answer_tests(page)
    page.locator("#amount").fill("100 000")
    page.locator("#text").fill("Two counsel are enough.")
    page.get_by_role("button", name="Approve less").click()
    page.locator("input[autocomplete=one-time-code]").fill(town.code(HEAD))
    page.locator("main form button").first.click()
    assert "Two counsel are enough." in page.content()
    page.locator("main form button").first.click()
    page.get_by_text("Less is approved.").wait_for()
    assert asked.state == "approved"
    asked.act("commit", "finance")
    phone = town.sit_down(HEAD, phone=True)
    phone.goto(f"/grants/{asked.id}")
    look(phone, "decision-phone")
    phone.get_by_role("link", name="Clear for payment").click()
    phone.get_by_role("button", name="Clear for payment").click()
    phone.get_by_text("Cleared for payment. Finance pays it next.").wait_for()
    assert asked.state == "released"


def test_the_heads_own_request_goes_to_headquarters_and_comes_home(town: Town) -> None:
    asked = Asked(town.world, who="head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    head = town.sit_down(HEAD)
    head.goto(f"/grants/{asked.id}")
    assert "You asked for this grant yourself." in words(head)
    officer = town.sit_down(OFFICER)
    officer.goto(f"/grants/{asked.id}")
    officer.get_by_role("link", name="Send headquarters the decision sheet").click()
    officer.locator("#reasons").fill("Counsel is not paid, and the trial begins on Sunday.")
    officer.get_by_role("button", name="Send").click()
    officer.get_by_text("Sent. An approver at headquarters reads it and decides.").wait_for()
    approver = town.sit_down(APPROVER)
    approver.get_by_role("link", name="Grants").click()
    approver.get_by_role("link", name="A grant").click()
    assert "Salma" not in words(approver)
    approver.get_by_role("link", name="Approve", exact=True).click()
    answer_tests(approver)
    approver.locator("#text").fill("Agreed.")
    approver.get_by_role("button", name="Approve", exact=True).click()
    approver.get_by_text("Approved. Finance commits it next").wait_for()
    officer.goto(f"/grants/{asked.id}")
    assert "Agreed." in words(officer)
    assert asked.state == "approved"
