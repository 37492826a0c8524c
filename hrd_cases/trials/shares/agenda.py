"""Hearings that were shared with an office, as its calendar and its sheet have them: of the shares that stand."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from hrd_cases.cases.reference import ALPHABET, LETTERS, completed
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.door.visitor import Visitor
from hrd_cases.trials.details import Observer
from hrd_cases.trials.grid import Placed, days_of
from hrd_cases.trials.ics import UIDS, Entry, uid_of
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import received_by, standing_share
from hrd_cases.trials.shares.rules import Seen, Stand
from hrd_cases.vault.envelope import mac


class Named(NamedTuple):
    """How a hearing of another office's file is called here: by whom it is about, if that was shared, and by a
    reference of our own.
    """

    name: str
    reference: str


class SharedItem(NamedTuple):
    """A hearing that was shared with us. `days`: those on which it stands in the calendar of our office."""

    received: ReceivedShare
    sitting: Sitting
    card: Named
    days: list[Placed]
    others: int = 0
    """Whoever shared it says whose it is: no more files are behind it here."""

    def is_mine(self, member_id: uuid.UUID) -> bool:
        """Did this member accept to go?"""
        return self.sitting.is_of(member_id)


class Agenda(NamedTuple):
    """Hearings in the order in which they begin. `unread`: so many that stand cannot be read now."""

    items: list[SharedItem]
    unread: int


def shared_agenda(
    session: Session, by: Visitor, office_id: uuid.UUID, first: date, last: date, zone: str, now: datetime
) -> Agenda:
    """What was shared with an office for these days, both included, and stands."""
    items: list[SharedItem] = []
    unread = 0
    for received in received_by(session, office_id):
        try:
            share = standing_share(session, received, now)
        except UNREADABLE:
            unread += 1
            continue
        if share is not None:
            item = _item(by, received, share, zone)
            items += [item] if any(first <= placed.on <= last for placed in item.days) else []
    return Agenda(sorted(items, key=lambda one: (one.sitting.when.earliest_at, one.card.reference)), unread)


def _item(by: Visitor, received: ReceivedShare, share: Share, zone: str) -> SharedItem:
    said = share.shared
    named = Named(", ".join(said.people), reference_of(by, received))
    return SharedItem(received, _sitting(received, said), named, days_of(said.when, zone))


def _sitting(received: ReceivedShare, said: Seen) -> Sitting:
    accepted = received.state == Stand.ACCEPTED
    # Of what was shared to be known alone nobody of us goes, and nobody is missing.
    state = said.called_off or (State.CONFIRMED if accepted or not said.asked else State.REQUESTED).value
    return Sitting(
        hearing_id=received.id,
        when=said.when,
        kind=said.kind,
        state=state,
        other_kind=said.other_kind,
        court=said.court,
        place=said.place,
        room=said.room,
        observer=Observer(member_id=received.answered_by) if accepted else None,
    )


def reference_of(by: Visitor, received: ReceivedShare) -> str:
    """What paper and lists call it by: the office that shared it has another one, and no table has this one. Raises as
    `Ring.to_open`.
    """
    key = by.ring.name_key(received.folder_id, "references of shares")
    number = int.from_bytes(mac(key, "reference of a share", received.id.bytes))
    letters = []
    for _ in range(LETTERS - 1):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return completed("".join(letters))


def entry_of(by: Visitor, received: ReceivedShare, share: Share, title: str, zone: str) -> Entry:
    """It for one's own calendar: under an id that is the same for good, and in no table."""
    uid = uid_of(by.ring.name_key(received.folder_id, UIDS), received.id)
    # Whatever else was changed, a higher number is the newer one.
    return Entry(uid, title, share.shared.when, zone, share.number, over=bool(share.shared.called_off))
