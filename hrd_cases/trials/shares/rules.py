"""What another office sees of a hearing, and until when: chosen parts, as plain values. The preview that is shown
before it is sent and the page that the other side reads are made of the same struct. Pure.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hrd_cases.cases.details import Said
from hrd_cases.errors import N_, Refused
from hrd_cases.instants import Instant
from hrd_cases.trials.times import When


class Part(StrEnum):
    """What may be chosen beside when and where, without which nobody can go."""

    PEOPLE = "people"
    CHARGES = "charges"
    NUMBER = "number"
    COUNSEL = "counsel"
    LANGUAGE = "language"
    DEATH_PENALTY = "death_penalty"


FIRST_CHOSEN = frozenset({Part.PEOPLE, Part.CHARGES, Part.LANGUAGE, Part.DEATH_PENALTY})
"""What is ticked when the page opens: what somebody needs who observes."""


class Stand(StrEnum):
    """How a share stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


STANDING = frozenset({Stand.OFFERED, Stand.ACCEPTED})
SHARE_OVER = (N_("This share is over."), N_("Share the hearing anew, if it is still wanted."))


class Ended(StrEnum):
    """Why a share is over."""

    REVOKED = "revoked"
    CONSENT = "consent"
    OBSERVER_LEFT = "observer_left"
    DECLINED = "declined"
    EXPIRED = "expired"


class Answer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


REPORTS = "report"
"""What the trail calls the answer that is a report."""


class Charged(Said, frozen=True, kw_only=True):
    """A charge with its articles of law."""

    text: str
    articles: str = ""


class Seen(Said, frozen=True, kw_only=True):
    """All that the other side sees. What was not chosen is empty here: nothing hides it, it is not there.

    `called_off`: a code of the hearing's states, where it will not be held as it was set; `asked`: somebody there is
    asked to observe it.
    """

    kind: str
    when: When
    other_kind: str = ""
    court: str = ""
    place: str = ""
    room: str = ""
    announced_closed: bool = False
    called_off: str = ""
    people: tuple[str, ...] = ()
    charges: tuple[Charged, ...] = ()
    number: str = ""
    counsel: str = ""
    language: str = ""
    interpreter: str = ""
    death_penalty_possible: bool = False
    briefing: str = ""
    do_no_harm: str = ""
    asked: bool = False


class ShareEntry(Said, frozen=True, kw_only=True, tag="sharing"):
    """An entry of a proceeding: what was shared with which office, for whose files, until when, and what became of it.

    `shared` is what the other side sees, kept here after it sees nothing more. `number` counts its versions, `told`
    the last of them that was sent; `reminders` told the other side.
    """

    share_id: uuid.UUID
    hearing_id: uuid.UUID
    office_id: uuid.UUID
    files: tuple[uuid.UUID, ...]
    parts: tuple[str, ...]
    until: Instant
    shared: Seen
    state: str = Stand.OFFERED.value
    number: int = 1
    told: int = 1
    by: uuid.UUID | None = None
    answered_by: uuid.UUID | None = None
    answered_at: Instant | None = None
    ended: str = ""
    ended_at: Instant | None = None
    reason: str = ""
    reminders: tuple[uuid.UUID, ...] = ()

    def stands(self, now: datetime) -> bool:
        """Can the other side open it?"""
        return self.state in STANDING and now < self.until

    @property
    def waits_to_be_told(self) -> bool:
        """Its newest version could not be sent, because the other office was changing its keys."""
        return self.told < self.number


# -- until when

MOST_WEEKS = 26
_LATER = (N_("This day is over."), N_("Choose a later day."))
_TOO_LATE = (
    N_("Nothing is shared for longer than half a year."),
    N_("Choose an earlier day; it can be extended before it ends."),
)


def ends_after(on: date) -> datetime:
    """The end (UTC) of the week of a day: Sunday's midnight. When a share ends lies in clear, so that it ends although
    nobody is signed in; by weeks it draws no court's calendar.
    """
    return datetime.combine(on + timedelta(days=7 - on.weekday()), time(), UTC)


def last_day(until: datetime) -> date:
    """The Sunday after which it ends."""
    return (until - timedelta(days=1)).date()


def check_until(on: date, now: datetime) -> datetime:
    """When a share ends whose last day somebody chose. Refused for what is over and for more than half a year."""
    until = ends_after(on)
    if on < now.date():
        raise Refused.of(_LATER)
    if until > now + timedelta(weeks=MOST_WEEKS):
        raise Refused.of(_TOO_LATE)
    return until


def parts_of(chosen: Iterable[str]) -> tuple[str, ...]:
    """Those that there are, each once, in their order."""
    wanted = set(chosen)
    return tuple(part.value for part in Part if part.value in wanted)
