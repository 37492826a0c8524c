"""The ledger of an envelope, checked before anything is given from it: the sums of the database are those of whoever
writes the database.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import Tampered
from hrd_cases.grants import ledger
from hrd_cases.grants.models import Envelope, GrantStep, LedgerEntry
from hrd_cases.grants.proving import may_allot, seated_as
from hrd_cases.grants.signing import EntrySaid, StepSaid, check, envelope_name, said_by
from hrd_cases.grants.sums import ACTS, AS_SAID, OF_ENVELOPES, Kind
from hrd_cases.keys.chain import Charters


def check_books(session: Session, envelope_id: uuid.UUID, charters: Charters) -> None:
    """Raises Tampered unless every entry of an envelope follows the one before it and was signed by somebody who could
    write it, its step is as it was signed, and every step of a grant that takes from it stands in it.
    """
    envelope = session.get(Envelope, envelope_id)
    if envelope is None or envelope_name(envelope.office_id, envelope.fund, envelope.year) != envelope_id:
        raise Tampered("another budget than its name says")
    query = select(LedgerEntry).where(LedgerEntry.envelope_id == envelope_id).order_by(LedgerEntry.number)
    previous = b""
    for number, entry in enumerate(session.scalars(query), start=1):
        if (entry.number, entry.previous) != (number, previous):
            raise Tampered("an entry of the ledger does not follow the one before it")
        check(entry, EntrySaid, charters.bundle_of(entry.signer))
        if not _could_be_written(session, envelope.office_id, entry, charters):
            raise Tampered("an entry of the ledger by somebody who could not write it")
        previous = entry.hash
    taking = select(GrantStep.grant_id).where(GrantStep.envelope_id == envelope_id).distinct()
    if ledger.unbalanced(session, set(session.scalars(taking))):
        raise Tampered("a step that does not stand in the ledger")


def _could_be_written(session: Session, office_id: uuid.UUID, entry: LedgerEntry, charters: Charters) -> bool:
    said = said_by(entry, EntrySaid)
    if said.kind in OF_ENVELOPES:
        return may_allot(charters, said, entry.signer)
    step = session.get(GrantStep, said.step_id) if said.step_id is not None else None
    if step is None or said.kind not in tuple(Kind) or step.act not in ACTS[Kind(said.kind)]:
        return False
    check(step, StepSaid, charters.bundle_of(step.signer))
    same = (step.grant_id, step.actor_id, step.envelope_id, step.signer)
    if same != (said.grant_id, said.actor_id, said.envelope_id, entry.signer):
        return False
    if said.kind in AS_SAID and step.cents != said.cents:
        return False
    return seated_as(charters, step.capacity, office_id, said, entry.signer)
