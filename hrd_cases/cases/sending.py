"""A file that was recorded is opened here or sent to whom it belongs: once, however often its form is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy.orm import Session

from hrd_cases.cases.begun import Before, made_before, stands
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.routing import WHY, Why
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused, Sentence, Tampered
from hrd_cases.offices.models import Office

NOWHERE, SENT_BEFORE = "failed its check: where a file goes", "failed its check: a file that was sent before"
"""What security is told."""
_NOWHERE = (
    N_("The keys of the office in charge failed their check. Nothing was sent, and nothing is lost."),
    N_("Save it as a draft and tell headquarters. Security has been told."),
)
_NOT_SENT_BEFORE = (
    N_("A table says that this was sent already, and the trail tells of no sending. Nothing is lost: it waits here."),
    N_("Keep it as a draft and tell headquarters. Security has been told."),
)


class Distrusted(Refused):
    """Refused because somebody writes the tables. `alarm`: what security is told; the act undoes everything else."""

    alarm = ""

    @classmethod
    def to_be_told(cls, sentences: tuple[Sentence, Sentence], alarm: str) -> Self:
        refused = cls.of(sentences)
        refused.alarm = alarm
        return refused


class Sent(NamedTuple):
    """What became of a file that was recorded: it went away, or stayed: `case_id` if the recorder may open it. The
    reference is said once, and kept by nobody here.
    """

    name: str
    reference: str
    case_id: uuid.UUID | None
    office: Office | None
    why: Sentence | None
    acknowledge_by: datetime | None
    again: bool = False


def send(
    session: Session, by: Visitor, drafted: Drafted, sourced: Sequence[SourcedPiece], case_id: uuid.UUID, now: datetime
) -> Sent:
    """Open the file or send it; sent a second time, it says where the first went. Raises Distrusted."""
    if (before := made_before(session, by, case_id)) is not None:
        return _again(session, drafted, case_id, before)
    if stands(session, case_id):
        raise Distrusted.to_be_told(_NOT_SENT_BEFORE, SENT_BEFORE)
    try:
        went = submit(session, by, drafted, sourced, now, case_id)
    except Tampered as error:
        raise Distrusted.to_be_told(_NOWHERE, NOWHERE) from error
    office = session.get(Office, went.to.office_id)
    if went.case_id:
        return Sent(drafted.name, went.reference, went.case_id, office, None, None)
    return Sent(drafted.name, went.reference, None, office, WHY[Why(went.to.why)], went.to.acknowledge_by)


def _again(session: Session, drafted: Drafted, case_id: uuid.UUID, before: Before) -> Sent:
    """Where the first went, as the trail tells. A file of one's own that is gone is none that was opened before."""
    office = session.get(Office, before.office_id)
    if before.was_sent:
        clock = session.get(Acknowledgement, case_id)
        return Sent(drafted.name, "", None, office, None, clock.due_at if clock is not None else None, True)
    if session.get(Case, case_id) is None:
        raise Distrusted.to_be_told(_NOT_SENT_BEFORE, SENT_BEFORE)
    return Sent(drafted.name, "", case_id, office, None, None, True)
