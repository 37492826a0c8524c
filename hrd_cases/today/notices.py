"""Reminders of hearings as Today tells them: which case, which hearing, why this person, why now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.late import ROOM as LATE
from hrd_cases.cases.late import dues_told
from hrd_cases.cases.reminders import ids_of, passed_on_by
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Destroyed, Locked, Tampered
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.outbox.rules import utc_now
from hrd_cases.today.files import Files
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier, open_docket
from hrd_cases.trials.hearings import offers
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import Ways, as_wanted, planned, ways_of
from hrd_cases.trials.reminded import ROOM, hearings_reminded
from hrd_cases.trials.told import News, news_of, next_acts, reports_told, told_at_once

MOST_NOTICES = 20
NEWS = ("told", "clocks", "aside")
"""What was done with a hearing, or came about it, told at once."""
_LONG_BEFORE = timedelta(days=400)


class Notice(NamedTuple):
    """A reminder that is due, explained. `why_mine` is a key of `words.WHY_ME`, each of `why_now` one of
    `reminder_words.WHY_NOW`. `also`: others of the same hearing, for which this one speaks. `news`: what was done
    with it; `acts`: what this member may do about it at once.
    """

    reminder: DueReminder
    card: Card
    docket: Docket
    hearing: Standing[Hearing]
    why_mine: str
    why_now: tuple[str, ...]
    officer_id: uuid.UUID | None
    also: tuple[uuid.UUID, ...] = ()
    passed_on_by: uuid.UUID | None = None
    news: tuple[News, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def office_id(self) -> uuid.UUID:
        return self.docket.proceeding.office_id

    @property
    def named(self) -> set[uuid.UUID | None]:
        """Members and offices whom it names."""
        return {self.passed_on_by, *(each for one in self.news for each in (one.by_id, one.office_id))}

    def until(self, now: datetime) -> datetime | None:
        """When it makes no sense any more; None if it always does."""
        begins = self.hearing.said.when.earliest_at
        return begins if begins > now else None


class Late(NamedTuple):
    """A reminder that is due of what a colleague has not done in time; `also`: others of the same file."""

    reminder: DueReminder
    card: Card
    dues: tuple[Due, ...]
    office_id: uuid.UUID
    also: tuple[uuid.UUID, ...] = ()
    passed_on_by: uuid.UUID | None = None

    @property
    def ids(self) -> set[uuid.UUID]:
        return {self.reminder.id, *self.also}

    @property
    def officer_id(self) -> uuid.UUID | None:
        """It is told to whoever stands behind the officer: not to them again."""
        return None

    def until(self, _now: datetime) -> datetime | None:
        return None


class Reminded(NamedTuple):
    """What reminders that are due tell a member: as much as the page has room for, and how much more there is. `ids`:
    those that are accounted for by it.
    """

    notices: list[Notice]
    late: list[Late]
    more: int
    ids: frozenset[uuid.UUID]


def reminded(session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder]) -> Reminded:
    """Explained as long as the page has room; the others are counted, and nothing is opened for them."""
    explaining, more = Explaining(session, visitor), 0
    notices: list[Notice] = []
    ids: set[uuid.UUID] = set()
    for of in _hearings_told_of(files, due):
        notice = explaining.notice(of) if len(notices) < MOST_NOTICES else None
        if notice is not None:
            notices.append(notice)
        elif len(notices) == MOST_NOTICES:
            more += 1
        else:
            continue
        ids |= of.ids
    late = list(_late_in(files, {one: due[one] for one in due.keys() - ids}))
    ids |= {each for one in late for each in one.ids}
    more += len(late[MOST_NOTICES:])
    return Reminded(_passed_on(session, notices), _passed_on(session, late[:MOST_NOTICES]), more, frozenset(ids))


def one_reminded(
    session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder], reminder_id: uuid.UUID
) -> Notice | Late | None:
    """What one reminder tells, explained; None for one of something that this member cannot open."""
    of = next((one for one in _hearings_told_of(files, due) if reminder_id in one.ids), None)
    notice = Explaining(session, visitor).notice(of) if of is not None else None
    if notice is not None:
        return _passed_on(session, [notice])[0]
    late = [one for one in _late_in(files, due) if reminder_id in one.ids]
    return next(iter(_passed_on(session, late)), None)


N = TypeVar("N", Notice, Late)


def _passed_on(session: Session, notices: list[N]) -> list[N]:
    """With who said last that it is not theirs: asked of all of them at once."""
    told = passed_on_by(session, [one.reminder.id for one in notices]) if notices else {}
    return [one._replace(passed_on_by=told.get(one.reminder.id)) for one in notices]


class ToldOf(NamedTuple):
    """A hearing of which reminders are due, as its card tells: nothing is opened for it. The newest stands first."""

    card: Card
    proceeding_id: uuid.UUID
    hearing_id: uuid.UUID
    told: list[DueReminder]

    @property
    def ids(self) -> set[uuid.UUID]:
        return {one.id for one in self.told}


def _late_in(files: Files, due: Mapping[uuid.UUID, DueReminder]) -> Iterator[Late]:
    """What is late in files that this member may read, of which these reminders tell: one for each file."""
    if not due:
        return
    lines = np.flatnonzero(files.lines.coded([aside_mark(LATE, one.hex) for one in due]))
    cards = [(files.lines.card(line), files.office(line)) for line in lines.tolist()]
    newest = _newest_first(due)
    for card, office_id in cards:
        told = [(one, dues) for one in newest if (dues := dues_told(card, one.id))]
        if told:
            (first, _), *others = told
            late = tuple(due for _, each in told for due in each)
            yield Late(first, card, late, office_id, tuple(one.id for one, _ in others))


def _hearings_told_of(files: Files, due: Mapping[uuid.UUID, DueReminder]) -> list[ToldOf]:
    """Hearings of trials that this member may read, of which these reminders tell; of the newest first."""
    if not due:
        return []
    lines = np.flatnonzero(files.lines.coded([aside_mark(ROOM, one.hex) for one in due]))
    about = hearings_reminded(files.lines.cards(lines.tolist()))
    found: dict[uuid.UUID, ToldOf] = {}
    for one in _newest_first(due):
        if one.id in about:
            found.setdefault(about[one.id][2], ToldOf(*about[one.id], [])).told.append(one)
    return list(found.values())


def _newest_first(due: Mapping[uuid.UUID, DueReminder]) -> list[DueReminder]:
    return sorted(due.values(), key=lambda reminder: reminder.slot_at, reverse=True)


class Explaining:
    """Explains what reminders tell of, for one page: each trial is opened once, each office asked once how it is
    reminded.
    """

    def __init__(self, session: Session, visitor: Visitor) -> None:
        self._session, self._visitor = session, visitor
        self._dockets: dict[uuid.UUID, Docket | None] = {}
        self._ways: dict[uuid.UUID, Ways] = {}

    def notice(self, of: ToldOf) -> Notice | None:
        """The newest rule speaks, after what a colleague did. None where it cannot be explained here."""
        docket = self._docket(of.proceeding_id)
        hearing = docket.one(of.hearing_id, Hearing) if docket is not None else None
        if docket is None or hearing is None:
            return None
        try:
            case = carrier(self._session, docket)
            officer = case.officer_id if case is not None else None
            whys = self._whys_now(docket, hearing, of.told)
            news = tuple(self._news(docket, hearing, [each for each, why in whys.items() if why == "told"]))
            acts = self._acts(docket, hearing)
        except (Tampered, Locked, Destroyed, Absent):
            return None
        one = next((one for one in of.told if whys[one.id] not in NEWS), of.told[0])
        said_now = dict.fromkeys(why for why in whys.values() if why in NEWS or why == whys[one.id])
        why_now = tuple(why for why in said_now if why != "told" or not news)
        also = tuple(other.id for other in of.told if other is not one)
        why_mine = _why_mine(self._visitor, one, hearing.said, officer)
        return Notice(one, of.card, docket, hearing, why_mine, why_now, officer, also, news=news, acts=acts)

    def _news(self, docket: Docket, hearing: Standing[Hearing], told: Iterable[uuid.UUID]) -> Iterator[News]:
        for reminder_id in told:
            news = news_of(docket, hearing, reminder_id, self._visitor.member_id)
            if news is not None:
                yield news

    def _acts(self, docket: Docket, hearing: Standing[Hearing]) -> tuple[Act, ...]:
        offered = offers(self._visitor, docket, hearing, utc_now())
        may = [one.act for one in offered if one.refused is None]
        return next_acts(hearing.said, self._visitor.member_id, may)

    def _docket(self, proceeding_id: uuid.UUID) -> Docket | None:
        if proceeding_id not in self._dockets:
            self._dockets[proceeding_id] = _docket(self._session, proceeding_id)
        return self._dockets[proceeding_id]

    def _whys_now(self, docket: Docket, hearing: Standing[Hearing], told: list[DueReminder]) -> dict[uuid.UUID, str]:
        """By reminder the rule that speaks: of one that stands, the rules still say which it is."""
        said, ring, at_once = hearing.said, self._visitor.ring, told_at_once(docket, hearing)
        act = "clocks" if _clocks_changed(docket, hearing) else "told"
        long_before, ways = said.when.earliest_at.astimezone(UTC) - _LONG_BEFORE, self._ways_of(docket)
        found = planned(self._session, self._visitor, docket, hearing.id, said, long_before, ways)
        ids = ids_of(ring, docket.proceeding.folder_id, map(as_wanted, found))
        rules = {reminder_id: one.rule for reminder_id, one in zip(ids, found, strict=True)}
        rules |= dict.fromkeys(reports_told(docket, hearing), "aside")
        return {one.id: act if one.id in at_once else rules.get(one.id, "") for one in told}

    def _ways_of(self, docket: Docket) -> Ways:
        office_id = docket.proceeding.office_id
        if office_id not in self._ways:
            self._ways[office_id] = ways_of(self._session, office_id)
        return self._ways[office_id]


def _docket(session: Session, proceeding_id: uuid.UUID) -> Docket | None:
    proceeding = session.get(Proceeding, proceeding_id)
    try:
        return open_docket(session, proceeding) if proceeding is not None else None
    except (Tampered, Locked, Destroyed):
        return None


def _why_mine(visitor: Visitor, one: DueReminder, said: Hearing, officer: uuid.UUID | None) -> str:
    to, me = one.recipient, visitor.member_id
    if to.role is not None:
        return "deputy" if to.role == Role.DEPUTY else "head"
    if to.member_id != me:
        return "instead"
    if said.observer is not None and said.observer.member_id == me:
        return "goes"
    return "officer" if officer == me else "named"


def _clocks_changed(docket: Docket, hearing: Standing[Hearing]) -> bool:
    *_, before, now = [None, *(version.details for version in docket.versions(hearing.id))]
    if not isinstance(before, Hearing) or not isinstance(now, Hearing):
        return False
    one, other = before.when, now.when
    same_words = (one.on, one.clock, one.part, one.zone) == (other.on, other.clock, other.part, other.zone)
    return same_words and one.earliest_at != other.earliest_at
