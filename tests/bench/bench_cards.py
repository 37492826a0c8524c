"""Lists and searches from packed sealed cards, beside the obvious ways: clear columns, encrypted columns, LIKE."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial

import msgspec
from jinja2 import Environment, StrictUndefined
from sqlalchemy import String, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import AesGcmEngine

from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import keep_card, write_cards
from hrd_cases.cards.lines import lines
from hrd_cases.cards.lists import Filters, listed
from hrd_cases.cards.read import Search
from hrd_cases.db import UtcDateTime
from tests.bench.office import RISKS, Office, office
from tests.bench.people import CASES
from tests.bench.table import ROUNDS, Measured, Row, in_turns

PAGE = Environment(autoescape=True, undefined=StrictUndefined).from_string("""<table>{% for case in cards %}<tr>
<th><a href="/cases/{{ case.case_id }}">{{ case.reference }}</a></th><td>{{ case.name }}</td><td>{{ case.state }}</td>
<td>{{ case.risk }}</td><td>{{ case.urgency }}</td><td>{{ case.country }}</td><td>{{ case.officer_id }}</td>
<td>{{ case.next_on }}</td><td>{{ case.next_step }}</td><td>{{ case.updated_at }}</td><td>{{ case.opened_at }}</td></tr>
{% endfor %}</table>""")
RANKS = {risk: rank for rank, risk in enumerate(RISKS)}
LISTED = 200


class Clear(DeclarativeBase):
    pass


class Columns:
    """Twelve clear columns of the types they have."""

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    state: Mapped[str] = mapped_column()
    risk: Mapped[str] = mapped_column()
    urgency: Mapped[str] = mapped_column()
    country: Mapped[str] = mapped_column()
    officer_id: Mapped[uuid.UUID] = mapped_column()
    next_on: Mapped[date] = mapped_column(index=True)
    next_step: Mapped[str] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClearCase(Columns, Clear):
    __tablename__ = "clear_cases"


SHOWN = [column.name for column in ClearCase.__table__.columns]
ALSO_SEARCHED = ("spellings", "places", "keywords")


class ClearFile(Columns, Clear):
    """And what a search looks in besides."""

    __tablename__ = "clear_files"
    spellings: Mapped[str] = mapped_column()
    places: Mapped[str] = mapped_column()
    keywords: Mapped[str] = mapped_column()


def encrypted() -> Mapped[str]:
    return mapped_column(StringEncryptedType(String, "a key of a benchmark", AesGcmEngine))


class EncryptedCase(Clear):
    """The same, everything but the id under the encrypting type."""

    __tablename__ = "encrypted_cases"
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = encrypted()
    name: Mapped[str] = encrypted()
    state: Mapped[str] = encrypted()
    risk: Mapped[str] = encrypted()
    urgency: Mapped[str] = encrypted()
    country: Mapped[str] = encrypted()
    officer_id: Mapped[str] = encrypted()
    next_on: Mapped[str] = encrypted()
    next_step: Mapped[str] = encrypted()
    updated_at: Mapped[str] = encrypted()
    opened_at: Mapped[str] = encrypted()


def filled(kept: Office, kind: type[Clear], rows: list[dict[str, object]]) -> None:
    """The office's cases in a table of the other way, in the same database."""
    Clear.metadata.create_all(kept.database.main.engine)
    with kept.database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(kind), rows)


def drawn(cases: Sequence[object]) -> None:
    """The page, which costs the same whatever its rows came from."""
    assert PAGE.render(cards=cases).count("<tr>") == LISTED


def only_read(cases: Sequence[object]) -> None:
    """The rows as values: what they cost before anything is drawn."""
    assert len(cases) == LISTED


Use = Callable[[Sequence[object]], None]


def clear_list(use: Use) -> Measured:
    with office(LISTED) as kept:
        filled(kept, ClearCase, [{name: getattr(card, name) for name in SHOWN} for card in kept.cards])
        return one_list(kept, lambda session: session.scalars(select(ClearCase).order_by(ClearCase.next_on)).all(), use)


def encrypted_list(use: Use) -> Measured:
    """What is encrypted cannot be sorted by the database."""

    def read(session: Session) -> Sequence[EncryptedCase]:
        return sorted(session.scalars(select(EncryptedCase)), key=lambda case: case.next_on)

    with office(LISTED) as kept:
        rows: list[dict[str, object]] = [{name: str(getattr(card, name)) for name in SHOWN} for card in kept.cards]
        filled(
            kept, EncryptedCase, [row | {"case_id": card.case_id} for row, card in zip(rows, kept.cards, strict=True)]
        )
        return one_list(kept, read, use)


def one_list(kept: Office, read: Callable[[Session], Sequence[object]], use: Use) -> Measured:
    """The same list from cards and from the other table."""

    def ours() -> None:
        with kept.reading() as session:
            found = lines(session, kept.circle_id)
            page = found.cards(listed(found, Filters(), risks=RANKS, size=LISTED).lines)
            use(page)

    def theirs() -> None:
        with kept.database.main.reading() as session:
            use(read(session))

    return in_turns(ours, theirs, ROUNDS * 3)


LIKE = text(
    "SELECT case_id FROM clear_files WHERE name LIKE :like OR reference LIKE :like"
    " OR spellings LIKE :like OR places LIKE :like OR keywords LIKE :like"
)
SOUGHT = ("hadu", "Ñejo", "الحاب", "ковск")


def substring() -> Measured:
    with office(CASES) as kept:
        rows = [{name: getattr(card, name) for name in SHOWN} for card in kept.cards]
        for row, card in zip(rows, kept.cards, strict=True):
            row |= {name: "\n".join(getattr(card, name)) for name in ALSO_SEARCHED}
        filled(kept, ClearFile, rows)

        def ours() -> None:
            for sought in SOUGHT:
                with kept.reading() as session:
                    Search(session, kept.circle_id).text(sought)

        def theirs() -> None:
            for sought in SOUGHT:
                with kept.database.main.reading() as session:
                    session.execute(LIKE, {"like": f"%{sought}%"}).all()

        ours_, theirs_ = in_turns(ours, theirs)
        return [seconds / len(SOUGHT) for seconds in ours_], [seconds / len(SOUGHT) for seconds in theirs_]


UPDATES = 50


class Undone(Exception):
    """Nothing is kept of what was measured."""


def updates(kept: Office) -> Callable[[], None]:
    """Save fifty cards of this office, each by itself; the commit is the file's own."""
    some = kept.cards[:: len(kept.cards) // UPDATES][:UPDATES]
    changed = [msgspec.structs.replace(card, next_step="Call the family") for card in some]

    def update_all(session: Session) -> None:
        for card in changed:
            keep_card(session, kept.circle_id, card.case_id, partial(_same, card))
            write_cards(session)

    def measured() -> None:
        with suppress(Undone), kept.writing() as session:
            update_all(session)
            raise Undone

    return measured


def _same(card: Card) -> Card:
    return card


def one_update() -> Measured:
    """At a hundred thousand cases, beside an office of a thousand."""
    with office(CASES) as large, office(1_000) as small:
        ours, theirs = in_turns(updates(large), updates(small), ROUNDS * 3)
    return [seconds / UPDATES for seconds in ours], [seconds / UPDATES for seconds in theirs]


def update_by_the_clock() -> Measured:
    with office(10_000) as kept:
        save = updates(kept)
        figures = []
        for _ in range(ROUNDS * 3 + 1):
            began = time.perf_counter()
            save()
            figures.append((time.perf_counter() - began) / UPDATES)
    return figures[1:], [200e-6] * (len(figures) - 1)


ROWS = [
    Row("list of 200 cases from cards", "the same page, 12 clear ORM columns", 0.8, partial(clear_list, drawn)),
    Row("list of 200 cases from cards", "sqlalchemy-utils AES-GCM per field", 1 / 20, partial(encrypted_list, drawn)),
    Row("the same list, read and not drawn", "12 clear ORM columns", 0.8, partial(clear_list, only_read)),
    Row(
        "the same list, read and not drawn",
        "sqlalchemy-utils AES-GCM per field",
        1 / 20,
        partial(encrypted_list, only_read),
    ),
    Row("a part of a word in 100,000 cases", "LIKE in clear text, SQLite", 0.3, substring),
    Row("one card saved, 10,000 cases", "200 µs", 1.0, update_by_the_clock),
    Row("one card saved, 100,000 cases", "the same, 1,000 cases", 1.2, one_update),
]
