"""The head decides on a closing that was asked for: confirmed, or sent back with words."""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases.details import LifeStep
from hrd_cases.cases.file import File
from hrd_cases.cases.life import Act
from hrd_cases.cases.models import Case
from hrd_cases.cases.steps import take_step
from hrd_cases.cases.writing import locked_file
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused

DECISIONS = (Act.CONFIRM_CLOSE, Act.SEND_BACK)
_NOTHING_CHOSEN = (N_("Nothing is decided yet."), N_("Confirm it, or send it back and write why."))
_ASKED_ANEW = (N_("It was asked anew meanwhile."), N_("Read what stands now, then decide."))


def decide(
    session: Session, by: Visitor, case: Case, made_from: uuid.UUID | None, decision: str, words: str, now: datetime
) -> LifeStep:
    """One of `DECISIONS` on what the head read. The table says who may, and what is missing."""
    if decision not in DECISIONS:
        raise Refused.of(_NOTHING_CHOSEN)
    file = locked_file(session, case)
    asked = file.asked_to_close
    if asked is not None and asked.entry.id != made_from:
        raise Refused.of(_ASKED_ANEW)
    return take_step(session, by, file, Act(decision), _given(file, Act(decision), words), now)


def _given(file: File, decision: Act, words: str) -> LifeStep:
    """What the officer wrote of the outcome stands on the step that closes the file; the reason is the head's own."""
    asked = file.asked_to_close
    blank = LifeStep(act="", before="", after="", reason=words)
    if asked is None or decision is not Act.CONFIRM_CLOSE:
        return blank
    told = {"outcome": asked.said.outcome, "feedback": asked.said.feedback, "released_on": asked.said.released_on}
    return msgspec.structs.replace(blank, **told)
