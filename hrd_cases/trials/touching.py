"""The cards that tell of a trial, written anew with every act that changes what they say."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.card import touched
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.records import opened
from hrd_cases.trials.details import Trial
from hrd_cases.trials.docket import Docket, danger_of, looked_after, open_docket, telling_of
from hrd_cases.trials.writing import hold_files


def touch_carrier(session: Session, by: Visitor, docket: Docket, before: Trial | None = None) -> None:
    """What the trial brings to Today, lists and the calendar has changed: the cards that tell of it are written.
    `before`: what it was; where the danger is another now, the cards of all its files are.
    """
    session.flush()
    told = telling_of(session, docket)
    now = open_docket(session, docket.proceeding).trial
    if before is not None and danger_of(before) != danger_of(now):
        told += looked_after(session, docket)
    touch(session, by, told)


def touch(session: Session, by: Visitor, cases: Iterable[Case]) -> None:
    """Cards written anew. Each file's own row is written too: a card that was set back is then older than its file.

    One file that is damaged keeps no date of the trial from being written, nor any reminder: of it an alarm tells.
    """
    held = opened(hold_files(session, cases))
    for damaged in held.damaged:
        record(session, Event.ALARM_RAISED, alarm=f"failed its check: cases {damaged.id}")
    for case in held.good:
        case.tally = case.tally
        session.flush()
        touched(session, by, case)
