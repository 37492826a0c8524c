"""A file on its way in, before any office has it: complete or not. Drafts keep it, letters carry it."""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec

from hrd_cases.cases.details import Details, Sourced


class Piece(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One entry to be: its id is made when it is drafted, so that others may name it."""

    id: uuid.UUID
    written_at: datetime
    details: Details

    def __repr__(self) -> str:
        return "<Piece>"


class SourcedPiece(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What a piece says of sources: kept and sent apart, under the sources' key."""

    id: uuid.UUID
    sourced: Sourced

    def __repr__(self) -> str:
        return "<SourcedPiece>"


class Drafted(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What was recorded so far. `country` and `urgency` are "" until they are known; `full`: recorded in steps."""

    reference: str
    country: str = ""
    urgency: str = ""
    pieces: tuple[Piece, ...] = ()
    full: bool = False
    begun_at: datetime

    def __repr__(self) -> str:
        return "<Drafted>"
