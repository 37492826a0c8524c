"""What a no ends besides what stands in the file itself. A later room gives things out on a defender's word (a share of
a hearing); it says in one place how that ends when the word is taken back:

    lose(Lost(hold=…, end=…))

`hold` is called before the file is held, so that everybody holds things in one order; `end` after the no is written,
with the purposes that nobody has agreed to any more. It answers how many things it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.file import File
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor


class Lost(NamedTuple):
    """How one room ends what it gave out."""

    hold: Callable[[Session, Case], None]
    end: Callable[[Session, Visitor, File, Collection[str], datetime], int]


_rooms: list[Lost] = []


def lose(room: Lost) -> None:
    _rooms.append(room)


def hold_what_may_end(session: Session, case: Case) -> None:
    for room in _rooms:
        room.hold(session, case)


def end_what_was_given(session: Session, by: Visitor, file: File, purposes: Collection[str], now: datetime) -> int:
    """How many things ended because nobody agrees to these purposes any more."""
    return sum(room.end(session, by, file, purposes, now) for room in _rooms) if purposes else 0
