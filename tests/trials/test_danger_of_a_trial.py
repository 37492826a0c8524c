"""What a trial makes more dangerous stands in lists and on Today at once, for each of its files, whoever assessed it
before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from hrd_cases.cards.read import cards_of
from hrd_cases.cases.details import Assessment
from hrd_cases.keys.roles import CircleName
from hrd_cases.trials import proceedings
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.stages import Stage
from tests.cases.acting import Filed, assessed, sentences
from tests.trials.trying import OFFICER, Tried, held, in_days
from tests.world import World


@pytest.fixture
def files(world: World) -> list[Filed]:
    return [Filed(world, OFFICER, "EG", name) for name in ("Salma Mithal", "Karim Namudhaj", "Nadia Mithal")]


def card_of(file: Filed) -> Any:
    with file.world.acting(OFFICER) as (session, visitor):
        circle = visitor.charters.of(visitor.office_id).circle(CircleName.CASEWORK)
        assert circle is not None
        (card,) = cards_of(session, circle.circle_id, [file.id]).good
        return card


def by_which_it_goes(file: Filed) -> tuple[str, str]:
    card = card_of(file)
    return card.risk, card.urgency


def says(tried: Tried, **more: Any) -> None:
    tried.do(proceedings.correct_trial, tried.made_from, msgspec.structs.replace(tried.trial, **more))


def test_a_trial_that_may_end_in_death_makes_each_of_its_files_critical_in_lists(
    world: World, files: list[Filed]
) -> None:
    unassessed, medium, lowered = files
    medium.write(assessed("medium"))
    below: Assessment = msgspec.structs.replace(assessed("low"), below_floor="The charge was dropped in court today.")
    lowered.write(below)
    tried = Tried(world, files, stage="investigation")
    assert [by_which_it_goes(one)[0] for one in files] == ["", "medium", "low"]
    says(tried, death_penalty_possible=True)
    assert by_which_it_goes(unassessed) == ("", "critical"), (
        "nobody has assessed it, and everybody sees how urgent it is"
    )
    assert by_which_it_goes(medium)[0] == "critical"
    assert by_which_it_goes(lowered)[0] == "low", "a head who went below what facts ask for said why"
    found = sentences(world.client(OFFICER).get("/cases?risk=danger").text)
    assert ("Salma Mithal" in found, "Karim Namudhaj" in found, "Nadia Mithal" in found) == (True, True, False)
    says(tried, death_penalty_possible=False)
    assert by_which_it_goes(medium)[0] == "medium"


def test_a_death_sentence_stands_in_the_lists_for_all_of_them_the_moment_it_is_recorded(
    world: World, files: list[Filed]
) -> None:
    for one in files:
        one.write(assessed("medium"))
    tried = Tried(world, files, stage="trial")
    set_ = tried.schedule(when=in_days(0, None), kind="verdict")
    assert {by_which_it_goes(one)[0] for one in files} == {"high"}, "a verdict is pending"
    tried.act(set_, Act.RECORD, result=held("death_sentence"))
    assert {by_which_it_goes(one)[0] for one in files} == {"critical"}
    assert "Karim Namudhaj" in sentences(world.client(OFFICER).get("/").text.partition("danger")[2])


def test_a_stage_that_ends_the_danger_takes_it_out_of_all_lists(world: World, files: list[Filed]) -> None:
    tried = Tried(world, files, stage="charged", death_penalty_possible=True)
    assert {by_which_it_goes(one)[1] for one in files} == {"critical"}
    move = tried.made_from, Stage.TERMINATED, datetime.now(UTC)
    with world.acting(OFFICER) as (session, visitor):
        proceeding = session.get_one(Proceeding, tried.id)
        proceedings.move_stage(session, visitor, proceeding, *move, reason="All charges were dropped.")
    assert "critical" not in {by_which_it_goes(one)[1] for one in files}
