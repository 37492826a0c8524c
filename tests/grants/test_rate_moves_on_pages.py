"""A rate that moves between approval and payment, as finance and the head meet it on their pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import pytest

from hrd_cases.grants.rates import following, month_of
from hrd_cases.grants.requests import Worded
from tests.cases.acting import sentences
from tests.grants.asking import Asked
from tests.grants.test_budget_pages import CHIEF
from tests.grants.test_cells_on_pages import CHECKED
from tests.grants.test_deciding_pages import YES, last, page
from tests.grants.test_paying_pages import FINANCE, HEAD, signed
from tests.grants.test_rate_pages import look, take
from tests.world import World

NEXT_MONTH = following(month_of(datetime.now(UTC).date()))
ITS_SECOND_DAY = datetime(int(NEXT_MONTH[:4]), int(NEXT_MONTH[5:]), 2, 12, tzinfo=UTC)
OVER = "It is worth €11,000.00: more than a grant of this fund may be, €10,000.00."


@pytest.fixture
def cleared(world: World) -> Asked:
    """COP 44,000,000, worth €9,777.78 when it was approved, and cleared for payment."""
    asked = Asked(world)
    asked.write(lines=(Worded("legal_support", "Counsel", Decimal(1), Decimal(44_000_000)),), currency="COP")
    asked.act("submit", "officer")
    signed(asked, "verify", FINANCE, **CHECKED)
    assert "€9,777.78" in page(asked, HEAD)
    signed(asked, "approve", HEAD, **YES)
    signed(asked, "commit", FINANCE)
    signed(asked, "release", HEAD)
    return asked


@pytest.fixture
def moved(cleared: Asked, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The same grant, a month later: on the pages of grants; the session of whoever reads them goes on."""
    passed = ITS_SECOND_DAY - datetime.now(UTC)

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + passed

    for room in ("views.signing", "views.steps", "views.budgets", "views.rates", "overview"):
        monkeypatch.setattr(f"hrd_cases.grants.{room}.datetime", Later)
    assert passed > timedelta(0)
    return cleared


def taken_in(world: World, rate: int) -> None:
    chief = world.client(CHIEF)
    answer = take(chief, look(chief, f"currency,month,rate\nCOP,{NEXT_MONTH},{rate}"))
    assert answer.status_code == 303, sentences(answer.text)


def test_before_the_rate_of_the_month_is_there_nothing_is_paid(moved: Asked) -> None:
    said = page(moved, FINANCE, "/sign/pay", 409)
    assert "There is no accounting rate for this month." in said
    assert moved.state == "released"


def test_over_the_ceiling_it_goes_back_to_the_head_who_approves_less(moved: Asked) -> None:
    taken_in(moved.world, 4000)
    assert OVER in page(moved, FINANCE), "before anybody pays"
    for act in ("pay", "pay_part"):
        assert OVER in page(moved, FINANCE, f"/sign/{act}", 409)
    assert last(moved)[0] == "release", "nothing was paid"
    said = signed(moved, "approve_anew", FINANCE, **CHECKED)
    assert "It is back with whoever approves." in said
    assert moved.state == "verified"
    assert OVER in page(moved, HEAD, "/sign/approve", 409)
    signed(moved, "approve_less", HEAD, amount="40,000,000", text="What the rate leaves.", **YES)
    assert last(moved) == ("approve_less", Decimal("40000000.00"), "approved")
    assert moved.seen(lambda opened: opened.sums.approved) == 1_000_000


def test_a_rate_that_moved_below_it_is_paid_at_the_rate_of_its_month(moved: Asked) -> None:
    taken_in(moved.world, 4400)
    signed(moved, "pay", FINANCE, text="Bank 4711")
    assert moved.seen(lambda opened: (opened.sums.approved, opened.sums.paid)) == (1_000_000, 1_000_000)
