"""A grant, opened by somebody: its steps, each as it was signed, what the ledger says of it, and as much of what lies
sealed as they hold the keys of.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.grants import ledger, life
from hrd_cases.grants.details import Payment, Story, Told
from hrd_cases.grants.duties import CAPACITIES, Capacity, Done, Duty, capacity_in, somebody_free
from hrd_cases.grants.funds import Earlier
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.models import Envelope, Grant, GrantStep
from hrd_cases.grants.needs import Actor
from hrd_cases.grants.signing import StepSaid, check, salted
from hrd_cases.grants.steps import done_in, state_of, steps_of
from hrd_cases.grants.sums import Sums
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.roles import HEADS, Role
from hrd_cases.offices.absences import absences_of, cannot

Value = TypeVar("Value")
_OWN_SUM = (Act.SUBMIT, Act.CHANGE, *life.APPROVING)
"""Steps that say how much the grant is; of every other the sum is that step's own."""


@dataclass
class Opened:
    """`story` is None for whoever lacks the file's key, `payment` for whoever lacks that of payments too."""

    grant: Grant
    steps: list[GrantStep]
    sums: Sums
    story: Story | None
    payment: Payment | None

    @property
    def state(self) -> State:
        return state_of(self.steps)

    @property
    def done(self) -> tuple[Done, ...]:
        return done_in(self.steps)

    @property
    def acts(self) -> list[Act]:
        return [Act(one.act) for one in self.steps]

    def last(self, *acts: Act) -> GrantStep | None:
        """The last step that was one of these acts."""
        return next((one for one in reversed(self.steps) if one.act in acts), None)

    @property
    def standing(self) -> GrantStep | None:
        """The step that says how much it is now: what was asked for last, or approved since."""
        return self.last(*_OWN_SUM)

    @property
    def paid_out(self) -> Decimal:
        """What was paid so far, in the currency it is paid in."""
        return sum((one.amount for one in self.steps if one.act in life.PAYING), Decimal(0))

    def told(self, act: Act) -> Told | None:
        """What was said with the last step of an act, to whoever can read it."""
        step = self.last(act)
        said = [*(self.story.told if self.story else ()), *(self.payment.told if self.payment else ())]
        return next((one for one in said if step and one.step == step.number), None)

    @property
    def payee(self) -> bytes:
        """What stands for the payee in a step: as it lies sealed; for whoever cannot open it, as it was signed last."""
        if self.payment is not None:
            return salted("payee", self.grant.payment_salt, self.payment.to)
        return self.steps[-1].payee if self.steps else b""


def open_grant(session: Session, grant: Grant, charters: Charters) -> Opened:
    """Raises Tampered for a step that nobody signed as it stands."""
    steps = steps_of(session, grant.id)
    for number, step in enumerate(steps, start=1):
        check(step, StepSaid, charters.bundle_of(step.signer))
        if step.number != number or step.previous != (steps[number - 2].hash if number > 1 else b""):
            raise Tampered("a step of a grant does not follow the one before it")
    envelope_id = steps[-1].envelope_id if steps else None
    sums = ledger.sums_of(session, envelope_id, grant.id) if envelope_id else Sums()
    return Opened(grant, steps, sums, _readable(lambda: grant.story), _readable(lambda: grant.payment))


def _readable(read: Callable[[], Value]) -> Value | None:
    with suppress(Locked):
        return read()
    return None


# -- who acts


def actor_of(by: Visitor, office_id: uuid.UUID) -> Actor:
    """Who acts, by the charters: in the office of the grant, and as an approver at headquarters."""
    here = by.roles_in(office_id)
    charter = by.seats.get(office_id)
    seated = {seat.role for seat in charter.seats_of(by.member_id, by.today)} if charter else set()
    acting = bool(here & HEADS) and not seated & HEADS
    return Actor(by.member_id, here, acting=acting, approver=Role.HEADQUARTERS_APPROVER in by.roles)


def free_here(session: Session, by: Visitor, opened: Opened, now: datetime) -> frozenset[Duty]:
    """Duties that somebody of the office may take next, and is there to: not away, suspended or gone."""
    office_id = opened.grant.office_id
    charter = by.charters.of(office_id)
    calendar = calendar_of(session, office_id)
    today = calendar.day_of(now)
    away = {one.member_id for one in absences_of(session, office_id, today) if one.first_on <= today}
    there = {seat.member_id for seat in charter.standing(today)} - away - cannot(session, office_id)
    acting = charter.acting_heads(now, calendar.zone)
    people: dict[Duty, list[tuple[uuid.UUID, Capacity]]] = {duty: [] for duty in CAPACITIES}
    for member in there:
        roles = charter.roles_of(member, now, calendar.zone)
        seated = {seat.role for seat in charter.seats_of(member, today)}
        for duty, ready in people.items():
            capacity = capacity_in(duty, roles, acting=member in acting and not seated & HEADS)
            if capacity is not None:
                ready.append((member, capacity))
    return frozenset(duty for duty, ready in people.items() if somebody_free(duty, ready, opened.done))


# -- others


def earlier(session: Session, opened: Opened) -> list[Earlier]:
    """Other grants of the office to the same person, family or organisation, as far as this member can read them."""
    if opened.story is None:
        return []
    others = select(Grant).where(Grant.office_id == opened.grant.office_id, Grant.id != opened.grant.id)
    found = []
    for grant in session.scalars(others):
        story, payment = _readable(lambda: grant.story), _readable(lambda: grant.payment)  # noqa: B023 - read at once
        if story is None or payment is None or not _same(story, opened.story):
            continue
        steps = steps_of(session, grant.id)
        envelope = session.get(Envelope, steps[-1].envelope_id) if steps and steps[-1].envelope_id else None
        if envelope is not None:
            given = ledger.sums_of(session, envelope.id, grant.id).approved > 0
            found.append(Earlier(envelope.fund, payment.purpose, given))
    return found


def _same(one: Story, other: Story) -> bool:
    ids: Collection[uuid.UUID | None] = {one.beneficiary_id} - {None}
    return one.case_id == other.case_id or other.beneficiary_id in ids
