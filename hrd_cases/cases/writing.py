"""Writing in a case file: an entry added, an entry corrected. Nothing is ever overwritten."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.chains import hold
from hrd_cases.cases.details import Details, Sourced
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case, Entry
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.records import opened


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
    thing = file.thing_of(corrected_id)
    if thing is None:
        raise Absent("no such entry in this file")
    if file.versions(thing)[-1].id != corrected_id:
        raise Changed("somebody corrected this entry first")
    hold(session, file.case)

    def again() -> Entry:
        entry = new_entry(by, file.case, details, now, sourced)
        entry.corrects_id = corrected_id
        with session.begin_nested():
            session.add(entry)
        return entry

    try:
        try:
            entry = again()
        except IntegrityError:
            if not _gave_way(session, file.case, corrected_id):
                raise
            entry = again()
    except IntegrityError as error:
        # The table lets nothing be corrected twice: of two in the same moment, the second learns of the first.
        raise Changed("somebody corrected this entry in this moment") from error
    record(session, Event.ENTRY_CORRECTED, case=file.case.id, entry=entry.id, corrected=corrected_id)
    return entry


def _gave_way(session: Session, case: Case, corrected_id: uuid.UUID) -> bool:
    """What stands in the place of a correction and is none, planted or damaged, has no claim to it: nothing that a
    colleague has to write waits for it. The row stays, for the check of the trail to name.
    """
    query = select(Entry).where(Entry.corrects_id == corrected_id).execution_options(populate_existing=True)
    rows = session.scalars(query).all()
    parted = opened(rows)
    mine = [one for one in parted.locked if (one.case_id, one.folder_id) == (case.id, case.folder_id)]
    if not rows or parted.good or (mine and not open_file(session, case, anew=True).whole):
        return False
    table = cast(Table, Entry.__table__)
    ids = [one.id for one in rows]
    session.connection().execute(update(table).where(table.c.id.in_(ids)).values(corrects_id=None))
    for row in rows:
        session.expire(row)
    return True


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
