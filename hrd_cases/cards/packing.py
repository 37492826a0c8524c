"""A segment in memory, and as two plaintexts. One card is exchanged without reading the others.

names   msgpack [ids, texts, sounds]   ids 16 bytes each, one line per card in each of the two texts
cards   msgpack [ids, [card, …], columns]   what lists filter and sort by (heads.py); made anew where it is missing
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import Heads
from hrd_cases.errors import Tampered

ID_BYTES: Final = 16


class Names(msgspec.Struct, frozen=True, array_like=True):
    """The part that is searched."""

    ids: bytes
    texts: bytes
    sounds: str


class Segment(msgspec.Struct, array_like=True, gc=False):
    """The part that is listed: each card stays packed until it is shown."""

    ids: bytes
    cards: list[msgspec.Raw]
    columns: Heads = msgspec.field(default_factory=Heads)

    def complete(self) -> None:
        """Older segments have no columns. Raises a MsgspecError if a card cannot be read."""
        if not self.columns.fit(len(self.cards)):
            self.columns = Heads.of([_card.decode(card) for card in self.cards])


class _ReadCards(msgspec.Struct, array_like=True):
    ids: bytes
    cards: list[Card]


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_names = msgspec.msgpack.Decoder(Names)
_segment = msgspec.msgpack.Decoder(Segment)
_card = msgspec.msgpack.Decoder(Card)
_read_cards = msgspec.msgpack.Decoder(_ReadCards)


@dataclass
class Packed:
    """A segment that is being written: ids and cards in one order, lines to search in the same if they are needed."""

    ids: bytes = b""
    cards: list[msgspec.Raw] = field(default_factory=list)
    columns: Heads = field(default_factory=Heads, repr=False)
    texts: list[bytes] = field(default_factory=list, repr=False)
    sounds: list[str] = field(default_factory=list, repr=False)
    has_names: bool = True

    @classmethod
    def unpack(cls, cards: bytes) -> Packed:
        """Without the lines to search: `add_names` brings them. Raises Tampered."""
        try:
            kept = _segment.decode(cards)
            kept.complete()
        except msgspec.MsgspecError as error:
            raise Tampered("a segment of cards cannot be read") from error
        if len(kept.ids) != len(kept.cards) * ID_BYTES:
            raise Tampered("a segment of cards whose parts do not fit together")
        return cls(kept.ids, kept.cards, kept.columns, has_names=False)

    def __len__(self) -> int:
        return len(self.cards)

    def at(self, case_id: uuid.UUID) -> int | None:
        """Where a case's card lies, if it does."""
        name = case_id.bytes
        found = self.ids.find(name)
        while found % ID_BYTES and found >= 0:  # the end of one id and the beginning of the next may look like it
            found = self.ids.find(name, found + 1)
        return found // ID_BYTES if found >= 0 else None

    def add_names(self, names: bytes) -> None:
        """Tampered if these are not the names of these cards."""
        read = read_names(names)
        self.texts = read.texts.split(b"\n") if self.ids else []
        self.sounds = read.sounds.split("\n") if self.ids else []
        if read.ids != self.ids or not len(self) == len(self.texts) == len(self.sounds):
            raise Tampered("a segment of cards whose parts do not fit together")
        self.has_names = True

    def changes_names(self, case_id: uuid.UUID, card: Card | None) -> bool:
        """Must the lines to search be written anew for this card?"""
        at = self.at(case_id)
        if card is None or at is None:
            return True
        try:
            before = _card.decode(self.cards[at])
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
        self.cards[at : at + 1] = [msgspec.Raw(_encode(card))]
        self.columns.put(at, card)
        if found is None:
            self.ids += card.case_id.bytes

    def take_away(self, case_id: uuid.UUID) -> None:
        at = self.at(case_id)
        if at is not None:
            self.ids = self.ids[: at * ID_BYTES] + self.ids[(at + 1) * ID_BYTES :]
            for column in (self.cards, self.texts, self.sounds):
                del column[at]
            self.columns.take_away(at)

    def names(self) -> bytes:
        return _encode(Names(self.ids, b"\n".join(self.texts), "\n".join(self.sounds)))

    def whole(self) -> bytes:
        return _encode(Segment(self.ids, self.cards, self.columns))


def split_ids(ids: bytes) -> Iterator[bytes]:
    return (ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))


def read_cards(plaintext: bytes) -> list[Card] | None:
    """Every card of a segment; None if a newer version of the programme wrote them and they cannot be read."""
    try:
        return _read_cards.decode(plaintext).cards
    except msgspec.MsgspecError:
        return None


def read_segment(plaintext: bytes) -> Segment | None:
    """For lists; None if it cannot be read."""
    try:
        segment = _segment.decode(plaintext)
        segment.complete()
        return segment if len(segment.ids) == len(segment.cards) * ID_BYTES else None
    except msgspec.MsgspecError:
        return None


def read_some(plaintext: bytes, wanted: Collection[bytes]) -> list[Card] | None:
    """The cards of these cases (16 bytes each), the others left packed; None if they cannot be read."""
    try:
        kept = _segment.decode(plaintext)
        pairs = zip(split_ids(kept.ids), kept.cards, strict=False)
        return [_card.decode(card) for name, card in pairs if name in wanted]
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
