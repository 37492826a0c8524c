"""Today out of files: what is in danger, what waits for whom, what comes, what has fallen behind; nobody else's."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from hrd_cases.cards.models import CardSegment
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Action, Assessment, Contact, Note, Profile, Task
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.writing import write
from hrd_cases.outbox.models import DUE, Reminder
from hrd_cases.today.day import day_of
from tests.cases.conftest import Recording, recorded
from tests.offices.people import said
from tests.pages.markup import faults
from tests.world import World, cairo_day


def today(world: World, sign_in: str) -> str:
    answer = world.client(sign_in).get("/")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return said(answer)


@contextmanager
def in_file(world: World, sign_in: str, case_id: uuid.UUID | None = None):
    """What somebody writes in a file of theirs: the only one, or the one named."""
    with world.acting(sign_in) as (session, visitor):
        query = select(Case) if case_id is None else select(Case).where(Case.id == case_id)
        file = open_file(session, session.scalars(query).one())
        yield session, visitor, file
        touched(session, visitor, file.case)


def assess(world: World, sign_in: str, level: str, sentence: str, review_on: date, **which) -> None:
    with in_file(world, sign_in, **which) as (session, visitor, file):
        said = Assessment(level=level, sentence=sentence, review_on=review_on)
        write(session, visitor, file.case, said, datetime.now(UTC))


def add(world: World, sign_in: str, *said, **which) -> None:
    with in_file(world, sign_in, **which) as (session, visitor, file):
        for one in said:
            write(session, visitor, file.case, one, datetime.now(UTC))


def test_an_officer_sees_who_is_in_danger_with_the_sentence_and_what_is_late(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="high"))
    assess(world, "officer.cairo", "critical", "Two men wait at her door.", cairo_day() - timedelta(days=2))
    page = today(world, "officer.cairo")
    assert "In danger now" in page
    danger = page[page.index("In danger now") : page.index("The next 7 days")]
    assert "Salma Mithal" in danger
    assert "Two men wait at her door." in danger
    assert "Critical" in danger
    assert "Look at the risk again – 2 days late" in danger
    assert "Fallen behind" not in page, "what is said under danger is not said again"


def test_a_file_at_low_risk_is_no_danger_and_a_colleague_is_not_told_of_an_officer_s_files(world, recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    assert "In danger now" not in today(world, "officer.cairo")
    assert "Salma" not in today(world, "deputy.cairo")


def test_the_next_days_show_the_next_step_tasks_and_actions_by_day(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    me = world.demonstration.members["officer.cairo"]
    add(
        world,
        "officer.cairo",
        Profile(country="EG", next_step="Call the lawyer", next_step_on=cairo_day() + timedelta(days=1)),
        Task(what="Buy a telephone", for_id=me, due_on=cairo_day() + timedelta(days=3)),
        Task(what="Far away", for_id=me, due_on=cairo_day() + timedelta(days=30)),
        Action(kind="call", when=datetime.now(UTC), addressee="The ministry", next_on=cairo_day() + timedelta(days=4)),
    )
    page = today(world, "officer.cairo")
    week = page[page.index("The next 7 days") :]
    places = [week.index(words) for words in ("Next step: Call the lawyer", "Buy a telephone", "The ministry")]
    assert places == sorted(places)
    assert "Far away" not in week


def test_a_task_for_a_colleague_stands_on_the_colleague_s_today(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    deputy = world.demonstration.members["deputy.cairo"]
    add(world, "officer.cairo", Task(what="Ask the family", for_id=deputy, due_on=cairo_day()))
    assert "Ask the family" in today(world, "deputy.cairo")
    assert "Ask the family" not in today(world, "officer.cairo")


def test_what_fell_behind_is_grouped_and_ten_at_most_and_the_rest_is_a_link(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    me = world.demonstration.members["officer.cairo"]
    late = [Task(what=f"Late number {n}", for_id=me, due_on=cairo_day() - timedelta(days=20 - n)) for n in range(12)]
    add(world, "officer.cairo", *late)
    assess(world, "officer.cairo", "low", "Calm.", cairo_day() - timedelta(days=1))
    page = today(world, "officer.cairo")
    behind = page[page.index("Fallen behind") :]
    assert "Risk not looked at again in time" in behind
    assert behind.count("Late number") == 9
    assert "Late number 0" in behind, "the oldest first"
    assert "and 3 more" in behind
    answer = world.client("officer.cairo").get("/")
    assert "/cases?officer=mine&amp;late=task" in answer.text
    listed = said(world.client("officer.cairo").get("/cases?officer=mine&late=task"))
    assert "Salma Mithal" in listed
    assert "Salma Mithal" not in said(world.client("officer.cairo").get("/cases?officer=mine&late=contact"))


def test_whoever_was_not_heard_from_for_thirty_days_has_fallen_behind(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    with in_file(world, "officer.cairo") as (session, visitor, file):
        file.case.opened_at = datetime.now(UTC) - timedelta(days=40)
        write(session, visitor, file.case, Note(text="Opened long ago."), datetime.now(UTC))
    assert "Not heard from in time" in today(world, "officer.cairo")
    add(
        world,
        "officer.cairo",
        Contact(when=datetime.now(UTC), with_whom="family", channel="telephone", text="Well."),
    )
    assert "Not heard from in time" not in today(world, "officer.cairo")


# -- what waits for a decision


def test_a_file_that_came_waits_for_its_officer_with_its_clock_in_the_office_s_time(world, recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    page = today(world, "officer.minsk")
    waits = page[page.index("Waiting for my decision") :]
    assert "Алёна" in waits
    assert "It came to you." in waits
    assert "24 hours left" in waits
    assert "To acknowledge" in waits
    assert "Waiting for my decision" not in today(world, "head.minsk")
    assert "Waiting for my decision" not in today(world, "officer.cairo"), "a recorder keeps nothing of it"


def test_when_it_is_late_it_waits_for_the_office_s_others_too(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.acting("head.minsk") as (session, visitor):
        (late,) = day_of(session, visitor, datetime.now(UTC) + timedelta(hours=25)).decisions
        assert late.why == "climbed"
        assert day_of(session, visitor, datetime.now(UTC) + timedelta(hours=23)).decisions == []


def turn_due(world: World, sign_in: str) -> None:
    with world.database.main.writing() as session:
        member = world.demonstration.members[sign_in]
        session.execute(update(Reminder).where(Reminder.member_id == member).values(state=DUE))


def test_a_reminder_is_explained_by_the_file_it_is_about(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    turn_due(world, "head.minsk")
    page = today(world, "head.minsk")
    assert "It has passed on to you: the colleague it came to has not taken it." in page
    assert "Алёна" in page
    assert "A reminder of" not in page


def test_a_reminder_of_what_one_cannot_open_says_so(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.database.main.writing() as session:
        cairo, minsk = (world.demonstration.members[one] for one in ("finance.cairo", "officer.minsk"))
        session.execute(update(Reminder).where(Reminder.member_id == minsk).values(member_id=cairo, state=DUE))
    assert "is about something that you cannot open (any more)" in today(world, "finance.cairo")


def test_headquarters_learns_which_office_is_late_and_since_when_only(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна", urgency="high"))
    with world.database.main.writing() as session:
        before = datetime.now(UTC) - timedelta(hours=60)
        times = {"routed_at": before, "due_at": before + timedelta(hours=24), "headquarters_at": before}
        session.execute(update(Acknowledgement).values(**times))
    page = today(world, "desk.hq")
    assert "Minsk has not acknowledged a file" in page
    assert "36 hours late" in page
    assert "Алёна" not in page
    assert "has not acknowledged" not in today(world, "auditor.hq")
    assert "has not acknowledged" not in today(world, "head.cairo")


def test_the_head_is_asked_to_confirm_what_two_members_did(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    until = datetime.now(UTC) + timedelta(hours=30)
    add(world, "officer.cairo", Action(kind="call", when=datetime.now(UTC), addressee="A ministry", confirm_by=until))
    page = today(world, "head.cairo")
    assert "To confirm" in page
    assert "A ministry" in page
    assert "30 hours left" in page
    assert "To confirm" not in today(world, "deputy.cairo")


# -- calm, and whole


def test_nothing_of_another_office_s_files_stands_on_today(world, recording: Recording) -> None:
    recording.by("officer.minsk", recorded("BY", "Алёна", urgency="critical"))
    for sign_in in ("officer.cairo", "head.cairo", "head1.hq", "desk.hq", "auditor.hq", "admin.hq"):
        assert "Алёна" not in today(world, sign_in)
    assert "Nothing needs you now." in today(world, "officer.cairo")


def test_a_big_button_opens_a_file_for_whoever_may(world) -> None:
    assert 'href="/cases/new"' in world.client("officer.cairo").get("/").text
    assert 'href="/cases/new"' not in world.client("finance.cairo").get("/").text


def test_damaged_cards_hide_nothing_else_and_are_said(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal"))
    with world.database.main.writing() as session:
        session.execute(update(CardSegment).values(sealed_cards=b"\x01" * 40))
    assert "Some files could not be looked at for this page" in today(world, "officer.cairo")


# -- each thing once, in words that stand alone


def test_what_is_pressing_in_a_file_in_danger_is_not_said_again_among_the_next_days(world, recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="critical"))
    assess(world, "officer.cairo", "critical", "Two men wait at her door.", cairo_day() + timedelta(days=3))
    said = [
        Profile(country="EG", next_step="Call the lawyer", next_step_on=cairo_day() + timedelta(days=1)),
        Task(what="Buy a telephone", for_id=world.demonstration.members["officer.cairo"], due_on=cairo_day()),
        Action(kind="call", when=datetime.now(UTC), addressee="The ministry", next_on=cairo_day() + timedelta(days=4)),
    ]
    add(world, "officer.cairo", *said)
    page = today(world, "officer.cairo")
    assert page.count("Call the lawyer") == 1
    assert page.count("Buy a telephone") == 1
    assert "The ministry" in page[page.index("The next 7 days") :]


def test_a_tag_says_alone_what_is_high(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="high"))
    assert "Not assessed: High urgency" in today(world, "officer.cairo")
    assess(world, "officer.cairo", "high", "Two men wait at her door.", cairo_day() + timedelta(days=3))
    assert "High risk" in today(world, "officer.cairo")
    assert "High risk" in said(world.client("officer.cairo").get("/cases"))


def test_the_day_itself_is_said_once_and_a_file_that_is_opened_is_a_new_one(world, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    add(
        world,
        "officer.cairo",
        Task(what="Call", for_id=world.demonstration.members["officer.cairo"], due_on=cairo_day()),
    )
    page = world.client("officer.cairo").get("/").text
    week = page[page.index("The next 7 days") :]
    assert re.search(r"<h3[^>]*>Today</h3>", week)
    assert "It begins a new file." in page


def test_the_next_contact_that_was_agreed_comes_in_the_week_and_on_the_page(world, recording: Recording) -> None:
    done = recording.by("officer.cairo", recorded("EG", "Salma Mithal", urgency="low"))
    now = datetime.now(UTC)
    agreed = {"defender": cairo_day() + timedelta(days=3), "family": cairo_day() + timedelta(days=5)}
    add(
        world,
        "officer.cairo",
        Contact(when=now - timedelta(days=3), with_whom="family", next_on=cairo_day() - timedelta(days=1)),
        *(Contact(when=now - timedelta(days=2), with_whom=whom, next_on=on) for whom, on in agreed.items()),
    )
    week = today(world, "officer.cairo").partition("The next 7 days")[2]
    assert week.index("Hear from the defender") < week.index("Next contact: Family")
    sheet = said(world.client("officer.cairo").get(f"/cases/{done.case_id}"))
    comes = sheet.partition("What comes next")[2].partition("What we may do")[0]
    assert "(in 3 days): Hear from the defender" in comes
    assert "(in 5 days): Next contact: Family" in comes
    assert comes.count("Hear from the defender") == comes.count("Next contact") == 1
    add(world, "officer.cairo", *(Contact(when=now, with_whom=whom) for whom in agreed))
    sheet = said(world.client("officer.cairo").get(f"/cases/{done.case_id}"))
    days = 30 - (cairo_day() - now.date()).days  # a month from a moment's day by UTC, said by the office's clocks
    assert f"(in {days} days): Hear from the defender" in sheet
    assert "Next contact: Family" not in sheet
