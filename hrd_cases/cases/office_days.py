"""When an office works: its zone, working days and hours, as the trail tells of them."""

from __future__ import annotations

import uuid
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.working_days import told_days
from hrd_cases.calendar import Holiday, OfficeCalendar, is_zone, office_calendar
from hrd_cases.cases.figures import FIGURES
from hrd_cases.db import asked_once
from hrd_cases.offices.facts import usual_weekend
from hrd_cases.offices.hours import hours_told
from hrd_cases.offices.models import Office, OfficeHoliday


def zone_of_office(session: Session, office_id: uuid.UUID) -> ZoneInfo:
    """Where an office counts its days."""
    office = session.get(Office, office_id)
    return ZoneInfo(office.zone if office is not None else "UTC")


class WorkingDays(NamedTuple):
    """`doubtful`: the tables say something else than was told, or what nobody told. What was told counts."""

    calendar: OfficeCalendar
    doubtful: bool


def calendar_of(session: Session, office_id: uuid.UUID) -> OfficeCalendar:
    """An office's working days."""
    return working_days(session, office_id).calendar


def working_days(session: Session, office_id: uuid.UUID) -> WorkingDays:
    """As the trail tells of them, asked once in a transaction. What it has never told is the usual: the country's
    weekend, the house's hours; of the zone alone, in which nobody gains more than a day, the table is believed then.
    """
    return asked_once(session, ("working days", office_id), lambda: _working_days(session, office_id))


def _working_days(session: Session, office_id: uuid.UUID) -> WorkingDays:
    office = session.get(Office, office_id)
    if office is None:
        return WorkingDays(office_calendar("UTC", ("sat", "sun")), doubtful=True)
    rows = {one.on: one for one in session.scalars(select(OfficeHoliday).where(OfficeHoliday.office_id == office_id))}
    told = told_days(session, office_id)
    zone = told.said["zone"] or ""
    zone = zone if is_zone(zone) else office.zone
    weekend = told.said["weekend"].split() if told.said["weekend"] is not None else usual_weekend(zone)
    opens, closes = hours_told(told.said["hours"] or "") or (FIGURES.hours_opens, FIGURES.hours_closes)
    usual = {"zone": office.zone, "weekend": " ".join(sorted(usual_weekend(zone))), "hours": ""}
    named = {on: (row.name, row.source) for on, row in rows.items()}
    days = [Holiday(on, *named.get(on, ("", ""))) for on in sorted(told.holidays)]
    return WorkingDays(office_calendar(zone, weekend, days, opens, closes), told.differs(office, rows, usual))
