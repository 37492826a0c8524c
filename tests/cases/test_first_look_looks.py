"""Somebody held alone, somebody who died, somebody released, and a day with what was begun: looked at."""

from __future__ import annotations

import pytest

from hrd_cases.cases.details import Dated, Person, Profile
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed, assessed, days
from tests.cases.conftest import Recording, recorded
from tests.cases.looking import browser_of
from tests.cases.test_what_comes import proposed
from tests.cases.test_what_leads import QUICK
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.world import cairo_day

__all__ = ["town"]
pytestmark = pytest.mark.browser
OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"
ALONE = {"detained": True, "lawyer_access": "no", "family_access": "no", "where_now": "Tora"}


def people(town: Town) -> dict[str, str]:
    """The pages to look at."""
    world = town.world
    held = Filed(world, OFFICER, "EG", "Salma Mithal", is_defender="unknown", **ALONE)
    held.write(assessed("critical"))
    held.post("step/ask_close", {"outcome": "other", "feedback": "family", "reason": "Moved."})
    died = Filed(world, OFFICER, "EG", "Nadia Mithal")
    died.write(assessed("critical"))
    died.change(Person, died_on=Dated(on=cairo_day()))
    free = Filed(world, OFFICER, "EG", "Karim Mithal", **ALONE)
    free.write(assessed("critical"))
    free.post("step/close", {"outcome": "released", "feedback": "family", "reason": ""} | days("released_on"), HEAD)
    proposed(Filed(world, OFFICER, "EG", "Hala Mithal"))
    fresh = Recording(world).by(OFFICER, recorded("EG", "Omar Mithal", urgency="critical")).case_id
    world.client(DEPUTY).post("/cases/new", QUICK | {"urgency": "critical", "do": "draft"})
    task = held.seen(lambda file: next(one.id for one in file.open_tasks if one.said.rule == "confirm_eligibility"))
    pages = {"held": held.path(""), "held-paper": held.path("print"), "held-closing": held.path("closing")}
    pages |= {"not-needed": held.path(f"entries/{task}/done"), "died": died.path(""), "free": free.path("")}
    held.change(Profile, verdict_pending=True)
    pages |= {"asks": Filed(world, OFFICER, "EG", "Amal", **ALONE).path("step/ask_close")}
    return {name: address.rstrip("/") for name, address in pages.items()} | {
        "fresh": f"/cases/{fresh}",
        "today": "/",
        "quick": "/cases/new",
        "list": "/cases",
    }


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_each_is_no_barrier(town: Town, size: tuple[int, int]) -> None:
    for name, address in people(town).items():
        page = browser_of(town, DEPUTY, size, "light")
        page.goto(address)
        look(page, f"first-{name}-{size[0]}")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
