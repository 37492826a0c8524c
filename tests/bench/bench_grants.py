"""The head's queue of two hundred requests, from steps and cards, beside the same page from clear columns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import cast

import msgspec
from jinja2 import Environment, StrictUndefined
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards.card import Aside, Card
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.lines import lines
from hrd_cases.cases.shelves import circles
from hrd_cases.db import UtcDateTime
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.ledger import By
from hrd_cases.grants.life import Act
from hrd_cases.grants.listed import aside_of
from hrd_cases.grants.models import Exact, Grant
from hrd_cases.grants.steps import Taken, Worth, take
from hrd_cases.grants.waiting import Waiting, waiting_for
from hrd_cases.keys.models import Folder, FolderKind
from tests.bench.bench_pages import OFFICER, world_of
from tests.bench.table import ROUNDS, Measured, Row, in_turns
from tests.world import World

REQUESTS = 200
HEAD, FINANCE = "head.cairo", "finance.cairo"
PAGE = Environment(autoescape=True, undefined=StrictUndefined).from_string("""<table>{% for one in rows %}<tr>
<th><a href="/grants/{{ one.grant_id }}">{{ one.name }}</a></th><td>{{ one.reference }}</td><td>{{ one.purpose }}</td>
<td>{{ one.beneficiary }}</td><td>{{ one.risk }}</td><td>{{ one.currency }} {{ one.amount }}</td>
<td>{{ one.cents }}</td>
<td>{{ one.state }}</td><td>{{ one.turn }}</td><td>{{ one.started_at }}</td><td>{{ one.due_at }}</td></tr>
{% endfor %}</table>""")


class Clear(DeclarativeBase):
    pass


class ClearRequest(Clear):
    """What the list shows, in clear columns of the types they have."""

    __tablename__ = "clear_requests"
    grant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    reference: Mapped[str] = mapped_column()
    purpose: Mapped[str] = mapped_column()
    beneficiary: Mapped[str] = mapped_column()
    risk: Mapped[str] = mapped_column()
    currency: Mapped[str] = mapped_column()
    amount: Mapped[Decimal] = mapped_column(Exact)
    cents: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column()
    turn: Mapped[str] = mapped_column()
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Shown(msgspec.Struct):
    """A line of the page."""

    grant_id: uuid.UUID
    name: str
    reference: str
    purpose: str
    beneficiary: str
    risk: str
    currency: str
    amount: Decimal
    cents: int
    state: str
    turn: str
    started_at: datetime | None
    due_at: datetime | None


def shown(one: Waiting) -> Shown:
    card, wanted = one.card, one.wanted
    assert card is not None
    assert wanted is not None
    assert one.clock is not None
    return Shown(
        one.grant_id, card.name, card.reference, wanted.purpose, wanted.beneficiary, card.risk, one.currency,
        one.amount, one.cents, one.state.value, one.turn.value, one.clock.started_at, one.due_at,
    )  # fmt: skip


@cache
def asked() -> World:
    """An office of two hundred files, from each of which money was asked for and verified."""
    world = world_of(REQUESTS)
    with world.acting(OFFICER) as (session, visitor):
        circle_id = circles(visitor)[visitor.office_id]
        found = lines(session, circle_id)
        cards = found.cards(range(len(found)))[:REQUESTS]
        officer = By(visitor.member_id, visitor.ring.keys)
    with world.acting(FINANCE) as (_session, visitor):
        finance = By(visitor.member_id, visitor.ring.keys)
    began = datetime.now(UTC) - timedelta(days=9)
    with world.acting(OFFICER) as (session, visitor):
        for number, card in enumerate(cards):
            grant_id = _filed(session, visitor.office_id, began)
            worth = Worth("EUR", Decimal(100 + number), Decimal(1), "2026-11")
            at = began + timedelta(minutes=number)
            for act, by, as_ in ((Act.SUBMIT, officer, Capacity.OFFICER), (Act.VERIFY, finance, Capacity.FINANCE)):
                take(session, by, grant_id, Taken(act, as_, worth, b"p" * 32, b"t" * 32), at)
            story = Story(case_id=card.case_id, author_id=officer.person, beneficiary="defender")
            payment = Payment(
                purpose="legal_support", currency="EUR", amount=worth.amount, lines=(), payee="A lawyer", channel="bank"
            )
            aside = aside_of([(grant_id, 2, story, payment)])
            keep_card(session, circle_id, card.case_id, partial(_with, card, aside))
        record(session, Event.CARDS_REBUILT, office=visitor.office_id, cards=REQUESTS)
    return world


def _with(card: Card, aside: Aside) -> Card:
    return msgspec.structs.replace(card, asides=(aside,))


def _filed(session: Session, office_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """A row of a grant, sealed in nothing but its length: the list opens none."""
    folder, grant_id = uuid.uuid4(), uuid.uuid4()
    kept = {"id": folder, "office_id": office_id, "kind": FolderKind.GRANT.value, "created_at": now}
    session.execute(insert(Folder), [kept])
    row = {"id": grant_id, "folder_id": folder, "office_id": office_id, "opened_at": now, "version": 1}
    session.connection().execute(insert(cast(Table, Grant.__table__)), [row | {"sealed_file": bytes(400)}])
    return grant_id


def drawn(rows: Sequence[object]) -> None:
    assert PAGE.render(rows=rows).count("<tr>") == REQUESTS


def queue() -> Measured:
    world = asked()
    now = datetime.now(UTC)
    with world.acting(HEAD) as (session, visitor):
        ours_once = [shown(one) for one in waiting_for(session, visitor, now) if one.mine]
    engine = world.database.main.engine
    Clear.metadata.create_all(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(ClearRequest), [msgspec.structs.asdict(one) for one in ours_once])
    with world.acting(HEAD) as (session, visitor):

        def ours() -> None:
            drawn([shown(one) for one in waiting_for(session, visitor, now) if one.mine])

        def theirs() -> None:
            session.expunge_all()
            drawn(session.scalars(select(ClearRequest).order_by(ClearRequest.risk, ClearRequest.started_at)).all())

        return in_turns(ours, theirs, ROUNDS * 3)


ROWS = [Row(f"the head's queue of {REQUESTS} requests", "the same page, clear ORM columns", 0.8, queue)]
