"""Risk: the workbook's score beside the officer's level, floors while a fact lasts, reviews, days without contact."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import risk
from hrd_cases.cases.risk import Choice, Contacts, Facts, Level, Score, choose, contact_due_on, floor, review_on
from hrd_cases.errors import Refused
from hrd_cases.settings import CONFIG

SAFE = Facts()
TODAY = date(2026, 11, 19)
LOW, MEDIUM, HIGH, CRITICAL = Level


@pytest.mark.parametrize(
    ("threats", "vulnerabilities", "capacities", "value", "level"),
    [
        (1, 1, 1, "1", LOW),
        (1, 1, 5, "1/5", LOW),
        (2, 1, 1, "2", LOW),
        (5, 1, 2, "5/2", LOW),
        (3, 1, 1, "3", MEDIUM),
        (3, 5, 5, "3", MEDIUM),
        (4, 4, 5, "16/5", MEDIUM),
        (5, 1, 1, "5", MEDIUM),
        (2, 3, 1, "6", HIGH),
        (3, 4, 2, "6", HIGH),
        (5, 5, 4, "25/4", HIGH),
        (5, 2, 1, "10", HIGH),
        (3, 4, 1, "12", CRITICAL),
        (5, 5, 2, "25/2", CRITICAL),
        (5, 5, 1, "25", CRITICAL),
    ],
)
def test_the_score_and_its_level(threats: int, vulnerabilities: int, capacities: int, value: str, level: Level) -> None:
    score = Score(threats, vulnerabilities, capacities)
    assert score.value == Fraction(value)
    assert score.level is level


@pytest.mark.parametrize("figures", [(0, 1, 1), (6, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 6), (1, -1, 1)])
def test_figures_run_from_one_to_five(figures: tuple[int, int, int]) -> None:
    with pytest.raises(Refused, match="1 to 5"):
        Score(*figures).checked()
    assert Score(1, 5, 3).checked() == Score(1, 5, 3)


@pytest.mark.parametrize(
    ("facts", "level", "reasons"),
    [
        pytest.param(SAFE, LOW, 0, id="nothing known"),
        pytest.param(Facts(death_threat=True), CRITICAL, 1, id="C3: death threat"),
        pytest.param(Facts(disappearance=True), CRITICAL, 1, id="disappearance"),
        pytest.param(Facts(torture=True), CRITICAL, 1, id="torture"),
        pytest.param(Facts(detained=True, reprisal=True), CRITICAL, 1, id="C4: a reprisal raises it from detained"),
        pytest.param(Facts(death_sentence=True), CRITICAL, 1, id="death sentence"),
        pytest.param(Facts(death_penalty_possible=True), CRITICAL, 1, id="death penalty possible"),
        pytest.param(Facts(detained=True), HIGH, 1, id="detained, nothing known of contact"),
        pytest.param(Facts(detained=True, lawyer=True, family=True), HIGH, 1, id="detained, both"),
        pytest.param(Facts(detained=True, lawyer=True, family=False), HIGH, 1, id="detained, a lawyer only"),
        pytest.param(Facts(detained=True, lawyer=False, family=True), HIGH, 1, id="detained, family only"),
        pytest.param(Facts(detained=True, lawyer=False), HIGH, 1, id="no lawyer, family not known"),
        pytest.param(Facts(detained=True, lawyer=False, family=False), CRITICAL, 1, id="C4: incommunicado is derived"),
        pytest.param(Facts(lawyer=False, family=False), LOW, 0, id="free, without lawyer or family"),
        pytest.param(Facts(verdict_pending=True), HIGH, 1, id="verdict pending"),
        pytest.param(Facts(detained=True, verdict_pending=True), HIGH, 2, id="detained and verdict pending"),
        pytest.param(Facts(detained=True, death_threat=True), CRITICAL, 1, id="the reasons of the highest floor"),
        pytest.param(Facts(death_threat=True, torture=True), CRITICAL, 2, id="two facts"),
    ],
)
def test_floors_while_the_fact_lasts(facts: Facts, level: Level, reasons: int) -> None:
    found = floor(facts)
    assert found.level is level
    assert len(found.because) == reasons
    assert all(one.endswith(".") for one in found.because)
    assert floor(SAFE).level is LOW


SCORED_LOW, SCORED_HIGH = Score(1, 1, 1), Score(5, 2, 1)
DETAINED, THREATENED = Facts(detained=True), Facts(death_threat=True)


@pytest.mark.parametrize(
    ("choice", "facts", "words"),
    [
        pytest.param(Choice(MEDIUM, "watched at home"), SAFE, "", id="a level and a sentence, without a score"),
        pytest.param(Choice(MEDIUM, " "), SAFE, "sentence", id="no sentence"),
        pytest.param(Choice(LOW, "calm", SCORED_LOW), SAFE, "", id="as scored"),
        pytest.param(Choice(HIGH, "worse than it looks", SCORED_LOW), SAFE, "differs", id="above the score"),
        pytest.param(Choice(LOW, "calm", SCORED_HIGH), SAFE, "differs", id="below the score"),
        pytest.param(
            Choice(HIGH, "worse", SCORED_LOW, why_different="elections"), SAFE, "", id="above the score, with why"
        ),
        pytest.param(Choice(HIGH, "held", SCORED_LOW), DETAINED, "", id="the floor is why"),
        pytest.param(Choice(CRITICAL, "held", SCORED_LOW), DETAINED, "differs", id="above score and floor"),
        pytest.param(Choice(CRITICAL, "threat", SCORED_LOW), THREATENED, "", id="C3: critical whatever the score"),
        pytest.param(Choice(MEDIUM, "held"), DETAINED, "head", id="an officer below the floor"),
        pytest.param(Choice(MEDIUM, "held", below_floor="visited daily"), DETAINED, "head", id="even with a reason"),
        pytest.param(Choice(MEDIUM, "held", by_head=True), DETAINED, "reason", id="the head, without a reason"),
        pytest.param(
            Choice(MEDIUM, "held", below_floor="visited daily", by_head=True), DETAINED, "", id="the head, with one"
        ),
        pytest.param(
            Choice(HIGH, "threat is old", below_floor="source retracted", by_head=True), THREATENED, "", id="head: high"
        ),
        pytest.param(Choice(MEDIUM, "same", Score(9, 1, 1)), SAFE, "1 to 5", id="a figure that is none"),
        pytest.param(Choice(HIGH, "long", review_days=60), DETAINED, "head", id="an officer sets the review"),
        pytest.param(
            Choice(HIGH, "long", review_days=60, by_head=True, long_term=True), DETAINED, "", id="the head, long-term"
        ),
        pytest.param(Choice(HIGH, "long", review_days=60, by_head=True), DETAINED, "long", id="not long-term"),
        pytest.param(
            Choice(HIGH, "long", review_days=29, by_head=True, long_term=True), DETAINED, "30 to 90", id="too soon"
        ),
        pytest.param(
            Choice(HIGH, "long", review_days=91, by_head=True, long_term=True), DETAINED, "30 to 90", id="too late"
        ),
    ],
)
def test_the_officer_chooses_and_differences_ask_why(choice: Choice, facts: Facts, words: str) -> None:
    if not words:
        assert choose(choice, facts, TODAY).level is choice.level
        return
    with pytest.raises(Refused, match=words) as refused:
        choose(choice, facts, TODAY)
    assert refused.value.who_can.endswith(".")
    assert "%(" not in str(refused.value)


@pytest.mark.parametrize(("level", "days"), [(LOW, 90), (MEDIUM, 30), (HIGH, 14), (CRITICAL, 7)])
def test_the_next_review_comes_the_sooner_the_higher_the_risk(level: Level, days: int) -> None:
    assert review_on(level, TODAY) == TODAY + timedelta(days=days)
    assert choose(Choice(level, "so it is"), SAFE, TODAY).review_on == TODAY + timedelta(days=days)


@pytest.mark.parametrize("days", [30, 60, 90])
def test_the_head_sets_thirty_to_ninety_days_for_a_long_term_prisoner(days: int) -> None:
    choice = Choice(HIGH, "serves ten years", by_head=True, long_term=True, review_days=days)
    assert choose(choice, DETAINED, TODAY).review_on == TODAY + timedelta(days=days)


def test_nothing_changed_renews_from_today_at_the_pace_that_was_set() -> None:
    later = TODAY + timedelta(days=20)
    assert risk.review_on(HIGH, later) == later + timedelta(days=14)
    assert risk.review_on(HIGH, later, 60) == later + timedelta(days=60)


@pytest.mark.parametrize(
    ("level", "facts", "stays"),
    [(HIGH, DETAINED, True), (CRITICAL, DETAINED, True), (MEDIUM, DETAINED, False), (HIGH, THREATENED, False)],
)
def test_nothing_changed_cannot_pass_over_a_new_floor(level: Level, facts: Facts, stays: bool) -> None:
    assert (risk.below_floor(level, facts) is None) is stays


@pytest.mark.parametrize(
    ("contacts", "due"),
    [
        pytest.param(Contacts(TODAY), 30, id="none yet: from the opening of the file"),
        pytest.param(Contacts(TODAY, (TODAY + timedelta(5),)), 35, id="from the contact"),
        pytest.param(Contacts(TODAY, (TODAY + timedelta(9), TODAY + timedelta(5))), 39, id="from the last of several"),
        pytest.param(Contacts(TODAY, (TODAY - timedelta(50),)), 30, id="never before the file was opened"),
        pytest.param(Contacts(TODAY, paused_until=TODAY + timedelta(20)), 30, id="paused for less"),
        pytest.param(Contacts(TODAY, paused_until=TODAY + timedelta(60)), 60, id="paused for longer"),
        pytest.param(Contacts(TODAY, paused=True), None, id="paused without a date"),
        pytest.param(Contacts(TODAY, died=True), None, id="stops at death"),
        pytest.param(Contacts(TODAY, (TODAY,), paused=True, died=True), None, id="both"),
    ],
)
def test_thirty_days_without_contact_remind(contacts: Contacts, due: int | None) -> None:
    """Contact with the person, the family or the lawyer: the caller gives all of them."""
    assert contact_due_on(contacts) == (None if due is None else TODAY + timedelta(days=due))


WORLD = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))
FACTS = {
    "C1": Facts(detained=True, lawyer=True, family=True),
    "C2": Facts(detained=True, verdict_pending=True),
    "C3": Facts(death_threat=True),
    "C4": Facts(detained=True, lawyer=False, family=False),
}


@pytest.mark.parametrize("case", WORLD["cases"], ids=lambda case: case["id"])
def test_the_sample_world_s_levels_are_not_below_their_floors(case: dict) -> None:
    level = Level(case["risk"].lower())
    assert choose(Choice(level, "as the sample world says"), FACTS[case["id"]], TODAY).level is level


figures = st.integers(1, 5)
facts = st.builds(
    Facts,
    **{name: st.booleans() for name in ("death_threat", "disappearance", "torture", "detained", "reprisal")},
    **{name: st.sampled_from([True, False, None]) for name in ("lawyer", "family")},
    death_penalty_possible=st.booleans(),
    death_sentence=st.booleans(),
    verdict_pending=st.booleans(),
)


@given(figures, figures, figures)
def test_more_threat_is_never_less_risk_and_more_capacity_never_more(t: int, v: int, c: int) -> None:
    here = Score(t, v, c)
    order = list(Level)
    assert order.index(Score(min(t + 1, 5), v, c).level) >= order.index(here.level)
    assert order.index(Score(t, min(v + 1, 5), c).level) >= order.index(here.level)
    assert order.index(Score(t, v, min(c + 1, 5)).level) <= order.index(here.level)


@given(st.sampled_from(Level), facts)
def test_nobody_but_the_head_goes_below_a_floor(level: Level, known: Facts) -> None:
    choice = Choice(level, "so it is", below_floor="a reason")
    below = list(Level).index(level) < list(Level).index(floor(known).level)
    if below:
        with pytest.raises(Refused):
            choose(choice, known, TODAY)
    else:
        choose(choice, known, TODAY)
    assert choose(replace(choice, by_head=True), known, TODAY).level is level
