"""A file recorded on one page, and one event that concerns many: opened here at once, or sent to whom it belongs."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases import drafts, sending
from hrd_cases.cases.begun import case_id_of
from hrd_cases.cases.drafted import Drafted, SourcedPiece
from hrd_cases.cases.forms.recording import MORE, ListForm, QuickForm, urgency_hints
from hrd_cases.cases.sending import Sent
from hrd_cases.cases.similar import Similar, similar, similar_to_each, told_of
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.traces import after_refusal
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.offices.absences import own_absence
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.in_words import covers_today
from hrd_cases.offices.standing_in import instead_of

desk = Desk("recording", "/cases")


def _look_for_one(session: Session, visitor: Visitor) -> list[Similar]:
    form = QuickForm.beginning(own_countries(visitor), visitor.local_day)
    if not (form.sent() and form.opens):
        return []
    drafted = form.drafted(datetime.now(UTC))
    return look_alikes(session, visitor, [drafted.name], typed(form.told), _made_of(visitor, form, [drafted]))


Alike = Mapping[str, Sequence[Similar]]
"""By name of a list: the files that it resembles."""


def _look_for_many(session: Session, visitor: Visitor) -> Alike:
    form = ListForm.beginning(own_countries(visitor), visitor.local_day)
    if not form.sent() or typed(form.told) == told_of(form.everybody()):
        return {}
    own = _made_of(visitor, form, form.drafted(datetime.now(UTC)))
    return similar_to_each(session, visitor, form.chosen(), own)


def _made_of(visitor: Visitor, form: QuickForm | ListForm, drafted: Iterable[Drafted]) -> set[uuid.UUID]:
    """The files that this form makes: sent again, it resembles what its first press made."""
    begun = form.begun_id()
    return {case_id_of(visitor, begun, one) for one in drafted}


@desk.form("/new", needs=Permission.RECORD_CASE, prepare=_look_for_one)
def quick(session: Session, visitor: Visitor, prepared: Sequence[Similar] = ()) -> Response:
    form = QuickForm.beginning(own_countries(visitor), visitor.local_day)
    if not form.sent():
        return _page(form, away=_away(session, visitor))
    drafted = form.drafted(datetime.now(UTC))
    if not form.opens:
        draft = drafts.save(session, visitor, None, drafted, (), datetime.now(UTC))
        say(_("Saved as a draft. Nobody but you can open it."))
        return led_to("drafts.show", draft_id=draft.id) if form.do.data == MORE else led_to("drafts.index")
    if prepared:
        recorded_as_read(session, prepared)
        return _page(form, prepared, told_of([drafted.name]))
    case_id = case_id_of(visitor, form.begun_id(), drafted)
    if (sent := outcome(form, lambda: send_away(session, visitor, drafted, (), case_id))) is not None:
        return arrived(sent.of)
    return _page(form)


@desk.form("/new/list", needs=Permission.RECORD_CASE, prepare=_look_for_many)
def many(session: Session, visitor: Visitor, prepared: Alike = {}) -> Response:  # noqa: B006 - only read
    """One event, a file for each name, all in one transaction."""
    form = ListForm.beginning(own_countries(visitor), visitor.local_day)
    if not form.sent():
        return _list_page(form)
    if prepared:
        recorded_as_read(session, [one for found in prepared.values() for one in found])
        return _list_page(form, prepared, told_of(form.everybody()))
    if (sent := outcome(form, lambda: _each(session, visitor, form))) is not None:
        return shown("cases/record_sent_list.html", sent=sent.of, left_out=form.left_out.data)
    return _list_page(form)


def _list_page(form: ListForm, alike: Alike = {}, told: str = "") -> Response:  # noqa: B006 - only read
    """With a tick for each name that resembles a file, and for each that was ticked before."""
    ticks = {
        name: alike.get(name, ()) for name in form.everybody() if name in alike or name in (form.left_out.data or ())
    }
    told = told or typed(form.told)
    return shown("cases/record_list.html", form, hints=urgency_hints(), ticks=ticks, told=told)


class Away(NamedTuple):
    """The recorder is on record as away until this day; these colleagues are told what is due of them."""

    until: date
    instead: list[str]


def _away(session: Session, visitor: Visitor) -> Away | None:
    absence = own_absence(session, visitor)
    if absence is None:
        return None
    instead = names_of(session, instead_of(session, visitor, datetime.now(UTC)))
    return Away(absence.last_on, sorted(instead.values()))


def _page(form: QuickForm, found: Sequence[Similar] = (), told: str = "", away: Away | None = None) -> Response:
    told = told or typed(form.told)
    return shown("cases/record.html", form, hints=urgency_hints(), similar=found, told=told, away=away)


def _each(session: Session, visitor: Visitor, form: ListForm) -> list[Sent]:
    begun = form.begun_id()
    return [
        send_away(session, visitor, drafted, (), case_id_of(visitor, begun, drafted))
        for drafted in form.drafted(datetime.now(UTC))
    ]


# -- what every way of recording does in the end


def own_countries(visitor: Visitor) -> list[str]:
    """The countries of the offices one works in."""
    charters = [c for office_id, c in visitor.seats.items() if visitor.allows(Permission.WORK_ON_CASE, office_id)]
    return [country for charter in charters for country in covers_today(charter, visitor.today)]


def look_alikes(
    session: Session, visitor: Visitor, names: Sequence[str], told: str, but: Collection[uuid.UUID] = ()
) -> list[Similar]:
    """Files that look similar, unless the recorder was told of them already."""
    return similar(session, visitor, names, but) if told != told_of(names) else []


def recorded_as_read(session: Session, found: Sequence[Similar]) -> None:
    """Showing files that look similar is reading of them."""
    record(session, Event.PAGE_READ, page=request.endpoint, subjects=tuple(str(one.card.case_id) for one in found))


def send_away(
    session: Session, visitor: Visitor, drafted: Drafted, sourced: Sequence[SourcedPiece], case_id: uuid.UUID
) -> Sent:
    """Opened or sent, as `sending.send`; security is told of what somebody wrote into the tables."""
    try:
        return sending.send(session, visitor, drafted, sourced, case_id, datetime.now(UTC))
    except sending.Distrusted as refused:
        # Everything is undone: what was typed comes back with the form, and the draft stays.
        after_refusal(Event.ALARM_RAISED, alarm=refused.alarm)
        raise


def arrived(sent: Sent) -> Response:
    """On to the file; or the page that says where it went."""
    if sent.case_id is not None:
        say(_("The file is open. You are its officer; what is still missing stands among its tasks."))
        return led_to("cases.show", case_id=sent.case_id)
    return shown("cases/record_sent.html", sent=sent)
