"""The lists of codes: whole, stable, translatable, and the same as what the rules read."""

from __future__ import annotations

import io

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from hrd_cases.cases import codes, consent, life, risk
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import ActionState
from hrd_cases.errors import Refused, Sentence, Unfit
from hrd_cases.settings import ROOT

HOW_MANY = {
    "category": 20,
    "flag": 13,
    "theme": 33,
    "guideline": 13,
    "incident": 34,
    "precision": 5,
    "link": 4,
    "verification": 4,
    "reliability": 6,
    "purpose": 12,
    "consent": 5,
    "level": 4,
    "marking": 4,
    "state": 13,
}


@pytest.mark.parametrize(("name", "count"), HOW_MANY.items())
def test_the_lists_of_the_domain_are_whole(name: str, count: int) -> None:
    assert len(list(CODES[name])) == count


def test_every_code_is_plain_ascii_and_called_something() -> None:
    for name, listed in CODES.lists.items():
        assert listed.name == name
        for code in listed:
            assert code.isascii()
            assert isinstance(listed.labels[code], Sentence)


@pytest.mark.parametrize(
    ("name", "read_by_rules"),
    [
        ("level", risk.Level),
        ("consent", consent.State),
        ("speaker", consent.Speaker),
        ("state", life.State),
        ("action_state", ActionState),
    ],
)
def test_what_rules_read_is_what_the_list_says(name: str, read_by_rules: type) -> None:
    assert list(CODES[name]) == [str(one) for one in read_by_rules]  # type: ignore[attr-defined]


def test_every_purpose_is_needed_by_some_action_and_has_its_follow_up() -> None:
    assert set(CODES.outward.values()) == set(CODES["purpose"])
    assert set(consent.FOLLOW_UP) == set(CODES["purpose"])


@pytest.mark.parametrize(
    ("action", "purpose"),
    [
        ("demarche", "raise_authorities"),
        ("statement", "public_statement"),
        ("un_communication", "un_letter"),
        ("visit", "be_seen"),
        ("call_defender", None),
        ("other_inward", None),
        ("other", "public_statement"),
        ("invented", "public_statement"),
    ],
)
def test_an_action_needs_the_consent_of_its_purpose_and_an_unknown_one_the_widest(
    action: str, purpose: str | None
) -> None:
    assert CODES.purpose_of(action) == purpose


def test_other_takes_words_and_a_list_without_it_does_not() -> None:
    assert CODES["category"].takes_text
    assert not CODES["level"].takes_text
    assert CODES["category"].check("other", "beekeeper") == "other"
    assert CODES["category"].check("lawyer") == "lawyer"
    for code, text in (("other", " "), ("beekeeper", "")):
        with pytest.raises(Refused):
            CODES["category"].check(code, text)


def test_names_are_shown_in_the_reader_s_language_and_old_codes_as_they_are() -> None:
    category = CODES["category"]
    assert category.label("lawyer", str.upper) == "LAWYER"
    assert category.choices(str.upper)[0] == ("activist", "CIVIL-SOCIETY ACTIVIST")
    assert category.label("a_code_of_long_ago") == "a_code_of_long_ago"


def test_the_translators_get_every_name_and_nothing_else_of_the_file() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    method = [(pattern, how) for pattern, how in methods if pattern == "config/codes.toml"]
    found = {str(one[2]) for one in extract_from_dir(ROOT, method, options) if one[0] == "config/codes.toml"}
    assert found == {str(label) for listed in CODES.lists.values() for label in listed.labels.values()}


@pytest.mark.parametrize(
    "text",
    [
        'lawyer = "Lawyer"',
        '[category]\nLawyer = "Lawyer"',
        '[category]\n"ю" = "Lawyer"',
        '[category]\nlawyer = ""',
        "[category]\nlawyer = 3",
        '[action]\na1 = "A"\n[purpose]\np1 = "P"\n[outward]\na1 = "p2"',
        '[action]\na1 = "A"\n[purpose]\np1 = "P"\n[outward]\na2 = "p1"',
        "[category",
    ],
)
def test_a_list_that_could_not_be_stored_or_shown_stops_the_start(text: str) -> None:
    with pytest.raises(Unfit, match=r"codes\.toml"):
        codes.read(text)


def test_what_the_extractor_cannot_see_is_no_name() -> None:
    """A name over two lines or with an escape would reach no translator: the file has none."""
    text = b'[category]\nlawyer = "Lawyer"\n[outward]\ndemarche = "raise"\n'
    assert [message for _, _, message, _ in codes.extract(io.BytesIO(text), (), (), {})] == ["Lawyer"]
