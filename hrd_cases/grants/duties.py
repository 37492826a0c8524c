"""Who may not take which step of a grant, because of what they did before: the separation of duties, as one table that
the rules run, the database enforces (`guards`) and the documentation prints (DOMAIN §5). Pure.

Nobody takes two consecutive steps; whoever requested takes no other step; whoever verified or pays never approves or
releases. An office of three is enough: officer, finance, head.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role


class Duty(StrEnum):
    """What a step is in the chain. A question, receipts or a withdrawal is none: whoever works on it takes it."""

    REQUEST = "request"
    ASSESS = "assess"
    VERIFY = "verify"
    DECIDE = "decide"
    COUNTERSIGN = "countersign"
    COMMIT = "commit"
    RELEASE = "release"
    PAY = "pay"
    CLOSE = "close"


class Capacity(StrEnum):
    """As what somebody takes a step."""

    OFFICER = "officer"
    FINANCE = "finance"
    HEAD = "head"
    ACTING_HEAD = "acting_head"
    HEADQUARTERS_APPROVER = "headquarters_approver"


class Done(NamedTuple):
    """A step that was taken: which duty it was, by whom, as what."""

    duty: Duty
    person: uuid.UUID
    capacity: Capacity


class Bar(StrEnum):
    """Why somebody does not take a step."""

    REQUESTED = "requested"
    OTHER_STEP = "other_step"
    CONSECUTIVE = "consecutive"
    CONTROLS = "controls"
    DECIDES = "decides"
    ACTS_FOR_REQUESTER = "acts_for_requester"


_CONTROL = (Duty.VERIFY, Duty.COUNTERSIGN, Duty.PAY)
_DECISION = (Duty.DECIDE, Duty.RELEASE)

NEVER_BOTH: Mapping[Duty, Mapping[Duty, Bar]] = {
    **{duty: {Duty.REQUEST: Bar.REQUESTED} for duty in (Duty.ASSESS, Duty.COMMIT, Duty.CLOSE)},
    Duty.REQUEST: dict.fromkeys((duty for duty in Duty if duty is not Duty.REQUEST), Bar.OTHER_STEP),
    **{duty: {Duty.REQUEST: Bar.REQUESTED, **dict.fromkeys(_DECISION, Bar.DECIDES)} for duty in _CONTROL},
    **{duty: {Duty.REQUEST: Bar.REQUESTED, **dict.fromkeys(_CONTROL, Bar.CONTROLS)} for duty in _DECISION},
}
"""Of each duty, which others nobody of the same grant may have had, in any round of it, and why."""

OUT_OF_TURN = frozenset({Duty.COUNTERSIGN})
"""The second signature belongs beside the approval, whenever it comes: it is neither before nor after another step."""
MAY_FOLLOW_ITSELF = frozenset({Duty.REQUEST})
"""What was submitted may be corrected by whoever submitted it."""
NOT_FOR_A_HEAD = frozenset(_DECISION)
"""What an acting head does not do with a request of the head they act for."""

CAPACITIES: Mapping[Duty, frozenset[Capacity]] = {
    Duty.REQUEST: frozenset({Capacity.OFFICER, Capacity.HEAD, Capacity.ACTING_HEAD}),
    Duty.ASSESS: frozenset({Capacity.OFFICER}),
    Duty.VERIFY: frozenset({Capacity.FINANCE}),
    Duty.DECIDE: frozenset({Capacity.HEAD, Capacity.ACTING_HEAD, Capacity.HEADQUARTERS_APPROVER}),
    Duty.COUNTERSIGN: frozenset({Capacity.FINANCE, Capacity.HEADQUARTERS_APPROVER}),
    Duty.COMMIT: frozenset({Capacity.FINANCE}),
    Duty.RELEASE: frozenset({Capacity.HEAD, Capacity.ACTING_HEAD, Capacity.HEADQUARTERS_APPROVER}),
    Duty.PAY: frozenset({Capacity.FINANCE}),
    Duty.CLOSE: frozenset({Capacity.FINANCE, Capacity.HEAD, Capacity.ACTING_HEAD, Capacity.HEADQUARTERS_APPROVER}),
}
"""As what each duty is done."""


def bar(duty: Duty, person: uuid.UUID, capacity: Capacity, done: Sequence[Done]) -> Bar | None:
    """Why this person does not take a step of this duty, `done` being the steps so far; None if they may."""
    own = {one.duty for one in done if one.person == person}
    reason = next((why for other, why in NEVER_BOTH[duty].items() if other in own), None)
    if reason is not None:
        return reason
    acts = capacity is Capacity.ACTING_HEAD and duty in NOT_FOR_A_HEAD
    if acts and any((one.duty, one.capacity) == (Duty.REQUEST, Capacity.HEAD) for one in done):
        return Bar.ACTS_FOR_REQUESTER
    in_turn = [one for one in done if one.duty not in OUT_OF_TURN]
    if duty in OUT_OF_TURN or not in_turn or in_turn[-1].person != person:
        return None
    return None if duty is in_turn[-1].duty and duty in MAY_FOLLOW_ITSELF else Bar.CONSECUTIVE


def capacity_in(duty: Duty, roles: frozenset[Role], *, acting: bool) -> Capacity | None:
    """As what somebody with these roles in the office (or at headquarters) does a duty; None if they do not.

    `acting`: they have the head's role by acting for the head alone.
    """
    held = {Capacity.FINANCE} if Role.FINANCE in roles else set()
    if roles & HEADS:
        held.add(Capacity.ACTING_HEAD if acting else Capacity.HEAD)
    if roles & (CASEWORKERS - HEADS):
        held.add(Capacity.OFFICER)
    if Role.HEADQUARTERS_APPROVER in roles:
        held.add(Capacity.HEADQUARTERS_APPROVER)
    return next((one for one in _FIRST if one in held & CAPACITIES[duty]), None)


_FIRST = (
    Capacity.HEAD,
    Capacity.ACTING_HEAD,
    Capacity.FINANCE,
    Capacity.OFFICER,
    Capacity.HEADQUARTERS_APPROVER,
)
"""The head stays the head: what they request, nobody decides who acts for them."""


def somebody_free(duty: Duty, people: Iterable[tuple[uuid.UUID, Capacity]], done: Sequence[Done]) -> bool:
    """Is there one of these people of the office who may take a step of this duty? If nobody is, headquarters may."""
    return any(bar(duty, person, capacity, done) is None for person, capacity in people)


def assessed_apart(done: Sequence[Done]) -> bool:
    """Did somebody else assess than whoever decided last? If not, the approver answered the three tests: it is marked,
    and counted at headquarters.
    """
    deciders = [one.person for one in done if one.duty is Duty.DECIDE]
    return any(one.duty is Duty.ASSESS and one.person not in deciders[-1:] for one in done)
