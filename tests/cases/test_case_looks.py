"""A case file in a browser without scripts: looked at, asked by axe, in both directions; and on paper."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from tests.browser import DESKTOP, PHONE
from tests.cases.conftest import Recording, recorded
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
PAGES = ("", "/add/person", "/add/incident", "/add/meeting", "/timeline/1", "/print")


@pytest.fixture
def case_id(town: Town) -> uuid.UUID:
    found = Recording(town.world).by("officer.cairo", recorded("EG", "سلمى عبد الرحمن المثال")).case_id
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("ar", PHONE, "dark")],
    ids=["english", "arabic, phone"],
)
def test_no_page_of_a_file_is_a_barrier(
    town: Town, case_id: uuid.UUID, language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, "officer.cairo", size, mode)
    for path in PAGES:
        page.goto(f"/cases/{case_id}{path}")
        look(page, f"case{path.replace('/', '-')}-{language}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_of_two_officers_who_correct_the_same_the_second_reads_both(town: Town, case_id: uuid.UUID) -> None:
    first, second = (browser_of(town, one, DESKTOP, "light") for one in ("officer.cairo", "deputy.cairo"))
    for page in (first, second):
        page.goto(f"/cases/{case_id}")
        page.locator("article", has_text="Taken.").get_by_role("link", name="Correct").click()
    first.locator("#text").fill("Taken from her office.")
    first.get_by_role("button", name="Save").click()
    second.locator("#text").fill("أُخذت من بيتها")
    second.get_by_role("button", name="Save").click()
    look(second, "case-conflict")
    no_barriers(second)
    assert "Taken from her office." in second.locator("main").inner_text()
    second.get_by_role("button", name="Save what I changed on top").click()
    second.get_by_role("link", name=re.compile("What stood before")).click()
    look(second, "case-history")
    no_barriers(second)
    assert "Taken from her office." in second.locator("main").inner_text()


def test_marking_and_number_stand_on_every_page_of_paper(town: Town, case_id: uuid.UUID) -> None:
    page = browser_of(town, "officer.cairo", DESKTOP, "light")
    page.goto(f"/cases/{case_id}/print")
    page.emulate_media(media="print")
    look(page, "case-paper")
    head = "getComputedStyle(document.querySelector('.app-paper__head'))"
    # Browsers repeat the head of a table on every page only if it may not be broken.
    assert page.evaluate(f"{head}.display + ' ' + {head}.breakInside") == "table-header-group avoid"
    assert page.evaluate("getComputedStyle(document.querySelector('.app-paper')).display") == "table"
    assert re.search(r"SENSITIVE.*Export [A-Z]{5}-[A-Z]{5}", page.locator(".app-paper__head").inner_text())
    rules = page.evaluate("[...document.styleSheets].flatMap(one => [...one.cssRules]).map(one => one.cssText).join()")
    assert 'counter(page) " / " counter(pages)' in rules
    assert "Leave now" not in page.locator("body").inner_text()
