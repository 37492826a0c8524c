"""What follows from each act on a hearing: every row of the table is done for real, and then it is looked at who was
told, who goes, what is prepared, what is set, asked for and due. Written by hand, not read off the table.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from hrd_cases.door.visitor import Visitor
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials import life
from hrd_cases.trials.details import Hearing, Observer
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.planning import is_planned
from tests.trials.trying import DEPUTY, HEAD, OFFICER, Tried, held, in_days

# Salma's officer has her file, the deputy goes to the court and writes, the head acts: nobody is told of their own act.
OFFICERS, OBSERVER, AUTHOR = OFFICER, DEPUTY, DEPUTY
BY_THE_OBSERVER = (Act.ACCEPT, Act.DECLINE, Act.REPORT)
LATER = in_days(20)
COLLEAGUE = Observer(name="A colleague of Cairo")


class Follows(NamedTuple):
    """`told`: who, of those of whom there is one. `prepared`, `next`: raised by it. `asked`: somebody asks the court
    for a date from now on, or does so no more; `due`: the report. None: it stays as it was.
    """

    told: tuple[str, ...] = ()
    prepared: bool = False
    next: bool = False
    asked: bool | None = None
    due: bool | None = None


FOLLOWS: dict[Act, tuple[dict[str, Any], Follows]] = {
    Act.REQUEST_OBSERVER: ({}, Follows((OFFICERS,))),
    Act.GO_MYSELF: ({}, Follows((OBSERVER,), prepared=True)),
    Act.ASSIGN: ({"observer": COLLEAGUE}, Follows((OBSERVER,), prepared=True)),
    Act.ACCEPT: ({}, Follows((OFFICERS,))),
    Act.DECLINE: ({"reason": "ill"}, Follows((OFFICERS,))),
    Act.WITHDRAW: ({}, Follows((OFFICERS, OBSERVER))),
    Act.MOVE: ({"new": LATER}, Follows((OBSERVER,))),
    Act.RECORD: ({"result": held(), "new": LATER}, Follows(next=True, due=True)),
    Act.ADJOURN: ({"reason": "no_time", "new": LATER}, Follows((OBSERVER,), next=True)),
    Act.ADJOURN_SINE_DIE: ({"reason": "no_time"}, Follows((OBSERVER,), asked=True)),
    Act.CANCEL: ({"reason": "not_listed"}, Follows((OBSERVER,))),
    Act.SET_NEXT: ({"new": LATER}, Follows(next=True, asked=False)),
    Act.REPORT: ({"report_id": uuid.UUID(int=1)}, Follows()),
    Act.ASK_CHANGES: ({"reason": "Who was the judge?"}, Follows((AUTHOR,), due=True)),
    Act.REVIEW: ({}, Follows((AUTHOR,))),
}


class Seen(NamedTuple):
    """A hearing as it stands, and what hangs on it."""

    said: Hearing
    prepared: int
    next: bool
    told: tuple[str, ...]
    reminded: bool


def brought_to(tried: Tried, state: State) -> uuid.UUID:
    """A hearing of today in this state; where somebody goes or went, the deputy."""
    unobserved = state in life.UNOBSERVED
    goes = None if unobserved else Observer(member_id=tried.member(DEPUTY))
    hearing_id = tried.schedule(when=in_days(0, None), observer=goes)
    reported: list[tuple[Act, str, dict[str, Any]]] = [
        (Act.RECORD, HEAD, {"result": held(), "no_date_yet": True}),
        (Act.REPORT, DEPUTY, {"report_id": uuid.UUID(int=2)}),
        (Act.REVIEW, HEAD, {}),
    ]
    led_by: dict[State, list[tuple[Act, str, dict[str, Any]]]] = {
        State.REQUESTED: [(Act.REQUEST_OBSERVER, OFFICER, {})],
        State.CONFIRMED: [(Act.ACCEPT, DEPUTY, {})],
        State.HELD: reported[:1],
        State.REPORTED: reported[:2],
        State.REVIEWED: reported,
        State.ADJOURNED: [(Act.ADJOURN_SINE_DIE, HEAD, {"reason": "no_time"})],
    }
    for act, who, given in led_by.get(state, []):
        tried.act(hearing_id, act, who=who, **given)
    assert tried.hearing(hearing_id).state == state
    return hearing_id


def seen(tried: Tried, hearing_id: uuid.UUID) -> Seen:
    with tried.world.acting(OFFICER) as (session, visitor):
        docket = open_docket(session, session.get_one(Proceeding, tried.id))
        said = docket.hearing(hearing_id).said
        members = set(session.scalars(select(Reminder.member_id).where(Reminder.id.in_(said.told))))
        told = tuple(one for one in (OFFICER, DEPUTY, HEAD) if tried.member(one) in members)
        assert len(told) == len(said.told), "nobody else is told, and nobody twice"
        return Seen(
            said,
            len(docket.preparation(hearing_id)),
            docket.next_of(hearing_id) is not None,
            told,
            all(reminded(session, visitor, docket)),
        )


def reminded(session: Any, by: Visitor, docket: Docket) -> list[bool]:
    return [is_planned(session, by, docket, one, datetime.now(UTC)) for one in docket.hearings]


@pytest.mark.parametrize("row", life.TABLE, ids=[f"{one.before}-{one.act}" for one in life.TABLE])
def test_every_row_of_the_table_does_what_is_written(tried: Tried, row: life.Row) -> None:
    given, follows = FOLLOWS[row.act]
    hearing_id = brought_to(tried, row.before)
    before = seen(tried, hearing_id)
    tried.act(hearing_id, row.act, who=DEPUTY if row.act in BY_THE_OBSERVER else HEAD, **given)
    after = seen(tried, hearing_id)
    nobody_goes = row.before in life.UNOBSERVED
    told = tuple(one for one in follows.told if one != OBSERVER or not nobody_goes)
    assert after.said.state == row.after
    assert after.told == told
    assert (after.prepared > 0) is (before.prepared > 0 or follows.prepared)
    assert after.next is follows.next
    assert (after.said.chase_on is not None) is stays(follows.asked, before.said.chase_on)
    due = False if follows.due and nobody_goes else follows.due
    assert (after.said.report_on is not None) is stays(due, before.said.report_on)
    assert after.said.observer == goes(row.act, tried, before.said.observer)
    assert after.reminded, "its reminders are those of the rules"


def stays(followed: bool | None, before: object) -> bool:
    return before is not None if followed is None else followed


def goes(act: Act, tried: Tried, before: Observer | None) -> Observer | None:
    """Who goes after it."""
    if act is Act.GO_MYSELF:
        return Observer(member_id=tried.member(HEAD))
    if act is Act.ASSIGN:
        return COLLEAGUE
    return None if act in (Act.DECLINE, Act.WITHDRAW) else before


ENDED: list[tuple[dict[str, Any], bool, bool]] = [
    ({"new": LATER}, True, False),
    ({"no_date_yet": True}, False, True),
    ({}, False, False),
]


@pytest.mark.parametrize(("given", "following", "asked"), ENDED)
def test_a_result_sets_the_next_or_has_somebody_ask_or_neither(
    tried: Tried, given: dict[str, Any], following: bool, asked: bool
) -> None:
    hearing_id = brought_to(tried, State.CONFIRMED)
    tried.act(hearing_id, Act.RECORD, who=HEAD, result=held(), **given)
    after = seen(tried, hearing_id)
    assert (after.next, after.said.chase_on is not None) == (following, asked)


def test_each_act_is_among_those_above() -> None:
    assert set(FOLLOWS) == {row.act for row in life.TABLE} == set(Act)
