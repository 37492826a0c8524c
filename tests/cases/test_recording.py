"""A file is recorded in a minute, in any script; drafts are one's own; a list of names makes a file each."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, NamedTuple, cast

import msgspec
import pytest
from sqlalchemy import Table, func, select, update

from hrd_cases.audit.models import AuditEntry
from hrd_cases.cards import settled
from hrd_cases.cases import similar
from hrd_cases.cases.details import Incident, Person, Source, SourceMark
from hrd_cases.cases.drafts import save
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms.recording import urgency_hints
from hrd_cases.cases.models import Acknowledgement, Case, Draft, Entry
from hrd_cases.cases.views import recording
from hrd_cases.keys.models import Folder, Letter, ShredSecret, SleeveKey
from tests.cases.conftest import recorded
from tests.cases.typed import fields_of, hidden
from tests.offices.people import said
from tests.pages.markup import faults
from tests.world import Browser, World

SALMA = "سلمى عبد الرحمن المثال"
QUICK = {
    "country": "EG",
    "name": SALMA,
    "what": "Taken from her office this morning.",
    "urgency": "critical",
    "do": "open",
}
DRAFTS = cast(Table, Draft.__table__)


def pressed(browser: Browser, path: str = "/cases/new", **fields: Any) -> Any:
    """The form as a browser sends it: with what its page had hidden in it."""
    begun = hidden(browser.get(path).text, "begun")
    return browser.post(path, {"begun": begun, "told": ""} | QUICK | fields)


class Found(NamedTuple):
    """A file as a colleague of its office reads it."""

    id: uuid.UUID
    reference: str
    state: str
    urgency: str
    officer_id: uuid.UUID | None
    name: str
    incidents: list[Incident]
    file: File


def files(world: World, sign_in: str) -> list[Found]:
    with world.acting(sign_in) as (session, visitor):
        cases = [case for case in session.scalars(select(Case)) if visitor.roles_in(case.office_id)]
        return [_found(open_file(session, case), case) for case in cases]


def _found(file: File, case: Case) -> Found:
    happened = [one.said for one in file.incidents]
    return Found(case.id, case.reference, case.state, case.urgency, case.officer_id, file.name, happened, file)


def count(world: World, table: Any) -> int:
    with world.database.main.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def secrets(world: World) -> set[uuid.UUID]:
    with world.database.shred.reading() as session:
        return set(session.scalars(select(ShredSecret.folder_id)))


# -- the quick path


def test_four_fields_open_a_file_of_ones_own_office_and_lead_to_it(world: World) -> None:
    officer = world.client("officer.cairo")
    page = officer.get("/cases/new").text
    assert faults(page) == []
    assert '<option value="EG" selected' in page, "the only country of one's office is chosen"
    answer = pressed(officer)
    assert answer.status_code == 303
    (file,) = files(world, "head.cairo")
    assert answer.headers["Location"] == f"/cases/{file.id}"
    assert (file.name, file.state, file.urgency) == (SALMA, "active", "critical")
    assert file.officer_id == world.demonstration.members["officer.cairo"]
    assert file.incidents[0].text == "Taken from her office this morning."


def test_each_urgency_says_which_clock_it_starts(world: World) -> None:
    page = said(world.client("officer.cairo").get("/cases/new"))
    assert "within 4 hours, day and night" in page
    assert "within 24 hours, day and night" in page
    assert page.count("within 3 working days") == 2


def test_each_urgency_says_what_it_is_in_words_of_its_own(world: World) -> None:
    with world.app.test_request_context("/"):
        hints = urgency_hints()
    meanings = {hint.partition(".")[0] for hint in hints.values()}
    assert len(meanings) == len(hints) == 4


@pytest.mark.parametrize("missing", ["country", "name", "what", "urgency"])
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(world: World, missing: str) -> None:
    answer = pressed(world.client("officer.cairo"), **{missing: ""})
    assert answer.status_code == 422
    assert f'href="#{missing}' in answer.text
    assert faults(answer.text) == []
    kept = {"name": SALMA, "what": "Taken from her office"}
    assert all(value in answer.text for name, value in kept.items() if name != missing)
    assert files(world, "officer.cairo") == []


def test_a_name_may_be_withheld_but_not_written_and_withheld(world: World) -> None:
    officer = world.client("officer.cairo")
    assert pressed(officer, withheld="y").status_code == 422
    assert pressed(officer, name="", withheld="y").status_code == 303
    (file,) = files(world, "officer.cairo")
    assert file.name == ""
    assert file.file.defender is not None


def test_recording_it_later_is_normal(world: World) -> None:
    pressed(world.client("officer.cairo"), **{"when-year": "2024"})
    (file,) = files(world, "officer.cairo")
    when = file.incidents[0].when
    assert when is not None
    assert (when.on.year, when.precision) == (2024, "year")


def test_pressed_twice_it_is_one_file(world: World) -> None:
    officer = world.client("officer.cairo")
    begun = hidden(officer.get("/cases/new").text, "begun")
    first, again = (officer.post("/cases/new", QUICK | {"begun": begun, "told": told}) for told in ("", ""))
    assert again.status_code in (200, 303)
    assert len(files(world, "officer.cairo")) == 1
    assert first.status_code == 303


def test_a_file_for_elsewhere_says_where_it_went_and_tells_its_reference_once(world: World) -> None:
    officer = world.client("officer.cairo")
    begun = hidden(officer.get("/cases/new").text, "begun")
    form = QUICK | {"begun": begun, "country": "BY", "name": "Алёна Прыкладная"}
    answer = officer.post("/cases/new", form)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    page = said(answer)
    assert "Minsk" in page
    assert "its officer is in charge" in page
    assert "Nothing of it is kept here" in page
    reference = re.search(r"\b[B-Z]{5}-[B-Z]{5}\b", page)
    assert reference is not None
    again = officer.post("/cases/new", form)
    assert "sent already" in said(again)
    assert reference[0] not in again.text
    (file,) = files(world, "officer.minsk")
    assert file.reference == reference[0]
    assert count(world, Acknowledgement) == 1


def test_a_moment_by_which_an_office_elsewhere_acts_names_both_places(world: World) -> None:
    officer = world.client("officer.cairo")
    both = re.compile(r"\d+:\d\d(?: [AP]M)? \(Cairo\) · .* \d+:\d\d(?: [AP]M)? \(Minsk\)")
    assert both.search(said(pressed(officer, country="BY")))
    listed = list_sent(officer, "Somebody Example", country="BY")
    assert both.search(said(listed))
    pressed(officer, country="BY", name="Another Example", do="more")
    draft = draft_of(world, "officer.cairo")
    assert both.search(said(officer.get(f"/cases/drafts/{draft.id}/check")))
    here = said(world.client("officer.minsk").get(f"/cases/{files(world, 'officer.minsk')[0].id}"))
    assert "Acknowledge it until" in here
    assert "(Minsk)" not in here, "one's own clock needs no name"


def test_a_page_of_recording_names_nobody_in_its_title(world: World) -> None:
    answer = pressed(world.client("officer.cairo"), country="BY", urgency="")
    title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    assert title is not None
    assert SALMA not in title[1]


@pytest.mark.parametrize(("sign_in", "status"), [("finance.cairo", 403), ("observer.a", 403), ("auditor.hq", 403)])
def test_who_does_no_casework_records_nothing(world: World, sign_in: str, status: int) -> None:
    assert world.client(sign_in).get("/cases/new").status_code == status


# -- drafts


def draft_of(world: World, sign_in: str) -> Draft:
    with world.acting(sign_in) as (session, _visitor):
        (found,) = session.scalars(select(Draft)).all()
        assert found.drafted
        session.expunge(found)
        return found


def test_a_draft_takes_whatever_there_is(world: World) -> None:
    officer = world.client("officer.cairo")
    answer = pressed(officer, country="", name="", urgency="", do="draft")
    assert answer.headers["Location"] == "/cases/drafts"
    page = officer.get("/cases/drafts")
    assert "Nobody named yet" in said(page)
    assert "Saved as a draft" in said(page)
    assert faults(page.text) == []


def test_nobody_but_its_author_is_shown_a_draft(world: World) -> None:
    pressed(world.client("officer.cairo"), do="more")
    draft = draft_of(world, "officer.cairo")
    for sign_in in ("head.cairo", "deputy.cairo", "officer.minsk"):
        browser = world.client(sign_in)
        assert SALMA not in browser.get("/cases/drafts").text
        for step in ("", "/where", "/who", "/reach", "/what", "/people", "/about", "/check", "/drop"):
            assert browser.get(f"/cases/drafts/{draft.id}{step}").status_code == 404


STEPS = {
    "where": {"country": "EG", "place": "Giza", "urgency": "high"},
    "who": {"names": f"{SALMA}\nSalma El-Methal", "born-year": "1980"},
    "reach": {"ways-0-kind": "phone", "ways-0-value": "+20 100", "ways-0-use": "never", "never": "Never phone her."},
    "what": {"text": "Taken.", "link": "likely", "verification": "one_source", "complaint": "unknown"},
    "about": {
        "where_now": "Custody", "detained": "y", "lawyer_access": "no", "family_access": "no", "is_defender": "yes",
        "risk_from_work": "yes", "non_violent": "yes", "marking": "sensitive", "summary": "A story.",
    },
}  # fmt: skip


def walk_steps(browser: Browser, draft: uuid.UUID, **instead: dict[str, str]) -> None:
    for step, form in (STEPS | instead).items():
        path = f"/cases/drafts/{draft}/{step}"
        page = browser.get(path)
        assert page.status_code == 200, step
        assert faults(page.text) == [], step
        sent = {"types": "arrest"} if step == "what" else {}
        answer = browser.post(path, form | sent)
        assert answer.status_code == 303, (step, said(answer))


def test_the_full_path_saves_each_step_and_opens_with_all_of_them(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more", country="", what="", urgency="")
    draft = draft_of(world, "officer.cairo")
    assert "Needed" in said(officer.get(f"/cases/drafts/{draft.id}"))
    walk_steps(officer, draft.id)
    add = f"/cases/drafts/{draft.id}/people/add"
    assert officer.post(f"{add}/family", {"role": "family", "names": "Her brother"}).status_code == 303
    source = {"label": "A colleague", "name": "Source Example", "reliability": "likely"}
    assert officer.post(f"{add}/source", source).status_code == 303
    page = officer.get(f"/cases/drafts/{draft.id}/check")
    assert faults(page.text) == []
    assert all(one in page.text for one in (SALMA, "Never phone her.", "Her brother", "Source Example", "A story."))
    answer = officer.post(f"/cases/drafts/{draft.id}/check", {"told": ""})
    assert answer.status_code == 303
    with world.acting("deputy.cairo") as (session, _visitor):
        file = open_file(session, session.scalars(select(Case)).one())
        defender = file.defender
        assert defender is not None
        assert defender.said.names == (SALMA, "Salma El-Methal")
        assert defender.said.never == "Never phone her."
        assert [way.use for way in defender.said.ways] == ["never"]
        assert file.profile.detained
        assert file.profile.place == "Giza"
        assert (file.profile.country, file.case.urgency) == ("EG", "high")
        assert {one.said.role for one in file.people} == {"defender", "family"}
        (told_by,) = file.sources
        assert isinstance(told_by.entry.sourced, Source)
        assert told_by.entry.sourced.name == "Source Example"
    assert count(world, Draft) == 0


def test_the_check_shows_how_to_reach_everybody_and_marks_what_is_sealed_for_the_sources(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    add = f"/cases/drafts/{draft.id}/people/add"
    reach = {"ways-0-kind": "phone", "ways-0-value": "+20 100", "ways-0-use": "safe", "never": "Never at home."}
    officer.post(f"{add}/lawyer", {"role": "lawyer", "names": "Hoda Sample"} | reach)
    source = {"label": "A neighbour", "name": "Source Example", "relation": "Next door", "reliability": "likely"}
    officer.post(f"{add}/source", source | {"ways-0-kind": "email", "ways-0-value": "well@example.org"})
    (mark,) = [one for one in draft_of(world, "officer.cairo").drafted.pieces if isinstance(one.details, SourceMark)]
    told = {"source_ids": str(mark.id), "note": "Only she saw it."}
    officer.post(f"/cases/drafts/{draft.id}/what", STEPS["what"] | told)
    rows = rows_of(officer.get(f"/cases/drafts/{draft.id}/check").text)
    for words in ("Hoda Sample", "+20 100", "Never at home.", "A neighbour"):
        assert any(words in row and "Sources only" not in row for row in rows), words
    for words in ("Source Example", "Next door", "well@example.org", "Only she saw it."):
        assert [row for row in rows if words in row and "Sources only" in row], words
        assert not [row for row in rows if words in row and "Sources only" not in row], words


def test_a_telephone_number_is_read_from_its_own_beginning_in_arabic_too(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    officer.post("/account/language", {"language": "ar"})
    officer.post(f"/cases/drafts/{draft.id}/reach", STEPS["reach"])
    assert "\u2068+20 100\u2069" in officer.get(f"/cases/drafts/{draft.id}/check").text


def rows_of(page: str) -> list[str]:
    """The words of each row of what a page lists."""
    rows = re.findall(r'<div class="govuk-summary-list__row.*?</dd>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows]


@pytest.mark.parametrize(
    ("day", "month", "year", "kept"),
    [
        ("31", "02", "1990", None),
        ("", "13", "1990", None),
        ("1", "1", "2999", None),
        ("", "", "90", None),
        ("3", "", "1990", None),
        ("", "", "1990", "1990"),
        ("", "5", "1990", "1990-05"),
        ("28", "2", "1990", "1990-02-28"),
        ("", "", "", ""),
    ],
)
def test_born_is_a_day_that_there_was_or_its_month_or_year(
    world: World, day: str, month: str, year: str, kept: str | None
) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    path = f"/cases/drafts/{draft.id}/who"
    typed = {"names": SALMA, "born-day": day, "born-month": month, "born-year": year}
    answer = officer.post(path, typed)
    assert answer.status_code == (422 if kept is None else 303)
    defender = draft_of(world, "officer.cairo").drafted.defender
    assert defender is not None
    assert defender[1].born == (kept or "")
    again = fields_of(officer.get(path).text)
    shown = [again[f"born-{part}"][0] for part in ("day", "month", "year")]
    assert shown == ([day.lstrip("0"), month.lstrip("0"), year] if kept else ["", "", ""])


def test_born_is_read_out_as_well_as_it_is_known(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    officer.post(f"/cases/drafts/{draft.id}/who", {"names": SALMA, "born-month": "5", "born-year": "1990"})
    assert "Born May 1990" in " ".join(rows_of(officer.get(f"/cases/drafts/{draft.id}/check").text))
    assert officer.post(f"/cases/drafts/{draft.id}/check", {"told": ""}).status_code == 303
    (file,) = files(world, "officer.cairo")
    assert "Born: May 1990" in said(officer.get(f"/cases/{file.id}"))


def test_save_and_come_back_later(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    answer = officer.post(f"/cases/drafts/{draft.id}/where", STEPS["where"] | {"do": "later"})
    assert answer.headers["Location"] == "/cases/drafts"
    assert "Giza" in officer.get(f"/cases/drafts/{draft.id}/where").text


def test_somebody_around_them_is_changed_and_taken_out_again(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    path = f"/cases/drafts/{draft.id}/people"
    officer.post(f"{path}/add/source", {"label": "A colleague", "name": "Source Example", "reliability": "likely"})
    found = re.search(rf'href="({path}/[0-9a-f-]+)"', officer.get(path).text)
    assert found is not None
    changed = officer.post(found[1], {"label": "A neighbour", "name": "Another Example", "reliability": "likely"})
    assert changed.status_code == 303
    assert "A neighbour" in officer.get(path).text
    assert "Another Example" in officer.get(found[1]).text
    assert officer.post(f"{found[1]}/remove").status_code == 303
    assert "A neighbour" not in officer.get(path).text
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.scalars(select(Draft)).one().sourced == ()
    for wrong in ("x", str(uuid.uuid4())):
        assert officer.get(f"{path}/{wrong}").status_code == 404
    assert officer.get(f"{path}/add/defender").status_code == 404


def test_a_draft_without_the_three_things_is_not_opened(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more", what="")
    draft = draft_of(world, "officer.cairo")
    answer = officer.post(f"/cases/drafts/{draft.id}/check", {"told": ""})
    assert "cannot be opened yet" in said(answer)
    assert files(world, "officer.cairo") == []
    assert count(world, Draft) == 1


def test_a_draft_thrown_away_leaves_no_key(world: World) -> None:
    before = secrets(world)
    officer = world.client("officer.cairo")
    pressed(officer, do="draft")
    draft = draft_of(world, "officer.cairo")
    assert secrets(world) - before == {draft.folder_id}
    assert "destroyed for good" in said(officer.get(f"/cases/drafts/{draft.id}/drop"))
    assert officer.post(f"/cases/drafts/{draft.id}/drop").status_code == 303
    assert secrets(world) == before
    assert count(world, Draft) == 0
    with world.database.main.reading() as session:
        assert session.get(Folder, draft.folder_id) is None
        assert session.scalars(select(SleeveKey).where(SleeveKey.folder_id == draft.folder_id)).all() == []


def test_a_draft_nobody_touched_for_a_year_is_told_to_its_author(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="draft")
    assert "not touched for a year" not in said(officer.get("/cases/drafts"))
    with world.database.main.writing() as session:
        session.connection().execute(update(DRAFTS).values(saved_at=datetime.now(UTC) - timedelta(days=366)))
    assert "not touched for a year" in said(officer.get("/cases/drafts"))


def test_a_damaged_draft_is_said_calmly_and_hides_no_other(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="draft")
    with world.database.main.writing() as session:
        session.connection().execute(update(DRAFTS).values(sealed_file=b"\1" * 80))
    pressed(officer, do="draft", name="Another")
    page = said(officer.get("/cases/drafts"))
    assert "failed its check" in page
    assert "Another" in page


# -- a list of names


LIST = {"country": "EG", "what": "All taken at the same march.", "urgency": "medium"}


def list_sent(browser: Browser, names: str, **fields: str) -> Any:
    begun = hidden(browser.get("/cases/new/list").text, "begun")
    return browser.post("/cases/new/list", LIST | {"begun": begun, "told": "", "names": names} | fields)


def test_a_pasted_list_makes_a_file_for_each_name(world: World) -> None:
    officer = world.client("officer.cairo")
    assert faults(officer.get("/cases/new/list").text) == []
    answer = list_sent(officer, f"{SALMA}\r\n\r\n  Omar Example \nOmar Example\nAli Example")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    found = files(world, "officer.cairo")
    assert {file.name for file in found} == {SALMA, "Omar Example", "Ali Example"}
    assert {file.incidents[0].text for file in found} == {"All taken at the same march."}
    assert len({file.reference for file in found}) == 3
    assert all(f"/cases/{file.id}" in answer.text for file in found)


def test_each_line_of_a_list_says_which_files_it_resembles_and_may_be_left_out(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer)
    pressed(world.client("officer.minsk"), country="BY", name="Omar Example")
    pasted = "Nadia Elsewhere\nSalma Abdel Rahman El-Methal\nOmar Example"
    begun = hidden(officer.get("/cases/new/list").text, "begun")
    answer = officer.post("/cases/new/list", LIST | {"begun": begun, "told": "", "names": pasted})
    (there,) = files(world, "officer.cairo")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert ticks(answer.text) == ["Salma Abdel Rahman El-Methal"], "only a line that a file of this office resembles"
    assert f'href="/cases/{there.id}"' in answer.text
    assert there.reference in answer.text
    told = {"begun": begun, "told": hidden(answer.text, "told"), "names": pasted}
    unsound = officer.post("/cases/new/list", LIST | told | {"left_out": ticks(answer.text), "urgency": ""})
    assert unsound.status_code == 422
    assert re.findall(r'name="left_out"[^>]*checked', unsound.text), "a tick is not lost with something forgotten"
    done = officer.post("/cases/new/list", LIST | told | {"left_out": ticks(answer.text)})
    assert done.status_code == 200
    assert {file.name for file in files(world, "officer.cairo")} == {SALMA, "Nadia Elsewhere", "Omar Example"}
    assert "Left out" in said(done)


def test_a_line_without_a_tick_gets_its_file_and_of_none_at_all_nothing_is_made(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer)
    alike = "Salma Abdel Rahman El-Methal"
    told = hidden(list_sent(officer, alike).text, "told")
    nobody = list_sent(officer, alike, told=told, left_out=alike)
    assert nobody.status_code == 422
    assert "Every name is left out" in said(nobody)
    assert list_sent(officer, alike, told=told, left_out="Nobody on it").status_code == 200
    assert {file.name for file in files(world, "officer.cairo")} == {SALMA, alike}


def ticks(page: str) -> list[str]:
    return re.findall(r'name="left_out"\s+type="checkbox"\s+value="([^"]*)"', page)


@pytest.mark.parametrize("country", ["EG", "BY"])
def test_a_list_that_is_pressed_twice_is_made_once_and_says_so(world: World, country: str) -> None:
    officer, colleague = world.client("officer.cairo"), {"EG": "officer.cairo", "BY": "officer.minsk"}[country]
    begun = hidden(officer.get("/cases/new/list").text, "begun")
    form = LIST | {"begun": begun, "told": "", "names": "Ali Example\nAli Exempel\nOmar Sample", "country": country}
    first, second, third = (officer.post("/cases/new/list", form) for _ in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 200)
    assert "3 files were made" in said(first)
    for again in (second, third):
        assert "look similar" not in said(again), "one's own list is no other's file"
        assert "made before" in said(again)
        assert "3 files were made" not in said(again)
    assert len(files(world, colleague)) == 3


def test_the_quick_page_sent_again_looks_like_no_other_file(world: World) -> None:
    officer = world.client("officer.cairo")
    begun = hidden(officer.get("/cases/new").text, "begun")
    first, second = (officer.post("/cases/new", QUICK | {"begun": begun, "told": ""}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_numbers_and_bullets_of_a_pasted_list_are_no_part_of_a_name(world: World) -> None:
    pasted = f"1. {SALMA}\n٢) Omar Example\n- Ali Al-Example\n• Zoë - Example\n(5) 50 Example\n  Ali Al-Example"
    assert list_sent(world.client("officer.cairo"), pasted).status_code == 200
    names = {SALMA, "Omar Example", "Ali Al-Example", "Zoë - Example", "50 Example"}
    assert {file.name for file in files(world, "officer.cairo")} == names


def test_a_hundred_names_go_elsewhere_each_with_a_clock_of_its_own(world: World) -> None:
    officer = world.client("officer.cairo")
    answer = list_sent(officer, "\n".join(f"Name {number}" for number in range(100)), country="BY")
    assert answer.status_code == 200
    assert answer.text.count("Minsk") >= 100
    assert count(world, Acknowledgement) == 100
    assert len(files(world, "officer.minsk")) == 100
    assert files(world, "officer.cairo") == []


def test_more_than_a_hundred_names_are_refused_in_words(world: World) -> None:
    answer = list_sent(world.client("officer.cairo"), "\n".join(f"Name {number}" for number in range(101)))
    assert answer.status_code == 422
    assert "more than 100 names" in said(answer)
    assert count(world, Case) == 0


def test_of_a_list_everything_is_sent_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from hrd_cases.cases import clocks

    real, calls = clocks.start, []

    def dies(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the process ends here")
        return real(*args)

    monkeypatch.setattr(clocks, "start", dies)
    answer = list_sent(world.client("officer.cairo"), "A Example\nB Example\nC Example", country="BY")
    assert answer.status_code == 500
    assert (count(world, Letter), count(world, Acknowledgement)) == (0, 0)


# -- files that look similar


def test_a_similar_file_is_told_calmly_and_one_more_press_goes_on(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer)
    answer = pressed(officer, name="Salma Abdel Rahman El-Methal")
    assert answer.status_code == 200
    page = said(answer)
    assert "These files look similar" in page
    assert SALMA in page
    assert faults(answer.text) == []
    assert len(files(world, "officer.cairo")) == 1
    again = pressed(officer, name="Salma Abdel Rahman El-Methal", told=hidden(answer.text, "told"))
    assert again.status_code == 303
    assert len(files(world, "officer.cairo")) == 2


def test_in_the_full_path_a_similar_file_is_told_where_the_name_is_written(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, name="محمد عبد الله التجريبي")
    pressed(officer, name="Somebody Else", do="more")
    path = f"/cases/drafts/{draft_of(world, 'officer.cairo').id}/who"
    typed = fields_of(officer.get(path).text)
    assert "told" not in typed, "nothing resembles it so far"
    answer = officer.post(path, typed | {"names": "Mohamed Abdallah al-Tagribi"})
    assert answer.headers["Location"] == path
    page = officer.get(path)
    assert "These files look similar" in said(page)
    assert "محمد عبد الله التجريبي" in said(page)
    assert faults(page.text) == []
    assert draft_of(world, "officer.cairo").drafted.name == "Mohamed Abdallah al-Tagribi", "it is saved"
    assert officer.post(path, fields_of(page.text)).headers["Location"].endswith("/reach")
    later = officer.post(path, fields_of(page.text) | {"told": "", "do": "later"})
    assert later.headers["Location"] == "/cases/drafts"


def test_cairo_s_spelling_is_told_of_on_one_page(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, name="محمد عبد الله التجريبي")
    for name in ("Mohamed Abdallah al-Tagribi", "Mohamed Abdallah al-Tajribi"):
        assert "These files look similar" in said(pressed(officer, name=name)), name


def test_another_name_is_looked_for_anew(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer)
    told = hidden(pressed(officer, name="Salma Abdel Rahman El-Methal").text, "told")
    answer = pressed(officer, name="Salma Abdulrahman al-Mithal", told=told)
    assert "look similar" in said(answer)


def test_of_files_of_other_offices_nothing_is_told(world: World) -> None:
    pressed(world.client("officer.cairo"))
    answer = pressed(world.client("officer.minsk"), country="BY")
    assert answer.status_code == 303


def test_a_stranger_s_name_is_no_similar_one(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer)
    assert pressed(officer, name="Nadia Elsewhere").status_code == 303


def test_what_a_notice_showed_stands_in_the_trail(world: World) -> None:
    officer = world.client("officer.cairo")
    case_id = pressed(officer).headers["Location"].rsplit("/", 1)[1]
    pressed(officer, name="Salma Abdel Rahman El-Methal")
    with world.database.main.reading() as session:
        bodies = session.scalars(select(AuditEntry.body).where(AuditEntry.event == "page_read")).all()
    assert any(case_id.encode() in body and b"recording.quick" in body for body in bodies)


# -- whatever is typed


NAUGHTY = (
    "\0", "a\0b", "\u202emirrored\u202c\u200f", "\ufeff\u200b ", "<script>alert(1)</script>", "{{ 7*7 }}",
    "%s %(x)s", "' OR 1=1; --", "😀👩‍👩‍👧‍👦", "x" * 100_000, "00000000-0000-4000-8000-000000000000",
)  # fmt: skip


@pytest.mark.parametrize("field", ["begun", "told", "do", "country", "name", "what", "urgency", "withheld", "when-day"])
def test_whatever_is_typed_into_the_quick_page_is_answered(world: World, field: str) -> None:
    officer = world.client("officer.cairo")
    for value in NAUGHTY:
        answer = pressed(officer, **{field: value})
        assert answer.status_code in (200, 303, 422), (field, value[:20])
        assert faults(answer.text) == [] or answer.status_code == 303
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("field", ["names", "what", "country", "urgency", "when-year"])
def test_whatever_is_typed_into_the_list_is_answered(world: World, field: str) -> None:
    officer = world.client("officer.cairo")
    for value in NAUGHTY:
        fields = {"names": "A Example"} | {field: value}
        assert list_sent(officer, fields.pop("names"), **fields).status_code in (200, 422), (field, value[:20])


def test_whatever_is_typed_into_the_steps_is_answered(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    draft = draft_of(world, "officer.cairo")
    for step, form in STEPS.items():
        for field in form:
            for value in ("\0", "\u202ea", "x" * 100_000, "<b>"):
                answer = officer.post(f"/cases/drafts/{draft.id}/{step}", form | {field: value})
                assert answer.status_code in (303, 422), (step, field, value[:20])


def test_nothing_typed_ends_in_the_trail(world: World) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    walk_steps(officer, draft_of(world, "officer.cairo").id)
    with world.database.main.reading() as session:
        bodies = session.scalars(select(AuditEntry.body)).all()
    for word in (SALMA, "El-Methal", "Taken", "Giza", "Never phone"):
        assert not [body for body in bodies if word.encode() in body], word


def test_an_entry_says_who_recorded_it_and_when(world: World) -> None:
    pressed(world.client("officer.cairo"))
    with world.acting("head.cairo") as (session, _visitor):
        entries = session.scalars(select(Entry)).all()
        kinds = {type(one.details) for one in entries}
        assert {Person, Incident} <= kinds
        assert {one.author_id for one in entries} == {world.demonstration.members["officer.cairo"]}


# -- what is sent empty, and what lies there


@pytest.mark.parametrize("kind", ["family", "lawyer", "other"])
def test_somebody_of_whom_nothing_is_said_is_not_kept(world: World, kind: str) -> None:
    officer = world.client("officer.cairo")
    pressed(officer, do="more")
    (draft,) = drafts_now(world)
    answer = officer.post(f"/cases/drafts/{draft}/people/add/{kind}", {"role": kind, "do": "next"})
    assert answer.status_code == 422
    assert "Write a name, or at least what they are to the defender." in said(answer)
    with world.acting("officer.cairo") as (session, _visitor):
        assert [one.role for _id, one in session.get_one(Draft, draft).drafted.people] == ["defender"]
    named = {"role": kind, "relation": "Her sister", "do": "next"}
    assert officer.post(f"/cases/drafts/{draft}/people/add/{kind}", named).status_code == 303


def drafts_now(world: World) -> list[uuid.UUID]:
    with world.database.main.reading() as session:
        return list(session.scalars(select(Draft.id)))


def test_today_says_which_drafts_of_mine_lie_there(world: World) -> None:
    officer = world.client("officer.cairo")
    assert "You began a file" not in said(officer.get("/"))
    pressed(officer, do="more")
    assert "You began a file today" in said(officer.get("/"))
    with world.acting("officer.cairo") as (session, visitor):
        draft = session.scalars(select(Draft)).one()
        begun = msgspec.structs.replace(draft.drafted, begun_at=datetime.now(UTC) - timedelta(days=12))
        save(session, visitor, draft, begun, (), datetime.now(UTC))
        again = msgspec.structs.replace(begun, begun_at=datetime.now(UTC) - timedelta(days=1))
        save(session, visitor, None, again, (), datetime.now(UTC))
    page = said(officer.get("/"))
    assert page.index("You began a file 12 days ago") < page.index("You began a file yesterday")
    assert faults(officer.get("/").text) == []
    assert f"/cases/drafts/{draft.id}" in officer.get("/").text
    assert SALMA not in page.partition("You began a file")[0]
    assert "You began a file" not in said(world.client("deputy.cairo").get("/"))


def test_of_many_drafts_today_shows_the_oldest_and_leads_to_the_others(world: World) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        for days in range(8):
            drafted = msgspec.structs.replace(recorded("EG", SALMA), begun_at=datetime.now(UTC) - timedelta(days=days))
            save(session, visitor, None, drafted, (), datetime.now(UTC))
    page = said(world.client("officer.cairo").get("/"))
    assert page.count("You began a file") == 5
    assert "and 3 more drafts" in page


def test_pressed_six_times_in_the_same_moment_every_press_leads_to_the_one_file(world_on_postgres: World) -> None:
    world = world_on_postgres
    begun = hidden(world.client("officer.cairo").get("/cases/new").text, "begun")
    browsers = [world.client("officer.cairo") for _ in range(6)]
    together = Barrier(len(browsers))

    def press(browser: Browser) -> Any:
        together.wait()
        return browser.post("/cases/new", {"begun": begun, "told": ""} | QUICK)

    with ThreadPoolExecutor(len(browsers)) as pressing:
        answers = list(pressing.map(press, browsers))
    assert [answer.status_code for answer in answers] == [303] * 6
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(files(world, "officer.cairo")) == 1


def test_names_are_looked_for_before_the_write_transaction_and_the_index_is_opened_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pastes a list keeps nobody waiting who writes in the same moment."""
    officer = world.client("officer.cairo")
    pressed(officer)
    looked: list[bool] = []
    opened: list[Any] = []
    looking, opening = similar.similar_to_each, settled.settled_names

    def looks(session: Any, *args: Any) -> Any:
        looked.append("writes" in session.get_bind().get_execution_options())
        return looking(session, *args)

    def opens(sealing: Any) -> Any:
        opened.append(sealing)
        return opening(sealing)

    monkeypatch.setattr(recording, "similar_to_each", looks)
    monkeypatch.setattr("hrd_cases.cards.read.settled_names", opens)
    answer = list_sent(officer, "Salma Abdel Rahman El-Methal\nNadia Example\nAnother Example")
    assert "1 name resembles a file" in said(answer)
    assert looked == [False], "no slow work inside the write transaction"
    assert len(opened) == 1, "opened once for all names"


def test_a_line_that_is_longer_than_a_name_is_refused_in_words(world: World) -> None:
    answer = list_sent(world.client("officer.cairo"), "Nadia Example\n" + "mohamed ahmed " * 10)
    assert answer.status_code == 422
    assert "more words than a name has" in said(answer)
    assert files(world, "officer.cairo") == []


@pytest.mark.parametrize("name", ["\u200b", "\u202e\u200f", "\u3164", "\u00ad", "\u115f\u1160", "\u2800", "\ufe0f"])
def test_a_name_that_nobody_can_see_is_none(world: World, name: str) -> None:
    officer = world.client("officer.cairo")
    answer = pressed(officer, name=name)
    assert answer.status_code == 422
    assert "Write a name, or tick that it is withheld." in said(answer)
    assert list_sent(officer, f"{name}\n{name}").status_code == 422
    assert list_sent(officer, f"Nadia Example\n{name}").status_code == 200
    assert [file.name for file in files(world, "officer.cairo")] == ["Nadia Example"]
