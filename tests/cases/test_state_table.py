"""The table of a file's life through the real pages: every state × act × person is pressed, and does what the table
written by hand says; whatever else is refused with a sentence that says who can or what to do instead.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hrd_cases.accounts.models import Member
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import LifeStep
from hrd_cases.cases.life import ONLY, Act, State
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.cases.needs import WHO_CAN, Who
from hrd_cases.outbox.models import Reminder
from tests.cases.acting import Filed, assessed, days, outward, sentences
from tests.cases.conftest import Recording, recorded
from tests.cases.test_life import WRITTEN
from tests.world import World, cairo_day

PEOPLE = ("officer.cairo", "deputy.cairo", "head.cairo")
STRANGERS = ("finance.cairo", "officer.minsk", "head.minsk", "desk.hq", "observer.a", "auditor.hq")
NEXT = (datetime.now(UTC) + timedelta(days=20)).date()
EVERYTHING = {"reason": "Because.", "referral": "A network.", "outcome": "released", "feedback": "family"}
BY_STAFF = {key: then for key, (then, who) in WRITTEN.items() if who == "officers"}
LATER = {
    "confirm_close": "Nobody has asked to close this file. Close it yourself, or leave it as it is.",
    "send_back": "Nobody has asked to close this file. Close it yourself, or leave it as it is.",
    "transfer": "The other office has not accepted the file yet. Offer it first; until they accept it, it is yours.",
    "anonymise": "The time for which a file is kept is not over yet. Wait for the review of its retention.",
}
"""What only heads do, and what is still missing for it."""
ASKED = LifeStep(
    act="ask_close", before="active", after="active", reason="She is free.", outcome="released", feedback="family"
)


@pytest.fixture
def file(world: World) -> Filed:
    file = Filed(world, "officer.cairo", "EG", "سلمى")
    file.write(assessed("medium"))
    return file


def _press(file: Filed, act: str, who: str) -> Any:
    """Send the page of an act with everything that any act asks for."""
    return file.post(f"step/{act}", EVERYTHING | days("next_on", NEXT), who)


def _state(file: Filed) -> str:
    return str(file.seen(lambda opened: opened.case.state))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", State)
def test_every_act_in_every_state(file: Filed, state: State, person: str) -> None:
    file.set_state(state.value)
    for act in Act:
        answer = _press(file, act.value, person)
        then = BY_STAFF.get((state.value, act.value))
        if then is None:
            assert answer.status_code == 422, act
            assert _sentence(state, act, person) in sentences(answer.text), act
        elif act is Act.ASSESS:
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{file.id}/risk")
        else:
            assert answer.status_code == 303, sentences(answer.text)
            assert _state(file) == then
            file.set_state(state.value)
            file.write(LifeStep(act="send_back", before=state.value, after=state.value))
    assert _state(file) == state


def _sentence(state: State, act: Act, person: str) -> str:
    """What whoever presses it is told: who can, or what to do instead."""
    if (state, act) not in WRITTEN:
        return f"in the state “{CODES['state'].label(state)}”. {ONLY[act]}"
    who = Who(WRITTEN[state, act][1])
    if who is Who.HEADS and person == "head.cairo":
        return LATER[act]
    return f"You may not do this with the file. {WHO_CAN[who]}"


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", State)
def test_what_waits_for_the_head_is_decided_by_the_head_alone(file: Filed, state: State, person: str) -> None:
    file.write(assessed("critical"), ASKED)
    file.set_state(state.value)
    for act in (Act.CONFIRM_CLOSE, Act.SEND_BACK):
        answer = _press(file, act.value, person)
        if (state.value, act.value) in WRITTEN and person == "head.cairo":
            assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{file.id}/closing")
        else:
            assert answer.status_code == 422
            assert _sentence(state, act, person) in sentences(answer.text)
    assert _state(file) == state


@pytest.mark.parametrize("person", STRANGERS)
def test_nobody_else_even_learns_that_there_is_such_a_file(file: Filed, person: str) -> None:
    for act in Act:
        assert _press(file, act.value, person).status_code == 404
        assert file.get(f"step/{act.value}", person).status_code == 404
    for rest in ("risk", "consent", "conversation", "act", "hand-over", "closing"):
        assert file.get(rest, person).status_code == 404
    assert _state(file) == "active"


def test_an_act_that_cannot_be_done_has_a_page_that_says_why(file: Filed) -> None:
    for act in Act:
        page = file.get(f"step/{act.value}")
        legal = ("active", act.value) in BY_STAFF
        assert page.status_code == (200 if legal else 409)
        assert ("csrf_token" in page.text.partition("<main")[2]) is legal


def test_there_is_no_page_for_what_is_no_act(file: Filed) -> None:
    assert file.get("step/destroy").status_code == 404


MISSING = [
    ("assessed", "reject", {"reason": ""}, "No reason is given. Write the reason."),
    ("assessed", "reject", {"referral": ""}, "Nothing says whom the person can turn to instead."),
    ("active", "rest", {"next_on-day": "", "next_on-month": "", "next_on-year": ""}, "Give the date."),
    ("active", "rest", days("next_on", cairo_day()), "Give the date."),
    ("active", "close", {"outcome": ""}, "No outcome is given. Choose what was reached."),
    ("active", "close", {"outcome": "other", "reason": ""}, "“Other” alone says nothing."),
    ("active", "close", {"outcome": "nonsense"}, "Choose one of those offered."),
    ("active", "close", {"feedback": ""}, "Nothing says whether the defender or the family was told."),
    ("closed", "reopen", {"reason": ""}, "No reason is given. Write the reason."),
]


@pytest.mark.parametrize(("state", "act", "lacking", "sentence"), MISSING)
def test_what_an_act_needs_is_asked_for(
    file: Filed, state: str, act: str, lacking: dict[str, str], sentence: str
) -> None:
    file.set_state(state)
    answer = file.post(f"step/{act}", EVERYTHING | days("next_on", NEXT) | lacking)
    assert answer.status_code == 422
    assert sentence in sentences(answer.text)
    assert _state(file) == state


def test_the_form_of_an_act_asks_for_what_it_needs_and_nothing_else(file: Filed) -> None:
    rest = file.get("step/rest").text
    assert 'name="next_on-day"' in rest
    assert 'name="outcome"' not in rest
    assert 'name="reason"' not in rest
    assert 'name="feedback"' in file.get("step/close").text


def test_a_file_at_high_risk_is_closed_by_the_head_alone(file: Filed) -> None:
    file.write(assessed("critical"))
    answer = _press(file, "close", "deputy.cairo")
    assert answer.status_code == 422
    assert "Ask the head of the office to confirm it, or to do it." in sentences(answer.text)
    assert _press(file, "close", "head.cairo").status_code == 303
    assert _state(file) == "closed"


@pytest.mark.parametrize(("state", "act"), [("active", "close"), ("dormant", "close"), ("assessed", "reject")])
def test_nobody_lowers_the_risk_from_critical_and_ends_the_file_alone(file: Filed, state: str, act: str) -> None:
    file.write(assessed("critical"))
    for lower in ("medium", "low"):
        file.write(assessed(lower))
    file.set_state(state)
    answer = _press(file, act, file.officer)
    assert answer.status_code == 422
    assert "Ask the head of the office to confirm it, or to do it." in sentences(answer.text)
    assert _press(file, act, "head.cairo").status_code == 303


def test_who_was_not_alone_in_finding_less_danger_ends_the_file(file: Filed) -> None:
    file.write(assessed("critical"))
    file.write(assessed("low"), who="deputy.cairo")
    file.write(assessed("medium"))
    assert _press(file, "close", file.officer).status_code == 303


def test_a_file_with_an_act_still_planned_is_not_closed(file: Filed) -> None:
    file.talk(raise_authorities="given")
    assert file.post("act", outward("demarche")).status_code == 303
    answer = _press(file, "close", "officer.cairo")
    assert "Record how it ended, or cancel it." in sentences(answer.text)
    assert f"/cases/{file.id}/actions/{file.actions[0].id}" in file.get("step/close").text


def test_how_it_was_closed_stands_on_the_file(file: Filed) -> None:
    assert _press(file, "close", "officer.cairo").status_code == 303
    step = file.seen(lambda opened: opened.last(LifeStep).said)
    assert (step.act, step.before, step.after) == ("close", "active", "closed")
    assert (step.outcome, step.feedback, step.reason) == ("released", "family", "Because.")


def test_reopening_makes_one_the_officer_and_asks_for_the_risk(file: Filed) -> None:
    assert _press(file, "close", "officer.cairo").status_code == 303
    assert _press(file, "reopen", "deputy.cairo").status_code == 303
    deputy = file.world.demonstration.members["deputy.cairo"]
    tasks = file.seen(lambda opened: [(one.said.rule, one.said.for_id) for one in opened.open_tasks])
    assert ("assess_anew", deputy) in tasks
    assert file.seen(lambda opened: opened.case.officer_id) == deputy


def test_only_an_assessment_ends_the_task_to_assess_anew(file: Filed) -> None:
    assert _press(file, "close", "officer.cairo").status_code == 303
    assert _press(file, "reopen", "officer.cairo").status_code == 303
    task = file.seen(lambda opened: next(one.id for one in opened.open_tasks if one.said.rule == "assess_anew"))
    answer = file.post(f"entries/{task}/done", {})
    assert answer.status_code == 422
    assert "Only an assessment ends this task. Assess the risk anew." in sentences(answer.text)
    assert f'href="{file.path("risk")}"' in answer.text
    assert 'name="done"' not in file.get(f"entries/{task}/correct").text
    assert task in file.seen(lambda opened: [one.id for one in opened.open_tasks])


# -- acknowledging


def test_acknowledging_stops_the_clock_and_makes_one_the_officer(world: World, recording: Recording) -> None:
    done = recording.by("officer.minsk", recorded("EG", "سلمى", urgency="critical"))
    assert done.case_id is None
    with world.acting("deputy.cairo") as (session, _visitor):
        case = session.scalars(select(Case)).one()
        case_id = case.id
        waiting = list(session.scalars(select(Reminder.id).where(Reminder.mails)))
    browser = world.client("deputy.cairo")
    page = browser.get(f"/cases/{case_id}/step/acknowledge")
    assert "You become its officer." in page.text
    assert browser.post(f"/cases/{case_id}/step/acknowledge").status_code == 303
    with world.acting("deputy.cairo") as (session, visitor):
        case = session.get_one(Case, case_id)
        assert (case.state, case.officer_id) == ("acknowledged", visitor.member_id)
        clock = session.get_one(Acknowledgement, case_id)
        assert clock.acknowledged_at is not None
        assert waiting
        assert not list(session.scalars(select(Reminder.id).where(Reminder.mails))), "what is late is told without mail"
    again = world.client("officer.cairo").post(f"/cases/{case_id}/step/acknowledge")
    assert again.status_code == 422
    assert "Only a file that has arrived is acknowledged, once." in sentences(again.text)


# -- handing over


def test_a_file_is_handed_to_a_colleague_with_what_rules_asked_for(file: Filed) -> None:
    deputy = file.world.demonstration.members["deputy.cairo"]
    assert file.post("hand-over", {"member_id": str(deputy)}).status_code == 303
    assert file.seen(lambda opened: opened.case.officer_id) == deputy
    tasks = file.seen(lambda opened: {one.said.for_id for one in opened.open_tasks if one.said.rule})
    assert tasks == {deputy}


@pytest.mark.parametrize("who", ["finance.cairo", "officer.minsk", "officer.cairo"])
def test_it_is_handed_to_nobody_else(file: Filed, who: str) -> None:
    """Who does no casework here, and whose it is already, is not offered."""
    answer = file.post("hand-over", {"member_id": str(file.world.demonstration.members[who])})
    assert answer.status_code == 422
    assert "Choose one of those offered." in sentences(answer.text)


def test_nothing_is_handed_to_a_suspended_colleague(file: Filed) -> None:
    with file.world.database.main.writing() as session:
        session.execute(update(Member).where(Member.sign_in == "deputy.cairo").values(suspended_at=datetime.now(UTC)))
    assert "deputy.cairo" not in file.get("hand-over").text
    answer = file.post("hand-over", {"member_id": str(file.world.demonstration.members["deputy.cairo"])})
    assert answer.status_code == 422


@pytest.mark.parametrize("state", ["routed", "closed", "rejected"])
def test_a_file_that_is_nobodys_yet_or_over_is_not_handed_on(file: Filed, state: str) -> None:
    file.set_state(state)
    deputy = file.world.demonstration.members["deputy.cairo"]
    answer = file.post("hand-over", {"member_id": str(deputy)})
    assert answer.status_code == 422
    assert "Acknowledge one that has arrived: that makes it yours." in sentences(answer.text)
