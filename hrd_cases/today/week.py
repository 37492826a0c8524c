"""What comes, day by day: where the same is due in many files, it is said once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from hrd_cases.today.files import Item

MANY = 5
"""From so many on, the same thing in several files is one line."""
NAMED = 3


class Alike(NamedTuple):
    """The same thing due on one day: in one file, or in so many that the first are named and the rest counted."""

    items: list[Item]
    more: int = 0

    @property
    def on(self) -> date:
        return self.items[0].due.on

    @property
    def number(self) -> int:
        return len(self.items) + self.more


def in_groups(items: Iterable[Item]) -> list[Alike]:
    """What rules ask for on a day is one group, where it stands in many files; in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Item]] = {}
    for place, item in enumerate(items):
        due = item.due
        # A hearing of which no court is known is another than the next: each leads to its own page.
        alike = (due.on, due.kind, due.rule) if not due.what and due.within_id is None else (due.on, place)
        groups.setdefault(alike, []).append(item)
    found: list[Alike] = []
    for group in groups.values():
        if len(group) >= MANY:
            found.append(Alike(group[:NAMED], len(group) - NAMED))
        else:
            found += [Alike([item]) for item in group]
    return found
