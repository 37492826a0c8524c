"""A document's bytes: sealed while they arrive, and opened so that nothing leaves that did not pass its check.

No clear byte touches the disk. The key is the document's own, made here and kept under its row's seal; its id is the
context, so that no file serves for another document.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Self

from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Tampered
from hrd_cases.vault.envelope import equal, random_bytes
from hrd_cases.vault.primitives import KEY_BYTES
from hrd_cases.vault.streams import Bytes, Opener, Sealer, sealed_size

AT_ONCE = 256 * 1024
"""Bytes of one step: larger ones are not faster, and every download holds two."""


class Sum(NamedTuple):
    """What is known of bytes that were sealed. Its row keeps it under its seal."""

    key: bytes
    length: int
    sha256: bytes

    def __repr__(self) -> str:
        return "<Sum>"


class Sealing:
    """One document on its way in: a part in the storage, until somebody keeps it or drops it."""

    def __init__(self, storage: Storage, document_id: uuid.UUID) -> None:
        self.document_id = document_id
        self._storage = storage
        self._key = random_bytes(KEY_BYTES)
        self._sealer = Sealer(self._key, _context(document_id))
        self._sha256 = hashlib.sha256()
        self._part = storage.begin(document_id)

    @property
    def length(self) -> int:
        return self._sealer.length

    def write(self, clear: Bytes) -> None:
        self._sha256.update(clear)
        _write_all(self._part, self._sealer.update(clear))

    def finish(self) -> Sum:
        """Nothing comes any more. The part waits to be kept, and lasts through a power cut."""
        for rest in self._sealer.finish():
            _write_all(self._part, rest)
        os.fsync(self._part.fileno())
        self._part.close()
        return Sum(self._key, self.length, self._sha256.digest())

    def abandon(self) -> None:
        """Nothing stays of it, unless it was kept."""
        self._part.close()
        self._storage.drop_part(self.document_id)


def _write_all(file: BinaryIO, sealed: Bytes) -> None:
    rest = memoryview(sealed)
    while rest:
        rest = rest[file.write(rest) :]


def is_whole(file: BinaryIO, known: Sum) -> bool:
    """Has a file the size that was sealed? Nothing is read."""
    return os.fstat(file.fileno()).st_size == sealed_size(known.length)


class Opened(Iterator[bytes]):
    """A document's bytes, step by step: every step that comes out was checked as these bytes of this document, and the
    last comes only when the whole is what was summed up. Raises Tampered.

    The file's size is compared at once, before anything is read. It is closed at the end, or by `close`.
    """

    def __init__(self, file: BinaryIO, document_id: uuid.UUID, known: Sum) -> None:
        self._file = file
        if not is_whole(file, known):
            self.close()
            raise Tampered("a document's file has not the size it was sealed with")
        self._steps = self._checked_steps(Opener(known.key, _context(document_id)), known)

    def __next__(self) -> bytes:
        return next(self._steps)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _checked_steps(self, opener: Opener, known: Sum) -> Iterator[bytes]:
        sha256, missing, held = hashlib.sha256(), known.length, b""
        with self._file:
            for padded in _checked(self._file, opener):
                clear = padded[:missing]  # what follows are the zeros of the padding
                missing -= len(clear)
                sha256.update(clear)
                if held and clear:
                    yield held
                held = clear or held
        if missing or not equal(sha256.digest(), known.sha256):
            raise Tampered("a document is not what was summed up when it came")
        if held:
            yield held


def _checked(file: BinaryIO, opener: Opener) -> Iterator[bytes]:
    while sealed := file.read(AT_ONCE):
        yield opener.update(sealed)
    yield opener.finish()


def _context(document_id: uuid.UUID) -> bytes:
    return b"hrd-cases 1 document " + document_id.bytes
