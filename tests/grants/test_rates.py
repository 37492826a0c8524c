"""Monthly accounting rates: a file is taken in whole, or refused with the line and what is wrong with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused
from hrd_cases.grants import rates
from hrd_cases.grants.rates import added, following, rate_of
from tests.grants.sample import FILE, RATES, STORED

D = Decimal
TODAY = date(2026, 11, 19)
HEAD = "currency,month,rate\n"


def test_the_file_of_the_sample_world_is_taken_in() -> None:
    lines = added(FILE.encode(), {}, TODAY)
    assert {line.currency: line.rate for line in lines} == RATES
    assert {line.month for line in lines} == {"2026-11"}


READ = {
    "a byte order mark": "\ufeffcurrency,month,rate\nEGP,2026-11,52.40\n",
    "semicolons and decimal commas": "currency;month;rate\nEGP;2026-11;52,40\n",
    "tabs": "currency\tmonth\trate\nEGP\t2026-11\t52.40\n",
    "lines of Windows": "currency,month,rate\r\nEGP,2026-11,52.40\r\n",
    "lines of old": "currency,month,rate\rEGP,2026-11,52.40\r",
    "no last line end": "currency,month,rate\nEGP,2026-11,52.40",
    "empty lines": "\n\ncurrency,month,rate\n\nEGP,2026-11,52.40\n,,\n\n",
    "quotes": '"currency","month","rate"\n"EGP","2026-11","52,40"\n',
    "spaces": " Currency , MONTH , rate \n EGP , 2026-11 , 52.40 \n",
}


@pytest.mark.parametrize("spelling", READ)
def test_each_way_a_table_is_saved_is_read(spelling: str) -> None:
    [line] = added(READ[spelling].encode(), {}, TODAY)
    assert line[1:] == ("EGP", "2026-11", D("52.40"))


WRONG = [
    ("", "first line must name"),
    ("EGP,2026-11,52.40\n", "first line must name"),
    ("currency,rate,month\nEGP,52.40,2026-11\n", "first line must name"),
    (HEAD, "no rate in this file"),
    (HEAD + "EGP,2026-11\n", "Line 2 has not three cells"),
    (HEAD + "EGP,2026-11,52,40\n", "Line 2 has not three cells"),
    (HEAD + "EGP,2026-11,52.40\nEGQ,2026-11,3\n", "Line 3: “EGQ” is no currency"),
    (HEAD + "egp,2026-11,52.40\n", "“egp” is no currency"),
    (HEAD + "DEM,2026-11,1.95583\n", "no currency"),
    (HEAD + "XAU,2026-11,0.0003\n", "no currency"),
    (HEAD + "EGP,2026-13,52.40\n", "“2026-13” is no month"),
    (HEAD + "EGP,2026-00,52.40\n", "no month"),
    (HEAD + "EGP,11/2026,52.40\n", "no month"),
    (HEAD + "EGP,2026-11-01,52.40\n", "no month"),
    (HEAD + "EGP,1998-12,52.40\n", "no month"),
    (HEAD + "EGP,٢٠٢٦-١١,52.40\n", "no month"),
    (HEAD + "EGP,2027-01,52.40\n", "2027-01 is not known yet"),
    (HEAD + "EGP,2026-11,\n", "no rate"),
    (HEAD + "EGP,2026-11,0\n", "“0” is no rate"),
    (HEAD + "EGP,2026-11,-52.40\n", "no rate"),
    (HEAD + "EGP,2026-11,5.24e1\n", "no rate"),
    (HEAD + "EGP,2026-11,NaN\n", "no rate"),
    (HEAD + 'EGP,2026-11,"1,234.50"\n', "no rate"),
    (HEAD + "EGP,2026-11,1 234\n", "no rate"),
    (HEAD + "EGP,2026-11,1234567890\n", "no rate"),
    (HEAD + "EGP,2026-11,52.40\nEGP,2026-11,52.40\n", "Line 3: EGP 2026-11 stands in line 2 already"),
    (HEAD + "EUR,2026-11,1.01\n", "one euro is one euro"),
    (HEAD + "EGP,2026-08,50\nEGP,2026-11,52.40\n", "no rate for 2026-09"),
    (HEAD + 'EGP,2026-11,"52.40\n', "no table of rates"),
    (HEAD + "EGP,2026-11,52.40\x00\n", "no rate"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_what_is_wrong_is_said_with_its_line(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        added(text.encode(), {}, TODAY)
    reason, instead = refused.value.said()
    assert why in reason
    assert instead.endswith(".")
    assert "%(" not in reason + instead


def test_every_wrong_line_is_named() -> None:
    looked = rates.look(
        (HEAD + "EGP,2026-11,x\nEGQ,2026-11,3\nCOP,2026-11,4500\nCOP,2026-11,4501\n").encode(), {}, TODAY
    )
    assert [refused.said()[0][:7] for refused in looked.wrong] == ["Line 2:", "Line 3:", "Line 5:"]
    gaps = rates.look((HEAD + "EGP,2026-11,52\nCOP,2026-11,4500\n").encode(), OLD, TODAY)
    assert ["2026-10" in refused.said()[0] for refused in gaps.wrong] == [True, True]


OLD = {("EGP", "2026-09"): D(50), ("COP", "2026-09"): D(4000)}


@pytest.mark.parametrize(
    ("before", "rate", "percent", "far"),
    [
        (D(50), D(60), D(20), False),
        (D(50), D("60.01"), D("20.02"), True),
        (D(50), D(40), D(-20), False),
        (D(50), D("39.99"), D("-20.02"), True),
        (D(50), D(50), D(0), False),
        (None, D(50), None, False),
    ],
)
def test_a_rate_far_from_the_month_before_is_pointed_to(
    before: Decimal | None, rate: Decimal, percent: Decimal | None, far: bool
) -> None:
    stored = {("EGP", "2026-10"): before} if before is not None else {}
    line = rates.Line(2, "EGP", "2026-11", rate)
    assert rates.compared([line], stored, 20) == [rates.Change(line, before, percent, far)]


def test_of_two_months_in_one_file_the_second_is_compared_with_the_first() -> None:
    lines = [rates.Line(2, "EGP", "2026-11", D(60)), rates.Line(3, "EGP", "2026-10", D(50))]
    assert [one.before for one in rates.compared(lines, {("EGP", "2026-09"): D(40)}, 20)] == [D(50), D(40)]


@pytest.mark.parametrize("content", [b"\xff\xfec\x00u\x00", b"\xe9", b"x" * (rates.MOST_BYTES + 1)])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"UTF-8|too large"):
        added(content, {}, TODAY)


def test_what_is_stored_does_not_change_and_is_not_stored_twice() -> None:
    assert added(FILE.encode(), STORED, TODAY) == []
    assert [one.month for one in added((HEAD + "EGP,2026-11,52.4\nEGP,2026-12,53\n").encode(), STORED, TODAY)] == [
        "2026-12"
    ]
    with pytest.raises(Refused, match=r"EGP 2026-11 was taken in as 52\.40 and does not change"):
        added((HEAD + "EGP,2026-11,52.41\n").encode(), STORED, TODAY)


def test_a_month_that_is_missing_between_what_is_stored_and_what_comes_is_named() -> None:
    stored = {("EGP", "2026-09"): D(50)}
    with pytest.raises(Refused, match="EGP has no rate for 2026-10"):
        added((HEAD + "EGP,2026-11,52.40\n").encode(), stored, TODAY)
    with pytest.raises(Refused, match="EGP has no rate for 2026-08"):
        added((HEAD + "EGP,2026-07,52.40\n").encode(), stored, TODAY)
    assert len(added((HEAD + "EGP,2026-10,51\nEGP,2026-11,52.40\n").encode(), stored, TODAY)) == 2
    assert len(added((HEAD + "COP,2026-11,4500\n").encode(), stored, TODAY)) == 1


def test_the_rate_of_a_month() -> None:
    assert rate_of(STORED, "EGP", "2026-11") == D("52.40")
    assert rate_of(STORED, "EUR", "2031-01") == 1
    with pytest.raises(Refused) as refused:
        rate_of(STORED, "EGP", "2026-12")
    assert refused.value.said()[0] == "There is no accounting rate of EGP for 2026-12."


@pytest.mark.parametrize(
    ("month", "after"), [("2026-11", "2026-12"), ("2026-12", "2027-01"), ("1999-09", "1999-10"), ("2099-12", "2100-01")]
)
def test_the_month_after(month: str, after: str) -> None:
    assert following(month) == after


_months = st.dates(date(1999, 1, 1), date(2026, 11, 1)).map(rates.month_of)
_rates = st.decimals("0.000000001", "999999999", places=9)


@given(
    st.dictionaries(
        st.sampled_from(["EGP", "COP", "BHD"]), st.tuples(_months, st.lists(_rates, min_size=1, max_size=4))
    )
)
def test_what_follows_month_by_month_is_read_back(series: dict[str, tuple[str, list[Decimal]]]) -> None:
    written, text = {}, "currency;month;rate\n"
    for currency, (first, values) in series.items():
        month = first
        for value in values:
            if month <= "2026-12":
                written[currency, month] = value
                text += f"{currency};{month};{value:f}\n".replace(".", ",")
            month = following(month)
    if written:
        assert {(line.currency, line.month): line.rate for line in added(text.encode(), {}, TODAY)} == written


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.text('EGP,;\t\n\r"2026-11.', max_size=60).map(lambda s: (HEAD + s).encode())
)
def test_whatever_the_file_is_it_is_rates_or_a_sentence(content: bytes) -> None:
    with suppress(Refused):
        assert added(content, {}, TODAY)
