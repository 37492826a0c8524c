"""Today of an officer with everything at once, of a head, of a deputy who stands in; a file that is over: looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from hrd_cases.cases.details import Task
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed, assessed
from tests.cases.conftest import Recording, recorded
from tests.cases.looking import browser_of
from tests.cases.test_calm_today import absent
from tests.cases.test_closing import ASKS
from tests.cases.test_what_comes import joined, planned, proposed
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.world import cairo_day

__all__ = ["town"]
pytestmark = pytest.mark.browser
OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"


def full(town: Town) -> tuple[Filed, Filed, Filed]:
    """What two members want to do, something planned, a long list, a letter that came, and a file that is over."""
    world, recording = town.world, Recording(town.world)
    file = Filed(world, OFFICER, "EG", "سلمى عبد الرحمن المثال")
    file.write(assessed("critical"), planned(3), planned(-2), Task(what="Call her brother", due_on=cairo_day()))
    joined(file, proposed(file))
    for number in range(12):
        recording.by(OFFICER, recorded("EG", f"Person {number}", urgency="critical"))
    recording.by("officer.minsk", recorded("EG", "Алёна Иванова", urgency="critical"))
    asked = Filed(world, OFFICER, "EG", "Nadia Mithal")
    asked.write(assessed("critical"))
    assert asked.post("step/ask_close", ASKS).status_code == 303
    over = Filed(world, OFFICER, "EG", "Karim Mithal")
    over.write(assessed("low"), Task(what="Buy a telephone", due_on=cairo_day() + timedelta(days=2)))
    assert over.post("step/close", {"outcome": "released", "feedback": "family"}).status_code == 303
    return file, asked, over


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("en", PHONE, "light"), ("ar", PHONE, "dark")],
    ids=["english", "english, phone", "arabic, phone"],
)
def test_a_full_day_is_no_barrier(town: Town, language: str, size: tuple[int, int], mode: str) -> None:
    file, asked, over = full(town)
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    pages = {
        "officer": (OFFICER, "/"),
        "head": (HEAD, "/"),
        "file": (OFFICER, f"/cases/{file.id}"),
        "asked": (OFFICER, f"/cases/{asked.id}"),
        "asked-head": (HEAD, f"/cases/{asked.id}"),
        "over": (OFFICER, f"/cases/{over.id}"),
        "over-paper": (OFFICER, f"/cases/{over.id}/print"),
        "list": (OFFICER, "/cases"),
        "away": (OFFICER, "/"),
        "away-quick": (OFFICER, "/cases/new"),
        "deputy": (DEPUTY, "/"),
    }
    for name, (who, address) in pages.items():
        if name == "away":
            absent(town.world, OFFICER, by=HEAD)
        page = browser_of(town, who, size, mode)
        page.goto(address)
        look(page, f"day-{name}-{language}-{size[0]}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
