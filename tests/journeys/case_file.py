"""One whole file in Cairo for the walk of every page, and what lies around it: whatever a page can show of a file
stands in it once, written through the actions that the pages use.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from hrd_cases.cases import drafts, outward
from hrd_cases.cases.card import touched
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import (
    Action,
    Contact,
    Conversation,
    Incident,
    Meeting,
    Note,
    Person,
    Profile,
    Source,
    SourceMark,
    Task,
    Way,
)
from hrd_cases.cases.models import Acknowledgement, Case, Draft
from hrd_cases.cases.writing import write
from hrd_cases.keys.models import Letter
from hrd_cases.offices.absences import record_absence
from hrd_cases.offices.models import Absence
from tests.cases.acting import Filed, assessed, said
from tests.cases.conftest import Recording, piece, recorded
from tests.world import World, cairo_day

OFFICER, COLLEAGUE, HEAD, ELSEWHERE = "officer.cairo", "deputy.cairo", "head.cairo", "officer.minsk"
NAME = "سلمى عبد الرحمن المثال"

# By endpoint: who walks there, and the address. {names} are those of `addresses`.
WALK: dict[str, tuple[str, str]] = {
    "cases.index": (OFFICER, "/cases"),
    "cases.search": (OFFICER, "/cases/search"),
    "cases.found": (HEAD, "/cases/search/found"),
    "cases.mended": (OFFICER, "/cases/mend"),
    "cases.reviews": (OFFICER, "/cases/reviews"),
    "cases.show": (OFFICER, "/cases/{case}"),
    "cases.print": (OFFICER, "/cases/{case}/print"),
    "cases.timeline": (OFFICER, "/cases/{case}/timeline/1"),
    "cases.add": (OFFICER, "/cases/{case}/add/incident"),
    "cases.correct": (OFFICER, "/cases/{case}/entries/{incident}/correct"),
    "cases.history": (OFFICER, "/cases/{case}/entries/{incident}"),
    "cases.next_done": (OFFICER, "/cases/{case}/next-step-done"),
    "cases.task_done": (OFFICER, "/cases/{case}/entries/{task}/done"),
    "cases.consent": (OFFICER, "/cases/{case}/consent"),
    "cases.conversation": (OFFICER, "/cases/{case}/conversation"),
    "cases.correct_conversation": (OFFICER, "/cases/{case}/conversation/{conversation}"),
    "cases.act": (OFFICER, "/cases/{case}/act"),
    "cases.action": (OFFICER, "/cases/{case}/actions/{proposed}"),
    "cases.join": (OFFICER, "/cases/{case}/actions/{proposed}/join"),
    "cases.confirm_action": (HEAD, "/cases/{case}/actions/{joined}/confirm"),
    "cases.risk": (OFFICER, "/cases/{case}/risk"),
    "cases.step": (OFFICER, "/cases/{case}/step/rest"),
    "cases.hand_to": (OFFICER, "/cases/{case}/hand-over"),
    "cases.closing": (HEAD, "/cases/{asked}/closing"),
    "cases.lost": ("desk.hq", "/cases/lost/{lost}"),
    "recording.quick": (OFFICER, "/cases/new"),
    "recording.many": (OFFICER, "/cases/new/list"),
    "drafts.index": (OFFICER, "/cases/drafts"),
    "drafts.show": (OFFICER, "/cases/drafts/{draft}"),
    "drafts.where": (OFFICER, "/cases/drafts/{draft}/where"),
    "drafts.who": (OFFICER, "/cases/drafts/{draft}/who"),
    "drafts.reach": (OFFICER, "/cases/drafts/{draft}/reach"),
    "drafts.what": (OFFICER, "/cases/drafts/{draft}/what"),
    "drafts.people": (OFFICER, "/cases/drafts/{draft}/people"),
    "drafts.add": (OFFICER, "/cases/drafts/{draft}/people/add/family"),
    "drafts.change": (OFFICER, "/cases/drafts/{draft}/people/{brother}"),
    "drafts.remove": (OFFICER, "/cases/drafts/{draft}/people/{brother}/remove"),
    "drafts.about": (OFFICER, "/cases/drafts/{draft}/about"),
    "drafts.check": (OFFICER, "/cases/drafts/{draft}/check"),
    "drafts.drop": (OFFICER, "/cases/drafts/{draft}/drop"),
    "absences.index": (HEAD, "/offices/{office}/absences"),
    "absences.remove": (HEAD, "/offices/absences/{absence}/remove"),
    "absences.duty": ("head1.hq", "/offices/duty"),
}

# The same pages where they look different: (who, address, status).
ALSO = [
    (HEAD, "/cases/{case}", 200),
    (OFFICER, "/cases/{arrived}", 200),
    (OFFICER, "/cases/{arrived}/step/acknowledge", 200),
    (OFFICER, "/cases/{arrived}/step/close", 409),
    (OFFICER, "/cases/{case}/step/close", 409),
    (HEAD, "/cases/{case}/actions/{joined}", 200),
    (OFFICER, "/cases/{case}/actions/{planned}", 200),
    (OFFICER, "/cases/{case}/print?with=sources", 200),
    (OFFICER, "/cases/drafts/{draft}/people/add/source", 200),
    (OFFICER, "/cases?late=review", 200),
    (ELSEWHERE, "/cases", 200),
    (ELSEWHERE, "/cases/reviews", 200),
    (ELSEWHERE, "/cases/drafts", 200),
    (ELSEWHERE, "/cases/{case}", 404),
    (OFFICER, "/", 200),
    *((OFFICER, f"/cases/{{case}}/add/{kind}", 200) for kind in ("person", "source", "contact", "meeting")),
    *((OFFICER, f"/cases/{{case}}/add/{kind}", 200) for kind in ("action", "task", "note")),
    *((OFFICER, f"/cases/{{case}}/entries/{{{it}}}/correct", 200) for it in ("person", "source", "meeting", "profile")),
    *((OFFICER, f"/cases/{{case}}/entries/{{{it}}}", 200) for it in ("conversation", "source", "meeting", "proposed")),
]


def addresses(world: World) -> dict[str, object]:
    """Whatever {names} the addresses have; the file is made on the way."""
    for member in (OFFICER, COLLEAGUE, HEAD):
        with world.acting(member):
            pass
    file = Filed(world, OFFICER, "EG", NAME)
    known: dict[str, object] = {"office": world.demonstration.offices["DEL_EGY"]}
    known |= _written(file) | _acted(file) | _drafted(world) | {"case": file.id}
    file.write(assessed("high", review_on=cairo_day()))
    file.change(Incident, text="Taken from home at night, by men without uniforms.")
    Recording(world).by(ELSEWHERE, recorded("EG", "A. Sample"))
    assert world.client(HEAD).post("/cases/search", {"text": NAME}).status_code == 303
    with world.acting(OFFICER) as (session, _officer):
        known["arrived"] = session.scalars(select(Case.id).where(Case.id != file.id)).one()
    return known | _absent(world) | {"asked": _asked_to_close(world), "lost": _lost(world)}


def _asked_to_close(world: World) -> uuid.UUID:
    """Another file, at high risk, which its officer wants closed: the head decides."""
    file = Filed(world, OFFICER, "EG", "B. Sample")
    file.write(assessed("high"))
    wanted = {"outcome": "released", "feedback": "family", "reason": "She is free, and out of the country."}
    assert file.post("step/ask_close", wanted).status_code == 303
    return file.id


def _lost(world: World) -> uuid.UUID:
    """A file whose letter was damaged on its way to Minsk: its clock, by the id of the file."""
    with world.acting(OFFICER):
        pass
    Recording(world).by(OFFICER, recorded("BY", "C. Sample", urgency="high"))
    with world.database.main.writing() as session:
        session.execute(update(Letter).where(Letter.folded_at.is_(None)).values(sealed=b"damaged"))
    world.client(ELSEWHERE).get("/")
    with world.database.main.reading() as session:
        refused = select(Letter.subject_id).where(Letter.refused_at.is_not(None))
        return session.scalars(select(Acknowledgement.case_id).where(Acknowledgement.case_id.in_(refused))).one()


def _written(file: Filed) -> dict[str, object]:
    """One thing of each kind, and a source that the sources' key alone opens."""
    now = datetime.now(UTC)
    officer = file.world.demonstration.members[OFFICER]
    way = Way(kind="phone", value="+20 100 000 0000", use="never", note="It is listened to.")
    things = {
        "person": Person(role="family", names=("أخوها",), relation="Brother", ways=(way,), never="Do not call."),
        "contact": Contact(when=now, with_whom="family", text="Spoke with him.", next_on=now.date()),
        "meeting": Meeting(
            when=now, place="At the embassy", chatham_house=True, organiser_id=officer, substance="Bail."
        ),
        "action": Action(kind="internal_note", when=now, text="Looked at it together."),
        "task": Task(what="Ask the lawyer", for_id=officer, due_on=now.date() - timedelta(days=3)),
        "note": Note(text="Two lines,\nin plain words."),
    }
    written = dict(zip(things, file.write(*things.values()), strict=True))
    with file.world.acting(OFFICER) as (session, visitor):
        case, told = session.get_one(Case, file.id), Source(name="A. Witness", note="Saw it.")
        written["source"] = write(session, visitor, case, SourceMark(label="A neighbour"), now, sourced=told).id
        session.flush()
        touched(session, visitor, case)
    for name, kind in (("incident", Incident), ("profile", Profile)):
        written[name] = file.seen(lambda seen, kind=kind: seen.last(kind).id)
    return {**written}


def _acted(file: Filed) -> dict[str, object]:
    """A conversation and a vain attempt; acts: planned with consent, proposed by a colleague, waiting for the head."""
    world, now = file.world, datetime.now(UTC)
    danger = Action(
        kind="interview", state="planned", when=now, addressee="A newspaper", emergency="Life is in danger."
    )
    for talk in (said(raise_authorities="given"), said(media="impossible")):
        with world.acting(OFFICER) as (session, officer):
            record_conversation(session, officer, session.get_one(Case, file.id), talk, now)
    with world.acting(OFFICER) as (session, officer):
        wanted = Action(
            kind="demarche", state="planned", when=now + timedelta(days=2), addressee="The ministry", text="Bail."
        )
        planned = outward.act(session, officer, session.get_one(Case, file.id), wanted, now).id
    with world.acting(COLLEAGUE) as (session, colleague):
        case = session.get_one(Case, file.id)
        proposed, joined = (
            outward.propose(session, colleague, case, danger, danger=True, now=now).id for _each in range(2)
        )
    with world.acting(OFFICER) as (session, officer):
        outward.join(session, officer, session.get_one(Case, file.id), joined, now)
    conversation: uuid.UUID = file.seen(lambda seen: seen.last(Conversation).id)
    return {"planned": planned, "proposed": proposed, "joined": joined, "conversation": conversation}


def _drafted(world: World) -> dict[str, object]:
    brother = piece(Person(role="family", names=("A brother",)))
    with world.acting(OFFICER) as (session, officer):
        drafted = recorded("EG", "Another", more=(brother,))
        drafts.save(session, officer, None, drafted, (), datetime.now(UTC))
    with world.acting(OFFICER) as (session, _officer):
        return {"draft": session.scalars(select(Draft.id)).one(), "brother": brother.id}


def _absent(world: World) -> dict[str, object]:
    """The officer is away for two days."""
    now = datetime.now(UTC)
    with world.acting(OFFICER) as (session, officer):
        charter = officer.charters.of(world.demonstration.offices["DEL_EGY"])
        days = now.date() + timedelta(days=1), now.date() + timedelta(days=2)
        record_absence(session, officer, charter, officer.member_id, *days, now)
    with world.acting(OFFICER) as (session, _officer):
        return {"absence": session.scalars(select(Absence.id)).one()}
