"""How the rows of this room are opened for a visitor: known, or None for whoever may not know of it (404)."""

from __future__ import annotations

import uuid
from contextlib import suppress

from sqlalchemy.orm import Session

from hrd_cases.accounts.models import Member
from hrd_cases.door.opening import Known, known_to, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.offices.colleagues import as_chartered, charter_of, office_of
from hrd_cases.offices.models import Absence, Notice, Office, OfficeHoliday


@opens(Office)
def open_office(session: Session, visitor: Visitor, office_id: uuid.UUID) -> Known[Office] | None:
    """Everybody seated knows every office: their contact entries are public."""
    office = office_of(session, visitor, office_id)
    return Known(office, office.id) if office is not None and visitor.allows(Permission.SEE_OFFICES) else None


@opens(OfficeHoliday)
def open_holiday(session: Session, visitor: Visitor, holiday_id: uuid.UUID) -> Known[OfficeHoliday] | None:
    holiday = session.get(OfficeHoliday, holiday_id)
    return Known(holiday, holiday.office_id) if holiday is not None and visitor.allows(Permission.SEE_OFFICES) else None


@opens(Member)
def open_member(session: Session, visitor: Visitor, member_id: uuid.UUID) -> Known[Member] | None:
    """Colleagues of one's own office, and whoever looks after all offices. Anybody else learns of nobody."""
    member = session.get(Member, member_id)
    if member is None or not visitor.allows(Permission.SEE_STAFF, member.office_id):
        return None
    with suppress(Tampered):
        as_chartered(charter_of(visitor, member.office_id), member)
    return Known(member, member.office_id)


@opens(Notice)
def open_notice(session: Session, visitor: Visitor, notice_id: uuid.UUID) -> Known[Notice] | None:
    """Known to the office it was sent to. Headquarters wrote it, but what the office keeps is the office's."""
    notice = session.get(Notice, notice_id)
    return Known(notice, notice.office_id) if notice is not None and visitor.roles_in(notice.office_id) else None


@opens(Absence)
def open_absence(session: Session, visitor: Visitor, absence_id: uuid.UUID) -> Known[Absence] | None:
    """Known to whoever may see the office's staff: when a colleague is away is no stranger's business."""
    return known_to(visitor, Permission.SEE_STAFF, session.get(Absence, absence_id))
