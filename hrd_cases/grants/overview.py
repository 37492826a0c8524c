"""What the page of a grant shows, drawn for one member: it changes nothing."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.file import File
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.words import name_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused
from hrd_cases.grants import acts, life
from hrd_cases.grants.details import Payment, Story, Told, line_total
from hrd_cases.grants.funds import second_signature_due_at
from hrd_cases.grants.life import ASKED_FOR, Act, Offer, State
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.money import EURO, from_cents, most_in
from hrd_cases.grants.opened import Opened
from hrd_cases.grants.papers import GrantRecord
from hrd_cases.grants.requests import check_may_write
from hrd_cases.grants.turns import Clock, Turn, clock_of, question_open, settled, turn_of
from hrd_cases.grants.weighing import Given, Weighing
from hrd_cases.offices.colleagues import names_of


class Sum(NamedTuple):
    """How much it is. `euro` is None where nobody has taken in a rate; `frozen`: by the rate of the approval."""

    currency: str
    amount: Decimal
    euro: Decimal | None = None
    rate: Decimal | None = None
    month: str = ""
    frozen: bool = False


class LineShown(NamedTuple):
    """One line of a request. `words` is "" for whoever has no key of the story."""

    category: str
    words: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal | None


class Taken(NamedTuple):
    """A step, and what was said with it to whoever can read that."""

    step: GrantStep
    told: Told | None


@dataclass
class GrantSheet:
    """Everything that somebody decides, pays or goes on by."""

    session: Session
    by: Visitor
    opened: Opened
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def grant(self) -> Grant:
        return self.opened.grant

    @property
    def id(self) -> uuid.UUID:
        return self.opened.grant.id

    @property
    def ids(self) -> dict[str, uuid.UUID]:
        """What addresses below it take."""
        return {"grant_id": self.id}

    @property
    def state(self) -> State:
        return self.opened.state

    @property
    def story(self) -> Story | None:
        return self.opened.story

    @property
    def payment(self) -> Payment | None:
        return self.opened.payment

    @cached_property
    def papers(self) -> GrantRecord | None:
        """Its documents; None for whoever holds no key of payments, or does not handle documents of its office."""
        may = self.payment is not None and self.by.allows(Permission.HANDLE_DOCUMENTS, self.grant.office_id)
        return GrantRecord(self.session, self.by, self.grant) if may else None

    @property
    def reference(self) -> str:
        """How its money stands in the accounts, as finance wrote when the sum was committed; "" where they did not."""
        told = self.opened.told(Act.COMMIT)
        return told.text.partition("\n")[0].strip() if told is not None else ""

    @property
    def made_from(self) -> int:
        """What an act on it as it is shown is made from."""
        return len(self.opened.steps)

    @cached_property
    def weighing(self) -> Weighing:
        """What it is worth now."""
        return Weighing(self.session, self.by, self.opened, Act.SUBMIT, Given(), self.now)

    @cached_property
    def file(self) -> File | None:
        """The case file, for whoever may open it."""
        may = self.by.allows(Permission.WORK_ON_CASE, self.grant.office_id)
        return self.weighing.file if may else None

    # -- the sum

    @cached_property
    def sum(self) -> Sum:
        """As it was approved last, or as it is asked for."""
        standing = self.opened.standing
        if standing is not None and self.state not in (State.DRAFT, State.RETURNED, *ASKED_FOR):
            euro = from_cents(standing.cents)
            return Sum(standing.currency, standing.amount, euro, standing.rate, standing.rate_month, frozen=True)
        try:
            worth = self.weighing.worth
            return Sum(worth.currency, worth.amount, self.weighing.whole, worth.rate, worth.rate_month)
        except Refused:
            return Sum(self.weighing.currency, self.weighing.amount)

    @cached_property
    def over_ceiling(self) -> Refused | None:
        """Why it is more than a grant may be, while that can still be changed."""
        writing = self.state in (State.DRAFT, State.RETURNED, *ASKED_FOR)
        return self.weighing.over_ceiling() if writing and self.sum.euro is not None else None

    @property
    def ceiling_here(self) -> Decimal | None:
        """The ceiling of its fund in the currency of the grant, by the rate of now; None where that is the euro."""
        rate, currency = self.sum.rate, self.sum.currency
        return most_in(currency, self.weighing.fund.ceiling, rate) if rate is not None and currency != EURO else None

    @cached_property
    def lines(self) -> list[LineShown]:
        payment, story = self.payment, self.story
        if payment is None:
            return []
        words = story.lines if story is not None else ()
        found = []
        for place, line in enumerate(payment.lines):
            said = words[place] if place < len(words) else ""
            try:
                total = line_total(line, payment.currency)
            except Refused:
                total = None
            found.append(LineShown(line.category, said, line.quantity, line.unit_price, total))
        return found

    @property
    def beneficiary(self) -> str:
        """The name on file of whom it is for; "" where nobody there is named, or this member has no file."""
        story, file = self.story, self.file
        if story is None:
            return ""
        people = {one.id: one.said for one in file.people} if file is not None else {}
        found = people.get(story.beneficiary_id) if story.beneficiary_id is not None else None
        return name_of(found) if found is not None else ""

    # -- the clock

    @cached_property
    def clock(self) -> Clock | None:
        return clock_of(self.opened.steps)

    @property
    def critical(self) -> bool:
        """Is somebody’s life in danger? Finance knows no more of it than the clock."""
        return self.weighing.critical

    @cached_property
    def due_at(self) -> datetime | None:
        """Until when it should be decided, while it is not."""
        clock = self.clock
        if clock is None or clock.stopped_at is not None:
            return None
        return clock.due_at(calendar_of(self.session, self.grant.office_id), critical=self.critical)

    @property
    def second_due_at(self) -> datetime | None:
        """Until when the second signature has to be there; None where none is missing."""
        approved = self.opened.last(*life.APPROVING)
        if approved is None or not life.unsigned(self.opened.acts, self.state):
            return None
        return second_signature_due_at(approved.at, calendar_of(self.session, self.grant.office_id))

    @property
    def decided_in(self) -> int | None:
        """How long the decision took, in seconds; None while there is none."""
        clock = self.clock
        decided = self.opened.last(*life.APPROVING, Act.REJECT)
        if clock is None or clock.stopped_at is None or decided is None or decided.at != clock.stopped_at:
            return None
        return int((clock.stopped_at - clock.started_at).total_seconds())

    @cached_property
    def turn(self) -> Turn:
        over, unsigned = settled(self.state, self.opened.steps), life.unsigned(self.opened.acts, self.state)
        return turn_of(self.state, self.opened.done, self.weighing.people, over=over, unsigned=unsigned)

    # -- what was done, what can be

    @cached_property
    def taken(self) -> list[Taken]:
        """Every step, the newest first."""
        story, payment = self.story, self.payment
        said = {one.step: one for one in (*(story.told if story else ()), *(payment.told if payment else ()))}
        return [Taken(step, said.get(step.number)) for step in reversed(self.opened.steps)]

    @cached_property
    def question(self) -> Taken | None:
        """What was asked last and is not answered yet."""
        if not question_open(self.opened.steps, self.state):
            return None
        return next(one for one in self.taken if one.step.act == Act.ASK)

    @property
    def returned(self) -> Taken | None:
        """Why it came back to whoever asked for it, while it lies with them."""
        back = (Act.RETURN, Act.SEND_BACK)
        return next((one for one in self.taken if one.step.act in back), None) if self.state is State.RETURNED else None

    @cached_property
    def offers(self) -> list[Offer]:
        return acts.offers(self.session, self.by, self.opened, self.now)

    @cached_property
    def may(self) -> frozenset[Act]:
        """What this member may do with it now."""
        return frozenset(one.act for one in self.offers if one.refused is None)

    @cached_property
    def writing(self) -> bool:
        """Does this member still write in it?"""
        with suppress(Refused):
            check_may_write(self.session, self.by, self.opened, self.now)
            return True
        return False

    @cached_property
    def names(self) -> dict[uuid.UUID, str]:
        """Whoever took a step, and whoever writes the draft."""
        people = {one.actor_id for one in self.opened.steps}
        people |= {self.story.author_id} if self.story is not None else set()
        people |= {one.by_id for one in self.payment.papers} if self.payment is not None else set()
        return names_of(self.session, people)
