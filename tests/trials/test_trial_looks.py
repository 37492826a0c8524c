"""The pages of a trial in a browser without scripts: looked at, asked by axe, in both directions, by keyboard."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.cases.models import Case
from hrd_cases.trials.details import Charge, Observer
from hrd_cases.trials.life import Act
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of, by_keyboard
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days

__all__ = ["town"]
pytestmark = pytest.mark.browser


@pytest.fixture
def files(town: Town) -> list[Filed]:
    names = ("سلمى عبد الرحمن المثال", "Karim Namudhaj", "Nour Mithal")
    return [Filed(town.world, OFFICER, "EG", name) for name in names]


@pytest.fixture
def tried(town: Town, files: list[Filed]) -> Tried:
    """Two files, three hearings in a chain, the next in another zone than the office's."""
    charges = (
        Charge(text="نشر أخبار كاذبة", articles="المادة 188"),
        Charge(text="Joining a banned group", articles="86 bis"),
    )
    found = Tried(
        town.world, files[:2], stage="trial", charges=charges, number="12/2026", place="Tora", counsel="A lawyer",
        death_penalty_possible=True, language="ar", legal_aid="own_counsel", note="The court sits in a prison.",
    )  # fmt: skip
    first = found.schedule(2, room="Hall 4")
    found.act(first, Act.ASSIGN, observer=Observer(member_id=found.member(DEPUTY)))
    second = found.act(first, Act.ADJOURN, reason="accused_not_brought", new=in_days(20)).next_id
    assert second is not None
    found.act(second, Act.ADJOURN, reason="no_time", new=in_days(63, time(10), "Europe/Vienna"))
    return found


def pages(tried: Tried, files: list[Filed]) -> dict[str, str]:
    here = f"/trials/{tried.id}"
    return {
        "trial": here,
        "trial-correct": f"{here}/correct",
        "trial-stage": f"{here}/stage/charged",
        "trial-files": f"{here}/files",
        "trial-take-off": f"{here}/files/{files[1].id}/off",
        "trial-before": f"{here}/before",
        "trial-new": f"/cases/{files[2].id}/trials/new",
        "trial-join": f"/cases/{files[2].id}/trials/join",
        "trial-on-case": f"/cases/{files[1].id}",
        "trial-on-paper": f"/cases/{files[1].id}/print",
        "trial-on-timeline": f"/cases/{files[1].id}/timeline/1",
    }


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("ar", PHONE, "dark")],
    ids=["english", "arabic, phone"],
)
def test_no_page_of_a_trial_is_a_barrier(
    town: Town, tried: Tried, files: list[Filed], language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, OFFICER, size, mode)
    for name, path in pages(tried, files).items():
        page.goto(path)
        look(page, f"{name}-{language}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_a_trial_is_recorded_by_keyboard_and_seen_from_the_other_file(town: Town, files: list[Filed]) -> None:
    page = browser_of(town, OFFICER, DESKTOP, "light")
    page.goto(f"/cases/{files[1].id}")
    by_keyboard(page, "Record a trial")
    page.locator("#court").fill("Giza Criminal Court")
    page.locator("#charges-0-text").fill("Spreading false news")
    page.locator("#charges-0-text").press("Enter")
    page.get_by_text("The trial is recorded.").wait_for()
    by_keyboard(page, "Add files")
    page.locator("#sought").fill("Nour")
    page.get_by_role("button", name="Look for them").click()
    look(page, "trial-files-found")
    no_barriers(page)
    page.get_by_label("Nour Mithal").check()
    page.get_by_role("button", name="Add those ticked").click()
    page.get_by_text("1 file joined the trial.").wait_for()
    page.get_by_role("link", name="Nour Mithal").click()
    assert "Giza Criminal Court" in page.locator("main").inner_text()


def test_a_trial_of_forty_is_written_once_and_seen_from_each_file(town: Town) -> None:
    """Recorded from one file; the others are pasted from a list; one hearing is set; each of the forty shows it."""
    accused = [Filed(town.world, OFFICER, "EG", f"Accused {number}") for number in range(40)]
    with town.world.acting(OFFICER) as (session, _officer):
        references = [session.get_one(Case, one.id).reference for one in accused]
    page = browser_of(town, OFFICER, PHONE, "light")
    page.goto(f"/cases/{accused[0].id}")
    page.get_by_role("link", name="Record a trial").click()
    page.locator("#court").fill("Giza Criminal Court")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add files").click()
    page.locator("#sought").fill("\n".join(references[1:]))
    page.get_by_role("button", name="Look for them").click()
    assert page.get_by_role("checkbox", checked=True).count() == 39
    page.get_by_role("button", name="Add those ticked").click()
    page.get_by_text("39 files joined the trial.").wait_for()
    page.get_by_role("link", name="Schedule a hearing").click()
    page.locator("#kind").select_option("main_trial")
    on = in_days(9).on
    for part in ("day", "month", "year"):
        page.locator(f"[name='on-{part}']").fill(str(getattr(on, part)))
    look(page, "trial-of-forty-hearing")
    page.get_by_role("button", name="Schedule it").click()
    page.get_by_role("link", name="Trial", exact=True).first.click()
    look(page, "trial-of-forty")
    no_barriers(page)
    for one in accused:
        page.goto(f"/cases/{one.id}")
        words = page.locator("main").inner_text()
        assert "Giza Criminal Court" in words
        assert "About 40 files." in words
        assert f"{on:%-d %B %Y} (in 9 days)" in words
    page.goto("/")
    assert page.locator("main").inner_text().count("Giza Criminal Court") <= 1
