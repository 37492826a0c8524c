"""Every table of the house in one place. A room that has tables keeps them in its `models` module."""

from __future__ import annotations

import importlib
from pathlib import Path

from sqlalchemy import MetaData

from hrd_cases.keys.models import ShredBase
from hrd_cases.records import Base

_ROOMS = Path(__file__).parent


def metadata() -> MetaData:
    """The main store's whole schema: imports each room's `models` first."""
    for path in sorted(_ROOMS.rglob("models.py")):
        importlib.import_module(".".join(("hrd_cases", *path.relative_to(_ROOMS).with_suffix("").parts)))
    return Base.metadata


def shred_metadata() -> MetaData:
    """The shred store's schema: one table, made once and never migrated."""
    return ShredBase.metadata
