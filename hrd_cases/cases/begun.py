"""What a member began to record: under which id it becomes a file, and whether it has become one already."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about, ever_about, number_at
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.vault.envelope import derive, mac

_LABEL = "case begun"
PRESSED_AGAIN = timedelta(days=90)
"""Longer than any form waits to be sent once more."""
MADE = (Event.CASE_OPENED, Event.CASE_ROUTED)


class Before(NamedTuple):
    """What the trail tells of a file that was made already: its office, and whether it was sent there."""

    office_id: uuid.UUID
    was_sent: bool


def case_id_of(by: Visitor, begun: uuid.UUID, drafted: Drafted | None = None) -> uuid.UUID:
    """The id of the file that this member makes of what they began. With `drafted`, of what they typed as well: sent
    twice, it is one file; with another name, after going back, it is another.

    Under a secret of theirs alone: nobody else knows beforehand where it will stand.
    """
    typed = [msgspec.msgpack.encode(piece.details) for piece in drafted.pieces] if drafted is not None else []
    urgency = [drafted.urgency.encode()] if drafted is not None else []
    key = derive(by.ring.own_secret, _LABEL)
    return uuid.UUID(bytes=mac(key, _LABEL, begun.bytes, *urgency, *typed)[:16])


def made_before(session: Session, by: Visitor, case_id: uuid.UUID) -> Before | None:
    """Has this member made the file already? Only the trail says so: a row in a table is planted in a moment. Whoever
    presses in the same moment waits, and is told of the first.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite the write gate sees to it
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(case_id.bytes[:8], signed=True))))
    lately = number_at(session, datetime.now(UTC) - PRESSED_AGAIN)
    for made in chain(about(session, case_id, *MADE), ever_about(session, case_id, *MADE, since=lately)):
        if made.actor_id == by.member_id:
            return Before(uuid.UUID(str(made.fields["office"])), made.event == Event.CASE_ROUTED)
    return None


def stands(session: Session, case_id: uuid.UUID) -> bool:
    """Is there a file, or the clock of one, under this id?"""
    return session.get(Case, case_id) is not None or session.get(Acknowledgement, case_id) is not None
