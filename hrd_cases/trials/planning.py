"""The reminders of a hearing, planned with every act that writes it: in the same transaction, or not at all."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket


def replan(
    session: Session,  # noqa: ARG001 - what is planned stands in it
    by: Visitor,  # noqa: ARG001 - who acts
    docket: Docket,  # noqa: ARG001 - the proceeding, held and read anew
    hearing_id: uuid.UUID,  # noqa: ARG001 - for good: of a new hearing too, which stands in no docket yet
    hearing: Hearing,
    now: datetime,  # noqa: ARG001 - the moment of the act
) -> Hearing:
    """The hearing as it is to be written, with the ids of the reminders that it has from now on. Called just before its
    entry is written, by every act that writes a hearing.
    """
    return hearing
