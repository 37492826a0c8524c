"""Engines, sessions and the write gate. SQLite is the embedded default, PostgreSQL the engine for many nodes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    String,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from hrd_cases import planted
from hrd_cases.calendar import is_zone

BUSY_SECONDS = 30
# Where no unattended process empties it every minute, whoever writes does when it has grown so long.
LONGEST_LOG = 16 * 1024 * 1024  # bytes
# Mended in 3.51.3, and in two older lines.
SOUND_SQLITE = (((3, 44, 6), (3, 45)), ((3, 50, 7), (3, 51)), ((3, 51, 3), (4,)))
Row = TypeVar("Row")
T = TypeVar("T")


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""No clock of ours shows a moment beyond. At the ends of what a datetime can be another zone's time is an error, and
one planted row would end whatever counts by it.
"""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and in UTC on both databases; a naive datetime is refused (ValueError). A moment that no clock
    can show reads as the nearest that one can.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime names no instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return min(max(value, EARLIEST), LATEST).astimezone(UTC)


class Words(TypeDecorator[list[str]]):
    """A list of words, kept as JSON. What is no such list reads as an empty one."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        return value if isinstance(value, list) and all(isinstance(word, str) for word in value) else []


class OneOf(TypeDecorator[str]):
    """One of these words. What is none reads as `otherwise`: the one that allows least."""

    impl = String
    cache_ok = True

    def __init__(self, words: Iterable[str], otherwise: str) -> None:
        super().__init__()
        self.words = frozenset(map(str, words))
        self.otherwise = str(otherwise)

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        return value if value in self.words else self.otherwise


class ZoneName(TypeDecorator[str]):
    """An IANA zone's name. What is none reads as UTC: a page shows its hours in some zone or not at all."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        return value if is_zone(value) else "UTC"


class WriteGate:
    """One writer at a time on SQLite: an exclusive flock held from before BEGIN IMMEDIATE until after COMMIT.

    SQLite's own busy handler polls and starves some writers for seconds; the kernel's queue does not. The write-ahead
    log is emptied behind the gate too, never by SQLite itself: a library before 3.51.3 may lose a write that begins
    while another process empties it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        if self._path is None:
            yield
            return
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


class HouseSession(Session):
    """Refuses what would pass by the seals of sealed rows (records.py): `merge` of one, and the bulk calls of old."""

    def merge(self, instance: Row, **options: Any) -> Row:
        if getattr(instance, "written_one_by_one", False):
            raise TypeError("a sealed row is not merged: load it and set what changed")
        return super().merge(instance, **options)

    def merge_all(self, instances: Iterable[Row], **options: Any) -> Sequence[Row]:
        return [self.merge(instance, **options) for instance in instances]

    def _refuse_bulk(self, *_: Any, **__: Any) -> None:
        raise TypeError("rows are added one by one, or by an insert statement")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _refuse_bulk


class Store:
    """One database: `reading()` and `writing()` give sessions; `writing()` commits unless an exception leaves it.

    `record` listeners (records.py) work on these sessions; `info` is copied into `Session.info`, beside the store.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        sqlite_file = self.url.database if self.url.get_backend_name() == "sqlite" else None
        self.gate = WriteGate(Path(sqlite_file + ".gate") if sqlite_file else None)
        self._log = Path(sqlite_file + "-wal") if sqlite_file else None
        self._in_vain_at = 0
        if sqlite_file:
            Path(sqlite_file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def reading(self, **info: Any) -> Iterator[Session]:
        """A session whose transaction is rolled back at the end: nothing it holds is written."""
        with HouseSession(self.engine, info=self._info(info), expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self, **info: Any) -> Iterator[Session]:
        """A session that holds the write gate from its first statement; committed and on the disk at the end, rolled
        back if an exception leaves the block. What is put together before that statement keeps nobody waiting.
        """
        with ExitStack() as gate:
            engine = self.engine.execution_options(
                writes=True, before_writing=partial(gate.enter_context, self.alone())
            )
            with HouseSession(engine, info=self._info(info), expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The only writer; at the end, what it committed lasts through a power cut.

        The disk is waited for after the gate is released (`PRAGMAS` let a commit return before), so that the next
        writer does its work meanwhile. It may see and build on what is not yet on the disk, but the log keeps their
        order: whatever lasts, all before it does.
        """
        with self.gate.held():
            yield
            self._shorten_log()
        self._wait_for_the_disk()

    def _wait_for_the_disk(self) -> None:
        if self._log is None:
            return
        with suppress(FileNotFoundError):  # nobody wrote yet, or the last connection closed and took it along
            log = os.open(self._log, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fdatasync(log)
            finally:
                os.close(log)

    def _shorten_log(self) -> None:
        """Where nobody else empties the log. While others read from it, that cannot be: then not before it has grown as
        much again, so that writers do not pay for it at every commit.
        """
        length = self._log_bytes()
        if length <= LONGEST_LOG + self._in_vain_at:
            return
        self._in_vain_at = length
        with suppress(sqlite3.Error, SQLAlchemyError):  # what was written is committed: this can wait
            self._in_vain_at = 0 if self._empty_log(0) else length

    def empty_log(self, patience: float = 0.2) -> bool:
        """Bring SQLite's write-ahead log into the database and cut it to nothing, so that no deleted row stays in it.

        False if somebody was still reading from it after `patience` seconds: another time, then.
        """
        if not self._log_bytes():
            return True
        with self.gate.held():
            return self._empty_log(patience)

    def _log_bytes(self) -> int:
        try:
            return self._log.stat().st_size if self._log else 0
        except FileNotFoundError:
            return 0

    def _empty_log(self, patience: float) -> bool:
        with closing(self.engine.raw_connection()) as pooled:
            driver: Any = pooled.driver_connection
            driver.execute(f"PRAGMA busy_timeout={patience * 1000:.0f}").close()
            try:
                ((in_the_way, *_),) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}").close()
            return not in_the_way

    def _info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"store": self} | given

    def dispose(self) -> None:
        """Close pooled connections: call it in a child after fork."""
        self.engine.dispose()

    def old_sqlite(self) -> str | None:
        """The version of this machine's SQLite if it keeps this store and has the fault that `WriteGate` names."""
        sound = any(first <= sqlite3.sqlite_version_info < end for first, end in SOUND_SQLITE)
        return None if self._log is None or sound else sqlite3.sqlite_version


def store_of(session: Session) -> Store:
    """The store that a session is of."""
    return cast(Store, session.info["store"])


def asked_once(session: Session, name: tuple[object, ...], ask: Callable[[], T]) -> T:
    """What `ask` answers, asked once in a transaction under this name: for what no act asks anew after it changed it,
    as what the trail tells, which is written with the commit.
    """
    transaction, known = session.info.get(_ASKED, (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        known = {}
    if name not in known:
        known[name] = ask()
    session.info[_ASKED] = (session.get_transaction(), known)
    answer: T = known[name]
    return answer


_ASKED = "asked_once"


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
        event.listen(engine, "connect", planted.read_endless)
        return engine
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    engine.dialect.colspecs = {**engine.dialect.colspecs, **planted.COLUMN_TYPES}
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _legible(raw: bytes) -> str:
    # One planted row with broken UTF-8 must break neither the whole query nor the page that shows it.
    return raw.decode("utf-8", "replace")


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",  # Store.alone waits for the disk
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=0",  # Store.empty_log
)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _sqlite_begin does
    connection.text_factory = _legible
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _sqlite_begin(connection: Connection) -> None:
    # A read transaction that turns into a write fails at once, ignoring the timeout: writers say so from the start.
    options = connection.get_execution_options()
    if pass_the_gate := options.get("before_writing"):
        pass_the_gate()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


class Prepared:
    """A statement put together once for each dialect and given to the driver as it is: 6 µs instead of 30.

    For what runs with every page or save. Every value in it is a named `bindparam`, none of them expanding. On
    PostgreSQL rows come in binary, which halves the time of large blobs.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._kept: dict[Dialect, _ForDriver] = {}

    def rows(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Its rows, each value as its column's type reads it."""
        form = self._form(connection.dialect)
        return [form.read(row) for row in self._cursor(connection, form, values)]

    def count(self, connection: Connection, **values: Any) -> int:
        """How many rows it changed."""
        return int(self._cursor(connection, self._form(connection.dialect), values).rowcount)

    def _cursor(self, connection: Connection, form: _ForDriver, values: dict[str, Any]) -> Any:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "postgresql":
            return driver.cursor(binary=True).execute(form.text, values)
        return driver.execute(form.text, form.written(values))

    def _form(self, dialect: Dialect) -> _ForDriver:
        if dialect not in self._kept:
            if len(self._kept) > _DIALECTS_KEPT:
                self._kept.clear()
            self._kept[dialect] = _ForDriver.of(self._statement, dialect)
        return self._kept[dialect]


_DIALECTS_KEPT = 20
Convert = Callable[[Any], Any] | None


class _ForDriver(NamedTuple):
    """A statement's text, its parameters in their order, and how values of each column are read."""

    text: str
    writes: tuple[tuple[str, Convert], ...]
    reads: tuple[Convert, ...]

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect) -> _ForDriver:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        types = {name: bind.type for name, bind in compiled.binds.items()}
        names = compiled.positiontup or ()
        columns = getattr(statement, "selected_columns", ())
        return cls(
            str(compiled),
            tuple((name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names),
            tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
        )

    def written(self, values: dict[str, Any]) -> list[Any]:
        return [convert(values[name]) if convert else values[name] for name, convert in self.writes]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple([convert(value) if convert else value for convert, value in zip(self.reads, row, strict=True)])


def rows_touched(result: object) -> int:
    """How many rows a DELETE or UPDATE touched."""
    return int(cast(CursorResult[Any], result).rowcount)


class Database:
    """The house's two stores: `main`, and the small separate `shred` store whose rows are only ever destroyed."""

    def __init__(self, database_url: str, shred_url: str) -> None:
        self.main = Store(database_url)
        self.shred = Store(shred_url)

    def dispose(self) -> None:
        self.main.dispose()
        self.shred.dispose()
