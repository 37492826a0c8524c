"""What an act on a grant needs beside whoever takes it: each need missed, with its sentence; what it writes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from hrd_cases.errors import Absent, Changed, Locked, Refused
from hrd_cases.grants import acts, export, rate_table
from hrd_cases.grants.details import Answered
from hrd_cases.grants.elsewhere import What, late
from hrd_cases.grants.export import Shown
from hrd_cases.grants.figures import figures_of
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import open_grant
from hrd_cases.grants.rates import following, month_of
from hrd_cases.grants.requests import Worded
from hrd_cases.grants.signing import encoded
from hrd_cases.grants.verify import findings
from tests.cases.acting import assessed, sentences
from tests.grants.asking import TESTS, WHO, Asked
from tests.world import World

SUBMITTED = (("submit", "officer"),)
VERIFIED = (*SUBMITTED, ("verify", "finance"))
APPROVED = (*VERIFIED, ("approve", "head"))
RELEASED = (*APPROVED, ("commit", "finance"), ("release", "head"))
PAID = (*RELEASED, ("pay", "finance"))
ARRIVED = (*PAID, ("arrive", "officer"))
NO = (*TESTS[:2], Answered(code=TESTS[2].code, yes=False, note="A foundation pays."))

REFUSED: list[tuple[tuple[tuple[str, str], ...], str, str, dict[str, Any], str]] = [
    (SUBMITTED, "verify", "finance", {"answers": ()}, "Not every check is answered."),
    (SUBMITTED, "send_back", "finance", {"text": " "}, "No reason is given."),
    (SUBMITTED, "ask", "head", {"text": ""}, "There is no question."),
    (SUBMITTED, "answer", "officer", {}, "Nobody has asked anything."),
    (SUBMITTED, "reject", "head", {"code": ""}, "No reason is given."),
    (SUBMITTED, "reject", "head", {"code": "because"}, "This is not on the list."),
    (VERIFIED, "approve", "head", {"answers": TESTS[:2]}, "The three tests are not answered"),
    (VERIFIED, "approve", "head", {"answers": NO}, "One of the three tests is answered with no."),
    (VERIFIED, "approve_less", "head", {"amount": None}, "This is not less than what was asked for."),
    (VERIFIED, "approve_less", "head", {"amount": Decimal(180000)}, "This is not less than what was asked for."),
    (VERIFIED, "approve_less", "head", {"amount": Decimal("99.999")}, "EGP has 2 decimal places, no more."),
    (VERIFIED, "approve", "head", {"year": 2013}, "No fund gives money in this year."),
    (VERIFIED, "approve", "head", {"year": 2014}, "The office’s budget for this fund does not hold as much."),
    (VERIFIED, "approve", "head", {"fund": "yacht"}, "This is not on the list."),
    (APPROVED, "approve_anew", "finance", {}, "At the rate of this month it stays under the ceiling."),
    (APPROVED, "countersign", "finance", {}, "It was verified or signed by a second already."),
    ((*APPROVED, ("commit", "finance")), "release", "head", {"amount": Decimal(180001)}, "This is more than is left"),
    (RELEASED, "pay", "finance", {"text": ""}, "There is no proof of the payment."),
    (PAID, "cancel", "officer", {}, "This cannot be done with a grant in the state “Paid”."),
    ((*PAID, ("arrive", "officer")), "close", "head", {}, "What was paid is not accounted for yet."),
    (ARRIVED, "receipt", "officer", {"amount": None}, "No sum is given."),
    (ARRIVED, "receipt", "officer", {"text": ""}, "Neither receipts nor a declaration are given."),
    (ARRIVED, "receipt", "officer", {"amount": Decimal("180000.01")}, "This is more than is not accounted for yet."),
    ((*ARRIVED, ("receipt", "officer")), "receipt", "officer", {"amount": Decimal(1)}, "This is more than is not"),
    (ARRIVED, "ask_back", "finance", {"amount": None}, "No sum is given."),
    (ARRIVED, "ask_back", "finance", {"amount": Decimal(180001)}, "This is more than was paid."),
    ((*ARRIVED, ("ask_back", "finance")), "take_back", "finance", {"amount": None}, "No sum is given."),
    (
        SUBMITTED,
        "change",
        "officer",
        {"payment": None},
        "Payee, sum and the words on the transfer are as they were.",
    ),
]


def walk(asked: Asked, way: tuple[tuple[str, str], ...]) -> None:
    for act, who in way:
        asked.act(act, who)


def test_before_a_second_signs_one_there_is_no_other_fast_track_to_the_same_person(world: World) -> None:
    """Else four requests of a little each are paid before anybody looked at one."""
    asked = Asked(world)
    walk(asked, (*SUBMITTED, ("fast_approve", "head")))
    first = asked.id
    asked.begin("officer")
    asked.write(purpose="medical")
    walk(asked, SUBMITTED)
    with pytest.raises(Refused, match="Another grant to the same person was approved before it was verified"):
        asked.act("fast_approve", "head")
    second, asked.id = asked.id, first
    asked.act("countersign", "finance")
    asked.id = second
    asked.act("fast_approve", "head")


FAST = (*SUBMITTED, ("fast_approve", "head"), ("commit", "finance"), ("release", "head"), ("pay_part", "finance"))
BACK: list[tuple[tuple[str, str], ...]] = [
    (),
    (("change", "officer"),),
    (("return", "head"),),
    (("stop", "head"),),
    (("stop", "head"), ("ask_back", "finance")),
]


@pytest.mark.parametrize("back", BACK, ids=lambda back: " ".join(act for act, _ in back) or "paid in part")
def test_no_step_back_opens_the_fast_track_again(world: World, back: tuple[tuple[str, str], ...]) -> None:
    """Else one grant after the other is paid up to its €3,000 and stepped back, and nobody looks at any."""
    asked = Asked(world)
    walk(asked, (*FAST, *back))
    asked.begin("officer")
    asked.write(purpose="medical")
    walk(asked, SUBMITTED)
    with pytest.raises(Refused, match="Another grant to the same person was approved before it was verified"):
        asked.act("fast_approve", "head")
    walk(asked, (("verify", "finance"), ("approve", "head")))
    assert asked.state == "approved", "verified it is decided as any other"


def test_a_fast_track_that_was_asked_back_is_signed_by_a_second_and_closed(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*FAST, ("stop", "head"), ("ask_back", "finance"), ("take_back", "finance")))
    with pytest.raises(Refused, match="second signature is missing"):
        asked.act("close", "head")
    assert "signs as the second by" in sentences(world.client(WHO["finance"]).get(f"/grants/{asked.id}").text)
    walk(asked, (("countersign", "finance"), ("close", "head")))
    assert asked.state == "closed"


@pytest.mark.parametrize("back", [one for one in BACK if one], ids=lambda back: " ".join(act for act, _ in back))
def test_money_that_nobody_signed_for_is_told_and_signed_whatever_step_back_was_taken(
    world: World, back: tuple[tuple[str, str], ...]
) -> None:
    """Else the head who approved it switches off the alarm with one act."""
    asked = Asked(world)
    walk(asked, (*FAST, *back))
    for who in ("officer", "finance", "head"):
        said = sentences(world.client(WHO[who]).get(f"/grants/{asked.id}").text)
        assert "signs as the second by" in said, who
    assert "Second signature missing" in sentences(world.client(WHO["finance"]).get("/grants").text)
    with world.acting("head1.hq") as (session, _):
        found = late(session, asked.now() + timedelta(days=30))
    assert What.SECOND in {one.what for one in found if one.grant_id == asked.id}
    asked.act("countersign", "finance")
    assert "signs as the second by" not in sentences(world.client(WHO["finance"]).get(f"/grants/{asked.id}").text)
    with pytest.raises(Refused, match="signed by a second already"):
        asked.act("countersign", "finance")


def test_nothing_is_signed_where_no_money_went_out(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*SUBMITTED, ("fast_approve", "head"), ("change", "officer")))
    with pytest.raises(Refused, match="signed by a second already"):
        asked.act("countersign", "finance")


ASSESSMENTS = [
    ((("assess", "colleague"),), {}, True),
    ((("assess", "colleague"),), {"answers": NO, "text": "A foundation pays."}, False),
    ((("assess", "colleague"), ("change", "officer")), {}, False),
    ((("assess", "colleague"), ("send_back", "finance"), ("submit", "officer")), {}, False),
]


@pytest.mark.parametrize(("way", "given", "counts"), ASSESSMENTS)
def test_an_assessment_counts_if_all_is_yes_and_of_what_is_asked_for_now(
    world: World, way: tuple[tuple[str, str], ...], given: dict[str, Any], counts: bool
) -> None:
    asked = Asked(world)
    walk(asked, SUBMITTED)
    for act, who in way:
        asked.act(act, who, **(given if act == "assess" else {}))
    asked.act("verify", "finance")
    if counts:
        asked.act("approve", "head", answers=())
        return
    with pytest.raises(Refused, match="The three tests are not answered"):
        asked.act("approve", "head", answers=())
    assert asked.state == "verified"


@pytest.mark.parametrize(("way", "given", "counts"), ASSESSMENTS)
def test_the_page_and_headquarters_count_the_same_assessments(
    world: World, way: tuple[tuple[str, str], ...], given: dict[str, Any], counts: bool
) -> None:
    """An assessment of something else than was approved is none of it, to either."""
    asked = Asked(world)
    walk(asked, SUBMITTED)
    for act, who in way:
        asked.act(act, who, **(given if act == "assess" else {}))
    walk(asked, (("verify", "finance"), ("approve", "head")))
    apart = len(way) == 1
    for who in ("head", "finance"):
        said = sentences(world.client(WHO[who]).get(f"/grants/{asked.id}").text)
        assert ("No separate assessor" in said) is not apart, who
    with world.acting("head1.hq") as (session, _):
        assert sum(one.unassessed for one in figures_of(session, asked.now().year)) == (not apart)


@pytest.mark.parametrize(("way", "act", "who", "given", "sentence"), REFUSED)
def test_what_is_missing_is_said(
    world: World, way: tuple[tuple[str, str], ...], act: str, who: str, given: dict[str, Any], sentence: str
) -> None:
    asked = Asked(world)
    walk(asked, way)
    with pytest.raises(Refused) as refused:
        asked.act(act, who, **given)
    assert refused.value.said()[0].startswith(sentence)
    assert len(asked.seen(lambda opened: opened.steps)) == len(way)


def test_it_is_not_submitted_without_consent(world: World) -> None:
    asked = Asked(world)
    asked.file.talk(payment="refused")
    with pytest.raises(Refused, match="agreed"):
        asked.act("submit", "officer")


def test_consent_taken_back_reaches_finance_with_the_next_step_of_the_office(world: World) -> None:
    asked = Asked(world)
    walk(asked, RELEASED)
    asked.file.talk(payment="refused")
    asked.act("ask", "officer")
    with pytest.raises(Refused, match="agreed"):
        asked.act("pay", "finance")


def test_only_where_the_risk_is_critical_it_is_approved_before_it_is_verified(world: World) -> None:
    asked = Asked(world, level="high")
    asked.act("submit", "officer")
    with pytest.raises(Refused, match="risk is critical"):
        asked.act("fast_approve", "head")
    asked.file.write(assessed("critical"))
    asked.act("fast_approve", "head")
    asked.act("commit", "finance")
    with pytest.raises(Refused, match="second signature"):
        asked.act("release", "head", amount=Decimal(180000))
    asked.act("release", "head", amount=Decimal(157200))  # €3,000.00


def test_over_the_ceiling_it_is_refused_with_both_sums(world: World) -> None:
    asked = Asked(world)
    asked.write(lines=(Worded("legal_support", "Counsel", Decimal(1), Decimal(52_000_000)),), currency="COP")
    asked.act("submit", "officer")
    with pytest.raises(Refused) as refused:
        asked.act("verify", "finance")
    assert refused.value.said()[0] == ("It is worth €11,555.56: more than a grant of this fund may be, €10,000.00.")
    less = (Worded("legal_support", "Counsel", Decimal(1), Decimal(44_000_000)),)
    with world.acting(WHO["officer"]) as (session, _visitor):
        _story, payment = asked.said(session.get_one(Grant, asked.id), less, "COP")
    asked.act("change", "officer", payment=payment)
    walk(asked, (("verify", "finance"), ("approve", "head")))
    assert asked.seen(lambda opened: (opened.sums.approved, opened.steps[-1].cents)) == (977_778, 977_778)


def test_sums_in_a_refusal_are_written_as_its_reader_writes_them(world: World) -> None:
    asked = Asked(world)
    asked.write(lines=(Worded("legal_support", "Counsel", Decimal(1), Decimal(600_000)),))
    head = world.client(WHO["head"])
    walk(asked, SUBMITTED)
    assert "more than a grant of this fund may be, €10,000.00." in sentences(head.get(f"/grants/{asked.id}").text)
    assert head.post("/account/language", {"language": "fr"}).status_code == 303
    said = re.sub(r"\s", " ", sentences(head.get(f"/grants/{asked.id}").text))
    assert "10 000,00" in said
    assert "10,000" not in said


def test_a_rate_that_moved_over_the_ceiling_sends_it_back(world: World) -> None:
    asked = Asked(world)
    asked.write(lines=(Worded("legal_support", "Counsel", Decimal(1), Decimal(44_000_000)),), currency="COP")
    walk(asked, RELEASED)
    month = following(month_of(asked.now().date()))
    later = datetime(int(month[:4]), int(month[5:]), 2, 12, tzinfo=UTC)
    with pytest.raises(Refused, match="no accounting rate for this month"):
        asked.act("pay", "finance", at=later)
    with world.acting("head1.hq") as (session, visitor):
        file = f"currency,month,rate\nCOP,{month},4000"
        rate_table.take_in(session, visitor.member_id, file.encode(), asked.now())
    with pytest.raises(Refused, match=r"€11,000\.00: more than a grant of this fund may be, €10,000\.00"):
        asked.act("pay", "finance", at=later)
    asked.act("approve_anew", "finance", at=later)
    assert asked.seen(lambda opened: (opened.state.value, opened.sums.approved)) == ("verified", 0)
    asked.act("approve_less", "head", at=later, amount=Decimal(40_000_000))
    assert asked.seen(lambda opened: (opened.sums.approved, opened.steps[-1].rate)) == (1_000_000, Decimal(4000))


def test_more_than_the_budget_holds_is_not_approved(world: World) -> None:
    asked = Asked(world, allotted=343_510)
    walk(asked, VERIFIED)
    with pytest.raises(Refused, match="budget"):
        asked.act("approve", "head")
    asked.fund(1)
    asked.act("approve", "head")


def test_whoever_acts_on_what_was_not_read_is_told(world: World) -> None:
    asked = Asked(world)
    walk(asked, VERIFIED)
    with pytest.raises(Changed):
        asked.act("approve", "head", made_from=1)


def test_a_second_grant_for_the_same_is_not_approved(world: World) -> None:
    asked = Asked(world)
    walk(asked, APPROVED)
    again = Asked.__new__(Asked)
    again.world, again.file = world, asked.file
    again.begin("officer")
    walk(again, VERIFIED)
    with pytest.raises(Refused, match="for the same purpose"):
        again.act("approve", "head")


def test_what_a_colleague_assessed_counts_for_whoever_approves(world: World) -> None:
    asked = Asked(world)
    walk(asked, (("submit", "officer"), ("assess", "colleague"), ("verify", "finance")))
    asked.act("approve", "head", answers=())


def test_finance_reads_its_question_answered_and_nothing_of_the_file(world: World) -> None:
    asked = Asked(world)
    walk(asked, SUBMITTED)
    asked.act("ask", "finance", text="Which branch of the bank?")
    asked.act("answer", "officer", text="The one in the street of the court.")
    with world.acting(WHO["finance"]) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        assert grant.payment is not None
        assert [one.text for one in grant.payment.told] == [
            "Which branch of the bank?",
            "The one in the street of the court.",
        ]
        with pytest.raises(Locked):
            _ = grant.story
        offered = acts.offers(session, visitor, open_grant(session, grant, visitor.charters), asked.now())
    assert {one.act.value for one in offered if one.refused is None} == {"verify", "send_back", "ask"}


def test_the_whole_chain_proves_itself_offline_with_what_was_said(world: World) -> None:
    _whole_chain(world)


def test_so_it_does_on_postgres(world_on_postgres: World) -> None:
    _whole_chain(world_on_postgres)


def _whole_chain(world: World) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    asked.act("arrive", "officer")
    asked.act("receipt", "officer", amount=Decimal(180000))
    asked.act("close", "head")
    with world.acting(WHO["head"]) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        assert grant.payment is not None
        shown = [Shown(asked.id, "payee", grant.payment_salt, encoded(grant.payment.payees[-1]))]
        told = ((grant.story_salt, grant.story.told), (grant.payment_salt, grant.payment.told))
        shown += [Shown(asked.id, "texts", salt, encoded(one)) for salt, said in told for one in said]
        exported, root = export.export(session, shown), visitor.charters.pins.root
        altered = msgspec.structs.replace(exported, shown=(msgspec.structs.replace(shown[0], content=b"-"),))
    assert len(shown) == 1 + 9
    assert root is not None
    assert findings(exported, root) == []
    assert [one.what for one in findings(altered, root)] == ["nobody signed the payee that is shown"]


def test_a_draft_is_its_authors(world: World) -> None:
    asked = Asked(world)
    for act in ("submit", "withdraw", "cancel"):
        with pytest.raises(Refused, match="colleague is still writing"):
            asked.act(act, "colleague")
    with pytest.raises(Refused, match="colleague is still writing"):
        asked.write("colleague", why_now="Other words.")
    with pytest.raises((Absent, Locked, Refused)):
        asked.write("stranger", why_now="Other words.")


def test_what_is_on_its_way_is_not_written_in_and_what_was_returned_is(world: World) -> None:
    asked = Asked(world)
    asked.act("submit", "officer")
    with pytest.raises(Refused, match="on its way"):
        asked.write(why_now="Other words.")
    asked.act("return", "head")
    asked.write(why_now="Other words.", payee="Another chamber")
    asked.act("submit", "officer")
    payment = asked.seen(lambda opened: opened.payment)
    assert [one.payee for one in payment.payees] == ["Cairo Chambers", "Another chamber"]
