"""A circle’s cards as lists look at them first: in columns to filter and sort by, each whole only when it is shown."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from hrd_cases.cards.blobs import Damaged, every_opened
from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import CODE, DUE, HEAD
from hrd_cases.cards.models import Part
from hrd_cases.cards.packing import ID_BYTES, Column, Segment, read_card, read_segment, split_ids
from hrd_cases.cards.sealing import Sealing

Numbers = NDArray[np.intp]
"""Of lines."""
Marks = NDArray[np.bool_]


class Pack(NamedTuple):
    """A segment, whose it is, and the number of its first line."""

    circle_id: uuid.UUID
    segment: Segment
    begins: int


@dataclass(frozen=True, repr=False)
class Lines:
    """Cards of one or more circles: a line of `heads` each. Line numbers are the places in it."""

    packs: Sequence[Pack] = ()
    damaged: Damaged = field(default_factory=list)
    heads: NDArray[Any] = field(default_factory=lambda: np.zeros(0, HEAD))

    @classmethod
    def of(cls, segments: Iterable[tuple[uuid.UUID, Segment]], damaged: Damaged) -> Lines:
        packs, begins = [], 0
        for circle_id, segment in segments:
            packs.append(Pack(circle_id, segment, begins))
            begins += len(segment)
        heads = np.frombuffer(bytearray(b"".join(pack.segment.heads.data for pack in packs)), HEAD)
        return cls(packs, damaged, heads)

    def __len__(self) -> int:
        return len(self.heads)

    def pack(self, number: int) -> Pack:
        """Where a line lies."""
        return self.packs[bisect_right(self.packs, number, key=lambda pack: pack.begins) - 1]

    def card(self, number: int) -> Card:
        """The whole card of a line."""
        pack = self.pack(number)
        return read_card(pack.segment.cards[number - pack.begins])

    def cards(self, numbers: Iterable[int]) -> list[Card]:
        """The whole cards of many lines: where each lies is reckoned for all at once."""
        chosen = np.fromiter(numbers, np.intp)
        firsts = np.array([pack.begins for pack in self.packs], np.intp)
        sizes = np.frombuffer(b"".join(pack.segment.cards.sizes for pack in self.packs), "<u4")
        begins = np.concatenate(([0], sizes.cumsum(dtype=np.intp)))  # of each line, and the end of the last
        packs = np.searchsorted(firsts, chosen, "right") - 1
        before = begins[firsts[packs]]
        cuts = np.column_stack((packs, begins[chosen] - before, begins[chosen + 1] - before)).tolist()
        return [read_card(self.packs[pack].segment.cards.data[begin:end]) for pack, begin, end in cuts]

    @property
    def keys(self) -> NDArray[np.bytes_]:
        """16 bytes each."""
        return np.frombuffer(b"".join(pack.segment.ids for pack in self.packs), f"S{ID_BYTES}")

    @property
    def ids(self) -> Iterator[bytes]:
        """The id of each line's case."""
        return split_ids(b"".join(pack.segment.ids for pack in self.packs))

    @property
    def versions(self) -> NDArray[np.uint32]:
        """Of the files, as their cards tell of them."""
        return np.frombuffer(b"".join(pack.segment.every_version for pack in self.packs), "<u4")

    @property
    def names(self) -> list[bytes]:
        """What each is sorted by."""
        return [name for pack in self.packs for name in pack.segment.names]

    def dues(self) -> tuple[NDArray[Any], Numbers]:
        """Everything due, and the line of each."""
        return _spread([pack.segment.dues for pack in self.packs], DUE)

    def coded(self, marks: Collection[int]) -> Marks:
        """The lines that have one of these themes or flags."""
        codes, at = _spread([pack.segment.codes for pack in self.packs], CODE)
        found = np.zeros(len(self), bool)
        found[at[np.isin(codes, list(marks))]] = True
        return found

    def first_of_each(self, column: str) -> list[Card]:
        """A card for each value of a column."""
        _, firsts = np.unique(self.heads[column], return_index=True)
        return self.cards(firsts.tolist())


def _spread(columns: Sequence[Column], kind: np.dtype[Any]) -> tuple[NDArray[Any], Numbers]:
    """What lines have, one after the other, and whose each is."""
    counts = np.frombuffer(b"".join(column.sizes for column in columns), "<u4") // kind.itemsize
    return np.frombuffer(b"".join(column.data for column in columns), kind), np.repeat(np.arange(len(counts)), counts)


def lines(session: Session, circle_id: uuid.UUID) -> Lines:
    """Every card of a circle. Raises Locked without its keys."""
    good: list[Segment] = []
    damaged: Damaged = []
    for row_id, plaintext in every_opened(Sealing(session, circle_id), Part.CARDS):
        segment = read_segment(plaintext) if plaintext is not None else None
        if segment is None:
            damaged.append(row_id)
        else:
            good.append(segment)
    return Lines.of([(circle_id, segment) for segment in good], damaged)


def together(parts: Iterable[Lines]) -> Lines:
    """Lines of several circles as one."""
    several = list(parts)
    if len(several) == 1:
        return several[0]
    packs, begins = [], 0
    for part in several:
        packs += [pack._replace(begins=pack.begins + begins) for pack in part.packs]
        begins += len(part)
    heads = [np.zeros(0, HEAD), *(part.heads for part in several)]
    return Lines(packs, [segment for part in several for segment in part.damaged], np.concatenate(heads))
