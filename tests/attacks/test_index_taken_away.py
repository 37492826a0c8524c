"""Somebody takes rows of the trail's index away, or puts some there: what never happened is asked of the entries
themselves, and what did is believed of an entry that says so itself."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, delete, event, select, text, update

from hrd_cases.accounts import kept
from hrd_cases.accounts.credentials import seal_address
from hrd_cases.accounts.mail_changed import unknown_change
from hrd_cases.accounts.models import KeptForm, Member
from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import was_sent_by
from hrd_cases.audit.members import last_step
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.turns import is_told_absence, is_told_clock
from hrd_cases.cases.begun import made_before
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import Answer, Conversation, Note
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.lost import lost_files
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.writing import write
from hrd_cases.door.house import Sent
from hrd_cases.keys.charter import Signer
from hrd_cases.keys.models import Letter
from hrd_cases.offices.absences import record_absence, remove_absence
from hrd_cases.offices.members import revoke_member
from hrd_cases.offices.models import Absence, Notice, NoticeReading
from hrd_cases.offices.notices import send_notice
from hrd_cases.outbox.book import to_member
from hrd_cases.unattended import AddressBook
from tests.accounts.walk import Person
from tests.attacks.past_our_code import columns_of, findings, office, planted, refused_letters, tables, told
from tests.cases.acting import sentences
from tests.cases.conftest import recorded
from tests.offices.people import member_id
from tests.world import World

NOT_FOUND = "the index does not find this entry by what it is about"


def now() -> datetime:
    """The moment itself: a letter that says another than the trail is refused."""
    return datetime.now(UTC)


def take_away(world: World, about: uuid.UUID, event: str | None = None) -> None:
    """Rows of the index: all about something, or those of one event."""
    gone = delete(AuditSubject).where(AuditSubject.subject_id == about)
    if event is not None:
        gone = gone.where(AuditSubject.number.in_(select(AuditEntry.number).where(AuditEntry.event == event)))
    with tables(world) as session:
        session.execute(gone)


# -- a file that begins anew


@pytest.mark.parametrize("which", ["all of the file's", "that it was opened"])
def test_a_file_that_was_opened_does_not_begin_anew(world: World, which: str) -> None:
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Def Ender"), (), now())
    world.client("officer.cairo").get("/")
    with world.acting("officer.cairo") as (session, by):
        case = session.scalars(select(Case)).one()
        defender = open_file(session, case).defender
        assert defender is not None
        no = (Answer(purpose="public", state="refused"),)
        said = Conversation(when=now(), speaker_id=defender.id, standing="self", language="ar", answers=no)
        write(session, by, case, said, now())
        write(session, by, case, Note(text="NEVER CALL: PHONE TAPPED"), now())
        touched(session, by, case)
        case_id = case.id
    with tables(world) as session:
        for statement in (
            "UPDATE entries SET corrects_id = NULL",
            "DELETE FROM entries",
            "DELETE FROM cases",
            "UPDATE letters SET folded_at = NULL",
        ):
            session.execute(text(statement))
    take_away(world, case_id, None if which.startswith("all") else "case_opened")
    for who in ("head.cairo", "officer.cairo"):
        answer = world.client(who).get(f"/cases/{case_id}")
        assert answer.status_code == 404
        assert "Def Ender" not in answer.text
    with tables(world) as session:
        assert session.get(Case, case_id) is None
    assert refused_letters(world) == []
    assert told(world, Event.ALARM_RAISED) >= 1, "the trail says that its letter was taken in before"
    assert NOT_FOUND in findings(world)


# -- mail addresses, codes


def address_of(world: World, who: uuid.UUID) -> list[str]:
    book = AddressBook(world.house.settings)
    with world.database.main.reading() as session:
        return [one.address for one in book.addressees(session, to_member(who))]


def test_a_planted_address_gets_no_mail_whatever_the_index_lacks(world: World) -> None:
    who = member_id(world, "auditor.hq")
    assert len(address_of(world, who)) == 1
    take_away(world, who)
    assert len(address_of(world, who)) == 1, "the entries tell of it still"
    with tables(world) as session:
        session.get_one(Member, who).address_sealed = seal_address(world.house.settings, who, "evil@example.org")
    assert address_of(world, who) == []


def test_an_address_that_no_entry_tells_of_gets_no_mail(world: World) -> None:
    who = member_id(world, "auditor.hq")
    with tables(world) as session:
        about = select(AuditSubject.number).where(AuditSubject.subject_id == who)
        session.execute(delete(AuditEntry).where(AuditEntry.number.in_(about)))
        session.get_one(Member, who).address_sealed = seal_address(world.house.settings, who, "evil@example.org")
    assert address_of(world, who) == []


def test_a_used_code_stays_used_whatever_the_index_lacks(world: World) -> None:
    Person(world, "officer.cairo").sign_in_now()
    who = member_id(world, "officer.cairo")
    with world.database.main.reading() as session:
        step = last_step(session, who)
    assert step > 0
    take_away(world, who)
    with tables(world) as session:
        session.execute(update(Member).where(Member.id == who).values(totp_last_step=0))
    with world.database.main.reading() as session:
        assert last_step(session, who) == step


def test_a_changed_address_is_told_whatever_the_index_lacks(world: World) -> None:
    from hrd_cases.audit.events import Event
    from hrd_cases.audit.trail import record

    who = member_id(world, "officer.cairo")
    with world.acting("admin.hq") as (session, _):
        record(session, Event.ADDRESS_CORRECTED, member=who, address=b"1" * 32)
    take_away(world, who)
    with world.database.main.reading() as session:
        assert unknown_change(session, who) is not None


# -- letters, absences, clocks


def test_what_somebody_sent_who_had_left_is_refused_whatever_the_index_lacks(world: World) -> None:
    from hrd_cases.audit.events import Event
    from hrd_cases.audit.trail import record

    who = member_id(world, "officer.minsk")
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Def Ender"), (), now())
        fingerprint = session.get_one(Member, who).fingerprint or b""
    with world.acting("admin.hq") as (session, admin):
        revoke_member(session, admin, session.get_one(Member, who), datetime.now(UTC))
    with world.database.main.writing() as session:
        from hrd_cases.audit.trail import Actor, act_as

        letter = session.scalars(select(Letter)).one()
        act_as(session, Actor("officer.minsk", who))
        session.execute(delete(AuditSubject).where(AuditSubject.subject_id == letter.id))
        record(session, Event.LETTER_SENT, letter=letter.id, office=who, act=letter.act, digest=letter.digest)
    with world.database.main.reading() as session:
        letter = session.scalars(select(Letter)).one()
        assert not was_sent_by(session, letter, Signer(who, fingerprint))
    take_away(world, who)
    with world.database.main.reading() as session:
        assert not was_sent_by(session, letter, Signer(who, fingerprint))


def test_an_absence_that_was_removed_and_put_back_counts_for_nothing(world: World) -> None:
    with world.acting("head.minsk") as (session, head):
        charter = head.charters.of(world.demonstration.offices["DEL_BLR"])
        officer = member_id(world, "officer.minsk")
        away = record_absence(session, head, charter, officer, now().date(), now().date() + timedelta(days=9), now())
        kept_row = columns_of(away)
    with world.acting("head.minsk") as (session, head):
        remove_absence(session, head, session.get_one(Absence, kept_row["id"]))
    with tables(world) as session:
        planted(session, Absence, kept_row)
    take_away(world, officer, "absence_removed")
    with world.database.main.reading() as session:
        assert not is_told_absence(session, session.get_one(Absence, kept_row["id"]))


def test_a_clock_that_was_stopped_and_set_going_again_counts_for_nothing(world: World) -> None:
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Def Ender"), (), now())
    browser = world.client("officer.cairo")
    browser.get("/")
    with tables(world) as session:
        case_id = session.scalars(select(Acknowledgement.case_id)).one()
        assert is_told_clock(session, session.get_one(Acknowledgement, case_id))
    assert browser.post(f"/cases/{case_id}/step/acknowledge", {}).status_code == 303
    with tables(world) as session:
        session.execute(update(Acknowledgement).values(acknowledged_at=None))
    take_away(world, case_id, "clock_stopped")
    with world.database.main.reading() as session:
        assert not is_told_clock(session, session.get_one(Acknowledgement, case_id))


def test_headquarters_sees_a_lost_file_whatever_the_index_lacks(world: World) -> None:
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Def Ender"), (), now())
    with tables(world) as session:
        case_id = session.scalars(select(Letter.subject_id)).one()
        session.execute(delete(Letter))
    take_away(world, case_id)
    assert "A file sent to Cairo failed its check" in sentences(world.client("desk.hq").get("/").text)


def test_an_index_row_of_another_file_hides_no_lost_one(world: World) -> None:
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Arrives"), (), now())
    world.client("officer.cairo").get("/")
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Is Lost"), (), datetime.now(UTC))
    with tables(world) as session:
        lost = session.scalars(select(Letter).where(Letter.folded_at.is_(None))).one()
        opened = select(AuditEntry.number).where(AuditEntry.event == "case_opened")
        number = session.scalars(opened.order_by(AuditEntry.number.desc()).limit(1)).one()
        session.execute(cast(Table, AuditSubject.__table__).insert().values(subject_id=lost.subject_id, number=number))
        session.delete(lost)
    with world.database.main.reading() as session:
        assert [row.case_id for row in lost_files(session)] == [lost.subject_id]


def test_what_a_member_made_before_is_known_whatever_the_index_lacks(world: World) -> None:
    with world.acting("officer.minsk") as (session, by):
        submit(session, by, recorded("EG", "Def Ender"), (), now())
    with tables(world) as session:
        case_id = session.scalars(select(Letter.subject_id)).one()
    take_away(world, case_id)
    with world.acting("officer.minsk") as (session, by):
        assert made_before(session, by, case_id) is not None


# -- kept forms, notices


def test_a_form_that_was_thrown_away_is_not_offered_again_whatever_the_index_lacks(world: World) -> None:
    with world.acting("officer.cairo") as (session, by):
        kept_id = kept.keep_own(session, by.member_id, by.ring.keys, Sent("/cases/x", [("text", "words")], None))
        assert kept_id is not None
        row = columns_of(session.get_one(KeptForm, kept_id))
    with world.acting("officer.cairo") as (session, by):
        kept.drop_kept(session, session.get_one(KeptForm, kept_id))
    with tables(world) as session:
        planted(session, KeptForm, row)
    take_away(world, kept_id)
    with world.acting("officer.cairo") as (session, by):
        assert kept.kept_forms(session, by.member_id) == []
        assert kept.kept_form(session, by.member_id, kept_id) is None
        assert kept.held_form(session, by.member_id, kept_id) is None
        assert kept.how_many_wait(session, by.member_id) == 0


def test_however_many_forms_wait_the_trail_is_asked_once_and_rows_planted_by_the_thousand_end_no_page(
    world: World,
) -> None:
    with world.acting("officer.cairo") as (session, by):
        for number in range(kept.MOST):
            kept.keep_own(session, by.member_id, by.ring.keys, Sent(f"/cases/{number}", [("text", "words")], None))
        row = columns_of(kept.kept_forms(session, by.member_id)[0])
    with world.acting("officer.cairo") as (session, by):
        bound, asked = session.get_bind(), []
        count = lambda *given: asked.append(given[2])  # noqa: E731 - the database calls it
        event.listen(bound, "before_cursor_execute", count)
        assert len(kept.kept_forms(session, by.member_id)) == kept.MOST
        event.remove(bound, "before_cursor_execute", count)
    assert sum("FROM audit_entries" in one for one in asked) == 1
    with tables(world) as session:
        for _ in range(1_200):
            planted(session, KeptForm, row | {"id": uuid.uuid4()})
    with world.acting("officer.cairo") as (session, by):
        assert len(kept.kept_forms(session, by.member_id)) == kept.MOST + 1_200


def test_an_index_row_of_another_reading_hides_no_notice(world: World) -> None:
    def send(subject: str) -> None:
        with world.acting("desk.hq") as (session, sender):
            send_notice(session, sender, office(world, session), subject, "words", datetime.now(UTC))

    send("The First One")
    browser = world.client("officer.cairo")
    browser.get("/")
    with tables(world) as session:
        first = session.scalars(select(Notice.id)).one()
    browser.post(f"/notices/{first}/put-away", {})
    send("The Second One")
    assert "The Second One" in browser.get("/").text
    with tables(world) as session:
        number: Any = session.scalars(select(AuditEntry.number).where(AuditEntry.event == "notice_read")).one()
        second = session.scalars(select(Notice.id).where(Notice.id != first)).one()
        reader = member_id(world, "officer.cairo")
        planted(session, NoticeReading, {"notice_id": second, "member_id": reader, "read_at": now()})
        session.execute(cast(Table, AuditSubject.__table__).insert().values(subject_id=second, number=number))
    assert "The Second One" in browser.get("/").text
