"""The life of a case file: one declared table that the code runs, the tests enumerate and the documentation prints.

`python -m hrd_cases.cases.life > docs/case-life.md` prints it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum
from typing import NamedTuple

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.figures import FIGURES
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import CASEWORKERS, HEADS, Role


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


class Actor(NamedTuple):
    """Who acts. `here`: their roles in the office that has the file (a draft: their own), an acting head's included.

    `recorder`: they wrote this draft. `register`: nobody; the register does it by itself.
    """

    here: frozenset[Role]
    recorder: bool = False
    register: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the needs of an act look at. `level` is the file's risk level, None before it has one. `asked`: somebody
    asked the head to close it, and the head has not decided; `asked_by_me`: whoever acts now did.
    """

    today: date
    country_and_urgency: bool = False
    own_office_covers: bool = False
    level: str | None = None
    reason: bool = False
    referral: bool = False
    next_date: bool = False
    outcome: bool = False
    feedback: bool = False
    open_things: int = 0
    head_agrees: bool = False
    asked: bool = False
    asked_by_me: bool = False
    closed_on: date | None = None
    receiver_accepted: bool = False
    retention_due: bool = False
    legal_hold: bool = False
    auditor_agrees: bool = False


class Who(Enum):
    """Who may do an act, and how that is said to whoever may not."""

    RECORDER = "recorder"
    OFFICERS = "officers"
    HEADS = "heads"
    REGISTER = "register"

    def allows(self, actor: Actor) -> bool:
        return _ALLOWS[self](actor)


_ALLOWS: dict[Who, Callable[[Actor], bool]] = {
    Who.RECORDER: lambda actor: actor.recorder and bool(actor.here & CASEWORKERS),
    Who.OFFICERS: lambda actor: bool(actor.here & CASEWORKERS),
    Who.HEADS: lambda actor: bool(actor.here & HEADS),
    Who.REGISTER: lambda actor: actor.register,
}
WHO_CAN = {
    Who.RECORDER: N_("Whoever wrote the draft can, while they do casework."),
    Who.OFFICERS: N_("The officer, the deputy or the head of the office that has the file can."),
    Who.HEADS: N_("The head of the office that has the file can."),
    Who.REGISTER: N_("Nobody has to: the register does it by itself when it is time."),
}


class Need(Enum):
    """What an act needs: how it is said when missing, what to do then, and when it is met."""

    COUNTRY_AND_URGENCY = (
        N_("The file has no country or no urgency yet."),
        N_("Write both: they decide to whom it goes and how soon."),
        lambda facts: facts.country_and_urgency,
    )
    OWN_OFFICE_COVERS = (
        N_("Your office does not cover this country."),
        N_("Submit the file: it goes to the office that does."),
        lambda facts: facts.own_office_covers,
    )
    RISK_LEVEL = (
        N_("No risk level is chosen yet."),
        N_("Choose one and say in a sentence why."),
        lambda facts: facts.level is not None,
    )
    REASON = (N_("No reason is given."), N_("Write the reason."), lambda facts: facts.reason)
    REFERRAL = (
        N_("Nothing says whom the person can turn to instead."),
        N_("Name an organisation, or write why there is none."),
        lambda facts: facts.referral,
    )
    NEXT_DATE = (
        N_("A file that rests has a date on which somebody looks at it again."),
        N_("Give the date."),
        lambda facts: facts.next_date,
    )
    OUTCOME = (
        N_("No outcome is given."),
        N_("Choose what was reached."),
        lambda facts: facts.outcome,
    )
    FEEDBACK = (
        N_("Nothing says whether the defender or the family was told."),
        N_("Say who was told, or why nobody could be."),
        lambda facts: facts.feedback,
    )
    NOTHING_OPEN = (
        N_("A hearing, visit, grant or action of this file is still open."),
        N_("Record how it ended, or cancel it."),
        lambda facts: facts.open_things == 0,
    )
    HEAD_AGREES = (
        N_("At high or critical risk the head confirms that a file is closed."),
        N_("Ask the head of the office to confirm it, or to close it."),
        lambda facts: facts.level in ("low", "medium") or facts.head_agrees,
    )
    ASKED = (
        N_("Nobody has asked to close this file."),
        N_("Close it yourself, or leave it as it is."),
        lambda facts: facts.asked,
    )
    WAITED = (
        N_("A file is archived %(days)s days after it was closed."),
        N_("Leave it as it is: the register archives it then."),
        lambda facts: facts.closed_on is not None and facts.today >= archive_on(facts.closed_on),
    )
    RECEIVER_ACCEPTED = (
        N_("The other office has not accepted the file yet."),
        N_("Offer it first; until they accept it, it is yours."),
        lambda facts: facts.receiver_accepted,
    )
    RETENTION_DUE = (
        N_("The time for which a file is kept is not over yet."),
        N_("Wait for the review of its retention."),
        lambda facts: facts.retention_due,
    )
    NO_LEGAL_HOLD = (
        N_("A legal hold lies on this file."),
        N_("The data protection officer can lift it."),
        lambda facts: not facts.legal_hold,
    )
    AUDITOR_AGREES = (
        N_("The data protection officer has not agreed yet."),
        N_("Ask them: it takes both of you."),
        lambda facts: facts.auditor_agrees,
    )

    def met(self, facts: Facts, actor: Actor) -> bool:
        # Whoever acts as head does not decide on what they asked for themselves.
        if actor.here & HEADS and not facts.asked_by_me:
            facts = replace(facts, head_agrees=True)
        return bool(self.value[2](facts))

    def refused(self) -> Refused:
        missing, instead, _ = self.value
        days = {"days": FIGURES.life_archive_after_days} if self is Need.WAITED else {}
        return Refused.of((missing, instead), **days)


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


class Row(NamedTuple):
    before: State
    act: Act
    after: State
    who: Who
    needs: tuple[Need, ...]
    effects: tuple[Effect, ...]


_CLOSING = (Need.OUTCOME, Need.FEEDBACK, Need.NOTHING_OPEN, Need.HEAD_AGREES)
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
    Row(State.SUBMITTED, Act.ARRIVE, State.ROUTED, Who.REGISTER, (), (Effect.CLOCKS_STARTED,)),
    Row(
        State.ROUTED,
        Act.ACKNOWLEDGE,
        State.ACKNOWLEDGED,
        Who.OFFICERS,
        (),
        (Effect.CLOCKS_CANCELLED, Effect.BECOMES_OFFICER, Effect.TASKS_RAISED),
    ),
    Row(State.ACKNOWLEDGED, Act.ASSESS, State.ASSESSED, Who.OFFICERS, (Need.RISK_LEVEL,), (Effect.REVIEW_PLANNED,)),
    Row(State.REOPENED, Act.ASSESS, State.ASSESSED, Who.OFFICERS, (Need.RISK_LEVEL,), (Effect.REVIEW_PLANNED,)),
    Row(State.ASSESSED, Act.TAKE_ON, State.ACTIVE, Who.OFFICERS, (), _UNDERWAY),
    Row(State.ASSESSED, Act.REJECT, State.REJECTED, Who.OFFICERS, (Need.REASON, Need.REFERRAL), _CLOSED),
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


def row(before: State, act: Act) -> Row | None:
    return _ROWS.get((before, act))


_ROWS = {(one.before, one.act): one for one in TABLE}


def step(before: State, act: Act, actor: Actor, facts: Facts) -> Row:
    """The row that is carried out: its `after` and `effects`. Raises Refused: who can, or what to do instead."""
    refused = refusal(before, act, actor, facts)
    if refused is not None:
        raise refused
    return _ROWS[before, act]


def refusal(before: State, act: Act, actor: Actor, facts: Facts) -> Refused | None:
    """Why this cannot be done now by this person; None if it can."""
    found = row(before, act)
    if found is None:
        this_state = N_("This cannot be done with a file in the state “%(state)s”.")
        return Refused.of((this_state, ONLY[act]), state=CODES["state"].labels[before])
    if not found.who.allows(actor):
        return Refused.of((N_("You may not do this with the file."), WHO_CAN[found.who]))
    missing = next((need for need in found.needs if not need.met(facts, actor)), None)
    return missing.refused() if missing else None


class Offer(NamedTuple):
    """An act that this person may do in this state; `refused` says what is missing for it."""

    act: Act
    refused: Refused | None


def offers(before: State, actor: Actor, facts: Facts) -> list[Offer]:
    """The buttons of a page, in the order of the table."""
    rows = (one for one in TABLE if one.before is before and one.who.allows(actor))
    return [Offer(one.act, refusal(before, one.act, actor, facts)) for one in rows]


def archive_on(closed_on: date) -> date:
    return closed_on + timedelta(days=FIGURES.life_archive_after_days)


HEADING = """# The life of a case file

Printed from the table in `hrd_cases/cases/life.py` that the code runs (`python -m hrd_cases.cases.life >
docs/case-life.md`); a test compares. What is in no line is refused, with a sentence that says who can or what to do
instead.

| State | Act | Then | Who | Needs | Follows |
|---|---|---|---|---|---|
"""
_WHO_IN_SHORT = {
    Who.RECORDER: "who wrote the draft",
    Who.OFFICERS: "officer, deputy, head of its office",
    Who.HEADS: "head of its office",
    Who.REGISTER: "the register by itself",
}


def as_page() -> str:
    """The table in Markdown, in English."""
    return HEADING + "".join(_line(one) for one in TABLE)


def _line(one: Row) -> str:
    cells = (
        CODES["state"].label(one.before),
        CODES["act"].label(one.act),
        CODES["state"].label(one.after),
        _WHO_IN_SHORT[one.who],
        "; ".join(need.name.lower().replace("_", " ") for need in one.needs) or "–",
        "; ".join(one.effects) or "–",
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(as_page())
