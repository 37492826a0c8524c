"""What comes next is not shown as if it were allowed: the words of the gate of consent stand beside the step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hrd_cases.cases.details import Action, Profile
from tests.cases.acting import Filed, outward, sentences
from tests.cases.typed import fields_of, hidden
from tests.pages.markup import faults
from tests.world import World, cairo_day

STATEMENT = {"next_step": "Issue a statement", "next_step_kind": "statement"}
NOT_YET = "Not allowed now They have not been asked about this yet. Ask them first."


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(
        world, "officer.cairo", "EG", "Salma Mithal", next_step="Issue a statement", next_step_kind="statement"
    )


def pages(file: Filed) -> list[str]:
    """The case page and its print."""
    browser = file.world.client("officer.cairo")
    return [sentences(browser.get(f"/cases/{file.id}{rest}").text) for rest in ("", "/print")]


def test_a_next_step_that_nobody_was_asked_about_is_not_allowed_now(file: Filed) -> None:
    for page in pages(file):
        assert f"Issue a statement {NOT_YET}" in page or f"Issue a statement officer.cairo {NOT_YET}" in page


def test_the_words_are_those_of_the_gate_and_go_once_it_is_agreed_to(file: Filed) -> None:
    file.talk(ago=timedelta(hours=2), public_statement="refused")
    refused = sentences(file.post("act", outward("statement")).text)
    words = "They said no to this. Their own no outweighs everyone."
    assert words in refused
    for page in pages(file):
        assert f"Not allowed now {words}" in page
    file.talk(public_statement="given")
    for page in pages(file):
        assert "Not allowed now" not in page


def test_a_step_inside_the_office_is_always_allowed(file: Filed) -> None:
    file.change(Profile, next_step="Write to headquarters", next_step_kind="internal_note")
    for page in pages(file):
        assert "Not allowed now" not in page


def test_while_nobody_said_what_kind_of_step_it_is_the_page_says_that_it_does_not_know(file: Filed) -> None:
    file.change(Profile, next_step_kind="")
    for page in pages(file):
        assert "Nobody said what kind of action this is" in page


def test_nothing_goes_outward_for_a_file_that_nobody_took(file: Filed) -> None:
    file.talk(public_statement="given")
    file.set_state("routed")
    assert "Not allowed now Nothing goes outward for a file in this state." in pages(file)[0]


def test_the_kind_is_chosen_with_the_step(file: Filed) -> None:
    profile = file.seen(lambda opened: opened.last_profile_id)
    browser, path = file.world.client("officer.cairo"), file.path(f"entries/{profile}/correct")
    typed = fields_of(browser.get(path).text) | {"next_step": "Visit her", "next_step_kind": "visit"}
    assert browser.post(path, typed).status_code == 303
    assert file.seen(lambda opened: (opened.profile.next_step, opened.profile.next_step_kind)) == ("Visit her", "visit")


def test_a_planned_act_that_is_not_allowed_any_more_says_so_on_the_case_page(file: Filed) -> None:
    file.change(Profile, next_step="", next_step_kind="")
    file.write(
        Action(
            kind="demarche",
            state="planned",
            when=file.seen(lambda one: one.case.opened_at),
            purpose="raise_authorities",
        )
    )
    assert NOT_YET in pages(file)[0]


def test_a_next_step_that_was_taken_is_marked_as_done_and_read_in_what_stood_before(file: Filed) -> None:
    file.change(Profile, next_step_on=cairo_day(), next_step_by=file.world.demonstration.members["head.cairo"])
    shown, browser = file.get("next-step-done"), file.world.client("officer.cairo")
    assert f"/cases/{file.id}/next-step-done" in browser.get(f"/cases/{file.id}").text
    assert "Issue a statement The next step is done" in sentences(shown.text)
    assert faults(shown.text) == []
    file.change(Profile, next_step="Visit her")
    stale = file.post("next-step-done", {"read": hidden(shown.text, "read")})
    assert "What you have read has changed meanwhile" in sentences(stale.text)
    assert file.seen(lambda opened: opened.profile.next_step) == "Visit her"
    answer = file.post("next-step-done", {"read": hidden(stale.text, "read")})
    assert answer.status_code == 303
    said = file.seen(lambda opened: opened.profile)
    assert (said.next_step, said.next_step_on, said.next_step_by) == ("", None, None)
    assert said.next_step_kind == ""
    page = sentences(browser.get(f"/cases/{file.id}").text)
    assert "Done: Visit her" in page
    assert "Visit her" not in sentences(browser.get(f"/cases/{file.id}").text)
    thing = file.seen(lambda opened: opened.last_profile_id)
    assert "Visit her" in sentences(file.get(f"entries/{thing}").text)
