"""How the consent to be seen with us stands for the files of a hearing: observing is an act outward (DOMAIN, 2)."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases import consent, facts
from hrd_cases.cases.consent_gate import Decision
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.errors import Absent, Destroyed, Locked, Tampered
from hrd_cases.trials.docket import Docket, files_of

OBSERVING = "observation"
"""The action whose purpose is asked about, as `config/codes.toml` has it."""


class Agreement(StrEnum):
    """What whoever goes has to know: agreed, said no, not asked, agreed and held up, cannot be read."""

    AGREED = "agreed"
    NO = "no"
    NOT_ASKED = "not_asked"
    HELD_UP = "held_up"
    UNREAD = "unread"


class SeenWithUs(NamedTuple):
    """Of one file of the hearing."""

    case_id: uuid.UUID
    stands: Agreement


def seen_with_us(session: Session, docket: Docket, now: datetime) -> list[SeenWithUs]:
    """Of each file, in the order of the trial. What cannot be read may be a no: that is said, and nobody guesses."""
    return [SeenWithUs(case.id, _stands(session, case, now)) for case in files_of(session, docket)]


def _stands(session: Session, case: Case, now: datetime) -> Agreement:
    try:
        return of_file(open_file(session, case), now).stands
    except (Tampered, Locked, Destroyed, Absent):
        return Agreement.UNREAD


def of_file(file: File, now: datetime) -> SeenWithUs:
    """Of a file that was opened."""
    return SeenWithUs(file.case.id, stands_by(facts.judged_act(file, OBSERVING, now)))


def stands_by(decision: Decision) -> Agreement:
    """As the one judge of outward acts has it."""
    if decision.allowed:
        return Agreement.AGREED
    if decision.stand.state in consent.NO:
        return Agreement.NO
    return Agreement.HELD_UP if decision.stand.state is consent.State.GIVEN else Agreement.NOT_ASKED
