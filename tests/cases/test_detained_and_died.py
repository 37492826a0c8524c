"""What a file says of somebody held, of somebody released, and of somebody who died: on the screen and on paper."""

from __future__ import annotations

import pytest

from hrd_cases.cases.details import Dated, Person, Profile, Way
from tests.cases.acting import Filed, assessed, days, sentences
from tests.pages.markup import faults
from tests.world import World, cairo_day

OFFICER, HEAD = "officer.cairo", "head.cairo"
ALONE = "Detained – no lawyer, no family (incommunicado)"


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal")


def page(file: Filed, rest: str = "", who: str = OFFICER) -> str:
    answer = file.world.client(who).get(f"/cases/{file.id}{rest}")
    assert faults(answer.text) == []
    return sentences(answer.text)


def today(file: Filed, who: str = OFFICER) -> str:
    answer = file.world.client(who).get("/")
    assert faults(answer.text) == []
    return sentences(answer.text)


@pytest.mark.parametrize(
    ("lawyer", "family", "says"),
    [("no", "no", ALONE), ("no", "yes", "Detained – no lawyer"), ("unknown", "no", "Detained – no family")],
)
def test_who_cannot_see_them_is_said_wherever_it_says_detained(
    file: Filed, lawyer: str, family: str, says: str
) -> None:
    file.change(Profile, detained=True, lawyer_access=lawyer, family_access=family)
    file.write(assessed("critical"))
    assert file.post("step/ask_close", {"outcome": "other", "feedback": "family", "reason": "x"}).status_code == 303
    for rest in ("", "/print", "/closing"):
        assert says in page(file, rest, HEAD), rest


def test_paper_says_that_no_safe_way_is_known_and_whose_file_it_is(file: Filed) -> None:
    paper = page(file, "/print")
    reach = paper.partition("How to reach them safely")[2].partition("Who, and in what danger")[0]
    assert "Not known yet" in reach
    assert "Do not try what you are not sure of." in reach
    assert "Officer: officer.cairo" in paper
    file.change(Person, ways=(Way(kind="phone", value="+20 100", use="safe"),))
    assert "Do not try" not in page(file, "/print")


# -- somebody who died


@pytest.fixture
def died(file: Filed) -> Filed:
    file.write(assessed("critical"))
    file.change(Profile, detained=True, lawyer_access="no", family_access="no")
    file.change(Person, died_on=Dated(on=cairo_day()))
    return file


def test_a_death_is_recorded_from_the_case_page(file: Filed) -> None:
    defender = file.seen(lambda opened: opened.defender.id)
    text = file.world.client(OFFICER).get(f"/cases/{file.id}").text
    assert f'href="{file.path(f"entries/{defender}/correct")}#died_on"' in text
    assert "Record a death" in sentences(text)


def test_nobody_is_asked_to_reach_or_to_ask_the_dead(world: World, file: Filed) -> None:
    before = file.seen(lambda opened: {one.said.rule for one in opened.open_tasks})
    assert {"ways_to_reach", "ask_consent", "assess_risk"} <= before
    file.change(Person, died_on=Dated(on=cairo_day()))
    after = file.seen(lambda opened: {one.said.rule for one in opened.open_tasks})
    assert after.isdisjoint({"ways_to_reach", "ask_consent", "assess_risk"})
    assert "Salma Mithal" not in today(file).partition("In danger now")[2].partition("The next 7 days")[0]
    sheet = page(file)
    assert "Not known yet" not in sheet
    assert "Hear from the defender" not in sheet
    assert "Record a death" not in sheet


def test_danger_is_not_told_for_the_dead(died: Filed) -> None:
    assert "Salma Mithal" not in today(died).partition("In danger now")[2]
    for rest in ("", "/print"):
        sheet = page(died, rest)
        assert "Detained" not in sheet.partition("What we may do")[0], rest
        assert "Look at the risk again" not in sheet.partition("What comes next")[2].partition("What we may do")[0]
    assert (
        "govuk-tag--red" not in died.world.client(OFFICER).get(f"/cases/{died.id}").text.partition("What we may do")[0]
    )


def test_of_the_dead_the_family_is_asked(file: Filed) -> None:
    assert "Nothing has been asked yet. Nothing goes outward before that." in page(file)
    file.talk(raise_authorities="given")
    assert "everything else: ask before you act." in page(file)
    file.change(Person, died_on=Dated(on=cairo_day()))
    assert "everything else: ask their family before you act." in page(file)
    assert "ask before you act" not in page(file)


def test_the_page_says_what_comes_after_a_death(died: Filed) -> None:
    sheet = page(died)
    assert "The defender died" in sheet
    assert "Write down what the family was told" in sheet
    assert "Ask the head to close" in sheet


def test_the_family_s_own_risk_may_still_be_assessed(died: Filed) -> None:
    died.write(assessed("high"))
    assert "Salma Mithal" in today(died).partition("In danger now")[2]
    assert "High risk" in page(died)


# -- somebody who was released


def test_a_closing_asks_since_when_somebody_held_is_free(file: Filed) -> None:
    file.change(Profile, detained=True)
    file.write(assessed("low"))
    asks = {"outcome": "released", "feedback": "family", "reason": ""}
    assert "The file still says that they are detained" in page(file, "/step/close")
    assert file.post("step/close", asks).status_code == 422, "released, and detained: both cannot be"
    assert file.post("step/close", asks | days("released_on")).status_code == 303
    assert not file.seen(lambda opened: opened.profile.detained)
    shown = page(file)
    assert "Released" in shown.partition("How to reach them safely")[0]
    assert "Detained" not in shown.partition("What we may do")[0]
    assert "Released on" in shown.partition("How it ended")[2]


def test_a_closed_file_tells_of_its_last_risk_and_not_in_red(file: Filed) -> None:
    file.change(Profile, detained=True, lawyer_access="no", family_access="no")
    file.write(assessed("critical"))
    asks = {"outcome": "other", "feedback": "family", "reason": "Moved away."}
    assert file.post("step/close", asks, HEAD).status_code == 303
    text = file.world.client(OFFICER).get(f"/cases/{file.id}").text.partition("What we may do")[0]
    assert "govuk-tag--red" not in text
    assert "Critical risk" in sentences(text)


def test_nobody_is_asked_of_a_release_where_nobody_is_held(file: Filed) -> None:
    assert "released_on" not in file.get("step/close", HEAD).text
