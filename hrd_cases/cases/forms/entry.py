"""The form of an entry: its fields are named as what the entry says."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from hrd_cases.cases.details import Attribution, Details, Meeting, Person, Sourced
from hrd_cases.cases.forms.fields import in_words, said_in
from hrd_cases.forms import AN_HOUR, DayField, Form, Hour, SentAlong, typed

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
    defender: uuid.UUID | None = None
    whose: Person | None = None
    """The defender, as they stand on file."""
    on_file: tuple[Person, ...] = ()
    """Everybody who stands on file, but the sources."""
    own: Callable[[Meeting], Attribution] = lambda _meeting: Attribution()
    keep: Callable[[Attribution], bytes] = lambda _spoken: b""

    @property
    def here(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Group(NamedTuple):
    """Fields that stand together under a legend."""

    legend: Any
    fields: tuple[str, ...]


class Line(NamedTuple):
    """A field that says something: its name, its label, what stands there. `sealed`: only whoever holds the sources'
    key reads it, and the page says so.
    """

    name: str
    label: str
    words: str
    sealed: bool


class EntryForm(Form):
    """A field is named as what it fills in of an entry, or of what is sealed for the sources. What has no field stays.

    `made_from` is the entry that the form shows: whoever corrected it meanwhile was first.
    """

    GROUPS: ClassVar[tuple[Group, ...]] = ()
    NEVER_SHOWN: ClassVar[frozenset[str]] = frozenset()
    """Fields that no page but the form itself shows."""
    SEALED: ClassVar[frozenset[str]] = frozenset()
    """Fields of what is sealed for the sources."""
    made_from = SentAlong("")
    around: Around

    def __init_subclass__(cls, **more: Any) -> None:
        """Fields stand, and their errors are read, in the order of the groups."""
        super().__init_subclass__(**more)
        if "GROUPS" in cls.__dict__:
            cls.first = tuple(name for group in cls.GROUPS for name in group.fields)

    @classmethod
    def of(
        cls,
        said: Any,
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
        return msgspec.structs.replace(onto, **{f.short_name: said_in(f) for f in self if f.short_name in names})

    def parts(self) -> list[tuple[Any, list[Any]]]:
        """(legend or "", fields) as the page shows them; fields that this form has not are left out."""
        if self.GROUPS:
            return [(group.legend, [self[name] for name in group.fields if name in self]) for group in self.GROUPS]
        return [("", [field for field in self if field.short_name != "made_from"])]

    def lines(self, hide: frozenset[str] = frozenset()) -> list[Line]:
        """Every field that says something."""
        hidden = self.NEVER_SHOWN | hide | {"made_from"}
        shown = [field for field in self if field.short_name not in hidden]
        found = [Line(f.short_name, str(f.label.text), in_words(f), f.short_name in self.SEALED) for f in shown]
        return [line for line in found if line.words]

    def in_words(self, hide: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
        """(field, label, what stands there) of every field that says something; the label tells what is sealed."""
        return [(line.name, marked(line), line.words) for line in self.lines(hide)]


def marked(line: Line) -> str:
    """The label of a line, where only words can tell that it is for whoever holds the sources' key."""
    return _("%(what)s (sources only)", what=line.label) if line.sealed else line.label


def made_from(form: Any) -> uuid.UUID | None:
    """The entry that a form was made from, by its field `made_from`; None if nothing or no id stands there."""
    return id_in(form.made_from)


def id_in(field: Any) -> uuid.UUID | None:
    """The id that was sent along in a field; None if nothing or no id stands there."""
    try:
        return uuid.UUID(typed(field))
    except ValueError:
        return None


class TimedForm(EntryForm):
    """With a day and an hour."""

    when = DayField(_l("When"))
    hour = Hour(_l("Hour"), description=_l("For example %(hour)s. Leave it empty if you do not know.", hour=AN_HOUR))

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        local = said.when.astimezone(around.here)
        fresh = said.when == around.now
        hour = None if fresh or said.hour_unknown else local.time()
        return super().filled(said, sourced, around) | {"when": local.date(), "hour": hour}

    def validate_when(self, field: Any) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(_("Give the day."))

    def lies_ahead(self) -> str:
        """The field that says that it is still to come: the day, or today's hour. "" if it is not, and while the day or
        the hour cannot be read.
        """
        today = self.around.now.astimezone(self.around.here).date()
        if self.when.data is None or (typed(self.hour) and self.hour.said is None):
            return ""
        if self.when.data > today:
            return "when"
        return "hour" if self.when.data == today and self._moment() > self.around.now else ""

    def said(self, onto: Any) -> Any:
        hour_unknown = not typed(self.hour)
        stays = hour_unknown and onto.hour_unknown and onto.when.astimezone(self.around.here).date() == self.when.data
        when = onto.when if stays else self._moment()
        return msgspec.structs.replace(self._over_but_when(onto), when=when, hour_unknown=hour_unknown)

    def _over_but_when(self, onto: Struct) -> Struct:
        names = set(onto.__struct_fields__) - {"when"}
        return msgspec.structs.replace(onto, **{f.short_name: said_in(f) for f in self if f.short_name in names})

    def _moment(self) -> datetime:
        """In UTC. Without an hour: now, if it was today, else the middle of the day."""
        on, hour = self.when.data or self.around.now.date(), self.hour.said
        if hour is None and on == self.around.now.astimezone(self.around.here).date():
            return self.around.now
        return datetime.combine(on, hour or time(12), self.around.here).astimezone(UTC)
