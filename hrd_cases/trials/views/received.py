"""What was shared with one's office: an embassy's observers say whether they come, headquarters reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, on_what_was_read, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed, Refused
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.words import offices_called
from hrd_cases.trials.forms.report import ReadForm as ReadReportForm
from hrd_cases.trials.forms.report import ReportForm
from hrd_cases.trials.forms.shares import AcceptForm, DeclineForm, ReadForm, as_read, number_of
from hrd_cases.trials.overview import Clocks, clocks_of
from hrd_cases.trials.shares import receiving
from hrd_cases.trials.shares.agenda import reference_of
from hrd_cases.trials.shares.models import ReceivedShare
from hrd_cases.trials.shares.received import Received, all_received, as_it_stands
from hrd_cases.trials.shares.reporting import SharedReport
from hrd_cases.trials.views.proceeding import around
from hrd_cases.trials.views.report_pages import beside_items, onward, page_of, step_form, step_page
from hrd_cases.trials.views.share_desk import desk

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
        now=now,
        report=receiving.report_begun(visitor, received, one.share) if one.share is not None else None,
    )


@desk.form("/<uuid:received_id>/accept", needs=Permission.ANSWER_SHARE)
def accept(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """One press, on what was read."""
    form, now = AcceptForm(), datetime.now(UTC)

    def act() -> None:
        _accepted(session, visitor, received, form, now)

    if done(form, lambda: on_what_was_read(act, _CHANGED), "who"):
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

    if done(form, lambda: on_what_was_read(act, _CHANGED), "reason"):
        say(_("Declined. The office that shared it is told why, and looks for somebody else."))
        return led_to("shares.show", received_id=received.id)
    return _asked_to_answer(session, visitor, received, form, now)


def _asked_to_answer(
    session: Session, by: Visitor, received: ReceivedShare, form: AcceptForm | DeclineForm, now: datetime
) -> Response:
    """What they answer to, as it stands now: the next press is on that."""
    one = as_it_stands(session, received, now)
    form.number.data = as_read(one.share.number if one.share is not None else 0)
    return shown("trials/share_answer.html", form, one=one, clocks=_clocks(by, one), now=now)


def _clocks(by: Visitor, one: Received) -> Clocks | None:
    """When it is, of what can be read."""
    return clocks_of(one.said.when, by.zone) if one.said is not None else None


# -- the report


def _written(session: Session, by: Visitor, received: ReceivedShare) -> SharedReport:
    """Raises Absent where nothing of the share can be read."""
    now = datetime.now(UTC)
    one = as_it_stands(session, received, now)
    if one.share is None:
        raise Absent("nothing to report on")
    return SharedReport(session, by, received, one.share, now)


@desk.get("/<uuid:received_id>/report", needs=Permission.ANSWER_SHARE)
def report(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """The observer's report: how it stands, its pages, and what it says."""
    written = _written(session, visitor, received)
    form = ReportForm.of(written.newest, around(visitor, written.now), unread=True)
    lines = [(line.label, line.words) for line in beside_items(form)]
    clocks = clocks_of(written.said.when, visitor.zone)
    return shown("trials/share_report.html", sheet=written, lines=lines, clocks=clocks)


@desk.form("/<uuid:received_id>/report/<step>", needs=Permission.ANSWER_SHARE)
def report_step(session: Session, visitor: Visitor, received: ReceivedShare, step: str) -> Response:
    """One page of it. Saved at once, finished or not, for everybody of this office."""
    written = _written(session, visitor, received)
    page = page_of(written, step)
    form = step_form(written, written.newest, around(visitor, written.now), page, made_from=written.mark)

    def act() -> None:
        read, said = typed(form.made_from), form.said(written.newest)
        receiving.keep_report(session, visitor, received, read, said, written.now)

    if done(form, lambda: _over_nobody(form, written, act)):
        say(_("Saved."))
        return onward(written, page)
    return step_page(written, page, form)


@desk.form("/<uuid:received_id>/report/file", needs=Permission.ANSWER_SHARE)
def report_file(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """The whole of it once more, then one press files it with the office that shared the hearing."""
    written = _written(session, visitor, received)
    form = ReadReportForm(made_from=str(written.mark))

    def act() -> None:
        receiving.file_report(session, visitor, received, typed(form.made_from), written.now)

    if done(form, lambda: _over_nobody(form, written, act)):
        say(_("The report is filed with the office that shared the hearing."))
        return led_to("shares.report", received_id=received.id)
    return shown("trials/report_file.html", form, sheet=written)


def _over_nobody(form: ReportForm | ReadReportForm, written: SharedReport, act: Callable[[], None]) -> None:
    """What was typed stays on the page; pressed once more, it is put over what a colleague wrote."""
    try:
        act()
    except Changed as error:
        form.made_from.data = str(written.mark)
        raise Refused.of(_WRITTEN) from error


@desk.form("/<uuid:received_id>/read", needs=Permission.SEE_SHARED)
def noted(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """Somebody here has read how it is now: it leaves Today. What is noted is what the page shows."""
    form, now = ReadForm(), datetime.now(UTC)

    def act() -> None:
        receiving.note(session, received, number_of(form))

    if done(form, lambda: on_what_was_read(act, _CHANGED)):
        say(_("Noted."))
        return led_to("shares.show", received_id=received.id)
    one = as_it_stands(session, received, now)
    form.number.data = as_read(received.number)
    return shown("trials/share_noted.html", form, one=one, clocks=_clocks(visitor, one))
