"""SQLite's write-ahead log: emptied behind the write gate and nowhere else, short, and free of what was deleted."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from hrd_cases import db, migrate, tables, unattended
from hrd_cases.db import Database, Store
from hrd_cases.keys.folders import new_folder_id, shred
from hrd_cases.keys.models import FolderKind, ShredSecret
from hrd_cases.settings import Settings

DELETED = "the address that was struck out"


@pytest.fixture
def lines(sqlite_url: str) -> Iterator[Store]:
    """A store with one table of lines."""
    store = Store(sqlite_url)
    with store.writing() as session:
        session.execute(text("CREATE TABLE lines (line TEXT NOT NULL)"))
    yield store
    store.dispose()


def write(store: Store, line: str) -> None:
    with store.writing() as session:
        session.execute(text("INSERT INTO lines VALUES (:line)"), {"line": line})


def count(store: Store) -> int:
    with store.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM lines")).scalar_one())


def log_of(store: Store) -> Path:
    return Path(f"{store.url.database}-wal")


class Disk:
    """What the disk was told to keep: before it may say so, the store's files as they are then are put aside."""

    def __init__(self, store: Store, aside: Path, patch: pytest.MonkeyPatch) -> None:
        self.kept: list[list[str]] = []
        self._database, self._aside, self._gate = Path(str(store.url.database)), aside, store.gate
        self._wait = os.fdatasync
        patch.setattr(os, "fdatasync", self._keep)

    def _keep(self, file: int) -> None:
        assert os.path.samestat(os.fstat(file), Path(f"{self._database}-wal").stat())
        assert self._gate_is_free()  # nobody waits behind who waits for the disk
        self._wait(file)
        for end in ("", "-wal"):
            shutil.copyfile(f"{self._database}{end}", f"{self._aside}{end}")
        with sqlite3.connect(self._aside) as after_a_power_cut:
            self.kept.append([line for (line,) in after_a_power_cut.execute("SELECT line FROM lines")])
        after_a_power_cut.close()

    def _gate_is_free(self) -> bool:
        with open(f"{self._database}.gate") as another:
            try:
                fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True


def test_what_was_written_is_on_the_disk_before_the_writer_goes_on(
    lines: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(lines, tmp_path / "after-a-power-cut.db", monkeypatch)
    write(lines, "one")
    assert disk.kept == [["one"]]
    with lines.writing() as session:
        session.execute(text("INSERT INTO lines VALUES ('two')"))
        assert len(disk.kept) == 1
    assert disk.kept[1:] == [["one", "two"]]


def test_who_wrote_nothing_does_not_wait_for_the_disk(
    lines: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(lines, tmp_path / "after-a-power-cut.db", monkeypatch)
    with lines.writing():
        pass
    with pytest.raises(IntegrityError), lines.writing() as session:
        session.execute(text("INSERT INTO lines VALUES ('never'), (NULL)"))
    assert count(lines) == 0
    assert disk.kept == []


def test_a_schema_that_moved_is_on_the_disk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fdatasync", waited.append)
    database = Database(sqlite_url, f"{sqlite_url}.shred")
    migrate.prepare(database)
    assert len(waited) == 2
    database.dispose()


def test_sqlite_empties_no_log_by_itself(lines: Store) -> None:
    longest = 0
    for _ in range(300):
        write(lines, "x" * 20_000)
        longest = max(longest, log_of(lines).stat().st_size)
    assert log_of(lines).stat().st_size == longest > 1_100 * 4096  # SQLite's own limit is a thousand pages


def test_whoever_writes_keeps_the_log_short(lines: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "LONGEST_LOG", 100_000)
    for written in range(1, 101):
        write(lines, "x" * 5_000)
        assert log_of(lines).stat().st_size <= 100_000
        assert count(lines) == written


def test_a_log_that_somebody_reads_from_is_emptied_when_they_have_read(
    lines: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "LONGEST_LOG", 0)
    write(lines, "one")
    with lines.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM lines")).scalar_one() == 1
        write(lines, "two")
        assert not lines.empty_log(patience=0)
        assert reader.execute(text("SELECT count(*) FROM lines")).scalar_one() == 1
    assert lines.empty_log()
    assert log_of(lines).stat().st_size == 0
    assert count(lines) == 2


def test_while_somebody_reads_writers_do_not_try_at_every_commit(lines: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def in_vain(_patience: float) -> bool:
        nonlocal tried
        tried += 1
        return False

    monkeypatch.setattr(db, "LONGEST_LOG", 100_000)
    monkeypatch.setattr(lines, "_empty_log", in_vain)
    for _ in range(100):
        write(lines, "x" * 5_000)
    assert 2 <= tried <= log_of(lines).stat().st_size // 100_000


@pytest.mark.parametrize("while_writing", [True, False], ids=["a writer", "the gate alone"])
def test_a_log_is_emptied_while_nobody_writes(lines: Store, while_writing: bool) -> None:
    write(lines, "one")
    emptying = threading.Thread(target=lines.empty_log)
    with lines.writing() if while_writing else lines.gate.held() as writer:
        if writer is not None:
            writer.execute(text("SELECT count(*) FROM lines"))  # a writer holds the gate from the first statement on
        emptying.start()
        emptying.join(0.2)
        assert emptying.is_alive()
    emptying.join(10)
    assert log_of(lines).stat().st_size == 0


def test_what_was_deleted_is_in_no_file(lines: Store) -> None:
    write(lines, DELETED)
    with lines.writing() as session:
        session.execute(text("DELETE FROM lines"))
    assert DELETED.encode() in log_of(lines).read_bytes()
    lines.empty_log()
    assert [file for file in log_of(lines).parent.iterdir() if DELETED.encode() in file.read_bytes()] == []


def test_a_shredded_secret_is_in_no_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/shred.db")
    tables.shred_metadata().create_all(store.engine)
    folder_id, secret = new_folder_id(FolderKind.DRAFT), b"half of every key of this folder"
    with store.writing() as session:
        session.add(ShredSecret(folder_id=folder_id, secret=secret))
    assert any(secret in file.read_bytes() for file in tmp_path.iterdir())
    shred(store, folder_id)
    assert [file for file in tmp_path.iterdir() if secret in file.read_bytes()] == []
    store.dispose()


def test_what_was_written_is_written_though_the_log_cannot_be_emptied(
    lines: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_is_full(_store: Store, _patience: float) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(db, "LONGEST_LOG", 0)
    monkeypatch.setattr(Store, "_empty_log", disk_is_full)
    write(lines, "one")
    assert count(lines) == 1
    with pytest.raises(sqlite3.OperationalError):
        lines.empty_log()


def test_writers_wait_as_long_as_ever_after_the_log_was_emptied(lines: Store) -> None:
    write(lines, "one")
    lines.empty_log()
    with lines.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == db.BUSY_SECONDS * 1000


def test_the_unattended_process_empties_both(database: Database) -> None:
    with database.shred.writing() as session:
        session.add(ShredSecret(folder_id=uuid4(), secret=bytes(32)))
    with database.main.writing() as session:
        session.execute(text("DELETE FROM notices"))
    unattended.empty_logs(database)
    unattended.empty_logs(database)
    logs = [log_of(store) for store in (database.main, database.shred)]
    assert [log.stat().st_size for log in logs if log.exists()] == [0] * sum(log.exists() for log in logs)


@pytest.mark.parametrize(("version", "warns"), [((3, 40, 1), 1), ((3, 51, 3), 0)])
def test_the_unattended_process_warns_at_its_start_of_an_old_sqlite(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], warns: int
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    monkeypatch.setattr("hrd_cases.scheduler.run", lambda *_: None)
    monkeypatch.setattr("hrd_cases.logs.start", lambda _: None)
    both = Database(settings.database_url, settings.shred_url)
    migrate.prepare(both)
    with capture_logs() as said:
        unattended.work(settings, both)
    both.dispose()
    assert [line["log_level"] for line in said if "SQLite" in line["event"]] == ["warning"] * warns


def test_only_a_store_on_sqlite_has_an_old_one(lines: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr("sqlite3.sqlite_version", "3.40.1")
    assert lines.old_sqlite() == "3.40.1"
    assert Store("postgresql+psycopg://nobody@127.0.0.1:1/none").old_sqlite() is None
