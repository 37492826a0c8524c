"""What whoever heads an office, and its deputy, are told of files that colleagues look after: which grave ones nobody
has taken yet, and how many are in danger.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.lines import Marks
from hrd_cases.cases.life import State
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import Role
from hrd_cases.today.files import Files, Item
from hrd_cases.today.turns import Turns

MOST_WAITING = 5


@dataclass
class Watched:
    """`waiting`: grave files that a colleague has to acknowledge, the one with the least time left first; `zones`: by
    office. `danger`: how many files that colleagues look after are at grave risk.
    """

    waiting: list[Item] = field(default_factory=list)
    more_waiting: int = 0
    danger: int = 0
    zones: dict[uuid.UUID, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.danger)

    @property
    def colleagues(self) -> frozenset[uuid.UUID]:
        return frozenset(one.due.for_id for one in self.waiting if one.due.for_id is not None)


def watched(session: Session, visitor: Visitor, files: Files, turns: Turns, decides: Collection[uuid.UUID]) -> Watched:
    """Beside what stands among this member's own files and decisions (`decides`: those files)."""
    others = _watched_over(visitor, files) & files.grave & ~turns.own & ~turns.nobodys
    rows = files.rows(others[files.at] & files.of_kinds("acknowledge"))
    found = [item for item in files.items(rows) if item.card.case_id not in decides]
    waiting = sorted(found, key=lambda item: (item.due.at is None, item.due.at))
    danger = int(np.count_nonzero(others & turns.underway & ~files.in_state(State.ROUTED)))
    zones = {office_id: zone_of_office(session, office_id).key for office_id in {item.office_id for item in waiting}}
    return Watched(waiting[:MOST_WAITING], len(waiting[MOST_WAITING:]), danger, zones)


def _watched_over(visitor: Visitor, files: Files) -> Marks:
    """Files of offices that this member heads, or is the deputy of."""
    here = np.zeros(len(files.lines), bool)
    for office_id in set(files.offices.values()):
        deputy = Role.DEPUTY in visitor.roles_in(office_id)
        if deputy or visitor.allows(Permission.DECIDE_ON_CASE, office_id):
            here |= files.of_office(office_id)
    return here
