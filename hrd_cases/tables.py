"""Every table of the house in one place: `metadata` after every room's `models` has been imported."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from hrd_cases.records import Base

_ROOMS = Path(__file__).parent


def metadata() -> MetaData:
    """The main store's whole schema: imports each `models` module of the house first."""
    for path in sorted(_ROOMS.glob("*/models.py")):
        importlib.import_module(f"hrd_cases.{path.parent.name}.models")
    if (_ROOMS / "audit.py").exists():
        importlib.import_module("hrd_cases.audit")
    return Base.metadata
