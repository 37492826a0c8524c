"""Tables of the accounts room. What a member's passphrase opens is wrapped; server secrets open mail addresses."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.db import OneOf, UtcDateTime
from hrd_cases.keys.roles import Role
from hrd_cases.records import Base


class Member(Base):
    """Someone who may sign in. A row here gives no authority: charters do."""

    __tablename__ = "members"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    sign_in: Mapped[str] = mapped_column(unique=True)
    office_id: Mapped[uuid.UUID] = mapped_column(index=True)
    invited_role: Mapped[str] = mapped_column(OneOf(Role, Role.FINANCE))
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    passphrase_lock: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    recovery_lock: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class Invitation(Base):
    """A single-use code, handed over in person or by phone. Only a keyed hash of it is kept."""

    __tablename__ = "invitations"
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A session, named by the hash of its cookie; what it holds opens with cookie and session key together."""

    __tablename__ = "sessions"
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    device_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    keeping_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeptForm(Base):
    """A form posted after its session died, sealed to its member until they save or drop it."""

    __tablename__ = "kept_forms"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), index=True)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class TryBucket(Base):
    """How often something was tried lately. The name is a keyed hash of member, address, both, or everything."""

    __tablename__ = "try_buckets"
    name: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    level: Mapped[int] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
