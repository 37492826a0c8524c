"""Claims on deliveries: by lease and epoch any number of workers may send, and none marks what another has taken over.

A claim raises the row's epoch; every mark asks for the epoch of its claim and raises it again, which ends the claim.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Self, cast
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Delete, Integer, Table, bindparam, case, delete, insert, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases.db import Store, rows_touched
from hrd_cases.outbox.apart import OF_THE_DATABASE, ROW_BY_ROW, log, succeeds
from hrd_cases.outbox.book import AddressBook, asked, of_row
from hrd_cases.outbox.due import new_delivery
from hrd_cases.outbox.models import FAILED, SENT, WAITING, Delivery, Reminder
from hrd_cases.outbox.points import crash_point
from hrd_cases.outbox.rules import wait_after
from hrd_cases.planted import AsItStands

# Schedulers on several nodes compare their clocks through it: they must agree to well within half of it (NTP does).
LEASE = timedelta(minutes=2)
AT_ONCE = 50

Clock = Callable[[], datetime]


class Claim(NamedTuple):
    """A delivery that is ours until its lease ends, as long as its epoch stays."""

    id: UUID
    epoch: int
    attempts: int


_R = cast(Table, Reminder.__table__)
_D = cast(Table, Delivery.__table__)
MAY_BE_TRIED = (_D.c.state == WAITING, _D.c.next_try_at <= bindparam("now"))
_OURS = (_D.c.id == bindparam("claimed_id"), _D.c.epoch == bindparam("claimed_epoch"), _D.c.state == WAITING)

_PICKED = (
    select(_D.c.id)
    .where(*MAY_BE_TRIED)
    .order_by(_D.c.next_try_at)
    .limit(bindparam("at_once"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
MOST = 1_000_000_000


def _counted(column: Column[int], by: Any) -> ColumnElement[int]:
    """So much more. What nobody of ours counted begins anew: at the end of what a column holds no row could be marked,
    and on SQLite a column of whole numbers holds anything.
    """
    whole = cast_to(column, Integer)
    return case((whole.between(0, MOST), whole + by), else_=0 + by)


_CLAIMED = update(_D).values(epoch=_counted(_D.c.epoch, 1), next_try_at=bindparam("lease_until"))
_CLAIM = _CLAIMED.where(_D.c.id.in_(select(_PICKED.c.id))).returning(_D.c.id, _D.c.epoch, _D.c.attempts)
# For each by itself, once all at a time failed.
_EACH = (
    select(_D.c.id, AsItStands(_D.c.id).label("stands"))
    .where(*MAY_BE_TRIED)
    .order_by(_D.c.next_try_at)
    .limit(bindparam("at_once"))
    .with_for_update(skip_locked=True)
)
_CLAIM_ONE = _CLAIMED.where(_D.c.id == bindparam("claimed_id"), *MAY_BE_TRIED).returning(
    _D.c.id, _D.c.epoch, _D.c.attempts
)
_EXTEND = update(_D).where(*_OURS).values(next_try_at=bindparam("lease_until"))
_MARK = (
    update(_D)
    .where(*_OURS)
    .values(
        state=bindparam("becomes"),
        next_try_at=bindparam("again_at"),
        attempts=_counted(_D.c.attempts, bindparam("failed_tries", type_=Integer)),
        epoch=_counted(_D.c.epoch, 1),
    )
)


def claim(store: Store, now: datetime, *, lease: timedelta = LEASE, at_once: int = AT_ONCE) -> list[Claim]:
    """Make up to `at_once` deliveries ours until `now` + `lease`, those that waited longest first."""
    asked = {"now": now, "lease_until": now + lease, "at_once": at_once}
    try:
        with store.writing() as session:
            claims = list(map(Claim._make, session.execute(_CLAIM, asked)))
            crash_point("claim")
    except OF_THE_DATABASE:
        raise
    except Exception:  # noqa: BLE001 - logged; the next line does without it
        log.exception(ROW_BY_ROW)
        claims = _claim_each(store, asked)
    crash_point("claim commit")
    return claims


def _claim_each(store: Store, asked: dict[str, Any]) -> list[Claim]:
    """Each row by itself. One that cannot be claimed goes: its reminder then waits for its mail anew
    (`watch.set_right`).
    """
    claims: list[Claim] = []
    with store.writing() as session:
        for one in session.execute(_EACH, asked).all():
            if not succeeds(session, partial(_claim_one, session, one.id, asked, claims)):
                planted = delete(_D).where(AsItStands(_D.c.id) == one.stands, *MAY_BE_TRIED)
                succeeds(session, partial(_touches, session, planted, asked))
    return claims


def _claim_one(session: Session, delivery_id: UUID, asked: dict[str, Any], claims: list[Claim]) -> bool:
    rows = session.execute(_CLAIM_ONE, asked | {"claimed_id": delivery_id}).all()
    claims += map(Claim._make, rows)
    return bool(rows)


def _touches(session: Session, statement: Delete, asked: dict[str, Any]) -> bool:
    return bool(rows_touched(session.execute(statement, asked)))


class Lease:
    """Keeps claims ours while a slow mail server makes up its mind; a worker that dies lets go within one lease."""

    def __init__(self, store: Store, claims: Sequence[Claim], clock: Clock, length: timedelta) -> None:
        self._store = store
        self._claims = claims
        self._clock = clock
        self._length = length
        self._sure_until = time.monotonic() + length.total_seconds()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()

    def holds(self) -> bool:
        """It is safe to begin another mail: at least a quarter of the lease is left."""
        return time.monotonic() < self._sure_until - self._length.total_seconds() / 4

    def _keep(self) -> None:
        while not self._over.wait(self._length.total_seconds() / 4):
            asked_at = time.monotonic()
            try:
                self._extend()
            except SQLAlchemyError:
                continue  # `holds` soon says no, and another worker takes over
            self._sure_until = asked_at + self._length.total_seconds()

    def _extend(self) -> None:
        with self._store.writing() as session:
            until = self._clock() + self._length
            if free := _free(session, self._claims):
                session.execute(_EXTEND, [_ours(claimed) | {"lease_until": until} for claimed in free])


def mark_sent(store: Store, claimed: Claim, now: datetime) -> None:
    """The mail server has taken it. Call it after that, never before: this order may send twice, the other may lose."""
    with store.writing() as session:
        _mark(session, claimed, SENT, now, 0)
        crash_point("mark")
    crash_point("mark commit")


def mark_later(store: Store, claims: Sequence[Claim], now: datetime) -> None:
    """A try has failed for now: wait longer after each."""
    with store.writing() as session:
        for claimed in _free(session, claims):
            draw = random.random()  # noqa: S311 - it spreads load and hides nothing
            _mark(session, claimed, WAITING, now + wait_after(claimed.attempts + 1, draw), 1)


def give_back(store: Store, claims: Sequence[Claim], now: datetime) -> None:
    """Not tried: any worker may take them at once."""
    with store.writing() as session:
        for claimed in _free(session, claims):
            _mark(session, claimed, WAITING, now, 0)


def mark_failed(store: Store, book: AddressBook, claimed: Claim, now: datetime) -> None:
    """The mail server refuses it for good: from now on it shows in `watch.troubles`, and it goes to the deputies."""
    with store.writing() as session:
        # Reminder before delivery, as `plan.cancel` locks them: the other order could deadlock on PostgreSQL.
        of_claim = select(_D.c.reminder_id).where(_D.c.id == claimed.id).scalar_subquery()
        lock = select(_R.c.id, _R.c.member_id, _R.c.office_id, _R.c.role).where(_R.c.id == of_claim).with_for_update()
        reminder = session.execute(lock).one_or_none()
        if reminder is None or not _mark(session, claimed, FAILED, now, 1):
            return
        reminder_id, *to = reminder
        told = set(session.scalars(select(_D.c.member_id).where(_D.c.reminder_id == reminder_id)))
        deputies = dict.fromkeys(one.member_id for one in asked(book.deputies, session, of_row(*to)))
        new = [new_delivery(reminder_id, member_id, now) for member_id in deputies if member_id not in told]
        if new:
            session.execute(insert(_D), new)


def _free(session: Session, claims: Sequence[Claim]) -> list[Claim]:
    """Those whose row nobody is changing; the others are being cancelled, or lapse with their lease.

    On PostgreSQL whoever holds several rows and waits for another could deadlock with `plan.cancel`.
    """
    these = select(_D.c.id).where(_D.c.id.in_([claimed.id for claimed in claims]))
    free = set(session.scalars(these.with_for_update(skip_locked=True)))
    return [claimed for claimed in claims if claimed.id in free]


def _ours(claimed: Claim) -> dict[str, Any]:
    return {"claimed_id": claimed.id, "claimed_epoch": claimed.epoch}


def _mark(session: Session, claimed: Claim, becomes: str, again_at: datetime, failed_tries: int) -> bool:
    values = {"becomes": becomes, "again_at": again_at, "failed_tries": failed_tries}
    marked: Any = session.execute(_MARK, _ours(claimed) | values)
    return bool(marked.rowcount)
