"""A task ends because somebody says so: it is done, or it is not needed. So does the next step of a file."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.card import touched
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import ASSESS_ANEW, Profile, Task
from hrd_cases.cases.file import File
from hrd_cases.cases.writing import correct
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused

_ASSESS = (N_("Only an assessment ends this task."), N_("Assess the risk: that is its end."))
_ASSESS_ANEW = (N_("Only an assessment ends this task."), N_("Assess the risk anew."))


def finish_by_hand(
    session: Session, by: Visitor, file: File, task: Standing[Task], now: datetime, why_not_needed: str = ""
) -> None:
    """Refused where nothing but an assessment ends it. What is done already stays as it was written. Raises Changed if
    somebody corrected the task first.
    """
    said = task.said
    if said.waits_for_assessment:
        raise Refused.of(_ASSESS_ANEW if said.rule == ASSESS_ANEW else _ASSESS)
    if said.done_at is not None:
        return
    done = msgspec.structs.replace(said, done_at=now, done_note=why_not_needed or said.done_note)
    correct(session, by, file, task.entry.id, done, now)
    touched(session, by, file.case)


def step_is_done(session: Session, by: Visitor, file: File, profile: Standing[Profile], now: datetime) -> None:
    """What the file had as its next step comes next no more; it stays in what stood before. Raises Changed if somebody
    wrote of it first.
    """
    then = msgspec.structs.replace(profile.said, next_step="", next_step_kind="", next_step_on=None, next_step_by=None)
    if then == profile.said:
        return
    correct(session, by, file, profile.entry.id, then, now)
    touched(session, by, file.case)
