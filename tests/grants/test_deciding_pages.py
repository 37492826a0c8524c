"""Decisions on a grant through its pages: what is read before, what is signed, who may not and who can."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.cases.acting import sentences
from tests.cases.typed import fields_of, fill
from tests.grants.asking import WHO, Asked
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.pages.markup import faults
from tests.world import World

HEAD, OFFICER, FINANCE, DEPUTY = WHO["head"], WHO["officer"], WHO["finance"], WHO["colleague"]
YES = {"test_is_defender": "yes", "test_because_of_work": "yes", "test_no_other_support": "yes"}


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def page(asked: Asked, who: str = HEAD, rest: str = "", status: int = 200) -> str:
    answer = asked.world.client(who).get(f"/grants/{asked.id}{rest}")
    assert answer.status_code == status, sentences(answer.text)
    assert faults(answer.text) == []
    return sentences(answer.text)


def decide(asked: Asked, act: str, who: str = HEAD, **says: Any) -> Any:
    return fill(asked.world.client(who), f"/grants/{asked.id}/sign/{act}", **says)


def last(asked: Asked) -> Any:
    return asked.seen(lambda opened: (opened.steps[-1].act, opened.steps[-1].amount, opened.state.value))


def test_the_page_of_a_decision_says_everything_in_its_order(asked: Asked) -> None:
    walk(asked, VERIFIED)
    said = page(asked)
    order = (
        "EGP 180,000.00",
        "€3,435.11",
        "Legal support",
        "Cairo Chambers",
        "It may be frozen or taken",
        "The hearing is on Sunday.",
        "Whose turn it is",
        "the head of the office",
        "To be decided by",
        "Earlier grants",
        "Left now €50,000.00",
        "Left after this grant €46,564.89",
        "What was checked, and what is missing",
        "Decide",
    )
    places = [said.find(one, said.find("Sum")) for one in order]
    assert -1 not in places, list(zip(order, places, strict=True))
    assert places == sorted(places), list(zip(order, places, strict=True))
    for act in ("Approve", "Approve less", "Ask", "Return with a reason", "Reject"):
        assert act in said[places[-1] :]


def test_from_verified_to_released_by_parts(asked: Asked) -> None:
    walk(asked, VERIFIED)
    assert decide(asked, "approve", **YES).status_code == 303
    assert last(asked) == ("approve", Decimal("180000.00"), "approved")
    asked.act("commit", "finance")
    assert decide(asked, "release", amount="80,000").status_code == 303
    assert last(asked) == ("release", Decimal("80000.00"), "released")
    asked.act("pay_part", "finance")
    assert decide(asked, "release").status_code == 303
    assert last(asked) == ("release", Decimal("100000.00"), "released")


def test_less_is_approved_and_it_is_said_why(asked: Asked) -> None:
    walk(asked, VERIFIED)
    refused = decide(asked, "approve_less", amount="190,000", text="The cars are too dear.", **YES)
    assert refused.status_code == 422
    assert "This is not less than what was asked for." in sentences(refused.text)
    assert 'value="190,000"' in refused.text
    assert decide(asked, "approve_less", amount="١٠٠٬٠٠٠", text="The cars are too dear.", **YES).status_code == 303
    assert last(asked) == ("approve_less", Decimal("100000.00"), "approved")
    assert "The cars are too dear." in page(asked, OFFICER)


def test_pressed_twice_it_is_decided_once(asked: Asked) -> None:
    walk(asked, VERIFIED)
    head, path = asked.world.client(HEAD), f"/grants/{asked.id}/sign/approve"
    form = fields_of(head.get(path).text) | YES
    assert [head.post(path, form).status_code for _ in range(2)] == [303, 303]
    assert asked.seen(lambda opened: [one.act for one in opened.steps]) == ["submit", "verify", "approve"]


def test_what_changed_since_it_was_read_is_read_again(asked: Asked) -> None:
    walk(asked, VERIFIED)
    head, path = asked.world.client(HEAD), f"/grants/{asked.id}/sign/approve"
    form = fields_of(head.get(path).text) | YES
    asked.act("ask", "finance")
    answer = head.post(path, form)
    assert answer.status_code == 422
    assert "What you have read has changed meanwhile" in sentences(answer.text)
    assert asked.state == "verified"


def test_what_was_typed_survives_the_second_factor(asked: Asked, world: World) -> None:
    walk(asked, VERIFIED)
    head, path = world.client(HEAD), f"/grants/{asked.id}/sign/approve_less"
    form = fields_of(head.get(path).text) | YES | {"amount": "90,000", "text": "Two counsel are enough."}
    cookie = world.demonstration.cookies[HEAD]
    with world.database.main.writing() as session, world.demonstration.sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=6)
    answer = head.post(path, form)
    assert (answer.status_code, asked.state) == (303, "verified")
    assert "/second-factor" in answer.location
    asks = head.get(answer.location)
    assert asks.status_code == 200
    (kept,) = re.findall(r"/not-sent/[\w-]{36}", head.get("/not-sent").text)[:1]
    for words in ("90,000", "Two counsel are enough."):
        assert words in head.get(kept).text


# -- who may not


@pytest.mark.parametrize(
    ("who", "act", "sentence"),
    [
        (OFFICER, "approve", "The head of the office can, or whoever acts for them"),
        (OFFICER, "assess", "Only what was submitted is assessed"),
        (FINANCE, "approve", "The head of the office can, or whoever acts for them"),
        (DEPUTY, "release", "This cannot be done with a grant in the state “Verified”."),
        (HEAD, "fast_approve", "Only what is not verified yet is approved before it is verified."),
    ],
)
def test_who_may_not_is_told_why_and_who_can(asked: Asked, who: str, act: str, sentence: str) -> None:
    walk(asked, VERIFIED)
    assert sentence in page(asked, who, f"/sign/{act}", status=409)


def test_the_page_tells_a_reader_who_does_not_decide_why(asked: Asked) -> None:
    walk(asked, VERIFIED)
    said = page(asked, OFFICER)
    decided = said[said.index("Decide") :]
    assert "Approve · Approve less · Return with a reason · Reject" in decided
    assert "The head of the office can, or whoever acts for them; where nobody is free, headquarters." in decided


def test_finance_reads_nothing_of_the_case(asked: Asked) -> None:
    walk(asked, VERIFIED)
    said = page(asked, FINANCE)
    for words in ("Cairo Chambers", "EGP 180,000.00"):
        assert words in said
    for words in ("The hearing is on Sunday.", "Salma", "frozen", "Three counsel"):
        assert words not in said
    assert "of which you have no key" in said


# -- other ways to decide


def test_a_colleague_assesses_and_the_head_reads_it(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert decide(asked, "assess", DEPUTY, text="She is known to us.", **YES).status_code == 303
    asked.act("verify", "finance")
    said = page(asked)
    for words in ("A colleague says: yes.", "She is known to us."):
        assert words in said
    assert 'name="test_is_defender"' not in asked.world.client(HEAD).get(f"/grants/{asked.id}/sign/approve").text
    assert decide(asked, "approve").status_code == 303
    assert "No separate assessor" not in page(asked)


def test_without_an_assessor_that_is_marked(asked: Asked) -> None:
    walk(asked, VERIFIED)
    assert "No separate assessor: whoever approves answers them." in page(asked)
    unanswered = decide(asked, "approve")
    assert (unanswered.status_code, asked.state) == (422, "verified")
    assert unanswered.text.count("Answer it: yes, or no.") >= 3
    no = decide(asked, "approve", **YES | {"test_no_other_support": "no"})
    assert "One of the three tests is answered with no." in sentences(no.text)
    assert decide(asked, "approve", **YES).status_code == 303
    assert "No separate assessor: whoever approved answered them." in page(asked)


def test_before_it_is_verified_a_small_part_is_released(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert decide(asked, "fast_approve", text="They come tonight.", **YES).status_code == 303
    assert "The second signature" in page(asked)
    asked.act("commit", "finance")
    refused = decide(asked, "release", amount="180,000")
    assert "Before the second signature only a small part is paid." in sentences(refused.text)
    assert decide(asked, "release", amount="157,200").status_code == 303  # €3,000.00
    assert asked.state == "released"


def test_where_no_life_is_in_danger_finance_comes_first(world: World) -> None:
    asked = Asked(world, level="high")
    asked.act("submit", "officer")
    said = page(asked, HEAD, "/sign/fast_approve", status=409)
    assert "Only where the risk is critical" in said
    assert "Ask finance to verify it first." in page(asked)


@pytest.mark.parametrize(("act", "code", "state"), [("return", None, "returned"), ("reject", "not_urgent", "rejected")])
def test_it_is_returned_or_rejected_with_a_reason(asked: Asked, act: str, code: str | None, state: str) -> None:
    asked.act("submit", "officer")
    assert decide(asked, act, text="").status_code == 422
    says = {"text": "The bill is missing."} | ({"code": code} if code else {})
    assert decide(asked, act, **says).status_code == 303
    assert asked.state == state
    said = page(asked, OFFICER)
    assert "The bill is missing." in said
    if act == "return":
        assert said.index("The bill is missing.") < said.index("The sum, and who gets it"), "why, before all else"
        assert "Left after this grant" in said, "it is asked for again"
    else:
        assert "The budget" not in said, "nothing of it is taken out of a budget"
