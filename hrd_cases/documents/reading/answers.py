"""What a reading process answers with: one line of facts, then bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

MOST_READ = 64 * 1024 * 1024
"""Bytes of a file that is read whole. What is larger is kept as it is, without being looked into."""
MOST_PIXELS = 64_000_000
"""Of a picture that is opened: a good telephone's camera, or a page scanned finely. Four bytes each."""
MOST_PIXELS_KEPT = 400_000_000
"""Of a picture that is kept at all: what has more is made to fill the memory of whoever opens it."""
LONGEST_SIDE = 1_600
"""Pixels of a preview."""


class Given(NamedTuple):
    """A file of a kind, and which page of it is asked for."""

    kind: str
    content: bytes
    page: int = 0


class Answer(NamedTuple):
    """`facts` are words and numbers of ours; `content` a picture or a file."""

    facts: Mapping[str, object]
    content: bytes = b""


class Unread(Exception):
    """The file is not what it says, or not what this house keeps. `why` is a word of `refusals.WHY`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def found(*remarks: str, kind: str = "", pages: int = 1) -> Answer:
    """What was found in a file that can be kept; `kind` where only the content tells it."""
    return Answer({"kind": kind, "remarks": _once(remarks), "pages": pages})


def _once(words: Sequence[str]) -> list[str]:
    return sorted(set(words))
