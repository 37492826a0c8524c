"""A member's day, out of the cards of the files they may read: what is in danger, what waits for them, what comes, what
has fallen behind. Files are not opened for it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.heads import FAR, levels, mark, member_mark
from hrd_cases.cards.lines import Marks
from hrd_cases.cases.dues import KINDS, Place, kinds
from hrd_cases.cases.risk import GRAVE
from hrd_cases.cases.shelves import Shelf, older_lines, shelves
from hrd_cases.door.visitor import Visitor
from hrd_cases.today.decisions import DECIDED, Decision, Elsewhere, decisions, elsewhere
from hrd_cases.today.files import Files, Item
from hrd_cases.today.reminders import Told, due_for, reminded
from hrd_cases.today.turns import Turns, turns_of
from hrd_cases.today.watched import Watched, watched
from hrd_cases.today.week import Alike, in_groups

MOST_IN_DANGER = 10
MOST_OF_NOBODY = 5
MOST_DECISIONS = 10
MOST_TO_COME = 40
MOST_LOOKED_AT = 300
"""So many of what comes are looked at one by one; of more, the number is told."""
MOST_BEHIND = 10
MOST_UNEXPLAINED = 10
DAYS = 7


class Danger(NamedTuple):
    """A file of mine at grave risk, and what of it is late or due within a day."""

    card: Card
    dues: tuple[Due, ...]


class Nobodys(NamedTuple):
    """Files that nobody looks after any more: whose they were, the gravest of them, and how many more there are."""

    officer_id: uuid.UUID | None
    gravest: list[Danger]
    more: int


class Behind(NamedTuple):
    """What has fallen behind of one kind: the oldest, and how many more there are."""

    kind: str
    oldest: list[Item]
    more: int


@dataclass
class Day:
    today: date
    danger: list[Danger] = field(default_factory=list)
    more_danger: int = 0
    danger_of_others: bool = False
    """Are files among them of colleagues whom this member stands in for?"""
    nobodys: list[Nobodys] = field(default_factory=list)
    """For deputies and heads, until somebody takes them."""
    away: frozenset[uuid.UUID] = frozenset()
    """Colleagues whom this member stands in for."""
    instead: frozenset[uuid.UUID] = frozenset()
    """Who stands in for this member, if they are away."""
    there: bool = False
    """Known to be at work: nobody recorded that they are away."""
    watched: Watched = field(default_factory=Watched)
    decisions: list[Decision] = field(default_factory=list)
    more_decisions: int = 0
    elsewhere: list[Elsewhere] = field(default_factory=list)
    days: dict[date, list[Alike]] = field(default_factory=dict)
    more_days: int = 0
    behind: list[Behind] = field(default_factory=list)
    reminders: list[Told] = field(default_factory=list)
    """That are due, explained."""
    more_reminders: int = 0
    unexplained: list[datetime] = field(default_factory=list)
    """Since when reminders are due of what this member cannot open (any more): the first."""
    more_unexplained: int = 0
    locked: int = 0
    damaged: list[uuid.UUID] = field(default_factory=list)
    missing: int = 0
    """Files that stand in no list: nothing of them can be said here."""
    older: list[Card] = field(default_factory=list)
    """Lines that are older than their file: something that came since may wait in it."""
    more_older: int = 0
    set_back: list[uuid.UUID] = field(default_factory=list)
    """Offices of which that is so though none of their cards failed its check."""

    @property
    def first(self) -> list[Decision]:
        return [one for one in self.decisions if one.first]

    @property
    def others(self) -> list[Decision]:
        return [one for one in self.decisions if not one.first]

    @property
    def colleagues(self) -> frozenset[uuid.UUID]:
        """Whom the page names."""
        told_of = {one.item.due.by_id for one in self.decisions if one.item.due.by_id is not None}
        there = self.away | self.instead | self.watched.colleagues
        told_of |= {each for one in self.reminders for each in one.named if each is not None}
        return there | told_of | {one.officer_id for one in self.nobodys if one.officer_id is not None}

    def __bool__(self) -> bool:
        waits = (self.danger, self.nobodys, self.decisions, self.elsewhere, self.days, self.behind, self.unexplained)
        besides = (self.reminders, self.watched, self.locked, self.damaged, self.missing, self.older)
        return any(waits) or any(besides)


def day_of(session: Session, visitor: Visitor, now: datetime) -> Day:
    """Everything of a member's day that stands in files."""
    known = shelves(session, visitor)
    day = Day(now.astimezone(ZoneInfo(visitor.zone)).date(), locked=sum(shelf.locked for shelf in known))
    day.damaged = [segment for shelf in known for segment in shelf.lines.damaged]
    _set_back(day, known)
    due = due_for(session, visitor)
    files = Files.among(known)
    turns = turns_of(session, visitor, files, now)
    day.away, day.instead, day.there, mine = turns.away, turns.instead, turns.there, turns.mine
    grave = _danger(day, files, turns.own & turns.underway, mine, visitor.member_id)
    _nobodys(day, files, turns)
    decided, afar = decisions(session, visitor, files, turns, due, now), elsewhere(session, visitor, known, now)
    day.decisions, day.more_decisions = decided.waiting[:MOST_DECISIONS], len(decided.waiting[MOST_DECISIONS:])
    day.elsewhere = afar.late
    day.watched = watched(session, visitor, files, turns, {one.item.card.case_id for one in decided.waiting})
    shown = np.isin(files.at, grave)
    _to_come(day, files, mine & ~(shown & _soon(day, files)))
    _behind(day, files, mine & ~shown)
    rest = {one: due[one] for one in due.keys() - decided.accounted - afar.accounted}
    day.reminders, day.more_reminders, unexplained = reminded(session, visitor, files, rest, now)
    day.unexplained, day.more_unexplained = unexplained[:MOST_UNEXPLAINED], len(unexplained[MOST_UNEXPLAINED:])
    return day


def _set_back(day: Day, known: list[Shelf]) -> None:
    """What cards do not tell of files is said before anything that they tell."""
    for shelf in known:
        day.missing += shelf.behind.missing
        day.more_older += len(shelf.behind.older)
        if shelf.behind and not shelf.lines.damaged:
            day.set_back.append(shelf.office_id)
    day.older = older_lines(known)
    day.more_older -= len(day.older)


def _danger(day: Day, files: Files, own: Marks, mine: Marks, me: uuid.UUID) -> list[int]:
    """Files of theirs at critical or high risk, or thought as urgent before anybody assessed them. The lines shown."""
    grave = _gravest(files, own & files.grave, mine)
    day.danger = [_pressed(day, files, line, mine) for line in grave[:MOST_IN_DANGER]]
    day.more_danger = len(grave[MOST_IN_DANGER:])
    day.danger_of_others = bool(np.any(files.lines.heads["officer"][grave] != member_mark(me)))
    return grave[:MOST_IN_DANGER]


def _gravest(files: Files, chosen: Marks, dues: Marks) -> list[int]:
    """Lines by their danger, and by what of these dues is the oldest."""
    heads = files.lines.heads
    known = levels(heads)
    first = np.full(len(heads), FAR)
    np.minimum.at(first, files.at[dues], files.dues["on"][dues])
    critical, high = (known == mark(level) for level in GRAVE)
    found = np.flatnonzero(chosen)
    order = np.lexsort((heads["reference"][found], first[found], ~high[found], ~critical[found]))
    gravest: list[int] = found[order].tolist()
    return gravest


def _pressed(day: Day, files: Files, line: int, dues: Marks) -> Danger:
    """A file with what of it is late or due within a day. What waits for a decision has its own place and clock."""
    pressing = (files.at == line) & dues & _soon(day, files) & ~files.of_kinds(*kinds(*DECIDED))
    return Danger(files.lines.card(line), tuple(item.due for item in files.items(files.rows(pressing))))


def _soon(day: Day, files: Files) -> Marks:
    """What is late, or due within a day: with a file in danger it is said there, and not again."""
    soon: Marks = files.dues["on"] <= (day.today + timedelta(days=1)).toordinal()
    return soon


def _nobodys(day: Day, files: Files, turns: Turns) -> None:
    """Files of whoever has no access any more, by whose they were."""
    officers = files.lines.heads["officer"]
    for officer in np.unique(officers[turns.nobodys]).tolist():
        lines = _gravest(files, turns.nobodys & (officers == officer), turns.unowned)
        gravest = [_pressed(day, files, line, turns.unowned) for line in lines[:MOST_OF_NOBODY]]
        day.nobodys.append(Nobodys(gravest[0].card.officer_id, gravest, len(lines[MOST_OF_NOBODY:])))


def _to_come(day: Day, files: Files, mine: Marks) -> None:
    first, last = day.today.toordinal(), (day.today + timedelta(days=DAYS - 1)).toordinal()
    days = files.dues["on"]
    rows = files.rows(mine & files.of_kinds(*kinds(Place.WEEK)) & (first <= days) & (days <= last))
    groups = in_groups(files.items(rows[:MOST_LOOKED_AT]))[:MOST_TO_COME]
    for group in groups:
        day.days.setdefault(group.on, []).append(group)
    day.more_days = len(rows) - sum(group.number for group in groups)


def _behind(day: Day, files: Files, mine: Marks) -> None:
    """The oldest of each kind, about as many of one as of the other, ten at most."""
    passed = mine & (files.dues["on"] < day.today.toordinal())
    late = {kind: files.rows(passed & files.of_kinds(kind)) for kind in kinds(Place.WEEK, Place.LATE)}
    behind = [kind for kind, rows in late.items() if KINDS[kind].late and len(rows)]
    shown = dict.fromkeys(behind, 0)
    while sum(shown.values()) < MOST_BEHIND and any(shown[kind] < len(late[kind]) for kind in behind):
        for kind in behind:
            if shown[kind] < len(late[kind]) and sum(shown.values()) < MOST_BEHIND:
                shown[kind] += 1
    for kind in behind:
        day.behind.append(Behind(kind, files.items(late[kind][: shown[kind]]), len(late[kind]) - shown[kind]))
