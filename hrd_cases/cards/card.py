"""A card: what a list shows of a case file and a search finds it by."""

from __future__ import annotations

import uuid
import zlib
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

from hrd_cases.instants import Instant
from hrd_cases.names.folding import fold
from hrd_cases.names.sounds import sounds
from hrd_cases.names.texts import TEXT_ENDS

NAME_ENDS: Final = TEXT_ENDS.decode()
MOST_NAMES: Final = 40
_PRIVATE, _LETTERS = 0xE000, 6_400
"""The letters that Unicode leaves to everybody: folding takes them for no letters at all."""


@lru_cache(maxsize=10_000)
def sign(code: str) -> str:
    """A code as a word of three letters that no folded text has: nobody types it, and no part of a name is like it."""
    number = zlib.crc32(code.encode())
    return "".join(chr(_PRIVATE + number // _LETTERS**place % _LETTERS) for place in range(3))


class Due(msgspec.Struct, frozen=True, array_like=True):
    """Something that waits in a file: `kind` in a word (task, confirm, acknowledge, review, contact, …), for whom, by
    which day, and by which moment if a clock runs. `what` is what a person wrote; a rule's is "" and `rule` names it.
    `reminders` are those that tell of it. What waits to be joined or closed is for anybody *but* `for_id`, who asked.
    """

    kind: str
    on: date
    at: Instant | None = None
    for_id: uuid.UUID | None = None
    what: str = ""
    rule: str = ""
    entry_id: uuid.UUID | None = None
    reminders: tuple[uuid.UUID, ...] = ()
    by_id: uuid.UUID | None = None
    """Who brought it about, where its reader is told."""
    within_id: uuid.UUID | None = None
    """Where it stands, if that is not the file itself: of a hearing, its trial."""
    nobody: bool = False
    """Nobody does it yet: to a hearing nobody goes."""
    unanswered: bool = False
    """An embassy was asked to do it, and has not accepted."""

    def __repr__(self) -> str:
        return f"<Due {self.kind}>"


class Aside(msgspec.Struct, frozen=True, array_like=True):
    """What a later room keeps on a card beside what lists show: packed by that room, which alone reads it. Its lines
    are found by `marks`, without reading the others: a calendar's by months.
    """

    room: str
    marks: tuple[str, ...]
    packed: bytes

    def __repr__(self) -> str:
        return f"<Aside {self.room}>"


class Card(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Codes are those of the code lists. `name` is the one shown; `spellings` are other names and aliases, of everybody
    on file whom a search by name shall find. New fields come last, with a default: older cards stay readable.
    """

    case_id: uuid.UUID
    reference: str
    name: str
    state: str
    risk: str
    urgency: str
    country: str
    themes: tuple[str, ...] = ()
    officer_id: uuid.UUID | None = None
    next_on: date | None = None
    next_step: str = ""
    updated_at: Instant
    opened_at: Instant
    flags: frozenset[str] = frozenset()
    spellings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    risk_sentence: str = ""
    where_now: str = ""
    closed_on: date | None = None
    dues: tuple[Due, ...] = ()
    codes: tuple[str, ...] = ()
    """What it is by the declared lists, each as `list:code`: whatever a list is called in, it is found by its code."""
    version: int = 0
    """Of its file, as this card tells of it; 0 in one of before cards said so."""
    asides: tuple[Aside, ...] = ()

    def __repr__(self) -> str:
        return f"<Card {self.case_id}>"

    @property
    def key(self) -> bytes:
        return self.case_id.bytes

    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.name, *self.spellings) if name))[:MOST_NAMES]

    def searched(self) -> tuple[tuple[str, ...], ...]:
        """What a search goes by: while it stays the same, only the card itself is sealed anew."""
        return ((self.name, self.reference), self.spellings, self.places, self.keywords, self.codes)

    def searched_text(self) -> str:
        """One line, folded: what a part of a name, a place, a keyword or the reference is looked for in; its codes."""
        texts = (fold(text) for text in (*self.names(), self.reference, *self.places, *self.keywords))
        return NAME_ENDS.join((*texts, *map(sign, self.codes)))

    def searched_sounds(self) -> str:
        """One line: how each name sounds."""
        return NAME_ENDS.join(filter(None, map(sounds, self.names())))
