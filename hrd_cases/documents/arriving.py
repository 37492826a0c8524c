"""A file comes: sealed as its bytes arrive, told by its first ones, looked into when it is whole, then kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import structlog

from hrd_cases.documents import reader
from hrd_cases.documents.kinds import HEAD, KINDS, OFFICE, TEXT, Letters, told_by
from hrd_cases.documents.names import cleaned
from hrd_cases.documents.reading.answers import MOST_READ, Unread
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.sealing import Opened, Sealing, Sum
from hrd_cases.documents.storage import Storage

log = structlog.get_logger()


class Arrived(NamedTuple):
    """A document that lies sealed in the storage, as a part: it waits to be kept."""

    document_id: uuid.UUID
    name: str
    mime: str
    sum: Sum
    remarks: tuple[str, ...] = ()
    pages: int = 0

    def __repr__(self) -> str:
        return f"<Arrived {self.document_id}>"


class Arriving:
    """One file on its way in. What is not kept is said at the end: its rest is passed over, so that other files of the
    same form arrive.
    """

    def __init__(self, storage: Storage, given_name: str, most_bytes: int) -> None:
        self.given_name = given_name
        self._storage = storage
        self._most = most_bytes
        self._why = ""
        self._head = bytearray()
        self._mime = ""
        self._letters: Letters | None = None
        self._sealing = Sealing(storage, uuid.uuid4())

    def write(self, part: bytes) -> int:
        """Take the next bytes; they are sealed when this returns."""
        if not self._why:
            self._tried(part)
        return len(part)

    def _tried(self, part: bytes) -> None:
        try:
            self._take(part)
        except Unread as unread:
            self._give_up(unread.why)
        except OSError:
            log.exception("a document could not be written")
            self._give_up("no room")

    def _give_up(self, why: str) -> None:
        self._why = why
        self.abandon()

    def _take(self, part: bytes) -> None:
        if self._sealing.length + len(part) > self._most:
            raise Unread("too large")
        if self._letters is not None:
            self._letters.check(part)
        elif not self._mime:
            self._head += part
            if len(self._head) >= HEAD:
                self._tell_kind()
        self._sealing.write(part)

    def _tell_kind(self) -> None:
        self._mime = told_by(bytes(self._head[:HEAD]))
        if self._mime == TEXT:
            self._letters = Letters()
            self._letters.check(bytes(self._head))
        self._head.clear()

    def abandon(self) -> None:
        """Nothing stays of it; once more is well."""
        with suppress(OSError):  # the sweep comes by
            self._sealing.abandon()

    def finish(self, scanner: Scanner) -> Arrived:
        """It is whole: looked into, scanned, and left as a part. Raises Unread; then nothing stays of it."""
        if self._why:
            raise Unread(self._why)
        try:
            return self._examined(self._summed_up(), scanner)
        except OSError:
            log.exception("a document could not be written")
            self.abandon()
            raise Unread("no room") from None
        except BaseException:
            self.abandon()
            raise

    def _summed_up(self) -> Sum:
        if not self._mime:
            self._tell_kind()
        if self._letters is not None:
            self._letters.check(b"", final=True)
        return self._sealing.finish()

    def _examined(self, total: Sum, scanner: Scanner) -> Arrived:
        document_id = self._sealing.document_id

        def content() -> Opened:
            return Opened(self._storage.read_part(document_id), document_id, total)

        facts = self._looked_into(total, content)
        kind = KINDS[facts.kind or self._mime]
        if scanner.is_there:
            with content() as clear:
                scanner.check(clear)
        return Arrived(
            document_id, cleaned(self.given_name, kind.endings), kind.mime, total, facts.remarks, facts.pages
        )

    def _looked_into(self, total: Sum, content: Callable[[], Opened]) -> reader.Facts:
        """By a process of its own. A picture or PDF too large for that is kept and says so; of an office document
        nobody would know what runs in it.
        """
        if self._mime != OFFICE and not KINDS[self._mime].looked_into:
            return reader.Facts()
        if total.length > MOST_READ and self._mime != OFFICE:
            return reader.Facts(remarks=("large",))
        if total.length > MOST_READ:
            raise Unread("too large")
        with content() as clear:
            facts = reader.read("look", self._mime, clear).facts
        if self._mime == OFFICE and facts.kind not in KINDS:
            raise Unread("cannot be read")
        return facts if self._mime == OFFICE else reader.Facts("", facts.pages, facts.remarks)
