"""A proceeding: begun, on one page, corrected, taken from stage to stage."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.file import open_file
from hrd_cases.cases.forms.entry import Around, made_from
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.conflict import Typed, typed_over
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.cases.writing import lock_case
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import done, failed_check, led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.forms import typed
from hrd_cases.trials import proceedings
from hrd_cases.trials.details import Trial
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.forms.proceeding import StageForm, TrialForm, blank_trial
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import TrialSheet
from hrd_cases.trials.stages import Stage, moves_from
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.words import code


@desk.form("/cases/<uuid:case_id>/trials/new", needs=Permission.WORK_ON_CASE)
def begin(session: Session, visitor: Visitor, case: Case) -> Response:
    """What the trial is. Whom else it is about is said on its page."""
    file, now = open_file(session, case), datetime.now(UTC)
    blank = blank_trial(file.profile.country, visitor.zone)
    form = TrialForm.of(blank, around(visitor, now), made_from=uuid.uuid4())
    if (begun := outcome(form, lambda: _begun(session, visitor, case, form.said(blank), now))) is not None:
        say(_("The trial is recorded. Add the other files it is about, and its next hearing."))
        return led_to("trials.show", proceeding_id=begun.of)
    return shown("trials/trial_form.html", form, case=case, title=_("Record a trial"), back=_file(case))


def _file(case: Case) -> tuple[str, str]:
    return url_for("cases.show", case_id=case.id), str(_("Case file"))


def _begun(session: Session, by: Visitor, case: Case, said: Trial, now: datetime) -> uuid.UUID:
    """Pressed twice, it leads to the one that the first press began."""
    proceeding_id = entry_id_of(by)
    lock_case(session, case)
    if session.get(Proceeding, proceeding_id) is None:
        proceedings.begin(session, by, [case], said, now, proceeding_id=proceeding_id)
    return proceeding_id


def around(by: Visitor, now: datetime) -> Around:
    return Around(me=by.member_id, now=now, zone=by.zone)


def opened(session: Session, proceeding: Proceeding, *, anew: bool = False) -> Docket:
    """Its entries; security is told of what failed its check."""
    docket = open_docket(session, proceeding, anew=anew)
    for entry in docket.damaged:
        failed_check("entry of a trial", entry.id)
    if docket.missing:
        failed_check("trial", proceeding.id)
    return docket


@desk.get("/trials/<uuid:proceeding_id>", needs=Permission.WORK_ON_CASE)
def show(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    return shown("trials/proceeding.html", sheet=TrialSheet(session, visitor, opened(session, proceeding)))


@desk.get("/trials/<uuid:proceeding_id>/before", needs=Permission.WORK_ON_CASE)
def history(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    """Every version of what the trial is, the newest first."""
    docket = opened(session, proceeding)
    versions = docket.versions(docket.standing.id)[::-1]
    lines = {one.id: _in_words(one, visitor) for one in versions}
    sheet = TrialSheet(session, visitor, docket)
    return shown("trials/before.html", sheet=sheet, versions=versions, lines=lines)


def _in_words(entry: ProceedingEntry, by: Visitor) -> list[tuple[str, str, str]]:
    """One version as it reads: (field, label, words)."""
    return TrialForm.of(entry.details, around(by, datetime.now(UTC)), unread=True).in_words()


# -- corrected


@desk.form("/trials/<uuid:proceeding_id>/correct", needs=Permission.WORK_ON_CASE)
def correct(session: Session, visitor: Visitor, proceeding: Proceeding) -> Response:
    docket, now = opened(session, proceeding), datetime.now(UTC)
    typed_in = _typed(docket, visitor, now)
    form = typed_in.form

    def act() -> bool:
        said = typed_in.onto(docket.trial)
        return proceedings.correct_trial(session, visitor, proceeding, typed_in.read, said, now)

    try:
        if (wrote := outcome(form, act)) is not None:
            say_corrected(wrote=wrote.of)
            return led_to("trials.show", proceeding_id=proceeding.id)
    except Changed:
        anew = opened(session, proceeding, anew=True)
        return typed_in.conflict(session, _trial(proceeding)[0], anew.standing.entry, partial(_version, anew))
    page = {"title": _("Correct what the trial is"), "back": _trial(proceeding), "over": typed_over()}
    return shown("trials/trial_form.html", form, **page)


def say_corrected(*, wrote: bool) -> None:
    if wrote:
        say(_("Corrected. What stood there before can still be read."))
    else:
        note(_("Nothing was changed."))


def _trial(proceeding: Proceeding) -> tuple[str, str]:
    return url_for("trials.show", proceeding_id=proceeding.id), str(_("Trial"))


def _typed(docket: Docket, by: Visitor, now: datetime) -> Typed[Trial]:
    def shape(said: Trial, unread: bool, from_: uuid.UUID | None = None) -> TrialForm:
        form = TrialForm.of(said, around(by, now), made_from=from_, unread=unread)
        form.already_begun()
        return form

    form = shape(docket.trial, False, docket.standing.entry.id)
    return Typed(form, shape, partial(_version, docket))


def _version(docket: Docket, entry_id: uuid.UUID) -> Trial:
    found = docket.version(docket.standing.id, entry_id).details
    if not isinstance(found, Trial):
        raise Absent("no version of what the trial is")
    return found


# -- from stage to stage


@desk.form("/trials/<uuid:proceeding_id>/stage/<after>", needs=Permission.WORK_ON_CASE)
def stage(session: Session, visitor: Visitor, proceeding: Proceeding, after: str) -> Response:
    docket, now = opened(session, proceeding), datetime.now(UTC)
    wanted = _stage(after)
    form = StageForm(made_from=str(docket.standing.entry.id))
    if _recorded_before(docket, form, visitor, wanted):
        return led_to("trials.show", proceeding_id=proceeding.id)

    def move() -> None:
        read, reason = made_from(form) or docket.standing.entry.id, typed(form.reason)
        proceedings.move_stage(session, visitor, proceeding, read, wanted, now, reason=reason, on=form.on.data)

    try:
        if done(form, move, "reason"):
            say(_("The stage is recorded: %(stage)s.", stage=code(wanted.value, "stage")))
            return led_to("trials.show", proceeding_id=proceeding.id)
    except Changed:
        form.refuse(_("Somebody wrote of this trial first. Look at what stands now, and save again if it is right."))
        docket = opened(session, proceeding, anew=True)
        form.made_from.data = str(docket.standing.entry.id)
    found = next((one for one in moves_from(Stage(docket.trial.stage)) if one.after is wanted), None)
    return shown("trials/stage.html", form, docket=docket, wanted=wanted, move=found, back=_trial(proceeding))


def _recorded_before(docket: Docket, form: StageForm, by: Visitor, wanted: Stage) -> bool:
    """Is this the second press of a form? It was made from what its own first press corrected."""
    entry = docket.standing.entry
    return (docket.trial.stage, entry.author_id, entry.corrects_id) == (wanted.value, by.member_id, made_from(form))


def _stage(named: str) -> Stage:
    try:
        return Stage(named)
    except ValueError as error:
        raise Absent("no such stage") from error
