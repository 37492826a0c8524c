"""/healthz and /readyz: whether this node may get work, in a word, and nothing about what it runs on."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from hrd_cases import migrate
from hrd_cases.app import create_app
from hrd_cases.db import Database, Store
from hrd_cases.outbox import watch
from hrd_cases.settings import Settings
from tests.conftest import throw_away_settings


@pytest.fixture
def installed(tmp_path: Path, engine_url: str) -> Settings:
    """Settings of an installation at this code's schema, once on each engine."""
    settings = replace(throw_away_settings(tmp_path / "home"), database_url=engine_url)
    stores = Database(settings.database_url, settings.shred_url)
    migrate.prepare(stores)
    stores.dispose()
    return settings


@pytest.fixture
def node(installed: Settings) -> Flask:
    return create_app(installed)


def asked(node: Flask, path: str) -> tuple[int, str]:
    answer = node.test_client().get(path)
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    node.extensions["hrd_cases"].database.dispose()
    return answer.status_code, answer.text


def beat(settings: Settings, at: datetime) -> None:
    store = Store(settings.database_url)
    with store.writing() as session:
        watch.beat(session, uuid.uuid4(), at)
    store.dispose()


def test_a_node_is_ready_with_its_schema_and_a_scheduler(node: Flask, installed: Settings):
    assert asked(node, "/readyz") == (503, "scheduler\n")
    beat(installed, datetime.now(UTC))
    assert asked(node, "/readyz") == (200, "ready\n")


def test_a_scheduler_that_fell_silent_is_missed(node: Flask, installed: Settings):
    beat(installed, datetime.now(UTC) - watch.PATIENCE - timedelta(seconds=1))
    assert asked(node, "/readyz") == (503, "scheduler\n")


def test_a_schema_that_is_behind_is_said(node: Flask, installed: Settings):
    beat(installed, datetime.now(UTC))
    store = Store(installed.database_url)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    store.dispose()
    assert asked(node, "/readyz") == (503, "migrations\n")


def test_a_database_that_is_away_is_said_and_the_process_still_lives(tmp_path: Path):
    away = replace(throw_away_settings(tmp_path), database_url="postgresql+psycopg://hrd@127.0.0.1:9/none")
    node = create_app(away)
    assert asked(node, "/readyz") == (503, "database\n")
    assert asked(node, "/healthz") == (200, "ok\n")


def test_a_stranger_s_cookie_changes_nothing(node: Flask, installed: Settings):
    beat(installed, datetime.now(UTC))
    client = node.test_client()
    client.set_cookie("__Host-session", "A" * 43, domain="localhost", secure=True)
    assert client.get("/readyz", base_url="https://localhost").status_code == 200
    node.extensions["hrd_cases"].database.dispose()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_version_and_no_part_is_named(node: Flask, installed: Settings, path: str):
    beat(installed, datetime.now(UTC))
    answer = node.test_client().get(path)
    said = f"{answer.text}\n{answer.headers}".lower()
    for part in ("flask", "werkzeug", "sqlalchemy", "cryptography", "granian"):
        assert part not in said
        assert version(part) not in said
    assert "python" not in said
    assert str(migrate.head()) not in answer.text
    node.extensions["hrd_cases"].database.dispose()
