"""Which items have which key, as bytes that are used as they are read: nothing is unpacked but what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.uint32]
Places = NDArray[np.intp]
_WIDEST: Final = 4


def written(numbers: Whole) -> memoryview:
    """Numbers that are used all together: to spread narrow ones out would cost more than it saves."""
    return memoryview(numbers.astype("<u4").tobytes())


def as_written(numbers: memoryview) -> Whole:
    """Raises ValueError."""
    return np.frombuffer(numbers, "<u4")


class WrittenNumbers(msgspec.Struct, frozen=True, array_like=True):
    width: int
    numbers: memoryview


@dataclass(frozen=True, eq=False)
class Numbers:
    """Whole numbers up to 32 bits in as few bytes each as the greatest needs: what is not there need not be opened."""

    rows: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def of(cls, numbers: Whole) -> Numbers:
        width = max(1, (int(numbers.max(initial=0)).bit_length() + 7) // 8)
        return cls(np.ascontiguousarray(numbers.astype("<u4").view(np.uint8).reshape(-1, _WIDEST)[:, :width]))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, places: Places | slice) -> Whole:
        """The numbers at these places."""
        # Byte by byte: three times as fast as whole rows.
        numbers: Whole = self.rows[:, 0][places].astype(np.uint32)
        for at, column in enumerate(self.rows.T[1:], 1):
            numbers |= column[places].astype(np.uint32) << np.uint32(8 * at)
        return numbers

    def written(self) -> WrittenNumbers:
        return WrittenNumbers(self.rows.shape[1], memoryview(self.rows.tobytes()))

    @classmethod
    def read(cls, numbers: WrittenNumbers) -> Numbers:
        """Raises ValueError."""
        if not 1 <= numbers.width <= _WIDEST:
            raise ValueError("numbers of a width that there is not")
        return cls(np.frombuffer(numbers.numbers, np.uint8).reshape(-1, numbers.width))


class WrittenPostings(msgspec.Struct, frozen=True, array_like=True):
    """Where each key's items begin, and after the last one's where they end; and the items."""

    begins: memoryview
    items: WrittenNumbers


@dataclass(frozen=True, eq=False)
class Postings:
    """`items[begins[key]:begins[key + 1]]` are those that have a key. Keys are numbered from 0."""

    begins: Whole = field(repr=False)
    items: Numbers = field(repr=False)

    @classmethod
    def of(cls, keys: Whole, items: Whole, count: int) -> Postings:
        """From pairs of a key and an item, in any order; a key's items keep theirs. `count`: how many keys."""
        begins = np.zeros(count + 1, np.uint32)
        np.cumsum(np.bincount(keys, minlength=count), out=begins[1:])
        return cls(begins, Numbers.of(items[np.argsort(keys, kind="stable")]))

    def written(self) -> WrittenPostings:
        return WrittenPostings(written(self.begins), self.items.written())

    @classmethod
    def read(cls, postings: WrittenPostings) -> Postings:
        """Raises ValueError for what `of` did not make."""
        found = cls(as_written(postings.begins), Numbers.read(postings.items))
        begins = found.begins
        if not len(begins) or begins[0] or begins[-1] != len(found.items) or (begins[1:] < begins[:-1]).any():
            raise ValueError("postings whose parts do not fit together")
        return found

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self.begins) - 1

    @cached_property
    def sizes(self) -> Whole:
        """How many items each key has."""
        return np.diff(self.begins)

    def having(self, keys: Places) -> tuple[Whole, Whole]:
        """The items of these keys, one key after the other, and how many each one has."""
        first = self.begins[keys].astype(np.int64)
        sizes = self.begins[keys + 1].astype(np.int64) - first
        ends = np.cumsum(sizes)
        steps = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - sizes), sizes)
        return self.items[steps], sizes.astype(np.uint32)
