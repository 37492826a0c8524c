"""The case files a member may read, as their cards tell of them: one shelf for each office whose cases they work on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, Table, bindparam, func, literal_column, select
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cards import whole
from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import mark
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.lines import Lines, lines
from hrd_cases.cards.models import CardPlace
from hrd_cases.cards.packing import ID_BYTES
from hrd_cases.cards.read import unsettled
from hrd_cases.cases.card import card_from_file
from hrd_cases.cases.life import ENDED, State, is_archived
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
_NOTHING: Any = literal_column("''")
_SPACE: Any = literal_column("' '")
_IDS = func.replace(cast_to(CASES.c.id, String), literal_column("'-'"), _NOTHING)
_VERSIONS = cast_to(CASES.c.version, String)
# Two long texts instead of ten thousand rows: read in a quarter of the time, and nothing is added up: none overflows.
_FILED = Prepared(
    select(
        func.count(),
        func.aggregate_strings(_IDS, _NOTHING),
        func.aggregate_strings(_VERSIONS, _SPACE),
    ).where(CASES.c.office_id == bindparam("office"))
)
MOST_WRITTEN = 2**31 - 1
"""A file is not written more often: the tables keep no higher version, cards neither."""
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
    unknown: bool = False
    """Some lines of before lines told of a version: nobody is told, and they are made again with the others."""

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
            _archive(found, visitor.local_day)
            behind = _behind(session, office_id, found, filed)
            yield Shelf(office_id, circle_id, found, behind=behind)


def as_it_is(card: Card, today: date) -> Card:
    """A card as its file stands today: archived, if the day for it has come."""
    archived = is_archived(card.state, card.closed_on, today)
    return msgspec.structs.replace(card, state=State.ARCHIVED.value) if archived else card


def _archive(found: Lines, today: date) -> None:
    """The same (`life.is_archived`) for all lines at once, in columns."""
    heads = found.heads
    ended = np.isin(heads["state"], [mark(state) for state in ENDED]) & (heads["closed_on"] > 0)
    days = [day for day in np.unique(heads["closed_on"][ended]).tolist() if today >= archive_on(date.fromordinal(day))]
    heads["state"][ended & np.isin(heads["closed_on"], days)] = mark(State.ARCHIVED)


# -- cards that are damaged or missing


class _Filed(NamedTuple):
    """The files of an office, in the order of their ids; as columns, or None where a row holds what none of ours says:
    then they are looked at one by one.
    """

    halves: NDArray[np.uint64]
    """Of their ids, two each."""
    versions: NDArray[np.int64]


def _filed(session: Session, office_id: uuid.UUID) -> _Filed | None:
    [(number, ids, versions)] = _FILED.rows(session.connection(), office=office_id)
    try:
        return _in_order(bytes.fromhex(ids or ""), np.array((versions or "").split(), np.int64), number)
    except (ValueError, OverflowError):
        return None


def _in_order(ids: bytes, versions: NDArray[Any], number: int | None = None) -> _Filed | None:
    """None if it is not one id and one version each, or if two ids begin alike."""
    if len(ids) != ID_BYTES * len(versions) or number not in {None, len(versions)}:
        return None
    halves = np.frombuffer(ids, "<u8").reshape(-1, 2)
    order = np.argsort(halves[:, 0])
    begins = halves[order, 0]
    alike = bool((begins[1:] == begins[:-1]).any())
    return None if alike else _Filed(halves[order], versions[order].astype(np.int64))


def _behind(session: Session, office_id: uuid.UUID, found: Lines, filed: _Filed | None) -> Behind:
    """Compared in columns; one by one only where those differ, or where one file has two lines."""
    said = _in_order(b"".join(pack.segment.ids for pack in found.packs), found.versions)
    if filed is not None and said is not None and np.array_equal(filed.halves, said.halves):
        unknown = said.versions == 0
        in_range = (filed.versions >= 0) & (filed.versions <= MOST_WRITTEN)
        if bool((in_range & (unknown | (filed.versions <= said.versions))).all()):
            return Behind(unknown=bool(unknown.any()))
    told: dict[bytes, int] = {}
    for name, version in zip(found.ids, found.versions.tolist(), strict=True):
        told[name] = min(version, told.get(name, version))
    here = session.connection().execute(select(CASES.c.id, CASES.c.version).where(CASES.c.office_id == office_id)).all()
    older = (row.id for row in here if row.id.bytes in told and _is_older(told[row.id.bytes], row.version))
    missing = sum(row.id.bytes not in told for row in here)
    return Behind(missing, frozenset(older), unknown=0 in told.values())


def _is_older(told: int, version: int) -> bool:
    """Is a line that tells of one version of its file older than another? One of before lines told of it says nothing;
    than what no file of ours can say every line is.
    """
    return not 0 <= version <= MOST_WRITTEN or 0 < told < version


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
    older = {shelf.office_id: shelf.behind.older | _unknown(shelf) for shelf in shelves(session, by)}
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


def _unknown(shelf: Shelf) -> set[uuid.UUID]:
    """Files whose line tells of no version."""
    if not shelf.behind.unknown:
        return set()
    pairs = zip(shelf.lines.ids, shelf.lines.versions.tolist(), strict=True)
    return {uuid.UUID(bytes=name) for name, version in pairs if not version}


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
