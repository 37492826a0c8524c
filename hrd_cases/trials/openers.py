"""How a proceeding and its entries are opened for a visitor: known, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.cases.chains import entry_in
from hrd_cases.door.opening import Known, known_to, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.shares.models import ReceivedShare, Share


@opens(Proceeding)
def open_proceeding(session: Session, visitor: Visitor, proceeding_id: uuid.UUID) -> Known[Proceeding] | None:
    """Known to the caseworkers of its office, as its files are. Others know of it by a share, through their own."""
    return known_to(visitor, Permission.WORK_ON_CASE, session.get(Proceeding, proceeding_id))


@opens(ProceedingEntry)
def open_proceeding_entry(
    session: Session,
    visitor: Visitor,  # noqa: ARG001 - an opener
    entry_id: uuid.UUID,
    proceeding: Proceeding,
) -> Known[ProceedingEntry] | None:
    """An entry of this proceeding, a hearing among them. One in another folder is none, whatever the table says."""
    entry = entry_in(session, ProceedingEntry, proceeding, entry_id)
    return Known(entry, proceeding.office_id) if entry is not None else None


@opens(ReceivedShare)
def open_received(session: Session, visitor: Visitor, received_id: uuid.UUID) -> Known[ReceivedShare] | None:
    """Known to observers of the embassy, or to headquarters' desk and heads, with whom it was shared."""
    return known_to(visitor, Permission.SEE_SHARED, session.get(ReceivedShare, received_id))


@opens(Share)
def open_share(session: Session, visitor: Visitor, share_id: uuid.UUID) -> Known[Share] | None:
    """Known to the caseworkers of the office that gave it, as the row says or, whatever somebody wrote there, the
    trail: what is damaged is taken back too.
    """
    share = session.get(Share, share_id)
    if share is None:
        return None
    gave = [share.office_id, *(one.office_id for one in ever_about(session, share_id, Event.SHARE_OFFERED))]
    office_id = next((one for one in gave if one is not None and visitor.allows(Permission.WORK_ON_CASE, one)), None)
    return Known(share, office_id) if office_id is not None else None
