"""Logs hold no content: not by a careless key, an exception, another package, or a line break."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hrd_cases import logs
from hrd_cases.db import Store
from hrd_cases.settings import Settings

CANARY = "Amina Example, cell 4"


class Book:
    """What the logs said."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def book(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    yield from kept(settings, monkeypatch)


@pytest.fixture
def console(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    yield from kept(replace(settings, log_format="console"), monkeypatch)


def kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    book = Book()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", book.stream)
    logs.start(settings)
    yield book
    structlog.reset_defaults()
    root.handlers[:], root.level = before, level


def test_an_event_is_one_line_with_its_fields(book: Book):
    structlog.get_logger().info("mail sent", attempt=2, seconds=0.5, job="tick", request=UUID(int=7))
    [line] = book.lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "event": "mail sent",
        "level": "info",
        "attempt": 2,
        "seconds": 0.5,
        "job": "tick",
        "request": "00000000-0000-0000-0000-000000000007",
    }


@pytest.mark.parametrize(
    "key", ["name", "body", "form", "path", "member", "address", "sql", "params", "message", "query"]
)
def test_a_key_that_is_not_allowed_is_withheld_and_counted(book: Book, key: str):
    structlog.get_logger().warning("refused", **{key: CANARY, "status": 409})
    [line] = book.lines()
    assert (line["status"], line["withheld"]) == (409, 1)
    assert CANARY not in book.stream.getvalue()


@pytest.mark.parametrize("value", [{"who": CANARY}, [CANARY], CANARY.encode(), ValueError(CANARY)])
def test_a_value_with_an_inside_only_says_what_it_is(book: Book, value: object):
    structlog.get_logger().info("looked", job=value)
    assert CANARY not in book.stream.getvalue()
    assert book.lines()[0]["job"] == f"<{type(value).__name__}>"


def test_an_exception_leaves_its_type_and_its_way_only(book: Book):
    def open_case(who: str) -> None:
        raise KeyError(who)

    try:
        open_case(CANARY)
    except KeyError:
        structlog.get_logger().exception("the page failed", route="cases.open")
    [line] = book.lines()
    assert line["error"] == "KeyError"
    assert "tests/platform/test_logs.py:" in line["where"]
    assert line["where"].endswith(" open_case")
    assert CANARY not in book.stream.getvalue()


def test_a_failed_statement_tells_no_parameter(book: Book, store: Store):
    insert = text("INSERT INTO persons VALUES (:name)")
    with store.writing() as session:
        session.execute(text("CREATE TABLE persons (name text PRIMARY KEY)"))
        session.execute(insert, {"name": CANARY})
    with store.writing() as session, pytest.raises(IntegrityError) as failed:
        session.execute(insert, {"name": CANARY})
    structlog.get_logger().error("not saved", exc_info=failed.value)
    logging.getLogger("sqlalchemy.engine").error("failed", exc_info=failed.value)
    assert CANARY not in book.stream.getvalue()
    assert [line["error"] for line in book.lines()] == ["IntegrityError", "IntegrityError"]


def test_another_package_s_line_tells_where_but_not_what(book: Book):
    logging.getLogger("apscheduler").warning("Job %s missed", CANARY)
    logging.getLogger("werkzeug").error("GET /cases/%s", CANARY)
    for line in book.lines():
        assert line["event"] == "a library wrote a line"
        assert line["where"].startswith("test_logs:")
    assert [line["library"] for line in book.lines()] == ["apscheduler", "werkzeug"]
    assert CANARY not in book.stream.getvalue()


def test_the_web_server_s_own_lines_are_told_but_not_its_access_log(book: Book):
    logging.getLogger("_granian").warning("Killing worker-1")
    logging.getLogger("granian.access").warning(CANARY)
    assert [line["event"] for line in book.lines()] == ["Killing worker-1"]


@pytest.mark.parametrize(
    "planted", ["a\n2026 error forged", "a\r\nb", "\x1b[2J", "a\u2028b", "a\x00b", "\u202egnitrow"]
)
@pytest.mark.parametrize("format_", ["book", "console"])
def test_nobody_writes_a_second_line_or_moves_the_cursor(request: pytest.FixtureRequest, format_: str, planted: str):
    stream = request.getfixturevalue(format_).stream
    structlog.get_logger().info(planted, route=planted)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().rstrip("\n").isprintable()


def test_a_long_text_is_cut(book: Book):
    structlog.get_logger().info("x", route="y" * 5000)
    assert len(book.lines()[0]["route"]) == logs.LONGEST + 1


def test_what_is_below_the_level_is_not_said(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    for book in kept(replace(settings, log_level="warning"), monkeypatch):
        structlog.get_logger().info("quiet")
        logging.getLogger("alembic").info("quiet")
        structlog.get_logger().warning("loud")
        assert [line["event"] for line in book.lines()] == ["loud"]


def test_the_console_shows_the_same_on_a_line(console: Book):
    structlog.get_logger().info("mail sent", attempt=2, job="tick")
    assert console.stream.getvalue().endswith('info     mail sent attempt=2 job="tick"\n')
