from __future__ import annotations

import pytest

from hrd_cases.db import Database
from tests.keys.cast import Cast, forget_everything


@pytest.fixture
def house(database: Database) -> Cast:
    """Headquarters founded by two of its three heads; two custodians."""
    forget_everything()
    return Cast(database).found()


@pytest.fixture
def cairo(house: Cast) -> Cast:
    """The same with the office of Cairo, whose circles are made and handed over."""
    house.open_office()
    house.comes_in("head", "officer", "deputy", "finance", "head", "officer")
    assert house.circle()[1] == 1
    return house
