"""The report of an observer who was asked by a share, as it is written in their office: it changes nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar

from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Refused
from hrd_cases.trials.details import Report
from hrd_cases.trials.report_draft import ReportDraft
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.rules import Seen
from hrd_cases.trials.shares.words import name_shared
from hrd_cases.trials.times import may_have_begun


@dataclass
class SharedReport(ReportDraft):
    """What its pages show, of a share that stands. Whether an accused is a minor nobody was told: the item is among
    those that are not usually asked.
    """

    session: Session
    by: Visitor
    row: ReceivedShare
    share: Share
    now: datetime
    desk: ClassVar[str] = "shares"
    elsewhere: ClassVar[bool] = True

    @property
    def ids(self) -> dict[str, uuid.UUID]:
        return {"received_id": self.row.id}

    @property
    def said(self) -> Seen:
        """What was shared of the hearing."""
        return self.share.shared

    @property
    def title(self) -> str:
        return name_shared(self.said)

    @property
    def kind(self) -> str:
        return self.said.kind

    @property
    def on(self) -> date:
        return self.said.when.on

    @property
    def country(self) -> str:
        return self.said.country

    @property
    def minor(self) -> bool:
        return False

    @cached_property
    def begun(self) -> Report | None:
        """What was written so far; None before anybody did."""
        return receiving.report_begun(self.by, self.row, self.share)

    @property
    def newest(self) -> Report:
        return self.begun or self.nothing

    @property
    def nothing(self) -> Report:
        return Report(hearing_id=self.row.id)

    @property
    def filed(self) -> bool:
        """Was what stands in it filed?"""
        return self.newest.filed

    @property
    def changes_asked(self) -> str:
        """What the office asked to be changed; "" once it was filed again."""
        return self.said.changes if self.said.changes_open(self.row.reported_at) else ""

    @property
    def mark(self) -> uuid.UUID:
        """Which version somebody writes from."""
        return receiving.report_mark(self.row)

    @property
    def early(self) -> bool:
        return not may_have_begun(self.said.when, self.now)

    @property
    def why_not(self) -> Refused | None:
        """Why nobody of this office can write in it; None where they can."""
        return receiving.why_not_report(self.session, self.row, self.now)
