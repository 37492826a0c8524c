"""Somebody writes the tables, goes back in the browser, or leaves: no file, letter or draft is lost for it, unsaid."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from hrd_cases.accounts.models import Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import was_sent_by
from hrd_cases.audit.trail import Actor, Body, act_as, record
from hrd_cases.audit.turns import ToldOfTurns
from hrd_cases.cases import drafts
from hrd_cases.cases.begun import case_id_of
from hrd_cases.cases.destination import destination
from hrd_cases.cases.details import Source
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Acknowledgement, Case, Draft, Entry
from hrd_cases.cases.routing import Why
from hrd_cases.keys.charter import Signer
from hrd_cases.keys.models import Circle, Letter, Revocation
from hrd_cases.offices.absences import on_duty, put_on_duty, record_absence, remove_absence
from hrd_cases.offices.members import revoke_member
from hrd_cases.offices.models import Absence, DutyDay, Office
from hrd_cases.offices.seating import unseat
from hrd_cases.outbox.models import Delivery, Reminder
from hrd_cases.unattended import try_letters_again
from hrd_cases.vault.envelope import digest
from tests.attacks.past_our_code import findings, planted, refused_letters, tables, told
from tests.cases.acting import sentences
from tests.cases.conftest import recorded, with_source
from tests.cases.test_recording import QUICK, files
from tests.cases.typed import hidden
from tests.world import World

NOW = datetime.now(UTC)


# -- a draft that is opened


def drafted(world: World, country: str = "EG") -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A draft, the id that its file will have, and the one that anybody could have reckoned from clear columns."""
    with world.acting("officer.cairo") as (session, officer):
        draft = drafts.save(session, officer, None, recorded(country, "To Be Kept"), (), NOW)
        clear = digest("case begun", officer.member_id.bytes, draft.id.bytes, b"0")
        return draft.id, case_id_of(officer, draft.id), uuid.UUID(bytes=clear[:16])


def plant(world: World, kind: Any, case_id: uuid.UUID) -> None:
    office = world.demonstration.offices["DEL_COL"]
    clock = {"routed_at": NOW, "due_at": NOW, "headquarters_at": NOW, "reminders": b"\x90", "acknowledged_at": NOW}
    case = {"id": case_id, "folder_id": uuid.uuid4(), "version": 1, "opened_at": NOW, "sealed_file": b"\1" * 80}
    row = {"case_id": case_id} | clock if kind is Acknowledgement else case
    with tables(world) as session:
        planted(session, kind, row | {"office_id": office})


def press_open(world: World, draft_id: uuid.UUID) -> Any:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/check"
    return browser.post(path, {"told": hidden(browser.get(path).text, "told")})


@pytest.mark.parametrize("kind", [Acknowledgement, Case])
def test_nobody_reckons_the_id_of_a_file_from_clear_columns(world: World, kind: Any) -> None:
    draft_id, case_id, clear = drafted(world)
    assert case_id != clear
    plant(world, kind, clear)
    assert press_open(world, draft_id).status_code == 303
    assert [one.name for one in files(world, "officer.cairo")] == ["To Be Kept"]


@pytest.mark.parametrize("kind", [Acknowledgement, Case])
def test_a_draft_stays_where_a_row_stands_that_the_trail_does_not_tell_of(world: World, kind: Any) -> None:
    draft_id, case_id, _ = drafted(world)
    plant(world, kind, case_id)
    answer = press_open(world, draft_id)
    assert answer.status_code == 422
    assert "Nothing is lost: it waits here." in sentences(answer.text)
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.get_one(Draft, draft_id).drafted.name == "To Be Kept"
    assert told(world, Event.ALARM_RAISED) == 1


# -- a form pressed again


def posted(world: World, begun: str, **fields: Any) -> Any:
    return world.client("officer.cairo").post("/cases/new", {"begun": begun, "told": ""} | QUICK | fields)


@pytest.mark.parametrize("country", ["EG", "BY"])
def test_back_and_another_name_is_another_file(world: World, country: str) -> None:
    begun, office = str(uuid.uuid4()), "officer.cairo" if country == "EG" else "officer.minsk"
    for name in ("First Person", "First Person", "Quite Somebody Else"):
        assert posted(world, begun, name=name, country=country).status_code in (200, 303)
    assert sorted(one.name for one in files(world, office)) == ["First Person", "Quite Somebody Else"]


def test_a_list_with_a_name_put_on_top_makes_one_more_file(world: World) -> None:
    browser = world.client("officer.cairo")
    form = {"begun": str(uuid.uuid4()), "told": "", "country": "BY", "what": "Arrests", "urgency": "high", "do": "open"}
    for names in ("Anna One\nBoris Two", "Clara Zero\nAnna One\nBoris Two"):
        answer = browser.post("/cases/new/list", form | {"names": names})
        assert answer.status_code == 200
    assert sentences(answer.text).count("made before") == 2
    assert sorted(one.name for one in files(world, "officer.minsk")) == ["Anna One", "Boris Two", "Clara Zero"]


# -- a letter on its way


def letter_to_minsk(world: World, name: str = "On Its Way", source: str = "") -> None:
    draft, sourced = with_source(recorded("BY", name), source) if source else (recorded("BY", name), ())
    with world.acting("officer.cairo") as (session, officer):
        submit(session, officer, draft, sourced, datetime.now(UTC))


def in_minsk(world: World) -> list[str]:
    return [one.name for one in files(world, "officer.minsk")]


def ended(world: World, name: str = "officer.cairo") -> None:
    """Their access, as an administrator ends it."""
    with world.acting("admin.hq") as (session, admin):
        revoke_member(session, admin, session.get_one(Member, world.demonstration.members[name]), datetime.now(UTC))


def test_what_was_sent_before_its_recorder_left_arrives_with_a_warning(world: World) -> None:
    letter_to_minsk(world, source="Her Neighbour")
    ended(world)
    (file,) = files(world, "officer.minsk")
    assert file.name == "On Its Way"
    assert refused_letters(world) == []
    assert file.file.arrival is not None
    assert file.file.arrival.said.recorder_left
    assert "has left since they sent it" in sentences(world.client("officer.minsk").get(f"/cases/{file.id}").text)


def test_what_was_sent_before_its_recorder_lost_the_seat_arrives_with_a_warning(world: World) -> None:
    letter_to_minsk(world)
    with world.acting("head.cairo") as (session, head):
        office = session.get_one(Office, world.demonstration.offices["DEL_EGY"])
        officer = session.get_one(Member, world.demonstration.members["officer.cairo"])
        assert unseat(session, head, office, officer, datetime.now(UTC)) is not None
    (file,) = files(world, "officer.minsk")
    assert file.file.arrival is not None
    assert file.file.arrival.said.recorder_left


def test_the_file_of_somebody_who_is_there_carries_no_warning(world: World) -> None:
    letter_to_minsk(world)
    (file,) = files(world, "officer.minsk")
    assert "has left since they sent it" not in sentences(world.client("officer.minsk").get(f"/cases/{file.id}").text)


def test_a_planted_revocation_does_not_have_a_letter_refused(world: World) -> None:
    letter_to_minsk(world)
    with tables(world) as session:
        member = session.get_one(Member, world.demonstration.members["officer.cairo"])
        row = {"fingerprint": member.fingerprint, "revoked_by": member.id, "revoked_at": NOW, "numbers": b"\x80"}
        planted(session, Revocation, row | {"member_id": member.id})
    assert in_minsk(world) == ["On Its Way"]


def test_what_somebody_sent_who_had_left_is_refused(world: World) -> None:
    """The trail says so: the access ended before the sending."""
    ended(world)
    with world.database.main.reading() as session:
        gone = session.get_one(Member, world.demonstration.members["officer.cairo"])
        sender = Signer(gone.id, gone.fingerprint or b"")
    with world.database.main.writing() as session:
        circle = session.scalars(select(Circle.id).where(Circle.name == "casework").limit(1)).one()
        letter = Letter(circle_id=circle, circle_epoch=1, act="x", subject_id=gone.id, sealed=b"", arrived_at=NOW)
        session.add(letter)
        session.flush()
        act_as(session, Actor("officer.cairo", gone.id, gone.office_id))
        record(session, Event.LETTER_SENT, letter=letter.id, office=gone.office_id, act="x", digest=letter.digest)
        letter_id = letter.id
    with world.database.main.reading() as session:
        assert not was_sent_by(session, session.get_one(Letter, letter_id), sender)


MOVED: dict[str, Any] = {
    "circle_epoch": 77,
    "act": "nothing",
    "arrived_at": datetime(2020, 1, 1, tzinfo=UTC),
    "subject_id": uuid.uuid4(),
    "circle_id": None,
}
TOLD = "this letter is not the one that was sent, or goes elsewhere"


@pytest.mark.parametrize("column", MOVED)
def test_a_letter_that_was_led_away_is_found_and_arrives_once_it_is_as_it_was_sent(world: World, column: str) -> None:
    letter_to_minsk(world)
    with tables(world) as session:
        letter = session.scalars(select(Letter)).one()
        was = getattr(letter, column)
        elsewhere = Circle.office_id == world.demonstration.offices["DEL_COL"]
        value = MOVED[column] or session.scalars(select(Circle.id).where(elsewhere, Circle.name == "finance")).one()
        session.execute(update(Letter).values({column: value}))
        for table in (Acknowledgement, Delivery, Reminder):
            session.execute(delete(table))
    assert TOLD in findings(world)
    assert in_minsk(world) == []
    for who in ("desk.hq", "head1.hq"):
        assert "A file sent to Minsk failed its check" in sentences(world.client(who).get("/").text)
    with tables(world) as session:
        session.execute(update(Letter).values({column: was}))
    try_letters_again(world.database.main)
    assert in_minsk(world) == ["On Its Way"]
    assert TOLD not in findings(world)
    assert "A file sent to Minsk failed its check" not in sentences(world.client("desk.hq").get("/").text)


def test_a_letter_that_is_gone_is_asked_for_again_by_headquarters(world: World) -> None:
    letter_to_minsk(world)
    with tables(world) as session:
        for table in (Letter, Acknowledgement, Delivery, Reminder):
            session.execute(delete(table))
    page = world.client("desk.hq").get("/").text
    path = re.search(r"/cases/lost/[0-9a-f-]{36}", page)
    assert path is not None
    assert "officer.cairo" in sentences(world.client("desk.hq").get(path[0]).text)
    assert world.client("desk.hq").post(path[0]).status_code == 303
    assert path[0] not in world.client("desk.hq").get("/").text


def test_a_letter_that_somebody_only_marked_as_folded_is_seen_by_headquarters(world: World) -> None:
    letter_to_minsk(world)
    with tables(world) as session:
        session.execute(update(Letter).values(folded_at=NOW))
    assert "A file sent to Minsk failed its check" in sentences(world.client("desk.hq").get("/").text)


def test_what_is_rightly_refused_is_not_tried_again(world: World) -> None:
    letter_to_minsk(world, source="Her Neighbour")
    with tables(world) as session:
        session.execute(update(Letter).where(Letter.act == "case_filed").values(sealed=b"damaged"))
    assert in_minsk(world) == []
    world.client("officer.minsk").get("/")
    assert sorted(refused_letters(world)) == ["case_filed", "case_sources"]
    with world.database.main.alone():
        assert try_letters_again(world.database.main) == 0, "looking keeps nobody from writing, and waits for nobody"


def test_sources_are_tried_again_with_their_file(world: World) -> None:
    letter_to_minsk(world, source="Her Neighbour")
    with tables(world) as session:
        letter = session.scalars(select(Letter).where(Letter.act == "case_filed")).one()
        was = letter.sealed
        letter.sealed = b"damaged"
    in_minsk(world)
    world.client("officer.minsk").get("/")
    with tables(world) as session:
        session.execute(update(Letter).where(Letter.act == "case_filed").values(sealed=was))
    assert try_letters_again(world.database.main) == 2
    (file,) = files(world, "officer.minsk")
    world.client("officer.minsk").get("/")
    assert refused_letters(world) == []
    with world.acting("officer.minsk") as (session, _visitor):
        sourced = [entry.sourced for entry in session.scalars(select(Entry).where(Entry.case_id == file.id))]
    assert "Her Neighbour" in [one.name for one in sourced if isinstance(one, Source)]


def test_a_planted_row_keeps_a_letter_waiting_and_no_longer(world: World) -> None:
    letter_to_minsk(world)
    with tables(world) as session:
        case_id = session.scalars(select(Letter.subject_id)).one()
    plant(world, Case, case_id)
    world.client("officer.minsk").get("/")
    assert refused_letters(world) == []
    with tables(world) as session:
        session.execute(text("DELETE FROM cases"))
    assert in_minsk(world) == ["On Its Way"]


# -- clear rows that say who is in charge, who is there, and until when


COVERAGE = [
    "DELETE FROM coverage WHERE country = 'BY'",
    "UPDATE coverage SET until = '2020-01-01', since = '2019-01-01'",
]


@pytest.mark.parametrize("statement", COVERAGE)
def test_the_table_of_coverage_sends_no_file_elsewhere(world: World, statement: str) -> None:
    with tables(world) as session:
        session.execute(text(statement))
    letter_to_minsk(world)
    assert in_minsk(world) == ["On Its Way"]
    assert "the countries shown are not those of the charter" in findings(world)


def staff_of(world: World, place: str) -> dict[str, uuid.UUID]:
    return {name: one for name, one in world.demonstration.members.items() if name.endswith(f".{place}")}


def test_planted_absences_send_no_file_elsewhere_and_are_found(world: World) -> None:
    office, today = world.demonstration.offices["DEL_BLR"], NOW.date()
    with tables(world) as session:
        for member in staff_of(world, "minsk").values():
            away = {"first_on": today - timedelta(days=1), "last_on": today + timedelta(days=99)}
            who = {"id": uuid.uuid4(), "office_id": office, "member_id": member, "recorded_by": member}
            planted(session, Absence, who | away | {"recorded_at": NOW})
    letter_to_minsk(world)
    assert in_minsk(world) == ["On Its Way"]
    assert told(world, Event.ALARM_RAISED) == 1
    assert "an absence that nobody recorded so" in findings(world)


def test_a_planted_absence_takes_no_duty_officer_off_duty(world: World) -> None:
    today, duty = NOW.date(), world.demonstration.members["head1.hq"]
    with world.acting("head1.hq") as (session, head):
        put_on_duty(session, head.charters.headquarters(), duty, [today, today + timedelta(days=1)], today)
    with tables(world) as session:
        away = {"first_on": today, "last_on": today, "recorded_by": duty, "recorded_at": NOW}
        office = world.demonstration.offices["HQ"]
        planted(session, Absence, away | {"id": uuid.uuid4(), "office_id": office, "member_id": duty})
    with world.acting("officer.cairo") as (session, by):
        to = destination(session, by, "FR", "high", datetime.now(UTC))
        assert on_duty(session, by.charters.headquarters(), today) == duty
    assert (to.officer_id, to.doubtful) == (duty, True)


def test_planted_silence_sends_no_file_elsewhere_and_is_found(world: World) -> None:
    clock = {"routed_at": NOW - timedelta(days=40), "due_at": NOW, "headquarters_at": NOW, "reminders": b"\x90"}
    with tables(world) as session:
        for member in staff_of(world, "minsk").values():
            whose = {"case_id": uuid.uuid4(), "office_id": world.demonstration.offices["DEL_BLR"], "officer_id": member}
            planted(session, Acknowledgement, clock | whose)
    with world.acting("officer.cairo") as (session, officer):
        to = destination(session, officer, "BY", "high", datetime.now(UTC) + timedelta(days=8))
    assert (to.office_id, to.doubtful) == (world.demonstration.offices["DEL_BLR"], True)
    assert findings(world).count("this clock says something else than when it was started, or nobody started it") > 2


def test_an_absence_that_was_recorded_counts_until_it_is_removed(world: World) -> None:
    """The control: what the trail tells of moves files, and an honest roster has no finding."""
    today = datetime.now(UTC).date()
    with world.acting("head.minsk") as (session, head):
        charter = head.charters.of(world.demonstration.offices["DEL_BLR"])
        officer = world.demonstration.members["officer.minsk"]
        away = record_absence(session, head, charter, officer, today, today + timedelta(days=9), NOW)
        hq = head.charters.headquarters()
        put_on_duty(session, hq, world.demonstration.members["desk.hq"], [today], today)
    with world.acting("officer.cairo") as (session, by):
        to = destination(session, by, "BY", "high", datetime.now(UTC))
        assert (to.why, to.doubtful) != (Why.OFFICER, True)
        assert to.officer_id != officer
    with world.acting("head.minsk") as (session, head):
        remove_absence(session, head, session.get_one(Absence, away.id))
    assert findings(world) == []
    with tables(world) as session:
        session.execute(update(DutyDay).values(member_id=officer))
    assert findings(world) == ["somebody else is on duty than was put there"]


CLOCKS = {
    "stopped": (
        "UPDATE acknowledgements SET acknowledged_at = routed_at",
        "a clock was stopped, or set going again, by no act",
    ),
    "deleted": ("DELETE FROM acknowledgements", "a clock that runs was taken away"),
    "later": (
        "UPDATE acknowledgements SET due_at = '2099-01-01 00:00:00.000000'",
        "this clock says something else than when it was started, or nobody started it",
    ),
    "not reminded": ("DELETE FROM reminders", "a reminder of this clock was taken away"),
}


@pytest.mark.parametrize("how", CLOCKS)
def test_a_clock_that_somebody_turned_is_found(world: World, how: str) -> None:
    letter_to_minsk(world)
    statement, finding = CLOCKS[how]
    with tables(world) as session:
        session.execute(text(statement))
    assert findings(world) == [finding]


def test_a_clock_that_was_stopped_by_an_act_is_no_finding(world: World) -> None:
    letter_to_minsk(world)
    (file,) = files(world, "officer.minsk")
    browser, path = world.client("officer.minsk"), f"/cases/{file.id}/step/acknowledge"
    assert browser.post(path, {}).status_code == 303
    assert findings(world) == []
    with tables(world) as session:
        session.execute(delete(Acknowledgement))  # as housekeeping does after a month
    assert findings(world) == []


# -- drafts


def test_a_draft_given_to_somebody_else_is_found(world: World) -> None:
    drafted(world)
    with tables(world) as session:
        session.execute(text("UPDATE drafts SET author_id = :nobody"), {"nobody": uuid.uuid4().hex})
    assert findings(world) != []


LIES_HERE = "1 draft of a file lies here that nobody comes back for."


def test_the_head_learns_of_a_draft_whose_author_has_left(world: World) -> None:
    drafted(world)
    assert LIES_HERE not in sentences(world.client("head.cairo").get("/").text)
    ended(world)
    words = sentences(world.client("head.cairo").get("/").text)
    assert LIES_HERE in words
    assert "They are by officer.cairo" in words
    assert "To Be Kept" not in words
    for who in ("deputy.cairo", "head.minsk", "desk.hq"):
        assert LIES_HERE not in sentences(world.client(who).get("/").text)


def test_the_head_learns_of_a_draft_that_was_given_to_nobody(world: World) -> None:
    drafted(world)
    with tables(world) as session:
        session.execute(text("UPDATE drafts SET author_id = :nobody"), {"nobody": uuid.uuid4().hex})
    words = sentences(world.client("head.cairo").get("/").text)
    assert LIES_HERE in words
    assert "somebody may have written in the tables" in words


def test_entries_of_before_they_named_rows_make_no_finding(world: World) -> None:
    """An earlier version told that somebody is away, on duty, or sent a file: not as which row."""
    member, case, office = uuid.uuid4(), uuid.uuid4(), world.demonstration.offices["DEL_BLR"]
    away = {"id": uuid.uuid4(), "office_id": office, "member_id": member, "first_on": NOW.date(), "last_on": NOW.date()}
    with tables(world) as session:
        planted(session, Absence, away | {"recorded_by": member, "recorded_at": NOW})
        planted(session, DutyDay, {"on": NOW.date(), "member_id": member})
        plant_clock = {"routed_at": NOW, "due_at": NOW, "headquarters_at": NOW, "reminders": b"\x90"}
        planted(session, Acknowledgement, plant_clock | {"case_id": case, "office_id": office})
    said: dict[Event, dict[str, Any]] = {
        Event.ABSENCE_RECORDED: {"member": str(member), "office": str(office)},
        Event.DUTY_CHANGED: {"member": str(member), "days": 1},
        Event.CASE_ROUTED: {"case": str(case), "office": str(office)},
    }
    before, nothing = ToldOfTurns(), ToldOfTurns()
    for number, (event, named) in enumerate(said.items(), 1):
        before.take(Body(number, NOW, event.value, "member", member, None, named))
    with world.database.main.reading() as session:
        assert list(before.check(session)) == []
        assert len(list(nothing.check(session))) == 3
