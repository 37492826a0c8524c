"""Somebody damages one version of what a trial says of a share, or of its hearing, and the next act goes on from what
stood before it. The two are written together: where one says another thing than the other, whoever comes by finds it.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from hrd_cases.audit.events import Event
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.shares.rules import ShareEntry
from tests.attacks.past_our_code import alarms, told
from tests.attacks.test_a_lost_letter_is_sent_again import office_looks
from tests.attacks.test_no_letter_of_a_share_is_lost import comes_by, rested, run, table_of
from tests.trials.sharing_world import OBSERVER, Sharer
from tests.trials.trying import OFFICER, in_days
from tests.world import World

__all__ = ["rested"]


def damage(world: World, kind: type[Hearing | ShareEntry]) -> None:
    """The newest version of a kind that corrects another."""
    with world.acting(OFFICER) as (session, _):
        table = ProceedingEntry
        found = session.scalars(select(table).where(table.corrects_id.is_not(None)).order_by(table.written_at)).all()
        (*_others, newest) = [one.id for one in found if isinstance(one.details, kind)]
    entries = table_of(ProceedingEntry)
    run(world, update(entries).where(entries.c.id == newest).values(sealed_file=b"x"))


@pytest.mark.parametrize("acts", [True, False], ids=["then an act", "nobody acts"])
def test_a_yes_that_was_damaged_at_the_share_stands_by_the_hearing(world: World, acts: bool) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    damage(world, ShareEntry)
    if acts:
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(5))
    assert sharer.given(share_id).state == "offered"
    assert sharer.tried.hearing(sharer.hearing_id).state == "confirmed"
    office_looks(world)
    given = sharer.given(share_id)
    assert (given.state, given.answered_by) == ("accepted", world.demonstration.members[OBSERVER])
    assert [one for one in alarms(world) if str(share_id) in one]
    comes_by(world, OBSERVER)
    shown = sharer.seen(share_id)
    assert shown is not None
    assert shown.when == sharer.tried.hearing(sharer.hearing_id).when
    assert sharer.of(share_id, lambda one: one.state) == "accepted"
    before = told(world, Event.ALARM_RAISED)
    office_looks(world)
    assert (sharer.given(share_id).number, told(world, Event.ALARM_RAISED)) == (given.number, before)


def test_a_yes_that_was_damaged_at_the_hearing_stands_by_the_share(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    assert sharer.given(share_id).state == "accepted"
    damage(world, Hearing)
    assert sharer.tried.hearing(sharer.hearing_id).state == "assigned"
    office_looks(world)
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert hearing.observer is not None
    assert (hearing.state, hearing.observer.share_id) == ("confirmed", share_id)
    assert hearing.acted_by == world.demonstration.members[OBSERVER]
    assert [one for one in alarms(world) if str(share_id) in one]
    before = told(world, Event.ALARM_RAISED)
    office_looks(world)
    assert told(world, Event.ALARM_RAISED) == before


def test_whom_the_hearing_names_no_more_is_told_so(world: World) -> None:
    """That they were asked was damaged: they would go, and the office looks for somebody."""
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    damage(world, Hearing)
    assert sharer.tried.hearing(sharer.hearing_id).observer is None
    office_looks(world)
    assert (sharer.given(share_id).state, sharer.given(share_id).ended) == ("ended", "damaged")
    assert [one for one in alarms(world) if str(share_id) in one]
    comes_by(world, OBSERVER)
    assert sharer.of(share_id, lambda one: one.ended) == "damaged"


def test_what_says_the_same_is_left_alone(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    for days, accepts in ((5, False), (6, True)):
        if accepts:
            sharer.accept(share_id)
        office_looks(world)
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(days))
        office_looks(world)
    next_id = sharer.tried.act(sharer.hearing_id, Act.ADJOURN, new=in_days(9), reason="judge_absent").next_id
    office_looks(world)
    assert (sharer.given(share_id).hearing_id, sharer.given(share_id).state) == (next_id, "offered")
    assert told(world, Event.ALARM_RAISED) == 0


def test_on_postgresql_too(world_on_postgres: World) -> None:
    test_a_yes_that_was_damaged_at_the_share_stands_by_the_hearing(world_on_postgres, acts=True)
