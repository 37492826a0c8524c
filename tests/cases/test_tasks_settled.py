"""A task that a rule raised ends by what it asks for, or with a reason why it is not needed; never by one press."""

from __future__ import annotations

import uuid

import pytest

from hrd_cases.cases.details import Incident, Profile, Task
from tests.cases.acting import Filed, outward, sentences
from tests.pages.markup import faults
from tests.world import World

OFFICER = "officer.cairo"
POINTS = {"is_defender": "unknown", "risk_from_work": "unknown", "non_violent": "unknown"}


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal", **POINTS)


def tasks_of(file: Filed) -> str:
    answer = file.world.client(OFFICER).get(f"/cases/{file.id}")
    assert faults(answer.text) == []
    return str(answer.text.partition(">Tasks</h2>")[2].partition("</section>")[0])


def task(file: Filed, rule: str) -> uuid.UUID:
    found: uuid.UUID = file.seen(
        lambda opened: next(one.entry.id for one in opened.open_tasks if one.said.rule == rule)
    )
    return found


def open_rules(file: Filed) -> list[str]:
    rules: list[str] = file.seen(lambda opened: [one.said.rule for one in opened.open_tasks])
    return rules


def test_each_task_of_a_rule_leads_to_the_form_that_settles_it(file: Filed) -> None:
    shown = tasks_of(file)
    defender, profile, incident = file.seen(
        lambda opened: (opened.defender.id, opened.last_profile_id, opened.incidents[0].id)
    )
    assert f'href="{file.path(f"entries/{defender}/correct")}#ways"' in shown
    assert f'href="{file.path(f"entries/{profile}/correct")}#is_defender"' in shown
    assert f'href="{file.path(f"entries/{incident}/correct")}#types"' in shown
    assert f'href="{file.path("conversation")}"' in shown
    assert "/done" in shown, "a reason why it is not needed may be written"
    assert "<form" not in shown, "no press ends one"


@pytest.mark.parametrize("rule", ["ways_to_reach", "sort_incident", "confirm_eligibility", "ask_consent"])
def test_it_is_not_needed_only_with_a_reason(file: Filed, rule: str) -> None:
    entry = task(file, rule)
    assert file.post(f"entries/{entry}/done", {"done_note": ""}).status_code == 422
    assert rule in open_rules(file)
    assert 'name="done"' not in file.get(f"entries/{entry}/correct").text
    assert file.post(f"entries/{entry}/done", {"done_note": "Her brother did it."}).status_code == 303
    assert rule not in open_rules(file)
    assert "Her brother did it." in [one.said.done_note for one in file.seen(lambda opened: opened.all(Task))]


def test_the_form_settles_it(file: Filed) -> None:
    file.change(Profile, is_defender="yes", risk_from_work="yes", non_violent="yes")
    file.change(Incident, types=("arrest",))
    assert {"confirm_eligibility", "sort_incident"}.isdisjoint(open_rules(file))


def test_what_somebody_wrote_is_done_by_one_press(file: Filed) -> None:
    (entry,) = file.write(Task(what="Call her brother"))
    assert file.post(f"entries/{entry}/done", {}).status_code == 303
    assert "" not in open_rules(file)


def test_what_is_refused_before_the_three_points_leads_to_them(file: Filed) -> None:
    file.talk(raise_authorities="given")
    profile = file.seen(lambda opened: opened.last_profile_id)
    link = f'href="{file.path(f"entries/{profile}/correct")}#is_defender"'
    refused = file.post("act", outward("demarche"))
    assert refused.status_code == 422
    assert "Confirm the three points of eligibility on the file first." in sentences(refused.text)
    assert link in refused.text
    may = file.world.client(OFFICER).get(f"/cases/{file.id}").text.partition("What we may do")[2]
    assert link in may.partition("</section>")[0]
