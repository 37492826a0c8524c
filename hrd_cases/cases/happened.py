"""What the page of a case file says happened: the last events, each in a line."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from flask_babel import gettext as _

from hrd_cases.cases.agreed import Named
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.details import Action, ActionState, Contact, Conversation, Incident, Meeting
from hrd_cases.cases.file import File
from hrd_cases.cases.words import dated, headline, kind_of
from hrd_cases.pages import day

LAST_EVENTS, LAST_WORDS = 3, 3
"""How many events the page tells of, and beside them of conversations about consent and of what was stopped."""


class Happened(NamedTuple):
    """An incident, contact, meeting, action or conversation in a line. `at` sorts it, `when` says when, as well as it
    is known; `of_consent`: it stands on the page of consent.
    """

    id: uuid.UUID
    at: datetime
    when: str
    words: str
    of_consent: bool = False


def last_events(file: File, now: datetime, today: date, named: Named) -> list[Happened]:
    """The last incidents, contacts, meetings and actions that took place, the last first; where there is room, then
    those whose day is not known. Beside them what was last said of consent, and what was last stopped.
    """
    incidents = incidents_of(file)
    done = [one for one in file.actions if one.said.state == ActionState.DONE]
    timed: list[Standing[Any]] = [*file.contacts, *file.meetings, *done]
    days = [one for one in incidents if one.said.when is not None and one.said.when.on <= today]
    last_days = days[:LAST_EVENTS][::-1]
    found = [*map(_incident, last_days), *(_timed(one) for one in timed if one.said.when <= now)]
    undated = [one for one in incidents if one.said.when is None]
    # Turned round only afterwards: of two at one moment, the one written last stands first.
    events = sorted(found, key=_when)[::-1][:LAST_EVENTS]
    dated_ones = sorted([*events[::-1], *_last_words(file, named)], key=_when)[::-1]
    return [*dated_ones, *map(_incident, undated[: LAST_EVENTS - len(events)])]


def _last_words(file: File, named: Named) -> list[Happened]:
    """What was last said of consent, and what goes outward and was last stopped."""
    acts = [one for one in file.actions if one.said.state == ActionState.STOPPED and one.said.purpose]
    found = [*(_talk(one, named(one.said.speaker_id)) for one in file.conversations), *map(_stop, acts)]
    return sorted(found, key=_when)[-LAST_WORDS:]


def incidents_of(file: File) -> list[Standing[Incident]]:
    """The last first; one whose day is not known counts from when it was written."""
    return sorted(file.incidents, key=_day_of, reverse=True)


def _day_of(one: Standing[Incident]) -> date:
    return one.said.when.on if one.said.when is not None else one.entry.written_at.date()


def _incident(one: Standing[Incident]) -> Happened:
    when = dated(one.said.when) or _("day not known")
    return Happened(one.id, datetime.combine(_day_of(one), time(), UTC), when, headline(one.said))


def _when(one: Happened) -> datetime:
    return one.at


def _talk(one: Standing[Conversation], name: str) -> Happened:
    who_spoke = f"{headline(one.said)} ({name})" if name else headline(one.said)
    words = f"{kind_of(one.said)}: {who_spoke}"
    return Happened(one.id, one.said.when, day(one.said.when), words, of_consent=True)


def _stop(one: Standing[Action]) -> Happened:
    """It was stopped when that was written, whenever it was planned for."""
    at = one.entry.written_at
    return Happened(one.id, at, day(at), headline(one.said))


def _timed(one: Standing[Any]) -> Happened:
    at, words = one.said.when, headline(one.said)
    if isinstance(one.said, Contact | Meeting):
        words = f"{kind_of(one.said)}: {words}"
    return Happened(one.id, at, day(at), words)
