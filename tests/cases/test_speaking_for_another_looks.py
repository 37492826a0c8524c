"""A brother rings: the pages by which he is asked, what they tell afterwards, and ticks of two; desktop and phone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.cases.details import Person
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed, outward
from tests.cases.looking import browser_of
from tests.cases.test_consent_looks import looked_at
from tests.journeys.conftest import Town, town

__all__ = ["town"]
pytestmark = pytest.mark.browser
SAVE = "main form .govuk-button:not([name])"
OWN, ANOTHER = ".app-aloud--own", ".app-aloud--another"


@pytest.fixture
def file(town: Town) -> Filed:
    return Filed(town.world, "officer.cairo", "EG", "سلمى عبد الرحمن المثال")


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "light"), ("ar", PHONE, "dark")],
    ids=["english", "phone", "arabic, phone"],
)
def test_a_brother_is_asked_in_his_words_and_it_is_told_who_said_it(
    town: Town, file: Filed, language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    name = f"{language}-{size[0]}"
    page = browser_of(town, "officer.cairo", size, mode)
    page.goto(file.path("conversation"))
    assert page.locator(OWN).first.is_visible()
    assert page.locator(ANOTHER).first.is_visible()
    page.locator("#standing").check()
    assert not page.locator(ANOTHER).first.is_visible()
    assert not page.locator("#can_speak").is_visible()
    page.locator("#standing-3").check()
    assert not page.locator(OWN).first.is_visible()
    assert page.locator("#can_speak").is_visible()
    page.locator("details").first.locator("summary").click()
    page.locator("#new_name").fill("حسن")
    page.locator("#answer_media").check()
    page.locator("#answer_public_statement-2").check()
    page.locator(SAVE).click()
    looked_at(page, f"speaks-for-another-{name}", size[0])
    page.locator("#can_speak-3").check()
    page.locator(SAVE).click()
    looked_at(page, f"said-for-another-{name}", size[0])
    page.goto(f"/cases/{file.id}")
    looked_at(page, f"case-not-counted-{name}", size[0])
    file.change(Person, cannot_speak="Taken")
    page.goto(f"/cases/{file.id}")
    looked_at(page, f"case-said-for-another-{name}", size[0])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_that_family_can_be_asked_and_what_was_stopped_are_no_barrier(
    town: Town, file: Filed, size: tuple[int, int]
) -> None:
    file.write(Person(role="family", names=("حسن",), relation="Her brother"))
    file.talk(raise_authorities="impossible")
    form = outward("demarche", together="y", emergency="She may be killed tonight.")
    assert file.post("act", form).status_code == 303
    page = browser_of(town, "deputy.cairo", size, "light")
    page.goto(file.path(f"actions/{file.actions[0].entry.id}/join"))
    looked_at(page, f"join-family-can-be-asked-{size[0]}", size[0])
    page.goto(file.path("conversation"))
    page.locator("#standing").check()
    page.locator("#answer_raise_authorities-2").check()
    page.locator(SAVE).click()
    looked_at(page, f"stopped-is-no-failure-{size[0]}", size[0])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_ticks_of_two_are_joined(town: Town, file: Filed, size: tuple[int, int]) -> None:
    first, second = (browser_of(town, one, size, "light") for one in ("officer.cairo", "deputy.cairo"))
    for page in (first, second):
        page.goto(f"/cases/{file.id}")
        page.locator("article", has_text="Taken.").get_by_role("link", name="Correct").click()
    first.locator("input[name=types][value=disappearance]").check()
    first.get_by_role("button", name="Save").click()
    second.locator("input[name=types][value=abduction]").check()
    second.get_by_role("button", name="Save").click()
    looked_at(second, f"conflict-ticks-{size[0]}", size[0])
    second.get_by_role("button", name="Save both").click()
    assert "Abduction" in second.locator("#main-content").inner_text()
    assert "Enforced disappearance" in second.locator("#main-content").inner_text()
