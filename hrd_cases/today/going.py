"""Reminders of hearings that were shared with one's embassy, as Today tells them: which hearing, why this person, why
now. What is read is the share as it stands: of one that is over nothing is told any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.reminders import Tells, what_each_tells
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.outbox.plan import DueReminder
from hrd_cases.today.leads import Lead, newest_first, still_to_mail
from hrd_cases.today.soon import is_over, still_right
from hrd_cases.trials.shares.attending import planned
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import received_by, standing_share
from hrd_cases.trials.shares.rules import Seen
from hrd_cases.trials.times import long_before


class Going(NamedTuple):
    """A reminder that is due, explained. `why_mine` is a key of `words.WHY_ME`, each of `why_now` of `WHY_NOW`.
    `also`: others of the same hearing, for which this one speaks; `mailed_as`: the reminder that mails the same once
    the office opens. `ends`: when it is shared no more. `over`: nothing of it is to be done any more.
    """

    reminder: DueReminder
    received: ReceivedShare
    said: Seen
    ends: datetime
    why_mine: str
    why_now: tuple[str, ...]
    also: tuple[uuid.UUID, ...] = ()
    passed_on_by: uuid.UUID | None = None
    mailed_as: uuid.UUID | None = None
    over: bool = False

    @property
    def kind(self) -> str:
        """How the page says it."""
        return "shared"

    @property
    def office_id(self) -> uuid.UUID:
        return self.received.office_id

    @property
    def named(self) -> set[uuid.UUID | None]:
        """Members whom it names."""
        return {self.passed_on_by}

    @property
    def officer_id(self) -> uuid.UUID | None:
        """The file is another office's: nobody of ours looks after it."""
        return None

    def until(self, now: datetime) -> datetime:
        """When it makes no sense any more."""
        begins = self.said.when.earliest_at
        return min(begins, self.ends) if begins > now else self.ends


def shares_told_of(
    session: Session, visitor: Visitor, due: Mapping[uuid.UUID, DueReminder], now: datetime
) -> tuple[list[Lead[Going]], set[uuid.UUID]]:
    """Hearings that were shared with offices of this member, of which these reminders tell; and all reminders that what
    was shared accounts for, whether anything is told of them still or not.
    """
    mine = [one for one in visitor.seats if visitor.allows(Permission.SEE_SHARED, one)]
    leads: list[Lead[Going]] = []
    accounted: set[uuid.UUID] = set()
    for received in (row for office_id in mine for row in received_by(session, office_id)):
        ahead = newest_first({name: due[name] for name, _ in received.ahead if name in due})
        accounted |= due.keys() & {*(one.id for one in ahead), *received.reminders}
        if ahead:
            leads.append(Lead(ahead, partial(_explained, session, visitor, received, ahead, now)))
    return leads, accounted


def _explained(
    session: Session, visitor: Visitor, received: ReceivedShare, ahead: list[DueReminder], now: datetime
) -> Going | None:
    first, *others = ahead
    try:
        share = standing_share(session, received, now)
        if share is None:
            return None
        tells = _tells(session, visitor, received, share, first.id)
    except UNREADABLE:
        return None
    also = tuple(one.id for one in others)
    why_mine, mailed_as = _why_mine(visitor, first), still_to_mail(tells, ahead)
    said, ends, whys = share.shared, share.until, (tells.rule,)
    why_now, over = still_right(whys, said.when, now), is_over(whys, said.when, now)
    return Going(first, received, said, ends, why_mine, why_now, also, mailed_as=mailed_as, over=over)


def _why_mine(visitor: Visitor, one: DueReminder) -> str:
    if one.recipient.role is not None:
        return "observer"
    return "goes" if one.recipient.member_id == visitor.member_id else "instead"


def _tells(session: Session, visitor: Visitor, received: ReceivedShare, share: Share, reminder_id: uuid.UUID) -> Tells:
    """The rule that speaks: of a reminder that stands, the rules still say which it is."""
    found = planned(session, visitor, received, share, long_before(share.shared.when))
    return what_each_tells(visitor.ring, received.folder_id, found).get(reminder_id, Tells(""))
