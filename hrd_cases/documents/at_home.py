"""Where this installation keeps documents, how they come in, and what looks at them first."""

from __future__ import annotations

from typing import NamedTuple

from hrd_cases.documents.arriving import Arrived, Arriving
from hrd_cases.documents.names import legible
from hrd_cases.documents.reading.answers import Unread
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.door.house import house
from hrd_cases.door.passage import passage


class Brought(NamedTuple):
    """A file of a form: it arrived, or why it is not kept. `name`: as it can be shown."""

    name: str
    arrived: Arrived | None = None
    why: Unread | None = None


def storage() -> Storage:
    return Storage(house().settings.home / "documents")


def most_bytes() -> int:
    """The largest that a document may be."""
    return house().settings.max_document_bytes


def coming(given_name: str) -> Arriving:
    """One file of a form, as it comes."""
    return Arriving(storage(), given_name, most_bytes())


def finish_all() -> list[Brought]:
    """Look into every file of this request's form, before anything is written: what is refused keeps no other out."""
    scanner = Scanner(house().settings.clamd_socket)
    return [_finished(file, scanner) for _, file in passage().files if isinstance(file, Arriving)]


def _finished(file: Arriving, scanner: Scanner) -> Brought:
    try:
        return Brought(legible(file.given_name), file.finish(scanner))
    except Unread as unread:
        return Brought(legible(file.given_name), why=unread)
