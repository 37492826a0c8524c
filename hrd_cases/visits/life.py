"""The life of a visit: one declared table that the code runs, the tests enumerate and the documentation prints.

proposed → consent checked → requested (note verbale) → granted | refused | no reply → conducted | turned away →
reported → follow-up → closed (DOMAIN §4); granted without a condition that was asked for; not wished by the detainee,
cancelled by us. `python -m hrd_cases.visits.life > docs/visit-life.md` prints it anew. Pure.
"""

from __future__ import annotations

import sys
from enum import StrEnum

from hrd_cases import lives
from hrd_cases.errors import N_
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.needs import WHO_CAN, Need, Who


class State(StrEnum):
    PROPOSED = "proposed"
    CONSENT_CHECKED = "consent_checked"
    REQUESTED = "requested"
    NO_REPLY = "no_reply"
    CONDITIONS_REFUSED = "conditions_refused"
    GRANTED = "granted"
    REFUSED = "refused"
    CONDUCTED = "conducted"
    TURNED_AWAY = "turned_away"
    REPORTED = "reported"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


BEFORE_NOTE = (State.PROPOSED, State.CONSENT_CHECKED)
"""The authorities know nothing of it."""
UNANSWERED = (State.REQUESTED, State.NO_REPLY)
"""The note has gone out and nobody has answered it."""
AHEAD = (*BEFORE_NOTE, *UNANSWERED, State.CONDITIONS_REFUSED, State.GRANTED)
"""Nobody was there yet, and somebody may go."""
WATCHED = (State.CONDUCTED, State.TURNED_AWAY, State.REPORTED, State.FOLLOW_UP)
"""Somebody was at the gate: the checks for reprisals run."""
OVER = (State.CLOSED, State.WITHDRAWN, State.CANCELLED)


def stands_as(state: State, *, silent: bool) -> State:
    """The state that counts: a request that nobody answered for so long (`waiting.Wait`) is one without reply, by the
    clock alone and though nobody has signed in to say so.
    """
    return State.NO_REPLY if silent and state is State.REQUESTED else state


class Act(StrEnum):
    CHECK_CONSENT = "check_consent"
    SEND = "send"
    SEND_BACK = "send_back"
    REMIND = "remind"
    GRANT = "grant"
    GRANT_SHORT = "grant_short"
    REFUSE = "refuse"
    GO_WITHOUT = "go_without"
    INSIST = "insist"
    MOVE = "move"
    CONDUCT = "conduct"
    TURN_AWAY = "turn_away"
    REPORT = "report"
    FOLLOW_UP = "follow_up"
    NO_REPRISAL = "no_reprisal"
    REPRISAL = "reprisal"
    ASK_AGAIN = "ask_again"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


class Effect(StrEnum):
    """What follows from an act, in the same transaction. What follows from how a visit stands, whichever act led there,
    is no effect of an act: what is due of it, and how many requests failed in a row.
    """

    HEAD_TOLD = "the head told"
    OFFICER_TOLD = "the officer of the file told"
    NOTE_ON_FILE = "the note stands on the file as sent"
    REMINDER_ON_FILE = "the reminder stands on the file as sent"
    CLOCK_STARTED = "the clock of the reply starts at the day of the note: a reminder, then the task of a démarche"
    CLOCK_STOPPED = "the clock of the reply stops: its reminder and its task are over"
    PREPARATION_RAISED = "preparation becomes tasks"
    CONTACT_ON_FILE = "a contact with the person on the file if somebody spoke with them: nobody speaks for them then"
    REPORT_PLANNED = "the report falls due"
    REPORT_SETTLED = "the reminder of the report is over"
    CHECKS_PLANNED = "the checks for reprisals fall due"
    CHECK_SETTLED = "the reminder of this check is over"
    INCIDENT_OPENED = "an incident is opened on the file"
    RISK_RAISED = "the risk of the file rises"
    TASKS_RAISED = "what follows becomes tasks"
    NEXT_PROPOSED = "another visit is proposed, to the same place on the same conditions"
    AUTHORITIES_TOLD = "a task to tell the authorities that nobody comes, and not why"


Row = lives.Row[State, Act]
Offer = lives.Offer[Act]

_BY_OFFICER, _BY_HEAD = Who.OFFICERS, Who.HEADS
_SENT = (Effect.NOTE_ON_FILE, Effect.CLOCK_STARTED, Effect.OFFICER_TOLD)
_WAS_THERE = (Effect.REPORT_PLANNED, Effect.CHECKS_PLANNED)
_ANSWERED = (Need.CHECK_OPEN, Need.BASIS)
_REPRISAL = (Effect.CHECK_SETTLED, Effect.INCIDENT_OPENED, Effect.RISK_RAISED, Effect.HEAD_TOLD)
_REPORTING = (Need.REPORT, Need.RECORDABLE)


def _unanswered(before: State) -> tuple[Row, ...]:
    """What may come of a request, also after it was given up as without reply."""
    stops = (Effect.CLOCK_STOPPED,)
    short = (Need.REPLIED, Need.SOME_REFUSED)
    granted = (*stops, Effect.PREPARATION_RAISED)
    return (
        Row(before, Act.REMIND, before, _BY_OFFICER, (Need.CONSENT,), (Effect.REMINDER_ON_FILE,)),
        Row(before, Act.GRANT, State.GRANTED, _BY_OFFICER, (Need.REPLIED, Need.ALL_AGREED), granted),
        Row(before, Act.GRANT_SHORT, State.CONDITIONS_REFUSED, _BY_OFFICER, short, (*stops, Effect.HEAD_TOLD)),
        Row(before, Act.REFUSE, State.REFUSED, _BY_OFFICER, (Need.REPLIED,), (*stops, Effect.HEAD_TOLD)),
    )


def _at_the_gate(before: State) -> tuple[Row, ...]:
    """Somebody went, whether or not anybody had answered."""
    stops = (Effect.CLOCK_STOPPED,) if before in UNANSWERED else ()
    conducted = (*stops, Effect.CONTACT_ON_FILE, *_WAS_THERE)
    turned_away = (*stops, Effect.HEAD_TOLD, *_WAS_THERE)
    return (
        Row(before, Act.CONDUCT, State.CONDUCTED, _BY_OFFICER, (Need.BEGUN, Need.SHORT_FORM), conducted),
        Row(before, Act.TURN_AWAY, State.TURNED_AWAY, _BY_OFFICER, (Need.BEGUN, Need.REASON), turned_away),
    )


def _watched(before: State) -> tuple[Row, ...]:
    none = (Need.CHECK_OPEN, Need.CHECK_DUE, Need.BASIS)
    return (
        Row(before, Act.NO_REPRISAL, before, _BY_OFFICER, none, (Effect.CHECK_SETTLED,)),
        Row(before, Act.REPRISAL, before, _BY_OFFICER, (*_ANSWERED, Need.INCIDENT), _REPRISAL),
    )


def _given_up(before: State) -> tuple[Row, ...]:
    stops = (Effect.CLOCK_STOPPED,) if before in UNANSWERED else ()
    follows = stops if before in BEFORE_NOTE else (*stops, Effect.AUTHORITIES_TOLD)
    return (
        Row(before, Act.WITHDRAW, State.WITHDRAWN, _BY_OFFICER, (), follows),
        Row(before, Act.CANCEL, State.CANCELLED, _BY_OFFICER, (Need.REASON,), follows),
    )


_LACKING = State.CONDITIONS_REFUSED
_CHECKING = (Need.CONSENT, Need.CONDITIONS)
_GIVEN_ANYWAY = (Effect.PREPARATION_RAISED, Effect.OFFICER_TOLD)
_CLOSING = (Need.CHECKS_ANSWERED, Need.NOTHING_OPEN)

TABLE: tuple[Row, ...] = (
    Row(State.PROPOSED, Act.CHECK_CONSENT, State.CONSENT_CHECKED, _BY_OFFICER, _CHECKING, (Effect.HEAD_TOLD,)),
    Row(State.CONSENT_CHECKED, Act.SEND, State.REQUESTED, _BY_HEAD, (Need.CONSENT, Need.NOTE), _SENT),
    Row(State.CONSENT_CHECKED, Act.SEND_BACK, State.PROPOSED, _BY_HEAD, (Need.REASON,), (Effect.OFFICER_TOLD,)),
    *(row for before in UNANSWERED for row in _unanswered(before)),
    Row(_LACKING, Act.GO_WITHOUT, State.GRANTED, _BY_HEAD, (Need.REASON,), _GIVEN_ANYWAY),
    Row(_LACKING, Act.INSIST, State.REQUESTED, _BY_HEAD, (Need.CONSENT, Need.NOTE), _SENT),
    # What was granted may be taken back.
    *(
        Row(before, Act.REFUSE, State.REFUSED, _BY_OFFICER, (Need.REPLIED,), (Effect.HEAD_TOLD,))
        for before in (_LACKING, State.GRANTED)
    ),
    Row(State.GRANTED, Act.MOVE, State.GRANTED, _BY_OFFICER, (Need.NEW_DATE,), ()),
    *(row for before in (*UNANSWERED, State.GRANTED) for row in _at_the_gate(before)),
    *(
        Row(before, Act.REPORT, State.REPORTED, _BY_OFFICER, _REPORTING, (Effect.REPORT_SETTLED,))
        for before in (State.CONDUCTED, State.TURNED_AWAY)
    ),
    # A report that is written again is a new version of it.
    *(Row(before, Act.REPORT, before, _BY_OFFICER, _REPORTING, ()) for before in (State.REPORTED, State.FOLLOW_UP)),
    Row(State.REPORTED, Act.FOLLOW_UP, State.FOLLOW_UP, _BY_OFFICER, (Need.WHAT_FOLLOWS,), (Effect.TASKS_RAISED,)),
    *(row for before in WATCHED for row in _watched(before)),
    *(
        Row(before, Act.ASK_AGAIN, before, _BY_OFFICER, (Need.NO_NEXT_YET,), (Effect.NEXT_PROPOSED,))
        for before in (State.REFUSED, State.NO_REPLY, *WATCHED)
    ),
    Row(State.FOLLOW_UP, Act.CLOSE, State.CLOSED, _BY_OFFICER, _CLOSING, ()),
    Row(State.REFUSED, Act.CLOSE, State.CLOSED, _BY_OFFICER, (Need.WHAT_FOLLOWS,), ()),
    Row(State.NO_REPLY, Act.CLOSE, State.CLOSED, _BY_OFFICER, (Need.WHAT_FOLLOWS,), (Effect.CLOCK_STOPPED,)),
    *(row for before in AHEAD for row in _given_up(before)),
)

ONLY = {
    Act.CHECK_CONSENT: N_("Consent is checked of a visit that is proposed. The gate asks again before each note."),
    Act.SEND: N_("The note is sent once consent is checked. Remind the authorities of one that has gone out."),
    Act.SEND_BACK: N_("A visit is sent back before its note has gone out."),
    Act.REMIND: N_("The authorities are reminded of a note that they have not answered."),
    Act.GRANT: N_("A visit is granted in answer to a note. Where a condition was refused, the head says how to go on."),
    Act.GRANT_SHORT: N_("A visit is granted in answer to a note that is not answered yet."),
    Act.REFUSE: N_("A visit is refused in answer to a note, or taken back before somebody goes."),
    Act.GO_WITHOUT: N_("This is decided where a condition was refused."),
    Act.INSIST: N_("One insists where a condition was refused. After a refusal, ask for another visit."),
    Act.MOVE: N_("Only a visit that was granted has a date to move."),
    Act.CONDUCT: N_(
        "A visit is recorded after the note was sent, once. Where a condition was refused, the head decides first."
    ),
    Act.TURN_AWAY: N_("Whoever was turned away had asked for the visit, and it is recorded once."),
    Act.REPORT: N_("A report is filed of a visit that took place, or from which you were turned away."),
    Act.FOLLOW_UP: N_("What follows is said once the report is filed."),
    Act.NO_REPRISAL: N_("Checks for reprisals follow once somebody was there, until the visit is closed."),
    Act.REPRISAL: N_("Checks for reprisals follow once somebody was there. Else record an incident on the file."),
    Act.ASK_AGAIN: N_("One asks again after a refusal, a silence, or once somebody was there."),
    Act.CLOSE: N_("A visit is closed after its follow-up; one that was refused or never answered, at once."),
    Act.WITHDRAW: N_(
        "A visit that they do not wish ends before it takes place. Afterwards their consents say what goes."
    ),
    Act.CANCEL: N_("A visit is cancelled before it takes place. One that was refused is closed."),
}

_HEADING = """# The life of a visit

Printed from the table in `hrd_cases/visits/life.py` that the code runs (`python -m hrd_cases.visits.life >
docs/visit-life.md`); a test compares. What is in no line is refused, with a sentence that says who can or what to do
instead. The office of the file is that of the visit. The clocks, the report and who may read what of it:
[visits.md](visits.md).

No act leads from “Requested” to “No reply”: the clock does, by itself, so many days after the note
(`config/visits.toml`). What follows from how the visit stands after any act is in no line either: what is due of it,
and how many requests for one person failed in a row.
"""
_LIFE: lives.Life[State, Act] = lives.Life(
    TABLE,
    lives.Words(
        states=CODES["visit_state"].labels,
        acts=CODES["visit_act"].labels,
        only=ONLY,
        who_can=WHO_CAN,
        in_this_state=N_("This cannot be done with a visit in the state “%(state)s”."),
        not_theirs=N_("You may not do this with the visit."),
        who_in_short={Who.OFFICERS: "officer, deputy, head of the office", Who.HEADS: "head, acting head"},
        heading=_HEADING,
    ),
)
row, step, refusal, offers, as_page = _LIFE.row, _LIFE.step, _LIFE.refusal, _LIFE.offers, _LIFE.as_page


def needs(before: State, act: Act) -> tuple[Need, ...]:
    """What the form of an act asks for."""
    found = row(before, act)
    return found.needs if found else ()


if __name__ == "__main__":
    sys.stdout.write(as_page())
