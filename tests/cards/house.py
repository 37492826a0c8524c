"""Circles with cards and keys to them, without charters: what is packed and sealed is what is tested here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.working_days import changed
from hrd_cases.cards.card import Card
from hrd_cases.cards.keep import keep_card
from hrd_cases.db import Database
from hrd_cases.errors import Locked
from hrd_cases.keys.models import Circle, ShredSecret
from hrd_cases.keys.ring import read_secrets
from hrd_cases.vault.envelope import derive, random_bytes

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def card(case_id: uuid.UUID | None = None, name: str = "Salma Mithal", **changes: Any) -> Card:
    values: dict[str, Any] = {
        "case_id": case_id or uuid.uuid4(),
        "reference": "K7-QX2M",
        "name": name,
        "state": "active",
        "risk": "high",
        "urgency": "high",
        "country": "EG",
        "themes": ("land",),
        "next_on": date(2026, 12, 3),
        "next_step": "Visit",
        "updated_at": NOW,
        "opened_at": NOW,
    }
    return Card(**(values | changes))


@dataclass
class Secrets:
    """What a member's ring gives: circle seeds by epoch, shred secrets of the second store."""

    database: Database
    seeds: dict[tuple[uuid.UUID, int], bytes]
    epoch: int = 1
    due: bool = False

    def card_epoch(self, circle_id: uuid.UUID) -> int:
        if self.due:
            raise Locked("this circle is being renewed")
        return self.epoch

    def card_key(self, circle_id: uuid.UUID, epoch: int) -> bytes:
        if (circle_id, epoch) not in self.seeds:
            raise Locked("not in this circle")
        return derive(self.seeds[circle_id, epoch], "cards")

    def shred_secrets(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        with self.database.shred.reading() as shred:
            return read_secrets(shred, list(ids))

    def new_shred_secrets(self, count: int) -> list[tuple[uuid.UUID, bytes]]:
        made = [(uuid.uuid4(), random_bytes(32)) for _ in range(count)]
        with self.database.shred.writing() as shred:
            shred.execute(insert(ShredSecret), [{"folder_id": name, "secret": secret} for name, secret in made])
        return made

    def destroy_secrets(self, ids: Iterable[uuid.UUID]) -> None:
        with self.database.shred.writing() as shred:
            shred.execute(delete(ShredSecret).where(ShredSecret.folder_id.in_(list(ids))))


@dataclass
class House:
    """A circle and its keys; `writing` records in the trail, as every act does."""

    database: Database
    circle_id: uuid.UUID = field(default_factory=uuid.uuid4)
    seeds: dict[tuple[uuid.UUID, int], bytes] = field(default_factory=dict)
    epoch: int = 1

    def found(self) -> House:
        self.seeds[self.circle_id, 1] = random_bytes(32)
        with self.database.main.writing() as session:
            session.add(Circle(id=self.circle_id, office_id=uuid.uuid4(), name="casework", epoch=1))
        return self

    def renew(self) -> None:
        self.epoch += 1
        self.seeds[self.circle_id, self.epoch] = random_bytes(32)

    def secrets(self) -> Secrets:
        return Secrets(self.database, self.seeds, self.epoch)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.database.main.writing(keys=self.secrets()) as session:
            yield session
            record(session, Event.OFFICE_CHANGED, office=self.circle_id, **changed())

    @contextmanager
    def reading(self, keys: Secrets | None = None) -> Iterator[Session]:
        with self.database.main.reading(keys=keys or self.secrets()) as session:
            yield session

    def keep(self, *kept: Card) -> tuple[Card, ...]:
        with self.writing() as session:
            by_id = {one.case_id: one for one in kept}
            for case_id in by_id:
                keep_card(session, self.circle_id, case_id, partial(by_id.get, case_id))
        return kept
