"""The lists that grants choose from, as `config/grants.toml` has them. Pure."""

from __future__ import annotations

from pathlib import Path

from hrd_cases.cases.codes import Codes, read
from hrd_cases.settings import CONFIG


def load(path: Path = CONFIG / "grants.toml") -> Codes:
    return read(path.read_text(encoding="utf-8"), "config/grants.toml")


CODES = load()
