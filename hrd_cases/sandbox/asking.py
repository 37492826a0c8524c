"""Asking a process of its own: what it is given goes in by one pipe, what it answers comes out by another.

It inherits nothing: no environment, no open file, no directory, no terminal. One that takes too long is ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Timer
from typing import cast

_AT_ONCE = 1 << 20
_BEGIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from MODULE import main; main(*sys.argv[1:])"
_ROOT = str(Path(__file__).parents[2])


def ask(module: str, words: Iterable[str], content: Iterable[bytes], *, seconds: float, most: int) -> bytes:
    """What the `main` of a module of ours, called with words of ours, writes to its output: as far as it came, and
    little more than `most` bytes. Nothing, where it ended without an answer. What reading `content` raises goes on.
    """
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and words of ours
        [sys.executable, "-I", "-B", "-c", _BEGIN.replace("MODULE", module), _ROOT, *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        bufsize=0, env={}, cwd="/", start_new_session=True,
    )  # fmt: skip
    watch = Timer(seconds, _end, [process])
    watch.start()
    try:
        with process:
            try:
                _hand_over(cast(FileIO, process.stdin), content)
                return _all_of(cast(FileIO, process.stdout), most)
            finally:
                _end(process)
    finally:
        watch.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    """With whatever it divided itself into: those hold its pipes too, and none leaves the group that it leads."""
    if process.returncode is None:  # nobody has waited for it: its number is its own
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _hand_over(pipe: FileIO, content: Iterable[bytes]) -> None:
    with pipe, suppress(BrokenPipeError):  # it has ended: its answer, or none, says why
        for part in content:
            rest = memoryview(part)
            while rest:
                rest = rest[pipe.write(rest) :]


def _all_of(pipe: FileIO, most: int) -> bytes:
    said = bytearray()
    while len(said) <= most and (part := pipe.read(_AT_ONCE)):
        said += part
    return bytes(said)
