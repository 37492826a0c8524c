"""What the trail tells of a letter: as which row it was sent and refused, and whether its sender could send it then."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import about, ever_about
from hrd_cases.audit.trail import Body, record
from hrd_cases.errors import Tampered, Unproven
from hrd_cases.keys import letters
from hrd_cases.keys.charter import Signer
from hrd_cases.keys.models import Letter
from hrd_cases.keys.ring import Ring

ENDED = (Event.MEMBER_REVOKED, Event.KEYS_REPLACED)


def is_as_sent(session: Session, letter: Letter) -> Body | None:
    """The entry of its sending, if this is the row that was sent; None if the trail tells of another or of none."""
    for body in about(session, letter.id, Event.LETTER_SENT):
        if is_of(body, letter):
            return body
    return None


def is_of(body: Body, letter: Letter) -> bool:
    """Is this the row that an entry tells of? One of before letters were told by a digest says that it was sent, and
    not as what.
    """
    return body.fields.get("digest", letter.digest.hex()) == letter.digest.hex()


def sent_by(session: Session, letter: Letter, member_id: uuid.UUID) -> Body | None:
    """The entry of its sending, if this is the row that this member sent; also where the index lacks it, for an honest
    letter is not refused because somebody took a row out of the index.
    """
    return next((body for body in _sendings(session, letter) if body.actor_id == member_id), None)


def was_sent(session: Session, letter: Letter) -> bool:
    """Did anybody send this very row, as the trail tells; also where the index lacks it?"""
    return any(True for _ in _sendings(session, letter))


def read_as_sent(session: Session, ring: Ring, letter: Letter, now: datetime) -> letters.Read:
    """A letter as its sender sent it: they signed it, and the trail tells that they sent this row. Whoever holds keys
    of their own and writes the tables signs as well. Raises as `letters.read`.
    """
    try:
        read = letters.read(ring, letter, now, lambda sender: was_sent_by(session, letter, sender))
    except Unproven as error:
        if not was_sent(session, letter):
            raise Tampered("a letter that nobody sent") from error
        raise
    if sent_by(session, letter, read.sender_id) is None:
        raise Tampered("a letter that its sender did not send so")
    return read


def _sendings(session: Session, letter: Letter) -> Iterator[Body]:
    found = (about(session, letter.id, Event.LETTER_SENT), ever_about(session, letter.id, Event.LETTER_SENT))
    return (body for body in chain(*found) if is_of(body, letter))


def was_sent_by(session: Session, letter: Letter, sender: Signer) -> bool:
    """Did this member send this very row before the access by these keys ended?"""
    sent = sent_by(session, letter, sender.member_id)
    if sent is None:
        return False
    ended = ever_about(session, sender.member_id, *ENDED)
    keys = sender.fingerprint.hex()
    return not any(one.fields["fingerprint"] == keys and one.number < sent.number for one in ended)


def refused_and_mended(session: Session, among: Collection[uuid.UUID] | None = None) -> list[Letter]:
    """Letters that were refused as another row than was sent, or by no act, and are now as they were sent; with a file
    its sources. It asks the trail of every refused letter, or of those `among` which it looks.
    """
    refused = select(Letter).where(Letter.refused_at.is_not(None), Letter.folded_at.is_(None))
    found = list(session.scalars(refused if among is None else refused.where(Letter.id.in_(among))))
    mended = [letter for letter in found if _is_mended(session, letter)]
    subjects = {letter.subject_id for letter in mended}
    return [one for one in found if one in mended or (one.subject_id in subjects and is_as_sent(session, one))]


def try_again(session: Session, among: Collection[uuid.UUID]) -> int:
    """Those of them that are as they were sent wait again. Returns how many."""
    again = refused_and_mended(session, among)
    for letter in again:
        letter.refused_at = None
        record(session, Event.LETTER_TRIED_AGAIN, letter=letter.id, act=letter.act)
    return len(again)


def _is_mended(session: Session, letter: Letter) -> bool:
    if is_as_sent(session, letter) is None:
        return False
    told = list(about(session, letter.id, Event.LETTER_REFUSED, Event.LETTER_TRIED_AGAIN))
    return not told or told[-1].fields.get("digest") != letter.digest.hex()
