"""The trail's tables: the entries, what they are about, and the head of the chain that every writer locks last."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.db import UtcDateTime
from hrd_cases.records import Base

# A busy house passes two thousand million entries within its life. SQLite's INTEGER holds them and is the row's id.
_Number = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(Base):
    """One thing that happened. `body` is what is hashed; the other columns are its projection, for the filters."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_event_number", "event", "number"),
        Index("ix_audit_entries_actor_id_number", "actor_id", "number"),
        Index("ix_audit_entries_office_id_number", "office_id", "number"),
        Index(
            "ix_audit_entries_system",
            "actor",
            "number",
            sqlite_where=text("actor_id IS NULL"),
            postgresql_where=text("actor_id IS NULL"),
        ),
    )
    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column()
    actor: Mapped[str] = mapped_column()
    actor_id: Mapped[uuid.UUID | None] = mapped_column()
    office_id: Mapped[uuid.UUID | None] = mapped_column()
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditSubject(Base):
    """An entry is about something: an index over ids that the entries' bodies name, and no more than an index."""

    __tablename__ = "audit_subjects"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it
    subject_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=False)


class AuditHead(Base):
    """How long the chain is and how it ends. One row."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(_Number, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=bytes(32))
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
