"""`audit verify`: is the trail whole, and are the sealed rows the ones it saw written?"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead
from hrd_cases.audit.trail import Body, entry_hash, read_body
from hrd_cases.errors import Tampered
from hrd_cases.keys.models import CharterRow, Revocation
from hrd_cases.records import Base, FolderRecord
from hrd_cases.vault.envelope import digest, header

Blob = tuple[str, uuid.UUID, str]


class Witness(NamedTuple):
    """A head of the chain that was mailed out: so many entries, ending in this hash."""

    number: int
    hash: bytes


class Finding(NamedTuple):
    """Something wrong: what, and where (an entry's number, or a table and row)."""

    what: str
    where: str


def verify(session: Session, witnesses: Iterable[Witness] = ()) -> list[Finding]:
    """Every finding, empty if all is well. Needs no key. Give witnesses from the daily mails: without one, a whole chain made anew passes."""
    trail = _Trail({witness.number: witness.hash for witness in witnesses})
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)):
        trail.read(entry)
    trail.close(session.scalar(select(AuditHead)))
    return [*trail.findings, *_rows(session, trail), *_charters(session, trail), *_revocations(session, trail)]


class _Trail:
    """What the chain says, read once from its first entry to its last."""

    def __init__(self, witnesses: dict[int, bytes]) -> None:
        self.findings: list[Finding] = []
        self.blobs: dict[Blob, tuple[int, bytes]] = {}
        self.charters: set[bytes] = set()
        self.revoked: set[uuid.UUID] = set()
        self._witnesses = witnesses
        self._number = 0
        self._hash = bytes(32)

    def read(self, entry: AuditEntry) -> None:
        where = f"entry {entry.number}"
        if entry.number != self._number + 1:
            self.findings.append(Finding("entries are missing before this one", where))
        if entry.hash != entry_hash(self._hash, entry.body):
            self.findings.append(Finding("this entry does not follow from the one before it", where))
        self._number, self._hash = entry.number, entry.hash
        if self._witnesses.pop(entry.number, entry.hash) != entry.hash:
            self.findings.append(Finding("this entry is not the one that was mailed out", where))
        try:
            self._take(entry, read_body(entry), where)
        except msgspec.MsgspecError:
            self.findings.append(Finding("this entry cannot be read", where))

    def _take(self, entry: AuditEntry, body: Body, where: str) -> None:
        shown = (entry.number, entry.at, entry.event, entry.actor_id, entry.office_id)
        if shown != (body.number, body.at, body.event, body.actor_id, body.office_id):
            self.findings.append(Finding("this entry's columns say something else than its body", where))
        for table, row_id, sleeve, version, blob_hash in body.writes:
            self.blobs[table, row_id, sleeve] = (version, blob_hash)
        if body.event == Event.CHARTER_IN_FORCE:
            self.charters.add(bytes.fromhex(str(body.fields["hash"])))
        if body.event == Event.MEMBER_REVOKED:
            self.revoked.add(uuid.UUID(str(body.fields["member"])))

    def close(self, head: AuditHead | None) -> None:
        if (head.number, head.hash) != (self._number, self._hash) if head else self._number:
            self.findings.append(Finding("the head does not match the last entry: the end of the trail was cut off", "head"))
        for number in self._witnesses:
            self.findings.append(Finding("an entry that was mailed out is missing", f"entry {number}"))


def _rows(session: Session, trail: _Trail) -> Iterator[Finding]:
    expected = dict(trail.blobs)
    for name, row_id, sleeve, blob in _sealed_blobs(session):
        version, blob_hash = expected.pop((name, row_id, sleeve), (0, b""))
        if blob is None:
            if version:
                yield Finding("a sealed part of this row is gone", f"{name} {row_id} {sleeve}")
        elif digest("audited blob", blob) != blob_hash:
            yield Finding(_difference(blob, version), f"{name} {row_id} {sleeve}")
    for (name, row_id, sleeve), (version, _) in expected.items():
        if version:
            yield Finding("this row is gone", f"{name} {row_id} {sleeve}")


def _difference(blob: bytes, version: int) -> str:
    try:
        found = header(blob).blob_version
    except Tampered:
        return "this blob is not one of ours"
    return "this row was set back to an older state" if found < version else "this row is not the one that was written"


def _sealed_blobs(session: Session) -> Iterator[tuple[str, uuid.UUID, str, bytes | None]]:
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, FolderRecord):
            continue
        table = mapper.local_table
        assert isinstance(table, Table)
        columns = [c for c in table.columns if c.name.startswith("sealed_") and isinstance(c.type, LargeBinary)]
        for row in session.execute(select(table.c.id, *columns).execution_options(yield_per=500)):
            for column, blob in zip(columns, row[1:], strict=True):
                yield table.name, row[0], column.name.removeprefix("sealed_"), blob


def _charters(session: Session, trail: _Trail) -> Iterator[Finding]:
    found = set(session.scalars(select(CharterRow.hash)))
    yield from (Finding("a charter was taken away", name.hex()) for name in trail.charters - found)
    yield from (Finding("a charter that no act put in force", name.hex()) for name in found - trail.charters)


def _revocations(session: Session, trail: _Trail) -> Iterator[Finding]:
    found = set(session.scalars(select(Revocation.member_id)))
    yield from (Finding("a revocation was taken away", str(member)) for member in trail.revoked - found)
