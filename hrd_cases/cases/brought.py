"""What other rooms bring to a file: what of theirs is still open, what falls due, and what makes the danger greater.

A later room (trials, grants) knows things of a file that stand in tables of its own. It says so in one place:

    @brings
    def hearings_of(session, file):
        return Brought(open=…, dues=…, risk=…)

and everything follows: a file with something open is not closed (`steps.still_open`); what is due stands on the case
page, on the card, in lists and on Today (`dues.dues_of`); what is dangerous keeps the risk up (`facts.risk_facts`). Two
things the room does besides: it adds a `Kind` of each of its dues to `dues.KINDS`, and calls `card.touched` whenever it
changes what it brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Aside, Due
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.models import Entry


class Open(NamedTuple):
    """Something of a file that has not ended. `words` says what, in the reader's language; the rest, where."""

    words: Callable[[], str]
    page: str
    ids: Mapping[str, object]


@dataclass(frozen=True)
class Brought:
    """What a room knows of a file. `risk`: names of `risk.Facts` that hold, such as "death_penalty_possible". `asides`:
    what its own lists of many files read from their cards.
    """

    open: tuple[Open, ...] = ()
    dues: tuple[Due, ...] = ()
    risk: frozenset[str] = frozenset()
    asides: tuple[Aside, ...] = ()


Bringer = Callable[[Session, Chains[Entry]], Brought]
_bringers: list[Bringer] = []


def brings(bringer: Bringer) -> Bringer:
    """Say what a room knows of a file: asked whenever a file is opened, so one query at most."""
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
    )
