"""What was shared with one's office: an embassy's observers say whether they come, headquarters reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed, Locked, Refused, Tampered
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.needs import Need
from hrd_cases.pages import day
from hrd_cases.trials import receiving
from hrd_cases.trials.checklist import asked
from hrd_cases.trials.details import Report
from hrd_cases.trials.forms.report import ReportForm
from hrd_cases.trials.forms.sharing import DeclineForm, ReadForm, as_read, number_of
from hrd_cases.trials.overview import Clocks, clocks_of
from hrd_cases.trials.report_steps import OF_STEP, RESULT
from hrd_cases.trials.share_words import FOR_THEM, TAG, TO_THEM, kind_shared, offices_called
from hrd_cases.trials.shared import STANDING, Ended, Shared, Stand
from hrd_cases.trials.shared_agenda import reference_of
from hrd_cases.trials.sharing_models import ReceivedShare, Share
from hrd_cases.trials.views.proceeding import around
from hrd_cases.trials.views.share_desk import desk

LATER = "later"
_WRITTEN = (
    N_("A colleague wrote in this report meanwhile, and nothing was saved."),
    N_("Open it in another tab, put together what both of you wrote, and press again."),
)
_CHANGED = (N_("What was shared has changed since you read it."), N_("Read it again as it is now."))


class Got(NamedTuple):
    """Something that was shared with us. `said` is None where nothing of it can be read: it is over, damaged, or its
    newest key is not here yet.
    """

    row: ReceivedShare
    share: Share | None
    said: Shared | None
    clocks: Clocks | None
    state: str
    tag: str
    why: str
    damaged: bool = False
    waits: bool = False
    reference: str = ""
    """What our calendar and our paper call it by."""

    @property
    def to_answer(self) -> bool:
        return self.said is not None and self.said.asked and self.row.state == Stand.OFFERED

    def may_report(self, now: datetime) -> bool:
        """Its day has come at the court, and they were asked."""
        if self.said is None or not self.said.asked:
            return False
        return now.astimezone(ZoneInfo(self.said.when.zone)).date() >= self.said.when.on

    @property
    def new(self) -> bool:
        return receiving.needs_look(self.row)


def got(session: Session, by: Visitor, row: ReceivedShare, now: datetime) -> Got:
    """One of them as it stands now."""
    share, damaged, waits = None, False, False
    try:
        share = receiving.standing_share(session, row, now)
    except Tampered:
        damaged = True
    except Locked:
        waits = True
    said = share.shared if share is not None else None
    over = said is None and not damaged and not waits
    state = Stand.ENDED if over and row.state in STANDING else Stand(row.state)
    why = "" if not over else str(TO_THEM[Ended(row.ended or _silently(row))])
    words = str(FOR_THEM[state]) if said is None or said.asked else str(_("Shared for you to know"))
    clocks = clocks_of(said.when, by.zone) if said is not None else None
    return Got(row, share, said, clocks, words, TAG[state], why, damaged, waits, reference_of(by, row))


def _silently(row: ReceivedShare) -> str:
    """It ended without a letter: we declined it, or its time was over."""
    return (Ended.DECLINED if row.state == Stand.DECLINED else Ended.EXPIRED).value


def all_got(session: Session, by: Visitor, now: datetime) -> list[Got]:
    """Everything that was shared with an office of this member, what can be read first."""
    mine = [one for one in by.seats if by.allows(Permission.SEE_SHARED, one)]
    rows = [got(session, by, row, now) for office_id in mine for row in receiving.received_by(session, office_id)]
    return sorted(rows, key=lambda one: (one.said is None, one.said.when.earliest_at if one.said else now))


def waiting_for_us(session: Session, by: Visitor, now: datetime) -> list[Need]:
    """What of it stands on Today: to be answered, new, changed, over."""
    if not by.allows(Permission.SEE_SHARED):
        return []
    return [_need(one) for one in all_got(session, by, now) if one.new or one.to_answer]


def _need(one: Got) -> Need:
    at = {"received_id": one.row.id}
    name = f"{kind_shared(one.said)}, {day(one.said.when.on)}" if one.said is not None else ""
    if one.said is None:
        return Need(
            _("What was shared with you is over, or cannot be read"), _("Read why"), "attention", "shares.show", at
        )
    if one.said.death_penalty_possible and not one.row.noted:
        text = _("A hearing was shared with you. The penalty may be death.")
        return Need(text, _("Read it"), "danger", "shares.show", at, name)
    if one.row.noted:
        text = _("A hearing that is shared with you was changed")
        return Need(text, _("Read what was changed"), "danger", "shares.show", at, name)
    state = _("Say whether you come") if one.to_answer else _("Read it")
    return Need(_("A hearing was shared with you"), state, "attention", "shares.show", at, name)


@desk.get("", needs=Permission.SEE_SHARED)
def index(session: Session, visitor: Visitor) -> Response:
    """What was shared with us, the next hearing first."""
    rows = all_got(session, visitor, datetime.now(UTC))
    called = offices_called(session, visitor, (one.row.from_office_id for one in rows))
    return shown("trials/shares.html", rows=rows, offices=called)


@desk.get("/<uuid:received_id>", needs=Permission.SEE_SHARED)
def show(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """Exactly what the preview showed to whoever shared it."""
    one = got(session, visitor, received, datetime.now(UTC))
    if one.damaged:
        failed_check("shares", received.id)
    called = offices_called(session, visitor, [received.from_office_id])
    names = names_of(session, [received.answered_by]) if received.answered_by is not None else {}
    return shown(
        "trials/share_received.html",
        one=one,
        office=called.get(received.from_office_id, "?"),
        names=names,
        may_answer=visitor.allows(Permission.ANSWER_SHARE, received.office_id),
        may_report=one.may_report(datetime.now(UTC)),
    )


@desk.form("/<uuid:received_id>/accept", needs=Permission.ANSWER_SHARE)
def accept(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """One press, on what was read."""
    now, form = datetime.now(UTC), ReadForm()
    one = got(session, visitor, received, now)
    if done(form, lambda: _on_what_was_read(lambda: _accepted(session, visitor, received, form, now))):
        say(_("Accepted. The office that shared it is told."))
        return led_to("shares.show", received_id=received.id)
    form.number.data = as_read(one.share.number if one.share is not None else 0)
    return shown("trials/share_accept.html", form, one=one)


def _accepted(session: Session, by: Visitor, received: ReceivedShare, form: ReadForm, now: datetime) -> None:
    receiving.accept(session, by, received, number_of(form), now)


def _on_what_was_read(act: object) -> None:
    assert callable(act)  # noqa: S101 - an act of ours
    try:
        act()
    except Changed as error:
        raise Refused.of(_CHANGED) from error


@desk.form("/<uuid:received_id>/decline", needs=Permission.ANSWER_SHARE)
def decline(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    now, form = datetime.now(UTC), DeclineForm()
    one = got(session, visitor, received, now)

    def act() -> None:
        receiving.decline(session, visitor, received, number_of(form), typed(form.reason), now)

    if done(form, lambda: _on_what_was_read(act), "reason"):
        say(_("Declined. The office that shared it is told why, and looks for somebody else."))
        return led_to("shares.show", received_id=received.id)
    form.number.data = as_read(one.share.number if one.share is not None else 0)
    return shown("trials/share_decline.html", form, one=one)


@desk.form("/<uuid:received_id>/report", needs=Permission.ANSWER_SHARE)
def report(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """The observer's report, on one page: kept as it is, or filed with the office that shared the hearing."""
    now = datetime.now(UTC)
    one = got(session, visitor, received, now)
    if one.said is None:
        raise Absent("nothing to report on")
    blank, mark = received.report or Report(hearing_id=received.id), receiving.report_mark(received)
    form = ReportForm.of(blank, around(visitor, now), made_from=mark)
    form.keep((*RESULT, *(name for names in OF_STEP.values() for name in names), *_items(form, one.said.kind)))
    later = request.form.get("do") == LATER

    def act() -> None:
        read, said = typed(form.made_from), form.said(blank)
        try:
            if later:
                receiving.keep_report(session, received, read, said, now)
            else:
                receiving.file_report(session, visitor, received, read, said, now)
        except Changed as error:
            form.made_from.data = str(mark)
            raise Refused.of(_WRITTEN) from error

    if done(form, act, "summary"):
        say(_("Saved.") if later else _("The report is filed with the office that shared the hearing."))
        return led_to("shares.show", received_id=received.id)
    return shown("trials/share_report.html", form, one=one)


def _items(form: ReportForm, kind: str) -> list[str]:
    """The fields of the checklist that are asked at such a hearing."""
    return [name for item in asked(kind) for name in form.names_of(item)]


@desk.form("/<uuid:received_id>/read", needs=Permission.SEE_SHARED)
def noted(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """Somebody here has read how it is now: it leaves Today."""
    one = got(session, visitor, received, datetime.now(UTC))

    def after() -> Response:
        say(_("Noted."))
        return led_to("shares.show", received_id=received.id)

    return confirm(
        lambda: receiving.note(session, visitor, received, received.number),
        after,
        title=_("I have read it as it is now"),
        name=kind_shared(one.said) if one.said is not None else "",
        says=[_("It leaves Today, for everybody of your office.")],
        button=_("I have read it"),
        back=("shares.show", {"received_id": received.id}),
    )
