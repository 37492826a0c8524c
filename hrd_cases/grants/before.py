"""Grants before this one: to the same person, their family or their organisation."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.cases.details import MoneyAsked
from hrd_cases.cases.file import File
from hrd_cases.cases.shelves import circles
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.grants import ledger, life
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.funds import Earlier
from hrd_cases.grants.life import Act, State
from hrd_cases.grants.listed import marked, organisation_mark, wanted_on
from hrd_cases.grants.models import Envelope, Grant, GrantStep
from hrd_cases.grants.opened import Opened, readable
from hrd_cases.grants.proving import is_step
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.grants.transfers import numbers_in
from hrd_cases.names.folding import fold


class Before(NamedTuple):
    """Another grant, as somebody can open it. `fund` is "" and `cents` nothing where it was never approved; else what
    stands approved of it, in euro.
    """

    grant: Grant
    steps: list[GrantStep]
    story: Story
    payment: Payment
    fund: str
    cents: int

    @property
    def state(self) -> State:
        return state_of(self.steps)

    @property
    def unsigned(self) -> bool:
        """Was it approved before it was verified, and is there no second signature yet, whatever was done with it?"""
        return life.unsigned([Act(one.act) for one in self.steps], self.state)

    @property
    def undecided(self) -> bool:
        """Was it asked for, and is nothing decided yet?"""
        return self.state in (*life.ASKED_FOR, State.RETURNED)

    @property
    def rule(self) -> Earlier:
        """As the rule of a fund looks at it."""
        return Earlier(self.fund, self.payment.purpose, given=self.cents > 0)


def grants_before(session: Session, by: Visitor, file: File, opened: Opened) -> list[Before]:
    """Those that were ever submitted, the newest first: those that the file names, and those that cards of the office
    say went to the same organisation. No other grant is opened. One that is damaged keeps no other from being decided:
    `audit verify` names it.
    """
    wanted = {one.said.grant_id for one in file.all(MoneyAsked)} | _to_the_same(session, by, opened)
    mine = (Grant.id.in_(wanted - {opened.grant.id}), Grant.office_id == opened.grant.office_id)
    found = (_before(session, one) for one in session.scalars(select(Grant).where(*mine)).all())
    return sorted(filter(None, found), key=lambda one: one.grant.opened_at, reverse=True)


class Alike(NamedTuple):
    """Another grant to the same payee or account, as finance can open it: it has no file to find more by. `cents`: what
    stands approved of it, in euro.
    """

    grant: Grant
    state: State
    payment: Payment
    cents: int


def paid_alike(session: Session, opened: Opened) -> list[Alike]:
    """Those of the office that were ever submitted and are not this one, the newest first. What somebody has no key of,
    and what is damaged, is left out.
    """
    if opened.payment is None:
        return []
    others = select(Grant).where(Grant.office_id == opened.grant.office_id, Grant.id != opened.grant.id)
    found = (_alike(session, one, opened.payment) for one in session.scalars(others).all())
    return sorted(filter(None, found), key=lambda one: one.grant.opened_at, reverse=True)


def _alike(session: Session, grant: Grant, to: Payment) -> Alike | None:
    payment = None
    with suppress(Tampered):
        payment = readable(lambda: grant.payment)
    if payment is None or not _same(payment, to):
        return None
    steps = steps_of(session, grant.id)
    if not steps or not all(map(is_step, steps)):
        return None
    envelope_id = steps[-1].envelope_id
    given = ledger.sums_of(session, envelope_id, grant.id).approved if envelope_id else 0
    return Alike(grant, state_of(steps), payment, given)


def _same(one: Payment, other: Payment) -> bool:
    """The name spelt otherwise is the same, and so is an account written with other words around its number."""
    numbers = numbers_in(one.account) & numbers_in(other.account)
    return bool(numbers) or (bool(fold(one.payee)) and fold(one.payee) == fold(other.payee))


def _to_the_same(session: Session, by: Visitor, opened: Opened) -> set[uuid.UUID]:
    """Grants of files whose cards say that money went to the organisation that this one is for."""
    circle_id = circles(by).get(opened.grant.office_id)
    if opened.story is None or opened.payment is None or circle_id is None:
        return set()
    marks = organisation_mark(opened.story, opened.payment)
    cards = marked(session, circle_id, *marks) if marks else []
    return {one.grant_id for card in cards for one in wanted_on(card) if one.beneficiary == opened.story.beneficiary}


def _before(session: Session, grant: Grant) -> Before | None:
    story = payment = None
    with suppress(Tampered):
        story, payment = readable(lambda: grant.story), readable(lambda: grant.payment)
    steps = steps_of(session, grant.id)
    if story is None or payment is None or not steps or not all(map(is_step, steps)):
        return None
    envelope = session.get(Envelope, steps[-1].envelope_id) if steps[-1].envelope_id else None
    if envelope is None:
        return Before(grant, steps, story, payment, "", 0)
    return Before(grant, steps, story, payment, envelope.fund, ledger.sums_of(session, envelope.id, grant.id).approved)
