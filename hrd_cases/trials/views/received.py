"""What was shared with one's office: an embassy's observers say whether they come, headquarters reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed, Refused
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.trials.checklist import ITEMS, asked
from hrd_cases.trials.details import Report
from hrd_cases.trials.forms.report import ReportForm
from hrd_cases.trials.forms.shares import AcceptForm, DeclineForm, ReadForm, as_read, number_of
from hrd_cases.trials.overview import Clocks, clocks_of
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.agenda import reference_of
from hrd_cases.trials.shares.models import ReceivedShare
from hrd_cases.trials.shares.received import Received, all_received, as_it_stands
from hrd_cases.trials.shares.words import offices_called
from hrd_cases.trials.views.proceeding import around
from hrd_cases.trials.views.share_desk import desk

LATER = "later"
_WRITTEN = (
    N_("A colleague wrote in this report meanwhile, and nothing was saved."),
    N_("Open it in another tab, put together what both of you wrote, and press again."),
)
_CHANGED = (N_("What was shared has changed since you read it."), N_("Read it again as it is now."))


@desk.get("", needs=Permission.SEE_SHARED)
def index(session: Session, visitor: Visitor) -> Response:
    """What was shared with us, the next hearing first."""
    rows = all_received(session, visitor, datetime.now(UTC))
    called = offices_called(session, visitor, (one.row.from_office_id for one in rows))
    references = {one.row.id: reference_of(visitor, one.row) for one in rows}
    return shown("trials/shares.html", rows=rows, offices=called, references=references)


@desk.get("/<uuid:received_id>", needs=Permission.SEE_SHARED)
def show(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """Exactly what the preview showed to whoever shared it."""
    now = datetime.now(UTC)
    one = as_it_stands(session, received, now)
    if one.damaged:
        failed_check("shares", received.id)
    called = offices_called(session, visitor, [received.from_office_id])
    names = names_of(session, [received.answered_by]) if received.answered_by is not None else {}
    return shown(
        "trials/share_received.html",
        reference=reference_of(visitor, received),
        one=one,
        clocks=_clocks(visitor, one),
        office=called.get(received.from_office_id, "?"),
        names=names,
        may_answer=visitor.allows(Permission.ANSWER_SHARE, received.office_id),
        may_report=one.may_report(now),
        report=receiving.report_begun(visitor, received, one.share) if one.share is not None else None,
    )


@desk.form("/<uuid:received_id>/accept", needs=Permission.ANSWER_SHARE)
def accept(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """One press, on what was read."""
    form, now = AcceptForm(), datetime.now(UTC)
    if done(form, lambda: _on_what_was_read(lambda: _accepted(session, visitor, received, form, now)), "who"):
        say(_("Accepted. The office that shared it is told."))
        return led_to("shares.show", received_id=received.id)
    return _asked_to_answer(session, visitor, received, form, now)


def _accepted(session: Session, by: Visitor, received: ReceivedShare, form: AcceptForm, now: datetime) -> None:
    receiving.accept(session, by, received, number_of(form), now, who=typed(form.who))


@desk.form("/<uuid:received_id>/decline", needs=Permission.ANSWER_SHARE)
def decline(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    form, now = DeclineForm(), datetime.now(UTC)

    def act() -> None:
        receiving.decline(session, visitor, received, number_of(form), typed(form.reason), now)

    if done(form, lambda: _on_what_was_read(act), "reason"):
        say(_("Declined. The office that shared it is told why, and looks for somebody else."))
        return led_to("shares.show", received_id=received.id)
    return _asked_to_answer(session, visitor, received, form, now)


def _on_what_was_read(act: Callable[[], None]) -> None:
    try:
        act()
    except Changed as error:
        raise Refused.of(_CHANGED) from error


def _asked_to_answer(
    session: Session, by: Visitor, received: ReceivedShare, form: AcceptForm | DeclineForm, now: datetime
) -> Response:
    """What they answer to, as it stands now: the next press is on that."""
    one = as_it_stands(session, received, now)
    form.number.data = as_read(one.share.number if one.share is not None else 0)
    return shown("trials/share_answer.html", form, one=one, clocks=_clocks(by, one))


def _clocks(by: Visitor, one: Received) -> Clocks | None:
    """When it is, of what can be read."""
    return clocks_of(one.said.when, by.zone) if one.said is not None else None


@desk.form("/<uuid:received_id>/report", needs=Permission.ANSWER_SHARE)
def report(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """The observer's report, on one page: kept as it is, or filed with the office that shared the hearing."""
    now = datetime.now(UTC)
    one = as_it_stands(session, received, now)
    if one.share is None or one.said is None:
        raise Absent("nothing to report on")
    begun, mark = receiving.report_begun(visitor, received, one.share), receiving.report_mark(received)
    blank = begun or Report(hearing_id=received.id)
    form = ReportForm.of(blank, around(visitor, now), made_from=mark)
    form.hearing_on = one.said.when.on
    folded = tuple(item for item in ITEMS if item not in asked(one.said.kind))
    later = form.unfinished = request.form.get("do") == LATER

    def act() -> None:
        read, said = typed(form.made_from), form.said(blank)
        try:
            if later:
                receiving.keep_report(session, visitor, received, read, said, now)
            else:
                receiving.file_report(session, visitor, received, read, said, now)
        except Changed as error:
            form.made_from.data = str(mark)
            raise Refused.of(_WRITTEN) from error

    if done(form, act, _at_fault(form, one.said.when.on)):
        say(_("Saved.") if later else _("The report is filed with the office that shared the hearing."))
        return led_to("shares.show", received_id=received.id)
    return shown("trials/share_report.html", form, one=one, folded=folded)


def _at_fault(form: ReportForm, on: date) -> str:
    """Where a refusal is said: at the outcome or the next date, whichever is missing or wrong."""
    if not typed(form.outcome):
        return "outcome" if typed(form.summary) else "summary"
    return "next_on" if form.next_on.data is not None and form.next_on.data <= on else "summary"


@desk.form("/<uuid:received_id>/read", needs=Permission.SEE_SHARED)
def noted(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """Somebody here has read how it is now: it leaves Today. What is noted is what the page shows."""
    form, now = ReadForm(), datetime.now(UTC)
    if done(form, lambda: _on_what_was_read(lambda: receiving.note(session, received, number_of(form)))):
        say(_("Noted."))
        return led_to("shares.show", received_id=received.id)
    one = as_it_stands(session, received, now)
    form.number.data = as_read(received.number)
    return shown("trials/share_noted.html", form, one=one, clocks=_clocks(visitor, one))
