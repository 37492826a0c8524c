"""A hearing: scheduled, on one page, corrected, on paper for whoever goes."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.file import open_file
from hrd_cases.cases.forms.entry import Around
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.rounds import UNREADABLE
from hrd_cases.cases.views.conflict import Typed, typed_over
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say, to_do
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.traces import after_reading, also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed, Refused
from hrd_cases.forms import in_words
from hrd_cases.pages import day
from hrd_cases.trials import scheduling
from hrd_cases.trials.calendar_words import remarks_on
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, files_of, open_docket
from hrd_cases.trials.forms.hearing import DescribeForm, ScheduleForm
from hrd_cases.trials.going import Colleagues, colleagues_of
from hrd_cases.trials.hearing_sheet import HearingSheet
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import Clocks, TrialSheet, clocks_of
from hrd_cases.trials.times import When, has_begun, local_day
from hrd_cases.trials.told import only_reported
from hrd_cases.trials.views.clashing import Busy
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.proceeding import opened, say_corrected
from hrd_cases.trials.words import told_of_hearing
from hrd_cases.trials.writing import locked_docket


def around(by: Visitor, now: datetime, colleagues: Colleagues | None = None) -> Around:
    members = tuple(colleagues.in_order) if colleagues is not None else ()
    return Around(me=by.member_id, now=now, zone=by.zone, members=members)


def sheet_of(session: Session, by: Visitor, docket: Docket, hearing_id: uuid.UUID) -> HearingSheet:
    """Raises Absent for what is no hearing of this trial."""
    return HearingSheet(session, by, docket, hearing_id=docket.hearing(hearing_id).id)


def to_hearing(proceeding: Proceeding, hearing_id: uuid.UUID) -> Response:
    return led_to("trials.hearing", proceeding_id=proceeding.id, hearing_id=hearing_id)


# -- scheduled


@desk.form("/trials/<uuid:proceeding_id>/hearings/new", needs=Permission.WORK_ON_CASE)
def schedule(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    docket, now = opened(session, proceeding), datetime.now(UTC)
    colleagues = colleagues_of(session, visitor, proceeding.office_id, now)
    form = ScheduleForm.blank(around(visitor, now, colleagues), docket.trial.zone)
    if (hearing := outcome(form, lambda: _scheduled(session, visitor, proceeding, form, now))) is not None:
        _say_when(open_docket(session, proceeding).hearing(hearing.of).said.when, visitor, now)
        return to_hearing(proceeding, hearing.of)
    refused = in_words(Refused.of(scheduling.OVER)) if docket.has_ended else None
    also_about(*docket.trial.files)
    stands = TrialSheet(session, visitor, docket).seen_with_us
    back = url_for("trials.show", proceeding_id=proceeding.id)
    page = {"docket": docket, "back": back, "refused": refused, "stands": stands}
    return shown("trials/hearing_new.html", form, 409 if refused else 200, **page)


def _scheduled(session: Session, by: Visitor, proceeding: Proceeding, form: ScheduleForm, now: datetime) -> uuid.UUID:
    """Pressed twice, it leads to the one that the first press set."""
    hearing_id = entry_id_of(by)
    locked_docket(session, proceeding)
    if session.get(ProceedingEntry, hearing_id) is None:
        scheduling.schedule(session, by, proceeding, form.hearing(), now, hearing_id=hearing_id)
    return hearing_id


def _say_when(when: When, by: Visitor, now: datetime) -> None:
    """When that is, by both clocks: a slip of the pen is seen at once."""
    say(_("The hearing is set: %(when)s.", when=both_clocks(clocks_of(when, by.zone))))
    if local_day(now, when.zone) > when.on:
        note(_("That day is past. Record what came of it."))
    elif when.clock is not None and has_begun(when, now):
        note(_("That hour is past. Record what came of it."))


def both_clocks(clocks: Clocks) -> str:
    """A time at the court, and what that is by one's own clocks where they show something else."""
    court, place = clocks.court, clocks.place
    if not clocks.hour:
        return str(_("%(court)s (court in %(place)s)", court=court, place=place))
    if not clocks.own:
        return str(_("%(court)s at the court (%(place)s)", court=court, place=place))
    return str(
        _("%(court)s at the court (%(place)s) = %(own)s by your clocks", court=court, place=place, own=clocks.own)
    )


# -- on one page


@desk.get("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>", needs=Permission.WORK_ON_CASE)
def hearing(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    if sheet.says_seen:
        also_about(*sheet.trial.files)
    clashes, said = _clashes(session, visitor, sheet), remarks(session, sheet, sheet.hearing)
    return shown("trials/hearing.html", sheet=sheet, clashes=clashes, remarks=said)


def remarks(session: Session, sheet: HearingSheet, hearing: Standing[Hearing]) -> list[str]:
    """Of the date of one that is ahead: what whoever set it may not have thought of."""
    if not hearing.said.is_ahead:
        return []
    found = remarks_on(hearing.said.when, calendar_of(session, sheet.docket.proceeding.office_id))
    if only_reported(sheet.docket, hearing):
        found.append(_("This date stands in an embassy’s report that nobody has reviewed yet."))
    return found


def say_left_behind(session: Session, sheet: HearingSheet) -> None:
    """Once the hearing is not on its day any more: next steps of its files that somebody wrote for that day."""
    for case in files_of(session, sheet.docket):
        with suppress(*UNREADABLE):
            profile = open_file(session, case).profile
            if profile.next_step and profile.next_step_on == sheet.said.when.on:
                to_do(
                    _(
                        "The next step of %(file)s is still on %(day)s: “%(step)s”. Change it if it is this hearing.",
                        file=case.reference,
                        day=day(sheet.said.when.on),
                        step=profile.next_step,
                    )
                )


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
    if not isinstance(said, Hearing):
        raise Absent("no version of a hearing")
    told = told_of_hearing(said, stood if isinstance(stood, Hearing) else None)
    return Version(entry, told, _reading(entry, by))


# -- corrected


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/correct", needs=Permission.WORK_ON_CASE)
def correct_hearing(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """What describes it. Its date, its result and who goes are written on pages of their own."""
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    typed_in = _typed(sheet)
    form = typed_in.form

    def act() -> bool:
        said = typed_in.onto(sheet.said)
        return scheduling.correct_hearing(session, visitor, proceeding, typed_in.read, said, sheet.now)

    try:
        if (wrote := outcome(form, act)) is not None:
            say_corrected(wrote=wrote.of)
            return to_hearing(proceeding, sheet.hearing.id)
    except Changed:
        docket = opened(session, proceeding, anew=True)
        back = url_for("trials.hearing", proceeding_id=proceeding.id, hearing_id=sheet.hearing.id)
        version = partial(version_of, docket, sheet.hearing.id)
        return typed_in.conflict(session, back, docket.hearing(sheet.hearing.id).entry, version)
    return shown("trials/hearing_correct.html", form, sheet=sheet, over=typed_over())


def _typed(sheet: HearingSheet) -> Typed[Hearing]:
    def shape(said: Hearing, unread: bool, from_: uuid.UUID | None = None) -> DescribeForm:
        return DescribeForm.of(said, around(sheet.by, sheet.now), made_from=from_, unread=unread)

    form = shape(sheet.said, False, sheet.hearing.entry.id)
    return Typed(form, shape, partial(version_of, sheet.docket, sheet.hearing.id))


def version_of(docket: Docket, hearing_id: uuid.UUID, entry_id: uuid.UUID) -> Hearing:
    """What one entry of a hearing says. Raises Absent for what is no version of it."""
    found = docket.version(hearing_id, entry_id).details
    if not isinstance(found, Hearing):
        raise Absent("no version of a hearing")
    return found


def _reading(entry: ProceedingEntry, by: Visitor) -> list[tuple[str, str, str]]:
    return DescribeForm.of(entry.details, around(by, datetime.now(UTC)), unread=True).in_words()
