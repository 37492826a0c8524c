"""Every different sound there is, and which of them are worth comparing: most have too few letters in common."""

from __future__ import annotations

import string
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hrd_cases.names.consonants import VOWELS, Consonants, of_key, voiced
from hrd_cases.names.postings import Places, Whole, as_written, written

Marks = NDArray[np.uint64]
# One bit for each letter and digit that occurs, one more for each letter that occurs again: 62 in all.
_ONCE: Final = {sign: 1 << at for at, sign in enumerate(string.ascii_lowercase + string.digits)}
_AGAIN: Final = {letter: 1 << at for at, letter in enumerate(string.ascii_lowercase, len(_ONCE))}
_ROUNDING: Final = 1e-3


def _marks(sound: str) -> int:
    marks = 0
    for sign in sound:
        once = _ONCE.get(sign, 0)
        marks |= _AGAIN.get(sign, 0) if marks & once else once
    return marks


class WrittenSounds(msgspec.Struct, frozen=True, array_like=True):
    """The sounds, a line each; where each line begins, and the last one ends; 64 bits of each one's letters."""

    text: bytes
    begins: memoryview
    marks: memoryview


@dataclass(frozen=True, eq=False)
class Sounds:
    """Different sounds in alphabetical order, left packed: of tens of thousands a search reads some hundreds."""

    text: bytes = field(repr=False)
    begins: Whole = field(repr=False)
    marks: Marks = field(repr=False)

    @classmethod
    def of(cls, ordered: Sequence[str]) -> Sounds:
        begins = np.zeros(len(ordered) + 1, np.uint32)
        np.cumsum(np.fromiter((len(sound) + 1 for sound in ordered), np.uint32, len(ordered)), out=begins[1:])
        text = "".join(f"{sound}\n" for sound in ordered).encode("ascii", "replace")
        return cls(text, begins, np.fromiter(map(_marks, ordered), np.uint64, len(ordered)))

    def written(self) -> WrittenSounds:
        marks = memoryview(self.marks.astype("<u8").tobytes())
        return WrittenSounds(self.text, written(self.begins), marks)

    @classmethod
    def read(cls, packed: WrittenSounds) -> Sounds:
        """Raises ValueError for what `of` did not make."""
        begins, marks = as_written(packed.begins), np.frombuffer(packed.marks, "<u8")
        if len(begins) != len(marks) + 1 or begins[-1] != len(packed.text):
            raise ValueError("sounds whose parts do not fit together")
        return cls(packed.text, begins, marks)

    def __len__(self) -> int:
        return len(self.marks)

    def __getitem__(self, place: int) -> str:
        return self.text[self.begins[place] : self.begins[place + 1] - 1].decode("ascii", "replace")

    def at(self, places: Places) -> list[str]:
        begins, ends = self.begins[places].tolist(), (self.begins[places + 1] - 1).tolist()
        text = self.text.decode("ascii", "replace")
        return [text[begin:end] for begin, end in zip(begins, ends, strict=True)]

    def near(self, asked: Iterable[str], close: float) -> Places:
        """Where the sounds are that may be as close as this (Indel similarity) to any of those asked for, and few more.

        What two have in common, in order, is no longer than the letters they have in common in any order.
        """
        near = np.zeros(len(self), bool)
        half = np.float32(close / 2)
        needed = (np.diff(self.begins) - 1).astype(np.float32) * half
        for sound in asked:
            marks = _marks(sound)
            not_marked = len(sound) - marks.bit_count()
            common = np.bitwise_count(self.marks & np.uint64(marks))
            near |= common >= needed + (half * len(sound) - not_marked - _ROUNDING)
        return np.flatnonzero(near)

    def unvoiced(self, asked: Consonants) -> Iterator[int]:
        """Where the consonants are that an unvoiced script would write this word with."""
        letters = asked.letters.upper()
        for place in range(bisect_left(self, letters), len(self)):
            key = self[place]
            if not key.startswith(letters) or key[len(letters) :][:1].isalpha():
                break
            if of_key(key).writes(asked):
                yield place

    def voiced(self, asked: Iterable[Consonants]) -> Iterator[int]:
        """Where the words are that an unvoiced script would write with these consonants: sought with their vowels left
        out, all at once.
        """
        bare = b"\n" + self.text.translate(None, VOWELS.encode())
        for one in asked:
            sought = f"\n{one.letters.removeprefix('v')}\n".encode()
            at, line, counted = bare.find(sought), 0, 0
            while at >= 0:
                line, counted = line + bare.count(b"\n", counted, at), at
                found = voiced(self[line])
                if found is not None and one.writes(found):
                    yield line
                at = bare.find(sought, at + 1)
