"""What Today calls why something waits for its reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from hrd_cases.pages import day, in_so_many_days, time_ahead
from hrd_cases.today.soon import NEAR
from hrd_cases.trials.calendar_words import times_of
from hrd_cases.trials.times import When, day_in, local_day

WHY_MINE = {
    "officer": _l("It came to you."),
    "away": _l("The colleague it came to is away: you stand in."),
    "nobody": _l("Nobody is named for it: whoever of your office sees it first takes it."),
    "climbed": _l("It has passed on to you: the colleague it came to has not taken it."),
    "confirm": _l("Two members acted because life was in danger. You head the office: confirm it, or take it back."),
    "close": _l(
        "A colleague asks to close it. At this risk the head of the office decides: confirm it, or send it back."
    ),
    "grant_decide": _l("Emergency money is asked for. You head the office: approve it, ask, return it or reject it."),
    "grant_close": _l("All of an emergency grant is accounted for. You head the office: look at it, and close it."),
    "grant_release": _l("An emergency grant is approved and committed. You head the office: clear it for payment."),
    "join": _l("A colleague wants to act because life is in danger. It takes two: join, or say no."),
}

WHY_ME = {
    "goes": _l("You go to this hearing."),
    "officer": _l("You look after the file."),
    "head": _l("You head the office."),
    "deputy": _l("You are the deputy of the office."),
    "observer": _l("You observe for your embassy, and no colleague has taken it."),
    "named": _l("It was meant for you when it was planned."),
    "instead": _l("The mail to the colleague whom it was meant for did not get through: you stand in."),
}
LATER = {
    "hour": _l("In an hour"),
    "tomorrow": _l("Tomorrow morning"),
    "working_day": _l("On the morning of the next working day"),
    "three_days": _l("In three days"),
    "week": _l("In a week"),
}


class Comes(NamedTuple):
    """When a hearing is, to a reader of Today: by their clocks, by the court's ("" where both show the same), and how
    soon; "" where the day says it.
    """

    day: str
    own: str
    court: str
    soon: str


def comes(when: When, zone: str, now: datetime) -> Comes:
    """For a reader in this zone."""
    on, today = day_in(when, zone), local_day(now, zone)
    times = times_of(when, on if on == today else when.on, zone)
    said = str(_("Today")) if on == today else day(when.on, "full")
    return Comes(said, times.own, times.court, _soon(when, (on - today).days, now))


def _soon(when: When, days: int, now: datetime) -> str:
    if when.at is None or when.at - now >= NEAR:
        return in_so_many_days(days) if days > 0 else ""
    if when.at > now:
        return time_ahead(when.at - now)
    return str(_("it has begun")) if days == 0 else ""


def time_left(at: datetime, now: datetime) -> str:
    """ "3 hours left", "2 hours late", to the nearest: in days from three on, in minutes below one hour."""
    late, minutes = at <= now, int(abs(at - now).total_seconds() + 30) // 60
    if minutes < 60:
        return str(_minutes(minutes, late=late))
    hours = (minutes + 30) // 60
    return str(_hours(hours, late=late) if hours < 72 else _days((hours + 12) // 24, late=late))


def _minutes(number: int, *, late: bool) -> Any:
    if late:
        return ngettext("%(num)d minute late", "%(num)d minutes late", number)
    return ngettext("%(num)d minute left", "%(num)d minutes left", number)


def _hours(number: int, *, late: bool) -> Any:
    if late:
        return ngettext("%(num)d hour late", "%(num)d hours late", number)
    return ngettext("%(num)d hour left", "%(num)d hours left", number)


def _days(number: int, *, late: bool) -> Any:
    if late:
        return ngettext("%(num)d day late", "%(num)d days late", number)
    return ngettext("%(num)d day left", "%(num)d days left", number)
