"""Consent: what somebody on file agreed to, purpose by purpose, and what may be done on it. Pure.

Who counts (DOMAIN 2): the person's own no outweighs everyone. Family or lawyer speaks only while the person cannot, and
that lapses at the next direct contact; of those who speak for somebody, a no counts more than a yes. For a minor it
takes guardian and child. An outward act is blocked unless its purpose is given; a passed review date only asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.figures import FIGURES
from hrd_cases.errors import N_, Refused, Sentence


class State(StrEnum):
    """What was answered to a purpose in a conversation, and what stands of it."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not_asked"
    IMPOSSIBLE = "impossible"


NO = frozenset({State.REFUSED, State.WITHDRAWN})


class Speaker(StrEnum):
    SELF = "self"
    GUARDIAN = "guardian"
    FAMILY = "family"
    LAWYER = "lawyer"


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What one speaker said about one person's consent at one time. A purpose that is not in `answers` was not asked.

    `speaker_id` tells two relatives apart. Where asking was impossible, `speaker` is whom one tried to ask.
    """

    at: datetime
    speaker: Speaker
    speaker_id: UUID | None = None
    answers: Mapping[str, State] = field(default_factory=dict)

    def answer(self, purpose: str) -> State:
        return self.answers.get(purpose, State.NOT_ASKED)

    @property
    def is_contact(self) -> bool:
        """The person themselves was spoken with."""
        tried_only = bool(self.answers) and set(self.answers.values()) == {State.IMPOSSIBLE}
        return self.speaker is Speaker.SELF and not tried_only


class Person(NamedTuple):
    """Whose consent it is. `cannot_speak`: held without contact, disappeared, unconscious, dead, since then (None: not
    known). `direct_contacts`: when somebody of the office spoke with them, whatever about.
    """

    minor: bool = False
    cannot_speak: bool = False
    cannot_speak_since: datetime | None = None
    direct_contacts: tuple[datetime, ...] = ()


SPEAKS = Person()


class Stand(NamedTuple):
    """What stands for one purpose. `conversation` decided it; `review_on` is when to ask whether it is still wanted."""

    state: State
    conversation: Conversation | None = None
    review_on: date | None = None
    lacking: Speaker | None = None
    lapsed: bool = False


def stand(purpose: str, conversations: Iterable[Conversation], person: Person) -> Stand:
    """What stands now of everything that was said about a purpose, in whatever order it is given."""
    # Of two answers at the same moment the no comes last, and so counts.
    words = sorted(conversations, key=lambda one: (one.at, one.answer(purpose) in NO))
    return _stand(purpose, words, person)


def _stand(purpose: str, words: Sequence[Conversation], person: Person) -> Stand:
    counting = _counting(purpose, words, person)
    refusing = _refusing(purpose, counting)
    if refusing is not None:
        before = _stand(purpose, words[: words.index(refusing)], person).state
        taken_back = refusing.answer(purpose) is State.WITHDRAWN or before in (State.GIVEN, State.WITHDRAWN)
        return Stand(State.WITHDRAWN if taken_back else State.REFUSED, refusing)
    yes = [one for one in counting if one.answer(purpose) is State.GIVEN]
    lacking = _lacking(yes, person)
    if yes and lacking is None:
        # A child's consent is as old as the older of the two it takes; otherwise the newest yes counts.
        deciding = yes[0] if person.minor else yes[-1]
        return Stand(State.GIVEN, deciding, review_on(deciding.at))
    tried = [one for one in words if one.answer(purpose) is State.IMPOSSIBLE and one.at > _last_contact(words, person)]
    if tried:
        return Stand(State.IMPOSSIBLE, tried[-1], lacking=lacking)
    lapsed = any(one.answer(purpose) is State.GIVEN and one.speaker is not Speaker.SELF for one in words)
    return Stand(State.NOT_ASKED, lacking=lacking if yes or person.cannot_speak else None, lapsed=lapsed and not yes)


def _counting(purpose: str, words: Sequence[Conversation], person: Person) -> list[Conversation]:
    """The last word of each who counts, oldest first."""
    last: dict[tuple[Speaker, UUID | None], Conversation] = {}
    contact = _last_contact(words, person)
    for one in words:
        if one.answer(purpose) in (State.GIVEN, *NO) and _counts(one, person, contact):
            last[one.speaker, None if one.speaker is Speaker.SELF else one.speaker_id] = one
    return [one for one in words if any(one is counted for counted in last.values())]


def _counts(one: Conversation, person: Person, contact: datetime) -> bool:
    if one.speaker is Speaker.SELF or (person.minor and one.speaker is Speaker.GUARDIAN):
        return True
    since = person.cannot_speak_since
    return person.cannot_speak and one.at >= contact and (since is None or one.at >= since)


def _refusing(purpose: str, counting: Sequence[Conversation]) -> Conversation | None:
    """The no that counts: the person's own before anybody's."""
    no = [one for one in counting if one.answer(purpose) in NO]
    return next((one for one in no if one.speaker is Speaker.SELF), no[-1] if no else None)


def _lacking(yes: Sequence[Conversation], person: Person) -> Speaker | None:
    """Whose yes is still needed of those it takes for a minor."""
    if not person.minor:
        return None
    if not any(one.speaker is Speaker.GUARDIAN for one in yes):
        return Speaker.GUARDIAN
    if not person.cannot_speak and not any(one.speaker is Speaker.SELF for one in yes):
        return Speaker.SELF
    return None


def _last_contact(words: Sequence[Conversation], person: Person) -> datetime:
    talks = [one.at for one in words if one.is_contact]
    return max((*person.direct_contacts, *talks), default=datetime.min.replace(tzinfo=UTC))


def review_on(at: datetime) -> date:
    return (at + timedelta(days=FIGURES.consent_review_days)).date()


# ---- what may be done

Said = tuple[Sentence, Sentence]
"""A reason, and what to do instead."""

GIVEN = N_("Consent to this was given.")
STILL_WANTED = N_("Still wanted? How do you know?")
INSIDE = N_("This stays inside the office: it needs no consent.")
TOGETHER = N_("Asking was impossible and life is in danger: two members act together.")

_NOT_ASKED: Said = (
    N_("They have not been asked about this yet."),
    N_("Ask them first. The words to read out are at hand on the page of the conversation."),
)
_LAPSED: Said = (
    N_("What was said for them does not count: family or lawyer speaks only while the person cannot."),
    N_("Ask the person themselves."),
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
    reason, instead = _why_not(found)
    return Decision(False, reason, found, instead)


def _asked_again(found: Stand, renewed_at: datetime | None, now: datetime) -> Sentence | None:
    due = max(day for day in (found.review_on, renewed_at and review_on(renewed_at)) if day is not None)
    return STILL_WANTED if now.date() >= due else None


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


def _why_not(found: Stand) -> Said:
    if found.state is State.IMPOSSIBLE:
        return _IMPOSSIBLE
    if found.conversation is not None:
        own = found.conversation.speaker is Speaker.SELF
        return (_TAKEN_BACK if found.state is State.WITHDRAWN else _OWN_NO) if own else _OTHERS_NO
    if found.lacking is not None:
        return _LACKING[found.lacking]
    return _LAPSED if found.lapsed else _NOT_ASKED


class Eligibility(NamedTuple):
    """Each "yes", "no" or "unknown": works peacefully for the rights of others; at risk for that work; non-violent."""

    is_defender: str
    risk_from_work: str
    non_violent: str


_NOT_CONFIRMED: Said = (
    N_("It is not confirmed yet that this is a defender at risk for peaceful work."),
    N_("Confirm the three points of eligibility on the file first."),
)
_NOT_ELIGIBLE: Said = (
    N_("This is not a defender at risk for peaceful work, by what the file says."),
    N_("Nothing goes outward for them here. Correct the file if that is wrong."),
)


def may_act(
    action: str,
    conversations: Iterable[Conversation],
    person: Person,
    eligibility: Eligibility,
    now: datetime,
    *,
    renewed_at: datetime | None = None,
    emergency: Emergency | None = None,
    calendar: OfficeCalendar | None = None,
) -> Decision:
    """May an action (a code of the list `action`) be done for this person? What stays inside always may."""
    purpose = CODES.purpose_of(action)
    if purpose is None:
        return Decision(True, INSIDE, Stand(State.NOT_ASKED))
    decision = may(purpose, conversations, person, now, renewed_at=renewed_at, emergency=emergency, calendar=calendar)
    if not decision.allowed or set(eligibility) == {"yes"}:
        return decision
    reason, instead = _NOT_ELIGIBLE if "no" in eligibility else _NOT_CONFIRMED
    return Decision(False, reason, decision.stand, instead)


# ---- what follows from a no


class Made(NamedTuple):
    """An action on file: its id, its code and its state (a code of `action_state`)."""

    id: str | UUID
    action: str
    state: str


class Follows(NamedTuple):
    """Planned actions that stop, and for each that was done a task to undo it: (action, purpose); `FOLLOW_UP` has the
    words.
    """

    stop: tuple[str | UUID, ...]
    tasks: tuple[tuple[str | UUID, str], ...]


FOLLOW_UP: dict[str, Sentence] = {
    "share_headquarters": N_("They do not want this: end what is shared with headquarters."),
    "share_embassies": N_("They do not want this: end what is shared with embassies and tell them."),
    "be_seen": N_("They do not want this: agree how to stay in contact without being seen."),
    "raise_authorities": N_("They do not want this: do not follow this up with the authorities."),
    "un_letter": N_("They do not want this: tell the UN not to use the name."),
    "un_report": N_("They do not want this: ask the UN to leave the name out of its report."),
    "regional_body": N_("They do not want this: ask the regional body to stop or to leave the name out."),
    "referral": N_("They do not want this: tell the organisation."),
    "public_statement": N_("They do not want this: have the statement taken down or the name removed."),
    "media": N_("They do not want this: ask the media to remove name and pictures."),
    "annual_report": N_("They do not want this: remove the name from the report."),
    "payment": N_("They do not want this: ask finance to stop using the payment details."),
}


def taken_back(
    purposes: Iterable[str], before: Sequence[Conversation], after: Sequence[Conversation], person: Person
) -> list[str]:
    """The purposes to which what was said last is a no that was none before, also a first one: what was done in an
    emergency or on a relative's word is then undone as far as it can be.
    """
    return [
        purpose
        for purpose in purposes
        if stand(purpose, before, person).state not in NO and stand(purpose, after, person).state in NO
    ]


def after_no(purposes: Iterable[str], made: Iterable[Made]) -> Follows:
    """What follows for the actions on file once these purposes were refused or withdrawn."""
    wanted = frozenset(purposes)
    concerned = [(one, purpose) for one in made if (purpose := CODES.purpose_of(one.action)) in wanted]
    return Follows(
        stop=tuple(one.id for one, _ in concerned if one.state == "planned"),
        tasks=tuple((one.id, purpose) for one, purpose in concerned if one.state == "done" and purpose),
    )
