"""How the rows of this room are opened for a visitor: the row, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.door.desk import opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.models import Notice, Office, OfficeHoliday


@opens(Office)
def open_office(session: Session, visitor: Visitor, office_id: uuid.UUID) -> Office | None:
    """Everybody seated knows every office: their contact entries are public."""
    return session.get(Office, office_id) if visitor.allows(Permission.SEE_OFFICES) else None


@opens(OfficeHoliday)
def open_holiday(session: Session, visitor: Visitor, holiday_id: uuid.UUID) -> OfficeHoliday | None:
    return session.get(OfficeHoliday, holiday_id) if visitor.allows(Permission.SEE_OFFICES) else None


@opens(Member)
def open_member(session: Session, visitor: Visitor, member_id: uuid.UUID) -> Member | None:
    """Colleagues of one's own office, and whoever looks after all offices. Anybody else learns of nobody."""
    member = session.get(Member, member_id)
    if member is None or not visitor.allows(Permission.SEE_STAFF, member.office_id):
        return None
    return member


@opens(Notice)
def open_notice(session: Session, visitor: Visitor, notice_id: uuid.UUID) -> Notice | None:
    """Known to the office it was sent to. Headquarters wrote it, but what the office keeps is the office's."""
    notice = session.get(Notice, notice_id)
    return notice if notice is not None and visitor.roles_in(notice.office_id) else None
