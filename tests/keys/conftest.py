from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrd_cases.db import Database
from tests.conftest import main_metadata, shred_metadata
from tests.keys.cast import Cast, forget_everything
from tests.postgres import Cluster

_entered: dict[str, tuple[str, str, Cast]] = {}
"""By engine: the two stores of a house that was entered once, and what its members know."""


@pytest.fixture
def cairo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cast]:
    """Headquarters with three heads and two custodians, and the office of Cairo with its circles made and handed over.

    On SQLite; a module or a test that is about the database asks for both by `ON_BOTH`.
    """
    if getattr(request, "param", "sqlite") == "postgres":
        yield from _on_postgres(request.getfixturevalue("postgres"))
        return
    if "sqlite" not in _entered:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        home = factory.mktemp("cairo")
        cast = _entered_house(_sqlite(home))
        cast.database.dispose()
        _entered["sqlite"] = (str(home), "", cast)
    made_in, _, entered = _entered["sqlite"]
    shutil.copytree(made_in, tmp_path / "cairo")
    database = Database(*_urls(tmp_path / "cairo"))
    yield Cast(database, copy.deepcopy(entered.pins), copy.deepcopy(entered.seeds), entered.root)
    database.dispose()


def _urls(home: Path) -> tuple[str, str]:
    return f"sqlite:///{home / 'main.db'}", f"sqlite:///{home / 'shred.db'}"


def _sqlite(home: Path) -> Database:
    database = Database(*_urls(home))
    main_metadata().create_all(database.main.engine)
    shred_metadata().create_all(database.shred.engine)
    return database


def _entered_house(database: Database) -> Cast:
    forget_everything()
    cast = Cast(database).found()
    cast.open_office()
    cast.comes_in("head", "officer", "deputy", "finance", "head", "officer")
    assert cast.circle()[1] == 1
    return cast


def _on_postgres(cluster: Cluster) -> Iterator[Cast]:
    if "postgres" not in _entered:
        urls = cluster.fresh(main_metadata()), cluster.fresh(shred_metadata())
        database = Database(*urls)
        cast = _entered_house(database)
        database.dispose()
        _entered["postgres"] = (*urls, cast)
    main, shred, entered = _entered["postgres"]
    urls = cluster.copy(main), cluster.copy(shred)
    database = Database(*urls)
    yield Cast(database, copy.deepcopy(entered.pins), copy.deepcopy(entered.seeds), entered.root)
    database.dispose()
    for url in urls:
        cluster.drop(url)
