"""The check of the trail names a share's key that nobody gave, and one that is gone though nobody gave the share up."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, delete, insert, select, update

from hrd_cases.keys.models import Circle, GuestKey
from tests.attacks.past_our_code import findings
from tests.trials.sharing_world import DESK, HQ, OTHER_EMBASSY, Sharer
from tests.world import World


def test_a_key_that_was_planted_taken_away_or_exchanged_is_named(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    assert findings(world) == []
    table = cast(Table, GuestKey.__table__)
    with world.database.main.reading() as session:
        true = dict(session.execute(select(table)).one()._mapping)
        other = session.scalars(
            select(Circle.id).where(Circle.office_id == sharer.office(OTHER_EMBASSY), Circle.name == "casework")
        ).one()
    with world.database.main.writing() as session:
        session.connection().execute(insert(table), [true | {"circle_id": other}])
    assert any("that nobody gave" in one for one in findings(world))
    with world.database.main.writing() as session:
        session.connection().execute(delete(table).where(table.c.circle_id == other))
        session.connection().execute(update(table).values(wrapped=bytes(93)))
    assert any("not the one that was written" in one for one in findings(world))
    with world.database.main.writing() as session:
        session.connection().execute(delete(table))
    assert any("a key of a share is gone" in one for one in findings(world))
    with world.database.main.writing() as session:
        session.connection().execute(insert(table), [true])
    assert findings(world) == []


def test_one_that_was_planted_for_another_circle_keeps_nobody_from_reading(world: World) -> None:
    """Whichever of them the database names first."""
    sharer = Sharer(world)
    share_id = sharer.share(HQ)
    assert sharer.seen(share_id, DESK) is not None
    table = cast(Table, GuestKey.__table__)
    with world.database.main.reading() as session:
        true = dict(session.execute(select(table)).one()._mapping)
        circles = set(session.scalars(select(Circle.id).where(Circle.office_id == sharer.office(HQ))))
    with world.acting(DESK) as (_, by):
        held = {one for one, _ in by.ring.seeds} & circles - {true["circle_id"]}
    assert held
    with world.database.main.writing() as session:
        session.connection().execute(delete(table))
        planted = [true | {"circle_id": one, "circle_epoch": 1, "wrapped": bytes(93)} for one in held]
        session.connection().execute(insert(table), [*planted, true])
    assert sharer.seen(share_id, DESK) is not None
