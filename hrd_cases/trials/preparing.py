"""What is prepared for a hearing: raised with the observer, added to, ticked off, and taken up again."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Preparation
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.life import AHEAD, State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.writing import correct, locked_docket, write

_OVER = (
    N_("This hearing is not ahead any more: nothing is prepared for it."),
    N_("Add it to the next hearing."),
)


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
    if State(hearing.said.state) not in AHEAD:
        raise Refused.of(_OVER)
    task = msgspec.structs.replace(given, hearing_id=hearing.id, done_at=None, done_note="")
    return write(session, by, proceeding, task, now, entry_id=entry_id)


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
    if standing.entry.id != made_from:
        raise Changed("somebody wrote of what is prepared first")
    then = msgspec.structs.replace(standing.said, done_at=now if done else None, done_note=note if done else "")
    return correct(session, by, docket, made_from, then, now)


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
    if standing.entry.id != made_from:
        raise Changed("somebody wrote of what is prepared first")
    return correct(session, by, docket, made_from, msgspec.structs.replace(standing.said, over=True), now)


def in_order(docket: Docket, hearing_id: uuid.UUID) -> list[Standing[Preparation]]:
    """What is left to do first, by the day and as the list has it; then what is done."""
    listed = {code: place for place, code in enumerate(CODES["preparation"])}

    def order(one: Standing[Preparation]) -> tuple[bool, date, int, uuid.UUID]:
        said = one.said
        return said.done_at is not None, said.due_on or date.max, listed.get(said.kind, len(listed)), one.id

    return sorted((one for one in docket.preparation(hearing_id) if not one.said.over), key=order)
