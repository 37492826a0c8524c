"""Letters: how someone gives something to a circle they are not in.

HPKE senders are anonymous, so a letter is signed inside, by keys that a charter names, over everything it says and
where it goes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Absent, Locked, Refused, Tampered, Unproven
from hrd_cases.instants import Instant
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import UNREADABLE, Charter, Signer
from hrd_cases.keys.due import due_circles
from hrd_cases.keys.models import CircleKey, Letter
from hrd_cases.keys.ring import Ring, context
from hrd_cases.keys.roles import CircleName, Role
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.identity import KeyPair, fingerprint_of, seal_to, verify

SIGNING_LABEL = "letter"
AT_ONCE = 100
"""So many are folded by one request: whoever plants more of them slows pages, and ends none."""


class _Inside(msgspec.Struct, frozen=True, array_like=True):
    sender_id: uuid.UUID
    office_id: uuid.UUID
    sent_at: Instant
    content: bytes
    signature: bytes


class Read(NamedTuple):
    """An opened letter: who sent it, of which office, in which roles, when, what. `has_left`: their seat, or the keys
    they signed with, ended since.
    """

    sender_id: uuid.UUID
    office_id: uuid.UUID
    roles: frozenset[Role]
    sent_at: datetime
    content: bytes
    has_left: bool = False


def _never(_sender: Signer) -> bool:
    return False


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


def waiting(session: Session, ring: Ring, but: Collection[uuid.UUID] = ()) -> list[Letter]:
    """Letters that this member can fold and nobody has yet, oldest first, so many of them; `but` not these."""
    circles = {circle_id for circle_id, _ in ring.seeds}
    columns = (Letter.id, Letter.circle_id, Letter.circle_epoch)
    query = select(*columns).where(
        Letter.circle_id.in_(circles), Letter.folded_at.is_(None), Letter.refused_at.is_(None)
    )
    rows = session.execute(query.order_by(Letter.arrived_at, Letter.id)).all()
    readable = {where for where in {(row.circle_id, row.circle_epoch) for row in rows} if can_read(ring, *where)}
    ours = [row.id for row in rows if (row.circle_id, row.circle_epoch) in readable and row.id not in but]
    found = select(Letter).where(Letter.id.in_(ours[:AT_ONCE])).order_by(Letter.arrived_at, Letter.id)
    return list(session.scalars(found))


def read(ring: Ring, letter: Letter, today: datetime, was_sent: Callable[[Signer], bool] = _never) -> Read:
    """Open a letter and check who signed it. Raises Locked outside the circle, Tampered if it is not what a seated
    member sent, Unproven where nobody can tell now. `was_sent` tells whether somebody who has left sent it while they
    could: then nothing of it is lost.
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
    except Tampered as error:
        # A row planted for a minute among its sender's charters must not have a true letter refused for good.
        raise Unproven("the charters of its sender's office") from error
    if letter.arrived_at != inside.sent_at:
        raise Tampered("a letter that did not arrive when it was sent")
    try:
        roles, has_left = _roles_today(ring, charter, letter, inside, today), False
    except Tampered:
        roles, has_left = _roles_then(ring, letter, inside, was_sent), True
        if not roles:
            raise
    return Read(inside.sender_id, inside.office_id, roles, inside.sent_at, inside.content, has_left)


def _roles_today(ring: Ring, charter: Charter, letter: Letter, inside: _Inside, today: datetime) -> frozenset[Role]:
    roles = charter.roles_of(inside.sender_id, today)
    if not roles:
        raise Tampered("a letter from nobody who has a seat")
    sender = Signer(inside.sender_id, charter.fingerprint_of(inside.sender_id))
    if sender in ring.charters.revocations(charter):
        raise Tampered("a letter from somebody whose access was ended")
    _verify(ring, sender, letter, inside)
    return roles


def _roles_then(ring: Ring, letter: Letter, inside: _Inside, was_sent: Callable[[Signer], bool]) -> frozenset[Role]:
    """The roles that whoever signed it had when it was sent, by the newest charter that seats those keys on that day.
    None of them if nobody was seated, or the trail does not say that it was sent then.
    """
    day = inside.sent_at.date()
    unproven = None
    for step in reversed(ring.charters.steps(inside.office_id)):
        seats = [one for one in step.charter.seats if one.member_id == inside.sender_id and one.holds_on(day)]
        for sender in dict.fromkeys(seat.holder for seat in seats):
            try:
                _verify(ring, sender, letter, inside)
            except Tampered:
                continue
            except Unproven as error:
                unproven = error
                continue
            roles = frozenset(seat.role for seat in seats if seat.holder == sender)
            return roles if was_sent(sender) else frozenset()
    if unproven is not None:
        raise unproven
    return frozenset()


def _verify(ring: Ring, sender: Signer, letter: Letter, inside: _Inside) -> None:
    said = _signed(letter, inside.sender_id, inside.office_id, inside.sent_at, inside.content)
    try:
        bundle = ring.charters.bundle_of(sender.fingerprint)
    except Tampered as error:
        raise Unproven("the public key of its sender") from error
    verify(bundle, SIGNING_LABEL, said, inside.signature)


# Asked at every request: made once.
_UNFOLDED = (
    select(Letter.circle_id, Letter.circle_epoch)
    .where(
        Letter.circle_id.in_(bindparam("circles", expanding=True)),
        Letter.folded_at.is_(None),
        Letter.refused_at.is_(None),
        Letter.id.not_in(bindparam("but", expanding=True)),
    )
    .distinct()
)


def wait(session: Session, ring: Ring, but: Collection[uuid.UUID] = ()) -> bool:
    """Is there a letter that this member can fold, or tell to be none; `but` not these?"""
    circles = {circle_id for circle_id, _ in ring.seeds}
    found = session.execute(_UNFOLDED, {"circles": list(circles), "but": list(but)}) if circles else ()
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
