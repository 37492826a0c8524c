"""Files that look like the one being recorded, among those one may read. Of files elsewhere nothing is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card
from hrd_cases.cards.read import Search, cards_of
from hrd_cases.cases.shelves import as_it_is, circles
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.names.folding import fold
from hrd_cases.vault.envelope import digest

ALIKE = 0.8
PART = 0.9
"""How close a name counts that is part of another one."""
MOST_TOLD = 5
MOST_NAMES = 100
SHORTEST = 4
"""Letters of a name that is looked for as part of another one."""


class Similar(NamedTuple):
    """A file with a name like one that was typed, the closest first."""

    card: Card
    typed: str
    score: float


def similar(session: Session, visitor: Visitor, names: Iterable[str]) -> list[Similar]:
    """Files of the offices one works in whose names come close to these. Slow for many names among many files: it is
    done before a write transaction, where it keeps nobody waiting.
    """
    wanted = [name for name in dict.fromkeys(names) if name.strip()][:MOST_NAMES]
    found: dict[uuid.UUID, Similar] = {}
    for circle_id in circles(visitor).values():
        try:
            close = _close(session, circle_id, wanted)
            for card in cards_of(session, circle_id, close).good:
                typed, score = close[card.case_id]
                if score != PART or _is_part(typed, card):
                    found[card.case_id] = Similar(as_it_is(card, visitor.today), typed, score)
        except Locked:
            continue  # no key of it in this session: it tells nothing
    best = sorted(found.values(), key=lambda one: (-one.score, one.card.reference))
    return best[: MOST_TOLD * max(1, len(wanted))]


def _close(session: Session, circle_id: uuid.UUID, names: Iterable[str]) -> dict[uuid.UUID, tuple[str, float]]:
    """By case: the name typed that it is close to, and how close."""
    close: dict[uuid.UUID, tuple[str, float]] = {}
    search = Search(session, circle_id)
    for name in names:
        hits = [(hit.case_id, hit.score) for hit in search.names(name, MOST_TOLD).found]
        if len(fold(name)) >= SHORTEST:
            hits += [(case_id, PART) for case_id in search.text(name).found[:MOST_TOLD]]
        for case_id, score in hits:
            if score >= ALIKE and score > close.get(case_id, ("", 0.0))[1]:
                close[case_id] = (name, score)
    return close


def _is_part(name: str, card: Card) -> bool:
    """Of a name, and not of a place or a keyword."""
    return any(fold(name) in fold(one) for one in card.names())


def told_of(names: Iterable[str]) -> str:
    """A mark that the notice about these names was shown: with other names it is shown again."""
    return digest("similar files told", *(name.encode() for name in names)).hex()
