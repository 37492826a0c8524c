"""A form with files, read as it comes: fields are kept, every file is handed on, piece by piece, to whoever seals it.

Nothing is spooled anywhere. The form's fields before its first file are asked first: one without the token of its
session hands on no byte. Read by ourselves, for what somebody sends as evidence has to be kept to the byte: Werkzeug's
reader (3.1.9) adds one where a step of the reading ends just behind a boundary.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, NamedTuple, Protocol

from werkzeug.http import parse_options_header

from hrd_cases.errors import StaleToken, TooLarge

AT_ONCE = 256 * 1024
MOST_PARTS = 200
"""Files and fields of one form."""
MOST_HEADERS = 16 * 1024
"""Bytes of what stands above one part."""
BEATS_EVERY = 60.0
"""Seconds."""


class Readable(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...


class Incoming(Protocol):
    """A file on its way in."""

    def write(self, part: bytes) -> int: ...
    def abandon(self) -> None: ...


class Came(NamedTuple):
    """A form that was read to its end: what was typed, and the files, by the name of their field."""

    fields: list[tuple[str, str]]
    files: list[tuple[str, Incoming]]


Begin = Callable[[str], Incoming]
"""Takes a file by the name that its browser gives it."""
Admit = Callable[[Mapping[str, str]], None]
"""Raises unless these fields let the files of their form in."""


def read_form(stream: Readable, boundary: bytes, begin: Begin, admit: Admit, most_typed: int) -> Came:
    """Read a multipart form (RFC 7578) of at most `most_typed` bytes beside its files. Whatever is raised, of its files
    nothing stays: StaleToken for what is no form of ours or broke off, TooLarge, and what `admit` raises.
    """
    came = Came([], [])
    try:
        for part in _Parts(stream, boundary).each():
            most_typed -= _taken(part, came, begin, admit, most_typed)
    except BaseException:
        for _, file in came.files:
            file.abandon()
        raise
    return came


class Beating:
    """A stream that calls `beat` every minute while it is read: whoever sends for an hour is there all the while."""

    def __init__(self, stream: IO[bytes], beat: Callable[[], None]) -> None:
        self._stream, self._beat = stream, beat
        self._beats_at = time.monotonic() + BEATS_EVERY

    def read(self, size: int) -> bytes:
        if time.monotonic() >= self._beats_at:
            self._beat()
            self._beats_at = time.monotonic() + BEATS_EVERY
        return self._stream.read(size)


class _Part(NamedTuple):
    """One part as it comes. `filename` is None for a field, and "" for a file that nobody chose."""

    name: str
    filename: str | None
    pieces: Iterator[bytes]


def _taken(part: _Part, came: Came, begin: Begin, admit: Admit, most_typed: int) -> int:
    """Take one part; returns how many bytes of it were typed."""
    if part.filename:
        if not came.files:
            admit(dict(came.fields))
        file = begin(part.filename)
        came.files.append((part.name, file))
        for piece in part.pieces:
            file.write(piece)
        return 0
    typed = bytearray()
    for piece in part.pieces:
        typed += piece
        if len(typed) > most_typed:
            raise TooLarge
    if part.filename is None:
        came.fields.append((part.name, typed.decode("utf-8", "replace")))
    return len(typed)


class _Parts:
    """The parts of a body, in order; each is read to its end before the next."""

    def __init__(self, stream: Readable, boundary: bytes) -> None:
        self._stream = stream
        self._edge = b"\r\n--" + boundary
        self._buffer = bytearray(b"\r\n")  # the first edge begins the body

    def each(self) -> Iterator[_Part]:
        if self._first(len(self._edge)) != self._edge:
            raise StaleToken("a form with files begins with its boundary")
        for number in range(MOST_PARTS + 1):
            after = self._first(2)
            if after == b"--":
                return
            if after != b"\r\n":
                raise StaleToken("a boundary ends its line")
            if number == MOST_PARTS:
                raise TooLarge
            yield self._part()

    def _part(self) -> _Part:
        disposition, said = parse_options_header(_disposition(self._headers()))
        if disposition != "form-data" or "name" not in said:
            raise StaleToken("a part of a form has a name")
        return _Part(said["name"], said.get("filename"), self._until_edge())

    def _first(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._fill()
        with memoryview(self._buffer) as buffer:
            taken = bytes(buffer[:count])
        del self._buffer[:count]
        return taken

    def _headers(self) -> bytes:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0 and len(self._buffer) <= MOST_HEADERS:
            self._fill()
        if not 0 <= end <= MOST_HEADERS:
            raise TooLarge
        return self._first(end + 4)

    def _until_edge(self) -> Iterator[bytes]:
        while (end := self._buffer.find(self._edge)) < 0:
            surely = len(self._buffer) - len(self._edge) + 1
            if surely > 0:
                yield self._first(surely)
            self._fill()
        yield self._first(end)
        self._first(len(self._edge))

    def _fill(self) -> None:
        more = self._stream.read(AT_ONCE)
        if not more:
            raise StaleToken("a form with files broke off")
        self._buffer += more


def _disposition(headers: bytes) -> str:
    for line in headers.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            return value.strip()
    return ""
