"""What an entry of a case file may say: one frozen struct a kind. Codes are those of `codes`; free text stands beside.

New fields go to the end, with a default: what was sealed before them is read as before.
"""

from __future__ import annotations

import uuid
from datetime import date
from enum import StrEnum

import msgspec

from hrd_cases.documents.papers import Paper
from hrd_cases.instants import Instant


class Said(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Base of everything an entry says. It is written in the order of its fields: a new one comes last, with a default.
    Its `repr` shows nothing: it may end in a log.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Dated(Said, frozen=True, kw_only=True):
    """A day as well as it is known. `precision`: exact, day, month, year or estimate."""

    on: date
    precision: str = "day"


class Way(Said, frozen=True, kw_only=True):
    """One way to reach somebody. `use`: safe, careful or never; `hours` and `note` in the officer's words."""

    kind: str
    value: str
    use: str = "careful"
    note: str = ""


class Person(Said, frozen=True, kw_only=True, tag="person"):
    """Somebody on file. `role`: defender, family, lawyer or other. Sources stand in `Source`, under their own key.

    `names`: the first is shown; the others are spellings and aliases in any script. No name: it was withheld.
    """

    role: str
    names: tuple[str, ...] = ()
    organisation: bool = False
    relation: str = ""
    ways: tuple[Way, ...] = ()
    never: str = ""
    languages: tuple[str, ...] = ()
    born: str = ""
    minor: bool = False
    cannot_speak: str = ""
    own_risk: str = ""
    dependants: str = ""
    died_on: Dated | None = None
    note: str = ""
    cannot_speak_since: date | None = None

    @property
    def ways_to_use(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.use != "never")


class SourceMark(Said, frozen=True, kw_only=True, tag="source_mark"):
    """That a source stands on file. Who it is opens with the sources' key only."""

    label: str = ""


class Profile(Said, frozen=True, kw_only=True, tag="profile"):
    """What the file is about, where the defender is now, and what comes next."""

    country: str
    place: str = ""
    where_now: str = ""
    detained: bool = False
    categories: tuple[str, ...] = ()
    other_category: str = ""
    flags: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    other_theme: str = ""
    guidelines: tuple[str, ...] = ()
    is_defender: str = "unknown"
    risk_from_work: str = "unknown"
    non_violent: str = "unknown"
    eligibility_note: str = ""
    marking: str = "sensitive"
    releasable_to: str = ""
    classified_pointer: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    next_step_by: uuid.UUID | None = None
    summary: str = ""
    lawyer_access: str = "unknown"
    family_access: str = "unknown"
    verdict_pending: bool = False
    death_sentence: bool = False
    contact_paused: bool = False
    contact_paused_until: date | None = None
    next_step_kind: str = ""
    """A code of the list `action`, so that the gate of consent can say whether it is allowed."""


class Incident(Said, frozen=True, kw_only=True, tag="incident"):
    """Something that happened to somebody on file. No type yet: it was recorded in a hurry, a task says so."""

    text: str
    types: tuple[str, ...] = ()
    other_type: str = ""
    when: Dated | None = None
    place: str = ""
    victims: tuple[uuid.UUID, ...] = ()
    other_victims: str = ""
    perpetrator: str = ""
    perpetrator_note: str = ""
    link: str = "unclear"
    verification: str = "unverified"
    complaint: str = "unknown"
    complaint_note: str = ""
    evidence: str = ""
    ended: bool = False


class Contact(Said, frozen=True, kw_only=True, tag="contact"):
    """A contact with the defender, or through family or lawyer. `hour_unknown`: `when` tells the day alone."""

    when: Instant
    with_whom: str
    person_id: uuid.UUID | None = None
    channel: str = ""
    text: str = ""
    next_on: date | None = None
    hour_unknown: bool = False


class Meeting(Said, frozen=True, kw_only=True, tag="meeting"):
    """A meeting. Under the Chatham House rule its substance may be used and who said it may not: what tells that is
    sealed to the organiser alone, and stands in nobody else's page, list, search or print.
    """

    when: Instant
    place: str = ""
    chatham_house: bool = False
    organiser_id: uuid.UUID
    substance: str = ""
    present: str = ""
    organisers_own: bytes = b""
    hour_unknown: bool = False


class Attribution(Said, frozen=True, kw_only=True):
    """The inside of `Meeting.organisers_own`: who took part, and who said what."""

    present: str = ""
    said: str = ""


class ActionState(StrEnum):
    """How an action stands. One that is proposed waits for a second member."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    DONE = "done"
    STOPPED = "stopped"


SAID_NO = "said_no"
"""Why an action was stopped that a conversation about consent ended; otherwise `stopped_because` is in words."""


class Action(Said, frozen=True, kw_only=True, tag="action"):
    """Something done for the defender, or planned. Outward ones passed the consent gate: `consent` says how.

    `emergency`: why two members act although asking was impossible. It is `proposed` until the second has joined;
    `reminders` tell whoever has to join or to confirm.
    """

    kind: str
    state: str = ActionState.DONE.value
    when: Instant
    purpose: str = ""
    addressee: str = ""
    text: str = ""
    answer: str = ""
    next_on: date | None = None
    consent: str = ""
    still_wanted: str = ""
    second_id: uuid.UUID | None = None
    confirm_by: Instant | None = None
    confirmed_by: uuid.UUID | None = None
    stopped_because: str = ""
    still_wanted_at: Instant | None = None
    emergency: str = ""
    proposed_by: uuid.UUID | None = None
    reminders: tuple[uuid.UUID, ...] = ()
    confirmed_at: Instant | None = None
    hour_unknown: bool = False

    @property
    def waits_for_second(self) -> bool:
        return self.state == ActionState.PROPOSED

    @property
    def waits_for_head(self) -> bool:
        """Two members act without consent, and the head has not confirmed it."""
        return self.confirm_by is not None and self.confirmed_by is None and self.state != ActionState.STOPPED

    @property
    def is_open(self) -> bool:
        """Still to be done, to be joined or to be confirmed: a file with one is not closed."""
        return self.waits_for_head or self.state in (ActionState.PROPOSED, ActionState.PLANNED)


ASSESS_RISK, ASSESS_ANEW = "assess_risk", "assess_anew"
"""The rules of the tasks of a file that is new, and of one that was reopened."""
ASKS_THE_FILE = frozenset({"ways_to_reach", "sort_incident", "confirm_eligibility", "ask_consent"})
"""Rules of tasks that end by what is written into the file; or somebody says why it is not needed."""


class Task(Said, frozen=True, kw_only=True, tag="task"):
    """Something to do. `rule` names the rule that raised it, "" for one that somebody wrote; `about_id`: the action
    that a no undoes, kept for whoever reads the record later.
    """

    what: str
    for_id: uuid.UUID | None = None
    due_on: date | None = None
    done_at: Instant | None = None
    done_note: str = ""
    rule: str = ""
    about_id: uuid.UUID | None = None

    @property
    def waits_for_assessment(self) -> bool:
        """Nothing but an assessment ends it."""
        return self.rule in (ASSESS_RISK, ASSESS_ANEW) and self.done_at is None

    @property
    def asks_the_file(self) -> bool:
        """What it asks for is written into the file: that ends it, and no press alone."""
        return self.rule in ASKS_THE_FILE and self.done_at is None


class Note(Said, frozen=True, kw_only=True, tag="note"):
    text: str


class Answer(Said, frozen=True, kw_only=True):
    """What somebody said to one purpose: given, refused, withdrawn, not_asked or impossible (with the reason)."""

    purpose: str
    state: str
    reason: str = ""


class Conversation(Said, frozen=True, kw_only=True, tag="conversation"):
    """One conversation about consent: who spoke, for whom, when, in which language, how; an answer for each purpose."""

    when: Instant
    speaker_id: uuid.UUID | None = None
    standing: str
    language: str = ""
    channel: str = ""
    answers: tuple[Answer, ...] = ()
    told_of_recording: bool = False
    note: str = ""
    hour_unknown: bool = False


class Assessment(Said, frozen=True, kw_only=True, tag="assessment"):
    """The risk as an officer saw it: a level, one sentence, and the workbook's three figures beside it (1 to 5).

    `renewed`: somebody looked again and nothing had changed.
    """

    level: str
    sentence: str
    threats: int | None = None
    vulnerabilities: int | None = None
    capacities: int | None = None
    why_different: str = ""
    below_floor: str = ""
    review_on: date
    review_days: int | None = None
    long_term: bool = False
    renewed: bool = False


class LifeStep(Said, frozen=True, kw_only=True, tag="life"):
    """The file went from one state to another, or a step of it was asked for: `reminders` tell whoever decides."""

    act: str
    before: str
    after: str
    reason: str = ""
    outcome: str = ""
    feedback: str = ""
    referral: str = ""
    next_on: date | None = None
    officer_id: uuid.UUID | None = None
    reminders: tuple[uuid.UUID, ...] = ()
    released_on: Dated | None = None
    """Said with a closing of a file in which somebody was still held."""


class Arrival(Said, frozen=True, kw_only=True, tag="arrival"):
    """How the file came to this office: who recorded it and where, how urgent they thought it, why it came here."""

    recorder_id: uuid.UUID
    from_office_id: uuid.UUID
    recorded_at: Instant
    urgency: str
    why: str
    officer_id: uuid.UUID | None = None
    recorder_left: bool = False
    """When it arrived here, the seat of whoever sent it, or the keys they signed with, had ended."""
    sources: tuple[uuid.UUID, ...] = ()
    """Of which entries the sources were sent in a letter of their own."""


class Tie(Said, frozen=True, kw_only=True, tag="tie"):
    """This file is one of those that a trial is about; what the trial is stands with it, once for all of them.

    `over`: it was taken off, and `reason` says why.
    """

    proceeding_id: uuid.UUID
    over: bool = False
    reason: str = ""


class MoneyAsked(Said, frozen=True, kw_only=True, tag="money_asked"):
    """Emergency money was asked for from this file; how much, for whom and what came of it stands with the grant."""

    grant_id: uuid.UUID


Details = (
    Person
    | SourceMark
    | Profile
    | Incident
    | Contact
    | Meeting
    | Action
    | Task
    | Note
    | Conversation
    | Assessment
    | LifeStep
    | Arrival
    | Tie
    | MoneyAsked
    | Paper
)


class Source(Said, frozen=True, kw_only=True, tag="source"):
    """Who told us. Restricted: sealed under the sources' key."""

    name: str
    relation: str = ""
    ways: tuple[Way, ...] = ()
    never: str = ""
    reliability: str = "unknown"
    note: str = ""


class SaidBy(Said, frozen=True, kw_only=True, tag="said_by"):
    """Which sources told us of an incident, and what only they may be known for."""

    source_ids: tuple[uuid.UUID, ...] = ()
    note: str = ""


Sourced = Source | SaidBy
