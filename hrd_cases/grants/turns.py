"""Whose turn it is with a grant, and until when it has to be decided: read off its steps, for its page and for lists of
many. Pure.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.grants import funds, life
from hrd_cases.grants.duties import Capacity, Done, Duty, somebody_free
from hrd_cases.grants.life import ASKED_FOR, RULES, Act, State, second_signed


class Step(Protocol):
    """What is read of a step."""

    @property
    def act(self) -> str: ...
    @property
    def state_after(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class Acted(Protocol):
    """What is read of a step at the least."""

    @property
    def act(self) -> str: ...


class Sum(Acted, Protocol):
    """What is read of a step that moves money."""

    @property
    def amount(self) -> Decimal: ...


class Dated(Sum, Protocol):
    """The same, with its moment."""

    @property
    def at(self) -> datetime: ...


class Turn(StrEnum):
    """Who has to act next. `ASKER`: whoever asked for it, or another officer of the office."""

    ASKER = "asker"
    FINANCE = "finance"
    HEAD = "head"
    HEADQUARTERS = "headquarters"
    NOBODY = "nobody"


NEXT: dict[State, tuple[Turn, Duty | None]] = {
    State.DRAFT: (Turn.ASKER, Duty.REQUEST),
    State.SUBMITTED: (Turn.FINANCE, Duty.VERIFY),
    State.ASSESSED: (Turn.FINANCE, Duty.VERIFY),
    State.VERIFIED: (Turn.HEAD, Duty.DECIDE),
    State.APPROVED: (Turn.FINANCE, Duty.COMMIT),
    State.RETURNED: (Turn.ASKER, Duty.REQUEST),
    State.COMMITTED: (Turn.HEAD, Duty.RELEASE),
    State.RELEASED: (Turn.FINANCE, Duty.PAY),
    State.PAID: (Turn.ASKER, None),
    State.RECEIPTS_DUE: (Turn.ASKER, None),
    State.RECOVERY: (Turn.FINANCE, None),
}
"""Of each state that is no end: who acts next, and which duty that is."""
_ENDS: tuple[Turn, Duty | None] = (Turn.NOBODY, None)
AT_HEADQUARTERS = (Duty.DECIDE, Duty.RELEASE)
"""What headquarters does where nobody of the office may."""

People = Mapping[Duty, Sequence[tuple[uuid.UUID, Capacity]]]
"""Who of an office is there for each duty, and as what."""


SETTLING = (Act.RECEIPT, Act.TAKE_BACK)
"""What accounts for money that was paid: receipts, a declaration of so much, or that it came back."""


def unsettled(steps: Iterable[Sum]) -> Decimal:
    """What was paid and is not accounted for, in the currency it is paid in."""
    known = list(steps)
    return max(_sum_of(known, life.PAYING) - _sum_of(known, SETTLING), Decimal(0))


def receipts_due_on(steps: Sequence[Dated], calendar: OfficeCalendar) -> date | None:
    """Until when receipts for what was paid are due; None where all of it is accounted for, or nothing was paid."""
    paid = [calendar.day_of(one.at) for one in steps if one.act in life.PAYING]
    return funds.receipts_due_on(paid[-1]) if paid and unsettled(steps) else None


def asked_back(steps: Iterable[Sum]) -> Decimal:
    """What was asked back and did not come, in the currency it was paid in. Receipts brought after that account
    for it too, and so does a declaration why it cannot come.
    """
    left = Decimal(0)
    for one in steps:
        if one.act == Act.ASK_BACK:
            left += one.amount
        elif one.act in SETTLING:
            left = max(left - one.amount, Decimal(0))
    return left


def came_back(steps: Iterable[Sum]) -> Decimal:
    """What came back of what was paid, in the currency it was paid in."""
    return _sum_of(steps, (Act.TAKE_BACK,))


def open_sum(steps: Iterable[Sum]) -> Decimal:
    """What receipts, a declaration or money that comes back still have to account for; nothing: it can be closed."""
    known = list(steps)
    return max(unsettled(known), asked_back(known))


def settled(state: State, steps: Iterable[Sum]) -> bool:
    """Is all that was paid accounted for, and what was asked back there? Then a second signs, if none has; and it is
    closed.
    """
    return state in life.CLOSED_FROM and not open_sum(steps)


def to_close(state: State, steps: Sequence[Sum]) -> bool:
    """Is nothing left but to close it?"""
    return settled(state, steps) and second_signed([Act(one.act) for one in steps])


def left_of(steps: Sequence[Sum]) -> Decimal:
    """What of the sum that was asked for, or approved, last is not paid yet."""
    standing = next((place for place in reversed(range(len(steps))) if steps[place].act in life.OWN_SUM), None)
    return Decimal(0) if standing is None else steps[standing].amount - _sum_of(steps[standing:], life.PAYING)


def _sum_of(steps: Iterable[Sum], acts: Collection[Act]) -> Decimal:
    return sum((one.amount for one in steps if one.act in acts), Decimal(0))


def turn_of(
    state: State,
    done: Sequence[Done] = (),
    people: People | None = None,
    *,
    over: bool = False,
    unsigned: bool = False,
) -> Turn:
    """Who has to act next. Where `people` are known and nobody of them may decide or release, headquarters. `over`: all
    is accounted for (`settled`): finance signs as the second if that is missing (`unsigned`); then the head closes it,
    or finance where the head may not.
    """
    if over:
        return Turn.FINANCE if unsigned else _closer(done, people or {})
    who, duty = NEXT.get(state, _ENDS)
    if people is not None and duty in AT_HEADQUARTERS and not somebody_free(duty, people.get(duty, ()), done):
        return Turn.HEADQUARTERS
    return who


def _closer(done: Sequence[Done], people: People) -> Turn:
    there = people.get(Duty.CLOSE, ())
    if not people or somebody_free(Duty.CLOSE, [one for one in there if one[1] is not Capacity.FINANCE], done):
        return Turn.HEAD
    return Turn.FINANCE if somebody_free(Duty.CLOSE, there, done) else Turn.HEADQUARTERS


def question_open(steps: Iterable[Acted], state: State) -> bool:
    """Was something asked that nobody has answered, and that still can be?"""
    told = [one.act for one in steps if one.act in (Act.ASK, Act.ANSWER)]
    return state in RULES[Act.ANSWER].moves and told[-1:] == [Act.ASK]


class Clock(NamedTuple):
    """Since when somebody has to decide; `stopped_at` where they did, or it came to an end otherwise."""

    started_at: datetime
    stopped_at: datetime | None = None

    def due_at(self, calendar: OfficeCalendar, *, critical: bool) -> datetime:
        """Until when it should be decided."""
        return funds.decision_due_at(self.started_at, critical=critical, calendar=calendar)


def clock_of(steps: Iterable[Step]) -> Clock | None:
    """The clock that runs or ran last; None for what was never asked for. A question, an assessment, the checks of
    finance or a change never stop it: a decision does, a return, or the end of the grant.
    """
    clock: Clock | None = None
    for step in steps:
        waits = step.state_after in ASKED_FOR
        if waits and (clock is None or clock.stopped_at is not None):
            clock = Clock(step.at)
        elif not waits and clock is not None and clock.stopped_at is None:
            clock = clock._replace(stopped_at=step.at)
    return clock


def waits_for(state: State, places: Collection[Turn], *, critical: bool, unsigned: bool) -> bool:
    """Has somebody in one of these places something to do now? What is critical can be approved before it is verified;
    a second signature is finance's, beside the turns.
    """
    fast = critical and state in life.FAST_FROM and Turn.HEAD in places
    second = Turn.FINANCE in places and unsigned
    return NEXT.get(state, _ENDS)[0] in places or fast or second
