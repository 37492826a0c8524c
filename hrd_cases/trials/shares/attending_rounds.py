"""Reminders of hearings to which somebody of ours goes by a share: looked at while an observer with the keys is there.

What was taken away or changed is put right; those of a share that ended by itself go, and an office's new days count.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import rounds
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.shares.attending import is_reminded, remind
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import answer_again, is_over, never_came, standing_share


class Rounds(rounds.Rounds):
    """Looks at what an embassy was given, by and by."""

    needs = Permission.ANSWER_SHARE

    def all_of(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> Iterable[uuid.UUID]:
        return session.scalars(select(ReceivedShare.id).where(ReceivedShare.office_id == office_id))

    def amiss_among(
        self,
        session: Session,
        visitor: Visitor,
        office_id: uuid.UUID,
        looked: Collection[uuid.UUID],
        now: datetime,
    ) -> set[uuid.UUID]:
        return {one for one in looked if _is_off(session, visitor, one, now)}

    def mend(self, session: Session, visitor: Visitor, one: uuid.UUID, now: datetime) -> None:
        received = session.get(ReceivedShare, one)
        if received is not None:
            share = standing_share(session, received, now)
            if share is None and _is_over(session, received):
                received.report = None
            if never_came(session, received, share):
                record(session, Event.ALARM_RAISED, alarm=f"did not arrive: what was answered of {received.id}")
                answer_again(session, visitor, received, share, now)
            remind(session, visitor, received, share)
            record(session, Event.REMINDERS_PLANNED, planned=())  # which they are, their keys say


def _is_off(session: Session, by: Visitor, received_id: uuid.UUID, now: datetime) -> bool:
    with suppress(*rounds.UNREADABLE):
        received = session.get(ReceivedShare, received_id)
        if received is None:
            return False
        share = standing_share(session, received, now)
        is_left = share is None and received.report is not None and _is_over(session, received)
        is_left = is_left or never_came(session, received, share)
        return is_left or not is_reminded(session, by, received, share, now)
    return False


def _is_over(session: Session, received: ReceivedShare) -> bool:
    """Its row was read and says so, or the trail: one that is only gone may come back, and with it what was written."""
    return session.get(Share, received.id) is not None or is_over(session, received.id)


ROUNDS = Rounds()
