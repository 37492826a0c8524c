"""Every desk of the case file, for the composition root."""

from __future__ import annotations

from hrd_cases.cases import openers  # noqa: F401 - registers how rows are opened
from hrd_cases.door.desk import Desk

CASE_DESKS: tuple[Desk, ...] = ()
