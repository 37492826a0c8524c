"""The life of a file: one page for each act of the table, and handing it to a colleague."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases import facts, life, steps
from hrd_cases.cases.closing import DECISIONS, decide
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms.entry import made_from
from hrd_cases.cases.forms.life import ClosingForm, HandOverForm, StepForm
from hrd_cases.cases.life import Act
from hrd_cases.cases.models import Case
from hrd_cases.cases.needs import Need
from hrd_cases.cases.overview import Sheet
from hrd_cases.cases.steps import RELEASED
from hrd_cases.cases.views.desk import desk
from hrd_cases.cases.words import dated
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.forms import in_words, typed
from hrd_cases.offices.absences import away
from hrd_cases.offices.colleagues import names_of

DOES = {
    Act.ACKNOWLEDGE: (_l("You become its officer."), _l("The clock stops: nobody else is told that it waits.")),
    Act.TAKE_ON: (_l("The file becomes active: its reviews and contacts are looked after from now on."),),
    Act.REJECT: (
        _l("The file is turned down and kept. It can be reopened."),
        _l("Tell them whom they can turn to instead."),
    ),
    Act.REST: (
        _l("Nobody is reminded of contact while the file rests. Its risk is still looked at."),
        _l("It can be taken up again at any time."),
    ),
    Act.WAKE: (_l("The file becomes active again, with its reviews and contacts."),),
    Act.ASK_CLOSE: (
        _l("At high or critical risk the head of the office decides whether a file is closed. They are told at once."),
        _l("Until they confirm it, the file stays as it is and is looked after."),
    ),
    Act.CLOSE: (_l("Nobody is reminded of it any more. It is archived later and can be reopened."),),
    Act.REOPEN: (_l("You become its officer. Its risk has to be assessed anew."),),
}
"""What one press does."""
DONE = {
    Act.ACKNOWLEDGE: _l("Acknowledged. The file is yours and its clock has stopped."),
    Act.TAKE_ON: _l("The file is active."),
    Act.REJECT: _l("The file was not taken on."),
    Act.REST: _l("The file rests."),
    Act.WAKE: _l("The file is active again."),
    Act.ASK_CLOSE: _l("The head has been asked to close the file. Until then it stays as it is."),
    Act.CONFIRM_CLOSE: _l("Confirmed: the file is closed."),
    Act.SEND_BACK: _l("Sent back. Your words stand on the file."),
    Act.CLOSE: _l("The file is closed."),
    Act.REOPEN: _l("The file is reopened and yours. Assess its risk next."),
}


@desk.form("/<uuid:case_id>/step/<act>", needs=Permission.WORK_ON_CASE)
def step(session: Session, visitor: Visitor, case: Case, act: str) -> Response:
    wanted, file, now = _act(act), open_file(session, case), datetime.now(UTC)
    before = file.state(visitor.local_day)
    if wanted is Act.ASSESS and life.row(before, wanted) is not None:
        return led_to("cases.risk", case_id=case.id)
    refused = steps.refused(visitor, file, wanted)
    if wanted in DECISIONS and refused is None:
        return led_to("cases.closing", case_id=case.id)
    form = StepForm()
    began = facts.began_detention(file)
    held = file.profile.detained and file.died is None
    asked = form.asking(before, wanted, held=held, since=dated(began.when) if began is not None else "")
    if done(form, lambda: steps.take_step(session, visitor, file, wanted, form.said(), now), _at_fault(form)):
        say(str(DONE[wanted]))
        return led_to("cases.show", case_id=case.id)
    says: dict[str, Any] = {"says": DOES.get(wanted, ()), "refused": in_words(refused) if refused else None}
    says["open"] = steps.still_open(file) if wanted in (Act.CLOSE, Act.ASK_CLOSE, Act.REJECT) and refused else []
    says["instead"] = _instead(visitor, file) if wanted is Act.CLOSE and refused else None
    return shown("cases/step.html", form, 409 if refused else 200, file=file, act=wanted.value, asked=asked, **says)


def _at_fault(form: StepForm) -> str | None:
    """Where a refusal is said: at the release, if that alone is missing."""
    free = "released_on" in form and form.outcome.data == RELEASED and not form.released_on.data
    return "released_on" if free and form.feedback.data else None


def _instead(visitor: Visitor, file: File) -> str | None:
    """Whoever may not close a file at this risk may ask the head to."""
    return next((one.act.value for one in steps.offers(visitor, file) if one.act is Act.ASK_CLOSE), None)


@desk.form("/<uuid:case_id>/closing", needs=Permission.WORK_ON_CASE)
def closing(session: Session, visitor: Visitor, case: Case) -> Response:
    """What an officer asks of the head: why the file may be closed, how it stands, and the head's decision."""
    file, now = open_file(session, case), datetime.now(UTC)
    asked = file.asked_to_close
    form = ClosingForm.of(asked.entry.id if asked is not None else uuid.UUID(int=0))
    if done(form, lambda: _decided(session, visitor, case, form, now), "decision"):
        say(str(DONE[Act(typed(form.decision))]))
        return led_to("cases.show", case_id=case.id)
    if form.errors:
        file = open_file(session, case, anew=True)
        asked = file.asked_to_close
        form.made_from.data = str(asked.entry.id) if asked is not None else ""
    sheet = Sheet(session, visitor, file, failed_check)
    may = any(one.act is Act.SEND_BACK for one in sheet.offers)
    refused = None if asked is not None else in_words(Need.ASKED.refused())
    return shown(
        "cases/closing.html", form, 409 if refused else 200, sheet=sheet, asked=asked, may=may, refused=refused
    )


def _decided(session: Session, by: Visitor, case: Case, form: ClosingForm, now: datetime) -> None:
    decide(session, by, case, made_from(form), typed(form.decision), typed(form.words), now)


def _act(name: str) -> Act:
    try:
        return Act(name)
    except ValueError as error:
        raise Absent("no such act") from error


@desk.form("/<uuid:case_id>/hand-over", needs=Permission.WORK_ON_CASE)
def hand_to(session: Session, visitor: Visitor, case: Case) -> Response:
    file, now = open_file(session, case), datetime.now(UTC)
    form = HandOverForm.among(_colleagues(session, visitor, file, now))
    if done(form, lambda: _handed(session, visitor, file, form.member_id.said, now), "member_id"):
        say(_("The file is handed over."))
        return led_to("cases.show", case_id=case.id)
    return shown("cases/hand_to.html", form, file=file)


def _handed(session: Session, by: Visitor, file: File, member_id: uuid.UUID | None, now: datetime) -> None:
    steps.hand_to(session, by, file, member_id or by.member_id, now)


def _colleagues(session: Session, by: Visitor, file: File, now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Who may have it, but its officer; who is away is said."""
    absent = away(session, file.case.office_id, by.local_day)
    names = names_of(session, steps.may_have(session, by, file, now) - {file.case.officer_id})
    named = [(one, _("%(name)s (away)", name=name) if one in absent else name) for one, name in names.items()]
    return sorted(named, key=lambda pair: pair[1])
