"""Reports on hearings of trials of the sample world, written through the same actions as the pages."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from hrd_cases.trials import reports
from hrd_cases.trials.details import Observed, Observer, Report
from hrd_cases.trials.life import Act
from tests.trials.trying import DEPUTY, HEAD, Tried, held, in_days

VIOLATED = Observed(item="f07", said="violated", basis="seen", note="Counsel waited outside.")


def observed(tried: Tried, observer: Observer | None, **more: Any) -> uuid.UUID:
    """A hearing of today that was held."""
    found = tried.schedule(**{"when": in_days(0, None), "observer": observer} | more)
    tried.act(found, Act.RECORD, result=held())
    return found


class Reporting:
    """The report on one hearing."""

    def __init__(self, tried: Tried, hearing_id: uuid.UUID, who: str = DEPUTY) -> None:
        self.tried, self.hearing_id, self.who = tried, hearing_id, who

    def look(self) -> Any:
        return self.tried.seen(lambda docket: reports.report_on(docket, self.hearing_id))

    @property
    def made_from(self) -> uuid.UUID | None:
        standing = self.look()
        return standing.entry.id if standing is not None else None

    @property
    def shown(self) -> Any:
        """What readers are shown; None for nothing."""
        return self.tried.seen(lambda docket: reports.filed_report(docket, docket.hearing(self.hearing_id)))

    def save(self, who: str | None = None, made_from: Any = ..., **says: Any) -> bool:
        standing = self.look()
        stands = standing.said if standing is not None else Report(hearing_id=self.hearing_id)
        read = self.made_from if made_from is ... else made_from
        said = msgspec.structs.replace(stands, **says)
        found: bool = self.tried.do(reports.save, self.hearing_id, read, said, who=who or self.who)
        return found

    def file(self, who: str | None = None) -> None:
        self.tried.do(reports.file_report, self.hearing_id, self.made_from, who=who or self.who)

    def review(self, who: str = HEAD) -> None:
        self.tried.do(reports.review, self.tried.entry(self.hearing_id), who=who)

    def ask_changes(self, reason: str, who: str = HEAD) -> None:
        self.tried.do(reports.ask_changes, self.tried.entry(self.hearing_id), reason, who=who)

    @property
    def state(self) -> str:
        return self.tried.hearing(self.hearing_id).state


def a_report(tried: Tried, who: str, **more: Any) -> uuid.UUID:
    """A hearing of today with a report by a colleague without an account, that this member filed for them."""
    report = Reporting(tried, observed(tried, Observer(name="A colleague", embassy="A"), **more), who)
    report.save(
        judges="Three",
        summary="Bail was refused in ten minutes.",
        incidents="Photographed at the door.",
        harmed=True,
        publish="without_names",
        items=(
            Observed(item="f03", said="partly", basis="seen", closed=True, ground="public_order"),
            Observed(item="f05", said="violated", basis="told_by_defence", note="A cage."),
            Observed(item="f09", said="respected"),
        ),
    )
    report.file()
    return report.hearing_id
