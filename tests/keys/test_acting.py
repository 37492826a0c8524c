"""An acting head's days are days of the office's own place; no zone written into a table stretches them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import Act, ActingHead
from hrd_cases.keys.roles import Role
from hrd_cases.keys.rules import Authors, authors, check_shape
from tests.keys.cast import NOW, id_of
from tests.keys.test_charter import CAIRO_NOW, HEADQUARTERS_NOW

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 3)
EAST, WEST, NIUE = "Pacific/Kiritimati", "Etc/GMT+12", "Pacific/Niue"  # UTC+14, UTC-12, UTC-11
DEPUTY = id_of("deputy")
OFFICE = msgspec.structs.replace(
    CAIRO_NOW,
    acting=(ActingHead(DEPUTY, FIRST, LAST),),
    seats=tuple(msgspec.structs.replace(seat, since=date(2026, 1, 1)) for seat in CAIRO_NOW.seats),
    issued_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "acts"),
    [
        (at(30, 9, 59, 11), EAST, False),
        (at(30, 10, 0, 11), EAST, True),
        (at(3, 9, 59), EAST, True),
        (at(3, 10), EAST, False),
        (at(1, 10, 59), NIUE, False),
        (at(1, 11), NIUE, True),
        (at(4, 10, 59), NIUE, True),
        (at(4, 11), NIUE, False),
        (at(30, 21, 59, 11), "Africa/Cairo", False),
        (at(30, 22, 0, 11), "Africa/Cairo", True),
        (at(3, 21, 59), "Africa/Cairo", True),
        (at(3, 22), "Africa/Cairo", False),
        (at(1, 0), "UTC", True),
        (at(30, 23, 59, 11), "UTC", False),
        (at(3, 23, 59), "UTC", True),
        (at(4, 0), "UTC", False),
        # No zone known: only when it is such a day everywhere on earth.
        (at(1, 11, 59), None, False),
        (at(1, 12), None, True),
        (at(3, 9, 59), None, True),
        (at(3, 10), None, False),
    ],
)
def test_the_days_of_an_acting_head_are_those_of_the_offices_zone(
    moment: datetime, zone: str | None, acts: bool
) -> None:
    there = ZoneInfo(zone) if zone else None
    assert (DEPUTY in OFFICE.acting_heads(moment, there)) is acts
    assert OFFICE.roles_of(DEPUTY, moment, there) == ({Role.DEPUTY, Role.HEAD} if acts else {Role.DEPUTY})


@pytest.mark.parametrize("zone", [EAST, WEST, NIUE, "Africa/Cairo", "Asia/Kathmandu", "Pacific/Chatham", None])
def test_whatever_the_zone_nobody_acts_when_it_is_none_of_the_days_anywhere(zone: str | None) -> None:
    there = ZoneInfo(zone) if zone else None
    moment, beyond = at(29, 0, month=11), at(6, 0)
    while moment < beyond:
        if moment < at(30, 10, month=11) or moment >= at(4, 12):
            assert not OFFICE.acting_heads(moment, there)
        moment += timedelta(minutes=30)


@pytest.mark.parametrize(
    ("moment", "stands"),
    [(at(30, 9, 59, 11), False), (at(30, 10, 0, 11), True), (at(4, 11, 59), True), (at(4, 12), False)],
)
def test_a_charter_stands_that_was_signed_on_such_a_day_somewhere_on_earth(moment: datetime, stands: bool) -> None:
    """Who verifies it has no zone they could rely on; when it is made, the door has asked for the office's own."""
    changed = msgspec.structs.replace(
        OFFICE, issued_at=moment, act=Act.UNSEAT, seats=tuple(s for s in OFFICE.seats if s.role is not Role.FINANCE)
    )
    one, _ = authors(OFFICE, changed, HEADQUARTERS_NOW)
    assert one == Authors(1, OFFICE.heads(moment.date()) | ({DEPUTY} if stands else set()), False)


def test_nobody_acts_without_a_seat_whatever_the_days() -> None:
    without = msgspec.structs.replace(OFFICE, seats=tuple(s for s in OFFICE.seats if s.member_id != DEPUTY))
    assert without.roles_of(DEPUTY, at(2, 12), UTC) == frozenset()
    assert not without.may_act(at(2, 12))


def test_no_charter_names_an_acting_head_for_longer_than_a_year() -> None:
    long = msgspec.structs.replace(OFFICE, acting=(ActingHead(DEPUTY, FIRST, FIRST + timedelta(days=367)),))
    with pytest.raises(Tampered):
        check_shape(msgspec.structs.replace(long, issued_at=NOW))
