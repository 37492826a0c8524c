"""What headquarters knows of the grants of each office: how many, how long a decision took. Read off
the clear steps of all; no person, and nothing that lies sealed.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.grants import budgets
from hrd_cases.grants.duties import Capacity, Done, Duty, assessed_apart
from hrd_cases.grants.life import APPROVING, ASKED_FOR, ASKING, Act, State
from hrd_cases.grants.models import Grant, GrantStep
from hrd_cases.grants.steps import NO_DUTY
from hrd_cases.grants.turns import Clock, clock_of

DECIDED = (*APPROVING, Act.REJECT)
TENTHS = 10


class Figures(NamedTuple):
    """Of one office in a year: how many were asked for, how many wait for a decision now, how many were decided, and
    the times of those, the shortest first. `soon` and `in_days`: decided within the time for a life in danger, and
    within the time for any other. `unassessed`: approved without a separate assessor.
    """

    seat: str
    asked: int
    waiting: int
    times: Sequence[timedelta]
    soon: int
    in_days: int
    unassessed: int

    @property
    def decided(self) -> int:
        return len(self.times)

    @property
    def median(self) -> int | None:
        """In seconds: half of the decisions took no longer."""
        return _at(self.times, 5)

    @property
    def nine_of_ten(self) -> int | None:
        """In seconds: nine decisions of ten took no longer."""
        return _at(self.times, 9)


def _at(times: Sequence[timedelta], tenths: int) -> int | None:
    """The nearest rank: the shortest time in which so many tenths were decided."""
    if not times:
        return None
    return int(times[-(-len(times) * tenths // TENTHS) - 1].total_seconds())


def figures_of(session: Session, year: int) -> list[Figures]:
    """Of each delegation that was asked for a grant in a year, by its name."""
    told: dict[uuid.UUID, list[list[Any]]] = defaultdict(list)
    told_of = (GrantStep.act, GrantStep.state_after, GrantStep.at, GrantStep.duty, GrantStep.actor_id)
    query = select(GrantStep.grant_id, *told_of, GrantStep.capacity, Grant.office_id)
    rows = session.execute(
        query.join(Grant, Grant.id == GrantStep.grant_id).order_by(GrantStep.grant_id, GrantStep.number)
    )
    for _, steps in groupby(rows, key=lambda row: row.grant_id):
        of_one = list(steps)
        told[of_one[0].office_id].append(of_one)
    found = []
    for office in budgets.delegations(session):
        of_office = [one for one in told.get(office.id, ()) if _began(one) == year]
        if of_office:
            found.append(_figures(office.seat, of_office, calendar_of(session, office.id)))
    return found


def _began(steps: Sequence[Any]) -> int | None:
    """The year in which it was asked for first."""
    return next((int(one.at.year) for one in steps if one.act in ASKING), None)


def _figures(seat: str, grants: Sequence[Sequence[Any]], calendar: OfficeCalendar) -> Figures:
    waiting = sum(State(one[-1].state_after) in ASKED_FOR for one in grants)
    clocks = [clock for one in grants if (clock := _decision(one)) is not None]
    times = sorted(_took(clock) for clock in clocks)
    soon, in_days = (sum(_in_time(one, calendar, critical=critical) for one in clocks) for critical in (True, False))
    unassessed = sum(_approved(one) and not assessed_apart(_done(one)) for one in grants)
    return Figures(seat, len(grants), waiting, times, soon, in_days, unassessed)


def _approved(steps: Sequence[Any]) -> bool:
    return any(one.act in APPROVING for one in steps)


def _done(steps: Sequence[Any]) -> list[Done]:
    """From when it was asked for as it was approved last, up to that approval: a refusal or a return after it changes
    nothing of who looked at it, and an assessment of something else is none of it.
    """
    last = max(place for place, one in enumerate(steps) if one.act in APPROVING)
    asked = max((place for place, one in enumerate(steps[:last]) if one.act in ASKING), default=0)
    duties = [one for one in steps[asked : last + 1] if one.duty != NO_DUTY]
    return [Done(Duty(one.duty), one.actor_id, Capacity(one.capacity)) for one in duties]


def _decision(steps: Sequence[Any]) -> Clock | None:
    """The clock that a decision stopped, the first of a grant; None where there is none yet."""
    for place, step in enumerate(steps):
        if step.act in DECIDED:
            clock = clock_of(steps[: place + 1])
            return clock if clock is not None and clock.stopped_at == step.at else None
    return None


def _took(clock: Clock) -> timedelta:
    return (clock.stopped_at or clock.started_at) - clock.started_at


def _in_time(clock: Clock, calendar: OfficeCalendar, *, critical: bool) -> bool:
    return clock.stopped_at is not None and clock.stopped_at <= clock.due_at(calendar, critical=critical)
