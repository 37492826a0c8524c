"""What every test may ask for: settings, stores on both engines, a browser. Tests reach loopback only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page
from sqlalchemy import MetaData

from hrd_cases.db import Database, Store
from hrd_cases.settings import Settings
from tests import browser as browsers
from tests import compiled
from tests import postgres as clusters
from tests.served import Serving
from tests.throw_away import throw_away_settings  # this keeps the process on loopback too

__all__ = ["throw_away_settings"]
pytest_plugins = ["tests.world"]
ENGINES = ("sqlite", "postgres")
_slow_allowed = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=_slow_allowed)
hypothesis_settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_slow_allowed
)
hypothesis_settings.register_profile("long", max_examples=5_000, deadline=None, suppress_health_check=_slow_allowed)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))

compiled.addresses_compiled_once()
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3  # bytes


def pytest_configure(config: pytest.Config) -> None:
    """Databases lie in memory where there is room: the tests would mostly wait for a disk that syncs every commit."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    if (place := compiled.begin()) is not None:
        config.add_cleanup(lambda: compiled.end(place))


# Half a minute and more each. A worker that began one of these last would leave the others with nothing to do.
LONGEST = (
    "tests/journeys/test_every_page.py",
    "tests/trials/test_hearings_killed.py",
    "tests/cases/test_case_looks.py",
    "tests/cases/test_first_look_looks.py",
    "tests/cases/test_list_looks.py",
    "tests/trials/test_hearing_looks.py",
    "tests/trials/test_trial_looks.py",
    "tests/cases/test_consent_looks.py",
    "tests/attacks/test_planted_case_values.py",
    "tests/cases/test_today_looks.py",
    "tests/cases/test_saves_at_once.py",
    "tests/trials/test_calendar_looks.py",
    "tests/journeys/test_first_days.py",
    "tests/journeys/test_case_files.py",
    "tests/trials/test_report_looks.py",
    "tests/cases/test_recording_looks.py",
    "tests/trials/test_share_looks.py",
    "tests/trials/test_trials_at_once.py",
    "tests/cards/test_at_once.py",
    "tests/platform/test_run.py",
    "tests/offices/test_looks.py",
    "tests/journeys/test_sign_in.py",
    "tests/journeys/test_recording.py",
    "tests/pages/test_looks.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first; the others stay in their order."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(LONGEST)))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their parameter's name: random ones would give each worker tests of other names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A throw-away SQLite installation, over plain http on loopback, whose passphrases cost next to nothing."""
    return throw_away_settings(tmp_path / "home")


@pytest.fixture(scope="session")
def postgres() -> Iterator[clusters.Cluster]:
    """A PostgreSQL cluster for this test process (0.8 s): `postgres.fresh(schema)` gives a database's URL."""
    with clusters.cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: clusters.Cluster) -> Iterator[str]:
    """An empty PostgreSQL database."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite database."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A main store with the house's tables, once on each engine."""
    with _made(request, main_metadata(), tmp_path / "main.db") as url:
        made = Store(url)
        yield made
        made.dispose()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Both stores with their tables, once on each engine."""
    with (
        _made(request, main_metadata(), tmp_path / "main.db") as main,
        _made(request, shred_metadata(), tmp_path / "shred.db") as shred,
    ):
        made = Database(main, shred)
        yield made
        made.dispose()


def main_metadata() -> MetaData:
    """The main store's schema, with the tables of every room."""
    from hrd_cases import tables  # the vault's own tests run without any table

    return tables.metadata()


def shred_metadata() -> MetaData:
    """The shred store's schema."""
    from hrd_cases import tables

    return tables.shred_metadata()


@contextmanager
def _made(request: pytest.FixtureRequest, schema: MetaData, path: Path) -> Iterator[str]:
    """The URL of a database with these tables, on the engine that the fixture's parameter names."""
    if request.param == "sqlite":
        yield _sqlite_copy(request, schema, path)
        return
    cluster: clusters.Cluster = request.getfixturevalue("postgres")
    url = cluster.fresh(schema)
    yield url
    cluster.drop(url)


_sqlite_templates: dict[int, Path] = {}


def _sqlite_copy(request: pytest.FixtureRequest, schema: MetaData, path: Path) -> str:
    key = hash((id(schema), len(schema.tables)))
    if key not in _sqlite_templates:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        template = factory.mktemp("template") / "template.db"
        made = Store(f"sqlite:///{template}")
        schema.create_all(made.engine)
        made.dispose()
        _sqlite_templates[key] = template
    shutil.copyfile(_sqlite_templates[key], path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """System Chromium, one per test module."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The real server over worlds, one per test process."""
    server = Serving(tmp_path_factory.mktemp("serving") / "server.log")
    yield server
    server.end()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A desktop page in a fresh context, scripts off."""
    width, height = browsers.DESKTOP
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": height})
    yield context.new_page()
    context.close()
