"""How pages are rendered: strict Jinja, static addresses with a content hash, dates and numbers in the reader's words.

Templates see what `install_pages` puts here as globals and filters; macros in templates/components are imported without
context and therefore see nothing else. Nothing here touches a database.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import get_locale, get_timezone
from jinja2 import StrictUndefined

from hrd_cases.errors import Unfit


def install_pages(
    app: Flask,
    csrf_token: Callable[[], str],
    *,
    leave_path: str = "/leave",
    sign_out_path: str = "/sign-out",
    kept_field: Callable[[], str] = str,
    said: Callable[[], list[tuple[str, str]]] = list,
    kept_path: Callable[[], str] = str,
) -> None:
    """Make Jinja strict and give templates their globals and filters (listed in docs/pages.md).

    `csrf_token` is called once for each form rendered and must not fail when nobody is signed in. `app.static_folder`
    is the built assets' directory; `Unfit` when a page asks for an asset that is not built.
    """
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.autoescape = True
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.globals.update(
        csrf_token=csrf_token,
        kept_field=kept_field,
        said=said,
        kept_path=kept_path,
        leave_href=leave_path,
        sign_out_href=sign_out_path,
        asset=static_addresses(Path(app.static_folder or ""), app.static_url_path or ""),
    )
    env.filters.update(dt=moment, day=day, clock=clock, zone_city=zone_city)
    env.filters.update(number=number, duration=duration, span=span, time_ahead=time_ahead)


def static_addresses(directory: Path, prefix: str) -> Callable[[str], str]:
    """A function from an asset's name to its address, which changes when the content does, so that it may be cached.

    A page names at most two assets; each is read once.
    """

    @cache
    def address(name: str) -> str:
        try:
            content = (directory / name).read_bytes()
        except OSError as missing:
            raise Unfit(f"{name} is not built: run python assets/build.py.") from missing
        return f"{prefix}/{name}?v={hashlib.sha256(content).hexdigest()[:16]}"

    return address


def moment(at: datetime, zone: str | None = None, width: str = "long") -> str:
    """Day and hour of an aware datetime, in `zone` or the reader's: "21 November 2026, 14:05"; `width` "full" names
    the weekday too."""
    local = _local(at, zone)
    return day_and_hour(day(local.date(), width), _hour(local))


def day_and_hour(on: str, at: str) -> str:
    """Both in words, joined as the reader's language joins them."""
    both = str(dates.get_datetime_format("medium", reader_locale())).replace("'", "")
    return both.replace("{0}", at).replace("{1}", on)


def clock(at: datetime, zone: str | None = None) -> str:
    """The hour of an aware datetime, in `zone` or the reader's: "14:05"."""
    return _hour(_local(at, zone))


def day(on: date, width: str = "long", zone: str | None = None) -> str:
    """A date, or the day of an aware datetime in `zone` or the reader's; `width` "full" names the weekday too."""
    if isinstance(on, datetime):
        on = _local(on, zone).date()
    return dates.format_date(on, width, locale=reader_locale())


def number(value: int | float) -> str:
    """A number with the reader's separators."""
    return numbers.format_decimal(value, locale=reader_locale())


def euro(amount: Decimal) -> str:
    """A sum in euro with the reader's separators: "€3,435.11"."""
    return numbers.format_currency(amount, "EUR", "¤#,##0.00", locale=reader_locale())


def duration(seconds: int) -> str:
    """How long, rounded to what a person counts in: "40 seconds", "3 minutes"."""
    return dates.format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=reader_locale())


def span(number: int, unit: Literal["day", "hour"] = "day") -> str:
    """A length of time in the unit it was set in, with the reader's own plural: "90 days", "24 hours"."""
    return _counted(timedelta(**{f"{unit}s": number}), unit)


def in_so_many_days(number: int) -> str:
    """ "in 3 days", with the reader's own plural."""
    return _counted(timedelta(days=number), "day", add_direction=True)


def time_ahead(length: timedelta) -> str:
    """ "in 40 minutes", "in 3 hours", "in 2 days", to the nearest."""
    said = dates.format_timedelta(
        length, granularity="minute", threshold=1.5, add_direction=True, locale=reader_locale()
    )
    return str(said)


def _counted(length: timedelta, unit: Literal["day", "hour"], *, add_direction: bool = False) -> str:
    """In this unit, never rounded to a greater one."""
    return dates.format_timedelta(
        length, granularity=unit, threshold=_NEVER, add_direction=add_direction, locale=reader_locale()
    )


def zone_city(zone: str) -> str:
    """The city an IANA zone is named after, in the reader's words: "Cairo"."""
    return dates.get_timezone_location(zone, locale=reader_locale(), return_city=True)


def hour(at: time) -> str:
    """The hour of a clock on the wall: "14:05"."""
    return dates.format_time(at, "short", locale=reader_locale())


def _hour(local: datetime) -> str:
    return hour(local.time())


def _local(at: datetime, zone: str | None) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A page shows aware datetimes only: this one has no zone.")
    there: tzinfo = ZoneInfo(zone) if zone else get_timezone()
    try:
        return at.astimezone(there)
    except OverflowError:  # planted at an end of the calendar
        return at


def reader_locale() -> Locale:
    """The reader's locale; plain English dates are written as in Europe, 21 November 2026 and 14:05."""
    found: Locale = get_locale() or _PLAIN_ENGLISH
    return _IN_EUROPE if found == _PLAIN_ENGLISH else found


_NEVER = 1_000_000
"""Of weeks, months or years: more than any page speaks of."""
_PLAIN_ENGLISH, _IN_EUROPE = Locale("en"), Locale("en", "GB")
