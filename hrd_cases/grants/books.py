"""The ledger of an envelope, checked before anything is given from it: the sums of the database are those of whoever
writes the database.
"""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import record
from hrd_cases.errors import Tampered
from hrd_cases.grants import ledger
from hrd_cases.grants.models import Envelope, GrantStep, LedgerEntry
from hrd_cases.grants.proving import Brought, is_other_half, may_allot, seated_as
from hrd_cases.grants.signing import EntrySaid, StepSaid, check, envelope_name, said_by
from hrd_cases.grants.sums import OF_ENVELOPES, Kind
from hrd_cases.keys.chain import Charters


def check_books(session: Session, envelope_id: uuid.UUID, charters: Charters) -> None:
    """Raises Tampered unless every entry of an envelope follows the one before it, was signed by somebody who could
    write it and is what its step, as that was signed, brings; unless both halves of each move are there, every entry
    that the trail tells of, and every step of a grant that takes from it.
    """
    envelope = session.get(Envelope, envelope_id)
    if envelope is None or envelope_name(envelope.office_id, envelope.fund, envelope.year) != envelope_id:
        raise Tampered("another budget than its name says")
    query = select(LedgerEntry).where(LedgerEntry.envelope_id == envelope_id).order_by(LedgerEntry.number)
    entries, previous, brought = list(session.scalars(query)), b"", Brought()
    for number, entry in enumerate(entries, start=1):
        if (entry.number, entry.previous) != (number, previous):
            raise Tampered("an entry of the ledger does not follow the one before it")
        check(entry, EntrySaid, charters.bundle_of(entry.signer))
        wrong = _wrong_with(session, envelope.office_id, entry, charters, brought)
        if wrong:
            raise Tampered(f"an entry of the ledger: {wrong}")
        previous = entry.hash
    told = (body.fields["number"] for body in ever_about(session, envelope_id, Event.LEDGER_WRITTEN))
    if any(isinstance(number, int) and number > len(entries) for number in told):
        raise Tampered("an entry of the ledger is gone")
    taking = select(GrantStep.grant_id).where(GrantStep.envelope_id == envelope_id).distinct()
    if ledger.unbalanced(session, set(session.scalars(taking))):
        raise Tampered("a step that does not stand in the ledger")


def tell(session: Session, *envelope_ids: uuid.UUID) -> None:
    """Say in the trail how many entries these envelopes have now: that the last of them was taken away, it alone
    tells.
    """
    for envelope_id in envelope_ids:
        count = session.scalar(select(func.count()).where(LedgerEntry.envelope_id == envelope_id))
        record(session, Event.LEDGER_WRITTEN, envelope=envelope_id, number=count or 0)


def _wrong_with(
    session: Session, office_id: uuid.UUID, entry: LedgerEntry, charters: Charters, brought: Brought
) -> str:
    """Why it is none that somebody could write, and that what it is of brings; "" if it is."""
    said = said_by(entry, EntrySaid)
    if said.kind not in tuple(Kind):
        return "this says nothing that an entry can say"
    if said.kind in OF_ENVELOPES:
        allowed = may_allot(charters, said, entry.signer)
        return "" if allowed and _is_whole(session, entry) else "no move of headquarters"
    step = session.get(GrantStep, said.step_id) if said.step_id is not None else None
    if step is None:
        return brought.wrong_with(said, entry.signer, None, b"")
    check(step, StepSaid, charters.bundle_of(step.signer))
    if not seated_as(charters, step.capacity, office_id, said, entry.signer):
        return "by somebody who could not write it"
    return brought.wrong_with(said, entry.signer, said_by(step, StepSaid), step.signer)


def _is_whole(session: Session, entry: LedgerEntry) -> bool:
    """Does the other budget tell of the same move, if it is one?"""
    if entry.kind == Kind.ALLOT:
        return True
    said = said_by(entry, EntrySaid)
    halves = session.scalars(
        select(LedgerEntry).where(LedgerEntry.envelope_id == entry.other_id, LedgerEntry.other_id == entry.envelope_id)
    )
    return any(is_other_half(said, said_by(one, EntrySaid), entry.signer, one.signer) for one in halves)
