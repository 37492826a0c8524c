"""A member's day, out of the cards of the files they may read: what is in danger, what waits for them, what comes, what
has fallen behind. Files are not opened for it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.lines import Line, due_mark
from hrd_cases.cases import clocks
from hrd_cases.cases.risk import Level
from hrd_cases.cases.shelves import Shelf, shelves
from hrd_cases.cases.summary import DECIDED, UNDERWAY
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Office
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.plan import due_reminders

MOST_IN_DANGER = 10
MOST_TO_COME = 40
MOST_BEHIND = 10
DAYS = 7
COMES = ("next", "task", "action")
CLOCKED = DECIDED
FALLS_BEHIND = ("review", "contact", "task", "action", "next")
HEADQUARTERS = frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_DESK})
_GRAVE = {Level.CRITICAL.value: 0, Level.HIGH.value: 1}
_STATES = frozenset(state.value for state in UNDERWAY)


class Item(NamedTuple):
    """One thing that is due in a file."""

    line: Line
    due: Due
    shelf: Shelf

    @property
    def card(self) -> Card:
        return self.shelf.lines.card(self.line)


class Danger(NamedTuple):
    """A file of mine at grave risk, and what of it is late or due within a day."""

    card: Card
    dues: tuple[Due, ...]


class Decision(NamedTuple):
    """Something that waits for this member. `why` is a key of `words.WHY_MINE`; `zone` the office's."""

    item: Item
    why: str
    zone: str


class Behind(NamedTuple):
    """What has fallen behind of one kind: the oldest, and how many more there are."""

    kind: str
    oldest: list[Item]
    more: int


class Elsewhere(NamedTuple):
    """For headquarters: an office that has not acknowledged a file in time. What it is about is not known here."""

    office: str
    since: datetime
    due_at: datetime


@dataclass
class Day:
    today: date
    danger: list[Danger] = field(default_factory=list)
    more_danger: int = 0
    decisions: list[Decision] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    days: dict[date, list[Item]] = field(default_factory=dict)
    more_days: int = 0
    behind: list[Behind] = field(default_factory=list)
    unexplained: list[datetime] = field(default_factory=list)
    """Since when reminders are due of what this member cannot open (any more)."""
    locked: int = 0
    damaged: list[uuid.UUID] = field(default_factory=list)

    def __bool__(self) -> bool:
        waits = (self.danger, self.decisions, self.elsewhere, self.days, self.behind, self.unexplained)
        return any(waits) or bool(self.locked or self.damaged)


def day_of(session: Session, visitor: Visitor, now: datetime) -> Day:
    """Everything of a member's day that stands in files."""
    known = shelves(session, visitor)
    day = Day(now.astimezone(ZoneInfo(visitor.zone)).date(), locked=sum(shelf.locked for shelf in known))
    day.damaged = [segment for shelf in known for segment in shelf.lines.damaged]
    told = {one.id: one.slot_at for one in due_reminders(session, _recipients(visitor))}
    mine = [item for shelf in known for item in _mine(visitor, shelf)]
    _danger(day, visitor, mine)
    day.decisions = list(_decisions(session, visitor, known, told, now))
    _to_come(day, [item for item in mine if item.due.kind in COMES])
    grave = {danger.card.key for danger in day.danger}
    _behind(day, [item for item in mine if item.line.key not in grave])
    day.elsewhere = list(_elsewhere(session, visitor, known, told, now))
    day.unexplained = sorted(told.values())
    return day


def _recipients(visitor: Visitor) -> list[Recipient]:
    roles = [to_role(office_id, role.value) for office_id in visitor.seats for role in visitor.roles_in(office_id)]
    return [to_member(visitor.member_id), *roles]


def _mine(visitor: Visitor, shelf: Shelf) -> Iterator[Item]:
    """Everything due that is this member's to do: named for them, or named for nobody in a file of theirs."""
    me = visitor.member_id
    key = me.bytes
    for line in shelf.lines.good:
        own = line.officer_key == key
        if line.state not in _STATES or not (own or key in bytes(line.packed_dues)):
            continue
        dues = [due for due in line.dues if due.for_id == me or (own and due.for_id is None)]
        yield from (Item(line, due, shelf) for due in dues)
        if own and not dues:
            yield Item(line, _NOTHING, shelf)


_NOTHING = Due("", date.max)
"""Stands for a file in which nothing is due: it may be in danger all the same."""


def _danger(day: Day, visitor: Visitor, mine: Iterable[Item]) -> None:
    """Files of theirs at critical or high risk, or thought as urgent before anybody assessed them."""
    grave: dict[bytes, list[Item]] = defaultdict(list)
    for item in mine:
        if item.line.officer_key == visitor.member_id.bytes and (item.line.risk or item.line.urgency) in _GRAVE:
            grave[item.line.key].append(item)

    def pressing(items: list[Item]) -> tuple[int, date, str]:
        line = items[0].line
        return _GRAVE[line.risk or line.urgency], min(item.due.on for item in items), line.reference

    ordered = sorted(grave.values(), key=pressing)
    for items in ordered[:MOST_IN_DANGER]:
        # What waits for a decision has its own place and clock.
        dues = (item.due for item in items if item.due.kind not in CLOCKED)
        soon = [due for due in dues if due.on <= day.today + timedelta(days=1)]
        day.danger.append(Danger(items[0].card, tuple(sorted(soon, key=lambda due: due.on))))
    day.more_danger = len(ordered[MOST_IN_DANGER:])


def _decisions(
    session: Session, visitor: Visitor, known: Iterable[Shelf], told: dict[uuid.UUID, datetime], now: datetime
) -> Iterator[Decision]:
    """Files to acknowledge, actions to join or confirm, what has a clock first. That explains reminders of them."""
    found = []
    for shelf in known:
        head = visitor.allows(Permission.DECIDE_ON_CASE, shelf.office_id)
        for item in _clocked(shelf):
            why = _why_mine(item.due, visitor.member_id, head=head, told=told, now=now)
            for reminder in item.due.reminders:
                told.pop(reminder, None)
            if why:
                found.append((item, why))
    zones = {shelf.office_id: _zone(session, visitor, shelf.office_id) for shelf in known}
    for item, why in sorted(found, key=lambda one: (one[0].due.at is None, one[0].due.at, one[0].due.on)):
        yield Decision(item, why, zones[item.shelf.office_id])


def _clocked(shelf: Shelf) -> Iterator[Item]:
    for kind in CLOCKED:
        for line in shelf.lines.telling(due_mark(kind)):
            yield from (Item(line, due, shelf) for due in line.dues if due.kind == kind)


def _why_mine(due: Due, me: uuid.UUID, *, head: bool, told: dict[uuid.UUID, datetime], now: datetime) -> str:
    """Why this waits for this member; "" if it does not."""
    if due.kind == "confirm":
        return "confirm" if head else ""
    if due.kind == "close":
        return "close" if head and due.for_id != me else ""
    if due.kind == "join":
        return "join" if due.for_id != me else ""
    if due.for_id == me:
        return "officer"
    if due.for_id is None:
        return "nobody"
    climbed = not told.keys().isdisjoint(due.reminders) or (due.at is not None and due.at <= now)
    return "climbed" if climbed else ""


def _zone(session: Session, visitor: Visitor, office_id: uuid.UUID) -> str:
    if office_id == visitor.office_id:
        return visitor.zone
    office = session.get(Office, office_id)
    return office.zone if office is not None else "UTC"


def _to_come(day: Day, items: Iterable[Item]) -> None:
    last = day.today + timedelta(days=DAYS - 1)
    found = sorted((item for item in items if day.today <= item.due.on <= last), key=_oldest)
    for item in found[:MOST_TO_COME]:
        day.days.setdefault(item.due.on, []).append(item)
    day.more_days = len(found[MOST_TO_COME:])


def _behind(day: Day, mine: Iterable[Item]) -> None:
    """The oldest of each kind, about as many of one as of the other, ten at most."""
    late: dict[str, list[Item]] = {kind: [] for kind in FALLS_BEHIND}
    for item in mine:
        if item.due.kind in late and item.due.on < day.today:
            late[item.due.kind].append(item)
    kinds = [kind for kind in FALLS_BEHIND if late[kind]]
    shown = dict.fromkeys(kinds, 0)
    while sum(shown.values()) < MOST_BEHIND and any(shown[kind] < len(late[kind]) for kind in kinds):
        for kind in kinds:
            if shown[kind] < len(late[kind]) and sum(shown.values()) < MOST_BEHIND:
                shown[kind] += 1
    for kind in kinds:
        oldest = sorted(late[kind], key=_oldest)
        day.behind.append(Behind(kind, oldest[: shown[kind]], len(oldest) - shown[kind]))


def _oldest(item: Item) -> tuple[date, str]:
    return item.due.on, item.line.reference


def _elsewhere(
    session: Session, visitor: Visitor, known: Iterable[Shelf], told: dict[uuid.UUID, datetime], now: datetime
) -> Iterator[Elsewhere]:
    """For headquarters: which office is late with a file, and since when. Never which file."""
    if not visitor.roles & HEADQUARTERS:
        return
    own = {shelf.office_id for shelf in known}
    late = [row for row in clocks.overdue_elsewhere(session, now) if row.office_id not in own]
    for row in late:
        for reminder in clocks.reminders_of(row):
            told.pop(reminder, None)
        office = session.get(Office, row.office_id)
        yield Elsewhere(office.seat if office is not None else "?", row.routed_at, row.due_at)
