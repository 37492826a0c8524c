"""Sealed rows compared with what the trail told last of each of their blobs. Needs no key."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding
from hrd_cases.audit.trail import blob_hash
from hrd_cases.errors import Tampered
from hrd_cases.records import Base, tied_columns, tied_to
from hrd_cases.vault.envelope import header

Blob = tuple[str, uuid.UUID, str]
"""Table, row, and the sleeve or part: the column is `sealed_<it>`."""
LastTold = tuple[int, bytes]
"""Its version, 0 for one that was taken away, and its hash."""


def sealed_rows(session: Session, told_of: Mapping[Blob, LastTold]) -> Iterator[Finding]:
    """What is gone, set back, exchanged or planted, by what the trail told last of each blob."""
    expected = dict(told_of)
    for name, row_id, sleeve, blob, tied in _sealed_blobs(session):
        told = expected.pop((name, row_id, sleeve), None)
        difference = (
            _difference(blob, tied, *told) if told else "nothing in the trail tells of this row" if blob else ""
        )
        if difference:
            yield Finding(difference, f"{name} {row_id} {sleeve}")
    for (name, row_id, sleeve), (version, _) in expected.items():
        if version:
            yield Finding("this row is gone", f"{name} {row_id} {sleeve}")


def _difference(blob: bytes | None, tied: bytes, version: int, told: bytes) -> str:
    """What is wrong with a blob of which the trail last told this version and hash; "" if nothing is."""
    if blob is None:
        return "a sealed part of this row is gone" if version else ""
    if blob_hash(blob, tied) == told:
        return ""
    try:
        found = header(blob).blob_version
    except Tampered:
        return "this blob is not one of ours"
    if not version:
        return "this row was deleted and has come back"
    return "this row was set back to an older state" if found < version else "this row is not the one that was written"


def _sealed_blobs(session: Session) -> Iterator[tuple[str, uuid.UUID, str, bytes | None, bytes]]:
    """Every blob there is, with what its row says in clear of what it belongs to."""
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if not getattr(mapper.class_, "written_one_by_one", False) or not isinstance(table, Table):
            continue
        columns = [c for c in table.columns if c.name.startswith("sealed_") and isinstance(c.type, LargeBinary)]
        tied = {c: tied_columns(mapper.class_, c.name.removeprefix("sealed_")) for c in columns}
        clear = sorted({name for names in tied.values() for name in names})
        query = select(table.c.id, *columns, *(table.c[name] for name in clear))
        for row in session.execute(query, execution_options={"yield_per": 1000}):
            said = dict(zip(clear, row[1 + len(columns) :], strict=True))
            for column, blob in zip(columns, row[1 : 1 + len(columns)], strict=True):
                belongs = tied_to({name: said[name] for name in tied[column]}) if blob is not None else b""
                yield table.name, row[0], column.name.removeprefix("sealed_"), blob, belongs
