"""Whatever an officer can type comes back as it was typed: any Unicode, any length, any number."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases import records
from hrd_cases.errors import Tampered
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import Place, RecordCipher
from tests.records.models import Hearing, PlainKeys, Risk

TEXTS = st.text(max_size=300)
MOMENTS = st.datetimes(timezones=st.just(UTC))
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False)


@given(
    court=TEXTS,
    charges=st.lists(TEXTS, max_size=5).map(tuple),
    risk=st.none() | st.sampled_from(Risk),
    amount=st.none() | AMOUNTS,
    heard_at=st.none() | MOMENTS,
    judge_id=st.none() | st.uuids(),
)
def test_what_goes_into_a_blob_comes_out(
    court: str,
    charges: tuple[str, ...],
    risk: Risk | None,
    amount: Decimal | None,
    heard_at: datetime | None,
    judge_id: uuid.UUID | None,
) -> None:
    given_values: dict[str, Any] = {
        "court": court,
        "charges": charges,
        "risk": risk,
        "amount": amount,
        "heard_at": heard_at,
        "judge_id": judge_id,
    }
    row = Hearing(folder_id=uuid.uuid4(), **given_values)
    blob = _sealed(row)
    page = records._decoded(Hearing, Hearing._shapes[Sleeve.FILE], _cipher(row).open(*_named(row), blob).plaintext)
    assert {name: getattr(page, name) for name in given_values} == given_values


@given(state=TEXTS, other=TEXTS)
def test_a_bound_text_is_that_text_and_no_other(state: str, other: str) -> None:
    row = Hearing(folder_id=uuid.UUID(int=1), id=uuid.UUID(int=2), court="c", state=state)
    blob = _sealed(row)
    row.state = other
    try:
        _cipher(row).open(*_named(row), blob)
    except Tampered:
        assert state != other
    else:
        assert state == other


_keys = PlainKeys()


def _cipher(row: Hearing) -> RecordCipher:
    return _keys.to_seal(row.folder_id, Sleeve.FILE)


def _named(row: Hearing) -> tuple[str, Place]:
    return Hearing.__tablename__, records._place(row, Sleeve.FILE, committed=False)


def _sealed(row: Hearing) -> bytes:
    """The blob that a flush would write, without a database."""
    page = records._page(row, Sleeve.FILE)
    plaintext = b"\x01" + msgspec.msgpack.encode(page.values)
    name, place = _named(row)
    return _cipher(row).seal(name, 1, place, plaintext)
