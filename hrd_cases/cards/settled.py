"""What searches go by: indexes of all a circle's cards at once, and what has changed since they were made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

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
from hrd_cases.names.postings import Whole, as_written
from hrd_cases.names.postings import written as numbers_written
from hrd_cases.names.texts import TextIndex
from hrd_cases.vault.envelope import header

Index = TypeVar("Index", NameIndex, TextIndex)


class WrittenIndex(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an index: 16 bytes for each case, the segments covered as `versions` tells of them, where the
    cases of each begin, and its own bytes (names/).
    """

    cases: memoryview
    covered: str
    begins: memoryview
    index: memoryview


@dataclass(frozen=True)
class Settled(Generic[Index]):
    """An index of cases, each known by a number: `first` is that of the first of `cases`, 16 bytes each."""

    index: Index
    cases: bytes | memoryview = field(repr=False)
    first: int = 0
    covered: str = ""
    begins: Whole = field(default_factory=lambda: np.zeros(0, np.uint32), repr=False)

    def __len__(self) -> int:
        return len(self.cases) // ID_BYTES

    def case(self, number: int) -> uuid.UUID:
        begins = (number - self.first) * ID_BYTES
        return uuid.UUID(bytes=bytes(self.cases[begins : begins + ID_BYTES]))

    def against(self, now: str) -> tuple[NDArray[np.bool_], list[uuid.UUID]]:
        """Which of its cases lie in segments that were written since or are gone; and the segments that must be read
        by themselves. `now`: what `versions` tells.
        """
        stale = np.zeros(len(self), bool)
        if self.covered == now:
            return stale, []
        known, written = each(self.covered), set(each(now))
        bounds = [*self.begins.tolist(), len(self)]
        for one, (begins, ends) in zip(known, pairwise(bounds), strict=True):
            stale[begins:ends] = one not in written
        return stale, segments_of(",".join(written.difference(known)))

    def written(self, index: bytes) -> bytes:
        begins = numbers_written(self.begins)
        return msgspec.msgpack.encode(WrittenIndex(memoryview(self.cases), self.covered, begins, memoryview(index)))


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
            begins = as_written(written.begins)
            return Settled(read(written.index), written.cases, covered=written.covered, begins=begins)
    return None


# As one text: a search asks this of a thousand segments and looks closer at a few of them.
_ONE_TOLD = (
    cast_to(SEGMENTS.c.id, String).concat(literal_column("':'")).concat(cast_to(SEGMENTS.c.names_version, String))
)
_VERSIONS = {
    dialect: Prepared(
        select(
            func.replace(joined(_ONE_TOLD, literal_column("','")), literal_column("'-'"), literal_column("''"))
        ).where(SEGMENTS.c.circle_id == bindparam("circle"))
    )
    for dialect, joined in (("sqlite", func.group_concat), ("postgresql", func.string_agg))
}


def versions(session: Session, circle_id: uuid.UUID) -> str:
    """Which writing of its names each segment of a circle holds: "id:version,id:version", as a rule by id."""
    connection = session.connection()
    [(told,)] = _VERSIONS[connection.dialect.name].rows(connection, circle=circle_id)
    return told or ""


def each(told: str) -> list[str]:
    """ "id:version" of each segment in what `versions` tells."""
    return told.split(",") if told else []


def segments_of(told: str) -> list[uuid.UUID]:
    """The ids in what `versions` tells. A planted id is none."""
    found = []
    for one in sorted(each(told)):
        with suppress(ValueError):
            found.append(uuid.UUID(hex=one.partition(":")[0]))
    return found


def _told(blob: Blob) -> str:
    return f"{blob.row_id.hex}:{header(blob.sealed).blob_version}"


def recent_names(sealing: Sealing, segments: Collection[uuid.UUID], begins: int) -> tuple[Settled[NameIndex], Damaged]:
    """An index of these segments alone; its cases are numbered from `begins`."""
    ids: list[bytes] = []
    covered: list[str] = []
    firsts: list[int] = []
    lines: list[tuple[int, str]] = []
    damaged: Damaged = []
    for blob, names in names_of(sealing, segments):
        if names is None:
            damaged.append(blob.row_id)
            continue
        covered.append(_told(blob))
        firsts.append(len(ids))
        for case_id, line in zip(split_ids(names.ids), names.sounds.split("\n"), strict=False):
            lines += [(begins + len(ids), sounds) for sounds in line.split(NAME_ENDS) if sounds]
            ids.append(case_id)
    return Settled(NameIndex.build(lines), b"".join(ids), begins, ",".join(covered), _numbers(firsts)), damaged


def texts_now(sealing: Sealing, segments: Collection[uuid.UUID]) -> Settled[TextIndex]:
    """An index of the texts of these segments."""
    ids: list[bytes] = []
    covered: list[str] = []
    firsts: list[int] = []
    lines: list[bytes] = []
    for blob, names in names_of(sealing, segments):
        if names is not None:
            covered.append(_told(blob))
            firsts.append(len(ids))
            ids += split_ids(names.ids)
            lines += names.texts.split(b"\n") if names.ids else []
    return Settled(TextIndex.build(lines), b"".join(ids), 0, ",".join(covered), _numbers(firsts))


def _numbers(several: list[int]) -> Whole:
    return np.array(several, np.uint32)


def names_of(sealing: Sealing, segments: Collection[uuid.UUID]) -> Iterator[tuple[Blob, Names | None]]:
    """What is searched of each of these segments, in order of their ids; None if it fails its check."""
    if segments:
        found = sorted(blobs_of(sealing.session, Part.NAMES, sealing.circle_id, segments))
        for blob, plaintext in opened(sealing, Part.NAMES, found):
            yield blob, read_names(plaintext) if plaintext is not None else None
