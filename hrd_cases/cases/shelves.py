"""The case files a member may read, as their cards tell of them: one shelf for each office whose cases they work on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards import whole
from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import mark
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.lines import Lines, lines
from hrd_cases.cards.models import CardPlace
from hrd_cases.cards.read import unsettled
from hrd_cases.cases.card import card_from_file
from hrd_cases.cases.life import ENDED, State
from hrd_cases.cases.models import Case
from hrd_cases.cases.needs import archive_on
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.keys.roles import CircleName

MOST_MENDED = 500
"""Cards made again from their files in one press: so that it ends while somebody waits for it."""
SHARE_UNSETTLED = 16
"""A new index of names pays when one in so many segments has changed since the last."""


class Shelf(NamedTuple):
    """Every file of an office. `locked`: this member waits for the key of its casework."""

    office_id: uuid.UUID
    circle_id: uuid.UUID
    lines: Lines
    locked: bool = False


def circles(visitor: Visitor) -> dict[uuid.UUID, uuid.UUID]:
    """The casework circle of each office whose cases this member works on, by office; their own comes first."""
    found = {}
    for office_id in sorted(visitor.seats, key=lambda one: (one != visitor.office_id, one)):
        entry = visitor.seats[office_id].circle(CircleName.CASEWORK)
        if entry is not None and entry.epoch and visitor.allows(Permission.WORK_ON_CASE, office_id):
            found[office_id] = entry.circle_id
    return found


def shelves(session: Session, visitor: Visitor) -> list[Shelf]:
    """What this member may read, from cards alone."""
    return list(_shelves(session, visitor))


def _shelves(session: Session, visitor: Visitor) -> Iterator[Shelf]:
    for office_id, circle_id in circles(visitor).items():
        try:
            found = lines(session, circle_id)
        except Locked:
            yield Shelf(office_id, circle_id, Lines(), locked=True)
        else:
            _archive(found, visitor.today)
            yield Shelf(office_id, circle_id, found)


def as_it_is(card: Card, today: date) -> Card:
    """A card as its file stands today: archived, if the day for it has come."""
    over = card.state in ENDED and card.closed_on is not None and today >= archive_on(card.closed_on)
    return msgspec.structs.replace(card, state=State.ARCHIVED.value) if over else card


def _archive(found: Lines, today: date) -> None:
    """What was closed long enough ago is archived: nobody has to come by for that."""
    heads = found.heads
    ended = np.isin(heads["state"], [mark(state) for state in ENDED]) & (heads["closed_on"] > 0)
    days = [day for day in np.unique(heads["closed_on"][ended]).tolist() if today >= archive_on(date.fromordinal(day))]
    heads["state"][ended & np.isin(heads["closed_on"], days)] = mark(State.ARCHIVED)


# -- cards that are damaged or missing


def missing(session: Session, shelf: Shelf) -> int:
    """How many files of an office stand in no list: their segment is damaged, or their place was taken away."""
    if shelf.locked:
        return 0
    filed = session.scalar(select(func.count()).select_from(Case).where(Case.office_id == shelf.office_id)) or 0
    return max(0, filed - len(shelf.lines))


def mend(session: Session, by: Visitor) -> int:
    """Make cards that failed their check, or are missing, again from their files; at most so many at once. How many."""
    made = 0
    for office_id, circle_id in circles(by).items():
        wanted = partial(card_from_file, session)
        damaged = whole.mend(session, circle_id, wanted)
        lost = _without_place(session, office_id, circle_id)
        for case_id in lost:
            keep_card(session, circle_id, case_id, partial(wanted, case_id))
        if damaged or lost:
            record(session, Event.CARDS_REBUILT, office=office_id, cards=len(damaged) + len(lost))
        made += len(damaged) + len(lost)
    return made


def _without_place(session: Session, office_id: uuid.UUID, circle_id: uuid.UUID) -> list[uuid.UUID]:
    placed = select(CardPlace.case_id).where(CardPlace.circle_id == circle_id)
    query = select(Case.id).where(Case.office_id == office_id, Case.id.not_in(placed))
    return list(session.scalars(query.order_by(Case.id).limit(MOST_MENDED)))


# -- the index of names


def settle(session: Session, by: Visitor) -> None:
    """Make the index of names anew where so much has changed that every search pays for it. In a write transaction."""
    for office_id, circle_id in circles(by).items():
        if not by.in_circle(office_id, CircleName.CASEWORK):
            continue
        segments, changed = unsettled(session, circle_id)
        if changed >= max(whole.SETTLE_AT, segments // SHARE_UNSETTLED):
            whole.settle(session, circle_id)
            record(session, Event.CARDS_SETTLED, office=office_id)
