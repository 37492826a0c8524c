"""A case file, opened: its entries in the order they were written, each with what corrected it, and what stands now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from hrd_cases.cases.brought import Brought, brought_to
from hrd_cases.cases.chains import Chains, Standing, read_chains
from hrd_cases.cases.details import (
    Action,
    Arrival,
    Assessment,
    Contact,
    Conversation,
    Dated,
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
from hrd_cases.cases.life import ENDED, Act, State, is_archived
from hrd_cases.cases.models import Case, Entry

SOURCED = "sealed_sources"  # the column of what stands under the sources' key: empty unless something does
HAND_TO = "hand_to"
"""What a file's life calls that it was given to a colleague: no act of the table, the state stays."""


@dataclass
class File(Chains[Entry]):
    """A case with what its entries say."""

    brought: Brought = field(default_factory=Brought)
    """What other rooms know of it."""

    @property
    def case(self) -> Case:
        return cast(Case, self.kept)

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

    @property
    def sources_missing(self) -> int:
        """Of how many entries the sources were sent apart, and are not here: not yet, or they are lost."""
        sent = self.arrival.said.sources if self.arrival is not None else ()
        return sum(all(getattr(entry, SOURCED) is None for entry in self.versions(one)) for one in sent)

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
    def died(self) -> Dated | None:
        """When the defender died, as well as it is known."""
        return self.defender.said.died_on if self.defender is not None else None

    @property
    def risk(self) -> Standing[Assessment] | None:
        return self.last(Assessment)

    @property
    def danger(self) -> Standing[Assessment] | None:
        """The assessment that tells of somebody in danger now: of the dead none does. What was assessed since the death
        was recorded is the family's own risk.
        """
        if self.died is None or self.defender is None or self.risk is None:
            return self.risk
        told = next(one for one in self.versions(self.defender.id) if getattr(one.details, "died_on", None) is not None)
        return self.risk if self.risk.entry.written_at >= told.written_at else None

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

    def _last_step(self, act: Act) -> Standing[LifeStep] | None:
        """The last step of the file's life, if it was this act."""
        last = next((one for one in reversed(self.life) if one.said.act != HAND_TO), None)
        return last if last is not None and last.said.act == act else None

    @property
    def closed_on(self) -> date | None:
        """When the file was closed or turned down, if it still is."""
        return self.ended.entry.written_at.date() if self.ended is not None else None

    def state(self, today: date) -> State:
        """As it is on this day: what the row says, or archived by now."""
        state = State(self.case.state)
        return State.ARCHIVED if is_archived(state, self.closed_on, today) else state

    @property
    def life(self) -> list[Standing[LifeStep]]:
        return self.all(LifeStep)


def open_file(session: Session, case: Case, *, anew: bool = False) -> File:
    """Read a case's entries. `anew`: as the database has it now, whatever this transaction read before."""
    file = read_chains(session, case, Entry, File, anew=anew)
    file.brought = brought_to(session, file)
    return file
