"""Tables of the case file. One folder a case; what is known of it stands in entries that are corrected, never
overwritten.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, event, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hrd_cases.cases.details import Details, Sourced
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.tally import Tally
from hrd_cases.db import UtcDateTime
from hrd_cases.records import Base, FolderRecord, Sealed, Sleeve, bound, sealed


class Case(FolderRecord):
    """One file per defender at risk. Who may open it follows from its office; what it says stands in its entries."""

    __tablename__ = "cases"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    opened_at: Mapped[datetime] = bound(type_=UtcDateTime)
    reference: Sealed[str] = sealed()
    state: Sealed[str] = sealed()
    officer_id: Sealed[uuid.UUID | None] = sealed(default=None)
    urgency: Sealed[str] = sealed()
    tally: Sealed[Tally] = sealed(default=Tally())


class Entry(FolderRecord):
    """One thing that was known, done or said: who wrote it, when, what. A correction is an entry of its own.

    Nothing corrects an entry twice: of two officers who correct the same one, the second sees what the first wrote.
    """

    __tablename__ = "entries"
    case_id: Mapped[uuid.UUID] = bound(ForeignKey("cases.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = bound(ForeignKey("entries.id"), unique=True, default=None)
    written_at: Mapped[datetime] = bound(type_=UtcDateTime)
    author_id: Sealed[uuid.UUID] = sealed()
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


_HELD = "held_cases"


def hold(session: Session, case: Case) -> None:
    """Nobody else writes into this file until the transaction ends, and what it says is as it is now: what another
    wrote meanwhile is seen. What this transaction changed and has not written yet stands.
    """
    held = _held(session)
    if case.id not in held and inspect(case).persistent and case not in session.dirty:
        session.refresh(case, with_for_update=True)
    held.add(case.id)


def _held(session: Session) -> set[uuid.UUID]:
    """The files that are this transaction's until it ends."""
    transaction: object = None
    held: set[uuid.UUID] = set()
    if _HELD in session.info:
        transaction, held = session.info[_HELD]
    if transaction is not session.get_transaction():
        held = set()
        session.info[_HELD] = (session.get_transaction(), held)
    return held


def _count_entries(session: Session, *_: object) -> None:
    """Every entry is counted by its case as it is written, whoever writes it."""
    written: dict[uuid.UUID, list[uuid.UUID]] = {}
    begun: dict[uuid.UUID, Case] = {}
    for row in session.new:
        if isinstance(row, Entry):
            written.setdefault(row.case_id, []).append(row.id)
        elif isinstance(row, Case):
            begun[row.id] = row
    if begun:
        _held(session).update(begun)  # nobody else sees it before the commit
    for case_id, entries in written.items():
        case = begun.get(case_id) or session.get_one(Case, case_id)
        hold(session, case)
        case.tally = case.tally.counting(entries)


# Before what was changed is sealed.
event.listen(Session, "before_flush", _count_entries, insert=True)
