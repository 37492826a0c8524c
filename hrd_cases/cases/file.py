"""A case file, opened: its entries in the order they were written, each with what corrected it, and what stands now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hrd_cases.cases.brought import Brought, brought_to
from hrd_cases.cases.details import (
    Action,
    Arrival,
    Assessment,
    Contact,
    Conversation,
    Details,
    Incident,
    LifeStep,
    Meeting,
    Note,
    Person,
    Profile,
    Sourced,
    SourceMark,
    Task,
)
from hrd_cases.cases.life import ENDED, Act, State
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.needs import archive_on
from hrd_cases.cases.tally import Tally
from hrd_cases.errors import Absent, Locked, Tampered
from hrd_cases.records import opened

T = TypeVar("T", bound=Details)
SOURCED = "sealed_sources"  # the column of what stands under the sources' key: empty unless something does
HAND_TO = "hand_to"
"""What a file's life calls that it was given to a colleague: no act of the table, the state stays."""


class Standing(NamedTuple, Generic[T]):
    """One thing on file as it stands: its id for good (its first entry's), the entry that says so now, what it says."""

    id: uuid.UUID
    entry: Entry
    said: T

    @property
    def corrected(self) -> bool:
        return self.entry.id != self.id


@dataclass
class File:
    """A case with what its entries say. `damaged` failed their check; `locked` have no key here: neither is relied on,
    and what they may have corrected is shown as doubtful.
    """

    case: Case
    entries: list[Entry]
    damaged: list[Entry] = field(default_factory=list)
    locked: list[Entry] = field(default_factory=list)
    brought: Brought = field(default_factory=Brought)
    """What other rooms know of it."""

    @cached_property
    def whole(self) -> bool:
        """Everything that was ever written into this file is here and reads: what else stands beside it is none of it.

        Otherwise something is missing, damaged, moved away, or locked here, and nobody can tell what it said. Raises
        Tampered and Locked with the case.
        """
        return Tally().counting(entry.id for entry in self.entries) == self.case.tally

    @property
    def missing(self) -> int:
        """How many of its entries are not to be found at all, as far as it can be told."""
        return max(0, self.case.tally.count - len(self.entries) - len(self.damaged) - len(self.locked))

    @cached_property
    def _chains(self) -> dict[uuid.UUID, list[Entry]]:
        """Every thing on file with its versions, oldest first, by the id of the first."""
        known = {entry.id for entry in self.entries}
        corrected_by = {entry.corrects_id: entry for entry in self.entries if entry.corrects_id in known}
        chains: dict[uuid.UUID, list[Entry]] = {}
        for first in self.entries:
            # What it corrects failed its check: then this is all that is known of it.
            if first.corrects_id in known:
                continue
            chain = chains[first.id] = [first]
            while (then := corrected_by.get(chain[-1].id)) is not None:
                chain.append(then)
        return chains

    def versions(self, thing_id: uuid.UUID) -> list[Entry]:
        """Everything that was written about one thing, oldest first; [] if there is no such thing."""
        return self._chains.get(thing_id, [])

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

    def version(self, thing_id: uuid.UUID, entry_id: uuid.UUID) -> Entry:
        """One version of a thing. Raises Absent for anything else."""
        found = next((one for one in self.versions(thing_id) if one.id == entry_id), None)
        if found is None:
            raise Absent("no version of this")
        return found

    @property
    def said(self) -> list[Details]:
        """What every thing on file says now."""
        return [chain[-1].details for chain in self._chains.values()]

    def sourced(self, thing_id: uuid.UUID, until: uuid.UUID | None = None) -> Sourced | None:
        """What stands under the sources' key beside a thing now, or beside its version `until`.

        A correction by somebody without that key leaves it as it was. Raises Locked without the key, Tampered.
        """
        found: Entry | None = None
        for entry in self.versions(thing_id):
            found = entry if getattr(entry, SOURCED) is not None else found
            if entry.id == until:
                break
        return found.sourced if found is not None else None

    # -- what everybody asks

    @property
    def profile(self) -> Profile:
        found = self.last(Profile)
        return found.said if found is not None else Profile(country="")

    @property
    def last_profile_id(self) -> uuid.UUID | None:
        found = self.last(Profile)
        return found.id if found is not None else None

    @property
    def people(self) -> list[Standing[Person]]:
        return self.all(Person)

    @property
    def defender(self) -> Standing[Person] | None:
        return next((one for one in self.people if one.said.role == "defender"), None)

    @property
    def name(self) -> str:
        """The defender's first name on file; "" when it was withheld."""
        defender = self.defender
        return defender.said.names[0] if defender is not None and defender.said.names else ""

    @property
    def risk(self) -> Standing[Assessment] | None:
        return self.last(Assessment)

    @property
    def open_tasks(self) -> list[Standing[Task]]:
        return [one for one in self.all(Task) if one.said.done_at is None]

    @property
    def incidents(self) -> list[Standing[Incident]]:
        return self.all(Incident)

    @property
    def contacts(self) -> list[Standing[Contact]]:
        return self.all(Contact)

    @property
    def meetings(self) -> list[Standing[Meeting]]:
        return self.all(Meeting)

    @property
    def actions(self) -> list[Standing[Action]]:
        return self.all(Action)

    @property
    def conversations(self) -> list[Standing[Conversation]]:
        return self.all(Conversation)

    @property
    def notes(self) -> list[Standing[Note]]:
        return self.all(Note)

    @property
    def sources(self) -> list[Standing[SourceMark]]:
        return self.all(SourceMark)

    @property
    def arrival(self) -> Standing[Arrival] | None:
        return self.last(Arrival)

    @property
    def asked_to_close(self) -> Standing[LifeStep] | None:
        """What waits for the head: an officer asked to close the file, and no step was taken since."""
        return self._last_step(Act.ASK_CLOSE)

    @property
    def sent_back(self) -> Standing[LifeStep] | None:
        """A closing that the head sent back, until the officer takes the next step or writes into the file."""
        last, officer = self._last_step(Act.SEND_BACK), self.case.officer_id
        if last is None or officer == last.entry.author_id:
            return None
        return None if officer is not None and self.wrote_since(officer, last.entry) else last

    @property
    def ended(self) -> Standing[LifeStep] | None:
        """The step that ended the file, if it still is over."""
        last = self.last(LifeStep)
        return last if last is not None and State(last.said.after) in ENDED else None

    def wrote_since(self, member_id: uuid.UUID, entry: Entry) -> bool:
        """Has this member written into the file after an entry?"""
        return any(one.author_id == member_id and one.written_at > entry.written_at for one in self.entries)

    def _last_step(self, act: Act) -> Standing[LifeStep] | None:
        """The last step of the file's life, if it was this act."""
        last = next((one for one in reversed(self.life) if one.said.act != HAND_TO), None)
        return last if last is not None and last.said.act == act else None

    @property
    def closed_on(self) -> date | None:
        """When the file was closed or turned down, if it still is."""
        return self.ended.entry.written_at.date() if self.ended is not None else None

    def state(self, today: date) -> State:
        """One that was closed long enough ago is archived: nobody has to come by for that."""
        state, closed = State(self.case.state), self.closed_on
        if state in ENDED and closed is not None and today >= archive_on(closed):
            return State.ARCHIVED
        return state

    @property
    def life(self) -> list[Standing[LifeStep]]:
        return self.all(LifeStep)


def open_file(session: Session, case: Case, *, anew: bool = False) -> File:
    """Read a case's entries; each is judged by itself, so that a damaged one hides no other.

    An entry of another case's folder is no entry of this case: whoever wrote it there planted it. `anew`: as the
    database has it now, whatever this transaction read before.
    """
    file = _read(session, case, anew=anew)
    for _ in range(READ_AGAIN):
        if case in session.dirty or not inspect(case).persistent or _whole(file):
            break
        # A colleague wrote between two readings of ours: the case and its entries, each as it is now.
        session.refresh(case)
        file = _read(session, case, anew=True)
    file.brought = brought_to(session, case)
    return file


READ_AGAIN = 2


def _whole(file: File) -> bool:
    """Also where the case does not open: then there is nothing to compare."""
    try:
        return file.whole
    except (Tampered, Locked):
        return True


def _read(session: Session, case: Case, *, anew: bool) -> File:
    query = select(Entry).where(Entry.case_id == case.id).order_by(Entry.written_at, Entry.id)
    if anew:
        query = query.execution_options(populate_existing=True)
    rows: Sequence[Entry] = session.scalars(query).all()
    parted = opened(rows)
    good = [entry for entry in parted.good if entry.folder_id == case.folder_id]
    planted = [entry for entry in (*parted.good, *parted.locked) if entry.folder_id != case.folder_id]
    locked = [entry for entry in parted.locked if entry.folder_id == case.folder_id]
    return File(case, good, parted.damaged + planted, locked)
