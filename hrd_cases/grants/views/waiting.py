"""What waits for whom: one list for whoever decides, pays or asks."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.views.desk import desk
from hrd_cases.grants.waiting import waiting_for


@desk.get("/grants", needs=Permission.SEE_GRANT)
def waiting(session: Session, visitor: Visitor) -> Response:
    """Theirs first, the most critical and oldest before the others; then what others have to do."""
    now = datetime.now(UTC)
    found = waiting_for(session, visitor, now)
    mine = [one for one in found if one.mine and one.barred is None]
    others = [one for one in found if not one.mine or one.barred is not None]
    budgets, may_ask = visitor.allows(Permission.SEE_BUDGETS), visitor.allows(Permission.RECORD_CASE)
    return shown("grants/waiting.html", mine=mine, others=others, now=now, budgets=budgets, may_ask=may_ask)
