"""Reminders that are due, as Today explains them, whatever they remind of: what it is, why this person, why now.

Each kind says what its reminders tell of without opening it (`Lead`). It is opened and explained while the page has
room; of the others the number is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy.orm import Session

from hrd_cases.cases.reminders import passed_on_by
from hrd_cases.cases.shelves import shelves
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import DueReminder, due_reminders
from hrd_cases.today.files import Files
from hrd_cases.today.going import Going, shares_told_of
from hrd_cases.today.leads import Lead
from hrd_cases.today.notices import Notice, hearings_told_of
from hrd_cases.today.overdue import Late, late_told_of

MOST_REMINDERS = 20
Told: TypeAlias = Notice | Late | Going
"""A reminder that is due, explained."""


class Reminded(NamedTuple):
    """What reminders that are due tell a member, the newest first: as much as the page has room for, and how much more
    there is. `unexplained`: since when those are due of which nothing can be said.
    """

    told: list[Told]
    more: int
    unexplained: list[datetime]


def due_for(session: Session, visitor: Visitor) -> dict[uuid.UUID, DueReminder]:
    """What is due for a member, and for the roles they have."""
    return {one.id: one for one in due_reminders(session, recipients_of(visitor))}


def recipients_of(visitor: Visitor) -> list[Recipient]:
    """As whom this member is reminded."""
    roles = [to_role(office_id, role.value) for office_id in visitor.seats for role in visitor.roles_in(office_id)]
    return [to_member(visitor.member_id), *roles]


def reminded(
    session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder], now: datetime
) -> Reminded:
    """What these tell of. Nothing is opened of what has no room."""
    leads, accounted = _leads(session, visitor, files, due, now)
    found: list[Told] = []
    more = 0
    for lead in leads:
        if len(found) == MOST_REMINDERS:
            more += 1
        elif (one := lead.explain()) is None:
            continue
        elif not one.over:
            found.append(one)
        accounted |= lead.ids
    unexplained = sorted(one.slot_at for one in due.values() if one.id not in accounted)
    return Reminded(_passed_on(session, found), more, unexplained)


def of_one(session: Session, visitor: Visitor, reminder_id: uuid.UUID, now: datetime) -> Told:
    """What one reminder that is due for this member tells of, explained. Raises Absent for one of something that they
    cannot open.
    """
    files = Files.among(shelves(session, visitor))
    leads, _ = _leads(session, visitor, files, due_for(session, visitor), now)
    lead = next((one for one in leads if reminder_id in one.ids), None)
    found = lead.explain() if lead is not None else None
    if found is None:
        raise Absent
    return _passed_on(session, [found])[0]


def _leads(
    session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder], now: datetime
) -> tuple[list[Lead[Told]], set[uuid.UUID]]:
    """The newest first; and reminders that are accounted for whether anything is told of them or not."""
    if not due:
        return [], set()
    shared, accounted = shares_told_of(session, visitor, due, now)
    leads: list[Lead[Told]] = [*hearings_told_of(session, visitor, files, due), *late_told_of(files, due), *shared]
    return sorted(leads, key=lambda one: one.told[0].slot_at, reverse=True), accounted


def _passed_on(session: Session, found: list[Told]) -> list[Told]:
    """With who said last that it is not theirs: asked of all of them at once."""
    told = passed_on_by(session, [one.reminder.id for one in found]) if found else {}
    return [one._replace(passed_on_by=told.get(one.reminder.id)) for one in found]
