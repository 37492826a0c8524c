"""Countries: all of ISO 3166 and Kosovo, by name in every language, the footnote wherever Kosovo stands."""

from importlib import resources

import pytest
from babel import Locale
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.offices import countries, languages
from hrd_cases.offices.countries import CODES, KOSOVO, country_name, country_names, footnote, listed, read_countries
from hrd_cases.offices.lexicon import Lexicon

STATUS = "This designation is without prejudice to positions on status"
LANGUAGES = ("en", "fr", "ar", "es", "ru")


def iso() -> list[str]:
    """ISO 3166's codes as the zone tables give them: another source than ours."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text()
    return [line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask("countries")
    Babel(made)
    return made


@pytest.fixture(params=LANGUAGES)
def reader(request, app):
    with app.test_request_context("/"), force_locale(request.param):
        yield request.param


@pytest.mark.parametrize("code", iso())
def test_every_country_of_the_standard_is_there_once(code):
    assert CODES.count(code) == 1


def test_nothing_else_is_there_but_kosovo():
    assert set(CODES) - set(iso()) == {KOSOVO}
    assert CODES.count(KOSOVO) == 1
    assert len(iso()) == 249


def test_kosovo_carries_its_footnote(reader):
    assert country_name(KOSOVO).endswith("*")
    assert footnote(["EG", KOSOVO]).startswith("* ")
    assert footnote(["EG", "OM"]) == ""


def test_the_footnote_says_what_the_union_says(app):
    with app.test_request_context("/"), force_locale("en"):
        assert footnote([KOSOVO]) == (
            "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and "
            "the ICJ Opinion on the Kosovo declaration of independence."
        )
        assert STATUS in listed(["EG", KOSOVO])
        assert listed(["EG", "OM"]) == "Egypt and Oman"


def test_every_country_has_a_name_in_every_language(reader):
    names = country_names(CODES)
    assert len(set(names)) == len(CODES)
    assert not [code for code in CODES if country_name(code) == code]


def test_a_list_as_the_form_shows_it_reads_back(reader):
    text = "\n".join(country_name(code) for code in CODES)
    assert read_countries(text) == (CODES, ())


@pytest.mark.parametrize(
    ("reads", "typed", "codes"),
    [
        ("en", "Egypt", ("EG",)),
        ("en", "  egypt ,OMAN;bahrain\r\nKosovo*", ("EG", "OM", "BH", "XK")),
        ("en", "eg om", ()),
        ("en", "eg, om", ("EG", "OM")),
        ("en", "Cote d'Ivoire", ("CI",)),
        ("en", "Egypt\nEGYPT\nEG", ("EG",)),
        ("fr", "Égypte, Belarus", ("EG", "BY")),
        ("ar", "مصر، البحرين", ("EG", "BH")),
        ("ar", "Egypt", ("EG",)),
        ("ru", "Бонэйр, Синт-Эстатиус и Саба\nЕгипет", ("BQ", "EG")),
        ("es", "", ()),
    ],
)
def test_names_are_read_as_people_type_them(app, reads, typed, codes):
    with app.test_request_context("/"), force_locale(reads):
        assert read_countries(typed)[0] == codes


@pytest.mark.parametrize(("typed", "meant"), [("Egipt", "Egypt"), ("Urugway", "Uruguay"), ("qqqqqq", "")])
def test_what_is_not_understood_is_said_with_what_may_be_meant(app, typed, meant):
    with app.test_request_context("/"), force_locale("en"):
        found, unknown = read_countries(f"Oman\n{typed}")
        assert found == ("OM",)
        assert [(part.typed, part.meant) for part in unknown] == [(typed, meant)]


def test_a_name_outweighs_a_code_of_the_same_letters():
    assert Lexicon(["ga", "gaa"], [{"ga": "Irish", "gaa": "Ga"}]).read("Ga, Irish")[0] == ("gaa", "ga")


def test_languages_are_read_by_name_and_by_code(app):
    with app.test_request_context("/"), force_locale("en"):
        assert languages.read_languages("Arabic\nfr, Belarusian") == (("ar", "fr", "be"), ())


@given(st.text())
def test_whatever_is_typed_is_read_or_named(text):
    lexicon = Lexicon(CODES, [Locale("en").territories])
    found, unknown = lexicon.read(text)
    assert set(found) <= set(CODES)
    assert all(len(part.typed) <= 60 for part in unknown)


def test_an_unknown_code_is_shown_as_it_is(app):
    with app.test_request_context("/"), force_locale("en"):
        assert country_name("QQ") == "QQ"
        assert countries.country_names(["QQ", "EG"]) == ["Egypt", "QQ"]
