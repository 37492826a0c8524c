"""What searches go by: indexes of all a circle's cards at once, and what has changed since they were made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, bindparam, func, literal_column, select
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from hrd_cases.cards.blobs import Damaged, blobs_of, opened
from hrd_cases.cards.card import NAME_ENDS
from hrd_cases.cards.keep import SEGMENTS
from hrd_cases.cards.models import Part
from hrd_cases.cards.packing import ID_BYTES, Names, read_names, split_ids
from hrd_cases.cards.sealing import Blob, Sealing
from hrd_cases.db import Prepared
from hrd_cases.errors import Tampered
from hrd_cases.names.index import NameIndex
from hrd_cases.names.texts import TextIndex
from hrd_cases.vault.envelope import header

Index = TypeVar("Index", NameIndex, TextIndex)


class Covered(NamedTuple):
    """A segment that an index was made from, as `versions` tells of it, and where its cases begin."""

    written: str
    begins: int


class WrittenIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an index: 16 bytes for each case, the segments covered, and its own bytes (names/)."""

    cases: memoryview
    covered: tuple[Covered, ...]
    index: memoryview


@dataclass(frozen=True)
class Settled(Generic[Index]):
    """An index of cases, each known by a number: `first` is that of the first of `cases`, 16 bytes each."""

    index: Index
    cases: bytes | memoryview = field(repr=False)
    first: int = 0
    covered: tuple[Covered, ...] = ()

    def __len__(self) -> int:
        return len(self.cases) // ID_BYTES

    def case(self, number: int) -> uuid.UUID:
        begins = (number - self.first) * ID_BYTES
        return uuid.UUID(bytes=bytes(self.cases[begins : begins + ID_BYTES]))

    def against(self, now: Set[str]) -> tuple[NDArray[np.bool_], list[uuid.UUID]]:
        """Which of its cases lie in segments that were written since or are gone; and the segments that must be read
        by themselves. `now`: which writing each segment holds.
        """
        stale = np.zeros(len(self), bool)
        known = {one.written for one in self.covered}
        if known != now:
            ends = [*(one.begins for one in self.covered), len(self)][1:]
            for one, end in zip(self.covered, ends, strict=True):
                stale[one.begins : end] = one.written not in now
        return stale, segments_of(now - known)

    def written(self, index: bytes) -> bytes:
        return msgspec.msgpack.encode(WrittenIndex(memoryview(self.cases), self.covered, memoryview(index)))


_written = msgspec.msgpack.Decoder(WrittenIndex)


def settled_names(sealing: Sealing) -> Settled[NameIndex]:
    """The index of a circle's names."""
    return _settled(sealing, Part.INDEX, NameIndex.read) or Settled(NameIndex.build(()), b"")


def settled_texts(sealing: Sealing) -> Settled[TextIndex]:
    """The index of a circle's texts."""
    return _settled(sealing, Part.TEXTS, TextIndex.read) or Settled(TextIndex.build(()), b"")


def _settled(sealing: Sealing, part: Part, read: Callable[[memoryview], Index]) -> Settled[Index] | None:
    """None if there is none or it fails its check: it is only a shorter way."""
    with suppress(Tampered, ValueError):
        for blob in blobs_of(sealing.session, part, sealing.circle_id):
            written = _written.decode(sealing.open(part, blob))
            return Settled(read(written.index), written.cases, covered=written.covered)
    return None


# As one text: a search asks this of a thousand segments and looks closer at a few of them.
_ONE_TOLD = (
    func.replace(cast_to(SEGMENTS.c.id, String), literal_column("'-'"), literal_column("''"))
    .concat(literal_column("':'"))
    .concat(cast_to(SEGMENTS.c.names_version, String))
)
_VERSIONS = {
    dialect: Prepared(
        select(joined(_ONE_TOLD, literal_column("','"))).where(SEGMENTS.c.circle_id == bindparam("circle"))
    )
    for dialect, joined in (("sqlite", func.group_concat), ("postgresql", func.string_agg))
}


def versions(session: Session, circle_id: uuid.UUID) -> Set[str]:
    """Which writing of its names each segment of a circle holds: "id:version" for each."""
    connection = session.connection()
    [(told,)] = _VERSIONS[connection.dialect.name].rows(connection, circle=circle_id)
    return set(told.split(",")) if told else set()


def segments_of(told: Iterable[str]) -> list[uuid.UUID]:
    """The ids in what `versions` tells. A planted id is none."""
    found = []
    for one in sorted(told):
        with suppress(ValueError):
            found.append(uuid.UUID(hex=one.partition(":")[0]))
    return found


def _told(blob: Blob) -> str:
    return f"{blob.row_id.hex}:{header(blob.sealed).blob_version}"


def recent_names(sealing: Sealing, segments: Collection[uuid.UUID], begins: int) -> tuple[Settled[NameIndex], Damaged]:
    """An index of these segments alone; its cases are numbered from `begins`."""
    ids: list[bytes] = []
    covered: list[Covered] = []
    lines: list[tuple[int, str]] = []
    damaged: Damaged = []
    for blob, names in names_of(sealing, segments):
        if names is None:
            damaged.append(blob.row_id)
            continue
        covered.append(Covered(_told(blob), begins + len(ids)))
        for case_id, line in zip(split_ids(names.ids), names.sounds.split("\n"), strict=False):
            lines += [(begins + len(ids), sounds) for sounds in line.split(NAME_ENDS) if sounds]
            ids.append(case_id)
    return Settled(NameIndex.build(lines), b"".join(ids), begins, tuple(covered)), damaged


def texts_now(sealing: Sealing, segments: Collection[uuid.UUID]) -> Settled[TextIndex]:
    """An index of the texts of these segments."""
    ids: list[bytes] = []
    covered: list[Covered] = []
    lines: list[bytes] = []
    for blob, names in names_of(sealing, segments):
        if names is not None:
            covered.append(Covered(_told(blob), len(ids)))
            ids += split_ids(names.ids)
            lines += names.texts.split(b"\n") if names.ids else []
    return Settled(TextIndex.build(lines), b"".join(ids), covered=tuple(covered))


def names_of(sealing: Sealing, segments: Collection[uuid.UUID]) -> Iterator[tuple[Blob, Names | None]]:
    """What is searched of each of these segments; None if it fails its check."""
    if segments:
        found = blobs_of(sealing.session, Part.NAMES, sealing.circle_id, segments)
        for blob, plaintext in opened(sealing, Part.NAMES, found):
            yield blob, read_names(plaintext) if plaintext is not None else None
