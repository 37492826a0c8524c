"""What the pages of a report show, drawn for one member: it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, NamedTuple

from hrd_cases.cases import outward
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.consent_gate import Decision
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.models import Case
from hrd_cases.cases.trend import Course
from hrd_cases.errors import Locked, Refused, Tampered
from hrd_cases.trials import hearings, reports
from hrd_cases.trials.details import Hearing, Report
from hrd_cases.trials.docket import country_of, files_of
from hrd_cases.trials.life import Act, State, marked_unreviewed, report_usable
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.overview import TrialSheet
from hrd_cases.trials.report_draft import ReportDraft
from hrd_cases.trials.report_words import how_it_went
from hrd_cases.trials.trend import courses
from hrd_cases.trials.words import hearing_name

SIDE_BY_SIDE = 4
"""Hearings that a table shows beside one another."""
STATEMENT = "statement"
"""The outward act that publishing is."""


class MayPublish(NamedTuple):
    """Whether one of its files agrees that it is published; no decision where the file cannot be read."""

    case: Case
    name: str
    decision: Decision | None


@dataclass
class ReportSheet(TrialSheet, ReportDraft):
    """A report on a hearing. `hearing_id`: that of any entry of it."""

    hearing_id: uuid.UUID = field(kw_only=True)
    desk: ClassVar[str] = "trials"
    elsewhere: ClassVar[bool] = False

    @cached_property
    def hearing(self) -> Standing[Hearing]:
        """As it stands. Raises Absent for what is no hearing of this trial."""
        return self.docket.hearing(self.hearing_id)

    @property
    def ids(self) -> dict[str, uuid.UUID]:
        """What addresses below it name."""
        return {"proceeding_id": self.id, "hearing_id": self.hearing.id}

    @property
    def title(self) -> str:
        return hearing_name(self.hearing.said)

    @property
    def kind(self) -> str:
        return self.hearing.said.kind

    @property
    def on(self) -> date:
        return self.hearing.said.when.on

    @property
    def court(self) -> str:
        return self.hearing.said.court or self.trial.court

    # -- the report

    @cached_property
    def standing(self) -> Standing[Report] | None:
        """Its newest version, filed or not."""
        return reports.report_on(self.docket, self.hearing.id)

    @cached_property
    def filed(self) -> ProceedingEntry | None:
        """The version that readers are shown."""
        return reports.filed_version(self.docket, self.hearing)

    @property
    def filed_by(self) -> uuid.UUID | None:
        """Who filed it; of one that came from another office, who wrote it there."""
        if self.filed is None:
            return None
        written_by: uuid.UUID | None = self.filed.details.written_by if isinstance(self.filed.details, Report) else None
        return written_by or self.filed.author_id

    @property
    def filed_at(self) -> datetime | None:
        """When it was filed; one that came from another office, there."""
        if self.filed is None:
            return None
        sent_at: datetime | None = self.filed.details.sent_at if isinstance(self.filed.details, Report) else None
        return sent_at or self.filed.written_at

    @cached_property
    def aside(self) -> list[Standing[Report]]:
        """What else came from other offices, and is not the report."""
        return reports.kept_aside(self.docket, self.hearing.id)

    @property
    def from_elsewhere(self) -> bool:
        """Did an observer of another office write it, to whom the hearing was shared? Nothing tells them here."""
        return self.filed is not None and self.shown.share_id is not None

    @property
    def filed_before(self) -> bool:
        """Was another version filed before the one that is shown?"""
        return len(reports.filed_versions(self.docket, self.hearing.id)) > 1

    @property
    def next(self) -> Hearing | None:
        """The hearing that follows this one."""
        found = self.docket.next_of(self.hearing.id)
        return found.said if found is not None else None

    @property
    def next_read(self) -> str:
        """The entry that says what follows; empty if nothing does."""
        found = self.docket.next_of(self.hearing.id)
        return str(found.entry.id) if found is not None else ""

    @property
    def asks_next(self) -> bool:
        """Did nobody say what comes next?"""
        return self.docket.next_unsaid(self.hearing)

    @property
    def theirs_next(self) -> date | None:
        """The next date as the observer of another office wrote it, where another stands here or none."""
        theirs = self.shown.next_on if self.from_elsewhere else None
        return theirs if self.next is None or self.next.when.on != theirs else None

    @property
    def lost(self) -> bool:
        """It was filed, and cannot be found or read."""
        return self.hearing.said.report_id is not None and self.filed is None

    @property
    def being_written(self) -> bool:
        """Is there something in it that was not filed?"""
        return self.standing is not None and not self.standing.said.filed

    @property
    def shown(self) -> Report:
        """What the page shows: the version that was filed, else what was written so far."""
        if self.filed is not None and isinstance(self.filed.details, Report):
            return self.filed.details
        return self.newest

    @property
    def newest(self) -> Report:
        return self.standing.said if self.standing is not None else self.nothing

    @property
    def nothing(self) -> Report:
        return reports.blank(self.hearing)

    @property
    def made_from(self) -> uuid.UUID:
        """What somebody goes on writing from; the hearing, where nothing stands yet."""
        return self.standing.entry.id if self.standing is not None else self.hearing.id

    def version(self, made_from: uuid.UUID) -> Report:
        """What somebody wrote from. Raises Absent for what is no version of it."""
        if self.standing is None or made_from == self.hearing.id:
            return reports.blank(self.hearing)
        found = self.docket.version(self.standing.id, made_from).details
        assert isinstance(found, Report)  # noqa: S101 - a chain is of one kind
        return found

    @property
    def changes_asked(self) -> str:
        asked = reports.changes_awaited(self.docket, self.hearing)
        return asked.words if asked is not None else ""

    @property
    def why_not_ask(self) -> Refused | None:
        """Why no changes can be asked for, whatever is written: who can, or what to do instead."""
        return self.why_not(Act.ASK_CHANGES) or reports.why_not_ask(self.docket, self.hearing, self.now)

    def why_not(self, act: Act) -> Refused | None:
        """Why this member cannot do it: who can, or what to do instead."""
        return hearings.refused(self.by, self.docket, self.hearing, act, self.now)

    @property
    def may_write(self) -> bool:
        return self.why_not(Act.REPORT) is None

    @property
    def may_review(self) -> bool:
        return self.why_not(Act.REVIEW) is None

    # -- the checklist

    @cached_property
    def read_files(self) -> list[File]:
        """The files of the trial that can be read here."""
        found = []
        for case in files_of(self.session, self.docket):
            try:
                found.append(open_file(self.session, case))
            except (Tampered, Locked):
                continue
        return found

    @cached_property
    def country(self) -> str:
        """The state before whose court it is, as its files have it; "" where they differ or none says."""
        return country_of(self.read_files)

    @cached_property
    def minor(self) -> bool:
        """Is one of the accused a minor?"""
        people = (file.defender for file in self.read_files)
        return any(one is not None and one.said.minor for one in people)

    # -- may it be published

    @property
    def may_publish(self) -> list[MayPublish]:
        """What each of its files says of a public statement, if the observer would have it published."""
        if self.shown.publish not in (reports.YES, reports.WITHOUT_NAMES):
            return []
        judged = (
            MayPublish(file.case, file.name, outward.judge(self.session, file, STATEMENT, self.now))
            for file in self.read_files
        )
        found = {one.case.id: one for one in judged}
        return [found.get(one.id) or MayPublish(one, "", None) for one in files_of(self.session, self.docket)]

    def _members(self) -> Iterator[uuid.UUID]:
        yield from super()._members()
        yield from self.hearing.said.report_by
        yield from (one.said.written_by for one in self.aside if one.said.written_by is not None)


class Reported(NamedTuple):
    """A hearing with its report, for the trend."""

    hearing: Standing[Hearing]
    report: Report


@dataclass
class TrendSheet(TrialSheet):
    """How the items went over a trial."""

    @cached_property
    def reported(self) -> list[Reported]:
        """Hearings whose report can be used, in the order of their days."""
        found = ((one, reports.filed_report(self.docket, one)) for one in self.docket.hearings)
        return [Reported(one, said) for one, said in found if said is not None and report_usable(State(one.said.state))]

    @cached_property
    def courses(self) -> list[Course]:
        return courses([reports.answers(one.report) for one in self.reported])

    @property
    def unreviewed(self) -> int:
        return sum(marked_unreviewed(State(one.hearing.said.state)) for one in self.reported)

    @property
    def parts(self) -> list[tuple[int, list[Reported]]]:
        """As many hearings as a table shows beside one another, with the number of the first of them."""
        every = range(0, len(self.reported), SIDE_BY_SIDE)
        return [(first, self.reported[first : first + SIDE_BY_SIDE]) for first in every]

    @cached_property
    def names_of_hearings(self) -> list[str]:
        return [hearing_name(one.hearing.said) for one in self.reported]

    def how(self, one: Course) -> str:
        """How an item went, in a sentence."""
        return how_it_went(one, self.names_of_hearings)
