"""The list of offices, an office, and what its head or an administrator changes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import confirm, done, failed_check, led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices import facts
from hrd_cases.offices.colleagues import handed_over, names_of
from hrd_cases.offices.facts import OfficeFacts, Particulars
from hrd_cases.offices.forms import (
    HolidaysForm,
    NewOfficeForm,
    ParticularsForm,
    read_holidays,
    zone_choices,
)
from hrd_cases.offices.hours import hours_of, own_hours
from hrd_cases.offices.languages import read_languages
from hrd_cases.offices.models import Office, OfficeHoliday
from hrd_cases.offices.overview import head_lines, offices, overview, whole, with_names
from hrd_cases.offices.words import all_of, language, weekday
from hrd_cases.pages import day, zone_city

desk = Desk("offices", "/offices")


class Version(NamedTuple):
    """One thing that two people changed: what stands now, and what this one wrote."""

    label: str
    theirs: str
    yours: str


@desk.get("", needs=Permission.SEE_OFFICES)
def index(session: Session, visitor: Visitor) -> Response:
    found = [overview(session, visitor, office) for office in offices(session)]
    for one in found:
        if one.failed:
            failed_check("charter", one.office.id)
    return shown("offices/index.html", found=found)


@desk.get("/<uuid:office_id>", needs=Permission.SEE_OFFICES)
def show(session: Session, visitor: Visitor, office: Office) -> Response:
    found = whole(session, visitor, office)
    if found.failed:
        failed_check("charter", office.id)
    heads = head_lines(session, found.charter, visitor) if found.charter is not None and found.seen_within else []
    days = facts.holidays_of(session, office.id, visitor.today)
    return shown(
        "offices/show.html",
        found=found,
        office=office,
        head_lines=heads,
        holidays=days,
        now=datetime.now(UTC),
        hours=own_hours(office),
    )


@desk.get("/<uuid:office_id>/keys", needs=Permission.SEE_STAFF)
def keys(session: Session, visitor: Visitor, office: Office) -> Response:
    """Who holds which key, from whom and since when; who waits."""
    found = with_names(session, visitor, office)
    if found.failed:
        failed_check("charter", office.id)
    handed = handed_over(session, found.charter) if found.charter is not None else []
    names = found.names | names_of(session, {one.by for one in handed} | {one.member_id for one in handed})
    return shown("offices/keys.html", found=found, office=office, stands=found.stands, handed=handed, names=names)


# -- what everybody may know


@desk.form("/<uuid:office_id>/edit", needs=Permission.EDIT_OFFICE)
def edit(session: Session, office: Office) -> Response:
    form = ParticularsForm.of(office)
    if form.sent() and not _seen(session, office, form):
        return _conflict(office, form)
    if done(form, lambda: facts.change_office(session, office, _wanted(office, form))):
        say(_("What everybody may know of %(office)s is saved.", office=office.seat))
        return led_to("offices.show", office_id=office.id)
    return shown("offices/edit.html", form, office=office)


def _seen(session: Session, office: Office, form: ParticularsForm) -> bool:
    """Is what was changed still what stands? Nobody else saves from now on."""
    session.refresh(office, with_for_update=True)
    return bool(form.version.data == str(office.version))


def _wanted(office: Office | None, form: ParticularsForm) -> Particulars:
    return Particulars(
        zone=form.zone.data,
        weekend=tuple(form.weekend.data or ()),
        languages=read_languages(typed(form.languages))[0],
        public_contact=typed(form.public_contact),
        weekend_source=typed(form.weekend_source),
        weekend_on=form.weekend_on.data,
        # A form that says nothing of hours clears none.
        hours=form.hours() if office is None or "opens" in request.form else hours_of(office),
    )


def _conflict(office: Office, form: ParticularsForm) -> Response:
    """Somebody saved first: both versions, and a button that saves this one anyway."""
    now, wanted = facts.particulars(office), _wanted(office, form)
    versions = [
        Version(label, theirs, yours)
        for label, theirs, yours in (
            (_("Time zone"), zone_city(now.zone), zone_city(wanted.zone)),
            (_("Weekend"), _listed(now.weekend, weekday), _listed(wanted.weekend, weekday)),
            (_("Source of an unusual weekend"), _source(now), _source(wanted)),
            (_("Working hours"), _hours(now), _hours(wanted)),
            (_("Languages"), _listed(now.languages, language), _listed(wanted.languages, language)),
            (_("Public contact entry"), now.public_contact, wanted.public_contact),
        )
        if theirs != yours
    ]
    page = render_template("offices/conflict.html", versions=versions or None, form=form, office=office)
    return make_response(page, 409)


def _source(of: Particulars) -> str:
    return all_of(filter(None, (of.weekend_source, day(of.weekend_on) if of.weekend_on else "")))


def _hours(of: Particulars) -> str:
    hours = of.hours
    both = "–".join(filter(None, (hours.opens, hours.closes))) or str(_("the usual ones"))
    return all_of(filter(None, (both, hours.source, day(hours.on) if hours.on else "")))


def _listed(parts: tuple[str, ...], named: Callable[[str], str]) -> str:
    return all_of(named(part) for part in parts)


@desk.form("/<uuid:office_id>/holidays", needs=Permission.EDIT_OFFICE)
def holidays(session: Session, visitor: Visitor, office: Office) -> Response:
    form = HolidaysForm()
    if done(form, lambda: _add_holidays(session, office, form)):
        return led_to("offices.holidays", office_id=office.id)
    days = facts.holidays_of(session, office.id, visitor.today - timedelta(days=31))
    return shown("offices/holidays.html", form, office=office, holidays=days)


def _add_holidays(session: Session, office: Office, form: HolidaysForm) -> None:
    days = read_holidays(typed(form.days))[0]
    facts.add_holidays(session, office, days, typed(form.source))
    say(ngettext("%(num)d day is recorded.", "%(num)d days are recorded.", len(days)))
    past = sum(one.on < facts.today_in(office.zone) for one in days)
    if past:
        note(
            ngettext(
                "%(num)d of these days lies in the past. If that was not meant, remove it below and check the year.",
                "%(num)d of these days lie in the past. If that was not meant, remove them below and check the year.",
                past,
            )
        )


@desk.form("/holidays/<uuid:holiday_id>/remove", needs=Permission.EDIT_OFFICE)
def remove_holiday(session: Session, holiday: OfficeHoliday) -> Response:
    office_id: uuid.UUID = holiday.office_id
    return confirm(
        lambda: facts.remove_holiday(session, holiday),
        lambda: _removed(office_id),
        title=_("Remove a holiday"),
        name=holiday.name,
        says=[_("The office counts as open on that day. Reminders of working days follow.")],
        button=_("Remove the holiday"),
        back=("offices.holidays", {"office_id": office_id}),
    )


def _removed(office_id: uuid.UUID) -> Response:
    say(_("The holiday is removed."))
    return led_to("offices.holidays", office_id=office_id)


@desk.form("/new", needs=Permission.OPEN_OFFICE)
def open_new(session: Session) -> Response:
    form = NewOfficeForm(weekend=["sat", "sun"])
    form.zone.choices = zone_choices("")
    if (opened := outcome(form, lambda: facts.open_office(session, _facts(form), datetime.now(UTC)))) is not None:
        say(_("%(office)s is in the list. It opens with its first charter.", office=opened.of.seat))
        return led_to("offices.show", office_id=opened.of.id)
    return shown("offices/new.html", form)


def _facts(form: NewOfficeForm) -> OfficeFacts:
    kind = OfficeKind(form.kind.data)
    return OfficeFacts(
        code=typed(form.code),
        kind=kind,
        seat=typed(form.seat),
        member_state=typed(form.member_state) if kind is OfficeKind.EMBASSY else "",
        **_wanted(None, form)._asdict(),
    )
