"""What a record says of its documents: an entry in its chain for each, and what stands of it now.

The rows of documents say what opens their files; that there is a document, what it is called and what its bytes are is
said by the record, whose own count misses what somebody takes away. A room with records says so in one place:

    @holds_documents
    def case_record(session, visitor, record_id):
        return CaseRecord(session, visitor, case)

and their pages stand at `/records/<id>/documents`.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.documents.kinds import KINDS, Kind
from hrd_cases.documents.models import Document
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Sentence, Tampered


class Paper(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="document"):
    """An entry about a document on the record `about`: what it is called, and which bytes it is. `removed`: why it was
    taken away; then its bytes are gone, and what they were is still told. `sort`: which of its record's sorts it is of.
    """

    document_id: uuid.UUID
    about: uuid.UUID
    name: str
    mime: str
    length: int
    sha256: bytes
    note: str = ""
    removed: str = ""
    sort: str = ""

    def __repr__(self) -> str:
        return "<Paper>"


class Version(NamedTuple):
    """What was said of a document once: by which entry, when, by whom."""

    entry_id: uuid.UUID
    at: datetime
    by_id: uuid.UUID
    paper: Paper


@dataclass(frozen=True)
class Filed:
    """A document as its record tells of it: every version, oldest first. `doubtful`: one of them failed its check."""

    versions: tuple[Version, ...]
    doubtful: bool = False

    @property
    def paper(self) -> Paper:
        return self.versions[-1].paper

    @property
    def id(self) -> uuid.UUID:
        return self.paper.document_id

    @property
    def entry_id(self) -> uuid.UUID:
        """The entry that says what stands."""
        return self.versions[-1].entry_id

    @property
    def added(self) -> Version:
        return self.versions[0]

    @property
    def last(self) -> Version:
        return self.versions[-1]

    @property
    def stands(self) -> bool:
        """It was not taken away."""
        return not self.paper.removed

    @property
    def kind(self) -> Kind | None:
        return KINDS.get(self.paper.mime)


class Record(ABC):
    """Something that documents can be on, opened for a member: a case file, a trial, a hearing. `through`: the office
    through whose seat they know of it; `called`: what kind of record it is; `sorts`: what its documents may be, by
    code, where that matters; `folder_id`: in which they lie, None where nothing was ever put with it.
    """

    called: ClassVar[Sentence]
    sorts: ClassVar[Mapping[str, Sentence]] = {}

    def __init__(
        self, session: Session, by: Visitor, record_id: uuid.UUID, folder_id: uuid.UUID | None, through: uuid.UUID
    ) -> None:
        self.session, self.by = session, by
        self.id, self.folder_id, self.through = record_id, folder_id, through

    @property
    @abstractmethod
    def named(self) -> str:
        """Which one, as its own page has it."""

    @property
    @abstractmethod
    def page(self) -> tuple[str, Mapping[str, object]]:
        """Its own page: endpoint and what its address names."""

    @cached_property
    def filed(self) -> list[Filed]:
        """What it tells of its documents, the newest first."""
        return sorted(self._filed(), key=lambda one: (one.added.at, one.id), reverse=True)

    @property
    def standing(self) -> list[Filed]:
        return [one for one in self.filed if one.stands]

    @property
    def taken_away(self) -> list[Filed]:
        return [one for one in self.filed if not one.stands]

    @abstractmethod
    def _filed(self) -> list[Filed]: ...

    def hold(self) -> None:
        """Nobody else writes in it until this is over, and what it says is as it is now: each act holds it before it
        asks anything.
        """
        self._hold()
        self.__dict__.pop("filed", None)

    @abstractmethod
    def _hold(self) -> None: ...

    @property
    @abstractmethod
    def whole(self) -> bool:
        """Is everything here that was ever written in it? Otherwise a document may be missing."""

    @abstractmethod
    def why_not_remove(self, filed: Filed) -> tuple[Sentence, Sentence] | None:
        """Why this member may not take a document away, and who can; None if they may."""

    @property
    def beware(self) -> Sentence:
        """What whoever adds a document here has to know first."""
        return Sentence()

    def opened_folder(self, now: datetime) -> uuid.UUID:
        """The folder that a new document is put in."""
        assert self.folder_id is not None  # noqa: S101 - whoever has none opens one
        return self.folder_id

    @abstractmethod
    def write(self, paper: Paper, now: datetime) -> None:
        """Tell of a new document."""

    @abstractmethod
    def correct(self, entry_id: uuid.UUID, paper: Paper, now: datetime) -> None:
        """Say what stands now instead of an entry. Raises Changed if somebody did first."""


def row_of(session: Session, record: Record, filed: Filed) -> Document:
    """The row that opens a document's file. Raises Locked, and Tampered where it is not what the record tells of."""
    row = session.get(Document, filed.id)
    if row is None or row.folder_id != record.folder_id:
        raise Tampered("a document's row is gone")
    known, told = row.described, filed.paper
    if (known.sha256, known.length, known.about) != (told.sha256, told.length, told.about):
        raise Tampered("a document is not the one that its record tells of")
    return row


Finder = Callable[[Session, Visitor, uuid.UUID], Record | None]
_finders: list[Finder] = []


def holds_documents(finder: Finder) -> Finder:
    """Say how a record is found by its id, for whoever may know of it; None for everything else."""
    _finders.append(finder)
    return finder


def find_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> Record | None:
    """The record of this id, of whatever kind."""
    return next(filter(None, (finder(session, visitor, record_id) for finder in _finders)), None)
