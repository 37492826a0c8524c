"""The report on a hearing: its page, its steps, filed, reviewed or sent back; and how the items went over the trial."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.forms.entry import Line, id_in, made_from
from hrd_cases.cases.views.conflict import Typed, typed_over
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, on_what_was_read, shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed
from hrd_cases.forms import typed
from hrd_cases.pages import day
from hrd_cases.trials import reports, results
from hrd_cases.trials.details import Report
from hrd_cases.trials.forms.report import THEIRS, ChangesForm, ReadForm, ReportForm, ReviewForm
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.reminder_words import report_within
from hrd_cases.trials.report_sheet import ReportSheet, TrendSheet
from hrd_cases.trials.report_steps import RESULT, Step
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.proceeding import around, opened
from hrd_cases.trials.views.report_pages import beside_items, onward, page_of, step_form, step_page
from hrd_cases.trials.words import hearing_name

_NOT_OF_A_RESULT = object()
_CHANGED = (N_("Somebody wrote of this hearing or its report first."), N_("Read it as it is now, and do it again."))


def _sheet(
    session: Session, by: Visitor, proceeding: Proceeding, hearing: ProceedingEntry, *, anew: bool = False
) -> ReportSheet:
    sheet = ReportSheet(session, by, opened(session, proceeding, anew=anew), hearing_id=hearing.id)
    if sheet.lost:
        failed_check("report on a hearing", sheet.hearing.id)
    return sheet


def _drawn(sheet: ReportSheet) -> ReportSheet:
    """Its page shows something of the trial's files: reading it is reading of them."""
    also_about(*(file.case.id for file in sheet.read_files))
    return sheet


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report", needs=Permission.WORK_ON_CASE)
def report(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    sheet = _drawn(_sheet(session, visitor, proceeding, hearing))
    aside = {one.id: ReportForm.of(one.said, around(visitor, sheet.now), unread=True).in_words() for one in sheet.aside}
    return shown("trials/report.html", sheet=sheet, lines=_lines(sheet), aside_lines=aside)


def _lines(sheet: ReportSheet) -> list[tuple[str, str]]:
    """What it says beside the checklist: (label, words)."""
    form = ReportForm.of(sheet.shown, around(sheet.by, sheet.now), unread=True)
    return [(_as_written(sheet, line), line.words) for line in beside_items(form) if line.name not in _said(sheet)]


def _said(sheet: ReportSheet) -> set[str]:
    """Parts of the result that the report tells as the hearing has them: they are shown once."""
    report, result, after = sheet.shown, sheet.hearing.said.result, sheet.next
    same = {"next_on"} if after is not None and report.next_on == after.when.on else set()
    if result is not None:
        same |= {name for name in RESULT if getattr(report, name, None) == getattr(result, name, _NOT_OF_A_RESULT)}
    return same


def _as_written(sheet: ReportSheet, line: Line) -> str:
    """What is told otherwise than the hearing has it is told as the observer's."""
    if line.name not in RESULT or sheet.hearing.said.result is None:
        return line.label
    return str(_("%(part)s, as the observer wrote it", part=line.label))


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report/before", needs=Permission.WORK_ON_CASE)
def report_history(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Every version that was filed, the newest first."""
    sheet = _sheet(session, visitor, proceeding, hearing)
    filed = reports.filed_versions(sheet.docket, sheet.hearing.id)[::-1]
    forms = {one.id: ReportForm.of(one.details, around(visitor, sheet.now), unread=True) for one in filed}
    lines = {one.id: forms[one.id].in_words() for one in filed}
    return shown("trials/report_before.html", sheet=sheet, versions=filed, lines=lines)


# -- written


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report/<step>", needs=Permission.WORK_ON_CASE)
def report_step(
    session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry, step: str
) -> Response:
    """One page of it. Saved at once, finished or not."""
    sheet = _drawn(_sheet(session, visitor, proceeding, hearing))
    page = page_of(sheet, step)
    if request.method == "GET" and not sheet.may_write:
        return led_to("trials.report", **sheet.ids)
    typed_in = _typed(sheet, page)
    form = typed_in.form
    try:
        if done(form, lambda: _saved(sheet, typed_in)):
            say(_("Saved."))
            return onward(sheet, page)
    except Changed:
        return _conflict(_sheet(session, visitor, proceeding, hearing, anew=True), typed_in)
    return step_page(sheet, page, form, over=typed_over())


def _typed(sheet: ReportSheet, step: Step) -> Typed[Report]:
    def shape(said: Report, unread: bool, from_: uuid.UUID | None = None) -> ReportForm:
        return step_form(sheet, said, around(sheet.by, sheet.now), step, made_from=from_, unread=unread)

    def put_over(theirs: Report, _said: Report, mine: Report, untouched: Report) -> Report:
        return reports.put_over(theirs, mine, untouched)

    return Typed(shape(sheet.newest, False, sheet.made_from), shape, sheet.version, put_over)


def _saved(sheet: ReportSheet, typed_in: Typed[Report]) -> None:
    said, hearing_id = typed_in.onto(sheet.newest), sheet.hearing.id
    version = typed_in.read if typed_in.read != hearing_id else None
    reports.save(sheet.session, sheet.by, sheet.docket.proceeding, hearing_id, version, said, sheet.now)


def _conflict(sheet: ReportSheet, typed_in: Typed[Report]) -> Response:
    """Somebody wrote in it first."""
    standing = sheet.standing
    if standing is None:
        raise Absent("nobody wrote it")
    back = url_for("trials.report", proceeding_id=sheet.id, hearing_id=sheet.hearing.id)
    return typed_in.conflict(sheet.session, back, standing.entry, sheet.version)


# -- filed, reviewed, sent back


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report/file", needs=Permission.WORK_ON_CASE)
def report_file(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """The whole of it once more, then one press."""
    sheet = _drawn(_sheet(session, visitor, proceeding, hearing))
    form = ReadForm(made_from=str(sheet.made_from))

    def act() -> None:
        read = made_from(form) or sheet.hearing.id
        reports.file_report(session, visitor, proceeding, sheet.hearing.id, read, datetime.now(UTC))

    if done(form, lambda: on_what_was_read(act, _CHANGED)):
        say(
            _("The report is filed. It can be used from now on, and is marked as not reviewed until somebody else has.")
        )
        return led_to("trials.report", **sheet.ids)
    form.made_from.data = str(sheet.made_from)
    return shown("trials/report_file.html", form, sheet=sheet)


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report/review", needs=Permission.WORK_ON_CASE)
def report_review(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Read by somebody else, who stands by it."""
    sheet = _sheet(session, visitor, proceeding, hearing)
    form = ReviewForm(made_from=str(sheet.hearing.entry.id), next_read=sheet.next_read)
    form.between(*_next_dates(sheet))

    def act() -> None:
        read, now = made_from(form) or sheet.hearing.id, datetime.now(UTC)
        reports.review(session, visitor, proceeding, read, now)
        if sheet.theirs_next is not None and typed(form.next_date) == THEIRS:
            next_read = id_in(form.next_read)
            results.take_next(session, visitor, proceeding, sheet.hearing.id, next_read, sheet.theirs_next, now)

    if done(form, lambda: on_what_was_read(act, _CHANGED)):
        say(
            _("The report is reviewed.")
            if sheet.from_elsewhere
            else _("The report is reviewed. Whoever wrote it is told.")
        )
        return led_to("trials.report", **sheet.ids)
    form.made_from.data, form.next_read.data = str(sheet.hearing.entry.id), sheet.next_read
    return shown("trials/report_review.html", form, sheet=sheet)


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/report/changes", needs=Permission.WORK_ON_CASE)
def report_changes(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Sent back, with what to change."""
    sheet = _sheet(session, visitor, proceeding, hearing)
    form = ChangesForm(made_from=str(sheet.hearing.entry.id))

    def act() -> None:
        read, reason = made_from(form) or sheet.hearing.id, typed(form.reason)
        reports.ask_changes(session, visitor, proceeding, read, reason, datetime.now(UTC))

    if done(form, lambda: on_what_was_read(act, _CHANGED), "reason"):
        say(_("The report is sent back. Whoever wrote it is told what to change."))
        return led_to("trials.report", **sheet.ids)
    form.made_from.data = str(sheet.hearing.entry.id)
    return shown("trials/report_changes.html", form, sheet=sheet, within=report_within())


def _next_dates(sheet: ReportSheet) -> tuple[str, str]:
    """What stands here, and what the observer wrote; "" where that is no other."""
    said = sheet.hearing.said
    none = _("no new date yet") if said.chase_on is not None else _("no further hearing")
    ours = hearing_name(sheet.next) if sheet.next is not None else _("Not said") if said.next_unsaid else none
    return ours, day(sheet.theirs_next) if sheet.theirs_next is not None else ""


# -- over the trial


@desk.get("/trials/<uuid:proceeding_id>/checklist", needs=Permission.WORK_ON_CASE)
def trend(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    """How the items of the checklist went from hearing to hearing."""
    return shown("trials/trend.html", sheet=TrendSheet(session, visitor, opened(session, proceeding)))
