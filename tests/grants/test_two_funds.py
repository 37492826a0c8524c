"""Where there are two funds, each with rules of its own, a grant keeps those of the one that it is paid from."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hrd_cases.cases.models import Case
from hrd_cases.errors import Refused, Sentence
from hrd_cases.grants import ledger
from hrd_cases.grants.funds import FUNDS, Retroactive
from hrd_cases.grants.ledger import By
from tests.grants.asking import LINES, Asked
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.world import World

LARGE, SPENT = {"lines": (LINES[0]._replace(unit_price=Decimal(250_000)),)}, {"spent_reason": "It could not wait."}
"""EGP 750,000 are €14,312.98."""


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The office has money of both."""
    wide = dataclasses.replace(
        FUNDS.fund["emergency"], code="wide", name=Sentence("Wide fund"), ceiling=Decimal(20_000),
        cumulative=True, retroactive=Retroactive.NEVER,
    )  # fmt: skip
    monkeypatch.setitem(vars(FUNDS), "fund", {**FUNDS.fund, "wide": wide})
    asked = Asked(world)
    with world.acting("head1.hq") as (session, chief):
        office_id, now = session.get_one(Case, asked.file.id).office_id, datetime.now(UTC)
        envelope = ledger.envelope_of(session, office_id, "wide", now.year, now)
        ledger.allot(session, By(chief.member_id, chief.ring.keys), envelope, 5_000_000, now)
    return asked


def before() -> dict[str, Any]:
    return SPENT | {"spent_on": datetime.now(UTC).date() - timedelta(days=20)}


@pytest.mark.parametrize(
    ("says", "fund", "why"),
    [
        (dict, "emergency", ""),
        (dict, "wide", ""),
        (lambda: LARGE, "emergency", "more than a grant of this fund may be"),
        (lambda: LARGE, "wide", ""),
        (before, "emergency", ""),
        (before, "wide", "This fund pays nothing that was spent before the request."),
    ],
)
def test_what_is_approved_keeps_the_rules_of_its_fund(asked: Asked, says: Any, fund: str, why: str) -> None:
    asked.write(**says())
    walk(asked, VERIFIED)
    if why:
        with pytest.raises(Refused, match=why):
            asked.act("approve", "head", fund=fund)
    else:
        asked.act("approve", "head", fund=fund)
        assert asked.state == "approved"


@pytest.mark.parametrize(("fund", "twice"), [("emergency", True), ("wide", False)])
def test_a_second_grant_for_the_same_purpose_is_of_the_fund_that_gives_two(
    asked: Asked, fund: str, twice: bool
) -> None:
    walk(asked, VERIFIED)
    asked.act("approve", "head", fund=fund)
    asked.begin("officer")
    walk(asked, VERIFIED)
    if twice:
        with pytest.raises(Refused, match="There was a grant of this fund for the same purpose"):
            asked.act("approve", "head", fund=fund)
        asked.act("approve", "head", fund="wide")
    else:
        asked.act("approve", "head", fund=fund)


def test_at_headquarters_too(asked: Asked) -> None:
    asked.begin("head")
    asked.write("head", **before())
    for act, who in (("submit", "head"), ("verify", "finance")):
        asked.act(act, who)
    with pytest.raises(Refused, match="This fund pays nothing that was spent before the request"):
        asked.act("approve", "approver", fund="wide")
    asked.act("approve", "approver", fund="emergency")


def test_without_the_fund_of_the_sample_world_the_other_one_is_asked(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(FUNDS), "fund", {"wide": FUNDS.fund["wide"]})
    walk(asked, (*VERIFIED, ("approve", "head")))
    assert asked.state == "approved"
