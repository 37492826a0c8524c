"""The gate of consent: may something be done for a defender now, and if not, why and what to do instead. Pure.

An outward act is blocked unless consent to its purpose is given (DOMAIN 2); a passed review date only asks. Where
asking was impossible and life is in danger, two members act together and the head confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.consent import Conversation, Person, Speaker, Stand, State, review_on, stand
from hrd_cases.cases.figures import FIGURES
from hrd_cases.errors import N_, Refused, Sentence

Said = tuple[Sentence, Sentence]
"""A reason, and what to do instead."""

GIVEN = N_("Consent to this was given.")
STILL_WANTED = N_("Still wanted? How do you know?")
INSIDE = N_("This stays inside the office: it needs no consent.")
NOT_IN_HAND = (
    N_("Nothing goes outward for a file in this state."),
    N_("Acknowledge the file first; one that is over can be reopened."),
)
TOGETHER = N_("Asking was impossible and life is in danger: two members act together.")

_NOT_ASKED: Said = (
    N_("They have not been asked about this yet."),
    N_("Ask them first. The words to read out are at hand on the page of the conversation."),
)
_CAN_BE_ASKED: Said = (
    N_("They could not be asked before. Somebody has spoken with them since, so they can be asked now."),
    N_("Ask them first. The words to read out are at hand on the page of the conversation."),
)
_LAPSED: Said = (
    N_("What was said for them does not count: family or lawyer speaks only while the person cannot."),
    N_("Ask the person themselves. If they cannot speak for themselves now, write on the file why."),
)
_TOO_EARLY: Said = (
    N_("What was said for them does not count: it was said before they could not speak, or before we last met them."),
    N_("Correct on the file since when they cannot speak, if that is wrong; else ask family or lawyer again."),
)
_LACKING: dict[Speaker, Said] = {
    Speaker.GUARDIAN: (
        N_("The guardian of a minor has to agree, and has not been asked."),
        N_("Ask the guardian."),
    ),
    Speaker.SELF: (N_("The guardian agreed, but the child has not been asked."), N_("Ask the child too.")),
}
_OWN_NO: Said = (
    N_("They said no to this. Their own no outweighs everyone."),
    N_("Do it another way. If they change their mind, record the conversation."),
)
_OTHERS_NO: Said = (
    N_("Whoever speaks for them said no to this."),
    N_("Do it another way, or speak with them again."),
)
_TAKEN_BACK: Said = (
    N_("They have taken their consent back."),
    N_("Do it another way. If they change their mind, record the conversation."),
)
_IMPOSSIBLE: Said = (
    N_("Asking was impossible, so nobody has agreed to this."),
    N_("Where life is in danger, two members can act together; the head confirms it afterwards."),
)
_NO_SECOND: Said = (
    N_("Without consent nobody acts alone."),
    N_("A second member of the office has to act together with you."),
)
_NO_DANGER: Said = (
    N_("Without consent this is done only where life is in danger."),
    N_("Wait until somebody can be asked."),
)
_NO_REASON: Said = (
    N_("Acting without consent needs a reason."),
    N_("Write why asking is impossible and what the danger is."),
)


class Emergency(NamedTuple):
    """Two members act together without consent. `head_among`: one of them is the head, who confirms it thereby."""

    first: UUID
    second: UUID | None
    life_in_danger: bool
    reason: str
    head_among: bool = False


class Decision(NamedTuple):
    """May it be done? `ask` is a question to answer with the act; `confirm_by` when the head must have confirmed it."""

    allowed: bool
    reason: Sentence
    stand: Stand
    instead: Sentence = Sentence()
    ask: Sentence | None = None
    confirm_by: datetime | None = None

    @property
    def together(self) -> bool:
        """It may be done without consent, by two members."""
        return self.allowed and self.stand.state is State.IMPOSSIBLE

    def check(self) -> None:
        """Raises Refused if it may not be done."""
        if not self.allowed:
            raise Refused.of((self.reason, self.instead))


def may(
    purpose: str,
    conversations: Iterable[Conversation],
    person: Person,
    now: datetime,
    *,
    renewed_at: datetime | None = None,
    emergency: Emergency | None = None,
    calendar: OfficeCalendar | None = None,
) -> Decision:
    """May something be done for which this person's consent to `purpose` is needed?

    `renewed_at`: when "Still wanted?" was last answered with yes. `calendar`: the office's, needed with `emergency`
    (ValueError without).
    """
    found = stand(purpose, conversations, person)
    if found.state is State.GIVEN:
        return Decision(True, GIVEN, found, ask=_asked_again(found, renewed_at, now))
    if found.state is State.IMPOSSIBLE and emergency is not None:
        return _together(found, emergency, now, calendar)
    reason, instead = _why_not(found, person)
    return Decision(False, reason, found, instead)


def _asked_again(found: Stand, renewed_at: datetime | None, now: datetime) -> Sentence | None:
    due = asked_again_on(found, renewed_at)
    return STILL_WANTED if due is not None and now.date() >= due else None


def asked_again_on(found: Stand, renewed_at: datetime | None) -> date | None:
    """From which day on "Still wanted?" is asked: 90 days (DOMAIN 2, ours) after it was given, or answered with yes
    last. None where nothing was given.
    """
    if found.state is not State.GIVEN:
        return None
    days = (found.review_on, review_on(renewed_at) if renewed_at is not None else None)
    return max((day for day in days if day is not None), default=None)


def _together(found: Stand, emergency: Emergency, now: datetime, calendar: OfficeCalendar | None) -> Decision:
    missing = None
    if emergency.second in (None, emergency.first):
        missing = _NO_SECOND
    elif not emergency.life_in_danger:
        missing = _NO_DANGER
    elif not emergency.reason.strip():
        missing = _NO_REASON
    if missing is not None:
        return Decision(False, missing[0], found, missing[1])
    if calendar is None:
        raise ValueError("the head's time to confirm is counted in the office's calendar")
    confirm_by = calendar.add_working_days(now, FIGURES.consent_confirm_working_days)
    return Decision(True, TOGETHER, found, confirm_by=None if emergency.head_among else confirm_by)


def _why_not(found: Stand, person: Person) -> Said:
    if found.state is State.IMPOSSIBLE:
        return _IMPOSSIBLE
    if found.conversation is not None:
        own = found.conversation.speaker is Speaker.SELF
        return (_TAKEN_BACK if found.state is State.WITHDRAWN else _OWN_NO) if own else _OTHERS_NO
    if found.lacking is not None:
        return _LACKING[found.lacking]
    if found.lapsed:
        return _TOO_EARLY if person.cannot_speak else _LAPSED
    return _CAN_BE_ASKED if found.tried is not None else _NOT_ASKED


class Eligibility(NamedTuple):
    """Each "yes", "no" or "unknown": works peacefully for the rights of others; at risk for that work; non-violent."""

    is_defender: str
    risk_from_work: str
    non_violent: str


UNREAD: Said = (
    N_("Something that was written on this file is missing or cannot be read here. It may have been a no."),
    N_(
        "A colleague whose session can read everything may do it. If none can, tell whoever runs the servers: "
        "they put the file back from a backup."
    ),
)
NOT_CONFIRMED: Said = (
    N_("It is not confirmed yet that this is a defender at risk for peaceful work."),
    N_("Confirm the three points of eligibility on the file first."),
)
_NOT_ELIGIBLE: Said = (
    N_("This is not a defender at risk for peaceful work, by what the file says."),
    N_("Nothing goes outward for them here. Correct the file if that is wrong."),
)


def for_file(decision: Decision, eligibility: Eligibility, *, whole: bool = True) -> Decision:
    """What was agreed to as it may be done for this file: nothing while the file is not `whole` (what is missing or
    cannot be read may have been a no), nothing before it is confirmed that this is a defender.
    """
    if not decision.allowed or (whole and set(eligibility) == {"yes"}):
        return decision
    reason, instead = UNREAD if not whole else _NOT_ELIGIBLE if "no" in eligibility else NOT_CONFIRMED
    return Decision(False, reason, decision.stand, instead)
