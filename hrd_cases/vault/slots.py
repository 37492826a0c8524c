"""At most as many passphrases are stretched at once as the machine has processors, over all its processes.

Each takes 64 MiB and a processor for a sixth of a second; a burst of sign-ins must queue, not exhaust the machine.
Strangers do not queue: they have slots apart, one fewer than there are web processes or processors, so that one of each
is left for whoever is known.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_GLANCE_SECONDS: Final = 0.005


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def for_strangers(workers: int) -> int:
    """How many strangers have their turn at once beside so many web processes. One at least, or nobody came in."""
    return max(1, min(workers, processors()) - 1)


class Slots:
    """N lock files in a directory of ours, and an entrance where those who wait stand in the kernel's queue.

    Locks are the kernel's (`flock`): they hold over processes and threads, and end with their holder.
    """

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._count = 0

    def open_in(self, directory: Path, count: int | None = None) -> None:
        """`count` defaults to the processors this process may use. The directory is made if absent."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._count = count or processors()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold one slot, waiting for it as long as it takes; at once if no directory was named."""
        if self._directory is None:
            yield
            return
        handle = self._taken(self._directory)
        try:
            yield
        finally:
            os.close(handle)

    @contextmanager
    def one_if_free(self) -> Iterator[bool]:
        """Hold one slot if one is free now; nobody waits. False if none is."""
        handle = self._free(self._directory) if self._directory is not None else None
        try:
            yield handle is not None or self._directory is None
        finally:
            if handle is not None:
                os.close(handle)

    def _taken(self, directory: Path) -> int:
        entrance = _lock_file(directory / "entrance")
        try:
            # Only the first in the queue looks for a free slot: nobody starves.
            fcntl.flock(entrance, fcntl.LOCK_EX)
            while (handle := self._free(directory)) is None:
                time.sleep(_GLANCE_SECONDS)
            return handle
        finally:
            os.close(entrance)

    def _free(self, directory: Path) -> int | None:
        for number in range(self._count):
            handle = _lock_file(directory / f"slot-{number}")
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return handle
        return None


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
