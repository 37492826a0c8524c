"""An office's own working hours, with where they are known from; without any it has the installation's usual ones."""

from __future__ import annotations

from datetime import date, time
from typing import NamedTuple

from hrd_cases.clock_times import hour_read
from hrd_cases.offices.models import Office


class Hours(NamedTuple):
    """As an office's head writes them: "08:30", "15:00", by the office's own clocks. Empty: the usual ones."""

    opens: str = ""
    closes: str = ""
    source: str = ""
    on: date | None = None


USUAL = Hours()


def written(text: str) -> str:
    """The hour as it is kept and shown: "8:30" → "08:30". What is none stays as it was typed."""
    hour = hour_read(text)
    return f"{hour:%H:%M}" if hour is not None else text.strip()


def hours_of(office: Office) -> Hours:
    return Hours(office.opens or "", office.closes or "", office.hours_source or "", office.hours_on)


def own_hours(office: Office) -> tuple[time, time] | None:
    """(opens, closes); None for the usual ones, and for what somebody planted: that stops no clock."""
    return hours_told(f"{office.opens or ''} {office.closes or ''}")


def hours_told(text: str) -> tuple[time, time] | None:
    """Of "08:30 15:00"; None for the usual ones, and for what are none."""
    first, _, last = text.partition(" ")
    opens, closes = hour_read(first), hour_read(last)
    return (opens, closes) if opens is not None and closes is not None and opens < closes else None


def wrong_with(hours: Hours) -> tuple[str, str] | None:
    """(field, what is wrong with it: a key of the words forms have for it) of hours as typed; None if they stand."""
    typed = {"opens": hours.opens, "closes": hours.closes}
    if not any(typed.values()):
        return None
    for field, text in typed.items():
        if not text:
            return field, "both"
        if hour_read(text) is None:
            return field, "no_hour"
    if written(hours.opens) >= written(hours.closes):
        return "closes", "order"
    if not hours.source:
        return "hours_source", "source"
    return ("hours_on", "on") if hours.on is None else None
