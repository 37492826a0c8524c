"""Whoever writes the sessions' table makes no session last longer by giving it a time that has not come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import CLOCKS_DIFFER, drop_idle_keys
from tests.accounts.conftest import clock
from tests.accounts.walk import Person, member
from tests.world import World

__all__ = ["clock"]


@pytest.mark.parametrize("column", ["seen_at", "began_at"])
@pytest.mark.parametrize(
    ("ahead", "opens"),
    [(CLOCKS_DIFFER, True), (CLOCKS_DIFFER + timedelta(seconds=1), False), (timedelta(days=9), False)],
)
def test_a_session_of_the_future_is_damaged_and_opens_nothing(
    world: World, clock: time_machine.Traveller, column: str, ahead: timedelta, opens: bool
) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    with world.database.main.writing() as session:
        mine = SessionRow.member_id == member(world, "officer.cairo").id
        session.execute(update(SessionRow).where(mine).values({column: datetime.now(UTC) + ahead}))
    assert officer.is_in() is opens
    if not opens:
        assert (
            officer.open("/account").location == "/sign-in?ended=1"
        )  # it is not locked either: nothing to unlock, nothing kept
        assert officer.unlock().status_code == 422


def test_housekeeping_puts_them_away(world: World, clock: time_machine.Traveller) -> None:
    now = datetime.now(UTC)
    with world.database.main.writing() as session:
        session.execute(update(SessionRow).values(seen_at=now + timedelta(days=400)))
        drop_idle_keys(session, world.house.settings, now)
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0
