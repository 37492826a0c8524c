"""Somebody who writes the tables writes when a share ends: at the end that nobody has to be signed in for, the trail
says when, and no row ends it earlier, or keeps it longer.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from hrd_cases.audit.events import Event
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import ending
from hrd_cases.trials.shares.given import given_now
from tests.attacks.past_our_code import folder_of_share, secrets, told, write
from tests.attacks.test_planted_shares import LONG_AGO, SHARES, end_shares, planted
from tests.trials.sharing_world import Sharer, until_on
from tests.world import World


def shared(world: World) -> tuple[Sharer, uuid.UUID, uuid.UUID]:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    return sharer, share_id, folder_of_share(world)


def now() -> datetime:
    return datetime.now(UTC)


def test_an_end_that_somebody_planted_ends_nothing_before_it_is_told(world: World) -> None:
    sharer, share_id, own = shared(world)
    write(world, update(SHARES).values(until=LONG_AGO))
    for _ in range(2):
        assert end_shares(world, now()) == 0
    assert own in secrets(world)
    assert told(world, Event.SHARE_ENDED) == 0
    assert told(world, Event.ALARM_RAISED) == 2
    until = sharer.given(share_id).until
    write(world, update(SHARES).values(until=until))
    assert sharer.seen(share_id) is not None
    assert end_shares(world, until - timedelta(seconds=1)) == 0
    assert end_shares(world, until) == 1
    assert own not in secrets(world)


def test_a_share_whose_end_somebody_puts_off_ends_as_it_is_told(world: World) -> None:
    sharer, share_id, own = shared(world)
    until = sharer.given(share_id).until
    write(world, update(SHARES).values(until=until + timedelta(days=300)))
    assert end_shares(world, until - timedelta(seconds=1)) == 0
    assert end_shares(world, until) == 1
    assert own not in secrets(world)
    assert told(world, Event.ALARM_RAISED) == 1


@pytest.mark.parametrize("planted_end", [LONG_AGO, datetime(2090, 1, 1, tzinfo=UTC)])
def test_a_share_that_was_extended_ends_as_it_was_told_last(world: World, planted_end: datetime) -> None:
    sharer, share_id, own = shared(world)
    first = sharer.given(share_id).until
    sharer.extend(share_id, until_on(40))
    write(world, update(SHARES).values(until=planted_end))
    assert end_shares(world, first) == 0
    assert own in secrets(world)
    assert end_shares(world, sharer.given(share_id).until) == 1
    assert own not in secrets(world)


def test_one_that_is_extended_while_it_is_being_ended_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer, share_id, own = shared(world)
    first, chosen = sharer.given(share_id).until, ending._some

    def extended_meanwhile(of: Collection[uuid.UUID]) -> list[uuid.UUID]:
        if of:
            sharer.extend(share_id, until_on(40))
        return chosen(of)

    monkeypatch.setattr(ending, "_some", extended_meanwhile)
    assert end_shares(world, first) == 0
    assert own in secrets(world)
    assert sharer.seen(share_id) is not None


def test_one_that_was_called_off_ends_with_its_week_whatever_its_row_says(world: World) -> None:
    sharer, share_id, own = shared(world)
    first = sharer.given(share_id).until
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="not_listed")
    until = sharer.given(share_id).until
    assert until < first
    write(world, update(SHARES).values(until=first))
    assert end_shares(world, until) == 1
    assert own not in secrets(world)


def test_what_somebody_dated_back_is_among_what_is_given_and_can_be_taken_back(world: World) -> None:
    sharer, share_id, own = shared(world)
    write(world, update(SHARES).values(until=LONG_AGO))
    with world.acting("officer.cairo") as (session, _):
        found, damaged = given_now(session, [sharer.office("DEL_EGY")], now())
    assert [(one.share.id, one.readable) for one in found] == [(share_id, False)]
    assert [one.id for one in damaged] == [share_id]
    sharer.revoke(share_id)
    assert own not in secrets(world)


def test_a_planted_row_dated_back_raises_one_alarm_and_is_not_given(world: World) -> None:
    sharer, share_id, _ = shared(world)
    write(world, insert(SHARES).values(**planted(sharer)))
    with world.acting("officer.cairo") as (session, _):
        found, _ = given_now(session, [sharer.office("DEL_EGY")], now())
    assert [one.share.id for one in found] == [share_id]


def test_on_postgresql_too(world_on_postgres: Any) -> None:
    test_an_end_that_somebody_planted_ends_nothing_before_it_is_told(world_on_postgres)
