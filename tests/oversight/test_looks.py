"""The auditor's and the administrator's pages in a real browser, scripts off: walked, looked at, asked by axe."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from tests.journeys.conftest import Town, look, no_barriers

pytestmark = pytest.mark.browser


def test_the_auditor_searches_reads_and_checks_the_trail(town: Town):
    page = town.sit_down("auditor.hq")
    page.get_by_role("link", name="Audit trail").click()
    expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    look(page, "oversight-trail")
    page.get_by_text("Search the trail").click()
    look(page, "oversight-search")
    page.get_by_label("Who did it").fill("nobody.here")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Nobody has this sign-in name.")).to_be_visible()
    look(page, "oversight-search-errors")
    page.get_by_label("Who did it").fill("head1.hq")
    page.get_by_label("What happened").select_option(label="Charter proposed")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("cell", name="Proposed charter").first).to_be_visible()
    assert "head1" not in page.url
    look(page, "oversight-found")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="An entry of the audit trail")).to_be_visible()
    look(page, "oversight-entry")
    page.get_by_role("link", name="Audit trail").first.click()
    page.get_by_role("link", name="Check the whole trail").click()
    page.get_by_label("Daily counts").fill("1 1234")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Line 1 is no daily count").first).to_be_visible()
    look(page, "oversight-check-errors")
    page.get_by_label("Daily counts").fill("1 " + "00" * 32)
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("this entry is not the one that was mailed out")).to_be_visible()
    look(page, "oversight-found-wrong")
    page.get_by_role("link", name="Check the trail").click()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("are as they were written")).to_be_visible()
    look(page, "oversight-checked")


def test_the_administrator_sees_whether_everything_runs(town: Town):
    page = town.sit_down("admin.hq")
    page.get_by_role("link", name="Running").click()
    expect(page.get_by_role("heading", name="Running")).to_be_visible()
    look(page, "oversight-running")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone(town: Town, language: str):
    with town.world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "auditor.hq").values(language=language))
    page = town.sit_down("auditor.hq", phone=True, language=language)
    for path, name in (("/trail", "trail"), ("/trail/40", "entry"), ("/trail/check", "check"), ("/running", "running")):
        page.goto(path)
        look(page, f"oversight-{name}-phone-{language}")


@pytest.mark.parametrize(("language", "mode"), [("en", "light"), ("ar", "dark")])
def test_axe_finds_no_barrier_in_the_midst_of_something(town: Town, language: str, mode: Literal["light", "dark"]):
    """The pages at rest are asked among all others; here are errors, findings and a search."""
    with town.world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "auditor.hq").values(language=language))
    context = town.browser.new_context(base_url=town.address, color_scheme=mode, bypass_csp=True)
    town.contexts.append(context)
    cookie = town.world.demonstration.cookies["auditor.hq"]
    context.add_cookies([{"name": guards.COOKIE, "value": cookie, "domain": "127.0.0.1", "path": "/", "secure": True}])
    page = context.new_page()
    page.goto("/trail")
    page.locator("summary").click()
    no_barriers(page)
    page.locator("#actor").fill("nobody.here")
    page.locator("main form button").click()
    no_barriers(page)
    page.locator("#actor").fill("head1.hq")
    page.locator("main form button").click()
    no_barriers(page)
    for counts in ("1 1234", "1 " + "00" * 32, ""):
        page.goto("/trail/check")
        page.locator("#counts").fill(counts)
        page.locator("main form button").click()
        no_barriers(page)
