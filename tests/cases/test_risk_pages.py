"""The risk as officers see it: the level with a sentence, the workbook's score beside it, floors while facts last, and
files renewed together where nothing changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hrd_cases.cases.details import Assessment, Incident, Profile
from tests.cases.acting import Filed, assessed, sentences
from tests.world import World, cairo_day


def today() -> date:
    return cairo_day()


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, "officer.cairo", "EG", "سلمى")


def risk(level: str, **more: str) -> dict[str, str]:
    """The form of an assessment, as a browser sends it."""
    empty = {"threats": "", "vulnerabilities": "", "capacities": "", "why_different": "", "below_floor": ""}
    return {"level": level, "sentence": "Known to the police.", "review_days": ""} | empty | more


def _last(file: Filed) -> Any:
    return file.seen(lambda opened: opened.risk.said)


@pytest.mark.parametrize(("level", "after"), [("low", 90), ("medium", 30), ("high", 14), ("critical", 7)])
def test_a_level_with_one_sentence_is_enough_and_says_when_to_look_again(file: Filed, level: str, after: int) -> None:
    assert file.post("risk", risk(level)).status_code == 303
    said = _last(file)
    assert (said.level, said.sentence, said.review_on) == (level, "Known to the police.", today() + timedelta(after))
    assert "assess_risk" not in file.seen(lambda opened: [one.said.rule for one in opened.open_tasks])


REFUSED = [
    (risk("medium", sentence=""), "Say in one sentence why."),
    (risk(""), "No risk level is chosen yet."),
    (risk("medium", threats="4"), "The score needs all three figures."),
    (
        risk("low", threats="4", vulnerabilities="3", capacities="2"),
        "The level differs from the score. Write why, or correct one of them.",
    ),
    (risk("medium", threats="9", vulnerabilities="1", capacities="1"), "Choose one of those offered."),
]


@pytest.mark.parametrize(("form", "sentence"), REFUSED)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(file: Filed, form: dict[str, str], sentence: str) -> None:
    answer = file.post("risk", form)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert form["sentence"] in answer.text
    assert file.seen(lambda opened: opened.risk) is None


def test_a_difference_shows_the_score_in_figures_and_takes_a_reason(file: Filed) -> None:
    figures = {"threats": "4", "vulnerabilities": "3", "capacities": "2"}
    assert "4 × 3 ÷ 2 = 6 High" in sentences(file.post("risk", risk("low", **figures)).text)
    assert file.post("risk", risk("low", why_different="The threat was taken back.", **figures)).status_code == 303
    page = sentences(file.get("risk").text)
    assert "4 × 3 ÷ 2 = 6 (High)" in page
    assert "The threat was taken back." in page


def test_the_formula_stands_there_in_words(file: Filed) -> None:
    page = sentences(file.get("risk").text)
    assert "Threats times vulnerabilities, divided by capacities, each from 1 to 5" in page
    assert "Below 3 it is low, below 6 medium, below 12 high, and critical from there." in page


# -- floors


FLOORS: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "death_threat", "critical", "A death threat makes the risk critical."),
    ({}, "disappearance", "critical", "A disappearance makes the risk critical."),
    ({}, "torture", "critical", "Torture makes the risk critical."),
    (
        {"detained": True},
        "reprisal_eu",
        "critical",
        "A reprisal for contact with the EU or the UN makes the risk critical.",
    ),
    ({}, "reprisal_un", "critical", "A reprisal for contact with the EU or the UN makes the risk critical."),
    ({"death_sentence": True}, "", "critical", "A death sentence makes the risk critical."),
    (
        {"detained": True, "lawyer_access": "no", "family_access": "no"},
        "",
        "critical",
        "Detention without lawyer and family makes the risk critical.",
    ),
    ({"detained": True}, "", "high", "Detention makes the risk at least high."),
    ({"verdict_pending": True}, "", "high", "A pending verdict makes the risk at least high."),
]


@pytest.mark.parametrize(("profile", "incident", "least", "because"), FLOORS)
def test_below_a_floor_goes_only_the_head_with_a_reason(
    file: Filed, profile: dict[str, Any], incident: str, least: str, because: str
) -> None:
    if incident:
        file.change(Incident, types=(incident,))
    if profile:
        file.change(Profile, **profile)
    assert because in sentences(file.get("risk").text)
    below = risk("medium", below_floor="He is safe abroad.")
    answer = file.post("risk", below)
    assert answer.status_code == 422
    assert f"{because} Only the head of the office goes below that." in sentences(answer.text)
    without = file.post("risk", risk("medium"), "head.cairo")
    assert f"{because} Going below that needs a reason." in sentences(without.text)
    assert file.post("risk", below, "head.cairo").status_code == 303
    assert _last(file).below_floor == "He is safe abroad."
    assert file.post("risk", risk(least)).status_code == 303


def test_a_floor_lasts_as_long_as_the_fact(file: Filed) -> None:
    file.change(Incident, types=("death_threat",))
    assert file.post("risk", risk("low")).status_code == 422
    file.change(Incident, types=("death_threat",), ended=True)
    assert file.post("risk", risk("low")).status_code == 303


# -- the head sets another time for long-term prisoners


@pytest.mark.parametrize(
    ("who", "form", "sentence"),
    [
        ("head.cairo", {"long_term": "y", "review_days": "60"}, ""),
        ("head.cairo", {"review_days": "60"}, "for long-term prisoners only"),
        ("head.cairo", {"long_term": "y", "review_days": "29"}, "after 30 to 90 days"),
        ("head.cairo", {"long_term": "y", "review_days": "91"}, "after 30 to 90 days"),
        ("head.cairo", {"long_term": "y", "review_days": "soon"}, "Write the days in numbers."),
    ],
)
def test_the_head_sets_thirty_to_ninety_days_for_a_long_term_prisoner(
    file: Filed, who: str, form: dict[str, str], sentence: str
) -> None:
    answer = file.post("risk", risk("high") | form, who)
    if sentence:
        assert answer.status_code == 422
        assert sentence in sentences(answer.text)
    else:
        assert answer.status_code == 303
        assert _last(file).review_on == today() + timedelta(60)


def test_nobody_else_is_asked_for_the_days_and_what_they_send_is_not_heard(file: Filed) -> None:
    assert 'name="review_days"' not in file.get("risk").text
    assert 'name="review_days"' in file.get("risk", "head.cairo").text
    assert file.post("risk", risk("high") | {"long_term": "y", "review_days": "60"}).status_code == 303
    assert _last(file).review_on == today() + timedelta(14)


# -- the first assessment is a step of the file's life


@pytest.mark.parametrize("state", ["acknowledged", "reopened"])
def test_the_first_assessment_takes_the_file_on_its_way(file: Filed, state: str) -> None:
    file.set_state(state)
    assert file.get("step/assess").headers["Location"].endswith("/risk")
    assert file.post("risk", risk("high")).status_code == 303
    assert file.seen(lambda opened: opened.case.state) == "assessed"


@pytest.mark.parametrize("state", ["routed", "closed", "rejected"])
def test_a_file_that_nobody_took_or_that_is_over_is_not_assessed(file: Filed, state: str) -> None:
    file.set_state(state)
    answer = file.post("risk", risk("high"))
    assert answer.status_code == 422
    assert "Acknowledge the file first; one that is over can be reopened." in sentences(answer.text)


def test_every_assessment_stays_readable(file: Filed) -> None:
    for level in ("low", "critical"):
        assert file.post("risk", risk(level, sentence=f"It is {level}.")).status_code == 303
    page = sentences(file.get("risk").text)
    assert page.index("It is critical.", page.index("Assessments so far")) < page.rindex("It is low.")


# -- nothing changed


@pytest.fixture
def three(world: World) -> list[Filed]:
    """Two files of mine whose review is due, and one that is not due yet."""
    files = [Filed(world, "officer.cairo", "EG", f"Person {n}") for n in range(3)]
    for file, on in zip(files, (today(), today() - timedelta(3), today() + timedelta(1)), strict=True):
        file.write(assessed("high", review_on=on))
    return files


def test_one_press_renews_several_files_in_which_nothing_changed(world: World, three: list[Filed]) -> None:
    browser = world.client("officer.cairo")
    page = browser.get("/cases/reviews").text
    assert [f"Person {n}" in page for n in range(3)] == [True, True, False]
    assert browser.post("/cases/reviews", {"cases": [str(file.id) for file in three[:2]]}).status_code == 303
    assert [_last(file).review_on for file in three[:2]] == [today() + timedelta(14)] * 2
    assert all(_last(file).renewed for file in three[:2])
    after = sentences(browser.get("/cases/reviews").text)
    assert "2 files were renewed." in after
    assert "No review of a file of yours is due." in after
    assert "Nothing had changed" in three[0].get("risk").text


def test_only_what_is_ticked_is_renewed(world: World, three: list[Filed]) -> None:
    browser = world.client("officer.cairo")
    nothing = browser.post("/cases/reviews", {})
    assert nothing.status_code == 422
    assert browser.post("/cases/reviews", {"cases": [str(three[0].id)]}).status_code == 303
    assert _last(three[1]).review_on == today() - timedelta(3)


def test_a_new_fact_is_a_change_and_is_not_renewed_away(world: World, three: list[Filed]) -> None:
    three[0].change(Incident, types=("torture",))
    browser = world.client("officer.cairo")
    assert browser.post("/cases/reviews", {"cases": [str(file.id) for file in three[:2]]}).status_code == 303
    assert _last(three[0]).review_on == today()
    assert _last(three[1]).renewed
    page = sentences(browser.get("/cases/reviews").text)
    assert "Person 0: Torture makes the risk critical. This is a change. Assess the risk anew." in page


def test_other_peoples_files_are_not_mine_to_renew(world: World, three: list[Filed]) -> None:
    browser = world.client("deputy.cairo")
    assert "Person 0" not in browser.get("/cases/reviews").text
    assert browser.post("/cases/reviews", {"cases": [str(three[0].id)]}).status_code == 422
    assert world.client("finance.cairo").get("/cases/reviews").status_code == 403


def test_what_the_head_set_is_kept_when_nothing_changed(world: World, file: Filed) -> None:
    file.write(assessed("high", review_on=today(), long_term=True, review_days=80))
    assert world.client("officer.cairo").post("/cases/reviews", {"cases": [str(file.id)]}).status_code == 303
    assert _last(file).review_on == today() + timedelta(80)
    assert len(file.seen(lambda opened: opened.all(Assessment))) == 2
