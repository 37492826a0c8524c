"""A file taken from one state to another, as the table of `life` says: what is needed, who may, what follows."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from functools import partial

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import clocks, life
from hrd_cases.cases.brought import Open
from hrd_cases.cases.card import others_touched, touched
from hrd_cases.cases.details import ASSESS_ANEW, LifeStep, Profile, Task
from hrd_cases.cases.facts import level_for_ending
from hrd_cases.cases.file import HAND_TO, File
from hrd_cases.cases.life import IN_HAND, UNDERWAY, Act, Effect, Offer
from hrd_cases.cases.needs import Actor, Facts, Need
from hrd_cases.cases.tasks import pass_on, raise_task
from hrd_cases.cases.telling import heads_of, tell
from hrd_cases.cases.words import headline
from hrd_cases.cases.writing import correct, locked_file, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.offices.colleagues import kept_out
from hrd_cases.outbox.plan import cancel

TYPED = LifeStep(act="", before="", after="", reason="-", outcome="-", feedback="-", referral="-", next_on=date.max)
"""Everything that an act may ask for."""
RELEASED = "released"
_STILL_HELD = (
    N_("Nothing says since when they are free."),
    N_("Say since when they are free, or choose another outcome."),
)
_NOT_HANDED_OVER = (
    N_("A file in this state is not handed over."),
    N_("Acknowledge one that has arrived: that makes it yours. One that is over can be reopened."),
)


def facts_of(by: Visitor, file: File, given: LifeStep) -> Facts:
    """What the needs of an act look at: the file as it stands, and what was typed for this act."""
    today, asked = by.local_day, file.asked_to_close
    return Facts(
        today=today,
        country_and_urgency=bool(file.profile.country and file.case.urgency),
        own_office_covers=True,
        level=level_for_ending(file, by.member_id),
        reason=bool(given.reason),
        referral=bool(given.referral),
        next_date=given.next_on is not None and given.next_on > today,
        outcome=bool(given.outcome),
        feedback=bool(given.feedback),
        open_things=len(still_open(file)),
        asked=asked is not None,
        asked_by_me=asked is not None and asked.entry.author_id == by.member_id,
        closed_on=file.closed_on,
    )


def still_open(file: File) -> list[Open]:
    """Actions that have not ended, and what other rooms hold open: a file with anything is not closed."""
    actions = [one for one in file.actions if one.said.is_open]
    ids = [{"case_id": file.case.id, "entry_id": one.id} for one in actions]
    own = (Open(partial(headline, one.said), "cases.action", at) for one, at in zip(actions, ids, strict=True))
    return [*own, *file.brought.open]


def actor_of(by: Visitor, file: File) -> Actor:
    return Actor(by.roles_in(file.case.office_id))


def offers(by: Visitor, file: File) -> list[Offer]:
    """What this member may do with a file in its state; what is still to be typed counts as given."""
    actor, facts = actor_of(by, file), facts_of(by, file, TYPED)
    found = life.offers(file.state(by.local_day), actor, facts)
    hidden = {Act.TRANSFER, Act.ANONYMISE}
    hidden |= {Act.CLOSE} if not Need.HEAD_AGREES.met(facts, actor) else {Act.ASK_CLOSE}
    # While it waits for the head, nobody asks again, and the head has one way: to decide on what was asked.
    decides = any(offer.act is Act.SEND_BACK for offer in found)
    hidden |= {Act.ASK_CLOSE} if facts.asked else {Act.CONFIRM_CLOSE, Act.SEND_BACK}
    hidden |= {Act.CLOSE} if facts.asked and decides else set()
    return [offer for offer in found if offer.act not in hidden]


def refused(by: Visitor, file: File, act: Act) -> Refused | None:
    """Why this member cannot do it, whatever they type: who can, or what to do instead. None if they can."""
    return life.refusal(file.state(by.local_day), act, actor_of(by, file), facts_of(by, file, TYPED))


def take_step(session: Session, by: Visitor, file: File, act: Act, given: LifeStep, now: datetime) -> LifeStep:
    """Carry out one act of the table. Refused with the table's sentence: who can, or what to do instead."""
    file = locked_file(session, file.case)
    case = file.case
    before = file.state(by.local_day)
    row = life.step(before, act, actor_of(by, file), facts_of(by, file, given))
    if act in (Act.CLOSE, Act.ASK_CLOSE):
        _released(session, by, file, given, now)
    case.state = row.after.value
    told = _follow(session, by, file, row.effects, now)
    steps = {"act": act.value, "before": before.value, "after": row.after.value}
    taken = msgspec.structs.replace(given, **steps, reminders=told)
    write(session, by, case, taken, now)
    record(session, Event.CASE_STEPPED, case=case.id, act=act.value)
    touched(session, by, case)
    if (before in UNDERWAY) is not (row.after in UNDERWAY):
        others_touched(session, by, case)
    return taken


def _released(session: Session, by: Visitor, file: File, given: LifeStep, now: datetime) -> None:
    """Whoever was released is held no more: the file never says both."""
    standing = file.last(Profile)
    if standing is None or not standing.said.detained or file.died is not None:
        return
    if given.outcome == RELEASED and given.released_on is None:
        raise Refused.of(_STILL_HELD)
    if given.released_on is not None:
        free = {"detained": False, "lawyer_access": "unknown", "family_access": "unknown"}
        correct(session, by, file, standing.entry.id, msgspec.structs.replace(standing.said, **free), now)


def _follow(
    session: Session, by: Visitor, file: File, effects: Collection[StrEnum], now: datetime
) -> tuple[uuid.UUID, ...]:
    """What an act brings about beside the new state; reminders that it planned. Reviews, contacts and archiving follow
    from the state by themselves: they are reckoned, not planned.
    """
    case = file.case
    if file.asked_to_close is not None:
        # Whatever is done with the file now: what was asked before waits no longer.
        cancel(session, file.asked_to_close.said.reminders)
    if Effect.BECOMES_OFFICER in effects:
        pass_on(session, by, file, case.officer_id, by.member_id, now)
        case.officer_id = by.member_id
    if Effect.CLOCKS_CANCELLED in effects:
        clocks.acknowledged(session, case.id, now)
    if Effect.REMINDERS_CANCELLED in effects:
        cancel(session, [reminder for action in file.actions for reminder in action.said.reminders])
    if Effect.REVIEW_DUE_NOW in effects:
        raise_task(session, by, case, Task(what="", rule=ASSESS_ANEW, due_on=by.local_day, for_id=by.member_id), now)
    return tell(session, heads_of(by, case, now), now) if Effect.HEAD_TOLD in effects else ()


def may_have(session: Session, by: Visitor, file: File, now: datetime) -> frozenset[uuid.UUID]:
    """To whom a file may be handed: who does casework in its office, and is not kept out."""
    charter = by.charters.of(file.case.office_id)
    return charter.caseworkers(now) - kept_out(session, charter.office_id)


def hand_to(session: Session, by: Visitor, file: File, member_id: uuid.UUID, now: datetime) -> None:
    """Make a colleague of the office the file's officer. Refused for anybody who works on no cases there."""
    if member_id not in may_have(session, by, file, now):
        raise Refused(N_("They do no casework in this office."), N_("Choose its officer, deputy or head."))
    file = locked_file(session, file.case)
    case = file.case
    state = file.state(by.local_day).value
    if state not in IN_HAND:
        raise Refused.of(_NOT_HANDED_OVER)
    if case.officer_id == member_id:
        raise Refused(N_("The file is theirs already."), N_("Choose another colleague."))
    pass_on(session, by, file, case.officer_id, member_id, now)
    case.officer_id = member_id
    write(session, by, case, LifeStep(act=HAND_TO, before=state, after=state, officer_id=member_id), now)
    record(session, Event.CASE_STEPPED, case=case.id, act=HAND_TO)
    touched(session, by, case)
