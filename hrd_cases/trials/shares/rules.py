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
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.trials.life import Act, State
from hrd_cases.trials.times import When, latest_at, local_day


class SharePart(StrEnum):
    """What may be chosen beside when and where, without which nobody can go."""

    PEOPLE = "people"
    CHARGES = "charges"
    NUMBER = "number"
    COUNSEL = "counsel"
    LANGUAGE = "language"
    DEATH_PENALTY = "death_penalty"


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
    DAMAGED = "damaged"

    @property
    def told(self) -> Ended:
        """As the other side and the trail are told: that a defender took their word back stays in the office."""
        return Ended.REVOKED if self is Ended.CONSENT else self


class ShareAnswer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


REPORTS = "report"
"""What the trail calls the answer that is a report."""
MOST_REPORTS = 20
"""So often the report on one share is filed, each time with what was changed: whatever comes is kept for good."""


class Charged(Said, frozen=True, kw_only=True):
    """A charge with its articles of law."""

    text: str
    articles: str = ""


class Seen(Said, frozen=True, kw_only=True):
    """All that the other side sees. What was not chosen is empty here: nothing hides it, it is not there.

    `called_off`: a code of the hearing's states, where it will not be held as it was set; `asked`: somebody there is
    asked to observe it; `country`: before whose court it is, on which hangs which law stands in their report.
    `changes`: what the office asked last to be changed in their report, and when; filed later, it is answered.
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
    country: str = ""
    changes: str = ""
    changes_at: Instant | None = None

    def reported(self, at: datetime | None) -> bool:
        """Is a report that they filed then one on this hearing, and not on the one that it was adjourned from?"""
        return at is not None and local_day(at, self.when.zone) >= self.when.on

    def changes_open(self, reported_at: datetime | None) -> bool:
        """Are changes asked for in the report that they filed then?"""
        return self.changes_at is not None and (reported_at is None or reported_at < self.changes_at)


class ShareEntry(Said, frozen=True, kw_only=True, tag="sharing"):
    """An entry of a proceeding: what was shared with which office, for whose files, until when, and what became of it.

    `shared` is what the other side sees, kept here after it sees nothing more. `number` counts its versions, `told`
    the last of them that was sent, by `letter`; `reminders` told the other side, `news` tells ours what they answered.
    `kind`: of that office, as its charter said when it was shared; on it hangs which consent it rests on.
    """

    share_id: uuid.UUID
    hearing_id: uuid.UUID
    office_id: uuid.UUID
    files: tuple[uuid.UUID, ...]
    parts: tuple[str, ...]
    until: Instant
    shared: Seen
    kind: OfficeKind
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
    news: tuple[uuid.UUID, ...] = ()
    letter: uuid.UUID | None = None

    @property
    def not_ended(self) -> bool:
        """Has nobody ended it? Its time may be over all the same: then its keys are on their way out."""
        return self.state in STANDING

    def stand(self, now: datetime) -> Stand:
        """How it stands: over, from the minute its time is."""
        return Stand.ENDED if self.not_ended and now >= self.until else Stand(self.state)

    def stands(self, now: datetime) -> bool:
        """Can the other side open it?"""
        return self.stand(now) in STANDING

    @property
    def how_it_ended(self) -> Ended:
        """Of one that stands no more: why."""
        return Ended(self.ended) if self.ended else Ended.EXPIRED

    @property
    def lacks_reason(self) -> bool:
        """Did somebody take it back in haste, without a word?"""
        return self.ended == Ended.REVOKED and not self.reason

    @property
    def ends_too_soon(self) -> bool:
        """Was the hearing moved past its end, and will it be held?"""
        return not self.shared.called_off and ends_too_soon(self.until, self.shared.when)

    @property
    def over_at(self) -> datetime:
        """Since when, or from when on, nobody there opens it."""
        return self.ended_at or self.until

    @property
    def waits_to_be_told(self) -> bool:
        """Its newest version could not be sent, because the other office was changing its keys."""
        return self.told < self.number


# -- the observer who cannot read it any more


def leaves(state: State, how: Ended, when: When, over_at: datetime) -> Act | None:
    """What the end of a share is in the life of the hearing whose observer it made: they go no more. None where there
    is nothing to leave: nobody of theirs was to go, or the hearing had begun by then, and they have been there. A no
    of theirs is a no, however late.
    """
    if state not in (State.ASSIGNED, State.CONFIRMED):
        return None
    if how is Ended.DECLINED:
        return Act.DECLINE if state is State.ASSIGNED else Act.WITHDRAW
    return Act.WITHDRAW if over_at <= latest_at(when) else None


# -- until when

MOST_WEEKS = 26
TO_BE_READ = timedelta(days=3)
"""So long at least it can be read that a hearing was cancelled: over a weekend too."""
_LATER = (N_("This day is over."), N_("Choose a later day."))
_TOO_LATE = (
    N_("Nothing is shared for longer than half a year."),
    N_("Choose an earlier day; it can be extended before it ends."),
)
_FAR_AHEAD = (
    N_("Nothing is shared for longer than half a year, and the hearing is later."),
    N_("Share it nearer to the hearing."),
)
_BEFORE = (
    N_("It would end before the hearing."),
    N_("Choose the day of the hearing or a later one; the report needs some days too."),
)


def ends_after(on: date) -> datetime:
    """The end (UTC) of the week of a day: Sunday's midnight. When a share ends lies in clear, so that it ends although
    nobody is signed in; by weeks it draws no court's calendar.
    """
    return datetime.combine(on + timedelta(days=7 - on.weekday()), time(), UTC)


def last_day(until: datetime) -> date:
    """The Sunday after which it ends."""
    return (until - timedelta(days=1)).date()


def check_until(on: date, when: When, now: datetime) -> datetime:
    """When a share of a hearing ends whose last day somebody chose. Refused for what is over, for more than half a
    year, and for a day before the hearing: whoever observes it could not read any more where to go.
    """
    until, latest = ends_after(on), now + timedelta(weeks=MOST_WEEKS)
    if on < now.date():
        raise Refused.of(_LATER)
    if ends_after(when.on) > latest:
        raise Refused.of(_FAR_AHEAD)
    if until > latest:
        raise Refused.of(_TOO_LATE)
    if ends_too_soon(until, when):
        raise Refused.of(_BEFORE)
    return until


def ends_too_soon(until: datetime, when: When) -> bool:
    """Is it over before the day of the hearing is, or before it may have begun?"""
    return last_day(until) < when.on or until <= latest_at(when)


def parts_of(chosen: Iterable[str]) -> tuple[str, ...]:
    """Those that there are, each once, in their order."""
    wanted = set(chosen)
    return tuple(part.value for part in SharePart if part.value in wanted)
