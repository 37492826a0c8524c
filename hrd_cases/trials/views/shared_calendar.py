"""The hearings that were shared with an office: in an embassy's calendar, on paper, and for one's own calendar."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.words import offices_called
from hrd_cases.trials.calendar_words import Names, Who, observer_name, times_of
from hrd_cases.trials.forms.calendar import MINE, NOBODY
from hrd_cases.trials.grid import OnDay
from hrd_cases.trials.listed import Sitting
from hrd_cases.trials.shares.agenda import Agenda, SharedItem, entry_of, shared_agenda
from hrd_cases.trials.shares.models import ReceivedShare
from hrd_cases.trials.shares.receiving import standing_share
from hrd_cases.trials.views.calendar_file import as_file
from hrd_cases.trials.views.calendar_page import Asked, Entry, Place, asked_of, form_of, place_in, shown_calendar
from hrd_cases.trials.views.fortnight import Row, days_of, row_of, shown_fortnight
from hrd_cases.trials.views.share_desk import desk

AT = "shares.calendar"
NOTHING_SHARED = Agenda([], 0)


def _place(session: Session, visitor: Visitor) -> tuple[Place, dict[uuid.UUID, str]]:
    """The embassy that an address asks for, of those for which this member observes; and what these are called."""
    mine = [one for one in visitor.seats if visitor.allows(Permission.ANSWER_SHARE, one)]
    wanted = request.args.get("office", "")
    office_id = next((one for one in mine if str(one) == wanted), mine[0])
    return place_in(session, office_id), offices_called(session, visitor, mine)


def shared_with(session: Session, visitor: Visitor, asked: Asked) -> Agenda:
    """What was shared with the office whose calendar it is, for the days that are shown."""
    return shared_between(session, visitor, asked.place, asked.since, asked.until)


def shared_between(session: Session, visitor: Visitor, place: Place, first: date, last: date) -> Agenda:
    return shared_agenda(session, visitor, place.office_id, first, last, place.zone, datetime.now(UTC))


@desk.get("/hearings", needs=Permission.ANSWER_SHARE)
def calendar(session: Session, visitor: Visitor) -> Response:
    place, seats = _place(session, visitor)
    asked = asked_of(place)
    found = shared_with(session, visitor, asked)
    going = {one.received.answered_by for one in found.items}
    names = names_of(session, {one for one in going if one is not None})
    form = form_of(place, {}, seats)
    return shown_calendar(
        visitor,
        asked,
        form,
        [one for one in found.items if _is_of(one, str(form.whose.data), visitor.member_id)],
        SharedTelling(names, visitor.zone),
        at=AT,
        sheet="shares.sheet",
        unread=0,
        unread_shared=found.unread,
        seats=seats,
        # Read from the shares themselves: no card tells of them, and none is older than what it tells of.
        lost=0,
        older=[],
        more_older=0,
        locked=[],
    )


def _is_of(item: SharedItem, whose: str, me: uuid.UUID) -> bool:
    if whose == NOBODY:
        return item.sitting.misses_somebody(datetime.now(UTC))
    return whose != MINE or item.is_mine(me)


@dataclass(frozen=True)
class SharedTelling:
    """What is needed to say a hearing that was shared: who of ours goes, whose clocks."""

    names: Names
    zone: str

    def entry(self, item: SharedItem, how: OnDay, on: date) -> Entry:
        one, received_id = item.sitting, item.received.id
        asked = one.nobody_goes or one.observer is not None
        times = times_of(one.when, on, self.zone)
        file = url_for("shares.calendar_entry", received_id=received_id) if asked else ""
        return Entry(item, how, times, self._who(one), url_for("shares.show", received_id=received_id), file)

    def _who(self, one: Sitting) -> Who:
        if not one.is_ahead:
            return Who("")
        if one.misses_somebody(datetime.now(UTC)):
            return Who(str(_("Nobody of you goes yet.")), missing=True)
        if one.nobody_goes:
            return Who(str(_("Nobody of you went, as far as is known.")))
        if one.observer is None:
            return Who(str(_("Shared for you to know")))
        return Who(str(_("%(name)s goes.", name=observer_name(one.observer, self.names))))


@desk.get("/hearings/sheet", needs=Permission.ANSWER_SHARE)
def sheet(session: Session, visitor: Visitor) -> Response:
    """By a reference that the list of what is shared has too."""
    place, seats = _place(session, visitor)
    found = shared_between(session, visitor, place, *days_of(place))
    return shown_fortnight(visitor, place, rows_of(found, visitor), seats, at=AT, unread=found.unread)


def rows_of(found: Agenda, visitor: Visitor) -> list[Row]:
    ahead = [one for one in found.items if one.sitting.is_ahead]
    return [row_of(one, visitor.zone, _goes(one, visitor), [one.card.reference]) for one in ahead]


def _goes(item: SharedItem, visitor: Visitor) -> str:
    if item.sitting.nobody_goes:
        return "nobody" if item.sitting.misses_somebody(datetime.now(UTC)) else "nobody_went"
    if item.sitting.observer is None:
        return "to_know"
    return "you" if item.is_mine(visitor.member_id) else "colleague"


@desk.get("/<uuid:received_id>/calendar.ics", needs=Permission.ANSWER_SHARE)
def calendar_entry(session: Session, visitor: Visitor, received: ReceivedShare) -> Response:
    """That the time is taken, and nothing else. 404 once it is shared no more."""
    now = datetime.now(UTC)
    share = standing_share(session, received, now)
    if share is None:
        raise Absent("nothing is shared any more")
    zone = str(zone_of_office(session, received.office_id))
    entry = entry_of(visitor, received, share, house().settings.public_name, zone)
    return as_file(entry, now)
