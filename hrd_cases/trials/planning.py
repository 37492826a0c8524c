"""The reminders of a hearing, planned with every act that writes it: in the same transaction, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.reminders import are_kept, as_wanted, keep, planned_among
from hrd_cases.cases.reminding import Planned
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import head_of
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier
from hrd_cases.trials.life import State
from hrd_cases.trials.reminding import Facts, reminders_of


def replan(
    session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID, hearing: Hearing, now: datetime
) -> Hearing:
    """The hearing as it is to be written, with the ids of the reminders that it has from now on. Called just before its
    entry is written, by every act that writes a hearing; `docket`: held and read anew, a new one stands in none yet.
    """
    standing = docket.one(hearing_id, Hearing)
    before = standing.said.reminders if standing is not None else ()
    wanted = as_wanted(planned(session, by, docket, hearing_id, hearing, now, before))
    folder_id = docket.proceeding.folder_id
    ids = keep(session, by.ring, folder_id, wanted, before, lambda one: _since(docket, hearing_id, one))
    return msgspec.structs.replace(hearing, reminders=ids)


def is_planned(session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], now: datetime) -> bool:
    """Are there the reminders that there must be, and no others?"""
    said, folder_id = standing.said, docket.proceeding.folder_id
    wanted = as_wanted(planned(session, by, docket, standing.id, said, now, said.reminders))
    return are_kept(session, by.ring, folder_id, wanted, said.reminders, lambda one: _since(docket, standing.id, one))


def planned(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing_id: uuid.UUID,
    hearing: Hearing,
    now: datetime,
    before: Collection[uuid.UUID] = (),
) -> tuple[Planned, ...]:
    """What the rules say of a hearing, on its office's calendar and as the office has it mailed. What was planned
    `before` stands while they do.
    """
    facts = _facts(session, by, docket, hearing_id, hearing)
    stands = planned_among(by.ring, docket.proceeding.folder_id, before)
    calendar, own = calendar_of(session, facts.office_id), told_mails(session, facts.office_id)
    return reminders_of(facts, calendar, now, own=own, stands=stands)


def _facts(session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID, hearing: Hearing) -> Facts:
    office_id, state = docket.proceeding.office_id, State(hearing.state)
    observer = hearing.observer
    goes = observer.member_id if observer is not None else None
    case = carrier(session, docket)
    return Facts(
        hearing_id=hearing_id,
        when=hearing.when,
        state=state,
        goes=(goes,) if goes is not None else (),
        officer_id=case.officer_id if case is not None else None,
        office_id=office_id,
        head_role=head_of(by.charters.of(office_id).kind).value,
        report_on=hearing.report_awaited_on,
        chase_on=hearing.chase_on if docket.waits_for_date(Standing(hearing_id, None, hearing)) else None,
    )


def _since(docket: Docket, hearing_id: uuid.UUID, reminder_id: uuid.UUID) -> datetime | None:
    """Since when a hearing has had this reminder: what somebody did with it before the hearing moved away and back does
    not count.
    """
    found = None
    for version in reversed(docket.versions(hearing_id)):
        if reminder_id not in getattr(version.details, "reminders", ()):
            break
        found = version.written_at
    return found
