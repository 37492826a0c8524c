"""What an officer types into a case file: one form for each kind of entry, and how it becomes what the entry says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.codes import CODES, OTHER
from hrd_cases.cases.details import (
    Dated,
    Incident,
    Person,
    Profile,
    SaidBy,
    Source,
    Way,
)
from hrd_cases.forms import NEEDED, PARTS, AtMost, Choice, Choices, DayField, Form, Radio, Text, clean, offered, typed
from hrd_cases.offices.countries import country_choices

LINE, PARAGRAPH, STORY = AtMost(300), AtMost(2_000), AtMost(20_000)
MOST_NAMES = 40
MOST_WAYS = 8
Named = Iterable[tuple[uuid.UUID, str]]
"""People or members to choose from: id and the name shown."""


class Lines(Text):
    """Several lines of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data or "").replace("\r\n", "\n").strip()


class LooseDayField(DayField):
    """A day as well as it is known: a year alone, month and year, or all three. `.said` is a `Dated` or None."""

    precision = ""

    def process_data(self, value: Dated | None) -> None:
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
        self.precision = "day"
        if given == ["year"]:
            self.precision = "year"
        elif given == ["month", "year"]:
            self.precision = "month"
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


def _not_to_come(_form: Form, field: Any) -> None:
    """What happened cannot lie ahead; a day's difference of clocks is let pass."""
    if field.data is not None and (field.data - datetime.now(UTC).date()).days > 1:
        raise ValidationError(_("This day is still to come."))


def _languages(text: str) -> tuple[str, ...]:
    return tuple(part for part in (one.strip()[:60] for one in text.replace(";", ",").split(",")) if part)[:10]


def lines_of(text: str, most: int = MOST_NAMES) -> tuple[str, ...]:
    """What stands on each line, once, in order."""
    return tuple(dict.fromkeys(line.strip()[:300] for line in text.splitlines() if line.strip()))[:most]


# -- people


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


class _Ways:
    """Rows of ways to reach somebody: those on file and two empty ones."""

    ways: FieldList

    def ways_said(self) -> tuple[Way, ...]:
        return tuple(way for entry in self.ways for way in (entry.form.said(),) if way is not None)


def _way_rows(ways: Iterable[Way]) -> list[dict[str, str]]:
    rows = [{"kind": w.kind, "value": w.value, "use": w.use, "note": w.note} for w in ways]
    return (rows + [{}, {}])[:MOST_WAYS]


class PersonForm(Form, _Ways):
    """Anybody on file but a source."""

    names = Lines(
        _l("Names"),
        [PARAGRAPH],
        description=_l(
            "One a line, in any script. The first is shown; other spellings and aliases help to find the file."
        ),
    )
    organisation = BooleanField(_l("This is an organisation"))
    relation = Text(_l("Relation to the defender"), [LINE])
    ways = FieldList(FormField(WayForm), max_entries=MOST_WAYS)
    never = Lines(
        _l("What never to do"), [PARAGRAPH], description=_l("For example: never phone, never name the office.")
    )
    languages = Text(_l("Languages"), [LINE], description=_l("With commas between them."))
    born = Text(_l("Born"), [AtMost(40)], description=_l("A year or a date, as far as it is known."))
    minor = BooleanField(_l("Is a minor"))
    cannot_speak = Text(
        _l("Cannot speak for themselves, because"),
        [LINE],
        description=_l("For example: held without contact. Then family or lawyer may speak for them, until they can."),
    )
    own_risk = Lines(_l("Own risk"), [PARAGRAPH])
    dependants = Text(_l("Dependants"), [LINE])
    died_on = LooseDayField(
        _l("Died"), [Optional(), _not_to_come], description=_l("Only if they died. A year alone is enough.")
    )
    note = Lines(_l("Anything else"), [PARAGRAPH])

    @classmethod
    def of(cls, person: Person | None) -> Self:
        said = person or Person(role="other")
        return cls(
            names="\n".join(said.names),
            organisation=said.organisation,
            relation=said.relation,
            ways=_way_rows(said.ways),
            never=said.never,
            languages=", ".join(said.languages),
            born=said.born,
            minor=said.minor,
            cannot_speak=said.cannot_speak,
            own_risk=said.own_risk,
            dependants=said.dependants,
            died_on=said.died_on,
            note=said.note,
        )

    def said(self, role: str) -> Person:
        return Person(
            role=role,
            names=lines_of(typed(self.names)),
            organisation=bool(self.organisation.data),
            relation=typed(self.relation),
            ways=self.ways_said(),
            never=typed(self.never),
            languages=_languages(typed(self.languages)),
            born=typed(self.born),
            minor=bool(self.minor.data),
            cannot_speak=typed(self.cannot_speak),
            own_risk=typed(self.own_risk),
            dependants=typed(self.dependants),
            died_on=self.died_on.said,
            note=typed(self.note),
        )


class SourceForm(Form, _Ways):
    """Who told us. Everything here is sealed under the sources' key."""

    name = Text(_l("Name, or what you call them"), [NEEDED, LINE])
    relation = Text(_l("How they know"), [LINE])
    reliability = Radio(_l("How reliable"), choices=listed("reliability"), default="unknown")
    ways = FieldList(FormField(WayForm), max_entries=MOST_WAYS)
    never = Lines(_l("What never to do"), [PARAGRAPH])
    note = Lines(_l("Anything else"), [PARAGRAPH])

    @classmethod
    def of(cls, source: Source | None) -> Self:
        said = source or Source(name="")
        return cls(
            name=said.name,
            relation=said.relation,
            reliability=said.reliability,
            ways=_way_rows(said.ways),
            never=said.never,
            note=said.note,
        )

    def said(self) -> Source:
        return Source(
            name=typed(self.name),
            relation=typed(self.relation),
            ways=self.ways_said(),
            never=typed(self.never),
            reliability=self.reliability.data,
            note=typed(self.note),
        )


# -- what the file is about


class ProfileForm(Form):
    country = Choice(_l("Country"), choices=partial(country_choices, blank=True))
    place = Text(_l("Place"), [LINE])
    where_now = Text(_l("Where the defender is now"), [LINE])
    detained = BooleanField(_l("Detained"))
    categories = Choices(_l("Who they are"), choices=listed("category"))
    other_category = Text(_l("Other: who"), [LINE])
    flags = Choices(
        _l("What to mind"),
        choices=listed("flag"),
        description=_l("Special categories of data: only what the work needs."),
    )
    themes = Choices(_l("What their work is about"), choices=listed("theme"))
    other_theme = Text(_l("Other: what"), [LINE])
    guidelines = Choices(_l("EU human rights guidelines"), choices=listed("guideline"))
    is_defender = Radio(
        _l("Works peacefully for the rights of others"), choices=listed("eligibility"), default="unknown"
    )
    risk_from_work = Radio(_l("The risk comes from that work"), choices=listed("eligibility"), default="unknown")
    non_violent = Radio(_l("Non-violence"), choices=listed("eligibility"), default="unknown")
    eligibility_note = Lines(_l("How we know"), [PARAGRAPH])
    marking = Radio(_l("Marking"), choices=listed("marking"), default="sensitive")
    releasable_to = Text(_l("Releasable to"), [LINE])
    classified_pointer = Text(
        _l("Has the originator classified anything of this? Then only where it lies"),
        [LINE],
        description=_l(
            "Classified information does not belong here. Write, for example: held in the classified register, and its reference."
        ),
    )
    next_step = Text(_l("Next step"), [LINE])
    next_step_on = DayField(_l("By when"), [Optional()])
    next_step_by = Choice(_l("Whose"), choices=[], validate_choice=True)
    summary = Lines(_l("The story in short"), [STORY])

    @classmethod
    def of(cls, profile: Profile, members: Named) -> Self:
        values = {name: getattr(profile, name) for name in profile.__struct_fields__}
        values["next_step_by"] = str(profile.next_step_by or "")
        form = cls(**values)
        form.next_step_by.choices = [offered("", ""), *(offered(str(one), name) for one, name in members)]
        return form

    def said(self) -> Profile:
        by = self.next_step_by.data
        return Profile(
            country=self.country.data or "",
            place=typed(self.place),
            where_now=typed(self.where_now),
            detained=bool(self.detained.data),
            categories=tuple(self.categories.data or ()),
            other_category=typed(self.other_category),
            flags=tuple(self.flags.data or ()),
            themes=tuple(self.themes.data or ()),
            other_theme=typed(self.other_theme),
            guidelines=tuple(self.guidelines.data or ()),
            is_defender=self.is_defender.data,
            risk_from_work=self.risk_from_work.data,
            non_violent=self.non_violent.data,
            eligibility_note=typed(self.eligibility_note),
            marking=self.marking.data,
            releasable_to=typed(self.releasable_to),
            classified_pointer=typed(self.classified_pointer),
            next_step=typed(self.next_step),
            next_step_on=self.next_step_on.data,
            next_step_by=uuid.UUID(by) if by else None,
            summary=typed(self.summary),
        )


# -- what happened, what was done


class IncidentForm(Form):
    types = Choices(_l("What kind"), choices=listed("incident"))
    other_type = Text(_l("Other: what"), [LINE])
    text = Lines(_l("What happened"), [NEEDED, STORY])
    when = LooseDayField(
        _l("When"),
        [Optional(), _not_to_come],
        description=_l("A year alone, or month and year, if you know no better."),
    )
    estimate = BooleanField(_l("The date is an estimate"))
    place = Text(_l("Where"), [LINE])
    victims = Choices(_l("To whom"), choices=[])
    other_victims = Text(_l("And to others"), [LINE])
    perpetrator = Choice(_l("By whom"), choices=listed("perpetrator", blank=True))
    perpetrator_note = Text(_l("More about them"), [LINE])
    link = Radio(_l("Linked to the defender’s work"), choices=listed("link"), default="unclear")
    verification = Radio(_l("How sure is it"), choices=listed("verification"), default="unverified")
    sources = Choices(_l("Who told us"), choices=[])
    complaint = Choice(_l("Complaint"), choices=listed("complaint"), default="unknown")
    complaint_note = Text(_l("Where, and its number"), [LINE])
    evidence = Lines(_l("Evidence, and where it is kept"), [PARAGRAPH])
    ended = BooleanField(
        _l("It is over"),
        description=_l("A threat that holds, or a detention that lasts, keeps the risk up until it is over."),
    )

    @classmethod
    def of(cls, incident: Incident | None, people: Named, sources: Named, told_by: tuple[uuid.UUID, ...] = ()) -> Self:
        said = incident or Incident(text="")
        values = {name: getattr(said, name) for name in said.__struct_fields__}
        values["victims"] = [str(one) for one in said.victims]
        values["sources"] = [str(one) for one in told_by]
        values["estimate"] = said.when is not None and said.when.precision == "estimate"
        form = cls(**values)
        form.victims.choices = [offered(str(one), name) for one, name in people]
        form.sources.choices = [offered(str(one), name) for one, name in sources]
        return form

    def said(self) -> Incident:
        when = self.when.said
        if when is not None and self.estimate.data:
            when = Dated(on=when.on, precision="estimate")
        return Incident(
            text=typed(self.text),
            types=tuple(self.types.data or ()),
            other_type=typed(self.other_type),
            when=when,
            place=typed(self.place),
            victims=tuple(uuid.UUID(one) for one in self.victims.data or ()),
            other_victims=typed(self.other_victims),
            perpetrator=self.perpetrator.data or "",
            perpetrator_note=typed(self.perpetrator_note),
            link=self.link.data,
            verification=self.verification.data,
            complaint=self.complaint.data,
            complaint_note=typed(self.complaint_note),
            evidence=typed(self.evidence),
            ended=bool(self.ended.data),
        )

    def said_by(self) -> SaidBy | None:
        sources = tuple(uuid.UUID(one) for one in self.sources.data or ())
        return SaidBy(source_ids=sources) if sources else None
