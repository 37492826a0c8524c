"""Reminders on Today, and what their reader does with one, in a browser without scripts: looked at, asked by axe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from hrd_cases.accounts.models import Member
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.unattended import AddressBook
from tests.browser import DESKTOP, PHONE
from tests.cases.acting import Filed
from tests.cases.looking import browser_of
from tests.journeys.conftest import Town, look, no_barriers, town
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days

__all__ = ["town"]
pytestmark = pytest.mark.browser


@pytest.fixture
def tried(town: Town) -> Tried:
    """A hearing in another zone than the office's, to which the deputy goes; tasks of its file are late. All is due."""
    found = Tried(town.world, [Filed(town.world, OFFICER, "EG", "سلمى عبد الرحمن المثال")])
    first = found.schedule(20, when=in_days(20, zone="Europe/Vienna"))
    found.assign(first, DEPUTY)
    store = town.world.database.main
    with store.writing() as session:
        past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        session.execute(update(Reminder).values(slot_at=past))
    turn_due(store, AddressBook(town.world.house.settings), datetime.now(UTC))
    return found


def one_of(tried: Tried) -> str:
    with tried.world.database.main.reading() as session:
        member = tried.member(DEPUTY)
        found = session.scalars(select(Reminder.id).where(Reminder.member_id == member, Reminder.mails)).first()
    return f"/reminders/{found}"


@pytest.mark.parametrize(
    ("language", "size", "mode"),
    [("en", DESKTOP, "light"), ("ar", PHONE, "dark")],
    ids=["english", "arabic, phone"],
)
def test_no_page_of_reminders_is_a_barrier(
    town: Town, tried: Tried, language: str, size: tuple[int, int], mode: str
) -> None:
    with town.world.database.main.writing() as session:
        session.execute(update(Member).values(language=language))
    page: Page = browser_of(town, DEPUTY, size, mode)
    office = town.world.demonstration.offices["DEL_EGY"]
    for name, path in {"today": "/", "reminder": one_of(tried)}.items():
        page.goto(path)
        no_barriers(page)
        look(page, f"reminders-{name}-{language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    head = browser_of(town, "head.cairo", size, mode)
    head.goto(f"/offices/{office}/reminders")
    no_barriers(head)
    look(head, f"reminders-mailing-{language}")


def test_a_reminder_is_settled_by_keyboard(town: Town, tried: Tried) -> None:
    page: Page = browser_of(town, DEPUTY, DESKTOP, "light")
    page.goto(one_of(tried))
    page.get_by_role("radio", name="It is done").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The reminder is done.")).to_be_visible()
