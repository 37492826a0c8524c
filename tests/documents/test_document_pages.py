"""Documents through their pages: added, shown, given out, described, taken away; who may, and what is written down."""

from __future__ import annotations

import hashlib
import html
import re
import uuid
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

import msgspec
import pikepdf
import pytest
from PIL import Image
from sqlalchemy import Table, delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.models import Case
from hrd_cases.cases.papers import CaseRecord
from hrd_cases.documents.arriving import Arriving
from hrd_cases.documents.keeping import CUSTODY, Where, add
from hrd_cases.documents.models import Document
from hrd_cases.documents.scanning import Scanner
from tests.cases.acting import Filed
from tests.documents.paging import (
    DEPUTY,
    ELSEWHERE,
    FINANCE,
    HEAD,
    OFFICER,
    TEXT,
    Papers,
    case_with_papers,
    pdf,
    picture,
)
from tests.trials.trying import Tried

ROWS = cast(Table, Document.__table__)


@pytest.fixture(params=["world", "world_on_postgres"])
def papers(request: pytest.FixtureRequest) -> Papers:
    return case_with_papers(request.getfixturevalue(request.param))


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


# -- added


def test_several_at_once_are_kept_and_listed(papers: Papers) -> None:
    answer = papers.add(("حكم.pdf", pdf(2)), ("photo.PNG", picture()), ("statement.txt", TEXT), note="From her lawyer.")
    assert (answer.status_code, answer.location) == (303, papers.path)
    page = papers.get()
    said = words(page.text)
    for name in ("حكم.pdf", "photo.png", "statement.txt", "PDF document", "picture", "plain text", "15.6 KB"):
        assert name in said, name
    assert "3 documents are kept" in said
    assert said.count("From her lawyer.") >= 3
    assert said.rindex("حكم.pdf") < said.rindex("photo.png") < said.rindex("statement.txt"), "as they were chosen"
    assert OFFICER in said
    assert {one.whole for one in papers.storage.lying()} == {True}


def test_each_stands_in_the_file_with_its_sum_and_on_the_timeline(papers: Papers) -> None:
    document_id = papers.added("statement.txt", TEXT, note="Taken in Minya.")
    [filed] = papers.told(lambda record: record.filed)
    said = filed.paper
    assert (said.document_id, said.name, said.mime, said.length) == (
        document_id,
        "statement.txt",
        "text/plain",
        len(TEXT),
    )
    assert (said.sha256, said.note, said.about) == (hashlib.sha256(TEXT).digest(), "Taken in Minya.", papers.record_id)
    timeline = papers.world.client(OFFICER).get(f"/cases/{papers.record_id}/timeline/1").text
    assert "Document statement.txt" in words(timeline)
    version = papers.world.client(OFFICER).get(f"/cases/{papers.record_id}/entries/{filed.entry_id}").text
    assert said.sha256.hex() in version
    case = words(papers.world.client(OFFICER).get(f"/cases/{papers.record_id}").text)
    assert "statement.txt" in case
    assert "Taken in Minya." in case


def test_one_that_is_refused_keeps_no_other_out(papers: Papers) -> None:
    answer = papers.add(("good.txt", TEXT), ("../../bad\x07.svg", b"<svg onload='alert(1)'/>"), ("empty.pdf", b""))
    assert answer.status_code == 303
    said = words(papers.get().text)
    assert "1 document is kept: good.txt" in said
    assert "The rest was not kept." in said
    assert "“bad.svg” is a web page or a drawing that may hold programs. Save it as a PDF or a picture" in said
    assert "“empty.pdf” is empty." in said
    assert len(papers.rows()) == 1
    assert [one.whole for one in papers.storage.lying()] == [True]


def test_what_is_of_another_kind_than_its_name_says_is_kept_as_what_it_is_and_said(papers: Papers) -> None:
    papers.add(("proof.pdf", b"No PDF, but words."), ("notes", b"More words."), ("rules v1.2", b"Words again."))
    said = words(papers.get().text)
    assert "What is in it is of another kind than its name said: proof.pdf.txt" in said
    assert "3 documents are kept" in said


def test_where_all_are_refused_each_has_its_sentence_and_the_note_stays(papers: Papers) -> None:
    answer = papers.add(("a.svg", b"<svg/>"), ("b.zip", b"PK\x03\x04" + b"x" * 500), note="Typed at length.")
    assert answer.status_code == 422
    said = words(answer.text)
    assert "“a.svg” is a web page" in said
    assert "“b.zip”" in said
    assert "Typed at length." in said
    assert papers.rows() == []
    assert list(papers.storage.lying()) == []


def test_without_a_file_the_page_asks_for_one(papers: Papers) -> None:
    answer = papers.add(note="Typed at length.")
    assert answer.status_code == 422
    assert "Choose at least one file." in words(answer.text)
    assert "Typed at length." in answer.text


def test_a_note_that_is_too_long_keeps_no_file_and_says_so(papers: Papers) -> None:
    answer = papers.add(("good.txt", TEXT), note="x" * 2_001)
    assert answer.status_code == 422
    assert "The files have to be chosen again" in words(answer.text)
    assert list(papers.storage.lying()) == []


def test_the_page_says_how_large_and_how_long(papers: Papers) -> None:
    said = words(papers.get().text)
    assert "Up to 20 files at once" in said
    assert "100 MB take about 80 seconds" in said
    assert "nothing is kept, and you begin again" in said


def test_a_form_that_is_sent_again_adds_nothing(papers: Papers) -> None:
    papers.add(("a.txt", TEXT))
    papers.get()
    answer = papers.add(("b.txt", TEXT), ("c.png", picture()), ("d.png", picture()))
    assert answer.status_code == 303
    said = words(papers.get().text)
    assert "1 document is kept: c.png" in said
    assert "2 files lie here already, to the byte: b.txt · d.png" in said
    assert papers.add(("a.txt", TEXT)).status_code == 303
    assert "1 file lies here already, to the byte: a.txt" in words(papers.get().text)
    assert len(papers.rows()) == 2
    assert [one.whole for one in papers.storage.lying()] == [True, True]


# -- shown and given out


def test_the_original_goes_out_to_the_byte_as_an_attachment_that_no_browser_opens(papers: Papers) -> None:
    document_id = papers.added("Judgment of Salma.pdf", content := pdf())
    answer = papers.get(f"/{document_id}/file")
    assert answer.data == content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="document-{document_id.hex[:8]}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    [told] = papers.trail(document_id, Event.DOCUMENT_EXPORTED)
    assert told.fields["how"] == "original"


def test_a_cleaned_copy_tells_nothing_of_its_maker_and_the_original_stays(papers: Papers) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "A Camera of Hers", "2026:11:01 10:00:00"
    content = picture("JPEG", exif=exif)
    document_id = papers.added("photo.jpg", content)
    copy = papers.get(f"/{document_id}/cleaned")
    assert copy.headers["Content-Disposition"].startswith("attachment; ")
    assert b"A Camera of Hers" in content
    assert b"A Camera of Hers" not in copy.data
    assert Image.open(BytesIO(copy.data)).size == (320, 200)
    assert papers.get(f"/{document_id}/file").data == content
    assert [one.fields["how"] for one in papers.trail(document_id, Event.DOCUMENT_EXPORTED)] == ["cleaned", "original"]


def test_a_cleaned_pdf_opens_and_has_no_author(papers: Papers) -> None:
    made = pikepdf.open(BytesIO(pdf()))
    made.docinfo["/Author"] = "A Lawyer's Name"
    made.save(into := BytesIO())
    document_id = papers.added("a.pdf", into.getvalue())
    copy = papers.get(f"/{document_id}/cleaned").data
    assert b"Lawyer" not in copy
    assert len(pikepdf.open(BytesIO(copy)).pages) == 1


def test_pages_are_shown_as_pictures_of_ours(papers: Papers) -> None:
    document_id = papers.added("a.pdf", pdf(3))
    page = papers.get(f"/{document_id}")
    assert f'src="{papers.path}/{document_id}/pages/1/picture"' in page.text
    assert "Read all 3 pages" in words(page.text)
    assert "Page 2 of 3" in words(papers.get(f"/{document_id}/pages/2").text)
    drawn = papers.get(f"/{document_id}/pages/2/picture")
    assert drawn.headers["Content-Type"] in ("image/jpeg", "image/png")
    assert drawn.headers["Content-Disposition"] == "inline"
    assert drawn.headers["Cache-Control"] == "no-store"
    assert len(papers.trail(document_id, Event.DOCUMENT_OPENED)) == 1


@pytest.mark.parametrize("path", ["/pages/4", "/pages/0", "/pages/0/picture"])
def test_pages_that_there_are_not_are_absent(papers: Papers, path: str) -> None:
    document_id = papers.added("a.pdf", pdf(3))
    assert papers.get(f"/{document_id}{path}").status_code == 404


def test_a_picture_of_a_page_that_there_is_not_is_refused_with_a_sentence(papers: Papers) -> None:
    document_id = papers.added("a.pdf", pdf(3))
    assert papers.get(f"/{document_id}/pages/9/picture").status_code == 409


def test_what_is_not_drawn_is_offered_as_it_is(papers: Papers) -> None:
    document_id = papers.added("statement.txt", TEXT)
    said = papers.get(f"/{document_id}")
    assert "files of this kind cannot be cleaned here" in words(said.text)
    assert "<img" not in said.text
    assert papers.get(f"/{document_id}/pages/1").status_code == 404
    assert papers.get(f"/{document_id}/pages/1/picture").status_code == 409
    assert papers.get(f"/{document_id}/cleaned").status_code == 409


def test_its_page_tells_who_had_it_in_their_hands(papers: Papers) -> None:
    document_id = papers.added("a.pdf", pdf())
    papers.world.client(DEPUTY).get(f"{papers.path}/{document_id}/pages/1/picture")
    papers.world.client(HEAD).get(f"{papers.path}/{document_id}/file")
    papers.get(f"/{document_id}/cleaned")
    said = words(papers.get(f"/{document_id}").text).split("Who had it in their hands")[1]
    order = [f"{OFFICER} What Downloaded: a cleaned copy", f"{HEAD} What Downloaded: the original",
             f"{DEPUTY} What Looked at here", f"{OFFICER} What Added"]  # fmt: skip
    assert [said.find(one) for one in order] == sorted(said.find(one) for one in order)
    assert all(one in said for one in order), said


# -- described


def test_name_and_note_are_corrected_and_what_stood_there_before_can_be_read(papers: Papers) -> None:
    document_id = papers.added("scan0001.txt", TEXT)
    typed = {"made_from": papers.made_from(document_id), "name": "Statement: a witness", "note": "In Arabic."}
    assert papers.post(f"/{document_id}/describe", typed).status_code == 303
    said = words(papers.get(f"/{document_id}").text)
    assert "Statement_ a witness.txt" in said
    assert "In Arabic." in said
    assert "What stood here before" in said
    assert "scan0001.txt" in said
    assert papers.get(f"/{document_id}/file").data == TEXT


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 201}, {"name": "x", "note": "y" * 2_001}])
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(papers: Papers, typed: dict[str, str]) -> None:
    document_id = papers.added("a.txt", TEXT)
    form = {"made_from": papers.made_from(document_id), "note": "Typed."} | typed
    answer = papers.post(f"/{document_id}/describe", form)
    assert answer.status_code == 422
    assert form["note"] in answer.text


def test_of_two_who_describe_it_the_second_sees_what_the_first_wrote(papers: Papers) -> None:
    document_id = papers.added("a.txt", TEXT)
    read = papers.made_from(document_id)
    first = {"made_from": read, "name": "theirs.txt", "note": "Theirs."}
    assert papers.post(f"/{document_id}/describe", first, DEPUTY).status_code == 303
    answer = papers.post(f"/{document_id}/describe", {"made_from": read, "name": "mine.txt", "note": "Mine."})
    assert answer.status_code == 422
    said = words(answer.text)
    assert "A colleague wrote of this document first." in said
    assert "What stands now: theirs.txt" in said
    assert "Mine." in answer.text
    again = re.search(r'name="made_from" value="([^"]+)"', answer.text)
    assert again is not None
    typed = {"made_from": again.group(1), "name": "mine.txt", "note": "Mine."}
    assert papers.post(f"/{document_id}/describe", typed).status_code == 303
    assert papers.told(lambda record: [one.paper.name for one in record.filed[0].versions]) == [
        "a.txt",
        "theirs.txt",
        "mine.txt",
    ]


@pytest.mark.parametrize("made_from", ["", "nonsense", "5bdc054b-43d3-4f7a-9785-82153c9ca545"])
def test_a_form_made_from_nothing_of_ours_changes_nothing(papers: Papers, made_from: str) -> None:
    document_id = papers.added("a.txt", TEXT)
    answer = papers.post(f"/{document_id}/describe", {"made_from": made_from, "name": "b.txt"})
    assert answer.status_code in (404, 422)
    assert len(papers.told(lambda record: record.filed[0].versions)) == 1


# -- taken away


def test_taken_away_its_bytes_go_and_its_custody_stays(papers: Papers) -> None:
    document_id = papers.added("a.pdf", pdf())
    typed = {"made_from": papers.made_from(document_id), "reason": "Belongs to another file."}
    answer = papers.post(f"/{document_id}/remove", typed)
    assert (answer.status_code, answer.location) == (303, papers.path)
    assert papers.rows() == []
    assert list(papers.storage.lying()) == []
    listed = words(papers.get().text)
    assert "1 document was taken away" in listed
    assert "Belongs to another file." in listed
    page = words(papers.get(f"/{document_id}").text)
    assert "Taken away for good" in page
    assert "Belongs to another file." in page
    assert [one.event for one in papers.trail(document_id, *CUSTODY)] == ["document_added", "document_removed"]
    for path in ("/file", "/cleaned", "/pages/1", "/pages/1/picture", "/describe", "/remove"):
        assert papers.get(f"/{document_id}{path}").status_code == 404, path
    timeline = words(papers.world.client(OFFICER).get(f"/cases/{papers.record_id}/timeline/1").text)
    assert "Document a.pdf – taken away" in timeline


@pytest.mark.parametrize(("who", "may"), [(OFFICER, True), (HEAD, True), (DEPUTY, False)])
def test_taken_away_by_whoever_added_it_or_the_head(papers: Papers, who: str, may: bool) -> None:
    document_id = papers.added("a.txt", TEXT)
    typed = {"made_from": papers.made_from(document_id), "reason": "Twice."}
    answer = papers.post(f"/{document_id}/remove", typed, who)
    assert answer.status_code == (303 if may else 422)
    assert len(papers.rows()) == (0 if may else 1)
    if not may:
        assert "Only whoever added a document takes it away" in words(answer.text)
        assert "Twice." in answer.text
        assert "Only whoever added" in words(papers.get(f"/{document_id}/remove", who).text)


@pytest.mark.parametrize("state", ["closed", "rejected"])
def test_of_what_has_ended_nothing_is_taken_away(papers: Papers, state: str) -> None:
    document_id = papers.added("a.txt", TEXT)
    made_from = papers.made_from(document_id)
    with papers.world.acting(HEAD) as (session, _visitor):
        case = session.get_one(Case, papers.record_id)
        case.state = state
        record(session, Event.CASE_STEPPED, case=case.id, act="close")
    answer = papers.post(f"/{document_id}/remove", {"made_from": made_from, "reason": "Tidied up."}, HEAD)
    assert answer.status_code == 422
    assert "its documents are evidence" in words(answer.text)
    assert "Take it away" not in papers.get(f"/{document_id}", HEAD).text
    assert len(papers.rows()) == 1


def test_without_a_reason_nothing_goes(papers: Papers) -> None:
    document_id = papers.added("a.txt", TEXT)
    assert papers.post(f"/{document_id}/remove", {"made_from": papers.made_from(document_id)}).status_code == 422
    assert len(papers.rows()) == 1


def test_what_somebody_described_meanwhile_is_read_before_it_goes(papers: Papers) -> None:
    document_id = papers.added("a.txt", TEXT)
    read = papers.made_from(document_id)
    papers.post(f"/{document_id}/describe", {"made_from": read, "name": "evidence.txt"}, DEPUTY)
    answer = papers.post(f"/{document_id}/remove", {"made_from": read, "reason": "Nothing in it."})
    assert answer.status_code == 422
    assert "A colleague wrote of this document first." in words(answer.text)
    assert len(papers.rows()) == 1


# -- who may


@pytest.mark.parametrize("who", [ELSEWHERE, FINANCE, "head1.hq", "observer.a", "admin.hq", "auditor.hq"])
def test_outside_the_office_there_is_no_such_document(papers: Papers, who: str) -> None:
    document_id = papers.added("a.txt", TEXT)
    for path in ("", f"/{document_id}", f"/{document_id}/file", f"/{document_id}/describe", f"/{document_id}/remove"):
        assert papers.get(path, who).status_code == 404, path
    assert papers.add(("b.txt", TEXT), who=who).status_code in (403, 404)
    assert len(papers.rows()) == 1


def test_a_document_of_one_file_is_none_of_another(papers: Papers) -> None:
    document_id = papers.added("a.txt", TEXT)
    other = case_with_papers(papers.world, "Another")
    assert other.get(f"/{document_id}").status_code == 404
    assert other.get(f"/{document_id}/file").status_code == 404
    other.get()  # says what was kept
    assert "a.txt" not in other.get().text


# -- trials and hearings


def test_a_trial_and_its_hearing_have_documents_of_their_own(papers: Papers) -> None:
    world = papers.world
    file = Filed(world, OFFICER, "EG", "A Name")
    tried = Tried(world, [file])
    hearing_id = tried.schedule(10)
    of_trial, of_hearing = Papers(world, tried.id), Papers(world, hearing_id)
    of_trial.added("indictment.txt", TEXT)
    held = of_hearing.added("minutes.txt", TEXT)
    browser = world.client(OFFICER)
    browser.get("/")  # says what was kept
    trial_page, hearing_page = (
        browser.get(f"/trials/{tried.id}").text,
        browser.get(f"/trials/{tried.id}/hearings/{hearing_id}").text,
    )
    assert "indictment.txt" in trial_page
    assert "minutes.txt" not in trial_page
    assert "minutes.txt" in hearing_page
    assert "indictment.txt" not in hearing_page
    assert of_trial.get(f"/{held}").status_code == 404
    assert of_hearing.get(f"/{held}/file").data == TEXT
    timeline = words(browser.get(f"/cases/{file.id}/timeline/1").text)
    assert "A document of the trial: indictment.txt" in timeline
    assert of_hearing.get(who=ELSEWHERE).status_code == 404
    typed = {"made_from": of_hearing.made_from(held), "reason": "Wrong hearing."}
    assert of_hearing.post(f"/{held}/remove", typed).status_code == 303
    assert len(of_trial.told(lambda record: record.standing)) == 1
    assert of_hearing.told(lambda record: record.standing) == []


def test_an_entry_that_is_no_record_has_no_documents(papers: Papers) -> None:
    entry: uuid.UUID = papers.told(lambda record: cast(CaseRecord, record).file.people[0].id)
    assert Papers(papers.world, entry).get().status_code == 404
    assert Papers(papers.world, uuid.uuid4()).get().status_code == 404


# -- what somebody did beside us


def test_a_row_that_is_gone_is_said_and_nothing_is_given_out(papers: Papers) -> None:
    document_id = papers.added("a.pdf", pdf())
    with papers.world.database.main.writing() as session:
        session.connection().execute(delete(ROWS))
    assert "Its file is gone, was cut, or is not the one that was added." in words(papers.get(f"/{document_id}").text)
    for path in ("/file", "/cleaned", "/pages/1/picture"):
        answer = papers.get(f"/{document_id}{path}")
        assert answer.status_code == 409, path
        assert "failed its check" in words(answer.text)
    assert papers.trail(document_id, Event.DOCUMENT_EXPORTED) == []
    assert "a.pdf Failed its check" in words(papers.get().text)


def test_a_row_that_nobody_added_is_said_and_not_shown(papers: Papers) -> None:
    document_id = papers.added("a.txt", TEXT)
    papers.get()
    with papers.world.acting(OFFICER) as (session, visitor):
        file = Arriving(papers.storage, "planted.txt", 1 << 20)
        file.write(b"Planted.")
        folder = session.get_one(Document, document_id).folder_id
        where = Where(folder, papers.record_id)
        add(session, papers.storage, visitor.member_id, where, file.finish(Scanner("")), datetime.now(UTC))
    said = words(papers.get().text)
    assert "1 document lies here that nobody added through these pages." in said
    assert "planted.txt" not in said


def test_a_document_that_another_stands_for_is_not_given_out(papers: Papers) -> None:
    """Somebody who can write the tables moves the sealed description of one document to the row of another."""
    wanted, planted = papers.added("wanted.txt", TEXT), papers.added("other.txt", TEXT[::-1])
    with papers.world.database.main.writing() as session:
        sealed = session.execute(select(ROWS.c.sealed_file).where(ROWS.c.id == planted)).scalar_one()
        session.connection().execute(update(ROWS).where(ROWS.c.id == wanted).values(sealed_file=sealed))
    assert papers.get(f"/{wanted}/file").status_code == 409
    assert "Its file is gone, was cut" in words(papers.get(f"/{wanted}").text)


@pytest.mark.parametrize("says", [{"sha256": b"x" * 32}, {"length": 1}, {"about": uuid.UUID(int=1)}])
def test_a_row_that_says_something_else_than_its_record_is_not_given_out(papers: Papers, says: dict[str, Any]) -> None:
    """Somebody with keys of the folder seals the row anew: what the record was told of it stands."""
    document_id = papers.added("a.txt", TEXT)
    with papers.world.acting(OFFICER) as (session, _):
        row = session.get_one(Document, document_id)
        row.in_file = msgspec.structs.replace(row.described, **says)
        record(session, Event.DOCUMENT_OPENED, document=row.id)
    assert papers.get(f"/{document_id}/file").status_code == 409
    assert "Its file is gone, was cut" in words(papers.get(f"/{document_id}").text)
