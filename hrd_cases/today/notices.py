"""Reminders of hearings as Today tells them: which case, which hearing, why this person, why now."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.heads import aside_mark
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.late import ROOM as LATE
from hrd_cases.cases.late import dues_told
from hrd_cases.cases.reminders import id_of, passed_on_by
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Destroyed, Locked, Tampered
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.today.files import Files
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier, open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import as_wanted, planned
from hrd_cases.trials.reminded import ROOM, hearings_reminded
from hrd_cases.trials.reports import kept_aside

MOST_NOTICES = 20
NEWS = ("told", "clocks", "aside")
"""What was done with a hearing, or came about it, told at once."""
_LONG_BEFORE = timedelta(days=400)


class Notice(NamedTuple):
    """A reminder that is due, explained. `why_mine` is a key of `words.WHY_ME`, each of `why_now` of `WHY_NOW`.
    `also`: others of the same hearing, for which this one speaks.
    """

    reminder: DueReminder
    card: Card
    docket: Docket
    hearing: Standing[Hearing]
    why_mine: str
    why_now: tuple[str, ...]
    passed_on_by: uuid.UUID | None
    officer_id: uuid.UUID | None
    also: tuple[uuid.UUID, ...] = ()

    @property
    def office_id(self) -> uuid.UUID:
        return self.docket.proceeding.office_id

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
    passed_on_by: uuid.UUID | None
    also: tuple[uuid.UUID, ...] = ()

    @property
    def officer_id(self) -> uuid.UUID | None:
        """It is told to whoever stands behind the officer: not to them again."""
        return None

    def until(self, _now: datetime) -> datetime | None:
        return None


def late_notices(session: Session, files: Files, due: Mapping[uuid.UUID, DueReminder]) -> Iterator[Late]:
    """What is late in files that this member may read, of which these reminders tell: one for each file."""
    if not due:
        return
    lines = np.flatnonzero(files.lines.coded([aside_mark(LATE, one.hex) for one in due]))
    cards = [(files.lines.card(line), files.office(line)) for line in lines.tolist()]
    newest = sorted(due.values(), key=lambda reminder: reminder.slot_at, reverse=True)
    for card, office_id in cards:
        told = [(one, dues) for one in newest if (dues := dues_told(card, one.id))]
        if told:
            (first, _), *others = told
            late = tuple(due for _, each in told for due in each)
            also = tuple(one.id for one, _ in others)
            yield Late(first, card, late, office_id, passed_on_by(session, first.id), also)


def notices(session: Session, visitor: Visitor, files: Files, due: Mapping[uuid.UUID, DueReminder]) -> Iterator[Notice]:
    """Hearings of trials that this member may read, of which these reminders tell: the newest speaks for each."""
    if not due:
        return
    lines = np.flatnonzero(files.lines.coded([aside_mark(ROOM, one.hex) for one in due]))
    about = hearings_reminded(files.lines.cards(lines.tolist()))
    dockets: dict[uuid.UUID, Docket | None] = {}
    hearings: dict[uuid.UUID, list[DueReminder]] = {}
    for one in sorted(due.values(), key=lambda reminder: reminder.slot_at, reverse=True):
        if one.id in about:
            hearings.setdefault(about[one.id][2], []).append(one)
    for hearing_id, told in hearings.items():
        card, proceeding_id, _ = about[told[0].id]
        if proceeding_id not in dockets:
            dockets[proceeding_id] = _docket(session, proceeding_id)
        found = _explained(session, visitor, told, card, dockets[proceeding_id], hearing_id)
        if found is not None:
            yield found


def _docket(session: Session, proceeding_id: uuid.UUID) -> Docket | None:
    proceeding = session.get(Proceeding, proceeding_id)
    try:
        return open_docket(session, proceeding) if proceeding is not None else None
    except (Tampered, Locked, Destroyed):
        return None


def _explained(
    session: Session,
    visitor: Visitor,
    told: list[DueReminder],
    card: Card,
    docket: Docket | None,
    hearing_id: uuid.UUID,
) -> Notice | None:
    """The newest rule speaks, after what a colleague did."""
    hearing = docket.one(hearing_id, Hearing) if docket is not None else None
    if docket is None or hearing is None:
        return None
    try:
        case = carrier(session, docket)
        officer = case.officer_id if case is not None else None
        whys = {one.id: _why_now(session, visitor, docket, hearing, one.id) for one in told}
    except (Tampered, Locked, Destroyed, Absent):
        return None
    one = next((one for one in told if whys[one.id] not in NEWS), told[0])
    why_now = tuple(dict.fromkeys(why for why in whys.values() if why in NEWS or why == whys[one.id]))
    also = tuple(other.id for other in told if other is not one)
    why_mine = _why_mine(visitor, one, hearing.said, officer)
    return Notice(one, card, docket, hearing, why_mine, why_now, passed_on_by(session, one.id), officer, also)


def _why_mine(visitor: Visitor, one: DueReminder, said: Hearing, officer: uuid.UUID | None) -> str:
    to, me = one.recipient, visitor.member_id
    if to.role is not None:
        return "deputy" if to.role == Role.DEPUTY else "head"
    if to.member_id != me:
        return "instead"
    if said.observer is not None and said.observer.member_id == me:
        return "goes"
    return "officer" if officer == me else "named"


def _why_now(
    session: Session, visitor: Visitor, docket: Docket, hearing: Standing[Hearing], reminder_id: uuid.UUID
) -> str:
    """The rule that speaks: of a reminder that stands, the rules still say which it is."""
    said = hearing.said
    if reminder_id in said.told:
        return "clocks" if _clocks_changed(docket, hearing) else "told"
    if any(reminder_id in one.said.told for one in kept_aside(docket, hearing.id)):
        return "aside"
    long_before = said.when.earliest_at.astimezone(UTC) - _LONG_BEFORE
    found = planned(session, visitor, docket, hearing.id, said, long_before)
    folder_id = docket.proceeding.folder_id
    return next((one.rule for one in found if id_of(visitor.ring, folder_id, as_wanted(one)) == reminder_id), "")


def _clocks_changed(docket: Docket, hearing: Standing[Hearing]) -> bool:
    *_, before, now = [None, *(version.details for version in docket.versions(hearing.id))]
    if not isinstance(before, Hearing) or not isinstance(now, Hearing):
        return False
    one, other = before.when, now.when
    same_words = (one.on, one.clock, one.part, one.zone) == (other.on, other.clock, other.part, other.zone)
    return same_words and one.earliest_at != other.earliest_at
