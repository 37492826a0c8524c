"""`audit verify`: is the trail whole, and are the sealed rows, charters and revocations the ones it tells of?

Needs no key. It reads the trail once from its first entry to its last and keeps only what the rows are compared with.
"""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases.audit.chain import entry_hash
from hrd_cases.audit.compare import Finding, Told, access, forms, letters, projections, readings
from hrd_cases.audit.daily_count import HASH_BYTES, DailyCount
from hrd_cases.audit.events import Event
from hrd_cases.audit.members import ToldOfMembers
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.audit.places import places
from hrd_cases.audit.reminders import ToldOfReminders
from hrd_cases.audit.sealed_rows import Blob, LastTold, sealed_rows
from hrd_cases.audit.structure import Secrets, chartered, folders, signed, together
from hrd_cases.audit.told import readable
from hrd_cases.audit.trail import blob_hash, read_body, subjects_of
from hrd_cases.audit.turns import ToldOfTurns
from hrd_cases.audit.working_days import ToldOfOffices
from hrd_cases.db import Store
from hrd_cases.keys import wraps
from hrd_cases.keys.charter import charter_hash
from hrd_cases.keys.models import CharterRow
from hrd_cases.records import Base

UNREADABLE = (ValueError, TypeError, LookupError, msgspec.MsgspecError, SQLAlchemyError)
"""What a planted value makes the driver, the column types or our own decoders raise."""


class Report(NamedTuple):
    """What a verification found, and the last entry it read."""

    findings: list[Finding]
    head: DailyCount

    @property
    def entries(self) -> int:
        return self.head.number


def verify_store(store: Store, daily_counts: Iterable[DailyCount] = (), *, shred: Store | None = None) -> Report:
    """Verify a store as it is at one instant, whoever writes meanwhile. Without the `shred` store, what was destroyed
    there is not found.
    """
    secrets = Secrets(shred) if shred is not None else None
    with store.reading() as session:
        if store.engine.dialect.name == "postgresql":
            # Otherwise each statement would see another instant, and a new entry would look like a cut.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return verify(session, daily_counts, secrets)


def verify(session: Session, daily_counts: Iterable[DailyCount] = (), secrets: Secrets | None = None) -> Report:
    """Verify what this session sees. Without a daily count from the mails, a whole trail made anew passes."""
    mailed: dict[int, set[bytes]] = {}
    for count in daily_counts:
        mailed.setdefault(count.number, set()).add(count.hash)
    trail = _Trail(mailed, secrets)
    if trail.read_all(session):
        for place, check in CHECKS.items():
            trail.findings += _guarded(session, trail, place, check)
    return Report(trail.findings, trail.head)


def daily_counts_mailed(session: Session) -> Iterator[DailyCount]:
    """The daily counts this database says it mailed, oldest first, then how it ends now."""
    sent = select(AuditEntry).where(AuditEntry.event == Event.TRAIL_HEAD_SENT.value).order_by(AuditEntry.number)
    for number in [int(str(body.fields["entries"])) for body in readable(session, sent)]:
        found = session.scalar(select(AuditEntry.hash).where(AuditEntry.number == number))
        if found is not None:
            yield DailyCount(number, found)
    head = session.scalar(select(AuditHead))
    if head is not None:
        yield DailyCount(head.number, head.hash)


class _Entry(NamedTuple):
    """An entry as a plain row: a million of them pass by."""

    body: bytes
    hash: bytes
    number: int
    at: datetime
    event: str
    actor: str
    actor_id: uuid.UUID | None
    office_id: uuid.UUID | None


class _Trail:
    """What the chain says, read once from its first entry to its last."""

    def __init__(self, mailed: dict[int, set[bytes]], secrets: Secrets | None) -> None:
        self.findings: list[Finding] = []
        self.secrets = secrets
        for number in sorted(number for number, hashes in mailed.items() if len(hashes) > 1):
            self._find("this number has two daily counts that contradict each other", number)
        self.blobs: dict[Blob, LastTold] = {}
        self.charters: set[bytes] = set()
        self.founding = b""
        """The first charter of all: headquarters'."""
        self.told = Told()
        self.members = ToldOfMembers()
        self.turns = ToldOfTurns()
        self.reminders = ToldOfReminders()
        self.offices = ToldOfOffices()
        self.subjects: dict[uuid.UUID, array[int]] = {}
        """The numbers of the entries about each thing, eight bytes each."""
        self.head = DailyCount(0, bytes(HASH_BYTES))
        self._mailed = mailed

    def read_all(self, session: Session) -> bool:
        """False if an entry cannot even be read: then nothing more can be compared."""
        try:
            # Planted there, or planted where the trail went on and set aside.
            for number in session.scalars(select(AuditEntry.number).where(AuditEntry.number < 1)):
                self._find("this entry does not follow from the one before it", number)
            try:
                self._read_rest(session, at_once=1000)
            except UNREADABLE:
                self._read_rest(session, at_once=1)  # one by one, to name it
            self._close(session.scalar(select(AuditHead)))
        except UNREADABLE:
            self._find("this entry cannot be read: the check ended here", self.head.number + 1)
            return False
        return True

    def _read_rest(self, session: Session, at_once: int) -> None:
        columns = [getattr(AuditEntry, name) for name in _Entry._fields]
        query = select(*columns).where(AuditEntry.number > self.head.number).order_by(AuditEntry.number)
        for row in session.execute(query, execution_options={"yield_per": at_once}):
            self._read(_Entry(*row))

    def _find(self, what: str, number: int) -> None:
        self.findings.append(Finding(what, f"entry {number}"))

    def _read(self, entry: _Entry) -> None:
        if entry.number != self.head.number + 1:
            self._find("entries are missing before this one", entry.number)
        if entry.hash != entry_hash(self.head.hash, entry.body):
            self._find("this entry does not follow from the one before it", entry.number)
        self.head = DailyCount(entry.number, entry.hash)
        if entry.hash not in self._mailed.pop(entry.number, {entry.hash}):
            self._find("this entry is not the one that was mailed out", entry.number)
        try:
            self._take(entry)
        except UNREADABLE:
            self._find("this entry's body cannot be read", entry.number)

    def _take(self, entry: _Entry) -> None:
        body = read_body(entry)
        if entry[2:] != (body.number, body.at, body.event, body.actor, body.actor_id, body.office_id):
            self._find("this entry's columns say something else than its body", entry.number)
        for table, row_id, sleeve, version, told in body.writes:
            self.blobs[table, row_id, sleeve] = (version, told)
        if body.event == Event.CHARTER_IN_FORCE:
            self.charters.add(bytes.fromhex(str(body.fields["hash"])))
            self.founding = self.founding or bytes.fromhex(str(body.fields["hash"]))
        if body.event == Event.CASE_OPENED:
            self.told.opened.add(uuid.UUID(str(body.fields["case"])))
        self.told.take(body)
        self.members.take(body)
        self.turns.take(body)
        self.reminders.take(body)
        self.offices.take(body)
        for subject in subjects_of(body):
            self.subjects.setdefault(subject, array("q")).append(body.number)

    def _close(self, head: AuditHead | None) -> None:
        if (DailyCount(head.number, head.hash) if head else DailyCount(0, bytes(HASH_BYTES))) != self.head:
            self.findings.append(
                Finding("the count is not that of the last entry: the end of the trail was cut off", "count")
            )
        for number in self._mailed:
            self._find("an entry that was mailed out is missing", number)


Check = Callable[[Session, _Trail], Iterable[Finding]]


def _guarded(session: Session, trail: _Trail, place: str, check: Check) -> list[Finding]:
    """Everything a check finds. A planted value that cannot even be read is a finding, not the end of everything."""
    findings: list[Finding] = []
    try:
        with session.begin_nested():
            findings.extend(check(session, trail))
    except UNREADABLE:
        findings.append(Finding("something here cannot be read: the check of these ended there", place))
    return findings


def _rows(session: Session, trail: _Trail) -> Iterator[Finding]:
    return sealed_rows(session, {name: told for name, told in trail.blobs.items() if name[0] not in wraps.TABLES})


def _charters(session: Session, trail: _Trail) -> Iterator[Finding]:
    found = {row.hash: row.body for row in session.execute(select(CharterRow.hash, CharterRow.body))}
    yield from (Finding("a charter was taken away", name.hex()) for name in trail.charters - found.keys())
    yield from (Finding("a charter that no act put in force", name.hex()) for name in found.keys() - trail.charters)
    yield from (
        Finding("this charter's text is not the one that was signed", name.hex())
        for name, body in found.items()
        if charter_hash(body) != name
    )


def _signed(session: Session, trail: _Trail) -> Iterator[Finding]:
    return signed(session, trail.founding)


def _folders(session: Session, trail: _Trail) -> Iterator[Finding]:
    return folders(session, trail.secrets)


def _chartered(session: Session, _trail: _Trail) -> Iterator[Finding]:
    return chartered(session)


def _wrapped(session: Session, trail: _Trail) -> Iterator[Finding]:
    """Keys under keys. Of those from before the trail told of them nothing is known; that one is gone, the structure
    says.
    """
    told = [(one, trail.blobs.get(one[:3])) for one in wraps.wraps(session)]
    other = (
        f"{one.table} {one.row_id} {one.part}"
        for one, was in told
        if was is not None and was[1] != blob_hash(one.sealed, one.tied)
    )
    yield from together("a wrapped key is not the one that was written: what it opens is lost", other)
    planted = (f"{one.row_id} {one.part}" for one, was in told if was is None and one.table in wraps.ALWAYS_TOLD)
    yield from together("a key of a share that nobody gave", planted)
    there = {one[:3] for one, _ in told}
    gone = (
        f"{row_id} {part}"
        for (table, row_id, part), (version, _) in trail.blobs.items()
        if version and table in wraps.ALWAYS_TOLD and (table, row_id, part) not in there
    )
    yield from together("a key of a share is gone: it was not given up", gone)


def _access(session: Session, trail: _Trail) -> Iterator[Finding]:
    return access(session, trail.told)


def _members(session: Session, trail: _Trail) -> Iterator[Finding]:
    return trail.members.check(session)


def _offices(session: Session, trail: _Trail) -> Iterator[Finding]:
    return trail.offices.check(session)


def _turns(session: Session, trail: _Trail) -> Iterator[Finding]:
    return trail.turns.check(session)


def _reminders(session: Session, trail: _Trail) -> Iterator[Finding]:
    return trail.reminders.check(session)


def _letters(session: Session, trail: _Trail) -> Iterator[Finding]:
    yield from letters(session, trail.told)
    # Whoever appends to the trail without a key has nothing that a file could be: no entry tells of its sealed part.
    written = {row_id for table, row_id, _ in trail.blobs if table == "cases"}
    nobody = (str(case_id) for case_id in trail.told.opened - written)
    yield from together("a file is told of as opened, and nobody wrote it", nobody)


def _readings(session: Session, trail: _Trail) -> Iterator[Finding]:
    return readings(session, trail.told)


def _forms(session: Session, trail: _Trail) -> Iterator[Finding]:
    return forms(session, trail.told)


def _subjects(session: Session, trail: _Trail) -> Iterator[Finding]:
    """The index by which everything about one thing is found, thing by thing."""
    expected = dict(trail.subjects)
    query = select(AuditSubject.subject_id, AuditSubject.number).order_by(AuditSubject.subject_id)
    rows = session.execute(query, execution_options={"yield_per": 1000})
    for subject, found in groupby(rows, key=lambda row: row.subject_id):
        yield from _of_subject(subject, set(expected.pop(subject, ())), {row.number for row in found})
    for subject, told in expected.items():
        yield from _of_subject(subject, set(told), set())


def _of_subject(subject: uuid.UUID, told: set[int], found: set[int]) -> Iterator[Finding]:
    for number in sorted(told - found):
        yield Finding("the index does not find this entry by what it is about", f"entry {number} {subject}")
    for number in sorted(found - told):
        yield Finding("the index finds this entry by what it is not about", f"entry {number} {subject}")


def _projections(session: Session, _trail: _Trail) -> Iterator[Finding]:
    return projections(session)


def _places(session: Session, _trail: _Trail) -> Iterator[Finding]:
    # Where nothing but the trail is installed there are no cases.
    return places(session) if "cases" in Base.metadata.tables else iter(())


STRUCTURE: dict[str, Check] = {
    "signatures of charters": _signed,
    "folders and their keys": _folders,
    "wrapped keys": _wrapped,
    "seats, offices and circles of charters": _chartered,
}
"""Is everything there without which nobody could open, read or sign any more?"""
CHECKS: dict[str, Check] = {
    **STRUCTURE,
    "sealed rows": _rows,
    "charters": _charters,
    "revocations": _access,
    "members": _members,
    "letters": _letters,
    "absences, days on duty and clocks": _turns,
    "reminders": _reminders,
    "weekends, hours and holidays": _offices,
    "notices that were read": _readings,
    "kept forms": _forms,
    "index": _subjects,
    "seats, countries and circles": _projections,
    "places of cards": _places,
}
