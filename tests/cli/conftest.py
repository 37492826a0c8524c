"""An operator at the shell: `shell("office", "list")` runs the command in a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hrd_cases.cli import main
from hrd_cases.db import Database
from hrd_cases.settings import load_settings

Shell = Callable[..., Result]
FOUNDERS = ("--head", "head1.hq", "--head", "head2.hq", "--custodian", "keeper1.hq", "--custodian", "keeper2.hq")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this shell's installation will be."""
    monkeypatch.setenv("HRD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def shell(home: Path) -> Shell:
    runner = CliRunner()

    def run(*words: str, answers: str = "") -> Result:
        return runner.invoke(main, words, input=answers, catch_exceptions=False)

    return run


@pytest.fixture
def begun(shell: Shell) -> Shell:
    """The shell of a real installation that has just begun."""
    result = shell("init", "--seat", "Brussels", "--zone", "Europe/Brussels", *FOUNDERS)
    assert result.exit_code == 0, result.output
    return shell


@pytest.fixture
def database(begun: Shell) -> Iterator[Database]:
    """The stores of that installation."""
    settings = load_settings()
    stores = Database(settings.database_url, settings.shred_url)
    yield stores
    stores.dispose()
