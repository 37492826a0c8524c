"""The life of a case file: one declared table that the code runs, the tests enumerate and the documentation prints.

`python -m hrd_cases.cases.life > docs/case-life.md` prints it anew.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum

from hrd_cases import lives
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.needs import WHO_CAN, Need, Who, archive_on
from hrd_cases.errors import N_


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ROUTED = "routed"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"
    ARCHIVED = "archived"
    ANONYMISED = "anonymised"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    REOPENED = "reopened"


IN_HAND = (State.ACKNOWLEDGED, State.ASSESSED, State.ACTIVE, State.DORMANT, State.REOPENED)
"""Somebody of the office has taken the file and looks after it: what is done for the defender is done in these."""
UNDERWAY = (State.ROUTED, *IN_HAND)
"""Something of the file waits for somebody."""
TO_BE_ASSESSED = (State.ACKNOWLEDGED, State.REOPENED)
"""In hand, and its risk is assessed first of all."""
ENDED = (State.CLOSED, State.REJECTED)
"""Over, and archived by the register when it is time."""


class Act(StrEnum):
    OPEN = "open"
    SUBMIT = "submit"
    ARRIVE = "arrive"
    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    TAKE_ON = "take_on"
    REJECT = "reject"
    REST = "rest"
    WAKE = "wake"
    ASK_CLOSE = "ask_close"
    CONFIRM_CLOSE = "confirm_close"
    SEND_BACK = "send_back"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    TRANSFER = "transfer"
    ANONYMISE = "anonymise"


class Effect(StrEnum):
    """What follows from an act, in the same transaction."""

    LETTER_SENT = "sealed letter to the office responsible"
    HEAD_TOLD = "head of the office told; the file stays looked after meanwhile"
    RECORDER_KEEPS_NOTHING = "the recorder keeps nothing of it"
    CLOCKS_STARTED = "acknowledgement clocks start at arrival"
    CLOCKS_CANCELLED = "acknowledgement clocks cancelled"
    BECOMES_OFFICER = "whoever did it becomes the file's officer"
    TASKS_RAISED = "what the quick path left open becomes tasks"
    REVIEW_PLANNED = "next risk review planned"
    REVIEW_DUE_NOW = "risk review due at once"
    REMINDERS_CANCELLED = "reminders cancelled"
    CONTACT_REMINDER_PAUSED = "no-contact reminder paused"
    CONTACT_REMINDER_PLANNED = "no-contact reminder planned"
    ARCHIVING_PLANNED = "archiving planned"
    ARCHIVING_CANCELLED = "archiving cancelled"
    KEYS_RENEWED = "keys of the file renewed, the old office's removed"
    NAMES_REMOVED = "persons and texts destroyed, figures kept"


Row = lives.Row[State, Act]
Offer = lives.Offer[Act]
_CLOSING = (Need.OUTCOME, Need.FEEDBACK, Need.NOTHING_OPEN, Need.HEAD_AGREES)
_REJECTING = (Need.REASON, Need.REFERRAL, Need.NOTHING_OPEN, Need.HEAD_AGREES)
_ASKING = (Need.OUTCOME, Need.FEEDBACK, Need.REASON, Need.NOTHING_OPEN)
_CONFIRMING = (Need.ASKED, Need.NOTHING_OPEN, Need.HEAD_AGREES)
_CLOSED = (Effect.REMINDERS_CANCELLED, Effect.ARCHIVING_PLANNED)
_REOPENED = (Effect.ARCHIVING_CANCELLED, Effect.BECOMES_OFFICER, Effect.REVIEW_DUE_NOW)
_UNDERWAY = (Effect.REVIEW_PLANNED, Effect.CONTACT_REMINDER_PLANNED)
_MOVED = (Effect.REMINDERS_CANCELLED, Effect.KEYS_RENEWED)

TABLE: tuple[Row, ...] = (
    Row(
        State.DRAFT,
        Act.OPEN,
        State.ACTIVE,
        Who.RECORDER,
        (Need.COUNTRY_AND_URGENCY, Need.OWN_OFFICE_COVERS),
        (Effect.BECOMES_OFFICER, Effect.TASKS_RAISED, *_UNDERWAY),
    ),
    Row(
        State.DRAFT,
        Act.SUBMIT,
        State.SUBMITTED,
        Who.RECORDER,
        (Need.COUNTRY_AND_URGENCY,),
        (Effect.LETTER_SENT, Effect.RECORDER_KEEPS_NOTHING),
    ),
    Row(State.SUBMITTED, Act.ARRIVE, State.ROUTED, Who.REGISTER, (), (Effect.CLOCKS_STARTED, Effect.TASKS_RAISED)),
    Row(
        State.ROUTED,
        Act.ACKNOWLEDGE,
        State.ACKNOWLEDGED,
        Who.OFFICERS,
        (),
        (Effect.CLOCKS_CANCELLED, Effect.BECOMES_OFFICER),
    ),
    Row(State.ACKNOWLEDGED, Act.ASSESS, State.ASSESSED, Who.OFFICERS, (Need.RISK_LEVEL,), (Effect.REVIEW_PLANNED,)),
    Row(State.REOPENED, Act.ASSESS, State.ASSESSED, Who.OFFICERS, (Need.RISK_LEVEL,), (Effect.REVIEW_PLANNED,)),
    Row(State.ASSESSED, Act.TAKE_ON, State.ACTIVE, Who.OFFICERS, (), _UNDERWAY),
    Row(State.ASSESSED, Act.REJECT, State.REJECTED, Who.OFFICERS, _REJECTING, _CLOSED),
    Row(
        State.ACTIVE,
        Act.REST,
        State.DORMANT,
        Who.OFFICERS,
        (Need.NEXT_DATE,),
        (Effect.REVIEW_PLANNED, Effect.CONTACT_REMINDER_PAUSED),
    ),
    Row(State.DORMANT, Act.WAKE, State.ACTIVE, Who.OFFICERS, (), _UNDERWAY),
    Row(State.ACTIVE, Act.CLOSE, State.CLOSED, Who.OFFICERS, _CLOSING, _CLOSED),
    Row(State.DORMANT, Act.CLOSE, State.CLOSED, Who.OFFICERS, _CLOSING, _CLOSED),
    *(
        row
        for at in (State.ACTIVE, State.DORMANT)
        for row in (
            Row(at, Act.ASK_CLOSE, at, Who.OFFICERS, _ASKING, (Effect.HEAD_TOLD,)),
            Row(at, Act.CONFIRM_CLOSE, State.CLOSED, Who.HEADS, _CONFIRMING, _CLOSED),
            Row(at, Act.SEND_BACK, at, Who.HEADS, (Need.ASKED, Need.REASON), ()),
        )
    ),
    Row(State.CLOSED, Act.ARCHIVE, State.ARCHIVED, Who.REGISTER, (Need.WAITED,), ()),
    Row(State.REJECTED, Act.ARCHIVE, State.ARCHIVED, Who.REGISTER, (Need.WAITED,), ()),
    Row(State.CLOSED, Act.REOPEN, State.REOPENED, Who.OFFICERS, (Need.REASON,), _REOPENED),
    Row(State.ARCHIVED, Act.REOPEN, State.REOPENED, Who.OFFICERS, (Need.REASON,), _REOPENED),
    Row(State.REJECTED, Act.REOPEN, State.REOPENED, Who.OFFICERS, (Need.REASON,), _REOPENED),
    *(
        Row(before, Act.TRANSFER, State.TRANSFERRED, Who.HEADS, (Need.REASON, Need.RECEIVER_ACCEPTED), _MOVED)
        for before in (State.ACKNOWLEDGED, State.ASSESSED, State.ACTIVE, State.DORMANT)
    ),
    Row(
        State.ARCHIVED,
        Act.ANONYMISE,
        State.ANONYMISED,
        Who.HEADS,
        (Need.RETENTION_DUE, Need.NO_LEGAL_HOLD, Need.AUDITOR_AGREES),
        (Effect.NAMES_REMOVED,),
    ),
)

ONLY = {
    Act.OPEN: N_("Only a draft is opened, for a country of one’s own office."),
    Act.SUBMIT: N_("Only a draft is submitted."),
    Act.ARRIVE: N_("Only what was submitted arrives."),
    Act.ACKNOWLEDGE: N_("Only a file that has arrived is acknowledged, once."),
    Act.ASSESS: N_("A file is assessed after it was acknowledged or reopened. Later, record a new risk assessment."),
    Act.TAKE_ON: N_("A file is taken on after it was assessed."),
    Act.REJECT: N_("A file is turned down after it was assessed. One that is active can be closed."),
    Act.REST: N_("Only an active file is let rest."),
    Act.WAKE: N_("Only a dormant file is taken up again. One that is closed can be reopened."),
    Act.ASK_CLOSE: N_("Only an active or dormant file is closed. One that is only assessed can be turned down."),
    Act.CONFIRM_CLOSE: N_("Only the closing of an active or dormant file is confirmed."),
    Act.SEND_BACK: N_("Only what was asked of an active or dormant file is sent back."),
    Act.CLOSE: N_("Only an active or dormant file is closed. One that is only assessed can be turned down."),
    Act.ARCHIVE: N_("Only a file that is closed or was not taken on is archived."),
    Act.REOPEN: N_("Only a file that is closed, archived or was not taken on is reopened."),
    Act.TRANSFER: N_("A file is transferred after it was acknowledged and before it is closed."),
    Act.ANONYMISE: N_("Only an archived file is anonymised."),
}


_HEADING = """# The life of a case file

Printed from the table in `hrd_cases/cases/life.py` that the code runs (`python -m hrd_cases.cases.life >
docs/case-life.md`); a test compares. What is in no line is refused, with a sentence that says who can or what to do
instead.
"""
_LIFE: lives.Life[State, Act] = lives.Life(
    TABLE,
    lives.Words(
        states=CODES["state"].labels,
        acts=CODES["act"].labels,
        only=ONLY,
        who_can=WHO_CAN,
        in_this_state=N_("This cannot be done with a file in the state “%(state)s”."),
        not_theirs=N_("You may not do this with the file."),
        who_in_short={
            Who.RECORDER: "who wrote the draft",
            Who.OFFICERS: "officer, deputy, head of its office",
            Who.HEADS: "head of its office",
            Who.REGISTER: "the register by itself",
        },
        heading=_HEADING,
    ),
)
row, step, refusal, offers, as_page = _LIFE.row, _LIFE.step, _LIFE.refusal, _LIFE.offers, _LIFE.as_page


def is_archived(state: str, closed_on: date | None, today: date) -> bool:
    """Over for so long that it is archived by now: nobody has to come by for that, nor write it."""
    return state in ENDED and closed_on is not None and today >= archive_on(closed_on)


if __name__ == "__main__":
    sys.stdout.write(as_page())
