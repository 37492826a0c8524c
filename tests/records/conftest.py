from __future__ import annotations

from collections.abc import Iterator

import pytest

from hrd_cases.db import Store
from tests.conftest import ENGINES, _made
from tests.records.models import Files, metadata


@pytest.fixture(scope="module", params=ENGINES)
def records_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the sealed tables of these tests, once on each engine; the rows of earlier tests stay in it."""
    with _made(request, metadata, tmp_path_factory.mktemp("records") / "records.db") as url:
        store = Store(url)
        yield store
        store.dispose()


@pytest.fixture
def files(records_store: Store) -> Files:
    """A folder of its own in that store."""
    return Files(records_store)
