"""Hearings as their rules have them: looked at while somebody with the keys is there, and mended where they are not.

Nobody without a key knows which reminders there must be. So whoever comes by looks at some trials of their office at a
time, each once in a while, and mends what is amiss: rows that are gone or were changed, an officer who has changed, a
mail that the office has chosen, an instant that new zone rules have moved. The officers concerned are told of that one.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
import structlog
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import LifeStep
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.telling import tell
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed, Destroyed, Locked, Tampered
from hrd_cases.outbox.book import to_member
from hrd_cases.outbox.plan import cancel
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, carrier, open_docket
from hrd_cases.trials.life import AHEAD, State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.planning import is_planned, replan
from hrd_cases.trials.proceedings import touch_carrier
from hrd_cases.trials.shares.leaving import left, let_go
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.times import recomputed
from hrd_cases.trials.writing import correct, locked_docket

OVER_AFTER = timedelta(days=60)
"""Nothing of a hearing that was so long ago is made up for (`made_up_for_days`): it is not looked at any more."""
_UNREADABLE = (Tampered, Locked, Destroyed, Absent)

log = structlog.get_logger()


def amiss(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> bool:
    """Is there anything to mend? Reads only; of what does not open here nothing is said."""
    with suppress(*_UNREADABLE):
        docket = open_docket(session, proceeding)
        return any(left(docket, now)) or any(_is_off(session, by, docket, one, now) for one in _looked_at(docket, now))
    return False


def mend(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> int:
    """Put right what is amiss of a trial. Returns of how many hearings. Of a share whose time is over nobody with the
    keys was told: its hearing says only now that nobody goes.
    """
    gone = let_go(session, by, proceeding, now)
    docket = locked_docket(session, proceeding)
    found = [one for one in _looked_at(docket, now) if _is_off(session, by, docket, one, now)]
    changed = [_mend_one(session, by, docket, one, now) for one in found]
    if any(changed):
        touch_carrier(session, by, docket)
    return len(found) + gone


def _looked_at(docket: Docket, now: datetime) -> Iterator[Standing[Hearing]]:
    for one in docket.hearings:
        recent = one.said.when.earliest_at > now - OVER_AFTER
        if recent or one.said.no_date_since is not None or one.said.reminders:
            yield one


def _is_off(session: Session, by: Visitor, docket: Docket, one: Standing[Hearing], now: datetime) -> bool:
    return _moved(one.said) or not is_planned(session, by, docket, one, now)


def _moved(hearing: Hearing) -> bool:
    """Have zone rules that changed moved it, while it is still to come?"""
    return State(hearing.state) in AHEAD and recomputed(hearing.when) is not hearing.when


def _mend_one(session: Session, by: Visitor, docket: Docket, one: Standing[Hearing], now: datetime) -> bool:
    """Whether its entry was written anew."""
    said = one.said
    then = said
    if _moved(said):
        cancel(session, said.told)
        whom = {said.observer.member_id if said.observer is not None else None, _officer(session, docket)}
        told = tell(session, [to_member(who) for who in sorted(filter(None, whom))], now, mails=False)
        then = msgspec.structs.replace(said, when=recomputed(said.when), told=told)
    then = replan(session, by, docket, one.id, then, now)
    if then == said:
        return False
    correct(session, by, docket, one.entry.id, then, now)
    return True


def _officer(session: Session, docket: Docket) -> uuid.UUID | None:
    case = carrier(session, docket)
    return case.officer_id if case is not None else None


# -- in turns, by whoever comes by


class Rounds:
    """Looks at the trials of an office by and by, as chores of requests. One for each process.

    `every`: how long after a round the next begins; `pause`: between two looks of one office; `at_once`: trials a look.
    """

    def __init__(
        self,
        *,
        every: float = 3600,
        pause: float = 5,
        at_once: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._every, self._pause, self._at_once, self._clock = every, pause, at_once, clock
        self._left: dict[uuid.UUID, list[uuid.UUID]] = {}
        self._next: dict[uuid.UUID, float] = {}
        self._amiss: dict[uuid.UUID, set[uuid.UUID]] = {}

    def again(self, office_id: uuid.UUID) -> None:
        """Something changed that all its trials hang on: begin anew, once it is committed."""
        self._left.pop(office_id, None)
        self._next[office_id] = self._clock() + self._pause

    def wait(self, session: Session, visitor: Visitor) -> bool:
        """Is something of this visitor's offices amiss? Nearly always one comparison."""
        at = self._clock()
        offices = [one for one in visitor.seats if visitor.allows(Permission.WORK_ON_CASE, one)]
        for office_id in offices:
            if at >= self._next.get(office_id, at):
                self._look(session, visitor, office_id, at)
        return any(self._amiss.get(office_id) for office_id in offices)

    def _look(self, session: Session, visitor: Visitor, office_id: uuid.UUID, at: float) -> None:
        if office_id not in self._left:
            all_of = select(Proceeding.id).where(Proceeding.office_id == office_id)
            self._left[office_id] = list(session.scalars(all_of))
        left, now = self._left[office_id], datetime.now(UTC)
        looked, left[:] = left[: self._at_once], left[self._at_once :]
        if left:
            self._next[office_id] = at + self._pause
        else:
            self._left.pop(office_id, None)
            self._next[office_id] = at + self._every
        found = {one for one in looked if _to_mend(session, visitor, one, now)}
        self._amiss.setdefault(office_id, set()).update(found)

    def do(self, session: Session, visitor: Visitor) -> None:
        """Mend what was found. In a write transaction; one that fails leaves the others alone."""
        for office_id in visitor.seats:
            found = self._amiss.pop(office_id, set()) if visitor.allows(Permission.WORK_ON_CASE, office_id) else set()
            for proceeding_id in sorted(found):
                proceeding = session.get(Proceeding, proceeding_id)
                try:
                    with suppress(Changed, *_UNREADABLE), session.begin_nested():
                        if proceeding is not None:
                            mend(session, visitor, proceeding, datetime.now(UTC))
                except Exception:  # whatever it is, the others are mended
                    log.exception("a trial could not be mended")


def _to_mend(session: Session, visitor: Visitor, proceeding_id: uuid.UUID, now: datetime) -> bool:
    """Each trial by itself. One that cannot even be looked at is amiss: mending it may do, or says why not."""
    try:
        with session.begin_nested():
            row = session.get(Proceeding, proceeding_id)
            return row is not None and amiss(session, visitor, row, now)
    except Exception:
        log.exception("a trial could not be looked at")
        return True


ROUNDS = Rounds()


def _handed_over(session: Session, *_: object) -> None:
    """Reminders of hearings go to whoever has the file now. Not in the same act: a trial is held before its files.

    Where a share has ended, perhaps nobody goes any more: somebody is told.
    """
    for row in session.new:
        if isinstance(row, ProceedingEntry) and isinstance(row.details, ShareEntry) and row.details.ended:
            ROUNDS.again(session.get_one(Proceeding, row.proceeding_id).office_id)
    steps = [row for row in session.new if isinstance(row, Entry) and isinstance(row.details, LifeStep)]
    for case in (session.get(Case, step.case_id) for step in steps):
        if case is not None:
            ROUNDS.again(case.office_id)


event.listen(Session, "before_flush", _handed_over)
