"""Writing in a case file: an entry added, an entry corrected. Nothing is ever overwritten."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.cases.chain_writing import add, correct_once, entry_of
from hrd_cases.cases.chains import hold
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
    return add(session, new_entry(by, case, details, now, sourced, entry_id))


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
    return correct_once(session, file, corrected_id, lambda: new_entry(by, file.case, details, now, sourced))


def new_entry(
    by: Visitor,
    case: Case,
    details: Details,
    now: datetime,
    sourced: Sourced | None = None,
    entry_id: uuid.UUID | None = None,
) -> Entry:
    """An entry of this member's that stands in no file yet."""
    entry = entry_of(Entry, case, by.member_id, details, now, entry_id)
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
