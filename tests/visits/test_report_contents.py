"""What a visit report holds is checked when it is filed: a table of cases."""

from __future__ import annotations

import uuid
from datetime import date, time
from typing import Any

import msgspec
import pytest

from hrd_cases.cases.details import Dated
from hrd_cases.errors import Refused
from hrd_cases.visits import contents, gate
from hrd_cases.visits.details import Condition, Consents, Observation, Present, Report

VISITED = date(2026, 11, 2)
EMPTY = Report(visit_id=uuid.UUID(int=1))
YES = Consents(record="given")
POOR = Observation(item="food", rating="poor", basis="seen")

GOOD: list[dict[str, Any]] = [
    {},
    {"fear": 1},
    {"fear": 5},
    {"starts": time(9), "ends": time(10)},
    {"starts": time(9)},
    {"spoke": "no"},
    {"spoke": "yes", "private": "no"},
    {"private": "no"},
    {"places": (Observation(item="food"),)},
    {"places": (POOR, Observation(item="food", rating="harmful", basis="told_by_detainee"))},
    {"conditions": (Condition(kind="all_premises", answer="refused", kept="no"),)},
    {"conditions": tuple(Condition(kind="other", other_kind=words) for words in ("Letters handed over", "Two of us"))},
    {"present": (Present(side="ours", name="Officer"), Present(side="theirs"))},
    {"solitary_since": Dated(on=VISITED)},
    {"lawyer_last": Dated(on=date(2026, 1, 1), precision="month")},
    {"consents": Consents(record="refused", note="Afraid of the guard")},
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"fear": 0}, "1 to 5"),
    ({"fear": 6}, "1 to 5"),
    ({"starts": time(10), "ends": time(9)}, "before it begins"),
    ({"private": "perhaps"}, "not on the list"),
    ({"spoke": "perhaps"}, "not on the list"),
    ({"spoke": "no", "private": "yes"}, "Nobody spoke with them"),
    ({"spoke": "no", "private": "no"}, "Nobody spoke with them"),
    ({"places": (Observation(item="colour", rating="poor", basis="seen"),)}, "not on the list"),
    ({"places": (Observation(item="food", rating="fine", basis="seen"),)}, "not on the list"),
    ({"places": (Observation(item="food", rating="poor"),)}, "how this is known"),
    ({"places": (Observation(item="food", rating="poor", basis="heard"),)}, "not on the list"),
    ({"places": (POOR, POOR)}, "twice"),
    ({"conditions": (Condition(kind="free_entry"),)}, "not on the list"),
    ({"conditions": (Condition(kind="other"),)}, "alone says nothing"),
    ({"conditions": (Condition(kind="notes", answer="maybe"),)}, "not on the list"),
    ({"conditions": (Condition(kind="notes", kept="maybe"),)}, "not on the list"),
    ({"conditions": (Condition(kind="notes"), Condition(kind="notes"))}, "twice"),
    ({"present": (Present(side="press"),)}, "not on the list"),
    ({"present": (Present(side="other"),)}, "alone says nothing"),
    ({"solitary_since": Dated(on=date(2026, 11, 3))}, "after the visit"),
    ({"lawyer_last": Dated(on=date(2026, 11, 3))}, "after the visit"),
    ({"family_last": Dated(on=date(2026, 11, 3))}, "after the visit"),
    ({"consents": Consents(record="perhaps")}, "not on the list"),
    ({"consents": Consents(guardian=("everything",))}, "not on the list"),
]


@pytest.mark.parametrize("given", GOOD)
def test_what_can_be_relied_on_is_taken(given: dict[str, Any]) -> None:
    report = msgspec.structs.replace(EMPTY, **given)
    assert contents.check(report, VISITED) is report


@pytest.mark.parametrize(("given", "why"), BAD)
def test_what_cannot_is_refused_with_what_to_do(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused) as refused:
        contents.check(msgspec.structs.replace(EMPTY, **given), VISITED)
    assert why in refused.value.said()[0]
    assert refused.value.said()[1]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, False),
        ({"filed": True, "facility_id": uuid.UUID(int=2)}, False),
        ({"conditions": (Condition(kind="notes"),), "consents": YES}, False),
        ({"complaints": "  "}, False),
        ({"places": (Observation(item="food"),)}, False),
        ({"private": "unknown"}, False),
        ({"places": (POOR,)}, True),
        ({"at_gate": "Nobody had been told."}, True),
        ({"private": "yes"}, True),
        ({"spoke": "no"}, True),
        ({"fear": 3}, True),
    ],
)
def test_a_report_is_empty_until_it_says_something_of_the_visit(given: dict[str, Any], says: bool) -> None:
    assert contents.says_something(msgspec.structs.replace(EMPTY, **given)) is says


@pytest.mark.parametrize(("spoke", "enough"), [("unknown", False), ("no", True), ("yes", True)])
def test_the_short_form_asks_one_thing(spoke: str, enough: bool) -> None:
    assert contents.short_form(msgspec.structs.replace(EMPTY, spoke=spoke)) is enough


def test_every_part_is_asked_on_one_page_and_the_consents_before_what_they_open() -> None:
    pages = contents.steps(let_in=True)
    asked = [part for page in pages for part in contents.OF_STEP[page]]
    about_itself = {"visit_id", "filed", "facility_id"}
    assert len(asked) == len(set(asked))
    assert set(asked) == set(Report.__struct_fields__) - about_itself
    assert list(contents.OF_STEP) == list(pages)
    spoken = [part for part in asked if gate.PARTS[part].interview or part == "places"]
    assert all(asked.index("consents") < asked.index(part) for part in spoken)
    assert pages[0] == contents.SHORT


def test_whoever_was_turned_away_is_asked_of_the_gate_alone() -> None:
    asked = {part for page in contents.steps(let_in=False) for part in contents.OF_STEP[page]}
    assert asked == {"starts", "ends", "at_gate", "present", "conditions", "note"}
    assert not any(gate.PARTS[part].interview for part in asked)


A, R, N = "agreed", "refused", "not_said"


@pytest.mark.parametrize(
    ("answers", "all_agreed"),
    [([], True), ([A], True), ([A, A], True), ([A, R], False), ([N], False), ([A, N], False), ([R, R], False)],
)
def test_silence_on_a_condition_is_no_yes(answers: list[str], all_agreed: bool) -> None:
    asked = [Condition(kind="notes", answer=answer) for answer in answers]
    not_asked = Condition(kind="own_doctor", asked=False, answer=R)
    assert contents.all_agreed([*asked, not_asked]) is all_agreed


def test_what_was_sealed_is_read_as_it_was() -> None:
    report = msgspec.structs.replace(EMPTY, **{name: value for given in GOOD for name, value in given.items()})
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    assert repr(report) == "<Report>"
