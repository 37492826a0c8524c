"""The auditor's pages: what the trail shows, to whom, and that nothing typed or named lands in an address."""

from __future__ import annotations

import ast
import re
import uuid
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text, update

from hrd_cases.accounts.models import Member
from hrd_cases.audit import compare, members, reminders, sealed_rows, structure, turns, verify, working_days
from hrd_cases.audit import places as card_places
from hrd_cases.audit.events import FIELDS, Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, read_body, record, subjects_of
from hrd_cases.audit.working_days import changed
from hrd_cases.door.page_names import PAGES
from hrd_cases.door.places import places
from hrd_cases.errors import Tampered
from hrd_cases.outbox.watch import AlarmKind, beat
from hrd_cases.oversight import words
from hrd_cases.oversight.events import AREAS, WORDS
from hrd_cases.oversight.reading import PER_PAGE, Search
from tests.world import World

TITLE = re.compile(r"<title>\s*(.*?) – ", re.DOTALL)
ROW = re.compile(r'<a class="govuk-link" href="/trail/(\d+)">')


def numbers(page: str) -> list[int]:
    """Numbers of the entries that a page of the trail shows, in its order."""
    return [int(found) for found in ROW.findall(page)]


def search(world: World, **typed: str) -> str:
    """Where the auditor's search leads to."""
    answer = world.client("auditor.hq").post("/trail", typed)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def told(world: World, event: Event, actor: Actor, **fields: object) -> int:
    """Record something; its number."""
    with world.database.main.writing() as session:
        act_as(session, actor)
        record(session, event, **fields)
    with world.database.main.reading() as session:
        return int(session.scalars(select(AuditEntry.number).order_by(AuditEntry.number.desc())).first() or 0)


# -- the trail


def test_the_newest_entries_come_first_and_pages_lead_back_to_the_first(world: World):
    auditor = world.client("auditor.hq")
    page = auditor.get("/trail").text
    newest = numbers(page)[0]
    seen: list[int] = []
    for _ in range(newest // PER_PAGE + 2):
        seen += numbers(page)
        older = re.search(r'href="([^"]*)" rel="next"', page)
        if older is None:
            break
        page = auditor.get(older[1]).text
    assert seen == list(range(newest, 0, -1))
    newer = re.search(r'href="([^"]*)" rel="prev"', page)
    assert newer is not None
    assert numbers(auditor.get(newer[1]).text)[-1] == numbers(page)[0] + 1


def test_reading_the_trail_is_in_the_trail(world: World):
    auditor = world.client("auditor.hq")
    auditor.get("/trail")
    assert "Opened “\u2068Audit trail\u2069”" in auditor.get("/trail").text


def test_whoever_only_looked_at_a_form_is_not_said_to_have_opened_an_act(world: World):
    world.client("head.cairo").get(f"/offices/{world.demonstration.offices['DEL_EGY']}/acting")
    assert "Looked at the form “\u2068Name an acting head\u2069”." in world.client("auditor.hq").get("/trail").text


def test_a_search_by_name_leads_to_an_address_without_it(world: World):
    address = search(world, actor="Head1.HQ ", event="charter_proposed")
    assert "head1" not in address
    page = world.client("auditor.hq").get(address).text
    with world.database.main.reading() as session:
        head = session.scalars(select(Member.id).where(Member.sign_in == "head1.hq")).one()
        query = select(AuditEntry.number).where(AuditEntry.actor_id == head, AuditEntry.event == "charter_proposed")
        expected = list(session.scalars(query.order_by(AuditEntry.number.desc())))
    assert numbers(page) == expected[:PER_PAGE]
    assert len(expected) > 5


@pytest.mark.parametrize("name", ["operator", "scheduler", "visitor", "demonstration"])
def test_what_no_member_did_is_found_by_who_did_it(world: World, name: str):
    number = told(world, Event.TRAIL_HEAD_SENT, Actor(name), entries=3)
    found = numbers(world.client("auditor.hq").get(search(world, actor=name)).text)
    assert number in found
    with world.database.main.reading() as session:
        assert {session.get_one(AuditEntry, one).actor for one in found} == {name}


def test_a_search_by_office(world: World):
    cairo = world.demonstration.offices["DEL_EGY"]
    found = numbers(world.client("auditor.hq").get(search(world, office=str(cairo))).text)
    with world.database.main.reading() as session:
        assert {session.get_one(AuditEntry, one).office_id for one in found} == {cairo}


def test_a_day_is_the_auditor_s_own(world: World):
    """The auditor sits in Brussels: an hour before midnight UTC is already the next day there in summer."""
    number = told(world, Event.TRAIL_CHECKED, Actor("operator"), entries=1, findings=0)
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    with world.database.main.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == number).values(at=late))
    auditor = world.client("auditor.hq")
    typed = {"day-day": "2", "day-month": "7", "day-year": "2026"}
    assert numbers(auditor.get(search(world, **typed)).text) == [number]
    assert numbers(auditor.get(search(world, **(typed | {"day-day": "1"}))).text) == []


def test_what_was_typed_wrong_is_said_and_kept(world: World):
    answer = world.client("auditor.hq").post("/trail", {"actor": "nobody.here", "day-day": "31", "day-month": "2"})
    assert answer.status_code == 422
    assert 'value="nobody.here"' in answer.text
    assert "The date needs a day, a month and a year" in answer.text


@pytest.mark.parametrize(
    "junk",
    [
        "event=everything",
        "actor=head1.hq",
        "office=cairo",
        "day=yesterday",
        "about=head1.hq",
        "begins=last",
        "begins=-1",
        "begins=99999999999999999999",
    ],
)
def test_an_address_that_is_none_of_ours_does_not_exist(world: World, junk: str):
    assert world.client("auditor.hq").get(f"/trail?{junk}").status_code == 404


def test_only_ids_and_words_of_ours_are_in_an_address(world: World):
    address = search(world, actor="admin.hq", office=str(world.demonstration.offices["HQ"]), event="signed_in")
    asked = parse_qs(urlsplit(address).query)
    assert set(asked) == {"actor", "office", "event"}
    assert str(uuid.UUID(asked["actor"][0])) == asked["actor"][0]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1849-12-31", "2201-01-01", "2026-02-30"])
def test_a_day_at_the_end_of_the_calendar_gets_a_sentence(world: World, day: str):
    answer = world.client("auditor.hq").get(f"/trail?day={day}")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


# -- everything about one thing


def subjects(world: World, thing: uuid.UUID) -> list[int]:
    """Numbers of the entries about a thing, newest first, as their bodies say it."""
    with world.database.main.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()))
        return [entry.number for entry in entries if thing in subjects_of(read_body(entry))]


@pytest.mark.parametrize("typed", ["head.cairo", " Head.Cairo ", "del_egy", "id"])
def test_everything_about_a_member_or_an_office_is_found(world: World, typed: str):
    known = world.demonstration
    thing = known.offices["DEL_EGY"] if typed == "del_egy" else known.members["head.cairo"]
    told(world, Event.MEMBER_SUSPENDED, Actor("operator"), member=known.members["head.cairo"])
    address = search(world, about=str(thing) if typed == "id" else typed)
    assert parse_qs(urlsplit(address).query) == {"about": [str(thing)]}
    expected = subjects(world, thing)
    assert numbers(world.client("auditor.hq").get(address).text) == expected[:PER_PAGE]
    assert len(expected) > 1


def test_a_search_about_something_goes_with_all_others_and_over_pages(world: World):
    cairo = world.demonstration.offices["DEL_EGY"]
    with world.database.main.writing() as session:
        for _ in range(PER_PAGE + 3):
            record(session, Event.OFFICE_CHANGED, office=cairo, **changed())
    auditor = world.client("auditor.hq")
    page = auditor.get(search(world, about="DEL_EGY", event="office_changed", actor="visitor")).text
    older = re.search(r'href="([^"]*)" rel="next"', page)
    assert older is not None
    found = numbers(page) + numbers(auditor.get(older[1].replace("&amp;", "&")).text)
    assert len(found) == PER_PAGE + 3
    assert found == sorted(found, reverse=True)


def test_what_names_nothing_is_said_and_kept(world: World):
    for typed in ("nobody.here", "1234", "0" * 36):
        answer = world.client("auditor.hq").post("/trail", {"about": typed})
        assert (answer.status_code, f'value="{typed}"' in answer.text) == (422, True)
        assert "There is no member or office of this name" in answer.text


def test_whoever_asks_for_everything_about_somebody_is_in_the_trail_about_them(world: World):
    head = world.demonstration.members["head.cairo"]
    before = subjects(world, head)
    world.client("auditor.hq").get(f"/trail?about={head}")
    assert len(subjects(world, head)) == len(before) + 1


def test_an_entry_leads_to_everything_about_what_it_names(world: World):
    head = world.demonstration.members["head.cairo"]
    number = told(world, Event.MEMBER_SUSPENDED, Actor("operator"), member=head)
    assert f'href="/trail?about={head}"' in world.client("auditor.hq").get(f"/trail/{number}").text


@pytest.mark.parametrize("begins", [None, 500])
def test_the_index_answers_without_reading_the_whole_trail(world: World, begins: int | None):
    """Not one step of SQLite's plan reads a table from end to end, or sorts."""
    asked = Search(about=world.demonstration.offices["DEL_EGY"])
    query = asked.query("UTC").order_by(asked.number.desc()).limit(PER_PAGE)
    if begins is not None:
        query = query.where(asked.number <= begins)
    with world.database.main.reading() as session:
        compiled = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any("audit_subjects USING PRIMARY KEY" in step for step in plan), plan
    assert not [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step], plan


# -- one entry


def test_an_entry_shows_everything_it_holds(world: World):
    with world.acting("head.cairo") as (session, _visitor):
        record(session, Event.LANGUAGE_CHOSEN, language="ar")
    found = numbers(world.client("auditor.hq").get(search(world, event="language_chosen")).text)
    page = world.client("auditor.hq").get(f"/trail/{found[0]}").text
    assert "Chose the language \u2068ar\u2069." in page
    assert "head.cairo" in page
    with world.database.main.reading() as session:
        assert session.get_one(AuditEntry, found[0]).hash.hex() in page


@pytest.mark.parametrize("number", ["0", "99999", "99999999999999999999999"])
def test_an_entry_that_does_not_exist(world: World, number: str):
    assert world.client("auditor.hq").get(f"/trail/{number}").status_code == 404


@pytest.mark.parametrize(
    "altered", ["body = X'00'", "body = body || X'00'", "body = 'text'", "hash = X'00'", "hash = 1"]
)
def test_an_altered_entry_is_marked_where_it_is_read(world: World, altered: str):
    with world.database.main.writing() as session:
        session.execute(text(f"UPDATE audit_entries SET {altered}, at = 'never' WHERE number = 100"))
    auditor = world.client("auditor.hq")
    assert auditor.get("/trail?begins=120").text.count("Failed its check") == (2 if "hash" in altered else 1)
    assert "Do not rely on it" in auditor.get("/trail/100").text
    assert "Do not rely on it" not in auditor.get("/trail/99").text


def test_markup_in_a_name_is_text(world: World):
    with world.database.main.writing() as session:
        session.execute(text("UPDATE offices SET seat = '<b>Cairo' WHERE code = 'DEL_EGY'"))
    page = world.client("auditor.hq").get(f"/trail?office={world.demonstration.offices['DEL_EGY']}").text
    assert "<b>Cairo" not in page
    assert "&lt;b&gt;Cairo" in page


# -- the check


def test_a_check_finds_nothing_and_says_what_it_could_not_see(world: World):
    answer = world.client("auditor.hq").post("/trail/check")
    assert answer.status_code == 200
    assert "are as they were written" in answer.text
    assert "a whole trail made anew would have passed" in answer.text


def test_a_check_with_the_daily_counts_that_were_mailed(world: World):
    with world.database.main.reading() as session:
        entry = session.get_one(AuditEntry, 100)
        line = f"{entry.number} {entry.hash.hex()}"
    answer = world.client("auditor.hq").post("/trail/check", {"counts": f"\n {line} \n"})
    assert "Every daily count that was given is in the trail." in answer.text


def test_a_check_shows_what_it_found_and_records_that(world: World):
    with world.database.main.writing() as session:
        session.execute(text("UPDATE audit_entries SET event = 'signed_out' WHERE number = 7"))
    auditor = world.client("auditor.hq")
    answer = auditor.post("/trail/check", {"counts": f"9 {'00' * 32}"})
    assert answer.status_code == 200
    assert "entry 7" in answer.text
    assert "this entry&#39;s columns say something else than its body" in answer.text
    assert "this entry is not the one that was mailed out" in answer.text
    assert "\u20682\u2069 findings" in auditor.get(search(world, event="trail_checked")).text


@pytest.mark.parametrize("line", ["12", "x y", "0 " + "00" * 32, "5 " + "00" * 31, "5 " + "zz" * 32, "1 2 3"])
def test_a_line_that_is_no_count_is_named(world: World, line: str):
    answer = world.client("auditor.hq").post("/trail/check", {"counts": f"\n{line}"})
    assert answer.status_code == 422
    assert "Line 2 is no daily count: a number and a hash of 64 digits" in answer.text
    assert line in answer.text


@pytest.mark.parametrize("broken", ["hrd_cases.oversight.desk.stand", "hrd_cases.accounts.sessions.open_pins"])
def test_what_fails_its_check_on_a_page_is_an_alarm_in_the_trail(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: str
):
    """In a view, or before anybody knows who is there: "Security has been told" is true."""

    def damaged(*_: object) -> None:
        raise Tampered("planted")

    with monkeypatch.context() as patched:
        patched.setattr(broken, damaged)
        answer = world.client("admin.hq").get("/running")
    assert (answer.status_code, "Security has been told" in answer.text) == (409, True)
    page = world.client("auditor.hq").get(search(world, event="alarm_raised")).text
    assert "Alarm: \u2068failed its check: oversight.running\u2069." in page


# -- what runs


def test_the_running_page_tells_the_administrator_what_runs(world: World):
    administrator = world.client("admin.hq")
    assert "No unattended process has shown itself" in administrator.get("/running").text
    with world.database.main.writing() as session:
        beat(session, uuid.uuid4(), datetime.now(UTC))
    page = administrator.get("/running").text
    assert "No unattended process has shown itself" not in page
    assert "Reminders and mail go out as they should." in page


def test_offices_whose_keys_need_somebody_come_first(world: World):
    page = world.client("admin.hq").get("/running").text
    assert page.index("Needs attention") < page.index(">Ready</strong>")
    assert page.index("Kampala") < page.index("Minsk")


def test_offices_of_one_city_are_told_apart_in_words_and_not_by_a_code(world: World):
    page = world.client("admin.hq").get("/running").text
    assert "Cairo · Embassy · Member State A" in page
    assert "EMB_A_EGY" not in page


def test_the_running_page_names_no_member(world: World):
    page = world.client("admin.hq").get("/running").text.replace("admin.hq", "")
    with world.database.main.reading() as session:
        assert not [name for name in session.scalars(select(Member.sign_in)) if name in page]


# -- words


def test_every_event_has_its_words_once():
    assert sorted(WORDS) == sorted(Event)
    assert sum(len(events) for _, events in AREAS) == len(Event)


def test_every_sentence_takes_the_fields_of_its_event():
    for event, said in WORDS.items():
        values = dict.fromkeys(FIELDS[event], "x")
        assert "%" not in str(said.sentence) % values, event


CHECKED = (compare, members, card_places, reminders, sealed_rows, structure, turns, verify, working_days)


def test_everything_that_a_check_may_find_is_listed_for_the_translators():
    texts = [
        node.value
        for module in CHECKED
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    starts = ("this ", "the ", "a ", "an ", "entries ", "nothing ", "something ", "somebody ")
    found = {text for text in texts if text.startswith(starts) and "\n" not in text and not text.endswith(".")}
    assert found == {str(sentence) for sentence in words.FINDINGS}


def test_every_alarm_has_its_words():
    assert set(words.ALARM_NOW) == set(AlarmKind)
    assert set(words.ALARM) == {kind.value for kind in AlarmKind}


def test_titles_hold_no_names(world: World):
    titles = {
        found[1]
        for name, path in [("auditor.hq", "/trail"), ("auditor.hq", "/trail/3"), ("admin.hq", "/running")]
        if (found := TITLE.search(world.client(name).get(path).text))
    }
    assert titles == {"Audit trail", "An entry of the audit trail", "Running"}


def test_every_page_that_the_trail_tells_of_has_words():
    audited = {endpoint for endpoint, place in places.items() if place.audited}
    assert audited - PAGES.keys() == set(), "give each page its words in door/page_names.py"
