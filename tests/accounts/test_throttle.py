"""Leaky buckets: tables of cases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.accounts.models import TryBucket
from hrd_cases.accounts.throttle import (
    ADDRESS,
    MEMBER_AND_ADDRESS,
    OVERALL,
    UNITS,
    Pace,
    drop_empty_buckets,
    household,
    take_a_try,
    wait_for,
)
from hrd_cases.db import Database
from hrd_cases.errors import TooManyTries

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("level", "elapsed", "expected"),
    [
        (0, 0, (1000, 0)),
        (4000, 0, (5000, 0)),
        (5000, 0, (5000, 30)),
        (5000, 29, (4034, 2)),
        (5000, 30, (5000, 0)),
        (5000, 3600, (1000, 0)),
        (5000, -10, (5000, 30)),
    ],
)
def test_a_bucket_fills_and_leaks(level: int, elapsed: float, expected: tuple[int, int]) -> None:
    assert wait_for(level, max(0, elapsed), MEMBER_AND_ADDRESS) == expected


@given(st.integers(0, 400_000), st.floats(0, 1e6), st.sampled_from([MEMBER_AND_ADDRESS, ADDRESS, OVERALL, Pace(1, 1)]))
def test_nobody_ever_waits_longer_than_it_takes_a_full_bucket_to_leak_one(
    level: int, elapsed: float, pace: Pace
) -> None:
    new, wait = wait_for(min(level, pace.burst * UNITS), elapsed, pace)
    assert 0 <= wait <= pace.seconds
    assert 0 <= new <= pace.burst * UNITS


@pytest.mark.parametrize(
    ("address", "belongs_to"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_whoever_has_many_addresses_of_one_network_is_one(address: str, belongs_to: str) -> None:
    assert household(address) == belongs_to


def tries(database: Database, sign_in: str, address: str, times: int, now: datetime = NOW) -> list[int]:
    """Seconds to wait at each try."""
    waits = []
    for _ in range(times):
        try:
            with database.main.writing() as session:
                take_a_try(session, KEY, sign_in, address, now)
            waits.append(0)
        except TooManyTries as slowed:
            waits.append(slowed.seconds)
    return waits


def test_one_address_trying_one_name(database: Database) -> None:
    assert tries(database, "head", "192.0.2.1", 7) == [0] * 5 + [30] * 2


def test_another_address_still_gets_in(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 20)
    assert tries(database, "head", "192.0.2.2", 1) == [0]


def test_everything_together_is_slowed_and_leaks_a_try_a_second(database: Database) -> None:
    for number in range(300):
        assert tries(database, f"n{number}", f"192.0.2.{number}", 1) == [0]
    assert tries(database, "somebody", "198.51.100.1", 1) == [1]
    assert tries(database, "somebody", "198.51.100.1", 1, NOW + timedelta(seconds=1)) == [0]


def test_first_tries_at_the_same_moment_are_each_counted(database: Database) -> None:
    together, waits = threading.Barrier(4), []

    def one() -> None:
        together.wait()
        waits.extend(tries(database, "head", "192.0.2.1", 1))

    everybody = [threading.Thread(target=one) for _ in range(4)]
    for thread in everybody:
        thread.start()
    for thread in everybody:
        thread.join()
    assert waits == [0] * 4
    assert tries(database, "head", "192.0.2.1", 2) == [0, 30]


def test_a_try_that_was_refused_does_not_count(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 50)
    assert tries(database, "head", "192.0.2.1", 2, NOW + timedelta(seconds=30)) == [0, 30]


def test_a_clock_that_goes_back_frees_nobody(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 5)
    assert tries(database, "head", "192.0.2.1", 1, NOW - timedelta(days=1))[0] > 0
    assert tries(database, "head", "192.0.2.1", 1, NOW)[0] > 0


def test_buckets_tell_no_name_and_no_address(database: Database) -> None:
    tries(database, "head.cairo", "192.0.2.1", 1)
    with database.main.reading() as session:
        names = [row.name for row in session.query(TryBucket)]
    assert all(len(name) == 32 and b"head" not in name and b"192" not in name for name in names)


def test_empty_buckets_are_put_away_and_full_ones_stay(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 5)
    with database.main.writing() as session:
        assert drop_empty_buckets(session, NOW + timedelta(seconds=1199)) == 0
        assert drop_empty_buckets(session, NOW + timedelta(seconds=1201)) == 3
