"""What the unattended process puts away in the accounts room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import select

from hrd_cases.accounts.housekeeping import keep_house
from hrd_cases.accounts.models import Invitation, KeptForm, SessionRow, TryBucket
from hrd_cases.audit.events import Event
from tests.accounts.test_not_sent import FORM
from tests.accounts.walk import Person, count, invitation, member
from tests.world import World


def housekeeping(world: World) -> None:
    with world.database.main.writing() as session:
        keep_house(session, world.house.settings, datetime.now(UTC))


def sessions_of(world: World, sign_in: str) -> list[bool]:
    """Does each session of a member hold keys?"""
    with world.database.main.reading() as session:
        rows = session.scalars(select(SessionRow).where(SessionRow.member_id == member(world, sign_in).id))
        return [row.sealed is not None for row in rows]


def test_keys_of_idle_sessions_go_and_the_form_is_still_kept(world: World, clock: time_machine.Traveller) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    clock.shift(14 * 60)
    housekeeping(world)
    assert sessions_of(world, "officer.cairo") == [True, True]
    clock.shift(2 * 60)
    housekeeping(world)
    assert sessions_of(world, "officer.cairo") == [False, False]
    assert "is kept for you" in officer.send(FORM, language="fr").text
    assert officer.unlock().location == "/not-sent"


def test_sessions_over_ten_hours_old_lose_their_keys_though_they_are_in_use(
    world: World, clock: time_machine.Traveller
) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    for _ in range(61):
        clock.shift(10 * 60)
        officer.open("/")
    housekeeping(world)
    assert True not in sessions_of(world, "officer.cairo")


def test_a_session_nobody_came_back_to_is_gone_after_a_day(world: World, clock: time_machine.Traveller) -> None:
    clock.shift(25 * 3600)
    housekeeping(world)
    assert sessions_of(world, "officer.cairo") == []


def test_old_forms_invitations_and_tries_go(world: World, clock: time_machine.Traveller) -> None:
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    invitation(world)
    clock.shift(20 * 60)
    officer.send(FORM, language="fr")
    for days, left in ((1, (1, 1)), (2, (1, 0)), (29, (0, 0))):
        clock.shift(timedelta(days=days))
        housekeeping(world)
        with world.database.main.reading() as session:
            assert (session.query(KeptForm).count(), session.query(Invitation).count()) == left
    with world.database.main.reading() as session:
        assert session.query(TryBucket).count() == 0


def test_the_trail_tells_what_went_and_is_silent_when_nothing_did(world: World, clock: time_machine.Traveller) -> None:
    clock.shift(16 * 60)
    housekeeping(world)
    assert count(world, Event.HOUSE_KEPT) == 1
    housekeeping(world)
    assert count(world, Event.HOUSE_KEPT) == 1
