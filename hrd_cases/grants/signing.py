"""What of a step and of an entry of the ledger is signed: everything that stands in the row, the one before it, and
salted hashes of what lies sealed. Pure.

A row's hash is over what it says; its signature is over that hash, by the keys of whoever took the step.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec.structs import astuple

from hrd_cases.errors import Tampered
from hrd_cases.instants import Instant
from hrd_cases.vault.envelope import digest, equal
from hrd_cases.vault.identity import KeyPair, fingerprint_of, verify

STEP, ENTRY = "grant step", "ledger entry"


class StepSaid(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A step as it is signed. `rate`: units of the currency for one euro; `cents`: what `amount` is worth at it."""

    format: int = 1
    id: uuid.UUID
    grant_id: uuid.UUID
    number: int
    act: str
    state_before: str
    state_after: str
    duty: str
    capacity: str
    actor_id: uuid.UUID
    at: Instant
    envelope_id: uuid.UUID | None
    currency: str
    amount: Decimal
    rate: Decimal
    rate_month: str
    cents: int
    payee: bytes
    texts: bytes
    previous: bytes


class EntrySaid(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """An entry of the ledger as it is signed. `reason`: why money was moved, in words; entries of before reasons were
    asked for have none, and are signed without one.
    """

    format: int = 1
    id: uuid.UUID
    envelope_id: uuid.UUID
    number: int
    kind: str
    cents: int
    grant_id: uuid.UUID | None
    step_id: uuid.UUID | None
    other_id: uuid.UUID | None
    actor_id: uuid.UUID
    at: Instant
    previous: bytes
    reason: str = ""


Said = StepSaid | EntrySaid
AnySaid = TypeVar("AnySaid", StepSaid, EntrySaid)


class Row(Protocol):
    """A row that is signed."""

    hash: Any
    signer: Any
    signature: Any


def label_of(said: Said) -> str:
    return STEP if isinstance(said, StepSaid) else ENTRY


def hash_of(said: Said) -> bytes:
    return digest(label_of(said), _encoder.encode(_as_signed(said)))


def _as_signed(said: Said) -> Any:
    """An entry without a reason is signed in the bytes that entries had before there were any."""
    return astuple(said)[:-1] if isinstance(said, EntrySaid) and not said.reason else said


def signed(said: Said, keys: KeyPair) -> dict[str, Any]:
    """What a row says, with its hash and signature: the values of its columns."""
    values = {name: getattr(said, name) for name in said.__struct_fields__ if name != "format"}
    name = hash_of(said)
    signature = keys.sign(label_of(said), name)
    return values | {"hash": name, "signer": keys.fingerprint, "signature": signature}


def said_by(row: Any, kind: type[AnySaid]) -> AnySaid:
    """What a row says, as it is signed."""
    names = (name for name in kind.__struct_fields__ if name != "format")
    return kind(**{name: getattr(row, name) for name in names})


def check(row: Row, kind: type[AnySaid], bundle: bytes) -> None:
    """Raises Tampered unless the holder of this bundle signed exactly what the row says."""
    said = said_by(row, kind)
    if not equal(hash_of(said), row.hash):
        raise Tampered("a row says something else than was signed")
    if fingerprint_of(bundle) != row.signer:
        raise Tampered("a row is signed with other keys")
    _verify_once(bundle, label_of(said), row.hash, row.signature)


_verified: set[bytes] = set()
"""Signatures that were looked at by this process, by their digests: a budget has hundreds, and they never change."""
_MOST_VERIFIED = 100_000


def _verify_once(bundle: bytes, label: str, name: bytes, signature: bytes) -> None:
    known = digest("verified", bundle, label.encode(), name, signature)
    if known in _verified:
        return
    verify(bundle, label, name, signature)
    if len(_verified) >= _MOST_VERIFIED:
        _verified.clear()
    _verified.add(known)


def salted(label: str, salt: bytes, sealed: msgspec.Struct | tuple[Any, ...]) -> bytes:
    """What stands for something sealed in a signed row: whoever has it and the salt can prove it, nobody can guess."""
    return digest(f"grant {label}", salt, encoded(sealed))


def encoded(sealed: msgspec.Struct | tuple[Any, ...]) -> bytes:
    """Something sealed, as it is hashed."""
    return _encoder.encode(sealed)


def envelope_name(office_id: uuid.UUID, fund: str, year: int) -> uuid.UUID:
    """The id of an envelope says which it is: whoever signs it signs office, fund and year."""
    return uuid.UUID(bytes=digest("envelope", office_id.bytes, fund.encode(), str(year).encode())[:16])


_encoder = msgspec.msgpack.Encoder(decimal_format="string")
