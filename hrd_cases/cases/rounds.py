"""What is looked after in turns, while somebody with the keys is there: nobody without a key knows what there must be.

Whoever comes by looks at some things of their office at a time, each once in a while, and mends what is amiss.
"""

from __future__ import annotations

import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import ClassVar

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed, Destroyed, Locked, Tampered

log = structlog.get_logger()
UNREADABLE = (Tampered, Locked, Destroyed, Absent)


class Rounds(ABC):
    """Looks at the things of an office by and by, as chores of requests. One of each kind for each process.

    `every`: how long after a round the next begins; `pause`: between two looks of one office; `at_once`: things a look.
    """

    needs: ClassVar[Permission] = Permission.WORK_ON_CASE
    """Who has the keys of them."""

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

    @abstractmethod
    def all_of(self, session: Session, visitor: Visitor, office_id: uuid.UUID) -> Iterable[uuid.UUID]:
        """Everything of an office that is looked at."""

    @abstractmethod
    def amiss_among(
        self, session: Session, visitor: Visitor, office_id: uuid.UUID, looked: Collection[uuid.UUID], now: datetime
    ) -> Collection[uuid.UUID]:
        """Of which of these something is to be mended. Reads only; what does not open here is not among them."""

    @abstractmethod
    def mend(self, session: Session, visitor: Visitor, one: uuid.UUID, now: datetime) -> object:
        """Put right what is amiss of one. Whatever makes it fail leaves the others alone."""

    def again(self, office_id: uuid.UUID) -> None:
        """Something changed that all of them hang on: begin anew, once it is committed."""
        self._left.pop(office_id, None)
        self._next[office_id] = self._clock() + self._pause

    def again_once_committed(self, session: Session, office_id: uuid.UUID) -> None:
        """Begin anew once what this transaction changed is there: earlier nobody would see it, and later nobody looks
        again for an hour.
        """
        session.info.setdefault(_ANEW, set()).add((self, office_id))

    def wait(self, session: Session, visitor: Visitor) -> bool:
        """Is something of this visitor's offices amiss? Nearly always one comparison."""
        at = self._clock()
        offices = [one for one in visitor.seats if visitor.allows(self.needs, one)]
        for office_id in offices:
            if at >= self._next.get(office_id, at):
                self._look(session, visitor, office_id, at)
        return any(self._amiss.get(office_id) for office_id in offices)

    def _look(self, session: Session, visitor: Visitor, office_id: uuid.UUID, at: float) -> None:
        if office_id not in self._left:
            self._left[office_id] = list(self.all_of(session, visitor, office_id))
        left, now = self._left[office_id], datetime.now(UTC)
        looked, left[:] = left[: self._at_once], left[self._at_once :]
        if left:
            self._next[office_id] = at + self._pause
        else:
            self._left.pop(office_id, None)
            self._next[office_id] = at + self._every
        try:
            with session.begin_nested():
                found = self.amiss_among(session, visitor, office_id, looked, now)
        except Exception:  # one that cannot even be looked at: each is mended by itself, or says why not
            log.exception("something could not be looked at")
            found = looked
        self._amiss.setdefault(office_id, set()).update(found)

    def do(self, session: Session, visitor: Visitor) -> None:
        """Mend what was found. In a write transaction; one that fails leaves the others alone."""
        for office_id in visitor.seats:
            found = self._amiss.pop(office_id, set()) if visitor.allows(self.needs, office_id) else set()
            for one in sorted(found):
                try:
                    with suppress(*UNREADABLE), session.begin_nested():
                        self.mend(session, visitor, one, datetime.now(UTC))
                except Changed:  # somebody else wrote it meanwhile: it is looked at again
                    log.info("something changed while it was mended")
                except Exception:  # whatever it is, the others are mended
                    log.exception("something could not be mended")


_ANEW = "looked_at_anew_once_committed"


def _look_anew(session: Session) -> None:
    if not session.in_nested_transaction():
        for rounds, office_id in session.info.pop(_ANEW, ()):
            rounds.again(office_id)


def _look_at_nothing(session: Session) -> None:
    session.info.pop(_ANEW, None)


event.listen(Session, "after_commit", _look_anew)
event.listen(Session, "after_rollback", _look_at_nothing)
