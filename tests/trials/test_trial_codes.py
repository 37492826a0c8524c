"""The lists of trials are data: DOMAIN's codes, one `other` each, and their names reach the translators."""

from __future__ import annotations

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from hrd_cases.errors import Unfit
from hrd_cases.settings import ROOT
from hrd_cases.trials import checklist, codes
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.treaties import Treaty

CHOSEN = {
    "hearing_type": 20,
    "court_type": 5,
    "legal_aid": 8,
    "hearing_outcome": 20,
    "adjournment_reason": 15,
    "cancel_reason": 5,
    "closed_ground": 7,
    "observer_access": 7,
    "preparation": 7,
}
FIXED = {"stage", "hearing_state", "hearing_act", "item", "answer", "basis", "treaty", "treaty_short"}


@pytest.mark.parametrize("name", CHOSEN)
def test_every_list_somebody_chooses_from_ends_with_other(name: str) -> None:
    assert list(CODES[name])[-1] == "other"
    assert CODES[name].takes_text
    assert len(list(CODES[name])) == CHOSEN[name]


def test_nothing_else_takes_free_text() -> None:
    assert {name for name, listed in CODES.lists.items() if not listed.takes_text} == FIXED
    assert set(CODES.lists) == FIXED | set(CHOSEN)


@pytest.mark.parametrize("name", CODES.lists)
def test_two_codes_of_a_list_are_never_called_the_same(name: str) -> None:
    labels = list(CODES[name].labels.values())
    assert len(set(labels)) == len(labels)


def test_what_the_rules_read_by_name_stands_on_the_lists() -> None:
    assert {checklist.NOT_OBSERVED, *checklist.NEEDS_BASIS} <= set(CODES["answer"])
    assert {checklist.PUBLIC_HEARING, checklist.JUVENILE} <= set(CODES["item"])
    assert list(CODES["treaty"]) == list(CODES["treaty_short"]) == [treaty.value for treaty in Treaty]


def test_the_translators_get_every_name() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    method = [(pattern, how) for pattern, how in methods if pattern == "config/trials.toml"]
    found = {str(one[2]) for one in extract_from_dir(ROOT, method, options) if one[0] == "config/trials.toml"}
    assert found == {str(label) for listed in CODES.lists.values() for label in listed.labels.values()}


def test_a_list_that_cannot_be_read_names_its_own_file(tmp_path) -> None:
    broken = tmp_path / "trials.toml"
    broken.write_text("[stage", encoding="utf-8")
    with pytest.raises(Unfit, match=r"config/trials\.toml cannot be read"):
        codes.load(broken)
