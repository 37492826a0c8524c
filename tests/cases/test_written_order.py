"""What entries say is written in the order of its fields. What was written yesterday is read today."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

KNOWN = Path(__file__).with_name("written_order.txt").read_text(encoding="utf-8").splitlines()
"""Module, struct, and its fields as they have been written. Add new ones at the end of their line; change none."""


@pytest.mark.parametrize("line", KNOWN, ids=[line.partition(":")[0] for line in KNOWN])
def test_fields_stay_where_they_were_and_new_ones_come_last(line: str) -> None:
    where, _, names = line.partition(": ")
    module, name = where.split()
    fields = getattr(import_module(f"hrd_cases.{module}"), name).__struct_fields__
    assert list(fields) == names.split()
