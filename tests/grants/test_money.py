"""Money is exact: what officers type, places of currencies, euro and cents; and no binary fraction anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused, Sentence
from hrd_cases.grants import money
from hrd_cases.settings import ROOT
from tests.grants.sample import RATES

D = Decimal


@pytest.mark.parametrize(
    ("currency", "places"),
    [("BHD", 3), ("JOD", 3), ("UGX", 0), ("XAF", 0), ("EGP", 2), ("EUR", 2), ("COP", 2), ("BYN", 2), ("CNY", 2)],
)
def test_a_currency_has_the_places_that_cldr_says(currency: str, places: int) -> None:
    assert money.places(currency) == places
    assert money.smallest(currency) == D(10) ** -places


@pytest.mark.parametrize("currency", ["", "EG", "egp", "XXX", "XTS", "XAU", "DEM", "BYR", "€", "E\u0301GP"])
def test_what_nobody_pays_with_is_no_currency(currency: str) -> None:
    with pytest.raises(Refused, match="no currency"):
        money.places(currency)


TYPED = [
    ("180000", "EGP", "180000.00"),
    ("180,000", "EGP", "180000.00"),
    ("180.000", "EGP", "180000.00"),
    ("180 000", "EGP", "180000.00"),
    ("180\u00a0000", "EGP", "180000.00"),
    ("180\u202f000", "EGP", "180000.00"),
    ("180'000", "EGP", "180000.00"),
    ("180’000.50", "EGP", "180000.50"),
    ("180,000.50", "EGP", "180000.50"),
    ("180.000,50", "EGP", "180000.50"),
    ("180 000,5", "EGP", "180000.50"),
    ("180000,5", "EGP", "180000.50"),
    ("180000.50", "EGP", "180000.50"),
    ("  180000 ", "EGP", "180000.00"),
    ("EGP 180,000", "EGP", "180000.00"),
    ("180,000 EGP", "EGP", "180000.00"),
    ("€ 9.777,78", "EUR", "9777.78"),
    ("9,777.78 €", "EUR", "9777.78"),
    ("52,000,000", "COP", "52000000.00"),
    ("52.000.000", "COP", "52000000.00"),
    ("52 000 000", "COP", "52000000.00"),
    ("1,80,000", "INR", "180000.00"),
    ("12,34,56,789.05", "INR", "123456789.05"),
    ("١٨٠٠٠٠", "EGP", "180000.00"),
    ("١٨٠٬٠٠٠٫٥٠", "EGP", "180000.50"),
    ("١٨٠٬٠٠٠", "EGP", "180000.00"),
    ("١٨٠،٠٠٠", "EGP", "180000.00"),
    ("۱۸۰۰۰۰", "IRR", "180000"),
    ("१८०,०००", "NPR", "180000.00"),
    ("１８０，０００".replace("，", ","), "CNY", "180000.00"),
    ("0.500", "EUR", "0.50"),
    ("0,500", "BHD", "0.500"),
    ("1.2340", "BHD", "1.234"),
    ("1234", "BHD", "1234.000"),
    ("1,234.500", "BHD", "1234.500"),
    ("1,234,567", "BHD", "1234567.000"),
    ("1 234", "BHD", "1234.000"),
    ("12345.678", "BHD", "12345.678"),
    ("1.50", "BHD", "1.500"),
    ("4150.00", "UGX", "4150"),
    ("1,234", "UGX", "1234"),
    ("12.50", "EUR", "12.50"),
    ("007", "EUR", "7.00"),
]


@pytest.mark.parametrize(("typed", "currency", "sum_"), TYPED)
def test_what_officers_type_is_read_as_they_mean_it(typed: str, currency: str, sum_: str) -> None:
    assert money.spelled(money.parse(typed, currency)) == sum_


REFUSED = [
    ("", "EGP", "not a sum"),
    ("much", "EGP", "not a sum"),
    ("180k", "EGP", "not a sum"),
    ("1.8e5", "EGP", "not a sum"),
    ("-180", "EGP", "not a sum"),
    ("NaN", "EGP", "not a sum"),
    ("Infinity", "EGP", "not a sum"),
    ("½", "EGP", "not a sum"),
    ("²", "EGP", "not a sum"),
    ("180,00,0", "EGP", "not a sum"),
    ("1800,000,000", "EGP", "not a sum"),
    ("1.234.56", "EGP", "not a sum"),
    ("1,234.567,8", "EGP", "not a sum"),
    ("1,234 567.00", "EGP", "not a sum"),
    ("1.234,567.00", "EGP", "not a sum"),
    ("12,3 4", "EGP", "not a sum"),
    (",50", "EGP", "not a sum"),
    ("50,", "EGP", "not a sum"),
    ("$180", "EGP", "not a sum"),
    ("180 USD", "EGP", "not a sum"),
    ("€180", "EGP", "not a sum"),
    ("180\n000", "EGP", "not a sum"),
    ("0", "EGP", "more than nothing"),
    ("0.00", "EGP", "more than nothing"),
    ("1.2345", "EGP", "decimal places"),
    ("1234.567", "EGP", "decimal places"),
    ("4150.50", "UGX", "decimal places"),
    ("0.001", "EUR", "decimal places"),
    ("1.234", "BHD", "two ways"),
    ("1,234", "BHD", "two ways"),
    ("٢٥٠٫٥٠٠", "KWD", "two ways"),
    ("1000000000000", "EGP", "as large"),
    ("9" * 400, "EGP", "as large"),
    ("180", "ZZZ", "no currency"),
]


@pytest.mark.parametrize(("typed", "currency", "why"), REFUSED)
def test_what_is_no_sum_is_refused_with_what_to_write(typed: str, currency: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        money.parse(typed, currency)
    reason, instead = refused.value.said()
    assert why in reason
    assert instead.endswith(".")
    assert isinstance(refused.value.reason, Sentence)
    assert "%(" not in reason + instead


def test_what_can_be_read_in_two_ways_is_answered_by_two_that_cannot() -> None:
    with pytest.raises(Refused) as refused:
        money.parse("1.234", "BHD")
    assert refused.value.said()[1] == "Write 1234, or 1.2340."
    assert [money.parse(one, "BHD") for one in ("1234", "1.2340")] == [D(1234), D("1.234")]


@given(st.integers(1, 10**14), st.sampled_from(["EGP", "BHD", "UGX", "EUR"]), st.sampled_from([" ", "’", "\u202f"]))
def test_a_sum_grouped_by_what_only_groups_is_read_back(units: int, currency: str, group: str) -> None:
    amount = D(units).scaleb(-money.places(currency))
    if amount >= money.MOST:
        return
    said = f"{amount:,f}".replace(",", group) + ("0" if currency == "BHD" else "")
    assert money.parse(said, currency) == amount
    assert money.parse(money.retyped(amount, currency), currency) == amount


@given(st.text(max_size=12) | st.text("0123456789.,’ ٠٬٫EGP€-", max_size=12))
def test_whatever_is_typed_it_is_a_sum_or_a_sentence(typed: str) -> None:
    for currency in ("EGP", "BHD", "UGX"):
        with suppress(Refused):
            amount = money.parse(typed, currency)
            assert 0 < amount < money.MOST
            assert amount.as_tuple().exponent == -money.places(currency)


# -- euro


@pytest.mark.parametrize(
    ("amount", "currency", "euro"),
    [
        ("180000", "EGP", "3435.11"),
        ("52000000", "COP", "11555.56"),
        ("44000000", "COP", "9777.78"),
        ("1.234", "BHD", "3.02"),
        ("1000000", "UGX", "240.96"),
        ("655957", "XAF", "1000.00"),
    ],
)
def test_the_sums_of_the_sample_world(amount: str, currency: str, euro: str) -> None:
    assert money.in_euro(D(amount), RATES[currency]) == D(euro)


@pytest.mark.parametrize(
    ("amount", "rate", "euro"),
    [
        ("0.01", "2", "0.01"),
        ("0.03", "2", "0.02"),
        ("0.01", "2.0000001", "0.00"),
        ("1", "3", "0.33"),
        ("2", "3", "0.67"),
    ],
)
def test_a_half_cent_is_rounded_up(amount: str, rate: str, euro: str) -> None:
    """Council Regulation (EC) No 1103/97, article 5."""
    assert money.in_euro(D(amount), D(rate)) == D(euro)


@given(
    st.decimals("0.001", "999999999999", places=3),
    st.decimals("0.000001", "999999999", places=6),
)
def test_euro_are_rounded_once_and_exactly(amount: Decimal, rate: Decimal) -> None:
    true = Fraction(amount) / Fraction(rate)
    nearest = Fraction(int(true * 100 + Fraction(1, 2)), 100)
    assert Fraction(money.in_euro(amount, rate)) == nearest


@given(st.integers(0, 10**16))
def test_cents_are_whole(count: int) -> None:
    assert money.cents(money.from_cents(count)) == count


def test_the_ledger_takes_no_part_of_a_cent() -> None:
    with pytest.raises(ValueError, match="whole cents"):
        money.cents(D("0.005"))


# -- no binary fraction


def is_path(node: ast.BinOp | ast.AugAssign) -> bool:
    right = node.right if isinstance(node, ast.BinOp) else node.value
    return isinstance(right, ast.Constant) and isinstance(right.value, str)


def binary_fractions(code: ast.AST) -> Iterator[str]:
    """What would make, or let pass, a number that is not exact."""
    for node in ast.walk(code):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{line}: {node.value}"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not is_path(node):
            yield f"{line}: /"
        elif isinstance(node, ast.Name) and node.id in {"float", "round"}:
            yield f"{line}: {node.id}"
        elif isinstance(node, ast.alias) and node.name.split(".")[0] in {"math", "statistics", "json", "random"}:
            yield f"{line}: {node.name}"
        elif isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", getattr(node, "attr", "")) in {
            "Numeric",
            "Float",
            "REAL",
            "Double",
        }:
            yield f"{line}: a column that SQLite keeps as a binary fraction"


def test_no_binary_fraction_is_in_the_room() -> None:
    paths = sorted((ROOT / "hrd_cases" / "grants").rglob("*.py"))
    assert paths
    found = [f"{path.name}:{one}" for path in paths for one in binary_fractions(ast.parse(path.read_text("utf-8")))]
    assert not found, f"money is Decimal, or whole cents: {found}"


@pytest.mark.parametrize(
    "planted", ["x = 0.1", "x = a / b", "x /= 2", "float(x)", "round(x)", "import math", "c = mapped_column(Numeric)"]
)
def test_the_rule_about_fractions_sees_each_way(planted: str) -> None:
    assert list(binary_fractions(ast.parse(planted)))


def test_the_files_of_rates_and_funds_hold_no_binary_fraction() -> None:
    import tomllib

    for name in ("funds.toml", "grants.toml"):
        text = (Path(ROOT) / "config" / name).read_text("utf-8")
        tomllib.loads(text, parse_float=lambda said: pytest.fail(f"write {said} in quotes"))
