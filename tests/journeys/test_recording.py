"""C1 of the sample world recorded from nothing, in her own script, from a phone, scripts off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.door import guards
from tests.browser import DESKTOP, PHONE
from tests.journeys.conftest import Town, look, no_barriers

SALMA = "سلمى عبد الرحمن المثال"
STEPS = ("where", "who", "reach", "what", "people", "people/add/source", "people/add/family", "about", "check", "drop")
LOOKS = [("en", "light", DESKTOP), ("ar", "dark", PHONE)]


def in_a_browser(town: Town, sign_in: str, language: str, mode: Any, size: tuple[int, int]) -> Page:
    """A browser that may run axe; the pages themselves have no scripts."""
    context = town.browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme=mode,
        base_url=town.address,
        bypass_csp=True,
    )
    context.set_default_timeout(10_000)
    town.contexts.append(context)
    cookie = town.world.demonstration.cookies[sign_in]
    context.add_cookies(
        [{"name": guards.COOKIE, "value": cookie, "domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}]
    )
    return context.new_page()


def _typed(page: Page, country: str, name: str, what: str, urgency: str) -> None:
    page.get_by_label("Country").select_option(label=country)
    page.get_by_label("Who is at risk").fill(name)
    page.get_by_label("What happened", exact=True).fill(what)
    page.get_by_label(urgency, exact=True).check()


def test_c1_from_a_phone_by_the_quick_path(town: Town) -> None:
    page = town.sit_down("officer.cairo", phone=True)
    page.goto("/cases/new")
    look(page, "recording-quick-phone")
    assert page.get_by_label("Country").input_value() == "EG", "the only country of the office is chosen"
    _typed(page, "Egypt", SALMA, "أُخذت من مكتبها هذا الصباح.", "High")
    page.get_by_role("button", name="Open the file").click()
    assert "/cases/" in page.url
    assert SALMA in page.content()
    look(page, "recording-c1-opened-phone")


def test_the_quick_path_by_keyboard_alone(town: Town) -> None:
    page = town.sit_down("officer.cairo", phone=True)
    page.goto("/cases/new")
    page.get_by_label("Who is at risk").focus()
    page.keyboard.type(SALMA)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Taken this morning.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Critical", exact=True).is_checked()
    page.get_by_label("Who is at risk").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*-*")
    assert SALMA in page.content()


def test_a_file_recorded_elsewhere_reaches_its_officer(town: Town) -> None:
    page = town.sit_down("officer.cairo", phone=True)
    page.goto("/cases/new")
    _typed(page, "Belarus", "Алёна Міхайлаўна Прыкладная", "Затрымана.", "Critical")
    page.get_by_role("button", name="Open the file").click()
    assert "Minsk" in page.content()
    look(page, "recording-sent-phone")
    page.goto("/cases/drafts")
    assert "You have no drafts" in page.content()
    minsk = town.sit_down("officer.minsk")
    minsk.goto("/cases")
    assert "Алёна Міхайлаўна Прыкладная" in minsk.content()


def test_what_is_missing_is_said_and_the_page_keeps_what_was_typed(town: Town) -> None:
    page = town.sit_down("officer.cairo", phone=True)
    page.goto("/cases/new")
    page.get_by_label("Who is at risk").fill(SALMA)
    page.get_by_role("button", name="Open the file").click()
    assert page.get_by_label("Who is at risk").input_value() == SALMA
    look(page, "recording-errors-phone")


@pytest.mark.parametrize(("language", "mode", "size"), LOOKS, ids=["left-to-right", "right-to-left phone"])
def test_no_page_of_recording_has_a_barrier(town: Town, language: str, mode: Any, size: tuple[int, int]) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = in_a_browser(town, "officer.cairo", language, mode, size)
    page.goto("/cases/new")
    page.locator("input[name=name]").fill(SALMA)
    page.locator("button[value=more]").click()
    steps = page.url
    office = town.world.demonstration.offices["DEL_EGY"]
    paths = [f"{steps}/{step}" for step in STEPS]
    for path in ("/cases/new", "/cases/new/list", "/cases/drafts", steps, *paths, f"/offices/{office}/absences"):
        page.goto(path)
        name = path.removeprefix(steps).replace(str(office), "").strip("/").replace("/", "-") or "steps"
        look(page, f"recording-{language}-{name}")
        no_barriers(page)
    page = in_a_browser(town, "desk.hq", language, mode, size)
    page.goto("/offices/duty")
    look(page, f"recording-{language}-duty")
    no_barriers(page)
