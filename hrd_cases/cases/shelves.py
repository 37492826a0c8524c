"""The case files a member may read, as their cards tell of them: one shelf for each office whose cases they work on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from typing import NamedTuple, cast

import msgspec
import numpy as np
from sqlalchemy import Table, bindparam, func, select
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
from hrd_cases.db import Prepared
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked
from hrd_cases.keys.roles import CircleName

MOST_MENDED = 500
"""Cards made again from their files in one press: so that it ends while somebody waits for it."""
CASES = cast(Table, Case.__table__)
_FILED = Prepared(select(func.count(), func.sum(CASES.c.version)).where(CASES.c.office_id == bindparam("office")))
MOST_OLDER = 10
"""So many lines that are older than their file are named; of more, the number is told."""
SHARE_UNSETTLED = 16
"""A new index of names pays when one in so many segments has changed since the last."""


class Behind(NamedTuple):
    """What lists do not tell of the files of an office: how many stand in none, and which lines are older than their
    file. Whoever sets cards back hides what came since: it is said wherever cards are read.
    """

    missing: int = 0
    older: frozenset[uuid.UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.missing or self.older)


class Shelf(NamedTuple):
    """Every file of an office. `locked`: this member waits for the key of its casework."""

    office_id: uuid.UUID
    circle_id: uuid.UUID
    lines: Lines
    locked: bool = False
    behind: Behind = Behind()


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
        filed = _filed(session, office_id)  # before the cards: a colleague's commit in between makes no card look old
        try:
            found = lines(session, circle_id)
        except Locked:
            yield Shelf(office_id, circle_id, Lines(), locked=True)
        else:
            _archive(found, visitor.today)
            behind = _behind(session, office_id, found, filed)
            yield Shelf(office_id, circle_id, found, behind=behind)


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


def _filed(session: Session, office_id: uuid.UUID) -> tuple[int, int]:
    """(how many files, sum of their versions): cards that were set back add up to less."""
    [(number, versions)] = _FILED.rows(session.connection(), office=office_id)
    return number, int(versions or 0)


def _behind(session: Session, office_id: uuid.UUID, found: Lines, filed: tuple[int, int]) -> Behind:
    """Compared one by one only where they do not add up, or where one file has two lines."""
    versions = found.versions
    if (len(found), int(versions.sum())) == filed and not found.has_one_twice:
        return Behind()
    told: dict[bytes, int] = {}
    for name, version in zip(found.ids, versions.tolist(), strict=True):
        told[name] = min(version, told.get(name, version))
    here = session.connection().execute(select(CASES.c.id, CASES.c.version).where(CASES.c.office_id == office_id)).all()
    older = (row.id for row in here if told.get(row.id.bytes, row.version) < row.version)
    return Behind(sum(row.id.bytes not in told for row in here), frozenset(older))


def older_lines(known: Iterable[Shelf]) -> list[Card]:
    """Lines that are older than their file, as they are; the first of them."""
    found: list[Card] = []
    for shelf in known:
        older = {case_id.bytes for case_id in shelf.behind.older}
        chosen = (at for at, name in enumerate(shelf.lines.ids) if name in older) if older else ()
        found += shelf.lines.cards(islice(chosen, MOST_OLDER - len(found)))
    return found


def mend(session: Session, by: Visitor) -> int:
    """Make cards that failed their check, are missing or older than their file again from it; at most so many at once.
    How many.
    """
    made = 0
    older = {shelf.office_id: shelf.behind.older for shelf in shelves(session, by)}
    for office_id, circle_id in circles(by).items():
        wanted = partial(card_from_file, session)
        damaged = whole.mend(session, circle_id, wanted)
        lost = _without_place(session, office_id, circle_id)
        lost += sorted(set(older.get(office_id, ())) - set(lost))[: MOST_MENDED - len(lost)]
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
