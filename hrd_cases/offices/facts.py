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

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import N_, Refused
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.models import Office, OfficeHoliday

MOST_HOLIDAYS = 60
"""In one go: more than any calendar has in two years."""


@dataclass(frozen=True)
class OfficeFacts:
    """What everybody may know of an office; `zone` an IANA name, `weekend` English weekday abbreviations."""

    code: str
    kind: OfficeKind
    seat: str
    zone: str
    weekend: tuple[str, ...] = ("sat", "sun")
    languages: tuple[str, ...] = ("en",)
    member_state: str = ""
    public_contact: str = ""


class Particulars(NamedTuple):
    """The facts that change while an office stands."""

    zone: str
    weekend: tuple[str, ...]
    languages: tuple[str, ...]
    public_contact: str


class Holiday(NamedTuple):
    on: date
    name: str


@cache
def zones() -> tuple[str, ...]:
    """Every IANA zone that people live in."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(sorted(fields[2] for fields in lines))


def today_in(zone: str) -> date:
    """The day it is there."""
    return datetime.now(ZoneInfo(zone)).date()


def open_office(session: Session, facts: OfficeFacts, now: datetime) -> Office:
    """Put an office in the tables. It has no authority before two headquarters heads sign its charter.

    Refused for a code that is taken, a second headquarters, and an embassy of no state.
    """
    if session.scalar(select(Office.id).where(Office.code == facts.code)) is not None:
        raise Refused(N_("Another office has this code already."), N_("Choose another one."))
    if facts.kind is OfficeKind.HEADQUARTERS and session.scalar(
        select(Office.id).where(Office.kind == facts.kind.value)
    ):
        raise Refused(N_("Headquarters stands already."), N_("A delegation or an embassy can be opened."))
    if facts.kind is OfficeKind.EMBASSY and not facts.member_state:
        raise Refused(N_("An embassy belongs to a state."), N_("Write which one."))
    office = Office(
        code=facts.code,
        kind=facts.kind.value,
        seat=facts.seat,
        zone=facts.zone,
        weekend=list(facts.weekend),
        languages=list(facts.languages),
        member_state=facts.member_state,
        public_contact=facts.public_contact,
        opened_at=now,
    )
    session.add(office)
    session.flush()
    record(session, Event.OFFICE_OPENED, office=office.id, kind=office.kind)
    return office


def particulars(office: Office) -> Particulars:
    return Particulars(office.zone, tuple(office.weekend), tuple(office.languages), office.public_contact)


def change_office(session: Session, office: Office, wanted: Particulars) -> None:
    """Change what everybody may know. Its version moves by itself, so that two people cannot overwrite each other."""
    if wanted == particulars(office):
        return
    office.zone, office.public_contact = wanted.zone, wanted.public_contact
    office.weekend, office.languages = list(wanted.weekend), list(wanted.languages)
    record(session, Event.OFFICE_CHANGED, office=office.id)
    session.flush()


def holidays_of(session: Session, office_id: uuid.UUID, since: date) -> list[OfficeHoliday]:
    """An office's holidays from a day on, in their order."""
    query = select(OfficeHoliday).where(OfficeHoliday.office_id == office_id, OfficeHoliday.on >= since)
    return list(session.scalars(query.order_by(OfficeHoliday.on)))


def add_holidays(session: Session, office: Office, holidays: Iterable[Holiday], source: str) -> None:
    """Add days the office is closed, and where that is known from; a day that is there already gets the new words.

    Refused for more than two years' worth at once.
    """
    wanted = {holiday.on: holiday for holiday in holidays}
    if len(wanted) > MOST_HOLIDAYS:
        raise Refused(N_("These are too many days at once."), N_("Add one year at a time."))
    there = session.scalars(
        select(OfficeHoliday).where(OfficeHoliday.office_id == office.id, OfficeHoliday.on.in_(wanted))
    )
    for row in there:
        row.name, row.source = wanted.pop(row.on).name, source
    for holiday in wanted.values():
        session.add(OfficeHoliday(office_id=office.id, on=holiday.on, name=holiday.name, source=source))
    record(session, Event.OFFICE_CHANGED, office=office.id)


def remove_holiday(session: Session, holiday: OfficeHoliday) -> None:
    """The office is open on that day after all."""
    record(session, Event.OFFICE_CHANGED, office=holiday.office_id)
    session.delete(holiday)
