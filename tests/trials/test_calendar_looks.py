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
from tests.cases.test_case_looks import browser_of
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


def _looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    look(page, name)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
