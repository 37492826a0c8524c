"""What any form may have: its base, fields, validators and choices; and refusals in the reader's words.

The door checks the token, WTForms the shape of what was typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time
from typing import Any, ClassVar, Self, cast

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the types lag behind
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, StopValidation

from hrd_cases.clock_times import LONGEST, hour_read
from hrd_cases.errors import Refused
from hrd_cases.pages import euro, hour, span
from hrd_cases.vault.envelope import digest

NEEDED = DataRequired(message=_l("Write something here."))


def needed(sentence: object) -> DataRequired:
    """As `NEEDED`, in the field's own words: "Write the city."."""
    return DataRequired(message=cast(str, sentence))


def _sent() -> Any:
    """What was typed: in this request, or in the form whose page is shown again."""
    return request.form if request.method == "POST" else _typed_before.get()


PARTS = ("day", "month", "year")
FIRST_YEAR, LAST_YEAR = 1850, 2200


class Form(WTForm):
    """A form of the request: filled from the body on POST, from `data` otherwise; errors in the reader's language.

    Its fields come in the order of the page, in which errors are read: those of `first` before those of its base.
    """

    first: ClassVar[tuple[str, ...]] = ()
    reading = ""
    """Of a `SignedForm`: names what its page shows."""

    def __init__(self, *, unread: bool = False, **data: Any) -> None:
        super().__init__(None if unread else _sent(), data=data)
        self._fields = {name: self._fields[name] for name in (*self.first, *self._fields)}

    @classmethod
    def empty(cls) -> Self:
        """The form without what was posted: another form's body is not ours to read."""
        return cls(unread=True)

    def sent(self) -> bool:
        """Was it posted, and is everything in it of the right shape?"""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, why: Refused | str, field: str | None = None) -> None:
        """Show a rule's sentence at a field, or at the head of the form."""
        reason = " ".join(filter(None, in_words(why))) if isinstance(why, Refused) else why
        if field is None:
            self.form_errors.append(reason)
        else:
            self[field].errors = [*self[field].errors, reason]

    def refuse_whole(self, why: str, *fields: str) -> None:
        """Show a sentence at the head of the form that is about these fields together: each is marked, and none is said
        to be the wrong one."""
        self.form_errors.append(why)
        for name in fields:
            self[name].errors = [*self[name].errors, ""]


_typed_before: ContextVar[MultiDict[str, str] | None] = ContextVar("typed_before", default=None)


@contextmanager
def typed_before(fields: MultiDict[str, str]) -> Iterator[None]:
    """Forms of a page that is only read are filled in with these fields: what was typed and could not be sent."""
    before = _typed_before.set(fields)
    try:
        yield
    finally:
        _typed_before.reset(before)


def fields_before() -> list[tuple[str, str]]:
    """Those fields, in order; none on any other page."""
    fields = _typed_before.get()
    return list(fields.items(multi=True)) if fields is not None else []


def is_written(name: str) -> bool | None:
    """Do people write into a field of this name, rather than choose, or count days? None where no form has it."""
    declared = [kind for candidate in _spellings(name) for kind in _kinds_of(Form, candidate)]
    if not declared:
        return None
    return any(issubclass(kind, StringField) and not issubclass(kind, SentAlong | HiddenField) for kind in declared)


def labels_of(names: Collection[str]) -> dict[str, str]:
    """What fields of these names are called, by the form that has most of them; of those that it does not have,
    nothing. For words that come back without their form.
    """
    wanted = {name: _spellings(name) for name in names}

    def has(form: type[WTForm]) -> dict[str, str]:
        found = {name: next(filter(None, (_label(form, one) for one in each)), "") for name, each in wanted.items()}
        return {name: label for name, label in found.items() if label}

    return max((has(form) for form in _forms(Form)), key=len)


def _forms(form: type[WTForm]) -> Iterator[type[WTForm]]:
    yield form
    for below in form.__subclasses__():
        yield from _forms(below)


def _label(form: type[WTForm], name: str) -> str:
    unbound = getattr(form, name, None)
    if not isinstance(unbound, UnboundField):
        return ""
    return str(unbound.args[0] if unbound.args else unbound.kwargs.get("label", ""))


def _spellings(name: str) -> tuple[str, ...]:
    """A field itself, one of several alike (names-0), a part of it (on-day), a field within one (people-0-name)."""
    parts = name.split("-")
    return tuple(dict.fromkeys((name, parts[0], parts[-1])))


def _kinds_of(form: type[WTForm], name: str) -> Iterator[type[Field]]:
    """Of every form that has it: one name may be chosen from here and written into there."""
    unbound = form.__dict__.get(name)
    if isinstance(unbound, UnboundField):
        yield unbound.field_class
    for below in form.__subclasses__():
        yield from _kinds_of(below, name)


class ActForm(Form):
    """One press, after a page that says what it does."""


class SignedForm(Form):
    """A form that carries out what its page shows of the tables: it sends back what was read, and is refused if the
    page would show something else by now. The page comes again, as it is now.
    """

    def shows(self, *shown: object) -> Self:
        """What its reader relies on: every name, role, place and key that was read from a table."""
        self.reading = digest("what was read", *(str(one).encode("utf-8", "replace") for one in shown)).hex()
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        if request.form.get("read", "") == self.reading:
            return bool(super().validate(extra_validators))
        self.form_errors.append(
            _("What you have read has changed meanwhile, and nothing was done. The page shows it as it is now: read it "
              "again.")
        )  # fmt: skip
        return False


def in_words(refused: Refused) -> tuple[str, str]:
    """What a rule says no with, and who can or what to do instead, in the reader's language."""
    return refused.said(_, span, euro)


class Text(StringField):
    """One line of text: trimmed, and without characters that are no text (NUL, lone surrogates)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        data = clean(self.data or "").strip()
        self.data = data if can_be_seen(data) else ""


class SentAlong(Text):
    """What the page itself sends along, or the button that was pressed: nobody writes it."""


def clean(text: str) -> str:
    """Text as databases take it: NUL and lone surrogates become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "�")


_SHOWS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by name, and blank in every font."""
_NOT_SEEN = frozenset(("Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"))


def can_be_seen(text: str) -> bool:
    """Is there anything in a text that a reader sees? Marks, controls and blanks are nothing alone."""
    return any(unicodedata.category(sign) not in _NOT_SEEN and sign not in _SHOWS_NOTHING for sign in text)


def typed(field: Any) -> str:
    """What stands in a field of text."""
    return str(field.data or "")


# -- validators


class AtMost:
    """Not more than so many characters; what is longer is not looked at any further."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def __call__(self, _form: Form, field: Any) -> None:
        if len(field.data or "") > self._longest:
            raise StopValidation(_("Use at most %(longest)d characters.", longest=self._longest))


def say_all(field: Any, sentences: list[str]) -> None:
    """Every sentence on a line of its own; none means that all is well."""
    if sentences:
        field.errors = [*field.errors, *sentences[:-1]]
        raise ValidationError(sentences[-1])


# -- choices


class _Offered:
    """What is not offered is refused in our words, nothing chosen as well."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValidationError:
            raise ValidationError(_("Choose one of those offered.")) from None


class Choice(_Offered, SelectField): ...


class Choices(_Offered, SelectMultipleField): ...


class Radio(_Offered, RadioField): ...


def offered(value: str, label: object, group: str | None = None) -> SelectChoice:
    return SelectChoice(value=value, label=str(label), optgroup=group)


# -- hours and days

AN_HOUR = LazyString(hour, time(14, 30))
"""An example of an hour, as pages show it to this reader: it can be typed like this."""


class Hour(Text):
    """An hour by a clock on the wall, shown as pages show it. `said` is a time or None."""

    example = AN_HOUR

    def process_data(self, value: time | None) -> None:
        self.data = hour(value) if value is not None else ""

    @property
    def said(self) -> time | None:
        return hour_read(typed(self)) if len(typed(self)) <= LONGEST else None

    def pre_validate(self, _form: Any) -> None:
        if typed(self) and self.said is None:
            raise ValidationError(_("Write the hour like this: %(hour)s.", hour=AN_HOUR))


class DayField(Field):
    """Day, month and year in three boxes; `.data` is a `date` or None.

    `.typed` keeps what was typed for the form shown again, `.wrong_parts` names the boxes at fault. Digits of any
    script are read. Use `InputRequired` or `Optional` with it: `DataRequired` hides what is wrong with the date.
    """

    typed: dict[str, str]
    wrong_parts: frozenset[str]
    data: date | None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self._sent = formdata
        self.wrong_parts = frozenset()
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: date | None) -> None:
        self.data = value
        self.typed = {part: str(getattr(value, part)) if value else "" for part in PARTS}

    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(f"{self.name}-{part}" in self._sent for part in PARTS):
            self.raw_data = []  # what is sent under the name of all three is no date
            return
        self.typed = {part: (self._sent.get(f"{self.name}-{part}") or "").strip() for part in PARTS}
        self.raw_data = [" ".join(filter(None, self.typed.values()))]
        self.data = self._read()

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.errors and not self.wrong_parts:
            self.wrong_parts = frozenset(PARTS)

    def _read(self) -> date | None:
        """The date typed, None if nothing was; ValueError in the reader's words, the boxes at fault noted."""
        if not any(self.typed.values()):
            return None
        missing = [part for part in PARTS if not self.typed[part]]
        if missing:
            self.wrong_parts = frozenset(missing)
            raise ValueError(_("The date needs a day, a month and a year"))
        unread = [part for part in PARTS if not self.typed[part].isdecimal() or len(self.typed[part]) > 4]
        if unread:
            self.wrong_parts = frozenset(unread)
            raise ValueError(_("Write the date in numbers, for example 27 3 2026"))
        year, month, number_of_day = (int(self.typed[part]) for part in ("year", "month", "day"))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            self.wrong_parts = frozenset({"year"})
            raise ValueError(_("Write the year with four numbers, for example 2026"))
        try:
            return date(year, month, number_of_day)
        except ValueError:
            self.wrong_parts = frozenset({"day", "month"})
            raise ValueError(_("There is no such date: check the day and the month")) from None
