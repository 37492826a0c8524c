"""When a hearing is: wall-clock time at the court, the court's zone, and the instant that makes. Pure.

The wall clock is what the court said and stays; the instant is computed, and computed anew when zone rules change. The
court's zone is not always the office's, and over the date line not even the day is the same.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import tzdata

from hrd_cases.calendar import is_zone
from hrd_cases.errors import N_, Refused
from hrd_cases.instants import Instant
from hrd_cases.trials.reminder_rules import RULES as REMINDERS
from hrd_cases.trials.reminder_rules import Part

RULES: str = tzdata.IANA_VERSION
"""The zone rules of this process, as "2026f"; `hrd_cases/__init__.py` sees to it that there are no others."""
FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Of a hearing, at the court. Earlier ones are no defender's of ours, later ones a slip of the pen."""


class When(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Make one with `set_for`.

    `on`: the day by the court's clocks. `clock`: the hour and minute there, None if nobody said it; then `part` is the
    part of the day, else None. `zone`: the court's, an IANA name. `earliest_at`: the instant (UTC) at which it begins
    or, of a part of a day, may begin first. `rules`: the version of the zone rules by which that was computed.
    """

    on: date
    clock: time | None = None
    part: Part | None = None
    zone: str
    earliest_at: Instant
    rules: str

    @property
    def at(self) -> datetime | None:
        """The instant (UTC) at which it begins; None if nobody said the hour."""
        return self.earliest_at if self.clock is not None else None

    @property
    def shows(self) -> time | None:
        """What the court's clocks show when it begins: the hour that was said, or another where they skip that one."""
        return skipped(self) or self.clock


def set_for(on: date, zone: str, clock: time | None = None, part: Part = Part.UNKNOWN) -> When:
    """A hearing as a court set it: to the minute, or for a part of a day (`part` counts only without `clock`).

    A time that the court's clocks skip is as much later; one that they show twice is the first. Refused for a zone that
    is none and for a year outside FIRST_YEAR to LAST_YEAR.
    """
    if not is_zone(zone):
        raise Refused(N_("This time zone is not known."), N_("Choose the zone of the place where the court sits."))
    check_year(on)
    # As plain as it was typed: a fold would mean the second of two, a zone another court.
    plain = time(clock.hour, clock.minute) if clock is not None else None
    known = None if plain is not None else part
    return When(
        on=on, clock=plain, part=known, zone=zone, earliest_at=_instant(on, plain, known, ZoneInfo(zone)), rules=RULES
    )


def check_year(on: date) -> None:
    """Refused for a year in which no court of ours sits."""
    if not is_year(on):
        raise Refused(N_("The year of this date cannot be right."), N_("Write the year in four digits."))


def is_year(on: date) -> bool:
    return FIRST_YEAR <= on.year <= LAST_YEAR


def recomputed(when: When) -> When:
    """The same `When` if today's zone rules change nothing for it, else another: same wall clock, other instant.

    One whose zone the rules know no more stays as it was: somebody has to look, and no reminder is lost meanwhile.
    """
    if not is_zone(when.zone):
        return when
    earliest_at = _instant(when.on, when.clock, when.part, ZoneInfo(when.zone))
    if earliest_at == when.earliest_at:
        return when
    return msgspec.structs.replace(when, earliest_at=earliest_at, rules=RULES)


def latest_at(when: When) -> datetime:
    """The last instant (UTC) at which it may begin: that of its hour, or the end of its part of the day."""
    if when.clock is not None:
        return when.earliest_at
    earliest, latest = _hours(when.part)
    return when.earliest_at + (datetime.combine(when.on, latest) - datetime.combine(when.on, earliest))


# Three moments end what lies before a hearing whose hour nobody said; with an hour they are one. From its day at the
# court on (`may_have_begun`) somebody may say what came of it. From the last hour at which it may begin (`latest_at`)
# no reminder from before it makes sense, and a share that ends then took nobody away. A day after it may have begun
# first (`has_begun`) nobody is sent any more: until then a judge who is late is not missed by a rule.


def has_begun(when: When, now: datetime) -> bool:
    """Is it too late to send somebody? From its hour on; where nobody said one, a day after it may have begun first."""
    return now >= when.earliest_at + (timedelta() if when.clock is not None else timedelta(days=1))


def may_have_begun(when: When, now: datetime) -> bool:
    """May somebody say what came of it? From its hour on; where nobody said one, from its day at the court on."""
    return now >= when.earliest_at if when.clock is not None else local_day(now, when.zone) >= when.on


def long_before(when: When) -> datetime:
    """A moment before which nothing of it is due: as planned then, every reminder of it is there."""
    return when.earliest_at.astimezone(UTC) - timedelta(days=400)


def skipped(when: When) -> time | None:
    """What the court's clocks show when it begins, where they never show the hour that was said; None where they do."""
    if when.clock is None or not is_zone(when.zone):
        return None
    there = _instant(when.on, when.clock, None, ZoneInfo(when.zone)).astimezone(ZoneInfo(when.zone))
    return there.time() if (there.date(), there.time()) != (when.on, when.clock) else None


def twice(when: When) -> bool:
    """Do the court's clocks show the hour that was said twice? It is the first then."""
    if when.clock is None or not is_zone(when.zone) or skipped(when) is not None:
        return False
    said = datetime.combine(when.on, when.clock, ZoneInfo(when.zone))
    return said.utcoffset() != said.replace(fold=1).utcoffset()


def day_in(when: When, zone: str) -> date:
    """The day it is elsewhere when it begins, or may begin first: over the date line another than at the court.

    Raises ZoneInfoNotFoundError for a zone that is none.
    """
    return local_day(when.earliest_at, zone)


def local_day(at: datetime, zone: str) -> date:
    """The day it is there at an instant. Raises ZoneInfoNotFoundError for a zone that is none."""
    return at.astimezone(ZoneInfo(zone)).date()


def _instant(on: date, clock: time | None, part: Part | None, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, clock or _hours(part)[0], zone).astimezone(UTC)


def _hours(part: Part | None) -> tuple[time, time]:
    return REMINDERS.parts[part or Part.UNKNOWN]
