"""Writing in a proceeding: an entry added, an entry corrected. Nothing is ever overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.cases.chain_writing import add, correct_once, entry_of
from hrd_cases.cases.chains import hold, is_held
from hrd_cases.cases.models import Case
from hrd_cases.cases.writing import lock_case
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.details import Details
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.models import Proceeding, ProceedingEntry


def write(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    details: Details,
    now: datetime,
    *,
    entry_id: uuid.UUID | None = None,
) -> ProceedingEntry:
    """Add one thing to a proceeding."""
    return add(session, _new_entry(by, proceeding, details, now, entry_id))


def correct(
    session: Session, by: Visitor, docket: Docket, corrected_id: uuid.UUID, details: Details, now: datetime
) -> ProceedingEntry:
    """Write what stands now instead of an entry; the corrected one stays readable.

    Raises Changed if somebody corrected it first, Absent if it is none of this proceeding.
    """
    return correct_once(session, docket, corrected_id, lambda: _new_entry(by, docket.proceeding, details, now))


def locked_docket(session: Session, proceeding: Proceeding) -> Docket:
    """The proceeding as it is now that nobody else acts on it. Its files are held after it, never before."""
    session.flush()
    was_held = is_held(session, proceeding)
    hold(session, proceeding)
    return open_docket(session, proceeding, anew=not was_held)


def hold_files(session: Session, cases: Iterable[Case]) -> list[Case]:
    """Each once, nobody else's until the end; held in one order, so that nobody waits for whoever waits for them.
    Whoever holds several holds all at once: one more, later, would be out of order.
    """
    once = sorted({case.id: case for case in cases}.values(), key=lambda case: case.id)
    return [lock_case(session, case) for case in once]


def _new_entry(
    by: Visitor, proceeding: Proceeding, details: Details, now: datetime, entry_id: uuid.UUID | None = None
) -> ProceedingEntry:
    return entry_of(ProceedingEntry, proceeding, by.member_id, details, now, entry_id)
