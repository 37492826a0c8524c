"""What any member's request does for the house first.

Open what was handed to them, make or renew circles, hand over, fold letters.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import read_as_sent
from hrd_cases.audit.told import ever_about
from hrd_cases.audit.trail import record
from hrd_cases.cards.keep import write_cards
from hrd_cases.door.traces import is_alarming
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Changed, HrdError, Tampered, Unproven
from hrd_cases.keys import letters
from hrd_cases.keys.charter import UNREADABLE, Charter, Signer
from hrd_cases.keys.circles import (
    custody_is_stale,
    ended_unnamed,
    hand_over,
    name_ended,
    readiness,
    renew_custody,
    renew_due_circles,
)
from hrd_cases.keys.models import Letter
from hrd_cases.logs import place_of
from hrd_cases.offices.proposing import tell_in_force

log = structlog.get_logger()

_told_of: set[uuid.UUID] = set()
"""Letters whose sender nobody can tell now: an alarm once in a process, not once a page."""

RESTS = timedelta(minutes=1)
"""So long a letter of which nobody can tell whose it is waits before a process reads it again: it makes pages slow."""
MOST_RESTING = 500
_resting: dict[uuid.UUID, datetime] = {}
"""Until when."""

Fold = Callable[[Session, Visitor, Letter, letters.Read], None]
"""Turns a read letter into rows. Raises Tampered if its sender may not send such a letter, or if it
cannot be read."""


class Round(Protocol):
    """What a room above looks after while somebody with the keys is signed in."""

    def wait(self, session: Session, visitor: Visitor) -> bool:
        """Is there anything to do? Cheap: asked at every request, which only reads."""

    def do(self, session: Session, visitor: Visitor) -> None:
        """Do it, in a write transaction."""


class Chores:
    """`folds` says, by act, which room turns a letter into rows; `rounds` are of the rooms above. Of the acts of
    `known_by_rows` the room tells by its own rows what it took in before: of others the trail is believed.
    """

    def __init__(
        self, folds: dict[str, Fold], rounds: Sequence[Round] = (), known_by_rows: Collection[str] = ()
    ) -> None:
        self._folds = folds
        self._rounds = rounds
        self._known_by_rows = known_by_rows

    def wait(self, session: Session, visitor: Visitor) -> bool:
        """Is there anything to do? Cheap: asked at every request."""
        if any(self._circles_wait(session, visitor, charter) for charter in visitor.seats.values()):
            return True
        if letters.wait(session, visitor.ring, _at_rest(datetime.now(UTC))):
            return True
        return any(one.wait(session, visitor) for one in self._rounds)

    def _circles_wait(self, session: Session, visitor: Visitor, charter: Charter) -> bool:
        for stand in readiness(session, charter, visitor.today, visitor.charters):
            entry = charter.circle(stand.name)
            holds = entry is not None and visitor.ring.holds(entry)
            if visitor.member_id in stand.holders and not holds:
                return True
            mine = visitor.member_id in stand.holders | stand.waiting
            if mine and stand.due and (stand.epoch == 0 or visitor.ring.knows(entry)):
                return True
            if stand.waiting and not stand.due and holds:
                return True
        if ended_unnamed(visitor.ring, charter, visitor.today):
            return True
        return custody_is_stale(session, visitor.ring, charter, visitor.today)

    def do(self, session: Session, visitor: Visitor) -> None:
        """Everything there is to do, once, in one transaction. Circles first: no letter keeps anybody from a key."""
        now = datetime.now(UTC)
        visitor.ring.open_grants()
        for office_id in list(visitor.seats):
            with _by_itself(session, visitor):
                keep_circles(session, visitor, visitor.charters.of(office_id), now)
            with _by_itself(session, visitor):  # where the keys could not be exchanged, it is named all the same
                name_those_ended(session, visitor, visitor.charters.of(office_id), now)
        for letter in letters.waiting(session, visitor.ring, _at_rest(now)):
            with _by_itself(session, visitor):
                self._fold(session, visitor, letter, now)
                write_cards(session)  # here and not at the commit: a row that ends one card ends no other letter
        for one in self._rounds:
            with _by_itself(session, visitor):
                one.do(session, visitor)

    def _fold(self, session: Session, visitor: Visitor, letter: Letter, now: datetime) -> None:
        """Once: a letter is folded or refused, never both and never twice. One that fails leaves nothing behind and
        keeps no other waiting.
        """
        session.refresh(letter, with_for_update=True)
        if letter.folded_at is not None or letter.refused_at is not None or not _can_read(visitor, letter):
            return
        told = next(ever_about(session, letter.id, Event.LETTER_FOLDED), None)
        if told is not None and letter.act not in self._known_by_rows:
            _mark_again(session, letter, told.at)
            return
        try:
            with session.begin_nested():
                read = read_as_sent(session, visitor.ring, letter, now)
                self._folds.get(letter.act, _unknown)(session, visitor, letter, read)
                letter.folded_at = now
        except (Tampered, *UNREADABLE):
            letter.refused_at = now
            record(session, Event.LETTER_REFUSED, letter=letter.id, act=letter.act, digest=letter.digest)
            record(session, Event.ALARM_RAISED, alarm=f"failed its check: letter {letter.id}")
        except (HrdError, IntegrityError, StaleDataError) as error:
            # No key for it yet, or somebody did the same in this moment: the next request tries again.
            log.warning("a letter waits", error=type(error).__name__)
            if isinstance(error, Unproven):
                _rest(session, letter, now)
        else:
            if told is not None:
                _mark_again(session, letter, told.at)
                return
            record(session, Event.LETTER_FOLDED, letter=letter.id, act=letter.act)


def _at_rest(now: datetime) -> set[uuid.UUID]:
    """Letters that are not to be read yet."""
    resting = {letter_id: until for letter_id, until in list(_resting.items()) if until > now}
    for letter_id in set(_resting) - resting.keys():
        _resting.pop(letter_id, None)
    return set(resting)


def _rest(session: Session, letter: Letter, now: datetime) -> None:
    """The trail is told once in a process, and not once a page."""
    if letter.id not in _told_of:
        _told_of.add(letter.id)
        record(session, Event.ALARM_RAISED, alarm=f"failed its check: the sender of letter {letter.id}")
    if len(_resting) < MOST_RESTING:
        _resting[letter.id] = now + RESTS


def _mark_again(session: Session, letter: Letter, at: datetime) -> None:
    """It was taken in already, as the trail tells: somebody took its mark away, or wrote that entry. The mark is put
    back, and nothing of the letter is done twice.
    """
    letter.folded_at = at
    record(session, Event.ALARM_RAISED, alarm=f"failed its check: letter {letter.id} was taken in before")


@contextmanager
def _by_itself(session: Session, visitor: Visitor) -> Iterator[None]:
    """Whatever one letter or one office's circles make fail, the others do not fail with it: it waits."""
    try:
        with _undone_together(session, visitor):
            yield
    except Exception as error:  # noqa: BLE001 - no row and no mistake of ours ends what the house does for the others
        log.error("a chore failed", error=type(error).__name__, where=place_of(error))  # noqa: TRY400 - no content
        if is_alarming(error):
            record(session, Event.ALARM_RAISED, alarm="failed its check: chores")


@contextmanager
def _undone_together(session: Session, visitor: Visitor) -> Iterator[None]:
    """A savepoint. With the rows goes what this request remembers of them: a seed that was undone opens nothing, and a
    charter that was undone was never seen.
    """
    seeds, seen = dict(visitor.ring.seeds), dict(visitor.charters.pins.offices)
    try:
        with session.begin_nested():
            yield
    except Exception:
        visitor.ring.seeds = seeds
        visitor.charters.unsee(seen)
        raise


def keep_circles(session: Session, visitor: Visitor, charter: Charter, now: datetime) -> None:
    """Name whose access was ended, make and renew what is due, hand over, seal to the custodians."""
    renewed = renew_due_circles(session, visitor.ring, charter, now)
    if renewed is not None:
        tell_in_force(session, visitor.charters, renewed)
        for entry in renewed.circles:
            if entry not in charter.circles:
                office, circle = renewed.office_id, entry.name.value
                record(session, Event.CIRCLE_RENEWED, office=office, circle=circle, epoch=entry.epoch)
        charter = renewed
    for name, member in hand_over(session, visitor.ring, charter, now):
        record(session, Event.CIRCLE_HANDED_OVER, office=charter.office_id, circle=name.value, member=member)
    if renew_custody(session, visitor.ring, charter, now.date()):
        record(session, Event.CUSTODY_RENEWED, office=charter.office_id)


def name_those_ended(session: Session, visitor: Visitor, charter: Charter, now: datetime) -> None:
    """Name whose access was ended, and leave the circles as they are."""
    named = name_ended(session, visitor.ring, charter, now)
    if named is not None:
        tell_in_force(session, visitor.charters, named)


def name_at_once(session: Session, visitor: Visitor, ended: set[Signer], now: datetime) -> bool:
    """Whoever ends an access and holds keys of the same office names it in a charter and exchanges the keys in the same
    act: no later table takes it back. Returns whether that was done wherever it could be expected; what could not be
    done now waits for the next holder's request, and the trail is told.
    """
    visitor.charters.forget()
    done = [_named_at_once(session, visitor, office_id, ended, now) for office_id in list(visitor.seats)]
    return all(done)


def _named_at_once(session: Session, visitor: Visitor, office_id: uuid.UUID, ended: set[Signer], now: datetime) -> bool:
    for act in (keep_circles, name_those_ended):
        try:
            with _undone_together(session, visitor):
                charter = visitor.charters.of(office_id)
                if any(seat.holder in ended for seat in charter.seats):
                    act(session, visitor, charter, now)
        except (HrdError, IntegrityError, StaleDataError) as error:
            log.warning("an ended access waits to be named", error=type(error).__name__)
            if not isinstance(error, Changed | StaleDataError):  # a colleague's request in the same moment
                record(session, Event.ALARM_RAISED, alarm=f"failed its check: the end of an access in {office_id}")
        else:
            return act is keep_circles
    return False


def _can_read(visitor: Visitor, letter: Letter) -> bool:
    return letters.can_read(visitor.ring, letter.circle_id, letter.circle_epoch)


def _unknown(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:  # noqa: ARG001 - a Fold
    raise Tampered("a letter about something unknown")
