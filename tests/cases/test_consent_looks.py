"""Consent in a browser without scripts: what is not allowed now, the conversation with somebody new, both texts of two;
looked at, asked by axe, in both directions.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
STATEMENT = {"next_step": "Issue a statement", "next_step_kind": "statement"}


@pytest.fixture
def file(town: Town) -> Filed:
    filed = Filed(town.world, "officer.cairo", "EG", "سلمى عبد الرحمن المثال", **STATEMENT)
    filed.talk(media="given", un_letter="impossible")
    return filed


def looked_at(page: Page, name: str, width: int) -> None:
    look(page, name)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_languages_to_read_aloud_in_stand_beside_one_another(town: Town, file: Filed) -> None:
    page = browser_of(town, "officer.cairo", PHONE, "light")
    page.goto(file.path("conversation"))
    buttons = page.locator('main form button[name="words"]')
    boxes = [box for one in buttons.all() if (box := one.bounding_box()) is not None]
    rows = {round(box["y"]) for box in boxes}
    assert buttons.count() > 2
    assert len(rows) <= (buttons.count() + 1) // 2
    looked_at(page, "conversation-languages", PHONE[0])


SAVE = "main form .govuk-button:not([name])"


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("ar", PHONE, "dark")],
    ids=["english", "arabic, phone"],
)
def test_what_is_not_allowed_and_who_calls_is_no_barrier(
    town: Town, file: Filed, language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, "officer.cairo", size, mode)
    page.goto(f"/cases/{file.id}")
    looked_at(page, f"next-step-held-{language}", size[0])
    page.goto(file.path("act"))
    page.locator("#kind").select_option("statement")
    page.locator("#addressee").fill("The press")
    page.locator("main form button").click()
    looked_at(page, f"act-refused-{language}", size[0])
    page.locator("main a[href$='/conversation']").last.click()
    page.locator("details").first.locator("summary").click()
    page.locator("#new_name").fill("هدى")
    page.locator("#new_relation").fill("Her sister")
    page.locator("#standing-3").check()
    page.locator("#answer_media").check()
    page.locator("#hour").fill("never")
    page.locator(SAVE).click()
    assert page.locator("#new_name").input_value() == "هدى"
    looked_at(page, f"conversation-newcomer-{language}", size[0])
    page.locator("#hour").fill("")
    page.locator(SAVE).click()
    looked_at(page, f"consent-after-{language}", size[0])
    page.goto(file.path("conversation?back=media"))
    looked_at(page, f"consent-taken-back-{language}", size[0])


def test_both_texts_of_two_officers_are_saved_by_one_press(town: Town, file: Filed) -> None:
    first, second = (browser_of(town, one, DESKTOP, "light") for one in ("officer.cairo", "deputy.cairo"))
    for page in (first, second):
        page.goto(f"/cases/{file.id}")
        page.locator("article", has_text="Taken.").get_by_role("link", name="Correct").click()
    first.locator("#text").fill("Taken from her office.")
    first.get_by_role("button", name="Save").click()
    second.locator("#text").fill("أُخذت من بيتها")
    second.get_by_role("button", name="Save").click()
    looked_at(second, "conflict-both-texts", DESKTOP[0])
    second.get_by_role("button", name="Save both texts").click()
    words = second.locator("main").inner_text()
    assert "Taken from her office." in words
    assert "أُخذت من بيتها" in words
