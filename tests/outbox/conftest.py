"""A mail server and an address book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
def clock() -> Clock:
    return Clock()
