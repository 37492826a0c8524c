"""An hour of the day as people type it. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

_BEFORE_NOON = frozenset(("am", "ص", "صباحا"))
_AFTER_NOON = frozenset(("pm", "م", "مساء"))
_HALVES = "|".join(sorted((re.escape(one) for one in _BEFORE_NOON | _AFTER_NOON), key=len, reverse=True))
_TYPED = re.compile(
    rf"""
    (?P<first>{_HALVES})?
    (?: (?P<hours>\d{{1,2}}) (?: [:：.٫h] (?P<minutes>\d{{2}}) | (?P<whole>h) )?
      | (?P<together>\d{{3,4}}) )
    (?P<last>{_HALVES})?
    """,
    re.VERBOSE,
)
_NEVER_SEEN = ("Cf", "Mn")
"""Marks of direction, and vowel signs."""
EARLIEST_ALONE = 7
"""A number alone is an hour from here on; a smaller one is as likely in the afternoon."""
LONGEST = 20
"""Of what is typed, in characters: nobody needs more for an hour."""


def hour_read(text: str) -> time | None:
    """“14:30”, “14.30”, “14h30”, “1430”, “10”, “2:30 pm”, “2 pm”, and so with ص and م and digits of any script. None
    for anything that could be read in two ways, or is no hour: “2” alone, thirteen in the afternoon.
    """
    found = _TYPED.fullmatch(_plain(text))
    if found is None:
        return None
    together = found["together"] or ""
    hours, minutes = (together[:-2], together[-2:]) if together else (found["hours"], found["minutes"])
    half = found["first"] or found["last"] or ""
    if found["first"] and found["last"]:
        return None
    if not (half or minutes or found["whole"]) and int(hours) < EARLIEST_ALONE:
        return None
    return _time(int(hours), int(minutes or 0), half)


def _plain(text: str) -> str:
    """Without blanks, marks that nobody sees, and the points of “p.m.”."""
    seen = "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) not in _NEVER_SEEN)
    return re.sub(r"(?<=[ap])\.?m\.?", "m", "".join(seen.casefold().split()))


def _time(hours: int, minutes: int, half: str) -> time | None:
    """By the clock of twenty-four hours; with a half of the day, by that of twelve."""
    if half and not 1 <= hours <= 12:
        return None
    if half:
        hours = hours % 12 + (12 if half in _AFTER_NOON else 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None
