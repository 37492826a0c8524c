"""Closing a file at high risk: an officer asks with the reason, the head reads it and confirms or sends back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hrd_cases.cases import life
from hrd_cases.cases.details import LifeStep, Note
from hrd_cases.cases.models import Case
from hrd_cases.cases.needs import Actor, Facts
from hrd_cases.keys.roles import Role
from hrd_cases.outbox.models import Reminder
from tests.cases.acting import Filed, assessed, outward, sentences
from tests.pages.markup import faults
from tests.world import World

ASKS = {"outcome": "released", "feedback": "family", "reason": "She is free, and out of the country."}
WAITS = "A colleague asks to close it. At this risk the head of the office decides: confirm it, or send it back."


@pytest.fixture
def file(world: World) -> Filed:
    file = Filed(world, "officer.cairo", "EG", "سلمى")
    file.write(assessed("critical"))
    return file


def ask(file: Filed, **more: str) -> Any:
    return file.post("step/ask_close", ASKS | more)


def decide(file: Filed, who: str = "head.cairo", **form: str) -> Any:
    """What the head sends from the page they read."""
    page = file.get("closing", who)
    made_from = re.search(r'name="made_from"[^>]*value="([^"]*)"', page.text)
    read = {"made_from": made_from[1]} if made_from else {}
    return file.post("closing", {"words": ""} | read | form, who)


def page_of(file: Filed) -> str:
    answer = file.world.client(file.officer).get(f"/cases/{file.id}")
    assert faults(answer.text) == []
    return sentences(answer.text)


def today(file: Filed, who: str) -> str:
    answer = file.world.client(who).get("/")
    assert faults(answer.text) == []
    return sentences(answer.text)


def reminders(file: Filed) -> list[Reminder]:
    """But for those of what is late, which are not mailed."""
    with file.world.acting(file.officer) as (session, _visitor):
        return list(session.scalars(select(Reminder).where(Reminder.mails)))


def test_an_officer_asks_and_the_file_stays_looked_after(file: Filed) -> None:
    assert "Ask the head to close" in page_of(file)
    assert ask(file).status_code == 303
    assert file.seen(lambda opened: opened.case.state) == "active"
    step = file.seen(lambda opened: opened.last(LifeStep).said)
    assert (step.act, step.outcome, step.reason) == ("ask_close", "released", ASKS["reason"])
    assert "The head has been asked to close this file" in page_of(file)


def test_it_waits_for_the_head_on_their_today_and_for_nobody_else(file: Filed) -> None:
    ask(file)
    page = today(file, "head.cairo")
    waits = page[page.index("Waiting for my decision") :]
    assert WAITS in waits
    assert "سلمى" in waits
    assert f"/cases/{file.id}/closing" in file.world.client("head.cairo").get("/").text
    for other in ("officer.cairo", "deputy.cairo", "head.minsk"):
        assert WAITS not in today(file, other)


def test_the_head_is_told_once_and_not_any_more_when_it_is_decided(file: Filed) -> None:
    ask(file)
    (told,) = reminders(file)
    assert (told.role, told.office_id is not None) == (Role.HEAD.value, True)
    assert "A reminder of" not in today(file, "head.cairo")
    decide(file, decision="send_back", words="Not yet.")
    assert reminders(file) == []
    assert WAITS not in today(file, "head.cairo")


def test_the_page_shows_reason_and_facts(file: Filed) -> None:
    ask(file)
    page = file.get("closing", "head.cairo")
    assert faults(page.text) == []
    words = sentences(page.text)
    for one in (ASKS["reason"], "Released", "officer.cairo", "Critical", "As it is.", "Taken."):
        assert one in words, one


def test_the_head_confirms(file: Filed) -> None:
    ask(file)
    answer = decide(file, decision="confirm_close", words="Well done.")
    assert answer.status_code == 303
    assert file.seen(lambda opened: opened.case.state) == "closed"
    step = file.seen(lambda opened: opened.last(LifeStep).said)
    assert (step.act, step.after, step.outcome, step.feedback) == ("confirm_close", "closed", "released", "family")
    assert step.reason == "Well done."
    assert file.seen(lambda opened: opened.closed_on) == datetime.now(UTC).date()


def test_the_head_sends_it_back_with_words_and_they_are_said_to_the_officer(file: Filed) -> None:
    ask(file)
    answer = decide(file, decision="send_back")
    assert answer.status_code == 422
    assert "No reason is given. Write the reason." in sentences(answer.text)
    assert decide(file, decision="send_back", words="Ask her brother first.").status_code == 303
    page = page_of(file)
    assert "Sent back by the head" in page
    assert "Ask her brother first." in page
    assert "Read why, and how it stands" not in page
    assert ask(file).status_code == 303


def test_the_officer_is_told_that_it_was_sent_back_until_their_next_entry(file: Filed) -> None:
    told = "head.cairo sent the closing back"
    ask(file)
    assert told not in today(file, "officer.cairo")
    decide(file, decision="send_back", words="Ask her brother first.")
    assert told in today(file, "officer.cairo")
    assert f"/cases/{file.id}" in file.world.client("officer.cairo").get("/").text
    for other in ("deputy.cairo", "head.cairo"):
        assert told not in today(file, other)
    top = page_of(file).partition("How to reach them safely")[0]
    assert told in top
    assert "Ask her brother first." in top
    file.write(Note(text="Her brother agrees."))
    assert told not in today(file, "officer.cairo")
    assert told not in page_of(file)


def test_nothing_chosen_decides_nothing(file: Filed) -> None:
    ask(file)
    answer = decide(file)
    assert answer.status_code == 422
    assert "Confirm it, or send it back" in sentences(answer.text)
    assert file.seen(lambda opened: opened.case.state) == "active"


@pytest.mark.parametrize("decision", ["confirm_close", "send_back"])
@pytest.mark.parametrize("who", ["officer.cairo", "deputy.cairo"])
def test_nobody_else_decides_but_they_may_read_what_was_asked(file: Filed, who: str, decision: str) -> None:
    ask(file)
    page = file.get("closing", who)
    assert page.status_code == 200
    assert ASKS["reason"] in sentences(page.text)
    assert "csrf_token" not in page.text.partition("<main")[2]
    answer = decide(file, who, decision=decision, words="Yes.")
    assert answer.status_code == 422
    assert "The head of the office that has the file can." in sentences(answer.text)


def test_what_the_head_read_is_what_is_decided(file: Filed) -> None:
    ask(file)
    old = re.search(r'name="made_from"[^>]*value="([^"]*)"', file.get("closing", "head.cairo").text)
    assert old is not None
    ask(file, reason="I was wrong about her: she is at home.")
    answer = file.post("closing", {"made_from": old[1], "decision": "confirm_close", "words": ""}, "head.cairo")
    assert answer.status_code == 422
    assert "It was asked anew meanwhile." in sentences(answer.text)
    assert "she is at home" in sentences(answer.text)
    assert len(reminders(file)) == 1


def test_what_came_open_meanwhile_is_not_closed(file: Filed) -> None:
    ask(file)
    file.talk(raise_authorities="given")
    assert file.post("act", outward("demarche")).status_code == 303
    answer = decide(file, decision="confirm_close")
    assert answer.status_code == 422
    assert "Record how it ended, or cancel it." in sentences(answer.text)


def test_a_file_that_was_let_rest_meanwhile_asks_for_nothing_any_more(file: Filed) -> None:
    ask(file)
    on = (datetime.now(UTC) + timedelta(days=20)).date()
    day = {"next_on-day": str(on.day), "next_on-month": str(on.month), "next_on-year": str(on.year)}
    assert file.post("step/rest", day).status_code == 303
    assert WAITS not in today(file, "head.cairo")
    page = file.get("closing", "head.cairo")
    assert page.status_code == 409
    assert "Nobody has asked to close this file." in sentences(page.text)


def test_whoever_asked_does_not_confirm_it_as_acting_head(file: Filed) -> None:
    ask(file)
    facts = Facts(today=date(2026, 11, 22), level="critical", asked=True, asked_by_me=True)
    acting = Actor(here=frozenset({Role.LIAISON_OFFICER, Role.HEAD}))
    for act in (life.Act.CONFIRM_CLOSE, life.Act.CLOSE):
        refused = life.refusal(life.State.ACTIVE, act, acting, replace(facts, outcome=True, feedback=True))
        assert refused is not None
        assert "the head decides" in refused.said()[0]


def test_at_low_risk_nobody_is_asked(file: Filed) -> None:
    file.write(assessed("low"), who="deputy.cairo")
    assert "Ask the head to close" not in page_of(file)


def test_handing_the_file_over_leaves_what_was_asked(file: Filed) -> None:
    ask(file)
    deputy = file.world.demonstration.members["deputy.cairo"]
    assert file.post("hand-over", {"member_id": str(deputy)}).status_code == 303
    assert decide(file, decision="confirm_close").status_code == 303
    with file.world.acting("head.cairo") as (session, _visitor):
        assert session.get_one(Case, file.id).state == "closed"


# -- what is offered while it waits


def buttons(file: Filed, who: str) -> str:
    """What may be done with the file, as buttons of its page."""
    text = file.world.client(who).get(f"/cases/{file.id}").text
    return sentences(text.partition("app-beside")[2].partition("</div>")[0])


def test_a_head_is_offered_one_way_to_decide(file: Filed) -> None:
    assert "Decide about closing" not in buttons(file, "head.cairo")
    ask(file)
    offered = buttons(file, "head.cairo")
    assert offered.count("Decide about closing") == 1
    for other in ("Close", "Ask the head to close", "Closed, confirmed by the head", "Sent back by the head"):
        assert other not in offered.replace("Decide about closing", ""), other
    assert f"/cases/{file.id}/closing" in file.world.client("head.cairo").get(f"/cases/{file.id}").text


def test_an_officer_reads_for_whom_it_waits_and_is_not_offered_to_ask_again(file: Filed) -> None:
    ask(file)
    assert "Ask the head to close" not in buttons(file, "officer.cairo")
    assert "Waiting for head.cairo to decide about closing" in page_of(file)
    decide(file, decision="send_back", words="Not yet.")
    assert "Ask the head to close" in buttons(file, "officer.cairo")
    assert "Waiting for head.cairo" not in page_of(file)
