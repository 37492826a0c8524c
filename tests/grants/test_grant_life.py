"""The life of a grant: every state × act × person who took an earlier step, computed by hand; and the documentation."""

from __future__ import annotations

import uuid
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Refused, Sentence
from hrd_cases.grants import life, printed
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.duties import Bar, Capacity, Done, Duty, assessed_apart, bar, somebody_free
from hrd_cases.grants.life import Act, State, step
from hrd_cases.grants.needs import BARRED, Actor, Apart, Facts, HereFirst, Need, Who
from hrd_cases.grants.sums import VOIDING, Kind, Sums, entries_of
from hrd_cases.grants.turns import NEXT
from hrd_cases.keys.roles import Role
from hrd_cases.settings import ROOT
from tests.grants.cells import PEOPLE, WAYS, WRITTEN, Situation, allowed, situations

SITUATIONS = list(situations())
YES: dict[str, Any] = {one.name: True for one in fields(Facts) if one.type == "bool"}
ALL_MET = Facts(**YES, free_here=frozenset())
"""Nobody in the office is free: headquarters may."""


def actor(who: str) -> Actor:
    person = PEOPLE[who]
    return Actor(person.id, person.roles, person.acting, person.approver)


def done(situation: Situation) -> tuple[Done, ...]:
    return tuple(Done(Duty(had), PEOPLE[who].id, Capacity(as_)) for had, who, as_ in situation.history)


def facts(situation: Situation, act: str, who: str, **others: Any) -> Facts:
    yes: dict[str, Any] = {"done": done(situation), "author": PEOPLE[who].id}
    if act == "approve_anew":
        yes["within_ceiling"] = False
    if act == "countersign":
        yes["second_signed"] = False
    return replace(ALL_MET, **(yes | others))


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", Act)
def test_each_cell_does_what_is_written_or_is_refused_with_who_can(act: Act, who: str) -> None:
    for situation in SITUATIONS:
        given = facts(situation, act, who)
        if allowed(situation, act, who):
            assert step(State(situation.state), act, actor(who), given).after == WRITTEN[situation.state, act][0]
            continue
        with pytest.raises(Refused) as refused:
            step(State(situation.state), act, actor(who), given)
        reason, who_can = refused.value.said()
        assert isinstance(refused.value.reason, Sentence)
        assert isinstance(refused.value.who_can, Sentence)
        assert reason.endswith(".")
        assert who_can.endswith(".")
        assert "%(" not in reason + who_can


def test_every_state_is_tried_and_every_duty_somebody_had_before() -> None:
    assert {one.state for one in SITUATIONS} == {state.value for state in State}
    had = {(one.state, duty) for one in SITUATIONS for duty, _, _ in one.history}
    assert {duty for _, duty in had} == {duty.value for duty in Duty}
    assert len(SITUATIONS) > 40


def test_the_table_is_the_one_written_by_hand() -> None:
    found = {(row.before, row.act): (row.after, life.RULES[row.act].duty or "-") for row in life.TABLE}
    assert found == WRITTEN
    assert len(life.TABLE) == len(WRITTEN)


@pytest.mark.parametrize("name", WAYS)
def test_each_way_is_gone_to_its_end(name: str) -> None:
    for place, (act, who) in enumerate(WAYS[name]):
        situation = next(one for one in SITUATIONS if one.state == state_at(name, place) and on(one, name, place))
        assert allowed(situation, act, who)


def state_at(name: str, place: int) -> str:
    state = "draft"
    for act, _ in WAYS[name][:place]:
        state = WRITTEN[state, act][0]
    return state


def on(situation: Situation, name: str, place: int) -> bool:
    duties = []
    state = "draft"
    for act, who in WAYS[name][:place]:
        state, duty = WRITTEN[state, act]
        duties += [(duty, who, PEOPLE[who].does[duty])] if duty != "-" else []
    return situation.history == tuple(duties)


def test_an_office_of_three_needs_nobody_else() -> None:
    assert {who for _, who in WAYS["three people"]} == {"officer", "finance", "head"}
    assert {who for _, who in WAYS["fast"]} == {"officer", "finance", "head"}


# -- who is free


@pytest.mark.parametrize("act", [Act.APPROVE, Act.APPROVE_LESS])
def test_headquarters_decides_only_where_nobody_in_the_office_is_free(act: Act) -> None:
    verified = next(one for one in SITUATIONS if one.way == tuple(WAYS["three people"][:2]))
    office = [(PEOPLE[who].id, Capacity(PEOPLE[who].does["decide"])) for who in ("head", "deputy")]
    free = frozenset(duty for duty in Duty if somebody_free(duty, office, done(verified)))
    with pytest.raises(Refused, match="Somebody in the office is free"):
        step(State.VERIFIED, act, actor("approver"), facts(verified, act, "approver", free_here=free))
    assert step(State.VERIFIED, act, actor("head"), facts(verified, act, "head", free_here=free))


FREE = [
    ("officer", ["head"], True),
    ("officer", ["deputy"], True),
    ("officer", [], False),
    ("head", ["head"], False),
    ("head", ["head", "deputy"], False),
    ("deputy", ["deputy"], False),
    ("deputy", ["head", "deputy"], True),
]


@pytest.mark.parametrize(("requester", "heads", "free"), FREE)
def test_who_is_free_to_decide(requester: str, heads: list[str], free: bool) -> None:
    """No head, the head's own request (also through an acting head), the acting head's own request."""
    history = [
        Done(Duty.REQUEST, PEOPLE[requester].id, Capacity(PEOPLE[requester].does["request"])),
        Done(Duty.VERIFY, PEOPLE["finance"].id, Capacity.FINANCE),
    ]
    office = [(PEOPLE[who].id, Capacity(PEOPLE[who].does["decide"])) for who in heads]
    assert somebody_free(Duty.DECIDE, office, history) is free


def test_an_assessment_is_apart_if_somebody_else_decided() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assessed = Done(Duty.ASSESS, one, Capacity.OFFICER)
    assert assessed_apart([assessed, Done(Duty.DECIDE, other, Capacity.HEAD)])
    assert not assessed_apart([assessed, Done(Duty.DECIDE, one, Capacity.ACTING_HEAD)])
    assert not assessed_apart([Done(Duty.DECIDE, other, Capacity.HEAD)])


_dones = st.lists(
    st.builds(
        Done, st.sampled_from(list(Duty)), st.sampled_from([p.id for p in PEOPLE.values()]), st.sampled_from(Capacity)
    ),
    max_size=8,
)


@given(_dones, st.sampled_from(list(Duty)), st.sampled_from(list(Capacity)))
def test_whoever_has_done_nothing_is_kept_from_nothing_but_acting_for_the_requester(
    history: list[Done], duty: Duty, capacity: Capacity
) -> None:
    assert bar(duty, uuid.uuid4(), capacity, history) in (None, Bar.ACTS_FOR_REQUESTER)


@given(_dones, st.sampled_from(list(Duty)), st.sampled_from(list(Capacity)), _dones)
def test_no_step_that_was_kept_from_somebody_becomes_theirs_by_what_others_do(
    history: list[Done], duty: Duty, capacity: Capacity, later: list[Done]
) -> None:
    """Only what depends on the last step alone passes."""
    me = PEOPLE["officer"].id
    before = bar(duty, me, capacity, history)
    others = [one for one in later if one.person != me]
    if before is not None and before is not Bar.CONSECUTIVE:
        assert bar(duty, me, capacity, [*history, *others]) is not None


# -- what is missing

MISSING: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("draft", "submit", "officer", {"author": uuid.uuid4()}, "still writing"),
    ("draft", "submit", "officer", {"complete": False}, "not complete"),
    ("draft", "submit", "officer", {"consent": False}, "agreed"),
    ("approved", "change", "officer", {"changed": False}, "the words on the transfer are as they were"),
    ("submitted", "assess", "colleague", {"tests": False}, "three tests"),
    ("submitted", "verify", "finance", {"checked": False}, "check"),
    ("submitted", "verify", "finance", {"rate_known": False}, "accounting rate"),
    ("submitted", "verify", "finance", {"within_ceiling": False}, "worth more"),
    ("submitted", "send_back", "finance", {"reason": False}, "reason"),
    ("verified", "approve", "head", {"not_twice": False}, "same purpose"),
    ("submitted", "fast_approve", "head", {"none_unsigned": False}, "no second has signed it"),
    ("verified", "approve", "head", {"room": False}, "does not hold"),
    ("verified", "approve_less", "head", {"less": False}, "not less"),
    ("submitted", "fast_approve", "head", {"critical": False}, "critical"),
    ("approved", "countersign", "finance", {"second_signed": True}, "already"),
    ("approved", "approve_anew", "finance", {"within_ceiling": True}, "under the ceiling"),
    ("committed", "release", "head", {"amount": False}, "No sum"),
    ("committed", "release", "head", {"second_signed": False, "small": False}, "second signature"),
    ("released", "pay", "finance", {"proof": False}, "proof"),
    ("released", "pay", "finance", {"within_ceiling": False}, "worth more"),
    ("submitted", "reject", "head", {"nothing_paid": False}, "paid already"),
    ("submitted", "stop", "officer", {"some_paid": False}, "Nothing of it"),
    ("submitted", "ask", "head", {"question": False}, "no question"),
    ("submitted", "answer", "officer", {"asked": False}, "asked anything"),
    ("receipts_due", "receipt", "officer", {"receipts": False}, "receipts"),
    ("receipts_due", "close", "head", {"settled": False}, "accounted"),
    ("receipts_due", "close", "head", {"second_signed": False}, "second signature is missing"),
]


@pytest.mark.parametrize(("state", "act", "who", "lacking", "word"), MISSING)
def test_what_is_missing_is_said_with_what_to_do(
    state: str, act: str, who: str, lacking: dict[str, Any], word: str
) -> None:
    here = Situation(state, (), ())
    with pytest.raises(Refused) as refused:
        step(State(state), Act(act), actor(who), facts(here, act, who, **lacking))
    assert word in refused.value.said()[0]
    assert refused.value.said()[1]


def test_every_need_is_missed_by_one_of_the_cases_above() -> None:
    tried = set()
    for state, act, who, lacking, _ in MISSING:
        row = life.row(State(state), Act(act))
        assert row is not None
        given = facts(Situation(state, (), ()), act, who, **lacking)
        tried |= {need for need in row.needs if isinstance(need, Need) and not need.met(given, actor(who))}
    assert tried == set(Need)
    assert {need for row in life.TABLE for need in row.needs if isinstance(need, Need)} == set(Need)


def test_what_nobody_has_said_is_not_met() -> None:
    assert {need for need in Need if need.met(Facts(), actor("officer"))} == {Need.NOT_SIGNED_YET}
    approver = actor("approver")
    assert not HereFirst(Duty.DECIDE).met(Facts(), approver)


@pytest.mark.parametrize("why", Bar)
def test_whoever_is_kept_from_a_step_is_told_why(why: Bar) -> None:
    reason, who_can = Apart(Duty.DECIDE, why).refused().said()
    assert reason.endswith(".")
    assert who_can.endswith(".")
    assert set(BARRED) == set(Bar)


# -- what follows


@pytest.mark.parametrize("state", life.GRANTED)
def test_a_changed_payee_or_sum_voids_approval_and_release(state: State) -> None:
    row = life.row(state, Act.CHANGE)
    assert row is not None
    assert row.after is State.SUBMITTED
    assert row.act in VOIDING
    stands = Sums(allotted=500, approved=300, committed=200, released=100)
    assert {kind for kind, _cents in entries_of(row.act, 300, stands)} == {
        Kind.VOID_APPROVAL, Kind.VOID_COMMITMENT, Kind.VOID_RELEASE,
    }  # fmt: skip


SECOND = [
    ("submit verify approve", True),
    ("submit fast_approve", False),
    ("submit fast_approve commit release", False),
    ("submit fast_approve commit countersign", True),
    ("submit verify change fast_approve", False),
    ("submit verify return submit fast_approve", False),
    ("submit fast_approve approve_anew approve", True),
    ("submit fast_approve countersign change", True),
    ("submit fast_approve countersign change fast_approve", False),
    ("submit fast_approve send_back submit", False),
    ("submit fast_approve send_back submit verify", True),
    ("submit fast_approve commit release pay_part change", False),
    ("submit fast_approve commit release pay_part return", False),
    ("submit fast_approve commit release pay ask_back take_back", False),
    ("submit fast_approve commit release pay ask_back countersign take_back", True),
    ("submit verify approve commit release pay_part change stop", True),
    ("submit", True),
    ("", True),
]


@pytest.mark.parametrize(("acts", "signed"), SECOND)
def test_whatever_was_approved_before_it_was_verified_needs_a_second_signature(acts: str, signed: bool) -> None:
    assert life.second_signed([Act(act) for act in acts.split()]) is signed


UNSIGNED = [
    ("submit fast_approve", True),
    ("submit fast_approve commit release", True),
    ("submit fast_approve countersign", False),
    ("submit fast_approve change", False),
    ("submit fast_approve commit release pay_part change", True),
    ("submit fast_approve commit release pay_part return", True),
    ("submit fast_approve commit release pay_part change stop", True),
    ("submit fast_approve commit release pay ask_back", True),
    ("submit fast_approve commit release pay ask_back take_back", True),
    ("submit fast_approve commit release pay ask_back countersign", False),
    ("submit fast_approve commit release pay_part change verify", False),
    ("submit fast_approve cancel", False),
    ("submit verify approve commit release pay_part", False),
    ("submit", False),
    ("", False),
]


@pytest.mark.parametrize(("acts", "unsigned"), UNSIGNED)
def test_money_that_no_second_has_signed_for_stays_so_whatever_step_back_is_taken(acts: str, unsigned: bool) -> None:
    told = [Act(act) for act in acts.split()]
    state = State.DRAFT
    for act in told:
        state = life.RULES[act].moves[state]
    assert life.unsigned(told, state) is unsigned


Place = tuple[State, bool, bool]
"""The state; is the second signature missing; was something paid."""


def test_from_wherever_a_grant_can_be_its_end_can_be_reached() -> None:
    """With the second signature missing or not, and money paid or not: no grant keeps its case file open for good. By
    states, signatures and payments alone.
    """

    def after(place: Place, act: Act) -> Place | None:
        state, fast, paid = place
        needs = set(getattr(life.row(state, act), "needs", ()))
        if state not in life.RULES[act].moves:
            return None
        if (Need.SECOND_SIGNED in needs and fast) or (Need.NOT_SIGNED_YET in needs and not fast):
            return None
        if (Need.NOTHING_PAID in needs and paid) or (Need.SOME_PAID in needs and not paid):
            return None
        signed = act in (Act.VERIFY, Act.COUNTERSIGN, Act.BACK_TO_APPROVAL)
        then_fast = act is Act.FAST_APPROVE or (fast and not signed)
        return life.RULES[act].moves[state], then_fast, paid or act in life.PAYING

    def from_(place: Place) -> set[Place]:
        found, new = {place}, {place}
        while new:
            new = {then for one in new for act in Act if (then := after(one, act)) is not None} - found
            found |= new
        return found

    everywhere = from_((State.DRAFT, False, False))
    assert len(everywhere) > 30
    for place in everywhere:
        assert any(state in life.ENDED for state, _, _ in from_(place)), place


def test_a_question_stops_no_clock() -> None:
    for act in (Act.ASK, Act.ANSWER):
        assert all(before is after for before, after in life.RULES[act].moves.items())


def test_every_state_is_reached_and_only_the_ended_ones_lead_nowhere() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {row.after for row in life.TABLE if row.before in reached}
    assert reached == set(State)
    ends = {state for state in State if not any(row.before is state for row in life.TABLE)}
    assert ends == {State.REJECTED, State.WITHDRAWN, State.CANCELLED}


def test_whose_turn_it_is_can_go_on_from_there() -> None:
    for state, (_turn, duty) in NEXT.items():
        rows = [row for row in life.TABLE if row.before is state]
        assert rows
        assert duty is None or duty in {life.RULES[row.act].duty for row in rows}
    assert set(NEXT) == set(State) - set(life.ENDED)


def test_every_act_and_state_has_a_name_and_every_act_says_when_it_can_be_done() -> None:
    assert list(CODES["grant_act"]) == [str(act) for act in Act]
    assert list(CODES["grant_state"]) == [str(state) for state in State]
    assert set(life.ONLY) == set(life.RULES) == set(Act)
    assert {row.who for row in life.TABLE} == set(Who)


def test_the_documentation_prints_the_table() -> None:
    page = (ROOT / "docs" / "grant-life.md").read_text(encoding="utf-8")
    assert page == printed.as_page(), "print it anew: python -m hrd_cases.grants.printed > docs/grant-life.md"


def test_no_role_but_the_charter_s_gives_a_duty() -> None:
    idle = {Role.EMBASSY_OBSERVER, Role.AUDITOR, Role.ADMINISTRATOR, Role.CUSTODIAN}
    for role in idle:
        assert not any(Actor(uuid.uuid4(), frozenset({role})).capacity(duty) for duty in Duty)
