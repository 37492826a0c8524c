"""The sample world for tests, on SQLite: entered once per test process, copied for each test.

What several tests let happen in it first is done once per process too: `already`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import update

from hrd_cases import demo, logs, tables
from hrd_cases.accounts.models import SessionRow
from hrd_cases.app import create_app
from hrd_cases.db import Database
from hrd_cases.door import guards
from hrd_cases.door.house import House
from hrd_cases.errors import NotSignedIn
from hrd_cases.vault import passphrase
from hrd_cases.vault.slots import for_strangers
from tests.compiled import compiled_once
from tests.postgres import Cluster
from tests.scriptless import BASE, Browser
from tests.throw_away import throw_away_settings

__all__ = ["BASE", "Browser"]


def cairo_day() -> date:
    """The day it is in Cairo, where most offices of these tests lie. UTC's is another one for two hours."""
    return datetime.now(ZoneInfo("Africa/Cairo")).date()


@dataclass
class World:
    """A running world: `client(name)` is a browser where that member is signed in, `acting(name)` their transaction."""

    app: Flask
    house: House
    demonstration: demo.Demonstration

    @property
    def database(self) -> Database:
        return self.house.database

    def acting(self, sign_in: str) -> Any:
        return self.demonstration.acting(sign_in)

    def client(self, sign_in: str | None = None) -> Browser:
        client = self.app.test_client()
        if sign_in is not None:
            client.set_cookie(guards.COOKIE, self.demonstration.cookies[sign_in], domain="127.0.0.1", secure=True)
        return Browser(self.app, client)


@dataclass
class _Kept:
    """A world on SQLite that tests begin with."""

    home: Path
    demonstration: demo.Demonstration
    entered_at: float = field(default_factory=time.monotonic)

    def copied_to(self, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.home, home)

    def have_just_entered(self, copied: demo.Demonstration) -> None:
        """However long ago this was kept: nobody has idled, and everybody's second factor is fresh."""
        if time.monotonic() - self.entered_at > FRESH_SECONDS:
            _have_just_entered(copied)
            copied.database.dispose()
            shutil.rmtree(self.home)
            shutil.copytree(copied.house.settings.home, self.home)
            self.entered_at = time.monotonic()


FRESH_SECONDS = 10
_kept: dict[str, _Kept] = {}
_template: dict[str, Any] = {}


class _Lent:
    """An application over one place, which the tests of this process are lent one after the other.

    What makes a test its own lies in that place, and is put there anew for each. An application costs as much as a page
    and has nothing of a test in it; its statements and templates stay compiled.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.house: House = app.extensions["hrd_cases"]
        self._views = dict(app.view_functions)

    def begins_again(self) -> None:
        """What starting it has set in this process, which another application may have set since."""
        settings = self.house.settings
        passphrase.slots(settings.home / "slots", strangers=for_strangers(settings.workers))
        logs.start(settings)

    def is_as_it_was(self) -> bool:
        return self.app.extensions["hrd_cases"] is self.house and self.app.view_functions == self._views


_lent: dict[str, _Lent] = {}


@pytest.fixture
def own_application() -> Iterator[None]:
    """Ask for this (`usefixtures`) before `world` where a test adds to the application."""
    _lent.clear()
    yield
    _lent.clear()


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample world on SQLite: offices, staff, charters and circles; nobody's session has ended."""
    if "world" not in _kept:
        home = tmp_path_factory.mktemp("world")
        app = _application(home)
        with app.test_request_context("/"), force_locale("en"):
            entered = demo.enter(app.extensions["hrd_cases"])
        entered.database.dispose()
        _kept["world"] = _Kept(home, entered)
    kept = _kept["world"]
    if "world" not in _lent:
        home = tmp_path_factory.mktemp("here") / "home"
        kept.copied_to(home)
        _lent["world"] = _Lent(_application(home, tables_exist=True))
    else:
        kept.copied_to(_lent["world"].house.settings.home)
    lent = _lent["world"]
    copied = _copied(kept.demonstration, lent.house)
    kept.have_just_entered(copied)
    yield from _running("world", lent, copied)


def already(world: World, happened: Callable[[World], object], factory: pytest.TempPathFactory) -> World:
    """This world, as it is after something happened in it: once per test process, then copied."""
    home, name = world.house.settings.home, f"{happened.__module__}.{happened.__qualname__}"
    if name not in _kept:
        happened(world)
        world.database.dispose()
        kept = shutil.copytree(home, factory.mktemp("already") / "home")
        _kept[name] = _Kept(kept, _copied(world.demonstration, world.house))
        return world
    kept_one = _kept[name]
    world.database.dispose()
    kept_one.copied_to(home)
    again = replace(world, demonstration=_copied(kept_one.demonstration, world.house))
    kept_one.have_just_entered(again.demonstration)
    return again


@pytest.fixture
def world_on_postgres(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[World]:
    """The sample world on PostgreSQL, for tests that are about the database."""
    if "postgres" not in _template:
        urls = postgres.fresh(tables.metadata()), postgres.fresh(tables.shred_metadata())
        app = create_app(throw_away_settings(tmp_path / "home", database_url=urls[0], shred_url=urls[1]))
        with app.test_request_context("/"), force_locale("en"):
            entered = demo.enter(app.extensions["hrd_cases"])
        app.extensions["hrd_cases"].database.dispose()
        secrets = shutil.copytree(tmp_path / "home", tmp_path.parent / "postgres-home")
        _template["postgres"] = (urls, entered, secrets)
    urls, entered, secrets = _template["postgres"]
    if "postgres" not in _lent:
        home = shutil.copytree(secrets, tmp_path_factory.mktemp("here") / "home")
        main, shred = postgres.copy(urls[0]), postgres.copy(urls[1])
        settings = throw_away_settings(home, database_url=main, shred_url=shred)
        _lent["postgres"] = _Lent(compiled_once(create_app(settings)))
    else:
        settings = _lent["postgres"].house.settings
        main, shred = postgres.copy(urls[0], settings.database_url), postgres.copy(urls[1], settings.shred_url)
        shutil.rmtree(settings.home)
        shutil.copytree(secrets, settings.home)
    lent = _lent["postgres"]
    copied = _copied(entered, lent.house)
    _have_just_entered(copied)
    yield from _running("postgres", lent, copied)
    for url in (main, shred):
        postgres.drop(url)


def _copied(entered: demo.Demonstration, house: House) -> demo.Demonstration:
    return demo.Demonstration(
        house, entered.world, dict(entered.offices), dict(entered.members), dict(entered.cookies), dict(entered.words)
    )


def _running(name: str, lent: _Lent, copied: demo.Demonstration) -> Iterator[World]:
    lent.begins_again()
    with lent.app.app_context():
        yield World(lent.app, copied.house, copied)
    copied.database.dispose()
    if not lent.is_as_it_was():
        _lent.pop(name, None)


def _have_just_entered(entered: demo.Demonstration) -> None:
    now = datetime.now(UTC)
    with entered.database.main.writing() as session:
        session.execute(update(SessionRow).values(seen_at=now))
        for cookie in entered.cookies.values():
            with suppress(NotSignedIn), entered.sessions.holding(session, cookie) as held:
                held.second_factor_at = now


def _application(home: Path, *, tables_exist: bool = False) -> Flask:
    settings = throw_away_settings(home)
    if not tables_exist:
        database = Database(settings.database_url, settings.shred_url)
        tables.metadata().create_all(database.main.engine)
        tables.shred_metadata().create_all(database.shred.engine)
        database.dispose()
    return compiled_once(create_app(settings))
