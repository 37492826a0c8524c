"""A file is opened: in one's own office at once, elsewhere by letter. A recorder keeps nothing of what went away."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.reminders import together_written
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import record
from hrd_cases.audit.turns import clock_written
from hrd_cases.cases import clocks, life
from hrd_cases.cases.card import touched
from hrd_cases.cases.destination import Destination, destination
from hrd_cases.cases.details import Arrival, Incident, Note, Person, Profile, SourceMark
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.life import Act, State
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.needs import Actor, Facts
from hrd_cases.cases.reference import looks_like
from hrd_cases.cases.risk import Level
from hrd_cases.cases.routing import Why
from hrd_cases.cases.tasks import raise_first_tasks
from hrd_cases.door.permissions import RULES, Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Tampered
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Circle, FolderKind, Letter
from hrd_cases.keys.roles import CASEWORKERS, CircleName

FILED = "case_filed"
"""The act of a letter that brings a file."""
SOURCES = "case_sources"
"""The act of a letter that brings what the sources' key opens of such a file."""
RECORDED = (Person, SourceMark, Profile, Incident, Note)
"""What recording records, and so what a letter may bring."""
COVERAGE_ALARM = "failed its check: coverage"
"""What the trail says where nobody knows who covers a country: which one would tell of the file."""
ABSENCE_ALARM = "failed its check: who is away"
"""What the trail says where rows say that somebody is away, and the trail tells of none: they moved nothing."""
DAYS_ALARM = "failed its check: when an office works"
"""What the trail says where rows say of weekends, hours or holidays what it does not tell: they stretched no clock."""
CLOCKS = timedelta(minutes=10)
"""So far the clocks of two servers may lie apart."""
OLDEST = timedelta(days=3653)
"""So long a draft may have lain."""
MOST_PIECES, MOST_NAMES, LONGEST_NAME = 2_000, 200, 2_000
"""More than the forms take: what is beyond was written by hand, and would stand on every page of a list."""
OWN = "own"
"""Why a file is at an office: somebody there recorded it."""


class Filed(msgspec.Struct, frozen=True, array_like=True):
    """The inside of the letter that brings a file: what was recorded, whose turn it is, and why it came here.
    `sources`: of which pieces the sources come in a letter of their own, so that it is missed.
    """

    drafted: Drafted
    officer_id: uuid.UUID | None
    why: str
    sources: tuple[uuid.UUID, ...] = ()


class Submitted(NamedTuple):
    """Where a file went: `case_id` only if it stays with the recorder's own office."""

    reference: str
    to: Destination
    case_id: uuid.UUID | None


def submit(
    session: Session,
    by: Visitor,
    drafted: Drafted,
    sourced: Sequence[SourcedPiece],
    now: datetime,
    case_id: uuid.UUID | None = None,
) -> Submitted:
    """Open a file, or send it to the office in charge. Refused while country, person, event or urgency is missing.

    Whoever records for an office of their own is its officer, whoever else is away. `case_id`: pages give that of
    `begun.case_id_of` and ask `begun.made_before` first, so that what is sent twice is one file.
    """
    if drafted.lacks:
        raise Refused(N_("Say which country it is about, who it is, what happened and how urgent it is."))
    to = destination(session, by, drafted.country, drafted.urgency, now)
    if to.why is Why.UNCERTAIN:
        record(session, Event.ALARM_RAISED, alarm=COVERAGE_ALARM)
    if to.doubtful:
        record(session, Event.ALARM_RAISED, alarm=ABSENCE_ALARM)
    if to.days_doubtful:
        record(session, Event.ALARM_RAISED, alarm=DAYS_ALARM)
    case_id = case_id or uuid.uuid4()
    if by.allows(Permission.WORK_ON_CASE, to.office_id):
        arrival = _arrival(drafted, by.member_id, by.office_id, by.member_id, OWN)
        open_case(session, by, case_id, to.office_id, drafted, sourced, arrival, now)
        return Submitted(drafted.reference, to, case_id)
    _send(session, by, case_id, to, drafted, sourced, now)
    clock = clocks.start(session, case_id, to, now)
    told = together_written(session, clocks.reminders_of(clock))
    record(session, Event.CASE_ROUTED, case=case_id, office=to.office_id, clock=clock_written(clock), reminders=told)
    return Submitted(drafted.reference, to, None)


def _send(
    session: Session,
    by: Visitor,
    case_id: uuid.UUID,
    to: Destination,
    drafted: Drafted,
    sourced: Sequence[SourcedPiece],
    now: datetime,
) -> None:
    sender = (by.member_id, by.office_id, by.ring.keys)
    filed = msgspec.msgpack.encode(Filed(drafted, to.officer_id, to.why, tuple(piece.id for piece in sourced)))
    casework = (to.office_id, CircleName.CASEWORK)
    sent = [letters.send(session, by.charters, sender, casework, FILED, case_id, filed, now)]
    if sourced:
        named = msgspec.msgpack.encode(tuple(sourced))
        apart = (to.office_id, CircleName.SOURCES)
        sent.append(letters.send(session, by.charters, sender, apart, SOURCES, case_id, named, now))
    session.flush()
    for letter in sent:
        record(session, Event.LETTER_SENT, letter=letter.id, office=to.office_id, act=letter.act, digest=letter.digest)


def _arrival(drafted: Drafted, recorder: uuid.UUID, office: uuid.UUID, officer: uuid.UUID | None, why: str) -> Arrival:
    return Arrival(
        recorder_id=recorder,
        from_office_id=office,
        recorded_at=drafted.begun_at,
        urgency=drafted.urgency,
        why=why,
        officer_id=officer,
    )


def open_case(
    session: Session,
    by: Visitor,
    case_id: uuid.UUID,
    office_id: uuid.UUID,
    drafted: Drafted,
    sourced: Sequence[SourcedPiece],
    arrival: Arrival,
    now: datetime,
) -> Case:
    """A folder of its own, the case, and everything that was recorded as its first entries. What arrived by letter has
    to be acknowledged; what an office recorded for itself is under way.
    """
    folder = by.ring.open_folder(office_id, FolderKind.CASE, now)
    record(session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
    case = Case(
        id=case_id,
        folder_id=folder.id,
        office_id=office_id,
        opened_at=now,
        reference=drafted.reference,
        state=_begins(by, office_id, drafted, arrival).value,
        officer_id=arrival.officer_id,
        urgency=drafted.urgency,
    )
    session.add(case)
    session.flush()
    session.add_all(_first_entries(case, drafted, sourced, arrival, now))
    raise_first_tasks(session, by, case, drafted, arrival, now)
    record(session, Event.CASE_OPENED, case=case_id, office=office_id)
    touched(session, by, case)
    return case


def _begins(by: Visitor, office_id: uuid.UUID, drafted: Drafted, arrival: Arrival) -> State:
    """The state in which a file begins here, by the table of its life: opened by its recorder, or arrived by letter."""
    if arrival.why != OWN:
        return life.step(State.SUBMITTED, Act.ARRIVE, Actor(frozenset(), register=True), Facts(today=by.today)).after
    facts = Facts(today=by.today, country_and_urgency=bool(drafted.country and drafted.urgency), own_office_covers=True)
    return life.step(State.DRAFT, Act.OPEN, Actor(by.roles_in(office_id), recorder=True), facts).after


def _first_entries(
    case: Case, drafted: Drafted, sourced: Sequence[SourcedPiece], arrival: Arrival, now: datetime
) -> Iterator[Entry]:
    """What was recorded, in the order it was recorded, then how it arrived; all of it is the recorder's."""
    folder_id, recorder = case.folder_id, arrival.recorder_id
    said = {piece.id: piece.sourced for piece in sourced}
    for place, piece in enumerate(drafted.pieces):
        entry = Entry(
            id=piece.id,
            folder_id=folder_id,
            case_id=case.id,
            written_at=piece.written_at + place * datetime.resolution,
            author_id=recorder,
            details=piece.details,
        )
        if piece.id in said:
            entry.sourced = said[piece.id]
        yield entry
    yield Entry(folder_id=folder_id, case_id=case.id, written_at=now, author_id=recorder, details=arrival)


def fold(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """Turn a letter into a case of one's office. Its id is the letter's subject: it can be opened once."""
    if not read.roles & RULES[Permission.RECORD_CASE].anywhere:
        raise Tampered("a case from somebody who records none")
    filed: Filed = _decoded(read.content, Filed)
    _check_filed(filed, read.sent_at)
    office_id = session.get_one(Circle, letter.circle_id).office_id
    _check_routed(session, letter, read, office_id)
    pieces = [piece.id for piece in filed.drafted.pieces]
    taken = session.scalar(select(Entry.id).where(Entry.id.in_(pieces)).limit(1))
    if session.get(Case, letter.subject_id) is not None or taken is not None:
        # The trail tells of no such file: a planted row must not have a true one refused for good.
        raise Refused(N_("A row that nobody wrote stands where this file belongs."))
    # Whoever it was meant for may have left meanwhile: then it is the whole office's.
    seated = visitor.charters.of(office_id).members_in(CASEWORKERS, visitor.today)
    officer_id = filed.officer_id if filed.officer_id in seated else None
    arrival = _arrival(filed.drafted, read.sender_id, read.office_id, officer_id, filed.why)
    arrival = msgspec.structs.replace(arrival, recorder_left=read.has_left, sources=filed.sources)
    open_case(session, visitor, letter.subject_id, office_id, filed.drafted, (), arrival, letter.arrived_at)


def _check_routed(session: Session, letter: Letter, read: letters.Read, office_id: uuid.UUID) -> None:
    """The id of a file stands in clear: it is its sender's, and goes to the office, that the trail tells of first. It
    begins once, whatever rows are gone since. Of both the entries themselves are asked, not their index.
    """
    routed = next(ever_about(session, letter.subject_id, Event.CASE_ROUTED), None)
    if routed is None or routed.actor_id != read.sender_id or routed.fields["office"] != str(office_id):
        raise Tampered("a case that its sender did not send here")
    if any(ever_about(session, letter.subject_id, Event.CASE_OPENED, since=routed.number)):
        raise Tampered("a case that was opened before")


def _check_filed(filed: Filed, sent_at: datetime) -> None:
    """A letter brings what recording records, and nothing else: no consent, no risk, no step of a file's life; nothing
    that was written after it was sent, or before anybody recorded here, and nothing longer than a form takes.
    """
    drafted = filed.drafted
    said = (drafted.begun_at, *(piece.written_at for piece in drafted.pieces))
    if not all(sent_at - OLDEST <= one <= sent_at + CLOCKS for one in said):
        raise Tampered("a file that was written at no time that can be")
    if len(drafted.pieces) > MOST_PIECES or not all(
        len(person.names) <= MOST_NAMES and all(len(name) <= LONGEST_NAME for name in person.names)
        for _, person in drafted.people
    ):
        raise Tampered("a file that is longer than any form")
    ids = {piece.id for piece in drafted.pieces}
    if len(ids) < len(drafted.pieces) or drafted.lacks or not ids.issuperset(filed.sources):
        raise Tampered("not a whole file")
    if not all(isinstance(piece.details, RECORDED) for piece in drafted.pieces):
        raise Tampered("what nobody records stands in a file that was sent")
    if filed.why not in set(Why) or drafted.urgency not in set(Level) or not looks_like(drafted.reference):
        raise Tampered("a file with words that are none of ours")


def fold_sources(session: Session, _visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """Put what came apart, under the sources' key, to the entries it belongs to. It waits until they are there."""
    case = session.get(Case, letter.subject_id)
    if case is None:
        if _is_refused(session, letter):
            raise Tampered("sources of a file whose letter was refused")
        raise Refused(N_("The file of these sources is not here yet."))
    office_id = session.get_one(Circle, letter.circle_id).office_id
    named = _decoded(read.content, tuple[SourcedPiece, ...])
    entries = {entry.id: entry for entry in session.scalars(select(Entry).where(Entry.case_id == case.id))}
    for piece in named:
        entry = entries.get(piece.id)
        if entry is None or case.office_id != office_id or entry.author_id != read.sender_id or entry.sourced:
            raise Tampered("sources of an entry that is not their sender's")
        entry.sourced = piece.sourced
    record(session, Event.CASE_SOURCES_ARRIVED, case=case.id)


def _is_refused(session: Session, sources: Letter) -> bool:
    """Was the letter refused that brings the file of these sources? When that is tried again, so are they."""
    query = select(Letter.refused_at).where(Letter.subject_id == sources.subject_id, Letter.act == FILED)
    found = session.scalars(query).all()
    return bool(found) and all(found)


def _decoded(content: bytes, kind: type) -> Any:
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except UNREADABLE as error:
        raise Tampered("not what a case is sent as") from error
