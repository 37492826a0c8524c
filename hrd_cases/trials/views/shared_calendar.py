"""The hearings that were shared with an embassy, as a calendar of its own, on paper, and for one's own calendar."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from flask import make_response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.cases.office_days import zone_of_office
from hrd_cases.cases.reference import new_reference
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import shown
from hrd_cases.door.traces import after_reading
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.forms import typed_before
from hrd_cases.offices.colleagues import names_of
from hrd_cases.trials import grid
from hrd_cases.trials.calendar_words import Names, Who, day_names, observer_name, times_of
from hrd_cases.trials.forms.calendar import MINE, NOBODY, CalendarForm
from hrd_cases.trials.grid import DAY, Stands, View
from hrd_cases.trials.ics import calendar_file
from hrd_cases.trials.shares.agenda import SharedItem, entry_of, shared_agenda
from hrd_cases.trials.shares.models import ReceivedShare
from hrd_cases.trials.shares.receiving import standing_share
from hrd_cases.trials.shares.words import offices_called
from hrd_cases.trials.views.calendar import Entry, Place, asked, day_shown, href, kept, place_in
from hrd_cases.trials.views.calendar_file import FILE_NAME
from hrd_cases.trials.views.share_desk import desk
from hrd_cases.trials.views.sheet import SHEET_DAYS, row_of

AT = "shares.calendar"


def _place(session: Session, visitor: Visitor) -> tuple[Place, dict[uuid.UUID, str]]:
    """The embassy that an address asks for, of those for which this member observes; and what these are called."""
    mine = [one for one in visitor.seats if visitor.allows(Permission.ANSWER_SHARE, one)]
    wanted = request.args.get("office", "")
    office_id = next((one for one in mine if str(one) == wanted), mine[0])
    return place_in(session, office_id), offices_called(session, visitor, mine)


@desk.get("/hearings", needs=Permission.ANSWER_SHARE)
def calendar(session: Session, visitor: Visitor) -> Response:
    place, seats = _place(session, visitor)
    now = datetime.now(UTC)
    view, on = asked(place)
    first, last = grid.span(view, on, place.begins)
    days = [day for week in grid.weeks_of(first, last, place.begins) for day in week]
    found = shared_agenda(session, visitor, place.office_id, days[0] - DAY, days[-1] + DAY, place.zone, now)
    going = {one.received.answered_by for one in found.items}
    names = names_of(session, {one for one in going if one is not None})
    form = _form(place, seats)
    items = [one for one in found.items if _is_of(one, str(form.whose.data), visitor.member_id)]
    told = Telling(names, visitor.zone, brief=view is View.MONTH)
    standing = grid.by_day(items, lambda one: one.days)
    shown_days = [day_shown(day, place, (first, last), standing.get(day, []), told) for day in days]
    begin = [one for one in items if first <= one.days[0].on <= last]
    before, after = grid.beside(view, on, place.begins)
    return shown(
        "trials/calendar.html",
        form,
        at=AT,
        sheet="shares.sheet",
        view=view,
        on=on,
        first=first,
        last=last,
        weeks=[shown_days[at : at + 7] for at in range(0, len(shown_days), 7)],
        listed=[one for one in shown_days if first <= one.cell.on <= last and (one.entries or one.cell.holiday)],
        names=day_names(place.begins),
        href=partial(href, AT, {**kept(form, place), "view": view.value, "on": on.isoformat()}),
        before=before,
        after=after,
        today=place.today,
        missing=sum(one.sitting.is_ahead and one.sitting.nobody_goes for one in begin),
        number=len(begin),
        unread=found.unread,
        seats=seats,
        zone=place.zone,
        own_zone=visitor.zone,
        layout="wide",
        # Read from the shares themselves: no card tells of them, and none is older than what it tells of.
        lost=0,
        older=[],
        more_older=0,
        locked=[],
    )


def _form(place: Place, seats: Mapping[uuid.UUID, str]) -> CalendarForm:
    with typed_before(request.args):
        form = CalendarForm()
    form.offer({}, seats or {place.office_id: ""})
    return form


def _is_of(item: SharedItem, whose: str, me: uuid.UUID) -> bool:
    if whose == NOBODY:
        return item.sitting.is_ahead and item.sitting.nobody_goes
    return whose != MINE or item.is_mine(me)


@dataclass(frozen=True)
class Telling:
    """What is needed to say a hearing that was shared: who of ours goes, whose clocks."""

    names: Names
    zone: str
    brief: bool

    def entry(self, item: SharedItem, how: Stands, on: date) -> Entry:
        one, received_id = item.sitting, item.received.id
        return Entry(
            item,
            how,
            times_of(one.when, on, self.zone),
            self._who(item),
            "",
            [],
            "",
            url_for("shares.show", received_id=received_id),
            url_for("shares.calendar_entry", received_id=received_id),
        )

    def _who(self, item: SharedItem) -> Who:
        one = item.sitting
        if not one.is_ahead:
            return Who("")
        if one.observer is None:
            return Who(str(_("Nobody of you goes yet.")), missing=True)
        return Who(str(_("%(name)s goes.", name=observer_name(one.observer, self.names))))


@desk.get("/hearings/sheet", needs=Permission.ANSWER_SHARE)
def sheet(session: Session, visitor: Visitor) -> Response:
    """Numbered, as an office's own: by a reference that the list of what is shared has too."""
    place, seats = _place(session, visitor)
    first = grid.day_asked(request.args.get("on", ""), place.today)
    last = first + DAY * (SHEET_DAYS - 1)
    now = datetime.now(UTC)
    found = shared_agenda(session, visitor, place.office_id, first, last, place.zone, now)
    number = new_reference()
    after_reading(Event.HEARINGS_PRINTED, office=place.office_id, export=number)
    return shown(
        "trials/sheet.html",
        at=AT,
        rows=[row_of(one, visitor.zone, _goes(one, visitor)) for one in found.items if one.sitting.is_ahead],
        first=first,
        last=last,
        number=number,
        unread=found.unread,
        office=place.office_id if len(seats) > 1 else None,
        layout="wide",
    )


def _goes(item: SharedItem, visitor: Visitor) -> str:
    if item.sitting.nobody_goes:
        return "nobody"
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
    answer = make_response(calendar_file(entry, now))
    answer.mimetype = "text/calendar"
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
