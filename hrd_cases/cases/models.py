"""Tables of the case file. One folder a case; what is known of it stands in entries that are corrected, never
overwritten.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.audit.events import Event
from hrd_cases.cases.chains import Kept, Written
from hrd_cases.cases.details import Details, Sourced
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.tally import Tally
from hrd_cases.db import UtcDateTime
from hrd_cases.records import Base, FolderRecord, Sealed, Sleeve, bound, sealed


class Case(Kept):
    """One file per defender at risk. Who may open it follows from its office; what it says stands in its entries."""

    __tablename__ = "cases"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    opened_at: Mapped[datetime] = bound(type_=UtcDateTime)
    reference: Sealed[str] = sealed()
    state: Sealed[str] = sealed()
    officer_id: Sealed[uuid.UUID | None] = sealed(default=None)
    urgency: Sealed[str] = sealed()
    tally: Sealed[Tally] = sealed(default=Tally())


class Entry(Written):
    """One thing in a case file."""

    __tablename__ = "entries"
    of = (Case, "case_id")
    told_as = (Event.ENTRY_WRITTEN, Event.ENTRY_CORRECTED)
    case_id: Mapped[uuid.UUID] = bound(ForeignKey("cases.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = bound(ForeignKey("entries.id"), unique=True, default=None)
    details: Sealed[Details] = sealed()
    sourced: Sealed[Sourced | None] = sealed(sleeve=Sleeve.SOURCES, default=None)


class Draft(FolderRecord):
    """A file on its way in: its author's alone until they submit it. Its folder is shredded then."""

    __tablename__ = "drafts"
    author_id: Mapped[uuid.UUID] = bound(index=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted: Sealed[Drafted] = sealed()
    sourced: Sealed[tuple[SourcedPiece, ...]] = sealed(sleeve=Sleeve.SOURCES, default=())


class Acknowledgement(Base):
    """A clock that runs until somebody takes a case that was routed to their office. It tells nothing of the case."""

    __tablename__ = "acknowledgements"
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    office_id: Mapped[uuid.UUID] = mapped_column()
    officer_id: Mapped[uuid.UUID | None] = mapped_column()
    routed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    headquarters_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminders: Mapped[bytes] = mapped_column(LargeBinary)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    __table_args__ = (
        CheckConstraint("due_at >= routed_at", name="order"),
        Index(
            "ix_acknowledgements_waiting",
            "office_id",
            sqlite_where=text("acknowledged_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )
