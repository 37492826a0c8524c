"""What the trail tells of a letter: as which row it was sent and refused, and whether its sender could send it then."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Body, read_body, record
from hrd_cases.keys.charter import Signer
from hrd_cases.keys.models import Letter

ENDED = (Event.MEMBER_REVOKED, Event.KEYS_REPLACED)


def bodies_about(session: Session, subject: uuid.UUID, *events: Event) -> Iterator[Body]:
    """Entries of these events about something, oldest first. One that cannot be read is passed over: the check of the
    trail names it.
    """
    query = (
        select(AuditEntry)
        .join(AuditSubject, AuditSubject.number == AuditEntry.number)
        .where(AuditSubject.subject_id == subject, AuditEntry.event.in_([event.value for event in events]))
        .order_by(AuditEntry.number)
    )
    for entry in session.scalars(query):
        with suppress(msgspec.MsgspecError, ValueError):
            yield read_body(entry)


def is_as_sent(session: Session, letter: Letter) -> Body | None:
    """The entry of its sending, if this is the row that was sent; None if the trail tells of another or of none."""
    for body in bodies_about(session, letter.id, Event.LETTER_SENT):
        if body.fields.get("digest") == letter.digest.hex():
            return body
    return None


def is_told_as_sent(letter: Letter, body: bytes) -> bool:
    """Is this the row that was sent, by the body of an entry that tells of a sending? For whoever looks at many."""
    with suppress(msgspec.MsgspecError, ValueError):
        return bool(read_body(_Told(body)).fields.get("digest") == letter.digest.hex())
    return False


class _Told(NamedTuple):
    body: bytes


def was_sent_by(session: Session, letter: Letter, sender: Signer) -> bool:
    """Did this member send this very row before the access by these keys ended?"""
    sent = is_as_sent(session, letter)
    if sent is None or sent.actor_id != sender.member_id:
        return False
    ended = bodies_about(session, sender.member_id, *ENDED)
    keys = sender.fingerprint.hex()
    return not any(one.fields["fingerprint"] == keys and one.number < sent.number for one in ended)


def try_refused_again(session: Session) -> int:
    """Letters that were refused as another row than was sent, or by no act, and are now as they were sent: they wait
    again, and with a file its sources. Returns how many.
    """
    refused = list(session.scalars(select(Letter).where(Letter.refused_at.is_not(None), Letter.folded_at.is_(None))))
    mended = [letter for letter in refused if _is_mended(session, letter)]
    subjects = {letter.subject_id for letter in mended}
    again = [one for one in refused if one in mended or (one.subject_id in subjects and is_as_sent(session, one))]
    for letter in again:
        letter.refused_at = None
        record(session, Event.LETTER_TRIED_AGAIN, letter=letter.id, act=letter.act)
    return len(again)


def _is_mended(session: Session, letter: Letter) -> bool:
    if is_as_sent(session, letter) is None:
        return False
    told = list(bodies_about(session, letter.id, Event.LETTER_REFUSED, Event.LETTER_TRIED_AGAIN))
    return not told or told[-1].fields.get("digest") != letter.digest.hex()
