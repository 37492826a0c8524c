"""Tasks that rules raise: what the quick path left out, and what happened since. People write tasks of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.details import (
    ASSESS_RISK,
    Arrival,
    Assessment,
    Conversation,
    Details,
    Incident,
    Person,
    Profile,
    Task,
)
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.file import File
from hrd_cases.cases.models import Case
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.risk import Level
from hrd_cases.cases.writing import correct, new_entry
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Changed

WITHIN_DAYS = {
    ASSESS_RISK: 2,
    "ways_to_reach": 3,
    "sort_incident": 7,
    "confirm_eligibility": 7,
    "ask_consent": 14,
}
"""Rules of a file just opened, and within how many days each is due (ours); `first_assessment_on` for a grave one."""


def missing(said: Iterable[Details]) -> tuple[str, ...]:
    """Which rules of `WITHIN_DAYS` a file with these entries still raises, the most pressing first."""
    known = list(said)
    people = [one for one in known if isinstance(one, Person)]
    profile = next((one for one in reversed(known) if isinstance(one, Profile)), None)
    # Nobody reaches or asks the dead, and their danger is over. What the family risks is assessed if somebody wants to.
    died = any(person.role == "defender" and person.died_on is not None for person in people)
    done = {
        "assess_risk": died or any(isinstance(one, Assessment) for one in known),
        "ways_to_reach": died or any(person.ways_to_use for person in people),
        "sort_incident": all(one.types or one.other_type for one in known if isinstance(one, Incident)),
        "confirm_eligibility": profile is not None
        and "unknown" not in (profile.is_defender, profile.risk_from_work, profile.non_violent),
        "ask_consent": died or any(isinstance(one, Conversation) for one in known),
    }
    return tuple(rule for rule in WITHIN_DAYS if not done[rule])


def raise_first_tasks(
    session: Session, by: Visitor, case: Case, drafted: Drafted, arrival: Arrival, now: datetime
) -> None:
    """One task for everything that is still missing: nothing of it blocks."""
    calendar = calendar_of(session, case.office_id)
    for rule in missing(piece.details for piece in drafted.pieces):
        due = calendar.day_of(now) + timedelta(days=WITHIN_DAYS[rule])
        if rule == ASSESS_RISK:
            due = first_assessment_on(case.urgency, calendar, now)
        raise_task(session, by, case, Task(what="", rule=rule, due_on=due, for_id=arrival.officer_id), now)


def first_assessment_on(urgency: str, calendar: OfficeCalendar, now: datetime) -> date:
    """As it is acknowledged, so it is assessed (ours): a critical file on the same day, whatever the hour; one of high
    urgency by the next working day.
    """
    day = calendar.day_of(now)
    if urgency == Level.CRITICAL:
        return day
    return calendar.next_working_day(day) if urgency == Level.HIGH else day + timedelta(days=WITHIN_DAYS[ASSESS_RISK])


def settle(session: Session, by: Visitor, file: File, now: datetime) -> None:
    """Tasks that rules raised are done by themselves once the file has what they asked for."""
    still = missing(file.said)
    for task in file.open_tasks:
        if task.said.rule in WITHIN_DAYS and task.said.rule not in still:
            done = msgspec.structs.replace(task.said, done_at=now)
            # Whoever settles it in the same moment does the same.
            with suppress(Changed):
                correct(session, by, file, task.entry.id, done, now)


def raise_task(session: Session, by: Visitor, case: Case, task: Task, now: datetime) -> None:
    """A task that a rule raises: without words of its own, it reads as its rule does in the reader's language."""
    session.add(new_entry(by, case, task, now))


def finish(session: Session, by: Visitor, file: File, rule: str, now: datetime) -> None:
    """What a rule asked for was done: its open tasks are over."""
    for one in file.open_tasks:
        if one.said.rule == rule:
            correct(session, by, file, one.entry.id, msgspec.structs.replace(one.said, done_at=now), now)


def pass_on(session: Session, by: Visitor, file: File, before: uuid.UUID | None, to: uuid.UUID, now: datetime) -> None:
    """What rules asked of the officer of a file, or of nobody, is the new officer's."""
    for one in file.open_tasks:
        if one.said.rule and one.said.for_id in (None, before) and one.said.for_id != to:
            correct(session, by, file, one.entry.id, msgspec.structs.replace(one.said, for_id=to), now)
