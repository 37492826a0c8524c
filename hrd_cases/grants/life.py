"""The life of a grant: one declared table that the code runs, the database enforces, the tests enumerate and the
documentation prints (DOMAIN §5).

draft → submitted → (assessed) → verified → approved | returned | rejected → committed → released → paid → receipts
due → closed; withdrawn, cancelled, recovery. Each instalment is released by itself: after a part is paid the grant is
committed again. `printed` prints it with what follows from each act. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from hrd_cases import lives
from hrd_cases.errors import N_
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.duties import CAPACITIES, NEVER_BOTH, NOT_FOR_A_HEAD, OUT_OF_TURN, Bar, Capacity, Duty
from hrd_cases.grants.needs import WHO_CAN, Apart, HereFirst, Need, Who


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASSESSED = "assessed"
    VERIFIED = "verified"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    COMMITTED = "committed"
    RELEASED = "released"
    PAID = "paid"
    RECEIPTS_DUE = "receipts_due"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    RECOVERY = "recovery"


WRITTEN_IN = (State.DRAFT, State.RETURNED)
"""What is asked for is being written: it may say something else than was signed."""
ASKED_FOR = (State.SUBMITTED, State.ASSESSED, State.VERIFIED)
"""Somebody has to decide: the clock runs."""
GRANTED = (State.APPROVED, State.COMMITTED, State.RELEASED)
"""Approved, and not all of it is paid."""
ON_THE_WAY = (*ASKED_FOR, *GRANTED)
CLOSED_FROM = (State.RECEIPTS_DUE, State.RECOVERY)
ENDED = (State.REJECTED, State.CLOSED, State.WITHDRAWN, State.CANCELLED)


class Act(StrEnum):
    SUBMIT = "submit"
    CHANGE = "change"
    ASSESS = "assess"
    VERIFY = "verify"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    APPROVE_LESS = "approve_less"
    FAST_APPROVE = "fast_approve"
    RETURN = "return"
    REJECT = "reject"
    COUNTERSIGN = "countersign"
    BACK_TO_APPROVAL = "approve_anew"
    COMMIT = "commit"
    RELEASE = "release"
    PAY = "pay"
    PAY_PART = "pay_part"
    STOP = "stop"
    ARRIVE = "arrive"
    RECEIPT = "receipt"
    ASK_BACK = "ask_back"
    TAKE_BACK = "take_back"
    CLOSE = "close"
    ASK = "ask"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


APPROVING = (Act.APPROVE, Act.APPROVE_LESS, Act.FAST_APPROVE)
PAYING = (Act.PAY, Act.PAY_PART)
ASKING = (Act.SUBMIT, Act.CHANGE)
OWN_SUM = (*ASKING, *APPROVING)
"""Acts that say how much the grant is."""
_SECOND = (Act.VERIFY, Act.COUNTERSIGN, Act.BACK_TO_APPROVAL)
"""Finance, or a headquarters approver for it, has looked at every check."""


Row = lives.Row[State, Act]
Offer = lives.Offer[Act]


class Rule(NamedTuple):
    """An act: from which states to which, which duty it is, who may take it, what it needs."""

    moves: dict[State, State]
    duty: Duty | None
    who: Who
    needs: tuple[Need, ...] = ()


def _to(after: State, *before: State) -> dict[State, State]:
    return dict.fromkeys(before, after)


def _stay(*states: State) -> dict[State, State]:
    return {state: state for state in states}


_PAYS = (Need.RATE_KNOWN, Need.WITHIN_CEILING, Need.ROOM, Need.CONSENT, Need.SECOND_OR_SMALL, Need.PROOF)
_APPROVES = (Need.TESTS, Need.NOT_TWICE, Need.RATE_KNOWN, Need.WITHIN_CEILING, Need.ROOM)
_BEFORE_PAID = (State.DRAFT, State.RETURNED, *ON_THE_WAY)

RULES: dict[Act, Rule] = {
    Act.SUBMIT: Rule(
        _to(State.SUBMITTED, State.DRAFT, State.RETURNED), Duty.REQUEST, Who.REQUESTERS, (Need.COMPLETE, Need.CONSENT)
    ),
    Act.CHANGE: Rule(_to(State.SUBMITTED, *ON_THE_WAY), Duty.REQUEST, Who.REQUESTERS, (Need.CHANGED, Need.COMPLETE)),
    Act.ASSESS: Rule(_to(State.ASSESSED, State.SUBMITTED), Duty.ASSESS, Who.ASSESSORS, (Need.TESTS,)),
    Act.VERIFY: Rule(
        _to(State.VERIFIED, State.SUBMITTED, State.ASSESSED),
        Duty.VERIFY,
        Who.FINANCE,
        (Need.CHECKED, Need.RATE_KNOWN, Need.WITHIN_CEILING),
    ),
    Act.SEND_BACK: Rule(
        _to(State.RETURNED, State.SUBMITTED, State.ASSESSED, State.APPROVED, State.RELEASED),
        Duty.VERIFY,
        Who.FINANCE,
        (Need.REASON,),
    ),
    Act.APPROVE: Rule(_to(State.APPROVED, State.VERIFIED), Duty.DECIDE, Who.APPROVERS, _APPROVES),
    Act.APPROVE_LESS: Rule(_to(State.APPROVED, State.VERIFIED), Duty.DECIDE, Who.APPROVERS, (Need.LESS, *_APPROVES)),
    Act.FAST_APPROVE: Rule(
        _to(State.APPROVED, State.SUBMITTED, State.ASSESSED),
        Duty.DECIDE,
        Who.APPROVERS,
        (Need.CRITICAL, Need.NONE_UNSIGNED, *_APPROVES),
    ),
    Act.RETURN: Rule(_to(State.RETURNED, *ASKED_FOR, State.COMMITTED), Duty.DECIDE, Who.APPROVERS, (Need.REASON,)),
    Act.REJECT: Rule(_to(State.REJECTED, *ASKED_FOR), Duty.DECIDE, Who.APPROVERS, (Need.REASON, Need.NOTHING_PAID)),
    Act.COUNTERSIGN: Rule(
        _stay(State.RETURNED, *ASKED_FOR, *GRANTED, State.PAID, *CLOSED_FROM),
        Duty.COUNTERSIGN,
        Who.SECONDS,
        (Need.NOT_SIGNED_YET, Need.CHECKED),
    ),
    Act.BACK_TO_APPROVAL: Rule(
        _to(State.VERIFIED, State.APPROVED, State.RELEASED), Duty.VERIFY, Who.FINANCE, (Need.OVER_CEILING, Need.CHECKED)
    ),
    Act.COMMIT: Rule(_to(State.COMMITTED, State.APPROVED), Duty.COMMIT, Who.FINANCE),
    Act.RELEASE: Rule(
        _to(State.RELEASED, State.COMMITTED), Duty.RELEASE, Who.APPROVERS, (Need.AMOUNT, Need.SECOND_OR_SMALL)
    ),
    Act.PAY: Rule(_to(State.PAID, State.RELEASED), Duty.PAY, Who.FINANCE, _PAYS),
    Act.PAY_PART: Rule(_to(State.COMMITTED, State.RELEASED), Duty.PAY, Who.FINANCE, (Need.AMOUNT, *_PAYS)),
    Act.STOP: Rule(_to(State.PAID, State.RETURNED, *ON_THE_WAY), None, Who.STOPPERS, (Need.REASON, Need.SOME_PAID)),
    Act.ARRIVE: Rule(_to(State.RECEIPTS_DUE, State.PAID), None, Who.COLLECTORS),
    Act.RECEIPT: Rule(_stay(State.RECEIPTS_DUE, State.RECOVERY), None, Who.COLLECTORS, (Need.RECEIPTS, Need.AMOUNT)),
    Act.ASK_BACK: Rule(
        _to(State.RECOVERY, State.PAID, State.RECEIPTS_DUE, State.CLOSED), None, Who.MONEY, (Need.REASON, Need.AMOUNT)
    ),
    Act.TAKE_BACK: Rule(_stay(State.RECOVERY), None, Who.FINANCE, (Need.AMOUNT,)),
    Act.CLOSE: Rule(_to(State.CLOSED, *CLOSED_FROM), Duty.CLOSE, Who.CLOSERS, (Need.SETTLED, Need.SECOND_SIGNED)),
    Act.ASK: Rule(_stay(*ON_THE_WAY), None, Who.ANYBODY, (Need.QUESTION,)),
    Act.ANSWER: Rule(_stay(*ON_THE_WAY), None, Who.REQUESTERS, (Need.ASKED,)),
    Act.WITHDRAW: Rule(_to(State.WITHDRAWN, *_BEFORE_PAID), None, Who.REQUESTERS, (Need.NOTHING_PAID,)),
    Act.CANCEL: Rule(_to(State.CANCELLED, *_BEFORE_PAID), None, Who.STOPPERS, (Need.REASON, Need.NOTHING_PAID)),
}


def _apart(duty: Duty | None) -> tuple[Any, ...]:
    """What the separation of duties needs of whoever takes a step: the most telling reason first."""
    if duty is None:
        return ()
    reasons = set(NEVER_BOTH[duty].values())
    reasons |= {Bar.ACTS_FOR_REQUESTER} if duty in NOT_FOR_A_HEAD else set()
    reasons |= set() if duty in OUT_OF_TURN else {Bar.CONSECUTIVE}
    at_headquarters = Capacity.HEADQUARTERS_APPROVER in CAPACITIES[duty]
    return (*(Apart(duty, why) for why in Bar if why in reasons), *([HereFirst(duty)] if at_headquarters else []))


def _row(before: State, act: Act) -> Row:
    rule = RULES[act]
    own = (Need.OWN_DRAFT,) if before is State.DRAFT else ()
    return Row(before, act, rule.moves[before], rule.who, (*_apart(rule.duty), *own, *rule.needs), ())


FAST_FROM = tuple(RULES[Act.FAST_APPROVE].moves)
"""What is critical may be decided here, before finance has verified it."""
TABLE: tuple[Row, ...] = tuple(_row(before, act) for act in Act for before in RULES[act].moves)

ONLY = {
    Act.SUBMIT: N_("A request is submitted when it was drafted or returned. Change one that is on its way."),
    Act.CHANGE: N_("The payee and the sum are changed before it is paid. A draft is written until it is submitted."),
    Act.ASSESS: N_("Only what was submitted is assessed, before finance verifies it."),
    Act.VERIFY: N_("Only what was submitted or assessed is verified."),
    Act.SEND_BACK: N_("Finance sends back what it has to verify, commit or pay."),
    Act.APPROVE: N_(
        "Only what finance has verified is approved. Where the risk is critical the head may do it before."
    ),
    Act.APPROVE_LESS: N_("Only what finance has verified is approved."),
    Act.FAST_APPROVE: N_("Only what is not verified yet is approved before it is verified."),
    Act.RETURN: N_("Whoever decides returns what is submitted or committed. Finance sends back what lies with it."),
    Act.REJECT: N_("Only what is not decided yet is rejected. One that was approved can be cancelled."),
    Act.COUNTERSIGN: N_("The second signature follows an approval."),
    Act.BACK_TO_APPROVAL: N_("Only what is approved and lies with finance goes back to approval."),
    Act.COMMIT: N_("Only what was approved is committed, once."),
    Act.RELEASE: N_("Only what is committed is released."),
    Act.PAY: N_("Only what was released is paid."),
    Act.PAY_PART: N_("Only what was released is paid."),
    Act.STOP: N_("Paying is stopped before all of it is paid."),
    Act.ARRIVE: N_("Money arrives after it was paid."),
    Act.RECEIPT: N_("Receipts are recorded once the money has arrived."),
    Act.ASK_BACK: N_("Only what was paid is asked back."),
    Act.TAKE_BACK: N_("Money comes back after it was asked back."),
    Act.CLOSE: N_("A grant is closed when receipts are due, or the money came back."),
    Act.ASK: N_("Questions are asked of what is on its way."),
    Act.ANSWER: N_("Questions are answered while the grant is on its way."),
    Act.WITHDRAW: N_("A grant is withdrawn before it is paid. After that the money can be asked back."),
    Act.CANCEL: N_("A grant is cancelled before it is paid. After that the money can be asked back."),
}

_HEADING = """# The life of a grant

Printed from the table in `hrd_cases/grants/life.py` that the code runs (`python -m hrd_cases.grants.printed >
docs/grant-life.md`); a test compares. What follows is read off the code too: ledger, turns, clock. What is in no
line is refused, with a sentence that says who can or what to do instead. The database refuses it too
(`hrd_cases/grants/guards.py`). What lies in which sleeve, and why it is as it is, stands in [grants.md](grants.md).
"""
LABELS = CODES["grant_state"].labels
IN_THIS_STATE = N_("This cannot be done with a grant in the state “%(state)s”.")
LIFE: lives.Life[State, Act] = lives.Life(
    TABLE,
    lives.Words(
        states=LABELS,
        acts=CODES["grant_act"].labels,
        only=ONLY,
        who_can=WHO_CAN,
        in_this_state=IN_THIS_STATE,
        not_theirs=N_("You may not do this with the grant."),
        who_in_short={
            Who.REQUESTERS: "officer, deputy, head of the office",
            Who.ASSESSORS: "officer, deputy",
            Who.FINANCE: "finance",
            Who.APPROVERS: "head, acting head; headquarters approver",
            Who.SECONDS: "finance; headquarters approver",
            Who.CLOSERS: "head, acting head, finance; headquarters approver",
            Who.ANYBODY: "officer, finance, head; headquarters approver",
            Who.COLLECTORS: "officer, finance",
            Who.STOPPERS: "officer, head; headquarters approver",
            Who.MONEY: "finance, head; headquarters approver",
        },
        heading=_HEADING,
    ),
)
row, step, refusal, offers = LIFE.row, LIFE.step, LIFE.refusal, LIFE.offers


def at_headquarters(state: State) -> frozenset[Duty]:
    """What an approver at headquarters may do in this state, where nobody in the office is free to."""
    needs = (need for one in TABLE if one.before is state for need in one.needs)
    return frozenset(need.duty for need in needs if isinstance(need, HereFirst))


def second_signed(acts: Sequence[Act]) -> bool:
    """Of the steps of a grant: has finance, or headquarters for it, looked at every check since it was approved before
    that? Nothing is missing of one that was never on the fast track.
    """
    told = [act for act in acts if act is Act.FAST_APPROVE or act in _SECOND]
    return told[-1:] != [Act.FAST_APPROVE]


def unsigned(acts: Sequence[Act], state: State) -> bool:
    """Is money of it granted or paid that no second has signed for? Whatever was done with it since: the one rule by
    which the second signature is missing.
    """
    out = state in GRANTED or any(act in PAYING for act in acts)
    return out and not second_signed(acts)
