"""A hearing from its date to a report that was corrected and reviewed, in a real browser with scripts off, and
everything else that an installation runs beside it: the unattended process, and the mail server of `make run` that
catches its mail (issue 4, must show 6). Everybody signs in by the page.
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from hrd_cases.outbox.mail import TEXT
from hrd_cases.outbox.models import Delivery, Reminder
from hrd_cases.settings import ROOT, child_environment
from hrd_cases.trials.checklist import ITEMS
from hrd_cases.trials.life import Act
from tests.journeys.conftest import Town, look, town
from tests.outbox.test_catcher import await_port
from tests.served import free_port
from tests.trials.sharing_world import EMBASSY, NAME, OBSERVER, agreed
from tests.trials.trying import COURT, OFFICER, Tried, in_hours

__all__ = ["town"]
pytestmark = pytest.mark.browser
UNATTENDED = """
import pathlib, sys
from hrd_cases.db import Database
from hrd_cases.unattended import work
from tests.throw_away import throw_away_settings
settings = throw_away_settings(pathlib.Path(sys.argv[1]), smtp_port=int(sys.argv[2]))
work(settings, Database(settings.database_url, settings.shred_url))
"""
BRIEFING = "Two prosecutors. Sit near the door."
DO_NO_HARM = "Do not greet the family."
ANSWERS = {"f07": "violated", "f14": "partly"}
"""At a session of the main trial nobody is led to the second of them. Every other item was respected."""
SUMMARY = "Counsel was cut short twice, and the accused spoke last."
CHANGES = "Who was the second witness, and who heard them?"
CORRECTED = "Counsel was cut short twice; the second witness was a neighbour. The accused spoke last."


def a_court_by_day() -> str:
    """The zone of a court at which a hearing in two hours is still one of today."""
    return next(zone for zone in ("Africa/Cairo", "America/Bogota") if datetime.now(ZoneInfo(zone)).hour < 21)


@contextmanager
def running(*command: str, environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, *command], env=environ, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def mailing(home: Path) -> Iterator[Path]:
    """The unattended process and the catcher: gives the folder in which mails arrive."""
    port = free_port()
    environ = child_environment(home=str(home), smtp_port=str(port), https="false") | {"PYTHONPATH": str(ROOT)}
    with running("-m", "hrd_cases.catcher", environ=environ):
        await_port(port)
        with running("-c", UNATTENDED, str(home), str(port), environ=environ):
            yield home / "mail"


def mail_of(tried: Tried, hearing_id: uuid.UUID, folder: Path) -> EmailMessage:
    """The mail of the one reminder of this hearing to its officer that is due, as the mail server took it."""
    of_hearing = Reminder.id.in_(tried.hearing(hearing_id).reminders) & (Reminder.member_id == tried.member(OFFICER))
    due = select(Delivery.message_id).join(Reminder, Reminder.id == Delivery.reminder_id).where(of_hearing)
    for _ in range(300):
        with tried.world.database.main.reading() as session:
            wanted = {one.hex for one in session.scalars(due)}
        kept = [message_from_bytes(one.read_bytes(), policy=default) for one in folder.glob("*.eml")]
        found = [one for one in kept if str(one["Message-ID"]).strip("<>").partition("@")[0] in wanted]
        if found:
            (mail,) = found
            assert isinstance(mail, EmailMessage)
            return mail
        time.sleep(0.1)
    raise AssertionError("no mail came for the reminder")


def type_day(page: Page, name: str, on: datetime) -> None:
    for part in ("day", "month", "year"):
        page.locator(f"[name='{name}-{part}']").fill(str(getattr(on, part)))


def words(page: Page, inside: str = "main") -> str:
    said = page.locator(inside).first.inner_text().replace("\u2068", "").replace("\u2069", "")
    return " ".join(said.split())


def scheduled(page: Page, case_id: object, at: datetime) -> str:
    """From the file to a hearing that stands on the calendar: its address."""
    page.goto(f"/cases/{case_id}")
    page.get_by_role("link", name="Schedule a hearing").click()
    page.locator("#kind").select_option("main_trial")
    type_day(page, "on", at)
    page.locator("#hour").fill(f"{at:%H:%M}")
    page.locator("#room").fill("Hall 4")
    page.get_by_role("button", name="Schedule it").click()
    page.get_by_text("The hearing is set:").wait_for()
    hearing = page.url
    page.goto("/hearings?view=list")
    page.get_by_role("link", name="Main trial session").first.click()
    assert page.url == hearing
    return hearing


def shared(page: Page, town: Town, hearing: str, until: datetime) -> str:
    """Shared with an embassy: what the preview showed."""
    page.goto(f"{hearing}/share")
    page.locator(f'input[value="{town.world.demonstration.offices[EMBASSY]}"]').check()
    for box in page.locator('[name="files"], [name="parts"]').all():
        if box.get_attribute("value") not in ("number", "counsel"):
            box.check()
    page.locator("#briefing").fill(BRIEFING)
    page.locator("#do_no_harm").fill(DO_NO_HARM)
    type_day(page, "until_on", until)
    page.get_by_role("button", name="See what they will see").click()
    page.get_by_text("Nothing has been sent yet.").wait_for()
    preview = words(page, ".govuk-inset-text")
    page.get_by_role("button", name="Share it").click()
    page.get_by_text("Shared. They are told on their Today.").wait_for()
    return preview


def answered(page: Page) -> None:
    """Every item of this page of the checklist, once all of the page is there."""
    page.wait_for_load_state()
    for item in ITEMS:
        if not page.locator(f"[name='{item}_said']").count():
            continue
        page.locator(f"[name='{item}_said'][value='{ANSWERS.get(item, 'respected')}']").check()
        if item in ANSWERS:
            page.locator(f"[name='{item}_basis'][value='seen']").check()


def reported(page: Page) -> None:
    """Every item of the checklist answered, and the report filed."""
    page.get_by_role("link", name="Report on the hearing").click()
    page.get_by_role("link", name="Who was there").click()
    goes_on = page.get_by_role("button", name="Save and go on")
    goes_on.click()
    page.locator("#summary").fill(SUMMARY)
    goes_on.click()
    page.locator("#access").select_option("admitted")
    page.locator("#outcome").select_option("continues")
    goes_on.click()
    look(page, "observed-report")
    while not page.locator("#incidents").count():
        answered(page)
        goes_on.click()
        page.wait_for_load_state()
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("link", name="Items that are not usually asked at such a hearing").click()
    answered(page)
    goes_on.click()
    page.get_by_role("button", name="File the report").click()
    page.get_by_text("The report is filed with the office that shared the hearing.").wait_for()


def all_answered(read: str) -> bool:
    """Does the report say of the checklist what the observer did?"""
    counts = (read.count("✓ Respected"), read.count("✗ Violated"), read.count("◐ Partly"))
    return counts == (len(ITEMS) - 2, 1, 1)


def sent_back(page: Page, hearing: str) -> None:
    """The officer of the file reads it, and asks for changes."""
    page.goto("/")
    page.get_by_role("link", name="Read it, and review it").first.click()
    read = words(page)
    assert SUMMARY in read
    assert all_answered(read)
    page.get_by_role("link", name="Ask for changes").click()
    look(page, "observed-asks-for-changes")
    page.get_by_role("button", name="Send it back").click()
    page.get_by_text("Write what has to be changed.").first.wait_for()
    page.locator("#reason").fill(CHANGES)
    page.get_by_role("button", name="Send it back").click()
    page.get_by_text("The report is sent back. Whoever wrote it is told what to change.").wait_for()
    look(page, "observed-sent-back")
    page.goto(hearing)
    assert "awaited from Cairo · Embassy · Member State A" in words(page)
    look(page, "observed-awaited")
    page.goto("/")
    assert "Report awaited from an embassy" in words(page)
    assert "Write the report" not in words(page)


def corrected(page: Page) -> None:
    """What was asked for, written into the report that was filed, and filed again."""
    page.goto("/")
    look(page, "observed-changes-today")
    page.get_by_role("link", name=CHANGES).click()
    assert CHANGES in words(page, "body")
    look(page, "observed-changes")
    page.get_by_role("link", name="What happened", exact=True).click()
    assert CHANGES in words(page, "body")
    page.locator("#summary").fill(CORRECTED)
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("link", name="Check and file").click()
    page.get_by_role("button", name="File the report").click()
    page.get_by_text("The report is filed with the office that shared the hearing.").wait_for()
    page.goto("/")
    assert CHANGES not in words(page)


def reviewed(page: Page, hearing: str) -> None:
    """The officer of the file reads all of it, and says so."""
    page.goto("/")
    page.goto(hearing)
    page.get_by_role("link", name="Report").first.click()
    read = words(page)
    assert CORRECTED in read
    assert SUMMARY not in read
    assert all_answered(read)
    look(page, "observed-to-review")
    page.get_by_role("link", name="Review the report").click()
    page.get_by_role("button", name="I have read it: it is reviewed").click()
    page.get_by_text("The report is reviewed.").wait_for()


def test_a_hearing_is_scheduled_shared_observed_reported_corrected_and_reviewed_and_the_mail_says_nothing(
    town: Town,
) -> None:
    file, zone = agreed(town.world), a_court_by_day()
    tried = Tried(town.world, [file], zone=zone, death_penalty_possible=True, number="12/2026", counsel="A lawyer")
    at = datetime.now(ZoneInfo(zone)) + timedelta(hours=2)
    officer = town.stranger()
    town.sign_in(officer, OFFICER)
    hearing = scheduled(officer, file.id, at)
    preview = shared(officer, town, hearing, at + timedelta(days=14))
    assert all(told in preview for told in (NAME, COURT, BRIEFING, DO_NO_HARM, "death penalty"))
    officer.get_by_role("button", name="Sign out").first.click()
    officer.goto(hearing)
    assert NAME not in officer.content()

    with mailing(town.world.house.settings.home) as folder:
        mail = mail_of(tried, uuid.UUID(hearing.rpartition("/")[2]), folder)
    settings = town.world.house.settings
    assert mail["To"] == f"{OFFICER}@example.org"
    assert mail["Subject"] == settings.public_name
    assert mail.get_content().splitlines() == TEXT.format(public_name=settings.public_name).splitlines()
    town.sign_in(officer, OFFICER)
    look(officer, "observed-notice")
    notice = words(officer, ".app-notice")
    for told in (NAME, "Main trial session", f"{at:%H:%M}", "in 2 hours", "You look after"):
        assert told in notice

    observer = town.stranger(phone=True)
    town.sign_in(observer, OBSERVER)
    observer.get_by_role("link", name="A hearing was shared with you").click()
    assert preview in words(observer)
    observer.get_by_role("link", name="Accept: somebody goes").click()
    observer.get_by_role("button", name="Accept").click()
    observer.get_by_text("Accepted. The office that shared it is told.").wait_for()
    # The court began two hours early; of a hearing that has not begun nothing is reported.
    tried.act(uuid.UUID(hearing.rpartition("/")[2]), Act.MOVE, new=in_hours(0, zone))
    observer.reload()
    reported(observer)

    sent_back(officer, hearing)
    corrected(observer)
    observer.get_by_role("button", name="Sign out").first.click()

    reviewed(officer, hearing)
    observer.goto("/shares")
    assert CORRECTED not in observer.content()
