"""A virus scanner, where the installation has one: it is told a document's bytes over a socket of this machine.

Spoken is clamd's INSTREAM: `zINSTREAM\\0`, pieces with their length before them, an empty piece, and one answer.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

import structlog

from hrd_cases.documents.reading.answers import Unread

SECONDS = 60.0
"""For each step of the conversation: a scanner that reads takes the next piece much sooner."""
_PIECE = 256 * 1024
_LONGEST_ANSWER = 4_096

log = structlog.get_logger()


class Scanner:
    """Nothing is kept that it did not pass: also where it does not answer. Without a socket it passes everything."""

    def __init__(self, path: str, *, seconds: float = SECONDS) -> None:
        self._path = path
        self._seconds = seconds

    @property
    def is_there(self) -> bool:
        return bool(self._path)

    def check(self, content: Iterable[bytes]) -> None:
        """Raises Unread: "infected", or "not scanned" if it could not be asked; what reading `content` raises goes
        through.
        """
        if not self.is_there:
            return
        answer = self._answer(content)
        if answer.endswith(b"FOUND"):
            log.warning("the virus scanner refused a document")
            raise Unread("infected")
        if answer != b"stream: OK":
            log.error("the virus scanner gave no verdict")
            raise Unread("not scanned")

    def _answer(self, content: Iterable[bytes]) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(self._seconds)
                line.connect(self._path)
                _tell(line, content)
                return _heard(line)
        except OSError:
            log.exception("the virus scanner does not answer")
            raise Unread("not scanned") from None


def _tell(line: socket.socket, content: Iterable[bytes]) -> None:
    line.sendall(b"zINSTREAM\0")
    for part in content:
        for start in range(0, len(part), _PIECE):
            piece = part[start : start + _PIECE]
            line.sendall(len(piece).to_bytes(4) + piece)
    line.sendall(bytes(4))


def _heard(line: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
        said += more
    return said.rstrip(b"\0").strip()
