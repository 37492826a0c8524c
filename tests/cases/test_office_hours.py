"""An office's own working hours: said with source and date by its head, and the clocks of its files go by them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.offices.models import Office
from tests.cases.acting import sentences
from tests.pages.markup import faults
from tests.world import World

HOURS = {"opens": "8:30", "closes": "15:00", "hours_source": "The web site"}
ON = {"hours_on-day": "5", "hours_on-month": "1", "hours_on-year": "2026"}


def sent(world: World, who: str = "head.cairo", **changes: str) -> Any:
    browser, path = world.client(who), f"/offices/{world.demonstration.offices['DEL_EGY']}/edit"
    page = browser.get(path)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    form = {"zone": "Africa/Cairo", "weekend": ["fri", "sat"], "languages": "Arabic", "public_contact": ""}
    return browser.post(path, form | {"version": version[1] if version else "1"} | HOURS | ON | changes)


def hours(world: World) -> tuple[time, time]:
    with world.database.main.reading() as session:
        calendar = calendar_of(session, world.demonstration.offices["DEL_EGY"])
        return calendar.opens, calendar.closes


def test_an_office_without_hours_of_its_own_has_the_usual_ones(world: World) -> None:
    assert hours(world) == (FIGURES.hours_opens, FIGURES.hours_closes)


def test_the_head_says_them_with_source_and_date_and_clocks_go_by_them(world: World) -> None:
    assert sent(world).status_code == 303
    assert hours(world) == (time(8, 30), time(15))
    office = world.demonstration.offices["DEL_EGY"]
    page = world.client("officer.cairo").get(f"/offices/{office}")
    assert faults(page.text) == []
    assert "08:30" in sentences(page.text)
    assert "The web site" in sentences(page.text)
    edit = world.client("head.cairo").get(f"/offices/{office}/edit")
    assert faults(edit.text) == []
    assert 'value="08:30"' in edit.text
    with world.database.main.reading() as session:
        calendar = calendar_of(session, office)
    sunday = datetime(2026, 11, 22, 14, tzinfo=calendar.zone)  # an hour before they close, of six and a half
    assert calendar.add_working_days(sunday, 1) == datetime(2026, 11, 23, 14, tzinfo=calendar.zone).astimezone(UTC)


def test_cleared_they_are_the_usual_ones_again(world: World) -> None:
    assert sent(world).status_code == 303
    none = {
        "opens": "",
        "closes": "",
        "hours_source": "",
        "hours_on-day": "",
        "hours_on-month": "",
        "hours_on-year": "",
    }
    assert sent(world, **none).status_code == 303
    assert hours(world) == (FIGURES.hours_opens, FIGURES.hours_closes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes": ""}, "Write both hours, or neither."),
        ({"opens": "15:00", "closes": "8:00"}, "An office opens before it closes."),
        ({"opens": "soon"}, "Write the hour like this: 14:30."),
        ({"hours_source": " "}, "write where they are known from."),
        ({"hours_on-day": "", "hours_on-month": "", "hours_on-year": ""}, "Write the day of that source."),
    ],
)
def test_what_is_unsaid_or_cannot_be_is_refused_at_its_field(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    answer = sent(world, **changes)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert hours(world) == (FIGURES.hours_opens, FIGURES.hours_closes)


def test_a_form_that_says_nothing_of_hours_leaves_them_as_they_are(world: World) -> None:
    assert sent(world).status_code == 303
    office = world.demonstration.offices["DEL_EGY"]
    form = {"zone": "Africa/Cairo", "weekend": ["fri", "sat"], "languages": "Arabic", "public_contact": "x"}
    with world.database.main.reading() as session:
        version = session.get_one(Office, office).version
    answer = world.client("head.cairo").post(f"/offices/{office}/edit", form | {"version": str(version)})
    assert answer.status_code == 303
    assert hours(world) == (time(8, 30), time(15))


def test_an_officer_does_not_change_them(world: World) -> None:
    assert sent(world, "officer.cairo").status_code == 403


@pytest.mark.parametrize("planted", ["99:99", "never", "", "16:00"])
def test_planted_hours_stop_no_clock(world: World, planted: str) -> None:
    assert sent(world).status_code == 303
    with world.database.main.writing() as session:
        session.execute(text("UPDATE offices SET opens = :planted"), {"planted": planted})
    assert hours(world) == (time(8, 30), time(15)), "what the trail tells of counts, whatever the table says"
    office = world.demonstration.offices["DEL_EGY"]
    assert world.client("officer.cairo").get(f"/offices/{office}").status_code == 200


def test_of_two_who_change_them_the_second_sees_both(world: World) -> None:
    assert sent(world).status_code == 303
    answer = sent(world, "head.cairo", version="1", opens="7:00")
    assert answer.status_code == 409
    assert "07:00" in sentences(answer.text)
    assert 'name="opens" value="07:00"' in answer.text or 'value="7:00"' in answer.text
