"""Which reminders a hearing has, to whom, and when: from plain values to plain values. Pure.

The rules are data (`config/reminders.toml`). Days are counted on the office's calendar, from the day it is *there* when
the hearing begins: nobody at the office lives by the court's date. Of a hearing whose hour nobody said, hours are
counted from the earliest instant at which it may begin: too early harms nobody.

What was planned stands while its rule holds, by itself, also once its slot has passed (before a hearing: until it
begins): somebody may have put it off, or not come by yet. Whoever changes the hearing, or looks whether all is there,
plans what is missing and cancels the rest: what was for another date or for somebody else, and what is over.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import msgspec

from hrd_cases.calendar import DAY, OfficeCalendar
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.outbox.rules import day_slot, hour_slot, quarter_slot
from hrd_cases.trials.life import AHEAD, State
from hrd_cases.trials.reminder_rules import BEFORE, RULES, Due, Rule, Rules, Tells, Unit, While
from hrd_cases.trials.times import When, latest_at

_LABEL = "reminder of a hearing 1"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at. `goes`: members who observe, in no order. `head_role`: the role of the office's head.

    `from_outside`: somebody goes who is no member of the office, and whom none of its reminders reaches. `reported`: a
    report is there. `sine_die_on`: the day (the office's) on which one that is over had no new date, None if it has one
    or nobody waits for one; `chase_on`: when somebody asks the court, if not when the rule says.
    """

    hearing_id: uuid.UUID
    when: When
    state: State
    goes: tuple[uuid.UUID, ...]
    officer_id: uuid.UUID | None
    office_id: uuid.UUID
    head_role: str
    from_outside: bool = False
    reported: bool = False
    sine_die_on: date | None = None
    chase_on: date | None = None


class Planned(NamedTuple):
    """One reminder for `outbox.plan`. `rule` speaks; `merges` are other rules it stands for, the earliest first.

    `slot_at`: UTC, from `day_slot` or `hour_slot`, in working hours if it is mailed and can wait; the hour that runs if
    it is due already. `identity`: what makes it another reminder, to be put through an HMAC: hearing, the instant and
    zone it is set for, recipient, and the slot it would have had. It is the same whenever it is computed, and says
    nothing of `mails`, which an office may change, nor of its working hours.
    """

    rule: str
    recipient: Recipient
    slot_at: datetime
    mails: bool
    merges: tuple[str, ...]
    identity: bytes


Stands = Callable[[bytes], bool]
"""Was a reminder of this identity planned before?"""


class _Found(NamedTuple):
    """A rule that applies, for one recipient, with its slot. `stands`: that has passed, and it was planned for it."""

    rule: Rule
    recipient: Recipient
    slot_at: datetime
    stands: bool = False


def reminders_of(
    facts: Facts,
    calendar: OfficeCalendar,
    now: datetime,
    *,
    own: Mapping[str, bool] | None = None,
    rules: Rules = RULES,
    stands: Stands = lambda _: False,
) -> tuple[Planned, ...]:
    """What a hearing reminds of from `now` on, by time; each person has one reminder a slot.

    `calendar`: the office's. `own`: which rules that office mails at once, where it differs from the file; codes of no
    rule are ignored. What was missed is due at once while it makes sense (`made_up_for_days`), as one reminder for each
    person; what `stands` is not missed, whenever its slot was. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    known = (
        one._replace(stands=one.slot_at <= now and stands(_identity(facts, one)))
        for one in _found(facts, calendar, rules)
    )
    found = [one for one in known if _makes_sense(one, facts, calendar, now)]
    spoke = {one.recipient: one.slot_at for one in sorted(found, key=lambda one: one.slot_at) if one.stands}
    found.sort(key=lambda one: (*_group(one, spoke, now), one.slot_at))
    groups = (list(group) for _, group in groupby(found, key=lambda one: _group(one, spoke, now)))
    planned = (_as_one(group, facts, calendar, now, own or {}, rules.slot_hour) for group in groups)
    return tuple(sorted(planned, key=lambda one: one.slot_at))


def _found(facts: Facts, calendar: OfficeCalendar, rules: Rules) -> Iterator[_Found]:
    for rule in rules.rules:
        if _HOLDS[rule.holds_while](facts):
            slot_at = _slot(rule, facts, calendar, rules.slot_hour)
            yield from (_Found(rule, to, slot_at) for to in _told(rule.tells, facts))


_HOLDS: dict[While, Callable[[Facts], bool]] = {
    While.AHEAD: lambda facts: facts.state in AHEAD,
    While.NOBODY_GOES: lambda facts: facts.state in AHEAD and not (facts.goes or facts.from_outside),
    While.NO_REPORT: lambda facts: facts.state in (*AHEAD, State.HELD) and not facts.reported,
    While.NO_NEW_DATE: lambda facts: facts.state not in (*AHEAD, State.CANCELLED) and facts.sine_die_on is not None,
}


def _told(tells: Tells, facts: Facts) -> list[Recipient]:
    """Always somebody: the officer where nobody goes, the head where there is no officer."""
    head = to_role(facts.office_id, facts.head_role)
    officer = to_member(facts.officer_id) if facts.officer_id is not None else head
    if tells is Tells.WHO_GOES and facts.goes:
        return [to_member(one) for one in sorted(set(facts.goes))]
    return [head if tells is Tells.HEAD else officer]


def _slot(rule: Rule, facts: Facts, calendar: OfficeCalendar, hour: int) -> datetime:
    due, begins_at = rule.due, facts.when.earliest_at
    if due.unit is Unit.HOUR:
        return hour_slot(begins_at - timedelta(hours=due.count))
    day = calendar.day_of(begins_at)
    if rule.holds_while is While.NO_NEW_DATE and facts.sine_die_on is not None:
        if facts.chase_on is not None:
            return day_slot(facts.chase_on, calendar.zone, hour)
        day = facts.sine_die_on
    return day_slot(_counted(due, day, calendar), calendar.zone, hour)


def chased_on(since: date, calendar: OfficeCalendar, rules: Rules = RULES) -> date:
    """The day on which somebody asks the court for the new date, by the rule; `since`: the day it gave none."""
    return _counted(rules.chase.due, since, calendar)


def _counted(due: Due, day: date, calendar: OfficeCalendar) -> date:
    if due.unit is Unit.CALENDAR_DAY:
        return day + DAY * (due.count if due.after else -due.count)
    if due.after:
        return calendar.working_day_after(day, due.count)
    for _ in range(due.count):
        day = calendar.last_working_day_before(day)
    return day


def _makes_sense(one: _Found, facts: Facts, calendar: OfficeCalendar, now: datetime) -> bool:
    """It is to come, or stands; or it was missed, and still says something worth knowing."""
    if one.slot_at > now:
        return True
    if one.rule.holds_while in BEFORE and now >= latest_at(facts.when):
        return False
    return one.stands or calendar.day_of(now) <= calendar.day_of(one.slot_at) + DAY * one.rule.made_up_for_days


def _group(one: _Found, spoke: Mapping[Recipient, datetime], now: datetime) -> tuple[str, datetime]:
    """What is one reminder: for each recipient, what comes or stands of one slot, and what has been missed. What was
    missed before the last one that stands was told by it (`spoke`).
    """
    to, at = one.recipient, one.slot_at
    if at <= now and not one.stands:
        last = spoke.get(to)
        at = last if last is not None and last >= at else now
    return f"{to.member_id} {to.office_id} {to.role}", at


def _as_one(
    group: list[_Found],
    facts: Facts,
    calendar: OfficeCalendar,
    now: datetime,
    own: Mapping[str, bool],
    hour: int,
) -> Planned:
    *others, speaks = group
    mailed = [one.rule for one in group if own.get(one.rule.code, one.rule.mails)]
    slot_at = speaks.slot_at if speaks.slot_at > now else hour_slot(now)
    if mailed and not any(rule.urgent for rule in mailed):
        slot_at = _while_open(slot_at, speaks.rule, facts, calendar, now, hour)
    return Planned(
        rule=speaks.rule.code,
        recipient=speaks.recipient,
        slot_at=slot_at,
        mails=bool(mailed),
        merges=tuple(one.rule.code for one in others),
        identity=_identity(facts, speaks),
    )


def _while_open(
    slot_at: datetime, rule: Rule, facts: Facts, calendar: OfficeCalendar, now: datetime, hour: int
) -> datetime:
    """When the office is open: of a hearing ahead rather on the working day before than after, and never put off to its
    own day. What cannot wait so long comes at its time.
    """
    if calendar.is_open(slot_at):
        return slot_at
    day, opens = calendar.day_of(slot_at), quarter_slot(calendar.opens_next(slot_at))
    if slot_at > now and rule.due.unit is Unit.WORKING_DAY:
        # Open on that day, or taken for it: a closure that is not believed ends no reminder.
        return max(slot_at, quarter_slot(calendar.wall_clock(day, calendar.opens)))
    if rule.holds_while not in BEFORE:
        return opens
    if slot_at > now and calendar.day_of(opens) != day:
        earlier = calendar.last_working_day_before(day)
        at_nine = day_slot(earlier, calendar.zone, hour)
        at = max(at_nine, quarter_slot(calendar.wall_clock(earlier, calendar.opens)))
        if at > now:
            return at
    return opens if calendar.day_of(opens) < calendar.day_of(facts.when.earliest_at) else slot_at


def _identity(facts: Facts, one: _Found) -> bytes:
    """Not the rules: two of one day are one reminder, and stay it when one of them makes no sense any more."""
    when, to = facts.when, one.recipient
    told = (_LABEL, facts.hearing_id, to.member_id, to.office_id, to.role, one.slot_at)
    return msgspec.msgpack.encode((*told, when.zone, when.part, when.earliest_at))
