"""Which treaty bound which state on which day: nothing is held against a state that it had not accepted."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Unfit
from hrd_cases.offices.countries import CODES as COUNTRIES
from hrd_cases.settings import CONFIG
from hrd_cases.trials import treaties
from hrd_cases.trials.checklist import ARTICLES, ITEMS
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.treaties import BINDING, NEVER, OTHERWISE, TABLE, Treaty, articles, columns, to_check

TODAY = "2026-11-22"
TODAY_IS = date.fromisoformat(TODAY)
ALL = "iccpr cat echr echr_p7"

SHOWN = [
    # Egypt ratified both; no other treaty of these is open to it
    ("EG", TODAY, "iccpr cat"),
    ("EG", "1982-04-13", ""),
    ("EG", "1982-04-14", "iccpr"),
    ("EG", "1987-06-25", "iccpr"),
    ("EG", "1987-06-26", "iccpr cat"),
    # Belarus never joined the Council of Europe
    ("BY", TODAY, "iccpr cat"),
    ("BY", "1976-03-22", ""),
    ("BY", "1976-03-23", "iccpr"),
    # Russia left it: bound until 16 September 2022
    ("RU", "1998-05-04", "iccpr cat"),
    ("RU", "1998-05-05", "iccpr cat echr"),
    ("RU", "2022-09-15", ALL),
    ("RU", "2022-09-16", "iccpr cat"),
    ("RU", TODAY, "iccpr cat"),
    # China signed the Covenant in 1998 and has not ratified it; in Hong Kong and Macao it went on
    ("CN", TODAY, "cat"),
    ("HK", TODAY, "iccpr cat"),
    ("MO", TODAY, "iccpr cat"),
    ("MO", "1999-12-19", ""),
    # the United Kingdom never signed Protocol No. 7
    ("GB", TODAY, "iccpr cat echr"),
    ("GB", "1976-08-19", "echr"),
    ("GB", "1976-08-20", "iccpr echr"),
    # Türkiye: the Covenant late, the Protocol later
    ("TR", "1954-05-17", ""),
    ("TR", "1954-05-18", "echr"),
    ("TR", "2003-12-22", "cat echr"),
    ("TR", "2003-12-23", "iccpr cat echr"),
    ("TR", "2016-07-31", "iccpr cat echr"),
    ("TR", TODAY, ALL),
    ("CO", TODAY, "iccpr cat"),
    # signed in 1985, not ratified
    ("DE", TODAY, "iccpr cat echr"),
    ("NL", TODAY, "iccpr cat echr"),
    # Greece denounced the Convention on 12 December 1969 and came back in 1974
    ("GR", "1969-12-12", "echr"),
    ("GR", "1970-06-12", "echr"),
    ("GR", "1970-06-13", ""),
    ("GR", "1974-11-27", ""),
    ("GR", TODAY, ALL),
    ("PL", TODAY, ALL),
    ("PL", "1993-01-18", "iccpr cat"),
    # North Korea's withdrawal of 1997 was not accepted
    ("KP", "1981-12-13", ""),
    ("KP", "1981-12-14", "iccpr"),
    ("KP", TODAY, "iccpr"),
    ("VN", "2014-06-01", "iccpr"),
    ("VN", TODAY, "iccpr cat"),
    ("SR", "2021-12-15", "iccpr"),
    ("SR", "2021-12-16", "iccpr cat"),
    # 30 November and three months: the last day of February
    ("SV", "1980-02-28", ""),
    ("SV", "1980-02-29", "iccpr"),
    # successors are bound from independence, not from the day they wrote
    ("CZ", "1992-12-31", ""),
    ("CZ", "1993-01-01", ALL),
    ("SK", "1993-01-01", "iccpr cat"),
    ("ME", "2006-06-02", ""),
    ("ME", "2006-06-03", "iccpr cat"),
    ("BA", "1992-03-06", "iccpr cat"),
    ("YE", "1990-05-21", ""),
    ("YE", "1990-05-22", "iccpr"),
    # a first day of the month, two months after the deposit
    ("BE", "2012-06-30", "iccpr cat echr"),
    ("BE", "2012-07-01", ALL),
    ("EE", "1996-06-30", "iccpr cat"),
    ("EE", "1996-07-01", ALL),
    # not states everywhere, not parties here
    ("VA", TODAY, "cat"),
    ("PS", "2014-07-01", ""),
    ("PS", "2014-07-02", "iccpr"),
    ("PS", TODAY, "iccpr cat"),
    ("XK", TODAY, ""),
    ("TW", TODAY, ""),
    ("EH", TODAY, ""),
    ("MM", TODAY, ""),
    ("MY", TODAY, ""),
    ("SA", TODAY, "cat"),
    ("AE", TODAY, "cat"),
    ("CU", TODAY, "cat"),
    ("IN", TODAY, "iccpr"),
    ("IR", TODAY, "iccpr"),
    ("ZW", TODAY, "iccpr"),
    ("US", TODAY, "iccpr cat"),
    ("UA", TODAY, ALL),
    # departments of France, and territories whose extension is still to be looked up
    ("GP", TODAY, ALL),
    ("GL", TODAY, ""),
    ("JE", TODAY, ""),
    ("a country of long ago", TODAY, ""),
]


@pytest.mark.parametrize(("country", "on", "shown"), SHOWN)
def test_a_column_is_shown_where_that_treaty_bound_the_state_on_that_day(country: str, on: str, shown: str) -> None:
    assert " ".join(columns(country, date.fromisoformat(on))) == shown


DOUBTFUL = [
    # the day of Viet Nam's deposit is not confirmed, its year is
    ("VN", "2015-03-06", ""),
    ("VN", "2015-03-07", "cat"),
    ("VN", "2016-01-29", "cat"),
    ("VN", "2016-01-30", ""),
    ("TR", "2016-07-31", ""),
    ("TR", "2016-08-01", "echr_p7"),
    ("TR", "2018-01-01", ""),
    ("PS", "2014-05-01", ""),
    ("PS", "2014-05-02", "cat"),
    ("TV", TODAY, "cat"),
    ("JE", TODAY, "iccpr cat echr"),
    ("EG", TODAY, ""),
    ("XK", TODAY, ""),
    # what is over is not to be checked any more
    ("RU", "2022-09-16", ""),
    ("CC", "1970-01-01", ""),
]


@pytest.mark.parametrize(("country", "on", "doubtful"), DOUBTFUL)
def test_what_is_not_certain_is_said_and_not_relied_on(country: str, on: str, doubtful: str) -> None:
    day = date.fromisoformat(on)
    assert " ".join(to_check(country, day)) == doubtful
    assert not set(to_check(country, day)) & set(columns(country, day))


BESIDE = [
    ("f01", "EG", TODAY, "iccpr 14(1)"),
    ("f01", "RU", "2022-09-15", "iccpr 14(1), echr 6(1)"),
    ("f01", "RU", "2022-09-16", "iccpr 14(1)"),
    ("f01", "CN", TODAY, "udhr 9–11"),
    # the Convention against Torture is all that China accepted of these
    ("f16", "CN", TODAY, "cat 15"),
    ("f16", "PL", TODAY, "cat 15, echr 3"),
    # the Covenant alone has no article of its own on evidence obtained by torture
    ("f16", "IN", TODAY, "udhr 9–11"),
    ("f14", "DE", TODAY, "iccpr 14(5)"),
    ("f14", "PL", TODAY, "iccpr 14(5), echr_p7 2"),
    ("f15", "GB", TODAY, "iccpr 14(7)"),
    ("f15", "TR", "2016-07-31", "iccpr 14(7)"),
    ("f13", "GR", TODAY, "iccpr 14(4)"),
    ("f13", "GR", "1969-12-12", "udhr 9–11"),
    ("f18", "XK", TODAY, "udhr 9–11"),
    ("f18", "UA", TODAY, "iccpr 9(3)–(4), echr 5(3)–(4)"),
]


@pytest.mark.parametrize(("item", "country", "on", "beside"), BESIDE)
def test_an_item_stands_on_what_bound_the_state_or_on_the_universal_declaration(
    item: str, country: str, on: str, beside: str
) -> None:
    found = articles(item, country, date.fromisoformat(on))
    assert ", ".join(f"{one.treaty} {one.number}" for one in found) == beside


@given(st.sampled_from(ITEMS), st.sampled_from(COUNTRIES), st.dates(date(1948, 12, 10), date(2100, 1, 1)))
def test_something_stands_beside_every_item_in_every_country_on_every_day(item: str, country: str, on: date) -> None:
    found = articles(item, country, on)
    assert found
    assert (OTHERWISE in found) is (len(found) == 1 and not set(columns(country, on)) & set(ARTICLES[item]))
    assert {one.treaty for one in found} <= {*columns(country, on), Treaty.UDHR}


# -- the table itself


def test_no_country_is_forgotten_and_none_is_invented() -> None:
    """Whoever adds a country to config/countries.toml says here what binds it, or in [none] why nothing does."""
    bound = {code for rows in TABLE.bonds.values() for code in rows}
    assert bound | set(TABLE.none) == set(COUNTRIES)
    assert not bound & set(TABLE.none)
    assert all(TABLE.none.values())


def test_the_parties_are_as_many_as_the_depositaries_count() -> None:
    table = tomllib.loads((CONFIG / "treaties.toml").read_text(encoding="utf-8"))
    regions = {"HK", "MO"}
    parties = {treaty: set(table[treaty]["bound"]) - regions for treaty in BINDING}
    # 173 in June 2022; 173 in December 2021, and Tuvalu; the 46 members and Russia; 43 before May 2016, and Türkiye
    assert {treaty: len(found) for treaty, found in parties.items()} == {
        "iccpr": 173,
        "cat": 174,
        "echr": 47,
        "echr_p7": 44,
    }
    assert parties[Treaty.ECHR_P7] < parties[Treaty.ECHR] < parties[Treaty.ICCPR]
    assert parties[Treaty.ECHR] < parties[Treaty.CAT]


def test_today_nothing_but_territories_and_one_accession_waits_to_be_checked() -> None:
    """The rest of what is to be checked concerns the past: days that are certain only to the year."""
    table = tomllib.loads((CONFIG / "treaties.toml").read_text(encoding="utf-8"))
    waiting = {code for code in COUNTRIES if to_check(code, TODAY_IS)}
    assert waiting - set(table["territory"]) == {"TV"}
    assert waiting == {code for code, row in table["territory"].items() if row.get("to_check")} | {"TV"}


def test_every_treaty_names_its_source_and_the_day_it_was_looked_up() -> None:
    table = tomllib.loads((CONFIG / "treaties.toml").read_text(encoding="utf-8"))
    for treaty in BINDING:
        assert len(table[treaty]["source"]) > 30
        assert date(2021, 1, 1) < table[treaty]["as_of"] <= TODAY_IS
    assert list(CODES["treaty"]) == [treaty.value for treaty in Treaty]


def test_no_state_is_bound_twice_at_once_or_before_the_treaty_was() -> None:
    for treaty, first in zip(BINDING, ("1976-03-23", "1987-06-26", "1953-09-03", "1988-11-01"), strict=True):
        for code, bonds in TABLE.bonds[treaty].items():
            assert bonds[0].begins >= date.fromisoformat(first), code
            assert all(one.ends <= later.begins for one, later in pairwise(bonds)), code
    ended = Counter(code for rows in TABLE.bonds.values() for code, bonds in rows.items() if bonds[-1].ends != NEVER)
    assert ended == {"RU": 2}


def test_the_protocol_never_stands_without_its_convention() -> None:
    """Protocol No. 7, article 8: no state ratifies it before the Convention."""
    for code, bonds in TABLE.bonds[Treaty.ECHR_P7].items():
        for bond in bonds:
            for day in (bond.begins, min(bond.sure_from, TODAY_IS), min(bond.ends, TODAY_IS) - timedelta(days=1)):
                assert Treaty.ECHR in {*columns(code, day), *to_check(code, day)}, (code, day)
                assert Treaty.ECHR in columns(code, day) or Treaty.ECHR_P7 not in columns(code, day), (code, day)


HEAD = '[iccpr]\nsource = "x"\nas_of = 2022-01-01\nin_force = 1976-03-23\nafter = "three_months"\n[iccpr.bound]\n'
REST = "".join(
    f'\n[{one}]\nsource = "x"\nas_of = 2022-01-01\nin_force = 1987-06-26\nafter = "at_once"\n[{one}.bound]\n'
    for one in ("cat", "echr", "echr_p7")
)
TAIL = "\n[territory]\n[none]\n"


def test_the_least_table_is_read() -> None:
    read = treaties.read(HEAD + "EG = 1982-01-14" + REST + TAIL)
    assert read.bonds[Treaty.ICCPR]["EG"][0].begins == date(1982, 4, 14)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "EG = 1982-01-14" + TAIL,
        HEAD + 'EG = "1982-01-14"' + REST + TAIL,
        HEAD + "EG = 1982" + REST + TAIL,
        HEAD + "EG = {}" + REST + TAIL,
        HEAD + "EG = { until = 2020-01-01 }" + REST + TAIL,
        HEAD + "EG = { deposited = 1982-01-14, untill = 2020-01-01 }" + REST + TAIL,
        HEAD + "EG = { deposited = 1982-01-14, until = 1982-04-14 }" + REST + TAIL,
        HEAD + "EG = { deposited = 1982-01-14, to_check = true, sure_from = 1982-01-14 }" + REST + TAIL,
        HEAD + "EG = { deposited = 1982-01-14, sure_from = 1983-01-01 }" + REST + TAIL,
        HEAD.replace("three_months", "soon") + "EG = 1982-01-14" + REST + TAIL,
        HEAD.replace('"x"', '""') + "EG = 1982-01-14" + REST + TAIL,
        HEAD + "EG = 1982-01-14" + REST + '\n[territory]\nEG = { of = "EG", treaties = ["iccpr"] }\n[none]\n',
        HEAD + "EG = 1982-01-14" + REST + '\n[territory]\nAX = { of = "EG", treaties = ["utopia"] }\n[none]\n',
        "[iccpr",
    ],
)
def test_a_table_that_says_what_cannot_be_stops_the_start(text: str) -> None:
    with pytest.raises(Unfit, match=r"config/treaties\.toml"):
        treaties.read(text)
