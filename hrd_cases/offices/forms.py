"""Forms of the offices room: the shape of what is typed, its limits, and how lists are read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the types lag behind
from wtforms.validators import InputRequired, Optional

from hrd_cases.accounts.models import Member
from hrd_cases.clock_times import LONGEST
from hrd_cases.door.words import ROLE
from hrd_cases.forms import (
    AN_HOUR,
    LAST_YEAR,
    AtMost,
    Choice,
    Choices,
    DayField,
    Form,
    Radio,
    SignedForm,
    Text,
    needed,
    offered,
    say_all,
    typed,
)
from hrd_cases.keys.roles import OFFICE_ROLES, OfficeKind, Role
from hrd_cases.offices.countries import country_name, read_countries
from hrd_cases.offices.facts import WEEKDAYS, Holiday, unsaid_of_weekend, zones
from hrd_cases.offices.hours import Hours, written, wrong_with
from hrd_cases.offices.languages import read_languages
from hrd_cases.offices.lexicon import Unknown
from hrd_cases.offices.models import Office
from hrd_cases.offices.notices import LONGEST_SUBJECT, LONGEST_TEXT
from hrd_cases.offices.words import KIND, language, weekday
from hrd_cases.pages import reader_locale, zone_city

ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?\Z")
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,19}\Z")
HOLIDAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[\s:;,–-]+(\S.*)\Z", re.ASCII)
UNSEATED = "none"
OLDEST_YEAR = 2000
"""Of a holiday: what is written earlier was mistyped."""

SIX_WORDS = (needed(_l("Type the six words you hear.")), AtMost(200))
REGIONS = {
    "Africa": _l("Africa"),
    "America": _l("Americas"),
    "Antarctica": _l("Antarctica"),
    "Arctic": _l("Arctic"),
    "Asia": _l("Asia"),
    "Atlantic": _l("Atlantic Ocean"),
    "Australia": _l("Australia"),
    "Europe": _l("Europe"),
    "Indian": _l("Indian Ocean"),
    "Pacific": _l("Pacific Ocean"),
}


# -- reading what was typed


def _all_known(read: Callable[[str], tuple[tuple[str, ...], tuple[Unknown, ...]]]) -> Callable[[Form, Any], None]:
    """A validator that says which names were not understood, and what may have been meant."""

    def check(_form: Form, field: Any) -> None:
        unknown = read(field.data or "")[1]
        say_all(field, [_not_understood(part) for part in unknown[:4]])

    return check


def _not_understood(part: Unknown) -> str:
    if part.meant:
        return str(_("“%(typed)s” is not in the list. Did you mean “%(meant)s”?", typed=part.typed, meant=part.meant))
    return str(_("“%(typed)s” is not in the list.", typed=part.typed))


def _address(_form: Form, field: Any) -> None:
    if field.data and not ADDRESS.match(field.data):
        raise ValidationError(_("Write a mail address, for example name@example.org."))


def _code(_form: Form, field: Any) -> None:
    if not CODE.match(field.data or ""):
        raise ValidationError(_("A code has 2 to 20 capital letters, digits or dashes, for example DEL_EGY."))


def read_holidays(text: str) -> tuple[list[Holiday], list[str]]:
    """(holidays, lines not understood): one a line, 2026-12-25 and then its name."""
    found, wrong = [], []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = HOLIDAY.match(line)
        on = _day(*(int(part) for part in parts.groups()[:3])) if parts else None
        if parts is None or on is None:
            wrong.append(line[:60])
        else:
            found.append(Holiday(on, parts.group(4)[:200]))
    return found, wrong


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if OLDEST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _holidays(_form: Form, field: Any) -> None:
    wrong = read_holidays(field.data or "")[1]
    example = _l("“%(typed)s”: write the date, then the name, for example 2026-12-25 Christmas.")
    say_all(field, [str(example) % {"typed": line} for line in wrong[:4]])


# -- choices


def zone_choices(current: str) -> list[SelectChoice]:
    """Every zone by region, in the reader's words; with the office's own if it is an old name."""
    own = [offered(current, current, str(_("Now")))] if current and current not in zones() else []
    # Nothing is chosen beforehand: else the first zone of the first continent would be taken by oversight.
    blank = [] if current else [offered("", _("Choose a time zone"))]
    return [*blank, *own, *_zones(str(reader_locale()))]


@cache
def _zones(_reader: str) -> tuple[SelectChoice, ...]:
    by_city = sorted((_region(zone), zone_city(zone), zone) for zone in zones())
    return tuple(offered(zone, city, region) for region, city, zone in by_city)


def _region(zone: str) -> str:
    first = zone.split("/", maxsplit=1)[0]
    return str(REGIONS.get(first, first))


def role_choices(kind: OfficeKind) -> list[SelectChoice]:
    return [offered(role.value, ROLE[role]) for role in OFFICE_ROLES[kind]]


# -- forms


_UNSAID = {
    "weekend_source": _l("This weekend is not the usual one of the country: write where it is known from."),
    "weekend_on": _l("Write the day of the source, because the weekend is an unusual one."),
}


_WRONG_HOURS = {
    "both": _l("Write both hours, or neither."),
    "no_hour": _l("Write the hour like this: %(hour)s.", hour=AN_HOUR),
    "order": _l("An office opens before it closes."),
    "source": _l("These hours are the office’s own: write where they are known from."),
    "on": _l("Write the day of that source."),
}


class ParticularsForm(Form):
    """What changes while an office stands. `version` is the one the page was made from."""

    zone = Choice(_l("Time zone"), [InputRequired(message=_l("Choose a time zone."))], choices=[])
    weekend = Choices(
        _l("Weekend"),
        choices=lambda: [offered(day, weekday(day)) for day in WEEKDAYS],
        description=_l("The days on which the office is closed every week."),
    )
    weekend_asked = Text(_l("Weekend"))
    weekend_source = Text(
        _l("Source of an unusual weekend"),
        [AtMost(300)],
        description=_l("Only if the weekend is not the usual one of the country: where it is known from."),
    )
    weekend_on = DayField(
        _l("Day of that source"), [Optional()], description=_l("The day the source is of, or says it holds from.")
    )
    opens = Text(
        _l("Opens at"),
        [AtMost(LONGEST)],
        description=_l("By the office’s own clocks, for example 08:30. Leave both hours empty for the usual ones."),
    )
    closes = Text(_l("Closes at"), [AtMost(LONGEST)])
    hours_source = Text(
        _l("Source of the office’s own hours"),
        [AtMost(300)],
        description=_l("Where they are known from. Needed as soon as hours are given."),
    )
    hours_on = DayField(
        _l("Day of the source of the hours"),
        [Optional()],
        description=_l("The day the source is of, or says they hold from. Needed as soon as hours are given."),
    )
    languages = Text(
        _l("Languages"),
        [needed(_l("Write one language at least.")), AtMost(500), _all_known(read_languages)],
        description=_l("One a line: their names in your language, or their codes."),
    )
    public_contact = Text(
        _l("Public contact entry"),
        [AtMost(2000)],
        description=_l("As the office's own web site gives it. Everybody with a seat anywhere reads it."),
    )
    version = Text(_l("Version"))
    needed_fields: ClassVar[tuple[str, ...]] = ("zone", "languages", "public_contact", "version")

    def validate(self, extra_validators: Any = None) -> bool:
        """What did not arrive is not taken for what was cleared: nothing is changed by half a form."""
        whole = all(name in request.form for name in self.needed_fields)
        if not whole or not ("weekend" in request.form or "weekend_asked" in request.form):
            self.form_errors.append(
                _("The form did not arrive whole, and nothing was changed. Open the page again and send it anew.")
            )
            return False
        return bool(super().validate(extra_validators)) and self._weekend_is_known() and self._hours_are_known()

    def hours(self) -> Hours:
        on = self.hours_on.data
        return Hours(written(typed(self.opens)), written(typed(self.closes)), typed(self.hours_source).strip(), on)

    def _hours_are_known(self) -> bool:
        wrong = wrong_with(self.hours())
        if wrong is not None:
            self.refuse(str(_WRONG_HOURS[wrong[1]]), wrong[0])
        return wrong is None

    def _weekend_is_known(self) -> bool:
        unsaid = unsaid_of_weekend(
            self.weekend.data or (), self.zone.data, typed(self.weekend_source), self.weekend_on.data
        )
        for field in unsaid:
            self.refuse(str(_UNSAID[field]), field)
        return not unsaid

    @classmethod
    def of(cls, office: Office) -> ParticularsForm:
        form = cls(
            zone=office.zone,
            weekend=office.weekend,
            weekend_source=office.weekend_source or "",
            weekend_on=office.weekend_on,
            opens=office.opens or "",
            closes=office.closes or "",
            hours_source=office.hours_source or "",
            hours_on=office.hours_on,
            languages="\n".join(language(code) for code in office.languages),
            public_contact=office.public_contact,
            version=str(office.version),
        )
        form.zone.choices = zone_choices(office.zone)
        return form


class NewOfficeForm(ParticularsForm):
    needed_fields = ("zone", "languages", "public_contact")
    first = ("kind", "seat", "member_state", "code")
    kind = Radio(
        _l("Kind"),
        choices=lambda: [offered(kind.value, KIND[kind]) for kind in (OfficeKind.DELEGATION, OfficeKind.EMBASSY)],
    )
    code = Text(
        _l("Code"),
        [needed(_l("Write the code.")), _code],
        description=_l("Short and for good, for example DEL_EGY."),
    )
    seat = Text(_l("City"), [needed(_l("Write the city.")), AtMost(100)], description=_l("The city the office is in."))
    member_state = Text(_l("Member State"), [AtMost(100)], description=_l("For an embassy: whose it is."))


class HolidaysForm(Form):
    days = Text(
        _l("Days"),
        [needed(_l("Write one day at least.")), AtMost(10_000), _holidays],
        description=_l("One a line: the date as year-month-day, then the name. For example: 2026-12-25 Christmas."),
    )
    source = Text(
        _l("Source"),
        [needed(_l("Write where this is known from.")), AtMost(300)],
        description=_l("Where this is known from: a note, a gazette, a web page, and its date."),
    )


class CountriesForm(SignedForm):
    countries = Text(
        _l("Countries"),
        [AtMost(4000), _all_known(read_countries)],
        description=_l("One a line: their names in your language, or their two-letter codes."),
    )

    @property
    def codes(self) -> tuple[str, ...]:
        return read_countries(self.countries.data or "")[0]


def one_a_line(codes: Iterable[str]) -> str:
    return "\n".join(country_name(code) for code in codes)


class WordsForm(SignedForm):
    words = Text(
        _l("Their six words"), SIX_WORDS, description=_l("As they read them to you. Case and dashes do not matter.")
    )


class InviteForm(Form):
    sign_in = Text(
        _l("Sign-in name"),
        [needed(_l("Write the sign-in name.")), AtMost(40)],
        description=_l("The role and the place, never a person's name: officer.cairo."),
    )
    role = Radio(_l("Role"), choices=[])
    address = Text(
        _l("Mail address"),
        [AtMost(254), _address],
        description=_l("For reminders that carry no content. It can be left out."),
    )


class AddressForm(Form):
    address = Text(
        _l("New mail address"),
        [needed(_l("Write the mail address.")), AtMost(254), _address],
        description=_l("For reminders that carry no content. The address known until now is shown to nobody."),
    )


class SeatForm(SignedForm):
    role = Radio(_l("Role"), choices=[])


class ActingForm(SignedForm):
    member = Radio(_l("Who acts as head"), choices=[])
    since = DayField(_l("First day"), [InputRequired(message=_l("Write the first day."))])
    until = DayField(_l("Last day"), [InputRequired(message=_l("Write the last day."))])


class NoticeForm(Form):
    subject = Text(_l("Subject"), [needed(_l("Write the subject.")), AtMost(LONGEST_SUBJECT)])
    text = Text(_l("Text"), [needed(_l("Write the text.")), AtMost(LONGEST_TEXT)])


# -- forms with fields for each newcomer


def words_form(people: Mapping[uuid.UUID, str]) -> type[SignedForm]:
    """A form with one field of six words for each of these people (id → sign-in name)."""
    return type(
        "SixWordsForm", (SignedForm,), {_words_name(member): _words_of(name) for member, name in people.items()}
    )


def first_charter_form(newcomers: Iterable[Member], kind: OfficeKind) -> type[CountriesForm]:
    """Countries, and for each newcomer a role (or none yet) and six words."""
    fields: dict[str, Any] = {}
    for member in newcomers:
        choices = [*role_choices(kind), offered(UNSEATED, _("No seat yet"))]
        fields[_role_name(member.id)] = Radio(_l("Seat"), choices=choices, default=member.invited_role)
        fields[_words_name(member.id)] = Text(_l("Their six words"), [AtMost(200)])
    return type("FirstCharterForm", (CountriesForm,), fields)


def typed_words(form: Form, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The six words typed for each of these people."""
    return {member: form[_words_name(member)].data or "" for member in people}


def sent_with(field: str) -> str | None:
    """A hidden field of the form that was sent; None if nothing was sent."""
    return request.form.get(field, "") if request.method == "POST" else None


def read_by_signer() -> str:
    """Which draft the page showed whose form this is; "" if it showed none."""
    return request.form.get("read", "")


def chosen_seats(form: Form, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Role]:
    """The roles chosen for those who are to be seated."""
    chosen = {member: form[_role_name(member)].data for member in people}
    return {member: Role(role) for member, role in chosen.items() if role != UNSEATED}


def fields_of(form: Form, member: uuid.UUID) -> tuple[Any, Any]:
    """(role, words) of a newcomer."""
    return form[_role_name(member)], form[_words_name(member)]


def _words_of(name: str) -> Text:
    return Text(_l("Six words of %(name)s", name=name), SIX_WORDS)


def _words_name(member: uuid.UUID) -> str:
    return f"words_{member.hex}"


def _role_name(member: uuid.UUID) -> str:
    return f"role_{member.hex}"
