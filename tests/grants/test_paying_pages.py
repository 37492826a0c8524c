"""From the request to the closed grant through the pages: what finance checks, commits and pays, what comes back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from hrd_cases.grants.signing import salted
from tests.cases.acting import sentences
from tests.cases.typed import fields_of, fill
from tests.grants.asking import WHO, Asked
from tests.grants.test_cells_on_pages import CHECKED
from tests.grants.test_deciding_pages import YES, last, page
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.world import World, cairo_day

HEAD, OFFICER, FINANCE, FINANCE2 = WHO["head"], WHO["officer"], WHO["finance"], WHO["finance2"]
RELEASED = (*VERIFIED, ("approve", "head"), ("commit", "finance"), ("release", "head"))


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def sign(asked: Asked, act: str, who: str, **says: Any) -> Any:
    return fill(asked.world.client(who), f"/grants/{asked.id}/sign/{act}", **says)


def signed(asked: Asked, act: str, who: str, **says: Any) -> str:
    """The sentence of the page that it leads to."""
    answer = sign(asked, act, who, **says)
    assert answer.status_code == 303, sentences(answer.text)
    return page(asked, who)


def test_from_submitted_to_closed_with_three_people(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert "Verified. It waits for a decision." in signed(asked, "verify", FINANCE, **CHECKED)
    signed(asked, "approve", HEAD, **YES)
    assert "Committed. The head clears it for payment next." in signed(asked, "commit", FINANCE, text="2026/4711")
    signed(asked, "release", HEAD)
    pays = page(asked, FINANCE, "/sign/pay")
    assert "To be paid now: EGP 180,000.00" in pays
    assert "Cairo Chambers" in pays
    assert "Bank transfer" in pays
    assert "Salma" not in pays, "finance pays, and knows nobody of the file"
    said = signed(asked, "pay", FINANCE, text="Bank 4711, 22 November")
    assert "Paid. Receipts fall due." in said
    assert "Not accounted for yet EGP 180,000.00" in said
    signed(asked, "arrive", OFFICER, text="She called.")
    assert "Close" in page(asked, HEAD)
    assert "What was paid is not accounted for yet." in page(asked, HEAD)
    signed(asked, "receipt", OFFICER, by="receipts", amount="150,000", text="Two receipts of counsel")
    signed(asked, "ask_back", FINANCE, amount="30,000", text="The third hearing fell through.")
    said = signed(asked, "take_back", FINANCE2, amount="30,000", text="Bank 4712")
    assert "Not accounted for yet EGP 0.00" in said
    assert "The grant is closed." in signed(asked, "close", HEAD)
    assert asked.state == "closed"
    assert asked.seen(lambda opened: opened.sums.paid) == 286_259, "what came back is in the budget again"


def test_a_part_is_paid_where_a_part_was_released(asked: Asked) -> None:
    walk(asked, (*VERIFIED, ("approve", "head"), ("commit", "finance")))
    assert sign(asked, "release", HEAD, amount="80,000").status_code == 303
    said = page(asked, FINANCE)
    assert "Pay a part" in said
    assert "Pay all of it" not in said
    assert "Left to be paid EGP 180,000.00" in said
    whole = sign(asked, "pay", FINANCE, text="Bank 4711")
    assert whole.status_code == 422
    assert "This is not the sum that is left of the grant." in sentences(whole.text)
    said = signed(asked, "pay_part", FINANCE, text="Bank 4711")
    assert "This part is paid. The rest has to be cleared for payment." in said
    assert last(asked) == ("pay_part", Decimal("80000.00"), "committed")
    assert sign(asked, "release", HEAD).status_code == 303
    signed(asked, "pay", FINANCE, text="Bank 4712")
    assert last(asked) == ("pay", Decimal("100000.00"), "paid")


def test_the_fast_track_is_signed_by_a_second_before_the_rest_is_paid(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert sign(asked, "fast_approve", HEAD, text="They come tonight.", **YES).status_code == 303
    signed(asked, "commit", FINANCE)
    refused = sign(asked, "release", HEAD)
    assert "Before the second signature only a small part is paid." in sentences(refused.text)
    assert sign(asked, "release", HEAD, amount="100,000").status_code == 303
    signed(asked, "pay_part", FINANCE, text="Cash, against a receipt")
    assert "Signed. All of it can be paid now." in signed(asked, "countersign", FINANCE, **CHECKED)
    assert sign(asked, "release", HEAD).status_code == 303
    signed(asked, "pay", FINANCE, text="Bank 4712")
    assert asked.state == "paid"


def test_what_finance_found_is_read_by_whoever_decides(asked: Asked) -> None:
    asked.act("submit", "officer")
    unsaid = sign(asked, "verify", FINANCE, **CHECKED | {"check_sanctions": "no"})
    assert unsaid.status_code == 422
    assert "Write what is to be looked at." in sentences(unsaid.text)
    named = CHECKED | {"check_sanctions": "no"}
    signed(asked, "verify", FINANCE, text="A company of the same name is listed.", **named)
    said = page(asked, HEAD)
    assert "Finance found something: look at it before you decide." in said
    assert "A company of the same name is listed." in said


def test_nothing_is_paid_without_proof(asked: Asked) -> None:
    walk(asked, RELEASED)
    answer = sign(asked, "pay", FINANCE)
    assert answer.status_code == 422
    assert asked.state == "released"


def in_boxes(day: date) -> dict[str, Any]:
    return {f"paid_on-{part}": [str(getattr(day, part))] for part in ("day", "month", "year")}


def test_a_payment_says_its_day_which_is_signed_with_it(asked: Asked) -> None:
    began = cairo_day()
    walk(asked, RELEASED)
    form = fields_of(asked.world.client(FINANCE).get(f"/grants/{asked.id}/sign/pay").text)
    assert {name: form[name] for name in form if name.startswith("paid_on")} in (in_boxes(began), in_boxes(cairo_day()))
    for day, why in (
        (cairo_day() + timedelta(days=2), "This day is still to come."),
        (began - timedelta(days=1), "It was not approved yet on this day."),
    ):
        answer = sign(asked, "pay", FINANCE, text="Bank 4711", **in_boxes(day))
        assert answer.status_code == 422
        assert why in sentences(answer.text)
        assert in_boxes(day).items() <= fields_of(answer.text).items(), "what was typed stays"
        assert fields_of(answer.text)["text"] == ["Bank 4711"]
    one_box = {"paid_on": began.isoformat(), "text": "Bank 4711"}
    boxless = {name: value for name, value in form.items() if not name.startswith("paid_on")} | one_box
    answer = asked.world.client(FINANCE).post(f"/grants/{asked.id}/sign/pay", boxless)
    assert answer.status_code == 422, "what is no day is not today"
    nothing = sign(asked, "pay", FINANCE, text="Bank 4711", **dict.fromkeys(in_boxes(began), ""))
    assert "Write the day on which it was paid." in sentences(nothing.text)
    assert "Paid on" in signed(asked, "pay", FINANCE, text="Bank 4711", **in_boxes(began))
    told, step, salt = asked.seen(lambda opened: (opened.told("pay"), opened.steps[-1], opened.grant.payment_salt))
    assert told.paid_on == began
    assert salted("texts", salt, told) == step.texts
    assert salted("texts", salt, msgspec.structs.replace(told, paid_on=began - timedelta(days=1))) != step.texts
    for who in (OFFICER, HEAD):
        assert "Paid on" in page(asked, who)


def test_no_more_is_asked_back_than_was_paid(asked: Asked) -> None:
    walk(asked, (*RELEASED, ("pay", "finance")))
    answer = sign(asked, "ask_back", FINANCE, amount="180,000.01", text="All of it.")
    assert answer.status_code == 422
    assert "This is more than was paid." in sentences(answer.text)
    assert "All of it." in answer.text


@pytest.mark.parametrize(
    ("who", "act", "sentence"),
    [
        (OFFICER, "pay", "A finance officer of the office can."),
        (HEAD, "pay", "A finance officer of the office can."),
        (OFFICER, "commit", "This cannot be done with a grant in the state “Cleared for payment”."),
        (FINANCE, "close", "A grant is closed when receipts are due, or the money came back."),
    ],
)
def test_who_may_not_is_told_why_and_who_can(asked: Asked, who: str, act: str, sentence: str) -> None:
    walk(asked, RELEASED)
    assert sentence in page(asked, who, f"/sign/{act}", status=409)
