"""Acts on a grant, as the table of `life` says: what is needed, who may, what follows. Each is on what was read, with
the grant held and read anew; the signed step, what it writes in the ledger, what was said with it and what the trail
tells of it stand together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.card import touched
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.grants import ledger, life, steps
from hrd_cases.grants.answering import send_home
from hrd_cases.grants.books import check_books, tell
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Payment, Story, Told
from hrd_cases.grants.duties import Capacity, Duty
from hrd_cases.grants.funds import paid_when
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import RULES, Act, Offer
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.money import exact
from hrd_cases.grants.needs import Actor, Apart, HereFirst, Need, Who
from hrd_cases.grants.opened import Opened, actor_of, open_grant
from hrd_cases.grants.signing import encoded, salted
from hrd_cases.grants.steps import Taken
from hrd_cases.grants.turns import came_back, open_sum
from hrd_cases.grants.weighing import Given, Weighing
from hrd_cases.vault.envelope import random_bytes

FOR_FINANCE = (
    Act.VERIFY,
    Act.SEND_BACK,
    Act.COUNTERSIGN,
    Act.BACK_TO_APPROVAL,
    Act.COMMIT,
    *life.PAYING,
    Act.RECEIPT,
    Act.ASK_BACK,
    Act.TAKE_BACK,
)
"""What is said with these finance reads, whoever says it: it lies in the payments sleeve."""

_A_NO = (
    N_("One of the three tests is answered with no."),
    N_("Reject it, or return it and say what is missing."),
)
_OTHER_CURRENCY = (
    N_("A part of this grant was paid in another currency."),
    N_("Pay no more of it, and ask for the rest in a new request."),
)
_NOT_AS_MUCH = (
    N_("This is more than is left of the grant."),
    N_("Write a smaller sum."),
)
_MORE_THAN_OPEN = (
    N_("This is more than is not accounted for yet."),
    N_("Write so much of it as was paid from this grant."),
)
_MORE_THAN_IS_OUT = (
    N_("This is more than was paid and has not come back."),
    N_("Write what came: look at the zeros again."),
)
_MORE_THAN_PAID = (
    N_("This is more than was paid."),
    N_("Ask back what was paid, or less."),
)


class Acted(NamedTuple):
    """What an act wrote. `told` and `salt`: what was said with it and what its hash is salted with."""

    step: GrantStep
    told: Told
    salt: bytes


def offers(session: Session, by: Visitor, opened: Opened, now: datetime) -> list[Offer]:
    """What this member may do with a grant now; what is still to be typed counts as given."""
    actor = actor_of(by, opened.grant.office_id)
    rows = (life.row(opened.state, act) for act in Act)
    theirs = [row.act for row in rows if row is not None and row.who.allows(actor)]
    return refusals(weighed(session, by, opened, now), theirs)


def weighed(session: Session, by: Visitor, opened: Opened, now: datetime) -> Weighing:
    """A grant, for acts of which nothing was typed yet."""
    return Weighing(session, by, opened, Act.SUBMIT, Given(untyped=True), now)


def refusals(weighing: Weighing, of: Iterable[Act]) -> list[Offer]:
    """These acts, each with why this member cannot do it, whatever they type: who can, or what to do instead."""
    actor = actor_of(weighing.by, weighing.opened.grant.office_id)
    return [Offer(act, _refusal(weighing.of(act), actor)) for act in of]


class Kept(NamedTuple):
    """Acts that this reader may not take for one reason: why, and who can."""

    acts: tuple[Act, ...]
    refused: Refused


def by_reason(offers: Iterable[Offer]) -> list[Kept]:
    """Acts that are refused, those of one reason together."""
    found: dict[tuple[object, ...], Kept] = {}
    for one in offers:
        if one.refused is not None:
            said = one.refused.said()
            kept = found.get(said, Kept((), one.refused))
            found[said] = kept._replace(acts=(*kept.acts, one.act))
    return list(found.values())


def refused(session: Session, by: Visitor, opened: Opened, act: Act, now: datetime) -> Refused | None:
    """Why this member cannot do it, whatever they type. None if they can."""
    return refusals(weighed(session, by, opened, now), [act])[0].refused


def take_act(
    session: Session, by: Visitor, grant: Grant, made_from: int, act: Act, given: Given, now: datetime
) -> Acted:
    """Carry out one act of the table on a grant as it was read: `made_from` is how many steps it had.

    Refused with a sentence: who can, or what to do instead. Raises Changed if somebody took a step first.
    """
    if act in life.APPROVING:
        ledger.hold_office(session, grant.office_id)  # what was granted to the same person before is looked at once
    opened = held(session, by, grant)
    if made_from != len(opened.steps):
        raise Changed("somebody took a step of this grant first")
    actor = actor_of(by, grant.office_id)
    weighing = Weighing(session, by, opened, act, given, now)
    reason = _refusal(weighing, actor)
    if reason is not None:
        raise reason
    _check_given(weighing)
    _check_books(weighing)
    told, salt = _tell(weighing)
    taken = Taken(
        act,
        _capacity(actor, act),
        weighing.worth,
        opened.payee,
        salted("texts", salt, told),
        weighing.envelope.id if act in life.APPROVING else None,
        made_from,
    )
    step = steps.take(session, By(by.member_id, by.ring.keys), grant.id, taken, now)
    record(session, Event.GRANT_STEP_TAKEN, grant=grant.id, number=step.number)
    if step.envelope_id is not None:
        tell(session, step.envelope_id)
    if step.capacity == Capacity.HEADQUARTERS_APPROVER:
        send_home(session, by, by.charters.headquarters_id, grant, told, salt, now)
    if weighing.file is not None:
        touched(session, by, weighing.file.case)  # its card says what is due; after finance whoever comes by writes it
    return Acted(step, told, salt)


def held(session: Session, by: Visitor, grant: Grant) -> Opened:
    """The grant as it is now that nobody else acts on it."""
    hold(session, grant)
    return open_grant(session, grant, by.charters)


def hold(session: Session, grant: Grant) -> None:
    """Nobody else acts on it, or writes in it, until this is over; it is read anew."""
    session.flush()
    session.refresh(grant, with_for_update=True)


def _refusal(weighing: Weighing, actor: Actor) -> Refused | None:
    """Why it cannot be done; where both sums say more than the table does, with both."""
    row = life.row(weighing.opened.state, weighing.act)
    if row is None or not row.who.allows(actor):
        return life.refusal(weighing.opened.state, weighing.act, actor, None)
    if weighing.act in life.APPROVING:
        weighing.check_fund()
    facts = weighing.facts()
    missing = next((need for need in row.needs if not need.met(facts, actor)), None)
    duty = RULES[weighing.act].duty
    at_headquarters = duty is not None and actor.capacity(duty) is Capacity.HEADQUARTERS_APPROVER
    if at_headquarters and weighing.no_answer is not None and not isinstance(missing, Apart | HereFirst):
        return weighing.no_answer
    if missing is Need.WITHIN_CEILING:
        return weighing.over_ceiling() or missing.refused()
    return missing.refused() if missing is not None else None


def _capacity(actor: Actor, act: Act) -> Capacity:
    """As what they take it. What is no duty is taken as what lets them take it."""
    rule = RULES[act]
    if rule.duty is not None:
        as_ = actor.capacity(rule.duty)
    elif rule.who in (Who.FINANCE, Who.MONEY):
        as_ = actor.capacity(Duty.VERIFY) or actor.capacity(Duty.DECIDE)
    else:
        as_ = actor.capacity(Duty.REQUEST) or actor.capacity(Duty.VERIFY) or actor.capacity(Duty.DECIDE)
    assert as_ is not None  # noqa: S101 - the table lets nobody else
    return as_


# -- sealed


def _tell(weighing: Weighing) -> tuple[Told, bytes]:
    """Seal what was said with a step where whoever has to read it can, and say by which salt its hash is made."""
    opened, given, act = weighing.opened, weighing.given, weighing.act
    grant, asking = opened.grant, act in life.ASKING
    _keep_request(weighing)
    story, payment = opened.story, opened.payment
    request = encoded(msgspec.structs.replace(story, told=())) if asking and story is not None else b""
    told = Told(
        step=len(opened.steps) + 1,
        code=given.code,
        text=given.text.strip(),
        answers=given.answers,
        request=request,
        paid_on=weighing.paid_on,
        reference=given.reference.strip() if act in life.PAYING else "",
    )
    if payment is not None and _is_for_finance(opened, act):
        _seal(opened, payment=msgspec.structs.replace(payment, told=(*payment.told, told)))
        return told, grant.payment_salt
    if story is not None:
        _seal(opened, story=msgspec.structs.replace(story, told=(*story.told, told)))
        return told, grant.story_salt
    return told, random_bytes(32)


def _is_for_finance(opened: Opened, act: Act) -> bool:
    """An answer lies where the question does: so whoever asked can read it."""
    if opened.story is None or act in FOR_FINANCE:
        return True
    if act is not Act.ANSWER or opened.payment is None:
        return False
    question = opened.told(Act.ASK)
    return question is not None and question in opened.payment.told


def _keep_request(weighing: Weighing) -> None:
    """What is asked for as it stands now: the payee among those that were signed, whether the defender agrees, and by
    which clock it is decided. For whoever has the file: finance has neither the story nor what the file says.
    """
    opened, before = weighing.opened, weighing.opened.payment
    payment, story = weighing.payment, weighing.story
    if payment is None or story is None:
        return
    kept = before.payees if before is not None else ()
    asks = weighing.act in life.ASKING
    payees = (*kept, payment.to) if asks and payment.to not in kept[-1:] else kept
    now = {"payees": payees, "agreed": weighing.agreed(), "critical": weighing.critical}
    _seal(opened, story=story, payment=msgspec.structs.replace(payment, **now))


def _seal(opened: Opened, *, story: Story | None = None, payment: Payment | None = None) -> None:
    if story is not None and story != opened.story:
        opened.story = opened.grant.story = story
    if payment is not None and payment != opened.payment:
        opened.payment = opened.grant.payment = payment


# -- checked


def _check_given(weighing: Weighing) -> None:
    act, given, opened = weighing.act, weighing.given, weighing.opened
    if act is Act.REJECT:
        CODES["reject_reason"].check(given.code, given.text)
    if act is Act.RECEIPT and given.code:
        CODES["accounted_by"].check(given.code, given.text)
    if act in life.APPROVING and any(not one.yes for one in given.answers):
        raise Refused.of(_A_NO)
    _check_amount(weighing)
    if act in (*life.ASKING, *life.APPROVING) and (late := weighing.too_late()) is not None:
        raise late
    if weighing.paid_on is not None:
        _check_day(weighing, weighing.paid_on)
    if opened.paid_out and weighing.currency != opened.steps[-1].currency:
        raise Refused.of(_OTHER_CURRENCY)


def _check_amount(weighing: Weighing) -> None:
    act, amount, opened = weighing.act, weighing.amount, weighing.opened
    if weighing.given.amount is not None:
        exact(weighing.given.amount, weighing.currency)
    if act is Act.RELEASE and amount > weighing.left:
        raise Refused.of(_NOT_AS_MUCH)
    if act is Act.RECEIPT and amount > open_sum(opened.steps):
        raise Refused.of(_MORE_THAN_OPEN)
    if act is Act.ASK_BACK and amount > opened.paid_out:
        raise Refused.of(_MORE_THAN_PAID)
    if act is Act.TAKE_BACK and amount > opened.paid_out - came_back(opened.steps):
        raise Refused.of(_MORE_THAN_IS_OUT)


def _check_day(weighing: Weighing, paid_on: date) -> None:
    reason = paid_when(paid_on, weighing.approved_on or weighing.today, weighing.today)
    if reason is not None:
        raise reason


def _check_books(weighing: Weighing) -> None:
    """Before money is given, and before it goes out. Taking back waits for nothing that is damaged."""
    act, steps = weighing.act, weighing.opened.steps
    envelope_id = weighing.envelope.id if act in life.APPROVING else steps[-1].envelope_id if steps else None
    if envelope_id is not None and act in (*life.APPROVING, Act.COMMIT, Act.RELEASE, *life.PAYING):
        check_books(weighing.session, envelope_id, weighing.by.charters)
