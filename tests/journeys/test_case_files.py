"""C2 to C4 of the sample world recorded from nothing by the full path, each in its own script, in a real browser with
scripts off; to whom files go when somebody is away or no office is in charge; two who correct the same entry; a session
that ends in the middle of a form. C1 from a phone: test_recording.py.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from hrd_cases import demo
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import name_of
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.offices.absences import record_absence
from hrd_cases.outbox.due import turn_due
from hrd_cases.outbox.models import Reminder
from hrd_cases.unattended import AddressBook
from tests.journeys.conftest import Town, look

KNOWN = {one["id"]: one for one in json.loads(demo.WORLD.read_text(encoding="utf-8"))["cases"]}
FULL = [
    ("C2", "officer.minsk", "Belarus", "Затрымана пасля публікацыі.", "Critical"),
    ("C3", "officer.bogota", "Colombia", "Recibió una amenaza de muerte.", "Critical"),
    ("C4", "officer.beijing", "China", "自八月二十日起被关押。", "Critical"),
]


def quick(page: Page, country: str, name: str, what: str, urgency: str, button: str = "Open the file") -> None:
    page.goto("/cases/new")
    page.get_by_label("Country").select_option(label=country)
    page.get_by_label("Who is at risk").fill(name)
    page.get_by_label("What happened", exact=True).fill(what)
    page.get_by_label(urgency, exact=True).check()
    page.get_by_role("button", name=button).click()


def by_the_full_path(page: Page, known: dict[str, Any], country: str, what: str, urgency: str) -> None:
    """Step after step, as the pages lead on."""
    page.goto("/cases/new")
    page.get_by_label("Who is at risk").fill(known["name"])
    page.get_by_role("button", name="Add more").click()
    steps = page.url
    page.goto(f"{steps}/where")
    page.locator("select[name=country]").select_option(label=country)
    page.get_by_label(urgency, exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    page.goto(f"{steps}/who")
    page.locator("textarea[name=names]").fill("\n".join([known["name"], *known["aliases"]]))
    page.get_by_role("button", name="Save and go on").click()
    page.goto(f"{steps}/reach")
    page.locator("textarea[name=never]").fill("Never telephone.")
    page.get_by_role("button", name="Save and come back later").click()
    page.goto("/cases/drafts")  # they come back another time
    assert known["name"] in page.content()
    page.goto(f"{steps}/what")
    page.locator("textarea[name=text]").fill(what)
    page.get_by_role("button", name="Save and go on").click()
    page.goto(f"{steps}/check")
    assert known["name"] in page.content()
    page.get_by_role("button", name="Open the file").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}"))


@pytest.mark.parametrize(("which", "officer", "country", "what", "urgency"), FULL, ids=[one[0] for one in FULL])
def test_a_file_by_the_full_path_in_its_own_script(
    town: Town, which: str, officer: str, country: str, what: str, urgency: str
) -> None:
    page, known = town.sit_down(officer), KNOWN[which]
    by_the_full_path(page, known, country, what, urgency)
    look(page, f"case-{which.lower()}-opened")
    for words in (known["name"], what, "Never telephone."):
        assert words in page.content()
    page.goto("/cases")
    assert known["name"] in page.content()
    for spelling in (known["name"], *known["aliases"]):
        page.goto("/cases/search")
        page.locator("input[name=text]").fill(spelling)
        page.locator("main form button").first.click()
        assert known["name"] in page.locator("main").inner_text(), spelling
    page.goto("/cases/drafts")
    assert known["name"] not in page.content()


def is_away(town: Town, sign_in: str) -> None:
    now = datetime.now(UTC)
    with town.world.acting(sign_in) as (session, member):
        charter = member.charters.of(member.office_id)
        record_absence(session, member, charter, member.member_id, member.today, member.today, now)


def test_a_file_goes_to_the_deputy_while_the_officer_is_away(town: Town) -> None:
    is_away(town, "officer.cairo")
    recorder = town.sit_down("officer.minsk", phone=True)
    quick(recorder, "Egypt", KNOWN["C1"]["name"], "أُخذت من مكتبها.", "Critical")
    assert "Cairo" in recorder.locator("main").inner_text()
    look(recorder, "case-c1-to-the-deputy-phone")
    deputy = town.sit_down("deputy.cairo")
    assert KNOWN["C1"]["name"] in deputy.locator("main").inner_text()
    look(deputy, "case-c1-today-of-the-deputy")
    recorder.goto("/cases")
    assert KNOWN["C1"]["name"] not in recorder.content()


PASSED_ON = "It has passed on to you"


def hours_pass(town: Town, hours: int) -> None:
    """Without a hand on anybody's clock: what waits was sent, and falls due, so much earlier, and a minute more. Then
    the register ticks."""
    earlier, main = timedelta(hours=hours, minutes=1), town.world.database.main
    with main.writing() as session:
        for row in session.scalars(select(Acknowledgement)):
            row.routed_at, row.due_at = row.routed_at - earlier, row.due_at - earlier
            row.headquarters_at -= earlier
        slots = {row.id: row.slot_at - earlier for row in session.scalars(select(Reminder))}
        for reminder, slot in slots.items():
            session.execute(update(Reminder).where(Reminder.id == reminder).values(slot_at=slot))
    turn_due(main, AddressBook(town.world.house.settings), datetime.now(UTC))


def test_a_critical_file_climbs_by_the_clock_day_and_night_while_nobody_takes_it(town: Town) -> None:
    name = KNOWN["C1"]["name"]
    quick(town.sit_down("officer.minsk"), "Egypt", name, "أُخذت من مكتبها.", "Critical")
    deputy, head = town.sit_down("deputy.cairo"), town.sit_down("head.cairo")
    assert "It waits for officer.cairo" in deputy.locator("main").inner_text()
    for page, hours in ((deputy, 4), (head, 2)):
        hours_pass(town, hours)
        assert PASSED_ON not in page.locator("main").inner_text()
        page.goto("/")
        told = page.locator("main").inner_text()
        assert name in told
        assert PASSED_ON in told
        look(page, f"case-climbed-{hours}")
    desk = town.sit_down("desk.hq")
    assert "Cairo" not in desk.locator("main").inner_text()
    hours_pass(town, 2)
    desk.goto("/")
    told = desk.locator("main").inner_text()
    assert "Cairo" in told
    assert name not in told
    look(desk, "case-climbed-to-headquarters")


def test_a_country_without_an_office_lands_at_headquarters(town: Town) -> None:
    recorder = town.sit_down("officer.cairo")
    quick(recorder, "Iceland", "Jón Dæmi", "Hótað.", "High")
    assert "Brussels" in recorder.content()
    desk = town.sit_down("desk.hq")
    assert "Jón Dæmi" in desk.locator("main").inner_text()
    look(desk, "case-without-an-office-today")


def test_two_officers_correct_the_same_entry(town: Town) -> None:
    officer, deputy = town.sit_down("officer.cairo"), town.sit_down("deputy.cairo")
    quick(officer, "Egypt", KNOWN["C1"]["name"], "أُخذت من مكتبها.", "High")
    file = officer.url
    officer.goto(f"{file}/add/note")
    officer.locator("textarea[name=text]").fill("The hearing is on Sunday.")
    officer.locator("main form button").first.click()
    deputy.goto(file)
    with town.world.acting("officer.cairo") as (session, _):
        from hrd_cases.cases.file import open_file
        from hrd_cases.cases.models import Case

        note = open_file(session, session.query(Case).one()).notes[0].id
    for page in (officer, deputy):
        page.goto(f"{file}/entries/{note}/correct")
    officer.locator("textarea[name=text]").fill("It was moved to Monday.")
    officer.locator("main form button").first.click()
    deputy.locator("textarea[name=text]").fill("It was moved to Tuesday.")
    deputy.locator("main form button").first.click()
    look(deputy, "case-two-versions")
    both = deputy.content()
    assert "It was moved to Monday." in both
    assert "It was moved to Tuesday." in both
    deputy.locator("main form button").first.click()
    officer.goto(f"{file}/entries/{note}")
    kept = officer.content()
    for words in ("The hearing is on Sunday.", "It was moved to Monday.", "It was moved to Tuesday."):
        assert words in kept


def test_a_session_ends_in_the_middle_of_a_form_and_the_form_comes_back(town: Town) -> None:
    page = town.sit_down("officer.cairo", phone=True)
    page.goto("/cases/new")
    cookie = town.world.demonstration.cookies["officer.cairo"]
    with town.world.database.main.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.id == name_of(cookie)).values(sealed=None))
    page.get_by_label("Country").select_option(label="Egypt")
    page.get_by_label("Who is at risk").fill(KNOWN["C1"]["name"])
    page.get_by_label("What happened", exact=True).fill("أُخذت من مكتبها.")
    page.get_by_label("High", exact=True).check()
    page.get_by_role("button", name="Open the file").click()
    assert KNOWN["C1"]["name"] not in page.content()
    look(page, "case-session-ended-phone")
    page.goto("/unlock")
    page.locator("input[type=password]").fill(demo.PASSPHRASE)
    if page.locator("input[name=code]").count():
        page.locator("input[name=code]").fill(town.code("officer.cairo"))
    page.locator("main form button").first.click()
    page.goto("/not-sent")
    look(page, "case-not-sent-phone")
    page.locator("main a[href*='/not-sent/']").first.click()
    assert KNOWN["C1"]["name"] in page.content()
    assert "أُخذت من مكتبها." in page.content()
