"""The list of grants: what waits for whom, the most critical and oldest first, read off steps and cards."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from hrd_cases.errors import Refused
from hrd_cases.grants import rounds
from hrd_cases.grants.duties import Bar
from hrd_cases.grants.models import Grant
from hrd_cases.grants.turns import Turn
from hrd_cases.grants.waiting import waiting_for
from tests.attacks.test_planted_steps import keys_of, plant
from tests.cases.acting import assessed, sentences
from tests.coming_by import nobody_looks
from tests.grants.asking import WHO, Asked
from tests.pages.markup import faults
from tests.world import World


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def listed(world: World, who: str) -> tuple[str, str]:
    """What waits for them, and what waits for others."""
    answer = world.client(WHO[who]).get("/grants")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    said = sentences(answer.text)
    mine, _, others = said[said.index("These wait for you") if "These wait for you" in said else 0 :].partition(
        "On their way with others"
    )
    return mine, others


# Way, then for whom it waits.
WAITS: list[tuple[tuple[tuple[str, str], ...], set[str]]] = [
    ((("submit", "officer"),), {"finance", "head"}),  # critical: the head may approve it before it is verified
    ((("submit", "officer"), ("verify", "finance")), {"head"}),
    ((("submit", "officer"), ("verify", "finance"), ("approve", "head")), {"finance"}),
    ((("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance")), {"head"}),
    ((("submit", "officer"), ("return", "head")), {"officer", "colleague"}),  # who decided does not ask
    ((("submit", "head"),), {"finance"}),  # their own
    ((("submit", "head"), ("verify", "finance")), {"officer", "colleague", "head"}),  # to send the decision sheet
    ((("submit", "officer"), ("reject", "head")), set()),
]


ACCOUNTED = (
    ("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance2"), ("release", "head"),
    ("pay", "finance"), ("arrive", "officer"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("after", "whose", "waits_for"),
    [
        ([("receipt", "officer", 179_999)], {"officer", "colleague", "head"}, "whoever asked for it"),
        ([("receipt", "officer", 180_000)], {"head"}, "the head of the office"),
        ([("ask_back", "finance", 80_000), ("receipt", "officer", 100_000)], {"finance"}, "finance"),
        ([("receipt", "officer", 180_000), ("ask_back", "finance", 50_000)], {"finance"}, "finance"),
        ([("receipt", "officer", 180_000), ("ask_back", "finance", 50_000), ("take_back", "finance", 49_999)],
         {"finance"}, "finance"),
        ([("receipt", "officer", 180_000), ("ask_back", "finance", 50_000), ("take_back", "finance", 50_000)],
         {"head"}, "the head of the office"),
        ([("ask_back", "finance", 80_000), ("receipt", "officer", 180_000)], {"head"}, "the head of the office"),
        ([("receipt", "officer", 100_000), ("ask_back", "finance", 80_000), ("take_back", "finance", 80_000)],
         {"head"}, "the head of the office"),
    ],
)  # fmt: skip
def test_what_is_accounted_for_waits_for_whoever_closes_it(
    asked: Asked, world: World, after: list[tuple[str, str, int]], whose: set[str], waits_for: str
) -> None:
    for act, who in ACCOUNTED:
        asked.act(act, who)
    for act, who, amount in after:
        asked.act(act, who, amount=Decimal(amount))
    found = {who for who in ("officer", "colleague", "finance", "head") if "EGP" in listed(world, who)[0]}
    assert found == whose
    for said in (listed(world, "officer"), [sentences(world.client(WHO["officer"]).get(f"/grants/{asked.id}").text)]):
        assert f"It waits for {waits_for}." in " ".join(said)
    with nullcontext() if whose == {"head"} else pytest.raises(Refused, match="not accounted for yet"):
        asked.act("close", "head")


def test_everybody_who_acts_on_a_critical_grant_goes_by_one_clock(asked: Asked, world: World) -> None:
    """Finance has no file to read the risk in, and is not told of it: with the request it has the clock."""
    asked.act("submit", "officer")
    until = {}
    for who in ("officer", "head", "finance"):
        shown = sentences(world.client(WHO[who]).get(f"/grants/{asked.id}").text)
        until[who] = shown.partition("To be decided by ")[2].partition(".")[0]
        assert until[who] in "".join(listed(world, who))
        assert ("A life is in danger" in shown) == (who != "finance")
    assert len(set(until.values())) == 1, until


def test_a_grant_that_is_not_critical_is_critical_to_nobody(world: World) -> None:
    asked = Asked(world, level="high")
    asked.act("submit", "officer")
    for who in ("officer", "head", "finance"):
        assert "Critical" not in "".join(listed(world, who))
        assert "A life is in danger" not in sentences(world.client(WHO[who]).get(f"/grants/{asked.id}").text)


def test_a_question_waits_for_whoever_asked_for_the_grant(asked: Asked, world: World) -> None:
    asked.act("submit", "officer")
    asked.act("ask", "finance")
    assert "Question" in listed(world, "officer")[0]
    asked.act("answer", "officer")
    assert "No grant waits for you." in sentences(world.client(WHO["officer"]).get("/grants").text)


ONE = "1 emergency grant waits for you"


def test_finance_s_today_says_that_a_grant_waits(asked: Asked, world: World) -> None:
    """It has no card of the file; whoever has one reads of the grant there."""
    asked.act("submit", "officer")
    today = {who: sentences(world.client(WHO[who]).get("/").text) for who in ("officer", "finance", "head")}
    assert [who for who, said in today.items() if ONE in said] == ["finance"]
    assert "Nothing needs you now." not in today["finance"]
    asked.act("verify", "finance")
    assert ONE not in sentences(world.client(WHO["finance"]).get("/").text), "it waits for the head"


def test_headquarters_today_says_that_a_decision_sheet_waits(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    assert ONE not in sentences(world.client(WHO["approver"]).get("/").text)
    asked.tell_headquarters()
    assert ONE in sentences(world.client(WHO["approver"]).get("/").text)


def test_what_the_head_asked_for_is_closed_by_finance(world: World) -> None:
    asked = Asked(world, who="head")
    for act, who in (
        ("submit", "head"), ("verify", "finance"), ("approve", "approver"), ("commit", "finance2"),
        ("release", "approver"), ("pay", "finance"), ("arrive", "officer"),
    ):  # fmt: skip
        asked.act(act, who)
    asked.act("receipt", "officer", amount=Decimal(180_000))
    found = {who for who in ("officer", "colleague", "finance", "finance2", "head") if "EGP" in listed(world, who)[0]}
    assert found == {"finance2"}, "who paid does not close"


@pytest.mark.parametrize(("way", "whose"), WAITS)
def test_it_waits_for_whoever_acts_next(world: World, way: tuple[tuple[str, str], ...], whose: set[str]) -> None:
    asked = Asked(world, who=way[0][1])
    for act, who in way:
        asked.act(act, who)
    found = {who for who in ("officer", "colleague", "finance", "head") if "EGP 180,000.00" in listed(world, who)[0]}
    assert found == whose


def test_the_most_critical_and_oldest_stand_first(world: World) -> None:
    first = Asked(world, level="high")
    first.act("submit", "officer")
    first.act("verify", "finance")
    second = Asked(world)
    second.write(purpose="medical")
    second.act("submit", "officer")
    second.act("verify", "finance")
    third = first
    third.begin("officer")
    third.write(purpose="communications")
    third.act("submit", "officer")
    third.act("verify", "finance")
    mine, _ = listed(world, "head")
    places = [mine.index(one) for one in ("Medical", "Legal support", "Communications")]
    assert places == sorted(places)
    second.file.write(assessed("high"))
    mine, _ = listed(world, "head")
    assert mine.index("Legal support") < mine.index("Medical")


def test_finance_reads_whom_it_pays_and_nothing_of_the_case(asked: Asked, world: World) -> None:
    asked.act("submit", "officer")
    mine, _ = listed(world, "finance")
    for words in ("Cairo Chambers", "Legal support", "€3,435.11"):
        assert words in mine
    assert "Salma" not in mine
    assert "Critical" not in mine


def test_an_approver_at_headquarters_reads_what_sheets_were_sent_of(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    assert "EGP" not in listed(world, "approver")[0]
    asked.tell_headquarters()
    mine, _ = listed(world, "approver")
    assert "EGP 180,000.00" in mine
    assert "Critical" in mine
    asked.act("approve", "approver")
    assert "EGP 180,000.00" in listed(world, "approver")[1]


def test_of_what_was_paid_in_part_the_rest_is_listed(asked: Asked, world: World) -> None:
    asked.by_parts = True
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance")):
        asked.act(act, who)
    asked.act("release", "head")
    asked.act("pay_part", "finance")
    assert "EGP 80,000.00" in listed(world, "head")[0]
    asked.act("ask", "head")
    assert "EGP 80,000.00" in listed(world, "head")[0], "a question is no sum"


def test_a_question_stays_open_whatever_step_is_taken_until_it_is_answered(asked: Asked, world: World) -> None:
    for act, who in (("submit", "officer"), ("ask", "head"), ("verify", "finance")):
        asked.act(act, who)
    assert "Question" in listed(world, "officer")[0]
    asked.act("answer", "officer")
    assert "Question" not in "".join(listed(world, "officer"))


def test_a_question_that_can_be_answered_no_more_waits_for_nobody(asked: Asked, world: World) -> None:
    for act, who in (("submit", "officer"), ("ask", "finance"), ("verify", "finance"), ("approve", "head")):
        asked.act(act, who)
    assert "Question" in listed(world, "officer")[0], "whoever asked it"
    for act, who in (("commit", "finance"), ("release", "head"), ("pay", "finance"), ("arrive", "officer")):
        asked.act(act, who)
    for who in ("officer", "finance", "head"):
        assert "Question" not in "".join(listed(world, who))
        assert "A question waits" not in sentences(world.client(WHO[who]).get(f"/grants/{asked.id}").text)


def test_a_changed_sum_is_the_sum_whatever_was_approved_before(asked: Asked, world: World) -> None:
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve_less", "head")):
        asked.act(act, who)
    asked.act("change", "officer")
    asked.act("ask", "head")
    assert "EGP 180,000.00 €3,435.11" in "".join(listed(world, "officer"))


def test_what_is_left_is_worth_what_it_is(asked: Asked, world: World) -> None:
    asked.by_parts = True
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance")):
        asked.act(act, who)
    asked.act("release", "head")
    asked.act("pay_part", "finance")
    for then in (("ask", "finance"), ("answer", "officer")):
        asked.act(*then)
        assert "EGP 80,000.00 €1,526.72" in "".join(listed(world, "head"))


def test_accounted_for_but_unsigned_it_waits_for_a_second_and_then_for_whoever_closes_it(world: World) -> None:
    asked = Asked(world)
    for act, who in (("submit", "officer"), ("fast_approve", "head"), ("commit", "finance"), ("release", "head")):
        asked.act(act, who)
    for act, who in (("pay_part", "finance"), ("stop", "head"), ("arrive", "officer"), ("receipt", "officer")):
        asked.act(act, who)
    mine, _ = listed(world, "finance")
    assert "It waits for finance." in mine
    assert "EGP" not in listed(world, "head")[0]
    asked.act("countersign", "finance")
    assert "It waits for the head of the office." in listed(world, "head")[0]


def test_a_sheet_that_has_to_be_sent_waits_for_the_officer_and_not_for_headquarters(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    first = asked.id
    asked.begin("head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    assert "Decision sheet to be sent" in listed(world, "officer")[0]
    asked.tell_headquarters()
    assert "Decision sheet to be sent" not in "".join(listed(world, "officer"))
    assert "EGP 180,000.00" in listed(world, "approver")[0]
    second, asked.id = asked.id, first
    asked.act("fast_approve", "approver")
    asked.id = second
    assert "Decision sheet to be sent" in listed(world, "officer")[0]
    assert "Decision sheet to be sent" in listed(world, "approver")[1]
    asked.tell_headquarters()
    assert "Decision sheet to be sent" not in "".join(listed(world, "officer"))


def test_whoever_signed_as_the_second_at_headquarters_is_told_that_they_do_not_clear_it(world: World) -> None:
    asked = Asked(world, who="head")
    for act, who in (("submit", "head"), ("fast_approve", "approver")):
        asked.act(act, who)
    person, keys = keys_of(world, "approver")
    signed = {"duty": "countersign", "capacity": "headquarters_approver", "actor_id": person}
    plant(asked, keys, act="countersign", state_after="approved", **signed)
    last = {"duty": "commit", "capacity": "finance", "actor_id": keys_of(world, "finance")[0]}
    plant(asked, keys_of(world, "finance")[1], act="commit", state_after="committed", **last)
    with world.acting(WHO["approver"]) as (session, visitor):
        found = next(one for one in waiting_for(session, visitor, asked.now()) if one.grant_id == asked.id)
    assert (found.turn, found.mine, found.barred) == (Turn.HEADQUARTERS, True, Bar.CONTROLS)


def test_no_grant_is_opened_for_the_list_nor_for_looking_whether_it_was_granted_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other files' grants stay shut: only those that the file names are read. Nobody looks after their cards meanwhile:
    that reads them, and on a slow machine it fell into this.
    """
    nobody_looks(rounds.ROUNDS, monkeypatch)
    asked = Asked(world)
    for _ in range(3):
        other = Asked(world)
        other.act("submit", "officer")
    asked.act("submit", "officer")
    asked.act("verify", "finance")

    read: list[Any] = []

    def note(target: Grant, _context: Any) -> None:
        read.append(target.id)

    event.listen(Grant, "load", note)
    try:
        listed(world, "head")
        assert read == []
        with world.acting(WHO["head"]) as (session, visitor):
            asked.act_in(session, visitor, "approve")
        assert set(read) == {asked.id}
    finally:
        event.remove(Grant, "load", note)


def test_the_list_reads_the_same_on_postgresql(world_on_postgres: World) -> None:
    asked = Asked(world_on_postgres)
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    mine, _ = listed(world_on_postgres, "head")
    for words in ("EGP 180,000.00", "€3,435.11", "Salma Mithal", "Critical"):
        assert words in mine
