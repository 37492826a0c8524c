"""How a case and its entries are opened for a visitor: known, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from hrd_cases.cases.chains import entry_in
from hrd_cases.cases.lost import lost_files
from hrd_cases.cases.models import Acknowledgement, Case, Draft, Entry
from hrd_cases.door.opening import Known, known_to, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor


@opens(Case)
def open_case(session: Session, visitor: Visitor, case_id: uuid.UUID) -> Known[Case] | None:
    """Known to the caseworkers of its office. What is shared with others is known through their own office: later."""
    return known_to(visitor, Permission.WORK_ON_CASE, session.get(Case, case_id))


@opens(Entry)
def open_entry(session: Session, visitor: Visitor, entry_id: uuid.UUID, case: Case) -> Known[Entry] | None:  # noqa: ARG001 - an opener
    """An entry of this case. One in another folder is none of its own, whatever the table says."""
    entry = entry_in(session, Entry, case, entry_id)
    return Known(entry, case.office_id) if entry is not None else None


@opens(Draft)
def open_draft(session: Session, visitor: Visitor, draft_id: uuid.UUID) -> Known[Draft] | None:
    """Its author's alone."""
    draft = session.get(Draft, draft_id)
    return Known(draft, None) if draft is not None and draft.author_id == visitor.member_id else None


@opens(Acknowledgement)
def open_lost(session: Session, visitor: Visitor, acknowledgement_id: uuid.UUID) -> Known[Acknowledgement] | None:
    """The clock of a file that was lost on its way: known to headquarters, which sees office and time and no more."""
    if not visitor.allows(Permission.RECOVER_FILE):
        return None
    found = next((row for row in lost_files(session) if row.case_id == acknowledgement_id), None)
    return Known(found, None) if found is not None else None
