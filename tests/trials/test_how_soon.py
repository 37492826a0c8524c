"""How soon a hearing is, as its reminders on Today say it; what is over goes from there."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Self

import pytest
from flask_babel import force_locale

from hrd_cases.today.soon import NOBODY, NOT_ACCEPTED, is_over, still_right, unanswered
from hrd_cases.today.words import comes
from hrd_cases.trials.times import When, set_for
from tests.trials.due import of_rule, reminders_are_due, text_of, today
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_hours
from tests.world import World

CAIRO, MINSK = "Africa/Cairo", "Europe/Minsk"
NOW = datetime(2027, 3, 10, 7, 50, tzinfo=UTC)
"""In Cairo 9:50."""


def at(minutes: int) -> When:
    """So many minutes from then, at a court in Cairo."""
    local = datetime(2027, 3, 10, 9, 50) + timedelta(minutes=minutes)  # noqa: DTZ001 - by the court's clocks
    return set_for(local.date(), CAIRO, local.time())


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (at(40), ("Today", "10:30", "", "in 40 minutes")),
        (at(1), ("Today", "09:51", "", "in 1 minute")),
        (at(80), ("Today", "11:10", "", "in 80 minutes")),
        (at(180), ("Today", "12:50", "", "in 3 hours")),
        (at(0), ("Today", "09:50", "", "it has begun")),
        (at(-200), ("Today", "06:30", "", "it has begun")),
        (at(20 * 60), ("Thursday, 11 March 2027", "05:50", "", "in 20 hours")),
        (at(24 * 60), ("Thursday, 11 March 2027", "09:50", "", "in 1 day")),
        (at(3 * 24 * 60 - 60), ("Saturday, 13 March 2027", "08:50", "", "in 3 days")),
        (at(-24 * 60), ("Tuesday, 9 March 2027", "09:50", "", "")),
        (set_for(NOW.date(), CAIRO), ("Today", "Hour not known", "", "")),
        (set_for(NOW.date() + timedelta(days=2), CAIRO), ("Friday, 12 March 2027", "Hour not known", "", "in 2 days")),
    ],
)
def test_how_soon_it_is(world: World, when: When, said: tuple[str, ...]) -> None:
    with world.app.test_request_context(), force_locale("en"):
        assert comes(when, CAIRO, NOW) == said


def test_today_is_the_reader_s(world: World) -> None:
    """Late in the evening at the court it is the next day already elsewhere."""
    when = set_for(NOW.date(), CAIRO, time(23, 30))
    with world.app.test_request_context(), force_locale("en"):
        here = comes(when, CAIRO, NOW + timedelta(hours=13))
        there = comes(when, MINSK, NOW + timedelta(hours=14))
    assert (here.day, here.soon) == ("Today", "in 40 minutes")
    assert there.day == "Today"
    assert "Cairo" in there.court
    assert "23:30" in there.court


SOON, BEGUN, LATER = at(40), at(-5), at(25 * 60)


@pytest.mark.parametrize(
    ("when", "whys", "right", "over"),
    [
        (LATER, ("days_3",), ("days_3",), False),
        (LATER, ("nobody_goes",), ("nobody_goes",), False),
        (SOON, ("days_3",), (), False),
        (SOON, ("last_working_day",), (), False),
        (SOON, ("hours_3",), (), False),
        (SOON, ("nobody_goes",), (NOBODY,), False),
        (SOON, ("told", "days_14"), ("told",), False),
        (BEGUN, ("days_3",), (), True),
        (BEGUN, ("hours_3", "nobody_goes"), (), True),
        (BEGUN, ("told", "days_3"), ("told",), False),
        (BEGUN, ("report_missing",), ("report_missing",), False),
        (BEGUN, ("report_missing", "days_3"), ("report_missing",), False),
    ],
)
def test_what_is_still_right(when: When, whys: tuple[str, ...], right: tuple[str, ...], over: bool) -> None:
    assert still_right(whys, when, NOW) == right
    assert is_over(whys, when, NOW) is over


@pytest.mark.parametrize(
    ("whys", "why_now", "said"),
    [
        (("days_7",), ("days_7",), ("days_7", NOT_ACCEPTED)),
        (("nobody_goes",), ("nobody_goes",), (NOT_ACCEPTED,)),
        (("nobody_goes",), (NOBODY,), (NOT_ACCEPTED,)),
        (("hours_3",), (), (NOT_ACCEPTED,)),
        (("told", "hours_3"), ("told",), ("told", NOT_ACCEPTED)),
        (("told",), ("told",), ("told",)),
    ],
)
def test_of_an_embassy_that_has_not_accepted_nobody_says_that_nobody_goes(
    whys: tuple[str, ...], why_now: tuple[str, ...], said: tuple[str, ...]
) -> None:
    assert unanswered(whys, why_now) == said


@pytest.fixture
def near(world: World, tried: Tried) -> uuid.UUID:
    """A hearing in five hours, of which the officer is reminded."""
    found = tried.schedule(when=in_hours(5))
    reminders_are_due(world, of_rule(tried, found))
    return found


@pytest.fixture
def it_begins(near: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes after, on Today: sessions lock long before."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(hours=5, minutes=10)

    monkeypatch.setattr("hrd_cases.today.views.datetime", Later)
    monkeypatch.setattr("hrd_cases.today.notices.utc_now", lambda: Later.now(UTC))


def test_near_it_today_says_how_soon_and_not_by_which_rule(world: World, tried: Tried, near: uuid.UUID) -> None:
    page = today(world, OFFICER)
    assert "· in 5 hours" in page
    assert "You look after the file." in page
    assert "Reminder 3 hours before" not in page
    far = tried.schedule(20)
    reminders_are_due(world, of_rule(tried, far))
    page = today(world, OFFICER)
    assert "· in 20 days" in page
    assert "Reminder 14 days before the hearing." in page


@pytest.mark.usefixtures("it_begins")
def test_what_is_over_goes(world: World, tried: Tried, near: uuid.UUID) -> None:
    """What came before it reminds of nothing any more; that no result was recorded is told in its time. Whoever has the
    page open still may say that it is done.
    """
    one = of_rule(tried, near)
    page = today(world, OFFICER)
    assert "Done, later, or not mine" not in page
    assert "A reminder of" not in page, "nothing is missing"
    assert "it has begun" in text_of(world.client(OFFICER).get(f"/reminders/{one}"))
    assert world.client(OFFICER).post(f"/reminders/{one}", {"what": "done"}).status_code == 303


@pytest.mark.usefixtures("it_begins")
def test_what_a_colleague_did_stays(world: World, tried: Tried, near: uuid.UUID) -> None:
    tried.assign(near, DEPUTY)
    reminders_are_due(world, *tried.hearing(near).told, of_rule(tried, near))
    page = today(world, DEPUTY)
    assert "asks you to go to this hearing" in page
    assert "it has begun" in page
    assert "Reminder 3 hours before" not in page
