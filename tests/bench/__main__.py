"""`make bench`: every `bench_*.py` beside this file gives `ROWS`; one table, and bench.json. It never fails on time.

`python -m tests.bench serve audit` takes only bench_serve.py and bench_audit.py.
"""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path

from tests.bench.table import kept, line, taken

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    logging.disable(logging.WARNING)  # the table alone
    figures = []
    for path in sorted(HERE.glob("bench_*.py")):
        if names and path.stem.removeprefix("bench_") not in names:
            continue
        for row in importlib.import_module(f"tests.bench.{path.stem}").ROWS:
            figures.append(taken(row))
            print(line(figures[-1]), flush=True)
    kept(figures, HERE.parent.parent / "bench.json")


main(sys.argv[1:])
