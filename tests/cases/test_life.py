"""The life of a file: every state × act × person is tried, and the documentation prints the table that runs."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases import life
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.life import Act, Effect, State, step
from hrd_cases.cases.needs import Actor, Facts, Need
from hrd_cases.errors import Refused, Sentence
from hrd_cases.keys.roles import Role
from hrd_cases.settings import ROOT

CLOSED_ON = date(2026, 8, 1)
ALL_MET = Facts(
    today=date(2026, 11, 19),
    country_and_urgency=True,
    own_office_covers=True,
    level="medium",
    reason=True,
    referral=True,
    next_date=True,
    outcome=True,
    feedback=True,
    open_things=0,
    head_agrees=True,
    closed_on=CLOSED_ON,
    receiver_accepted=True,
    retention_due=True,
    legal_hold=False,
    auditor_agrees=True,
    asked=True,
)
NOTHING_MET = Facts(today=date(2026, 11, 19), open_things=1, legal_hold=True)

OFFICERS = {
    Role.LIAISON_OFFICER,
    Role.DEPUTY,
    Role.HEAD,
    Role.HEADQUARTERS_HEAD,
    Role.HEADQUARTERS_DESK,
}
HEADS = {Role.HEAD, Role.HEADQUARTERS_HEAD}

# Written by hand from DOMAIN's "Case life": state, act, then. Whoever changes the table changes this one too.
WRITTEN = {
    ("draft", "submit"): ("submitted", "recorder"),
    ("draft", "open"): ("active", "recorder"),
    ("submitted", "arrive"): ("routed", "register"),
    ("routed", "acknowledge"): ("acknowledged", "officers"),
    ("acknowledged", "assess"): ("assessed", "officers"),
    ("reopened", "assess"): ("assessed", "officers"),
    ("assessed", "take_on"): ("active", "officers"),
    ("assessed", "reject"): ("rejected", "officers"),
    ("active", "rest"): ("dormant", "officers"),
    ("dormant", "wake"): ("active", "officers"),
    ("active", "close"): ("closed", "officers"),
    ("dormant", "close"): ("closed", "officers"),
    ("active", "ask_close"): ("active", "officers"),
    ("dormant", "ask_close"): ("dormant", "officers"),
    ("active", "confirm_close"): ("closed", "heads"),
    ("dormant", "confirm_close"): ("closed", "heads"),
    ("active", "send_back"): ("active", "heads"),
    ("dormant", "send_back"): ("dormant", "heads"),
    ("closed", "archive"): ("archived", "register"),
    ("rejected", "archive"): ("archived", "register"),
    ("closed", "reopen"): ("reopened", "officers"),
    ("archived", "reopen"): ("reopened", "officers"),
    ("rejected", "reopen"): ("reopened", "officers"),
    ("acknowledged", "transfer"): ("transferred", "heads"),
    ("assessed", "transfer"): ("transferred", "heads"),
    ("active", "transfer"): ("transferred", "heads"),
    ("dormant", "transfer"): ("transferred", "heads"),
    ("archived", "anonymise"): ("anonymised", "heads"),
}

ACTORS: dict[str, Actor] = {f"{role} here": Actor(here=frozenset({role})) for role in Role}
ACTORS |= {f"{role}, own draft": Actor(here=frozenset({role}), recorder=True) for role in Role}
ACTORS |= {
    "of another office": Actor(here=frozenset()),
    "recorder without a role any more": Actor(here=frozenset(), recorder=True),
    "the register": Actor(here=frozenset(), register=True),
}


def may(actor: Actor, who: str) -> bool:
    return {
        "recorder": actor.recorder and bool(actor.here & OFFICERS),
        "officers": bool(actor.here & OFFICERS),
        "heads": bool(actor.here & HEADS),
        "register": actor.register,
    }[who]


@pytest.mark.parametrize("name", ACTORS)
@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_each_cell_does_what_is_written_or_is_refused_with_what_can_be_done(state: State, act: Act, name: str) -> None:
    """What the table allows happens; anything else is refused with whole sentences, the second saying what can be."""
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


MISSING: list[tuple[str, str, dict[str, Any], str]] = [
    ("draft", "submit", {"country_and_urgency": False}, "country"),
    ("draft", "open", {"country_and_urgency": False}, "country"),
    ("draft", "open", {"own_office_covers": False}, "does not cover"),
    ("acknowledged", "assess", {"level": None}, "risk level"),
    ("reopened", "assess", {"level": None}, "risk level"),
    ("assessed", "reject", {"reason": False}, "reason"),
    ("assessed", "reject", {"referral": False}, "turn to"),
    ("assessed", "reject", {"open_things": 1}, "still open"),
    ("assessed", "reject", {"level": "critical", "head_agrees": False}, "head"),
    ("active", "rest", {"next_date": False}, "date"),
    ("active", "close", {"outcome": False}, "outcome"),
    ("active", "close", {"feedback": False}, "told"),
    ("active", "close", {"open_things": 1}, "still open"),
    ("active", "close", {"level": "high", "head_agrees": False}, "head"),
    ("active", "close", {"level": "critical", "head_agrees": False}, "head"),
    ("dormant", "close", {"level": "critical", "head_agrees": False}, "head"),
    ("active", "close", {"level": None, "head_agrees": False}, "head"),
    ("active", "ask_close", {"outcome": False}, "outcome"),
    ("active", "ask_close", {"feedback": False}, "told"),
    ("active", "ask_close", {"reason": False}, "reason"),
    ("active", "ask_close", {"open_things": 1}, "still open"),
    ("active", "confirm_close", {"asked": False}, "asked"),
    ("active", "confirm_close", {"open_things": 1}, "still open"),
    ("dormant", "confirm_close", {"level": "critical", "head_agrees": False, "asked_by_me": True}, "head"),
    ("active", "send_back", {"asked": False}, "asked"),
    ("active", "send_back", {"reason": False}, "reason"),
    ("closed", "archive", {"closed_on": date(2026, 11, 1)}, "90 days"),
    ("closed", "archive", {"closed_on": None}, "90 days"),
    ("closed", "reopen", {"reason": False}, "reason"),
    ("active", "transfer", {"receiver_accepted": False}, "accepted"),
    ("archived", "anonymise", {"retention_due": False}, "kept"),
    ("archived", "anonymise", {"legal_hold": True}, "hold"),
    ("archived", "anonymise", {"auditor_agrees": False}, "data protection"),
]


@pytest.mark.parametrize(("state", "act", "lacking", "word"), MISSING)
def test_what_is_missing_is_said_with_what_to_do(state: str, act: str, lacking: dict[str, Any], word: str) -> None:
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}), recorder=True, register=True)
    if WRITTEN[State(state), Act(act)][1] == "heads":
        officer = Actor(here=frozenset({Role.HEAD}))
    with pytest.raises(Refused) as refused:
        step(State(state), Act(act), officer, replace(ALL_MET, **lacking))
    assert word in refused.value.said()[0]
    assert refused.value.said()[1]


def test_what_nobody_has_said_is_not_met() -> None:
    bare, officer = Facts(today=ALL_MET.today), Actor(here=frozenset({Role.LIAISON_OFFICER}))
    assert {need for need in Need if need.met(bare, officer)} == {Need.NOTHING_OPEN, Need.NO_LEGAL_HOLD}
    for act in (Act.SUBMIT, Act.OPEN, Act.ARRIVE):
        assert not any(offer.act is act for state in State for offer in life.offers(state, officer, bare))


def test_every_need_of_the_table_is_missed_by_one_of_the_cases_above() -> None:
    tried = {need for state, act, lacking, _ in MISSING for need in _missing(state, act, lacking)}
    assert tried == {need for row in life.TABLE for need in row.needs}


def _missing(state: str, act: str, lacking: dict[str, Any]) -> list[Need]:
    row = life.row(State(state), Act(act))
    assert row is not None
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}))
    return [need for need in row.needs if not need.met(replace(ALL_MET, **lacking), officer)]


@pytest.mark.parametrize(("level", "agrees"), [("low", True), ("medium", True), ("high", False), ("critical", False)])
def test_an_officer_closes_alone_up_to_medium(level: str, agrees: bool) -> None:
    facts = replace(ALL_MET, level=level, head_agrees=False)
    officer, head = (Actor(here=frozenset({role})) for role in (Role.LIAISON_OFFICER, Role.HEAD))
    assert step(State.ACTIVE, Act.CLOSE, head, facts).after is State.CLOSED
    if agrees:
        assert step(State.ACTIVE, Act.CLOSE, officer, facts).after is State.CLOSED
    else:
        with pytest.raises(Refused):
            step(State.ACTIVE, Act.CLOSE, officer, facts)


@pytest.mark.parametrize("days", [0, 89, 90, 91])
def test_a_closed_file_is_archived_on_the_ninetieth_day(days: int) -> None:
    facts = replace(ALL_MET, today=CLOSED_ON + timedelta(days))
    offered = life.refusal(State.CLOSED, Act.ARCHIVE, Actor(here=frozenset(), register=True), facts)
    assert (offered is None) is (days >= 90)


def test_recording_for_the_own_office_goes_straight_to_active() -> None:
    """With nothing but country and urgency: the rest becomes tasks."""
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}), recorder=True)
    bare = replace(NOTHING_MET, country_and_urgency=True, own_office_covers=True)
    opened = step(State.DRAFT, Act.OPEN, officer, bare)
    assert opened.after is State.ACTIVE
    assert {Effect.BECOMES_OFFICER, Effect.TASKS_RAISED} <= set(opened.effects)


@pytest.mark.parametrize(
    ("state", "act", "effect"),
    [
        ("draft", "submit", Effect.LETTER_SENT),
        ("draft", "submit", Effect.RECORDER_KEEPS_NOTHING),
        ("submitted", "arrive", Effect.CLOCKS_STARTED),
        ("submitted", "arrive", Effect.TASKS_RAISED),
        ("routed", "acknowledge", Effect.CLOCKS_CANCELLED),
        ("routed", "acknowledge", Effect.BECOMES_OFFICER),
        ("acknowledged", "assess", Effect.REVIEW_PLANNED),
        ("active", "close", Effect.REMINDERS_CANCELLED),
        ("active", "close", Effect.ARCHIVING_PLANNED),
        ("closed", "reopen", Effect.ARCHIVING_CANCELLED),
    ],
)
def test_what_follows_from_an_act(state: str, act: str, effect: Effect) -> None:
    row = life.row(State(state), Act(act))
    assert row is not None
    assert effect in row.effects


def test_a_page_offers_what_this_person_can_do_and_says_what_is_missing() -> None:
    officer = Actor(here=frozenset({Role.LIAISON_OFFICER}))
    offers = {offer.act: offer.refused for offer in life.offers(State.ACTIVE, officer, replace(ALL_MET, outcome=False))}
    assert set(offers) == {Act.REST, Act.CLOSE, Act.ASK_CLOSE}
    assert offers[Act.REST] is None
    assert offers[Act.CLOSE] is not None
    assert life.offers(State.ACTIVE, Actor(here=frozenset()), ALL_MET) == []


def test_every_state_is_reached_from_a_draft_and_none_but_the_last_two_is_a_dead_end() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {row.after for row in life.TABLE if row.before in reached}
    assert reached == set(State)
    assert {state for state in State if not any(row.before is state for row in life.TABLE)} == {
        State.ANONYMISED,
        State.TRANSFERRED,
    }


@given(st.lists(st.sampled_from(list(Act)), max_size=30), st.sampled_from(sorted(ACTORS)))
def test_no_walk_leads_back_to_a_draft_or_out_of_an_end(acts: list[Act], name: str) -> None:
    state, everybody = State.DRAFT, Actor(here=frozenset(OFFICERS), recorder=True, register=True)
    for act in acts:
        try:
            after = step(state, act, everybody, ALL_MET).after
        except Refused:
            continue
        assert after is not State.DRAFT
        assert state not in {State.ANONYMISED, State.TRANSFERRED}
        state = after


def test_every_act_and_state_has_a_name_and_every_act_says_when_it_can_be_done() -> None:
    assert list(CODES["act"]) == [str(act) for act in Act]
    assert set(life.ONLY) == set(Act)
    assert all(isinstance(one, Sentence) for one in itertools.chain(life.ONLY.values(), *(n.value[:2] for n in Need)))


def test_the_documentation_prints_the_table() -> None:
    page = (ROOT / "docs" / "case-life.md").read_text(encoding="utf-8")
    assert page == life.as_page(), "print it anew: python -m hrd_cases.cases.life > docs/case-life.md"
