from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrd_cases.db import Database
from hrd_cases.keys.models import ShredBase
from hrd_cases.records import Base
from tests.cards.house import House
from tests.conftest import ENGINES, _made


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A circle without cards, once on each engine."""
    for room in ("audit", "cards", "keys"):  # the rooms below: cards need no other's tables
        importlib.import_module(f"hrd_cases.{room}.models")
    with (
        _made(request, Base.metadata, tmp_path / "main.db") as main,
        _made(request, ShredBase.metadata, tmp_path / "shred.db") as shred,
    ):
        database = Database(main, shred)
        yield House(database).found()
        database.dispose()
