"""The vault alone: no application stands around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrd_cases.vault import passphrase


@pytest.fixture(autouse=True)
def slots_of_its_own(tmp_path: Path) -> None:
    """An application of an earlier test named its own directory, which went with that test."""
    passphrase.slots(tmp_path / "slots")
