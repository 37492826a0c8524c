"""Reminders of a hearing that another office shared with ours, for whoever accepted to go there.

Planned on our side, by the rules, the calendar and the hours of our own office, under a key of our own folder: the
office that shared it learns nothing of them, and no clear row joins them to the share. Nothing is planned for later
than the share's end: of one whose time is over none comes, though nobody signs in to take it away.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.reminders import PlannedFor
from hrd_cases.cases.reminding import Planned, WasPlanned
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.rules import utc_now
from hrd_cases.trials.life import State
from hrd_cases.trials.reminder_rules import While
from hrd_cases.trials.reminding import Facts, reminders_of
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Stand


def planned(
    session: Session,
    by: Visitor,
    received: ReceivedShare,
    share: Share | None,
    now: datetime,
    stands: WasPlanned = lambda _: False,
) -> tuple[Planned, ...]:
    """What the rules say of a hearing to which somebody of ours goes. `share`: as it opens now, if it does."""
    if share is None or not _somebody_goes(received, share):
        return ()
    office_id = received.office_id
    facts = Facts(
        hearing_id=received.id,
        when=share.shared.when,
        state=State.CONFIRMED,
        goes=_goes(by, received),
        officer_id=None,
        office_id=office_id,
        # An embassy has no head: where whoever accepted is gone, all its observers are told.
        head_role=Role.EMBASSY_OBSERVER.value,
    )
    # That nobody goes, that a report or a date is missing, is for the office whose file it is.
    found = reminders_of(facts, calendar_of(session, office_id), now, only=(While.AHEAD,), stands=stands)
    return tuple(one for one in found if one.slot_at < share.until)


def _somebody_goes(received: ReceivedShare, share: Share) -> bool:
    """They accepted, it takes place as far as anybody knows, and they have not come back from it."""
    over = bool(share.shared.called_off) or share.shared.reported(received.reported_at)
    return received.state == Stand.ACCEPTED and not over


def _goes(by: Visitor, received: ReceivedShare) -> tuple[uuid.UUID, ...]:
    there = by.charters.of(received.office_id).members_in((Role.EMBASSY_OBSERVER,), by.today)
    who = received.answered_by
    return (who,) if who is not None and who in there else ()


def remind(session: Session, by: Visitor, received: ReceivedShare, share: Share | None) -> None:
    """Plan what a share as it stands reminds of, and cancel what it does not any more. In the transaction of every act
    that changes how it stands; raises as `Ring.to_open`.
    """
    session.flush()  # before charters are asked: sealing a row asks them as well
    now, before, was = utc_now(), dict(received.ahead), _planned_for(by, received)
    ids = was.keep(session, planned(session, by, received, share, now, was.stands()))
    then = tuple((one, before.get(one, now)) for one in ids)
    if then != received.ahead:
        received.ahead = then


def is_reminded(session: Session, by: Visitor, received: ReceivedShare, share: Share | None, now: datetime) -> bool:
    """Are there the reminders that there must be, and no others?"""
    was = _planned_for(by, received)
    return was.is_kept(session, planned(session, by, received, share, now, was.stands()))


def _planned_for(by: Visitor, received: ReceivedShare) -> PlannedFor:
    before = dict(received.ahead)
    return PlannedFor(by.ring, received.folder_id, before, before.get)
