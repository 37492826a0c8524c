"""A trial full of planted texts: none is found in any calendar entry, and of a file on the sheet only its reference."""

from __future__ import annotations

import re
import uuid
from datetime import time
from typing import Any

import pytest

from hrd_cases.cases.details import Person, Profile, Way
from hrd_cases.trials.details import Charge, Observer, Trial
from hrd_cases.trials.life import Act
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import set_for
from tests.attacks.leaks import canary
from tests.cases.acting import Filed
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days, today
from tests.world import World

COUNTRY = ("Egypt", "مصر", "Africa", "Cairo", "القاهرة", "Shanghai", "China")
"""How the country of the file and of the court may be written; zones are named after cities."""
CODED = {"zone", "stage", "court_type", "legal_aid", "language", "act", "reason"}


class Planted:
    """A trial and hearings with a canary in every field that takes words."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.canaries: list[str] = []
        self.filed = Filed(world, OFFICER, "EG", self.new("name"))
        lives = Way(kind="address", value=self.new("address"))
        self.filed.write(Person(role="lawyer", names=(self.new("lawyer"),), ways=(lives,)))
        self.filed.change(Profile, place=self.new("place"), where_now=self.new("wherenow"), summary=self.new("summary"))
        said: dict[str, Any] = {
            name: self.new(name) for name, kind in Trial.__annotations__.items() if self._is_words(name, kind)
        }
        said["charges"] = (Charge(text=self.new("charge"), articles=self.new("articles")),)
        self.tried = Tried(world, [self.filed], **said)
        self.reference = self.filed.seen(lambda file: file.case.reference)

    @staticmethod
    def _is_words(name: str, kind: str) -> bool:
        return kind == "str" and name not in CODED

    def new(self, about: str) -> str:
        self.canaries.append(canary(re.sub("[^a-z]", "", about.lower())))
        return self.canaries[-1]

    def hearing(self, **more: Any) -> uuid.UUID:
        said = {name: self.new(name) for name in ("room", "court", "briefing", "note", "other_kind")}
        observer = Observer(name=self.new("observer"), embassy=self.new("embassy"))
        return self.tried.schedule(kind="other", observer=observer, **said | more)

    def secrets(self) -> list[str]:
        ids = (self.filed.id, self.tried.id)
        references = (self.reference, self.reference.replace("-", ""))
        return [*self.canaries, *references, *map(str, ids), *(one.hex for one in ids)]


@pytest.fixture
def planted(world: World) -> Planted:
    return Planted(world)


def test_calendar_entries_say_nothing(planted: Planted) -> None:
    day = in_days(5).on
    own = planted.hearing(when=set_for(day, "Africa/Cairo", time(9)))
    abroad = planted.hearing(when=set_for(day, "Asia/Shanghai", time(9)))
    without = planted.hearing(when=set_for(day, "Asia/Shanghai", part=Part.UNKNOWN))
    over = planted.hearing(when=set_for(day, "Africa/Cairo", time(11)))
    planted.tried.act(over, Act.CANCEL, reason="other", note=planted.new("cancelled"))
    for hearing_id in (own, abroad, without, over):
        answer = planted.world.client(OFFICER).get(f"/trials/{planted.tried.id}/hearings/{hearing_id}/calendar.ics")
        assert answer.status_code == 200
        told = answer.text + str([value for name, value in answer.headers.items() if name.startswith("Content")])
        found = [one for one in (*planted.secrets(), *COUNTRY, str(hearing_id), "other", "Other") if one in told]
        assert found == re.findall(r"\b(?:EG|CN)\b", told) == []
        for sign_in in planted.world.demonstration.members:
            assert sign_in not in told


def test_the_sheet_has_references_alone(planted: Planted) -> None:
    for zone in ("Africa/Cairo", "Asia/Shanghai"):
        planted.hearing(when=set_for(in_days(5).on, zone, time(9)))
    mine = planted.hearing(when=set_for(in_days(6).on, "Africa/Cairo", part=Part.MORNING))
    planted.tried.act(mine, Act.GO_MYSELF)
    planted.tried.assign(planted.tried.schedule(3), DEPUTY)
    page = planted.world.client(OFFICER).get("/hearings/sheet").text
    paper = page.split('<div class="app-paper">', 1)[1].split("<footer", 1)[0]
    assert paper.count(planted.reference) == 4
    hidden = [one for one in planted.secrets() if one.replace("-", "") != planted.reference.replace("-", "")]
    assert [one for one in (*hidden, *COUNTRY, DEPUTY, OFFICER, "deputy") if one in paper] == []
    assert str(today().year) in paper


def test_the_pages_say_what_these_leave_out(planted: Planted) -> None:
    """The control: what is looked for is there where it may be."""
    planted.hearing(when=set_for(in_days(5).on, "Asia/Shanghai", time(9)))
    page = planted.world.client(OFFICER).get(f"/hearings?view=list&on={today()}").text
    found = [one for one in (*planted.secrets(), *COUNTRY) if one in page]
    assert {planted.canaries[0], planted.reference, "Shanghai"} <= set(found)
    assert len(found) > 6


def test_no_title_address_or_header_of_the_calendar_names_anything(planted: Planted) -> None:
    planted.hearing(when=set_for(in_days(5).on, "Africa/Cairo", time(9)))
    for address in ("/hearings", "/hearings?view=week", "/hearings?view=list", "/hearings/sheet", "/hearings/who-goes"):
        answer = planted.world.client(OFFICER).get(address)
        assert answer.status_code == 200
        [title] = re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        addresses = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', answer.text))
        told = title + addresses + str(dict(answer.headers.items()))
        assert [one for one in (*planted.canaries, planted.reference) if one in told] == []
