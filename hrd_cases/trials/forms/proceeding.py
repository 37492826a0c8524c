"""Forms of a proceeding: what it is, its stage, the files it is about."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from babel.core import get_global
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import InputRequired, Optional

from hrd_cases.cases.details import Sourced
from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    STORY,
    Lines,
    Named,
    Several,
    lines_of,
    needs_words,
    not_to_come,
)
from hrd_cases.forms import AtMost, Choice, DayField, Form, Radio, SentAlong, Text, needed, offered, typed
from hrd_cases.offices.forms import zone_choices
from hrd_cases.offices.languages import read_languages
from hrd_cases.offices.words import language
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Charge, Trial

MOST_CHARGES = 20
SPARE_CHARGES = 2
MOST_SOUGHT = 200


def trial_listed(name: str, *, blank: bool = False) -> Callable[[], list[Any]]:
    """The choices of a list of trials, in the reader's language."""

    def choices() -> list[Any]:
        first = [offered("", "")] if blank else []
        return first + [offered(code, label) for code, label in CODES[name].choices(_)]

    return choices


class ChargeForm(Form):
    text = Text(_l("Charge"), [AtMost(500)])
    articles = Text(_l("Articles of law"), [LINE])

    def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **data: Any) -> None:
        super(Form, self).__init__(formdata, obj=obj, prefix=prefix, data=data.pop("data", None), **data)

    def said(self) -> Charge | None:
        text, articles = typed(self.text), typed(self.articles)
        return Charge(text=text, articles=articles) if text or articles else None

    def in_words(self) -> str:
        parts = filter(None, (typed(self.text), typed(self.articles)))
        return " · ".join(f"\u2068{part}\u2069" for part in parts)


class OneLanguage(Text):
    """A language by name, kept as CLDR's code: each reader sees it in their own. What is none stays as typed."""

    def process_data(self, value: str | None) -> None:
        self.data = language(value) if value else ""

    @property
    def said(self) -> str:
        written = typed(self)
        return next(iter(read_languages(written)[0]), written) if written else ""


class TrialForm(EntryForm):
    """What a proceeding is. Its stage is asked once, when it is begun; later it moves by acts."""

    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group("", ("court", "court_type", "other_court_type", "place", "zone", "number", "stage")),
        Group(_l("What they are accused of"), ("charges", "death_penalty_possible", "death_sentence")),
        Group(_l("Defence and language"), ("counsel", "legal_aid", "other_legal_aid", "language", "interpreter")),
        Group("", ("note",)),
    )
    court = Text(_l("Court"), [LINE])
    court_type = Choice(_l("Kind of court"), choices=trial_listed("court_type", blank=True))
    other_court_type = Text(_l("Other: what"), [LINE])
    place = Text(_l("Where"), [LINE])
    zone = Choice(
        _l("Time zone of the court"),
        [InputRequired(message=_l("Choose the zone of the place where the court sits."))],
        choices=[],
        description=_l("Its hearings are set by the clocks there."),
    )
    number = Text(_l("Case number at the court"), [LINE])
    stage = Choice(_l("Stage"), choices=trial_listed("stage"))
    charges = FieldList(FormField(ChargeForm), _l("Charge"), max_entries=MOST_CHARGES)
    death_penalty_possible = BooleanField(
        _l("A charge carries the death penalty"), description=_l("It makes the risk of every file critical.")
    )
    death_sentence = BooleanField(_l("Sentenced to death"))
    counsel = Text(_l("Defence counsel"), [LINE])
    legal_aid = Choice(_l("Legal aid"), choices=trial_listed("legal_aid"))
    other_legal_aid = Text(_l("Other: what"), [LINE])
    language = OneLanguage(_l("Language of the court"), [LINE])
    interpreter = Text(_l("Interpreter"), [LINE], description=_l("Who interprets, or why nobody does."))
    note = Lines(_l("Anything else"), [STORY])

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        rows = [{"text": one.text, "articles": one.articles} for one in said.charges]
        spare: list[dict[str, str]] = [{}] * SPARE_CHARGES
        return super().filled(said, sourced, around) | {"charges": [*rows, *spare][:MOST_CHARGES]}

    def offer(self, said: Any, around: Around) -> None:
        self.zone.choices = zone_choices(said.zone)

    def already_begun(self) -> None:
        """Its stage moves by acts."""
        del self.stage

    def validate_other_court_type(self, _field: Any) -> None:
        needs_words(self, "court_type", "other_court_type")

    def validate_other_legal_aid(self, _field: Any) -> None:
        needs_words(self, "legal_aid", "other_legal_aid")


def blank_trial(country: str, own_zone: str) -> Trial:
    """What stands in the form before anything is known: the zone of the country, where it has one, or the office is."""
    there = {zone for zone, territory in get_global("zone_territories").items() if territory == country}
    return Trial(files=(), zone=own_zone if own_zone in there or not there else there.pop() if len(there) == 1 else "")


class StageForm(Form):
    """A proceeding goes to another stage."""

    made_from = SentAlong("")
    on = DayField(_l("Since when"), [Optional(), not_to_come], description=_l("If you know it."))
    reason = Lines(_l("Why"), [PARAGRAPH])


class TakeOffForm(Form):
    """A file is no part of a trial any more."""

    reason = Lines(
        _l("Why"),
        [needed(_l("Write the reason.")), PARAGRAPH],
        description=_l("For example: the charges were dropped, or it was added by mistake."),
    )


class JoinForm(Form):
    """A file joins a trial that is recorded already, found by somebody who stands in it."""

    sought = Text(
        _l("Name or reference of another file of the trial"), [needed(_l("Write a name or a reference.")), LINE]
    )
    chosen = Radio(_l("Trials that were found"), choices=[], validators=[Optional()])
    act = SentAlong("")

    def among(self, trials: Named) -> None:
        self.chosen.choices = [offered(str(one), name) for one, name in trials]


class FilesForm(Form):
    """Files looked for by name or reference; those ticked join the trial."""

    sought = Lines(
        _l("Names or references"),
        [AtMost(20_000)],
        description=_l("One a line. References can be pasted as they stand in a list."),
    )
    chosen = Several(_l("Files that were found"), choices=[])
    act = SentAlong("")

    def lines(self) -> tuple[str, ...]:
        return lines_of(typed(self.sought), MOST_SOUGHT)

    def among(self, files: Named) -> None:
        self.chosen.among(files)

    def tick(self, files: Iterable[uuid.UUID]) -> None:
        self.chosen.data = [str(one) for one in files]
