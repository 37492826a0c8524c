"""An office's cards, and the same cases in the obvious other ways: for the figures about lists and searches."""

from __future__ import annotations

import random
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hrd_cases import tables
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.working_days import changed
from hrd_cases.cards.card import Card
from hrd_cases.cards.whole import rebuild, settle
from hrd_cases.db import Database
from hrd_cases.keys.models import Circle
from hrd_cases.keys.ring import read_secrets
from hrd_cases.vault.envelope import random_bytes
from tests.bench.people import Filed, filed
from tests.cards.house import Secrets

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STATES = ("routed", "acknowledged", "assessed", "active", "dormant")
RISKS = ("low", "medium", "high", "critical")
THEMES = ("land", "labour", "environment", "expression", "assembly", "women", "impunity", "elections")
PLACES = ("Puerto Ficticio", "Prykladsk", "Al-Mithal", "Ornekkoy", "Vi Du", "Kijiji", "Villa Ejemplo", "Primersk")
WORDS = ("river", "union", "school", "mine", "court", "radio", "market", "pipeline", "clinic", "archive")


def card_of(case: Filed, rng: random.Random) -> Card:
    """A card as full as those of a busy office are."""
    name, *spellings = case.written
    return Card(
        case_id=uuid.UUID(int=rng.getrandbits(128)),
        reference=f"{rng.getrandbits(20):05X}-{rng.getrandbits(20):05X}",
        name=name,
        spellings=tuple(spellings),
        state=rng.choice(STATES),
        risk=rng.choice(RISKS),
        urgency=rng.choice(RISKS),
        country=rng.choice(("EG", "BY", "CO", "CN", "UG")),
        themes=tuple(rng.sample(THEMES, 2)),
        officer_id=uuid.UUID(int=rng.randrange(5)),
        next_on=date(2026, 11, 21) + timedelta(days=rng.randrange(90)),
        next_step="Ask the lawyer for the date of the hearing",
        updated_at=NOW - timedelta(minutes=rng.randrange(100_000)),
        opened_at=NOW - timedelta(days=rng.randrange(1_000)),
        flags=frozenset(rng.sample(("minor", "rural", "indigenous"), 1)),
        places=(rng.choice(PLACES),),
        keywords=tuple(rng.sample(WORDS, 2)),
    )


class OneReader(Secrets):
    """Reads the shred store in one session, as a member's ring does for a request."""

    shred: Session
    made: dict[uuid.UUID, bytes]

    def shred_secrets(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        wanted = set(ids)
        found = {name: self.made[name] for name in wanted & self.made.keys()}
        return found | read_secrets(self.shred, wanted - found.keys())

    def new_shred_secrets(self, count: int) -> list[tuple[uuid.UUID, bytes]]:
        made = super().new_shred_secrets(count)
        self.made.update(made)
        return made


@dataclass
class Office:
    """A circle's cards in a store of their own."""

    database: Database
    circle_id: uuid.UUID
    seed: bytes
    cards: list[Card]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.database.shred.reading() as shred, self.database.main.reading(keys=self._keys(shred)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.database.shred.reading() as shred, self.database.main.writing(keys=self._keys(shred)) as session:
            yield session
            record(session, Event.OFFICE_CHANGED, office=self.circle_id, **changed())

    def _keys(self, shred: Session) -> OneReader:
        keys = OneReader(self.database, {(self.circle_id, 1): self.seed})
        keys.shred, keys.made = shred, {}
        return keys


@contextmanager
def office(cases: int) -> Iterator[Office]:
    """An office of so many cases on SQLite, its index of names made."""
    rng = random.Random(cases)
    cards = [card_of(case, rng) for case in filed(cases)]
    with tempfile.TemporaryDirectory() as home:
        database = Database(*(f"sqlite:///{Path(home) / name}.db" for name in ("main", "shred")))
        tables.metadata().create_all(database.main.engine)
        tables.shred_metadata().create_all(database.shred.engine)
        made = Office(database, uuid.uuid4(), random_bytes(32), cards)
        with made.writing() as session:
            session.execute(insert(Circle).values(id=made.circle_id, office_id=uuid.uuid4(), name="casework", epoch=1))
            rebuild(session, made.circle_id, lambda: [(card.case_id, card) for card in cards])
            settle(session, made.circle_id)
        yield made
        database.dispose()


def names_of(cards: Sequence[Card]) -> list[str]:
    return [name for card in cards for name in card.names()]
