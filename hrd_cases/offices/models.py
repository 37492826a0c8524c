"""Tables of the offices room: what everybody may know of an office, and the notices headquarters sends it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.db import OneOf, UtcDateTime, Words, ZoneName
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.records import Base, FolderRecord, Sealed, bound, sealed


class Office(Base):
    """A delegation, headquarters or an embassy. Who does what there, and for which countries, stands in its charter.

    `weekend_source` and `weekend_on` say where it is known from, and since when, that the office has another weekend
    than CLDR gives for its country; both are empty where it has that one. `opens` and `closes` are its own working
    hours with their source and day, all empty where it has the usual ones: read them with `hours.own_hours`.
    """

    __tablename__ = "offices"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(OneOf(OfficeKind, OfficeKind.EMBASSY))
    seat: Mapped[str] = mapped_column()
    member_state: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(ZoneName)
    weekend: Mapped[list[str]] = mapped_column(Words)
    weekend_source: Mapped[str | None] = mapped_column(default=None)
    weekend_on: Mapped[date | None] = mapped_column(default=None)
    opens: Mapped[str | None] = mapped_column(default=None)
    closes: Mapped[str | None] = mapped_column(default=None)
    hours_source: Mapped[str | None] = mapped_column(default=None)
    hours_on: Mapped[date | None] = mapped_column(default=None)
    languages: Mapped[list[str]] = mapped_column(Words)
    public_contact: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    folder_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it once


class OfficeHoliday(Base):
    """A day an office is closed, with where that is known from."""

    __tablename__ = "office_holidays"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    on: Mapped[date] = mapped_column()
    name: Mapped[str] = mapped_column()
    source: Mapped[str] = mapped_column()
    __table_args__ = (UniqueConstraint("office_id", "on"),)


class Absence(Base):
    """Days a colleague is away, both included. It moves clocks and reminders to whoever stands in; it gives no key."""

    __tablename__ = "absences"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offices.id"), index=True)
    member_id: Mapped[uuid.UUID] = mapped_column()
    first_on: Mapped[date] = mapped_column()
    last_on: Mapped[date] = mapped_column()
    recorded_by: Mapped[uuid.UUID] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (CheckConstraint("last_on >= first_on", name="order"),)


class DutyDay(Base):
    """Who at headquarters is on duty on a day."""

    __tablename__ = "duty_days"
    on: Mapped[date] = mapped_column(primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column()


class Notice(FolderRecord):
    """Headquarters' notice to an office, folded from a letter into the office's own folder. Its id is the letter's."""

    __tablename__ = "notices"
    office_id: Mapped[uuid.UUID] = bound()
    sent_at: Mapped[datetime] = bound(type_=UtcDateTime)
    sender_id: Sealed[uuid.UUID] = sealed()
    subject: Sealed[str] = sealed()
    text: Sealed[str] = sealed()


class NoticeReading(Base):
    """Somebody has read a notice and put it away, for themselves."""

    __tablename__ = "notice_readings"
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, index=True)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Installation(Base):
    """Whether this database is a demonstration: said once, for good. One row."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    demonstration: Mapped[bool] = mapped_column()
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
