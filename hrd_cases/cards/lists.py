"""Lists of cards: filtered, sorted, a page at a time. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from hrd_cases.cards.card import Card
from hrd_cases.names.folding import fold

NOBODY: Final = uuid.UUID(int=0)
"""To be asked for among officers: files that nobody has."""
_FAR: Final = date.max


class Order(StrEnum):
    NEXT_DATE = "next_date"
    RISK = "risk"
    NAME = "name"
    UPDATED = "updated"
    OPENED = "opened"
    REFERENCE = "reference"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to. Within one filter any value fits; an empty one lets everything pass."""

    states: Collection[str] = ()
    risks: Collection[str] = ()
    countries: Collection[str] = ()
    themes: Collection[str] = ()
    officers: Collection[uuid.UUID] = ()
    flags: Collection[str] = ()
    next_from: date | None = None
    next_until: date | None = None
    cases: Collection[uuid.UUID] | None = field(default=None)
    """What a search found; None where nothing was searched for."""

    def fit(self, card: Card) -> bool:
        return (
            _one_of(card.state, self.states)
            and _one_of(card.risk, self.risks)
            and _one_of(card.country, self.countries)
            and _one_of(card.officer_id or NOBODY, self.officers)
            and _any_of(card.themes, self.themes)
            and _any_of(card.flags, self.flags)
            and self._in_time(card.next_on)
            and (self.cases is None or card.case_id in self.cases)
        )

    def _in_time(self, next_on: date | None) -> bool:
        if self.next_from is None and self.next_until is None:
            return True
        return next_on is not None and (self.next_from or date.min) <= next_on <= (self.next_until or _FAR)


class Page(NamedTuple):
    """Cards of one page, how many fit in all, and which page of how many this is (from 1)."""

    cards: list[Card]
    total: int
    number: int
    pages: int


def listed(
    cards: Iterable[Card],
    filters: Filters,
    order: Order = Order.NEXT_DATE,
    *,
    risks: Mapping[str, int] | None = None,
    number: int = 1,
    size: int = 200,
) -> Page:
    """A page of what fits. `risks` ranks them, the gravest highest. A number beyond the last page is the last page."""
    found = [card for card in cards if filters.fit(card)]
    found.sort(key=_KEYS[order](risks or {}))
    pages = max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    return Page(found[(number - 1) * size : number * size], len(found), number, pages)


def _one_of(value: Any, wanted: Collection[Any]) -> bool:
    return not wanted or value in wanted


def _any_of(values: Iterable[str], wanted: Collection[str]) -> bool:
    return not wanted or any(value in wanted for value in values)


_Key = Callable[[Card], Any]
_KEYS: Final[dict[Order, Callable[[Mapping[str, int]], _Key]]] = {
    Order.NEXT_DATE: lambda risks: lambda card: (card.next_on or _FAR, -risks.get(card.risk, 0), card.case_id),
    Order.RISK: lambda risks: lambda card: (-risks.get(card.risk, 0), card.next_on or _FAR, card.case_id),
    Order.NAME: lambda _: lambda card: (fold(card.name), card.case_id),
    Order.UPDATED: lambda _: lambda card: (-card.updated_at.timestamp(), card.case_id),
    Order.OPENED: lambda _: lambda card: (-card.opened_at.timestamp(), card.case_id),
    Order.REFERENCE: lambda _: lambda card: (card.reference, card.case_id),
}
