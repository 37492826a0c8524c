"""A charter in words: what changed from the one before it. Pure: takes charters and the names of members."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from hrd_cases.door.words import ROLE
from hrd_cases.keys.charter import ActingHead, Charter, Coverage, Seat
from hrd_cases.offices.countries import country_name
from hrd_cases.offices.words import CIRCLE
from hrd_cases.pages import day

Names = Mapping[uuid.UUID, str]


def changes(previous: Charter | None, charter: Charter, names: Names) -> list[str]:
    """Sentences, one for each thing that `charter` says otherwise than `previous` (None: everything is new)."""
    return [
        *_place(previous, charter),
        *_countries(previous.countries if previous else (), charter.countries),
        *_seats(previous.seats if previous else (), charter.seats, names),
        *_acting(previous.acting if previous else (), charter.acting, names),
        *_circles(previous, charter),
    ]


def _place(previous: Charter | None, charter: Charter) -> list[str]:
    if not charter.place or (previous is not None and previous.place == charter.place):
        return []
    return [_("The office is in %(place)s.", place=charter.place)]


def _countries(before: tuple[Coverage, ...], after: tuple[Coverage, ...]) -> list[str]:
    ended = {coverage.country: coverage for coverage in after if coverage.until is not None and coverage not in before}
    said = []
    for coverage in sorted(set(after) - set(before), key=lambda c: (c.country, c.since)):
        name = country_name(coverage.country)
        if coverage.until is None:
            said.append(_("Covers %(country)s from %(day)s.", country=name, day=day(coverage.since)))
        else:
            said.append(_("Covers %(country)s until %(day)s.", country=name, day=day(coverage.until)))
    undone = sorted({c.country for c in set(before) - set(after)} - ended.keys())
    return said + [_("Does not cover %(country)s after all.", country=country_name(country)) for country in undone]


def _seats(before: tuple[Seat, ...], after: tuple[Seat, ...], names: Names) -> list[str]:
    said = []
    known = {seat.member_id: seat for seat in before}
    for seat in after:
        if seat in before:
            continue
        name, role = seat.called or names.get(seat.member_id, "?"), str(ROLE[seat.role])
        old = known.get(seat.member_id)
        if old is None:
            said.append(_("%(name)s is seated: %(role)s.", name=name, role=role))
        elif old.fingerprint != seat.fingerprint:
            said.append(_("%(name)s has new keys: %(role)s.", name=name, role=role))
        else:
            said.append(_("%(name)s has another role: %(role)s.", name=name, role=role))
    staying = {seat.member_id for seat in after}
    gone = {seat.member_id for seat in before} - staying
    return said + [_("%(name)s loses the seat.", name=names.get(member, "?")) for member in sorted(gone)]


def _acting(before: tuple[ActingHead, ...], after: tuple[ActingHead, ...], names: Names) -> list[str]:
    said = []
    for acting in after:
        if acting not in before:
            dates = {"since": day(acting.since), "until": day(acting.until)}
            said.append(
                _("%(name)s acts as head from %(since)s to %(until)s.", name=names.get(acting.member_id, "?"), **dates)
            )
    gone = {acting.member_id for acting in before} - {acting.member_id for acting in after}
    return said + [_("%(name)s no longer acts as head.", name=names.get(member, "?")) for member in sorted(gone)]


def _circles(previous: Charter | None, charter: Charter) -> list[str]:
    before = {entry.name: entry.epoch for entry in previous.circles} if previous else {}
    said = []
    for entry in charter.circles:
        circle = str(CIRCLE[entry.name])
        if entry.name in before and entry.epoch == 1 and before[entry.name] == 0:
            said.append(_("The key of “%(circle)s” is made.", circle=circle))
        elif entry.name in before and entry.epoch != before[entry.name]:
            said.append(_("The key of “%(circle)s” is exchanged for number %(number)d.", circle=circle,
                          number=entry.epoch))  # fmt: skip
    return said


def people_of(*charters: Charter | None) -> set[uuid.UUID]:
    """Everybody these charters name."""
    there = [charter for charter in charters if charter is not None]
    return {seat.member_id for c in there for seat in c.seats} | {a.member_id for c in there for a in c.acting}


def covers_today(charter: Charter, today: date) -> list[str]:
    """Codes of the countries covered on a day."""
    return [coverage.country for coverage in charter.countries if coverage.holds_on(today)]
