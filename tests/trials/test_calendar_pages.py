"""The calendar as a browser shows it: month, week and list; an office's and one's own; who is missing, what clashes."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest

from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import set_for
from tests.cases.acting import Filed, sentences
from tests.pages.markup import faults
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days, today
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def tried(world: World) -> Tried:
    return Tried(world, [Filed(world, OFFICER, "EG", "Salma Mithal")], place="Cairo")


def page(world: World, asked: str = "", who: str = OFFICER) -> str:
    answer = world.client(who).get(f"/hearings{asked}")
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    return answer.text


def cell(text: str, on: date) -> str:
    """What the month says of a day."""
    days = dict(re.findall(r'<td role="cell".*?app-day__full">(.*?)</span>(.*?)</td>', text, re.DOTALL))
    [found] = [rest for name, rest in days.items() if name == f"{on:%A} {on.day} {on:%B}"]
    return sentences(found)


def test_a_month_shows_each_hearing_on_its_day(world: World, tried: Tried) -> None:
    on = date(2027, 3, 9)
    tried.schedule(when=set_for(on, "Africa/Cairo", time(9, 30)))
    text = page(world, "?on=2027-03-01")
    assert "March 2027" in sentences(text)
    shown = cell(text, on)
    assert "09:30" in shown
    assert "Main trial session" in shown
    assert "Salma Mithal" in shown
    assert "Nobody goes yet." in shown
    assert "1 hearing. To 1 of them nobody goes yet." in sentences(text)
    assert not cell(text, on + DAY).strip()
