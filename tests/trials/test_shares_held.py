"""Whoever shares a hearing or takes a share back holds the files it concerns in one order, so that two who do it at
once never wait for each other. On PostgreSQL, where rows are held; what it is asked tells which, and when.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from tests.cases.acting import said
from tests.trials.sharing_world import Sharer, agreed
from tests.trials.trying import OFFICER
from tests.world import World


@pytest.fixture
def sharer(world_on_postgres: World) -> Sharer:
    """A trial of two files in the order of their ids: the first carries its dates."""
    files = sorted((agreed(world_on_postgres, f"Accused {number}") for number in range(2)), key=lambda one: one.id)
    return Sharer(world_on_postgres, files)


@contextmanager
def held(world: World) -> Iterator[list[uuid.UUID]]:
    """Which case files were held, in the order in which they were."""
    found: list[uuid.UUID] = []

    def asked(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM cases" in statement and "FOR UPDATE" in statement:
            found.extend(uuid.UUID(str(one)) for one in parameters.values())

    event.listen(world.database.main.engine, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(world.database.main.engine, "before_cursor_execute", asked)


def test_a_hearing_is_shared_for_one_file_and_another_carries_its_dates(sharer: Sharer) -> None:
    with held(sharer.world) as found:
        sharer.share(files=(sharer.files[1].id,))
    assert found == [one.id for one in sharer.files]


def test_a_no_in_one_file_and_another_carries_the_dates(sharer: Sharer) -> None:
    share_id = sharer.share(files=(sharer.files[1].id,))
    with held(sharer.world) as found, sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[1].id)
        record_conversation(session, by, case, said(share_embassies="refused"), datetime.now(UTC))
    assert found == [one.id for one in sharer.files]
    assert sharer.given(share_id).ended == "consent"
