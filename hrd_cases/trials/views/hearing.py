"""A hearing: scheduled, on one page, corrected, on paper for whoever goes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases import merging
from hrd_cases.cases.forms.entry import Around, made_from
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.views.conflict import Readings, conflict_page, typed_over
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import done, led_to, shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed, Refused
from hrd_cases.forms import in_words
from hrd_cases.trials import hearings
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.forms.hearing import DescribeForm, PrepareForm, ScheduleForm
from hrd_cases.trials.going import Colleagues, colleagues_of
from hrd_cases.trials.hearing_sheet import HearingSheet
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import Clocks, clocks_of
from hrd_cases.trials.times import When
from hrd_cases.trials.views.clashing import Busy
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.proceeding import opened
from hrd_cases.trials.words import told_of_hearing
from hrd_cases.trials.writing import locked_docket


def around(by: Visitor, now: datetime, colleagues: Colleagues | None = None) -> Around:
    members = tuple(colleagues.in_order) if colleagues is not None else ()
    return Around(me=by.member_id, now=now, zone=by.zone, members=members)


def sheet_of(session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID) -> HearingSheet:
    """Raises Absent for what is no hearing of this trial."""
    sheet = HearingSheet(session, by, docket, hearing_id=hearing_id)
    assert sheet.hearing is not None  # noqa: S101 - it raises Absent
    return sheet


def to_hearing(proceeding: Proceeding, hearing_id: uuid.UUID) -> Response:
    return led_to("trials.hearing", proceeding_id=proceeding.id, hearing_id=hearing_id)


# -- scheduled


@desk.form("/trials/<uuid:proceeding_id>/hearings/new", needs=Permission.WORK_ON_CASE)
def schedule(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    docket, now = open_docket(session, proceeding), datetime.now(UTC)
    colleagues = colleagues_of(session, visitor, proceeding.office_id, now)
    form = ScheduleForm.blank(around(visitor, now, colleagues), docket.trial.zone)
    made: list[uuid.UUID] = []
    if done(form, lambda: made.append(_scheduled(session, visitor, proceeding, form, now))):
        _say_when(open_docket(session, proceeding, anew=True).hearing(made[0]).said.when, visitor, now)
        return to_hearing(proceeding, made[0])
    refused = in_words(Refused.of(hearings.OVER)) if docket.has_ended else None
    page = {"docket": docket, "back": url_for("trials.show", proceeding_id=proceeding.id), "refused": refused}
    return shown("trials/hearing_new.html", form, 409 if refused else 200, **page)


def _scheduled(session: Session, by: Visitor, proceeding: Proceeding, form: ScheduleForm, now: datetime) -> uuid.UUID:
    """Pressed twice, it leads to the one that the first press set."""
    hearing_id = entry_id_of(by)
    locked_docket(session, proceeding)
    if session.get(ProceedingEntry, hearing_id) is None:
        hearings.schedule(session, by, proceeding, form.hearing(), now, hearing_id=hearing_id)
    return hearing_id


def _say_when(when: When, by: Visitor, now: datetime) -> None:
    """When that is, by both clocks: a slip of the pen is seen at once."""
    say(_("The hearing is set: %(when)s.", when=both_clocks(clocks_of(when, by.zone))))
    if hearings.day_at_court(when, now) > when.on:
        note(_("That day is past. Record what came of it."))


def both_clocks(clocks: Clocks) -> str:
    """A time at the court, and what that is by one's own clocks where they show something else."""
    court, place = clocks.court, clocks.place
    if not clocks.own:
        return str(_("%(court)s at the court (%(place)s)", court=court, place=place))
    return str(
        _("%(court)s at the court (%(place)s) = %(own)s by your clocks", court=court, place=place, own=clocks.own)
    )


# -- on one page


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>", needs=Permission.WORK_ON_CASE)
def hearing(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    more = PrepareForm.among(_chosen_from(session, visitor, proceeding, sheet)) if sheet.ahead else None
    return shown("trials/hearing.html", sheet=sheet, clashes=_clashes(session, visitor, sheet), more=more)


def _chosen_from(session: Session, by: Visitor, proceeding: Proceeding, sheet: HearingSheet) -> list[Any]:
    return colleagues_of(session, by, proceeding.office_id, sheet.now).in_order


def _clashes(session: Session, by: Visitor, sheet: HearingSheet) -> list[str]:
    """What does not go together with it, of whoever goes and of the backup."""
    if not sheet.ahead or (sheet.said.observer is None and sheet.said.backup is None):
        return []
    busy = busy_at(session, by, sheet)
    return [*busy.said(sheet.said.observer, sheet.names), *busy.said(sheet.said.backup, sheet.names)]


def busy_at(session: Session, by: Visitor, sheet: HearingSheet) -> Busy:
    """Who has another hearing that does not go together with this one."""
    place = sheet.trial.place or sheet.court
    return Busy(session, by, sheet.docket.proceeding.office_id, sheet.hearing.id, sheet.said.when, place)


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/briefing", needs=Permission.WORK_ON_CASE)
def briefing(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """One page for whoever goes, numbered, the number in the trail."""
    sheet, number = sheet_of(session, visitor, opened(session, proceeding), hearing.id), new_reference()
    after_reading(Event.BRIEFING_PRINTED, proceeding=proceeding.id, entry=sheet.hearing.id, export=number)
    return shown("trials/hearing_briefing.html", sheet=sheet, number=number)


class Version(NamedTuple):
    """What was written of it: what was done then, and what described it."""

    entry: ProceedingEntry
    told: str
    lines: list[tuple[str, str, str]]


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/before", needs=Permission.WORK_ON_CASE)
def hearing_history(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Everything that was ever written of it, the newest first."""
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    entries = sheet.docket.versions(sheet.hearing.id)
    versions = [_version(one, before, visitor) for one, before in zip(entries, [None, *entries], strict=False)]
    return shown("trials/hearing_before.html", sheet=sheet, versions=versions[::-1])


def _version(entry: ProceedingEntry, before: ProceedingEntry | None, by: Visitor) -> Version:
    said, stood = entry.details, before.details if before is not None else None
    assert isinstance(said, Hearing)  # noqa: S101 - versions of a hearing
    told = told_of_hearing(said, stood if isinstance(stood, Hearing) else None)
    return Version(entry, told, _reading(entry, by))


# -- corrected


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/correct", needs=Permission.WORK_ON_CASE)
def correct_hearing(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """What describes it. Its date, its result and who goes are written on pages of their own."""
    sheet = sheet_of(session, visitor, open_docket(session, proceeding), hearing.id)
    form = DescribeForm.of(sheet.said, around(visitor, sheet.now), made_from=sheet.hearing.entry.id)
    wrote: list[bool] = []
    try:
        if done(form, lambda: wrote.append(_corrected(session, visitor, sheet, form))):
            say(_("Corrected. What stood there before can still be read.")) if any(wrote) else note(
                _("Nothing was changed.")
            )
            return to_hearing(proceeding, sheet.hearing.id)
    except Changed:
        return _conflict(session, visitor, open_docket(session, proceeding, anew=True), sheet.hearing.id, form)
    return shown("trials/hearing_correct.html", form, sheet=sheet, over=typed_over())


def _corrected(session: Session, by: Visitor, sheet: HearingSheet, form: DescribeForm) -> bool:
    """Over a version that is not the newest, only what was changed there is put over the newest."""
    corrected, over = made_from(form), typed_over()
    if corrected is None:
        raise Absent("made from no version of this")
    said: Hearing = form.said(sheet.said)
    if over is not None:
        base = sheet.docket.version(sheet.hearing.id, over).details
        mine = DescribeForm.of(base, around(by, sheet.now)).said(base)
        untouched = DescribeForm.of(base, around(by, sheet.now), unread=True).said(base)
        said = merging.put_over(sheet.said, said, merging.changed(mine, untouched))
    return hearings.correct_hearing(session, by, sheet.docket.proceeding, corrected, said, sheet.now)


def _conflict(session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID, form: DescribeForm) -> Response:
    """Somebody wrote of it first."""
    standing = docket.hearing(hearing_id)
    began = docket.version(standing.id, typed_over() or made_from(form) or standing.entry.id)
    readings = Readings(_reading(began, by), _reading(standing.entry, by), form.in_words())
    back = url_for("trials.hearing", proceeding_id=docket.proceeding.id, hearing_id=standing.id)
    return conflict_page(session, back, standing.entry, began.id, readings, form)


def _reading(entry: ProceedingEntry, by: Visitor) -> list[tuple[str, str, str]]:
    return DescribeForm.of(entry.details, around(by, datetime.now(UTC)), unread=True).in_words()
