"""Whoever writes the tables may set any clear number in them: the version of a row, how much lies in it, an epoch. No
number keeps ordinary work from being written for good.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Integer, text
from sqlalchemy.exc import IntegrityError

from hrd_cases.tables import metadata
from hrd_cases.trials.life import Act
from tests.cases.acting import Filed
from tests.keys.cast import forget_everything
from tests.trials.sharing_world import OTHER_EMBASSY, Sharer
from tests.trials.trying import OFFICER, in_days
from tests.world import World

VALUES = ("'x'", "2147483647", "-1", "9223372036854775807")
ON_POSTGRESQL = ("2147483647", "-1", "0")
KEYS = {"charters", "circle_grants", "circle_keys", "custody_shares", "guest_keys", "letters", "sleeve_keys"}
"""Their numbers are part of the name of a key, or signed: to change one is to take the row away."""
NUMBERS = {
    table.name: [column.name for column in table.c if isinstance(column.type, Integer)]
    for table in metadata().sorted_tables
    if table.name not in KEYS
}
TABLES = [table for table, columns in NUMBERS.items() if columns]


def plant(world: World, table: str, column: str, value: str) -> None:
    """In every row, or in the last where no two may have the same."""
    change = f"UPDATE {table} SET {column} = {value}"
    last = f" WHERE {column} = (SELECT max({column}) FROM {table})"
    sqlite = world.database.main.engine.dialect.name == "sqlite"
    for statement in (change, change + last):
        try:
            with world.database.main.writing() as session:
                if sqlite:
                    session.execute(text("PRAGMA ignore_check_constraints = ON"))
                session.execute(text(statement))
            break
        except IntegrityError:
            continue
    forget_everything()


def works(sharer: Sharer, share_id: Any, day: int) -> None:
    """What an office does every day, and what must never wait."""
    sharer.files[0].talk()
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(day))
    Filed(sharer.world, OFFICER, "EG", "Somebody New")
    sharer.revoke(share_id)
    for path in ("/", "/cases", "/cases?q=Salma"):
        assert sharer.world.client(OFFICER).get(path).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_no_number_ends_ordinary_work(world: World, table: str) -> None:
    sharer = Sharer(world)
    for day, value in enumerate(VALUES, start=11):
        share_id = sharer.share(OTHER_EMBASSY)
        for column in NUMBERS[table]:
            plant(world, table, column, value)
        works(sharer, share_id, day)


@pytest.mark.parametrize("table", TABLES)
def test_nor_on_postgresql(world_on_postgres: World, table: str) -> None:
    sharer = Sharer(world_on_postgres)
    for day, value in enumerate(ON_POSTGRESQL, start=11):
        share_id = sharer.share(OTHER_EMBASSY)
        for column in NUMBERS[table]:
            plant(world_on_postgres, table, column, value)
        works(sharer, share_id, day)
