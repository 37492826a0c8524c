"""Where sealed files lie: one directory, a file for each document, named by its id. Another store is another class.

A file is written under a name that no document has, and takes its own in one step once it is whole and on the disk:
nothing half-written is ever found under a document's name. One that an act removes loses its name in that act: what is
to be destroyed is told by the names here, where whoever writes the database does not write.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

_WHOLE = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"[0-9a-f]{32}\.part")
_GOING = re.compile(r"[0-9a-f]{32}\.going")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


class Lying(NamedTuple):
    """A file as the directory has it: of which document, whole or a part, written last at (seconds since 1970).
    `going`: an act has begun to remove it.
    """

    document_id: uuid.UUID
    whole: bool
    written_at: float
    size: int
    going: bool = False


class Storage:
    """A directory of the installation's own account. Raises OSError as the disk does; a file that is not there is
    FileNotFoundError.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory

    def _whole(self, document_id: uuid.UUID) -> Path:
        return self._directory / document_id.hex

    def _part(self, document_id: uuid.UUID) -> Path:
        return self._directory / f"{document_id.hex}.part"

    def _going(self, document_id: uuid.UUID) -> Path:
        return self._directory / f"{document_id.hex}.going"

    def begin(self, document_id: uuid.UUID) -> BinaryIO:
        """A new part to write into, unbuffered. FileExistsError for an id that was begun before."""
        return os.fdopen(os.open(self._part(document_id), _NEW, 0o600), "wb", buffering=0)

    def read_part(self, document_id: uuid.UUID) -> BinaryIO:
        return os.fdopen(os.open(self._part(document_id), _OLD), "rb", buffering=0)

    def read(self, document_id: uuid.UUID) -> BinaryIO:
        """A document's file; one that is going may stay, until that is committed."""
        try:
            found = os.open(self._whole(document_id), _OLD)
        except FileNotFoundError:
            found = os.open(self._going(document_id), _OLD)
        return os.fdopen(found, "rb", buffering=0)

    def keep(self, document_id: uuid.UUID) -> None:
        """A part that was written to its end, and is on the disk, becomes the document's file."""
        self._part(document_id).rename(self._whole(document_id))
        self._settle()

    def let_go(self, document_id: uuid.UUID) -> None:
        """An act removes the document; none is well."""
        with suppress(FileNotFoundError):
            self._whole(document_id).rename(self._going(document_id))
            self._settle()

    def put_back(self, document_id: uuid.UUID) -> None:
        """It stays after all; one that never went is well."""
        with suppress(FileNotFoundError):
            self._going(document_id).rename(self._whole(document_id))
            self._settle()

    def drop_part(self, document_id: uuid.UUID) -> None:
        """No part stays; a file that was kept does."""
        self._part(document_id).unlink(missing_ok=True)

    def drop(self, document_id: uuid.UUID) -> None:
        """Neither part nor file stays; none is well."""
        for path in (self._part(document_id), self._whole(document_id), self._going(document_id)):
            with suppress(FileNotFoundError):
                path.unlink()
        self._settle()

    def _settle(self) -> None:
        with self._directory_open() as directory:
            os.fsync(directory)

    @contextmanager
    def _directory_open(self) -> Iterator[int]:
        directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield directory
        finally:
            os.close(directory)

    def lying(self) -> Iterator[Lying]:
        """Every file of ours that is there. What has another name somebody else put there: it is none of ours."""
        with os.scandir(self._directory) as entries:
            for entry in entries:
                going = _GOING.fullmatch(entry.name) is not None
                whole = going or _WHOLE.fullmatch(entry.name) is not None
                if not whole and not _PART.fullmatch(entry.name):
                    continue
                with suppress(FileNotFoundError):
                    seen = entry.stat(follow_symlinks=False)
                    yield Lying(uuid.UUID(entry.name[:32]), whole, seen.st_mtime, seen.st_size, going)
