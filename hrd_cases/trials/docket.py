"""A proceeding, opened: what it is, its hearings in the order of their days, and how they follow one another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from hrd_cases.cases import risk
from hrd_cases.cases.chains import Chains, Standing, read_held
from hrd_cases.cases.file import File
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.errors import Locked, Tampered
from hrd_cases.trials import stages
from hrd_cases.trials.details import Hearing, Preparation, Trial
from hrd_cases.trials.life import State
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.stages import ENDED, Stage


@dataclass
class Docket(Chains[ProceedingEntry]):
    """A proceeding with what its entries say."""

    @property
    def proceeding(self) -> Proceeding:
        return cast(Proceeding, self.kept)

    @property
    def standing(self) -> Standing[Trial]:
        """What it is as it stands. Raises Tampered if nothing of that can be read: then nobody decides on it."""
        found = self.last(Trial)
        if found is None:
            raise Tampered("what the trial is cannot be read")
        return found

    @property
    def trial(self) -> Trial:
        """What it is as it stands. Raises as `standing`."""
        return self.standing.said

    @property
    def has_ended(self) -> bool:
        return Stage(self.trial.stage) in ENDED

    @property
    def hearings(self) -> list[Standing[Hearing]]:
        """In the order of their days."""
        return sorted(self.all(Hearing), key=lambda one: (one.said.when.earliest_at, one.id))

    @property
    def ahead(self) -> list[Standing[Hearing]]:
        """Hearings of which nobody has said yet what came of them."""
        return [one for one in self.hearings if one.said.is_ahead]

    def hearing(self, entry_id: uuid.UUID) -> Standing[Hearing]:
        """The hearing that an entry is about, as it stands. Raises Absent."""
        return self.about(entry_id, Hearing)

    def ahead_as(self, hearing_id: uuid.UUID) -> State:
        """The state in which a hearing was last ahead: what it was before it was held, adjourned or cancelled."""
        said = (one.details for one in reversed(self.versions(hearing_id)))
        ahead = (State(one.state) for one in said if isinstance(one, Hearing) and one.is_ahead)
        return next(ahead, State.SCHEDULED)

    def preparation(self, hearing_id: uuid.UUID) -> list[Standing[Preparation]]:
        return [one for one in self.all(Preparation) if one.said.hearing_id == hearing_id]

    def next_of(self, hearing_id: uuid.UUID) -> Standing[Hearing] | None:
        """The hearing that was set when this one was over; one that was cancelled is none."""
        following = (one for one in self.hearings if one.said.follows == hearing_id)
        return next((one for one in following if one.said.state != State.CANCELLED), None)

    def waits_for_date(self, hearing: Standing[Hearing]) -> bool:
        """Did the court give no new date yet, and does somebody ask for it? Asked of it as it stands, or is to."""
        return hearing.said.chase_on is not None and not self.has_ended and self.next_of(hearing.id) is None

    def next_unsaid(self, hearing: Standing[Hearing]) -> bool:
        """Did whoever recorded it not say what comes next, and does no later hearing tell?"""
        if not hearing.said.next_unsaid or self.has_ended:
            return False
        return all(one.said.when.earliest_at <= hearing.said.when.earliest_at for one in self.ahead)

    def chain(self, hearing_id: uuid.UUID) -> list[Standing[Hearing]]:
        """The hearings that this one was adjourned from, the first of them first, and then itself."""
        return list(reversed(list(self._backwards(hearing_id))))

    def _backwards(self, hearing_id: uuid.UUID) -> Iterator[Standing[Hearing]]:
        seen: set[uuid.UUID] = set()
        at: uuid.UUID | None = hearing_id
        while at is not None and at not in seen:
            seen.add(at)
            found = self.one(at, Hearing)
            if found is None:
                return
            yield found
            at = found.said.follows


def open_docket(session: Session, proceeding: Proceeding, *, anew: bool = False) -> Docket:
    """Read what is known of a proceeding. `anew`: as the database has it now."""
    return read_held(session, proceeding, ProceedingEntry, Docket, anew=anew)


def files_of(session: Session, docket: Docket) -> Iterator[Case]:
    """The case files it is about, in its order; what is not there, or is another office's, is none of them."""
    office_id = docket.proceeding.office_id
    found = (session.get(Case, case_id) for case_id in docket.trial.files)
    return (case for case in found if case is not None and case.office_id == office_id)


def country_of(files: Iterable[File]) -> str:
    """The state before whose court a trial of these files is, as they have it; "" where they differ or none says."""
    found = {file.profile.country for file in files} - {""}
    return found.pop() if len(found) == 1 else ""


def danger_of(trial: Trial) -> risk.Facts:
    """What a trial says to the risk of its files."""
    return stages.risk_facts(
        Stage(trial.stage),
        death_penalty_possible=trial.death_penalty_possible,
        death_sentence=trial.death_sentence,
    )


def home(session: Session, docket: Docket) -> Case | None:
    """The file whose card keeps the trial's hearings for the calendar: the first, whatever became of it. None if there
    is none any more.
    """
    return next(files_of(session, docket), None)


def carrier(session: Session, docket: Docket, *, without: uuid.UUID | None = None) -> Case | None:
    """The file that carries the trial's dates for lists, cards and Today: the first that is looked after. So a trial of
    forty is one line. None if none is. `without`: which it would be if this one were not.
    """
    return next((case for case in looked_after(session, docket) if case.id != without), None)


def officer_of(session: Session, docket: Docket) -> uuid.UUID | None:
    """Who looks after the trial: the officer of the file that carries it."""
    case = carrier(session, docket)
    return case.officer_id if case is not None else None


def looked_after(session: Session, docket: Docket) -> Iterator[Case]:
    """The case files it is about that are underway and open."""
    for case in files_of(session, docket):
        with suppress(Tampered, Locked):
            if case.state in UNDERWAY:
                yield case


def telling_of(session: Session, docket: Docket) -> list[Case]:
    """The files whose cards tell of its dates: one for Today and lists, one for the calendar; mostly it is the same."""
    return [one for one in (carrier(session, docket), home(session, docket)) if one is not None]
