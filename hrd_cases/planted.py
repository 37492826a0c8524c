"""SQLite takes any value into any column. What whoever holds the file planted there must not end a page.

Each column type reads what it cannot be into a value that means as little as possible: bytes that fail every check, an
id of nothing, a moment long ago, the number -1. The row then fails where it is used, and only there; every other row of
the query stands. PostgreSQL refuses such values itself, but for moments that Python does not have (`read_endless`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy
from psycopg import DataError
from psycopg.types.datetime import DateLoader, TimestamptzLoader
from sqlalchemy import Date, DateTime, Integer, LargeBinary, String, Uuid
from sqlalchemy.dialects.sqlite import DATE, DATETIME, JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Read = Callable[[Any], Any]
LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001 - as the driver gives it: db.UtcDateTime knows that it is UTC
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, DataError)


def _or(read: Read, otherwise: Read) -> Read:
    def process(value: Any) -> Any:
        try:
            return read(value)
        except UNREADABLE:
            return otherwise(value)

    return process


def _bytes(value: Any) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _whole(value: Any) -> int | None:
    return value if value is None or isinstance(value, int) else -1


@lru_cache(maxsize=20_000)  # a page reads the same few hundred over and over
def _id(value: Any) -> uuid.UUID | None:
    return uuid.UUID(value) if value is not None else None


def _nobody(value: Any) -> uuid.UUID:
    """An id of nothing; two planted values keep two ids."""
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(value))


def _none(_value: Any) -> None:
    return None


class _Blob(LargeBinary):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        return _bytes


class _Text(String):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        return _text


class _Whole(Integer):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        return _whole


class _Id(Uuid[Any]):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        return _or(_id, _nobody)


class _Instant(DATETIME):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        read: Any = super().result_processor(dialect, coltype)
        return _or(read, lambda _: LONG_AGO)


class _Day(DATE):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        read: Any = super().result_processor(dialect, coltype)
        return _or(read, lambda _: LONG_AGO.date())


class _Json(JSON):
    def result_processor(self, dialect: Any, coltype: Any) -> Read:
        read: Any = super().result_processor(dialect, coltype)
        return _or(read, _none)


class _Moment(TimestamptzLoader):
    def load(self, data: Any) -> datetime:
        return cast(datetime, _or(super().load, lambda _: LONG_AGO.replace(tzinfo=UTC))(data))


class _Date(DateLoader):
    def load(self, data: Any) -> date:
        return cast(date, _or(super().load, lambda _: LONG_AGO.date())(data))


def read_endless(connection: Any, _record: Any) -> None:
    """PostgreSQL has moments and days without end, and beyond the year 9999, which Python has not: they read as long
    ago, as on SQLite.
    """
    connection.adapters.register_loader("timestamptz", _Moment)
    connection.adapters.register_loader("date", _Date)


COLUMN_TYPES: dict[type[Any], type[Any]] = {
    LargeBinary: _Blob,
    String: _Text,
    Integer: _Whole,
    Uuid: _Id,
    DateTime: _Instant,
    Date: _Day,
    sqlalchemy.JSON: _Json,
}


class AsItStands(FunctionElement[str]):
    """What a column holds, also where that is no value of its type: to find again a row whose id is none."""

    type = String()
    inherit_cache = True


def as_it_should_stand(name: uuid.UUID) -> str:
    """An id of ours on SQLite."""
    return "text" + name.hex.encode().hex().upper()


@compiles(AsItStands, "sqlite")
def _on_sqlite(element: AsItStands, compiler: Any, **given: Any) -> str:
    column = compiler.process(element.clauses, **given)
    return f"(typeof({column}) || hex({column}))"  # a text and the bytes of it are two values there


@compiles(AsItStands, "postgresql")
def _on_postgresql(element: AsItStands, compiler: Any, **given: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **given)} AS TEXT)"
