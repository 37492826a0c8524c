"""Two requests for one thing: said before anybody signs, to officers by the file, to finance by payee and account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.acting import sentences
from tests.grants.asking import WHO, Asked
from tests.pages.markup import faults
from tests.world import World

TWIN = "Another request for the same purpose is on its way"
NO_TWIN = "No other request for the same purpose is on its way"
ALIKE = "To the same payee or account"


@pytest.fixture
def asked(world: World) -> Asked:
    """A second request for the same person; the first is submitted, and `first` is its id."""
    asked = Asked(world)
    asked.act("submit", "officer")
    asked.first = asked.id  # type: ignore[attr-defined]
    asked.begin("officer")
    return asked


def page(asked: Asked, who: str, rest: str = "") -> str:
    answer = asked.world.client(WHO[who]).get(f"/grants/{asked.id}{rest}")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return sentences(answer.text)


def test_whoever_asks_twice_for_the_same_reads_it_before_it_is_submitted(asked: Any) -> None:
    assert TWIN in page(asked, "officer", "/submit")
    asked.write(purpose="medical")
    assert TWIN not in page(asked, "officer", "/submit")


def test_whoever_decides_reads_that_only_one_of_the_two_can_be_approved(asked: Any) -> None:
    asked.act("submit", "officer")
    said = page(asked, "head")
    assert f"Look at this {NO_TWIN} It stands among the grants above: only one of the two can be approved." in said
    asked.id, second = asked.first, asked.id
    asked.act("reject", "head")
    asked.id = second
    assert f"Done {NO_TWIN}" in page(asked, "head")


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ({}, {}, True),
        ({"payee": "Cairo Chambers"}, {"payee": "CAIRO  chambers."}, True),
        ({"payee": "A", "account": "EG38 0019 0005 0000 0000 2631 8000 2"}, {"payee": "B"}, False),
        (
            {"payee": "A", "account": "EG38 0019 0005 0000 0000 2631 8000 2"},
            {"payee": "B", "account": "Bank Misr, EG380019000500000000263180002, B"},
            True,
        ),
        ({"payee": "A", "account": "Street 12"}, {"payee": "B", "account": "Street 12"}, False),
        ({"payee": "A"}, {"payee": "B"}, False),
    ],
)
def test_finance_finds_what_goes_to_the_same_payee_or_account(
    world: World, first: dict[str, Any], second: dict[str, Any], found: bool
) -> None:
    asked = Asked(world)
    asked.write(**first)
    asked.act("submit", "officer")
    asked.begin("officer")
    asked.write(**second)
    asked.act("submit", "officer")
    for rest in ("", "/sign/verify"):
        said = page(asked, "finance", rest)
        assert (ALIKE in said) == found
        assert ("No other grant of the office goes to the same payee or account." in said) != found
        assert "Salma" not in said


def test_a_draft_is_no_grant_to_be_found_yet(asked: Any) -> None:
    asked.id = asked.first
    assert ALIKE not in page(asked, "finance")


def test_what_was_asked_for_and_what_was_given_are_told_apart(asked: Any) -> None:
    asked.act("submit", "officer")
    asked.id, second = asked.first, asked.id
    for act, who in (("verify", "finance"), ("approve_less", "head")):
        asked.act(act, who)
    asked.id = second
    said = page(asked, "head")
    assert "Asked for EGP 180,000.00 Given €1,908.40" in said
