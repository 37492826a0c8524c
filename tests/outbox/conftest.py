"""A mail server and an address book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hrd_cases.outbox import plan
from tests.outbox.cast import Clock, People
from tests.outbox.sink import Sink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path) as running:
        yield running


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still, also for planning: by the real one, a minute may begin before all are planned."""
    stands_still = Clock()
    monkeypatch.setattr(plan, "utc_now", stands_still)
    return stands_still
