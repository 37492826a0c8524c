"""How far a grant is, said where somebody has to act: what is left of its time, what is asked back, until when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from hrd_cases.grants.money import in_euro, most_in
from hrd_cases.grants.requests import Worded
from tests.cases.acting import sentences
from tests.cases.typed import fields_of
from tests.grants.asking import WHO, Asked
from tests.grants.test_deciding_pages import YES, page
from tests.grants.test_grants_on_file import due
from tests.grants.test_paying_pages import RELEASED, sign, signed
from tests.grants.test_what_acts_need import walk
from tests.world import World

HEAD, OFFICER, FINANCE, FINANCE2 = WHO["head"], WHO["officer"], WHO["finance"], WHO["finance2"]


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def test_whoever_decides_reads_the_risk_and_how_much_time_is_left(asked: Asked) -> None:
    asked.act("submit", "officer")
    said = page(asked, HEAD)
    assert "Critical risk" in said
    assert "(in 2 days)" in said
    assert "in 2 days" in sentences(asked.world.client(HEAD).get("/grants").text)


def test_the_list_says_the_risk_of_what_is_not_critical_too(world: World) -> None:
    Asked(world, level="high").act("submit", "officer")
    assert "High risk" in sentences(world.client(HEAD).get("/grants").text)


def test_what_was_paid_says_until_when_it_is_accounted_for(asked: Asked) -> None:
    walk(asked, (*RELEASED, ("pay", "finance")))
    assert "Receipts are due by" in page(asked, OFFICER)
    walk(asked, (("arrive", "officer"), ("receipt", "officer")))
    assert "Receipts are due by" not in page(asked, OFFICER)


def test_what_is_asked_back_and_what_came_back_stands_with_the_money(asked: Asked) -> None:
    walk(asked, (*RELEASED, ("pay", "finance"), ("arrive", "officer")))
    signed(asked, "ask_back", FINANCE, amount="30,000", text="A hearing fell through.")
    assert "Asked back EGP 30,000.00" in page(asked, FINANCE)
    signed(asked, "take_back", FINANCE2, amount="10,000")
    said = page(asked, FINANCE)
    assert "Asked back EGP 20,000.00" in said
    assert "Came back EGP 10,000.00" in said


def test_a_zero_too_many_of_what_came_back_is_told_at_the_sum(asked: Asked) -> None:
    walk(asked, (*RELEASED, ("pay", "finance"), ("arrive", "officer")))
    signed(asked, "ask_back", FINANCE, amount="30,000", text="A hearing fell through.")
    answer = sign(asked, "take_back", FINANCE2, amount="300,000")
    assert answer.status_code == 422
    assert "This is more than was paid and has not come back. Write what came: look at the zeros again." in sentences(
        answer.text
    )
    assert 'value="300,000"' in answer.text


@pytest.mark.parametrize(
    ("by", "words"), [("receipts", "Receipts"), ("declaration", "A declaration why there are none")]
)
def test_what_a_sum_stands_on_is_told_for_good(asked: Asked, by: str, words: str) -> None:
    walk(asked, (*RELEASED, ("pay", "finance"), ("arrive", "officer")))
    assert "Choose one." in sentences(sign(asked, "receipt", OFFICER, amount="1,000", text="x").text)
    signed(asked, "receipt", OFFICER, by=by, amount="1,000", text="See there")
    assert f"Record receipts: {words} See there" in page(asked, OFFICER)


def test_a_test_answered_no_is_told_at_that_test(asked: Asked) -> None:
    walk(asked, (("submit", "officer"), ("verify", "finance")))
    answer = sign(asked, "approve_less", HEAD, amount="1,000", text="Less.", **YES | {"test_is_defender": "no"})
    assert answer.status_code == 422
    assert 'id="test_is_defender-error"' in answer.text
    assert 'id="amount-error"' not in answer.text


def test_who_asked_is_told_that_less_was_approved_until_it_is_paid(asked: Asked) -> None:
    walk(asked, (("submit", "officer"), ("verify", "finance"), ("approve_less", "head")))
    today = sentences(asked.world.client(OFFICER).get("/").text)
    assert "approved less of a grant than was asked for." in today
    assert "approved an emergency grant." not in today
    walk(asked, (("commit", "finance2"), ("release", "head"), ("pay", "finance")))
    assert "grant_less" not in due(asked)


def test_a_sum_over_the_ceiling_says_how_much_it_may_be_here(asked: Asked) -> None:
    asked.write(lines=(Worded("legal_support", "Counsel", Decimal(1), Decimal(600000)),))
    said = page(asked, OFFICER, "/submit")
    assert "Ask for less." in said
    assert "By that rate, the most that a grant of this fund may be: EGP 524,000.00" in said


@pytest.mark.parametrize("rate", ["52.4", "4500", "0.37628", "1387.4421"])
def test_so_many_euro_here_are_worth_no_more_and_hardly_less(rate: str) -> None:
    euro = Decimal(10_000)
    most = most_in("EGP", euro, Decimal(rate))
    assert in_euro(most, Decimal(rate)) <= euro
    assert in_euro(most, Decimal(rate)) > euro - Decimal("0.02") / min(Decimal(rate), Decimal(1))


# -- the fast track, and what is signed


def stale(world: World, who: str, minutes: int = 6) -> None:
    cookie = world.demonstration.cookies[who]
    with world.database.main.writing() as session, world.demonstration.sessions.holding(session, cookie) as held:
        held.second_factor_at = datetime.now(UTC) - timedelta(minutes=minutes)


FAST = (("submit", "officer"), ("fast_approve", "head"), ("commit", "finance"))


def test_until_when_the_second_signature_has_to_be_there_stands_on_the_page(asked: Asked) -> None:
    walk(asked, FAST)
    assert "Finance, or headquarters, signs as the second by" in page(asked, FINANCE)
    asked.act("countersign", "finance2")
    assert "signs as the second by" not in page(asked, FINANCE)


def test_whoever_clears_before_the_second_signature_reads_how_much_they_can(asked: Asked) -> None:
    walk(asked, FAST)
    said = page(asked, HEAD, "/sign/release")
    assert "Until the second signature is there, you can clear at most: EGP 157,200.00" in said
    assert sign(asked, "release", HEAD, amount="157,200.27").status_code == 422
    assert sign(asked, "release", HEAD, amount="157,200").status_code == 303
    asked.act("pay_part", "finance")
    assert "you can clear at most: EGP 0.00" in page(asked, HEAD, "/sign/release")
    asked.act("countersign", "finance2")
    assert "you can clear at most" not in page(asked, HEAD, "/sign/release")


def test_what_is_paid_now_comes_before_all_that_was_granted(asked: Asked) -> None:
    walk(asked, FAST)
    signed(asked, "release", HEAD, amount="100,000")
    said = page(asked, FINANCE, "/sign/pay_part")
    assert said.index("To be paid now: EGP 100,000.00") < said.index("The whole grant: EGP 180,000.00")
    assert "Cleared for payment now EGP 100,000.00" in page(asked, HEAD), "whoever cleared it sees it too"


def test_what_waited_for_the_second_factor_comes_back_with_the_sum_and_the_payee(asked: Asked, world: World) -> None:
    walk(asked, RELEASED)
    finance, path = world.client(FINANCE), f"/grants/{asked.id}/sign/pay"
    form = fields_of(finance.get(path).text) | {"text": "Bank 4711"}
    stale(world, FINANCE)
    answer = finance.post(path, form)
    assert (answer.status_code, asked.state) == (303, "released")
    (kept,) = set(re.findall(r"/not-sent/[\w-]{36}", finance.get("/not-sent").text))
    stale(world, FINANCE, 0)
    back = finance.get(f"{kept}/change")
    said = sentences(back.text)
    for words in ("To be paid now: EGP 180,000.00", "Cairo Chambers", "Sign that it is paid"):
        assert words in said
    assert "Bank 4711" in back.text
    assert finance.post(path, fields_of(back.text)).status_code == 303
    assert asked.state == "paid"


def test_whoever_works_on_files_reads_where_money_is_asked_for(asked: Asked) -> None:
    where = "Emergency money is asked for from the page of a case file."
    for who, told in ((OFFICER, True), (HEAD, True), (FINANCE, False)):
        assert (where in sentences(asked.world.client(who).get("/grants").text)) == told


@pytest.mark.parametrize(
    ("who", "rest", "typed", "button"),
    [
        (OFFICER, "submit", {}, "Submit"),
        (OFFICER, "act/cancel", {"text": "Others gave it."}, "Cancel it"),
        (OFFICER, "act/withdraw", {}, "Record that it is withdrawn"),
    ],
)
def test_what_was_pressed_with_nothing_typed_is_offered_again_after_the_code(
    asked: Asked, world: World, who: str, rest: str, typed: dict[str, str], button: str
) -> None:
    browser, path = world.client(who), f"/grants/{asked.id}/{rest}"
    form = fields_of(browser.get(path).text) | typed
    stale(world, who)
    assert browser.post(path, form).location.endswith("/second-factor")
    stale(world, who, 0)
    (kept,) = set(re.findall(r"/not-sent/[\w-]{36}", browser.get("/not-sent").text))
    back = browser.get(f"{kept}/change")
    assert button in sentences(back.text)
    before = asked.state
    assert browser.post(path, fields_of(back.text)).status_code == 303
    assert asked.state != before
