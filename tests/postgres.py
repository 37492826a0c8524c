"""A throw-away PostgreSQL cluster: on a unix socket in a temporary directory, gone when the tests end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import MetaData, create_engine

OWNER = "hrd"
START_SECONDS = 30
# Nothing here must survive a power cut: only our own processes are killed, never the machine.
FAST = (
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=64MB",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=60",
)


def programs() -> Path:
    """Where initdb and postgres are: Debian's newest version, or PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: run `make test`, or install postgresql")
    return Path(found).parent


CREATE = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"  # twice as fast as through its log


class Cluster:
    """One running cluster. `fresh()` makes a database and returns its URL; `drop(url)` removes it."""

    def __init__(self, socket_dir: Path) -> None:
        self._socket_dir = socket_dir
        self._numbers = count(1)
        self._templates: dict[int, str] = {}

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self._socket_dir}"

    def fresh(self, schema: MetaData | None = None) -> str:
        """The URL of a new database: empty, or with the tables of `schema` (copied from a template made once)."""
        name = f"test_{next(self._numbers)}"
        template = self._template(schema) if schema is not None else "template0"
        self._run(CREATE, name, template)
        return self.url(name)

    def copy(self, url: str, to: str | None = None) -> str:
        """The URL of a new database (`to`, where there is none) with everything that is in another, to which nobody is
        connected.
        """
        name = f"test_{next(self._numbers)}" if to is None else _name(to)
        self._run(CREATE, name, _name(url))
        return self.url(name)

    def drop(self, url: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(url))

    def _template(self, schema: MetaData) -> str:
        # keyed by the number of tables too: a test module may add tables of its own to the same metadata
        key = hash((id(schema), len(schema.tables)))
        if key not in self._templates:
            name = f"template_{len(self._templates)}"
            self._run(CREATE, name, "template0")
            engine = create_engine(self.url(name))
            schema.create_all(engine)
            engine.dispose()
            self._templates[key] = name
        return self._templates[key]

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self._socket_dir), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Initialise, start and at the end remove a cluster, as an ordinary user even when root runs the tests."""
    home = Path(tempfile.mkdtemp(prefix="hrd-pg-"))
    account = _account()
    if account is not None:
        os.chown(home, account.pw_uid, account.pw_gid)
    as_user = _as(account)
    bin_dir = programs()
    where = home / "cluster"
    _initialise([*as_user, str(bin_dir / "initdb")], where, home)
    options = [
        part for setting in (*FAST, "listen_addresses=", f"unix_socket_directories={home}") for part in ("-c", setting)
    ]
    with (home / "postgres.log").open("wb") as log:
        server = subprocess.Popen(
            [*as_user, str(bin_dir / "postgres"), "-D", str(where), *options],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await(server, home)
        yield Cluster(home)
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=START_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as(account: pwd.struct_passwd | None) -> list[str]:
    # The cluster dies with the tests, even when they are killed.
    user = [] if account is None else [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *user, "--pdeathsig=QUIT"]


def _initialise(initdb: list[str], where: Path, home: Path) -> None:
    made = subprocess.run(
        [
            *initdb,
            "-D",
            str(where),
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ],
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")


def _await(server: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(host=str(home), user=OWNER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(home / 'postgres.log').read_text()}")
