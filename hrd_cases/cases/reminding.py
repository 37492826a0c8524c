"""Which reminders a thing has of all that its rules say, and when: from plain values to plain values. Pure.

A room says which of its rules apply to a thing, whom they tell and in which slot (`Found`). Here it becomes one
reminder for each person and slot, what was missed among it, mailed while the office is open.

What was planned stands while its rule applies, by itself, also once its slot has passed (before the thing: until that
begins): somebody may have put it off, or not come by yet. Whoever changes the thing, or looks whether all is there,
plans what is missing and cancels the rest: what was for another date or for somebody else, and what is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

import msgspec

from hrd_cases.calendar import DAY, OfficeCalendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.outbox.book import Recipient
from hrd_cases.outbox.rules import day_slot, hour_slot, quarter_slot


class Unit(StrEnum):
    CALENDAR_DAY = "calendar day"
    WORKING_DAY = "working day"
    HOUR = "hour"


@dataclass(frozen=True)
class Due:
    """ "14 calendar days before"."""

    count: int
    unit: Unit
    after: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`mails`: also at once, unless the office says otherwise; `urgent`: at any hour. What was missed still comes
    `made_up_for_days` later.
    """

    code: str
    due: Due
    mails: bool
    urgent: bool
    made_up_for_days: int


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What is reminded of. `key`: what it is; `set_for`: beside recipient and slot, what makes a reminder of it another
    one. `begins_at`: of its day nothing is mailed as late as that; `over_at`: from then on nothing from before it is
    worth saying.
    """

    key: tuple[object, ...]
    set_for: tuple[object, ...]
    begins_at: datetime
    over_at: datetime


def on_today(identity: bytes) -> bytes:
    """What makes that a reminder of its own which only Today tells, before the mail of this identity."""
    return identity + b"on Today"


class Found(NamedTuple):
    """A rule that applies, for one recipient, with its slot. `stands`: that has passed, and it was planned for it."""

    rule: Rule
    recipient: Recipient
    slot_at: datetime
    stands: bool = False


class Planned(NamedTuple):
    """One reminder for `outbox.plan`. `rule` speaks; `merges` are other rules it stands for, the earliest first.

    `slot_at`: UTC, from `day_slot` or `hour_slot`, in working hours if it is mailed and can wait; the hour that runs if
    it is due already. `identity`: what makes it another reminder, to be put through an HMAC: the thing, the date it is
    set for, recipient, and the slot it would have had. It is the same whenever it is computed, and says nothing of
    `mails`, which an office may change, nor of its working hours.

    `today_at`: when Today tells it already, where its mail waits for the office to open. Then that is a reminder too,
    of the identity `on_today`.
    """

    rule: str
    recipient: Recipient
    slot_at: datetime
    mails: bool
    merges: tuple[str, ...]
    identity: bytes
    today_at: datetime | None = None


WasPlanned = Callable[[bytes], bool]
"""Was a reminder of this identity planned before?"""


def reminders(
    of: Occasion,
    found: Iterable[Found],
    calendar: OfficeCalendar,
    now: datetime,
    *,
    own: Mapping[str, bool] | None = None,
    slot_hour: int = FIGURES.slot_hour,
    stands: WasPlanned = lambda _: False,
) -> tuple[Planned, ...]:
    """What a thing reminds of from `now` on, by time; each person has one reminder a slot. Of what is `found` for one
    slot the later one speaks.

    `calendar`: the office's. `own`: which rules that office mails at once, where it differs from the rule; codes of no
    rule are ignored. What was missed is due at once while it makes sense (`made_up_for_days`), as one reminder for each
    person; what `stands` is not missed, whenever its slot was. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    known = (one._replace(stands=one.slot_at <= now and stands(_identity(of, one))) for one in found)
    left = [one for one in known if _makes_sense(one, of, calendar, now)]
    spoke = {one.recipient: one.slot_at for one in sorted(left, key=lambda one: one.slot_at) if one.stands}
    left.sort(key=lambda one: (*_group(one, spoke, now), one.slot_at))
    groups = (list(group) for _, group in groupby(left, key=lambda one: _group(one, spoke, now)))
    planned = (_as_one(group, of, calendar, now, own or {}, slot_hour, stands) for group in groups)
    return tuple(sorted(planned, key=lambda one: one.slot_at))


def slot_of(due: Due, at: datetime, calendar: OfficeCalendar, hour: int = FIGURES.slot_hour) -> datetime:
    """The slot so long before or after a moment: hours from it, days from the day that it is then at the office, at
    `hour` by its clocks.
    """
    if due.unit is Unit.HOUR:
        return hour_slot(at + timedelta(hours=due.count if due.after else -due.count))
    return slot_on(counted(due, calendar.day_of(at), calendar), calendar, hour)


def slot_on(day: date, calendar: OfficeCalendar, hour: int = FIGURES.slot_hour) -> datetime:
    """The slot of what is due on a day that stands with the thing itself."""
    return day_slot(day, calendar.zone, hour)


def counted(due: Due, day: date, calendar: OfficeCalendar) -> date:
    """So many days before or after a day, by the office's calendar. Raises ValueError for hours, which no day has."""
    if due.unit is Unit.HOUR:
        raise ValueError("hours are counted from a moment, not from a day")
    if due.unit is Unit.CALENDAR_DAY:
        return day + DAY * (due.count if due.after else -due.count)
    if due.after:
        return calendar.working_day_after(day, due.count)
    for _ in range(due.count):
        day = calendar.last_working_day_before(day)
    return day


def _makes_sense(one: Found, of: Occasion, calendar: OfficeCalendar, now: datetime) -> bool:
    """It is to come, or stands; or it was missed, and still says something worth knowing."""
    if one.slot_at > now:
        return True
    if not one.rule.due.after and now >= of.over_at:
        return False
    return one.stands or calendar.day_of(now) <= calendar.day_of(one.slot_at) + DAY * one.rule.made_up_for_days


def _group(one: Found, spoke: Mapping[Recipient, datetime], now: datetime) -> tuple[str, datetime]:
    """What is one reminder: for each recipient, what comes or stands of one slot, and what has been missed. What was
    missed before the last one that stands was told by it (`spoke`).
    """
    to, at = one.recipient, one.slot_at
    if at <= now and not one.stands:
        last = spoke.get(to)
        at = last if last is not None and last >= at else now
    return f"{to.member_id} {to.office_id} {to.role}", at


def _as_one(
    group: list[Found],
    of: Occasion,
    calendar: OfficeCalendar,
    now: datetime,
    own: Mapping[str, bool],
    hour: int,
    stands: WasPlanned,
) -> Planned:
    *others, speaks = group
    identity = _identity(of, speaks)
    mailed = [one.rule for one in group if own.get(one.rule.code, one.rule.mails)]
    comes_at = slot_at = speaks.slot_at if speaks.slot_at > now else hour_slot(now)
    if mailed and not any(rule.urgent for rule in mailed):
        slot_at = _while_open(comes_at, speaks.rule, of, calendar, now, hour)
    # What stands was told when it came.
    waits = slot_at > comes_at and not speaks.stands
    return Planned(
        rule=speaks.rule.code,
        recipient=speaks.recipient,
        slot_at=slot_at,
        mails=bool(mailed),
        merges=tuple(one.rule.code for one in others),
        identity=identity,
        today_at=comes_at if waits or stands(on_today(identity)) else None,
    )


def _while_open(
    slot_at: datetime, rule: Rule, of: Occasion, calendar: OfficeCalendar, now: datetime, hour: int
) -> datetime:
    """When the office is open: of a thing ahead rather on the working day before than after, and never put off to its
    own day. What cannot wait so long comes at its time.
    """
    if calendar.is_open(slot_at):
        return slot_at
    day, opens = calendar.day_of(slot_at), quarter_slot(calendar.opens_next(slot_at))
    if rule.due.after:
        return opens
    if slot_at > now and rule.due.unit is Unit.WORKING_DAY:
        # Open on that day, or taken for it: a closure that is not believed ends no reminder.
        return max(slot_at, quarter_slot(calendar.wall_clock(day, calendar.opens)))
    if slot_at > now and calendar.day_of(opens) != day:
        earlier = calendar.last_working_day_before(day)
        at_nine = day_slot(earlier, calendar.zone, hour)
        at = max(at_nine, quarter_slot(calendar.wall_clock(earlier, calendar.opens)))
        if at > now:
            return at
    return opens if calendar.day_of(opens) < calendar.day_of(of.begins_at) else slot_at


def _identity(of: Occasion, one: Found) -> bytes:
    """Not the rules: two of one day are one reminder, and stay it when one of them makes no sense any more."""
    to = one.recipient
    return msgspec.msgpack.encode((*of.key, to.member_id, to.office_id, to.role, one.slot_at, *of.set_for))
