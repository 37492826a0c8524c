"""What of that which was shared with one's office stands on Today: to be answered, new, changed, over."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hrd_cases.cases.words import in_short
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.needs import Need
from hrd_cases.trials.calendar_words import times_of
from hrd_cases.trials.shares.received import Received, all_received
from hrd_cases.trials.shares.rules import Seen
from hrd_cases.trials.shares.words import name_shared

MOST_WORDS = 300
"""So much of what is to be changed stands on Today; all of it with the report."""


def waiting_for_us(session: Session, by: Visitor, now: datetime) -> list[Need]:
    """Nothing for whoever may not see what was shared."""
    if not by.allows(Permission.SEE_SHARED):
        return []
    found = all_received(session, by, now)
    return [_need(one, by.zone, now) for one in found if one.new or one.to_answer or one.report_awaited]


def _need(one: Received, zone: str, now: datetime) -> Need:
    at = {"received_id": one.row.id}
    name = _which(one.said, zone) if one.said is not None else ""
    if one.said is None:
        return Need(
            _("What was shared with you is over, or cannot be read"), _("Read why"), "attention", "shares.show", at
        )
    if one.changes_asked:
        return _to_change(one, name)
    if one.report_awaited and not one.new:
        return _awaited(one, name, now)
    return _to_read(one, one.said, name)


def _which(said: Seen, zone: str) -> str:
    """With its hour by the reader's clocks: it may be today."""
    name = name_shared(said)
    return f"{name}, {times_of(said.when, said.when.on, zone).own}" if said.when.clock is not None else name


def _to_read(one: Received, said: Seen, name: str) -> Need:
    """What is new in it, the gravest first."""
    at = {"received_id": one.row.id}
    if said.death_penalty_possible and not one.row.noted:
        text = _("A hearing was shared with you. The penalty may be death.")
        return Need(text, _("Read it"), "danger", "shares.show", at, name)
    if said.called_off:
        text = _("A hearing that was shared with you will not be held as it was set")
        return Need(text, _("Read it"), "danger", "shares.show", at, name)
    if one.row.noted:
        text = _("A hearing that is shared with you was changed")
        return Need(text, _("Read what was changed"), "danger", "shares.show", at, name)
    state = _("Say whether you come") if one.to_answer else _("Read it")
    return Need(_("A hearing was shared with you"), state, "attention", "shares.show", at, name)


def _awaited(one: Received, name: str, now: datetime) -> Need:
    """A hearing to which somebody of us goes, until its report is filed."""
    at = {"received_id": one.row.id}
    if not one.may_report(now):
        return Need(_("Somebody of you goes to a hearing"), _("Read it"), "waiting", "shares.show", at, name)
    state = _("Go on with the report") if one.row.report is not None else _("Write the report")
    return Need(_("The report on a hearing is awaited"), state, "attention", "shares.report", at, name)


def _to_change(one: Received, name: str) -> Need:
    """A report of ours that was sent back, with the words of whoever asks."""
    at = {"received_id": one.row.id}
    # Set apart from the sentence, in whichever direction they run.
    words = f"\u2068{in_short(one.changes_asked, MOST_WORDS)}\u2069"
    text = _("Changes are asked for in your report: %(words)s", words=words)
    return Need(text, _("Correct the report"), "attention", "shares.report", at, name)
