"""Somebody may write every table and holds no member's passphrase: what they do to case files is refused where the file
is opened, or found by the check of the trail. Nothing they plant reads as if a colleague had written it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.cases import drafts
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Note, Person
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Acknowledgement, Case, Draft, Entry
from hrd_cases.cases.writing import correct, write
from hrd_cases.errors import Locked, Tampered
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.models import Absence, DutyDay
from tests.attacks.past_our_code import columns_of, findings, planted, tables
from tests.cases.conftest import recorded
from tests.world import World, already

FIRST, SECOND, OLD, NEW, DRAFTED = "First Name", "Second Name", "The old word", "The new word", "A Draft Of Hers"
NOT_TOLD = "nothing in the trail tells of this row"


def filed(world: World) -> None:
    """Two files in Cairo, in the first a corrected note; a draft, an absence, and a file that waits in Minsk."""
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, officer):
        for name in (FIRST, SECOND):
            case = session.get_one(Case, submit(session, officer, recorded("EG", name), (), now).case_id)
            written = write(session, officer, case, Note(text=OLD), now)
            session.flush()
            if name == FIRST:
                correct(session, officer, open_file(session, case, anew=True), written.id, Note(text=NEW), now)
            touched(session, officer, case)
        submit(session, officer, recorded("BY", "Waits In Minsk"), (), now)
        drafts.save(session, officer, None, recorded("EG", DRAFTED), (), now)
        own, today = world.demonstration.offices["DEL_EGY"], now.date()
        record_absence(session, officer, officer.charters.of(own), officer.member_id, today, today, now)
    assert findings(world) == []


@pytest.fixture
def told(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    return already(world, filed, tmp_path_factory)


def seen(world: World, name: str = FIRST, who: str = "officer.cairo") -> File:
    """A file as a member of the office opens it."""
    with world.acting(who) as (session, _):
        cairo = world.demonstration.offices["DEL_EGY"]
        for case in session.scalars(select(Case).where(Case.office_id == cairo)):
            file = open_file(session, case)
            if file.name == name:
                _ = [(one.details, one.author_id) for one in file.entries]
                return file
    raise AssertionError(name)


def calm(world: World, case_id: uuid.UUID) -> str:
    """Every page of the file stands; the words of its first."""
    browser, file = world.client("officer.cairo"), f"/cases/{case_id}"
    answers = {path: browser.get(path) for path in (file, f"{file}/print", f"{file}/timeline/1", "/cases", "/")}
    assert {path: one.status_code for path, one in answers.items() if one.status_code >= 500} == {}
    return answers[file].text


def notes(session: Session, case_id: uuid.UUID) -> tuple[Entry, Entry]:
    """The note that was corrected, and its correction."""
    correction = session.scalars(select(Entry).where(Entry.case_id == case_id, Entry.corrects_id.is_not(None))).one()
    return session.get_one(Entry, correction.corrects_id), correction


def test_they_plant_an_entry(told: World) -> None:
    """A copy of one under a new id, and one of their own bytes."""
    file = seen(told)
    with tables(told) as session:
        entry = session.get_one(Entry, file.notes[0].entry.id)
        copy = columns_of(entry) | {"id": uuid.uuid4(), "corrects_id": None}
        planted(session, Entry, copy)
        planted(session, Entry, copy | {"id": uuid.uuid4(), "sealed_file": b"\x01" * 80})
    assert findings(told).count(NOT_TOLD) == 2
    again = seen(told)
    assert len(again.damaged) == 2
    assert [one.said.text for one in again.notes] == [NEW]
    calm(told, file.case.id)


@pytest.mark.parametrize("how", ["its case", "its case and its folder"])
def test_they_move_an_entry_to_another_file(told: World, how: str) -> None:
    first, second = seen(told), seen(told, SECOND)
    with tables(told) as session:
        moved = {"entry": first.notes[0].entry.id.hex, "case": second.case.id.hex, "folder": second.case.folder_id.hex}
        more = ", folder_id = :folder" if how.endswith("folder") else ""
        session.execute(text(f"UPDATE entries SET case_id = :case{more} WHERE id = :entry"), moved)
    again = seen(told, SECOND)
    assert [one.said.text for one in again.notes] == [OLD]  # its own, and nothing of the other file's
    assert len(again.damaged) + len(again.locked) == 1
    assert NEW not in calm(told, second.case.id)
    calm(told, first.case.id)


def test_they_make_a_correction_correct_something_else(told: World) -> None:
    file = seen(told)
    assert file.defender is not None
    with tables(told) as session:
        values = {"what": file.defender.entry.id.hex, "entry": file.notes[0].entry.id.hex}
        session.execute(text("UPDATE entries SET corrects_id = :what WHERE id = :entry"), values)
    again = seen(told)
    assert again.defender is not None
    assert [one.id for one in again.damaged] == [file.notes[0].entry.id]
    assert [one.said.text for one in again.notes] == [OLD]
    calm(told, file.case.id)


def test_they_take_a_correction_away(told: World) -> None:
    """What was corrected stands again, for whoever reads: the check of the trail names what is gone."""
    file = seen(told)
    with tables(told) as session:
        session.execute(text("DELETE FROM entries WHERE id = :entry"), {"entry": file.notes[0].entry.id.hex})
    assert findings(told) == ["this row is gone"]
    calm(told, file.case.id)


def test_they_set_a_case_back(told: World) -> None:
    file = seen(told)
    with told.database.main.reading() as session:
        older = columns_of(session.get_one(Case, file.case.id))["sealed_file"]
    with told.acting("officer.cairo") as (session, officer):
        case = session.get_one(Case, file.case.id)
        case.state = "closed"
        write(session, officer, case, Note(text="Closed."), datetime.now(UTC))
    with tables(told) as session:
        session.execute(
            text("UPDATE cases SET sealed_file = :blob WHERE id = :case"), {"blob": older, "case": file.case.id.hex}
        )
    assert findings(told) == [
        "this row was set back to an older state",
        "a file's row says another version than what is sealed in it",
    ]


@pytest.mark.parametrize("column", ["office_id", "opened_at", "folder_id"])
def test_they_edit_a_bound_column_of_a_case(told: World, column: str) -> None:
    """Given to another office, it opens neither there nor here; a stranger's keys are no more for it."""
    file, minsk = seen(told), told.demonstration.offices["DEL_BLR"]
    other = {
        "office_id": minsk.hex,
        "folder_id": seen(told, SECOND).case.folder_id.hex,
        "opened_at": "2020-01-01 00:00:00.000000",
    }
    with tables(told) as session:
        values = {"value": other[column], "case": file.case.id.hex}
        session.execute(text(f"UPDATE cases SET {column} = :value WHERE id = :case"), values)
    for who in ("officer.cairo", "officer.minsk"):
        with told.acting(who) as (session, _), pytest.raises((Tampered, Locked)):
            session.get_one(Case, file.case.id).reference  # noqa: B018 - reading it is what must fail
        answer = told.client(who).get(f"/cases/{file.case.id}")
        assert answer.status_code < 500
        assert NEW not in answer.text
    assert told.client("officer.cairo").get("/cases").status_code == 200


def test_they_swap_cards_between_segments_and_circles(told: World) -> None:
    told.client("officer.minsk").get("/cases")  # folds what waits there: a circle with a card of its own
    with tables(told) as session:
        rows = session.scalars(select(CardSegment)).all()
        assert len({row.circle_id for row in rows}) == 2
        one, other = rows[0], rows[1]
        one.sealed_cards, other.sealed_cards = other.sealed_cards, one.sealed_cards
        one.sealed_names, other.sealed_names = other.sealed_names, one.sealed_names
    assert len([one for one in findings(told) if "this row" in one]) >= 2
    for who, foreign in (("officer.cairo", "Waits In Minsk"), ("officer.minsk", FIRST)):
        for path in ("/cases", "/"):
            answer = told.client(who).get(path)
            assert (answer.status_code, foreign in answer.text) == (200, False)


def test_they_give_a_whole_segment_to_another_circle(told: World) -> None:
    told.client("officer.minsk").get("/cases")
    with tables(told) as session:
        cairo, minsk = (
            session.scalars(select(CardPlace.circle_id).join(Case, Case.id == CardPlace.case_id).where(
                Case.office_id == told.demonstration.offices[code])).first() or uuid.UUID(int=0)
            for code in ("DEL_EGY", "DEL_BLR")
        )  # fmt: skip
        values = {"to": minsk.hex, "from": cairo.hex}
        session.execute(text("UPDATE card_places SET circle_id = :to WHERE circle_id = :from"), values)
        session.execute(text("UPDATE card_segments SET circle_id = :to WHERE circle_id = :from"), values)
    answer = told.client("officer.minsk").get("/cases")
    assert (answer.status_code, FIRST in answer.text) == (200, False)
    assert told.client("officer.cairo").get("/cases").status_code == 200


PLACES = [
    ("DELETE FROM card_places WHERE case_id = :case", "the card of this case has no place"),
    ("UPDATE card_places SET case_id = :other WHERE case_id = :case", "a card's place is kept for a case there is not"),
    (
        (
            "UPDATE card_places SET segment_id = (SELECT id FROM card_segments s"
            " WHERE s.circle_id <> card_places.circle_id) WHERE case_id = :case"
        ),
        "a card's place is in a segment of another circle",
    ),
    ("UPDATE card_segments SET used = used + 1", "a segment holds more or fewer cards than have their place in it"),
]


@pytest.mark.parametrize(("statement", "finding"), PLACES)
def test_they_change_where_a_card_lies(told: World, statement: str, finding: str) -> None:
    told.client("officer.minsk").get("/cases")
    assert findings(told) == []
    with tables(told) as session:
        office = told.demonstration.offices["DEL_EGY"]
        case = session.scalars(select(Case.id).where(Case.office_id == office).order_by(Case.opened_at)).first()
        assert case is not None
        values = {"case": case.hex, "other": uuid.uuid4().hex}
        session.execute(text(statement), {name: one for name, one in values.items() if f":{name}" in statement})
    assert finding in findings(told)


def test_they_plant_a_draft(told: World) -> None:
    """One of an officer's shown as her head's: it is no draft of the head's, for its author is sealed into it."""
    head = told.demonstration.members["head.cairo"]
    with tables(told) as session:
        row = session.scalars(select(Draft)).one()
        planted(session, Draft, columns_of(row) | {"id": uuid.uuid4(), "author_id": head})
    assert NOT_TOLD in findings(told)
    answer = told.client("head.cairo").get("/cases/drafts")
    assert (answer.status_code, DRAFTED in answer.text) == (200, False)
    with tables(told) as session:
        session.execute(text("UPDATE drafts SET author_id = :head"), {"head": head.hex})
    for who in ("head.cairo", "officer.cairo"):
        answer = told.client(who).get("/cases/drafts")
        assert (answer.status_code, DRAFTED in answer.text) == (200, False)


# -- clear rows that say who is asked, and when: they open nothing


def test_they_stop_a_clock(told: World) -> None:
    """The file shows on the officer's Today all the same: what waits is read from the file, not from the clock."""
    with tables(told) as session:
        session.scalars(select(Acknowledgement)).one().acknowledged_at = datetime.now(UTC)
    assert "Waits In Minsk" in told.client("officer.minsk").get("/").text
    with tables(told) as session:
        session.execute(delete(Acknowledgement))
    assert "Waits In Minsk" in told.client("officer.minsk").get("/").text


def test_they_give_a_clock_to_another_officer(told: World) -> None:
    """Whoever it says it waits for, the sealed file says whose it is."""
    other = told.demonstration.members["officer.bogota"]
    with tables(told) as session:
        clock = session.scalars(select(Acknowledgement)).one()
        clock.officer_id, clock.office_id = other, told.demonstration.offices["DEL_COL"]
    answer = told.client("officer.bogota").get("/")
    assert (answer.status_code, "Waits In Minsk" in answer.text) == (200, False)
    assert "Waits In Minsk" in told.client("officer.minsk").get("/").text


@pytest.mark.parametrize("who", ["deputy.cairo", "officer.bogota"])
def test_they_send_everybody_on_leave(told: World, who: str) -> None:
    """A file goes to a colleague of the same office instead, or to headquarters: never to somebody without its key."""
    now = datetime.now(UTC)
    with tables(told) as session:
        for code, name in (("DEL_BLR", "officer.minsk"), ("DEL_BLR", "head.minsk"), ("DEL_BLR", who)):
            member = told.demonstration.members[name]
            away = Absence(
                office_id=told.demonstration.offices[code],
                member_id=member,
                first_on=now.date(),
                last_on=now.date() + timedelta(days=9),
                recorded_by=member,
                recorded_at=now,
            )
            session.add(away)
    with told.acting("officer.cairo") as (session, officer):
        went = submit(session, officer, recorded("BY", "Another"), (), now)
    allowed = {told.demonstration.offices[code] for code in ("DEL_BLR", "HQ")}
    assert went.to.office_id in allowed
    assert went.to.officer_id != told.demonstration.members[who]


def test_they_put_somebody_on_duty_who_is_none_of_headquarters(told: World) -> None:
    now = datetime.now(UTC)
    with tables(told) as session:
        session.execute(delete(DutyDay))
        for day in range(-2, 3):
            on = now.date() + timedelta(days=day)
            session.add(DutyDay(on=on, member_id=told.demonstration.members["finance.minsk"]))
    with told.acting("officer.cairo") as (session, officer):
        went = submit(session, officer, recorded("FR", "No Office"), (), now)
    assert went.to.office_id == told.demonstration.offices["HQ"]
    assert went.to.officer_id != told.demonstration.members["finance.minsk"]
    assert told.client("desk.hq").get("/offices/duty").status_code == 200


def test_the_control_an_honest_office_has_no_finding(told: World) -> None:
    assert findings(told) == []
    assert [one.said.text for one in seen(told).notes] == [NEW]
    assert {one.said.role for one in seen(told).all(Person)} == {"defender"}
