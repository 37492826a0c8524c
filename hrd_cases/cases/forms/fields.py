"""Fields of case files, and the form of an entry: its fields are named as what the entry says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from flask_babel import gettext as _
from wtforms import BooleanField, Field, FieldList, ValidationError
from wtforms.fields.choices import SelectFieldBase

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Dated
from hrd_cases.cases.words import born, born_on, dated
from hrd_cases.forms import PARTS, AtMost, Choice, Choices, DayField, Form, Text, can_be_seen, offered, typed
from hrd_cases.offices.languages import read_languages
from hrd_cases.offices.words import language
from hrd_cases.pages import day

LINE, PARAGRAPH, STORY = AtMost(300), AtMost(2_000), AtMost(20_000)
MOST_NAMES = 40
Named = Iterable[tuple[uuid.UUID, str]]
"""People or members to choose from: id and the name shown."""
Struct = TypeVar("Struct", bound=msgspec.Struct)


# -- fields. `said` is what an entry takes of a field.


class Lines(Text):
    """Several lines of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").replace("\r\n", "\n")

    @staticmethod
    def joined(theirs: str, mine: str) -> str:
        """Both of two texts, theirs first; one alone where it holds the other."""
        if mine in theirs or theirs in mine:
            return max(theirs, mine, key=len)
        return f"{theirs}\n\n{mine}"


class OnePerLine(Lines):
    """Names: one a line."""

    def process_data(self, value: tuple[str, ...] | None) -> None:
        self.data = "\n".join(value or ())

    @staticmethod
    def joined(theirs: str, mine: str) -> str:
        return "\n".join(dict.fromkeys([*theirs.splitlines(), *mine.splitlines()]))

    @property
    def said(self) -> tuple[str, ...]:
        return lines_of(typed(self))


class Commas(Text):
    """Short things with commas between them."""

    def process_data(self, value: tuple[str, ...] | None) -> None:
        self.data = ", ".join(value or ())

    @property
    def said(self) -> tuple[str, ...]:
        parts = typed(self).replace(";", ",").replace("،", ",").split(",")
        return tuple(part for part in (one.strip()[:60] for one in parts) if part)[:10]


class Languages(Commas):
    """Languages by name, kept as CLDR's codes: each reader sees them in their own. What is none stays as typed."""

    def process_data(self, value: tuple[str, ...] | None) -> None:
        self.data = ", ".join(map(language, value or ()))

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(next(iter(read_languages(one)[0]), one) for one in super().said))


class Somebody(Choice):
    """One person or colleague, or nobody."""

    def among(self, people: Named) -> None:
        self.choices = [offered("", ""), *(offered(str(one), name) for one, name in people)]

    @property
    def said(self) -> uuid.UUID | None:
        return uuid.UUID(self.data) if self.data else None


class Several(Choices):
    """Several people."""

    def among(self, people: Named) -> None:
        self.choices = [offered(str(one), name) for one, name in people]

    @property
    def said(self) -> tuple[uuid.UUID, ...]:
        return tuple(uuid.UUID(one) for one in self.data or ())


class LooseDayField(DayField):
    """A day as well as it is known: a year alone, month and year, or all three. `.said` is a `Dated` or None."""

    precision = ""

    def process_data(self, value: Any) -> None:
        super().process_data(value.on if value else None)
        if value is not None:
            self.precision = value.precision
            hidden = {"year": PARTS[:2], "month": PARTS[:1]}.get(value.precision, ())
            self.typed |= dict.fromkeys(hidden, "")

    @property
    def said(self) -> Dated | None:
        return Dated(on=self.data, precision=self.precision or "day") if self.data else None

    def _read(self) -> date | None:
        given = [part for part in PARTS if self.typed[part]]
        self.precision = {("year",): "year", ("month", "year"): "month"}.get(tuple(given), "day")
        if self.precision == "day":
            return super()._read()
        before = dict(self.typed)
        self.typed = {"day": "1", "month": "1"} | {part: before[part] for part in given}
        try:
            return super()._read()
        finally:
            self.typed = before


class BornField(LooseDayField):
    """When somebody was born, as well as it is known. `.said` is what a person on file says of it: "1990", "1990-05" or
    "1990-05-03"; words that were written there before stay until a day is typed.
    """

    before = ""

    def process_data(self, value: Any) -> None:
        self.before = value or ""
        super().process_data(born_on(self.before))

    @property
    def said(self) -> str:  # type: ignore[override]  # kept as text: a year alone is no day
        if self.data is None:
            return "" if born_on(self.before) else self.before
        parts = {"year": 1, "month": 2}.get(self.precision, 3)
        return "-".join(self.data.isoformat().split("-")[:parts])


def listed(name: str, *, blank: bool = False) -> Callable[[], list[Any]]:
    """The choices of a code list, in the reader's language."""

    def choices() -> list[Any]:
        first = [offered("", "")] if blank else []
        return first + [offered(code, label) for code, label in CODES[name].choices(_)]

    return choices


def not_to_come(_form: Form, field: Any) -> None:
    """What happened cannot lie ahead; a day's difference of clocks is let pass."""
    if field.data is not None and (field.data - datetime.now(UTC).date()).days > 1:
        raise ValidationError(_("This day is still to come."))


def lines_of(text: str, most: int = MOST_NAMES) -> tuple[str, ...]:
    """What stands on each line, once, in order."""
    return tuple(dict.fromkeys(line.strip()[:300] for line in text.splitlines() if can_be_seen(line)))[:most]


def needs_words(form: Form, codes: str, words: str) -> None:
    """“Other” alone says nothing: with it comes what it is."""
    chosen = form[codes].data or ()
    if "other" in ([chosen] if isinstance(chosen, str) else chosen) and not form[words].data:
        raise ValidationError(_("“Other” alone says nothing. Write what it is."))


def said_in(field: Any) -> Any:
    """What an entry takes of a field."""
    if hasattr(field, "said"):
        return field.said
    if isinstance(field, BooleanField):
        return bool(field.data)
    if isinstance(field, Choices):
        return tuple(field.data or ())
    if isinstance(field, FieldList):
        return tuple(said for entry in field if (said := entry.form.said()) is not None)
    return field.data if isinstance(field, DayField) else typed(field)


def in_words(field: Field) -> str:
    """What stands in a field, in the reader's words."""
    if isinstance(field, BooleanField):
        return str(_("Yes")) if field.data else ""
    if isinstance(field, SelectFieldBase):
        choices: Iterable[Any] = field.iter_choices()
        return ", ".join(choice.label for choice in choices if choice.selected and choice.label)
    if isinstance(field, FieldList):
        return "\n".join(filter(None, (entry.form.in_words() for entry in field)))
    if isinstance(field, LooseDayField):
        return born(field.said) if isinstance(field, BornField) else dated(field.said)
    if isinstance(field, DayField):
        return day(field.data) if field.data else ""
    return typed(field)
