"""What an entry of a proceeding may say: one frozen struct a kind. Codes are those of `trials.codes`.

New fields go to the end, with a default: what was sealed before them is read as before.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from hrd_cases.cases.details import Said
from hrd_cases.documents.papers import Paper
from hrd_cases.instants import Instant
from hrd_cases.trials.life import State, is_ahead, nobody_goes
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.stages import Stage
from hrd_cases.trials.times import When, has_begun

BEGUN, CORRECTED, FILE_ADDED, FILE_TAKEN_OFF, STAGE = "begun", "corrected", "file_added", "file_taken_off", "stage"
"""What was done to a trial when a version of it was written."""


class Charge(Said, frozen=True, kw_only=True):
    """What somebody is accused of, and the articles of law, in the officer's words."""

    text: str
    articles: str = ""


class Trial(Said, frozen=True, kw_only=True, tag="trial"):
    """What a proceeding is: before which court, on which charges, who defends. `files`: the case files it is about, the
    one that carries its dates for Today first.

    `zone` is the court's, an IANA name: its hearings are set by its clocks. `act`, `reason`, `changed` and `stage_on`
    tell of the change with which this version was written, not of what stands.
    """

    files: tuple[uuid.UUID, ...]
    zone: str
    stage: str = Stage.INVESTIGATION.value
    court: str = ""
    court_type: str = ""
    other_court_type: str = ""
    place: str = ""
    number: str = ""
    charges: tuple[Charge, ...] = ()
    counsel: str = ""
    legal_aid: str = "not_known"
    other_legal_aid: str = ""
    language: str = ""
    interpreter: str = ""
    death_penalty_possible: bool = False
    death_sentence: bool = False
    note: str = ""
    act: str = BEGUN
    reason: str = ""
    changed: tuple[uuid.UUID, ...] = ()
    """Files that joined it, or were taken off."""
    stage_on: date | None = None


class Observer(Said, frozen=True, kw_only=True):
    """Who goes: a member of the office, one of an embassy through a share, or a colleague without an account."""

    member_id: uuid.UUID | None = None
    share_id: uuid.UUID | None = None
    name: str = ""
    embassy: str = ""

    @property
    def has_account(self) -> bool:
        """Do they sign in, here or at their embassy, and speak for themselves?"""
        return self.member_id is not None or self.share_id is not None


class Result(Said, frozen=True, kw_only=True):
    """The short form: what everybody asks on the day. `accused`, `counsel`: was present; yes, no or unknown. `access`:
    of `observer_access`; `outcome`: of `hearing_outcome`.
    """

    access: str = ""
    accused: str = "unknown"
    counsel: str = "unknown"
    outcome: str = ""
    other_outcome: str = ""
    text: str = ""


class Hearing(Said, frozen=True, kw_only=True, tag="hearing"):
    """One sitting of a court. `act`: what was done last, with its `reason` (a code; the words, where changes were asked
    for in a report) and `note`; `follows`: the hearing it was adjourned from.

    `court`: where it is another than the trial's. `observer`, `backup`: who goes. `defence_knows`: that somebody
    comes; yes, no or unknown. `no_date_since`: the office's day on which the court gave no new date; `chase_on`:
    when somebody asks for it; `next_unsaid`: whoever recorded it did not say what comes next. `report_on`: by when
    the observer reports, anew once changes were asked for; `report_id`: the version of the report that was filed last,
    `report_by` who wrote it. `reminders` were planned for this date and are cancelled when it moves; `told`, to say
    what was done. `acted_by`: whose act it was, where whoever wrote it only opened their letter.
    """

    when: When
    kind: str
    other_kind: str = ""
    room: str = ""
    court: str = ""
    state: str = State.SCHEDULED.value
    act: str = ""
    reason: str = ""
    note: str = ""
    follows: uuid.UUID | None = None
    observer: Observer | None = None
    backup: Observer | None = None
    announced_closed: bool = False
    defence_knows: str = "unknown"
    briefing: str = ""
    result: Result | None = None
    no_date_since: date | None = None
    chase_on: date | None = None
    report_on: date | None = None
    report_id: uuid.UUID | None = None
    report_by: tuple[uuid.UUID, ...] = ()
    reviewed_by: uuid.UUID | None = None
    reminders: tuple[uuid.UUID, ...] = ()
    told: tuple[uuid.UUID, ...] = ()
    acted_by: uuid.UUID | None = None
    next_unsaid: bool = False

    @property
    def is_ahead(self) -> bool:
        return is_ahead(self.state)

    @property
    def nobody_goes(self) -> bool:
        return nobody_goes(self.state)

    @property
    def waits_for_embassy(self) -> bool:
        """Was an embassy asked to go, and has it not accepted?"""
        return self.state == State.ASSIGNED and self.observer is not None and self.observer.share_id is not None

    def to_find(self, now: datetime) -> bool:
        """Has somebody to be found who goes, while somebody still can? An embassy that has not accepted is nobody."""
        return (self.nobody_goes or self.waits_for_embassy) and not has_begun(self.when, now)

    def misses_somebody(self, now: datetime) -> bool:
        """Does nobody go, while somebody still can?"""
        return self.nobody_goes and not has_begun(self.when, now)

    @property
    def report_awaited_on(self) -> date | None:
        """By when somebody owes a report on it: not filed yet, or sent back. None if nobody does."""
        return self.report_on if self.state == State.HELD else None


class Preparation(Said, frozen=True, kw_only=True, tag="preparation"):
    """Something to do before a hearing. `kind`: a code of `preparation`. `over`: it was taken off the list. `late`: its
    day had passed already when it was put there.
    """

    hearing_id: uuid.UUID
    kind: str
    other_kind: str = ""
    for_id: uuid.UUID | None = None
    due_on: date | None = None
    done_at: Instant | None = None
    done_note: str = ""
    over: bool = False
    late: bool = False


class Observed(Said, frozen=True, kw_only=True):
    """What a report says of one item of the checklist; fields as of `checklist.Answer`."""

    item: str
    said: str
    basis: str = ""
    note: str = ""
    closed: bool = False
    ground: str = ""
    ground_text: str = ""


class Report(Said, frozen=True, kw_only=True, tag="report"):
    """An observation report (DOMAIN §3). Saved step by step: `filed` tells a finished version from one being written.

    `accused`: was present; yes, no or unknown. `starts`, `ends`: by the court's clocks. `harmed`: an incident harmed
    the observer. `publish`: may it be published; a code of `reports.PUBLISH`. `access`, `outcome`, `other_outcome` and
    `next_on` are said where the result is not recorded already: by whoever reports from another office, to whom
    `share_id` was given and who is `written_by`; it left them at `sent_at`. `aside`: it is not the report on its
    hearing, but one that nobody of the office had asked for, or an older one; `told`, that it came.
    """

    hearing_id: uuid.UUID
    filed: bool = False
    judges: str = ""
    prosecutor: str = ""
    counsel: str = ""
    accused: str = "unknown"
    starts: time | None = None
    ends: time | None = None
    public: str = ""
    missions: str = ""
    interpreter: str = ""
    summary: str = ""
    applications: str = ""
    demeanour: str = ""
    treatment: str = ""
    incidents: str = ""
    harmed: bool = False
    publish: str = "not_said"
    publish_note: str = ""
    access: str = ""
    outcome: str = ""
    other_outcome: str = ""
    next_on: date | None = None
    items: tuple[Observed, ...] = ()
    share_id: uuid.UUID | None = None
    written_by: uuid.UUID | None = None
    sent_at: Instant | None = None
    aside: bool = False
    told: tuple[uuid.UUID, ...] = ()


Details = Trial | Hearing | Preparation | ShareEntry | Report | Paper
