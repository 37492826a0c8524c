"""Tables of the keys room. Nothing here opens anything without a member's passphrase; SECURITY.md says what each clear
column tells.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

import msgspec
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hrd_cases.db import UtcDateTime
from hrd_cases.records import NAMES, Base
from hrd_cases.vault.envelope import digest


class PublicKeys(Base):
    """A member's public bundle. Its authority is the fingerprint in a charter, never this row."""

    __tablename__ = "public_keys"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(index=True)
    bundle: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRing(Base):
    """What a member has seen and will not see undone: the root and the highest charters, sealed to the member alone."""

    __tablename__ = "key_rings"
    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CharterRow(Base):
    """One signed charter. `body` is what was signed; every other column is its projection."""

    __tablename__ = "charters"
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    office_id: Mapped[uuid.UUID] = mapped_column()
    number: Mapped[int] = mapped_column()
    body: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (UniqueConstraint("office_id", "number"), CheckConstraint("number >= 1", name="number"))


class CharterDraft(Base):
    """A charter that waits for its second signature."""

    __tablename__ = "charter_drafts"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeatRow(Base):
    """Projection of a charter's seats and acting heads, for lists. Rules read charters."""

    __tablename__ = "seats"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(index=True)
    member_id: Mapped[uuid.UUID] = mapped_column(index=True)
    role: Mapped[str] = mapped_column()
    since: Mapped[date] = mapped_column()
    until: Mapped[date | None] = mapped_column()
    acting: Mapped[bool] = mapped_column(default=False)


class CoverageRow(Base):
    """Projection of the countries an office covers. One open-ended row per country: the primary office."""

    __tablename__ = "coverage"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(index=True)
    country: Mapped[str] = mapped_column()
    since: Mapped[date] = mapped_column()
    until: Mapped[date | None] = mapped_column()
    __table_args__ = (
        Index(
            "ix_coverage_one_primary",
            "country",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        CheckConstraint("until IS NULL OR until >= since", name="dates"),
    )


class Circle(Base):
    """A group with a seed of its own per epoch. Epoch 0: named in the charter, not made yet."""

    __tablename__ = "circles"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column()
    name: Mapped[str] = mapped_column()
    epoch: Mapped[int] = mapped_column(default=0)
    due_since: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    __table_args__ = (UniqueConstraint("office_id", "name"), CheckConstraint("epoch >= 0", name="epoch"))


class CircleKey(Base):
    """The public bundle of a circle in one epoch, and seed n - 1 sealed under seed n."""

    __tablename__ = "circle_keys"
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    older_seed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class CircleGrant(Base):
    """A circle seed sealed to one member's chartered key."""

    __tablename__ = "circle_grants"
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    handed_by: Mapped[uuid.UUID] = mapped_column()
    handed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustodyShare(Base):
    """A circle seed sealed, nested, to a pair of custodians: `outer` opens first, then `inner`."""

    __tablename__ = "custody_shares"
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    outer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    inner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    outer_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    inner_fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)


class Revocation(Base):
    """A member whose access was ended. It only ever takes away: no row here gives anything.

    `numbers` says, by office, which charter was the newest then: nothing this member signs after it counts. Whoever
    ended it signs the row (`signature`, under their keys of `signer`): a charter names as ended only whom such a row
    names. Any row keeps its member out.
    """

    __tablename__ = "revocations"
    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    revoked_by: Mapped[uuid.UUID] = mapped_column()
    revoked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    numbers: Mapped[bytes] = mapped_column(LargeBinary)
    signer: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)

    @property
    def digest(self) -> bytes:
        """Of what the row says: for the trail, and for the signature of whoever ended the access."""
        who = (self.member_id.bytes, self.fingerprint, self.revoked_by.bytes)
        return digest("revocation", *who, self.revoked_at.isoformat().encode(), self.numbers)


def write_numbers(numbers: dict[uuid.UUID, int]) -> bytes:
    return msgspec.msgpack.encode(numbers)


def read_numbers(written: bytes) -> dict[uuid.UUID, int]:
    """Numbers of charters by office. A planted row that cannot be read means what an empty one does: nothing counts."""
    try:
        return msgspec.msgpack.decode(written, type=dict[uuid.UUID, int])
    except (msgspec.MsgspecError, ValueError):
        return {}


class FolderKind(StrEnum):
    """What a folder holds. A clear column: everybody who reads the tables may know it."""

    OFFICE = "office"
    DRAFT = "draft"
    CASE = "case"
    PROCEEDING = "proceeding"
    FACILITY = "facility"
    SHARE = "share"
    GRANT = "grant"
    PAYMENTS = "payments"


class Folder(Base):
    """What is opened, shared and shredded as a whole. It stays with its office: what goes to another is sent there by
    letter, into a folder of theirs, and this one is shredded.
    """

    __tablename__ = "folders"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    office_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SleeveKey(Base):
    """An independent random key of one sleeve, wrapped under the circle that reads the sleeve."""

    __tablename__ = "sleeve_keys"
    folder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("folders.id"), primary_key=True)
    sleeve: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"))
    circle_epoch: Mapped[int] = mapped_column()
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class GuestKey(Base):
    """The key of a share's sleeve, wrapped under a circle of the office it was shared with. It goes with the share."""

    __tablename__ = "guest_keys"
    folder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("folders.id"), primary_key=True)
    sleeve: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"), primary_key=True)
    circle_epoch: Mapped[int] = mapped_column()
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Letter(Base):
    """Something given to a circle by someone who is not in it: signed inside, sealed to the chartered circle key."""

    __tablename__ = "letters"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    circle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("circles.id"))
    circle_epoch: Mapped[int] = mapped_column()
    act: Mapped[str] = mapped_column()
    subject_id: Mapped[uuid.UUID] = mapped_column()
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    folded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    __table_args__ = (
        Index(
            "ix_letters_waiting",
            "circle_id",
            sqlite_where=text("folded_at IS NULL AND refused_at IS NULL"),
            postgresql_where=text("folded_at IS NULL AND refused_at IS NULL"),
        ),
    )

    @property
    def digest(self) -> bytes:
        """Of everything that was sent and where to, for the trail: not of what became of it."""
        where = (self.id.bytes, self.circle_id.bytes, b"%d" % self.circle_epoch, self.act.encode())
        return digest("letter", *where, self.subject_id.bytes, self.arrived_at.isoformat().encode(), self.sealed)


class ShredBase(DeclarativeBase):
    """Tables of the shred store: a second database, backed up apart and for 30 days at most."""

    metadata = MetaData(naming_convention=NAMES)


class ShredSecret(ShredBase):
    """Half of every record key of one folder. Written before the main commit, never updated, only destroyed."""

    __tablename__ = "shred_secrets"
    folder_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
