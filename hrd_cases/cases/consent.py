"""Consent: what somebody on file agreed to, purpose by purpose, and what follows from a no. Pure.

What may be done on it is said by `consent_gate`.

Who counts (DOMAIN 2): the person's own no outweighs everyone. Family or lawyer speaks only while the person cannot, and
that lapses at the next direct contact; of those who speak for somebody, a no counts more than a yes. For a minor it
takes guardian and child.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import ActionState
from hrd_cases.cases.figures import FIGURES
from hrd_cases.errors import N_, Sentence


class State(StrEnum):
    """What was answered to a purpose in a conversation, and what stands of it."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not_asked"
    IMPOSSIBLE = "impossible"


NO = frozenset({State.REFUSED, State.WITHDRAWN})
NEVER = datetime.min.replace(tzinfo=UTC)


class Speaker(StrEnum):
    SELF = "self"
    GUARDIAN = "guardian"
    FAMILY = "family"
    LAWYER = "lawyer"


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What one speaker said about one person's consent at one time. A purpose that is not in `answers` was not asked.

    `speaker_id` tells two relatives apart. Where asking was impossible, `speaker` is whom one tried to ask. `doubtful`:
    who is named and as whom they are said to have spoken do not go together: it is no contact, and no yes.
    """

    at: datetime
    speaker: Speaker
    speaker_id: UUID | None = None
    answers: Mapping[str, State] = field(default_factory=dict)
    doubtful: bool = False

    def answer(self, purpose: str) -> State:
        found = self.answers.get(purpose, State.NOT_ASKED)
        return State.NOT_ASKED if self.doubtful and found not in NO else found

    @property
    def whose_word(self) -> UUID | Speaker | None:
        """Whose last word counts: the person's own, or a relative's, as whomever they spoke."""
        return Speaker.SELF if self.speaker is Speaker.SELF else self.speaker_id

    @property
    def is_contact(self) -> bool:
        """The person themselves was spoken with."""
        tried_only = bool(self.answers) and set(self.answers.values()) == {State.IMPOSSIBLE}
        return self.speaker is Speaker.SELF and not tried_only and not self.doubtful


class Person(NamedTuple):
    """Whose consent it is. `cannot_speak`: held without contact, disappeared, unconscious, dead, since then (None: not
    known). `direct_contacts`: when somebody of the office spoke with them, whatever about.
    """

    minor: bool = False
    cannot_speak: bool = False
    cannot_speak_since: datetime | None = None
    direct_contacts: tuple[datetime, ...] = ()


class Stand(NamedTuple):
    """What stands for one purpose. `conversation` decided it; `review_on` is when to ask whether it is still wanted;
    `tried`: asking was impossible then, and somebody spoke with them since, so they can be asked. `uncounted`: the last
    answer that was given for them and does not count.
    """

    state: State
    conversation: Conversation | None = None
    review_on: date | None = None
    lacking: Speaker | None = None
    lapsed: bool = False
    tried: Conversation | None = None
    uncounted: Conversation | None = None


def stand(purpose: str, conversations: Iterable[Conversation], person: Person) -> Stand:
    """What stands now of everything that was said about a purpose, in whatever order it is given."""
    # Of two answers at the same moment the no comes last, and so counts.
    words = sorted(conversations, key=lambda one: (one.at, one.answer(purpose) in NO))
    heard = _Heard(purpose, person)
    for one in words:
        heard.hear(one)
    return heard.stand()


@dataclass
class _Heard:
    """What was said so far about a purpose, oldest first: one pass, however often somebody says no."""

    purpose: str
    person: Person
    last: dict[UUID | Speaker | None, Conversation] = field(default_factory=dict)
    """The last word of each who may count."""
    agreed_before: dict[int, bool] = field(default_factory=dict)
    """By the identity of a no: had they agreed before it, or taken it back already?"""
    contact: datetime = NEVER
    tried: Conversation | None = None
    for_them: dict[UUID | Speaker | None, Conversation] = field(default_factory=dict)
    """The last word of each who spoke for the person, whether it counts or not."""

    def __post_init__(self) -> None:
        self.contact = max((*self.person.direct_contacts, self.contact))

    def hear(self, one: Conversation) -> None:
        answer = one.answer(self.purpose)
        if answer in NO:
            self.agreed_before[id(one)] = self._agreed()
        if answer in (State.GIVEN, *NO) and _may_count(one, self.person):
            self.last.pop(one.whose_word, None)
            self.last[one.whose_word] = one
        if answer in (State.GIVEN, *NO) and one.speaker is not Speaker.SELF:
            self.for_them.pop(one.whose_word, None)
            self.for_them[one.whose_word] = one
        if one.is_contact:
            self.contact = max(self.contact, one.at)
        if answer is State.IMPOSSIBLE:
            self.tried = one

    def stand(self) -> Stand:
        counting = self._counting()
        refusing = _refusing(self.purpose, counting)
        if refusing is not None:
            return Stand(State.WITHDRAWN if self._taken_back(refusing) else State.REFUSED, refusing)
        yes = [one for one in counting if one.answer(self.purpose) is State.GIVEN]
        lacking = _lacking(yes, self.person)
        if yes and lacking is None:
            # A child's consent is as old as the older of the two it takes; otherwise the newest yes counts.
            deciding = yes[0] if self.person.minor else yes[-1]
            return Stand(State.GIVEN, deciding, review_on(deciding.at))
        last = self._uncounted(counting)
        if self.tried is not None and self.tried.at > self.contact:
            no = self._no_for_them()
            if no is not None:
                return Stand(State.REFUSED, no)
            return Stand(State.IMPOSSIBLE, self.tried, lacking=lacking, uncounted=last)
        asked = bool(yes) or self.person.cannot_speak
        waits_for = lacking if asked else None
        lapsed = last is not None and not yes
        return Stand(State.NOT_ASKED, lacking=waits_for, lapsed=lapsed, tried=self.tried, uncounted=last)

    def _uncounted(self, counting: Sequence[Conversation]) -> Conversation | None:
        left = [one for one in self.for_them.values() if one not in counting]
        return left[-1] if left else None

    def _no_for_them(self) -> Conversation | None:
        """Where nobody can ask the person, whoever speaks for them has said no: it stands, although nobody wrote that
        they cannot speak.
        """
        if self.person.cannot_speak:
            return None
        no = [one for one in self.for_them.values() if one.answer(self.purpose) in NO and one.at >= self.contact]
        return no[-1] if no else None

    def _counting(self) -> list[Conversation]:
        return [one for one in self.last.values() if not self._has_lapsed(one)]

    def _has_lapsed(self, one: Conversation) -> bool:
        """Whoever speaks for somebody does so only until the person is met. On the day itself the person's word is
        awaited: a yes of that day does not count, a no still does. Arrested that day, they cannot be asked again: then
        the hours decide.
        """
        if one.speaker is Speaker.SELF or (self.person.minor and one.speaker is Speaker.GUARDIAN):
            return False
        if one.answer(self.purpose) in NO:
            return one.at < self.contact
        if self._silenced_on_the_day():
            return one.at <= self.contact
        return one.at.date() <= self.contact.date()

    def _silenced_on_the_day(self) -> bool:
        """Is it written that they cannot speak since the day on which they were met last, or since a later one?"""
        since = self.person.cannot_speak_since if self.person.cannot_speak else None
        return since is not None and since.date() >= self.contact.date()

    def _taken_back(self, refusing: Conversation) -> bool:
        return refusing.answer(self.purpose) is State.WITHDRAWN or self.agreed_before[id(refusing)]

    def _agreed(self) -> bool:
        """They have agreed by what was said so far, or have taken it back."""
        counting = self._counting()
        refusing = _refusing(self.purpose, counting)
        if refusing is not None:
            return self._taken_back(refusing)
        yes = [one for one in counting if one.answer(self.purpose) is State.GIVEN]
        return bool(yes) and _lacking(yes, self.person) is None


def _may_count(one: Conversation, person: Person) -> bool:
    """Whose word it is, apart from whether the person was met since."""
    if one.speaker is Speaker.SELF or (person.minor and one.speaker is Speaker.GUARDIAN):
        return True
    since = person.cannot_speak_since
    return person.cannot_speak and (since is None or one.at >= since)


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


def review_on(at: datetime) -> date:
    return (at + timedelta(days=FIGURES.consent_review_days)).date()


# ---- what follows from a no


class Made(NamedTuple):
    """An action on file: its id, its code and its state (a code of `action_state`)."""

    id: UUID
    action: str
    state: str


class Follows(NamedTuple):
    """Actions that stop: planned, or waiting for a second member. For each that was done a task to undo it: (action,
    purpose); `FOLLOW_UP` has the words.
    """

    stop: tuple[UUID, ...]
    tasks: tuple[tuple[UUID, str], ...]


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
    purposes: Iterable[str],
    before: Sequence[Conversation],
    after: Sequence[Conversation],
    person: Person,
    *,
    person_before: Person | None = None,
) -> list[str]:
    """The purposes to which what was said last is a no that was none before, also a first one: what was done in an
    emergency or on a relative's word is then undone as far as it can be. `person_before`: the person as they stood,
    where the same act changed that (they cannot speak any more: a relative's no counts from now on).
    """
    as_was = person if person_before is None else person_before
    return [
        purpose
        for purpose in purposes
        if stand(purpose, before, as_was).state not in NO and stand(purpose, after, person).state in NO
    ]


def after_no(purposes: Iterable[str], made: Iterable[Made]) -> Follows:
    """What follows for the actions on file once these purposes were refused or withdrawn."""
    wanted = frozenset(purposes)
    concerned = [(one, purpose) for one in made if (purpose := CODES.purpose_of(one.action)) in wanted]
    return Follows(
        stop=tuple(one.id for one, _ in concerned if one.state in (ActionState.PROPOSED, ActionState.PLANNED)),
        tasks=tuple((one.id, purpose) for one, purpose in concerned if one.state == ActionState.DONE and purpose),
    )
