"""Grants that wait for whoever has no card of a file: finance, and approvers at headquarters. On Today, as one line."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.waiting import waiting_for
from hrd_cases.offices.needs import Need


def grants_waiting(session: Session, by: Visitor, now: datetime) -> list[Need]:
    """Whoever works on the files of an office has each of its grants with its file."""
    waiting = waiting_for(session, by, now, without_files=True)
    found = [one for one in waiting if one.mine and one.barred is None]
    if not found:
        return []
    late = any(one.late(now) for one in found)
    text = ngettext("%(num)d emergency grant waits for you", "%(num)d emergency grants wait for you", len(found))
    hint = _("The time to decide is over.") if late else ""
    return [Need(text, _("Look at it"), "danger" if late else "attention", "grants.waiting", {}, hint)]
