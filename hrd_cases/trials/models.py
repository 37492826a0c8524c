"""Tables of trials. One folder a proceeding; what is known of it stands in entries, corrected and never overwritten.

Which files a proceeding is about stands under its seal, and in each of those files: no clear row joins them.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from hrd_cases.audit.events import Event
from hrd_cases.cases.chains import Kept, Written
from hrd_cases.cases.tally import Tally
from hrd_cases.db import UtcDateTime
from hrd_cases.records import Sealed, bound, sealed
from hrd_cases.trials.details import Details


class Proceeding(Kept):
    """One trial, of one defender or of forty. It is its office's, as its files are."""

    __tablename__ = "proceedings"
    office_id: Mapped[uuid.UUID] = bound(index=True)
    opened_at: Mapped[datetime] = bound(type_=UtcDateTime)
    tally: Sealed[Tally] = sealed(default=Tally())


class ProceedingEntry(Written):
    """One thing about a proceeding: what it is, a hearing, what is prepared for one, a report."""

    __tablename__ = "proceeding_entries"
    of = (Proceeding, "proceeding_id")
    told_as = (Event.TRIAL_WRITTEN, Event.TRIAL_CORRECTED)
    proceeding_id: Mapped[uuid.UUID] = bound(ForeignKey("proceedings.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = bound(ForeignKey("proceeding_entries.id"), unique=True, default=None)
    details: Sealed[Details] = sealed()
