"""What everybody may know of an office: opened, changed, its holidays. Nothing here gives anybody authority."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.working_days import changed, standing, told_days
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.hours import USUAL, Hours, hours_of, written, wrong_with
from hrd_cases.offices.models import Office, OfficeHoliday

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_HOLIDAYS = 60
"""In one go: more than any calendar has in two years."""


@dataclass(frozen=True)
class OfficeFacts:
    """What everybody may know of an office; `zone` an IANA name, `weekend` English weekday abbreviations.

    No weekend (None) means the usual one of the country its zone is in; another one says its source and date.
    """

    code: str
    kind: OfficeKind
    seat: str
    zone: str
    weekend: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ("en",)
    member_state: str = ""
    public_contact: str = ""
    weekend_source: str = ""
    weekend_on: date | None = None
    hours: Hours = USUAL


class Particulars(NamedTuple):
    """The facts that change while an office stands."""

    zone: str
    weekend: tuple[str, ...]
    languages: tuple[str, ...]
    public_contact: str
    weekend_source: str = ""
    weekend_on: date | None = None
    hours: Hours = USUAL


class Holiday(NamedTuple):
    on: date
    name: str


@cache
def zones() -> tuple[str, ...]:
    """Every IANA zone that people live in."""
    return tuple(sorted(_countries_of_zones()))


@cache
def _countries_of_zones() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {fields[2]: fields[0] for fields in lines}


@cache
def usual_weekend(zone: str) -> tuple[str, ...]:
    """CLDR's weekend of the country a zone is in; the world's, Saturday and Sunday, where it knows none."""
    there = _country_of(zone)
    first, last = there.weekend_start, there.weekend_end
    return tuple(WEEKDAYS[(first + day) % 7] for day in range((last - first) % 7 + 1))


@cache
def first_weekday(zone: str) -> int:
    """With which day calendars begin a week in the country a zone is in, by CLDR; Monday is 0, and the world's."""
    return _country_of(zone).first_week_day


def _country_of(zone: str) -> Locale:
    try:
        return Locale.parse(f"und_{_countries_of_zones()[zone]}")
    except (KeyError, ValueError, UnknownLocaleError):
        return Locale("en", "001")


def is_usual(weekend: Iterable[str], zone: str) -> bool:
    return set(weekend) == set(usual_weekend(zone))


def unsaid_of_weekend(weekend: Iterable[str], zone: str, source: str, on: date | None) -> tuple[str, ...]:
    """Which facts a weekend still needs that is not the usual one there: where it is known from, and since when."""
    if is_usual(weekend, zone):
        return ()
    return tuple(fact for fact, said in (("weekend_source", source), ("weekend_on", on)) if not said)


def _check_weekend(weekend: tuple[str, ...], zone: str, source: str, on: date | None) -> None:
    if unsaid_of_weekend(weekend, zone, source, on):
        raise Refused(
            N_("This weekend is not the usual one of the country."),
            N_("Write where it is known from, and since which day."),
        )


def today_in(zone: str) -> date:
    """The day it is there."""
    return datetime.now(ZoneInfo(zone)).date()


def open_office(session: Session, facts: OfficeFacts, now: datetime) -> Office:
    """Put an office in the tables. It has no authority before two headquarters heads sign its charter.

    Refused for a code that is taken, a second headquarters, an embassy of no state, and an unusual weekend of which
    nobody says where it is known from.
    """
    weekend = usual_weekend(facts.zone) if facts.weekend is None else facts.weekend
    _check_weekend(weekend, facts.zone, facts.weekend_source, facts.weekend_on)
    unusual = not is_usual(weekend, facts.zone)
    if session.scalar(select(Office.id).where(Office.code == facts.code)) is not None:
        raise Refused(N_("Another office has this code already."), N_("Choose another one."))
    if facts.kind is OfficeKind.HEADQUARTERS and session.scalar(
        select(Office.id).where(Office.kind == facts.kind.value)
    ):
        raise Refused(N_("Headquarters stands already."), N_("A delegation or an embassy can be opened."))
    if facts.kind is OfficeKind.EMBASSY and not facts.member_state:
        raise Refused(N_("An embassy belongs to a state."), N_("Write which one."))
    hours = _kept(facts.hours)
    office = Office(
        code=facts.code,
        kind=facts.kind.value,
        seat=facts.seat,
        zone=facts.zone,
        weekend=list(weekend),
        weekend_source=facts.weekend_source if unusual else None,
        weekend_on=facts.weekend_on if unusual else None,
        opens=hours.opens or None,
        closes=hours.closes or None,
        hours_source=hours.source or None,
        hours_on=hours.on,
        languages=list(facts.languages),
        member_state=facts.member_state,
        public_contact=facts.public_contact,
        opened_at=now,
    )
    session.add(office)
    session.flush()
    record(session, Event.OFFICE_OPENED, office=office.id, kind=office.kind, **standing(office))
    return office


def particulars(office: Office) -> Particulars:
    return Particulars(
        zone=office.zone,
        weekend=tuple(office.weekend),
        languages=tuple(office.languages),
        public_contact=office.public_contact,
        weekend_source=office.weekend_source or "",
        weekend_on=office.weekend_on,
        hours=hours_of(office),
    )


def _kept(hours: Hours) -> Hours:
    """Hours as they are kept; without any, no source either. Refused for what is unsaid or cannot be."""
    if not (hours.opens or hours.closes):
        return USUAL
    if wrong_with(hours) is not None:
        raise Refused(
            N_("These hours cannot stand as they are."), N_("Write both, and where and since when they are known.")
        )
    return hours._replace(opens=written(hours.opens), closes=written(hours.closes))


def change_office(session: Session, office: Office, wanted: Particulars) -> None:
    """Change what everybody may know. Its version moves by itself, so that two people cannot overwrite each other."""
    if is_usual(wanted.weekend, wanted.zone):
        wanted = wanted._replace(weekend_source="", weekend_on=None)
    wanted = wanted._replace(hours=_kept(wanted.hours))
    before = _as_told(session, office)
    if wanted == particulars(office) and before == standing(office):
        return
    _check_weekend(wanted.weekend, wanted.zone, wanted.weekend_source, wanted.weekend_on)
    office.weekend_source, office.weekend_on = wanted.weekend_source or None, wanted.weekend_on
    hours = wanted.hours
    office.opens, office.closes = hours.opens or None, hours.closes or None
    office.hours_source, office.hours_on = hours.source or None, hours.on
    office.zone, office.public_contact = wanted.zone, wanted.public_contact
    office.weekend, office.languages = list(wanted.weekend), list(wanted.languages)
    record(session, Event.OFFICE_CHANGED, office=office.id, **changed(before, standing(office)))
    session.flush()


def _as_told(session: Session, office: Office) -> dict[str, str | None]:
    """What an office's row says of when it works before it is changed; None for what the trail has never told: saved
    once, it is. What it tells otherwise was planted, and saving something else does not confirm it.
    """
    told, stands = told_days(session, office.id).said, standing(office)
    return {name: stands[name] if told[name] is not None else None for name in stands}


def holidays_of(session: Session, office_id: uuid.UUID, since: date) -> list[OfficeHoliday]:
    """An office's holidays from a day on, in their order."""
    query = select(OfficeHoliday).where(OfficeHoliday.office_id == office_id, OfficeHoliday.on >= since)
    return list(session.scalars(query.order_by(OfficeHoliday.on)))


def add_holidays(session: Session, office: Office, holidays: Iterable[Holiday], source: str) -> None:
    """Add days the office is closed, and where that is known from; a day that is there already gets the new words.

    Refused for more than two years' worth at once.
    """
    wanted = {holiday.on: holiday for holiday in holidays}
    closed = sorted(wanted)
    if len(wanted) > MOST_HOLIDAYS:
        raise Refused(N_("These are too many days at once."), N_("Add one year at a time."))
    there = session.scalars(
        select(OfficeHoliday).where(OfficeHoliday.office_id == office.id, OfficeHoliday.on.in_(wanted))
    )
    for row in there:
        row.name, row.source = wanted.pop(row.on).name, source
    for holiday in wanted.values():
        session.add(OfficeHoliday(office_id=office.id, on=holiday.on, name=holiday.name, source=source))
    record(session, Event.OFFICE_CHANGED, office=office.id, **changed(closed=closed))


def remove_holiday(session: Session, holiday: OfficeHoliday) -> None:
    """The office is open on that day after all."""
    record(session, Event.OFFICE_CHANGED, office=holiday.office_id, **changed(reopened=[holiday.on]))
    session.delete(holiday)
