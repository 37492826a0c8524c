"""Which reminders an office mails at once, where that is another than the house's usual, as the trail tells of it.

No table says it: a row that silences a reminder cannot be planted. Each entry names all that is other than usual; the
last one counts. It says how an office works, and nothing of what it works on.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import ever_about
from hrd_cases.db import asked_once


def told_mails(session: Session, office_id: uuid.UUID) -> dict[str, bool]:
    """By the code of a rule: is it mailed at once? Of rules that it does not name, the usual holds. Asked once in a
    transaction.
    """
    return asked_once(session, ("mailed at once", office_id), lambda: _told(session, office_id))


def _told(session: Session, office_id: uuid.UUID) -> dict[str, bool]:
    told: dict[str, bool] = {}
    for body in ever_about(session, office_id, Event.REMINDERS_SET):
        told = dict.fromkeys(_codes(body.fields["mailed"]), True) | dict.fromkeys(_codes(body.fields["quiet"]), False)
    return told


def _codes(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, tuple | list) else ()
