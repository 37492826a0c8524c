"""The life of a hearing: every state × act × person is tried, and the documentation prints the table that runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused, Sentence
from hrd_cases.keys.roles import Role
from hrd_cases.settings import ROOT
from hrd_cases.trials import life
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.life import Act, Effect, State, step
from hrd_cases.trials.needs import Actor, Facts, Need, Who

ALL_MET = Facts(observer=True, reason=True, new_date=True, outcome=True, report=True, begun=True, next_known=False)

OFFICERS = {
    Role.LIAISON_OFFICER,
    Role.DEPUTY,
    Role.HEAD,
    Role.HEADQUARTERS_HEAD,
    Role.HEADQUARTERS_DESK,
}

BEFORE = ("scheduled", "requested", "assigned", "confirmed")
AFTER = ("held", "reported", "reviewed", "adjourned")

# Written by hand from DOMAIN's "Hearing life": state, act, then, who. Whoever changes the table changes this one too.
WRITTEN = {
    ("scheduled", "request_observer"): ("requested", "officers"),
    ("assigned", "accept"): ("confirmed", "observer"),
    ("assigned", "decline"): ("requested", "observer"),
    ("assigned", "withdraw"): ("requested", "either"),
    ("confirmed", "withdraw"): ("requested", "either"),
    ("held", "report"): ("reported", "observer"),
    ("reported", "report"): ("reported", "observer"),
    ("reviewed", "report"): ("reported", "observer"),
    ("reported", "ask_changes"): ("held", "officers"),
    ("reported", "review"): ("reviewed", "officers"),
}
WRITTEN |= {(state, "assign"): ("assigned", "officers") for state in BEFORE}
WRITTEN |= {(state, "go_myself"): ("confirmed", "officers") for state in BEFORE[:3]}
WRITTEN |= {(state, "move"): (state, "officers") for state in BEFORE}
WRITTEN |= {(state, "record"): ("held", "either") for state in BEFORE}
WRITTEN |= {(state, "adjourn"): ("adjourned", "either") for state in BEFORE}
WRITTEN |= {(state, "adjourn_sine_die"): ("adjourned", "either") for state in BEFORE}
WRITTEN |= {(state, "cancel"): ("cancelled", "officers") for state in BEFORE}
WRITTEN |= {(state, "set_next"): (state, "officers") for state in AFTER}

NOBODY = Actor(here=frozenset())
ACTORS: dict[str, Actor] = {}
for _role in Role:
    _here = frozenset({_role})
    ACTORS |= {
        f"{_role} of an office of the file": Actor(here=_here),
        f"{_role}, speaks for who has no account": Actor(here=_here, stands_in=True),
        f"{_role}, goes themselves": Actor(here=_here, observer=True),
    }
ACTORS |= {
    "of another office": NOBODY,
    "embassy observer assigned": Actor(here=frozenset(), observer=True),
    "of another office, nobody assigned": Actor(here=frozenset(), stands_in=True),
}


def may(actor: Actor, who: str) -> bool:
    officer = bool(actor.here & OFFICERS)
    return {
        "officers": officer,
        "observer": actor.observer or (officer and actor.stands_in),
        "either": officer or actor.observer,
    }[who]


@pytest.mark.parametrize("name", ACTORS)
@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_each_cell_does_what_is_written_or_is_refused_with_who_can(state: State, act: Act, name: str) -> None:
    then, who = WRITTEN.get((state, act), ("", ""))
    if then and may(ACTORS[name], who):
        assert step(state, act, ACTORS[name], ALL_MET).after == then
        return
    with pytest.raises(Refused) as refused:
        step(state, act, ACTORS[name], ALL_MET)
    reason, who_can = refused.value.said()
    assert isinstance(refused.value.reason, Sentence)
    assert isinstance(refused.value.who_can, Sentence)
    assert reason.endswith(".")
    assert who_can.endswith(".")
    assert "%(" not in reason + who_can


def test_the_table_is_the_one_written_by_hand() -> None:
    assert {(row.before, row.act): (row.after, row.who.value) for row in life.TABLE} == WRITTEN
    assert len(life.TABLE) == len(WRITTEN)


MISSING: list[tuple[str, str, dict[str, Any], str]] = [
    ("scheduled", "assign", {"observer": False}, "who goes"),
    ("confirmed", "cancel", {"reason": False}, "reason"),
    ("scheduled", "move", {"new_date": False}, "new date"),
    ("scheduled", "request_observer", {"too_late": True}, "has begun"),
    ("scheduled", "go_myself", {"too_late": True}, "has begun"),
    ("requested", "go_myself", {"too_late": True}, "has begun"),
    ("assigned", "go_myself", {"too_late": True}, "has begun"),
    ("scheduled", "record", {"begun": False}, "has not begun"),
    ("confirmed", "record", {"outcome": False}, "what came of it"),
    ("scheduled", "adjourn", {"reason": False}, "reason"),
    ("scheduled", "adjourn", {"new_date": False}, "new date"),
    ("scheduled", "adjourn_sine_die", {"reason": False}, "reason"),
    ("scheduled", "cancel", {"reason": False}, "reason"),
    ("adjourned", "set_next", {"new_date": False}, "new date"),
    ("adjourned", "set_next", {"next_known": True}, "recorded already"),
    ("held", "report", {"report": False}, "empty"),
    ("reported", "ask_changes", {"reason": False}, "reason"),
    ("reported", "review", {"own_report": True}, "of their own"),
]


@pytest.mark.parametrize(("state", "act", "lacking", "word"), MISSING)
def test_what_is_missing_is_said_with_what_to_do(state: str, act: str, lacking: dict[str, Any], word: str) -> None:
    goes = Actor(here=frozenset({Role.LIAISON_OFFICER}), observer=True)
    with pytest.raises(Refused) as refused:
        step(State(state), Act(act), goes, replace(ALL_MET, **lacking))
    assert word in refused.value.said()[0]
    assert refused.value.said()[1]


def test_every_need_of_the_table_is_missed_by_one_of_the_cases_above() -> None:
    tried = {
        need
        for state, act, lacking, _ in MISSING
        for need in life.needs(State(state), Act(act))
        if not need.met(replace(ALL_MET, **lacking), NOBODY)
    }
    assert tried == {need for row in life.TABLE for need in row.needs} == set(Need)


def test_what_nobody_has_said_is_not_met() -> None:
    assert {need for need in Need if need.met(Facts(), NOBODY)} == {
        Need.NO_NEXT_YET,
        Need.ANOTHER_THAN_AUTHOR,
        Need.NOT_TOO_LATE,
    }


@pytest.mark.parametrize("role", sorted(OFFICERS))
@pytest.mark.parametrize("act", [Act.REVIEW, Act.ASK_CHANGES])
def test_nobody_reviews_their_own_report_not_even_the_head(role: Role, act: Act) -> None:
    """Where there is nobody else, the report stays usable and marked."""
    author = Actor(here=frozenset({role}))
    with pytest.raises(Refused) as refused:
        step(State.REPORTED, act, author, replace(ALL_MET, own_report=True))
    assert refused.value.said() == (
        "Nobody reviews a report of their own.",
        "Another officer or the head can. Until then it can be used, and is marked as not reviewed.",
    )
    assert step(State.REPORTED, act, author, ALL_MET)


@pytest.mark.parametrize(
    ("state", "usable", "marked"),
    [("held", False, False), ("reported", True, True), ("reviewed", True, False), ("adjourned", False, False)],
)
def test_an_unreviewed_report_is_usable_and_marked(state: str, usable: bool, marked: bool) -> None:
    assert life.report_usable(State(state)) is usable
    assert life.marked_unreviewed(State(state)) is marked


def test_an_embassy_observer_is_offered_what_is_theirs_and_nothing_else() -> None:
    assigned = life.offers(State.ASSIGNED, Actor(here=frozenset(), observer=True), ALL_MET)
    theirs = {"accept", "decline", "withdraw", "record", "adjourn", "adjourn_sine_die"}
    assert {offer.act.value for offer in assigned} == theirs
    assert all(offer.refused is None for offer in assigned)
    assert life.offers(State.ASSIGNED, Actor(here=frozenset()), ALL_MET) == []


def test_a_small_office_records_the_result_in_one_step() -> None:
    """One officer, nobody asked, nobody assigned."""
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}), stands_in=True)
    held = step(State.SCHEDULED, Act.RECORD, officer, Facts(outcome=True, begun=True))
    assert held.after is State.HELD
    assert step(held.after, Act.REPORT, officer, Facts(report=True)).after is State.REPORTED


def test_an_officer_goes_without_asking_anybody() -> None:
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}))
    assert step(State.SCHEDULED, Act.GO_MYSELF, officer, Facts()).after is State.CONFIRMED


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("scheduled", "scheduled"),
        ("requested", "requested"),
        ("assigned", "assigned"),
        ("confirmed", "assigned"),
    ],
)
def test_the_next_hearing_keeps_the_observer_who_says_whether_the_new_date_suits(state: str, then: str) -> None:
    assert life.next_begins(State(state)) == then


def test_what_is_over_has_no_next_beginning_of_its_own() -> None:
    with pytest.raises(KeyError):
        life.next_begins(State.CANCELLED)


def test_the_codes_of_the_table_are_those_of_the_lists() -> None:
    assert list(CODES["hearing_state"]) == [state.value for state in State]
    assert list(CODES["hearing_act"]) == [act.value for act in Act]
    assert set(life.ONLY) == set(Act)
    assert {row.who for row in life.TABLE} == set(Who)
    assert {effect for row in life.TABLE for effect in row.effects} == set(Effect)


def test_the_document_prints_the_table() -> None:
    page = (ROOT / "docs" / "hearing-life.md").read_text(encoding="utf-8")
    assert page == life.as_page(), "print it anew: python -m hrd_cases.trials.life > docs/hearing-life.md"


@given(
    st.sampled_from(list(State)),
    st.sampled_from(list(ACTORS)),
    st.builds(
        Facts,
        *(),
        **{
            name: st.booleans()
            for name in ("observer", "reason", "new_date", "outcome", "report", "begun", "next_known", "own_report")
        },
    ),
)
def test_what_is_offered_without_a_refusal_can_be_done_and_nothing_else(state: State, name: str, facts: Facts) -> None:
    actor = ACTORS[name]
    free = {offer.act for offer in life.offers(state, actor, facts) if offer.refused is None}
    for act in Act:
        assert (act in free) is (life.refusal(state, act, actor, facts) is None)
