"""What the page of a proceeding shows, and what its files show of it, drawn for one member: it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from hrd_cases.calendar import is_zone
from hrd_cases.cards.card import Card
from hrd_cases.cards.read import cards_of
from hrd_cases.cases.chains import Standing, is_whole
from hrd_cases.cases.life import UNDERWAY
from hrd_cases.cases.models import Case
from hrd_cases.cases.shelves import circles
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.words import offices_called
from hrd_cases.pages import day, day_and_hour, moment, zone_city
from hrd_cases.trials.calendar_words import observer_name, same_clocks, wall_clock
from hrd_cases.trials.details import BEGUN, STAGE, Hearing, Trial
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.life import TOOK_PLACE, State
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.papers import TrialRecord
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.reports import changes_awaited
from hrd_cases.trials.seen_with_us import SeenWithUs, seen_with_us
from hrd_cases.trials.shares.following import shares_of
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.stages import ENDING_OUTCOMES, Move, Stage, moves_from
from hrd_cases.trials.times import When, local_day
from hrd_cases.trials.told import only_reported


class Listed(NamedTuple):
    """A file of the trial as lists know it; without a card where that does not open. `over`: nobody looks after it."""

    case_id: uuid.UUID
    card: Card | None
    over: bool


class Sat(NamedTuple):
    """A hearing in its chain. `days`: after the one that it follows; None where it follows none."""

    standing: Standing[Hearing]
    days: int | None
    follows: Hearing | None


class Clocks(NamedTuple):
    """When a hearing is: at the court, in its place, and by the reader's own clocks ("" where they show the same)."""

    court: str
    place: str
    own: str
    hour: bool = True
    """Did anybody say an hour?"""


NO_HOUR = {
    Part.MORNING: _l("in the morning, hour not known"),
    Part.AFTERNOON: _l("in the afternoon, hour not known"),
    Part.UNKNOWN: _l("hour not known"),
}
"""In a sentence, after the day."""


def clocks_of(when: When, zone: str) -> Clocks:
    """By the court's clocks, and by those of a zone where they show something else."""
    hour = wall_clock(when.shows) if when.shows is not None else NO_HOUR[when.part or Part.UNKNOWN]
    court, place = (
        day_and_hour(day(when.on, "full"), str(hour)),
        zone_city(when.zone) if is_zone(when.zone) else when.zone,
    )
    own = moment(when.at, zone, "full") if when.at is not None else ""
    same = when.at is not None and same_clocks(when, zone)
    return Clocks(court, place, "" if same else own, when.clock is not None)


class Reporter(NamedTuple):
    """An embassy that reports on a hearing. `office`, set apart from a sentence, whichever way it runs; `reads`: can
    they still open what they were given? `asked_at`: since when changes are awaited from them.
    """

    given: Standing[ShareEntry]
    office: str
    reads: bool
    asked_at: datetime | None


class StageMoved(NamedTuple):
    """A stage that was recorded."""

    entry: ProceedingEntry
    said: Trial


@dataclass
class TrialSheet:
    """Everything an officer needs to know of a trial."""

    session: Session
    by: Visitor
    docket: Docket
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> uuid.UUID:
        return self.docket.proceeding.id

    @cached_property
    def trial(self) -> Trial:
        return self.docket.trial

    @property
    def whole(self) -> bool:
        return is_whole(self.docket)

    @cached_property
    def papers(self) -> TrialRecord:
        """Its documents."""
        return TrialRecord(self.session, self.by, self.docket.proceeding, docket=self.docket)

    # -- hearings

    @cached_property
    def next_hearings(self) -> list[Standing[Hearing]]:
        """Those of today at the court and to come, the next one first."""
        return [one for one in self.docket.ahead if not self._has_passed(one)]

    def only_reported(self, one: Standing[Hearing]) -> bool:
        """Does its date stand in an embassy's report alone?"""
        return only_reported(self.docket, one)

    @cached_property
    def unrecorded(self) -> list[Standing[Hearing]]:
        """Those whose day is over at the court, and nobody said what came of them: the oldest first."""
        return [one for one in self.docket.ahead if self._has_passed(one)]

    def _has_passed(self, one: Standing[Hearing]) -> bool:
        return one.said.when.on < local_day(self.now, one.said.when.zone)

    @property
    def waits_for_date(self) -> list[Standing[Hearing]]:
        """Of these the court gave no new date yet, and somebody asks."""
        return [one for one in self.docket.hearings if self.docket.waits_for_date(one)]

    @property
    def next_unsaid(self) -> list[Standing[Hearing]]:
        """Of these nobody said what comes next."""
        return [one for one in self.docket.hearings if self.docket.next_unsaid(one)]

    @property
    def may_be_over(self) -> bool:
        """Did the last hearing end it, as far as anybody recorded, and does its stage not say so yet?"""
        hearings = self.docket.hearings
        result = hearings[-1].said.result if hearings else None
        return result is not None and result.outcome in ENDING_OUTCOMES and not self.docket.has_ended

    @cached_property
    def sat(self) -> list[Sat]:
        """Every hearing, the last first, each with how long after the one that it follows."""
        return [self._sat(one) for one in reversed(self.docket.hearings)]

    def _sat(self, one: Standing[Hearing]) -> Sat:
        before = self.docket.one(one.said.follows, Hearing) if one.said.follows is not None else None
        days = (one.said.when.on - before.said.when.on).days if before is not None else None
        return Sat(one, days, before.said if before is not None else None)

    def misses_somebody(self, said: Hearing) -> bool:
        """Does nobody go, while somebody still can?"""
        return said.misses_somebody(self.now)

    def goes(self, said: Hearing) -> str:
        """Who goes, or went; "" for nobody."""
        return observer_name(said.observer, self.names) if said.observer is not None else ""

    def when(self, said: Hearing) -> Clocks:
        """By the court's clocks, and by the reader's where those show something else."""
        return clocks_of(said.when, self.by.zone)

    # -- shared with others

    @cached_property
    def shared_now(self) -> list[tuple[Standing[ShareEntry], str]]:
        """What of it others can open now, with what their office is called."""
        found = [one for one in shares_of(self.docket) if one.said.stands(self.now)]
        called = offices_called(self.session, self.by, (one.said.office_id for one in found))
        return [(one, called.get(one.said.office_id, "?")) for one in found]

    def reporter(self, hearing: Standing[Hearing]) -> Reporter | None:
        """The embassy that reports on a hearing which took place; None where it is somebody else."""
        said = hearing.said
        share_id = said.observer.share_id if said.observer is not None and State(said.state) in TOOK_PLACE else None
        given = next((one for one in shares_of(self.docket) if one.said.share_id == share_id), None)
        if given is None:
            return None
        called = offices_called(self.session, self.by, [given.said.office_id]).get(given.said.office_id, "?")
        asked = changes_awaited(self.docket, hearing)
        return Reporter(
            given, f"\u2068{called}\u2069", given.said.stands(self.now), asked.at if asked is not None else None
        )

    # -- its stages

    @property
    def moves(self) -> list[Move]:
        return moves_from(Stage(self.trial.stage))

    @property
    def stages(self) -> list[StageMoved]:
        """Each stage as it was recorded, the last first."""
        versions = self.docket.versions(self.docket.standing.id)
        told = [StageMoved(one, one.details) for one in versions if isinstance(one.details, Trial)]
        return [one for one in reversed(told) if one.said.act in (BEGUN, STAGE)]

    # -- its files

    @cached_property
    def files(self) -> list[Listed]:
        """In the order in which they joined it."""
        wanted = self.trial.files
        circle_id = circles(self.by).get(self.docket.proceeding.office_id)
        cards: dict[uuid.UUID, Card] = {}
        if circle_id is not None:
            cards = {card.case_id: card for card in cards_of(self.session, circle_id, wanted).good}
        return [Listed(one, cards.get(one), self._is_over(one)) for one in wanted]

    def _is_over(self, case_id: uuid.UUID) -> bool:
        case = self.session.get(Case, case_id)
        try:
            return case is None or case.state not in UNDERWAY
        except (Tampered, Locked):
            return False

    @cached_property
    def seen_with_us(self) -> dict[str, list[Listed]]:
        """The files by how the consent to be seen with us stands for each."""
        return self.by_stand(seen_with_us(self.session, self.docket, self.now))

    def by_stand(self, found: Iterable[SeenWithUs]) -> dict[str, list[Listed]]:
        """The files by how that consent stands, as it was found."""
        known = {one.case_id: one for one in self.files}
        stands: dict[str, list[Listed]] = {}
        for one in found:
            stands.setdefault(one.stands.value, []).append(known[one.case_id])
        return stands

    # -- people

    @cached_property
    def names(self) -> dict[uuid.UUID, str]:
        """Sign-in names of everybody of the staff whom the page names."""
        return names_of(self.session, set(self._members()))

    def _members(self) -> Iterator[uuid.UUID]:
        yield from (entry.author_id for entry in self.docket.entries)
        for one in self.docket.hearings:
            for observer in (one.said.observer, one.said.backup):
                if observer is not None and observer.member_id is not None:
                    yield observer.member_id
