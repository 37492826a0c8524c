"""Migrations: all or nothing, no row lost, on both engines; models and revisions agree."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from hrd_cases import migrate
from hrd_cases.db import Store
from hrd_cases.errors import Unfit

OFFICES_AND_VISITS = """
def upgrade():
    op.create_table("office", sa.Column("id", sa.Integer, primary_key=True), sa.Column("seat", sa.Text))
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("office.id", ondelete="CASCADE"), nullable=False),
    )
    op.execute("INSERT INTO office VALUES (1, 'Cairo'), (2, 'Lima')")
    op.execute("INSERT INTO visit VALUES (1, 1), (2, 1), (3, 2)")

def downgrade():
    op.drop_table("visit")
    op.drop_table("office")
"""
REBUILDS_OFFICES = """
def upgrade():
    with op.batch_alter_table("office", recreate="auto") as batch:
        batch.alter_column("seat", existing_type=sa.Text, nullable=False)

def downgrade():
    pass
"""
LOSES_A_VISIT = """
def upgrade():
    op.add_column("visit", sa.Column("note", sa.Text))
    op.execute("DELETE FROM visit WHERE id = 3")
"""
DROPS_A_FULL_TABLE = """
def upgrade():
    op.drop_table("visit")
"""
LEAVES_A_VISIT_WITHOUT_OFFICE = """
def upgrade():
    op.execute("UPDATE visit SET office_id = 9 WHERE id = 3")
"""


@pytest.fixture
def house(engine_url: str) -> Iterator[Store]:
    store = Store(engine_url)
    yield store
    store.dispose()


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`revisions(a, b, …)`: revisions r1, r2, … with these bodies stand in for the house's own."""
    own = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, own, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    (own / "versions").mkdir()
    monkeypatch.setattr(migrate, "MIGRATIONS", own)

    def write(*bodies: str) -> None:
        migrate.head.cache_clear()
        for number, body in enumerate(bodies, 1):
            before = repr(f"r{number - 1}") if number > 1 else None
            head = (
                f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'r{number}'\ndown_revision = {before}\n"
            )
            (own / "versions" / f"r{number}.py").write_text(head + body)

    yield write
    migrate.head.cache_clear()


def rows(store: Store, name: str) -> int:
    with store.reading() as session:
        return session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()


def test_a_database_is_behind_until_it_is_upgraded(house: Store, revisions):
    revisions(OFFICES_AND_VISITS, REBUILDS_OFFICES)
    assert migrate.current(house) is None
    assert migrate.behind(house)
    migrate.upgrade(house, "r1")
    assert migrate.behind(house)
    migrate.upgrade(house)
    assert migrate.current(house) == "r2"
    assert not migrate.behind(house)


def test_upgrading_twice_changes_nothing(house: Store, revisions):
    revisions(OFFICES_AND_VISITS)
    migrate.upgrade(house)
    migrate.upgrade(house)
    assert rows(house, "visit") == 3


def test_rebuilding_a_table_keeps_the_rows_that_point_at_it(house: Store, revisions):
    revisions(OFFICES_AND_VISITS, REBUILDS_OFFICES)
    migrate.upgrade(house)
    assert (rows(house, "office"), rows(house, "visit")) == (2, 3)


def test_foreign_keys_hold_again_after_a_migration(house: Store, revisions):
    revisions(OFFICES_AND_VISITS)
    migrate.upgrade(house)
    with house.writing() as session:
        session.execute(text("DELETE FROM office WHERE id = 1"))
    assert rows(house, "visit") == 1


@pytest.mark.parametrize("unfit", [LOSES_A_VISIT, DROPS_A_FULL_TABLE], ids=["deletes", "drops"])
def test_a_migration_that_loses_rows_changes_nothing(house: Store, revisions, unfit: str):
    revisions(OFFICES_AND_VISITS, unfit)
    migrate.upgrade(house, "r1")
    with pytest.raises(Unfit, match="would lose rows of visit"):
        migrate.upgrade(house)
    assert (migrate.current(house), rows(house, "visit")) == ("r1", 3)
    assert [column["name"] for column in inspect(house.engine).get_columns("visit")] == ["id", "office_id"]


def test_a_migration_that_leaves_a_row_pointing_at_nothing_changes_nothing(sqlite_url: str, revisions):
    house = Store(sqlite_url)
    revisions(OFFICES_AND_VISITS, LEAVES_A_VISIT_WITHOUT_OFFICE)
    migrate.upgrade(house, "r1")
    with pytest.raises(Unfit, match="rows of visit pointing at nothing"):
        migrate.upgrade(house)
    assert migrate.current(house) == "r1"
    house.dispose()


def test_going_back_removes_the_tables(house: Store, revisions):
    revisions(OFFICES_AND_VISITS)
    migrate.upgrade(house)
    migrate.downgrade(house, "base")
    assert inspect(house.engine).get_table_names() == ["alembic_version"]


def test_a_draft_brings_the_database_to_the_models(house: Store, revisions):
    revisions()
    path = Path(migrate.draft(house, "The first tables"))
    migrate.head.cache_clear()
    assert path.name == "0001_the_first_tables.py"
    assert "hrd_cases" not in path.read_text()
    assert "# ###" not in path.read_text()
    migrate.upgrade(house)
    assert (migrate.check(house), migrate.current(house)) == ([], "0001")
    assert Path(migrate.draft(house, "And the next")).name == "0002_and_the_next.py"
    migrate.downgrade(house, "base")


def test_the_house_s_revisions_make_the_models_tables(house: Store):
    migrate.upgrade(house)
    assert migrate.check(house) == []
