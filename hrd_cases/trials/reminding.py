"""Which reminders a hearing has, to whom, and when: from plain values to plain values. Pure.

The rules are data (`config/reminders.toml`). Days are counted on the office's calendar, from the day it is *there* when
the hearing begins: nobody at the office lives by the court's date. Of a hearing whose hour nobody said, hours are
counted from the earliest instant at which it may begin: too early harms nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.reminding import Found, Occasion, Planned, WasPlanned, counted, reminders, slot_of, slot_on
from hrd_cases.outbox.book import Recipient, to_member, to_role
from hrd_cases.trials.life import State, is_ahead, nobody_goes
from hrd_cases.trials.reminder_rules import RULES, Rule, Rules, Tells, While
from hrd_cases.trials.times import When, latest_at

_LABEL = "reminder of a hearing 1"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at. `goes`: members who observe, in no order: nobody where whoever goes is no member, whom no
    reminder reaches. `unanswered`: it is an embassy that was asked and has not accepted. `head_role`: the role of the
    office's head.

    Days of the office's that stand with the hearing, as everybody reads them there, and not the rules: `report_on`, by
    when somebody reports on one that was held, None if nobody does; `chase_on`, when somebody asks the court for a new
    date, None if nobody waits for one.
    """

    hearing_id: uuid.UUID
    when: When
    state: State
    goes: tuple[uuid.UUID, ...]
    officer_id: uuid.UUID | None
    office_id: uuid.UUID
    head_role: str
    unanswered: bool = False
    report_on: date | None = None
    chase_on: date | None = None


def reminders_of(
    facts: Facts,
    calendar: OfficeCalendar,
    now: datetime,
    *,
    own: Mapping[str, bool] | None = None,
    rules: Rules = RULES,
    only: Collection[While] = tuple(While),
    slot_hour: int = FIGURES.slot_hour,
    stands: WasPlanned = lambda _: False,
) -> tuple[Planned, ...]:
    """What a hearing reminds of from `now` on, by time; each person has one reminder a slot. `only`: by rules that hold
    while one of these is so. `slot_hour`: at which an office has what is counted in days; the others, and what it
    raises, as of `cases.reminding.reminders`.
    """
    found = _found(facts, calendar, rules, only, slot_hour)
    return reminders(_occasion(facts), found, calendar, now, own=own, slot_hour=slot_hour, stands=stands)


def _occasion(facts: Facts) -> Occasion:
    when = facts.when
    return Occasion(
        key=(_LABEL, facts.hearing_id),
        set_for=(when.zone, when.part, when.earliest_at),
        begins_at=when.earliest_at,
        over_at=latest_at(when),
    )


def _found(
    facts: Facts, calendar: OfficeCalendar, rules: Rules, only: Collection[While], slot_hour: int
) -> Iterator[Found]:
    for rule in rules.rules:
        if rule.holds_while in only and _HOLDS[rule.holds_while](facts):
            slot_at = _slot(rule, facts, calendar, rules, slot_hour)
            yield from (Found(rule, to, slot_at) for to in _told(rule.tells, facts))


_HOLDS: dict[While, Callable[[Facts], bool]] = {
    While.AHEAD: lambda facts: is_ahead(facts.state),
    While.NOBODY_GOES: lambda facts: nobody_goes(facts.state) or facts.unanswered,
    While.NO_REPORT: lambda facts: is_ahead(facts.state) or facts.report_on is not None,
    While.NO_NEW_DATE: lambda facts: facts.chase_on is not None,
}


def _told(tells: Tells, facts: Facts) -> list[Recipient]:
    """Always somebody: the officer where nobody goes, the head where there is no officer."""
    head = to_role(facts.office_id, facts.head_role)
    officer = to_member(facts.officer_id) if facts.officer_id is not None else head
    if tells is Tells.WHO_GOES and facts.goes:
        return [to_member(one) for one in sorted(set(facts.goes))]
    return [head if tells is Tells.HEAD else officer]


def _slot(rule: Rule, facts: Facts, calendar: OfficeCalendar, rules: Rules, hour: int) -> datetime:
    if rule.holds_while is While.NO_NEW_DATE and facts.chase_on is not None:
        return slot_on(facts.chase_on, calendar, hour)
    if rule.holds_while is While.NO_REPORT and facts.report_on is not None:
        return slot_on(counted(rules.overdue(rule), facts.report_on, calendar), calendar, hour)
    return slot_of(rule.due, facts.when.earliest_at, calendar, hour)


def chased_on(since: date, calendar: OfficeCalendar, rules: Rules = RULES) -> date:
    """The day on which somebody asks the court for the new date, by the rule; `since`: the day it gave none."""
    return counted(rules.chase.due, since, calendar)


def report_due_on(since: date, calendar: OfficeCalendar, rules: Rules = RULES) -> date:
    """By when the observer reports, by the rule; `since`: the day of the hearing, or when changes were asked for."""
    return counted(rules.report.due, since, calendar)
