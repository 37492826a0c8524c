"""How a record and a document on it are opened for a visitor: known, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from hrd_cases.documents.papers import Filed, Record, find_record
from hrd_cases.door.opening import Known, opens
from hrd_cases.door.visitor import Visitor


@opens(Record)  # type: ignore[type-abstract]  # a view asks for any of them
def open_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> Known[Record] | None:
    """Known to whom its own room shows it."""
    record = find_record(session, visitor, record_id)
    return Known(record, record.through) if record is not None else None


@opens(Filed)
def open_filed(
    session: Session,  # noqa: ARG001 - an opener
    visitor: Visitor,  # noqa: ARG001 - an opener
    document_id: uuid.UUID,
    record: Record,
) -> Known[Filed] | None:
    """A document of which this record tells, also one that was taken away. One of another record is none of its own."""
    found = next((one for one in record.filed if one.id == document_id), None)
    return Known(found, record.through) if found is not None else None
