"""Who holds an office's keys, in words: a circle is ready with two holders, anything less is a red line that says what
to do. Pure: takes what `keys.circles.readiness` found."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from hrd_cases.keys.circles import READY_HOLDERS, Readiness
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.words import CIRCLE, all_of, any_of

Names = Mapping[uuid.UUID, str]

# How a key stands, in one set of words for every page.
READY = (_l("Ready"), "good")
UNMADE_YET = (_l("Not made yet"), "attention")
TO_EXCHANGE = (_l("To be exchanged"), "danger")
ONE_HOLDER = (_l("One holder only"), "danger")
NO_HOLDER = (_l("Nobody holds it"), "danger")
AWAY = (_l("Holders suspended"), "danger")
WAITED_FOR = (_l("Somebody waits"), "waiting")

UNMADE = _l("The key of “%(circle)s” is not made yet. It is made as soon as %(waiting)s signs in.")
NOBODY = _l("Nobody here may hold the key of “%(circle)s”. Seat a colleague whose role holds it.")
DUE = _l(
    "The key of “%(circle)s” is due to be exchanged, because somebody left or has new keys. Nothing new can be written "
    "until %(active)s signs in; that makes the new key."
)
SUSPENDED = _l(
    "Whoever holds the key of “%(circle)s” is suspended. A head, here or at headquarters, restores them once they are "
    "free."
)
LOST = _l(
    "Nobody holds the key of “%(circle)s” any more. Two custodians together can open it for a newly seated colleague "
    "(its pages come with a later version; keep the backups): call headquarters."
)
ONE_SOON_TWO = _l(
    "Only one person holds the key of “%(circle)s”: %(active)s. A second, %(waiting)s, has it as soon as %(active)s "
    "signs in."
)
ONE = _l(
    "Only one person holds the key of “%(circle)s”: %(active)s. An administrator invites a second colleague, and the "
    "head of the office, or else two heads at headquarters, vouch for them: what only one can open is lost with them."
)
WAITS = _l("The key of “%(circle)s” waits for %(all_waiting)s: handed over as soon as %(active)s signs in.")


class Line(NamedTuple):
    """What must be said of a circle. `red`: something is wrong; else somebody merely waits."""

    circle: CircleName
    red: bool
    text: str
    state: tuple[Any, str]


def state(stand: Readiness, suspended: Collection[uuid.UUID] = ()) -> tuple[Any, str]:
    """(words, kind of tag) of how a circle's key stands, those suspended left out."""
    active = len(stand.holders - frozenset(suspended))
    if stand.epoch == 0:
        return UNMADE_YET
    if active == 0:
        return AWAY if stand.holders else NO_HOLDER
    if stand.due:
        return TO_EXCHANGE
    if active < READY_HOLDERS:
        return ONE_HOLDER
    return WAITED_FOR if stand.waiting else READY


def lines(stands: Iterable[Readiness], names: Names, suspended: Collection[uuid.UUID] = ()) -> list[Line]:
    """Nothing for a circle whose key two colleagues hold who can come in, and nobody waits for."""
    return [line for stand in stands if (line := _line(stand, names, frozenset(suspended))) is not None]


def _line(stand: Readiness, names: Names, suspended: frozenset[uuid.UUID]) -> Line | None:
    active, waiting = (sorted(names.get(m, "?") for m in who) for who in (stand.holders - suspended, stand.waiting))
    sentence = _sentence(stand, len(active), bool(waiting))
    if sentence is None:
        return None
    values = {
        "circle": str(CIRCLE[stand.name]),
        "active": any_of(active),
        "waiting": any_of(waiting),
        "all_waiting": all_of(waiting),
    }
    return Line(stand.name, sentence is not WAITS, str(sentence) % values, state(stand, suspended))


def _sentence(stand: Readiness, active: int, waiting: bool) -> Any:
    """One of the sentences above, or None if all is well."""
    if stand.epoch == 0:
        return UNMADE if waiting else NOBODY
    if active == 0:
        return SUSPENDED if stand.holders else LOST
    if stand.due:
        return DUE
    if active < READY_HOLDERS:
        return ONE_SOON_TWO if waiting else ONE
    return WAITS if waiting else None
