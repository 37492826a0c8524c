"""What is none of ours taken apart from what is: row by row, once something failed for many at a time.

Whoever writes the tables may plant what no statement of ours could. One such row must stop nobody's reminders.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

OF_THE_DATABASE = (OperationalError, InterfaceError)
"""It is away, full, or busy: that is no row's fault, and is over some time."""

ROW_BY_ROW = "one row of the outbox may be none of ours: the others do not wait for it"

log = structlog.get_logger()


def succeeds(session: Session, act: Callable[[], bool]) -> bool:
    """Do something about one row, in a savepoint. False if it failed, whatever it raised, or found no such row. Raises
    what is the database's fault and not the row's.
    """
    try:
        with session.begin_nested():
            return act()
    except OF_THE_DATABASE:
        raise
    except Exception:
        log.exception("a row of the outbox is none of ours")
        return False
