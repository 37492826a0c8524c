"""The pages of a hearing in a browser without scripts: looked at, asked by axe, in both directions, by keyboard; the
briefing on one page of paper.
"""

from __future__ import annotations

import uuid
from datetime import time

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.trials.details import Charge, Observer
from hrd_cases.trials.life import Act
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of, by_keyboard
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days

__all__ = ["town"]
pytestmark = pytest.mark.browser
BRIEFING = (
    "ادخل من الباب الجنوبي قبل الساعة التاسعة.\nTake the letter of the embassy and two passports.\n"
    "Do not speak with the family in front of the prosecutor."
)


@pytest.fixture
def files(town: Town) -> list[Filed]:
    names = ("سلمى عبد الرحمن المثال", "Karim Namudhaj")
    return [Filed(town.world, OFFICER, "EG", name) for name in names]


@pytest.fixture
def tried(town: Town, files: list[Filed]) -> Tried:
    charges = (Charge(text="نشر أخبار كاذبة", articles="المادة 188"), Charge(text="Joining a banned group"))
    return Tried(
        town.world, files, stage="trial", charges=charges, number="12/2026", place="Tora", counsel="A lawyer",
        death_penalty_possible=True, language="ar", legal_aid="own_counsel",
    )  # fmt: skip


def chain(tried: Tried) -> dict[str, uuid.UUID]:
    """Adjourned, held, ahead with somebody who goes and has another hearing then; one that waits for a date."""
    first = tried.schedule(-40, room="Hall 4", briefing=BRIEFING)
    tried.act(first, Act.ASSIGN, observer=Observer(member_id=tried.member(DEPUTY)))
    second = tried.act(first, Act.ADJOURN, reason="accused_not_brought", new=in_days(-12)).next_id
    assert second is not None
    third = tried.act(
        second, Act.RECORD, result=held(text="Two words."), new=in_days(0, time(10), "Asia/Dubai")
    ).next_id
    assert third is not None
    tried.assign(third, DEPUTY)
    clash = tried.schedule(0)
    tried.assign(clash, DEPUTY)
    waits = tried.schedule(-3, kind="bail")
    tried.act(waits, Act.RECORD, result=held("bail_refused"), no_date_yet=True)
    return {"adjourned": first, "held": second, "ahead": third, "waits": waits}


def pages(tried: Tried) -> dict[str, tuple[str, str]]:
    known = chain(tried)
    at = {name: f"/trials/{tried.id}/hearings/{one}" for name, one in known.items()}
    task = tried.seen(lambda docket: docket.preparation(known["ahead"])[0].id)
    ahead, waits = at["ahead"], at["waits"]
    found = {"new": f"/trials/{tried.id}/hearings/new", "ahead": ahead, "held": at["held"], "waits": waits}
    found |= {"adjourned": at["adjourned"], "result": f"{ahead}/result", "corrected": f"{at['held']}/result"}
    found |= {f"act-{act}": f"{ahead}/act/{act}" for act in ("move", "cancel", "withdraw", "accept")}
    found |= {"set-next": f"{waits}/act/set_next", "chase": f"{waits}/chase", "observer": f"{ahead}/observer"}
    found |= {"describe": f"{ahead}/correct", "briefing": f"{ahead}/briefing", "prepare": f"{ahead}/preparation"}
    found |= {"prepared": f"/trials/{tried.id}/preparation/{task}", "before": f"{ahead}/before"}
    return {name: (OFFICER, path) for name, path in found.items()}


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "light"), ("ar", PHONE, "dark")],
    ids=["english", "english, phone", "arabic, phone"],
)
def test_no_page_of_a_hearing_is_a_barrier(
    town: Town, tried: Tried, language: str, size: tuple[int, int], mode: str
) -> None:
    known = pages(tried)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page = browser_of(town, OFFICER, size, mode)
    for name, (_who, path) in known.items():
        page.goto(path)
        look(page, f"hearing-{name}-{language}-{size[0]}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_the_briefing_prints_on_one_page(town: Town, tried: Tried) -> None:
    known = chain(tried)
    page = browser_of(town, OFFICER, DESKTOP, "light")
    page.goto(f"/trials/{tried.id}/hearings/{known['ahead']}/briefing")
    paper = page.pdf(format="A4")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1


def test_a_result_is_recorded_by_keyboard(town: Town, tried: Tried) -> None:
    first = tried.schedule(0)
    page = browser_of(town, HEAD, PHONE, "light")
    page.goto(f"/trials/{tried.id}/hearings/{first}")
    by_keyboard(page, "Record the result")
    page.locator("#happened").press("Space")
    page.locator("#outcome").select_option("continues")
    page.locator("#next").press("Space")
    for part, typed in (("", "5"), ("-month", "7"), ("-year", "2027")):
        page.locator(f"#on{part}").fill(typed)
    page.locator("#hour").fill("09:30")
    page.locator("#hour").press("Enter")
    page.get_by_text("The next hearing is set").wait_for()
    assert "Monday, 5 July 2027, 09:30" in page.locator("main").inner_text()
