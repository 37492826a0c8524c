"""Every route × every kind of visitor, GET and POST, against one written table. A route without a row fails.

Cells of matrix.txt: `y` let in · `x` 403, sees it and may not · `-` 404, may not even know of it · `s` sent to sign in,
`w` led to the waiting page.
Members, notices, holidays, absences, case files, documents and trials in addresses belong to the delegation in Cairo,
drafts to its officer; forms not sent yet to nobody here. Documents are on a case file; those of rows that end in
`@grant` on a grant.
"""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import Action, Conversation, Incident, Person, Profile, Task
from hrd_cases.cases.drafts import save
from hrd_cases.cases.file import open_file
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case, Draft, Entry
from hrd_cases.cases.outward import propose
from hrd_cases.cases.papers import CaseRecord
from hrd_cases.cases.writing import correct
from hrd_cases.documents.acts import keep
from hrd_cases.documents.arriving import Arriving
from hrd_cases.documents.models import Document
from hrd_cases.documents.papers import Record
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.door.places import places
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants import requests
from hrd_cases.grants.acts import take_act
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.papers import GrantRecord
from hrd_cases.grants.weighing import Given
from hrd_cases.keys.models import Folder, FolderKind
from hrd_cases.keys.roles import Role
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.members import revoke_member
from hrd_cases.offices.models import Absence, Notice, Office, OfficeHoliday
from hrd_cases.offices.notices import send_notice
from hrd_cases.outbox.models import DUE, Reminder
from hrd_cases.trials.details import Hearing, Preparation, Trial
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.proceedings import begin
from hrd_cases.trials.scheduling import schedule
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.offering import share
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.shares.seen import Chosen
from hrd_cases.trials.times import set_for
from tests.cases.acting import said
from tests.cases.conftest import piece, recorded
from tests.trials.sharing_world import preview_of
from tests.world import Browser, World, already

TABLE = Path(__file__).with_name("matrix.txt")
FIX = f"Write its row in {TABLE.name}: y let in, x refused, - shown nothing, s sent to sign in, w led to wait."
PEOPLE = {
    "officer": "officer.cairo",
    "deputy": "deputy.cairo",
    "head": "head.cairo",
    "finance": "finance.cairo",
    "elsewhere": "officer.minsk",
    "headelse": "head.minsk",
    "observer": "observer.a",
    "hqhead": "head1.hq",
    "hqdesk": "desk.hq",
    "approver": "approver.hq",
    "auditor": "auditor.hq",
    "admin": "admin.hq",
    "custodian": "custodian1.hq",
    "newcomer": "newcomer.cairo",
    "paused": "finance2.cairo",
    "exmember": "finance.minsk",
    "stranger": None,
}

WORDS = {
    "drafts.add": {"kind": "family"},
    "cases.add": {"kind": "note"},
    "cases.step": {"act": "rest"},
    "grants.sign": {"act": "return"},
    "grants.say_of": {"act": "cancel"},
    "trials.hearing_act": {"act": "go_myself"},
    "shares.report_step": {"step": "room"},
    "trials.report_step": {"step": "room"},
    "trials.stage": {"after": "charged"},
}
"""Words of an address, by endpoint, where no row names them."""
ENTRIES: dict[str, Any] = {
    "cases.action": Action,
    "cases.join": Action,
    "cases.confirm_action": Action,
    "cases.correct_conversation": Conversation,
    "cases.correct": Incident,
    "cases.history": Incident,
    "cases.task_done": Task,
}
"""Endpoints about an entry of this kind."""
ON_GRANT = "@grant"


def _table() -> dict[str, dict[str, str]]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    people, rows = lines[0][1:], lines[1:]
    return {row[0]: dict(zip(people, row[1:], strict=True)) for row in rows}


def _route(row: str) -> str:
    """The endpoint that a row is about."""
    return row.removesuffix(ON_GRANT)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    documents = {endpoint + ON_GRANT for endpoint in places if endpoint.startswith("documents.")}
    assert set(_table()) == set(places) | documents, FIX


@pytest.fixture
def peopled(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world with someone of every kind in it, and a notice in Cairo."""
    return already(world, everybody_comes, tmp_path_factory)


def everybody_comes(world: World) -> None:
    entered, now = world.demonstration, datetime.now(UTC)
    cairo = entered.offices["DEL_EGY"]
    entered._enrol("newcomer.cairo", cairo, Role.LIAISON_OFFICER)
    with world.acting("desk.hq") as (session, desk):
        send_notice(session, desk, session.get_one(Office, cairo), "A subject", "A text", now)
    with world.acting("officer.cairo"):
        pass
    with world.acting("officer.cairo") as (session, officer):
        submit(session, officer, recorded("EG", "A Name"), (), now)
        case = session.scalars(select(Case)).one()
        profile = next(one for one in open_file(session, case).all(Profile))
        confirmed = replace(profile.said, is_defender="yes", risk_from_work="yes", non_violent="yes")
        correct(session, officer, open_file(session, case), profile.entry.id, confirmed, now)
        record_conversation(session, officer, case, said(media="impossible"), now)
        danger = Action(kind="interview", state="planned", when=now, emergency="A danger.")
        propose(session, officer, case, danger, danger=True, now=now)
        drafted = recorded("EG", "Another", more=(piece(Person(role="family", names=("A brother",))),))
        save(session, officer, None, drafted, (), now)
        accused = Trial(files=(), zone="Africa/Cairo", court="A court")
        storage = Storage(world.house.settings.home / "documents")
        _with_a_document(session, storage, CaseRecord(session, officer, case), now)
        proceeding = begin(session, officer, [case], accused, now)
        schedule(session, officer, proceeding, Hearing(when=set_for(now.date(), "Africa/Cairo"), kind="bail"), now)
        _shared_with_an_embassy(session, officer, case, proceeding, now)
        grant = _asked_for_money(session, officer, case, now)
        _with_a_document(session, storage, GrantRecord(session, officer, grant), now)
        days = now.date(), now.date()
        record_absence(session, officer, officer.charters.of(cairo), officer.member_id, *days, now)
    with world.acting("head.minsk") as (session, head):
        revoke_member(session, head, session.get_one(Member, entered.members["finance.minsk"]), now)
    for who in ("officer.minsk", "observer.a"):
        with world.acting(who):
            pass
    with world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "finance2.cairo").values(suspended_at=now))
        officer_id = entered.members["officer.cairo"]
        session.execute(update(Reminder).where(Reminder.member_id == officer_id).values(state=DUE))


def _with_a_document(session: Session, storage: Storage, record: Record, now: datetime) -> None:
    file, drawn = Arriving(storage, "photo.png", 10_000), BytesIO()
    Image.new("RGB", (20, 20)).save(drawn, "PNG")
    file.write(drawn.getvalue())
    record.hold()
    keep(session, storage, record, [file.finish(Scanner(""))], "", now)


def _shared_with_an_embassy(
    session: Session, officer: Visitor, case: Case, proceeding: Proceeding, now: datetime
) -> None:
    """A later hearing, with embassy A."""
    record_conversation(session, officer, case, said(share_embassies="given"), now)
    later = (now + timedelta(days=9)).date()
    entry = schedule(session, officer, proceeding, Hearing(when=set_for(later, "Africa/Cairo"), kind="verdict"), now)
    session.flush()
    embassy = session.scalars(select(Office.id).where(Office.code == "EMB_A_EGY")).one()
    chosen = Chosen(office_id=embassy, files=(case.id,), parts=("people",), until_on=later)
    seen = preview_of(session, officer, proceeding, entry.id, chosen)
    share(session, officer, proceeding, entry.id, chosen, now, looked_at=seen)


def _asked_for_money(session: Session, officer: Visitor, case: Case, now: datetime) -> Grant:
    """A grant that was submitted: finance knows of it."""
    record_conversation(session, officer, case, said(payment="given"), now)
    grant = requests.begin(session, officer, case, "EUR", now)
    line = requests.Worded("medical", "Care", Decimal(1), Decimal(100))
    paid = replace(requests.no_payment("EUR"), purpose="medical", payee="A clinic", channel="bank")
    story, payment = requests.with_lines(replace(grant.story, why_now="Now.", danger="none_known"), paid, [line])
    requests.save(session, officer, grant, grant.version, story, payment, now)
    take_act(session, officer, grant, 0, Act.SUBMIT, Given(), now)
    return grant


class _Rewound:
    """The peopled world, set back to how it was after every form that did something."""

    def __init__(self, world: World, spare: Path) -> None:
        self._world, self._spare, self._home = world, spare, world.house.settings.home
        self.rewind_to_here()

    def rewind_to_here(self) -> None:
        self._world.database.dispose()
        shutil.copytree(self._home, self._spare)

    def rewind(self) -> None:
        self._world.database.dispose()
        shutil.rmtree(self._home)
        shutil.copytree(self._spare, self._home)


def _addresses(world: World) -> dict[str, str]:
    """By endpoint: one address, its variables filled with what belongs to Cairo."""
    entered = world.demonstration
    with world.database.main.reading() as session:
        known: dict[str, object] = {
            "office_id": entered.offices["DEL_EGY"],
            "member_id": entered.members["deputy.cairo"],
            "notice_id": session.scalars(select(Notice.id)).one(),
            "holiday_id": session.scalars(
                select(OfficeHoliday.id).where(OfficeHoliday.office_id == entered.offices["DEL_EGY"])
            ).one(),
            "form_id": uuid.uuid4(),
            "number": 1,
            "absence_id": session.scalars(select(Absence.id)).one(),
            "draft_id": session.scalars(select(Draft.id)).one(),
            "case_id": session.scalars(select(Case.id)).one(),
            "record_id": session.scalars(select(Case.id)).one(),
            "document_id": _document_in(session, FolderKind.CASE),
            "entry_id": session.scalars(select(Entry.id).order_by(Entry.written_at, Entry.id).limit(1)).one(),
            "page": 1,
            "share_id": session.scalars(select(Share.id)).one(),
            "reminder_id": session.scalars(
                select(Reminder.id).where(Reminder.member_id == entered.members["officer.cairo"]).limit(1)
            ).one(),
            "grant_id": session.scalars(select(Grant.id)).one(),
            "acknowledgement_id": uuid.uuid4(),  # none is lost here
            "received_id": session.scalars(select(Share.id)).one(),
        }
        on_grant = {"record_id": known["grant_id"], "document_id": _document_in(session, FolderKind.PAYMENTS)}
    with world.acting("officer.cairo") as (session, _officer):
        drafted = session.scalars(select(Draft)).one().drafted
        known["piece"] = next(one_id for one_id, person in drafted.people if person.role == "family")
        file = open_file(session, session.scalars(select(Case)).one())
        docket = open_docket(session, session.scalars(select(Proceeding)).one())
        known |= {"proceeding_id": docket.proceeding.id, "hearing_id": docket.hearings[0].id}
        known["given_id"] = docket.all(ShareEntry)[0].id
        known["task_id"] = docket.all(Preparation)[0].id
        entries = {endpoint: {"entry_id": file.all(kind)[0].id} for endpoint, kind in ENTRIES.items()}
    rules = {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if rule.endpoint in places}
    addresses = {}
    for endpoint, rule in rules.items():
        words = WORDS.get(endpoint, {}) | entries.get(endpoint, {})
        built = rule.build({name: words.get(name) or known[name] for name in rule.arguments})
        assert built is not None
        addresses[endpoint] = built[1]
        if endpoint.startswith("documents."):
            built = rule.build({name: (known | on_grant)[name] for name in rule.arguments})
            assert built is not None
            addresses[endpoint + ON_GRANT] = built[1]
    return addresses


def _document_in(session: Session, kind: FolderKind) -> uuid.UUID:
    query = select(Document.id).join(Folder, Folder.id == Document.folder_id).where(Folder.kind == kind.value)
    return session.scalars(query).one()


def _cell(answer: object) -> str:
    status, location = answer.status_code, answer.headers.get("Location", "")  # type: ignore[attr-defined]
    if status in (403, 404):
        return {403: "x", 404: "-"}[status]
    if status == 401 or (status == 303 and location in ("/sign-in", "/sign-in?ended=1")):
        return "s"
    if status in (302, 303) and location == "/waiting":
        return "w"
    assert status != 500
    return "y"


def _tried(world: World, browser: Browser, rewound: _Rewound, endpoint: str, path: str) -> str:
    """One cell: asked for, and sent as an empty form where the route takes one. Both must agree."""
    asked = _cell(browser.get(path))
    takes = {m for rule in world.app.url_map.iter_rules(endpoint) for m in rule.methods or ()}
    if "POST" not in takes:
        return asked
    cookie = browser.cookie()
    answer = browser.post(path)
    sent = _cell(answer)
    if answer.status_code < 400:
        rewound.rewind()
        browser.client.set_cookie("__Host-session", cookie, domain="127.0.0.1", secure=True)
    return asked if asked == sent or endpoint in LEAVES else f"{asked}{sent}"


LEAVES = ("sign_in.sign_out", "sign_in.sign_in", "sign_in.unlock", "waiting.show", "today.show")


@pytest.mark.parametrize("person", PEOPLE)
def test_each_role_is_let_in_where_the_matrix_says(peopled: World, person: str, tmp_path: Path) -> None:
    rewound = _Rewound(peopled, tmp_path / "spare")
    table, found = _table(), {}
    for endpoint, path in sorted(_addresses(peopled).items()):
        browser = peopled.client(PEOPLE[person])
        found[endpoint] = _tried(peopled, browser, rewound, _route(endpoint), path)
    assert found == {endpoint: row[person] for endpoint, row in table.items()}
