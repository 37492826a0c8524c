"""Emergency money from the file to finance, in a real browser with scripts off: asked for part by part, submitted,
asked about and answered on a phone, changed, withdrawn; a session that ends among the lines takes nothing away.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases import demo
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import name_of
from tests.grants.asking import WHO, Asked
from tests.journeys.conftest import Town, look, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
OFFICER, FINANCE, HEAD = WHO["officer"], WHO["finance"], WHO["head"]


def words(page: Page) -> str:
    return page.locator("main").inner_text().replace("\xa0", " ")


def type_line(page: Page, number: int, kind: str, what: str, how_many: str, price: str) -> None:
    page.locator(f"[name='lines-{number}-category']").select_option(kind)
    page.locator(f"[name='lines-{number}-description']").fill(what)
    page.locator(f"[name='lines-{number}-quantity']").fill(how_many)
    page.locator(f"[name='lines-{number}-unit_price']").fill(price)


@pytest.fixture
def asked(town: Town) -> Asked:
    """A file from which money was asked for before, of somebody who agreed to it."""
    return Asked(town.world)


def submitted(page: Page, asked: Asked) -> str:
    """Asked for from the file, with what goes wrong on the way; where it stands."""
    page.goto(f"/cases/{asked.file.id}")
    page.get_by_role("link", name="Ask for an emergency grant").click()
    assert page.locator("#currency").input_value() == "EGP"
    page.locator("#purpose").select_option("medical")
    page.locator("#why_now").fill("The operation is on Thursday.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The request is begun").wait_for()
    type_line(page, 0, "medical", "Operation", "1", "1.500")
    type_line(page, 1, "secure_transport", "Taxi", "2,5", "one hundred")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“one hundred” is not a sum of money.").first.wait_for()
    look(page, "grant-lines-wrong")
    assert page.locator("[name='lines-0-unit_price']").input_value() == "1.500", "nothing typed is lost"
    page.locator("[name='lines-1-unit_price']").fill("١٠٠")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    assert "EGP 1,750.00" in words(page)
    assert "€33.40" in words(page)
    page.get_by_role("button", name="Save and go on").click()
    page.locator("#payee").fill("Example clinic")
    page.locator("#channel").select_option("supplier")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Something is missing").wait_for()
    look(page, "grant-missing")
    page.get_by_role("link", name="Say what receiving it may bring").click()
    assert page.url.endswith("/payee#danger")
    page.locator("#danger").select_option("none_known")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("Submitted.").wait_for()
    assert "It waits for finance." in words(page)
    return page.url


def test_from_the_file_to_finance_and_back(town: Town, asked: Asked) -> None:
    page = town.sit_down(OFFICER)
    address = submitted(page, asked)

    finance = town.sit_down(FINANCE)
    finance.goto(address)
    assert "Thursday" not in words(finance)
    assert "Example clinic" in words(finance)
    finance.get_by_role("link", name="Ask", exact=True).click()
    finance.get_by_label("What do you want to know?").fill("Which account?")
    finance.get_by_role("button", name="Ask").click()
    finance.get_by_text("Asked.").wait_for()

    phone = town.sit_down(OFFICER, phone=True)
    phone.goto(address)
    look(phone, "grant-question")
    phone.get_by_role("link", name="Answer what was asked").first.click()
    phone.get_by_label("Your answer").fill("The one on their invoice.")
    phone.get_by_role("button", name="Answer").click()
    phone.get_by_text("Answered.").wait_for()
    phone.get_by_role("link", name="Change the payee or the sum").click()
    phone.locator("[name='lines-0-unit_price']").fill("2000")
    phone.get_by_label("Why it changes").fill("The clinic wants more.")
    look(phone, "grant-change")
    phone.get_by_role("button", name="Change it, and submit it anew").click()
    phone.get_by_text("Changed.").wait_for()
    assert "EGP 2,250.00" in words(phone)
    finance.reload()
    assert "The one on their invoice." in words(finance)
    assert "EGP 2,250.00" in words(finance)
    phone.get_by_role("link", name="Withdrawn by the defender").click()
    phone.get_by_role("button", name="Record that it is withdrawn").click()
    phone.get_by_text("It is withdrawn.").wait_for()
    page.goto(f"/cases/{asked.file.id}/timeline/1")
    assert "Emergency grant: Withdrawn by the defender" in words(page)


def test_a_session_that_ends_among_the_lines_takes_nothing_away(town: Town, asked: Asked) -> None:
    page = town.sit_down(OFFICER)
    page.goto(f"/grants/{asked.id}/lines")
    type_line(page, 2, "medical", "Bandages for two weeks", "12", "15,50")
    cookie = name_of(town.world.demonstration.cookies[OFFICER])
    with town.world.database.main.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.id == cookie).values(sealed=None))
    page.get_by_role("button", name="Save", exact=True).click()
    assert "Saved." not in page.content()
    page.goto("/unlock")
    page.locator("input[type=password]").fill(demo.PASSPHRASE)
    if page.locator("input[name=code]").count():
        page.locator("input[name=code]").fill(town.code(OFFICER))
    page.locator("main form button").first.click()
    page.goto("/not-sent")
    page.locator("main a[href*='/not-sent/']").first.click()
    look(page, "grant-lines-kept")
    assert "Bandages for two weeks" in page.content()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved.").wait_for()
    assert "EGP 180,186.00" in words(page)
