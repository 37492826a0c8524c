"""How pages are rendered: strict Jinja, static addresses with a content hash, dates and numbers in the reader's words.

Templates see what `install_pages` puts here as globals and filters; macros in templates/components are imported without
context and therefore see nothing else. Nothing here touches a database.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import get_locale, get_timezone, gettext
from jinja2 import StrictUndefined
from wtforms import Field

from hrd_cases.errors import Unfit

PARTS = ("day", "month", "year")
FIRST_YEAR, LAST_YEAR = 1850, 2200


def install_pages(
    app: Flask,
    said: Callable[[], list[str]] = list,
    csrf_token: Callable[[], str],
    *,
    leave_path: str = "/leave",
    sign_out_path: str = "/sign-out",
    kept_field: Callable[[], str] = str,
) -> None:
    """Make Jinja strict and give templates their globals and filters (listed in docs/pages.md).

    `csrf_token` is called once for each form rendered and must not fail when nobody is signed in. `app.static_folder`
    is the built assets' directory; `Unfit` when a page asks for an asset that is not built.
    """
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.autoescape = True
        said=said,
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.globals.update(
        csrf_token=csrf_token,
        kept_field=kept_field,
        leave_href=leave_path,
        sign_out_href=sign_out_path,
        asset=static_addresses(Path(app.static_folder or ""), app.static_url_path or ""),
    )
    env.filters.update(dt=moment, day=day, clock=clock, number=number, duration=duration, zone_city=zone_city)


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


def moment(at: datetime, zone: str | None = None) -> str:
    """Day and hour of an aware datetime, in `zone` or the reader's: "21 November 2026, 14:05"."""
    local = _local(at, zone)
    both = str(dates.get_datetime_format("medium", _locale())).replace("'", "")
    return both.replace("{0}", _hour(local)).replace("{1}", day(local.date()))


def clock(at: datetime, zone: str | None = None) -> str:
    """The hour of an aware datetime, in `zone` or the reader's: "14:05"."""
    return _hour(_local(at, zone))


def day(on: date, width: str = "long", zone: str | None = None) -> str:
    """A date, or the day of an aware datetime in `zone` or the reader's; `width` "full" names the weekday too."""
    if isinstance(on, datetime):
        on = _local(on, zone).date()
    return dates.format_date(on, width, locale=_locale())


def number(value: int | float) -> str:
    """A number with the reader's separators."""
    return numbers.format_decimal(value, locale=_locale())


def duration(seconds: int) -> str:
    """How long, rounded to what a person counts in: "40 seconds", "3 minutes"."""
    return dates.format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=_locale())


def zone_city(zone: str) -> str:
    """The city an IANA zone is named after, in the reader's words: "Cairo"."""
    return dates.get_timezone_location(zone, locale=_locale(), return_city=True)


def _hour(local: datetime) -> str:
    return dates.format_time(local, "short", tzinfo=local.tzinfo, locale=_locale())


def _local(at: datetime, zone: str | None) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A page shows aware datetimes only: this one has no zone.")
    there: tzinfo = ZoneInfo(zone) if zone else get_timezone()
    return at.astimezone(there)


def _locale() -> Locale:
    """The reader's locale; plain English dates are written as in Europe, 21 November 2026 and 14:05."""
    locale: Locale = get_locale() or Locale("en")
    return Locale("en", "GB") if str(locale) == "en" else locale


class DayField(Field):
    """Day, month and year in three boxes; `.data` is a `date` or None.

    `.typed` keeps what was typed for the form shown again, `.wrong_parts` names the boxes at fault. Digits of any
    script are read. Use `InputRequired` or `Optional` with it: `DataRequired` hides what is wrong with the date.
    """

    typed: dict[str, str]
    wrong_parts: frozenset[str]
    data: date | None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self._sent = formdata
        self.wrong_parts = frozenset()
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: date | None) -> None:
        self.data = value
        self.typed = {part: str(getattr(value, part)) if value else "" for part in PARTS}

    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(f"{self.name}-{part}" in self._sent for part in PARTS):
            return
        self.typed = {part: (self._sent.get(f"{self.name}-{part}") or "").strip() for part in PARTS}
        self.raw_data = [" ".join(filter(None, self.typed.values()))]
        self.data = self._read()

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.errors and not self.wrong_parts:
            self.wrong_parts = frozenset(PARTS)

    def _read(self) -> date | None:
        """The date typed, None if nothing was; ValueError in the reader's words, the boxes at fault noted."""
        if not any(self.typed.values()):
            return None
        missing = [part for part in PARTS if not self.typed[part]]
        if missing:
            self.wrong_parts = frozenset(missing)
            raise ValueError(gettext("The date needs a day, a month and a year"))
        unread = [part for part in PARTS if not self.typed[part].isdecimal() or len(self.typed[part]) > 4]
        if unread:
            self.wrong_parts = frozenset(unread)
            raise ValueError(gettext("Write the date in numbers, for example 27 3 2026"))
        year, month, number_of_day = (int(self.typed[part]) for part in ("year", "month", "day"))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            self.wrong_parts = frozenset({"year"})
            raise ValueError(gettext("Write the year with four numbers, for example 2026"))
        try:
            return date(year, month, number_of_day)
        except ValueError:
            self.wrong_parts = frozenset({"day", "month"})
            raise ValueError(gettext("There is no such date: check the day and the month")) from None
