"""The letters of shares: what is in each, and how it is sent and read."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import Body, record
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered, Unproven
from hrd_cases.instants import Instant
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.guests import Given
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import CircleName
from hrd_cases.trials.details import Report

OFFERED, CHANGED, ENDED = "share_offered", "share_changed", "share_ended"
"""Acts of letters to whom something is shared with."""
ANSWERED = "share_answered"
"""The act of a letter back to the office that shared it."""
REPORTED = "share_reported"
"""The act of a letter that brings the observer's report."""
ACTS = (OFFERED, CHANGED, ENDED, ANSWERED, REPORTED)
LONGEST_REPORT = 1_000_000
LONGEST_REASON = 5_000
LONGEST_NAME = 200

T = TypeVar("T")


class Offer(msgspec.Struct, frozen=True, array_like=True):
    """What opens a share as it stands, until when, and the reminders that told of it. `accepted`: the office that gave
    it counts on somebody who comes; otherwise they say anew.
    """

    given: Given
    number: int
    until: Instant
    reminders: tuple[uuid.UUID, ...] = ()
    accepted: bool = False


class Gone(msgspec.Struct, frozen=True, array_like=True):
    """That a share is over, and why: a word of ours."""

    how: str


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """Accepted or declined, with what somebody wrote, and where it belongs: the other side knows that by its share."""

    answer: str
    proceeding_id: uuid.UUID
    hearing_id: uuid.UUID
    number: int
    reason: str = ""
    who: str = ""
    """Who comes, as they wrote it."""


class Reported(msgspec.Struct, frozen=True, array_like=True):
    """An observer's report, and where it belongs."""

    proceeding_id: uuid.UUID
    hearing_id: uuid.UUID
    report: Report


def send(
    session: Session,
    by: Visitor,
    from_office: uuid.UUID,
    to_office: uuid.UUID,
    act: str,
    share_id: uuid.UUID,
    content: Any,
    now: datetime,
) -> Letter:
    """A letter about a share, to the casework circle of an office. Refused while that circle cannot receive."""
    sender = (by.member_id, from_office, by.ring.keys)
    to = (to_office, CircleName.CASEWORK)
    letter = letters.send(session, by.charters, sender, to, act, share_id, msgspec.msgpack.encode(content), now)
    session.flush()
    record(session, Event.LETTER_SENT, letter=letter.id, office=to_office, act=act, digest=letter.digest)
    return letter


@contextmanager
def ours_first() -> Iterator[None]:
    """What fails its check in here is a row of ours and no fault of the letter, which waits until that is mended: a
    row that was changed for a minute has no true letter refused for good.
    """
    try:
        yield
    except (Tampered, *UNREADABLE) as error:
        raise Unproven("what a letter is about") from error


def offers_to(session: Session, share_id: uuid.UUID, office_id: uuid.UUID) -> list[Body]:
    """What the trail tells of this share being given to an office, whatever rows and the index say."""
    said = ever_about(session, share_id, Event.SHARE_OFFERED)
    return [one for one in said if (one.fields["share"], one.fields["office"]) == (str(share_id), str(office_id))]


def was_folded(session: Session, letter: Letter) -> bool:
    """Does the trail say that it was taken in? Rows say whether that is so."""
    return any(True for _ in ever_about(session, letter.id, Event.LETTER_FOLDED))


def content_of(read: letters.Read, kind: type[T]) -> T:
    """What a letter says. Raises Tampered for what is none of ours."""
    try:
        return msgspec.msgpack.decode(read.content, type=kind)
    except UNREADABLE as error:
        raise Tampered("not what is written about a share") from error
