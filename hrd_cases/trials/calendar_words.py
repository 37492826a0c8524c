"""What calendars say of a hearing: when by whose clocks, who goes and who is missing, what does not go together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.calendar import OfficeCalendar, is_zone
from hrd_cases.offices.words import apart
from hrd_cases.pages import clock, day_and_hour, reader_locale, zone_city
from hrd_cases.trials.clashes import Why
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, day_in, local_day, skipped, twice
from hrd_cases.trials.words import code

Names = Mapping[uuid.UUID, str]
PART = {
    Part.MORNING: _l("In the morning, no hour"),
    Part.AFTERNOON: _l("In the afternoon, no hour"),
    Part.UNKNOWN: _l("Hour not known"),
}
CLASH = {
    Why.SAME_TIME: _l("%(name)s has another hearing at that time: %(reference)s, %(when)s."),
    Why.MAY_BE: _l("%(name)s may have another hearing at that time: %(reference)s, %(when)s."),
    Why.TRAVEL: _l("%(name)s has too little time for the way to or from another hearing: %(reference)s, %(when)s."),
}


class Times(NamedTuple):
    """The reader's own time and the court's, in words; "" for the court's where both clocks show the same."""

    own: str
    court: str


def times_of(when: When, on: date, zone: str) -> Times:
    """For a reader in this zone, on a page that has it under this day: other days are named."""
    court = "" if same_clocks(when, zone) else _at_court(when, on)
    if when.clock is None:
        return Times(part_of_day(when), court)
    own_day, own = local_day(when.earliest_at, zone), _clock(when.earliest_at, zone, reader_locale())
    return Times(own if own_day == on else day_and_hour(short_day(own_day), own), court)


@lru_cache(maxsize=2_000)
def _clock(at: datetime, zone: str, _reader: Locale) -> str:
    """Kept: courts sit at the same few hours."""
    return clock(at, zone)


def same_clocks(when: When, zone: str) -> bool:
    """Do the court's clocks show what the reader's show?"""
    here = when.earliest_at.astimezone(ZoneInfo(zone))
    there = when.earliest_at.astimezone(ZoneInfo(when.zone)) if is_zone(when.zone) else None
    return there is not None and here.replace(tzinfo=None) == there.replace(tzinfo=None)


def _at_court(when: When, on: date) -> str:
    said = wall_clock(when.shows) if when.shows is not None else part_of_day(when)
    place = zone_city(when.zone) if is_zone(when.zone) else when.zone
    if when.on == on:
        return str(_("%(time)s at the court (%(place)s)", time=said, place=place))
    return str(_("%(day)s, %(time)s at the court (%(place)s)", day=short_day(when.on), time=said, place=place))


def part_of_day(when: When) -> str:
    """Of a hearing without an hour."""
    return str(PART[when.part or Part.UNKNOWN])


def wall_clock(at: time) -> str:
    """An hour as the court's clocks show it."""
    return str(dates.format_time(at, "short", locale=reader_locale()))


def remarks_on(when: When, calendar: OfficeCalendar) -> list[str]:
    """What whoever sets this date may not have thought of: clocks that change, a day on which the office is closed."""
    said = wall_clock(when.clock) if when.clock is not None else ""
    found = []
    if (instead := skipped(when)) is not None:
        taken = wall_clock(instead)
        found.append(
            _(
                "There is no %(said)s that night: the court’s clocks go forward. It is taken as %(taken)s.",
                said=said,
                taken=taken,
            )
        )
    elif twice(when):
        found.append(
            _("It is %(said)s twice that night: the court’s clocks go back. It is taken as the first.", said=said)
        )
    on = day_in(when, str(calendar.zone))
    if (holiday := calendar.holiday(on)) is not None:
        found.append(_("The office is closed on that day: %(holiday)s.", holiday=holiday.name or _("holiday")))
    elif not calendar.is_working_day(on):
        found.append(_("The office is closed on that day of the week."))
    return [str(one) for one in found]


def short_day(on: date) -> str:
    """ "Sun 22 Nov"."""
    return _day(on, "MMMEd", reader_locale())


def full_day(on: date) -> str:
    """ "Sunday 22 November"."""
    return _day(on, "MMMMEEEEd", reader_locale())


def month_name(on: date) -> str:
    """ "November 2026"."""
    return _day(on, "yMMMM", reader_locale())


@lru_cache(maxsize=2_000)
def _day(on: date, skeleton: str, reader: Locale) -> str:
    """Kept: one month says the same few days hundreds of times."""
    return str(dates.format_skeleton(skeleton, on, locale=reader))


def day_names(begins: int) -> list[str]:
    """Of a week that begins so; Monday is 0."""
    names = dates.get_day_names("wide", context="stand-alone", locale=reader_locale())
    return [str(names[(begins + n) % 7]) for n in range(7)]


# -- who goes


class Who(NamedTuple):
    """Who goes, in words; `missing`: somebody has to be found."""

    text: str
    missing: bool = False


def observer_name(observer: Observer, names: Names) -> str:
    """A member by sign-in name; anybody else as they were written, with their embassy."""
    if observer.member_id is not None:
        return apart(names.get(observer.member_id, "?"))
    if observer.name and observer.embassy:
        return str(_("%(name)s (%(embassy)s)", name=observer.name, embassy=observer.embassy))
    return observer.name or observer.embassy or str(_("somebody of an embassy"))


def who_goes(sitting: Sitting, names: Names, now: datetime) -> Who:
    """Who goes to a hearing that is ahead, or went to one that was held."""
    name = observer_name(sitting.observer, names) if sitting.observer is not None else ""
    if sitting.nobody_goes and not sitting.misses_somebody(now):
        return Who(str(_("Nobody went, as far as is known: record the result.")))
    if sitting.is_ahead:
        return _goes(State(sitting.state), name)
    if not sitting.took_place:
        return Who("")
    if not name:
        return Who(str(_("Nobody of ours went")))
    access = code(sitting.access, "observer_access")
    went = _("%(name)s went: %(access)s", name=name, access=access) if access else _("%(name)s went", name=name)
    return Who(str(went))


def _goes(state: State, name: str) -> Who:
    if state is State.REQUESTED:
        return Who(str(_("Nobody goes yet. An observer is asked for.")), missing=True)
    if not name or state is State.SCHEDULED:
        return Who(str(_("Nobody goes yet.")), missing=True)
    if state is State.ASSIGNED:
        return Who(str(_("%(name)s is asked to go, and has not accepted.", name=name)))
    return Who(str(_("%(name)s goes.", name=name)))


def backup_of(sitting: Sitting, names: Names) -> str:
    """Who stands by for whoever goes; "" where nobody has to."""
    if not sitting.is_ahead or sitting.observer is None:
        return ""
    if sitting.backup is None:
        return str(_("No backup."))
    return str(_("Backup: %(name)s.", name=observer_name(sitting.backup, names)))


def clash_said(why: Why, name: str, reference: str, other: When, zone: str) -> str:
    """What does not go together, for a reader in this zone."""
    when = _moment(other.at, zone) if other.at is not None else f"{short_day(other.on)}, {part_of_day(other)}"
    return str(CLASH[why]) % {"name": name, "reference": apart(reference), "when": when}


def away_said(name: str) -> str:
    """Of whoever is recorded as away on the day of a hearing they are to go to."""
    return str(_("%(name)s is recorded as away on that day.", name=name))


def _moment(at: datetime, zone: str) -> str:
    return f"{short_day(local_day(at, zone))}, {clock(at, zone)}"


def install_calendar_words(blueprint: Blueprint) -> None:
    """Filters of the calendar's templates: macros see nothing else."""
    for each in (short_day, full_day, month_name, part_of_day, observer_name):
        blueprint.add_app_template_filter(each)
