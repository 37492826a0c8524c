"""Documents on a case file."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy.orm import Session

from hrd_cases.cases.brought import Part, shows
from hrd_cases.cases.card import touched
from hrd_cases.cases.chains import Chains
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.cases.openers import open_case
from hrd_cases.cases.writing import correct, locked_file, write
from hrd_cases.documents.papers import Filed, Paper, Record, Version, holds_documents
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Locked, Sentence, Tampered

NOT_YOURS = (
    N_("Only whoever added a document takes it away, or the head of the office."),
    N_("Ask the head of your office."),
)
OVER = (
    N_("Nothing is taken away from what has ended: its documents are evidence."),
    N_("Reopen the file first."),
)


class CaseRecord(Record):
    called = N_("Case file")

    def __init__(self, session: Session, by: Visitor, case: Case, file: File | None = None) -> None:
        super().__init__(session, by, case.id, case.folder_id, case.office_id)
        self.case = case
        if file is not None:
            self.file = file

    @cached_property
    def file(self) -> File:
        return open_file(self.session, self.case)

    @property
    def named(self) -> str:
        return self.file.name or self.case.reference

    @property
    def page(self) -> tuple[str, Mapping[str, object]]:
        return "cases.show", {"case_id": self.id}

    def _filed(self) -> list[Filed]:
        return filed_in(self.file, self.id)

    def _hold(self) -> None:
        self.file = locked_file(self.session, self.case)

    @property
    def whole(self) -> bool:
        return is_whole(self.file)

    def why_not_remove(self, filed: Filed) -> tuple[Sentence, Sentence] | None:
        if self.case.state not in UNDERWAY:
            return OVER
        return why_not_theirs(self, filed)

    def write(self, paper: Paper, now: datetime) -> None:
        write(self.session, self.by, self.case, paper, now)
        touched(self.session, self.by, self.case)

    def correct(self, entry_id: uuid.UUID, paper: Paper, now: datetime) -> None:
        correct(self.session, self.by, self.file, entry_id, paper, now)
        touched(self.session, self.by, self.case)


def why_not_theirs(record: Record, filed: Filed) -> tuple[Sentence, Sentence] | None:
    """Of what is underway a document is taken away by whoever added it, or by the head of the office."""
    theirs = filed.added.by_id == record.by.member_id or record.by.allows(Permission.DECIDE_ON_CASE, record.through)
    return None if theirs else NOT_YOURS


def filed_in(chains: Chains[Any], about: uuid.UUID) -> list[Filed]:
    """What entries tell of the documents on a record."""
    found = [one for one in chains.all(Paper) if one.said.about == about]
    return [Filed(tuple(_versions(chains, one.id)), chains.is_doubtful(one.id)) for one in found]


def _versions(chains: Chains[Any], thing_id: uuid.UUID) -> Iterator[Version]:
    for entry in chains.versions(thing_id):
        if isinstance(entry.details, Paper):
            yield Version(entry.id, entry.written_at, entry.author_id, entry.details)


def is_whole(chains: Chains[Any]) -> bool:
    """Not where nobody can tell."""
    try:
        return chains.whole
    except (Tampered, Locked):
        return False


@holds_documents
def case_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> CaseRecord | None:
    known = open_case(session, visitor, record_id)
    return CaseRecord(session, visitor, known.row) if known is not None else None


@shows(place=0)
def documents_on(session: Session, by: Visitor, file: Chains[Any]) -> Part:
    """What lies on a file, on its page."""
    record = CaseRecord(session, by, cast(Case, file.kept), cast(File, file))
    return Part("documents/_on_record.html", record, leads=False)
