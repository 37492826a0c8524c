"""Who the reminders of these tests are for, and the time by which they fall due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.errors import Tampered
from hrd_cases.outbox import plan
from hrd_cases.outbox.book import Addressee, Recipient, to_member
from hrd_cases.outbox.models import Delivery

CAIRO = uuid4()
LONG_AGO = datetime(2026, 1, 5, 8, tzinfo=UTC)
_numbers = count(1)


@dataclass
class People:
    """An address book: every member has an address of their own, unless said otherwise."""

    roles: dict[tuple[UUID, str], list[UUID]] = field(default_factory=dict)
    stand_ins: dict[Recipient, list[UUID]] = field(default_factory=dict)
    gone: set[UUID] = field(default_factory=set)
    damaged: set[UUID] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    alarms: int = 0

    def addressees(self, _session: Session, recipient: Recipient) -> Sequence[Addressee]:
        if recipient.member_id is not None:
            members = [recipient.member_id]
        else:
            members = self.roles.get((recipient.office_id or CAIRO, recipient.role or ""), [])
        if any(member in self.damaged for member in members):
            raise Tampered("an address failed its check")
        return [Addressee(member, address_of(member)) for member in members if member not in self.gone]

    def deputies(self, _session: Session, recipient: Recipient) -> Sequence[Addressee]:
        return [Addressee(member, address_of(member)) for member in self.stand_ins.get(recipient, [])]

    def own_words(self, posted: str) -> str:
        if posted in self.foreign:
            raise ValueError("not ours")
        return f"Counted: {posted}"

    def alarm(self, _session: Session) -> None:
        self.alarms += 1


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def address_of(member_id: UUID) -> str:
    return f"m{member_id.hex}@example.org"


def new_uniqueness() -> bytes:
    return next(_numbers).to_bytes(32, "big")


def remind(
    store: Store, recipient: Recipient | None = None, *, due_at: datetime = LONG_AGO, mails: bool = True
) -> UUID:
    """Plan one reminder, to a new member unless told to whom."""
    with store.writing() as session:
        recipient = recipient or to_member(uuid4())
        return plan.plan(session, recipient=recipient, due_at=due_at, uniqueness=new_uniqueness(), mails=mails)


def deliveries(store: Store) -> list[Delivery]:
    with store.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.made_at, Delivery.id)))
