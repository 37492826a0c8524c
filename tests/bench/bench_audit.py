"""Reading pages while seven others read: the entry in the trail costs a write, and writers on SQLite pass one gate.

Eight processes, each a web process with a member before it. What is compared is the 95th percentile of one page's time,
with the trail and without.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles

from flask_babel import force_locale

from hrd_cases import demo, migrate
from hrd_cases.app import create_app
from hrd_cases.db import Database
from hrd_cases.settings import ROOT
from tests.bench.table import ROUNDS, Measured, Row
from tests.conftest import throw_away_settings

READERS = (
    "officer.cairo",
    "deputy.cairo",
    "head.cairo",
    "officer.bogota",
    "head.bogota",
    "officer.minsk",
    "desk.hq",
    "head1.hq",
)
PAGES = 25
AUDITED, PLAIN = "audited", "plain"


def pages_of_eight_readers() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        settings = throw_away_settings(Path(home))
        stores = Database(settings.database_url, settings.shred_url)
        migrate.prepare(stores)
        stores.dispose()
        app = create_app(settings)
        with app.test_request_context("/"), force_locale("en"):
            cookies = demo.enter(app.extensions["hrd_cases"]).cookies
        app.extensions["hrd_cases"].database.dispose()
        readers = [Reader(Path(home), cookies[name]) for name in READERS]
        try:
            for way in (AUDITED, PLAIN):
                ninety_fifth(readers, way)
            figures = [(ninety_fifth(readers, AUDITED), ninety_fifth(readers, PLAIN)) for _ in range(ROUNDS)]
        finally:
            for reader in readers:
                reader.end()
    return [ours for ours, _ in figures], [other for _, other in figures]


def ninety_fifth(readers: list[Reader], way: str) -> float:
    """Seconds that 19 of 20 pages took at most, all reading at once."""
    for reader in readers:
        reader.tell(way)
    seconds = [taken for reader in readers for taken in reader.answer()]
    return quantiles(seconds, n=20)[-1]


class Reader:
    """A web process of its own with one member before it."""

    def __init__(self, home: Path, cookie: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.reader", str(home), str(PAGES)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.tell(cookie)

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)

    def answer(self) -> list[float]:
        assert self._process.stdout is not None
        return [float(taken) for taken in self._process.stdout.readline().split()]

    def end(self) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(10)


ROWS = [Row("a page, 8 reading at once, SQLite: p95", "the same without the trail", 1.5, pages_of_eight_readers)]
