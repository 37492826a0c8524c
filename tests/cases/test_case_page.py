"""The case page: what an officer needs stands on one page, and can be printed."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

import pytest
from sqlalchemy import Table, select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import read_body
from hrd_cases.cases.card import touched
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Action, Contact, Dated, Incident, Note
from hrd_cases.cases.file import open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.writing import write
from tests.accounts.walk import count, main_of
from tests.cases.acting import said, sentences
from tests.cases.conftest import Recording, recorded
from tests.cases.typed import fill
from tests.pages.markup import faults
from tests.world import World

NAME = "سلمى عبد الرحمن المثال"
WRITTEN = ("person", "source", "incident", "contact", "meeting", "action", "task", "note")


@pytest.fixture
def case_id(recording: Recording) -> uuid.UUID:
    done = recording.by("officer.cairo", recorded("EG", NAME))
    assert done.case_id is not None
    return done.case_id


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_a_file_is_sound(world: World, case_id: uuid.UUID, language: str) -> None:
    browser = world.client("officer.cairo")
    pages = ["", "/print", "/timeline/1", *(f"/add/{kind}" for kind in WRITTEN)]
    for page in pages:
        answer: Any = browser.get(f"/cases/{case_id}{page}", **{"Accept-Language": language})
        assert answer.status_code == 200, page
        assert faults(answer.text) == [], page
        assert NAME not in answer.text.split("</title>")[0]


FIRST = ("How to reach them safely", "Who, and in what danger", "What comes next", "What we may do", "Last events",
         "Tasks", "Incidents", "People on file")  # fmt: skip


def test_what_an_officer_needs_first_stands_first(world: World, case_id: uuid.UUID) -> None:
    page = main_of(world.client("officer.cairo").get(f"/cases/{case_id}").text)
    places = [page.index(heading) for heading in FIRST]
    assert places == sorted(places)
    assert "Nobody has written how to reach them safely." in page
    assert "Nothing goes outward before that." in page


def test_never_stands_before_every_way_and_a_dangerous_way_is_no_way(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    defender = _defender(world, case_id)
    ways = {"ways-0-kind": "secure_messenger", "ways-0-value": "salma.example", "ways-0-use": "safe",
            "ways-1-kind": "phone", "ways-1-value": "+20 1", "ways-1-use": "never"}  # fmt: skip
    fill(officer, f"/cases/{case_id}/entries/{defender}/correct", never="Never name the office.", **ways)
    page = main_of(officer.get(f"/cases/{case_id}").text)
    assert page.index("Never name the office.") < page.index("Telephone: +20 1") < page.index("salma.example")


def _defender(world: World, case_id: uuid.UUID) -> uuid.UUID:
    with world.acting("officer.cairo") as (session, _):
        found = open_file(session, session.get_one(Case, case_id)).defender
        assert found is not None
        return found.id


def test_a_file_that_arrived_says_until_when_somebody_has_to_take_it(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("BY", "Алёна"))
    with world.acting("officer.minsk") as (session, _):
        arrived = session.scalars(select(Case.id)).one()
    page = main_of(world.client("officer.minsk").get(f"/cases/{arrived}").text)
    assert "Somebody has to take this file" in page
    assert "Acknowledge it until" in page
    assert page.index("Acknowledge it until") < page.index("How to reach them safely")
    answer = world.client("officer.minsk").get(f"/cases/{arrived}/step/acknowledge")
    assert answer.status_code == 200


def test_a_print_is_marked_numbered_and_in_the_trail(world: World, case_id: uuid.UUID) -> None:
    page = main_of(world.client("officer.cairo").get(f"/cases/{case_id}/print").text)
    (number,) = re.findall(r"Export ([A-Z]{5}-[A-Z]{5})", page)
    assert "SENSITIVE" in page
    with world.database.main.reading() as session:
        bodies = [read_body(entry) for entry in session.scalars(select(AuditEntry))]
    (printed,) = [body for body in bodies if body.event == Event.CASE_PRINTED.value]
    assert printed.fields == {"case": str(case_id), "export": number, "sources": False}


@pytest.mark.parametrize("page", ["", "/print"])
def test_screen_and_paper_say_that_nobody_assessed_the_risk(world: World, case_id: uuid.UUID, page: str) -> None:
    shown = " ".join(main_of(world.client("officer.cairo").get(f"/cases/{case_id}{page}").text).split())
    assert "Risk not assessed" in shown
    assert re.search("Recorded as urgency: [A-Z]", re.sub("<[^>]+>", "", shown))


def test_the_trail_finds_everything_of_a_file_by_its_id(world: World, case_id: uuid.UUID) -> None:
    fill(world.client("officer.cairo"), f"/cases/{case_id}/add/note", text="A note")
    with world.database.main.reading() as session:
        numbers = set(session.scalars(select(AuditSubject.number).where(AuditSubject.subject_id == case_id)))
        bodies = [read_body(entry) for entry in session.scalars(select(AuditEntry)) if entry.number in numbers]
    assert {"case_opened", "page_read", "entry_written"} <= {body.event for body in bodies}


def test_a_damaged_entry_is_said_calmly_and_hides_no_other(world: World, case_id: uuid.UUID) -> None:
    fill(world.client("officer.cairo"), f"/cases/{case_id}/add/note", text="The neighbours know.")
    with world.acting("officer.cairo") as (session, _):
        file = open_file(session, session.get_one(Case, case_id))
        incident = file.incidents[0].id
    with world.database.main.writing() as session:
        table = cast(Table, Entry.__table__)
        session.connection().execute(
            table.update().where(table.c.id == incident).values(sealed_file=b"\x01" + b"x" * 90)
        )
    page = main_of(world.client("deputy.cairo").get(f"/cases/{case_id}").text)
    assert "1 entry of this file failed its check." in page
    assert "The neighbours know." in page
    timeline = main_of(world.client("deputy.cairo").get(f"/cases/{case_id}/timeline/1").text)
    assert "Failed its check" in timeline
    assert world.client("deputy.cairo").get(f"/cases/{case_id}/entries/{incident}").status_code == 404
    assert count(world, Event.ALARM_RAISED) >= 1


def taken(work: Callable[[], object]) -> float:
    """Seconds of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


TIMES_OF_READING = 10
"""So often as long as reading its entries takes the page of a file, all of them drawn on it."""


def test_a_file_with_two_hundred_entries_opens_at_once(world: World, case_id: uuid.UUID) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, case_id)
        for number in range(200):
            said = Note(text=f"Note {number}") if number % 2 else Incident(text=f"Event {number}", types=("threat",))
            write(session, visitor, case, said, datetime.now(UTC))
        touched(session, visitor, case)
    browser = world.client("officer.cairo")
    browser.get(f"/cases/{case_id}")
    read, drawn = [], []
    for _ in range(7):  # in turns: a neighbour on the machine slows both
        with world.acting("officer.cairo") as (session, _visitor):
            case = session.get_one(Case, case_id)
            read.append(taken(partial(open_file, session, case)))
        drawn.append(taken(lambda: browser.get(f"/cases/{case_id}")))
    assert min(drawn) < TIMES_OF_READING * min(read), (read, drawn)
    assert "Page 5" in browser.get(f"/cases/{case_id}/timeline/1").text
    assert browser.get(f"/cases/{case_id}/timeline/9").status_code == 404


@pytest.mark.parametrize("page", ["", "/print"])
def test_what_could_not_be_asked_is_shown_as_that(world: World, case_id: uuid.UUID, page: str) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, case_id)
        for one in (said(ago=timedelta(days=2), un_letter="given"), said(media="impossible")):
            write(session, visitor, case, one, datetime.now(UTC))
        session.flush()
        touched(session, visitor, case)
    words = sentences(world.client("officer.cairo").get(f"/cases/{case_id}{page}").text)
    consent = words[words.index("What we may do") :]
    could_not = consent[consent.index("Could not be asked") :]
    assert could_not.startswith(f"Could not be asked {CODES['purpose'].labels['media']}")
    if "Not asked" in consent:
        not_asked = consent[consent.index("Not asked") :].partition("Could not be asked")[0]
        assert CODES["purpose"].labels["media"] not in not_asked


def test_last_events_took_place_on_a_day_that_is_known(world: World, case_id: uuid.UUID) -> None:
    now = datetime.now(UTC)
    days = [now - timedelta(days=number) for number in range(9)]
    events = (
        Contact(when=days[2] - timedelta(minutes=1), with_whom="family"),
        Contact(when=days[2], with_whom="lawyer"),
        Action(kind="call_defender", when=days[1], addressee="Stopped", state="stopped"),
        Action(kind="call_defender", when=days[1], addressee="Planned", state="planned"),
        Action(kind="call_defender", when=now + timedelta(days=3), addressee="To come"),
        Action(kind="call_defender", when=days[4], addressee="Called"),
        Incident(text="Long ago", when=Dated(on=days[8].date())),
        Incident(text="On no day that is known"),
    )
    officer = world.client("officer.cairo")
    assert "day not known: " in main_of(officer.get(f"/cases/{case_id}").text).partition("Last events")[2]
    with world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, case_id)
        for one in events:
            write(session, visitor, case, one, now)
    page = main_of(officer.get(f"/cases/{case_id}").text)
    last = page.partition("Last events")[2].partition("Tasks")[0]
    places = [last.index(words) for words in ("Lawyer", "Family", "Called")]
    assert places == sorted(places)
    for words in ("Stopped", "Planned", "To come", "Long ago", "not known", "On no day"):
        assert words not in last


def test_an_hour_that_nobody_gave_is_no_hour(world: World, case_id: uuid.UUID) -> None:
    officer = world.client("officer.cairo")
    for kind, typed in (("contact", {"with_whom": "lawyer"}), ("meeting", {"substance": "The charges."})):
        day = {"when-day": "3", "when-month": "5", "when-year": "2026"}
        assert fill(officer, f"/cases/{case_id}/add/{kind}", **typed, **day).status_code == 303
        assert fill(officer, f"/cases/{case_id}/add/{kind}", **typed, **day, hour="14:30").status_code == 303
    for page in ("", "/print"):
        told = main_of(officer.get(f"/cases/{case_id}{page}").text)
        assert "3 May 2026" in told
        assert told.count("3 May 2026, 14:30") == 2
        assert "12:00" not in told
    with world.acting("officer.cairo") as (session, _):
        unknown, _known = open_file(session, session.get_one(Case, case_id)).contacts
    fill(officer, f"/cases/{case_id}/entries/{unknown.id}/correct", text="Well.")
    with world.acting("officer.cairo") as (session, _):
        again = open_file(session, session.get_one(Case, case_id)).contacts[0].said
    assert (again.text, again.when, again.hour_unknown) == ("Well.", unknown.said.when, True)
