"""What an approver at headquarters wrote with a step goes home by letter: they can seal nothing in the office's folder.

The step itself stands signed; the letter brings its words and what their hash is salted with.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered, Unproven
from hrd_cases.grants.details import Told
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.models import Grant
from hrd_cases.grants.signing import salted
from hrd_cases.grants.steps import steps_of
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import Circle, Letter
from hrd_cases.keys.roles import CircleName

ACT = "grant_answered"


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What was said with a step, and its salt."""

    told: Told
    salt: bytes


def send_home(
    session: Session, by: Visitor, at: uuid.UUID, grant: Grant, told: Told, salt: bytes, now: datetime
) -> None:
    """To the caseworkers of the grant's office, from headquarters (`at`). Refused while they cannot receive."""
    sender, to = (by.member_id, at, by.ring.keys), (grant.office_id, CircleName.CASEWORK)
    content = msgspec.msgpack.encode(Answer(told, salt))
    letter = letters.send(session, by.charters, sender, to, ACT, grant.id, content, now)
    session.flush()
    record(session, Event.LETTER_SENT, letter=letter.id, office=to[0], act=ACT, digest=letter.digest)


def fold(session: Session, _visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """Kept beside the story, as what officers say is: once."""
    try:
        answer = msgspec.msgpack.decode(read.content, type=Answer)
    except UNREADABLE as error:
        raise Tampered("no answer of headquarters") from error
    grant = session.get(Grant, letter.subject_id)
    if grant is None or grant.office_id != session.get_one(Circle, letter.circle_id).office_id:
        raise Tampered("an answer about no grant of ours")
    session.refresh(grant, with_for_update=True)
    _check_step(session, grant, answer, read)
    try:
        _keep(session, grant, answer)
    except (Tampered, *UNREADABLE) as error:  # a row of ours, and no fault of the letter: it waits
        raise Unproven("what a letter is about") from error


def _check_step(session: Session, grant: Grant, answer: Answer, read: letters.Read) -> None:
    """Raises Tampered unless its sender signed exactly this with a step of the grant."""
    step = next((one for one in steps_of(session, grant.id) if one.number == answer.told.step), None)
    if step is None or step.actor_id != read.sender_id or step.capacity != Capacity.HEADQUARTERS_APPROVER:
        raise Tampered("an answer to no step of its sender")
    if salted("texts", answer.salt, answer.told) != step.texts:
        raise Tampered("an answer that was not signed with its step")


def _keep(session: Session, grant: Grant, answer: Answer) -> None:
    story, said = grant.story, msgspec.structs.replace(answer.told, salt=answer.salt)
    if any(one.step == said.step for one in story.told):
        return
    grant.story = msgspec.structs.replace(story, told=(*story.told, said))
    record(session, Event.GRANT_ANSWER_KEPT, grant=grant.id, number=said.step)
    session.flush()
