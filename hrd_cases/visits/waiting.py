"""How long a note verbale has not been answered, and how many requests for one person failed in a row. Pure.

Counted are calendar days from the day of the note, which is day 0: closed days count, for the silence does not rest on
them. "Today" is the day by the clocks of the office that sent it (`OfficeCalendar.day_of`). How a reminder comes to
somebody on a closed day is no matter of this count: `cases.reminding` says that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.errors import N_, Refused
from hrd_cases.visits.figures import FIGURES
from hrd_cases.visits.life import State

# -- one note


class Silence(StrEnum):
    """How a note that nobody has answered stands. From `LONG` on its visit is one without reply (`life.stands_as`)."""

    WAITS = "waits"
    REMIND = "remind"
    LONG = "long"


class Due(NamedTuple):
    """The days on which a note without reply asks for something: a reminder, a démarche."""

    remind_on: date
    demarche_on: date


def due_of(note_on: date) -> Due:
    return Due(
        note_on + timedelta(days=FIGURES.reply_remind_days), note_on + timedelta(days=FIGURES.reply_demarche_days)
    )


def days(note_on: date, until: date) -> int:
    """How many days a note has waited, or had waited when it was answered."""
    return (until - note_on).days


def silence(note_on: date, today: date) -> Silence:
    due = due_of(note_on)
    if today >= due.demarche_on:
        return Silence.LONG
    return Silence.REMIND if today >= due.remind_on else Silence.WAITS


def replied_when(replied_on: date, note_on: date, today: date) -> Refused | None:
    """Why nobody answered on that day; None if they may have."""
    if replied_on > today:
        return Refused(N_("This day is still to come."), N_("Write the day on which they answered."))
    if replied_on < note_on:
        return Refused(N_("This day is before the note was sent."), N_("Write the day on which they answered."))
    return None


# -- the requests for one person


class Came(StrEnum):
    """What came of a request. `GIVEN_UP`: the person did not wish it, or we cancelled it, before anybody answered."""

    NOT_ASKED = "not_asked"
    WAITS = "waits"
    GRANTED = "granted"
    REFUSED = "refused"
    SILENCE = "silence"
    TURNED_AWAY = "turned_away"
    CONDUCTED = "conducted"
    GIVEN_UP = "given_up"


_TELLS: dict[State, Came] = {
    State.REQUESTED: Came.WAITS,
    State.NO_REPLY: Came.SILENCE,
    State.CONDITIONS_REFUSED: Came.GRANTED,
    State.GRANTED: Came.GRANTED,
    State.REFUSED: Came.REFUSED,
    State.CONDUCTED: Came.CONDUCTED,
    State.TURNED_AWAY: Came.TURNED_AWAY,
    State.WITHDRAWN: Came.GIVEN_UP,
    State.CANCELLED: Came.GIVEN_UP,
}
"""States that tell what came of a request. Report, follow-up and the end tell nothing new."""


def came_of(states: Sequence[State]) -> Came:
    """What came of a request, by the states that its visit went through, in order. One that was closed while it waited
    was not answered; of one that was given up counts what the authorities had said by then, if anything.
    """
    told = [_TELLS[state] for state in states if state in _TELLS] or [Came.NOT_ASKED]
    if told[-1] is Came.GIVEN_UP and told[:-1] and told[-2] is not Came.WAITS:
        return told[-2]
    return Came.SILENCE if told[-1] is Came.WAITS and states[-1] is State.CLOSED else told[-1]


class Request(NamedTuple):
    """One request to visit somebody: the day of its note (of the last, if there were several)."""

    note_on: date
    came: Came


class Failed(NamedTuple):
    """Requests that failed in a row, up to today; `since`: the note of the first of them."""

    refusals: int = 0
    silences: int = 0
    turned_away: int = 0
    since: date | None = None

    @property
    def total(self) -> int:
        return self.refusals + self.silences + self.turned_away


_SUCCEEDED = (Came.GRANTED, Came.CONDUCTED)
_FAILED = (Came.REFUSED, Came.SILENCE, Came.TURNED_AWAY)


def in_a_row(requests: Iterable[Request], today: date) -> Failed:
    """How many of the requests for one person failed since the last that was granted, by the days of their notes.

    Whoever was turned away at the gate had no visit: that counts, and what was granted before it ends nothing. What
    still waits, and what was given up before an answer, says nothing of the authorities. A note without reply counts
    from the day of the démarche on, whether or not somebody has recorded the silence.
    """
    row: list[Request] = []
    for one in sorted(requests, key=lambda one: one.note_on):
        came = _by_clock(one, today)
        if came in _SUCCEEDED:
            row = []
        elif came in _FAILED:
            row.append(Request(one.note_on, came))
    counts = Counter(one.came for one in row)
    since = row[0].note_on if row else None
    return Failed(counts[Came.REFUSED], counts[Came.SILENCE], counts[Came.TURNED_AWAY], since)


def _by_clock(one: Request, today: date) -> Came:
    long = one.came is Came.WAITS and silence(one.note_on, today) is Silence.LONG
    return Came.SILENCE if long else one.came
