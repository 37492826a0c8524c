"""A segment in memory, and as two plaintexts. One card is exchanged without reading the others.

names   msgpack [ids, texts, sounds]   ids 16 bytes each, one line per card in each of the two texts
cards   msgpack [ids, [card, …]]
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from hrd_cases.cards.card import Card
from hrd_cases.errors import Tampered

ID_BYTES: Final = 16


class Names(msgspec.Struct, frozen=True, array_like=True):
    """The part that is searched."""

    ids: bytes
    texts: bytes
    sounds: str


class _Cards(msgspec.Struct, array_like=True):
    ids: bytes
    cards: list[msgspec.Raw]


class _ReadCards(msgspec.Struct, array_like=True):
    ids: bytes
    cards: list[Card]


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_names = msgspec.msgpack.Decoder(Names)
_cards = msgspec.msgpack.Decoder(_Cards)
_card = msgspec.msgpack.Decoder(Card)
_read_cards = msgspec.msgpack.Decoder(_ReadCards)


@dataclass
class Packed:
    """A segment that is being written: ids and cards in one order, lines to search in the same if they are needed."""

    ids: bytes = b""
    cards: list[msgspec.Raw] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list, repr=False)
    sounds: list[str] = field(default_factory=list, repr=False)
    has_names: bool = True

    @classmethod
    def unpack(cls, cards: bytes) -> Packed:
        """Without the lines to search: `add_names` brings them. Raises Tampered."""
        try:
            kept = _cards.decode(cards)
        except msgspec.MsgspecError as error:
            raise Tampered("a segment of cards cannot be read") from error
        if len(kept.ids) != len(kept.cards) * ID_BYTES:
            raise Tampered("a segment of cards whose parts do not fit together")
        return cls(kept.ids, kept.cards, has_names=False)

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
        if found is None:
            self.ids += card.case_id.bytes

    def take_away(self, case_id: uuid.UUID) -> None:
        at = self.at(case_id)
        if at is not None:
            self.ids = self.ids[: at * ID_BYTES] + self.ids[(at + 1) * ID_BYTES :]
            for column in (self.cards, self.texts, self.sounds):
                del column[at]

    def names(self) -> bytes:
        return _encode(Names(self.ids, b"\n".join(self.texts), "\n".join(self.sounds)))

    def whole(self) -> bytes:
        return _encode(_Cards(self.ids, self.cards))


def split_ids(ids: bytes) -> Iterator[bytes]:
    return (ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))


def read_cards(plaintext: bytes) -> list[Card] | None:
    """Every card of a segment; None if a newer version of the programme wrote them and they cannot be read."""
    try:
        return _read_cards.decode(plaintext).cards
    except msgspec.MsgspecError:
        return None


def read_some(plaintext: bytes, wanted: Collection[bytes]) -> list[Card] | None:
    """The cards of these cases (16 bytes each), the others left packed; None if they cannot be read."""
    try:
        kept = _cards.decode(plaintext)
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
