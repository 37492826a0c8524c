"""Leaky buckets: tables of cases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.accounts import throttle
from hrd_cases.accounts.models import TryBucket
from hrd_cases.accounts.throttle import (
    ADDRESS,
    KNOWN,
    MEMBER_AND_ADDRESS,
    OVERALL,
    SITE,
    SLOWEST,
    UNITS,
    USUAL,
    Attempt,
    Pace,
    Slowed,
    check_a_try,
    drop_empty_buckets,
    pressed,
    take_a_try,
    tell_once,
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


def tries(
    database: Database, sign_in: str, address: str, times: int, now: datetime = NOW, browser: bytes = b""
) -> list[int]:
    """Seconds to wait at each try."""
    waits = []
    for _ in range(times):
        try:
            with database.main.writing() as session:
                take_a_try(session, KEY, Attempt(sign_in, address, browser), now)
            waits.append(0)
        except TooManyTries as slowed:
            waits.append(slowed.seconds)
    return waits


def test_one_address_has_five_tries_at_a_name_then_waits(database: Database) -> None:
    assert tries(database, "head", "192.0.2.1", 7) == [0] * 5 + [30] * 2


def test_a_member_gets_in_from_another_address_than_who_guesses_their_name(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 20)
    assert tries(database, "head", "192.0.2.2", 1) == [0]


@pytest.mark.parametrize(
    ("tries_together", "pace"),
    [
        (0, ADDRESS),
        (USUAL, ADDRESS),
        (USUAL + 100, Pace(25, 11)),
        (USUAL + 300, Pace(15, 25)),
        (USUAL + 600, Pace(1, 45)),
        (OVERALL.burst, SLOWEST),
    ],
)
def test_the_more_strangers_try_the_slower_each_address(tries_together: int, pace: Pace) -> None:
    assert pressed(tries_together * UNITS) == pace


def test_a_flood_from_everywhere_slows_strangers_and_keeps_nobody_out(database: Database) -> None:
    _set_everything_together(database, OVERALL.burst)
    assert tries(database, "officer", "203.0.113.5", 2) == [0, 60]
    assert tries(database, "officer", "203.0.113.5", 1, NOW + timedelta(seconds=60)) == [0]
    assert tries(database, "deputy", "203.0.113.6", 1) == [0]


def test_a_browser_that_is_known_does_not_notice_a_flood(database: Database) -> None:
    _set_everything_together(database, OVERALL.burst)
    tries(database, "officer", "192.0.2.1", 40)
    assert tries(database, "officer", "192.0.2.1", KNOWN.burst + 1, browser=b"own") == [0] * KNOWN.burst + [30]
    assert tries(database, "officer", "192.0.2.1", 1, browser=b"another") == [0]
    assert tries(database, "deputy", "192.0.2.1", 1, browser=b"own") == [0]


def test_whoever_is_known_here_fills_no_stranger_s_bucket(database: Database) -> None:
    tries(database, "officer", "192.0.2.1", 40, browser=b"own")
    assert tries(database, "officer", "192.0.2.1", 6) == [0] * 5 + [30]


def _set_everything_together(database: Database, level: int) -> None:
    """As if so many strangers had just tried."""
    with database.main.writing() as session:
        take_a_try(session, KEY, Attempt("somebody", "192.0.2.200"), NOW)
        overall = session.get_one(TryBucket, throttle._name(KEY, ""))
        overall.level = level * UNITS


def test_a_flood_finds_out_by_reading(database: Database) -> None:
    """Whatever is refused is refused in a transaction that cannot write."""
    tries(database, "officer", "192.0.2.1", 5)
    with database.main.reading() as session:
        for _ in range(3):
            with pytest.raises(Slowed) as slowed:
                check_a_try(session, KEY, Attempt("officer", "192.0.2.1"), NOW)
            assert slowed.value.seconds == 30
        check_a_try(session, KEY, Attempt("officer", "192.0.2.2"), NOW)
        assert not session.dirty
        assert not session.new


def test_the_trail_is_told_once_per_bucket_and_window(database: Database) -> None:
    told = []
    for name, seconds in (("a", 0), ("a", 1), ("b", 2), ("a", 1199), ("a", 1200), ("a", 1201), ("b", 1203)):
        with database.main.writing() as session:
            told.append(tell_once(session, KEY, Slowed(30, name.encode()), NOW + timedelta(seconds=seconds)))
    assert told == [True, False, True, False, True, False, True]


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


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(minutes=1), throttle.CLOCKS])
def test_clocks_that_differ_or_are_set_right_free_nobody(database: Database, back: timedelta) -> None:
    tries(database, "head", "192.0.2.1", 5)
    assert tries(database, "head", "192.0.2.1", 1, NOW - back)[0] > 0
    assert tries(database, "head", "192.0.2.1", 1, NOW)[0] > 0


def test_what_was_counted_in_a_time_to_come_has_run_dry_and_is_counted_anew(database: Database) -> None:
    tries(database, "head", "192.0.2.1", 5)
    earlier = NOW - throttle.CLOCKS - timedelta(seconds=1)
    assert tries(database, "head", "192.0.2.1", 6, earlier) == [0] * 5 + [30]


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


def test_whoever_has_a_site_of_networks_is_paced_as_one(database: Database) -> None:
    """Each network of their site gives fresh buckets; the site has one of its own, wide enough for a building."""
    waits = [tries(database, f"n{number}", f"2001:db8:1:{number:x}::1", 1)[0] for number in range(SITE.burst + 2)]
    assert waits == [0] * SITE.burst + [SITE.seconds] * 2
    assert tries(database, "officer", "2001:db8:2::1", 1) == [0]
