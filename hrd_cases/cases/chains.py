"""Things that are written down, corrected and never overwritten: what a case file is made of, and what a trial is.

An entry that corrects another names it. A chain is everything that was written about one thing; its last entry is what
stands now. What the entries are of counts them under its own seal, so that one that was taken away is missed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction

from hrd_cases.audit.events import Event
from hrd_cases.cases.tally import Tally
from hrd_cases.db import UtcDateTime
from hrd_cases.errors import Absent, Changed, Locked, Tampered
from hrd_cases.records import FolderRecord, Sealed, bound, opened, sealed


class Kept(FolderRecord):
    """What entries are of: a case, a trial. It seals how many there are, and which, in an attribute `tally`."""

    __abstract__ = True
    if TYPE_CHECKING:  # each table seals it where it always did
        tally: Sealed[Tally]


class Written(FolderRecord):
    """One thing that was known, done or said: who wrote it, when, what. A correction is an entry of its own.

    Its table names what it is of in a bound column (`of`), says what was written in a sealed attribute `details`, and
    has a bound column `corrects_id` that is unique: of two who correct the same entry, the second sees what the first
    wrote. The trail names each entry that was written or corrected (`told_as`).
    """

    __abstract__ = True
    of: ClassVar[tuple[type[Kept], str]]
    told_as: ClassVar[tuple[Event, Event]]
    written_at: Mapped[datetime] = bound(type_=UtcDateTime)
    author_id: Sealed[uuid.UUID] = sealed()
    if TYPE_CHECKING:
        corrects_id: Mapped[uuid.UUID | None]
        details: Sealed[Any]

    @property
    def kept_id(self) -> uuid.UUID:
        """The id of what it is of."""
        return cast(uuid.UUID, getattr(self, self.of[1]))


# -- in a transaction

_HELD = "held_until_the_end"


def hold(session: Session, kept: Kept) -> None:
    """Nobody else writes into it until the transaction ends, and what it says is as it is now: what another wrote
    meanwhile is seen. What this transaction changed and has not written yet stands.
    """
    held = _held(session)
    if kept.id not in held and inspect(kept).persistent and kept not in session.dirty:
        session.refresh(kept, with_for_update=True)
    held.add(kept.id)


def is_held(session: Session, kept: Kept) -> bool:
    """Does nobody else write into it until this transaction ends?"""
    return kept.id in _held(session)


def _held(session: Session) -> set[uuid.UUID]:
    """What is this transaction's until it ends."""
    transaction: object = None
    held: set[uuid.UUID] = set()
    if _HELD in session.info:
        transaction, held = session.info[_HELD]
    if transaction is not session.get_transaction():
        held = set()
        session.info[_HELD] = (session.get_transaction(), held)
    return held


def _forget_held(session: Session, undone: SessionTransaction) -> None:
    """What was held in a savepoint is anybody's again once that is undone. What was held before it is held again by
    whoever asks: that costs a question, and nobody has to know which was which.
    """
    if undone.nested:
        session.info.pop(_HELD, None)


event.listen(Session, "after_soft_rollback", _forget_held)


def _count_entries(session: Session, *_: object) -> None:
    """Every entry is counted by what it is of as it is written, whoever writes it."""
    written: dict[tuple[type[Kept], uuid.UUID], list[uuid.UUID]] = {}
    begun: dict[uuid.UUID, Kept] = {}
    for row in session.new:
        if isinstance(row, Written):
            written.setdefault((row.of[0], row.kept_id), []).append(row.id)
        elif isinstance(row, Kept):
            begun[row.id] = row
    if begun:
        _held(session).update(begun)  # nobody else sees it before the commit
    for (kind, kept_id), entries in written.items():
        kept = begun.get(kept_id) or session.get_one(kind, kept_id)
        hold(session, kept)
        kept.tally = kept.tally.counting(entries)


# Before what was changed is sealed.
event.listen(Session, "before_flush", _count_entries, insert=True)


# -- opened

E = TypeVar("E", bound=Written)
T = TypeVar("T")


class Standing(NamedTuple, Generic[T]):
    """One thing as it stands: its id for good (its first entry's), the entry that says so now, what it says."""

    id: uuid.UUID
    entry: Any
    said: T

    @property
    def corrected(self) -> bool:
        return bool(self.entry.id != self.id)


@dataclass
class Chains(Generic[E]):
    """What was written, opened. `damaged` entries failed their check; `locked` have no key here: neither is relied on,
    and what they may have corrected is shown as doubtful.
    """

    kept: Kept
    entries: list[E]
    damaged: list[E] = field(default_factory=list)
    locked: list[E] = field(default_factory=list)
    read_beside: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """What later rooms read to answer about it, kept as long as this reading of it: asked three times for one page, it
    is read once.
    """

    @cached_property
    def whole(self) -> bool:
        """Everything that was ever written here is here and reads: what else stands beside it is none of it.

        Otherwise something is missing, damaged, moved away, or locked here, and nobody can tell what it said. Raises
        Tampered and Locked with what the entries are of.
        """
        return self.is_still_whole

    @property
    def is_still_whole(self) -> bool:
        """Asked again: something may have been written since. Raises as `whole`."""
        return Tally().counting(entry.id for entry in self.entries) == self.kept.tally

    @property
    def missing(self) -> int:
        """How many entries are not to be found at all, as far as it can be told."""
        return max(0, self.kept.tally.count - len(self.entries) - len(self.damaged) - len(self.locked))

    @cached_property
    def _chains(self) -> dict[uuid.UUID, list[E]]:
        """Every thing there with its versions, oldest first, by the id of the first."""
        known = {entry.id for entry in self.entries}
        corrected_by = {entry.corrects_id: entry for entry in self.entries if entry.corrects_id in known}
        chains: dict[uuid.UUID, list[E]] = {}
        for first in self.entries:
            # What it corrects failed its check: then this is all that is known of it.
            if first.corrects_id in known:
                continue
            chain = chains[first.id] = [first]
            while (then := corrected_by.get(chain[-1].id)) is not None:
                chain.append(then)
        return chains

    def versions(self, thing_id: uuid.UUID) -> list[E]:
        """Everything that was written about one thing, oldest first; [] if there is no such thing."""
        return self._chains.get(thing_id, [])

    def is_doubtful(self, thing_id: uuid.UUID) -> bool:
        """Did a correction of it fail its check? What stands there is older than what was last written."""
        known = {entry.id for entry in self.versions(thing_id)}
        return any(entry.corrects_id in known for entry in self.damaged)

    def thing_of(self, entry_id: uuid.UUID) -> uuid.UUID | None:
        """The id of the thing that an entry is about."""
        return next((first for first, chain in self._chains.items() if any(e.id == entry_id for e in chain)), None)

    @cached_property
    def _standing(self) -> dict[type, list[Standing[Any]]]:
        """Everything as it stands now, by kind, in the order it was first written."""
        found: dict[type, list[Standing[Any]]] = {}
        for first, chain in self._chains.items():
            said = chain[-1].details
            found.setdefault(type(said), []).append(Standing(first, chain[-1], said))
        return found

    def all(self, kind: type[T]) -> list[Standing[T]]:
        """Everything of a kind as it stands now, in the order it was first written."""
        return list(self._standing.get(kind, ()))

    def last(self, kind: type[T]) -> Standing[T] | None:
        """The newest thing of a kind."""
        return next(reversed(self.all(kind)), None)

    def one(self, thing_id: uuid.UUID, kind: type[T]) -> Standing[T] | None:
        chain = self.versions(thing_id)
        said = chain[-1].details if chain else None
        return Standing(thing_id, chain[-1], said) if isinstance(said, kind) else None

    def about(self, entry_id: uuid.UUID, kind: type[T]) -> Standing[T]:
        """The thing of this kind that an entry is about, as it stands now. Raises Absent."""
        thing = self.thing_of(entry_id)
        found = self.one(thing, kind) if thing is not None else None
        if found is None:
            raise Absent("nothing of this kind")
        return found

    def as_read(self, entry_id: uuid.UUID, kind: type[T]) -> Standing[T]:
        """As `about`, for whoever decides on what they read: Changed if somebody wrote of it since."""
        standing = self.about(entry_id, kind)
        check_read(standing, entry_id)
        return standing

    def version(self, thing_id: uuid.UUID, entry_id: uuid.UUID) -> E:
        """One version of a thing. Raises Absent for anything else."""
        found = next((one for one in self.versions(thing_id) if one.id == entry_id), None)
        if found is None:
            raise Absent("no version of this")
        return found

    def says_since(self, thing_id: uuid.UUID, says: Callable[[Any], bool]) -> datetime | None:
        """Since when a thing has said this, in every version from then to now; None if it does not say it now."""
        found = None
        for version in reversed(self.versions(thing_id)):
            if not says(version.details):
                break
            found = version.written_at
        return found

    @property
    def said(self) -> list[Any]:
        """What every thing there says now."""
        return [chain[-1].details for chain in self._chains.values()]

    def wrote_since(self, member_id: uuid.UUID, entry: E) -> bool:
        """Has this member written here after an entry?"""
        return any(one.author_id == member_id and one.written_at > entry.written_at for one in self.entries)


def check_read(standing: Standing[Any] | None, made_from: uuid.UUID | None) -> None:
    """What is decided on is what was read: the entry `made_from`, or None for nothing. Raises Changed otherwise."""
    if (standing.entry.id if standing is not None else None) != made_from:
        raise Changed("somebody wrote of it first")


def is_whole(chains: Chains[Any]) -> bool:
    """Is everything that was ever written of it here, and reads? Not where nobody can tell."""
    try:
        return chains.whole
    except (Tampered, Locked):
        return False


C = TypeVar("C", bound=Chains[Any])
READ_AGAIN = 2


def read_chains(session: Session, kept: Kept, table: type[E], into: type[C], *, anew: bool = False) -> C:
    """Read what was written; each entry is judged by itself, so that a damaged one hides no other.

    An entry of another's folder is none of these: whoever wrote it there planted it. `anew`: as the database has it
    now, whatever this transaction read before.
    """
    chains = _read(session, kept, table, into, anew=anew)
    for _ in range(READ_AGAIN):
        if kept in session.dirty or not inspect(kept).persistent or _whole(chains):
            break
        # A colleague wrote between two readings of ours: the whole and its entries, each as it is now.
        session.refresh(kept)
        chains = _read(session, kept, table, into, anew=True)
    return chains


def _whole(chains: Chains[Any]) -> bool:
    """Also where what the entries are of does not open: then there is nothing to compare."""
    try:
        return chains.whole
    except (Tampered, Locked):
        return True


def _read(session: Session, kept: Kept, table: type[E], into: type[C], *, anew: bool) -> C:
    of = getattr(table, table.of[1])
    query = select(table).where(of == kept.id).order_by(table.written_at, table.id)
    if anew:
        query = query.execution_options(populate_existing=True)
    rows: Sequence[E] = session.scalars(query).all()
    parted = opened(rows)
    good = [entry for entry in parted.good if entry.folder_id == kept.folder_id]
    planted = [entry for entry in (*parted.good, *parted.locked) if entry.folder_id != kept.folder_id]
    locked = [entry for entry in parted.locked if entry.folder_id == kept.folder_id]
    return into(kept, good, parted.damaged + planted, locked)


def entry_in(session: Session, table: type[E], kept: Kept, entry_id: uuid.UUID) -> E | None:
    """An entry of it. One in another folder is none of its own, whatever the table says."""
    entry = session.get(table, entry_id)
    if entry is None or (entry.kept_id, entry.folder_id) != (kept.id, kept.folder_id):
        return None
    return entry


# -- read in a transaction that holds it

_READ = "chains_read"


def read_held(session: Session, kept: Kept, table: type[E], into: type[C], *, anew: bool = False) -> C:
    """As `read_chains`. What this transaction holds nobody else writes into: it is read again only after something was
    written here.
    """
    if not anew and (found := _read_before(session, kept, table, into)) is not None:
        return found
    chains = read_chains(session, kept, table, into, anew=anew)
    if is_held(session, kept) and is_whole(chains):
        session.info[_READ] = session.info.get(_READ, {}) | {kept.id: chains}
    return chains


def _read_before(session: Session, kept: Kept, table: type[E], into: type[C]) -> C | None:
    """What was read of it and is still everything that was ever written there: of no other row, and of none that it
    does not count by now.
    """
    chains = session.info.get(_READ, {}).get(kept.id)
    if not isinstance(chains, into) or chains.kept is not kept or not is_held(session, kept):
        return None
    if any(isinstance(row, table) for row in session.new):
        return None
    try:
        return chains if chains.is_still_whole else None
    except (Tampered, Locked):
        return None
