"""The process itself: `task kind page`, a file on its input, an answer on its output, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import ModuleType

from hrd_cases.documents.reading.answers import MOST_READ, Answer, Given, Unread
from hrd_cases.sandbox import shut_in


def main(task: str, kind: str, page: str) -> None:
    """Read one file. Whatever goes wrong but a refusal ends the process: whoever asked learns no more than that."""
    shut_in.limit()
    reads = _reader_of(kind)
    reads.prepare()
    content = sys.stdin.buffer.read(MOST_READ + 1)
    shut_in.shut_in()
    try:
        answer = _answer(reads, task, Given(kind, content, int(page)))
    except Unread as refused:
        answer = Answer({"refused": refused.why})
    sys.stdout.buffer.write(json.dumps(answer.facts).encode() + b"\n" + answer.content)
    sys.stdout.buffer.flush()


def _reader_of(kind: str) -> ModuleType:
    """Only what reads this kind is loaded."""
    if kind.startswith("image/"):
        from hrd_cases.documents.reading import pictures as reads  # noqa: PLC0415
    elif kind == "application/pdf":
        from hrd_cases.documents.reading import pdfs as reads  # type: ignore[no-redef]  # noqa: PLC0415
    else:
        from hrd_cases.documents.reading import offices as reads  # type: ignore[no-redef]  # noqa: PLC0415
    return reads


def _answer(reads: ModuleType, task: str, given: Given) -> Answer:
    if len(given.content) > MOST_READ:
        raise Unread("too large to show")
    does: Callable[[Given], Answer] = getattr(reads, task)
    return does(given)
