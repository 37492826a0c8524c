"""Conversations about consent: recorded once for every purpose, and what follows in the same moment from a no."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases import consent, facts
from hrd_cases.cases.card import touched
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.details import SAID_NO, Action, ActionState, Conversation, Person, Task
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.noes import end_what_was_given, hold_what_may_end
from hrd_cases.cases.tasks import raise_task
from hrd_cases.cases.writing import correct, locked_file, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.outbox.plan import cancel

STOP_BY_HAND = "stop_by_hand"
"""The rule whose task asks to stop what a no could not stop by itself."""


class Voice(NamedTuple):
    """Can the defender speak for themselves, as whoever spoke for them knows? `cannot`: why not; "" if they can."""

    cannot: str
    since: date | None = None


class Followed(NamedTuple):
    """What a conversation brought about: actions that were stopped, tasks for those that were made, and tasks for what
    could not be stopped; and what was given out on the word that was taken back ended (`ended`).
    """

    stopped: int = 0
    tasks: int = 0
    not_stopped: int = 0
    ended: int = 0


def record_conversation(
    session: Session,
    by: Visitor,
    case: Case,
    said: Conversation,
    now: datetime,
    *,
    newcomer: Person | None = None,
    voice: Voice | None = None,
    entry_id: uuid.UUID | None = None,
) -> Followed:
    """Record a conversation; planned acts that it forbids stop, and those that were made are to be undone.

    `newcomer`: who spoke, put on file in the same act. `voice`: written on the defender in the same act.
    """
    _check(said, now)
    hold_what_may_end(session, case)
    before = locked_file(session, case)
    _write_voice(session, by, before, voice, now)
    write(session, by, case, _spoken_by(session, by, case, said, newcomer, now), now, entry_id=entry_id)
    return _follow(session, by, before, now)


def correct_conversation(
    session: Session,
    by: Visitor,
    case: Case,
    corrected_id: uuid.UUID,
    said: Conversation,
    now: datetime,
    *,
    newcomer: Person | None = None,
    voice: Voice | None = None,
) -> Followed:
    """Correct what was recorded of a conversation. Raises Changed if somebody corrected it first."""
    _check(said, now)
    hold_what_may_end(session, case)
    before = locked_file(session, case)
    _write_voice(session, by, before, voice, now)
    correct(session, by, before, corrected_id, _spoken_by(session, by, case, said, newcomer, now), now)
    return _follow(session, by, before, now)


def _write_voice(session: Session, by: Visitor, file: File, voice: Voice | None, now: datetime) -> None:
    """Whether the defender can speak for themselves is written on them, if it stands otherwise there."""
    defender = file.defender
    if voice is None or defender is None:
        return
    then = msgspec.structs.replace(defender.said, cannot_speak=voice.cannot, cannot_speak_since=voice.since)
    if then != defender.said:
        correct(session, by, file, defender.entry.id, then, now)


def _spoken_by(
    session: Session, by: Visitor, case: Case, said: Conversation, newcomer: Person | None, now: datetime
) -> Conversation:
    """The conversation with whoever spoke; they are put on file first if they are not there yet."""
    if newcomer is None:
        return said
    return msgspec.structs.replace(said, speaker_id=write(session, by, case, newcomer, now).id)


def _check(said: Conversation, now: datetime) -> None:
    if said.when > now:
        raise Refused(N_("This conversation is still to come."), N_("Record it when it has been held."))
    if not said.answers and not said.told_of_recording:
        raise Refused(N_("Nothing was asked."), N_("Say for at least one purpose what they answered."))
    if any(answer.state == consent.State.IMPOSSIBLE and not answer.reason for answer in said.answers):
        raise Refused(N_("Nothing says why asking was impossible."), N_("Write the reason."))
    states = {answer.state for answer in said.answers}
    if said.standing == consent.Speaker.SELF and consent.State.IMPOSSIBLE in states and len(states) > 1:
        raise Refused(
            N_("They were spoken with themselves, so they could be asked."),
            N_("Choose “Not asked” for what was not asked, or record the vain attempt apart."),
        )


def _follow(session: Session, by: Visitor, before: File, now: datetime) -> Followed:
    session.flush()
    file = open_file(session, before.case, anew=True)
    said_no = consent.taken_back(
        PURPOSES,
        facts.conversations(before),
        facts.conversations(file),
        facts.whose(file),
        person_before=facts.whose(before),
    )
    follows = consent.after_no(said_no, (consent.Made(one.id, one.said.kind, one.said.state) for one in file.actions))
    stopped = [action_id for action_id in follows.stop if _stop(session, by, file, action_id, now)]
    left = [(action_id, STOP_BY_HAND) for action_id in follows.stop if action_id not in stopped]
    undo = [(action_id, undo_rule(purpose)) for action_id, purpose in follows.tasks]
    for action_id, rule in left + undo:
        task = Task(what="", rule=rule, due_on=by.local_day, for_id=file.case.officer_id, about_id=action_id)
        raise_task(session, by, file.case, task, now)
    ended = end_what_was_given(session, by, file, said_no, now)
    session.flush()
    touched(session, by, file.case)
    return Followed(len(stopped), len(undo), len(left), ended)


def _stop(session: Session, by: Visitor, file: File, action_id: uuid.UUID, now: datetime) -> bool:
    """False if it cannot be: then somebody has to. The no itself is recorded all the same."""
    standing = file.one(action_id, Action)
    if standing is None:
        return False
    stopped = msgspec.structs.replace(standing.said, state=ActionState.STOPPED, stopped_because=SAID_NO, reminders=())
    try:
        correct(session, by, file, standing.entry.id, stopped, now)
    except Changed:
        return False
    cancel(session, standing.said.reminders)
    return True


def undo_rule(purpose: str) -> str:
    """The rule whose task says what to try to undo after a no to this purpose."""
    return f"undo_{purpose}"
