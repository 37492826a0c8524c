"""The trial that most tests act on: of one file of Cairo's; and a file that is no part of it."""

from __future__ import annotations

import pytest

from tests.cases.acting import Filed
from tests.trials.trying import OFFICER, Tried
from tests.world import World


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal")


@pytest.fixture
def other(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Karim Namudhaj")


@pytest.fixture
def tried(world: World, file: Filed) -> Tried:
    return Tried(world, [file])
