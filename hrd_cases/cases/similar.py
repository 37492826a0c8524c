"""Files that look like the one being recorded, among those one may read. Of files elsewhere nothing is told."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
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


def similar(session: Session, visitor: Visitor, names: Iterable[str], but: Collection[uuid.UUID] = ()) -> list[Similar]:
    """Files of the offices one works in whose names come close to these, each once; none of those in `but`. Slow for
    many names among many files: it is done before a write transaction, where it keeps nobody waiting.
    """
    each = [one for found in similar_to_each(session, visitor, names, but).values() for one in found]
    best = {one.card.case_id: one for one in sorted(each, key=_closest, reverse=True)}
    return sorted(best.values(), key=_closest)


def similar_to_each(
    session: Session, visitor: Visitor, names: Iterable[str], but: Collection[uuid.UUID] = ()
) -> dict[str, list[Similar]]:
    """The same for each name by itself, those that come close to none left out: a file may be close to two of them."""
    wanted = [name for name in dict.fromkeys(names) if name.strip()][:MOST_NAMES]
    found: list[Similar] = []
    for circle_id in circles(visitor).values():
        try:
            close = {pair: score for pair, score in _close(session, circle_id, wanted).items() if pair[1] not in but}
            cards = {card.case_id: card for card in cards_of(session, circle_id, {one for _, one in close}).good}
        except Locked:
            continue  # no key of it in this session: it tells nothing
        there = [(cards[case_id], typed, score) for (typed, case_id), score in close.items() if case_id in cards]
        found += [
            Similar(as_it_is(card, visitor.local_day), typed, score)
            for card, typed, score in there
            if score != PART or _is_part(typed, card)
        ]
    found.sort(key=_closest)
    each = {name: [one for one in found if one.typed == name][:MOST_TOLD] for name in wanted}
    return {name: those for name, those in each.items() if those}


def _closest(one: Similar) -> tuple[float, str]:
    return -one.score, one.card.reference


def _close(session: Session, circle_id: uuid.UUID, names: Iterable[str]) -> dict[tuple[str, uuid.UUID], float]:
    """How close each case comes to each name typed, where it comes close."""
    close: dict[tuple[str, uuid.UUID], float] = {}
    search = Search(session, circle_id)
    for name in names:
        hits = [(hit.case_id, hit.score) for hit in search.names(name, MOST_TOLD).found]
        if len(fold(name)) >= SHORTEST:
            hits += [(case_id, PART) for case_id in search.text(name).found[:MOST_TOLD]]
        for case_id, score in hits:
            if score >= ALIKE and score > close.get((name, case_id), 0.0):
                close[name, case_id] = score
    return close


def _is_part(name: str, card: Card) -> bool:
    """Of a name, and not of a place or a keyword."""
    return any(fold(name) in fold(one) for one in card.names())


def told_of(names: Iterable[str]) -> str:
    """A mark that the notice about these names was shown: with other names it is shown again."""
    return digest("similar files told", *(name.encode() for name in names)).hex()
