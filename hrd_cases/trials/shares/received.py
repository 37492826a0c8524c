"""What was shared with one's office, as it stands for whoever looks: read, over, damaged, or waiting for its key."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import needs_look, received_by, standing_share
from hrd_cases.trials.shares.rules import STANDING, Ended, Seen, Stand
from hrd_cases.trials.times import has_begun, may_have_begun


class Received(NamedTuple):
    """Something that was shared with us. `share` is None where nothing of it can be read: it is over, damaged, or its
    newest key is not here yet (`waits`).
    """

    row: ReceivedShare
    share: Share | None
    damaged: bool = False
    waits: bool = False

    @property
    def said(self) -> Seen | None:
        return self.share.shared if self.share is not None else None

    @property
    def over(self) -> bool:
        return self.share is None and not self.damaged and not self.waits

    @property
    def stand(self) -> Stand:
        return Stand.ENDED if self.over and self.row.state in STANDING else Stand(self.row.state)

    @property
    def how_it_ended(self) -> Ended | None:
        """Why it is over; without a letter we declined it, or its time was."""
        if not self.over:
            return None
        return Ended(self.row.ended or (Ended.DECLINED if self.row.state == Stand.DECLINED else Ended.EXPIRED))

    @property
    def to_answer(self) -> bool:
        asked = self.said is not None and self.said.asked and not self.said.called_off
        return asked and self.row.state == Stand.OFFERED

    @property
    def reported(self) -> bool:
        """Was a report on this hearing filed?"""
        return self.said is not None and self.said.reported(self.row.reported_at)

    @property
    def changes_asked(self) -> str:
        """What is to be changed in the report that was filed; "" as long as nothing is, and once it was filed again."""
        said = self.said
        return said.changes if said is not None and said.changes_open(self.row.reported_at) else ""

    @property
    def report_awaited(self) -> bool:
        """Somebody of them goes or went, and no report was filed yet, or not since changes were asked for."""
        goes = self.said is not None and self.said.asked and not self.said.called_off
        awaited = not self.reported or bool(self.changes_asked)
        return goes and self.row.state == Stand.ACCEPTED and awaited

    def went(self, now: datetime) -> bool:
        """Has a hearing begun that somebody of them said they go to? Then they say no more than that nobody did."""
        begun = self.said is not None and has_begun(self.said.when, now)
        return begun and self.row.state == Stand.ACCEPTED

    def may_report(self, now: datetime) -> bool:
        """It may have begun, they were asked, and have said that they go."""
        if self.said is None or not self.said.asked or self.row.state != Stand.ACCEPTED:
            return False
        return may_have_begun(self.said.when, now)

    @property
    def new(self) -> bool:
        return needs_look(self.row)


def as_it_stands(session: Session, row: ReceivedShare, now: datetime) -> Received:
    """One of them, now."""
    try:
        return Received(row, standing_share(session, row, now))
    except Tampered:
        return Received(row, None, damaged=True)
    except Locked:
        return Received(row, None, waits=True)


def all_received(session: Session, by: Visitor, now: datetime) -> list[Received]:
    """Everything that was shared with an office of this member: the next hearing first, then what cannot be read."""
    mine = [one for one in by.seats if by.allows(Permission.SEE_SHARED, one)]
    rows = [as_it_stands(session, row, now) for office_id in mine for row in received_by(session, office_id)]
    return sorted(rows, key=lambda one: (one.said is None, one.said.when.earliest_at if one.said else now))
