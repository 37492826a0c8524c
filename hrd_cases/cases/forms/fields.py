"""Fields of case files, and the form of an entry: its fields are named as what the entry says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, ValidationError
from wtforms.fields.choices import SelectFieldBase

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.details import Dated, Details, Meeting, Sourced, Spoken
from hrd_cases.cases.words import dated
from hrd_cases.forms import PARTS, AtMost, Choice, Choices, DayField, Form, Text, clean, offered, typed
from hrd_cases.pages import day

LINE, PARAGRAPH, STORY = AtMost(300), AtMost(2_000), AtMost(20_000)
MOST_NAMES = 40
Named = Iterable[tuple[uuid.UUID, str]]
"""People or members to choose from: id and the name shown."""
Struct = TypeVar("Struct", bound=msgspec.Struct)


@dataclass(frozen=True)
class Around:
    """What forms of a file offer to choose from, and who fills them in. `sources` is None without their key.

    `own` opens and `keep` seals what only the organiser of a meeting under the Chatham House rule may read.
    """

    me: uuid.UUID
    now: datetime
    zone: str
    people: tuple[tuple[uuid.UUID, str], ...] = ()
    members: tuple[tuple[uuid.UUID, str], ...] = ()
    sources: tuple[tuple[uuid.UUID, str], ...] | None = None
    has_defender: bool = True
    own: Callable[[Meeting], Spoken] = lambda _meeting: Spoken()
    keep: Callable[[Spoken], bytes] = lambda _spoken: b""

    @property
    def here(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


# -- fields. `said` is what an entry takes of a field.


class Lines(Text):
    """Several lines of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data or "").replace("\r\n", "\n").strip()


class OnePerLine(Lines):
    """Names: one a line."""

    def process_data(self, value: tuple[str, ...] | None) -> None:
        self.data = "\n".join(value or ())

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
    return tuple(dict.fromkeys(line.strip()[:300] for line in text.splitlines() if line.strip()))[:most]


def needs_words(form: Form, codes: str, words: str) -> None:
    """“Other” alone says nothing: with it comes what it is."""
    chosen = form[codes].data or ()
    if "other" in ([chosen] if isinstance(chosen, str) else chosen) and not form[words].data:
        raise ValidationError(_("“Other” alone says nothing. Write what it is."))


# -- the form of an entry


class Group(NamedTuple):
    """Fields that stand together under a legend."""

    legend: Any
    fields: tuple[str, ...]


class EntryForm(Form):
    """A field is named as what it fills in of an entry, or of what is sealed for the sources. What has no field stays.

    `made_from` is the entry that the form shows: whoever corrected it meanwhile was first.
    """

    GROUPS: ClassVar[tuple[Group, ...]] = ()
    NEVER_SHOWN: ClassVar[frozenset[str]] = frozenset()
    """Fields that no page but the form itself shows."""
    made_from = Text("")
    around: Around

    @classmethod
    def of(
        cls,
        said: Details,
        around: Around,
        sourced: Sourced | None = None,
        *,
        made_from: uuid.UUID | None = None,
        unread: bool = False,
    ) -> Self:
        form = cls(unread=unread, made_from=str(made_from or ""), **cls.filled(said, sourced, around))
        form.around = around
        form.offer(said, around)
        return form

    @classmethod
    def filled(cls, said: Details, sourced: Sourced | None, around: Around) -> dict[str, Any]:  # noqa: ARG003 - for those who need it
        """What stands in the fields before anybody types."""
        structs = [struct for struct in (said, sourced) if struct is not None]
        return {name: getattr(one, name) for one in structs for name in one.__struct_fields__ if hasattr(cls, name)}

    def offer(self, said: Details, around: Around) -> None:
        """What there is to choose from in this file, and which fields there are for this entry and this member."""

    def said(self, onto: Any) -> Any:
        """What was typed, over what the entry says already."""
        return self._over(onto)

    def sourced(self, before: Sourced | None) -> Sourced | None:
        """What goes under the sources' key; None if nothing is written there."""
        return None

    def _over(self, onto: Struct) -> Struct:
        names = set(onto.__struct_fields__)
        return msgspec.structs.replace(onto, **{f.short_name: _said(f) for f in self if f.short_name in names})

    def parts(self) -> list[tuple[Any, list[Any]]]:
        """(legend or "", fields) as the page shows them; fields that this form has not are left out."""
        if self.GROUPS:
            return [(group.legend, [self[name] for name in group.fields if name in self]) for group in self.GROUPS]
        return [("", [field for field in self if field.short_name != "made_from"])]

    def in_words(self, hide: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
        """(field, label, what stands there) of every field that says something."""
        hidden = self.NEVER_SHOWN | hide | {"made_from"}
        shown = [(f.short_name, str(f.label.text), in_words(f)) for f in self if f.short_name not in hidden]
        return [one for one in shown if one[2]]


class TimedForm(EntryForm):
    """With a day and an hour."""

    when = DayField(_l("When"))
    hour = Text(_l("Hour"), [AtMost(5)], description=_l("For example 14:30. Leave it empty if you do not know."))

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        local = said.when.astimezone(around.here)
        fresh = said.when == around.now
        hour = "" if fresh else f"{local:%H:%M}"
        return super().filled(said, sourced, around) | {"when": local.date(), "hour": hour}

    def validate_when(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Give the day."))

    def validate_hour(self, field: Any) -> None:
        if typed(field) and _hour(typed(field)) is None:
            raise ValidationError(_("Write the hour like this: 14:30."))

    def said(self, onto: Any) -> Any:
        return msgspec.structs.replace(self._over_but_when(onto), when=self._moment())

    def _over_but_when(self, onto: Struct) -> Struct:
        names = set(onto.__struct_fields__) - {"when"}
        return msgspec.structs.replace(onto, **{f.short_name: _said(f) for f in self if f.short_name in names})

    def _moment(self) -> datetime:
        """In UTC. Without an hour: now, if it was today, else the middle of the day."""
        on, hour = self.when.data or self.around.now.date(), _hour(typed(self.hour))
        if hour is None and on == self.around.now.astimezone(self.around.here).date():
            return self.around.now
        return datetime.combine(on, hour or time(12), self.around.here).astimezone(UTC)


def _hour(text: str) -> time | None:
    hours, colon, minutes = text.replace(".", ":").partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        return None
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        return None


def _said(field: Any) -> Any:
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
        return dated(field.said)
    if isinstance(field, DayField):
        return day(field.data) if field.data else ""
    return typed(field)
