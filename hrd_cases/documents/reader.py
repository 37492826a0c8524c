"""Asking what is in a file: a process of its own reads it, shut in, with bounds of memory and time.

It inherits nothing: no environment, no open file, no directory, no terminal. What it answers is held to a shape; a
process that ends without an answer, or is ended because it takes too long, says that the file could not be read.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Timer
from typing import NamedTuple, cast

import msgspec
import structlog

from hrd_cases.documents.reading.answers import MOST_READ, Unread

SECONDS = 30.0
MOST_ANSWERED = 2 * MOST_READ
_AT_ONCE = 1 << 20
_BEGIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from {} import main; main(*sys.argv[1:])".format(
    "hrd_cases.documents.reading.process"
)
_ROOT = str(Path(__file__).parents[2])

log = structlog.get_logger()


class Facts(msgspec.Struct, frozen=True):
    """What a reading process may say of a file."""

    kind: str = ""
    pages: int = 0
    remarks: tuple[str, ...] = ()
    refused: str = ""


class Read(NamedTuple):
    facts: Facts
    content: bytes


_decoder = msgspec.json.Decoder(Facts)


def read(task: str, kind: str, content: Iterable[bytes], page: int = 0, *, seconds: float = SECONDS) -> Read:
    """What a process of its own says: `look`, `show` (one page as a picture) or `clean` (a copy without what tells of
    its maker). Raises Unread with the word for why not; what reading `content` raises goes through.
    """
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and words of ours
        [sys.executable, "-I", "-B", "-c", _BEGIN, _ROOT, task, kind, str(page)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        bufsize=0, env={}, cwd="/", start_new_session=True,
    )  # fmt: skip
    watch = Timer(seconds, process.kill)
    watch.start()
    try:
        with process:
            try:
                _hand_over(cast(FileIO, process.stdin), content)
                said = _all_of(cast(FileIO, process.stdout))
            finally:
                process.kill()
    finally:
        watch.cancel()
    return _understood(said)


def _hand_over(pipe: FileIO, content: Iterable[bytes]) -> None:
    with pipe, suppress(BrokenPipeError):  # it has ended: its answer, or none, says why
        for part in content:
            rest = memoryview(part)
            while rest:
                rest = rest[pipe.write(rest) :]


def _all_of(pipe: FileIO) -> bytes:
    said = bytearray()
    while len(said) <= MOST_ANSWERED and (part := pipe.read(_AT_ONCE)):
        said += part
    return bytes(said)


def _understood(said: bytes) -> Read:
    line, _, content = said.partition(b"\n")
    try:
        facts = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError):
        log.warning("a process that reads files gave no answer")
        raise Unread("cannot be read") from None
    if facts.refused:
        raise Unread(facts.refused)
    if len(said) > MOST_ANSWERED:
        raise Unread("too large to show")
    return Read(facts, content)
