"""Forms of people on file, and of who told us."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.codes import OTHER
from hrd_cases.cases.details import Details, Person, Source, Sourced, Way
from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    BornField,
    Languages,
    Lines,
    LooseDayField,
    OnePerLine,
    in_words,
    listed,
    not_to_come,
)
from hrd_cases.cases.words import code
from hrd_cases.forms import NEEDED, AtMost, Choice, DayField, Form, Radio, Text, offered, typed

MOST_WAYS = 8


class WayForm(Form):
    kind = Choice(_l("How"), choices=listed("way", blank=True))
    value = Text(_l("Number, address or name"), [LINE])
    use = Choice(_l("Is it safe?"), choices=listed("way_use"), default="careful")
    note = Text(_l("When, and what to mind"), [LINE])

    def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **data: Any) -> None:
        super(Form, self).__init__(formdata, obj=obj, prefix=prefix, data=data.pop("data", None), **data)

    def said(self) -> Way | None:
        if not (typed(self.value) or self.note.data) and not self.kind.data:
            return None
        kind = self.kind.data or OTHER
        return Way(kind=kind, value=typed(self.value), use=self.use.data, note=typed(self.note))

    def in_words(self) -> str:
        if self.said() is None:
            return ""
        parts = (in_words(self[name]) for name in ("kind", "value", "use", "note"))
        # Each in its own direction: in Arabic a telephone number would be read from its other end.
        return " · ".join(f"\u2068{part}\u2069" for part in parts if part)


def way_rows(ways: Iterable[Way]) -> list[dict[str, str]]:
    """Rows for those on file, and two empty ones."""
    rows = [{"kind": w.kind, "value": w.value, "use": w.use, "note": w.note} for w in ways]
    return [*rows, {}, {}][:MOST_WAYS]


class PersonForm(EntryForm):
    """Anybody on file but a source."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("role", "names", "organisation", "relation")),
        Group(_l("How to reach them"), ("ways", "never", "languages")),
        Group(_l("What to mind"), ("minor", "born", "cannot_speak", "cannot_speak_since", "own_risk", "dependants")),
        Group("", ("note", "died_on")),
    )
    role = Radio(_l("Who it is"), choices=[])
    names = OnePerLine(
        _l("Names"),
        [PARAGRAPH],
        description=_l(
            "One a line, in any script. The first is shown; other spellings and aliases help to find the file."
        ),
    )
    organisation = BooleanField(_l("This is an organisation"))
    relation = Text(_l("Relation to the defender"), [LINE])
    ways = FieldList(FormField(WayForm), _l("Ways to reach them"), max_entries=MOST_WAYS)
    never = Lines(
        _l("What never to do"), [PARAGRAPH], description=_l("For example: never phone, never name the office.")
    )
    languages = Languages(_l("Languages"), [LINE], description=_l("With commas between them."))
    born = BornField(
        _l("Born"),
        [Optional(), not_to_come],
        description=_l("A year alone, or month and year, if you know no better."),
    )
    minor = BooleanField(_l("Is a minor"))
    cannot_speak = Text(
        _l("Cannot speak for themselves, because"),
        [LINE],
        description=_l("For example: held without contact. Then family or lawyer may speak for them, until they can."),
    )
    cannot_speak_since = DayField(_l("Since when"), [Optional(), not_to_come])
    own_risk = Lines(_l("Own risk"), [PARAGRAPH])
    dependants = Text(_l("Dependants"), [LINE])
    died_on = LooseDayField(
        _l("Died"),
        [Optional(), not_to_come],
        description=_l("Only if they died. A year alone is enough. Nobody is reminded of contact any more then."),
    )
    note = Lines(_l("Anything else"), [PARAGRAPH])

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        return super().filled(said, sourced, around) | {"ways": way_rows(said.ways)}

    def offer(self, said: Details, around: Around) -> None:
        if isinstance(said, Person) and said.role == "defender":
            del self.role, self.relation
            return
        roles = ("family", "lawyer", "other") if around.has_defender else ("defender", "family", "lawyer", "other")
        self.role.choices = [offered(role, code(role, "person_role")) for role in roles]

    def validate_names(self, field: Any) -> None:
        """A defender's name may be withheld; of anybody else something must tell who is meant."""
        other = "relation" in self and self.role.data != "defender"
        if other and not typed(field) and not typed(self.relation):
            raise ValidationError(_("Write a name, or at least what they are to the defender."))


class SourceForm(EntryForm):
    """Who told us. All but the mark on the file is sealed under the sources' key."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("label",)),
        Group(
            _l("Who it is: only whoever holds the sources’ key reads this"),
            ("name", "relation", "reliability", "ways", "never", "note"),
        ),
    )
    SEALED: ClassVar[frozenset[str]] = frozenset({"name", "relation", "reliability", "ways", "never", "note"})
    label = Text(
        _l("What the file calls them"),
        [NEEDED, AtMost(60)],
        description=_l("Every caseworker of the office reads this. Nothing in it may tell who they are."),
    )
    name = Text(_l("Name, or what you call them"), [NEEDED, LINE])
    relation = Text(_l("How they know"), [LINE])
    reliability = Radio(_l("How reliable"), choices=listed("reliability"), default="unknown")
    ways = FieldList(FormField(WayForm), _l("Ways to reach them"), max_entries=MOST_WAYS)
    never = Lines(_l("What never to do"), [PARAGRAPH])
    note = Lines(_l("Anything else"), [PARAGRAPH])

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        ways = sourced.ways if isinstance(sourced, Source) else ()
        return super().filled(said, sourced, around) | {"ways": way_rows(ways)}

    def offer(self, said: Details, around: Around) -> None:
        if around.sources is None:
            del self.name, self.relation, self.reliability, self.ways, self.never, self.note

    def sourced(self, before: Sourced | None) -> Sourced:
        return self._over(before if isinstance(before, Source) else Source(name=""))
