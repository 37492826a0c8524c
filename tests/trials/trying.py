"""Trials of the sample world for tests: begun and acted on through the same actions as the pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hrd_cases.cases.models import Case
from hrd_cases.trials import hearings, proceedings, scheduling
from hrd_cases.trials.details import Charge, Hearing, Observer, Result, Trial
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.hearings import Acted, Given
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.times import When, set_for
from tests.cases.acting import Filed
from tests.world import World

OFFICER, DEPUTY, HEAD = "officer.cairo", "deputy.cairo", "head.cairo"
ZONE = "Africa/Cairo"
COURT = "Cairo Criminal Court"


def trial(**more: Any) -> Trial:
    said = {
        "files": (),
        "zone": ZONE,
        "court": COURT,
        "charges": (Charge(text="Spreading false news", articles="188"),),
    }
    return Trial(**said | more)


SOME_HOUR = time(10)


def in_days(days: int, clock: time | None = SOME_HOUR, zone: str = ZONE) -> When:
    """So many days from today, by the court's clocks. One of today has begun, unless an hour is given."""
    if clock is SOME_HOUR and days == 0:
        clock = time(0)
    return set_for(datetime.now(ZoneInfo(zone)).date() + timedelta(days=days), zone, clock)


def in_hours(hours: int, zone: str = ZONE) -> When:
    """To the minute, so many hours from now."""
    at = datetime.now(ZoneInfo(zone)) + timedelta(hours=hours)
    return set_for(at.date(), zone, at.time().replace(second=0, microsecond=0))


def hearing(days: int = 10, **more: Any) -> Hearing:
    said: dict[str, Any] = {"when": in_days(days), "kind": "main_trial"}
    return Hearing(**said | more)


class Tried:
    """A trial of one file of Cairo or of several, as its officer sees it."""

    def __init__(self, world: World, files: Sequence[Filed], officer: str = OFFICER, **says: Any) -> None:
        self.world, self.officer, self.files = world, officer, list(files)
        with world.acting(officer) as (session, visitor):
            cases = [session.get_one(Case, one.id) for one in files]
            self.id: uuid.UUID = proceedings.begin(session, visitor, cases, trial(**says), datetime.now(UTC)).id

    def member(self, sign_in: str) -> uuid.UUID:
        found: uuid.UUID = self.world.demonstration.members[sign_in]
        return found

    def seen(self, look: Callable[[Docket], Any], who: str | None = None) -> Any:
        """What `look` finds in the proceeding as it stands."""
        with self.world.acting(who or self.officer) as (session, _visitor):
            return look(open_docket(session, session.get_one(Proceeding, self.id)))

    @property
    def trial(self) -> Trial:
        return self.seen(lambda docket: docket.trial)

    @property
    def versions(self) -> list[Trial]:
        """Everything that was written of what the trial is, oldest first."""

        def said(docket: Docket) -> list[Trial]:
            found = (one.details for one in docket.versions(docket.standing.id))
            return [one for one in found if isinstance(one, Trial)]

        return self.seen(said)

    def files_now(self) -> list[uuid.UUID]:
        return list(self.trial.files)

    @property
    def made_from(self) -> uuid.UUID:
        """The entry that says what the trial is now."""
        return self.seen(lambda docket: docket.standing.entry.id)

    def do(self, act: Callable[..., Any], *given: Any, who: str | None = None, **more: Any) -> Any:
        """An action on the proceeding, in a transaction of this member's. Now, unless `now` says when."""
        with self.world.acting(who or self.officer) as (session, visitor):
            return act(
                session, visitor, session.get_one(Proceeding, self.id), *given, **({"now": datetime.now(UTC)} | more)
            )

    # -- hearings

    def schedule(self, days: int = 10, who: str | None = None, **more: Any) -> uuid.UUID:
        found: uuid.UUID = self.do(scheduling.schedule, hearing(days, **more), who=who).id
        return found

    def hearing(self, hearing_id: uuid.UUID) -> Hearing:
        return self.seen(lambda docket: docket.hearing(hearing_id).said)

    def entry(self, hearing_id: uuid.UUID) -> uuid.UUID:
        return self.seen(lambda docket: docket.hearing(hearing_id).entry.id)

    def act(self, hearing_id: uuid.UUID, act: Act, who: str | None = None, **given: Any) -> Acted:
        return self.do(hearings.take_act, self.entry(hearing_id), act, Given(**given), who=who)

    def assign(self, hearing_id: uuid.UUID, to: str) -> Acted:
        return self.act(hearing_id, Act.ASSIGN, observer=Observer(member_id=self.member(to)))


def held(outcome: str = "continues", **more: Any) -> Result:
    return Result(outcome=outcome, access="admitted", accused="yes", counsel="yes", **more)


def today() -> date:
    """By the court's clocks."""
    return datetime.now(ZoneInfo(ZONE)).date()
