from __future__ import annotations

import pytest

from hrd_cases.audit import verify


@pytest.fixture(autouse=True)
def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house of these tests has a trail and rows, and none of the keys and charters that a whole one has: that those
    are there is asked in tests/attacks/test_destruction_is_found.py.
    """
    for place in verify.STRUCTURE:
        monkeypatch.delitem(verify.CHECKS, place)
