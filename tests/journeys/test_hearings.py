"""A hearing from the file to the next date, in a real browser with scripts off: scheduled, seen on the calendar, its
result recorded on a phone, the chain shown; a session that ends in the middle of the form takes nothing away.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases import demo
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import name_of
from hrd_cases.trials.life import Act
from hrd_cases.trials.times import set_for
from tests.cases.acting import Filed
from tests.journeys.conftest import Town, look, town
from tests.trials.trying import DEPUTY, OFFICER, ZONE, Tried

__all__ = ["town"]
pytestmark = pytest.mark.browser
CAIRO = ZoneInfo("Africa/Cairo")


def type_day(page: Page, on: date) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"[name='on-{part}']").fill(str(getattr(on, part)))


def words(page: Page) -> str:
    return page.locator("main").inner_text()


@pytest.fixture
def files(town: Town) -> list[Filed]:
    return [Filed(town.world, OFFICER, "EG", name) for name in ("Salma Mithal", "Karim Mithal")]


def test_from_the_file_to_the_next_date_of_the_chain(town: Town, files: list[Filed]) -> None:
    tried = Tried(town.world, files)
    today = datetime.now(CAIRO).date()
    page = town.sit_down(OFFICER)
    page.goto(f"/cases/{files[1].id}")
    page.get_by_role("link", name="Schedule a hearing").click()
    page.locator("#kind").select_option("main_trial")
    type_day(page, today)
    page.locator("#hour").fill("23:59")
    page.locator("#room").fill("Hall 4")
    page.get_by_role("button", name="Schedule it").click()
    page.get_by_text("The hearing is set:").wait_for()
    assert "23:59 at the court (Cairo)" in words(page)
    page.get_by_role("link", name="Go myself").click()
    page.get_by_role("button", name="Go myself").click()
    page.get_by_role("button", name="Mark as done").first.click()
    page.get_by_text("5 things are left to do.").wait_for()
    first = page.url
    page.goto("/hearings")
    page.get_by_role("link", name="Main trial session").first.click()
    assert page.url == first

    # It began earlier than announced.
    tried.act(uuid.UUID(first.rsplit("/", 1)[1]), Act.MOVE, new=set_for(today, ZONE, time(0)))
    phone = town.sit_down(OFFICER, phone=True)
    phone.goto(first)
    phone.get_by_role("link", name="Record the result").click()
    phone.get_by_label("Yes", exact=True).first.check()
    assert not phone.locator("#reason").is_visible(), "what does not apply steps back"
    phone.locator("#outcome").select_option("evidence_heard")
    phone.locator("#accused").select_option("yes")
    phone.locator("#counsel").select_option("no")
    phone.locator("#access").select_option("seated_apart")
    phone.get_by_label("A new date").check()
    type_day(phone, today + timedelta(days=21))
    look(phone, "hearing-result-typed")
    phone.get_by_role("button", name="Save").click()
    phone.get_by_text("The next hearing is set:").wait_for()
    assert "Seated apart" in words(phone)
    phone.get_by_role("link", name="Main trial session,").first.click()
    assert "This one is 21 days after the one before." in words(phone)
    assert "Evidence heard" in words(phone)
    for file in files:
        phone.goto(f"/cases/{file.id}")
        assert f"{today + timedelta(days=21):%-d %B %Y}" in words(phone), "seen from each file"


def test_a_session_that_ends_in_the_middle_of_the_result_takes_nothing_away(town: Town, files: list[Filed]) -> None:
    tried = Tried(town.world, files)
    first = tried.schedule(0)
    page = town.sit_down(OFFICER)
    page.goto(f"/trials/{tried.id}/hearings/{first}/result")
    page.get_by_label("Yes", exact=True).first.check()
    page.locator("#outcome").select_option("convicted")
    page.locator("#text").fill("Five years, read out in two minutes.")
    page.get_by_label("No further hearing is expected").check()
    cookie = name_of(town.world.demonstration.cookies[OFFICER])
    with town.world.database.main.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.id == cookie).values(sealed=None))
    page.get_by_role("button", name="Save").click()
    assert "Recorded." not in page.content()
    page.goto("/unlock")
    page.locator("input[type=password]").fill(demo.PASSPHRASE)
    if page.locator("input[name=code]").count():
        page.locator("input[name=code]").fill(town.code(OFFICER))
    page.locator("main form button").first.click()
    page.goto("/not-sent")
    page.locator("main a[href*='/not-sent/']").first.click()
    look(page, "hearing-result-kept")
    assert "Five years, read out in two minutes." in page.content()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Recorded.").wait_for()
    assert "Convicted" in words(page)


def test_a_colleague_was_first_and_both_stand_beside_one_another(town: Town, files: list[Filed]) -> None:
    tried = Tried(town.world, files)
    first = tried.schedule(0)
    mine, theirs = town.sit_down(OFFICER, phone=True), town.sit_down(DEPUTY)
    for page, outcome, text in ((mine, "convicted", "Five years."), (theirs, "judgment_reserved", "In two weeks.")):
        page.goto(f"/trials/{tried.id}/hearings/{first}/result")
        page.get_by_label("Yes", exact=True).first.check()
        page.locator("#outcome").select_option(outcome)
        page.locator("#text").fill(text)
        page.get_by_label("No new date yet").check()
    theirs.get_by_role("button", name="Save").click()
    theirs.get_by_text("Recorded.").wait_for()
    mine.get_by_role("button", name="Save").click()
    for said in ("Convicted", "Judgment reserved", "Five years.", "In two weeks."):
        assert said in words(mine)
    look(mine, "hearing-result-conflict")
    mine.get_by_role("button", name="Save both texts").click()
    mine.get_by_text("Recorded.").wait_for()
    came = tried.hearing(first).result
    assert came is not None
    assert (came.outcome, came.text) == ("convicted", "In two weeks.\n\nFive years.")
