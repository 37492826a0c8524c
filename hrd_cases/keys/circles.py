"""Circles: made, handed over, renewed, revoked, kept for custodians."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Container, Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, delete, select
from sqlalchemy.orm import Session

from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Act, Charter, CircleEntry, charter_hash, decode
from hrd_cases.keys.due import due_circles, outgrown, unnamed
from hrd_cases.keys.endings import sign_ending
from hrd_cases.keys.issue import next_charter, one_at_a_time, propose
from hrd_cases.keys.models import CharterRow, Circle, CircleGrant, CircleKey, CustodyShare, Revocation, write_numbers
from hrd_cases.keys.ring import Ring, context, grant_info
from hrd_cases.keys.roles import CHANGED_BY_TWO, CircleName
from hrd_cases.keys.wraps import tell, tell_gone
from hrd_cases.vault.envelope import derive, wrap
from hrd_cases.vault.identity import KeyPair, new_seed, seal_to

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


def entitled(
    charter: Charter, name: CircleName, today: date, gone: Container[tuple[uuid.UUID, bytes]]
) -> dict[uuid.UUID, bytes]:
    """Who should hold a circle's seed today, with the fingerprint to seal it to: chartered, and not among the gone."""
    holders = {member: charter.fingerprint_of(member) for member in charter.holders(name, today)}
    return {member: fingerprint for member, fingerprint in holders.items() if (member, fingerprint) not in gone}


def readiness(
    session: Session,
    charter: Charter,
    today: date,
    charters: Charters | None = None,
) -> list[Readiness]:
    """How each circle of an office stands, in the order of the charter. With `charters`, a circle that is due is known
    to be so even if its mark was taken away; without, this is a look at the house and no rule."""
    marked, held = _marked_and_held(session, charter)
    if charters is not None:
        gone: Container[tuple[uuid.UUID, bytes]] = charters.revocations(charter)
        due = marked | outgrown(charters, charter, today)
    else:
        gone = revoked(session, {seat.member_id for seat in charter.seats})
        due = marked
    found = []
    for entry in charter.circles:
        wanted = entitled(charter, entry.name, today, gone)
        holders = frozenset(member for member, key in wanted.items() if (entry.circle_id, member, key) in held)
        waiting = frozenset(wanted) - holders
        found.append(Readiness(entry.name, entry.epoch, holders, waiting, entry.circle_id in due))
    return found


# Asked at every request: made once.
_MARKED_AND_HELD = (
    select(Circle.id, Circle.due_since, CircleGrant.epoch, CircleGrant.member_id, CircleGrant.fingerprint)
    .outerjoin(CircleGrant, and_(CircleGrant.circle_id == Circle.id, CircleGrant.epoch == Circle.epoch))
    .where(Circle.id.in_(bindparam("circles", expanding=True)))
)


def _marked_and_held(
    session: Session, charter: Charter
) -> tuple[frozenset[uuid.UUID], set[tuple[uuid.UUID, uuid.UUID, bytes]]]:
    """Circles never made or marked as due, and who was handed which present seed: (circle, member, key)."""
    epochs = {entry.circle_id: entry.epoch for entry in charter.circles}
    due = {circle_id for circle_id, epoch in epochs.items() if not epoch}
    held = set()
    for row in session.execute(_MARKED_AND_HELD, {"circles": list(epochs)}):
        if row.due_since is not None:
            due.add(row.id)
        if row.epoch == epochs[row.id]:
            held.add((row.id, row.member_id, row.fingerprint))
    return frozenset(due), held


def renew_due_circles(session: Session, ring: Ring, charter: Charter, now: datetime) -> Charter | None:
    """Give every due circle of an office, of which this member is a holder, a new seed (the first one included).

    One charter, signed by this member: new epochs; it names the keys whose access was ended, and is without their seats
    (heads' and custodians' excepted, which count for nothing from then on and which two headquarters heads take).
    Returns it, or None if nothing was due.
    """
    today = now.date()
    outstanding = due_circles(session, ring.charters, charter, today)
    due = [
        entry for entry in charter.circles if entry.circle_id in outstanding and _may_renew(ring, charter, entry, today)
    ]
    if not due and not ended_unnamed(ring, charter, today):
        return None
    seeds = {entry.circle_id: new_seed() for entry in due}
    in_force = _renewed(session, ring, charter, seeds, now)
    for entry in due:
        _start_epoch(session, ring, in_force, entry, seeds[entry.circle_id], now)
    return in_force


def name_ended(session: Session, ring: Ring, charter: Charter, now: datetime) -> Charter | None:
    """Name the keys whose access was ended, and renew nothing: where no new seed can be made, no table takes the end
    of an access back all the same. Returns the charter; None if there is nobody to name.
    """
    return _renewed(session, ring, charter, {}, now) if ended_unnamed(ring, charter, now.date()) else None


def _renewed(session: Session, ring: Ring, charter: Charter, seeds: dict[uuid.UUID, bytes], now: datetime) -> Charter:
    """The charter with these seeds, and without those whose access was ended, in force."""
    newly = unnamed(ring.charters, charter, now.date())
    circles = tuple(_moved(entry, seeds) for entry in charter.circles)
    seats = tuple(seat for seat in charter.seats if seat.role in CHANGED_BY_TWO or seat.holder not in newly)
    changes = {"circles": circles, "seats": seats, "ended": (*charter.ended, *newly)}
    renewed = next_charter(ring.charters, charter.office_id, Act.RENEWAL, now, **changes)
    in_force = propose(session, ring.charters, renewed, ring.member_id, ring.keys, now)
    if in_force is None:
        raise Locked("a renewal needs one signature")
    return in_force


def _may_renew(ring: Ring, charter: Charter, entry: CircleEntry, today: date) -> bool:
    """Entitled, and able to hand the older seed on (the first seed has none before it)."""
    wanted = entitled(charter, entry.name, today, ring.charters.revocations(charter))
    return wanted.get(ring.member_id) == ring.keys.fingerprint and (entry.epoch == 0 or ring.knows(entry))


def _moved(entry: CircleEntry, seeds: dict[uuid.UUID, bytes]) -> CircleEntry:
    if entry.circle_id not in seeds:
        return entry
    return CircleEntry(entry.name, entry.circle_id, entry.epoch + 1, KeyPair(seeds[entry.circle_id]).fingerprint)


def _may_name(ring: Ring, charter: Charter, today: date) -> bool:
    """A renewal may say whose access was ended and renew nothing: some of those seated know no seed."""
    gone = ring.charters.revocations(charter)
    holding = (entitled(charter, entry.name, today, gone) for entry in charter.circles)
    return any(members.get(ring.member_id) == ring.keys.fingerprint for members in holding)


def ended_unnamed(ring: Ring, charter: Charter, today: date) -> bool:
    """Is there somebody whose access was ended, whom this member could name in a charter and nobody has yet?"""
    return bool(unnamed(ring.charters, charter, today)) and _may_name(ring, charter, today)


def _start_epoch(
    session: Session, ring: Ring, charter: Charter, before: CircleEntry, seed: bytes, now: datetime
) -> None:
    epoch = before.epoch + 1
    older = ring.seed(before.circle_id, before.epoch) if before.epoch else None
    sealed_older = (
        wrap(derive(seed, "older seed"), older, context("older seed", before.circle_id, epoch)) if older else None
    )
    # What stands there already was planted: this epoch begins with the charter that is in force now.
    session.execute(delete(CircleKey).where(CircleKey.circle_id == before.circle_id, CircleKey.epoch == epoch))
    key = CircleKey(circle_id=before.circle_id, epoch=epoch, bundle=KeyPair(seed).bundle, older_seed=sealed_older)
    session.add(key)
    tell(session, key)
    session.flush()
    ring.seeds[before.circle_id, epoch] = seed
    session.get_one(Circle, before.circle_id).due_since = None
    entry = next(entry for entry in charter.circles if entry.circle_id == before.circle_id)
    _seal_to_custodians(session, ring, entry, seed, now.date())
    for member, fingerprint in entitled(charter, before.name, now.date(), ring.charters.revocations(charter)).items():
        _grant(session, ring, entry, member, fingerprint, now)


def hand_over(session: Session, ring: Ring, charter: Charter, now: datetime) -> list[tuple[CircleName, uuid.UUID]]:
    """Seal the circles this member holds to every chartered member who waits for them. Returns what was handed to
    whom.
    """
    handed = []
    for stand in readiness(session, charter, now.date(), ring.charters):
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
    custodians = ring.charters.custodians(today)
    bundles = {custodian: ring.charters.bundle_of(custodian.fingerprint) for custodian in custodians}
    for outer, inner in itertools.combinations(custodians, 2):
        info = custody_info(entry, outer.member_id, inner.member_id)
        share = CustodyShare(
            circle_id=entry.circle_id,
            epoch=entry.epoch,
            outer_id=outer.member_id,
            inner_id=inner.member_id,
            outer_fingerprint=outer.fingerprint,
            inner_fingerprint=inner.fingerprint,
            sealed_seed=seal_to(bundles[outer], seal_to(bundles[inner], seed, info), info),
        )
        session.merge(share)
        tell(session, share)


def renew_custody(session: Session, ring: Ring, charter: Charter, today: date) -> bool:
    """Seal held circles again where headquarters' custodians changed. True if anything was written."""
    stale = _stale_custody(session, ring, charter, today)
    for entry in stale:
        _take_shares(session, CustodyShare.circle_id == entry.circle_id)
        _seal_to_custodians(session, ring, entry, ring.seed(entry.circle_id, entry.epoch), today)
    return bool(stale)


def custody_is_stale(session: Session, ring: Ring, charter: Charter, today: date) -> bool:
    """Is a circle this member holds not sealed to exactly the custodians of today?"""
    return bool(_stale_custody(session, ring, charter, today))


_SEALED_TO = select(
    CustodyShare.circle_id,
    CustodyShare.epoch,
    CustodyShare.outer_id,
    CustodyShare.outer_fingerprint,
    CustodyShare.inner_id,
    CustodyShare.inner_fingerprint,
).where(CustodyShare.circle_id.in_(bindparam("circles", expanding=True)))


def _stale_custody(session: Session, ring: Ring, charter: Charter, today: date) -> list[CircleEntry]:
    held = {entry.circle_id: entry for entry in charter.circles if entry.epoch and ring.holds(entry)}
    custodians = ring.charters.custodians(today)
    wanted = {(*outer, *inner) for outer, inner in itertools.combinations(custodians, 2)}
    found: dict[uuid.UUID, set[tuple[object, ...]]] = {}
    for circle_id, epoch, *sealed_to in session.execute(_SEALED_TO, {"circles": list(held)}):
        if epoch == held[circle_id].epoch:
            found.setdefault(circle_id, set()).add(tuple(sealed_to))
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


def revoke(
    session: Session,
    member_id: uuid.UUID,
    fingerprint: bytes,
    by: uuid.UUID,
    now: datetime,
    charters: Charters | None = None,
    *,
    keys: KeyPair | None,
) -> Revocation:
    """End a member's access to every circle at once. Needs no key of a circle; the circles are due for renewal.

    `charters`: as whoever ends it knows them; they say which was the newest of each office (without: the rows that are
    charters). `keys`: those of whoever ends it, who signs; None if nobody can who may: then it keeps its member out,
    and no charter names them. A row that was planted before gives way. Returns the row, of which the trail has to tell:
    whoever changes it later is found out.
    """
    one_at_a_time(session)
    session.execute(delete(Revocation).where(Revocation.member_id == member_id, Revocation.fingerprint == fingerprint))
    numbers = write_numbers(_newest_numbers(session, charters))
    row = Revocation(member_id=member_id, fingerprint=fingerprint, revoked_by=by, revoked_at=now, numbers=numbers)
    if keys is not None:
        sign_ending(row, keys)
    session.add(row)
    held = select(CircleGrant.circle_id).where(CircleGrant.member_id == member_id)
    for circle in session.scalars(select(Circle).where(Circle.id.in_(held), Circle.due_since.is_(None))):
        circle.due_since = now
    session.flush()
    session.execute(delete(CircleGrant).where(CircleGrant.member_id == member_id))
    _take_shares(session, (CustodyShare.outer_id == member_id) | (CustodyShare.inner_id == member_id))
    return row


def _take_shares(session: Session, which: ColumnElement[bool]) -> None:
    tell_gone(session, session.scalars(select(CustodyShare).where(which)))
    session.execute(delete(CustodyShare).where(which))


def _newest_numbers(session: Session, charters: Charters | None) -> dict[uuid.UUID, int]:
    """By office. A row that anybody could have planted says nothing: what the ended keys sign up to that number later
    would count.
    """
    if charters is not None:
        charters.forget()
        return charters.numbers()
    numbers: dict[uuid.UUID, int] = {}
    for row in session.scalars(select(CharterRow).execution_options(yield_per=100)):
        with suppress(Tampered):
            charter = decode(row.body)
            if (charter_hash(row.body), charter.office_id, charter.number) == (row.hash, row.office_id, row.number):
                numbers[charter.office_id] = max(charter.number, numbers.get(charter.office_id, 0))
    return numbers
