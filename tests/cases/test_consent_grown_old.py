"""A consent that has grown old is to be asked about again; where nobody does, it is told (DOMAIN 2: 90 days, ours)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from hrd_cases.cases.consent import Stand, State
from hrd_cases.cases.consent_gate import asked_again_on
from hrd_cases.cases.facts import consent_due_on
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.late import AFTER
from hrd_cases.cases.models import Case
from hrd_cases.cases.office_days import calendar_of
from tests.cases.acting import Filed
from tests.cases.test_late import DEPUTY, OFFICER, comes_due, file, planned_on, today
from tests.world import World, cairo_day

__all__ = ["file"]
DAYS = timedelta(days=1)
REVIEW = FIGURES.consent_review_days


def at(day: int) -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + day * DAYS


def on(day: int) -> date:
    return at(day).date()


def test_the_figure_is_the_one_of_the_domain() -> None:
    assert REVIEW == 90


STANDS = [
    # stands, review of the consent, "Still wanted?" answered, asked again on
    (State.GIVEN, on(90), None, on(90)),
    (State.GIVEN, on(90), at(60), on(150)),
    (State.GIVEN, on(90), at(-30), on(90)),  # of a consent before
    (State.REFUSED, None, at(60), None),
    (State.WITHDRAWN, None, at(60), None),
    (State.NOT_ASKED, None, None, None),
    (State.IMPOSSIBLE, None, at(60), None),
]


@pytest.mark.parametrize(("state", "review", "answered", "due"), STANDS)
def test_when_it_is_asked_again(state: State, review: date | None, answered: datetime | None, due: date | None) -> None:
    assert asked_again_on(Stand(state, review_on=review), answered) == due


class Said(NamedTuple):
    """What was said, so many days ago each, and in how many days somebody has to ask again; None: nothing is due."""

    name: str
    talks: tuple[tuple[int, dict[str, str]], ...]
    due: int | None
    then: Callable[[Filed], object] | None = None


SAID = [
    Said("nothing", (), None),
    Said("yes today", ((0, {"media": "given"}),), REVIEW),
    Said("yes a while ago", ((50, {"media": "given"}),), REVIEW - 50),
    Said("yes long ago", ((200, {"media": "given"}),), REVIEW - 200),
    Said("no", ((10, {"media": "refused"}),), None),
    Said("not possible to ask", ((10, {"media": "impossible"}),), None),
    Said("yes, then no", ((50, {"media": "given"}), (10, {"media": "refused"})), None),
    Said("yes, and again yes", ((50, {"media": "given"}), (10, {"media": "given"})), REVIEW - 10),
    Said("two purposes, one older", ((50, {"media": "given"}), (10, {"referral": "given"})), REVIEW - 50),
    Said(
        "one older, and refused",
        ((50, {"media": "given"}), (10, {"media": "refused", "referral": "given"})),
        REVIEW - 10,
    ),
    Said("the file rests", ((50, {"media": "given"}),), None, lambda file: file.set_state("resting")),
    Said("the file is closed", ((50, {"media": "given"}),), None, lambda file: file.set_state("closed")),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: case.name)
def test_of_everything_agreed_to_what_was_said_first_is_due(file: Filed, case: Said) -> None:
    for days, answers in case.talks:
        file.talk(ago=timedelta(days=days, hours=1), **answers)
    if case.then is not None:
        case.then(file)
    due = file.seen(consent_due_on)
    assert due == (None if case.due is None else (datetime.now(UTC) - timedelta(hours=1)).date() + case.due * DAYS)


def test_whoever_stands_behind_is_told_some_working_days_later(file: Filed) -> None:
    before = planned_on(file.world)
    file.talk(ago=timedelta(days=REVIEW - 20), media="given")
    due = file.seen(consent_due_on)
    assert due is not None
    with file.world.acting(OFFICER) as (session, _):
        calendar = calendar_of(session, session.get_one(Case, file.id).office_id)
    new = calendar.working_day_after(due, AFTER["consent"])
    assert new not in before
    assert new in planned_on(file.world)
    file.talk(media="given")
    assert new not in planned_on(file.world), "somebody asked again"


def test_it_is_said_on_today_and_in_the_list_of_what_is_late(file: Filed) -> None:
    world: World = file.world
    file.talk(ago=timedelta(days=REVIEW + 30), media="given")
    late = (cairo_day() - datetime.now(UTC).date()).days + 30  # said by UTC's days, late by the office's
    assert f"Ask whether what was agreed to is still wanted – {late} days late" in today(world, OFFICER)
    listed: Any = world.client(OFFICER).get("/cases?late=consent")
    assert listed.status_code == 200
    assert "Salma Mithal" in listed.text.split("<main", 1)[1]
    file.talk(media="given")
    assert "still wanted" not in today(world, OFFICER)


def test_it_is_explained_to_the_deputy(file: Filed) -> None:
    world = file.world
    file.talk(ago=timedelta(days=REVIEW - 1), media="given")
    comes_due(world)
    page = today(world, DEPUTY)
    assert "Ask whether what was agreed to is still wanted" in page
    assert "It was not done in time, and you stand behind whoever should have." in page
