"""Today is calm when nothing waits; headquarters' notices stand there until they were read, damaged ones as such."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from hrd_cases.keys import chain
from hrd_cases.keys.models import CharterRow, Letter
from hrd_cases.offices.models import Notice
from hrd_cases.outbox.models import FAILED, Delivery, Reminder
from tests.offices.people import events, member_id, newcomer, pin_root, said
from tests.pages.markup import faults

TEXT = "First line\nSecond line: 42"
DAMAGED = "This entry failed its check. Do not rely on it. Security has been told."
REFUSED = "A letter failed its check. Do not rely on it."


def send(world, at, subject="Read this", text=TEXT, code="DEL_EGY", by="desk.hq"):
    return world.client(by).post(at.office(code, "/notices"), {"subject": subject, "text": text})


def today(world, sign_in):
    answer = world.client(sign_in).get("/")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return said(answer)


# -- calm


@pytest.mark.parametrize(
    "member",
    ["officer.cairo", "head.cairo", "finance.cairo", "head1.hq", "desk.hq", "auditor.hq", "admin.hq", "custodian1.hq"],
)
def test_when_nothing_waits_one_sentence_and_the_local_time_stand_there(world, member):
    page = today(world, member)
    assert "Nothing needs you now." in page
    assert "What needs me now" not in page
    assert "Notices from headquarters" not in page
    assert ("· Cairo Today" if member.endswith("cairo") else "· Brussels Today") in page


def test_an_observer_alone_in_an_embassy_sees_the_red_line(world):
    page = today(world, "observer.a")
    assert "Too few of your office can open “Casework”" in page
    assert "Only one person holds the key of “Casework”: observer.a." in page


@pytest.mark.parametrize("path", ["/", "/account"])
def test_an_embassy_s_observer_is_not_taken_for_a_colleague_of_the_delegation_in_its_city(world, path):
    """The header said “observer.a · Cairo”, as it says to the officers of the delegation there."""
    embassy, delegation = (world.client(member).get(path).text for member in ("observer.a", "officer.cairo"))
    assert "<bdi>Embassy in Cairo</bdi>" in embassy
    assert "<bdi>Cairo</bdi>" not in embassy
    assert "<bdi>Cairo</bdi>" in delegation


def test_red_lines_are_told_to_who_works_with_the_key(world, at):
    world.client("head.cairo").post(at.member("finance.cairo", "/suspend"))
    for sign_in in ("officer.cairo", "deputy.cairo"):
        world.client("head.cairo").post(at.member(sign_in, "/suspend"))
    assert "Too few of your office can open “Casework”" in today(world, "head.cairo")
    assert "Casework" not in today(world, "finance2.cairo")
    for member in ("admin.hq", "auditor.hq", "head1.hq"):
        assert "Casework" not in today(world, member)


def test_a_form_that_was_not_sent_waits_on_today(world, at):
    sessions, cookie = world.demonstration.sessions, world.demonstration.cookies["head.cairo"]
    with world.database.main.writing() as session, sessions.holding(session, cookie) as held:
        held.second_factor_at -= timedelta(minutes=6)
    world.client("head.cairo").sign(at.member("officer.cairo", "/seat"), {"role": "deputy"})
    page = today(world, "head.cairo")
    assert "1 form of yours was not sent yet" in page


def test_mail_that_does_not_get_through_is_a_banner(world):
    now, officer = datetime.now(UTC), member_id(world, "officer.cairo")
    with world.database.main.writing() as session:
        reminder = Reminder(member_id=officer, slot_at=now, uniqueness=bytes(32), mails=True)
        session.add(reminder)
        session.flush()
        session.add(Delivery(reminder_id=reminder.id, member_id=officer, state=FAILED, made_at=now, next_try_at=now))
    assert "Reminders mailed to you do not get through" in today(world, "officer.cairo")
    assert "do not get through" not in today(world, "deputy.cairo")


# -- who writes notices


@pytest.mark.parametrize("member", ["desk.hq", "head1.hq", "head2.hq"])
def test_headquarters_writes_a_notice_that_the_office_reads_on_today(world, at, member):
    assert send(world, at, by=member).status_code == 303
    for reader in ("officer.cairo", "head.cairo", "deputy.cairo"):
        page = today(world, reader)
        assert "Read this" in page
        assert "Second line: 42" in page
        assert member in page


@pytest.mark.parametrize(
    "member", ["head.cairo", "officer.cairo", "admin.hq", "auditor.hq", "observer.a", "approver.hq"]
)
def test_nobody_but_headquarters_heads_and_desk_writes_notices(world, at, member):
    assert send(world, at, by=member).status_code == 403


@pytest.mark.parametrize("member", ["finance.cairo", "head.minsk", "head1.hq", "desk.hq", "admin.hq", "observer.a"])
def test_a_notice_is_read_by_the_office_s_caseworkers_only(world, at, member):
    send(world, at)
    today(world, "officer.cairo")
    assert "Read this" not in today(world, member)


def test_an_embassy_reads_its_notice(world, at):
    send(world, at, code="EMB_A_EGY")
    assert "Read this" in today(world, "observer.a")
    assert "Read this" not in today(world, "observer.b")


def test_the_writer_sees_whether_it_arrived_and_never_the_text_again(world, at):
    send(world, at)
    page = world.client("desk.hq").get(at.office("DEL_EGY", "/notices"))
    assert "Waits until a colleague there signs in" in said(page)
    today(world, "officer.cairo")
    page = world.client("desk.hq").get(at.office("DEL_EGY", "/notices"))
    assert "Arrived" in said(page)
    assert "Read this" not in page.text
    assert faults(page.text) == []


def test_an_office_without_keys_cannot_receive(world, at):
    answer = send(world, at, code="DEL_FJI")
    assert answer.status_code == 422
    assert "This office cannot receive yet: nobody there has made its keys. Its head does so by signing in." in said(
        answer
    )
    assert "Read this" in answer.text


@pytest.mark.parametrize(("subject", "text"), [("", "x"), ("x", ""), ("x" * 201, "x"), ("x", "x" * 20_001)])
def test_a_notice_has_a_subject_and_a_text_of_bearable_length(world, at, subject, text):
    assert send(world, at, subject, text).status_code == 422


def test_any_script_arrives_as_it_was_written(world, at):
    words = "سلمى 张虚构 Алёна <b>&amp;</b> 😀"
    send(world, at, words, words)
    assert (
        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        in world.client("officer.cairo").get("/").text
    )


# -- putting away


def notice_id(world):
    with world.database.main.reading() as session:
        return session.scalars(select(Notice.id)).one()


def test_a_notice_is_put_away_by_each_for_themselves_and_found_again(world, at):
    send(world, at)
    today(world, "officer.cairo")
    path = f"/notices/{notice_id(world)}/put-away"
    assert "It leaves your own Today; your colleagues still have it" in said(world.client("deputy.cairo").get(path))
    assert world.client("deputy.cairo").post(path).location == "/"
    page = today(world, "deputy.cairo")
    assert "The notice is put away." in page
    assert "Second line: 42" not in page
    assert "Second line: 42" in today(world, "officer.cairo")
    earlier = world.client("deputy.cairo").get("/notices")
    assert faults(earlier.text) == []
    assert "Second line: 42" in said(earlier)
    assert "Second line: 42" not in said(world.client("officer.cairo").get("/notices"))
    assert "notice_read" in events(world)


def test_the_sender_sees_who_has_read_it_and_nothing_of_it(world, at):
    send(world, at)
    today(world, "officer.cairo")
    path = at.office("DEL_EGY", "/notices")
    assert "Arrived nobody yet" in said(world.client("desk.hq").get(path)).replace("State", "").replace("Read by ", "")
    for reader in ("officer.cairo", "deputy.cairo"):
        assert world.client(reader).post(f"/notices/{notice_id(world)}/put-away").status_code == 303
    page = said(world.client("desk.hq").get(path))
    assert "deputy.cairo and officer.cairo" in page
    assert "Second line" not in page


def test_put_away_twice_it_is_put_away_once(world, at):
    send(world, at)
    today(world, "officer.cairo")
    for _ in range(2):
        assert world.client("deputy.cairo").post(f"/notices/{notice_id(world)}/put-away").status_code == 303
    assert events(world).count("notice_read") == 1


@pytest.mark.parametrize(
    ("member", "status"),
    [("finance.cairo", 403), ("head.minsk", 404), ("head1.hq", 404), ("desk.hq", 404), ("observer.a", 404)],
)
def test_nobody_else_puts_it_away_and_strangers_do_not_learn_of_it(world, at, member, status):
    send(world, at)
    today(world, "officer.cairo")
    assert world.client(member).post(f"/notices/{notice_id(world)}/put-away").status_code == status


# -- damaged, planted, waiting


def test_a_damaged_notice_says_so_and_the_page_stands(world, at):
    send(world, at, "Sound")
    send(world, at, "To be damaged")
    today(world, "officer.cairo")
    with world.database.main.writing() as session:
        damaged = session.scalars(select(Notice.id).order_by(Notice.sent_at.desc())).first()
        spoil = text(
            "UPDATE notices SET sealed_file = substr(sealed_file, 1, length(sealed_file) - 1) || x'3F' WHERE id = :id"
        )
        session.connection().execute(spoil, {"id": damaged.hex})
    page = today(world, "officer.cairo")
    assert DAMAGED in page
    assert "Sound" in page
    assert "To be damaged" not in page
    assert "alarm_raised" in events(world)
    assert world.client("officer.cairo").post(f"/notices/{damaged}/put-away").status_code == 409


def plant_notice(world, folder, **columns):
    """A row in the table of notices, copied from one that is there, in another folder."""
    with world.database.main.writing() as session:
        planted = uuid.uuid4()
        row = dict(session.execute(text("SELECT * FROM notices LIMIT 1")).mappings().one())
        row |= {"id": planted.hex, "folder_id": folder} | columns
        places = ", ".join(f":{name}" for name in row)
        session.connection().execute(text(f"INSERT INTO notices ({', '.join(row)}) VALUES ({places})"), row)
        return planted


def test_a_planted_notice_is_told_as_damaged_and_hides_no_other(world, at):
    send(world, at)
    today(world, "officer.cairo")
    plant_notice(world, uuid.uuid4().hex)
    page = today(world, "officer.cairo")
    assert "Read this" in page
    assert DAMAGED in page
    assert "waits to be opened" not in page
    assert "alarm_raised" in events(world)


def test_a_planted_notice_is_not_put_away(world, at):
    send(world, at)
    today(world, "officer.cairo")
    planted = plant_notice(world, uuid.uuid4().hex)
    for ask in (world.client("officer.cairo").get, world.client("officer.cairo").post):
        assert ask(f"/notices/{planted}/put-away").status_code < 500


def test_a_letter_that_failed_its_check_is_told(world, at):
    send(world, at)
    with world.database.main.writing() as session:
        letter = session.scalars(select(Letter)).one()
        letter.sealed = letter.sealed[:-1] + bytes((letter.sealed[-1] ^ 1,))
    assert REFUSED in today(world, "officer.cairo")
    assert REFUSED not in today(world, "finance.cairo")
    with world.database.main.writing() as session:
        session.execute(update(Letter).values(refused_at=datetime.now(UTC) - timedelta(days=31)))
    assert "Nothing needs you now." in today(world, "officer.cairo")


def test_who_waits_for_the_key_sees_that_a_notice_waits(world, at):
    words = newcomer(world, "officer2.cairo", "DEL_EGY", "liaison_officer")
    send(world, at)
    today(world, "officer.cairo")
    world.client("head.cairo").sign(at.member("officer2.cairo", "/vouch"), {"words": words})
    pin_root(world, "officer2.cairo")
    page = today(world, "officer2.cairo")
    assert "1 letter waits to be opened" in page
    assert "Read this" not in page
    assert "Somebody waits for the key of “Casework”" in page
    today(world, "deputy.cairo")
    assert "Read this" in today(world, "officer2.cairo")


def test_a_country_office_whose_charter_fails_is_told_to_headquarters_heads(world):
    with world.database.main.writing() as session:
        here = CharterRow.office_id == world.demonstration.offices["DEL_COL"]
        session.execute(update(CharterRow).where(here, CharterRow.number == 2).values(signatures=b"\x90"))
    chain._chains.clear()
    assert "The charter of Bogotá failed its check. Do not rely on it." in today(world, "head1.hq")
    chain._chains.clear()
