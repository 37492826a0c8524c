"""What the unattended process puts away of case files: clocks that stopped long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hrd_cases.cases.models import Acknowledgement
from hrd_cases.db import rows_touched

STOPPED_FOR = timedelta(days=30)
"""So long a stopped clock is kept: until then a form sent twice says by when it had to be taken."""


def drop_stopped_clocks(session: Session, now: datetime) -> int:
    """Acknowledgements of files that somebody took long ago. Returns how many."""
    return rows_touched(
        session.execute(delete(Acknowledgement).where(Acknowledgement.acknowledged_at <= now - STOPPED_FOR))
    )
