"""The checklist of an observation report: what is asked when, what an answer needs, how items go over a proceeding."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from hrd_cases.errors import Refused, Unfit
from hrd_cases.trials import checklist
from hrd_cases.trials.checklist import ARTICLES, ASKED, ITEMS, Answer, asked, check, pages, trend
from hrd_cases.trials.codes import CODES

# DOMAIN §3, by hand: item, ICCPR (or another treaty), ECHR (or its protocol).
WRITTEN = {
    "f01": {"iccpr": "14(1)", "echr": "6(1)"},
    "f02": {"iccpr": "14(1)", "echr": "6(1)"},
    "f03": {"iccpr": "14(1)", "echr": "6(1)"},
    "f04": {"iccpr": "14(1)", "echr": "6(1)"},
    "f05": {"iccpr": "14(2)", "echr": "6(2)"},
    "f06": {"iccpr": "14(3)(a)", "echr": "6(3)(a)"},
    "f07": {"iccpr": "14(3)(b)", "echr": "6(3)(b)"},
    "f08": {"iccpr": "14(3)(c)", "echr": "6(1)"},
    "f09": {"iccpr": "14(3)(d)", "echr": "6(3)(c)"},
    "f10": {"iccpr": "14(3)(e)", "echr": "6(3)(d)"},
    "f11": {"iccpr": "14(3)(f)", "echr": "6(3)(e)"},
    "f12": {"iccpr": "14(3)(g)", "echr": "6(1)"},
    "f13": {"iccpr": "14(4)"},
    "f14": {"iccpr": "14(5)", "echr_p7": "2"},
    "f15": {"iccpr": "14(7)", "echr_p7": "4"},
    "f16": {"cat": "15", "echr": "3"},
    "f17": {"iccpr": "15", "echr": "7"},
    "f18": {"iccpr": "9(3)–(4)", "echr": "5(3)–(4)"},
}


def test_the_articles_are_those_of_the_table() -> None:
    assert {item: dict(articles) for item, articles in ARTICLES.items()} == WRITTEN
    assert ITEMS == tuple(f"f{number:02}" for number in range(1, 19)) == tuple(CODES["item"])


def test_every_hearing_type_has_its_items_and_every_item_its_hearing() -> None:
    assert set(ASKED) == set(CODES["hearing_type"])
    reached = Counter(item for items in ASKED.values() for item in items)
    assert set(reached) == set(ITEMS)
    # not only where somebody chose “other”
    assert min(reached.values()) > 1


@pytest.mark.parametrize(
    ("hearing_type", "there", "not_there"),
    [
        ("bail", "f18 f06 f07 f09 f11", "f04 f10 f14"),
        ("custody_renewal", "f18 f08 f16", "f04 f14"),
        ("verdict", "f04 f03 f14 f17", "f18 f10"),
        ("sentencing", "f04 f17 f14", "f18 f05"),
        ("witness", "f10 f02", "f04 f18"),
        ("main_trial", "f01 f02 f03 f05 f10 f12 f16", "f04 f14 f18"),
        ("habeas_corpus", "f18 f01", "f17 f05"),
        ("constitutional", "f01 f17", "f12 f18"),
        ("ngo_dissolution", "f01 f02 f03", "f09 f12 f18"),
        ("travel_ban", "f01 f07 f08", "f10 f12"),
        ("other", " ".join(item for item in WRITTEN if item != "f13"), "f13"),
    ],
)
def test_a_type_of_hearing_asks_what_can_be_seen_there(hearing_type: str, there: str, not_there: str) -> None:
    items = asked(hearing_type)
    assert set(there.split()) <= set(items)
    assert not set(not_there.split()) & set(items)
    assert list(items) == sorted(items)


@pytest.mark.parametrize(
    ("number", "lengths"), [(0, []), (1, [1]), (6, [6]), (7, [4, 3]), (11, [6, 5]), (18, [6, 6, 6])]
)
def test_items_stand_on_as_few_pages_as_can_be_and_none_is_lost(number: int, lengths: list[int]) -> None:
    found = pages(ITEMS[:number])
    assert sorted(map(len, found)) == sorted(lengths)
    assert tuple(item for page in found for item in page) == ITEMS[:number]


@pytest.mark.parametrize("hearing_type", list(CODES["hearing_type"]))
def test_no_hearing_asks_its_items_on_more_than_three_pages(hearing_type: str) -> None:
    assert 1 <= len(pages(asked(hearing_type, minor=True))) <= 3


@pytest.mark.parametrize("hearing_type", list(CODES["hearing_type"]))
def test_juvenile_procedure_is_asked_only_where_a_minor_is_tried(hearing_type: str) -> None:
    assert "f13" not in asked(hearing_type)
    with_minor = asked(hearing_type, minor=True)
    assert set(with_minor) - {"f13"} == set(asked(hearing_type))
    of_nobody = {"constitutional", "travel_ban", "ngo_dissolution"}
    assert ("f13" in with_minor) is (hearing_type not in of_nobody)


def test_a_type_that_is_not_on_the_list_any_more_asks_everything() -> None:
    assert asked("a_type_of_long_ago", minor=True) == ITEMS


FIT: list[tuple[str, dict[str, Any]]] = [
    ("f01", {}),
    ("f01", {"said": "respected"}),
    ("f01", {"said": "not_applicable"}),
    ("f05", {"said": "violated", "basis": "seen", "note": "In a cage."}),
    ("f05", {"said": "partly", "basis": "told_by_defence"}),
    ("f03", {"said": "respected"}),
    ("f03", {"said": "respected", "closed": True, "ground": "private_lives"}),
    ("f03", {"said": "violated", "basis": "seen", "closed": True, "ground": "none_given"}),
    ("f03", {"said": "violated", "basis": "seen", "closed": True, "ground": "other", "ground_text": "A film."}),
    ("f03", {"said": "violated", "basis": "seen", "note": "Only people with a pass were let in."}),
]


@pytest.mark.parametrize(("item", "given"), FIT)
def test_an_answer_that_says_how_it_is_known_stands(item: str, given: dict[str, Any]) -> None:
    answer = Answer(**given)
    assert check(item, answer) == answer


UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("f05", {"said": "violated"}, "Nothing says how this is known."),
    ("f05", {"said": "partly", "note": "A cage."}, "Nothing says how this is known."),
    ("f05", {"said": "violated", "basis": "rumour"}, "This is not on the list."),
    ("f05", {"said": "broken", "basis": "seen"}, "This is not on the list."),
    ("f19", {"said": "respected"}, "This is not on the list."),
    ("f03", {"said": "respected", "closed": True}, "A hearing was closed, and no ground is given."),
    ("f03", {"said": "violated", "basis": "seen", "closed": True}, "A hearing was closed, and no ground is given."),
    ("f03", {"said": "respected", "closed": True, "ground": "mood"}, "This is not on the list."),
    ("f03", {"said": "respected", "closed": True, "ground": "other"}, "“Other” alone says nothing."),
    ("f03", {"said": "not_observed", "closed": True, "ground": "morals"}, "Whether it was public is not answered."),
    ("f04", {"said": "respected", "closed": True, "ground": "morals"}, "Only the public hearing is closed"),
    ("f03", {"said": "respected", "ground": "morals"}, "A ground is given, and the hearing was open."),
]


@pytest.mark.parametrize(("item", "given", "sentence"), UNFIT)
def test_an_answer_that_nobody_could_rely_on_is_refused(item: str, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        check(item, Answer(**given))
    reason, instead = refused.value.said()
    assert sentence in reason
    assert instead


def test_what_nobody_answered_was_not_observed() -> None:
    assert Answer() == Answer(said="not_observed", basis="", note="")
    assert next(iter(CODES["answer"])) == "not_observed"


def test_the_trend_lists_each_item_over_the_reports_in_order() -> None:
    first = {"f01": Answer("respected"), "f05": Answer("violated", basis="seen")}
    second = {"f05": Answer("partly", basis="document")}
    lines = trend([first, {}, second])
    assert list(lines) == list(ITEMS)
    assert lines["f05"] == ("violated", "not_observed", "partly")
    assert lines["f01"] == ("respected", "not_observed", "not_observed")
    assert lines["f18"] == ("not_observed",) * 3


def test_the_trend_of_no_report_is_empty_and_old_items_do_not_break_it() -> None:
    assert set(trend([]).values()) == {()}
    assert trend([{"f99": Answer("respected")}])["f01"] == ("not_observed",)


@pytest.mark.parametrize(
    "text",
    [
        "[articles",
        '[articles]\nf01 = { iccpr = "14(1)" }',
        '[articles]\nf99 = { iccpr = "14(1)" }\n[asked]\nbail = ["f01"]',
        '[articles]\nf01 = { utopia = "14(1)" }\n[asked]\nbail = ["f01"]',
        '[articles]\nf01 = { iccpr = "14(1)" }\n[asked]\nbail = ["f02"]',
        '[articles]\nf01 = { iccpr = "14(1)" }\n[asked]\npicnic = ["f01"]',
        '[articles]\nf01 = { iccpr = "14(1)" }\n[asked]\nbail = ["f01", "f01"]',
    ],
)
def test_a_checklist_that_does_not_fit_the_lists_stops_the_start(text: str) -> None:
    with pytest.raises(Unfit, match=r"config/checklist\.toml"):
        checklist.read(text)
