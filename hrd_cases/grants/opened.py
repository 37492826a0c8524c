"""A grant, opened by somebody: its steps, each as it was signed, what the ledger says of it, and as much of what lies
sealed as they hold the keys of.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.grants import ledger, life
from hrd_cases.grants.details import Payment, Story, Told
from hrd_cases.grants.duties import CAPACITIES, Capacity, Done, Duty, capacity_in, somebody_free
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.needs import Actor
from hrd_cases.grants.proving import wrong_with
from hrd_cases.grants.signing import StepSaid, check, said_by, salted
from hrd_cases.grants.steps import done_in, state_of, steps_of
from hrd_cases.grants.sums import Sums
from hrd_cases.grants.turns import People
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.roles import HEADS, Role
from hrd_cases.offices.absences import absences_of, cannot

Value = TypeVar("Value")


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
        return self.last(*life.OWN_SUM)

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
    """Raises Tampered for a step that nobody took so who could, and where what is to be paid is not what was signed."""
    steps = steps_of(session, grant.id)
    _check_steps(grant, steps, charters)
    _check_all_there(session, grant, steps)
    envelope_id = steps[-1].envelope_id if steps else None
    sums = ledger.sums_of(session, envelope_id, grant.id) if envelope_id else Sums()
    opened = Opened(grant, steps, sums, readable(lambda: grant.story), readable(lambda: grant.payment))
    if steps and opened.state not in life.WRITTEN_IN and opened.payee != steps[-1].payee:
        raise Tampered("not the payee whom somebody signed")
    return opened


def _check_steps(grant: Grant, steps: Sequence[GrantStep], charters: Charters) -> None:
    before: list[StepSaid] = []
    for step in steps:
        check(step, StepSaid, charters.bundle_of(step.signer))
        said = said_by(step, StepSaid)
        wrong = next(wrong_with(charters, grant.office_id, said, step.signer, before), None)
        if wrong is not None:
            raise Tampered(f"a step of a grant: {wrong}")
        before.append(said)


def _check_all_there(session: Session, grant: Grant, steps: Sequence[GrantStep]) -> None:
    """The steps that are there follow each other; that the last of them was not taken away, only the trail tells."""
    told = (body.fields["number"] for body in ever_about(session, grant.id, Event.GRANT_STEP_TAKEN))
    if any(isinstance(number, int) and number > len(steps) for number in told):
        raise Tampered("a step of a grant is gone")


def readable(read: Callable[[], Value]) -> Value | None:
    """What lies sealed; None for whoever holds no key of it."""
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


def people_here(session: Session, by: Visitor, office_id: uuid.UUID, now: datetime) -> People:
    """Who of an office is there to take which step, and as what: not away, suspended or gone. Seats count by UTC's
    days, absences by the office's.
    """
    charter = by.charters.of(office_id)
    calendar = calendar_of(session, office_id)
    today = calendar.day_of(now)
    away = {one.member_id for one in absences_of(session, office_id, today) if one.first_on <= today}
    seats_on = now.astimezone(UTC).date()
    there = {seat.member_id for seat in charter.standing(seats_on)} - away - cannot(session, office_id)
    acting = charter.acting_heads(now, calendar.zone)
    people: dict[Duty, list[tuple[uuid.UUID, Capacity]]] = {duty: [] for duty in CAPACITIES}
    for member in there:
        roles = charter.roles_of(member, now, calendar.zone)
        seated = {seat.role for seat in charter.seats_of(member, seats_on)}
        for duty, ready in people.items():
            capacity = capacity_in(duty, roles, acting=member in acting and not seated & HEADS)
            if capacity is not None:
                ready.append((member, capacity))
    return people


def free_of(people: People, done: Sequence[Done]) -> frozenset[Duty]:
    """Duties that somebody of them may take next."""
    return frozenset(duty for duty, ready in people.items() if somebody_free(duty, ready, done))
