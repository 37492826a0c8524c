"""Search for a part of a text among very many: looked for in every *different* word there is, and what has it is
followed to the owners. Words that stand side by side are found as they stand.

An index is made of folded lines; its words' places are numbered through all of them, with a gap after each text, so
that nothing runs from one text into the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hrd_cases.names.postings import Places, Postings, Whole, WrittenPostings, as_written, written

TEXT_ENDS: Final = b"\x1f"
"""Stands between two texts of a line; no folded text has it."""
_LINE: Final = b"\n"


class _Written(msgspec.Struct, frozen=True, array_like=True):
    words: bytes
    places: WrittenPostings
    ends: memoryview


_written = msgspec.msgpack.Decoder(_Written)


@dataclass(frozen=True, eq=False)
class TextIndex:
    """Lines of numbered owners. `words`: one a line, an end of line before the first and after the last. `ends`: the
    place after each owner's last word. `_lines`: which bytes of `words` are ends of line.
    """

    words: bytes = field(repr=False)
    places: Postings = field(repr=False)
    ends: Whole = field(repr=False)
    _lines: NDArray[np.bool_] = field(repr=False)

    @classmethod
    def build(cls, lines: Iterable[bytes]) -> TextIndex:
        """One line for each owner in turn: folded texts with TEXT_ENDS between."""
        new = count()
        known: defaultdict[bytes, int] = defaultdict(new.__next__)
        gap = known[TEXT_ENDS]
        split = [_words(line) for line in lines]
        ends = np.cumsum(np.fromiter(map(len, split), np.uint32, len(split)), dtype=np.uint32)
        keys = np.fromiter(map(known.__getitem__, chain.from_iterable(split)), np.uint32)
        there = np.flatnonzero(keys != gap).astype(np.uint32)
        del known[TEXT_ENDS]
        places = Postings.of(keys[there] - 1, there, len(known))
        return cls._of(_LINE.join((b"", *known, b"")), places, ends)

    def write(self) -> bytes:
        return msgspec.msgpack.encode(_Written(self.words, self.places.written(), written(self.ends)))

    @classmethod
    def read(cls, index: bytes | memoryview) -> TextIndex:
        """What `write` wrote. ValueError (msgspec.MsgspecError is one) for anything else."""
        parts = _written.decode(index)
        return cls._of(parts.words, Postings.read(parts.places), as_written(parts.ends))

    @classmethod
    def _of(cls, words: bytes, places: Postings, ends: Whole) -> TextIndex:
        lines = np.frombuffer(words, np.uint8) == _LINE[0]
        if np.count_nonzero(lines) != len(places) + 1:
            raise ValueError("an index of texts whose parts do not fit together")
        return cls(words, places, ends, lines)

    def __len__(self) -> int:
        """How many owners there are."""
        return len(self.ends)

    def having(self, sought: bytes) -> Places:
        """The owners of each line with this folded text in one of its texts; ascending."""
        words = sought.split()
        if not words or not len(self.places):
            return np.zeros(0, np.intp)
        first, *others = [_LINE * (at > 0) + word + _LINE * (at < len(words) - 1) for at, word in enumerate(words)]
        found, _ = self.places.having(self._with(first))
        for part in others:
            here, _ = self.places.having(self._with(part))
            found = here[np.isin(here, found + 1)]
        return np.unique(np.searchsorted(self.ends, found, side="right"))

    def _with(self, part: bytes) -> Places:
        """The words with this part, of which an end of line is the beginning or the end of a word."""
        at = np.fromiter(_found(self.words, part), np.intp)
        ends = np.concatenate(([0], at + 1))
        lines_between = np.add.reduceat(self._lines, ends, dtype=np.uint32)[:-1]
        words = np.cumsum(lines_between, dtype=np.intp) - 1
        return words[np.diff(words, prepend=-1) > 0]


def _words(line: bytes) -> list[bytes]:
    return [*line.replace(TEXT_ENDS, b" " + TEXT_ENDS + b" ").split(), TEXT_ENDS]


def _found(words: bytes, part: bytes) -> Iterator[int]:
    at = words.find(part)
    while at >= 0:
        yield at
        at = words.find(part, at + 1)
