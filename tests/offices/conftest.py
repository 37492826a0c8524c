"""What tests of the offices room ask for."""

import pytest

from tests.offices.people import Places
from tests.world import World


@pytest.fixture
def at(world: World) -> Places:
    return Places(world)
