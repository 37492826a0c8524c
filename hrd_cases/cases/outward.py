"""What goes outward for a defender: nothing without consent. Where asking is impossible and life is in danger, two
members act together and the head confirms it.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cases import consent_gate, facts
from hrd_cases.cases.card import touched
from hrd_cases.cases.chains import Standing, check_read
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent_gate import Decision, Emergency
from hrd_cases.cases.details import Action, ActionState
from hrd_cases.cases.file import File
from hrd_cases.cases.life import IN_HAND
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.telling import heads_of, tell, zone_of
from hrd_cases.cases.writing import correct, locked_file, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role
from hrd_cases.offices.colleagues import kept_out
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.plan import cancel

TOGETHER = "together"
"""How an act stands that two members do without consent; otherwise `Action.consent` is a state of consent."""
SOMEBODY_ELSE = uuid.UUID(int=0)

_STILL_WANTED = (consent_gate.STILL_WANTED, N_("Write how you know, or ask them again."))
_WAITS = (
    N_("Without consent nobody acts alone."),
    N_("A second member of the office joins on their own page of this action."),
)
_NOT_WAITING = (
    N_("Nobody has to join this any more."),
    N_("Look at what became of it on the page of the action."),
)
_NOTHING_TO_CONFIRM = (N_("There is nothing to confirm here."), N_("It was confirmed already, or it was stopped."))
_PROPOSER_LEFT = (
    N_("Whoever proposed this does no casework in this office any more."),
    N_("Propose it anew, with a colleague to join."),
)
_NOT_CONFIRMED = (
    N_("The head has not confirmed in time what two members wanted to do."),
    N_("The head can still confirm it on the page of the action; otherwise stop it."),
)
_NO_REASON = (N_("Nothing says why this was stopped."), N_("Write the reason."))
_OVER = (N_("This was done or stopped already."), N_("Only its answer and the next date can be noted."))
_TO_COME = (N_("What was done cannot lie ahead."), N_("Correct the day, or plan it."))


# -- the gate


def judge(session: Session, file: File, kind: str, now: datetime, emergency: Emergency | None = None) -> Decision:
    """May this be done for the defender now? With the reason, and what to do instead."""
    calendar = calendar_of(session, file.case.office_id) if emergency is not None else None
    return facts.judged_act(file, kind, now, emergency=emergency, calendar=calendar)


def _checked(
    session: Session, by: Visitor, file: File, action: Action, now: datetime, emergency: Emergency | None = None
) -> Action:
    """The act as it may be done. Refused otherwise, with the reason; asks whether it is still wanted."""
    if file.state(by.local_day) not in IN_HAND:
        raise Refused.of(consent_gate.NOT_IN_HAND)
    decision = judge(session, file, action.kind, now, emergency)
    decision.check()
    asked = decision.ask is not None
    if asked and not action.still_wanted.strip():
        raise Refused.of(_STILL_WANTED)
    return msgspec.structs.replace(
        action,
        purpose=CODES.purpose_of(action.kind) or "",
        consent=TOGETHER if decision.together else decision.stand.state.value,
        still_wanted=action.still_wanted if asked else "",
        still_wanted_at=now if asked else None,
        confirm_by=decision.confirm_by,
    )


# -- alone, with consent


def act(
    session: Session, by: Visitor, case: Case, given: Action, now: datetime, entry_id: uuid.UUID | None = None
) -> Entry:
    """Record what was done or is planned. Refused without consent."""
    file = locked_file(session, case)
    _check_day(given, now)
    written = write(session, by, case, _checked(session, by, file, given, now), now, entry_id=entry_id)
    touched(session, by, case)
    return written


def _check_day(action: Action, now: datetime) -> None:
    if action.state == ActionState.DONE and action.when > now:
        raise Refused.of(_TO_COME)


def carry_on(session: Session, by: Visitor, case: Case, made_from: uuid.UUID, given: Action, now: datetime) -> bool:
    """What became of a planned act: done, or stopped with the reason. Consent is asked for again before it is done.

    Whether anything was written: nothing is where it stays as it was. Raises Changed if somebody wrote what became of
    it first.
    """
    file = locked_file(session, case)
    standing = file.as_read(made_from, Action)
    before, then = standing.said, given
    if given == before:
        return False
    if given.state != before.state and before.state not in (ActionState.PROPOSED, ActionState.PLANNED):
        raise Refused.of(_OVER)
    if given.state == ActionState.DONE and before.waits_for_second:
        raise Refused.of(_WAITS)
    if given.state == ActionState.DONE and before.state == ActionState.PLANNED:
        _check_day(given, now)
        then = _done(session, by, file, standing, given, now)
    elif given.state == ActionState.STOPPED and before.state != ActionState.STOPPED:
        then = _stopped(session, standing, given)
    correct(session, by, file, standing.entry.id, then, now)
    touched(session, by, case)
    return True


def _done(
    session: Session, by: Visitor, file: File, standing: Standing[Action], given: Action, now: datetime
) -> Action:
    before = standing.said
    if before.waits_for_head and before.confirm_by is not None and before.confirm_by < now:
        raise Refused.of(_NOT_CONFIRMED)
    checked = _checked(session, by, file, given, now, _emergency(before) if before.consent == TOGETHER else None)
    if checked.still_wanted_at is None:
        answered = {"still_wanted": before.still_wanted, "still_wanted_at": before.still_wanted_at}
        checked = msgspec.structs.replace(checked, **answered)
    # Who confirms, and until when, was settled when the second joined.
    return msgspec.structs.replace(checked, confirm_by=before.confirm_by)


def _stopped(session: Session, standing: Standing[Action], given: Action) -> Action:
    if not given.stopped_because.strip():
        raise Refused.of(_NO_REASON)
    cancel(session, standing.said.reminders)
    return msgspec.structs.replace(given, reminders=())


# -- two together, without


def _emergency(action: Action, *, head_among: bool = False) -> Emergency:
    first = action.proposed_by or SOMEBODY_ELSE
    return Emergency(first, action.second_id, True, action.emergency, head_among or action.confirmed_by is not None)


def propose(
    session: Session,
    by: Visitor,
    case: Case,
    given: Action,
    danger: bool,
    now: datetime,
    entry_id: uuid.UUID | None = None,
) -> Entry:
    """The first of two members: what is to be done, why asking is impossible, what the danger is. Colleagues are told.

    Refused unless a second member is all that is missing.
    """
    file = locked_file(session, case)
    missing_none = Emergency(by.member_id, SOMEBODY_ELSE, danger, given.emergency)
    _check_day(given, now)
    checked = _checked(session, by, file, given, now, missing_none)
    told = tell(session, [to_member(one) for one in _colleagues(by, case, now)], now)
    proposed = msgspec.structs.replace(
        checked, state=ActionState.PROPOSED, proposed_by=by.member_id, second_id=None, confirm_by=None, reminders=told
    )
    if checked.consent != TOGETHER:
        # They can be asked, and agreed: one member is enough.
        cancel(session, told)
        proposed = msgspec.structs.replace(checked, state=given.state, emergency="")
    written = write(session, by, case, proposed, now, entry_id=entry_id)
    session.flush()
    touched(session, by, case)
    return written


def join(session: Session, by: Visitor, case: Case, made_from: uuid.UUID, now: datetime) -> Action:
    """The second member. From now on it may be done, and the head has two working days to confirm it; a head among the
    two has confirmed it thereby.
    """
    file = locked_file(session, case)
    standing = file.about(made_from, Action)
    before = standing.said
    if not before.waits_for_second:
        raise Refused.of(_NOT_WAITING)
    check_read(standing, made_from)
    first = before.proposed_by or SOMEBODY_ELSE
    if first in kept_out(session, case.office_id) or not _roles(by, case, first, now) & CASEWORKERS:
        raise Refused.of(_PROPOSER_LEFT)
    head = next((one for one in (by.member_id, first) if _roles(by, case, one, now) & HEADS), None)
    joined = msgspec.structs.replace(before, second_id=by.member_id)
    checked = _checked(session, by, file, joined, now, _emergency(joined, head_among=head is not None))
    cancel(session, before.reminders)
    planned = msgspec.structs.replace(checked, state=ActionState.PLANNED, reminders=())
    then = _told_or_confirmed(session, by, case, planned, head, now)
    correct(session, by, file, standing.entry.id, then, now)
    session.flush()
    touched(session, by, case)
    return then


def _told_or_confirmed(
    session: Session, by: Visitor, case: Case, planned: Action, head: uuid.UUID | None, now: datetime
) -> Action:
    """The head is told, now and when the time to confirm is up; a head among the two has confirmed it thereby."""
    if planned.confirm_by is not None:
        heads = heads_of(by, case, now)
        told = tell(session, heads, now) + tell(session, heads, planned.confirm_by)
        return msgspec.structs.replace(planned, reminders=told)
    if head is not None:
        return msgspec.structs.replace(planned, confirmed_by=head, confirmed_at=now)
    return planned


def confirm(session: Session, by: Visitor, case: Case, made_from: uuid.UUID, now: datetime) -> None:
    """The head confirms what two members did where asking was impossible."""
    file = locked_file(session, case)
    standing = file.about(made_from, Action)
    before = standing.said
    if not before.waits_for_head:
        raise Refused.of(_NOTHING_TO_CONFIRM)
    check_read(standing, made_from)
    cancel(session, before.reminders)
    then = msgspec.structs.replace(before, confirmed_by=by.member_id, confirmed_at=now, reminders=())
    correct(session, by, file, standing.entry.id, then, now)
    touched(session, by, case)


def _roles(by: Visitor, case: Case, member_id: uuid.UUID, now: datetime) -> frozenset[Role]:
    if member_id == by.member_id:
        return by.roles_in(case.office_id)
    return by.charters.of(case.office_id).roles_of(member_id, now, zone_of(by, case))


def _colleagues(by: Visitor, case: Case, now: datetime) -> list[uuid.UUID]:
    everybody = by.charters.of(case.office_id).members_in(CASEWORKERS, now.date())
    return sorted(everybody - {by.member_id})
