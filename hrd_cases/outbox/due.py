"""Turning due: a waiting reminder whose slot has come is due, is shown, and gets its deliveries, in one transaction.

That transaction is why it appears exactly once, whatever dies and however many schedulers run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, delete, exists, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from hrd_cases.db import Store, rows_touched
from hrd_cases.outbox.apart import OF_THE_DATABASE, ROW_BY_ROW, log, succeeds
from hrd_cases.outbox.book import AddressBook, Recipient, asked, of_row
from hrd_cases.outbox.models import DUE, FAILED, WAITING, Delivery, Reminder
from hrd_cases.outbox.points import crash_point
from hrd_cases.planted import AsItStands

AT_ONCE = 1_000
ASIDE = timedelta(hours=1)
"""What stumbles though it may be ours is tried again so much later."""

_R = cast(Table, Reminder.__table__)
_D = cast(Table, Delivery.__table__)
_RECIPIENT = (_R.c.member_id, _R.c.office_id, _R.c.role)
SLOT_HAS_COME = (_R.c.state == WAITING, _R.c.slot_at <= bindparam("now"))

_WAITS = select(exists(select(1).where(*SLOT_HAS_COME)))
_RECIPIENTS = select(*_RECIPIENT).where(*SLOT_HAS_COME, _R.c.mails).distinct()
# By slot and id, as the rows lie: by the id alone SQLite would look each up in an index of all that wait.
_PICKED = (
    select(_R.c.slot_at, _R.c.id)
    .where(*SLOT_HAS_COME, _R.c.mails == bindparam("mailing"))
    .order_by(_R.c.slot_at)
    .limit(bindparam("at_once"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
_TURN_DUE = update(_R).where(tuple_(_R.c.slot_at, _R.c.id).in_(select(_PICKED))).values(state=DUE)
# Rows to count by: Python's SQLite driver counts none for a statement that begins with WITH.
_AND_COUNT = _TURN_DUE.returning(literal(1))
_AND_TELL = _TURN_DUE.returning(_R.c.id, *_RECIPIENT)

# For each by itself, once all at a time failed.
_EACH = (
    select(_R.c.id, AsItStands(_R.c.id).label("stands"))
    .where(*SLOT_HAS_COME)
    .order_by(_R.c.slot_at)
    .limit(bindparam("at_once"))
    .with_for_update(skip_locked=True)
)
_ONE_DUE = (
    update(_R)
    .where(_R.c.id == bindparam("reminder_id"), *SLOT_HAS_COME)
    .values(state=DUE)
    .returning(_R.c.mails, *_RECIPIENT)
)


def turn_due(store: Store, book: AddressBook, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Turn every waiting reminder whose slot has come, so many of a kind in one transaction. Returns how many."""
    total = 0
    more = True
    while more:
        try:
            shown, mailed = _turn_some(store, book, now, at_once)
        except OF_THE_DATABASE:
            raise
        except Exception:  # noqa: BLE001 - logged; the next line does without it
            log.exception(ROW_BY_ROW)
            turned, more = _turn_each(store, book, now, at_once)
            total += turned
        else:
            total += shown + mailed
            more = at_once in {shown, mailed} and _some_wait(store, now)
    return total


def _some_wait(store: Store, now: datetime) -> bool:
    """Without the gate, and without the disk: an empty transaction would wait for both."""
    with store.reading() as session:
        return bool(session.scalar(_WAITS, {"now": now}))


def _turn_some(store: Store, book: AddressBook, now: datetime, at_once: int) -> tuple[int, int]:
    """How many that only show, and how many that mail too."""
    # Addresses are opened before the write gate closes; whoever was planned for meanwhile is looked up inside.
    with store.reading() as session:
        waiting = [of_row(*row) for row in session.execute(_RECIPIENTS, {"now": now})]
        known = {recipient: _members(session, book, recipient) for recipient in waiting}
    due = {"now": now, "at_once": at_once}
    with store.writing() as session:
        shown = session.execute(_AND_COUNT, due | {"mailing": False}).all()
        mailed = session.execute(_AND_TELL, due | {"mailing": True}).all()
        # One that waited has none of its own: what was planted, or left by a clock that ran ahead, stops no mail.
        if mailed:
            session.execute(delete(_D).where(_D.c.reminder_id.in_([reminder_id for reminder_id, *_ in mailed])))
        deliveries: list[dict[str, Any]] = []
        for reminder_id, *to in mailed:
            recipient = of_row(*to)
            if recipient not in known:
                known[recipient] = _members(session, book, recipient)
            deliveries += _deliveries(reminder_id, known[recipient], now)
        if deliveries:
            session.execute(insert(_D), deliveries)
        crash_point("due")
    crash_point("due commit")
    return len(shown), len(mailed)


def _turn_each(store: Store, book: AddressBook, now: datetime, at_once: int) -> tuple[int, bool]:
    """As `_turn_some`, each row by itself: how many were turned, and whether there may be more. What fails is set
    aside, with an alarm.
    """
    turned, aside = 0, 0
    with store.writing() as session:
        for one in session.execute(_EACH, {"now": now, "at_once": at_once}).all():
            if succeeds(session, partial(_turn_one, session, book, one.id, now)):
                turned += 1
            else:
                aside += _set_aside(session, one.id, one.stands, now)
        if aside:
            book.alarm(session)
    return turned, turned + aside >= at_once


def _turn_one(session: Session, book: AddressBook, reminder_id: UUID, now: datetime) -> bool:
    row = session.execute(_ONE_DUE, {"reminder_id": reminder_id, "now": now}).one_or_none()
    if row is None:
        return False
    if row.mails:
        session.execute(delete(_D).where(_D.c.reminder_id == reminder_id))
        members = _members(session, book, of_row(row.member_id, row.office_id, row.role))
        session.execute(insert(_D), _deliveries(reminder_id, members, now))
    return True


def _set_aside(session: Session, reminder_id: UUID, stands: str, now: datetime) -> bool:
    """It waits for an hour: what is ours is not lost. What cannot even wait is no row that we could have written: it
    goes, and whoever planned one in its place plans it anew.
    """
    later = update(_R).where(_R.c.id == reminder_id, *SLOT_HAS_COME).values(slot_at=now + ASIDE)
    if succeeds(session, lambda: bool(rows_touched(session.execute(later, {"now": now})))):
        return True
    planted = delete(_R).where(AsItStands(_R.c.id) == stands, *SLOT_HAS_COME)
    return succeeds(session, lambda: bool(rows_touched(session.execute(planted, {"now": now}))))


def _members(session: Session, book: AddressBook, recipient: Recipient) -> tuple[UUID, ...]:
    found = asked(book.addressees, session, recipient) or asked(book.deputies, session, recipient)
    return tuple(dict.fromkeys(addressee.member_id for addressee in found))


def _deliveries(reminder_id: UUID, members: Iterable[UUID], now: datetime) -> list[dict[str, Any]]:
    rows = [new_delivery(reminder_id, member_id, now) for member_id in members]
    return rows or [new_delivery(reminder_id, None, now) | {"state": FAILED}]


def new_delivery(reminder_id: UUID, member_id: UUID | None, now: datetime) -> dict[str, Any]:
    """The values of a delivery that may be tried at once."""
    return {
        "id": uuid4(),
        "reminder_id": reminder_id,
        "member_id": member_id,
        "state": WAITING,
        "message_id": uuid4(),
        "made_at": now,
        "next_try_at": now,
        "attempts": 0,
        "epoch": 0,
    }
