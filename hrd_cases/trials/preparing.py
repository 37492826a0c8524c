"""What is prepared for a hearing: raised with the observer, handed to the next one, moved with the hearing, added to,
marked as done, taken up again, and taken off.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Observer, Preparation
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.preparation_days import PREPARED, due_on
from hrd_cases.trials.times import When, day_in
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import correct, locked_docket, write

_OVER = (
    N_("This hearing is not ahead any more: nothing is prepared for it."),
    N_("Add it to the next hearing."),
)


def raise_for(
    session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID, hearing: Hearing, now: datetime
) -> None:
    """What is to be prepared, once for each hearing, each by its own day; by today what is too late already."""
    if docket.preparation(hearing_id):
        return
    calendar = calendar_of(session, docket.proceeding.office_id)
    goes = hearing.observer.member_id if hearing.observer is not None else None
    for kind in PREPARED:
        task = Preparation(hearing_id=hearing_id, kind=kind, for_id=goes)
        write(session, by, docket.proceeding, _due(task, hearing.when, calendar, now), now)


def _due(task: Preparation, when: When, calendar: OfficeCalendar, now: datetime) -> Preparation:
    on, today = due_on(task.kind, day_in(when, str(calendar.zone)), calendar), calendar.day_of(now)
    return msgspec.structs.replace(task, due_on=max(on, today), late=on < today)


def follow_date(
    session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID, before: When, then: When, now: datetime
) -> None:
    """The hearing is on another day: what is left to prepare falls due by that. A day that somebody chose stays."""
    calendar = calendar_of(session, docket.proceeding.office_id)
    for task in docket.preparation(hearing_id):
        said = task.said
        if said.kind not in PREPARED or said.done_at is not None or said.over:
            continue
        counted = due_on(said.kind, day_in(before, str(calendar.zone)), calendar)
        moved = _due(said, then, calendar, now)
        if (said.late or said.due_on == counted) and moved != said:
            correct(session, by, docket, task.entry.id, moved, now)


def hand_over(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing_id: uuid.UUID,
    before: Observer | None,
    then: Observer | None,
    now: datetime,
) -> None:
    """What is left to prepare is whose who goes now: what was theirs who went before, and of what every hearing needs
    what is nobody's. What is done stays with whoever did it.
    """
    went, goes = (one.member_id if one is not None else None for one in (before, then))
    if went == goes:
        return
    for task in docket.preparation(hearing_id):
        said = task.said
        theirs = said.for_id == went if said.for_id is not None else said.kind in PREPARED
        if said.done_at is None and not said.over and theirs and said.for_id != goes:
            correct(session, by, docket, task.entry.id, msgspec.structs.replace(said, for_id=goes), now)


def add(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    given: Preparation,
    now: datetime,
    *,
    entry_id: uuid.UUID | None = None,
) -> ProceedingEntry:
    """Something more to prepare for a hearing that is ahead. Refused for “other” without words."""
    docket = locked_docket(session, proceeding)
    hearing = docket.hearing(given.hearing_id)
    CODES["preparation"].check(given.kind, given.other_kind)
    if not hearing.said.is_ahead:
        raise Refused.of(_OVER)
    task = msgspec.structs.replace(given, hearing_id=hearing.id, done_at=None, done_note="")
    entry = write(session, by, proceeding, task, now, entry_id=entry_id)
    touch_carrier(session, by, docket)
    return entry


def tick(
    session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, note: str, now: datetime, *, done: bool
) -> ProceedingEntry | None:
    """It is done, or after all it is not. None where that stands already: pressed twice. Raises Changed if somebody
    wrote something else of it first.
    """
    docket = locked_docket(session, proceeding)
    standing = docket.about(made_from, Preparation)
    if (standing.said.done_at is not None) is done:
        return None
    then = msgspec.structs.replace(standing.said, done_at=now if done else None, done_note=note if done else "")
    return _rewritten(session, by, docket, made_from, then, now)


def take_off(
    session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, now: datetime
) -> ProceedingEntry | None:
    """It is not to be prepared after all; what was written of it stays. None where it is off already: pressed twice.
    Raises Changed if somebody wrote something else of it first.
    """
    docket = locked_docket(session, proceeding)
    standing = docket.about(made_from, Preparation)
    if standing.said.over:
        return None
    return _rewritten(session, by, docket, made_from, msgspec.structs.replace(standing.said, over=True), now)


def _rewritten(
    session: Session, by: Visitor, docket: Docket, made_from: uuid.UUID, then: Preparation, now: datetime
) -> ProceedingEntry:
    entry = correct(session, by, docket, made_from, then, now)
    touch_carrier(session, by, docket)
    return entry


def in_order(docket: Docket, hearing_id: uuid.UUID) -> list[Standing[Preparation]]:
    """What is left to do first, by the day and as the list has it; then what is done, and what was taken off."""
    listed = {code: place for place, code in enumerate(CODES["preparation"])}

    def order(one: Standing[Preparation]) -> tuple[bool, bool, date, int, uuid.UUID]:
        said = one.said
        return said.over, said.done_at is not None, said.due_on or date.max, listed.get(said.kind, len(listed)), one.id

    return sorted(docket.preparation(hearing_id), key=order)
