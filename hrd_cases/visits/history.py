"""The history of a detention, stay by stay: what stands of it today, its moves, and what ended with it. Pure.

What was written is put in the order of its days; of two stays that begin on one day the later written one counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import takewhile, zip_longest
from typing import NamedTuple

from hrd_cases.errors import N_, Refused
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.contact import Custody, Event, Held, Outside
from hrd_cases.visits.details import Access, Solitude, Stay
from hrd_cases.visits.solitary import Spell


def checked(stay: Stay, today: date) -> Stay:
    """Itself. Refused if it says something that cannot be."""
    free = stay.how in CODES["not_held"]
    if not free:
        CODES["held"].check(stay.how)
    CODES["custody"].check(stay.custody)
    if stay.since.on > today:
        raise Refused(N_("This day is still to come."), N_("Write it once it has happened."))
    if free and stay.place_known:
        raise Refused(
            N_("They are held no more, and a place where they are held is given."),
            N_("Leave the place out, or choose how they are held there."),
        )
    return stay


def checked_access(access: Access, today: date) -> Access:
    """Itself. Refused if it says something that cannot be."""
    CODES["outside"].check(access.whom)
    if access.on.on > today:
        raise Refused(N_("This day is still to come."), N_("Write it once it has happened."))
    return access


def stands(stays: Iterable[Stay], told: Iterable[Access], today: date) -> Held | None:
    """The detention as it stands today, or as it ended; None if nobody is known to have been held.

    It counts from its own first day: the first stay since they were last free, or the day on which they came free.
    Where they are, and whether that is acknowledged, says the last stay.
    """
    begun = _in_order(one for one in stays if one.since.on <= today)
    if not begun:
        return None
    now = begun[-1]
    lasting = list(takewhile(lambda one: _is_free(one) is _is_free(now), reversed(begun)))
    first = now if _is_free(now) else lasting[-1]
    events = tuple(Event(one.on.on, Outside(one.whom), one.had) for one in told)
    return Held(now.how, first.since.on, Custody(now.custody), now.place_known, events)


class Move(NamedTuple):
    """A stay, until the next one began (None: it lasts), and how many days that is until today."""

    stay: Stay
    until: date | None
    days: int


def moves(stays: Iterable[Stay], today: date) -> tuple[Move, ...]:
    """Every stay that has begun, in order."""
    begun = _in_order(one for one in stays if one.since.on <= today)
    ends = (one.since.on for one in begun[1:])
    pairs = zip_longest(begun, ends)
    return tuple(Move(stay, until, ((until or today) - stay.since.on).days) for stay, until in pairs)


def spells(alone: Iterable[Solitude], stays: Iterable[Stay]) -> tuple[Spell, ...]:
    """Solitary confinement as it is counted (`solitary.stands`): one that nobody wrote an end of ends with the
    detention in which it began.
    """
    freed = [one.since.on for one in _in_order(stays) if _is_free(one)]
    return tuple(Spell(one.first.on, one.last.on if one.last else _freed_after(one, freed)) for one in alone)


def _freed_after(one: Solitude, freed: list[date]) -> date | None:
    return next((on for on in freed if on >= one.first.on), None)


def _in_order(stays: Iterable[Stay]) -> list[Stay]:
    return sorted(stays, key=lambda one: one.since.on)


def _is_free(stay: Stay) -> bool:
    return stay.how in CODES["not_held"]
