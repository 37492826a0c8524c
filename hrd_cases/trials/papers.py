"""Documents on a trial, and on each of its hearings: all lie in the trial's folder, and its entries tell of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from hrd_cases.cases.papers import OVER, filed_in, is_whole, why_not_theirs
from hrd_cases.documents.papers import Filed, Paper, Record, holds_documents
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Sentence
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.openers import open_proceeding, open_proceeding_entry
from hrd_cases.trials.words import kind_of_hearing, trial_name
from hrd_cases.trials.writing import correct, locked_docket, write


class TrialRecord(Record):
    """Also the base of a hearing of it."""

    called = N_("Trial")

    def __init__(
        self,
        session: Session,
        by: Visitor,
        proceeding: Proceeding,
        record_id: uuid.UUID | None = None,
        docket: Docket | None = None,
    ) -> None:
        super().__init__(session, by, record_id or proceeding.id, proceeding.folder_id, proceeding.office_id)
        self.proceeding = proceeding
        if docket is not None:
            self.docket = docket

    @cached_property
    def docket(self) -> Docket:
        return open_docket(self.session, self.proceeding)

    @property
    def named(self) -> str:
        return trial_name(self.docket.trial)

    @property
    def page(self) -> tuple[str, Mapping[str, object]]:
        return "trials.show", {"proceeding_id": self.proceeding.id}

    def _filed(self) -> list[Filed]:
        return filed_in(self.docket, self.id)

    def _hold(self) -> None:
        self.docket = locked_docket(self.session, self.proceeding)

    @property
    def whole(self) -> bool:
        return is_whole(self.docket)

    def why_not_remove(self, filed: Filed) -> tuple[Sentence, Sentence] | None:
        return OVER if self.docket.has_ended else why_not_theirs(self, filed)

    def write(self, paper: Paper, now: datetime) -> None:
        write(self.session, self.by, self.proceeding, paper, now)

    def correct(self, entry_id: uuid.UUID, paper: Paper, now: datetime) -> None:
        correct(self.session, self.by, self.docket, entry_id, paper, now)


class HearingRecord(TrialRecord):
    called = N_("Hearing")

    @property
    def _hearing(self) -> Hearing:
        return self.docket.hearing(self.id).said

    @property
    def named(self) -> str:
        return f"{kind_of_hearing(self._hearing)} · {super().named}"

    @property
    def page(self) -> tuple[str, Mapping[str, object]]:
        return "trials.hearing", {"proceeding_id": self.proceeding.id, "hearing_id": self.id}


@holds_documents
def trial_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> TrialRecord | None:
    known = open_proceeding(session, visitor, record_id)
    return TrialRecord(session, visitor, known.row) if known is not None else None


@holds_documents
def hearing_record(session: Session, visitor: Visitor, record_id: uuid.UUID) -> HearingRecord | None:
    """A hearing by its id for good: that of its first entry."""
    entry = session.get(ProceedingEntry, record_id)
    found = open_proceeding(session, visitor, entry.proceeding_id) if entry is not None else None
    if found is None or open_proceeding_entry(session, visitor, record_id, found.row) is None:
        return None
    record = HearingRecord(session, visitor, found.row, record_id)
    return record if record.docket.one(record_id, Hearing) is not None else None
