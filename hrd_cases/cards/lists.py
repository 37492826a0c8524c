"""Lists of cards: filtered, sorted, a page at a time. Pure."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

NOBODY: Final = uuid.UUID(int=0)
"""To be asked for among officers: files that nobody has."""
_FAR: Final = date.max


class Listed(Protocol):
    """What a list looks at: a `Card`, or a `Line` of one."""

    @property
    def key(self) -> bytes: ...
    @property
    def reference(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def risk(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def themes(self) -> tuple[str, ...]: ...
    @property
    def officer_key(self) -> bytes | None: ...
    @property
    def next_on(self) -> date | None: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def flags(self) -> frozenset[str]: ...


L = TypeVar("L", bound=Listed)


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

    def fit(self, line: Listed) -> bool:
        return all(test(line) for test in self.tests())

    def tests(self) -> list[Callable[[Listed], bool]]:
        """One test for each filter that is set."""
        first, last = self.next_from or date.min, self.next_until or _FAR
        officers = frozenset(officer.bytes for officer in self.officers)
        cases = frozenset(case_id.bytes for case_id in self.cases or ())
        tests: list[tuple[object, Callable[[Listed], bool]]] = [
            (self.states, lambda line: line.state in self.states),
            (self.risks, lambda line: line.risk in self.risks),
            (self.countries, lambda line: line.country in self.countries),
            (self.officers, lambda line: (line.officer_key or NOBODY.bytes) in officers),
            (self.themes, lambda line: any(theme in self.themes for theme in line.themes)),
            (self.flags, lambda line: any(flag in self.flags for flag in line.flags)),
            (
                self.next_from or self.next_until,
                lambda line: line.next_on is not None and first <= line.next_on <= last,
            ),
            (self.cases is not None, lambda line: line.key in cases),
        ]
        return [test for asked, test in tests if asked]


class Page(NamedTuple, Generic[L]):
    """Cards of one page, how many fit in all, and which page of how many this is (from 1)."""

    cards: list[L]
    total: int
    number: int
    pages: int


def listed(
    cards: Iterable[L],
    filters: Filters,
    order: Order = Order.NEXT_DATE,
    *,
    risks: Mapping[str, int] | None = None,
    number: int = 1,
    size: int = 200,
) -> Page[L]:
    """A page of what fits. `risks` ranks them, the gravest highest. A number beyond the last page is the last page."""
    found = list(cards)
    for test in filters.tests():
        found = list(filter(test, found))
    found.sort(key=_KEYS[order](risks or {}))
    pages = max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    return Page(found[(number - 1) * size : number * size], len(found), number, pages)


def _by_letters(name: str) -> tuple[bool, str]:
    """Marked letters beside their bare ones; whose name is not known come last. Cheaper than folding thousands."""
    return not name, unicodedata.normalize("NFKD", name).casefold()


_Key = Callable[[Any], Any]
_KEYS: Final[dict[Order, Callable[[Mapping[str, int]], _Key]]] = {
    Order.NEXT_DATE: lambda risks: lambda line: (line.next_on or _FAR, -risks.get(line.risk, 0), line.key),
    Order.RISK: lambda risks: lambda line: (-risks.get(line.risk, 0), line.next_on or _FAR, line.key),
    Order.NAME: lambda _: lambda line: (_by_letters(line.name), line.key),
    Order.UPDATED: lambda _: lambda line: (-line.updated_at.timestamp(), line.key),
    Order.OPENED: lambda _: lambda line: (-line.opened_at.timestamp(), line.key),
    Order.REFERENCE: lambda _: lambda line: (line.reference, line.key),
}
