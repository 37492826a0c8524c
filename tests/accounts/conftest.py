"""A clock that tests move by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture
def clock(world: object) -> Iterator[time_machine.Traveller]:
    """The time stands still at now; `clock.shift(seconds)` moves it."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller
