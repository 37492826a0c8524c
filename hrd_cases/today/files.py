"""What is due in the files of a member, as columns: a card is opened only where it is shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.heads import levels, mark
from hrd_cases.cards.lines import Lines, Marks, Numbers, together
from hrd_cases.cases.life import State
from hrd_cases.cases.risk import GRAVE
from hrd_cases.cases.shelves import Shelf


class Item(NamedTuple):
    """One thing that is due in a file."""

    card: Card
    due: Due
    office_id: uuid.UUID


Rows = NDArray[np.intp]
"""Numbers of what is due, in all files."""


@dataclass(frozen=True, repr=False)
class Files:
    """Every file this member may read, and everything due in them, as columns: a card is opened only to be shown."""

    lines: Lines
    offices: dict[uuid.UUID, uuid.UUID]
    """By circle."""
    dues: NDArray[Any]
    at: Numbers
    """The line of each due."""
    _by_kind: dict[str, Marks] = field(default_factory=dict)

    def of_office(self, office_id: uuid.UUID) -> Marks:
        """Which lines are an office's."""
        sizes = [len(pack.segment) for pack in self.lines.packs]
        return np.repeat([self.offices[pack.circle_id] == office_id for pack in self.lines.packs], sizes).astype(bool)

    @classmethod
    def among(cls, known: Iterable[Shelf]) -> Files:
        found = list(known)
        lines = together(shelf.lines for shelf in found)
        return cls(lines, {shelf.circle_id: shelf.office_id for shelf in found}, *lines.dues())

    @property
    def grave(self) -> Marks:
        """Which lines are at critical or high risk, or were thought as urgent before anybody assessed them."""
        return np.isin(levels(self.lines.heads), [mark(level) for level in GRAVE])

    def in_state(self, *states: State) -> Marks:
        return np.isin(self.lines.heads["state"], [mark(state.value) for state in states])

    def of_kinds(self, *kinds: str) -> Marks:
        found = np.zeros(len(self.dues), bool)
        for kind in kinds:
            found |= self._of_kind(kind)
        return found

    def _of_kind(self, kind: str) -> Marks:
        """Asked for again and again: looked for once."""
        if kind not in self._by_kind:
            self._by_kind[kind] = self.dues["kind"] == mark(kind)
        return self._by_kind[kind]

    def rows(self, chosen: Marks) -> Rows:
        """The oldest first."""
        found = np.flatnonzero(chosen)
        references = self.lines.heads["reference"][self.at[found]]
        return found[np.lexsort((references, self.dues["on"][found]))]

    def items(self, rows: Rows) -> list[Item]:
        """Each card is read once, however much of it is due."""
        lines = self.at[rows]
        places = rows - np.searchsorted(self.at, lines)
        read = {line: (self.lines.card(line), self.office(line)) for line in dict.fromkeys(lines.tolist())}
        where = zip(lines.tolist(), places.tolist(), strict=True)
        return [Item(read[line][0], read[line][0].dues[place], read[line][1]) for line, place in where]

    def office(self, line: int) -> uuid.UUID:
        return self.offices[self.lines.pack(line).circle_id]
