"""What is signed of an entry: the bytes that entries had before reasons were asked for, and the reason since."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import msgspec
import pytest

from hrd_cases.grants.signing import EntrySaid, hash_of

MOVED = EntrySaid(
    id=uuid.UUID(int=1),
    envelope_id=uuid.UUID(int=2),
    number=1,
    kind="transfer_out",
    cents=100,
    grant_id=None,
    step_id=None,
    other_id=None,
    actor_id=uuid.UUID(int=4),
    at=datetime(2026, 11, 19, 6, tzinfo=UTC),
    previous=b"",
)
BEFORE = {
    None: "1a85b0ab541b589a463e5972609d7c4c08af188ceaa6bff7987a142cae28afef",
    uuid.UUID(int=3): "b640de21a98eada67cb2e4703d0acedc5026c6fd49d96514d3d6f11053bc5494",
}
"""By the other envelope: the hashes that version 0011 of the tables gave to these entries."""


@pytest.mark.parametrize("other", BEFORE)
def test_an_entry_of_before_reasons_is_signed_as_it_was(other: uuid.UUID | None) -> None:
    assert hash_of(msgspec.structs.replace(MOVED, other_id=other)).hex() == BEFORE[other]


def test_an_export_of_before_is_read_and_says_the_same() -> None:
    older = msgspec.msgpack.encode(msgspec.structs.astuple(MOVED)[:-1])
    assert msgspec.msgpack.decode(older, type=EntrySaid) == MOVED


def test_another_reason_is_another_entry() -> None:
    said = {hash_of(msgspec.structs.replace(MOVED, reason=one)) for one in ("", "a", "b", "a ")}
    assert len(said) == 4
