"""Acts on a hearing, a page each: who goes, another date, that somebody asks again, what is prepared."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.forms.entry import made_from
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import done, led_to, outcome, shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import in_words, typed
from hrd_cases.trials import hearings, preparing, scheduling
from hrd_cases.trials.details import Preparation
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.forms.hearing import ActsForm, ChaseForm, GoesForm, PrepareForm, TickForm
from hrd_cases.trials.going import choose, colleagues_of
from hrd_cases.trials.hearing_sheet import CHOOSING, RESULTS, HearingSheet
from hrd_cases.trials.hearings import Given
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import clocks_of
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.hearing import around, both_clocks, busy_at, say_left_behind, sheet_of, to_hearing
from hrd_cases.trials.views.proceeding import opened
from hrd_cases.trials.writing import locked_docket

_FIRST = _l("Somebody wrote of this hearing first. Look at what stands now, and save again if it is right.")
DOES = {
    Act.REQUEST_OBSERVER: (_l("It is marked that somebody has to be found. The officer of its file is told."),),
    Act.GO_MYSELF: (
        _l("You are the observer from now on. What has to be prepared becomes a list on the hearing’s page."),
    ),
    Act.ACCEPT: (_l("It is sure then who goes. The officer of its file is told."),),
    Act.DECLINE: (_l("Somebody else has to be found. The officer of its file is told."),),
    Act.WITHDRAW: (_l("Somebody else has to be found. Whoever was to go is told."),),
    Act.MOVE: (
        _l("It stays the same hearing, with who goes and what is prepared. Reminders follow the new date."),
        _l("If the court sat and adjourned, record the result instead: then the chain shows it."),
    ),
    Act.CANCEL: (_l("It leaves the calendar. Nobody is reminded of it any more, and whoever was to go is told."),),
    Act.SET_NEXT: (_l("The next hearing follows this one, and whoever was to go is asked again."),),
}
"""What one press does. Acts that are no keys here have pages of their own."""
DONE = {
    Act.REQUEST_OBSERVER: _l("An observer is asked for."),
    Act.GO_MYSELF: _l("You go. Look at what has to be prepared."),
    Act.ACCEPT: _l("Accepted."),
    Act.DECLINE: _l("Declined. Somebody else has to be found."),
    Act.WITHDRAW: _l("Withdrawn. Somebody else has to be found."),
    Act.CANCEL: _l("The hearing is cancelled."),
    Act.SET_NEXT: _l("The next hearing is set."),
}


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/act/<act>", needs=Permission.WORK_ON_CASE)
def hearing_act(
    session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry, act: str
) -> Response:
    """One act of the table; refused with its sentence: who can, or what to do instead."""
    wanted, sheet = _act(act), sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    if wanted in RESULTS:
        return led_to("trials.result", **sheet.ids)
    if wanted is Act.ASSIGN:
        return led_to("trials.observer", **sheet.ids)
    form = _asking(sheet, visitor, wanted)
    try:
        acted = outcome(form, lambda: _acted(session, visitor, sheet, wanted, form), _at_fault(form))
        if acted is not None:
            _say_done(session, sheet, wanted, acted.of)
            return to_hearing(proceeding, acted.of)
    except Changed:
        sheet = sheet_of(session, visitor, opened(session, proceeding, anew=True), hearing.id)
        _told_first(form, sheet)
    refused = hearings.refused(visitor, sheet.docket, sheet.hearing, wanted, sheet.now)
    choosing = wanted in CHOOSING
    if choosing:
        _reads_files(sheet)
    page: dict[str, Any] = {
        "act": wanted.value,
        "choosing": choosing,
        "says": DOES[wanted],
        "refused": in_words(refused) if refused else None,
    }
    return shown("trials/hearing_act.html", form, 409 if refused else 200, sheet=sheet, **page)


def _say_done(session: Session, sheet: HearingSheet, act: Act, hearing_id: uuid.UUID) -> None:
    """Of a hearing that was moved, when it is now: a slip of the pen is seen at once."""
    if act is Act.MOVE:
        moved = open_docket(session, sheet.docket.proceeding).hearing(hearing_id).said
        say(_("The hearing is moved: %(when)s.", when=both_clocks(clocks_of(moved.when, sheet.by.zone))))
    else:
        say(_("Recorded.") if sheet.answers_for(act) else str(DONE[act]))
    if act in (Act.MOVE, Act.CANCEL):
        say_left_behind(session, sheet)


def _act(name: str) -> Act:
    try:
        found = Act(name)
    except ValueError as error:
        raise Absent("no such act") from error
    if found not in DOES and found not in RESULTS and found is not Act.ASSIGN:
        raise Absent("it has a page of its own")
    return found


def _asking(sheet: HearingSheet, by: Visitor, act: Act) -> ActsForm:
    return ActsForm.asking(sheet.said, act, sheet.hearing.entry.id, around(by, sheet.now))


def _at_fault(form: ActsForm) -> str | None:
    """Where a refusal is said: at the date, if the act asks for one; else at the reason that is missing."""
    if "on" in form:
        return "on"
    return next((name for name in ("reason", "note") if name in form and not typed(form[name])), None)


def _told_first(form: Any, sheet: HearingSheet) -> None:
    form.refuse(str(_FIRST))
    form.made_from.data = str(sheet.hearing.entry.id)


def _acted(session: Session, by: Visitor, sheet: HearingSheet, act: Act, form: ActsForm) -> uuid.UUID:
    """The id of the hearing whose page comes next."""
    said, words = sheet.said, typed(form.note) if "note" in form else ""
    reason = typed(form.reason) if "reason" in form else words
    given = Given(
        reason=reason,
        note=words if reason != words else "",
        new=form.new(),
        new_kind=typed(form.new_kind) if "new_kind" in form else "",
    )
    if act is Act.SET_NEXT:
        # Why it was adjourned still stands.
        given = Given(reason=said.reason, note=said.note, new=given.new, new_kind=given.new_kind)
    read = made_from(form) or sheet.hearing.entry.id
    acted = hearings.take_act(session, by, sheet.docket.proceeding, read, act, given, sheet.now)
    return acted.next_id or sheet.hearing.id


# -- who goes


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/observer", needs=Permission.WORK_ON_CASE)
def observer(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """A colleague, somebody without an account, and who stands by. Of each colleague it is said what does not go
    together.
    """
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    colleagues = colleagues_of(session, visitor, proceeding.office_id, sheet.now)
    form = GoesForm.of(sheet.said, sheet.hearing.entry.id, colleagues.in_order)
    try:
        if (wrote := outcome(form, lambda: _chosen(session, visitor, sheet, form), "member_id")) is not None:
            say(_("Who goes is recorded.")) if wrote.of else note(_("Nothing was changed."))
            return to_hearing(proceeding, sheet.hearing.id)
    except Changed:
        sheet = sheet_of(session, visitor, opened(session, proceeding, anew=True), hearing.id)
        _told_first(form, sheet)
    refused = hearings.refused(visitor, sheet.docket, sheet.hearing, Act.ASSIGN, sheet.now)
    _reads_files(sheet)
    hints = busy_at(session, visitor, sheet).hints(colleagues.names, colleagues.names)
    for member in colleagues.away:
        hints[str(member)] = " ".join(filter(None, (_("Away."), hints.get(str(member), ""))))
    page = {"hints": hints, "refused": in_words(refused) if refused else None}
    return shown("trials/hearing_observer.html", form, 409 if refused else 200, sheet=sheet, **page)


def _reads_files(sheet: HearingSheet) -> None:
    """What they agreed to is read in the trial's files."""
    also_about(*sheet.trial.files)


def _chosen(session: Session, by: Visitor, sheet: HearingSheet, form: GoesForm) -> bool:
    read = made_from(form) or sheet.hearing.entry.id
    return choose(session, by, sheet.docket.proceeding, read, form.observer(), form.backup(), sheet.now)


# -- no new date yet


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/chase", needs=Permission.WORK_ON_CASE)
def chase(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """The court was asked and has no date: somebody asks again. Where it gave one, the date is given instead."""
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    form = ChaseForm(made_from=str(sheet.hearing.entry.id))
    try:
        if done(form, lambda: _asks_again(session, visitor, sheet, form), "on"):
            say(_("Somebody asks the court again on that day."))
            return to_hearing(proceeding, sheet.hearing.id)
    except Changed:
        sheet = sheet_of(session, visitor, opened(session, proceeding, anew=True), hearing.id)
        _told_first(form, sheet)
    return shown("trials/hearing_chase.html", form, sheet=sheet)


def _asks_again(session: Session, by: Visitor, sheet: HearingSheet, form: ChaseForm) -> None:
    read, said = made_from(form) or sheet.hearing.entry.id, typed(form.note)
    # Why it was adjourned still stands, where nothing new was said.
    words = said or sheet.said.note
    scheduling.chase_later(session, by, sheet.docket.proceeding, read, form.on.data, words, sheet.now)


# -- preparation


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/preparation", needs=Permission.WORK_ON_CASE)
def prepare(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Something more to prepare."""
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    colleagues = colleagues_of(session, visitor, proceeding.office_id, sheet.now)
    form = PrepareForm.among(colleagues.in_order)
    if done(form, lambda: _prepared(session, visitor, sheet, form)):
        say(_("Added to what is prepared."))
        return to_hearing(proceeding, sheet.hearing.id)
    return shown("trials/hearing_prepare.html", form, sheet=sheet)


def _prepared(session: Session, by: Visitor, sheet: HearingSheet, form: PrepareForm) -> None:
    """Pressed twice, it is one."""
    entry_id, proceeding = entry_id_of(by), sheet.docket.proceeding
    locked_docket(session, proceeding)
    if session.get(ProceedingEntry, entry_id) is None:
        preparing.add(session, by, proceeding, form.said(sheet.hearing.id), sheet.now, entry_id=entry_id)


@desk.form("/trials/<uuid:proceeding_id>/preparation/<uuid:task_id>", needs=Permission.WORK_ON_CASE)
def prepared(session: Session, visitor: Visitor, proceeding: Proceeding, task: ProceedingEntry) -> Response:
    """Ticked off; what was ticked off by mistake is taken up again."""
    docket, now = opened(session, proceeding), datetime.now(UTC)
    standing = docket.about(task.id, Preparation)
    finishes, form = standing.said.done_at is None, TickForm(made_from=str(standing.entry.id))
    ids = {"proceeding_id": proceeding.id, "hearing_id": standing.said.hearing_id}

    def tick() -> None:
        read = made_from(form) or standing.entry.id
        preparing.tick(session, visitor, proceeding, read, typed(form.note), now, done=finishes)

    try:
        if done(form, tick):
            say(_("Done.")) if finishes else say(_("It is to be done again."))
            return led_to("trials.hearing", **ids)
    except Changed:
        note(_("A colleague wrote of it first. Look at what stands now."))
        return led_to("trials.hearing", **ids)
    return shown("trials/hearing_prepared.html", form, task=standing, finishes=finishes, ids=ids)


@desk.form("/trials/<uuid:proceeding_id>/preparation/<uuid:task_id>/remove", needs=Permission.WORK_ON_CASE)
def take_off_prepared(session: Session, visitor: Visitor, proceeding: Proceeding, task: ProceedingEntry) -> Response:
    """Taken off the list: added by mistake, or not needed here."""
    docket, now = opened(session, proceeding), datetime.now(UTC)
    standing = docket.about(task.id, Preparation)
    form = TickForm(made_from=str(standing.entry.id))
    ids = {"proceeding_id": proceeding.id, "hearing_id": standing.said.hearing_id}

    def act() -> None:
        preparing.take_off(session, visitor, proceeding, made_from(form) or standing.entry.id, now)

    try:
        if done(form, act):
            say(_("Taken off the list."))
            return led_to("trials.hearing", **ids)
    except Changed:
        note(_("A colleague wrote of it first. Look at what stands now."))
        return led_to("trials.hearing", **ids)
    return shown("trials/hearing_take_off.html", form, task=standing, ids=ids)
