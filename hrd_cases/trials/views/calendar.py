"""The calendar of an office's hearings: everybody's or one member's, read from cards alone. What was shared with
headquarters stands on theirs too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.shelves import Shelf, older_lines, shelves
from hrd_cases.cases.views.lists import raise_alarms, seats_of
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.offices.absences import absences_of
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Absence
from hrd_cases.trials.agenda import Item, clashes_among
from hrd_cases.trials.calendar_words import (
    Names,
    Who,
    away_said,
    backup_of,
    clash_said,
    install_calendar_words,
    observer_name,
    times_of,
    who_goes,
)
from hrd_cases.trials.clashes import Found, who_is
from hrd_cases.trials.forms.calendar import MINE, NOBODY
from hrd_cases.trials.grid import OnDay
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.shares.agenda import SharedItem
from hrd_cases.trials.views.calendar_page import Asked, Entry, Place, asked_of, form_of, place_of, shown_calendar
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.views.shared_calendar import NOTHING_SHARED, SharedTelling, shared_with

install_calendar_words(desk.blueprint)


@desk.get("/hearings", needs=Permission.SEE_CASES)
def calendar(session: Session, visitor: Visitor) -> Response:
    known = shelves(session, visitor)
    raise_alarms(known)
    seats = seats_of(session, known)
    asked = asked_of(place_of(session, visitor, known, request.args.get("office")))
    place = asked.place
    found = place.between(asked.since, asked.until)
    to_know = visitor.allows(Permission.SEE_SHARED, place.office_id)
    shared = shared_with(session, visitor, asked) if to_know else NOTHING_SHARED
    names = _names(session, visitor, place, found.items)
    form = form_of(place, {one: name for one, name in names.items() if one != visitor.member_id}, seats)
    both: list[Item | SharedItem] = [*found.items, *shared.items]
    items = [one for one in both if _is_of(one, str(form.whose.data), visitor.member_id)]
    return shown_calendar(
        visitor,
        asked,
        form,
        sorted(items, key=lambda one: one.sitting.when.earliest_at),
        _telling(session, visitor, asked, names, found.items),
        at="trials.calendar",
        sheet="trials.sheet",
        unread=found.unread,
        unread_shared=shared.unread,
        seats=seats,
        **_set_back(known, seats),
    )


def _set_back(known: list[Shelf], seats: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """What the cards do not tell: said here as on the list of files."""
    older = older_lines(known)
    return {
        "lost": sum(shelf.behind.missing for shelf in known),
        "older": older,
        "more_older": sum(len(shelf.behind.older) for shelf in known) - len(older),
        "locked": [seats[shelf.office_id] for shelf in known if shelf.locked],
    }


def _names(session: Session, visitor: Visitor, place: Place, items: Iterable[Item]) -> Names:
    """Who may be chosen: whoever works on the office's files, and whoever goes to these hearings."""
    seated = visitor.charters.of(place.office_id).caseworkers(datetime.now(UTC))
    going = {one.member_id for item in items for one in (item.sitting.observer, item.sitting.backup) if one is not None}
    return names_of(session, seated | {one for one in going if one is not None})


def _is_of(item: Item | SharedItem, whose: str, me: uuid.UUID) -> bool:
    if whose == NOBODY:
        return item.sitting.misses_somebody(datetime.now(UTC))
    if whose == MINE:
        return item.is_mine(me)
    return not whose or item.sitting.is_of(uuid.UUID(whose))


# -- in words


@dataclass(frozen=True)
class Telling:
    """What is needed to say a hearing: who is who, what clashes, whose clocks."""

    names: Names
    clashes: Found
    references: Mapping[uuid.UUID, str]
    zone: str
    brief: bool
    absences: list[Absence]
    shared: SharedTelling
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _who: dict[tuple[object, ...], Who] = field(default_factory=dict, repr=False)

    def entry(self, item: Item | SharedItem, how: OnDay, on: date) -> Entry:
        if isinstance(item, SharedItem):
            return self.shared.entry(item, how, on)
        one = item.sitting
        proceeding_id = item.trial.proceeding_id
        return Entry(
            item,
            how,
            times_of(one.when, on, self.zone),
            self._goes(one),
            url_for("trials.hearing", proceeding_id=proceeding_id, hearing_id=one.hearing_id),
            url_for("trials.calendar_entry", proceeding_id=proceeding_id, hearing_id=one.hearing_id),
            "" if self.brief else backup_of(one, self.names),
            self._clashes(one),
            self._away(item),
        )

    def _goes(self, one: Sitting) -> Who:
        """Put into words once: the same few go to most hearings of a month."""
        key = (one.observer, one.state, one.access, one.misses_somebody(self.now))
        if key not in self._who:
            self._who[key] = who_goes(one, self.names, self.now)
        return self._who[key]

    def _clashes(self, one: Sitting) -> list[str]:
        others = self.clashes.get(one.hearing_id, ())
        if self.brief:
            return list(dict.fromkeys(self.references[duty.hearing_id] for duty, _ in others))
        who = {who_is(each): observer_name(each, self.names) for each in (one.observer, one.backup) if each is not None}
        return [
            clash_said(why, who.get(duty.who, "?"), self.references[duty.hearing_id], duty.when, self.zone)
            for duty, why in others
        ]

    def _away(self, item: Item) -> str:
        """The observer's absence; of the backup it is said where one is chosen."""
        one, goes = item.sitting, item.sitting.observer
        if not one.is_ahead or goes is None or goes.member_id is None:
            return ""
        on = item.days[0].on
        away = any(row.first_on <= on <= row.last_on for row in self.absences if row.member_id == goes.member_id)
        return away_said(observer_name(goes, self.names)) if away else ""


def _telling(session: Session, visitor: Visitor, asked: Asked, names: Names, items: list[Item]) -> Telling:
    return Telling(
        names,
        clashes_among(items),
        {one.sitting.hearing_id: one.card.reference for one in items},
        visitor.zone,
        brief=asked.brief,
        absences=absences_of(session, asked.place.office_id, asked.days[0]),
        shared=SharedTelling(names, visitor.zone),
    )
