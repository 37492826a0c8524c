"""Grants as the card of their file carries them, for lists of many: packed, and sealed with the card.

A card says whom a grant is for and what for; how it stands say its steps. No column in clear joins a grant to a file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Aside, Card
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cards.lines import lines
from hrd_cases.grants.details import Payment, Story
from hrd_cases.names.folding import fold

ROOM: Final = "grants"
ANY: Final = "any"
"""Marks the card of every file from which money was asked for."""
ORGANISATION: Final = "organisation"


class Wanted(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One grant as lists show it; codes are those of `grants.codes`. New fields come last, with a default."""

    grant_id: uuid.UUID
    purpose: str = ""
    beneficiary: str = ""
    steps: int = 0
    """So many it had: a card that knows of fewer than there are is behind."""

    def __repr__(self) -> str:
        return f"<Wanted {self.grant_id}>"


_read = msgspec.msgpack.Decoder(tuple[Wanted, ...])


def aside_of(grants: Iterable[tuple[uuid.UUID, int, Story | None, Payment | None]]) -> Aside:
    """What a card carries of all grants of its file, each with the number of its steps; of one that does not open, that
    it is there.
    """
    found, marks = [], {ANY}
    for grant_id, steps, story, payment in grants:
        purpose, helps = payment.purpose if payment is not None else "", story.beneficiary if story else ""
        found.append(Wanted(grant_id=grant_id, purpose=purpose, beneficiary=helps, steps=steps))
        if story is not None and payment is not None:
            marks |= organisation_mark(story, payment)
    return Aside(ROOM, tuple(sorted(marks)), msgspec.msgpack.encode(tuple(found)))


def organisation_mark(story: Story, payment: Payment) -> set[str]:
    """What an organisation that money went to is found by; nothing for a person, whose grants their own file names."""
    name = fold(payment.payee)
    return {f"{ORGANISATION} {name}"} if story.beneficiary == ORGANISATION and name else set()


def marked(session: Session, circle_id: uuid.UUID, *marks: str) -> list[Card]:
    """The cards of a circle that carry one of these marks. Raises Locked for whoever holds no key of them."""
    found = lines(session, circle_id)
    return list(found.cards(np.flatnonzero(found.coded([aside_mark(ROOM, one) for one in marks])).tolist()))


def wanted_on(card: Card) -> Iterator[Wanted]:
    """The grants that a card carries; none of what cannot be read."""
    for aside in card.asides:
        if aside.room == ROOM:
            try:
                yield from _read.decode(aside.packed)
            except msgspec.MsgspecError:
                continue
