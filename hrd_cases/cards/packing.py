"""A segment in memory, and as two plaintexts. One card is exchanged without reading the others.

names   msgpack [ids, texts, sounds]   ids 16 bytes each, one line per card in each of the two texts
cards   msgpack [ids, cards, heads, dues, codes, sort names, versions]   each but the ids and versions a column; those
        from the heads to the sort names are heads.py's; versions of files are 4 bytes each, and end early where older
        programmes wrote the cards
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import name_to_sort_by, packed_codes, packed_dues, packed_head
from hrd_cases.errors import Tampered

ID_BYTES: Final = 16
_size = struct.Struct("<I")


class Names(msgspec.Struct, frozen=True, array_like=True):
    """The part that is searched."""

    ids: bytes
    texts: bytes
    sounds: str


class Column(msgspec.Struct, array_like=True, gc=False):
    """Something of each card, one after the other; `sizes` in little-endian 32-bit numbers."""

    sizes: bytes = b""
    data: bytes = b""

    def __len__(self) -> int:
        return len(self.sizes) // 4

    @property
    def ends(self) -> NDArray[np.intp]:
        return np.frombuffer(self.sizes, "<u4").cumsum(dtype=np.intp)

    def __iter__(self) -> Iterator[bytes]:
        ends = self.ends.tolist()
        return (self.data[begin:end] for begin, end in zip([0, *ends], ends, strict=False))

    def __getitem__(self, at: int) -> bytes:
        begin, end = self._where(at)
        return self.data[begin:end]

    def put(self, at: int, item: bytes) -> None:
        """Exchange, or add at the end: what lies there is nothing."""
        begin, end = self._where(at)
        if self.data[begin:end] != item:
            self.data = b"".join((self.data[:begin], item, self.data[end:]))
        if len(item) != end - begin or at == len(self):
            self.sizes = b"".join((self.sizes[: at * 4], _size.pack(len(item)), self.sizes[at * 4 + 4 :]))

    def take_away(self, at: int) -> None:
        begin, end = self._where(at)
        self.data = self.data[:begin] + self.data[end:]
        self.sizes = self.sizes[: at * 4] + self.sizes[at * 4 + 4 :]

    def _where(self, at: int) -> tuple[int, int]:
        begin = sum(struct.unpack_from(f"<{at}I", self.sizes))
        return begin, begin + int.from_bytes(self.sizes[at * 4 : at * 4 + 4], "little")


class Segment(msgspec.Struct, array_like=True, gc=False):
    """The part that is listed: each card stays packed until it is shown."""

    ids: bytes = b""
    cards: Column = msgspec.field(default_factory=Column)
    heads: Column = msgspec.field(default_factory=Column)
    dues: Column = msgspec.field(default_factory=Column)
    codes: Column = msgspec.field(default_factory=Column)
    names: Column = msgspec.field(default_factory=Column)
    versions: bytes = b""

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.cards, self.heads, self.dues, self.codes, self.names

    def __len__(self) -> int:
        return len(self.ids) // ID_BYTES

    def fits(self) -> bool:
        """Are all its parts of as many cards?"""
        numbers, written = 4 * len(self), len(self.versions)
        return {len(column.sizes) for column in self.columns} == {numbers} and not written % 4 and written <= numbers

    @property
    def every_version(self) -> bytes:
        """Of each card's file, 0 where the card does not say it."""
        return self.versions.ljust(4 * len(self), b"\0")

    def put(self, at: int, card: Card, *, renamed: bool) -> None:
        self.cards.put(at, _encode(card))
        self.heads.put(at, packed_head(card))
        self.dues.put(at, packed_dues(card))
        self.codes.put(at, packed_codes(card))
        before, after = self.versions[: 4 * at].ljust(4 * at, b"\0"), self.versions[4 * at + 4 :]
        self.versions = b"".join((before, card.version.to_bytes(4, "little"), after))
        if renamed:
            self.names.put(at, name_to_sort_by(card.name).encode())


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_names = msgspec.msgpack.Decoder(Names)
_segment = msgspec.msgpack.Decoder(Segment)
read_card = msgspec.msgpack.Decoder(Card).decode


@dataclass
class Packed:
    """A segment that is being written: ids and cards in one order, lines to search in the same if they are needed."""

    segment: Segment = field(default_factory=Segment, repr=False)
    texts: list[bytes] = field(default_factory=list, repr=False)
    sounds: list[str] = field(default_factory=list, repr=False)
    has_names: bool = True
    names_version: int = 0
    """Which writing of the lines to search was read."""

    @classmethod
    def unpack(cls, cards: bytes) -> Packed:
        """Without the lines to search: `add_names` brings them. Raises Tampered."""
        segment = read_segment(cards)
        if segment is None:
            raise Tampered("a segment of cards cannot be read")
        return cls(segment, has_names=False)

    def __len__(self) -> int:
        return len(self.segment)

    def at(self, case_id: uuid.UUID) -> int | None:
        """Where a case's card lies, if it does."""
        name = case_id.bytes
        found = self.segment.ids.find(name)
        while found % ID_BYTES and found >= 0:  # the end of one id and the beginning of the next may look like it
            found = self.segment.ids.find(name, found + 1)
        return found // ID_BYTES if found >= 0 else None

    def add_names(self, names: bytes) -> None:
        """Tampered if these are not the names of these cards."""
        read = read_names(names)
        self.texts = read.texts.split(b"\n") if len(self) else []
        self.sounds = read.sounds.split("\n") if len(self) else []
        if read.ids != self.segment.ids or not len(self) == len(self.texts) == len(self.sounds):
            raise Tampered("a segment of cards whose parts do not fit together")
        self.has_names = True

    def changes_names(self, case_id: uuid.UUID, card: Card | None) -> bool:
        """Must the lines to search be written anew for this card?"""
        at = self.at(case_id)
        if card is None or at is None:
            return True
        try:
            before = read_card(self.segment.cards[at])
        except msgspec.MsgspecError:
            return True
        return before.searched() != card.searched()

    def put(self, card: Card) -> None:
        """Exchange a card, or add it at the end. Without names: only one that changes none."""
        found = self.at(card.case_id)
        at = len(self) if found is None else found
        if self.has_names:
            # An empty slice at the end adds, a slice of one exchanges.
            self.texts[at : at + 1] = [card.searched_text().encode()]
            self.sounds[at : at + 1] = [card.searched_sounds()]
        self.segment.put(at, card, renamed=self.has_names)
        if found is None:
            self.segment.ids += card.case_id.bytes

    def take_away(self, case_id: uuid.UUID) -> None:
        at = self.at(case_id)
        if at is not None:
            ids = self.segment.ids
            self.segment.ids = ids[: at * ID_BYTES] + ids[(at + 1) * ID_BYTES :]
            for column in self.segment.columns:
                column.take_away(at)
            self.segment.versions = self.segment.versions[: 4 * at] + self.segment.versions[4 * at + 4 :]
            del self.texts[at], self.sounds[at]

    def names(self) -> bytes:
        return _encode(Names(self.segment.ids, b"\n".join(self.texts), "\n".join(self.sounds)))

    def whole(self) -> bytes:
        return _encode(self.segment)


def split_ids(ids: bytes) -> Iterator[bytes]:
    return (ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))


def read_segment(plaintext: bytes) -> Segment | None:
    """None if it cannot be read: a newer version of the programme may have written it."""
    try:
        segment = _segment.decode(plaintext)
    except msgspec.MsgspecError:
        return None
    return segment if segment.fits() else None


def read_cards(plaintext: bytes) -> list[Card] | None:
    """Every card of a segment; None if they cannot be read."""
    return _read(plaintext, lambda _: True)


def read_some(plaintext: bytes, wanted: Collection[bytes]) -> list[Card] | None:
    """The cards of these cases (16 bytes each), the others left packed; None if they cannot be read."""
    return _read(plaintext, wanted.__contains__)


def _read(plaintext: bytes, wanted: Callable[[bytes], bool]) -> list[Card] | None:
    segment = read_segment(plaintext)
    try:
        pairs = zip(split_ids(segment.ids), segment.cards, strict=True) if segment is not None else None
        return [read_card(card) for name, card in pairs if wanted(name)] if pairs is not None else None
    except msgspec.MsgspecError:
        return None


def read_names(plaintext: bytes) -> Names:
    """Tampered if it cannot be read."""
    try:
        return _names.decode(plaintext)
    except msgspec.MsgspecError as error:
        raise Tampered("the names of a segment cannot be read") from error


def with_text(plaintext: bytes, sought: bytes) -> Iterable[uuid.UUID]:
    """The cases of a segment in whose line the text occurs. Most have none: that is seen without reading them."""
    if sought not in plaintext:
        return ()
    names = read_names(plaintext)
    lines = zip(split_ids(names.ids), names.texts.split(b"\n"), strict=False)
    return [uuid.UUID(bytes=name) for name, line in lines if sought in line]
