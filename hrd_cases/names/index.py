"""Search by name among very many: the query's words are compared with every *different* sound there is, and what is
close is followed to the names that have it.

An index is built from what `sounds` gives for each name. It is written as bytes, so that it can be sealed, and used as
it is read: nothing is unpacked but what a search asks for.
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

from hrd_cases.names.consonants import FEWEST
from hrd_cases.names.heard import Sounds, WrittenSounds
from hrd_cases.names.postings import Numbers, Places, Postings, WrittenNumbers, WrittenPostings
from hrd_cases.names.sounds import SHORT, sounds, together, words

CLOSE: Final = 0.62
"""Indel similarity from which two sounds may be the same word."""
BEST: Final = 20
_INITIAL: Final = 0.6
_CONSONANTS: Final = (0.82, 0.88)
"""How close words of the same consonants are: of two, and of more."""
LEAST: Final = 0.4
"""A name that comes no closer is not told of."""
_NAMES_OF_ONE: Final = 8
_MOST_SOUNDS: Final = 24
_EACH_WORD_TOO_MANY: Final = 0.015

Scores = NDArray[np.float32]


_SAME: Final = 0.95
_Reading = tuple[str, tuple[int, ...]]


class _Written(msgspec.Struct, frozen=True, array_like=True):
    """An index as bytes: different sounds; the names that have each; owners and lengths of names."""

    sounds: WrittenSounds
    names: WrittenPostings
    owners: WrittenNumbers
    lengths: WrittenNumbers


_written = msgspec.msgpack.Decoder(_Written)


class Found(NamedTuple):
    """A file whose name came close: by the number it was given when the index was built, 1.0 is the same."""

    owner: int
    score: float


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Names of numbered owners: which names have each of the different sounds."""

    sounds: Sounds = field(repr=False)
    names: Postings = field(repr=False)
    owners: Numbers = field(repr=False)
    lengths: Numbers = field(repr=False)
    hidden: NDArray[np.bool_] | None = field(default=None, repr=False)

    def without(self, owners: NDArray[np.bool_]) -> NameIndex:
        """The same names, those of some owners left out of every answer. `owners`: one truth per owner."""
        return replace(self, hidden=owners[self.owners[:]])

    @classmethod
    def build(cls, lines: Iterable[tuple[int, str]]) -> NameIndex:
        """From (owner, what `sounds` gave) of each name."""
        numbered = list(lines)
        split = [line.split() for _, line in numbered]
        said = [sound.removeprefix("+") for sound in chain.from_iterable(split)]
        ordered = sorted(set(said))
        number = {sound: at for at, sound in enumerate(ordered)}
        keys = np.fromiter(map(number.__getitem__, said), np.uint32, len(said))
        names = np.repeat(np.arange(len(split), dtype=np.uint32), np.fromiter(map(len, split), np.intp, len(split)))
        lengths = [min(255, len(words) - line.count("+")) for words, (_, line) in zip(split, numbered, strict=True)]
        return cls(
            Sounds.of(ordered),
            Postings.of(keys, names, len(ordered)),
            Numbers.of(np.array([owner for owner, _ in numbered], np.uint32)),
            Numbers.of(np.array(lengths, np.uint32)),
        )

    def write(self) -> bytes:
        return msgspec.msgpack.encode(
            _Written(self.sounds.written(), self.names.written(), self.owners.written(), self.lengths.written())
        )

    @classmethod
    def read(cls, written: bytes | memoryview) -> NameIndex:
        """What `write` wrote. ValueError (msgspec.MsgspecError is one) for anything else."""
        index = _written.decode(written)
        found = cls(
            Sounds.read(index.sounds),
            Postings.read(index.names),
            Numbers.read(index.owners),
            Numbers.read(index.lengths),
        )
        if len(found.names) != len(found.sounds) or len(found.owners) != len(found.lengths):
            raise ValueError("an index of names whose parts do not fit together")
        return found


class Query:
    """A name that is looked for: its words, and which words two of them make together."""

    def __init__(self, name: str) -> None:
        self.words = words(name)
        self._single: list[_Reading] = [
            (sound, (place,)) for place, word in enumerate(self.words) for sound in (word.sound, *word.others)
        ]

    def closeness(self, sounds: Sounds) -> Scores:
        """By word and sound: how close, 0 where it is not."""
        close = np.zeros((len(self.words), len(sounds)), np.float32)
        if not len(sounds):
            return close
        _compare(self._single, sounds, close)
        _compare(self._joined(close.max(axis=1)), sounds, close)
        self._add_consonants(close, sounds)
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

    def _add_consonants(self, close: Scores, sounds: Sounds) -> None:
        """A word of a script that writes no short vowels, and one of any other, by their consonants."""
        for place, word in enumerate(self.words):
            found = list(sounds.unvoiced(word.voiced)) if word.voiced is not None else []
            found += sounds.voiced(word.unvoiced) if word.unvoiced else []
            if found:
                told = max(len(one.letters) for one in (word.voiced, *word.unvoiced) if one is not None)
                close[place, found] = np.maximum(close[place, found], _CONSONANTS[told > FEWEST])

    def _add_initials(self, close: Scores, sounds: Sounds) -> None:
        """An initial may be any word that begins with it, and any word may be written as its initial."""
        for place, word in enumerate(self.words):
            begins, ends = (bisect_left(sounds, bound) for bound in (word.sound[0], chr(ord(word.sound[0]) + 1)))
            if len(word.sound) > 1:  # of all that begin alike only the initial itself, which is sorted before them
                ends = begins + (begins < ends and len(sounds[begins]) == 1)
            np.maximum(close[place, begins:ends], _INITIAL, out=close[place, begins:ends])


def _compare(readings: Sequence[_Reading], sounds: Sounds, close: Scores) -> None:
    """Note in `close` how close each reading comes, for each of its words."""
    asked = [sound for sound, _ in readings[:_MOST_SOUNDS]]
    near = sounds.near(asked, CLOSE)
    if not len(near):
        return
    compared = process.cdist(
        asked, sounds.at(near), scorer=Indel.normalized_similarity, score_cutoff=CLOSE, dtype=np.float32
    )
    for row, (_, places) in zip(compared, readings, strict=False):
        for place in places:
            close[place, near] = np.maximum(close[place, near], row)


def best(indexes: Sequence[NameIndex], name: str, limit: int = BEST) -> list[Found]:
    """The owners whose names come closest, the closest first; owners are numbered across the indexes. Of namesakes the
    one whose other spellings are closer comes first.
    """
    query = Query(name)
    if not query.words:
        return []
    found = [(index, query.closeness(index.sounds)) for index in indexes]
    weights = _weights(found, len(query.words))
    scored = chain.from_iterable(_closest(index, close, weights, limit) for index, close in found)
    scores: defaultdict[int, list[float]] = defaultdict(list)
    for owner, score in scored:
        scores[owner].append(score)
    closest = heapq.nlargest(limit, scores.items(), key=lambda pair: _in_turn(pair[1]))
    return [Found(owner, max(names)) for owner, names in closest]


def _in_turn(names: Sequence[float]) -> list[float]:
    """What an owner is ranked by: its closest name, then the next one."""
    return [round(score, 3) for score in sorted(names, reverse=True)[:2]]


def _weights(found: Sequence[tuple[NameIndex, Scores]], count: int) -> list[float]:
    """How much each word tells: a word that few names have tells most."""
    total = 1 + sum(len(index.owners) for index, _ in found)
    weights = []
    for place in range(count):
        having = sum(int(index.names.sizes[close[place] >= 0.85].sum()) for index, close in found)
        weights.append(1.0 + float(np.log(total / (1 + having))) / 4)
    return weights


def _closest(index: NameIndex, close: Scores, weights: Sequence[float], limit: int) -> list[tuple[int, float]]:
    scores, nearest = np.zeros((2, len(index.owners)), np.float32)
    for row, weight in zip(close, weights, strict=True):
        matched = np.flatnonzero(row > 0)
        matched = matched[np.argsort(row[matched], kind="stable")]
        names, sizes = index.names.having(matched)
        told = row[matched] * np.float32(weight / sum(weights))
        nearest.fill(0)
        nearest[names] = np.repeat(told, sizes)  # of a name with two such sounds the closer one is written last
        scores += nearest
    if index.hidden is not None:
        scores[index.hidden] = 0
    top = np.flatnonzero(scores >= LEAST)
    more = index.lengths[top].astype(np.float32) - len(weights)
    reached = scores[top] - (np.clip(more, 0, 5) * _EACH_WORD_TOO_MANY).astype(np.float32)
    best_first = _highest(reached, limit * _NAMES_OF_ONE)
    top, reached = top[best_first], reached[best_first]
    return list(zip(index.owners[top].tolist(), reached.tolist(), strict=True))


def _highest(scores: Scores, count: int) -> Places:
    """Where the highest scores from LEAST on are, the highest first; among equals the first."""
    least = np.partition(scores, -count)[-count] if len(scores) > count else LEAST
    there = np.flatnonzero(scores >= max(least, LEAST))
    return there[np.argsort(-scores[there], kind="stable")[:count]]


def alike(one: str, other: str) -> float:
    """How alike two names are, 1.0 the same: what a notice of a similar file goes by."""
    found = best([NameIndex.build([(0, sounds(other))])], one, 1)
    return found[0].score if found else 0.0
