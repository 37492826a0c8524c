"""Lists of cards: filtered, sorted, a page at a time. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hrd_cases.cards.heads import FAR, flag_mark, levels, mark, member_mark, theme_mark
from hrd_cases.cards.lines import Lines, Marks, Numbers

NOBODY: Final = uuid.UUID(int=0)
"""To be asked for among officers: files that nobody has."""


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

    def fits(self, lines: Lines) -> Marks:
        """Which of these lines fit."""
        fits = np.ones(len(lines), bool)
        for column, words in (("state", self.states), ("country", self.countries)):
            if words:
                fits &= np.isin(lines.heads[column], [mark(word) for word in words])
        if self.risks:
            fits &= np.isin(levels(lines.heads), [mark(risk) for risk in self.risks])
        for codes, marked in ((self.themes, theme_mark), (self.flags, flag_mark)):
            if codes:
                fits &= lines.coded([marked(code) for code in codes])
        if self.officers:
            fits &= np.isin(lines.heads["officer"], np.array([*map(member_mark, self.officers)], "<u8"))
        if self.next_from or self.next_until:
            fits &= self._next_fits(lines.heads["next_on"])
        if self.cases is not None:
            fits &= np.isin(lines.keys, np.array([case_id.bytes for case_id in self.cases], lines.keys.dtype))
        return fits

    def _next_fits(self, days: NDArray[Any]) -> Marks:
        first, last = self.next_from or date.min, self.next_until or date.max
        fits: Marks = (first.toordinal() <= days) & (days <= last.toordinal()) & (days != FAR)
        return fits


class Page(NamedTuple):
    """Line numbers of one page, how many lines fit in all, and which page of how many this is (from 1)."""

    lines: list[int]
    total: int
    number: int
    pages: int


def listed(
    lines: Lines,
    filters: Filters,
    order: Order = Order.NEXT_DATE,
    *,
    risks: Mapping[str, int] | None = None,
    number: int = 1,
    size: int = 200,
    among: Marks | None = None,
) -> Page:
    """A page of what fits. `risks` ranks them, the gravest highest; `among`: of these lines only. A number beyond the
    last page is the last page.
    """
    fits = filters.fits(lines)
    found = np.flatnonzero(fits if among is None else fits & among)
    pages = max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    ordered = found[np.lexsort((lines.keys[found], *_KEYS[order](lines, found, risks or {})))]
    return Page(ordered[(number - 1) * size : number * size].tolist(), len(found), number, pages)


_Column = NDArray[Any]


def _next_on(lines: Lines, found: Numbers, _: Mapping[str, int]) -> _Column:
    return lines.heads["next_on"][found]


def _gravest(lines: Lines, found: Numbers, risks: Mapping[str, int]) -> _Column:
    marks, ranks = levels(lines.heads[found]), np.zeros(len(found), int)
    for risk, rank in risks.items():
        ranks[marks == mark(risk)] = -rank
    return ranks


def _by_letters(lines: Lines, found: Numbers) -> _Column:
    """The place of each among the others: their names are of all lengths."""
    names = lines.names
    places = {name: place for place, name in enumerate(sorted({names[line] for line in found.tolist()}))}
    return np.array([places[names[line]] for line in found.tolist()], int)


_Keys = Callable[[Lines, Numbers, Mapping[str, int]], tuple[_Column, ...]]
_KEYS: Final[dict[Order, _Keys]] = {  # the last one counts most
    Order.NEXT_DATE: lambda *asked: (_gravest(*asked), _next_on(*asked)),
    Order.RISK: lambda *asked: (_next_on(*asked), _gravest(*asked)),
    Order.NAME: lambda lines, found, _: (_by_letters(lines, found),),
    Order.UPDATED: lambda lines, found, _: (-lines.heads["updated_at"][found],),
    Order.OPENED: lambda lines, found, _: (-lines.heads["opened_at"][found],),
    Order.REFERENCE: lambda lines, found, _: (lines.heads["reference"][found],),
}
