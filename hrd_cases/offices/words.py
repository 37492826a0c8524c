"""What the house calls its roles, offices, circles and acts: every label in one place, in the reader's language."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from babel import Locale
from babel.dates import get_day_names
from babel.lists import format_list
from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.door.words import ROLE
from hrd_cases.keys.charter import Act
from hrd_cases.keys.roles import CircleName, OfficeKind, Role
from hrd_cases.offices.colleagues import office_of
from hrd_cases.offices.facts import WEEKDAYS
from hrd_cases.offices.models import Office
from hrd_cases.pages import moment, reader_locale, zone_city

ROLE_DOES = {
    Role.LIAISON_OFFICER: _l("Records and follows cases; first point of contact"),
    Role.DEPUTY: _l("The same, and stands in for the officer"),
    Role.HEAD: _l("Vouches for staff, signs the charter. Two heads at headquarters seat a head"),
    Role.FINANCE: _l("Sees payees and amounts, never the story"),
    Role.EMBASSY_OBSERVER: _l("Sees what a delegation shares with the embassy, nothing else"),
    Role.HEADQUARTERS_HEAD: _l("Signs charters, always two together. Two heads seat a third"),
    Role.HEADQUARTERS_DESK: _l("Works on what a delegation shares with headquarters; writes notices"),
    Role.HEADQUARTERS_APPROVER: _l("Approves a grant where an office has nobody free to"),
    Role.AUDITOR: _l("Reads the audit trail, no case"),
    Role.ADMINISTRATOR: _l("Invites and ends access; holds no key and admits nobody alone"),
    Role.CUSTODIAN: _l(
        "Two together can open a circle whose keys were all lost (its pages come with a later version; keep the "
        "backups). Two heads seat a custodian"
    ),
}
KIND = {
    OfficeKind.DELEGATION: _l("Delegation"),
    OfficeKind.HEADQUARTERS: _l("Headquarters"),
    OfficeKind.EMBASSY: _l("Embassy"),
}
CIRCLE = {
    CircleName.CASEWORK: _l("Casework"),
    CircleName.SOURCES: _l("Sources"),
    CircleName.FINANCE: _l("Finance"),
}
ACT = {
    Act.FOUNDING: _l("Headquarters founded"),
    Act.FIRST: _l("First charter"),
    Act.COVERAGE: _l("Countries changed"),
    Act.SEAT: _l("Seat given or changed"),
    Act.UNSEAT: _l("Seat taken away"),
    Act.ACTING: _l("Acting head named"),
    Act.RENEWAL: _l("Key made or exchanged"),
}

OVERTAKEN = _l(
    "The change of this office that waited for its second signature was overtaken by yours. Headquarters proposes it "
    "again."
)


def weekday(name: str) -> str:
    """ "fri" → "Friday". A name the tables should not hold is shown as it is."""
    days: dict[int, str] = dict(get_day_names("wide", context="stand-alone", locale=reader_locale()))
    return days[WEEKDAYS.index(name)] if name in WEEKDAYS else name


def language(code: str) -> str:
    """ "ar" → "Arabic"."""
    return str(reader_locale().languages.get(code) or Locale("en").languages.get(code) or code)


def all_of(names: Iterable[str]) -> str:
    """ "Egypt, Oman and Bahrain"."""
    return format_list(list(names), "standard", reader_locale())


def any_of(names: Iterable[str]) -> str:
    """ "head.cairo or deputy.cairo"."""
    return format_list(list(names), "or", reader_locale())


def named(member: uuid.UUID, names: Mapping[uuid.UUID, str]) -> str:
    """Somebody's sign-in name; who is in no table any more stays nameless."""
    return names.get(member, "?")


def apart(name: str) -> str:
    """A sign-in name in a list of them: written from left to right, while the list runs as its reader reads."""
    return f"\u2066{name}\u2069"


def office_name(office: Office) -> str:
    """What an office is called where it stands beside others: its city, and what it is if that says more."""
    if office.kind == OfficeKind.DELEGATION:
        return office.seat
    return " · ".join(filter(None, (office.seat, _labelled(KIND)(office.kind), office.member_state)))


def offices_called(session: Session, by: Visitor, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What offices are called where they stand beside others."""
    found = ((one, office_of(session, by, one)) for one in set(ids))
    return {one: office_name(office) for one, office in found if office is not None}


def own_office(visitor: Visitor) -> str:
    """What their own office is called to whoever is signed in: an embassy is told from the delegation in its city."""
    if visitor.allows(Permission.ANSWER_SHARE):
        return str(_("Embassy in %(city)s", city=visitor.office_name))
    return visitor.office_name


def moment_there(at: datetime, zone: str) -> str:
    """Day and hour in a zone, which is named: for the middle of a sentence."""
    return f"{moment(at, zone)} ({zone_city(zone)})"


def install_words(blueprint: Blueprint) -> None:
    """What templates of this room call things by: filters, because macros see nothing else."""
    for name, words in (("role_name", ROLE), ("kind_name", KIND), ("circle_name", CIRCLE), ("act_name", ACT)):
        blueprint.add_app_template_filter(_labelled(words), name)
    blueprint.add_app_template_filter(weekday, "weekday")
    blueprint.add_app_template_filter(language, "language")
    blueprint.add_app_template_filter(all_of, "all_of")
    blueprint.add_app_template_filter(any_of, "any_of")
    blueprint.add_app_template_filter(named, "named")
    blueprint.add_app_template_filter(apart, "apart")
    blueprint.add_app_template_filter(office_name, "office_name")
    blueprint.add_app_template_filter(own_office)
    blueprint.add_app_template_filter(moment_there, "dt_there")


def _labelled(words: Mapping[Any, Any]) -> Callable[[str], str]:
    by_value = {str(key): label for key, label in words.items()}
    return lambda key: str(by_value.get(str(key), key))
