"""What a transaction holds is nobody else's until it ends; what it held in a savepoint that was undone is not held."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hrd_cases.cases.chains import hold, is_held
from hrd_cases.cases.models import Case
from tests.cases.acting import Filed
from tests.trials.trying import OFFICER
from tests.world import World


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


def in_a_savepoint(session: Any, case: Case, *, undone: bool) -> None:
    savepoint = session.begin_nested()
    hold(session, case)
    if undone:
        savepoint.rollback()
    else:
        savepoint.commit()


@pytest.mark.parametrize("undone", [False, True])
def test_what_was_held_in_a_savepoint_is_held_unless_that_was_undone(either: World, undone: bool) -> None:
    file = Filed(either, OFFICER, "EG", "Salma Mithal")
    with either.acting(OFFICER) as (session, _visitor):
        case = session.get_one(Case, file.id)
        in_a_savepoint(session, case, undone=undone)
        assert is_held(session, case) is not undone
        hold(session, case)
        assert is_held(session, case)


def test_held_again_after_it_was_undone_nobody_else_writes(world_on_postgres: World) -> None:
    file = Filed(world_on_postgres, OFFICER, "EG", "Salma Mithal")
    with world_on_postgres.acting(OFFICER) as (session, _visitor):
        case = session.get_one(Case, file.id)
        in_a_savepoint(session, case, undone=True)
        hold(session, case)
        with world_on_postgres.database.main.reading() as other, pytest.raises(OperationalError, match="lock"):
            other.execute(select(Case.__table__.c.id).where(Case.id == file.id).with_for_update(nowait=True))
