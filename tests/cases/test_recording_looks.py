"""Recording in a browser without scripts: from a phone in a minute, and no page a barrier."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from tests.browser import DESKTOP, PHONE
from tests.cases.conftest import Recording, recorded
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
SALMA = "سلمى عبد الرحمن المثال"
SCREENS = 1.5
FIELDS = ("#country", "#name", "#withheld", "#what", "#urgency", "#urgency-4")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar"])
def test_the_quick_path_is_a_screen_and_a_half_of_a_phone_at_most(town: Town, language: str) -> None:
    speak(town, language)
    page = browser_of(town, "officer.cairo", PHONE, "light")
    page.goto("/cases/new")
    look(page, f"quick-{language}-{PHONE[0]}")
    no_barriers(page)
    for field in (*FIELDS, "button[value=open]"):
        box = page.locator(field).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= SCREENS * PHONE[1], (field, box)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "dark"), ("ar", PHONE, "light")],
    ids=["english", "english, phone", "arabic, phone"],
)
def test_a_list_with_ticks_and_the_check_are_no_barrier(
    town: Town, language: str, size: tuple[int, int], mode: str
) -> None:
    Recording(town.world).by("officer.cairo", recorded("EG", SALMA))
    speak(town, language)
    page = browser_of(town, "officer.cairo", size, mode)
    page.goto("/cases/new/list")
    page.locator("#country").select_option("EG")
    page.locator("#what").fill("All taken at the same march.")
    page.locator("#names").fill("Nadia Elsewhere\nSalma Abdel Rahman El-Methal")
    page.locator("#urgency").check()
    page.locator("main form button").first.click()
    page.locator("#left_out").check()
    looked_at(page, f"list-of-names-{language}-{size[0]}", size)
    page.locator("main form button").first.click()
    looked_at(page, f"list-of-names-made-{language}-{size[0]}", size)
    drafted(page)
    looked_at(page, f"check-{language}-{size[0]}", size)


def drafted(page: Page) -> None:
    """A draft with somebody around the defender and a source, up to its check."""
    page.goto("/cases/new")
    page.locator("#country").select_option("BR")
    page.locator("#name").fill("José Exemplo")
    page.locator("#what").fill("Taken from his house.")
    page.locator("#urgency-2").check()
    page.locator("button[value=more]").click()
    address = page.url
    for kind, typed in {
        "lawyer": {"names": "Hoda Sample", "ways-0-value": "+20 2 5555 0100", "never": "Never at home."},
        "source": {"label": "A neighbour", "name": "Source Example", "ways-0-value": "well@example.org"},
    }.items():
        page.goto(f"{address}/people/add/{kind}")
        for field, words in typed.items():
            page.locator(f"[name={field}]").fill(words)
        page.locator("main form button").first.click()
    page.goto(f"{address}/check")


def looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    look(page, name)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name


def speak(town: Town, language: str) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))


def test_no_badge_of_the_list_leaves_its_place_on_a_phone(town: Town) -> None:
    Recording(town.world).by("officer.cairo", recorded("EG", SALMA, urgency="critical"))
    page = browser_of(town, "officer.cairo", PHONE, "light")
    for language in ("en", "fr", "ru", "ar"):
        speak(town, language)
        page.goto("/cases")
        look(page, f"list-of-files-{language}-{PHONE[0]}")
        places = page.evaluate(
            """[...document.querySelectorAll('.app-table .govuk-tag')].map(tag => {
                const [at, place] = [tag, tag.closest('.app-table__content')].map(one => one.getBoundingClientRect())
                return [at.left - place.left, place.right - at.right, tag.scrollWidth - tag.clientWidth]
            })"""
        )
        assert places
        assert all(left >= -1 and right >= -1 and over <= 0 for left, right, over in places), (language, places)
