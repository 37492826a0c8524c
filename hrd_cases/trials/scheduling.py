"""A hearing that is set, what describes it corrected, and the court asked again: all that is written of one beside the
acts of the table (`hearings`). Each on what was read, with the proceeding held and read anew.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Hearing, Observer, Result, Trial
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.life import State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.planning import replan
from hrd_cases.trials.preparing import raise_for
from hrd_cases.trials.reminding import chased_on
from hrd_cases.trials.shares.following import follow
from hrd_cases.trials.told import tell_asked
from hrd_cases.trials.touching import touch_carrier
from hrd_cases.trials.writing import correct, locked_docket, write

DEATH_SENTENCE = "death_sentence"

OVER = (N_("This proceeding has ended."), N_("Record the stage to which it was taken up again first."))
_NOTHING_TO_CHASE = (N_("No new date is waited for here."), N_("Give the new date, if the court gave one."))
_NO_DAY = (N_("Nothing says when somebody asks again."), N_("Give the date."))
_TWICE = (N_("Whoever goes cannot be the backup too."), N_("Choose another colleague, or nobody."))


# -- set, and corrected


def schedule(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    given: Hearing,
    now: datetime,
    *,
    hearing_id: uuid.UUID | None = None,
) -> ProceedingEntry:
    """A hearing that follows no other. Refused in a proceeding that has ended."""
    docket = locked_docket(session, proceeding)
    if docket.has_ended:
        raise Refused.of(OVER)
    _check_kind(given)
    _check_backup(given)
    begins = State.SCHEDULED if given.observer is None else _with(given.observer, by)
    hearing = msgspec.structs.replace(given, state=begins.value, act="", follows=None)
    entry = set_hearing(session, by, docket, hearing, now, hearing_id)
    touch_carrier(session, by, docket)
    return entry


def _with(observer: Observer, by: Visitor) -> State:
    return State.CONFIRMED if observer.member_id == by.member_id else State.ASSIGNED


def correct_hearing(
    session: Session, by: Visitor, proceeding: Proceeding, made_from: uuid.UUID, given: Hearing, now: datetime
) -> bool:
    """What describes a hearing, corrected: its kind, place, briefing, backup, and a result that was recorded. Its date,
    state and observer change by acts. Whether anything was written. Raises Changed if somebody corrected it first.
    """
    docket = locked_docket(session, proceeding)
    before, standing = docket.trial, docket.as_read(made_from, Hearing)
    _check_kind(given)
    changed = {name: getattr(given, name) for name in DESCRIBES}
    if standing.said.result is None:
        del changed["result"]
    then = msgspec.structs.replace(standing.said, **changed)
    _check_backup(then)
    if then.result is not None:
        check_result(then.result)
    if then == standing.said:
        return False
    then = msgspec.structs.replace(then, acted_by=None)
    if then.backup != standing.said.backup:
        told = tell_asked(session, by, [then.backup], now)
        then = msgspec.structs.replace(then, told=(*then.told, *told))
    rewrite(session, by, docket, standing, then, now)
    if then.result is not None and then.result != standing.said.result:
        tell_of_death(session, by, docket, then.result, now)
    touch_carrier(session, by, docket, before)
    follow(session, by, proceeding, now)
    return True


DESCRIBES = (
    "kind",
    "other_kind",
    "room",
    "court",
    "announced_closed",
    "defence_knows",
    "briefing",
    "backup",
    "result",
)
"""What of a hearing is corrected, where everything else changes by acts."""


# -- no new date yet

NOT_WAITING: Final[dict[str, object]] = {"no_date_since": None, "chase_on": None, "next_unsaid": False}


def waiting(calendar: OfficeCalendar, now: datetime) -> dict[str, object]:
    """What a hearing says from now on after which the court gave no new date: somebody asks for it."""
    since = calendar.day_of(now)
    return {"no_date_since": since, "chase_on": chased_on(since, calendar), "next_unsaid": False}


def chase_later(
    session: Session,
    by: Visitor,
    proceeding: Proceeding,
    made_from: uuid.UUID,
    on: date | None,
    note: str,
    now: datetime,
) -> ProceedingEntry:
    """The court was asked, and has no new date yet: somebody asks again on a day."""
    docket = locked_docket(session, proceeding)
    standing = docket.as_read(made_from, Hearing)
    if not docket.waits_for_date(standing):
        raise Refused.of(_NOTHING_TO_CHASE)
    if on is None or on <= calendar_of(session, proceeding.office_id).day_of(now):
        raise Refused.of(_NO_DAY)
    then = msgspec.structs.replace(standing.said, chase_on=on, note=note, acted_by=None)
    entry = rewrite(session, by, docket, standing, then, now)
    touch_carrier(session, by, docket)
    return entry


# -- written


def set_hearing(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Hearing,
    now: datetime,
    hearing_id: uuid.UUID | None = None,
) -> ProceedingEntry:
    """A new hearing, with its reminders and what is prepared for it. Whoever is to go, or to stand by, is told."""
    hearing_id = hearing_id or uuid.uuid4()
    told = tell_asked(session, by, [hearing.observer, hearing.backup], now)
    hearing = msgspec.structs.replace(hearing, told=told)
    planned = replan(session, by, docket, hearing_id, hearing, now)
    entry = write(session, by, docket.proceeding, planned, now, entry_id=hearing_id)
    session.flush()
    if planned.observer is not None:
        raise_for(session, by, docket, hearing_id, planned, now)
    return entry


def rewrite(
    session: Session, by: Visitor, docket: Docket, standing: Standing[Hearing], then: Hearing, now: datetime
) -> ProceedingEntry:
    """It says something else from now on, with the reminders that it then has."""
    planned = replan(session, by, docket, standing.id, then, now)
    return correct(session, by, docket, standing.entry.id, planned, now)


def tell_of_death(session: Session, by: Visitor, docket: Docket, result: Result, now: datetime) -> None:
    """A death sentence stands with what the trial is, so that the risk follows at once, whatever its stage says."""
    standing = docket.standing
    said = standing.said
    if result.outcome != DEATH_SENTENCE or (said.death_sentence and said.death_penalty_possible):
        return
    then: Trial = msgspec.structs.replace(said, death_sentence=True, death_penalty_possible=True)
    correct(session, by, docket, standing.entry.id, then, now)


# -- checked


def _check_kind(given: Hearing) -> None:
    CODES["hearing_type"].check(given.kind, given.other_kind)


def _check_backup(given: Hearing) -> None:
    if given.backup is not None and given.backup == given.observer:
        raise Refused.of(_TWICE)


def check_result(result: Result) -> None:
    CODES["hearing_outcome"].check(result.outcome, result.other_outcome)
    if result.access:
        CODES["observer_access"].check(result.access, result.text)
