"""Search by name among very many: the query's words are compared with every *different* sound there is, and what is
close is followed to the names that have it.

An index is built from what `sounds` gives for each name. It is written as bytes, so that it can be sealed, and used as
it is read: nothing is unpacked before a search.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from hrd_cases.names.sounds import SHORT, sounds, together, words

CLOSE: Final = 0.62
"""Indel similarity from which two sounds may be the same word."""
BEST: Final = 20
_INITIAL: Final = 0.6
_STEPS: Final = (0.97, 0.94, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4)
"""Scores from the highest down: it is looked at only as far as there are enough names. The last is the least."""
_NAMES_OF_ONE: Final = 8
_MOST_SOUNDS: Final = 24
_EACH_WORD_TOO_MANY: Final = 0.015

Numbers = NDArray[np.uint32]
Scores = NDArray[np.float32]


_SAME: Final = 0.95
_Reading = tuple[str, tuple[int, ...]]


class _Written(msgspec.Struct, frozen=True, array_like=True):
    """An index as bytes: different sounds in one text; where each one's names begin; names by sound; owners and
    lengths of names. Little-endian 32-bit numbers (lengths: bytes).
    """

    sounds: str
    begins: bytes
    names: bytes
    owners: bytes
    lengths: bytes


_written = msgspec.msgpack.Decoder(_Written)


class Found(NamedTuple):
    """A file whose name came close: by the number it was given when the index was built, 1.0 is the same."""

    owner: int
    score: float


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Names of numbered owners. `names[begins[i]:begins[i + 1]]` are the names that have sound i; sounds are sorted."""

    sounds: tuple[str, ...] = field(repr=False)
    begins: Numbers = field(repr=False)
    names: Numbers = field(repr=False)
    owners: Numbers = field(repr=False)
    lengths: NDArray[np.uint8] = field(repr=False)
    hidden: NDArray[np.bool_] | None = field(default=None, repr=False)

    def without(self, owners: NDArray[np.bool_]) -> NameIndex:
        """The same names, those of some owners left out of every answer. `owners`: one truth per owner."""
        return replace(self, hidden=owners[self.owners])

    @classmethod
    def build(cls, lines: Iterable[tuple[int, str]]) -> NameIndex:
        """From (owner, what `sounds` gave) of each name."""
        by_sound: defaultdict[str, list[int]] = defaultdict(list)
        owners: list[int] = []
        lengths: list[int] = []
        for name, (owner, line) in enumerate(lines):
            kept = line.split()
            owners.append(owner)
            lengths.append(min(255, len(kept) - line.count("+")))
            for sound in kept:
                by_sound[sound.removeprefix("+")].append(name)
        ordered = sorted(by_sound)
        begins = np.zeros(len(ordered) + 1, np.uint32)
        np.cumsum([len(by_sound[sound]) for sound in ordered], out=begins[1:])
        names = np.fromiter(chain.from_iterable(map(by_sound.__getitem__, ordered)), np.uint32, int(begins[-1]))
        return cls(tuple(ordered), begins, names, np.array(owners, np.uint32), np.array(lengths, np.uint8))

    def write(self) -> bytes:
        begins, names, owners = (part.astype("<u4").tobytes() for part in (self.begins, self.names, self.owners))
        return msgspec.msgpack.encode(_Written("\n".join(self.sounds), begins, names, owners, self.lengths.tobytes()))

    @classmethod
    def read(cls, written: bytes) -> NameIndex:
        """What `write` wrote. ValueError (msgspec.MsgspecError is one) for anything else."""
        index = _written.decode(written)
        sounds = tuple(index.sounds.split("\n")) if index.sounds else ()
        begins, names, owners = (np.frombuffer(part, "<u4") for part in (index.begins, index.names, index.owners))
        lengths = np.frombuffer(index.lengths, np.uint8)
        if len(begins) != len(sounds) + 1 or len(owners) != len(lengths) or begins[-1] != len(names):
            raise ValueError("an index of names whose parts do not fit together")
        return cls(sounds, begins, names, owners, lengths)

    def having(self, matched: NDArray[np.intp]) -> tuple[Numbers, Numbers]:
        """The names that have any of these sounds, one sound after the other, and how many each one has."""
        first, sizes = self.begins[matched].astype(np.int64), np.diff(self.begins)[matched].astype(np.int64)
        ends = np.cumsum(sizes)
        steps = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - sizes), sizes)
        return self.names[steps], sizes.astype(np.uint32)


class Query:
    """A name that is looked for: its words, and which words two of them make together."""

    def __init__(self, name: str) -> None:
        self.words = words(name)
        self._single: list[_Reading] = [
            (sound, (place,)) for place, word in enumerate(self.words) for sound in (word.sound, *word.others)
        ]

    def closeness(self, sounds: Sequence[str]) -> Scores:
        """By word and sound: how close, 0 where it is not."""
        close = np.zeros((len(self.words), len(sounds)), np.float32)
        if not sounds:
            return close
        _compare(self._single, sounds, close)
        _compare(self._joined(close.max(axis=1)), sounds, close)
        self._add_initials(close, sounds)
        return close

    def _joined(self, best: Scores) -> list[_Reading]:
        """Neighbours that may be one word: short ones of which nobody has both as they stand."""
        return [
            (sound, (place, place + 1))
            for place, (one, after) in enumerate(pairwise(self.words))
            if min(len(one.sound), len(after.sound)) <= SHORT and best[place : place + 2].min() < _SAME
            for sound in together(one, after)
        ]

    def _add_initials(self, close: Scores, sounds: Sequence[str]) -> None:
        """An initial may be any word that begins with it, and any word may be written as its initial."""
        for place, word in enumerate(self.words):
            begins, ends = (bisect_left(sounds, bound) for bound in (word.sound[0], chr(ord(word.sound[0]) + 1)))
            if len(word.sound) > 1:  # of all that begin alike only the initial itself, which is sorted before them
                ends = begins + (begins < ends and len(sounds[begins]) == 1)
            np.maximum(close[place, begins:ends], _INITIAL, out=close[place, begins:ends])


def _compare(readings: Sequence[_Reading], sounds: Sequence[str], close: Scores) -> None:
    """Note in `close` how close each reading comes, for each of its words."""
    if not readings:
        return
    asked = [sound for sound, _ in readings[:_MOST_SOUNDS]]
    compared = process.cdist(asked, sounds, scorer=Indel.normalized_similarity, score_cutoff=CLOSE, dtype=np.float32)
    for row, (_, places) in zip(compared, readings, strict=False):
        for place in places:
            np.maximum(close[place], row, out=close[place])


def best(indexes: Sequence[NameIndex], name: str, limit: int = BEST) -> list[Found]:
    """The owners whose names come closest, the closest first; owners are numbered across the indexes."""
    query = Query(name)
    if not query.words:
        return []
    found = [(index, query.closeness(index.sounds)) for index in indexes]
    weights = _weights(found, len(query.words))
    scored = chain.from_iterable(_closest(index, close, weights, limit) for index, close in found)
    best_of: dict[int, float] = {}
    for owner, score in scored:
        best_of[owner] = max(score, best_of.get(owner, 0.0))
    return [Found(owner, score) for owner, score in heapq.nlargest(limit, best_of.items(), key=lambda pair: pair[1])]


def _weights(found: Sequence[tuple[NameIndex, Scores]], count: int) -> list[float]:
    """How much each word tells: a word that few names have tells most."""
    total = 1 + sum(len(index.owners) for index, _ in found)
    weights = []
    for place in range(count):
        having = sum(int(np.diff(index.begins)[close[place] >= 0.85].sum()) for index, close in found)
        weights.append(1.0 + float(np.log(total / (1 + having))) / 4)
    return weights


def _closest(index: NameIndex, close: Scores, weights: Sequence[float], limit: int) -> list[tuple[int, float]]:
    scores = np.zeros(len(index.owners), np.float32)
    for row, weight in zip(close, weights, strict=True):
        matched = np.flatnonzero(row)
        matched = matched[np.argsort(row[matched], kind="stable")]
        names, sizes = index.having(matched)
        nearest = np.zeros(len(index.owners), np.float32)
        nearest[names] = np.repeat(row[matched], sizes)  # of a name with two such sounds the closer one is written last
        scores += nearest * np.float32(weight)
    if index.hidden is not None:
        scores[index.hidden] = 0
    scores /= np.float32(sum(weights))
    more = index.lengths.astype(np.float32) - len(weights)
    scores -= np.where(scores > 0, np.clip(more, 0, 5) * _EACH_WORD_TOO_MANY, 0).astype(np.float32)
    for enough in _STEPS:
        top = np.flatnonzero(scores >= enough)
        if len(top) >= limit * _NAMES_OF_ONE:
            break
    top = top[np.argsort(-scores[top], kind="stable")[: limit * _NAMES_OF_ONE]]
    return list(zip(index.owners[top].tolist(), scores[top].tolist(), strict=True))


def alike(one: str, other: str) -> float:
    """How alike two names are, 1.0 the same: what a notice of a similar file goes by."""
    found = best([NameIndex.build([(0, sounds(other))])], one, 1)
    return found[0].score if found else 0.0
