"""Case files full of planted texts, walked through by every page that shows them: none is found in any file, log, mail,
header, address or title.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hrd_cases import logs
from hrd_cases.cases import chatham, drafts
from hrd_cases.cases.assessing import assess
from hrd_cases.cases.card import touched
from hrd_cases.cases.details import (
    Action,
    Answer,
    Attribution,
    Contact,
    Conversation,
    Dated,
    Incident,
    LifeStep,
    Meeting,
    Note,
    Person,
    SaidBy,
    Source,
    SourceMark,
    Task,
    Way,
)
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.cases.risk import Choice, Level
from hrd_cases.cases.writing import correct, write
from tests.attacks.leaks import canary, files_below, search
from tests.cases.conftest import piece, recorded
from tests.conftest import throw_away_settings
from tests.world import World

NOW = datetime.now(UTC)
CODED = {
    "role", "country", "categories", "flags", "themes", "guidelines", "is_defender", "risk_from_work", "non_violent",
    "marking", "types", "perpetrator", "link", "verification", "complaint", "with_whom", "channel", "kind", "state",
    "purpose", "consent", "stopped_because", "rule", "standing", "level", "act", "before", "after", "outcome",
    "feedback", "reliability", "use", "precision", "lawyer_access", "family_access", "organisers_own", "language",
}  # fmt: skip
"""Fields whose words are ours, or which this test fills by hand."""


class Planted:
    """Canaries in every field that takes words, and what the house answered meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.canaries: list[str] = []
        self.answers: list[Any] = []
        self.name = ""

    def new(self, about: str) -> str:
        self.canaries.append(canary(re.sub("[^a-z]", "", about.lower())))
        return self.canaries[-1]

    def keep(self, answer: Any) -> Any:
        self.answers.append(answer)
        return answer

    def filled(self, said: Any) -> Any:
        """With a canary in every field that takes words."""
        words: dict[str, Any] = {}
        for field in msgspec.structs.fields(said):
            about = f"{type(said).__name__}{field.name}"
            if field.name in CODED:
                continue
            if field.type is str:
                words[field.name] = self.new(about)
            elif field.type == tuple[str, ...]:
                words[field.name] = (self.new(about), self.new(about))
            elif field.type == tuple[Way, ...]:
                words[field.name] = (self.filled(Way(kind="phone", value="")), self.filled(Way(kind="other", value="")))
        return msgspec.structs.replace(said, **words)

    def kinds(self, defender: uuid.UUID, officer: Any) -> list[Any]:
        """One of every kind of entry; what goes outward is planned only."""
        answer = self.filled(Answer(purpose="media", state="impossible"))
        told = [
            Person(role="family"),
            Person(role="lawyer", died_on=Dated(on=date(2020, 1, 1))),
            SourceMark(),
            Incident(text="", types=("death_threat", "other"), when=Dated(on=date(2026, 1, 1)), victims=(defender,)),
            Contact(when=NOW, with_whom="other", person_id=defender),
            Meeting(when=NOW, organiser_id=officer.member_id),
            Action(kind="internal_note", when=NOW),
            Action(kind="demarche", state="stopped", when=NOW, purpose="raise_authorities", stopped_because="said_no"),
            Task(what=""),
            Task(what="", done_at=NOW),
            Note(text=""),
            LifeStep(act="close", before="active", after="closed", outcome="other", feedback="family"),
        ]
        talked = Conversation(
            when=NOW, standing="self", language="ar", answers=(answer,), note=self.new("conversation")
        )
        return [*(self.filled(one) for one in told), talked]

    def a_file(self, sign_in: str, country: str) -> uuid.UUID:
        """A file of one's own office with an entry of every kind, each corrected once."""
        drafted = self.drafted(country)
        self.name = self.name or drafted.name
        with self.world.acting(sign_in) as (session, officer):
            filed = submit(session, officer, drafted, self.sources(drafted), datetime.now(UTC))
            case = session.get_one(Case, filed.case_id)
            defender = drafted.people[0][0]
            for said in self.kinds(defender, officer):
                write(session, officer, case, said, datetime.now(UTC))
            session.flush()
            for standing in open_file(session, case, anew=True).all(Note):
                again = self.filled(standing.said)
                correct(session, officer, open_file(session, case), standing.entry.id, again, datetime.now(UTC))
            self.meeting(session, officer, case)
            mark, told = write(session, officer, case, SourceMark(label=self.new("mark")), NOW), Source(name="")
            incident = Incident(text=self.new("incident"))
            write(session, officer, case, incident, NOW, sourced=self.filled(SaidBy(source_ids=(mark.id,))))
            write(session, officer, case, SourceMark(label="x"), NOW, sourced=self.filled(told))
            choice = Choice(Level.CRITICAL, self.new("risksentence"), why_different=self.new("whydifferent"))
            assess(session, officer, case, choice, datetime.now(UTC))
            touched(session, officer, case)
        assert filed.case_id is not None
        return filed.case_id

    def meeting(self, session: Any, officer: Any, case: Case) -> None:
        thing = uuid.uuid4()
        spoken = Attribution(present=self.new("chathampresent"), said=self.new("chathamsaid"))
        own = chatham.keep(officer, case.id, thing, spoken)
        said = Meeting(when=NOW, chatham_house=True, organiser_id=officer.member_id, organisers_own=own)
        said = msgspec.structs.replace(said, substance=self.new("substance"), place=self.new("meetingplace"))
        write(session, officer, case, said, NOW, entry_id=thing)

    def drafted(self, country: str) -> Any:
        drafted = recorded(
            country, self.new("name"), urgency="critical", more=(piece(SourceMark(label=self.new("m"))),)
        )
        pieces = tuple(msgspec.structs.replace(one, details=self.filled(one.details)) for one in drafted.pieces)
        return msgspec.structs.replace(drafted, pieces=pieces)

    def sources(self, drafted: Any) -> Any:
        from hrd_cases.cases.drafted import SourcedPiece

        marks = [one.id for one in drafted.pieces if isinstance(one.details, SourceMark)]
        return tuple(SourcedPiece(id=one, sourced=self.filled(Source(name=""))) for one in marks)

    def a_draft(self) -> uuid.UUID:
        drafted = self.drafted("EG")
        with self.world.acting("officer.cairo") as (session, officer):
            draft = drafts.save(session, officer, None, drafted, self.sources(drafted), datetime.now(UTC))
            return draft.id

    def typed_and_refused(self, case_id: uuid.UUID) -> None:
        """What is typed where a page says no, or where a session died: kept for its writer alone."""
        officer = self.world.client("officer.cairo")
        self.keep(officer.post("/cases/new", {"name": self.new("quickname"), "what": self.new("quickwhat")}))
        self.keep(officer.post("/cases/new/list", {"names": self.new("listname"), "what": self.new("listwhat")}))
        for kind in ("person", "incident", "contact", "meeting", "task", "note", "source", "action"):
            self.keep(officer.post(f"/cases/{case_id}/add/{kind}", {"text": self.new(kind), "names": self.new(kind)}))
        self.keep(officer.post(f"/cases/{case_id}/risk", {"sentence": self.new("risk")}))
        self.keep(officer.post(f"/cases/{case_id}/act", {"kind": "statement", "text": self.new("act")}))
        self.keep(officer.post(f"/cases/{case_id}/step/close", {"reason": self.new("reason")}))

    def searched(self) -> None:
        officer = self.world.client("officer.cairo")
        for sought in (self.name, self.new("sought")):
            assert self.keep(officer.post("/cases/search", {"text": sought})).status_code == 303
            self.keep(officer.get("/cases/search/found"))

    def walk(self, case_id: uuid.UUID, draft_id: uuid.UUID) -> None:
        file = f"/cases/{case_id}"
        with self.world.acting("officer.cairo") as (session, _):
            entries = [one.id for one in open_file(session, session.get_one(Case, case_id)).entries]
        pages = ["/", "/cases", "/cases?order=name", "/cases/reviews", "/cases/drafts", f"/cases/drafts/{draft_id}"]
        pages += [
            f"/cases/drafts/{draft_id}/{step}" for step in ("where", "who", "reach", "what", "people", "about", "check")
        ]
        pages += [file, f"{file}/print", f"{file}/print?with=sources", f"{file}/timeline/1", f"{file}/consent"]
        pages += [f"{file}/entries/{one}" for one in entries] + [f"{file}/entries/{one}/correct" for one in entries]
        for path in pages:
            answer = self.keep(self.world.client("officer.cairo").get(path))
            assert answer.status_code < 500, path
            self.keep(self.world.client("deputy.cairo").get(path))


@pytest.fixture
def planted(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Planted]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    logs.start(throw_away_settings(world.house.settings.home, log_level="debug"))
    everything = Planted(world)
    case_id = everything.a_file("officer.cairo", "EG")
    everything.a_file("officer.cairo", "EG")
    draft_id = everything.a_draft()
    drafted = everything.drafted("BY")
    with world.acting("officer.cairo") as (session, officer):  # on its way to Minsk
        assert submit(session, officer, drafted, everything.sources(drafted), datetime.now(UTC)).case_id is None
    everything.typed_and_refused(case_id)
    everything.searched()
    everything.walk(case_id, draft_id)
    assert everything.name in everything.keep(world.client("officer.cairo").get(f"/cases/{case_id}")).text
    assert drafted.name in everything.keep(world.client("officer.minsk").get("/cases")).text
    yield everything
    logs.start(world.house.settings)


def test_no_text_of_a_case_file_is_found_anywhere(
    planted: Planted, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert len(planted.canaries) >= 200
    said = capfd.readouterr()
    headers = "\n".join(str(answer.headers) for answer in planted.answers)
    addresses = "\n".join(answer.request.url for answer in planted.answers)
    titles = "\n".join("".join(re.findall("<title>.*?</title>", one.text, re.DOTALL)) for one in planted.answers)
    clear = {"log": said.err + said.out, "headers": headers, "titles": titles, "addresses": addresses}
    home = planted.world.house.settings.home
    texts = [(where, text.encode()) for where, text in clear.items()]
    assert search([*files_below(home, tmp_path / "temporary"), *texts], planted.canaries) == []


def test_no_answer_may_be_kept_by_a_browser_or_a_proxy(planted: Planted) -> None:
    showing = [one for one in planted.answers if one.status_code == 200]
    assert {one.headers["Cache-Control"] for one in showing} == {"no-store"}


def test_the_control_one_that_is_planted_in_clear_is_found(planted: Planted) -> None:
    home = planted.world.house.settings.home
    planted.world.database.dispose()
    with sqlite3.connect(next(home.glob("*.db"))) as connection:
        connection.execute("CREATE TABLE careless (words TEXT)")
        connection.execute("INSERT INTO careless VALUES (?)", (planted.canaries[-1],))
    connection.close()
    assert {leak.canary for leak in search(files_below(home), planted.canaries)} == {planted.canaries[-1]}
