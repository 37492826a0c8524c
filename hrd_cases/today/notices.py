"""Reminders of hearings as Today tells them: which case, which hearing, why this person, why now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.models import Case
from hrd_cases.cases.reminders import Tells, what_each_tells
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Destroyed, Locked, Tampered
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.outbox.rules import utc_now
from hrd_cases.today.files import Files
from hrd_cases.today.leads import Lead, newest_first, still_to_mail
from hrd_cases.today.soon import is_over, still_right, unanswered
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier, officer_of, open_docket
from hrd_cases.trials.hearings import offers
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import planned
from hrd_cases.trials.reminded import ROOM, hearings_reminded
from hrd_cases.trials.reminder_rules import RULES, While
from hrd_cases.trials.reports import changes_awaited
from hrd_cases.trials.times import has_begun, long_before
from hrd_cases.trials.told import TO_FIND, News, news_of, next_acts, reports_told, told_at_once

NEWS = ("told", "clocks", "aside")
"""What was done with a hearing, or came about it, told at once."""
OF_A_REPORT = {rule.code for rule in RULES.rules if rule.holds_while is While.NO_REPORT}


class Notice(NamedTuple):
    """A reminder that is due, explained. `why_mine` is a key of `words.WHY_ME`, each of `why_now` one of
    `reminder_words.WHY_NOW`. `also`: others of the same hearing, for which this one speaks; `mailed_as`: the reminder
    that mails the same once the office opens. `news`: what was done with it; `acts`: what this member may do about it
    at once. `to_find`: it tells that nobody goes, and nobody does. `over`: nothing of it is to be done any more.
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
    mailed_as: uuid.UUID | None = None
    news: tuple[News, ...] = ()
    acts: tuple[Act, ...] = ()
    to_find: bool = False
    over: bool = False

    @property
    def kind(self) -> str:
        """How the page says it."""
        return "hearing"

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


class ToldOf(NamedTuple):
    """A hearing of which reminders are due, as its card tells: nothing is opened for it. The newest stands first."""

    card: Card
    proceeding_id: uuid.UUID
    hearing_id: uuid.UUID
    told: list[DueReminder]


def hearings_told_of(
    session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder]
) -> list[Lead[Notice]]:
    """Hearings of trials that this member may read, of which these reminders tell."""
    lines = np.flatnonzero(files.lines.coded([aside_mark(ROOM, one.hex) for one in due]))
    about = hearings_reminded(files.lines.cards(lines.tolist()))
    found: dict[uuid.UUID, ToldOf] = {}
    for one in newest_first(due):
        if one.id in about:
            found.setdefault(about[one.id][2], ToldOf(*about[one.id], [])).told.append(one)
    explaining = Explaining(session, visitor)
    return [Lead(of.told, partial(explaining.notice, of)) for of in found.values()]


class Explaining:
    """Explains what reminders tell of, for one page: each trial is opened once."""

    def __init__(self, session: Session, visitor: Visitor) -> None:
        self._session, self._visitor = session, visitor
        self._dockets: dict[uuid.UUID, Docket | None] = {}
        self._files: list[Case | None] = []
        """Held while the page is made, so that the rules find them without asking the database again."""

    def notice(self, of: ToldOf) -> Notice | None:
        """The newest rule speaks, after what a colleague did. None where it cannot be explained here."""
        docket = self._docket(of.proceeding_id)
        hearing = docket.one(of.hearing_id, Hearing) if docket is not None else None
        if docket is None or hearing is None:
            return None
        try:
            self._files.append(carrier(self._session, docket))
            officer = officer_of(self._session, docket)
            tells = self._tells(docket, hearing, of.told)
            whys = {each: told.rule for each, told in tells.items()}
            news = tuple(self._news(docket, hearing, [each for each, why in whys.items() if why == "told"]))
            acts = self._acts(docket, hearing)
        except (Tampered, Locked, Destroyed, Absent):
            return None
        one = next((one for one in of.told if whys[one.id] not in NEWS), of.told[0])
        said_now = dict.fromkeys(why for why in whys.values() if why in NEWS or why == whys[one.id])
        when, now = hearing.said.when, utc_now()
        why_now = still_right((why for why in said_now if why != "told" or not news), when, now)
        if hearing.said.waits_for_embassy and not has_begun(when, now):
            why_now = unanswered(whys.values(), why_now)
        also = tuple(other.id for other in of.told if other is not one)
        why_mine = _why_mine(self._visitor, one, hearing.said, officer)
        mailed_as = still_to_mail(tells[one.id], of.told)
        about_it = "nobody_goes" in whys.values() or any(each.what in TO_FIND for each in news)
        to_find = about_it and hearing.said.to_find(now)
        notice = Notice(one, of.card, docket, hearing, why_mine, why_now, officer, also, news=news, acts=acts)
        return notice._replace(mailed_as=mailed_as, to_find=to_find, over=is_over(whys.values(), when, now))

    def _news(self, docket: Docket, hearing: Standing[Hearing], told: Iterable[uuid.UUID]) -> Iterator[News]:
        for reminder_id in told:
            news = news_of(docket, hearing, reminder_id, self._visitor.member_id)
            if news is not None:
                yield news

    def _acts(self, docket: Docket, hearing: Standing[Hearing]) -> tuple[Act, ...]:
        offered = offers(self._visitor, docket, hearing, utc_now())
        begun = has_begun(hearing.said.when, utc_now())
        may = [one.act for one in offered if one.refused is None and not (begun and one.act is Act.ASSIGN)]
        return next_acts(hearing.said, self._visitor.member_id, may)

    def _docket(self, proceeding_id: uuid.UUID) -> Docket | None:
        if proceeding_id not in self._dockets:
            self._dockets[proceeding_id] = _docket(self._session, proceeding_id)
        return self._dockets[proceeding_id]

    def _tells(self, docket: Docket, hearing: Standing[Hearing], told: list[DueReminder]) -> dict[uuid.UUID, Tells]:
        """By reminder the rule that speaks: of one that stands, the rules still say which it is."""
        said, at_once = hearing.said, told_at_once(docket, hearing)
        act = "clocks" if _clocks_changed(docket, hearing) else "told"
        found = planned(self._session, self._visitor, docket, hearing.id, said, long_before(said.when))
        if changes_awaited(docket, hearing) is not None:
            found = tuple(one._replace(rule="sent_back") if one.rule in OF_A_REPORT else one for one in found)
        tells = what_each_tells(self._visitor.ring, docket.proceeding.folder_id, found)
        tells |= dict.fromkeys(reports_told(docket, hearing), Tells("aside"))
        return {one.id: Tells(act) if one.id in at_once else tells.get(one.id, Tells("")) for one in told}


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
