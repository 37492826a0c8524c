"""Which reminders an office mails at once, beyond Today: its head chooses, and the trail alone keeps it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.mailed_at_once import told_mails
from hrd_cases.audit.trail import record
from hrd_cases.cases import late, late_rounds
from hrd_cases.cases.clocks import ARRIVED
from hrd_cases.offices.models import Office
from hrd_cases.trials.mending import look_anew
from hrd_cases.trials.reminder_rules import RULES

OF_HEARINGS = {rule.code: rule.mails for rule in RULES.rules}
OF_FILES = dict.fromkeys((ARRIVED, *late.MAILED.values()), False)
USUAL = OF_HEARINGS | OF_FILES
"""By code: is it mailed at once where the head of an office said nothing?"""


def mailed(session: Session, office: Office) -> frozenset[str]:
    """The rules that an office mails at once."""
    told = told_mails(session, office.id)
    return frozenset(code for code, usual in USUAL.items() if told.get(code, usual))


def choose(session: Session, office: Office, wanted: Collection[str]) -> bool:
    """Mail these at once, and no others. What is planned follows as colleagues come by. Whether it changed."""
    if frozenset(wanted) == mailed(session, office):
        return False
    more = tuple(code for code, usual in USUAL.items() if code in wanted and not usual)
    fewer = tuple(code for code, usual in USUAL.items() if code not in wanted and usual)
    record(session, Event.REMINDERS_SET, office=office.id, mailed=more, quiet=fewer)
    look_anew(session, office.id)
    late_rounds.ROUNDS.again_once_committed(session, office.id)
    return True
