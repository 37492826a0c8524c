"""Tables of the cards. What is in clear: which case of a circle lies in which segment, by opaque ids, and how many."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, LargeBinary, Uuid, event
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from hrd_cases.records import Base

ROOM = 64
"""Cards of one segment."""


class Part(StrEnum):
    """A sealed part of a segment or of an index, as the trail tells of it."""

    NAMES = "names"
    CARDS = "cards"
    INDEX = "index"
    TEXTS = "texts"


class CardSegment(Base):
    """Up to 64 cards of one circle. `sealed_names` is what a search reads, `sealed_cards` what a list shows."""

    __tablename__ = "card_segments"
    written_one_by_one = True  # never merged, and compared with the trail by `audit verify`
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    circle_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("circles.id"))
    shred_id: Mapped[uuid.UUID] = mapped_column()
    used: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column()
    names_version: Mapped[int] = mapped_column()
    sealed_names: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_cards: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        Index("ix_card_segments_circle_id_used", "circle_id", "used"),
        # Every search by name asks which segments have changed: that must not read past their blobs.
        Index("ix_card_segments_versions", "circle_id", "id", "names_version"),
        CheckConstraint(f"used BETWEEN 0 AND {ROOM}", name="used"),
    )


class CardPlace(Base):
    """In which segment the card of a case lies."""

    __tablename__ = "card_places"
    circle_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("circles.id"), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    segment_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("card_segments.id"), index=True)


class CardIndex(Base):
    """What searches go by, of all a circle's cards at once: names by their different sounds, and the texts. Only a
    shorter way: segments changed since it was made are searched by themselves.
    """

    __tablename__ = "card_indexes"
    written_one_by_one = True
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    circle_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("circles.id"), unique=True)
    shred_id: Mapped[uuid.UUID] = mapped_column()
    version: Mapped[int] = mapped_column()
    sealed_index: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_texts: Mapped[bytes] = mapped_column(LargeBinary)


# Ciphertext does not compress: PostgreSQL stores it as it is instead of trying.
STORED_AS_IT_IS = (
    "ALTER TABLE card_segments ALTER sealed_names SET STORAGE EXTERNAL, ALTER sealed_cards SET STORAGE EXTERNAL",
    "ALTER TABLE card_indexes ALTER sealed_index SET STORAGE EXTERNAL, ALTER sealed_texts SET STORAGE EXTERNAL",
)
for _table, _statement in zip((CardSegment.__table__, CardIndex.__table__), STORED_AS_IT_IS, strict=True):
    _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(_table, "after_create", _ddl.execute_if(dialect="postgresql"))
