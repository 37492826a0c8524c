"""Reminders of hearings that were shared with one's embassy, as Today tells them: which hearing, why this person, why
now. What is read is the share as it stands: of one that is over nothing is told any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.reminders import ids_of, passed_on_by
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.trials.planning import as_wanted
from hrd_cases.trials.shares.attending import planned
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import received_by, standing_share
from hrd_cases.trials.shares.rules import Seen

_LONG_BEFORE = timedelta(days=400)


class Going(NamedTuple):
    """A reminder that is due, explained. `why_mine` is a key of `words.WHY_ME`, each of `why_now` of `WHY_NOW`.
    `also`: others of the same hearing, for which this one speaks.
    """

    reminder: DueReminder
    received: ReceivedShare
    said: Seen
    why_mine: str
    why_now: tuple[str, ...]
    passed_on_by: uuid.UUID | None
    also: tuple[uuid.UUID, ...] = ()

    @property
    def office_id(self) -> uuid.UUID:
        return self.received.office_id

    @property
    def officer_id(self) -> uuid.UUID | None:
        """The file is another office's: nobody of ours looks after it."""
        return None

    def until(self, now: datetime) -> datetime | None:
        """When it makes no sense any more."""
        begins = self.said.when.earliest_at
        return begins if begins > now else None


def received_here(session: Session, visitor: Visitor) -> list[ReceivedShare]:
    """All that was ever shared with offices of this member."""
    mine = [one for one in visitor.seats if visitor.allows(Permission.SEE_SHARED, one)]
    return [row for office_id in mine for row in received_by(session, office_id)]


def going(
    session: Session, visitor: Visitor, due: Mapping[uuid.UUID, DueReminder], now: datetime
) -> tuple[list[Going], set[uuid.UUID]]:
    """Hearings of which these reminders tell, the newest speaking for each; and all reminders that what was shared
    accounts for, whether anything is told of them still or not.
    """
    found: list[Going] = []
    known: set[uuid.UUID] = set()
    for received in received_here(session, visitor) if due else ():
        ahead = [one for one in (due.get(name) for name, _ in received.ahead) if one is not None]
        known |= due.keys() & {*(one.id for one in ahead), *received.reminders}
        found += _told(session, visitor, received, ahead, now)
    return found, known


def _told(
    session: Session, visitor: Visitor, received: ReceivedShare, ahead: list[DueReminder], now: datetime
) -> Iterator[Going]:
    try:
        share = standing_share(session, received, now) if ahead else None
        if share is None:
            return
        first, *others = sorted(ahead, key=lambda one: one.slot_at, reverse=True)
        why_now = _why_now(session, visitor, received, share, first.id)
    except UNREADABLE:
        return
    also = tuple(one.id for one in others)
    passed = passed_on_by(session, [first.id]).get(first.id)
    yield Going(first, received, share.shared, _why_mine(visitor, first), (why_now,), passed, also)


def _why_mine(visitor: Visitor, one: DueReminder) -> str:
    if one.recipient.role is not None:
        return "observer"
    return "goes" if one.recipient.member_id == visitor.member_id else "instead"


def _why_now(session: Session, visitor: Visitor, received: ReceivedShare, share: Share, reminder_id: uuid.UUID) -> str:
    """The rule that speaks: of a reminder that stands, the rules still say which it is."""
    found = planned(session, visitor, received, share, share.shared.when.earliest_at - _LONG_BEFORE)
    ids = ids_of(visitor.ring, received.folder_id, map(as_wanted, found))
    return next((one.rule for one, its_id in zip(found, ids, strict=True) if its_id == reminder_id), "")
