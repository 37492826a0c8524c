"""A file on its way in, before any office has it: complete or not. Drafts keep it, letters carry it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypeVar

import msgspec

from hrd_cases.cases.details import Details, Incident, Person, Profile, Sourced
from hrd_cases.instants import Instant

T = TypeVar("T", bound=Details)


class Piece(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One entry to be: its id is made when it is drafted, so that others may name it."""

    id: uuid.UUID
    written_at: Instant
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
    begun_at: Instant

    def __repr__(self) -> str:
        return "<Drafted>"

    def piece(self, piece_id: uuid.UUID) -> Piece | None:
        return next((piece for piece in self.pieces if piece.id == piece_id), None)

    def first(self, kind: type[T]) -> tuple[uuid.UUID, T] | None:
        """The first piece of a kind: its id, and what it says."""
        return next(((one.id, one.details) for one in self.pieces if isinstance(one.details, kind)), None)

    @property
    def people(self) -> list[tuple[uuid.UUID, Person]]:
        return [(one.id, one.details) for one in self.pieces if isinstance(one.details, Person)]

    @property
    def defender(self) -> tuple[uuid.UUID, Person] | None:
        """None while nobody said who it is; without a name it was withheld."""
        return next((one for one in self.people if one[1].role == "defender"), None)

    @property
    def name(self) -> str:
        names = self.defender[1].names if self.defender is not None else ()
        return names[0] if names else ""

    @property
    def profile(self) -> Profile:
        found = self.first(Profile)
        return found[1] if found is not None else Profile(country=self.country)

    @property
    def lacks(self) -> tuple[str, ...]:
        """The steps without which no file can be opened: where, who, what."""
        there = {
            "where": bool(self.country and self.urgency),
            "who": self.defender is not None,
            "what": self.first(Incident) is not None,
        }
        return tuple(step for step, is_there in there.items() if not is_there)

    def saying(self, details: Details, now: datetime, piece_id: uuid.UUID | None = None) -> Drafted:
        """With one more piece, or with this one saying something else."""
        piece = Piece(id=piece_id or uuid.uuid4(), written_at=now, details=details)
        if piece_id is None or self.piece(piece_id) is None:
            return msgspec.structs.replace(self, pieces=(*self.pieces, piece))
        pieces = tuple(piece if one.id == piece_id else one for one in self.pieces)
        return msgspec.structs.replace(self, pieces=pieces)

    def without(self, piece_id: uuid.UUID) -> Drafted:
        pieces = tuple(one for one in self.pieces if one.id != piece_id)
        return msgspec.structs.replace(self, pieces=pieces)

    def about(self, profile: Profile, now: datetime) -> Drafted:
        """With what the file is about: its country is the file's."""
        found = self.first(Profile)
        drafted = self.saying(profile, now, found[0] if found is not None else None)
        return msgspec.structs.replace(drafted, country=profile.country)
