"""A segment in memory, and as two plaintexts. One card is exchanged without reading the others.

names   msgpack [ids, texts, sounds]   ids 16 bytes each, one line per card in each of the two texts
cards   msgpack [ids, [card, …]]
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
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
_read_cards = msgspec.msgpack.Decoder(_ReadCards)


@dataclass
class Packed:
    """A segment that is being written: ids, cards, lines to search, all in one order."""

    ids: list[bytes] = field(default_factory=list)
    cards: list[msgspec.Raw] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list, repr=False)
    sounds: list[str] = field(default_factory=list, repr=False)
    names_changed: bool = False

    @classmethod
    def unpack(cls, names: bytes, cards: bytes) -> Packed:
        """Tampered if the two parts are not of the same cards."""
        try:
            read, kept = _names.decode(names), _cards.decode(cards)
        except msgspec.MsgspecError as error:
            raise Tampered("a segment of cards cannot be read") from error
        ids = list(split_ids(kept.ids))
        texts = read.texts.split(b"\n") if ids else []
        sounds = read.sounds.split("\n") if ids else []
        if read.ids != kept.ids or not len(ids) == len(kept.cards) == len(texts) == len(sounds):
            raise Tampered("a segment of cards whose parts do not fit together")
        return cls(ids, kept.cards, texts, sounds)

    def put(self, card: Card) -> None:
        """Exchange a card, or add it at the end."""
        written, name = msgspec.Raw(_encode(card)), card.case_id.bytes
        text, sounds = card.searched_text().encode(), card.searched_sounds()
        if name in self.ids:
            at = self.ids.index(name)
            self.cards[at] = written
            if (self.texts[at], self.sounds[at]) != (text, sounds):
                self.texts[at], self.sounds[at] = text, sounds
                self.names_changed = True
            return
        self.ids.append(name)
        self.cards.append(written)
        self.texts.append(text)
        self.sounds.append(sounds)
        self.names_changed = True

    def take_away(self, case_id: uuid.UUID) -> None:
        if case_id.bytes in self.ids:
            at = self.ids.index(case_id.bytes)
            for column in (self.ids, self.cards, self.texts, self.sounds):
                del column[at]
            self.names_changed = True

    def names(self) -> bytes:
        return _encode(Names(b"".join(self.ids), b"\n".join(self.texts), "\n".join(self.sounds)))

    def whole(self) -> bytes:
        return _encode(_Cards(b"".join(self.ids), self.cards))


def split_ids(ids: bytes) -> Iterator[bytes]:
    return (ids[at : at + ID_BYTES] for at in range(0, len(ids), ID_BYTES))


def read_cards(plaintext: bytes) -> list[Card] | None:
    """Every card of a segment; None if a newer version of the programme wrote them and they cannot be read."""
    try:
        return _read_cards.decode(plaintext).cards
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
