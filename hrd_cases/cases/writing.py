"""Writing in a case file: an entry added, an entry corrected. Nothing is ever overwritten."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import correct_once, hold
from hrd_cases.cases.details import Details, Sourced
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.door.visitor import Visitor


def write(
    session: Session,
    by: Visitor,
    case: Case,
    details: Details,
    now: datetime,
    *,
    sourced: Sourced | None = None,
    entry_id: uuid.UUID | None = None,
) -> Entry:
    """Add one thing to a file."""
    entry = new_entry(by, case, details, now, sourced, entry_id)
    session.add(entry)
    record(session, Event.ENTRY_WRITTEN, case=case.id, entry=entry.id)
    return entry


def correct(
    session: Session,
    by: Visitor,
    file: File,
    corrected_id: uuid.UUID,
    details: Details,
    now: datetime,
    *,
    sourced: Sourced | None = None,
) -> Entry:
    """Write what stands now instead of an entry; the corrected one stays readable.

    Raises Changed if somebody corrected it first, Absent if it is none of this file.
    """
    hold(session, file.case)
    entry = correct_once(
        session,
        file,
        corrected_id,
        lambda: new_entry(by, file.case, details, now, sourced),
        lambda: open_file(session, file.case, anew=True),
    )
    record(session, Event.ENTRY_CORRECTED, case=file.case.id, entry=entry.id, corrected=corrected_id)
    return entry


def new_entry(
    by: Visitor,
    case: Case,
    details: Details,
    now: datetime,
    sourced: Sourced | None = None,
    entry_id: uuid.UUID | None = None,
) -> Entry:
    """An entry of this member's that stands in no file yet."""
    entry = Entry(
        id=entry_id or uuid.uuid4(),
        folder_id=case.folder_id,
        case_id=case.id,
        written_at=now,
        author_id=by.member_id,
        details=details,
    )
    if sourced is not None:
        entry.sourced = sourced
    return entry


def lock_case(session: Session, case: Case) -> Case:
    """Acts on one file follow one another: whoever waits sees what the other did."""
    session.flush()
    hold(session, case)
    return case


def locked_file(session: Session, case: Case) -> File:
    """The file as it is now that nobody else acts on it: whoever decides on what it says decides on this."""
    return open_file(session, lock_case(session, case), anew=True)
