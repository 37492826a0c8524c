"""What an auditor takes along: every step, every entry and the charters they rest on, in one file. It holds nothing
sealed, unless somebody who can open it adds texts and their salts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.errors import N_, Refused
from hrd_cases.grants.models import Envelope, Grant, GrantStep, LedgerEntry
from hrd_cases.grants.signing import EntrySaid, StepSaid, said_by
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.models import CharterRow, PublicKeys

FORMAT = 1


class CharterKept(msgspec.Struct, frozen=True, array_like=True):
    office_id: uuid.UUID
    number: int
    body: bytes
    signatures: bytes


What = TypeVar("What")
"""A step or an entry of the ledger. No bounds: what reads structs knows none."""


class Signed(msgspec.Struct, Generic[What], frozen=True, array_like=True):
    """A step or an entry as it is said, and by which keys it is signed."""

    said: What
    signer: bytes
    signature: bytes


class EnvelopeKept(msgspec.Struct, frozen=True, array_like=True):
    id: uuid.UUID
    office_id: uuid.UUID
    fund: str
    year: int


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """Something sealed that was shown: `label` "payee" or "texts", its salt, and what it says, as it was hashed."""

    grant_id: uuid.UUID
    label: str
    salt: bytes
    content: bytes


class Export(msgspec.Struct, frozen=True, array_like=True):
    """`grants`: the office of each."""

    format: int
    charters: tuple[CharterKept, ...]
    bundles: tuple[bytes, ...]
    grants: dict[uuid.UUID, uuid.UUID]
    envelopes: tuple[EnvelopeKept, ...]
    steps: tuple[Signed[StepSaid], ...]
    entries: tuple[Signed[EntrySaid], ...]
    shown: tuple[Shown, ...] = ()


def export(session: Session, shown: Iterable[Shown] = ()) -> Export:
    """Everything there is: one grant alone would say nothing of the envelope it was paid from."""
    charters = session.scalars(select(CharterRow).order_by(CharterRow.office_id, CharterRow.number))
    steps = session.scalars(select(GrantStep).order_by(GrantStep.grant_id, GrantStep.number))
    entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.envelope_id, LedgerEntry.number))
    return Export(
        FORMAT,
        tuple(CharterKept(row.office_id, row.number, row.body, row.signatures) for row in charters),
        tuple(session.scalars(select(PublicKeys.bundle).order_by(PublicKeys.fingerprint))),
        {row.id: row.office_id for row in session.execute(select(Grant.id, Grant.office_id))},
        tuple(EnvelopeKept(row.id, row.office_id, row.fund, row.year) for row in session.scalars(select(Envelope))),
        tuple(Signed(said_by(row, StepSaid), row.signer, row.signature) for row in steps),
        tuple(Signed(said_by(row, EntrySaid), row.signer, row.signature) for row in entries),
        tuple(shown),
    )


def written(what: Export) -> bytes:
    return msgspec.msgpack.encode(what)


def read(content: bytes) -> Export:
    """Refused for a file that is no export of ours."""
    try:
        found = msgspec.msgpack.decode(content, type=Export)
    except UNREADABLE as error:
        raise Refused.of(_NO_EXPORT) from error
    if found.format != FORMAT:
        raise Refused.of(_NO_EXPORT)
    return found


_NO_EXPORT = (N_("This file is no export of grants."), N_("Give the file that `hrd-cases grants export` wrote."))
