"""Documents of a grant: proofs of payment, receipts, papers of the request. They lie in a folder of their own that the
finance circle of the office opens, and what is told of them lies with the payment: finance has both, and no file.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec.structs import replace
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.papers import why_not_theirs
from hrd_cases.documents.papers import Filed, Paper, Record, Version, holds_documents
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Locked, Sentence, Tampered
from hrd_cases.grants.acts import hold
from hrd_cases.grants.details import Lying, Payment
from hrd_cases.grants.life import ENDED, Act
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import readable
from hrd_cases.grants.openers import open_grant_row
from hrd_cases.grants.steps import state_of, steps_of
from hrd_cases.grants.words import code
from hrd_cases.keys.models import FolderKind


class Sort(StrEnum):
    """What a document of a grant is."""

    REQUEST = "request"
    PROOF = "proof"
    RECEIPT = "receipt"


LOOKED_AT: dict[Act, Sort] = {
    Act.PAY: Sort.PROOF,
    Act.PAY_PART: Sort.PROOF,
    Act.ARRIVE: Sort.PROOF,
    Act.RECEIPT: Sort.RECEIPT,
    Act.CLOSE: Sort.RECEIPT,
}
"""What whoever takes a step has before them as they sign. No step waits for it."""
FINANCE_SEES = N_("Finance of your office sees these. What it must not see is put with the case file.")
SIGNED = (
    N_("A step of the grant was signed while this lay with it: it is evidence."),
    N_("Correct its name or its note, and add the right one beside it."),
)
OVER = (
    N_("Nothing is taken away from a grant that has ended: its documents are evidence."),
    N_("Correct its name or its note."),
)


class GrantRecord(Record):
    called = N_("Emergency grant")
    sorts: ClassVar[Mapping[str, Sentence]] = {
        Sort.REQUEST: N_("Quote, invoice or other paper of the request"),
        Sort.PROOF: N_("Proof of payment"),
        Sort.RECEIPT: N_("Receipt"),
    }

    def __init__(self, session: Session, by: Visitor, grant: Grant) -> None:
        self.grant = grant
        payment = readable(lambda: grant.payment)
        super().__init__(session, by, grant.id, payment.papers_folder if payment else None, grant.office_id)

    @property
    def payment(self) -> Payment:
        """Raises Locked for whoever has no key of payments."""
        payment = self.grant.payment
        if payment is None:
            raise Tampered("a grant without what is to be paid")
        return payment

    @property
    def named(self) -> str:
        return code(self.payment.purpose, "grant_purpose")

    @property
    def page(self) -> tuple[str, Mapping[str, object]]:
        return "grants.show", {"grant_id": self.id}

    def _filed(self) -> list[Filed]:
        return filed_in(self.payment)

    def _hold(self) -> None:
        hold(self.session, self.grant)
        self.folder_id = self.payment.papers_folder

    @property
    def beware(self) -> Sentence:
        """Said to whoever has the file, and so another place to put it."""
        return FINANCE_SEES if self.by.allows(Permission.WORK_ON_CASE, self.through) else Sentence()

    def standing_as(self, *sorts: Sort) -> list[Filed]:
        """Those of these sorts, the newest first."""
        return [one for one in self.standing if one.paper.sort in sorts]

    @property
    def whole(self) -> bool:
        """All that is told of them lies under one seal."""
        try:
            return bool(self.payment)
        except (Tampered, Locked):
            return False

    def why_not_remove(self, filed: Filed) -> tuple[Sentence, Sentence] | None:
        steps = steps_of(self.session, self.id)
        if state_of(steps) in ENDED:
            return OVER
        signed = (one.at for one in steps if one.act not in (Act.ASK, Act.ANSWER))
        if any(at >= filed.added.at for at in signed):
            return SIGNED
        return why_not_theirs(self, filed)

    def opened_folder(self, now: datetime) -> uuid.UUID:
        """Opened with the first document."""
        payment = self.payment
        if payment.papers_folder is None:
            folder = self.by.ring.open_folder(self.grant.office_id, FolderKind.PAYMENTS, now)
            record(self.session, Event.FOLDER_OPENED, folder=folder.id, kind=folder.kind)
            payment = self.grant.payment = replace(payment, papers_folder=folder.id)
            self.session.flush()
        assert payment.papers_folder is not None  # noqa: S101 - it was opened by now
        self.folder_id = payment.papers_folder
        return self.folder_id

    def write(self, paper: Paper, now: datetime) -> None:
        payment = self.payment
        told = Lying(entry_id=uuid.uuid4(), at=now, by_id=self.by.member_id, paper=paper)
        self.grant.payment = replace(payment, papers=(*payment.papers, told))
        record(self.session, Event.GRANT_DRAFTED, grant=self.id)
        self.session.flush()

    def correct(self, entry_id: uuid.UUID, paper: Paper, now: datetime) -> None:
        found = next((one for one in self.filed if one.id == paper.document_id), None)
        if found is None or found.entry_id != entry_id:
            raise Changed("somebody wrote of this document first")
        self.write(paper, now)


def filed_in(payment: Payment) -> list[Filed]:
    """What is told of the documents of a grant, each with all that was ever written of it."""
    found: dict[uuid.UUID, list[Version]] = {}
    for one in payment.papers:
        found.setdefault(one.paper.document_id, []).append(Version(one.entry_id, one.at, one.by_id, one.paper))
    return [Filed(tuple(versions)) for versions in found.values()]


@holds_documents
def grant_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> GrantRecord | None:
    """Known to whoever knows of the grant by their seat in its office. A decision sheet shows headquarters none."""
    known = open_grant_row(session, visitor, record_id)
    if known is None or known.through != known.row.office_id:
        return None
    return GrantRecord(session, visitor, known.row)
