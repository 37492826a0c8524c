"""How a grant is opened for a visitor: known, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.door.opening import Known, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.sheets import approves_at, sent_sheets


@opens(Grant)
def open_grant_row(session: Session, visitor: Visitor, grant_id: uuid.UUID) -> Known[Grant] | None:
    """Known to the caseworkers of its office, and once it was submitted to finance; to an approver at headquarters by
    the decision sheet that they were sent, through headquarters.
    """
    grant = session.get(Grant, grant_id)
    if grant is None:
        return None
    if not visitor.allows(Permission.SEE_GRANT, grant.office_id):
        at = approves_at(visitor)
        return Known(grant, at) if at is not None and sent_sheets(session, visitor, grant.id) else None
    if not visitor.allows(Permission.WORK_ON_CASE, grant.office_id) and not _on_its_way(session, grant):
        return None
    return Known(grant, grant.office_id)


def _on_its_way(session: Session, grant: Grant) -> bool:
    return session.scalar(select(GrantStep.id).where(GrantStep.grant_id == grant.id).limit(1)) is not None
