"""Envelopes and the ledger: what is written is added, and what it adds up to is the only truth.

Two at once can never overspend an envelope. On SQLite one writer at a time passes the write gate (`db.WriteGate`) and
begins with BEGIN IMMEDIATE; on PostgreSQL whoever writes locks the envelope's row first. Whatever writes past this
room, the database's own guards refuse (`guards`): a sum that must not stand, the second of two entries of one number.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Euro, Refused
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.life import Act
from hrd_cases.grants.models import Envelope, GrantStep, LedgerEntry
from hrd_cases.grants.money import from_cents
from hrd_cases.grants.signing import EntrySaid, envelope_name, signed
from hrd_cases.grants.sums import ACTS, AS_SAID, Entry, Kind, Sums, added, envelope_holds, grant_holds, leaves, total
from hrd_cases.offices.models import Office
from hrd_cases.vault.identity import KeyPair


class By(NamedTuple):
    """Who writes, with the keys they sign with."""

    person: uuid.UUID
    keys: KeyPair


def envelope_of(session: Session, office_id: uuid.UUID, fund: str, year: int, now: datetime) -> Envelope:
    """The envelope of an office, opened empty the first time. Refused for a fund that has none in that year."""
    if fund not in FUNDS.fund or not FUNDS.fund[fund].open_in(year):
        raise Refused(
            N_("This fund has no budget in %(year)s."), N_("Choose another fund, or another year."), year=str(year)
        )
    name = envelope_name(office_id, fund, year)
    found = session.get(Envelope, name)
    if found is None:
        found = Envelope(id=name, office_id=office_id, fund=fund, year=year, opened_at=now)
        session.add(found)
        session.flush()
    return found


def lock(session: Session, *envelope_ids: uuid.UUID) -> None:
    """Wait until nobody else writes in these envelopes; in one order, so that no two wait for each other."""
    query = select(Envelope.id).where(Envelope.id.in_(envelope_ids)).order_by(Envelope.id)
    session.execute(query.with_for_update(key_share=True)).all()


def hold_office(session: Session, office_id: uuid.UUID) -> None:
    """Wait until nobody else approves for an office, or gives it money: a budget that is opened now has no row yet, and
    two grants to one person may be paid from two. Whoever holds a grant as well holds that first.
    """
    session.execute(select(Office.id).where(Office.id == office_id).with_for_update(key_share=True)).all()


def by_kind(session: Session, envelope_id: uuid.UUID, grant_id: uuid.UUID | None = None) -> dict[Kind, int]:
    """The entries of an envelope, or those of one grant in it, added up kind by kind."""
    query = select(LedgerEntry.kind, func.sum(LedgerEntry.cents)).where(LedgerEntry.envelope_id == envelope_id)
    if grant_id is not None:
        query = query.where(LedgerEntry.grant_id == grant_id)
    return {Kind(kind): int(cents) for kind, cents in session.execute(query.group_by(LedgerEntry.kind))}


def sums_of(session: Session, envelope_id: uuid.UUID, grant_id: uuid.UUID | None = None) -> Sums:
    """What the entries of an envelope add up to, or those of one grant in it."""
    return total(by_kind(session, envelope_id, grant_id).items())


def allot(session: Session, by: By, envelope: Envelope, cents: int, now: datetime) -> LedgerEntry:
    """Headquarters gives an office money to grant."""
    lock(session, envelope.id)
    return _write(session, by, envelope.id, (Kind.ALLOT, cents), now)


def transfer(
    session: Session, by: By, giver: Envelope, taker: Envelope, cents: int, reason: str, now: datetime
) -> None:
    """Headquarters moves money of one fund between envelopes, and out of a fund that is no longer in use. Refused if
    the giver has not as much left.
    """
    if giver.id == taker.id or (giver.fund != taker.fund and giver.fund in FUNDS.fund):
        raise Refused(
            N_("Money moves between two budgets of one fund."),
            N_("Choose another budget to take it from or give it to."),
        )
    lock(session, giver.id, taker.id)
    _check_room(sums_of(session, giver.id), cents)
    _write(session, by, giver.id, (Kind.TRANSFER_OUT, cents), now, other_id=taker.id, reason=reason)
    _write(session, by, taker.id, (Kind.TRANSFER_IN, cents), now, other_id=giver.id, reason=reason)


def post(session: Session, by: By, step: GrantStep, entries: Sequence[Entry]) -> None:
    """What a step writes in the ledger, all of it or nothing. The envelope is locked already. Refused, before anything
    is written, if a sum would stand that must not.
    """
    if step.envelope_id is None or not entries:
        return
    envelope = sums_of(session, step.envelope_id)
    grant = sums_of(session, step.envelope_id, step.grant_id)
    for kind, cents in entries:
        if kind in (Kind.APPROVE, Kind.RATE_RISE):
            _check_room(envelope, cents)
        envelope, grant = added(envelope, kind, cents), added(grant, kind, cents)
        if not (envelope_holds(envelope) and grant_holds(grant)):
            raise Refused(
                N_("The ledger does not hold this sum for the grant."),
                N_("Not more is committed than was approved, released than committed, paid than released."),
            )
    if not leaves(Act(step.act), grant):
        raise Refused(
            N_("This is not the sum that is left of the grant."),
            N_("Commit all that was approved. Pay all that was committed, or a part of it."),
        )
    for entry in entries:
        _write(session, by, step.envelope_id, entry, step.at, step=step)


def _check_room(envelope: Sums, cents: int) -> None:
    if cents > envelope.left:
        raise Refused(
            N_("The office’s budget for this fund has %(left)s left: less than %(wanted)s."),
            N_("Approve less, or ask headquarters to move money there."),
            left=Euro(from_cents(envelope.left)),
            wanted=Euro(from_cents(cents)),
        )


def _write(
    session: Session,
    by: By,
    envelope_id: uuid.UUID,
    entry: Entry,
    at: datetime,
    *,
    step: GrantStep | None = None,
    other_id: uuid.UUID | None = None,
    reason: str = "",
) -> LedgerEntry:
    last = _last(session, envelope_id)
    said = EntrySaid(
        id=uuid.uuid4(),
        envelope_id=envelope_id,
        number=last.number + 1 if last else 1,
        kind=entry[0].value,
        cents=entry[1],
        grant_id=step.grant_id if step else None,
        step_id=step.id if step else None,
        other_id=other_id,
        actor_id=by.person,
        at=at,
        previous=last.hash if last else b"",
        reason=reason,
    )
    row = LedgerEntry(**signed(said, by.keys))
    session.add(row)
    session.flush()
    return row


def _last(session: Session, envelope_id: uuid.UUID) -> LedgerEntry | None:
    query = select(LedgerEntry).where(LedgerEntry.envelope_id == envelope_id)
    return session.scalar(query.order_by(LedgerEntry.number.desc()).limit(1))


def unbalanced(session: Session, grant_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Grants with a step that should stand in the ledger and does not: nothing of ours writes one without the other."""
    acts = [act.value for kind in AS_SAID for act in ACTS[kind]]
    of_it = (LedgerEntry.step_id == GrantStep.id, LedgerEntry.kind.in_(AS_SAID))
    entry = select(LedgerEntry.id).where(*of_it).exists()
    query = select(GrantStep.grant_id).where(GrantStep.grant_id.in_(grant_ids), GrantStep.act.in_(acts), ~entry)
    return list(session.scalars(query.distinct()))
