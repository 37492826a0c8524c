"""The list and the search in a browser without scripts: looked at, asked by axe, in both directions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from tests.bench.bench_pages import fill
from tests.browser import DESKTOP, PHONE
from tests.cases.looking import browser_of
from tests.cases.test_standing_in import absent, leave
from tests.journeys.conftest import Town, look, no_barriers, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
FILES = 120
LISTS = {
    "list": "/cases",
    "list-narrowed": "/cases?state=every&risk=high&order=name",
    "list-empty": "/cases?theme=land&flag=&next_until.day=1&next_until.month=1&next_until.year=2001",
    "today": "/",
}
SOUGHT = {"found": "محمد", "found-in-another-script": "Aleksey", "found-nothing": "Qwrtzpsdf"}


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "dark"), ("ar", DESKTOP, "dark"), ("ar", PHONE, "light")],
    ids=["english", "english, phone", "arabic", "arabic, phone"],
)
def test_lists_and_searches_are_no_barrier(town: Town, language: str, size: tuple[int, int], mode: str) -> None:
    fill(town.world, "officer.cairo", FILES)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, "officer.cairo", size, mode)
    for name, address in LISTS.items():
        page.goto(address)
        _looked_at(page, f"{name}-{language}-{size[0]}", size)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    for name, text in SOUGHT.items():
        page.goto("/cases/search")
        page.locator("#text").fill(text)
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        assert page.url.endswith("/cases/search/found"), "what was looked for is in no address"
        assert (page.locator(".govuk-task-list__item").count() > 0) == (name != "found-nothing")
        _looked_at(page, f"{name}-{language}-{size[0]}", size)


def test_red_lines_of_files_that_are_nobody_s_are_no_barrier(town: Town) -> None:
    fill(town.world, "officer.cairo", FILES)
    leave(town.world, "officer.cairo")
    absent(town.world, "deputy.cairo")
    page = browser_of(town, "head.cairo", PHONE, "light")
    page.goto("/")
    assert page.get_by_role("region", name="Nobody’s").count() == 1
    _looked_at(page, f"today-nobody-{PHONE[0]}", PHONE)


def _looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    look(page, name)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
