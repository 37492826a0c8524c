"""A sealed table that only these tests have: its own metadata and registry keep it out of every other room's schema."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import MetaData, Numeric
from sqlalchemy.orm import Mapped, Session, mapped_column, registry

from hrd_cases.db import HouseSession, Store
from hrd_cases.errors import Locked
from hrd_cases.records import NAMES, Base, FolderRecord, Sealed, Sleeve, bound, sealed
from hrd_cases.vault.envelope import RecordCipher, random_bytes

_registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map=Base.type_annotation_map)


class Risk(StrEnum):
    LOW = "low"
    HIGH = "high"


class Apart(FolderRecord):
    """Sealed rows outside the house's own schema, with what every record here shares."""

    __abstract__ = True
    registry = _registry
    metadata = _registry.metadata
    _sa_registry = _registry

    note: Sealed[str] = sealed(default="")


class Hearing(Apart):
    __tablename__ = "hearings_of_tests"
    state: Mapped[str] = bound(default="planned")
    starts_at: Mapped[datetime | None] = bound(default=None)
    on: Mapped[date | None] = bound(default=None)
    fee: Mapped[Decimal | None] = bound(Numeric(12, 4), default=None)
    owner_id: Mapped[uuid.UUID | None] = bound(default=None)
    public: Mapped[bool] = bound(default=False)
    room: Mapped[str] = mapped_column(default="")
    court: Sealed[str] = sealed()
    charges: Sealed[tuple[str, ...]] = sealed(default=())
    risk: Sealed[Risk | None] = sealed(default=None)
    amount: Sealed[Decimal | None] = sealed(default=None)
    heard_at: Sealed[datetime | None] = sealed(default=None)
    judge_id: Sealed[uuid.UUID | None] = sealed(default=None)
    informant: Sealed[str | None] = sealed(sleeve=Sleeve.SOURCES, default=None)
    payee: Sealed[str | None] = sealed(sleeve=Sleeve.PAYMENTS, default=None)


class Other(Apart):
    """The same shape under another name: a blob of a hearing is none of its."""

    __tablename__ = "others_of_tests"
    state: Mapped[str] = bound(default="planned")
    court: Sealed[str] = sealed()
    informant: Sealed[str | None] = sealed(sleeve=Sleeve.SOURCES, default=None)


metadata = _registry.metadata


@dataclass
class PlainKeys:
    """Keys to every sleeve of every folder except those of `without`; `epoch` is the one to seal with."""

    secrets: dict[tuple[uuid.UUID, Sleeve, int], bytes] = field(default_factory=dict)
    without: frozenset[Sleeve] = frozenset()
    epoch: int = 1

    def to_open(self, folder_id: uuid.UUID, sleeve: Sleeve, key_epoch: int) -> RecordCipher:
        if sleeve in self.without or key_epoch > self.epoch:
            raise Locked("not in this circle")
        key = self.secrets.setdefault((folder_id, sleeve, key_epoch), random_bytes(32))
        return RecordCipher(key, folder_id.bytes * 2, key_epoch)

    def to_seal(self, folder_id: uuid.UUID, sleeve: Sleeve) -> RecordCipher:
        return self.to_open(folder_id, sleeve, self.epoch)


@dataclass
class Files:
    """A store with these tables, and keys to it."""

    store: Store
    keys: PlainKeys = field(default_factory=PlainKeys)
    folder_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @contextmanager
    def writing(self, keys: PlainKeys | None = None) -> Iterator[Session]:
        """A write transaction whose audit is left out: what is sealed is what is tested here."""
        with HouseSession(self.store.engine.execution_options(writes=True), expire_on_commit=False) as session:
            session.info["keys"] = keys or self.keys
            session.begin()
            yield session
            session.flush()
            session.info.pop("sealed_writes", None)
            session.commit()

    @contextmanager
    def reading(self, keys: PlainKeys | None = None) -> Iterator[Session]:
        with self.store.reading(keys=keys or self.keys) as session:
            yield session

    def hearing(self, **values: object) -> uuid.UUID:
        """A hearing in the folder, written and committed."""
        given: dict[str, Any] = {"folder_id": self.folder_id, "court": "Court of the South"}
        with self.writing() as session:
            row = Hearing(**(given | values))
            session.add(row)
            session.flush()
            return row.id


NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
