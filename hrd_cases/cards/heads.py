"""What lists filter and sort by, beside the cards of a segment and in columns: of ten thousand cards a page shows some
dozens, and the others are never read one by one.

Words stand there as marks of 32 bits: what is shown always comes from the card itself.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np

from hrd_cases.cards.card import Card

FAR: Final = date.max.toordinal()
"""The day of what has none."""
NONE: Final = bytes(16)
"""The id of nobody."""

_head = struct.Struct("<IIII16siiqq12s")
HEAD: Final = np.dtype(
    [
        ("state", "<u4"),
        ("risk", "<u4"),
        ("urgency", "<u4"),
        ("country", "<u4"),
        ("officer", "V16"),
        ("next_on", "<i4"),
        ("closed_on", "<i4"),
        ("updated_at", "<i8"),
        ("opened_at", "<i8"),
        ("reference", "S12"),
    ]
)
_due = struct.Struct("<Ii16s")
DUE: Final = np.dtype([("kind", "<u4"), ("on", "<i4"), ("for", "V16")])
CODE: Final = np.dtype("<u4")


@lru_cache(maxsize=10_000)
def mark(word: str) -> int:
    """A word of a column; 0 for none."""
    return zlib.crc32(word.encode())


def theme_mark(theme: str) -> int:
    return mark(f"theme {theme}")


def flag_mark(flag: str) -> int:
    return mark(f"flag {flag}")


class Heads(msgspec.Struct, array_like=True, gc=False):
    """Columns of one segment, in the order of its cards: `HEAD` each, its dues, its codes, its name to sort by."""

    heads: bytes = b""
    dues: list[bytes] = []
    codes: list[bytes] = []
    names: str = ""

    @classmethod
    def of(cls, cards: list[Card]) -> Heads:
        made = cls(dues=[], codes=[])
        for at, card in enumerate(cards):
            made.put(at, card)
        return made

    def fit(self, cards: int) -> bool:
        """Are these of so many cards?"""
        names = self.names.count("\n") + 1 if self.dues else 0
        return len(self.heads) == cards * HEAD.itemsize and len(self.dues) == len(self.codes) == names == cards

    def put(self, at: int, card: Card) -> None:
        """Exchange, or add at the end: an empty slice there adds, a slice of one exchanges."""
        names = self._names()
        names[at : at + 1] = [name_to_sort_by(card.name)]
        self.names = "\n".join(names)
        self.heads = self.heads[: at * HEAD.itemsize] + _packed_head(card) + self.heads[(at + 1) * HEAD.itemsize :]
        self.dues[at : at + 1] = [b"".join(_packed_dues(card))]
        self.codes[at : at + 1] = [b"".join(_packed_codes(card))]

    def take_away(self, at: int) -> None:
        names = self._names()
        del names[at], self.dues[at], self.codes[at]
        self.names = "\n".join(names)
        self.heads = self.heads[: at * HEAD.itemsize] + self.heads[(at + 1) * HEAD.itemsize :]

    def _names(self) -> list[str]:
        return self.names.split("\n") if self.dues else []


def name_to_sort_by(name: str) -> str:
    """Marked letters beside their bare ones; whose name is not known come last."""
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join("".join(letters).casefold().split()) or "\U0010ffff"


def _packed_head(card: Card) -> bytes:
    return _head.pack(
        mark(card.state),
        mark(card.risk),
        mark(card.urgency),
        mark(card.country),
        card.officer_key or NONE,
        card.next_on.toordinal() if card.next_on else FAR,
        card.closed_on.toordinal() if card.closed_on else 0,
        int(card.updated_at.timestamp() * 1e6),
        int(card.opened_at.timestamp() * 1e6),
        card.reference.encode(),
    )


def _packed_dues(card: Card) -> list[bytes]:
    return [
        _due.pack(mark(due.kind), due.on.toordinal(), due.for_id.bytes if due.for_id else NONE) for due in card.dues
    ]


def _packed_codes(card: Card) -> list[bytes]:
    marks = [theme_mark(theme) for theme in card.themes] + [flag_mark(flag) for flag in card.flags]
    return [one.to_bytes(4, "little") for one in marks]
