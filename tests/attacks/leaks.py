"""The leak scanner: looks for canaries in every file and text of an installation, in every spelling a leak may have.

Later rooms plant more canaries; what is searched stays here.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

CANARY = "canary"
GZIP = b"\x1f\x8b\x08"
ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
LARGEST_UNPACKED = 1_000_000


class Leak(NamedTuple):
    canary: str
    spelling: str
    where: str


def canary(about: str) -> str:
    """A text that stands nowhere by chance: letters of two scripts, so that encodings differ."""
    return f"{CANARY}{about}{token_hex(6)}ةж"


def spellings(text: str) -> Iterator[tuple[str, bytes]]:
    """Every way a text may lie in a file: encodings, hexadecimal, base64 at each offset, percent and HTML escapes."""
    plain = text.encode()
    yield "raw", plain
    ascii_part = re.sub(rb"[^ -~]", b"", plain)
    yield "ascii part", ascii_part
    for name in ("utf-16-le", "utf-16-be"):
        yield name, ascii_part.decode().encode(name)
    yield "hex", ascii_part.hex().encode()
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + ascii_part)
        yield f"base64 at {offset}", whole[4 if offset else 0 : len(whole) // 4 * 4 - 4]
    yield "reversed", ascii_part[::-1]


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Whatever in it was compressed."""
    for magic, bits in ((GZIP, 31), *((head, 15) for head in ZLIB)):
        for found in re.finditer(re.escape(magic), content):
            opener = zlib.decompressobj(bits)
            try:
                yield opener.decompress(content[found.start() :], LARGEST_UNPACKED)
            except zlib.error:
                continue


def search(contents: Iterable[tuple[str, bytes]], secrets: Iterable[str]) -> list[Leak]:
    """Every secret found, in which spelling, and where: canaries, and others that are long enough not to stand
    somewhere by chance, as a reference or an id.
    """
    wanted: dict[bool, list[tuple[str, str, bytes]]] = {True: [], False: []}
    for text in secrets:
        wanted[text.startswith(CANARY)] += [(text, name, needle) for name, needle in spellings(text)]
    # One look for what all canaries share; only where that is seen each is looked for.
    shared = [needle for _, needle in spellings(CANARY)]
    leaks = []
    for where, content in contents:
        for piece in (content, *_unpacked(content)):
            canaries = wanted[True] if any(needle in piece for needle in shared) else []
            leaks += [Leak(text, name, where) for text, name, needle in (*canaries, *wanted[False]) if needle in piece]
    return leaks


def files_below(*roots: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, byte by byte: databases with their free pages, write-ahead logs, mails, secrets."""
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()
