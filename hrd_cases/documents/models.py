"""The table of documents. What each is, how it is called and what opens its file lies under one seal."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped

from hrd_cases.db import UtcDateTime
from hrd_cases.errors import Locked, Tampered
from hrd_cases.records import PARTS, FolderRecord, Sealed, Sleeve, bound, sealed


class Described(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What is known of a document. `key` opens its file: whoever opens the row opens the file, and nobody else."""

    name: str
    mime: str
    length: int
    sha256: bytes
    key: bytes
    added_by: uuid.UUID
    about: uuid.UUID
    remarks: tuple[str, ...] = ()
    pages: int = 0

    def __repr__(self) -> str:
        return "<Described>"


class Document(FolderRecord):
    """A file on a record of a folder. Its bytes lie in the storage, under its id.

    It is described in one sleeve of its folder: who opens that sleeve knows of the file what it is, and opens it.
    Others know that there is one.
    """

    __tablename__ = "documents"
    added_at: Mapped[datetime] = bound(type_=UtcDateTime)
    stored_bytes: Mapped[int] = bound(BigInteger)
    in_file: Sealed[Described | None] = sealed(default=None)
    in_sources: Sealed[Described | None] = sealed(sleeve=Sleeve.SOURCES, default=None)
    in_payments: Sealed[Described | None] = sealed(sleeve=Sleeve.PAYMENTS, default=None)

    @property
    def sleeve(self) -> Sleeve:
        """In which it is described, as its row has it; `described` fails if that is not so."""
        parts = (one for one in PARTS if getattr(self, f"sealed_{one.value}") is not None)
        return next(parts, Sleeve.FILE)

    @property
    def described(self) -> Described:
        """Raises Locked outside its circle, and Tampered: also where the rest of the row is not as it was written, as
        far as this member can tell.
        """
        with suppress(Locked):
            self.in_file  # noqa: B018 - opened, the clear columns are compared
        found: Described | None = getattr(self, f"in_{self.sleeve.value}")
        if found is None:
            raise Tampered("a document that nothing describes")
        return found
