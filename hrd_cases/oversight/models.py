"""The alarms that last: one row each, so that however many schedulers see an alarm, it is raised once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hrd_cases.db import UtcDateTime
from hrd_cases.records import Base


class RaisedAlarm(Base):
    """An alarm of the watchdog (`outbox.watch`) that was written into the trail and is not over."""

    __tablename__ = "raised_alarms"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
