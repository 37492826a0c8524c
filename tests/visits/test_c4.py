"""C4 by the rules alone: two requests that failed, their days and tasks; then a visit, granted without the interview in
private, through to its closing with a reprisal confirmed on day 14.
"""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from hrd_cases.cases import consent, risk
from hrd_cases.cases.details import Dated
from hrd_cases.errors import Refused
from hrd_cases.keys.roles import Role
from hrd_cases.visits import contact, contents, gate, history, life, reprisals, solitary, waiting
from hrd_cases.visits.details import Access, Condition, Consents, Observation, Report, Solitude, Stay
from hrd_cases.visits.gate import Audience
from hrd_cases.visits.life import Act, State
from hrd_cases.visits.needs import Actor, Facts
from hrd_cases.visits.reprisals import Answer
from hrd_cases.visits.waiting import Came, Failed, Request, Silence

OFFICER, HEAD = Actor(frozenset({Role.LIAISON_OFFICER})), Actor(frozenset({Role.HEAD}))
ARREST = Stay(since=Dated(on=date(2026, 8, 20)), how="pre_trial")


def take(state: State, act: Act, who: Actor = OFFICER, **facts: bool) -> State:
    return life.step(state, act, who, Facts(**facts)).after


def sent() -> State:
    with pytest.raises(Refused):
        take(State.CONSENT_CHECKED, Act.SEND, OFFICER, consent=True, note=True)
    checked = take(State.PROPOSED, Act.CHECK_CONSENT, consent=True, conditions=True)
    return take(checked, Act.SEND, HEAD, consent=True, note=True)


def test_two_requests_fail_and_nobody_has_to_record_the_silence() -> None:
    held = history.stands([ARREST], (), date(2026, 11, 19))
    assert contact.cut_off(held, date(2026, 11, 19)) == date(2026, 8, 20)

    first = [sent()]
    assert waiting.replied_when(date(2026, 9, 8), date(2026, 9, 1), date(2026, 9, 8)) is None
    first.append(take(first[-1], Act.REFUSE, replied=True))
    requests = [Request(date(2026, 9, 1), waiting.came_of(first))]
    assert waiting.in_a_row(requests, date(2026, 9, 8)) == Failed(1, 0, 0, date(2026, 9, 1))
    assert take(first[-1], Act.ASK_AGAIN) is State.REFUSED

    second, note_on = sent(), date(2026, 10, 20)
    assert waiting.due_of(note_on) == (date(2026, 10, 30), date(2026, 11, 9))
    for today, stands, silence in (
        (date(2026, 10, 29), State.REQUESTED, Silence.WAITS),
        (date(2026, 10, 30), State.REQUESTED, Silence.REMIND),
        (date(2026, 11, 9), State.NO_REPLY, Silence.LONG),
    ):
        assert waiting.silence(note_on, today) is silence
        assert life.stands_as(second, silent=waiting.silence(note_on, today) is Silence.LONG) is stands
    requests.append(Request(note_on, waiting.came_of([second])))
    assert waiting.in_a_row(requests, date(2026, 11, 8)) == Failed(1, 0, 0, date(2026, 9, 1))
    assert waiting.in_a_row(requests, date(2026, 11, 19)) == Failed(1, 1, 0, date(2026, 9, 1))
    assert take(State.NO_REPLY, Act.CLOSE, what_follows=True) is State.CLOSED

    requests.append(Request(date(2026, 11, 20), Came.GRANTED))
    assert waiting.in_a_row(requests, date(2026, 11, 25)) == Failed()


CONDITIONS = (
    Condition(kind="private_interview", answer="refused"),
    Condition(kind="repeat_visit", answer="agreed"),
)
VISITED = date(2026, 12, 1)


def test_the_third_is_granted_without_the_interview_in_private_and_the_head_goes_all_the_same() -> None:
    third = sent()
    all_agreed = contents.all_agreed(CONDITIONS)
    with pytest.raises(Refused, match="Not all conditions"):
        take(third, Act.GRANT, replied=True, all_agreed=all_agreed)
    third = take(third, Act.GRANT_SHORT, replied=True, some_refused=not all_agreed)
    with pytest.raises(Refused, match="You may not"):
        take(third, Act.GO_WITHOUT, OFFICER, reason=True)
    third = take(third, Act.GO_WITHOUT, HEAD, reason=True)
    assert take(third, Act.CONDUCT, begun=True, short_form=True) is State.CONDUCTED


def test_what_he_lets_us_raise_with_the_authorities_goes_there_and_nothing_else() -> None:
    report = Report(
        visit_id=uuid.uuid4(),
        conditions=CONDITIONS,
        spoke="yes",
        private="no",
        consents=Consents(record="given", authorities="given", publish="refused"),
        solitary_since=ARREST.since,
        complaints="No lawyer of his own.",
        injuries="Beaten on the soles.",
        places=(Observation(item="light", rating="harmful", basis="seen", note="Never dark."),),
        fear=4,
        channel="Through the spouse",
    )
    contents.check(report, VISITED)
    filed = take(
        State.CONDUCTED, Act.REPORT, report=contents.says_something(report), recordable=gate.recordable(report)
    )
    assert filed is State.REPORTED
    given = gate.agreed(report.consents, stands={"raise_authorities": consent.State.GIVEN})
    goes = gate.outgoing(report, Audience.AUTHORITIES, given)
    assert set(goes.parts) == {"conditions", "spoke", "private", "solitary_since", "complaints", "places"}
    assert set(goes.held_back) == {"consents", "injuries", "fear", "channel"}
    assert set(gate.outgoing(report, Audience.PUBLICATION, given).parts) == {"conditions", "spoke", "private", "places"}


def test_he_has_been_alone_in_a_cell_since_the_arrest() -> None:
    alone = solitary.stands(history.spells([Solitude(first=ARREST.since)], [ARREST]), VISITED)
    assert (alone.day, alone.prolonged, alone.flag_on) == (104, True, date(2026, 9, 4))


def test_a_reprisal_is_confirmed_on_day_14_and_the_last_check_is_asked_all_the_same() -> None:
    state = take(State.REPORTED, Act.FOLLOW_UP, what_follows=True)
    answers: dict[int, Answer] = {}
    for today, day, answer in (
        (date(2026, 12, 4), 3, Answer.NONE),
        (date(2026, 12, 15), 14, Answer.CONFIRMED),
        (date(2026, 12, 31), 30, Answer.NONE),
    ):
        found = reprisals.checks(VISITED, answers, today)
        with pytest.raises(Refused, match="not all answered"):
            take(state, Act.CLOSE, checks_answered=reprisals.all_answered(found), nothing_open=True)
        check = next(one for one in found if one.is_open)
        assert (check.day, check.due_on, check.due) == (day, today, True)
        act = Act.REPRISAL if reprisals.asks_incident(answer) else Act.NO_REPRISAL
        state = take(state, act, check_open=True, check_due=check.due, basis=True, incident=act is Act.REPRISAL)
        answers[day] = answer
    found = reprisals.checks(VISITED, answers, date(2026, 12, 31))
    assert reprisals.worst(found) is Answer.CONFIRMED
    assert take(state, Act.CLOSE, checks_answered=reprisals.all_answered(found), nothing_open=True) is State.CLOSED


def test_the_incident_it_opens_raises_the_risk_of_whoever_is_held() -> None:
    assert reprisals.incident_of(Answer.CONFIRMED) == ("reprisal_eu", "one_source")
    seen = (Access(on=Dated(on=VISITED), whom="lawyer"), Access(on=Dated(on=VISITED), whom="family"))
    held = contact.risk_facts(history.stands([ARREST], seen, VISITED), VISITED)
    assert risk.floor(held).level is risk.Level.HIGH
    assert risk.floor(contact.together(risk.Facts(reprisal=True), held)).level is risk.Level.CRITICAL
