"""Lists: narrowed, sorted, a page at a time."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from hrd_cases.cards.card import Card
from hrd_cases.cards.heads import name_to_sort_by, packed_codes, packed_dues, packed_head
from hrd_cases.cards.lines import Lines
from hrd_cases.cards.lists import NOBODY, Filters, Order, Page, listed
from hrd_cases.cards.packing import Packed, read_card, read_segment, split_ids
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


def lines_of(cards: list[Card]) -> Lines:
    """As they come out of segments: the cards of one are on the next one's border."""
    parts = []
    for some in (cards[:2], cards[2:]):
        packed = Packed()
        for one in some:
            packed.put(one)
        segment = read_segment(packed.whole())
        assert segment is not None
        parts.append((uuid.UUID(int=0), segment))
    return Lines.of(parts, [])


def shown(cards: list[Card], filters: Filters, *order: Order, **more: Any) -> tuple[list[Card], Page]:
    lines = lines_of(cards)
    page = listed(lines, filters, *order, **more)
    return lines.cards(page.lines), page


def references(cards: list[Card]) -> str:
    return "".join(one.reference for one in cards)


@pytest.mark.parametrize(("filters", "expected"), NARROWED, ids="-".join)
def test_a_list_is_narrowed(filters: dict[str, Any], expected: str) -> None:
    cards, page = shown(CASES, Filters(**filters), Order.REFERENCE)
    assert references(cards) == expected
    assert page.total == len(expected)
    assert [one for one, fits in zip(CASES, Filters(**filters).fits(lines_of(CASES)), strict=True) if fits] == cards


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.NEXT_DATE, "CDAB"), (Order.RISK, "DBCA"), (Order.NAME, "BACD"), (Order.REFERENCE, "ABCD")],
)
def test_a_list_is_sorted(order: Order, expected: str) -> None:
    assert references(shown(CASES, Filters(), order, risks=RISKS)[0]) == expected


@pytest.mark.parametrize(("order", "field"), [(Order.UPDATED, "updated_at"), (Order.OPENED, "opened_at")])
def test_the_newest_comes_first(order: Order, field: str) -> None:
    earlier: dict[str, Any] = {field: NOW - timedelta(days=1)}
    older, newer = card(**earlier), card()
    assert shown([older, newer], Filters(), order)[0] == [newer, older]


@pytest.mark.parametrize(
    ("number", "given", "expected"), [(1, 1, "AB"), (2, 2, "CD"), (0, 1, "AB"), (-5, 1, "AB"), (99, 2, "CD")]
)
def test_a_page_at_a_time(number: int, given: int, expected: str) -> None:
    cards, page = shown(CASES, Filters(), Order.REFERENCE, number=number, size=2)
    assert (references(cards), page.number, page.pages, page.total) == (expected, given, 2, 4)


def test_an_empty_list_has_one_empty_page() -> None:
    assert listed(Lines(), Filters()) == ([], 0, 1, 1)


def test_the_order_does_not_hang_on_where_cards_lie() -> None:
    same = [card(reference=f"{number:03}", next_on=None) for number in range(50)]
    assert shown(same, Filters())[0] == shown(same[::-1], Filters())[0]


def test_names_are_sorted_beside_their_bare_letters_and_the_nameless_come_last() -> None:
    cards = [card(name=name) for name in ("", "Zoë", "Édith", "edgar", "Eva", "")]
    assert [one.name for one in shown(cards, Filters(), Order.NAME)[0]] == ["edgar", "Édith", "Eva", "Zoë", "", ""]


def test_columns_follow_their_cards() -> None:
    """Whatever was added, exchanged and taken away, the columns are those of the cards that are there."""
    rng, packed, there = random.Random(4), Packed(), dict[uuid.UUID, Card]()
    pool = [*CASES, *(card(name=f"Name {number}") for number in range(20))]
    for _ in range(300):
        one = rng.choice(pool)
        if one.case_id in there and rng.random() < 0.4:
            packed.take_away(one.case_id)
            del there[one.case_id]
        else:
            there[one.case_id] = msgspec.structs.replace(
                one, state=rng.choice(("active", "dormant")), name=rng.choice("ÁBc")
            )
            packed.put(there[one.case_id])
        segment = read_segment(packed.whole())
        assert segment is not None
        cards = [there[uuid.UUID(bytes=name)] for name in split_ids(segment.ids)]
        assert len(cards) == len(there)
        for column, made in ((segment.heads, packed_head), (segment.dues, packed_dues), (segment.codes, packed_codes)):
            assert list(column) == [made(one) for one in cards]
        assert [read_card(one) for one in segment.cards] == cards
        assert [one.decode() for one in segment.names] == [name_to_sort_by(one.name) for one in cards]
