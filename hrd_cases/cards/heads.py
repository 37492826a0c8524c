"""What lists filter and sort by, beside the cards of a segment and in columns: of ten thousand cards a page shows some
dozens, and the others are never read one by one.

Words and members stand there as marks of 32 and 64 bits: what is shown always comes from the card itself.
"""

from __future__ import annotations

import struct
import unicodedata
import uuid
import zlib
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hrd_cases.cards.card import Card

FAR: Final = date.max.toordinal()
"""The day of what has none."""

_head = struct.Struct("<IIIIQiiqq12s")
HEAD: Final = np.dtype(
    [
        ("state", "<u4"),
        ("risk", "<u4"),
        ("urgency", "<u4"),
        ("country", "<u4"),
        ("officer", "<u8"),
        ("next_on", "<i4"),
        ("closed_on", "<i4"),
        ("updated_at", "<i8"),
        ("opened_at", "<i8"),
        ("reference", "S12"),
    ]
)
_due = struct.Struct("<IiQ")
DUE: Final = np.dtype([("kind", "<u4"), ("on", "<i4"), ("for", "<u8")])
CODE: Final = np.dtype("<u4")


@lru_cache(maxsize=10_000)
def mark(word: str) -> int:
    """A word of a column; 0 for none."""
    return zlib.crc32(word.encode())


def theme_mark(theme: str) -> int:
    return mark(f"theme {theme}")


def flag_mark(flag: str) -> int:
    return mark(f"flag {flag}")


def aside_mark(room: str, word: str) -> int:
    return mark(f"aside {room} {word}")


def member_mark(member_id: uuid.UUID | None) -> int:
    """A member; 0 for nobody."""
    return member_id.int & 0xFFFF_FFFF_FFFF_FFFF if member_id is not None else 0


def name_to_sort_by(name: str) -> str:
    """Marked letters like their bare ones; whose name is not known come last."""
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join("".join(letters).casefold().split()) or "\U0010ffff"


def levels(heads: NDArray[Any]) -> NDArray[Any]:
    """How grave each is: its risk, or what it was thought to be as long as nobody assessed it."""
    return np.where(heads["risk"], heads["risk"], heads["urgency"])


def packed_head(card: Card) -> bytes:
    return _head.pack(
        mark(card.state),
        mark(card.risk),
        mark(card.urgency),
        mark(card.country),
        member_mark(card.officer_id),
        card.next_on.toordinal() if card.next_on else FAR,
        card.closed_on.toordinal() if card.closed_on else 0,
        int(card.updated_at.timestamp() * 1e6),
        int(card.opened_at.timestamp() * 1e6),
        card.reference.encode(),
    )


def packed_dues(card: Card) -> bytes:
    return b"".join(_due.pack(mark(due.kind), due.on.toordinal(), member_mark(due.for_id)) for due in card.dues)


def packed_codes(card: Card) -> bytes:
    marks = [theme_mark(theme) for theme in card.themes] + [flag_mark(flag) for flag in card.flags]
    marks += [aside_mark(aside.room, word) for aside in card.asides for word in aside.marks]
    return b"".join(one.to_bytes(4, "little") for one in marks)
