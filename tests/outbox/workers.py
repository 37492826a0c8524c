"""Processes forked after import (fast), which may kill themselves at a named point."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from hrd_cases.db import Store
from hrd_cases.outbox import points

KILLED = -signal.SIGKILL


def forked(act: Callable[[], None], point: str = "", hits: int = 0) -> BaseProcess:
    """A child that does `act`, and kills itself at the `hits`-th time it reaches `point`."""

    def live() -> None:
        points.hook = _killer(point, hits) if point else None
        act()

    child = multiprocessing.get_context("fork").Process(target=live, daemon=True)
    child.start()
    return child


def deaths(*children: BaseProcess) -> int:
    """Wait for the workers; how many killed themselves. One that failed otherwise fails the test."""
    for child in children:
        child.join(60)
    codes = [child.exitcode for child in children]
    assert set(codes) <= {0, KILLED}, f"a worker failed {codes}: its traceback is above"
    return codes.count(KILLED)


def own(store: Store) -> Store:
    """The same database for a child: no connection is shared over a fork."""
    return Store(store.url.render_as_string(hide_password=False))


def _killer(point: str, hits: int) -> Callable[[str], None]:
    left = hits

    def hook(reached: str) -> None:
        nonlocal left
        left -= reached == point
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook
