"""What Today tells of who goes, and the hearing after a no, in a browser without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from hrd_cases.accounts.models import Member
from tests.browser import DESKTOP, PHONE
from tests.cases.looking import browser_of, by_keyboard
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.due import reminders_are_due
from tests.trials.sharing_world import OBSERVER, Sharer, agreed
from tests.trials.trying import DEPUTY, OFFICER

__all__ = ["town"]
pytestmark = pytest.mark.browser


def test_asked_declined_and_somebody_else_chosen(town: Town) -> None:
    sharer = Sharer(town.world, [agreed(town.world)])
    sharer.tried.assign(sharer.hearing_id, DEPUTY)
    reminders_are_due(town.world)
    deputy = browser_of(town, DEPUTY, PHONE, "light")
    deputy.goto("/")
    look(deputy, "told-asked")
    no_barriers(deputy)
    by_keyboard(deputy, "Decline")
    deputy.locator("#note").fill("I am on leave then")
    by_keyboard(deputy, "Decline")
    deputy.get_by_text("Declined. Somebody else has to be found.").wait_for()
    reminders_are_due(town.world)
    officer = browser_of(town, OFFICER, DESKTOP, "light")
    officer.goto("/")
    look(officer, "told-declined")
    no_barriers(officer)
    officer.goto(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}")
    look(officer, "told-hearing")
    no_barriers(officer)


@pytest.mark.parametrize(("size", "mode"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_an_embassys_no_in_arabic(town: Town, size: tuple[int, int], mode: str) -> None:
    sharer = Sharer(town.world, [agreed(town.world, "سلمى عبد الرحمن المثال")])
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    sharer.decline(share_id, "Our only observer is on leave")
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language="ar"))
    officer = browser_of(town, OFFICER, size, mode)
    officer.goto("/")
    reminders_are_due(town.world)
    officer.goto("/")
    look(officer, f"told-embassy-ar-{size[0]}")
    no_barriers(officer)
    officer.goto(f"/trials/{sharer.tried.id}/hearings/{sharer.hearing_id}")
    look(officer, f"told-hearing-ar-{size[0]}")
    no_barriers(officer)
    observer = browser_of(town, OBSERVER, size, mode)
    observer.goto("/")
    assert observer.evaluate("document.documentElement.scrollWidth") <= size[0]
