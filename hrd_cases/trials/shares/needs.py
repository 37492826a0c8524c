"""What of that which was shared with one's office stands on Today: to be answered, new, changed, over."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.needs import Need
from hrd_cases.trials.shares.received import Received, all_received
from hrd_cases.trials.shares.words import name_shared


def waiting_for_us(session: Session, by: Visitor, now: datetime) -> list[Need]:
    """Nothing for whoever may not see what was shared."""
    if not by.allows(Permission.SEE_SHARED):
        return []
    found = all_received(session, by, now)
    return [_need(one, now) for one in found if one.new or one.to_answer or one.report_awaited]


def _need(one: Received, now: datetime) -> Need:
    at = {"received_id": one.row.id}
    name = name_shared(one.said) if one.said is not None else ""
    if one.said is None:
        return Need(
            _("What was shared with you is over, or cannot be read"), _("Read why"), "attention", "shares.show", at
        )
    if one.report_awaited and not one.new:
        return _awaited(one, name, now)
    if one.said.death_penalty_possible and not one.row.noted:
        text = _("A hearing was shared with you. The penalty may be death.")
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
