"""What came of a hearing: one short form for a phone in a corridor, which sets the next date in the same act."""

from __future__ import annotations

import uuid
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.forms.entry import EntryForm
from hrd_cases.cases.views.conflict import Typed, typed_over
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say, told
from hrd_cases.door.showing import done, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Changed, Refused
from hrd_cases.forms import in_words
from hrd_cases.pages import day
from hrd_cases.trials import hearings, results
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.forms.hearing import ResultForm
from hrd_cases.trials.hearing_sheet import HearingSheet
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import clocks_of
from hrd_cases.trials.results import Came, came_of
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.hearing import (
    around,
    both_clocks,
    remarks,
    say_left_behind,
    sheet_of,
    to_hearing,
    version_of,
)
from hrd_cases.trials.views.proceeding import opened


@desk.form("/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/result", needs=Permission.WORK_ON_CASE)
def result(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """Recorded once; from then on the same page corrects it."""
    sheet = sheet_of(session, visitor, opened(session, proceeding), hearing.id)
    typed_in = _typed(sheet)
    form = typed_in.form

    def act() -> None:
        came = typed_in.onto(came_of(sheet.docket, sheet.hearing))
        results.record(session, visitor, proceeding, typed_in.read, came, sheet.now)

    try:
        if done(form, act):
            now = sheet_of(session, visitor, open_docket(session, proceeding), hearing.id)
            _say(session, now, visitor)
            if now.said.state == State.ADJOURNED:
                say_left_behind(session, sheet)
            _say_left_out(form)
            return to_hearing(proceeding, sheet.hearing.id)
    except Changed:
        anew = sheet_of(session, visitor, opened(session, proceeding, anew=True), hearing.id)
        return _second(session, visitor, anew, typed_in)
    return _page(sheet, form)


def _typed(sheet: HearingSheet) -> Typed[Came]:
    def shape(came: Came, unread: bool, from_: uuid.UUID | None = None) -> ResultForm:
        return ResultForm.of(came, around(sheet.by, sheet.now), made_from=from_, unread=unread)

    form = shape(came_of(sheet.docket, sheet.hearing), False, sheet.hearing.entry.id)
    return Typed(form, shape, partial(_version, sheet))


def _version(sheet: HearingSheet, entry_id: uuid.UUID) -> Came:
    """What came of it, as one version says: with the next hearing as it stands now."""
    said = version_of(sheet.docket, sheet.hearing.id, entry_id)
    entry = sheet.docket.version(sheet.hearing.id, entry_id)
    return came_of(sheet.docket, Standing(sheet.hearing.id, entry, said))


def _page(sheet: HearingSheet, form: EntryForm) -> Response:
    recorded = not sheet.ahead
    refused = _refused(sheet)
    not_begun = sheet.ahead and not sheet.may("record") and refused is None
    begins = both_clocks(sheet.when(sheet.said))
    page = {"recorded": recorded, "not_begun": not_begun, "begins": begins, "over": typed_over()}
    words = in_words(refused) if refused is not None else None
    return shown("trials/hearing_result.html", form, 409 if refused else 200, sheet=sheet, refused=words, **page)


def _refused(sheet: HearingSheet) -> Refused | None:
    """Why nothing can be written here: it was cancelled, or whoever reads this may not."""
    if sheet.may_tell or (not sheet.ahead and sheet.state is not State.CANCELLED):
        return None
    return hearings.refused(sheet.by, sheet.docket, sheet.hearing, Act.RECORD, sheet.now)


def _say(session: Session, sheet: HearingSheet, by: Visitor) -> None:
    say(_("Recorded."))
    if sheet.next is not None:
        when = both_clocks(clocks_of(sheet.next.said.when, by.zone))
        told(" ".join((_("The next hearing is set: %(when)s.", when=when), *remarks(session, sheet, sheet.next))))
    elif sheet.said.chase_on is not None and sheet.docket.waits_for_date(sheet.hearing):
        note(_("No new date yet: the court is asked by %(day)s.", day=day(sheet.said.chase_on)))
    if sheet.said.report_awaited_on is not None:
        note(_("The observer’s report is due by %(day)s.", day=day(sheet.said.report_awaited_on)))


def _say_left_out(form: EntryForm) -> None:
    """Of the case that was not chosen: why it was adjourned, of one that was held."""
    came: Came = form.said(Came())
    labels = " · ".join(str(form[name].label.text) for name in results.left_out(came))
    if not labels:
        return
    if came.happened == results.HELD:
        note(_("It was held. Left out: %(what)s", what=labels))
    else:
        note(_("It was adjourned. Left out: %(what)s", what=labels))


# -- a colleague was first


def _second(session: Session, by: Visitor, sheet: HearingSheet, typed_in: Typed[Came]) -> Response:
    """Nothing typed is lost: pressed twice it is one result, beside a colleague's both are shown."""
    standing, form = sheet.hearing, typed_in.form
    if standing.said.is_ahead:
        form.refuse(_("Somebody wrote of this hearing first. Look at what stands now, and save again if it is right."))
        form.made_from.data = str(standing.entry.id)
        return _page(sheet, form)
    mine = standing.entry.author_id == by.member_id
    if mine and results.says_the_same(sheet.docket, standing, form.said(Came())):
        return to_hearing(sheet.docket.proceeding, standing.id)
    if standing.said.state == State.CANCELLED:
        form.made_from.data = str(standing.entry.id)
        return _page(sheet, form)
    back = url_for("trials.hearing", proceeding_id=sheet.id, hearing_id=standing.id)
    return typed_in.conflict(session, back, standing.entry, partial(_version, sheet))
