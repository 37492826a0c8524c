"""A hearing is shared in a browser without scripts, by keyboard; the observer reads, accepts, and reports."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.trials import reports
from hrd_cases.trials.life import Act
from tests.browser import DESKTOP, PHONE
from tests.cases.looking import browser_of, by_keyboard
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.sharing_world import EMBASSY, NAME, OBSERVER, Sharer, agreed, until_on
from tests.trials.test_attending import the_first_is_due
from tests.trials.test_shared_reports import filed
from tests.trials.test_shared_reports import seen as seen_there
from tests.trials.trying import DEPUTY, OFFICER, in_days

__all__ = ["town"]
pytestmark = pytest.mark.browser


@pytest.fixture
def sharer(town: Town) -> Sharer:
    no = {"share_embassies": "refused", "share_headquarters": "refused"}
    files = [agreed(town.world), agreed(town.world, "سلمى عبد الرحمن المثال", **no)]
    found = Sharer(town.world, files, death_penalty_possible=True, number="12/2026", counsel="A lawyer", place="Tora")
    found.tried.act(found.hearing_id, Act.MOVE, new=in_days(0, None))
    return found


def filled(page: Page, sharer: Sharer) -> None:
    page.goto(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/share")
    for one in (sharer.office(EMBASSY), sharer.files[0].id, "people", "charges", "language", "death_penalty"):
        page.locator(f'input[value="{one}"]').check()
    day = until_on()
    for part in ("day", "month", "year"):
        page.locator(f'[name="until_on-{part}"]').fill(str(getattr(day, part)))


def reported(observer: Page) -> None:
    """Page by page, and filed."""
    by_keyboard(observer, "Report on the hearing")
    observer.get_by_text("Not begun").wait_for()
    look(observer, "share-report")
    no_barriers(observer)
    by_keyboard(observer, "What happened")
    observer.locator("#summary").fill("The judge heard one witness.")
    by_keyboard(observer, "Save and go on")
    observer.locator("#access").select_option("admitted")
    observer.locator("#outcome").select_option("continues")
    look(observer, "share-report-came")
    no_barriers(observer)
    by_keyboard(observer, "Save and go on")
    observer.get_by_text("the treaties that bound Egypt").wait_for()
    look(observer, "share-report-items")
    no_barriers(observer)
    by_keyboard(observer, "Save and come back later")
    observer.get_by_text("Being written, not filed").wait_for()
    by_keyboard(observer, "Check and file")
    observer.get_by_role("button", name="File the report").wait_for()
    look(observer, "share-report-to-file")
    by_keyboard(observer, "File the report")
    observer.get_by_text("The report is filed with the office that shared the hearing.").wait_for()
    look(observer, "share-report-filed")
    no_barriers(observer)


def test_it_is_shared_accepted_and_reported_on(town: Town, sharer: Sharer) -> None:
    officer = browser_of(town, OFFICER, DESKTOP, "light")
    filled(officer, sharer)
    look(officer, "share-filled")
    by_keyboard(officer, "See what they will see")
    officer.get_by_text("Nothing has been sent yet.").wait_for()
    look(officer, "share-preview")
    no_barriers(officer)
    preview = officer.locator(".govuk-inset-text", has_text="When").inner_text()
    assert NAME in preview
    by_keyboard(officer, "Share it")
    officer.get_by_text("Shared. They are told on their Today.").wait_for()
    look(officer, "share-shared")
    observer = browser_of(town, OBSERVER, PHONE, "light")
    observer.goto("/")
    look(observer, "share-today")
    observer.get_by_role("link", name="A hearing was shared with you").click()
    look(observer, "share-received")
    got = observer.locator("main").inner_text()
    said = [one.strip() for one in re.split(r"[\t\n]", preview) if one.strip()]
    assert [one for one in said if one not in got] == []
    by_keyboard(observer, "Accept: somebody goes")
    observer.get_by_role("button", name="Accept").wait_for()
    by_keyboard(observer, "Accept")
    observer.get_by_text("Accepted. The office that shared it is told.").wait_for()
    reported(observer)
    officer.goto("/")
    officer.goto(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}/report")
    assert "The judge heard one witness." in officer.locator("main").inner_text()
    look(officer, "share-report-in-the-office")


@pytest.mark.parametrize(("size", "mode"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_the_preview_and_what_they_see_in_arabic(town: Town, sharer: Sharer, size: tuple[int, int], mode: str) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language="ar"))
    officer = browser_of(town, OFFICER, size, mode)
    filled(officer, sharer)
    look(officer, f"share-filled-ar-{size[0]}")
    officer.locator('button[value="look"]').click()
    look(officer, f"share-preview-ar-{size[0]}")
    no_barriers(officer)
    officer.locator('button[value="send"]').click()
    observer = browser_of(town, OBSERVER, size, mode)
    observer.goto("/shares")
    observer.locator("tbody a").first.click()
    look(observer, f"share-received-ar-{size[0]}")
    no_barriers(observer)
    assert observer.evaluate("document.documentElement.scrollWidth") <= size[0]
    observer.emulate_media(media="print")
    look(observer, f"share-printed-ar-{size[0]}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_an_observer_s_report_in_arabic(town: Town, sharer: Sharer, size: tuple[int, int]) -> None:
    share_id = sharer.share(files=(sharer.files[0].id,))
    sharer.accept(share_id)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language="ar"))
    observer = browser_of(town, OBSERVER, size, "light")
    for step in ("", "/room", "/came", "/items-1", "/file"):
        observer.goto(f"/shares/{share_id}/report{step}")
        look(observer, f"share-report{step.replace('/', '-')}-ar-{size[0]}")
        no_barriers(observer)
        assert observer.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_observer_s_reminders_calendar_and_sheet(
    town: Town, sharer: Sharer, size: tuple[int, int], language: str
) -> None:
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    share_id = sharer.share(files=(sharer.files[0].id,))
    sharer.accept(share_id)
    the_first_is_due(town.world, sharer, share_id)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    observer = browser_of(town, OBSERVER, size, "light")
    for path, name in (
        ("/", "going-today"),
        ("/shares/hearings", "going-month"),
        ("/shares/hearings?view=week", "going-week"),
        ("/shares/hearings?view=list", "going-list"),
        ("/shares/hearings/sheet", "going-sheet"),
        (f"/shares/{share_id}", "going-share"),
    ):
        observer.goto(path)
        look(observer, f"{name}-{language}-{size[0]}")
        no_barriers(observer)
        assert observer.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize(("size", "mode"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
def test_what_is_answered_is_read_once_more_and_what_ends_too_soon_is_red(
    town: Town, sharer: Sharer, size: tuple[int, int], mode: str
) -> None:
    share_id = sharer.share(files=(sharer.files[0].id,))
    observer = browser_of(town, OBSERVER, size, mode)
    observer.goto("/")
    for answer in ("accept", "decline"):
        observer.goto(f"/shares/{share_id}/{answer}")
        look(observer, f"share-{answer}-{size[0]}")
        no_barriers(observer)
        assert "Main trial session" in observer.locator("main").inner_text()
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(60))
    officer = browser_of(town, OFFICER, size, mode)
    officer.goto("/shares/given")
    officer.locator("tbody a").first.click()
    officer.get_by_text("It ends before the hearing").wait_for()
    look(officer, f"share-too-soon-{size[0]}")
    no_barriers(officer)
    by_keyboard(officer, "Extend it")
    officer.locator('[name="until_on-day"]').wait_for()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_an_embassy_is_asked_to_change(town: Town, sharer: Sharer, size: tuple[int, int], language: str) -> None:
    """Theirs: Today, the hearing, the report. The office's: the hearing, the report, the page that asks, Today."""
    share_id = sharer.share(files=(sharer.files[0].id,))
    sharer.accept(share_id)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    path = f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}"
    officer, observer = (browser_of(town, who, size, "light") for who in (OFFICER, OBSERVER))

    def seen(page: Page, at: str, name: str) -> None:
        page.goto(at)
        look(page, f"share-{name}-{language}-{size[0]}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

    seen(observer, f"/shares/{share_id}/report", "report-lacks")
    filed(sharer, share_id, seen_there())
    officer.goto("/")
    seen(officer, f"{path}/report/changes", "changes-asked-form")
    sharer.tried.do(
        reports.ask_changes, sharer.tried.entry(sharer.hearing_id), "Who was the second witness?", who=DEPUTY
    )
    for at, name in (("/", "today"), (f"/shares/{share_id}", "received"), (f"/shares/{share_id}/report", "report")):
        seen(observer, at, f"changes-{name}")
    for at, name in ((path, "hearing"), (f"{path}/report", "report"), ("/", "today")):
        seen(officer, at, f"changes-office-{name}")
