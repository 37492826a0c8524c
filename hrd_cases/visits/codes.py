"""The lists that detention and visits choose from, as `config/detention.toml` has them. Pure."""

from __future__ import annotations

from pathlib import Path

from hrd_cases.cases.codes import Codes, read
from hrd_cases.settings import CONFIG


def load(path: Path = CONFIG / "detention.toml") -> Codes:
    return read(path.read_text(encoding="utf-8"), "config/detention.toml")


CODES = load()
