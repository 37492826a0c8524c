"""Which hearing a reminder is about: kept on the card of the trial's first file, found there by the reminder's id.

A reminder's row says nothing of it. A trial's card carries the ids under the circle's seal, so that Today explains what
is due without opening every trial.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

import msgspec

from hrd_cases.cards.card import Aside, Card
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.told import reports_told, told_at_once

ROOM: Final = "reminders"


class About(msgspec.Struct, frozen=True, array_like=True):
    """A trial, and the reminders of each of its hearings."""

    proceeding_id: uuid.UUID
    hearings: tuple[tuple[uuid.UUID, tuple[uuid.UUID, ...]], ...]

    def __repr__(self) -> str:
        return f"<About {self.proceeding_id}>"


_read = msgspec.msgpack.Decoder(About)


def reminded_aside(docket: Docket) -> tuple[Aside, ...]:
    """What the card of a trial's first file carries of its reminders; nothing if it has none."""
    found = tuple(
        (one.id, (*one.said.reminders, *told_at_once(docket, one), *reports_told(docket, one)))
        for one in docket.hearings
    )
    found = tuple((hearing_id, ids) for hearing_id, ids in found if ids)
    marks = tuple(sorted(reminder.hex for _, ids in found for reminder in ids))
    said = About(docket.proceeding.id, found)
    return (Aside(ROOM, marks, msgspec.msgpack.encode(said)),) if found else ()


def hearings_reminded(cards: Iterable[Card]) -> dict[uuid.UUID, tuple[Card, uuid.UUID, uuid.UUID]]:
    """By the id of each reminder: the card, the trial and the hearing. What cannot be read is left out."""
    found: dict[uuid.UUID, tuple[Card, uuid.UUID, uuid.UUID]] = {}
    for card in cards:
        for about in filter(None, map(_about, card.asides)):
            for hearing_id, ids in about.hearings:
                found |= dict.fromkeys(ids, (card, about.proceeding_id, hearing_id))
    return found


def _about(aside: Aside) -> About | None:
    try:
        return _read.decode(aside.packed) if aside.room == ROOM else None
    except msgspec.MsgspecError:
        return None
