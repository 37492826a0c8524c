"""The gallery in a real browser: axe in both directions and modes, narrow screens, the bar, paper; pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import DESKTOP, PHONE, screenshot
from tests.pages.axe import findings
from tests.pages.gallery import PAGES

pytestmark = pytest.mark.browser
# The error pages share one layout: three of them, with a list, two versions and a link, stand for all.
EVERYTHING = [*PAGES, "error/404", "error/409", "error/403"]
PICTURED = ("today", "sign-in", "form-errors", "members", "notes", "error/409")
Scheme = Literal["light", "dark"]
NARROW = (320, 640)
LOW = (640, 320)


@contextmanager
def looking(
    browser: Browser, size: tuple[int, int] = DESKTOP, *, scheme: Scheme = "light", scripts: bool = False
) -> Iterator[Page]:
    """A page in a fresh context. Scripts are for the test's own questions; the pages have none."""
    width, height = size
    context = browser.new_context(
        java_script_enabled=scripts, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def asked(chromium: Browser) -> Iterator[Page]:
    """One page for all questions put to pages that have just been loaded (a new context for each costs a second)."""
    with looking(chromium, scripts=True) as page:
        yield page


@pytest.mark.parametrize(("direction", "scheme"), [("ltr", "light"), ("rtl", "dark")])
@pytest.mark.parametrize("name", EVERYTHING)
def test_axe_finds_nothing(asked: Page, gallery_url: str, name: str, direction: str, scheme: Scheme) -> None:
    asked.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    asked.emulate_media(color_scheme=scheme)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    asked.on("console", listen)
    asked.goto(f"{gallery_url}/{direction}/{name}")
    assert findings(asked) == []
    asked.remove_listener("console", listen)
    assert not [words for words in complaints if "Content Security Policy" in words]


def test_axe_finds_what_is_planted(asked: Page, gallery_url: str) -> None:
    asked.goto(f"{gallery_url}/ltr/today")
    asked.evaluate("document.querySelector('main').innerHTML += '<img src=\"/x.png\"><input name=x>'")
    assert {finding.split(":")[0] for finding in findings(asked)} >= {"image-alt", "label"}


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_narrow_screen_never_scrolls_sideways(asked: Page, gallery_url: str, name: str) -> None:
    asked.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    for direction in ("ltr", "rtl"):
        asked.goto(f"{gallery_url}/{direction}/{name}")
        assert asked.evaluate("document.documentElement.scrollWidth") <= NARROW[0], direction


@pytest.mark.parametrize("name", ["form", "form-errors", "members"])
def test_nothing_that_has_the_focus_hides_beneath_the_bar(chromium: Browser, gallery_url: str, name: str) -> None:
    hidden = """() => {
        const focused = document.activeElement, bar = document.querySelector('.app-bar');
        return !bar.contains(focused) && focused !== document.body && !focused.classList.contains('govuk-skip-link')
            && focused.getBoundingClientRect().bottom <= bar.getBoundingClientRect().bottom;
    }"""
    with looking(chromium, PHONE, scripts=True) as page:
        page.goto(f"{gallery_url}/ltr/{name}")
        for key in ["Tab"] * 24 + ["Shift+Tab"] * 23:
            page.keyboard.press(key)
            assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")


def test_leave_now_stays_in_sight_except_on_a_very_low_screen(chromium: Browser, gallery_url: str) -> None:
    for size, stays in ((PHONE, True), (LOW, False)):
        with looking(chromium, size, scripts=True) as page:
            page.goto(f"{gallery_url}/ltr/form")
            page.evaluate("window.scrollTo(0, 900)")
            top = page.evaluate("document.querySelector('.app-bar__leave').getBoundingClientRect().top")
            assert (top >= 0) is stays


def test_the_error_summary_has_the_focus_when_a_form_comes_back(chromium: Browser, gallery_url: str) -> None:
    with looking(chromium, scripts=True) as page:
        page.goto(f"{gallery_url}/ltr/form-errors")
        assert page.evaluate("document.activeElement.className") == "govuk-error-summary"


def test_leave_now_works_by_keyboard_with_scripts_off(chromium: Browser, gallery_url: str) -> None:
    with looking(chromium) as page:
        page.goto(f"{gallery_url}/ltr/today")
        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/ltr/bare")


def test_paper_gets_the_content_and_no_controls(chromium: Browser, gallery_url: str) -> None:
    with looking(chromium, scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        page.goto(f"{gallery_url}/ltr/notes")
        assert not page.get_by_text("Not on paper.").is_visible()
        assert not page.get_by_role("navigation").is_visible()
        assert not page.get_by_text("Leave now").is_visible()
        assert page.get_by_text("lusab-babad").is_visible()


@pytest.mark.parametrize(("direction", "scheme"), [("ltr", "light"), ("rtl", "dark")])
@pytest.mark.parametrize(("label", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_pictures_to_look_at(
    chromium: Browser, gallery_url: str, label: str, size: tuple[int, int], direction: str, scheme: Scheme
) -> None:
    with looking(chromium, size, scheme=scheme) as page:
        for name in PICTURED:
            page.goto(f"{gallery_url}/{direction}/{name}")
            picture = screenshot(page, f"gallery-{name.replace('/', '-')}-{direction}-{label}")
            assert picture.stat().st_size > 5_000, name
