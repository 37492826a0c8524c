"""Letters: how someone gives something to a circle they are not in.

HPKE senders are anonymous, so a letter is signed inside, by keys that a charter names, over everything it says and
where it goes.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Absent, Locked, Refused, Tampered
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import UNREADABLE, Signer
from hrd_cases.keys.due import due_circles
from hrd_cases.keys.models import CircleKey, Letter
from hrd_cases.keys.ring import Ring, context
from hrd_cases.keys.roles import CircleName, Role
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import KeyPair, fingerprint_of, seal_to, verify

SIGNING_LABEL = "letter"


class _Inside(msgspec.Struct, frozen=True, array_like=True):
    sender_id: uuid.UUID
    office_id: uuid.UUID
    sent_at: datetime
    content: bytes
    signature: bytes


class Read(NamedTuple):
    """An opened letter whose sender has a seat today: who, of which office, in which roles, when, what."""

    sender_id: uuid.UUID
    office_id: uuid.UUID
    roles: frozenset[Role]
    sent_at: datetime
    content: bytes


def send(
    session: Session,
    charters: Charters,
    sender: tuple[uuid.UUID, uuid.UUID, KeyPair],
    to: tuple[uuid.UUID, CircleName],
    act: str,
    subject_id: uuid.UUID,
    content: bytes,
    now: datetime,
) -> Letter:
    """Send `content` to a circle of an office. `sender` is (member, their office, keys). Refused while the circle has
    no key.
    """
    sender_id, sender_office, keys = sender
    entry = charters.of(to[0]).circle(to[1])
    row = session.get(CircleKey, (entry.circle_id, entry.epoch)) if entry is not None else None
    if entry is None or row is None:
        raise Refused(
            N_("This office cannot receive yet: nobody there has made its keys."), N_("Its head does so by signing in.")
        )
    if entry.circle_id in due_circles(session, charters, charters.of(to[0]), now.date()):
        # Somebody who left still knows its key.
        raise Refused(
            N_("This office is changing its keys because somebody left."),
            N_("It can receive again as soon as a colleague there has signed in."),
        )
    if fingerprint_of(row.bundle) != entry.fingerprint:
        raise Tampered("a circle's public key is not the chartered one")
    letter = Letter(
        circle_id=entry.circle_id, circle_epoch=entry.epoch, act=act, subject_id=subject_id, sealed=b"", arrived_at=now
    )
    signature = keys.sign(SIGNING_LABEL, _signed(letter, sender_id, sender_office, now, content))
    inside = _Inside(sender_id, sender_office, now, content, signature)
    letter.sealed = seal_to(row.bundle, msgspec.msgpack.encode(inside), _info(letter))
    session.add(letter)
    return letter


def waiting(session: Session, ring: Ring) -> list[Letter]:
    """Letters to this member's circles that nobody has folded yet, oldest first."""
    circles = {circle_id for circle_id, _ in ring.seeds}
    query = select(Letter).where(Letter.circle_id.in_(circles), Letter.folded_at.is_(None), Letter.refused_at.is_(None))
    return list(session.scalars(query.order_by(Letter.arrived_at, Letter.id)))


def read(ring: Ring, letter: Letter, today: datetime) -> Read:
    """Open a letter and check who signed it. Raises Locked outside the circle, Tampered if it is not what a seated
    member sent.
    """
    ring.chartered(letter.circle_id, letter.circle_epoch)
    circle = KeyPair(ring.seed(letter.circle_id, letter.circle_epoch))
    opened = circle.open(letter.sealed, _info(letter))
    try:
        inside = msgspec.msgpack.decode(opened, type=_Inside)
    except UNREADABLE as error:
        raise Tampered("not a letter") from error
    try:
        charter = ring.charters.of(inside.office_id)
    except Absent as error:
        raise Tampered("a letter from an office without a charter") from error
    if letter.arrived_at != inside.sent_at:
        raise Tampered("a letter that did not arrive when it was sent")
    roles = charter.roles_of(inside.sender_id, today)
    if not roles:
        raise Tampered("a letter from nobody who has a seat")
    sender = Signer(inside.sender_id, charter.fingerprint_of(inside.sender_id))
    if sender in ring.charters.revocations(charter):
        raise Tampered("a letter from somebody whose access was ended")
    verify(
        ring.charters.bundle_of(sender.fingerprint),
        SIGNING_LABEL,
        _signed(letter, inside.sender_id, inside.office_id, inside.sent_at, inside.content),
        inside.signature,
    )
    return Read(inside.sender_id, inside.office_id, roles, inside.sent_at, inside.content)


# Asked at every request: made once.
_UNFOLDED = (
    select(Letter.circle_id, Letter.circle_epoch)
    .where(
        Letter.circle_id.in_(bindparam("circles", expanding=True)),
        Letter.folded_at.is_(None),
        Letter.refused_at.is_(None),
    )
    .distinct()
)


def wait(session: Session, ring: Ring) -> bool:
    """Is there a letter that this member can fold, or tell to be none?"""
    circles = {circle_id for circle_id, _ in ring.seeds}
    found = session.execute(_UNFOLDED, {"circles": list(circles)}) if circles else ()
    return any(can_read(ring, circle_id, epoch) for circle_id, epoch in found)


def can_read(ring: Ring, circle_id: uuid.UUID, epoch: int) -> bool:
    """Has this member the seed of an epoch? A letter to an epoch that never was is read too: it is refused."""
    try:
        ring.seed(circle_id, epoch)
    except Locked:
        try:
            ring.chartered(circle_id, epoch)
        except Tampered:
            return True
        return False
    return True


def _info(letter: Letter) -> bytes:
    return context("letter", letter.id, letter.circle_id, letter.circle_epoch, letter.act, letter.subject_id)


def _signed(letter: Letter, sender_id: uuid.UUID, office_id: uuid.UUID, sent_at: datetime, content: bytes) -> bytes:
    return context(_info(letter), sender_id, office_id, sent_at.isoformat(), digest("letter content", content))
