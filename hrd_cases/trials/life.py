"""The life of a hearing: one declared table that the code runs, the tests enumerate and the documentation prints.

scheduled → observer requested → assigned → confirmed → held → reported → reviewed; adjourned, cancelled (DOMAIN §3).
Small offices skip steps: an officer goes without asking anybody, and the result may be recorded whoever was there.
`python -m hrd_cases.trials.life > docs/hearing-life.md` prints it anew. Pure.
"""

from __future__ import annotations

import sys
from enum import StrEnum

from hrd_cases import lives
from hrd_cases.errors import N_
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.needs import WHO_CAN, Need, Who


class State(StrEnum):
    SCHEDULED = "scheduled"
    REQUESTED = "requested"
    ASSIGNED = "assigned"
    CONFIRMED = "confirmed"
    HELD = "held"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    ADJOURNED = "adjourned"
    CANCELLED = "cancelled"


AHEAD = (State.SCHEDULED, State.REQUESTED, State.ASSIGNED, State.CONFIRMED)
"""Nobody has said yet what came of it: it stands on the calendar, and its reminders run."""
UNOBSERVED = (State.SCHEDULED, State.REQUESTED)
"""Ahead, and nobody is assigned."""
TOOK_PLACE = (State.HELD, State.REPORTED, State.REVIEWED)


def is_ahead(state: str) -> bool:
    return state in AHEAD


def nobody_goes(state: str) -> bool:
    return state in UNOBSERVED


class Act(StrEnum):
    REQUEST_OBSERVER = "request_observer"
    ASSIGN = "assign"
    GO_MYSELF = "go_myself"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    MOVE = "move"
    RECORD = "record"
    ADJOURN = "adjourn"
    ADJOURN_SINE_DIE = "adjourn_sine_die"
    CANCEL = "cancel"
    SET_NEXT = "set_next"
    REPORT = "report"
    ASK_CHANGES = "ask_changes"
    REVIEW = "review"


class Effect(StrEnum):
    """What follows from an act, in the same transaction: what `hearings` carries out, and nothing else.

    What follows from how a hearing stands, whichever act led there, is no effect of an act: its reminders, what is due
    of it and what others were given of it.
    """

    OFFICERS_TOLD = "the officer of the trial told, and whoever asked"
    OBSERVER_TOLD = "observer told, if there is one"
    PREPARATION_RAISED = "preparation becomes tasks"
    NEXT_OR_CHASED = "a new date spawns the next hearing of the chain; none yet: a task to chase it"
    NEXT_SPAWNED = "next hearing of the chain scheduled; it keeps its observer"
    CHASE_RAISED = "a task to chase the date"
    CHASE_SETTLED = "the task to chase the date is done"
    AUTHOR_TOLD = "author told"


Row = lives.Row[State, Act]
Offer = lives.Offer[Act]
_PREPARED = (Effect.OBSERVER_TOLD, Effect.PREPARATION_RAISED)
_IN_TIME = (Need.NOT_TOO_LATE,)
_AGAIN = (Need.REASON, Need.NEW_DATE)


def _ahead(before: State) -> tuple[Row, ...]:
    """What may be done with any hearing that is ahead."""
    told = (Effect.OBSERVER_TOLD,)
    adjourned, sine_die = (*told, Effect.NEXT_SPAWNED), (*told, Effect.CHASE_RAISED)
    recording = (Need.BEGUN, Need.OUTCOME)
    return (
        Row(before, Act.ASSIGN, State.ASSIGNED, Who.OFFICERS, (Need.OBSERVER,), _PREPARED),
        Row(before, Act.MOVE, before, Who.OFFICERS, (Need.NEW_DATE,), told),
        Row(before, Act.RECORD, State.HELD, Who.EITHER, recording, (Effect.NEXT_OR_CHASED,)),
        Row(before, Act.ADJOURN, State.ADJOURNED, Who.EITHER, _AGAIN, adjourned),
        Row(before, Act.ADJOURN_SINE_DIE, State.ADJOURNED, Who.EITHER, (Need.REASON,), sine_die),
        Row(before, Act.CANCEL, State.CANCELLED, Who.OFFICERS, (Need.REASON,), told),
    )


_REVIEWING = (Need.ANOTHER_THAN_AUTHOR,)
_CHANGING = (Need.ANOTHER_THAN_AUTHOR, Need.REASON)

TABLE: tuple[Row, ...] = (
    Row(State.SCHEDULED, Act.REQUEST_OBSERVER, State.REQUESTED, Who.OFFICERS, _IN_TIME, (Effect.OFFICERS_TOLD,)),
    *(
        Row(before, Act.GO_MYSELF, State.CONFIRMED, Who.OFFICERS, _IN_TIME, _PREPARED)
        for before in (*UNOBSERVED, State.ASSIGNED)
    ),
    Row(State.ASSIGNED, Act.ACCEPT, State.CONFIRMED, Who.OBSERVER, (), (Effect.OFFICERS_TOLD,)),
    Row(State.ASSIGNED, Act.DECLINE, State.REQUESTED, Who.OBSERVER, (), (Effect.OFFICERS_TOLD,)),
    *(
        Row(before, Act.WITHDRAW, State.REQUESTED, Who.EITHER, (), (Effect.OFFICERS_TOLD, Effect.OBSERVER_TOLD))
        for before in (State.ASSIGNED, State.CONFIRMED)
    ),
    *(row for before in AHEAD for row in _ahead(before)),
    # A report that is written again is reviewed again.
    *(Row(before, Act.REPORT, State.REPORTED, Who.OBSERVER, (Need.REPORT,), ()) for before in TOOK_PLACE),
    Row(State.REPORTED, Act.REVIEW, State.REVIEWED, Who.OFFICERS, _REVIEWING, (Effect.AUTHOR_TOLD,)),
    Row(State.REPORTED, Act.ASK_CHANGES, State.HELD, Who.OFFICERS, _CHANGING, (Effect.AUTHOR_TOLD,)),
    *(
        Row(
            before,
            Act.SET_NEXT,
            before,
            Who.OFFICERS,
            (Need.NO_NEXT_YET, Need.NEW_DATE),
            (Effect.NEXT_SPAWNED, Effect.CHASE_SETTLED),
        )
        for before in (*TOOK_PLACE, State.ADJOURNED)
    ),
)

ONLY = {
    Act.REQUEST_OBSERVER: N_("An observer is asked for while the hearing is ahead and nobody goes yet."),
    Act.ASSIGN: N_("An observer is assigned while the hearing is ahead."),
    Act.GO_MYSELF: N_("One goes oneself to a hearing that is ahead. First withdraw an observer who has accepted."),
    Act.ACCEPT: N_("Only what one was assigned is accepted, once."),
    Act.DECLINE: N_("Only what one was assigned is declined. Whoever has accepted can withdraw."),
    Act.WITHDRAW: N_("Only an observer of a hearing that is ahead is withdrawn."),
    Act.MOVE: N_("Only a hearing that is ahead is moved. After one that was adjourned or held, give the new date."),
    Act.RECORD: N_("The result is recorded once. What was recorded can be corrected."),
    Act.ADJOURN: N_("Only a hearing that is ahead is adjourned. After one that was held, give the new date."),
    Act.ADJOURN_SINE_DIE: N_("Only a hearing that is ahead is adjourned."),
    Act.CANCEL: N_("Only a hearing that is ahead is cancelled."),
    Act.SET_NEXT: N_("A new date follows a hearing that was held or adjourned. Move one that is ahead."),
    Act.REPORT: N_("A report is filed on a hearing that was held. Record the result first."),
    Act.ASK_CHANGES: N_("Changes are asked for in a report that was filed and is not reviewed yet."),
    Act.REVIEW: N_("Only a report that was filed is reviewed, once."),
}
_NEXT_BEGINS = {
    State.SCHEDULED: State.SCHEDULED,
    State.REQUESTED: State.REQUESTED,
    State.ASSIGNED: State.ASSIGNED,
    State.CONFIRMED: State.ASSIGNED,
}


_HEADING = """# The life of a hearing

Printed from the table in `hrd_cases/trials/life.py` that the code runs (`python -m hrd_cases.trials.life >
docs/hearing-life.md`); a test compares. What is in no line is refused, with a sentence that says who can or what to do
instead. The office of the file is that of the trial: all its files are there.

What follows from how the hearing stands after any act is in no line: its reminders are planned anew by the rules in
`config/reminders.toml`, what is due of it stands on its file, and what was shared of it says the same as it does, or
ends with the observer who goes no more.
"""
_LIFE: lives.Life[State, Act] = lives.Life(
    TABLE,
    lives.Words(
        states=CODES["hearing_state"].labels,
        acts=CODES["hearing_act"].labels,
        only=ONLY,
        who_can=WHO_CAN,
        in_this_state=N_("This cannot be done with a hearing in the state “%(state)s”."),
        not_theirs=N_("You may not do this with the hearing."),
        who_in_short={
            Who.OFFICERS: "officer, deputy, head of an office of the file",
            Who.OBSERVER: "the observer; an officer for one without an account",
            Who.EITHER: "the observer; officer, deputy, head of an office of the file",
        },
        heading=_HEADING,
    ),
)
row, step, refusal, offers, as_page = _LIFE.row, _LIFE.step, _LIFE.refusal, _LIFE.offers, _LIFE.as_page


def needs(before: State, act: Act) -> tuple[Need, ...]:
    """What the form of an act asks for."""
    found = row(before, act)
    return found.needs if found else ()


def next_begins(ahead: State) -> State:
    """How the next hearing of the chain begins, by what the one before was while ahead: whoever was to go is assigned
    again and says whether the new date suits.
    """
    return _NEXT_BEGINS[ahead]


def report_usable(state: State) -> bool:
    """An unreviewed report is usable: many offices have nobody else to review it."""
    return state in (State.REPORTED, State.REVIEWED)


def marked_unreviewed(state: State) -> bool:
    """Wherever the report is shown or printed, it is marked as not reviewed."""
    return state is State.REPORTED


if __name__ == "__main__":
    sys.stdout.write(as_page())
