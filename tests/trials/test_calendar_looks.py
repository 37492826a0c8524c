"""The calendar in a browser without scripts: looked at, asked by axe, in both directions, on a phone; and on paper."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.offices.facts import Holiday, add_holidays
from hrd_cases.offices.models import Office
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import set_for
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried
from tests.world import World

__all__ = ["town"]
pytestmark = pytest.mark.browser
MONTH = date(2027, 3, 1)
AHEAD = "2027-03"
PAGES = {
    "month": f"/hearings?on={AHEAD}-01",
    "week": f"/hearings?view=week&on={AHEAD}-09",
    "list": f"/hearings?view=list&on={AHEAD}-01",
    "mine": f"/hearings?on={AHEAD}-01&whose=mine",
    "empty": "/hearings?on=2030-01-01",
    "which-trial": "/hearings/new",
    "who-goes": "/hearings/who-goes?until-day=31&until-month=12&until-year=2027",
}


def filled(world: World) -> None:
    """A month of the delegation in Cairo with everything that a calendar may have to say."""
    names = ("سلمى عبد الرحمن المثال", "Nour Mithal", "Karim Mithal")
    files = [Filed(world, OFFICER, "EG", name) for name in names]
    cairo = Tried(world, files[:1], place="Cairo")
    aswan = Tried(world, files[1:], place="Aswan", court="Aswan Felony Court")
    abroad = Tried(world, files[2:], zone="Asia/Shanghai", place="Beijing", court="Ruritanian Court of Beijing")

    def on(day: int, clock: time | None = time(9, 30), zone: str = "Africa/Cairo", part: Part = Part.UNKNOWN) -> Any:
        return set_for(MONTH.replace(day=day), zone, clock, part)

    cairo.schedule(when=on(2), kind="bail")
    first, second = cairo.schedule(when=on(9), kind="witness"), aswan.schedule(when=on(9, time(11)), kind="verdict")
    cairo.assign(first, DEPUTY)
    aswan.assign(second, DEPUTY)
    mine = cairo.schedule(when=on(10, None, part=Part.MORNING), kind="custody_renewal", backup=member(world, HEAD))
    cairo.act(mine, Act.GO_MYSELF)
    gone = aswan.schedule(when=on(16))
    aswan.act(gone, Act.CANCEL, reason="other", note="Withdrawn by the court")
    wanted = aswan.schedule(when=on(17, None), kind="appeal")
    aswan.act(wanted, Act.REQUEST_OBSERVER)
    abroad.schedule(when=on(24, time(3), "Asia/Shanghai"), observer=Observer(name="E. Exemple", embassy="Utopia"))
    with world.acting(HEAD) as (session, visitor):
        office = session.get_one(Office, visitor.office_id)
        holiday = Holiday(MONTH.replace(day=30), "Sample feast")
        add_holidays(session, office, [holiday], "sample calendar, printed 2026-01-05")


def member(world: World, sign_in: str) -> Observer:
    return Observer(member_id=world.demonstration.members[sign_in])


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "dark"), ("ar", DESKTOP, "dark"), ("ar", PHONE, "light")],
    ids=["english", "english, phone", "arabic", "arabic, phone"],
)
def test_calendars_are_no_barrier(town: Town, language: str, size: tuple[int, int], mode: str) -> None:
    filled(town.world)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, OFFICER, size, mode)
    for name, address in PAGES.items():
        page.goto(address)
        _looked_at(page, f"calendar-{name}-{language}-{size[0]}", size)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def test_fourteen_days_on_paper(town: Town) -> None:
    filled(town.world)
    page = browser_of(town, OFFICER, DESKTOP, "dark")
    page.goto(f"/hearings/sheet?on={AHEAD}-09")
    _looked_at(page, "calendar-sheet", DESKTOP)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    _looked_at(page, f"calendar-sheet-{PHONE[0]}", PHONE)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.emulate_media(media="print")
    look(page, "calendar-paper")
    table = page.locator(".app-sheet-table")
    assert table.locator("tbody tr").count() == 4
    colours = page.evaluate(
        "[...document.querySelectorAll('.app-paper *')].map(one => getComputedStyle(one).color).join(';')"
    )
    assert set(colours.split(";")) <= {"rgb(0, 0, 0)", "rgb(18, 23, 28)"}, "black"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light", "on white"
    assert "Leave now" not in page.locator("body").inner_text()


def test_a_calendar_is_turned_and_narrowed_by_keyboard(town: Town) -> None:
    filled(town.world)
    page = browser_of(town, OFFICER, DESKTOP, "light")
    page.goto(f"/hearings?on={AHEAD}-01")
    _press(page, "Month after")
    assert "on=2027-04-01" in page.url
    _press(page, "Month before")
    _press(page, "Week")
    assert "view=week" in page.url
    _tab_to(page, "whose")
    page.keyboard.press("ArrowDown")
    _press(page, "Show")
    assert "whose=mine" in page.url
    assert page.locator("select#whose").input_value() == "mine"


def _press(page: Page, name: str) -> None:
    """Tab from the top of the page to a link or button, and press it."""
    _tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("[document.activeElement.innerText.trim(), document.activeElement.id]")
        if name in focused:
            return
    raise AssertionError(f"no way by keyboard to {name}")


def _looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    look(page, name)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
