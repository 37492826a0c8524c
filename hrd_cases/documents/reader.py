"""Asking what is in a file: a process of its own reads it, shut in, with bounds of memory and time.

What it answers is held to a shape; a process that ends without an answer, or is ended because it takes too long, says
that the file could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import structlog

from hrd_cases.documents.reading.answers import MOST_READ, Unread
from hrd_cases.sandbox.asking import ask

SECONDS = 30.0
MOST_ANSWERED = 2 * MOST_READ
_PROCESS = "hrd_cases.documents.reading.process"

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
    return _understood(ask(_PROCESS, (task, kind, str(page)), content, seconds=seconds, most=MOST_ANSWERED))


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
