"""Circles: made, handed over, renewed, revoked, kept for custodians."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hrd_cases.errors import Locked
from hrd_cases.keys.charter import Act, Charter, CircleEntry, Seat
from hrd_cases.keys.issue import next_charter, propose
from hrd_cases.keys.models import Circle, CircleGrant, CircleKey, CustodyShare, Revocation
from hrd_cases.keys.ring import Ring, context, grant_info
from hrd_cases.keys.roles import CHANGED_BY_TWO, CircleName
from hrd_cases.vault.envelope import derive, wrap
from hrd_cases.vault.identity import KeyPair, fingerprint_of, new_seed, seal_to

READY_HOLDERS = 2
"""A circle with fewer holders is one accident away from being lost."""


class Readiness(NamedTuple):
    """How one circle of an office stands: `holders` have its key, `waiting` are entitled and do not."""

    name: CircleName
    epoch: int
    holders: frozenset[uuid.UUID]
    waiting: frozenset[uuid.UUID]
    due: bool

    @property
    def ready(self) -> bool:
        return len(self.holders) >= READY_HOLDERS and not self.due


def revoked(session: Session, members: Iterable[uuid.UUID]) -> frozenset[tuple[uuid.UUID, bytes]]:
    """Which of these members' keys were revoked: (member, fingerprint)."""
    rows = session.execute(
        select(Revocation.member_id, Revocation.fingerprint).where(Revocation.member_id.in_(tuple(members)))
    )
    return frozenset((row.member_id, row.fingerprint) for row in rows)


def entitled(session: Session, charter: Charter, name: CircleName, today: date) -> dict[uuid.UUID, bytes]:
    """Who should hold a circle's seed today, with the fingerprint to seal it to: chartered and not revoked."""
    holders = {member: charter.fingerprint_of(member) for member in charter.holders(name, today)}
    gone = revoked(session, holders)
    return {member: fingerprint for member, fingerprint in holders.items() if (member, fingerprint) not in gone}


def readiness(session: Session, charter: Charter, today: date) -> list[Readiness]:
    """How each circle of an office stands, in the order of the charter."""
    return [_readiness(session, charter, entry, today) for entry in charter.circles]


def _readiness(session: Session, charter: Charter, entry: CircleEntry, today: date) -> Readiness:
    due_members = entitled(session, charter, entry.name, today)
    rows = session.execute(
        select(CircleGrant.member_id, CircleGrant.fingerprint).where(
            CircleGrant.circle_id == entry.circle_id, CircleGrant.epoch == entry.epoch
        )
    )
    held = {row.member_id for row in rows if due_members.get(row.member_id) == row.fingerprint}
    circle = session.get_one(Circle, entry.circle_id)
    due = entry.epoch == 0 or circle.due_since is not None
    return Readiness(entry.name, entry.epoch, frozenset(held), frozenset(due_members) - held, due)


def renew_due_circles(session: Session, ring: Ring, charter: Charter, now: datetime) -> Charter | None:
    """Give every due circle of an office, of which this member is a holder, a new seed (the first one included).

    One charter, signed by this member: new epochs, and without the seats of members who were revoked (heads and
    custodians excepted: two headquarters heads take those). Returns it, or None if nothing was due.
    """
    today = now.date()
    due = [
        entry
        for entry in charter.circles
        if _is_due(session, entry) and _may_renew(session, ring, charter, entry, today)
    ]
    if not due:
        return None
    seeds = {entry.circle_id: new_seed() for entry in due}
    circles = tuple(_moved(entry, seeds) for entry in charter.circles)
    seats = _without_revoked(session, charter)
    renewed = next_charter(ring.charters, charter.office_id, Act.RENEWAL, now, circles=circles, seats=seats)
    in_force = propose(session, ring.charters, renewed, ring.member_id, ring.keys, now, beside_draft=True)
    if in_force is None:
        raise Locked("a renewal needs one signature")
    for entry in due:
        _start_epoch(session, ring, in_force, entry, seeds[entry.circle_id], now)
    return in_force


def _may_renew(session: Session, ring: Ring, charter: Charter, entry: CircleEntry, today: date) -> bool:
    """Entitled, and able to hand the older seed on (the first seed has none before it)."""
    return ring.member_id in entitled(session, charter, entry.name, today) and (entry.epoch == 0 or ring.knows(entry))


def _is_due(session: Session, entry: CircleEntry) -> bool:
    return entry.epoch == 0 or session.get_one(Circle, entry.circle_id).due_since is not None


def _moved(entry: CircleEntry, seeds: dict[uuid.UUID, bytes]) -> CircleEntry:
    if entry.circle_id not in seeds:
        return entry
    return CircleEntry(entry.name, entry.circle_id, entry.epoch + 1, KeyPair(seeds[entry.circle_id]).fingerprint)


def _without_revoked(session: Session, charter: Charter) -> tuple[Seat, ...]:
    gone = revoked(session, (seat.member_id for seat in charter.seats))
    return tuple(s for s in charter.seats if s.role in CHANGED_BY_TWO or (s.member_id, s.fingerprint) not in gone)


def _start_epoch(
    session: Session, ring: Ring, charter: Charter, before: CircleEntry, seed: bytes, now: datetime
) -> None:
    epoch = before.epoch + 1
    older = ring.seed(before.circle_id, before.epoch) if before.epoch else None
    sealed_older = (
        wrap(derive(seed, "older seed"), older, context("older seed", before.circle_id, epoch)) if older else None
    )
    session.add(
        CircleKey(circle_id=before.circle_id, epoch=epoch, bundle=KeyPair(seed).bundle, older_seed=sealed_older)
    )
    session.flush()
    ring.seeds[before.circle_id, epoch] = seed
    session.get_one(Circle, before.circle_id).due_since = None
    entry = next(entry for entry in charter.circles if entry.circle_id == before.circle_id)
    _seal_to_custodians(session, ring, entry, seed, now.date())
    for member, fingerprint in entitled(session, charter, before.name, now.date()).items():
        _grant(session, ring, entry, member, fingerprint, now)


def hand_over(session: Session, ring: Ring, charter: Charter, now: datetime) -> list[tuple[CircleName, uuid.UUID]]:
    """Seal the circles this member holds to every chartered member who waits for them. Returns what was handed to
    whom.
    """
    handed = []
    for stand in readiness(session, charter, now.date()):
        entry = charter.circle(stand.name)
        if entry is None or stand.due or not ring.holds(entry):
            continue
        for member in sorted(stand.waiting):
            _grant(session, ring, entry, member, charter.fingerprint_of(member), now)
            handed.append((stand.name, member))
    return handed


def _grant(
    session: Session, ring: Ring, entry: CircleEntry, member_id: uuid.UUID, fingerprint: bytes, now: datetime
) -> None:
    seed = ring.seed(entry.circle_id, entry.epoch)
    sealed = seal_to(ring.charters.bundle_of(fingerprint), seed, grant_info(entry.circle_id, entry.epoch, member_id))
    row = session.get(CircleGrant, (entry.circle_id, entry.epoch, member_id))
    if row is None:
        row = CircleGrant(
            circle_id=entry.circle_id,
            epoch=entry.epoch,
            member_id=member_id,
            fingerprint=fingerprint,
            sealed_seed=sealed,
            handed_by=ring.member_id,
            handed_at=now,
        )
        session.add(row)
    row.fingerprint, row.sealed_seed, row.handed_by, row.handed_at = fingerprint, sealed, ring.member_id, now


def _seal_to_custodians(session: Session, ring: Ring, entry: CircleEntry, seed: bytes, today: date) -> None:
    """Nested, to every pair: two custodians, each in their own session, can open this one circle."""
    for (outer_id, outer), (inner_id, inner) in itertools.combinations(ring.charters.custodians(today), 2):
        info = custody_info(entry, outer_id, inner_id)
        session.merge(
            CustodyShare(
                circle_id=entry.circle_id,
                epoch=entry.epoch,
                outer_id=outer_id,
                inner_id=inner_id,
                outer_fingerprint=fingerprint_of(outer),
                inner_fingerprint=fingerprint_of(inner),
                sealed_seed=seal_to(outer, seal_to(inner, seed, info), info),
            )
        )


def renew_custody(session: Session, ring: Ring, charter: Charter, today: date) -> bool:
    """Seal held circles again where headquarters' custodians changed. True if anything was written."""
    stale = _stale_custody(session, ring, charter, today)
    for entry in stale:
        session.execute(delete(CustodyShare).where(CustodyShare.circle_id == entry.circle_id))
        _seal_to_custodians(session, ring, entry, ring.seed(entry.circle_id, entry.epoch), today)
    return bool(stale)


def custody_is_stale(session: Session, ring: Ring, charter: Charter, today: date) -> bool:
    """Is a circle this member holds not sealed to exactly the custodians of today?"""
    return bool(_stale_custody(session, ring, charter, today))


def _stale_custody(session: Session, ring: Ring, charter: Charter, today: date) -> list[CircleEntry]:
    held = {entry.circle_id: entry for entry in charter.circles if entry.epoch and ring.holds(entry)}
    custodians = [(member, fingerprint_of(bundle)) for member, bundle in ring.charters.custodians(today)]
    wanted = {(*outer, *inner) for outer, inner in itertools.combinations(custodians, 2)}
    found: dict[uuid.UUID, set[tuple[uuid.UUID, bytes, uuid.UUID, bytes]]] = {}
    for share in session.scalars(select(CustodyShare).where(CustodyShare.circle_id.in_(held))):
        if share.epoch == held[share.circle_id].epoch:
            pair = (share.outer_id, share.outer_fingerprint, share.inner_id, share.inner_fingerprint)
            found.setdefault(share.circle_id, set()).add(pair)
    return [entry for circle_id, entry in held.items() if found.get(circle_id, set()) != wanted]


def custody_info(entry: CircleEntry, outer_id: uuid.UUID, inner_id: uuid.UUID) -> bytes:
    return context("custody", entry.circle_id, entry.epoch, outer_id, inner_id)


def carry_over(session: Session, ring: Ring, keys: KeyPair, now: datetime) -> None:
    """Seal what this session holds to the new keys its member has made: nothing is lost where they are the last holder.

    It gives them nothing they do not have; nothing written after the next renewal opens by it.
    """
    newest = {circle_id: max(e for c, e in ring.seeds if c == circle_id) for circle_id, _ in ring.seeds}
    for circle_id, epoch in newest.items():
        sealed = seal_to(keys.bundle, ring.seeds[circle_id, epoch], grant_info(circle_id, epoch, ring.member_id))
        session.merge(
            CircleGrant(
                circle_id=circle_id,
                epoch=epoch,
                member_id=ring.member_id,
                fingerprint=keys.fingerprint,
                sealed_seed=sealed,
                handed_by=ring.member_id,
                handed_at=now,
            )
        )


def revoke(session: Session, member_id: uuid.UUID, fingerprint: bytes, by: uuid.UUID, now: datetime) -> None:
    """End a member's access to every circle at once. Needs no key; the circles are due for renewal."""
    session.merge(Revocation(member_id=member_id, fingerprint=fingerprint, revoked_by=by, revoked_at=now))
    held = select(CircleGrant.circle_id).where(CircleGrant.member_id == member_id)
    for circle in session.scalars(select(Circle).where(Circle.id.in_(held), Circle.due_since.is_(None))):
        circle.due_since = now
    session.flush()
    session.execute(delete(CircleGrant).where(CircleGrant.member_id == member_id))
