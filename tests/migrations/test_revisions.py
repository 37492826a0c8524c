"""The house's own revisions: they make exactly the models' tables; a world in them goes down and up again unharmed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text

from hrd_cases import migrate, tables
from hrd_cases.db import Store
from tests.world import World

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def house(engine_url: str) -> Iterator[Store]:
    store = Store(engine_url)
    yield store
    store.dispose()


def revisions() -> list[str]:
    """Every revision, oldest first."""
    directory = ScriptDirectory(str(migrate.MIGRATIONS))
    return [revision.revision for revision in reversed(list(directory.walk_revisions()))]


def schema(store: Store) -> dict[str, Any]:
    """Everything a database says of its tables: columns, keys, checks, indexes with their conditions."""
    found = inspect(store.engine)
    names = [name for name in found.get_table_names() if name != "alembic_version"]
    return {name: _table(found, name) for name in names}


def _table(found: Any, name: str) -> dict[str, Any]:
    parts = {
        "columns": [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
        "primary key": found.get_pk_constraint(name),
        "foreign keys": found.get_foreign_keys(name),
        "unique": found.get_unique_constraints(name),
        "checks": found.get_check_constraints(name),
        "indexes": [
            {**index, "dialect_options": {key: str(value) for key, value in index.get("dialect_options", {}).items()}}
            for index in found.get_indexes(name)
        ],
    }
    return {part: value if isinstance(value, dict) else sorted(value, key=str) for part, value in parts.items()}


def statements(store: Store) -> dict[str, list[str]]:
    """SQLite keeps what was said, part by part: options such as WITHOUT ROWID are seen here alone.

    Without quotation marks: it puts them around the name of a table that a revision made anew.
    """
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {
            row.name: sorted(part.strip(" ,()\n\t") for part in re.split(r",\s+|\n", row.sql.replace('"', "")))
            for row in rows
            if row.name != "alembic_version"
        }


def made_from_the_models(url: str) -> Store:
    store = Store(url)
    tables.metadata().create_all(store.engine)
    return store


def test_a_new_database_has_the_models_tables(house: Store):
    migrate.upgrade(house)
    assert migrate.check(house) == [], "write a revision with `hrd_cases.migrate.draft`"


def test_every_constraint_and_condition_is_the_models_on_sqlite(tmp_path):
    upgraded, modelled = Store(f"sqlite:///{tmp_path}/up.db"), made_from_the_models(f"sqlite:///{tmp_path}/models.db")
    migrate.upgrade(upgraded)
    assert statements(upgraded) == statements(modelled)
    assert schema(upgraded) == schema(modelled)


def test_every_constraint_and_condition_is_the_models_on_postgresql(postgres):
    upgraded, modelled = Store(postgres.fresh()), made_from_the_models(postgres.fresh())
    migrate.upgrade(upgraded)
    assert schema(upgraded) == schema(modelled)
    for store in (upgraded, modelled):
        store.dispose()


def test_a_missing_condition_would_be_seen(tmp_path):
    upgraded, modelled = Store(f"sqlite:///{tmp_path}/up.db"), made_from_the_models(f"sqlite:///{tmp_path}/models.db")
    migrate.upgrade(upgraded)
    with upgraded.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_coverage_one_primary"))
        connection.execute(text("CREATE UNIQUE INDEX ix_coverage_one_primary ON coverage (country)"))
    assert statements(upgraded) != statements(modelled)
    assert schema(upgraded) != schema(modelled)


# ---- a world goes down and up


def rows_of(store: Store, metadata: MetaData) -> Rows:
    with store.engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in metadata.sorted_tables
        }


def put(store: Store, metadata: MetaData, rows: Rows) -> None:
    with store.engine.execution_options(writes=True).begin() as connection:
        for table in metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(table.insert(), rows[table.name])


def counts(rows: Rows) -> dict[str, int]:
    return {name: len(found) for name, found in rows.items()}


def test_the_world_goes_down_and_up_again_with_every_row(world: World, house: Store):
    metadata = tables.metadata()
    rows = rows_of(world.database.main, metadata)
    assert counts(rows)["members"] > 20
    assert counts(rows)["audit_entries"] > 100
    migrate.upgrade(house)
    put(house, metadata, rows)
    for revision in reversed(revisions()[:-1]):
        migrate.downgrade(house, revision)
    migrate.upgrade(house)
    assert counts(rows_of(house, metadata)) == counts(rows)
    migrate.downgrade(house, "base")
    assert inspect(house.engine).get_table_names() == ["alembic_version"]
    migrate.upgrade(house)
    put(house, metadata, rows)
    assert counts(rows_of(house, metadata)) == counts(rows)
    assert migrate.check(house) == []


def test_why_money_was_moved_is_not_taken_from_under_its_signature(house: Store):
    migrate.upgrade(house)
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    metadata = tables.metadata()
    envelopes, entries = metadata.tables["envelopes"], metadata.tables["ledger_entries"]
    envelope = {"id": uuid.uuid4(), "office_id": uuid.uuid4(), "fund": "emergency", "year": 2026, "opened_at": at}
    entry: dict[str, Any] = {"envelope_id": envelope["id"], "kind": "allot", "cents": 100, "actor_id": uuid.uuid4()}
    entry |= {"at": at, "signer": b"-", "signature": b"-"}
    before = {"id": uuid.uuid4(), "number": 1, "previous": b"", "hash": b"1"}
    after = {"id": uuid.uuid4(), "number": 2, "previous": b"1", "hash": b"2", "reason": "The trials of Minsk."}
    with house.engine.execution_options(writes=True).begin() as connection:
        connection.execute(envelopes.insert(), envelope)
        connection.execute(entries.insert(), entry | before)
    migrate.downgrade(house, "0011")
    migrate.upgrade(house)
    with house.engine.execution_options(writes=True).begin() as connection:
        assert connection.execute(text("SELECT reason FROM ledger_entries")).scalars().all() == [""]
        connection.execute(entries.insert(), entry | after)
    with pytest.raises(ValueError, match="reasons that are signed"):
        migrate.downgrade(house, "0011")
    assert migrate.current(house) == revisions()[-1]
    assert rows_of(house, metadata)["ledger_entries"][1]["reason"] == "The trials of Minsk."


def test_a_second_signature_after_a_step_back_is_never_thrown_away(house: Store):
    migrate.upgrade(house)
    at, metadata, grant_id, one = datetime(2026, 11, 1, 9, tzinfo=UTC), tables.metadata(), uuid.uuid4(), Decimal(1)
    steps = metadata.tables["grant_steps"]
    grant = {"id": grant_id, "folder_id": uuid.uuid4(), "version": 1, "office_id": uuid.uuid4(), "opened_at": at}
    step: dict[str, Any] = {"grant_id": grant_id, "at": at, "currency": "EUR", "amount": one, "rate": one}
    step |= {"rate_month": "", "cents": 100, "payee": b"-", "texts": b"-", "signer": b"-", "signature": b"-"}
    told = [
        ("submit", "draft", "submitted", "request", "officer"),
        ("ask", "submitted", "submitted", "-", "head"),
        ("stop", "submitted", "paid", "-", "head"),
        ("ask_back", "paid", "recovery", "-", "finance"),
        ("countersign", "recovery", "recovery", "countersign", "finance"),
    ]
    names = ("act", "state_before", "state_after", "duty", "capacity")
    with house.engine.execution_options(writes=True).begin() as connection:
        connection.execute(metadata.tables["grants"].insert(), grant | {"sealed_file": b"sealed"})
        for number, moved in enumerate(told, 1):
            chain = {"number": number, "previous": str(number - 1).encode(), "hash": str(number).encode()}
            here = dict(zip(names, moved, strict=True)) | {"id": uuid.uuid4(), "actor_id": uuid.uuid4()}
            connection.execute(steps.insert(), step | chain | here)
    before = statements(house) if house.engine.dialect.name == "sqlite" else {}
    with pytest.raises(ValueError, match="stepped back"):
        migrate.downgrade(house, "0012")
    assert migrate.current(house) == revisions()[-1]
    assert [row["number"] for row in rows_of(house, metadata)["grant_steps"]] == [1, 2, 3, 4, 5]
    assert before == (statements(house) if house.engine.dialect.name == "sqlite" else {})


def test_the_revisions_stand_in_one_line():
    assert revisions() == [f"{number:04}" for number in range(1, len(revisions()) + 1)]


def test_what_was_put_away_for_everybody_is_put_away_by_each_and_comes_back_so(world: World, house: Store):
    metadata = tables.metadata()
    rows = rows_of(world.database.main, metadata)
    offices, notice = world.demonstration.offices, uuid.uuid4()
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    cairo = {"id": notice, "folder_id": uuid.uuid4(), "version": 1, "office_id": offices["DEL_EGY"], "sent_at": at}
    rows["notices"] = [cairo | {"sealed_file": b"sealed"}]
    staff = {row["member_id"] for row in rows["seats"] if row["office_id"] == offices["DEL_EGY"]}
    rows["notice_readings"] = [{"notice_id": notice, "member_id": member, "read_at": at} for member in staff]
    migrate.upgrade(house)
    put(house, metadata, rows)
    migrate.downgrade(house, "0001")
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notices WHERE put_away_at IS NOT NULL")).scalar() == 1
    migrate.upgrade(house)
    again = rows_of(house, metadata)["notice_readings"]
    assert {(row["member_id"], row["read_at"]) for row in again} == {(member, at) for member in staff}
