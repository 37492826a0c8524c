"""What makes a step of a grant, or an entry of the ledger, one of ours: a charter of its time seats whoever signed it
as what they took it, it follows the one before it, and the rules have it. Asked whenever a grant is opened and before
money is given, for whoever writes the tables takes the database's own guards out first; and offline, of an export.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Protocol

from hrd_cases.errors import Absent, Tampered
from hrd_cases.grants import life
from hrd_cases.grants.duties import CAPACITIES, Capacity, Duty, bar
from hrd_cases.grants.life import APPROVING, PAYING, Act, State
from hrd_cases.grants.signing import EntrySaid, Said, StepSaid, hash_of
from hrd_cases.grants.steps import NO_DUTY, Worth, cents_of, done_in
from hrd_cases.grants.sums import Entry, Kind, Sums, added, entries_of
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role

ALLOTS = frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_APPROVER})
"""Who of headquarters gives offices money, and moves it."""
AROUND = timedelta(minutes=10)
"""Clocks of two machines differ, and a request goes by the charters it began with."""
_STATES, _ACTS, _CAPACITIES = frozenset(State), frozenset(Act), frozenset(Capacity)
_DUTIES = frozenset[str]((*Duty, NO_DUTY))


def wrong_with(
    charters: Charters, office_id: uuid.UUID | None, said: StepSaid, signer: bytes, before: Sequence[StepSaid]
) -> Iterator[str]:
    """Why a step of an office's grant, after those `before` it, is none that was taken there; nothing if it is. Its
    signature is for the caller to check.
    """
    if not is_step(said):
        yield "this says nothing that a step can say"
        return
    yield from follows(said, before[-1] if before else None)
    if office_id is None or not seated_as(charters, said.capacity, office_id, said, signer):
        yield f"no charter of its time seats whoever took it as {said.capacity}"
    yield from _fits(said, before)


class Worded(Protocol):
    """A step, what is signed of one, or what a list reads of it."""

    @property
    def act(self) -> str: ...
    @property
    def state_before(self) -> str: ...
    @property
    def state_after(self) -> str: ...
    @property
    def duty(self) -> str: ...
    @property
    def capacity(self) -> str: ...


def is_step(said: Worded) -> bool:
    """Are its words those of steps?"""
    known = {said.state_before, said.state_after} <= _STATES and said.act in _ACTS
    return known and said.duty in _DUTIES and said.capacity in _CAPACITIES


def follows(said: Said, before: Said | None) -> Iterator[str]:
    """Why it is not what came after the one before it."""
    if said.number != (before.number + 1 if before else 1):
        yield "one before it was taken away, or put in"
    elif said.previous != (hash_of(before) if before else b""):
        yield "not the one that followed what stands before it"
    if before is not None and said.at < before.at:
        yield "dated before the one before it"
    if isinstance(said, StepSaid) and said.state_before != (
        before.state_after if isinstance(before, StepSaid) else State.DRAFT
    ):
        yield "it begins where the one before it did not end"


def _fits(said: StepSaid, before: Sequence[StepSaid]) -> Iterator[str]:
    row = life.row(State(said.state_before), Act(said.act))
    if row is None or row.after != said.state_after or (life.RULES[row.act].duty or NO_DUTY) != said.duty:
        yield "the life of a grant does not have this step"
    elif said.duty != NO_DUTY:
        if Capacity(said.capacity) not in CAPACITIES[Duty(said.duty)]:
            yield f"nobody takes it as {said.capacity}"
        why = bar(Duty(said.duty), said.actor_id, Capacity(said.capacity), done_in(before))
        if why:
            yield f"the separation of duties keeps them from it: {why.replace('_', ' ')}"
    if not _is_worth(said, before):
        yield "its sum in euro is not what its rate says"
    if not _is_as_approved(said, before):
        yield "not to whom, or not what, was approved"


def _is_worth(said: StepSaid, before: Sequence[StepSaid]) -> bool:
    with suppress(ArithmeticError, ValueError, IndexError):
        worth = Worth(said.currency, said.amount, said.rate, said.rate_month)
        return said.cents == cents_of(Act(said.act), worth, before)
    return False


def _is_as_approved(said: StepSaid, before: Sequence[StepSaid]) -> bool:
    """What is committed, released and paid goes to the payee who was approved, from that budget, in that currency; and
    what is paid is what was released.
    """
    if said.act not in (Act.COMMIT, Act.RELEASE, *PAYING):
        return True
    approved = next((one for one in reversed(before) if one.act in APPROVING), None)
    released = next((one for one in reversed(before) if one.act == Act.RELEASE), None)
    if approved is None or (said.act in PAYING and (released is None or released.amount != said.amount)):
        return False
    same = (approved.payee, approved.currency, approved.envelope_id) == (said.payee, said.currency, said.envelope_id)
    return same and (said.act in PAYING or said.rate == approved.rate)


# -- who signed


def seated_as(charters: Charters, capacity: str, office_id: uuid.UUID, said: Said, signer: bytes) -> bool:
    """Does a charter of its time seat these keys of whoever acted as what they did it, in this office?"""
    if capacity == Capacity.HEADQUARTERS_APPROVER:
        return Role.HEADQUARTERS_APPROVER in roles_then(charters, charters.headquarters_id, said, signer)
    if capacity == Capacity.ACTING_HEAD:
        then = _charters_at(charters, office_id, said)
        return any(_roles(one, said, signer) and said.actor_id in one.may_act(said.at) for one in then)
    roles = roles_then(charters, office_id, said, signer)
    return {
        Capacity.OFFICER: bool(roles & CASEWORKERS),
        Capacity.FINANCE: Role.FINANCE in roles,
        Capacity.HEAD: bool(roles & HEADS),
    }[Capacity(capacity)]


class Brought:
    """The entries of one envelope in their order, each beside what its step brings: nothing in it is believed that can
    be worked out.
    """

    def __init__(self) -> None:
        self._stands: dict[uuid.UUID | None, Sums] = {}
        self._step_id: uuid.UUID | None = None
        self._left: list[Entry] = []

    def wrong_with(self, entry: EntrySaid, signer: bytes, step: StepSaid | None, step_signer: bytes) -> str:
        """Why an entry of a grant, after those that were asked of before, is none that its step brought; "" if it is.
        Both signatures are for the caller to check.
        """
        stands = self._stands.get(entry.grant_id, Sums())
        self._stands[entry.grant_id] = added(stands, Kind(entry.kind), entry.cents)
        if step is None:
            return "the step it is of was taken away"
        theirs = (step.grant_id, step.actor_id, step.envelope_id, step_signer)
        if theirs != (entry.grant_id, entry.actor_id, entry.envelope_id, signer) or step.act not in _ACTS:
            return "another step than it is of"
        if entry.step_id != self._step_id:
            self._step_id, self._left = entry.step_id, entries_of(Act(step.act), step.cents, stands)
        if self._left[:1] != [(Kind(entry.kind), entry.cents)]:
            return "not what its step brings"
        self._left = self._left[1:]
        return ""


def is_other_half(entry: EntrySaid, other: EntrySaid, signer: bytes, other_signer: bytes) -> bool:
    """Is one what another budget gave or got of the same move?"""
    kinds = {entry.kind, other.kind}
    same = (entry.cents, entry.at, entry.actor_id, entry.reason, signer)
    return (
        kinds == {Kind.TRANSFER_IN.value, Kind.TRANSFER_OUT.value}
        and same == (other.cents, other.at, other.actor_id, other.reason, other_signer)
        and (entry.envelope_id, entry.other_id) == (other.other_id, other.envelope_id)
    )


def may_allot(charters: Charters, said: EntrySaid, signer: bytes) -> bool:
    """Did headquarters let whoever wrote it give money?"""
    return bool(roles_then(charters, charters.headquarters_id, said, signer) & ALLOTS)


def roles_then(charters: Charters, office_id: uuid.UUID, said: Said, signer: bytes) -> frozenset[Role]:
    """The roles that these keys of whoever acted had then in an office."""
    found = (_roles(one, said, signer) for one in _charters_at(charters, office_id, said))
    return frozenset[Role]().union(*found)


def _roles(charter: Charter, said: Said, signer: bytes) -> frozenset[Role]:
    seats = charter.seats_of(said.actor_id, said.at.astimezone(UTC).date())
    return frozenset(seat.role for seat in seats if seat.fingerprint == signer)


def _charters_at(charters: Charters, office_id: uuid.UUID, said: Said) -> list[Charter]:
    """Those of an office that were in force then, or around then."""
    try:
        steps = [step.charter for step in charters.steps(office_id)]
    except (Tampered, Absent):
        return []
    before = [one for one in steps if one.issued_at <= said.at - AROUND]
    return before[-1:] + [one for one in steps if said.at - AROUND < one.issued_at <= said.at + AROUND]
