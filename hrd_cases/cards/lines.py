"""A card as lists look at it first: what they filter and sort by. Everything else stays packed until it is shown.

Of ten thousand cards a page shows some dozens: to read the others whole would cost ten times as much.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.models import Part
from hrd_cases.cards.read import Damaged, opened_parts
from hrd_cases.cards.sealing import Sealing

_themes = msgspec.msgpack.Decoder(tuple[str, ...])
_codes = msgspec.msgpack.Decoder(frozenset[str])
_moment = msgspec.msgpack.Decoder(datetime)
_dues = msgspec.msgpack.Decoder(tuple[Due, ...])
_card = msgspec.msgpack.Decoder(Card)


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The fields of `Card`, in its order. `packed_…` are read when they are asked for, ids are left as bytes: of so
    many none must cost the collector of garbage a look.
    """

    key: bytes
    reference: str
    name: str
    state: str
    risk: str
    urgency: str
    country: str
    packed_themes: msgspec.Raw
    officer_key: bytes | None
    next_on: date | None
    packed_next_step: msgspec.Raw
    packed_updated_at: msgspec.Raw
    packed_opened_at: msgspec.Raw
    packed_flags: msgspec.Raw
    packed_spellings: msgspec.Raw
    packed_places: msgspec.Raw
    packed_keywords: msgspec.Raw
    packed_risk_sentence: msgspec.Raw
    packed_where_now: msgspec.Raw
    closed_on: date | None
    packed_dues: msgspec.Raw

    def __repr__(self) -> str:
        return "<Line>"

    @property
    def case_id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.key)

    @property
    def officer_id(self) -> uuid.UUID | None:
        return uuid.UUID(bytes=self.officer_key) if self.officer_key is not None else None

    @property
    def themes(self) -> tuple[str, ...]:
        return _themes.decode(self.packed_themes)

    @property
    def flags(self) -> frozenset[str]:
        return _codes.decode(self.packed_flags)

    @property
    def updated_at(self) -> datetime:
        return _moment.decode(self.packed_updated_at)

    @property
    def opened_at(self) -> datetime:
        return _moment.decode(self.packed_opened_at)

    @property
    def dues(self) -> tuple[Due, ...]:
        return _dues.decode(self.packed_dues)

    def tells_of(self, mark: bytes) -> bool:
        """Is there a due with this mark, of a kind (`due_mark`) or of an id? To look costs less than to read them."""
        return mark in bytes(self.packed_dues)


def due_mark(kind: str) -> bytes:
    """How a kind of due looks in a card that is still packed."""
    return msgspec.msgpack.encode(kind)


class _Packed(msgspec.Struct, array_like=True, gc=False):
    ids: bytes
    cards: list[msgspec.Raw]


class _Read(msgspec.Struct, array_like=True, gc=False):
    ids: bytes
    cards: list[Line]


_packed = msgspec.msgpack.Decoder(_Packed)
_read = msgspec.msgpack.Decoder(_Read)


class Lines(NamedTuple):
    """Every card of a circle as a line, in no order, and the segments that failed their check."""

    good: list[Line]
    damaged: Damaged
    packed: dict[bytes, msgspec.Raw]
    segments: list[tuple[bytes, list[Line]]]
    """Plaintexts with what was read of them: most have no rare mark, and that is seen at once."""

    def telling(self, mark: bytes) -> list[Line]:
        """Lines with a due that has this mark."""
        marked = (read for plaintext, read in self.segments if mark in plaintext)
        return [line for read in marked for line in read if line.tells_of(mark)]

    def card(self, line: Line) -> Card:
        """The whole card of a line."""
        return _card.decode(self.packed[line.key])

    def cards(self, chosen: Iterable[Line]) -> list[Card]:
        return [self.card(line) for line in chosen]


def lines(session: Session, circle_id: uuid.UUID) -> Lines:
    """Every card of a circle. Raises Locked without its keys."""
    found = Lines([], [], {}, [])
    for row_id, plaintext in opened_parts(Sealing(session, circle_id), Part.CARDS):
        try:
            if plaintext is None:
                raise msgspec.DecodeError
            read, packed = _read.decode(plaintext).cards, _packed.decode(plaintext).cards
        except msgspec.MsgspecError:
            found.damaged.append(row_id)
            continue
        found.good.extend(read)
        found.segments.append((plaintext, read))
        found.packed.update(zip([line.key for line in read], packed, strict=True))
    return found
