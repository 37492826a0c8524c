"""Who is away and who stands in: an office's absences, and headquarters' duty roster."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import ValidationError

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import Choice, DayField, Form, offered
from hrd_cases.keys.charter import Charter
from hrd_cases.offices import absences
from hrd_cases.offices.absences import ON_DUTY, may_record, put_on_duty, record_absence, remove_absence
from hrd_cases.offices.colleagues import charter_of, names_of, suspended_colleagues
from hrd_cases.offices.facts import today_in
from hrd_cases.offices.in_words import people_of
from hrd_cases.offices.models import Absence, Office

desk = Desk("absences", "/offices")
ROSTER_DAYS = 14


def _day_given(_form: Form, field: DayField) -> None:
    if field.data is None and not field.errors:
        raise ValidationError(_("Give the day."))


class AbsenceForm(Form):
    member = Choice(_l("Who is away"))
    first_on = DayField(_l("First day"), [_day_given])
    last_on = DayField(_l("Last day"), [_day_given], description=_l("Both days are included."))

    def days(self) -> tuple[date, date]:
        """The first and the last: both are there once the form was sent."""
        return cast(date, self.first_on.data), cast(date, self.last_on.data)


class DutyForm(AbsenceForm):
    member = Choice(_l("Who is on duty"))


@desk.form("/<uuid:office_id>/absences", needs=Permission.RECORD_ABSENCE)
def index(session: Session, visitor: Visitor, office: Office) -> Response:
    charter = charter_of(visitor, office.id)
    if charter is None:
        return led_to("offices.show", office_id=office.id)
    today, zone = today_in(office.zone), ZoneInfo(office.zone)
    found = absences.absences_of(session, office.id, today)
    names = names_of(session, [*people_of(charter), *(one.member_id for one in found)])
    form = AbsenceForm(member=str(visitor.member_id))
    form.member.choices = [offered(str(one), names.get(one, "?")) for one in _recordable(visitor, charter)]
    if done(form, lambda: _record(session, visitor, charter, form)):
        say(_("The absence is recorded. What comes for them goes to whoever stands in."))
        return led_to("absences.index", office_id=office.id)
    stretches = absences.cover_of(session, charter, datetime.now(UTC), zone, today)
    own = {one.id for one in found if may_record(visitor, office.id, one.member_id)}
    return shown(
        "offices/absences.html", form, office=office, found=found, own=own, names=names, stretches=stretches,
        suspended=[member.sign_in for member in suspended_colleagues(session, office.id)],
    )  # fmt: skip


def _record(session: Session, visitor: Visitor, charter: Charter, form: AbsenceForm) -> None:
    record_absence(session, visitor, charter, uuid.UUID(form.member.data), *form.days(), datetime.now(UTC))


def _recordable(visitor: Visitor, charter: Charter) -> list[uuid.UUID]:
    """Everybody with a seat whose absence this member may record; oneself first."""
    seated = {seat.member_id for seat in charter.standing(visitor.today)}
    may = [one for one in seated if may_record(visitor, charter.office_id, one)]
    return sorted(may, key=lambda one: (one != visitor.member_id, str(one)))


@desk.form("/absences/<uuid:absence_id>/remove", needs=Permission.RECORD_ABSENCE)
def remove(session: Session, visitor: Visitor, absence: Absence) -> Response:
    office_id: uuid.UUID = absence.office_id
    name = names_of(session, [absence.member_id]).get(absence.member_id, "?")
    return confirm(
        lambda: remove_absence(session, visitor, absence),
        lambda: led_to("absences.index", office_id=office_id),
        title=_("Remove an absence"),
        name=name,
        says=[_("They count as there on these days. What went to whoever stands in stays with them.")],
        button=_("Remove the absence"),
        back=("absences.index", {"office_id": office_id}),
    )


# -- headquarters' duty roster


class DutyLine(NamedTuple):
    """A day of the roster: who has it, and whether anybody has."""

    on: date
    member_id: uuid.UUID | None
    away: bool


@desk.form("/duty", needs=Permission.WRITE_ROSTER)
def duty(session: Session, visitor: Visitor) -> Response:
    """Who is told when nobody else takes a file up. Without anybody the whole desk has it, then the heads."""
    charter = visitor.charters.headquarters()
    office = session.get_one(Office, charter.office_id)
    today = today_in(office.zone)
    names = names_of(session, people_of(charter))
    form = DutyForm(member=str(visitor.member_id))
    seated = sorted(charter.members_in(ON_DUTY, today), key=lambda one: names.get(one, "?"))
    form.member.choices = [offered(str(one), names.get(one, "?")) for one in seated]
    if done(form, lambda: _put(session, charter, form, today)):
        say(_("The roster is written."))
        return led_to("absences.duty")
    stretches = absences.cover_of(session, charter, datetime.now(UTC), ZoneInfo(office.zone), today)
    lines = _lines(session, charter, today)
    return shown("offices/duty.html", form, office=office, lines=lines, names=names, stretches=stretches)


def _put(session: Session, charter: Charter, form: DutyForm, today: date) -> None:
    put_on_duty(session, charter, uuid.UUID(form.member.data), absences.days_between(*form.days()), today)


def _lines(session: Session, charter: Charter, today: date) -> list[DutyLine]:
    days = [today + timedelta(days=number) for number in range(ROSTER_DAYS)]
    written = absences.roster(session, days[0], days[-1])
    there = {on: absences.on_duty(session, charter, on) for on in days}
    return [DutyLine(on, written.get(on), written.get(on) is not None and there[on] is None) for on in days]
