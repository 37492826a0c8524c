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
from hrd_cases.cases.reminders import PlannedFor
from hrd_cases.cases.reminding import Planned, WasPlanned
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
    was = _planned_for(by, docket, hearing_id, standing.said.reminders if standing is not None else ())
    ids = was.keep(session, planned(session, by, docket, hearing_id, hearing, now, was.stands()))
    return msgspec.structs.replace(hearing, reminders=ids)


def is_planned(session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], now: datetime) -> bool:
    """Are there the reminders that there must be, and no others?"""
    was = _planned_for(by, docket, standing.id, standing.said.reminders)
    return was.is_kept(session, planned(session, by, docket, standing.id, standing.said, now, was.stands()))


def _planned_for(by: Visitor, docket: Docket, hearing_id: uuid.UUID, before: Collection[uuid.UUID]) -> PlannedFor:
    """What somebody did with a reminder before the hearing moved away and back does not count."""

    def since(reminder_id: uuid.UUID) -> datetime | None:
        return docket.says_since(hearing_id, lambda said: reminder_id in getattr(said, "reminders", ()))

    return PlannedFor(by.ring, docket.proceeding.folder_id, before, since)


def planned(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing_id: uuid.UUID,
    hearing: Hearing,
    now: datetime,
    stands: WasPlanned = lambda _: False,
) -> tuple[Planned, ...]:
    """What the rules say of a hearing, on its office's calendar and as the office has it mailed."""
    facts = _facts(session, by, docket, hearing_id, hearing)
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
        unanswered=hearing.waits_for_embassy,
        report_on=hearing.report_awaited_on,
        chase_on=hearing.chase_on if docket.waits_for_date(Standing(hearing_id, None, hearing)) else None,
    )
