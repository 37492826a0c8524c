"""What of a visit report may go out, to whom: the table by hand, every part × audience × consents, and canaries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, time
from itertools import chain, combinations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import consent
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.details import Dated
from hrd_cases.visits import contents, gate
from hrd_cases.visits.details import Condition, Consents, Observation, Present, Report
from hrd_cases.visits.gate import Audience, Consent

# Written by hand: part → consents needed for the authorities, for publication, for a doctor. "-": it never goes.
# r: written down, a: raised with the authorities, p: published, m: medical data given on; "": free.
WRITTEN = {
    "conditions": ("", "", "-"),
    "spoke": ("", "", "-"),
    "private": ("", "", "-"),
    "starts": ("", "", "-"),
    "ends": ("", "", "-"),
    "at_gate": ("", "", "-"),
    "present ours": ("", "-", "-"),
    "present theirs": ("", "-", "-"),
    "present interpreter": ("", "-", "-"),
    "present other": ("-", "-", "-"),
    "present": ("-", "-", "-"),
    "places seen": ("", "", ""),
    "places told_by_detainee": ("ra", "rp", "rm"),
    "places told_by_others": ("-", "-", "-"),
    "places told_by_staff": ("", "-", ""),
    "places": ("-", "-", "-"),
    "health": ("ram", "rpm", "rm"),
    "injuries": ("ram", "rpm", "rm"),
    "injuries_seen": ("ram", "rpm", "rm"),
    "medical_access": ("ram", "rpm", "rm"),
    "solitary_since": ("ra", "rp", "rm"),
    "lawyer_last": ("ra", "rp", "-"),
    "lawyer_note": ("ra", "rp", "-"),
    "family_last": ("ra", "rp", "-"),
    "family_note": ("ra", "rp", "-"),
    "complaints": ("ra", "rp", "-"),
    "requests": ("ra", "rp", "-"),
    "consents": ("-", "-", "-"),
    "fear": ("-", "-", "-"),
    "channel": ("-", "-", "-"),
    "note": ("-", "-", "-"),
    "visit_id": ("-", "-", "-"),
    "facility_id": ("-", "-", "-"),
    "filed": ("-", "-", "-"),
}
LETTERS = dict(zip("rapm", Consent, strict=True))
AUDIENCES = dict(zip(Audience, range(3), strict=True))


def subsets() -> Iterator[frozenset[Consent]]:
    of = list(Consent)
    return map(frozenset, chain.from_iterable(combinations(of, n) for n in range(len(of) + 1)))


def allowed(part: str, audience: Audience, agreed: frozenset[Consent]) -> bool:
    needs = WRITTEN[part][AUDIENCES[audience]]
    return needs != "-" and {LETTERS[one] for one in needs} <= agreed


@pytest.mark.parametrize("part", WRITTEN)
@pytest.mark.parametrize("audience", Audience)
def test_each_part_goes_with_exactly_the_consents_that_are_written(part: str, audience: Audience) -> None:
    for agreed in subsets():
        name, _, by = part.partition(" ")
        said = gate.why_not(name, audience, agreed, by=by)
        assert (said is None) is allowed(part, audience, agreed)
        assert said is None or all(one.endswith(".") for one in said)


def test_every_part_of_a_report_is_in_the_table_and_a_new_one_goes_nowhere() -> None:
    assert {part.partition(" ")[0] for part in WRITTEN} == set(Report.__struct_fields__) == set(gate.PARTS)
    for audience in Audience:
        assert gate.why_not("written_tomorrow", audience, frozenset(Consent)) is not None
        assert gate.why_not("places", audience, frozenset(Consent), by="a_basis_of_tomorrow") is not None
        assert gate.why_not("present", audience, frozenset(Consent), by="a_side_of_tomorrow") is not None


# -- a whole report


def canary(part: str) -> str:
    return f"canary-{part.replace(' ', '-')}-."


def whole(consents: Consents) -> Report:
    """Each part holds its own name; what no text can be in is left to the tables above."""
    texts: dict[str, Any] = {part: canary(part) for part in contents.TEXTS}
    return Report(
        visit_id=uuid.UUID(int=1),
        facility_id=uuid.UUID(int=2),
        filed=True,
        starts=time(9, 30),
        ends=time(11, 0),
        spoke="yes",
        private="no",
        conditions=(Condition(kind="other", other_kind=canary("conditions"), answer="agreed"),),
        present=tuple(
            Present(side=side, name=canary(f"present {side}".strip()))
            for side in ("ours", "theirs", "interpreter", "other", "")
        ),
        places=tuple(
            Observation(item="food", rating="poor", basis=basis, note=canary(f"places {basis}".strip()))
            for basis in ("seen", "told_by_detainee", "told_by_others", "told_by_staff", "")
        ),
        consents=consents,
        lawyer_last=Dated(on=date(2026, 10, 1)),
        family_last=Dated(on=date(2026, 10, 2)),
        solitary_since=Dated(on=date(2026, 10, 3)),
        fear=5,
        **texts,
    )


def consents_of(agreed: frozenset[Consent]) -> Consents:
    said = {one.value: "given" if one in agreed else "refused" for one in Consent}
    return msgspec.structs.replace(Consents(note=canary("consents")), **said)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("agreed", list(subsets()), ids=lambda agreed: "+".join(sorted(agreed)) or "nothing")
def test_nothing_of_an_interview_is_in_what_goes_out_without_its_consent(
    audience: Audience, agreed: frozenset[Consent]
) -> None:
    report = whole(consents_of(agreed))
    found = gate.outgoing(report, audience, gate.agreed(report.consents))
    written = msgspec.json.encode(found.parts).decode()
    for part in WRITTEN:
        assert (canary(part) in written) is (allowed(part, audience, agreed) and holds_text(part)), part
    for part in ("lawyer_last", "family_last", "solitary_since", "fear", "consents", "visit_id", "facility_id"):
        assert (part in found.parts) is allowed(part, audience, agreed)
    about_itself = {"filed", "visit_id", "facility_id"}
    assert set(found.parts) | set(found.held_back) == set(Report.__struct_fields__) - about_itself
    assert {"places", "present"} <= set(found.held_back), "of these some entry always stays, and that is said"


def holds_text(part: str) -> bool:
    return canary(part) in msgspec.json.encode(whole(Consents(note=canary("consents")))).decode()


def test_the_canaries_stand_in_the_report_itself() -> None:
    days = {"starts", "ends", "lawyer_last", "family_last", "solitary_since"}
    without = days | {"spoke", "private", "fear", "visit_id", "facility_id", "filed"}
    assert {part for part in WRITTEN if not holds_text(part)} == without


def test_what_is_empty_neither_goes_nor_is_held_back() -> None:
    bare = Report(visit_id=uuid.UUID(int=1), complaints="beaten")
    found = gate.outgoing(bare, Audience.AUTHORITIES, frozenset())
    assert (found.parts, found.held_back) == ({}, ("complaints",))


# -- what was agreed to

STATES = st.sampled_from(list(consent.State))


@given(st.fixed_dictionaries({one.value: STATES for one in Consent}))
def test_nothing_but_a_yes_is_a_yes(said: dict[str, Any]) -> None:
    agreed = gate.agreed(Consents(**said))
    assert agreed == {one for one in Consent if said[one.value] is consent.State.GIVEN}


def test_nobody_asked_has_agreed_to_nothing() -> None:
    assert gate.agreed(Consents()) == frozenset()


ALL = msgspec.structs.replace(Consents(), **{one.value: "given" for one in Consent})
AFTER: list[tuple[dict[str, consent.State], set[Consent]]] = [
    ({}, set(Consent)),
    (dict.fromkeys(PURPOSES, consent.State.GIVEN), set(Consent)),
    (dict.fromkeys(PURPOSES, consent.State.NOT_ASKED), set(Consent)),
    ({"raise_authorities": consent.State.WITHDRAWN}, set(Consent) - {Consent.AUTHORITIES}),
    ({"raise_authorities": consent.State.REFUSED}, set(Consent) - {Consent.AUTHORITIES}),
    ({"public_statement": consent.State.WITHDRAWN}, set(Consent) - {Consent.PUBLISH}),
    ({"media": consent.State.WITHDRAWN}, set(Consent)),
    ({"be_seen": consent.State.WITHDRAWN}, set(Consent)),
    (dict.fromkeys(PURPOSES, consent.State.WITHDRAWN), {Consent.RECORD, Consent.MEDICAL}),
]


@pytest.mark.parametrize(("stands", "left"), AFTER)
def test_a_no_on_the_file_closes_what_the_interview_opened(
    stands: dict[str, consent.State], left: set[Consent]
) -> None:
    assert gate.agreed(ALL, stands=stands) == left


def test_a_yes_on_the_file_opens_nothing_of_an_interview() -> None:
    """Consent to raise the case is none to pass on what was said in a cell; family may have given it."""
    assert gate.agreed(Consents(), stands=dict.fromkeys(PURPOSES, consent.State.GIVEN)) == frozenset()


@pytest.mark.parametrize(
    ("guardian", "left"), [((), set()), (("record", "medical"), {Consent.RECORD, Consent.MEDICAL})]
)
def test_for_a_minor_it_takes_the_guardian_too(guardian: tuple[str, ...], left: set[Consent]) -> None:
    said = msgspec.structs.replace(ALL, guardian=guardian)
    assert gate.agreed(said, minor=True) == left
    assert gate.agreed(said, minor=False) == set(Consent)
    assert gate.agreed(Consents(guardian=tuple(Consent)), minor=True) == frozenset()


@given(st.sets(st.sampled_from(list(Consent))), st.sampled_from(list(Consent)), st.sampled_from(list(Audience)))
def test_one_more_yes_never_takes_anything_away(agreed: set[Consent], more: Consent, audience: Audience) -> None:
    report = whole(Consents())
    less, then = (gate.outgoing(report, audience, frozenset(one)).parts for one in (agreed, agreed | {more}))
    assert set(less) <= set(then)


# -- what is written down at all

INTERVIEW = (
    "health",
    "injuries",
    "injuries_seen",
    "medical_access",
    "solitary_since",
    "lawyer_last",
    "lawyer_note",
    "family_last",
    "family_note",
    "complaints",
    "requests",
    "fear",
    "channel",
)
EMPTY = Report(visit_id=uuid.UUID(int=1))


@pytest.mark.parametrize("part", [*INTERVIEW, "places told_by_detainee"])
def test_what_they_said_is_not_written_down_without_their_yes(part: str) -> None:
    name, _, basis = part.partition(" ")
    full = whole(Consents())
    value = tuple(one for one in full.places if one.basis == basis) if basis else getattr(full, name)
    report = msgspec.structs.replace(EMPTY, **{name: value})
    assert not gate.recordable(report)
    assert gate.recordable(msgspec.structs.replace(report, consents=Consents(record="given")))


def test_what_a_minor_said_is_written_down_with_the_guardians_yes_too() -> None:
    child = msgspec.structs.replace(EMPTY, complaints="beaten", consents=Consents(record="given"))
    both = msgspec.structs.replace(child, consents=Consents(record="given", guardian=("record",)))
    assert (gate.recordable(child), gate.recordable(child, minor=True)) == (True, False)
    assert gate.recordable(both, minor=True)


def test_what_we_saw_and_that_they_said_no_is_written_down() -> None:
    full = whole(Consents(record="refused"))
    ours = msgspec.structs.replace(
        full,
        places=tuple(one for one in full.places if one.basis != "told_by_detainee"),
        **{part: getattr(EMPTY, part) for part in INTERVIEW},
    )
    assert gate.recordable(ours)
    assert not gate.recordable(full)
    assert gate.spoken_of() == {*INTERVIEW, "places"}


@pytest.mark.parametrize("audience", Audience)
def test_the_reason_names_what_is_missing_first(audience: Audience) -> None:
    said = {
        Audience.AUTHORITIES: "raised with the authorities",
        Audience.PUBLICATION: "published",
        Audience.DOCTOR: "medical data",
    }
    found = gate.why_not("health", audience, frozenset({Consent.RECORD}))
    assert found is not None
    assert said[audience] in found[0]
