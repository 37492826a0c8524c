"""The life of a visit: every state × act × person is tried, and the documentation prints the table that runs."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cases.codes import CODES as CASE_CODES
from hrd_cases.door.permissions import RULES, Permission
from hrd_cases.errors import Refused, Sentence
from hrd_cases.keys.roles import Role
from hrd_cases.settings import ROOT
from hrd_cases.visits import life, needs
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.life import Act, Effect, State, step
from hrd_cases.visits.needs import Actor, Facts, Need, Who

FLAGS = [one.name for one in fields(Facts)]
ALL_MET = replace(Facts(**dict.fromkeys(FLAGS, True)), next_known=False)

HEADS = {Role.HEAD, Role.HEADQUARTERS_HEAD}
OFFICERS = HEADS | {Role.LIAISON_OFFICER, Role.DEPUTY, Role.HEADQUARTERS_DESK}

NOT_GONE_YET = ("proposed", "consent_checked", "requested", "no_reply", "conditions_refused", "granted")
UNANSWERED = ("requested", "no_reply")
WATCHED = ("conducted", "turned_away", "reported", "follow_up")

# Written by hand from DOMAIN's "Visit life": state, act, then, who. Whoever changes the table changes this one too.
WRITTEN = {
    ("proposed", "check_consent"): ("consent_checked", "officers"),
    ("consent_checked", "send"): ("requested", "heads"),
    ("consent_checked", "send_back"): ("proposed", "heads"),
    ("conditions_refused", "go_without"): ("granted", "heads"),
    ("conditions_refused", "insist"): ("requested", "heads"),
    ("conditions_refused", "refuse"): ("refused", "officers"),
    ("granted", "refuse"): ("refused", "officers"),
    ("granted", "move"): ("granted", "officers"),
    ("conducted", "report"): ("reported", "officers"),
    ("turned_away", "report"): ("reported", "officers"),
    ("reported", "report"): ("reported", "officers"),
    ("follow_up", "report"): ("follow_up", "officers"),
    ("reported", "follow_up"): ("follow_up", "officers"),
    ("follow_up", "close"): ("closed", "officers"),
    ("refused", "close"): ("closed", "officers"),
    ("no_reply", "close"): ("closed", "officers"),
}
WRITTEN |= {(state, "remind"): (state, "officers") for state in UNANSWERED}
WRITTEN |= {(state, "grant"): ("granted", "officers") for state in UNANSWERED}
WRITTEN |= {(state, "grant_short"): ("conditions_refused", "officers") for state in UNANSWERED}
WRITTEN |= {(state, "refuse"): ("refused", "officers") for state in UNANSWERED}
WRITTEN |= {(state, "conduct"): ("conducted", "officers") for state in (*UNANSWERED, "granted")}
WRITTEN |= {(state, "turn_away"): ("turned_away", "officers") for state in (*UNANSWERED, "granted")}
WRITTEN |= {(state, "no_reprisal"): (state, "officers") for state in WATCHED}
WRITTEN |= {(state, "reprisal"): (state, "officers") for state in WATCHED}
WRITTEN |= {(state, "ask_again"): (state, "officers") for state in ("refused", "no_reply", *WATCHED)}
WRITTEN |= {(state, "withdraw"): ("withdrawn", "officers") for state in NOT_GONE_YET}
WRITTEN |= {(state, "cancel"): ("cancelled", "officers") for state in NOT_GONE_YET}

ACTORS = {f"{role} of the office": Actor(frozenset({role})) for role in Role}
ACTORS |= {
    "of another office": Actor(frozenset()),
    "officer and finance": Actor(frozenset({Role.LIAISON_OFFICER, Role.FINANCE})),
    "officer, acting head": Actor(frozenset({Role.LIAISON_OFFICER, Role.HEAD})),
}


def may(actor: Actor, who: str) -> bool:
    return bool(actor.here & {"officers": OFFICERS, "heads": HEADS}[who])


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


@pytest.mark.parametrize(
    ("who", "permission"), [(Who.OFFICERS, Permission.WORK_ON_CASE), (Who.HEADS, Permission.DECIDE_ON_CASE)]
)
def test_who_may_is_whom_the_door_lets_in(who: Who, permission: Permission) -> None:
    assert {role for role in Role if who.allows(Actor(frozenset({role})))} == RULES[permission].here


# -- what is missing

MISSING: list[tuple[str, str, dict[str, Any], str]] = [
    ("proposed", "check_consent", {"consent": False}, "agreed"),
    ("proposed", "check_consent", {"conditions": False}, "conditions"),
    ("consent_checked", "send", {"consent": False}, "agreed"),
    ("consent_checked", "send", {"note": False}, "note verbale"),
    ("consent_checked", "send_back", {"reason": False}, "reason"),
    ("requested", "remind", {"consent": False}, "agreed"),
    ("requested", "grant", {"replied": False}, "day of the reply"),
    ("requested", "grant", {"all_agreed": False}, "conditions"),
    ("no_reply", "grant_short", {"replied": False}, "day of the reply"),
    ("requested", "grant_short", {"some_refused": False}, "All conditions"),
    ("requested", "refuse", {"replied": False}, "day of the reply"),
    ("conditions_refused", "go_without", {"reason": False}, "reason"),
    ("conditions_refused", "insist", {"consent": False}, "agreed"),
    ("conditions_refused", "insist", {"note": False}, "note verbale"),
    ("granted", "move", {"new_date": False}, "new date"),
    ("granted", "conduct", {"begun": False}, "still to come"),
    ("granted", "conduct", {"short_form": False}, "how it went"),
    ("granted", "turn_away", {"begun": False}, "still to come"),
    ("granted", "turn_away", {"reason": False}, "reason"),
    ("conducted", "report", {"report": False}, "empty"),
    ("conducted", "report", {"recordable": False}, "recorded"),
    ("conducted", "no_reprisal", {"check_open": False}, "answered already"),
    ("conducted", "no_reprisal", {"check_due": False}, "has not come"),
    ("conducted", "no_reprisal", {"basis": False}, "how this is known"),
    ("follow_up", "reprisal", {"check_open": False}, "answered already"),
    ("follow_up", "reprisal", {"basis": False}, "how this is known"),
    ("follow_up", "reprisal", {"incident": False}, "incident"),
    ("reported", "follow_up", {"what_follows": False}, "what follows"),
    ("follow_up", "close", {"checks_answered": False}, "reprisals"),
    ("follow_up", "close", {"nothing_open": False}, "still open"),
    ("refused", "close", {"what_follows": False}, "what follows"),
    ("no_reply", "close", {"what_follows": False}, "what follows"),
    ("turned_away", "ask_again", {"next_known": True}, "proposed already"),
    ("granted", "cancel", {"reason": False}, "reason"),
]


@pytest.mark.parametrize(("state", "act", "lacking", "word"), MISSING)
def test_what_is_missing_is_said_with_what_to_do(state: str, act: str, lacking: dict[str, Any], word: str) -> None:
    head = Actor(frozenset({Role.HEAD}))
    with pytest.raises(Refused) as refused:
        step(State(state), Act(act), head, replace(ALL_MET, **lacking))
    assert word in refused.value.said()[0]
    assert refused.value.said()[1]


def test_every_need_of_the_table_is_missed_by_one_of_the_cases_above() -> None:
    nobody = Actor(frozenset())
    tried = {
        (act, need)
        for state, act, lacking, _ in MISSING
        for need in life.needs(State(state), Act(act))
        if not need.met(replace(ALL_MET, **lacking), nobody)
    }
    assert tried == {(row.act, need) for row in life.TABLE for need in row.needs}
    assert {need for _, need in tried} == set(Need)


def test_what_nobody_has_said_is_not_met() -> None:
    assert {need for need in Need if need.met(Facts(), Actor(frozenset()))} == {Need.NO_NEXT_YET}


# -- what follows


@pytest.mark.parametrize("state", UNANSWERED)
@pytest.mark.parametrize("act", [Act.GRANT, Act.GRANT_SHORT, Act.REFUSE, Act.CONDUCT, Act.TURN_AWAY])
def test_whatever_is_answered_stops_the_clock_of_the_reply(state: str, act: Act) -> None:
    assert Effect.CLOCK_STOPPED in effects(state, act)


@pytest.mark.parametrize("state", NOT_GONE_YET)
@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.CANCEL])
def test_after_the_note_the_authorities_are_told_that_nobody_comes_and_not_why(state: str, act: Act) -> None:
    sent = state not in ("proposed", "consent_checked")
    assert (Effect.AUTHORITIES_TOLD in effects(state, act)) is sent
    assert (Effect.CLOCK_STOPPED in effects(state, act)) is (state in UNANSWERED)
    assert "why" in Effect.AUTHORITIES_TOLD


@pytest.mark.parametrize("act", Act)
def test_each_way_into_a_place_of_detention_plans_the_checks_and_no_other_act_does(act: Act) -> None:
    for row in life.TABLE:
        if row.act is act:
            at_the_gate = row.after in (State.CONDUCTED, State.TURNED_AWAY) and row.before not in WATCHED
            assert (Effect.CHECKS_PLANNED in row.effects) is at_the_gate
            assert (Effect.REPORT_PLANNED in row.effects) is at_the_gate


def test_only_whom_somebody_met_was_met() -> None:
    """A direct contact ends what relatives said for them: whoever was turned away has met nobody."""
    assert {row.act for row in life.TABLE if Effect.CONTACT_ON_FILE in row.effects} == {Act.CONDUCT}


@pytest.mark.parametrize("state", WATCHED)
def test_a_reprisal_opens_an_incident_and_raises_the_risk(state: str) -> None:
    follows = effects(state, Act.REPRISAL)
    assert {Effect.INCIDENT_OPENED, Effect.RISK_RAISED, Effect.HEAD_TOLD, Effect.CHECK_SETTLED} == set(follows)
    assert effects(state, Act.NO_REPRISAL) == (Effect.CHECK_SETTLED,)


def test_what_goes_out_stands_on_the_file() -> None:
    assert Effect.REMINDER_ON_FILE in effects("requested", Act.REMIND)
    for row in life.TABLE:
        on_file = {Effect.NOTE_ON_FILE, Effect.REMINDER_ON_FILE} & set(row.effects)
        assert bool(on_file) is (Need.CONSENT in row.needs and row.act is not Act.CHECK_CONSENT)


def test_every_note_starts_the_clock_of_its_reply_and_a_reminder_does_not_start_it_anew() -> None:
    assert {row.act for row in life.TABLE if Effect.CLOCK_STARTED in row.effects} == {Act.SEND, Act.INSIST}
    assert {row.act for row in life.TABLE if Effect.NOTE_ON_FILE in row.effects} == {Act.SEND, Act.INSIST}
    assert Effect.CLOCK_STOPPED not in effects("requested", Act.REMIND)


def effects(state: str, act: Act) -> tuple[Any, ...]:
    found = life.row(State(state), act)
    assert found is not None
    return found.effects


# -- the clock's own state


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("state", State)
def test_a_request_nobody_answers_becomes_one_without_reply_by_the_clock_alone(state: State, silent: bool) -> None:
    stands = State.NO_REPLY if silent and state is State.REQUESTED else state
    assert life.stands_as(state, silent=silent) is stands


def test_every_state_is_reached_and_only_what_is_over_leads_nowhere() -> None:
    reached = {State.PROPOSED}
    for _ in State:
        reached |= {row.after for row in life.TABLE if row.before in reached}
        reached |= {life.stands_as(state, silent=True) for state in reached}
    assert reached == set(State)
    ends = {state for state in State if not any(row.before is state for row in life.TABLE)}
    assert ends == set(life.OVER) == {State.CLOSED, State.WITHDRAWN, State.CANCELLED}


def test_nobody_who_was_at_the_gate_closes_without_the_checks() -> None:
    """From where somebody was there, every way that ends goes through an act that needs all of them answered."""
    safe = {row for row in life.TABLE if Need.CHECKS_ANSWERED in row.needs}
    reached = {State.CONDUCTED, State.TURNED_AWAY}
    for _ in State:
        reached |= {row.after for row in life.TABLE if row.before in reached and row not in safe}
    assert not reached & set(life.OVER)


def test_nothing_is_sent_without_consent() -> None:
    for row in life.TABLE:
        outward = Effect.NOTE_ON_FILE in row.effects or row.act is Act.REMIND
        assert (Need.CONSENT in row.needs) is (outward or row.act is Act.CHECK_CONSENT)


def test_consent_is_asked_for_the_visit_and_for_the_note_that_names_them() -> None:
    assert needs.CONSENT_TO == ("be_seen", "raise_authorities")
    assert tuple(CASE_CODES.purpose_of(action) for action in ("visit", "letter_authorities")) == needs.CONSENT_TO


# -- ways through it

WAYS: dict[str, list[tuple[str, Act]]] = {
    "to its end": [
        ("officer", Act.CHECK_CONSENT),
        ("head", Act.SEND),
        ("officer", Act.GRANT),
        ("officer", Act.CONDUCT),
        ("officer", Act.NO_REPRISAL),
        ("officer", Act.REPORT),
        ("officer", Act.FOLLOW_UP),
        ("officer", Act.REPRISAL),
        ("officer", Act.NO_REPRISAL),
        ("officer", Act.CLOSE),
    ],
    "refused, and asked again": [
        ("officer", Act.CHECK_CONSENT),
        ("head", Act.SEND),
        ("officer", Act.REFUSE),
        ("officer", Act.ASK_AGAIN),
        ("officer", Act.CLOSE),
    ],
    "without the interview alone": [
        ("officer", Act.CHECK_CONSENT),
        ("head", Act.SEND),
        ("officer", Act.GRANT_SHORT),
        ("head", Act.INSIST),
        ("officer", Act.GRANT_SHORT),
        ("head", Act.GO_WITHOUT),
        ("officer", Act.TURN_AWAY),
        ("officer", Act.REPORT),
        ("officer", Act.FOLLOW_UP),
        ("officer", Act.CLOSE),
    ],
    "a head alone": [
        ("head", Act.CHECK_CONSENT),
        ("head", Act.SEND),
        ("head", Act.GRANT),
        ("head", Act.CONDUCT),
        ("head", Act.REPORT),
        ("head", Act.FOLLOW_UP),
        ("head", Act.CLOSE),
    ],
}
PEOPLE = {"officer": Actor(frozenset({Role.LIAISON_OFFICER})), "head": Actor(frozenset({Role.HEAD}))}


@pytest.mark.parametrize("name", WAYS)
def test_each_way_is_gone_to_its_end(name: str) -> None:
    state = State.PROPOSED
    for who, act in WAYS[name]:
        state = step(state, act, PEOPLE[who], ALL_MET).after
    assert state is State.CLOSED


@given(
    st.sampled_from(list(State)),
    st.sampled_from(list(ACTORS)),
    st.builds(Facts, **{name: st.booleans() for name in FLAGS}),
)
def test_what_is_offered_without_a_refusal_can_be_done_and_nothing_else(state: State, name: str, facts: Facts) -> None:
    actor = ACTORS[name]
    free = {offer.act for offer in life.offers(state, actor, facts) if offer.refused is None}
    for act in Act:
        assert (act in free) is (life.refusal(state, act, actor, facts) is None)


# -- words and pages


def test_the_codes_of_the_table_are_those_of_the_lists() -> None:
    assert list(CODES["visit_state"]) == [state.value for state in State]
    assert list(CODES["visit_act"]) == [act.value for act in Act]
    assert set(life.ONLY) == set(Act)
    assert {row.who for row in life.TABLE} == set(Who)
    assert {effect for row in life.TABLE for effect in row.effects} == set(Effect)


def test_the_document_prints_the_table() -> None:
    page = (ROOT / "docs" / "visit-life.md").read_text(encoding="utf-8")
    assert page == life.as_page(), "print it anew: python -m hrd_cases.visits.life > docs/visit-life.md"
