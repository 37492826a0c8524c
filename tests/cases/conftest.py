"""Files recorded for tests: by officers of the sample world, through the same actions the pages use."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from hrd_cases.cases.details import Incident, Person, Profile, Source, SourceMark
from hrd_cases.cases.drafted import Drafted, Piece, SourcedPiece
from hrd_cases.cases.filing import Submitted, submit
from hrd_cases.cases.reference import new_reference
from tests.world import World


def piece(details: Any) -> Piece:
    return Piece(id=uuid.uuid4(), written_at=datetime.now(UTC), details=details)


def recorded(country: str, name: str, *, urgency: str = "high", more: tuple[Piece, ...] = ()) -> Drafted:
    """What the quick path records: country, who, what happened, how urgent."""
    said = (Profile(country=country), Person(role="defender", names=(name,) if name else ()), Incident(text="Taken."))
    return Drafted(
        reference=new_reference(),
        country=country,
        urgency=urgency,
        pieces=(*map(piece, said), *more),
        begun_at=datetime.now(UTC),
    )


def with_source(drafted: Drafted, name: str) -> tuple[Drafted, tuple[SourcedPiece, ...]]:
    mark = piece(SourceMark(label="A colleague"))
    import msgspec

    return (
        msgspec.structs.replace(drafted, pieces=(*drafted.pieces, mark)),
        (SourcedPiece(id=mark.id, sourced=Source(name=name)),),
    )


class Recording:
    """Files on their way in."""

    def __init__(self, world: World) -> None:
        self.world = world

    def by(self, sign_in: str, drafted: Drafted, sourced: tuple[SourcedPiece, ...] = ()) -> Submitted:
        with self.world.acting(sign_in) as (session, visitor):
            return submit(session, visitor, drafted, sourced, datetime.now(UTC))


@pytest.fixture
def recording(world: World) -> Recording:
    return Recording(world)
