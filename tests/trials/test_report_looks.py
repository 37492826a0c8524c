"""The pages of a report in a browser without scripts: looked at, asked by axe, in both directions; and from a hearing
that is assigned to a report that the head has reviewed.
"""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.trials.details import Observed, Observer
from hrd_cases.trials.life import State
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.reporting import Reporting, a_report, observed
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, in_days

__all__ = ["town"]
pytestmark = pytest.mark.browser


@pytest.fixture
def tried(town: Town) -> Tried:
    return Tried(town.world, [Filed(town.world, OFFICER, "EG", "سلمى عبد الرحمن المثال")], stage="trial")


@pytest.fixture
def reported(tried: Tried) -> uuid.UUID:
    """Six hearings with reports; of the last the pages are shown."""
    for ago, said in enumerate(("violated", "violated", "partly", "respected", "respected"), 1):
        when = in_days(-9 * ago, None)
        earlier = Reporting(tried, observed(tried, Observer(name="A colleague"), when=when), OFFICER)
        earlier.save(
            items=(Observed(item="f05", said=said, basis="seen"), Observed(item="f09", said="violated", basis="seen"))
        )
        earlier.file()
    return a_report(tried, OFFICER, kind="bail")


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("ar", PHONE, "dark")],
    ids=["english", "arabic, phone"],
)
def test_no_page_of_a_report_is_a_barrier(
    town: Town, tried: Tried, reported: uuid.UUID, language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    here = f"/trials/{tried.id}/hearings/{reported}/report"
    pages = {
        "report": here,
        "report-room": f"{here}/room",
        "report-items": f"{here}/items-1",
        "report-after": f"{here}/after",
        "report-file": f"{here}/file",
        "report-trend": f"/trials/{tried.id}/checklist",
    }
    for_head = {"report-to-review": here, "report-review": f"{here}/review", "report-changes": f"{here}/changes"}
    for who, paths in ((OFFICER, pages), (HEAD, for_head)):
        page = browser_of(town, who, size, mode)
        for name, path in paths.items():
            page.goto(path)
            look(page, f"{name}-{language}")
            no_barriers(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_a_report_on_paper_says_that_nobody_has_reviewed_it(town: Town, tried: Tried, reported: uuid.UUID) -> None:
    page = browser_of(town, DEPUTY, DESKTOP, "light")
    page.goto(f"/trials/{tried.id}/hearings/{reported}/report")
    page.emulate_media(media="print")
    look(page, "report-on-paper")
    assert page.get_by_text("Report: filed, not reviewed").is_visible()
    assert page.get_by_text("has to be marked as not reviewed").is_visible()
    for button in ("Review the report", "Ask for changes"):
        assert not page.get_by_text(button).is_visible()


def choose(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group).get_by_label(answer, exact=True).check()


def test_from_the_hearing_to_a_report_that_the_head_has_reviewed(town: Town, tried: Tried) -> None:
    """Assigned, held, its result recorded, reported page by page, reviewed."""
    hearing_id = tried.schedule(when=in_days(0, None), kind="bail")
    here = f"/trials/{tried.id}/hearings/{hearing_id}"
    officer = browser_of(town, OFFICER, DESKTOP, "light")
    officer.goto(f"{here}/observer")
    officer.get_by_label("Or somebody else, by name").first.fill("A colleague of embassy A")
    officer.locator("main form button").first.click()
    officer.goto(here)
    officer.get_by_role("link", name="Record the result").or_(
        officer.get_by_role("button", name="Record the result")
    ).first.click()
    choose(officer, "Was it held?", "Yes")
    officer.get_by_label("Outcome").select_option(label="Bail refused")
    choose(officer, "What comes next?", "No new date yet: somebody asks the court")
    officer.locator("main form button").first.click()
    officer.goto(here)
    officer.get_by_role("link", name="Report on the hearing").click()
    officer.get_by_role("link", name="Who was there").click()
    officer.get_by_label("Judges").fill("Three")
    officer.get_by_label("Began at").fill("9:30")
    officer.get_by_label("Began at").press("Enter")
    officer.get_by_label("Summary").fill("Bail was refused in ten minutes.")
    officer.get_by_role("button", name="Save and go on").click()
    item = officer.get_by_role("group", name="Presumption of innocence").first
    item.get_by_label("Violated").focus()
    officer.keyboard.press("Space")
    officer.get_by_role("button", name="Save and go on").click()
    officer.get_by_text("Nothing says how this is known.").first.wait_for()
    look(officer, "report-basis-missing")
    no_barriers(officer)
    officer.locator("#f05_basis").check()
    officer.get_by_role("button", name="Save and go on").click()
    for _page in ("items-2", "after"):
        officer.get_by_role("button", name="Save and go on").click()
    officer.get_by_role("button", name="File the report").click()
    officer.get_by_text("The report is filed.").wait_for()
    head = browser_of(town, HEAD, PHONE, "light")
    head.goto(f"{here}/report")
    head.get_by_role("button", name="Review the report").or_(
        head.get_by_role("link", name="Review the report")
    ).first.click()
    head.get_by_role("button", name="I have read it: it is reviewed").click()
    head.get_by_text("The report is reviewed.").wait_for()
    assert tried.hearing(hearing_id).state == State.REVIEWED
