"""What waits for whom among many grants: read off their steps and the cards of their files. No grant is opened, and
nothing of what somebody could do with each is worked out; its own page does that.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cards.card import Card
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.risk import Level
from hrd_cases.cases.shelves import circles
from hrd_cases.db import Prepared, UtcDateTime
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.grants import life, steps
from hrd_cases.grants.details import Payment
from hrd_cases.grants.duties import Bar, Capacity, Done, Duty, bar
from hrd_cases.grants.life import ASKED_FOR, ENDED, Act, State
from hrd_cases.grants.listed import ANY, Wanted, marked, wanted_on
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.money import cents, in_euro
from hrd_cases.grants.needs import Actor
from hrd_cases.grants.opened import actor_of, people_here, readable
from hrd_cases.grants.proving import is_step
from hrd_cases.grants.sheets import Read, approves_at, granted_since, newest_sheet, sending, sent_sheets
from hrd_cases.grants.turns import (
    NEXT,
    Clock,
    People,
    Turn,
    clock_of,
    left_of,
    question_open,
    settled,
    turn_of,
    waits_for,
)

_STEPS = cast(Table, GrantStep.__table__)
_GRANTS = cast(Table, Grant.__table__)


MOST_KEPT = 10_000
_SAYS_NO_SUM = (Act.PAY_PART, Act.COUNTERSIGN, Act.ASK, Act.ANSWER)
"""What stands of the grant after these is not their own sum."""


@lru_cache(maxsize=100)
def _dues(*_calendar: object) -> dict[datetime, datetime]:
    """By a calendar, and whether it is critical: until when what was submitted at a moment is to be decided."""
    return {}


class Waiting(NamedTuple):
    """A grant in a list. `cents`: what the sum is worth in euro at the rate of its last step. `barred`: why this reader
    does not take the step that comes next, though it is their turn. `to_send`: headquarters waits for its decision
    sheet. `card` and `wanted` for whoever holds cards; `payment` for finance; neither at headquarters.
    """

    grant_id: uuid.UUID
    office_id: uuid.UUID
    state: State
    currency: str
    amount: Decimal
    cents: int
    clock: Clock | None
    due_at: datetime | None
    turn: Turn
    mine: bool
    critical: bool
    asked: bool
    second: bool
    barred: Bar | None
    card: Card | None = None
    wanted: Wanted | None = None
    payment: Payment | None = None
    to_send: bool = False

    @property
    def purpose(self) -> str:
        if self.payment is not None:
            return self.payment.purpose
        return self.wanted.purpose if self.wanted is not None else ""

    def late(self, now: datetime) -> bool:
        return self.due_at is not None and self.state in ASKED_FOR and now > self.due_at


class _Last(NamedTuple):
    """The last step of a grant, and since when it has to be decided."""

    grant_id: uuid.UUID
    number: int
    act: str
    state_before: str
    state_after: str
    duty: str
    capacity: str
    actor_id: uuid.UUID
    currency: str
    amount: Decimal
    rate: Decimal
    started_at: datetime | None


class _Told(NamedTuple):
    """What steps tell of one grant."""

    last: _Last
    started_at: datetime | None
    own: list[Row[Any]]
    """Steps of whoever decides here and of this reader, questions and answers, oldest first; all of them where more is
    needed.
    """

    @property
    def done(self) -> list[Done]:
        known: list[Any] = [one for one in self.own if one.duty != steps.NO_DUTY]
        if self.last.duty != steps.NO_DUTY and (not known or known[-1].number < self.last.number):
            known.append(self.last)
        return [Done(Duty(one.duty), one.actor_id, Capacity(one.capacity)) for one in known]


class Office:
    """The grants of one office, as one member of it may know of them."""

    def __init__(self, session: Session, by: Visitor, office_id: uuid.UUID, now: datetime) -> None:
        self._session, self._by, self._id, self._now = session, by, office_id, now
        self._actor: Actor = actor_of(by, office_id)
        self._known: dict[tuple[object, ...], tuple[Turn, bool, Bar | None]] = {}

    @cached_property
    def places(self) -> frozenset[Turn]:
        """In which of the places this member acts."""
        found = {Turn.HEAD} if self._actor.capacity(Duty.DECIDE) in (Capacity.HEAD, Capacity.ACTING_HEAD) else set()
        found |= {Turn.FINANCE} if self._actor.finance else set()
        return frozenset(found | ({Turn.ASKER} if self._actor.officer else set()))

    @cached_property
    def people(self) -> People:
        return people_here(self._session, self._by, self._id, self._now)

    def waiting(self) -> list[Waiting]:
        """Everything that has not ended, drafts apart: theirs first, the most critical and oldest before the others."""
        told = self._told()
        cards, payments = self._cards(), self._payments(told)
        found = [
            self._one(grant_id, one, cards.get(grant_id), payments.get(grant_id)) for grant_id, one in told.items()
        ]
        return sorted(found, key=_order)

    def _one(
        self, grant_id: uuid.UUID, told: _Told, listed: tuple[Card, Wanted] | None, payment: Payment | None
    ) -> Waiting:
        state, card = State(told.last.state_after), listed[0] if listed is not None else None
        critical = card.risk == Level.CRITICAL if card is not None else payment is not None and payment.critical
        second = life.unsigned([Act(one.act) for one in told.own], state)
        clock = Clock(told.started_at) if told.started_at is not None else None
        turn, mine, barred = self._whose(told, state, critical=critical, second=second)
        asked, amount = question_open(told.own, state), self._amount(told)
        to_send = turn is Turn.HEADQUARTERS and Turn.ASKER in self.places and self._to_send(grant_id, card)
        if (asked or to_send) and Turn.ASKER in self.places:  # these are theirs, whosever turn it is
            mine, barred = True, None
        return Waiting(
            grant_id=grant_id,
            office_id=self._id,
            state=state,
            currency=told.last.currency,
            amount=amount,
            cents=cents(in_euro(amount, told.last.rate)),
            clock=clock,
            due_at=self._due_at(clock, critical=critical) if clock is not None and state in ASKED_FOR else None,
            turn=turn,
            mine=mine,
            critical=critical,
            asked=asked,
            second=second,
            barred=barred,
            card=card,
            wanted=listed[1] if listed is not None else None,
            payment=payment,
            to_send=to_send,
        )

    def _to_send(self, grant_id: uuid.UUID, card: Card | None) -> bool:
        """Does headquarters wait for a decision sheet, or for another?"""
        grant = self._session.get(Grant, grant_id)
        others = {one.grant_id for one in wanted_on(card)} - {grant_id} if card is not None else set()
        return grant is not None and sending(self._session, self._by, grant, others).due

    def _whose(self, told: _Told, state: State, *, critical: bool, second: bool) -> tuple[Turn, bool, Bar | None]:
        """Worked out once for all that were asked for and checked by the same people."""
        last, over = told.last, settled(state, told.own)
        duties = (one.id for one in told.own if one.duty != steps.NO_DUTY)
        name = (state, last.duty, last.actor_id, last.capacity, critical, second, over, *duties)
        if name not in self._known:
            done = told.done
            turn = turn_of(state, done, self.people, over=over, unsigned=second)
            mine = turn in self.places if over else waits_for(state, self.places, critical=critical, unsigned=second)
            duty = self._next_duty(state) if not over else Duty.COUNTERSIGN if second else Duty.CLOSE
            barred = self._barred(duty, done) if mine else None
            self._known[name] = turn, mine, barred
        return self._known[name]

    def _due_at(self, clock: Clock, *, critical: bool) -> datetime:
        """Worked out once in a process: what was submitted was submitted."""
        known = self._dues_of[critical]
        if clock.started_at not in known:
            if len(known) >= MOST_KEPT:
                known.clear()
            known[clock.started_at] = clock.due_at(self._calendar, critical=critical)
        return known[clock.started_at]

    @cached_property
    def _calendar(self) -> OfficeCalendar:
        return calendar_of(self._session, self._id)

    @cached_property
    def _dues_of(self) -> dict[bool, dict[datetime, datetime]]:
        """By whether it is critical: what was worked out before with this calendar."""
        kept = self._calendar
        name = (kept.zone.key, kept.weekend, tuple(kept.holidays), kept.opens, kept.closes)
        return {critical: _dues(*name, critical) for critical in (False, True)}

    def _amount(self, told: _Told) -> Decimal:
        """Of what was paid in part, what is left, whatever was asked or signed since."""
        paid_in_parts = told.last.act in _SAYS_NO_SUM and told.last.state_after in life.ON_THE_WAY
        return left_of(told.own) if paid_in_parts else told.last.amount

    def _next_duty(self, state: State) -> Duty | None:
        early = state in life.FAST_FROM and Turn.FINANCE not in self.places
        return Duty.DECIDE if early else NEXT[state][1]

    def _barred(self, duty: Duty | None, done: list[Done]) -> Bar | None:
        capacity = self._actor.capacity(duty) if duty is not None else None
        if duty is None or capacity is None:
            return None
        return bar(duty, self._actor.person, capacity, done)

    # -- steps

    def _told(self) -> dict[uuid.UUID, _Told]:
        rows = _LASTS.rows(self._session.connection(), office=self._id)
        lasts = [_Last(*row) for row in rows]
        decide = {person for duty in (Duty.DECIDE, Duty.RELEASE) for person, _ in self.people.get(duty, ())}
        whole = [one.grant_id for one in lasts if one.duty == steps.NO_DUTY or one.act == Act.PAY_PART]
        known = {one.grant_id for one in lasts}
        asked = {"office": self._id, "people": [*decide, self._by.member_id], "whole": whole}
        own: dict[uuid.UUID, list[Row[Any]]] = {}
        for row in self._session.execute(_OF_PEOPLE, asked):
            if row.grant_id in known:
                own.setdefault(row.grant_id, []).append(row)
        found = (_Told(one, one.started_at, own.get(one.grant_id, [])) for one in lasts)
        return {told.last.grant_id: told for told in found if is_step(told.last) and all(map(is_step, told.own))}

    # -- whom it is for

    def _cards(self) -> Mapping[uuid.UUID, tuple[Card, Wanted]]:
        """What cards carry of grants, by their id; nothing for whoever holds no cards."""
        circle_id = circles(self._by).get(self._id)
        if circle_id is None:
            return {}
        with suppress(Locked):
            cards = marked(self._session, circle_id, ANY)
            return {one.grant_id: (card, one) for card in cards for one in wanted_on(card)}
        return {}

    def _payments(self, told: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Payment]:
        """What finance knows them by."""
        if Turn.FINANCE not in self.places or Turn.ASKER in self.places:
            return {}
        rows = self._session.scalars(select(Grant).where(Grant.id.in_(told)))
        found: dict[uuid.UUID, Payment] = {}
        for row in rows:
            with suppress(Tampered):
                payment = readable(lambda: row.payment)  # noqa: B023 - read at once
                found |= {row.id: payment} if payment is not None else {}
        return found


def _lasts() -> Any:
    """The last step of each grant that has not ended, and since when it has to be decided, if it has."""
    step, entered, after = _STEPS.alias("s"), _STEPS.alias("e"), _STEPS.alias("n")
    waits: list[Any] = [literal_column(f"'{state.value}'") for state in ASKED_FOR]
    ended: list[Any] = [literal_column(f"'{state.value}'") for state in ENDED]
    since = (
        select(func.max(entered.c.at, type_=UtcDateTime()))
        .where(
            entered.c.grant_id == step.c.grant_id,
            entered.c.state_before.not_in(waits),
            entered.c.state_after.in_(waits),
        )
        .scalar_subquery()
    )
    newer = (
        select(after.c.id)
        .where(after.c.grant_id == step.c.grant_id, after.c.number == step.c.number + literal_column("1"))
        .exists()
    )
    return (
        select(*(step.c[name] for name in _Last._fields[:-1]), since.label("started_at"))
        .join(_GRANTS, _GRANTS.c.id == step.c.grant_id)
        .where(_GRANTS.c.office_id == bindparam("office"), ~newer, step.c.state_after.not_in(ended))
    )


def _of_people() -> Any:
    """Steps of some people, the head's requests, questions and answers; of some grants, and of those approved fast, all
    steps.
    """
    step, other = _STEPS.alias("s"), _STEPS.alias("f")
    asked = and_(step.c.duty == Duty.REQUEST.value, step.c.capacity == Capacity.HEAD.value)
    questions = step.c.act.in_([Act.ASK.value, Act.ANSWER.value])
    fast = select(other.c.grant_id).where(other.c.act == Act.FAST_APPROVE.value)
    theirs = step.c.actor_id.in_(bindparam("people", expanding=True))
    more = or_(step.c.grant_id.in_(bindparam("whole", expanding=True)), step.c.grant_id.in_(fast))
    names = ("id", "grant_id", "number", "act", "state_before", "state_after", "duty", "capacity", "actor_id", "amount")
    return (
        select(*(step.c[name] for name in names))
        .join(_GRANTS, _GRANTS.c.id == step.c.grant_id)
        .where(_GRANTS.c.office_id == bindparam("office"), or_(theirs, asked, questions, more))
        .order_by(step.c.grant_id, step.c.number)
    )


_LASTS, _OF_PEOPLE = Prepared(_lasts()), _of_people()


_NEVER = datetime.max.replace(tzinfo=UTC)


def _order(one: Waiting) -> tuple[object, ...]:
    """Theirs first; the most critical, then what waits longest."""
    since = one.clock.started_at if one.clock is not None and one.state in ASKED_FOR else _NEVER
    return not one.mine or one.barred is not None, not one.critical, since, one.grant_id


# -- of a member


def waiting_for(session: Session, by: Visitor, now: datetime, *, without_files: bool = False) -> list[Waiting]:
    """Of every office whose grants this member knows; at headquarters, those that a decision sheet was sent of.
    `without_files`: only where they do not work on the files, whose cards tell of their grants.
    """
    offices = [one for one in by.seats if by.allows(Permission.SEE_GRANT, one)]
    if without_files:
        offices = [one for one in offices if not by.allows(Permission.WORK_ON_CASE, one)]
    found = [one for office_id in offices for one in Office(session, by, office_id, now).waiting()]
    return [*found, *_at_headquarters(session, by, now)]


def _at_headquarters(session: Session, by: Visitor, now: datetime) -> Iterable[Waiting]:
    if approves_at(by) is None:
        return []
    sent = {one.subject_id for one in sent_sheets(session, by)}
    rows = session.scalars(select(Grant).where(Grant.id.in_(sent))).all()
    found = [_of_sheet(session, by, one, now) for one in rows]
    return sorted((one for one in found if one is not None), key=_order)


def _of_sheet(session: Session, by: Visitor, grant: Grant, now: datetime) -> Waiting | None:
    taken = steps.steps_of(session, grant.id)
    if not all(map(is_step, taken)):
        return None
    state, done = steps.state_of(taken), steps.done_in(taken)
    if not taken or state in ENDED:
        return None
    over, unsigned = settled(state, taken), life.unsigned([Act(one.act) for one in taken], state)
    who = turn_of(state, done, people_here(session, by, grant.office_id, now), over=over, unsigned=unsigned)
    clock, last, capacity = clock_of(taken), taken[-1], Capacity.HEADQUARTERS_APPROVER
    sent = newest_sheet(session, by, grant, now)
    critical = sent is not None and sent.sheet.risk == Level.CRITICAL
    fast = critical and state in life.FAST_FROM
    duty = Duty.CLOSE if over else Duty.DECIDE if fast else NEXT[state][1]
    to_send = state in ASKED_FOR and (sent is None or _is_old(session, grant, taken, sent))
    mine = (who is Turn.HEADQUARTERS or fast) and not to_send
    return Waiting(
        grant_id=grant.id,
        office_id=grant.office_id,
        state=state,
        currency=last.currency,
        amount=last.amount,
        cents=last.cents,
        clock=clock,
        due_at=clock.due_at(calendar_of(session, grant.office_id), critical=critical) if clock is not None else None,
        turn=who,
        mine=mine,
        critical=critical,
        asked=question_open(taken, state),
        second=unsigned,
        barred=bar(duty, by.member_id, capacity, done) if mine and duty is not None else None,
        to_send=to_send,
    )


def _is_old(session: Session, grant: Grant, taken: list[GrantStep], sent: Read) -> bool:
    """Does nobody grant anything by a sheet any more? Its payee is compared where the grant is opened."""
    asked = next((one.number for one in reversed(taken) if one.act in life.ASKING), None)
    others = dict(sent.sheet.others)
    return sent.sheet.asked != asked or granted_since(session, grant.office_id, grant.id, sent.sent_at, others)
