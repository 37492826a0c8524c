"""The steps of a grant: each follows the one before it, is signed, and stands with what it writes in the ledger or not
at all. Who may take it, and what it needs, says `life`; here it is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.grants import ledger, life
from hrd_cases.grants.duties import Capacity, Done, Duty
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.money import cents, in_euro
from hrd_cases.grants.signing import StepSaid, signed
from hrd_cases.grants.sums import entries_of

NO_DUTY = "-"


class Worth(NamedTuple):
    """What a step is about: a sum in the currency it is paid in, and the rate it is worth euro at."""

    currency: str
    amount: Decimal
    rate: Decimal
    rate_month: str


class Written(Protocol):
    """A step, or what is signed of one."""

    @property
    def duty(self) -> str: ...
    @property
    def actor_id(self) -> uuid.UUID: ...
    @property
    def capacity(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def cents(self) -> int: ...


class Taken(NamedTuple):
    """What somebody takes a step with. `payee` and `texts`: salted hashes of what lies sealed. `envelope_id`: what
    it is approved from; every other step keeps the one there was. `made_from`: the number of the last step they saw.
    """

    act: Act
    capacity: Capacity
    worth: Worth
    payee: bytes
    texts: bytes
    envelope_id: uuid.UUID | None = None
    made_from: int | None = None


def steps_of(session: Session, grant_id: uuid.UUID) -> list[GrantStep]:
    query = select(GrantStep).where(GrantStep.grant_id == grant_id).order_by(GrantStep.number)
    return list(session.scalars(query))


def state_of(steps: list[GrantStep]) -> State:
    return State(steps[-1].state_after) if steps else State.DRAFT


def done_in(steps: Sequence[Written]) -> tuple[Done, ...]:
    """What the separation of duties goes by."""
    known = (one for one in steps if one.duty != NO_DUTY)
    return tuple(Done(Duty(one.duty), one.actor_id, Capacity(one.capacity)) for one in known)


def take(session: Session, by: By, grant_id: uuid.UUID, taken: Taken, now: datetime) -> GrantStep:
    """Write a step, and what it adds to the ledger. Nobody else writes of this grant or its envelope meanwhile.

    Raises Changed if somebody took a step since, Refused for one that the life of a grant does not have or the ledger
    does not hold.
    """
    session.execute(select(Grant.id).where(Grant.id == grant_id).with_for_update(key_share=True)).all()
    steps = steps_of(session, grant_id)
    if taken.made_from is not None and taken.made_from != len(steps):
        raise Changed("somebody took a step of this grant meanwhile")
    envelope_id = _envelope(session, grant_id, taken, steps)
    if envelope_id is not None:
        ledger.lock(session, envelope_id)
    step = GrantStep(**signed(_said(grant_id, taken._replace(envelope_id=envelope_id), by, steps, now), by.keys))
    session.add(step)
    session.flush()
    if envelope_id is not None:
        stands = ledger.sums_of(session, envelope_id, grant_id)
        ledger.post(session, by, step, entries_of(taken.act, step.cents, stands))
    return step


def _envelope(session: Session, grant_id: uuid.UUID, taken: Taken, steps: list[GrantStep]) -> uuid.UUID | None:
    kept = steps[-1].envelope_id if steps else None
    if taken.act not in life.APPROVING:
        return kept
    if kept not in (None, taken.envelope_id) and ledger.sums_of(session, kept, grant_id).paid:
        raise Refused(
            N_("A part of this grant was paid from another budget."), N_("Approve the rest from the same budget.")
        )
    return taken.envelope_id


def cents_of(act: Act, worth: Worth, before: Sequence[Written]) -> int:
    """What a step is worth in euro, after those before it. Instalments are rounded together, and what is paid at the
    rate it was released at is worth what was released: all of them together are worth exactly what was approved.
    """
    last = _released(before)[-1:]
    if act in life.PAYING and [(one.amount, one.rate) for one in last] == [(worth.amount, worth.rate)]:
        return last[0].cents
    earlier = sum((one.amount for one in _released(before)), Decimal(0)) if act is Act.RELEASE else Decimal(0)
    return cents(in_euro(earlier + worth.amount, worth.rate)) - cents(in_euro(earlier, worth.rate))


def _released(steps: Sequence[Written]) -> list[Written]:
    """What was released since the last approval."""
    approved = next((place for place in reversed(range(len(steps))) if steps[place].act in life.APPROVING), 0)
    return [one for one in steps[approved:] if one.act == Act.RELEASE]


def _said(grant_id: uuid.UUID, taken: Taken, by: By, steps: list[GrantStep], now: datetime) -> StepSaid:
    before = state_of(steps)
    row = life.row(before, taken.act)
    if row is None:
        raise Refused.of((life.IN_THIS_STATE, life.ONLY[taken.act]), state=life.LABELS[before])
    worth, last = taken.worth, steps[-1] if steps else None
    if taken.act in life.PAYING and worth.amount != _released(steps)[-1].amount:
        raise Refused(N_("This is not the sum that was released."), N_("Pay the sum that was released, or return it."))
    return StepSaid(
        id=uuid.uuid4(),
        grant_id=grant_id,
        number=len(steps) + 1,
        act=taken.act.value,
        state_before=before.value,
        state_after=row.after.value,
        duty=life.RULES[taken.act].duty or NO_DUTY,
        capacity=taken.capacity.value,
        actor_id=by.person,
        at=max(now, last.at) if last else now,  # clocks of two machines differ
        envelope_id=taken.envelope_id,
        currency=worth.currency,
        amount=worth.amount,
        rate=worth.rate,
        rate_month=worth.rate_month,
        cents=cents_of(taken.act, worth, steps),
        payee=taken.payee,
        texts=taken.texts,
        previous=last.hash if last else b"",
    )
