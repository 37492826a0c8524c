"""Funds and times are data: what is unfit stops the start with a sentence; each rule of a fund has its cases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from hrd_cases.calendar import office_calendar
from hrd_cases.errors import Refused, Unfit
from hrd_cases.grants import funds, money
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.funds import FUNDS, Earlier, Fund, Retroactive, over_ceiling, paid_when, too_late, twice
from hrd_cases.settings import CONFIG, ROOT
from tests.grants.sample import RATES

D = Decimal
FUND = FUNDS.fund["emergency"]
TEXT = (CONFIG / "funds.toml").read_text(encoding="utf-8")


def test_the_figures_are_the_domain_s() -> None:
    assert (FUND.ceiling, FUND.cumulative, FUND.retroactive) == (D(10_000), False, Retroactive.URGENT)
    assert (FUNDS.decide_critical_clock_hours, FUNDS.decide_other_working_days) == (48, 5)
    assert (FUNDS.fast_most, FUNDS.fast_second_working_days, FUNDS.receipts_days) == (D(3000), 2, 90)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("52000000", "COP", "It is worth €11,555.56: more than a grant of this fund may be, €10,000.00."),
        ("44000000", "COP", None),
        ("180000", "EGP", None),
        ("10000.00", "EUR", None),
        ("10000.01", "EUR", "It is worth €10,000.01: more than a grant of this fund may be, €10,000.00."),
    ],
)
def test_a_grant_is_at_most_the_ceiling(amount: str, currency: str, said: str | None) -> None:
    refused = over_ceiling(FUND, money.in_euro(D(amount), RATES.get(currency, D(1))))
    assert (refused.said()[0] if refused else None) == said


CUMULATIVE = Fund(**{**vars(FUND), "cumulative": True})
NEVER = Fund(**{**vars(FUND), "retroactive": Retroactive.NEVER})


@pytest.mark.parametrize(
    ("fund", "purpose", "earlier", "refused"),
    [
        (FUND, "legal_support", [], False),
        (FUND, "legal_support", [Earlier("emergency", "legal_support", given=True)], True),
        (FUND, "legal_support", [Earlier("emergency", "legal_support", given=False)], False),
        (FUND, "medical", [Earlier("emergency", "legal_support", given=True)], False),
        (FUND, "legal_support", [Earlier("another", "legal_support", given=True)], False),
        (CUMULATIVE, "legal_support", [Earlier("emergency", "legal_support", given=True)], False),
    ],
)
def test_a_grant_is_not_cumulative_for_the_same_purpose(
    fund: Fund, purpose: str, earlier: list[Earlier], refused: bool
) -> None:
    assert twice(fund, purpose, earlier) is refused


@pytest.mark.parametrize(
    ("fund", "spent_on", "reason", "why"),
    [
        (FUND, None, "", None),
        (FUND, date(2026, 11, 19), "", None),
        (FUND, date(2026, 11, 18), "", "could not wait"),
        (FUND, date(2026, 11, 18), "  ", "could not wait"),
        (FUND, date(2026, 11, 18), "The hospital wanted money at the door.", None),
        (NEVER, date(2026, 11, 18), "The hospital wanted money at the door.", "nothing that was spent before"),
        (NEVER, date(2026, 11, 19), "", None),
    ],
)
def test_what_was_spent_before_is_paid_where_the_fund_allows(
    fund: Fund, spent_on: date | None, reason: str, why: str | None
) -> None:
    refused = too_late(fund, spent_on, date(2026, 11, 19), reason)
    assert (refused is None) is (why is None)
    assert why is None or (refused is not None and why in refused.said()[0])


@pytest.mark.parametrize(
    ("paid_on", "why"),
    [
        (date(2026, 11, 15), "not approved yet"),
        (date(2026, 11, 16), None),
        (date(2026, 11, 19), None),
        (date(2026, 11, 20), "still to come"),
    ],
)
def test_it_is_paid_after_it_was_approved_and_not_tomorrow(paid_on: date, why: str | None) -> None:
    refused = paid_when(paid_on, date(2026, 11, 16), date(2026, 11, 19))
    assert (refused is None) is (why is None)
    assert why is None or (refused is not None and why in refused.said()[0])


@pytest.mark.parametrize(("first", "last", "years"), [(2024, 0, {2024, 2025, 2099}), (2024, 2025, {2024, 2025})])
def test_a_fund_has_envelopes_in_its_years(first: int, last: int, years: set[int]) -> None:
    fund = Fund(**{**vars(FUND), "first_year": first, "last_year": last})
    assert {year for year in (2023, 2024, 2025, 2099) if fund.open_in(year)} == years


@pytest.mark.parametrize(("released", "small"), [("0", True), ("3000.00", True), ("3000.01", False)])
def test_little_is_paid_before_the_second_signature(released: str, small: bool) -> None:
    assert funds.small(D(released)) is small


CAIRO = office_calendar("Africa/Cairo", ("fri", "sat"))


def test_times_are_the_office_s_and_critical_ones_run_day_and_night() -> None:
    thursday = datetime(2026, 11, 19, 13, tzinfo=UTC)  # 15:00 in Cairo, the weekend follows
    assert funds.decision_due_at(thursday, critical=True, calendar=CAIRO) == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert funds.decision_due_at(thursday, critical=False, calendar=CAIRO) == datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert funds.second_signature_due_at(thursday, CAIRO) == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert funds.receipts_due_on(date(2026, 11, 19)) == date(2027, 2, 17)


UNFIT = [
    ('ceiling = "10000.00"', "ceiling = 10000.00", "in quotes"),
    ('ceiling = "10000.00"', 'ceiling = "10000.001"', "in quotes"),
    ('ceiling = "10000.00"', 'ceiling = "0"', "in quotes"),
    ('ceiling = "10000.00"', 'ceiling = "much"', "in quotes"),
    ("cumulative = false", "cumulative = 0", "true or false"),
    ('retroactive = "urgent"', 'retroactive = "always"', "one of never, urgent"),
    ("last_year = 0", "last_year = 2013", "not before the first"),
    ("first_year = 2014", "first_year = 0", "whole number"),
    ('name = "Emergency fund for human rights defenders"', 'name = " "', "name in quotes"),
    ("[fund.emergency]", "[fund.Emergency]", "short ascii code"),
    ("cumulative = false", "", "missing in fund.emergency"),
    ("critical_clock_hours = 48", "critical_clock_hours = 0", "whole number"),
    ("days = 90", "days = true", "whole number"),
    ("days = 90", "days = 90\nmore = 1", "missing in receipts or unknown"),
    ("[receipts]", "[receipt]", "missing in it or unknown"),
    ("[decide]", "[decide", "cannot be read"),
]


@pytest.mark.parametrize(("good", "bad", "why"), UNFIT)
def test_what_is_unfit_stops_the_start_with_a_sentence(good: str, bad: str, why: str) -> None:
    assert good in TEXT
    with pytest.raises(Unfit, match=why):
        funds.read(TEXT.replace(good, bad, 1))


def test_without_a_fund_nothing_starts() -> None:
    with pytest.raises(Unfit, match="no fund"):
        funds.read("fund = 1\n" + TEXT[TEXT.index("[decide]") :])


# -- the lists

CHOSEN = {"grant_purpose": 11, "grant_beneficiary": 5, "grant_channel": 5, "grant_danger": 7, "reject_reason": 8}
FIXED = {"grant_test", "grant_check", "grant_state", "grant_act", "accounted_by"}


def test_every_list_somebody_chooses_from_ends_with_other() -> None:
    assert set(CODES.lists) == FIXED | set(CHOSEN)
    for name, count in CHOSEN.items():
        assert list(CODES[name])[-1] == "other"
        assert len(list(CODES[name])) == count
    assert {name for name, listed in CODES.lists.items() if not listed.takes_text} == FIXED


@pytest.mark.parametrize("name", CODES.lists)
def test_two_codes_of_a_list_are_never_called_the_same(name: str) -> None:
    labels = list(CODES[name].labels.values())
    assert len(set(labels)) == len(labels)


def test_the_translators_get_every_name() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    for name in ("grants", "funds"):
        method = [(pattern, how) for pattern, how in methods if pattern == f"config/{name}.toml"]
        found = {str(one[2]) for one in extract_from_dir(ROOT, method, options)}
        wanted = {str(label) for listed in CODES.lists.values() for label in listed.labels.values()}
        assert found == (wanted if name == "grants" else {str(fund.name) for fund in FUNDS.fund.values()})


def test_a_refusal_is_one_of_ours() -> None:
    with pytest.raises(Refused, match="no currency"):
        money.exact(D(1), "ZZZ")
