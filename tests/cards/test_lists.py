"""Lists: narrowed, sorted, a page at a time."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from hrd_cases.cards.lists import NOBODY, Filters, Order, listed
from tests.cards.house import NOW, card

OFFICER = uuid.UUID(int=1)
CASES = [
    card(
        reference="A",
        name="Óscar",
        state="active",
        risk="low",
        country="CO",
        officer_id=OFFICER,
        next_on=date(2026, 12, 1),
    ),
    card(
        reference="B",
        name="amina",
        state="dormant",
        risk="critical",
        country="EG",
        next_on=None,
        themes=("women", "land"),
    ),
    card(
        reference="C",
        name="Zoya",
        state="active",
        risk="high",
        country="BY",
        next_on=date(2026, 11, 25),
        flags=frozenset({"minor"}),
    ),
    card(
        reference="D", name="Борис", state="routed", risk="critical", country="BY", next_on=date(2026, 12, 1), themes=()
    ),
]
RISKS = {"low": 1, "medium": 2, "high": 3, "critical": 4}

NARROWED: list[tuple[dict[str, Any], str]] = [
    ({}, "ABCD"),
    ({"states": {"active"}}, "AC"),
    ({"states": {"active", "routed"}}, "ACD"),
    ({"risks": {"critical"}}, "BD"),
    ({"risks": {"critical"}, "countries": {"BY"}}, "D"),
    ({"countries": {"XX"}}, ""),
    ({"themes": {"women", "media"}}, "B"),
    ({"officers": {OFFICER}}, "A"),
    ({"officers": {NOBODY}}, "BCD"),
    ({"flags": {"minor"}}, "C"),
    ({"next_from": date(2026, 12, 1)}, "AD"),
    ({"next_until": date(2026, 11, 30)}, "C"),
    ({"next_from": date(2026, 11, 25), "next_until": date(2026, 12, 1)}, "ACD"),
    ({"cases": {CASES[0].case_id, CASES[3].case_id}}, "AD"),
    ({"cases": set()}, ""),
]


@pytest.mark.parametrize(("filters", "expected"), NARROWED, ids="-".join)
def test_a_list_is_narrowed(filters: dict[str, Any], expected: str) -> None:
    page = listed(CASES, Filters(**filters), Order.REFERENCE)
    assert "".join(one.reference for one in page.cards) == expected
    assert page.total == len(expected)
    assert [one for one in CASES if Filters(**filters).fit(one)] == sorted(page.cards, key=lambda one: one.reference)


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.NEXT_DATE, "CDAB"), (Order.RISK, "DBCA"), (Order.NAME, "BACD"), (Order.REFERENCE, "ABCD")],
)
def test_a_list_is_sorted(order: Order, expected: str) -> None:
    assert "".join(one.reference for one in listed(CASES, Filters(), order, risks=RISKS).cards) == expected


@pytest.mark.parametrize(("order", "field"), [(Order.UPDATED, "updated_at"), (Order.OPENED, "opened_at")])
def test_the_newest_comes_first(order: Order, field: str) -> None:
    earlier: dict[str, Any] = {field: NOW - timedelta(days=1)}
    older, newer = card(**earlier), card()
    assert listed([older, newer], Filters(), order).cards == [newer, older]


@pytest.mark.parametrize(
    ("number", "shown", "expected"), [(1, 1, "AB"), (2, 2, "CD"), (0, 1, "AB"), (-5, 1, "AB"), (99, 2, "CD")]
)
def test_a_page_at_a_time(number: int, shown: int, expected: str) -> None:
    page = listed(CASES, Filters(), Order.REFERENCE, number=number, size=2)
    assert ("".join(one.reference for one in page.cards), page.number, page.pages, page.total) == (
        expected,
        shown,
        2,
        4,
    )


def test_an_empty_list_has_one_empty_page() -> None:
    assert listed([], Filters()) == ([], 0, 1, 1)


def test_the_order_does_not_hang_on_where_cards_lie() -> None:
    same = [card(reference=f"{number:03}", next_on=None) for number in range(50)]
    assert listed(same, Filters()).cards == listed(same[::-1], Filters()).cards
