"""What tests of the offices room ask for."""

import pytest

from tests.journeys.conftest import town
from tests.offices.people import Places
from tests.world import World

__all__ = ["at", "town"]


@pytest.fixture
def at(world: World) -> Places:
    return Places(world)
