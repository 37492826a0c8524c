"""A file taken from one state to another, as the table of `life` says: what is needed, who may, what follows."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import clocks, life
from hrd_cases.cases.details import LifeStep
from hrd_cases.cases.file import File
from hrd_cases.cases.life import Act, Actor, Effect, Facts, Offer
from hrd_cases.cases.summary import touched
from hrd_cases.cases.work import lock_case, write
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.roles import CASEWORKERS


def facts_of(file: File, today: date, given: LifeStep) -> Facts:
    """What the needs of an act look at: the file as it stands, and what was typed for this act."""
    return Facts(
        today=today,
        country_and_urgency=bool(file.profile.country and file.case.urgency),
        own_office_covers=True,
        level=file.risk.said.level if file.risk is not None else None,
        reason=bool(given.reason),
        referral=bool(given.referral),
        next_date=given.next_on is not None and given.next_on > today,
        outcome=bool(given.outcome),
        feedback=bool(given.feedback),
        open_things=sum(1 for one in file.actions if one.said.state == "planned"),
        closed_on=file.closed_on,
    )


def actor_of(by: Visitor, file: File) -> Actor:
    return Actor(by.roles_in(file.case.office_id))


def offers(by: Visitor, file: File, today: date) -> list[Offer]:
    """What this member may do with a file in its state; what is still to be typed counts as given."""
    typed = LifeStep(act="", before="", after="", reason="-", outcome="-", feedback="-", referral="-", next_on=date.max)
    found = life.offers(file.state(today), actor_of(by, file), facts_of(file, today, typed))
    return [offer for offer in found if offer.act not in (Act.TRANSFER, Act.ANONYMISE)]


def take_step(session: Session, by: Visitor, file: File, act: Act, given: LifeStep, now: datetime) -> LifeStep:
    """Carry out one act of the table. Refused with the table's sentence: who can, or what to do instead."""
    lock_case(session, file.case)
    before = file.state(by.today)
    row = life.step(before, act, actor_of(by, file), facts_of(file, by.today, given))
    case = file.case
    case.state = row.after.value
    if Effect.BECOMES_OFFICER in row.effects:
        case.officer_id = by.member_id
    if Effect.CLOCKS_CANCELLED in row.effects:
        clocks.acknowledged(session, case.id, now)
    taken = msgspec.structs.replace(given, act=act.value, before=before.value, after=row.after.value)
    write(session, by, case, taken, now)
    record(session, Event.CASE_STEPPED, case=case.id, act=act.value)
    touched(session, by, case)
    return taken


def hand_to(session: Session, by: Visitor, file: File, charter: Charter, member_id: uuid.UUID, now: datetime) -> None:
    """Make a colleague of the office the file's officer. Refused for anybody who works on no cases there."""
    if not charter.roles_of(member_id, now) & CASEWORKERS:
        raise Refused(N_("They do no casework in this office."), N_("Choose its officer, deputy or head."))
    lock_case(session, file.case)
    case = file.case
    case.officer_id = member_id
    state = case.state
    write(session, by, case, LifeStep(act="hand_to", before=state, after=state, officer_id=member_id), now)
    record(session, Event.CASE_STEPPED, case=case.id, act="hand_to")
    touched(session, by, case)
