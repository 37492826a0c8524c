"""The main store's schema: `db upgrade`, `db current`, `db check`. One transaction: all of it, or nothing.

Rebuilding a SQLite table (Alembic's batch mode) while foreign keys are enforced silently deletes the rows that point at
it. They are therefore off before the transaction begins, checked before it ends, and no table may end with fewer rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, table, text

from hrd_cases import tables
from hrd_cases.db import Database, Store
from hrd_cases.errors import Unfit
from hrd_cases.settings import ROOT

MIGRATIONS = ROOT / "migrations"
# Any constant: nodes that start together upgrade one after another.
POSTGRES_LOCK = 7_305_011


def prepare(database: Database) -> None:
    """Bring both stores to what this code needs: `hrd-cases db upgrade`. Raises as `upgrade`."""
    with database.shred.alone():
        tables.shred_metadata().create_all(database.shred.engine)
    upgrade(database.main)


def upgrade(store: Store, to: str = "head") -> None:
    """Bring the schema to revision `to`. Raises `Unfit` and changes nothing if rows would be lost or left dangling."""
    _move(store, command.upgrade, to)


def downgrade(store: Store, to: str) -> None:
    """Take the schema back to revision `to` ("base": no tables). Raises as `upgrade`, except for tables it removes."""
    _move(store, command.downgrade, to)


def current(store: Store) -> str | None:
    """The revision that the database is at, or None before the first."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def behind(store: Store) -> bool:
    """The database is not at this code's revision: it must not serve."""
    return current(store) != head()


def check(store: Store) -> list[str]:
    """How the database differs from the models, one line each; empty when they agree."""
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata())
    return [str(difference) for difference in found]


def draft(store: Store, message: str) -> str:
    """Write the next revision, which brings `store` (at head) to the models; returns its path. For developers, who read
    and format it: rows that must change with the schema, a draft knows nothing of."""
    number = 1 + sum(1 for _ in ScriptDirectory.from_config(_config()).walk_revisions())
    with store.engine.connect() as connection:
        script: Any = command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{number:04}")
    path = Path(script.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return str(path)


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _move(store: Store, act: Any, to: str) -> None:
    with store.alone(), _migrating(store) as connection:
        before = _rows(connection)
        act(_config(connection), to)
        after = _rows(connection)
        lost = sorted(name for name, rows in before.items() if after.get(name, rows) < rows)
        lost += sorted(name for name in before.keys() - after.keys() if act is command.upgrade and before[name])
        if lost:
            raise Unfit(f"The migration would lose rows of {', '.join(lost)}: nothing was changed.")
        _refuse_dangling(connection)


@contextmanager
def _migrating(store: Store) -> Iterator[Connection]:
    """One transaction of the only migrator; on SQLite with foreign keys off."""
    with store.engine.execution_options(writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        _foreign_keys(connection, enforced=False) if sqlite else None
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(POSTGRES_LOCK)))
                yield connection
        finally:
            _foreign_keys(connection, enforced=True) if sqlite else None


def _foreign_keys(connection: Connection, *, enforced: bool) -> None:
    # Inside a transaction SQLite ignores this pragma, so it goes to the driver, which begins none.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if enforced else 'OFF'}").close()


def _rows(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


def _refuse_dangling(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    dangling = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    if dangling:
        raise Unfit(f"The migration would leave rows of {', '.join(sorted(dangling))} pointing at nothing.")
