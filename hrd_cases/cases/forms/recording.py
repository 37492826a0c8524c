"""Forms of recording: the quick path on one page, a list of names, and the steps of the full path."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Dated, Details, Incident, Person, Profile
from hrd_cases.cases.drafted import Drafted
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import (
    LINE,
    STORY,
    Lines,
    LooseDayField,
    lines_of,
    not_to_come,
)
from hrd_cases.cases.forms.people import PersonForm
from hrd_cases.cases.forms.profile import ABOUT, DETENTION, ELIGIBILITY, MARKING, ProfileForm
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.risk import Level
from hrd_cases.forms import AtMost, Choice, Choices, Form, Radio, SentAlong, Text, offered, typed
from hrd_cases.offices.countries import country_choices, country_name
from hrd_cases.pages import span

MOST_ON_A_LIST = 100
MOST_WORDS = 12
"""Of a name on a list: what is longer is a sentence."""
OPEN, DRAFT, MORE = "open", "draft", "more"
"""What a press of the quick page asks for."""


def urgencies() -> list[Any]:
    """The most urgent first: it is looked for first."""
    return [offered(level.value, CODES["level"].label(level.value, _)) for level in reversed(Level)]


def urgency_hints() -> dict[str, str]:
    """What each urgency means, and which clock it starts at the office in charge."""
    critical = span(FIGURES.acknowledge_critical_clock_hours, "hour")
    high = span(FIGURES.acknowledge_high_clock_hours, "hour")
    days = FIGURES.acknowledge_other_working_days
    later = ngettext("Taken up within %(num)d working day.", "Taken up within %(num)d working days.", days)
    return {
        Level.CRITICAL: _("A life is in danger. Taken up within %(time)s, day and night.", time=critical),
        Level.HIGH: _("Held, or harm is near. Taken up within %(time)s, day and night.", time=high),
        Level.MEDIUM: _("Threatened or put under pressure. %(clock)s", clock=later),
        Level.LOW: _("To be known and followed. %(clock)s", clock=later),
    }


class _Recording(Form):
    """What every way of recording asks. Only opening a file needs all of it: a draft takes what there is."""

    begun = SentAlong("")
    told = SentAlong("")
    do = SentAlong("")
    country = Choice(_l("Country"), [Optional()])
    what = Lines(_l("What happened"), [STORY])
    urgency = Radio(_l("How urgent is it"), [Optional()], choices=urgencies)
    when = LooseDayField(
        _l("When it happened"),
        [Optional(), not_to_come],
        description=_l(
            "Recording it later is normal. A year alone, or month and year, if you know no better; "
            "all three empty if the day is not known."
        ),
    )

    @classmethod
    def beginning(cls, own: Iterable[str], today: date) -> Self:
        """An empty form; the countries of one's own office come first, the only one is chosen. It happened today unless
        somebody says otherwise.
        """
        own = tuple(own)
        form = cls(begun=str(uuid.uuid4()), country=own[0] if len(own) == 1 else "", when=Dated(on=today))
        form.country.choices = country_choices(blank=True, own=own)
        return form

    @property
    def opens(self) -> bool:
        return typed(self.do) not in (DRAFT, MORE)

    def begun_id(self) -> uuid.UUID:
        """What this form was begun as: pressed twice, it is one file."""
        try:
            return uuid.UUID(typed(self.begun))
        except ValueError:
            return uuid.uuid4()

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        if self.opens:
            self._ask()
        return sound and not self.errors

    def _ask(self) -> None:
        """Ask for what opening a file needs."""
        self._ask_for(self.country, _("Choose the country."))
        self._ask_for(self.what, _("Write in a sentence what happened."))
        self._ask_for(self.urgency, _("Choose how urgent it is."))

    def _ask_for(self, field: Any, sentence: str) -> None:
        if not field.data and not field.errors:
            field.errors = [*field.errors, sentence]

    def _drafted(self, person: Person | None, now: datetime) -> Drafted:
        drafted = Drafted(reference=new_reference(), urgency=self.urgency.data or "", begun_at=now)
        if self.country.data:
            drafted = drafted.about(Profile(country=self.country.data), now)
        drafted = drafted.saying(person, now) if person is not None else drafted
        if typed(self.what):
            drafted = drafted.saying(Incident(text=typed(self.what), when=self.when.said), now)
        return drafted


class QuickForm(_Recording):
    """Four fields, sixty seconds."""

    name = Text(_l("Who is at risk"), [LINE], description=_l("A person or an organisation, in any script."))
    withheld = BooleanField(_l("Name withheld for now"))

    def _ask(self) -> None:
        super()._ask()
        if not typed(self.name) and not self.withheld.data:
            self.name.errors = [*self.name.errors, _("Write a name, or tick that it is withheld.")]

    def validate_withheld(self, field: Any) -> None:
        if field.data and typed(self.name):
            raise ValidationError(_("A name is written and withheld: take one of them away."))

    def drafted(self, now: datetime) -> Drafted:
        name = typed(self.name)
        known = name or self.withheld.data
        return self._drafted(Person(role="defender", names=(name,) if name else ()) if known else None, now)


_MARK = re.compile(r"\A\s*(?:[-–—•*·▪◦‣]\s*|\(?\d{1,3}[.):–-]\s*|\d{1,3}\t)+(?=\S)")
"""What stands before a name in a list: “1.”, “2)”, “(3)”, a dash, a bullet; the digits of every script."""


class _Ticked(Choices):
    """What is ticked of what the page offered. Lines that were written otherwise since are not there any more: a tick
    of one of them is none.
    """

    def pre_validate(self, form: Any) -> None:
        self.data = [one for one in self.data or () if one in form.everybody()]


class ListForm(_Recording):
    """One event and many people: a file each. `left_out`: names of those that have a file already."""

    names = Lines(
        _l("Names, one a line"),
        [AtMost(40_000)],
        description=_l("At most a hundred. Each gets a file of their own; each file goes its own way."),
    )
    left_out = _Ticked(_l("Leave out"), choices=[])

    def _ask(self) -> None:
        super()._ask()
        self._ask_for(self.names, _("Write at least one name."))
        if self.everybody() and not self.chosen():
            self.names.errors = [
                *self.names.errors,
                _("Every name is left out, so that nothing would be opened. Take a tick away, or write another name."),
            ]

    def validate_names(self, field: Any) -> None:
        most = MOST_ON_A_LIST
        if len(lines_of(typed(field), most + 1)) > most:
            raise ValidationError(
                _("These are more than %(most)d names: record the first hundred, then the others.", most=most)
            )
        for name in self.everybody():
            if len(name.split()) > MOST_WORDS:
                raise ValidationError(
                    _("“%(line)s…” has more words than a name has. Write one name a line.", line=name[:40])
                )

    def everybody(self) -> tuple[str, ...]:
        """The names, once each: a list that is pasted brings its numbers and bullets along, and they are no names."""
        bare = "\n".join(_MARK.sub("", line) for line in typed(self.names).splitlines())
        return lines_of(bare, MOST_ON_A_LIST)

    def chosen(self) -> tuple[str, ...]:
        """The names that get a file."""
        return tuple(name for name in self.everybody() if name not in (self.left_out.data or ()))

    def drafted(self, now: datetime) -> list[Drafted]:
        return [self._drafted(Person(role="defender", names=(name,)), now) for name in self.chosen()]


# -- the steps of the full path


class WhereForm(Form):
    made_from = SentAlong("")
    country = Choice(_l("Country"), [Optional()])
    place = Text(_l("Place"), [LINE])
    urgency = Radio(_l("How urgent is it"), [Optional()], choices=urgencies)

    @classmethod
    def of(cls, drafted: Drafted, own: Iterable[str], *, unread: bool = False) -> Self:
        form = cls(unread=unread, country=drafted.country, place=drafted.profile.place, urgency=drafted.urgency)
        form.country.choices = country_choices(blank=True, own=own)
        return form

    def in_words(self) -> list[tuple[str, str]]:
        said = [
            (self.country, country_name(self.country.data) if self.country.data else ""),
            (self.place, typed(self.place)),
            (self.urgency, CODES["level"].label(self.urgency.data, _) if self.urgency.data else ""),
        ]
        return [(str(field.label.text), str(text)) for field, text in said if text]


class _Part(EntryForm):
    """A form of an entry with some of its fields: what has no field stays as it is."""

    SOME: ClassVar[tuple[Group, ...]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.first = tuple(name for group in cls.SOME for name in group.fields)

    def offer(self, said: Details, around: Around) -> None:
        super().offer(said, around)
        kept = {"made_from", *(name for group in self.SOME for name in group.fields)}
        for name in [name for name in self._fields if name not in kept]:
            del self[name]

    def parts(self) -> list[tuple[Any, list[Any]]]:
        return [(group.legend, [self[name] for name in group.fields]) for group in self.SOME]


NOBODY_YET = Person(role="defender", names=("",))
"""Nobody has said who it is; without any name, it was withheld."""


class WhoForm(_Part, PersonForm):
    SOME = (Group("", ("names", "withheld", "organisation", "born", "minor", "languages")),)
    withheld = BooleanField(_l("Name withheld for now"))

    @classmethod
    def filled(cls, said: Any, sourced: Any, around: Around) -> dict[str, Any]:
        return super().filled(said, sourced, around) | {"withheld": not said.names}

    def validate_names(self, field: Any) -> None:
        if bool(typed(field)) == bool(self.withheld.data):
            raise ValidationError(_("Write a name, or tick that it is withheld."))


class ReachForm(_Part, PersonForm):
    SOME = (Group("", ("ways", "never", "cannot_speak", "cannot_speak_since")),)


class AboutForm(_Part, ProfileForm):
    SOME = (Group("", ("where_now", "summary")), DETENTION, ELIGIBILITY, ABOUT, MARKING)
