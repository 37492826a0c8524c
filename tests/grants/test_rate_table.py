"""Stored rates are only ever added: a file is taken in whole, once, and exactly as it was written."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hrd_cases.db import Store
from hrd_cases.errors import Refused
from hrd_cases.grants import rate_table
from hrd_cases.grants.money import spelled
from tests.grants.sample import FILE, STORED

NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)


def test_a_file_is_taken_in_once_and_reads_back_exactly(store: Store) -> None:
    with store.writing() as session:
        assert rate_table.take_in(session, uuid.uuid4(), FILE.encode(), NOW) == len(STORED)
    with store.writing() as session:
        assert rate_table.take_in(session, uuid.uuid4(), FILE.encode(), NOW) == 0
    with store.reading() as session:
        found = rate_table.stored(session)
    assert {name: spelled(rate) for name, rate in found.items()} == {n: spelled(rate) for n, rate in STORED.items()}


def test_a_file_with_one_wrong_line_adds_nothing(store: Store) -> None:
    wrong = FILE + "\nEGP,2026-11,52.41"
    with pytest.raises(Refused, match="EGP 2026-11"), store.writing() as session:
        rate_table.take_in(session, uuid.uuid4(), wrong.encode(), NOW)
    with store.reading() as session:
        assert rate_table.stored(session) == {}


def test_a_rate_keeps_every_digit(store: Store) -> None:
    with store.writing() as session:
        rate_table.take_in(session, uuid.uuid4(), b"currency,month,rate\nXAF,2026-11,655.957000001\n", NOW)
    with store.reading() as session:
        assert rate_table.stored(session) == {("XAF", "2026-11"): Decimal("655.957000001")}
