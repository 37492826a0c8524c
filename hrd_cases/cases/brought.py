"""What other rooms bring to a file: what of theirs is still open, what falls due, and what makes the danger greater.

A later room (trials, grants) knows things of a file that stand in tables of its own. It says so in one place:

    @brings
    def hearings_of(session, file):
        return Brought(open=…, dues=…, risk=…)

and everything follows: a file with something open is not closed (`steps.still_open`); what is due stands on the case
page, on the card, in lists and on Today (`dues.dues_of`); what is dangerous keeps the risk up (`facts.risk_facts`). Two
things the room does besides: it adds a `Kind` of each of its dues to `dues.KINDS`, and calls `card.touched` whenever it
changes what it brings. What it shows on the page of a file it says with `@shows`, what it tells on the timeline with
`@tells`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Aside, Due
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.models import Entry
from hrd_cases.door.visitor import Visitor


class Open(NamedTuple):
    """Something of a file that has not ended. `words` says what, in the reader's language; the rest, where."""

    words: Callable[[], str]
    page: str
    ids: Mapping[str, object]


@dataclass(frozen=True)
class Brought:
    """What a room knows of a file. `risk`: names of `risk.Facts` that hold, such as "death_penalty_possible". `asides`:
    what its own lists of many files read from their cards. `beside`: dues that lists and Today have from another file
    of the same thing: they stand on the page of this one. `others`: files whose cards tell what this one's would once
    it is over, and no more once it is taken up again.
    """

    open: tuple[Open, ...] = ()
    dues: tuple[Due, ...] = ()
    risk: frozenset[str] = frozenset()
    asides: tuple[Aside, ...] = ()
    beside: tuple[Due, ...] = ()
    others: tuple[uuid.UUID, ...] = ()


Bringer = Callable[[Session, Chains[Entry]], Brought]
_bringers: list[Bringer] = []


def brings(bringer: Bringer) -> Bringer:
    """Say what a room knows of a file: asked whenever a file is opened. What it reads for it is kept in
    `file.read_beside`, where what shows and tells of the same finds it.
    """
    _bringers.append(bringer)
    return bringer


def brought_to(session: Session, file: Chains[Entry]) -> Brought:
    """What all of them know of this file."""
    found = [bringer(session, file) for bringer in _bringers]
    return Brought(
        tuple(one for each in found for one in each.open),
        tuple(due for each in found for due in each.dues),
        frozenset().union(*(each.risk for each in found)),
        tuple(one for each in found for one in each.asides),
        tuple(due for each in found for due in each.beside),
        tuple(one for each in found for one in each.others),
    )


# -- what its page and its timeline show of it


class Part(NamedTuple):
    """A part of the page of a file, and of its print: the template that draws it, which finds this as `part`. `leads`:
    it holds something that is looked for beside what comes next.
    """

    template: str
    holds: Any
    leads: bool


class Told(NamedTuple):
    """What happened elsewhere and belongs to the story of a file. `words`: in the reader's language."""

    at: datetime
    by_id: uuid.UUID
    words: Callable[[], str]
    page: str
    ids: Mapping[str, object]


Shower = Callable[[Session, Visitor, Chains[Entry]], Part | None]
Teller = Callable[[Session, Chains[Entry]], Iterable[Told]]
_showers: dict[int, Shower] = {}
_tellers: list[Teller] = []


def shows(*, place: int) -> Callable[[Shower], Shower]:
    """Say what a room shows on the page of a file; None if it has nothing of it. `place`: what has a smaller one stands
    above it.
    """

    def register(shower: Shower) -> Shower:
        if place in _showers:
            raise TypeError(f"two rooms show something at place {place}")
        _showers[place] = shower
        return shower

    return register


def tells(teller: Teller) -> Teller:
    """Say what a room tells on the timeline of a file."""
    _tellers.append(teller)
    return teller


def parts_of(session: Session, by: Visitor, file: Chains[Entry]) -> list[Part]:
    """What other rooms show on its page, from the top."""
    found = [_showers[place](session, by, file) for place in sorted(_showers)]
    return [part for part in found if part is not None]


def told_of(session: Session, file: Chains[Entry]) -> list[Told]:
    """What other rooms tell of it, in no order."""
    return [told for teller in _tellers for told in teller(session, file)]
