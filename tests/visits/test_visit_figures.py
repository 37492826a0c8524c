"""The figures of visits are data: what is unfit stops the start with a sentence."""

from __future__ import annotations

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG, ROOT
from hrd_cases.visits import contact, details, figures, gate, places, reprisals
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.figures import FIGURES

TEXT = (CONFIG / "visits.toml").read_text(encoding="utf-8")


def test_the_figures_are_the_domain_s() -> None:
    assert (FIGURES.reply_remind_days, FIGURES.reply_demarche_days) == (10, 20)
    assert FIGURES.reprisal_check_days == (3, 14, 30)
    assert FIGURES.solitary_longest_days == 15
    assert (FIGURES.report_working_days, FIGURES.solitary_window_days) == (2, 30)
    assert (FIGURES.contact_first_days, FIGURES.contact_lasts_days) == (3, 30)


UNFIT = [
    ("remind_days = 10", "remind_days = 0", "whole number"),
    ("remind_days = 10", "remind_days = true", "whole number"),
    ("remind_days = 10", 'remind_days = "10"', "whole number"),
    ("remind_days = 10", "remind_days = 20", "must be below"),
    ("demarche_days = 20", "demarche_days = 10001", "whole number"),
    ("demarche_days = 20", "", "missing or unknown"),
    ("working_days = 2", "working_days = 2\nmore = 1", "missing or unknown"),
    ("[3, 14, 30]", "[]", "rising"),
    ("[3, 14, 30]", "[3, 30, 14]", "rising"),
    ("[3, 14, 30]", "[3, 3, 14]", "rising"),
    ("[3, 14, 30]", "[0, 14, 30]", "rising"),
    ("[3, 14, 30]", "[true, 14, 30]", "rising"),
    ("[3, 14, 30]", "30", "rising"),
    ("longest_days = 15", "longest_days = 16", "Rule 44"),
    ("window_days = 30", "window_days = 15", "must be below"),
    ("lasts_days = 30", "lasts_days = 3", "must be below"),
    ("[contact]", "[contacts]", "missing or unknown"),
    ("[reply]", "[reply", "cannot be read"),
    ("[reply]\n", "reply = 1\n[x]\n", "cannot be read"),
]


@pytest.mark.parametrize(("good", "bad", "why"), UNFIT)
def test_what_is_unfit_stops_the_start_with_a_sentence(good: str, bad: str, why: str) -> None:
    assert good in TEXT
    with pytest.raises(Unfit, match=why):
        figures.read(TEXT.replace(good, bad, 1))


def test_fewer_days_of_solitary_confinement_may_be_chosen_and_never_more() -> None:
    assert figures.read(TEXT.replace("longest_days = 15", "longest_days = 14")).solitary_longest_days == 14


# -- the lists

CHOSEN = {"facility_kind", "visit_side", "visit_condition", "reprisal_basis", "visit_refusal", "visit_cancel"}


def test_every_list_somebody_adds_words_to_ends_with_other() -> None:
    assert {name for name, listed in CODES.lists.items() if listed.takes_text} == CHOSEN
    assert {list(CODES[name])[-1] for name in CHOSEN} == {"other"}


@pytest.mark.parametrize("name", CODES.lists)
def test_two_codes_of_a_list_are_never_called_the_same(name: str) -> None:
    labels = list(CODES[name].labels.values())
    assert len(set(labels)) == len(labels)


def test_the_codes_that_rules_read_are_those_of_the_lists() -> None:
    assert list(CODES["custody"]) == [str(one) for one in contact.Custody]
    assert list(CODES["outside"]) == [str(one) for one in contact.Outside]
    assert list(CODES["reprisal"]) == [str(one) for one in reprisals.Answer]
    assert list(CODES["interview_consent"]) == [str(one) for one in gate.Consent]
    assert list(CODES["place_item"]) == list(places.RULES)
    assert set(places.RATED) == set(CODES["place_rating"]) - {details.NOT_SEEN}
    assert details.SEEN in CODES["visit_basis"]
    assert {contact.DISAPPEARED} < set(CODES["held"])
    assert not set(CODES["held"]) & set(CODES["not_held"])


def test_the_domain_s_statuses_are_there() -> None:
    """DOMAIN §4, Status."""
    held = "police pre_trial sentenced administrative military house_arrest psychiatric immigration disappeared unknown"
    assert list(CODES["held"]) == held.split()
    assert list(CODES["not_held"]) == ["bail", "unconditional", "served", "pardoned", "escaped", "exiled", "died"]


def test_the_translators_get_every_name() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    method = [(pattern, how) for pattern, how in methods if pattern == "config/detention.toml"]
    found = {str(one[2]) for one in extract_from_dir(ROOT, method, options)}
    assert found == {str(label) for listed in CODES.lists.values() for label in listed.labels.values()}
