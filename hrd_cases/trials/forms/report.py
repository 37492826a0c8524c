"""The form of an observation report: every field of it, asked by steps, each with the fields of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

import msgspec
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.details import Sourced
from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import LINE, PARAGRAPH, STORY, Lines, needs_words
from hrd_cases.cases.forms.life import Perhaps
from hrd_cases.errors import Refused
from hrd_cases.forms import (
    AN_HOUR,
    Choice,
    DayField,
    Form,
    Hour,
    Radio,
    SentAlong,
    Text,
    in_words,
    needed,
    offered,
    typed,
)
from hrd_cases.trials.checklist import ITEMS, NEEDS_BASIS, NOT_OBSERVED, PUBLIC_HEARING, check, check_words
from hrd_cases.trials.codes import CODES
from hrd_cases.trials.details import Observed, Report
from hrd_cases.trials.forms.hearing import yes_no
from hrd_cases.trials.forms.proceeding import trial_listed
from hrd_cases.trials.report_steps import OF_STEP, Step
from hrd_cases.trials.report_words import PUBLISH
from hrd_cases.trials.reports import NOT_SAID, answer_of
from hrd_cases.trials.times import is_year
from hrd_cases.trials.words import code


def publish_choices() -> list[Any]:
    return [offered(one, label) for one, label in PUBLISH.items()]


def _item_fields() -> dict[str, Any]:
    """Of each item: what was seen, how it is known, a note."""
    found: dict[str, Any] = {}
    for item in ITEMS:
        found[f"{item}_said"] = Radio(
            _l(CODES["item"].labels[item]), choices=trial_listed("answer"), default=NOT_OBSERVED
        )
        found[f"{item}_basis"] = Perhaps(_l("How is this known?"), choices=trial_listed("basis"))
        found[f"{item}_note"] = Lines(_l("Note"), [PARAGRAPH])
    return found


_Items = type("_Items", (EntryForm,), {"__module__": __name__, "__doc__": "Every item.", **_item_fields()})


class ReportForm(_Items):  # type: ignore[misc, valid-type]  # its fields are made of the list of items
    """Everything that a report says. Of an item that nobody answered nothing is kept."""

    judges = Lines(_l("Judges"), [PARAGRAPH], description=_l("Names, or how many; who presides."))
    prosecutor = Text(_l("Prosecutor"), [LINE])
    counsel = Lines(_l("Counsel of the defence"), [PARAGRAPH])
    accused = Radio(_l("Was the accused there?"), choices=yes_no, default="unknown")
    starts = Hour(_l("Began at"), description=_l("By the court’s clocks, for example %(hour)s.", hour=AN_HOUR))
    ends = Hour(_l("Ended at"))
    public = Lines(_l("Public and press"), [PARAGRAPH], description=_l("Who was let in, who was kept out, and why."))
    missions = Lines(_l("Other missions and organisations"), [PARAGRAPH])
    interpreter = Text(_l("Interpreter"), [LINE], description=_l("Who interpreted, for whom, and how well."))
    summary = Lines(_l("Summary"), [STORY], description=_l("What happened, in the order in which it happened."))
    applications = Lines(_l("Applications and rulings"), [STORY])
    demeanour = Lines(_l("How judges and prosecutor behaved"), [STORY])
    treatment = Lines(
        _l("How the accused was treated"),
        [STORY],
        description=_l("Cage, handcuffs, signs of ill-treatment, whether they could speak with counsel."),
    )
    incidents = Lines(
        _l("Incidents with the observer"),
        [STORY],
        description=_l("Refused, questioned, photographed, followed, threatened: what, when, by whom."),
    )
    harmed = BooleanField(
        _l("The observer was harmed or threatened"),
        description=_l("Do not wait for the report: see that they are safe, and tell the head of the office now."),
    )
    publish = Radio(
        _l("May this report be published?"),
        choices=publish_choices,
        default=NOT_SAID,
        description=_l("As the observer sees it. Before anything is published, everybody it is about is asked."),
    )
    publish_note = Lines(_l("What has to stay out"), [PARAGRAPH])
    access = Choice(_l("Were you let in?"), choices=trial_listed("observer_access", blank=True))
    outcome = Choice(_l("Outcome"), choices=trial_listed("hearing_outcome", blank=True))
    other_outcome = Text(_l("Other: what"), [LINE])
    next_on = DayField(
        _l("Next date"), [Optional()], description=_l("Leave it empty if none was said, or if you did not hear one.")
    )
    f03_closed = BooleanField(_l("The court closed the hearing to the public"))
    f03_ground = Choice(_l("The ground it gave"), choices=trial_listed("closed_ground", blank=True))
    f03_ground_text = Text(_l("Other: what"), [LINE])
    GROUPS: ClassVar[tuple[Group, ...]] = tuple(Group("", names) for names in OF_STEP.values())

    @classmethod
    def filled(cls, said: Any, sourced: Sourced | None, around: Around) -> dict[str, Any]:
        found: dict[str, Any] = super().filled(said, sourced, around)
        for one in said.items:
            names = (
                "said",
                "basis",
                "note",
                *(("closed", "ground", "ground_text") if one.item == PUBLIC_HEARING else ()),
            )
            found |= {f"{one.item}_{name}": getattr(one, name) for name in names}
        return found

    @classmethod
    def of_step(cls, said: Report, around: Around, step: Step, *, made_from: Any = None, unread: bool = False) -> Self:
        """With the fields of one step alone."""
        form: Self = cls.of(said, around, made_from=made_from, unread=unread)
        form.keep((*OF_STEP.get(step.name, ()), *(name for item in step.items for name in form.names_of(item))))
        return form

    def keep(self, names: Iterable[str]) -> None:
        """Only these fields are asked."""
        wanted = {"made_from", *names}
        for name in [field.short_name for field in self]:
            if name not in wanted:
                del self[name]

    def names_of(self, item: str) -> list[str]:
        return [field.short_name for field in self if field.short_name.startswith(f"{item}_")]

    @property
    def items(self) -> tuple[str, ...]:
        """The items that this form asks, in their order."""
        return tuple(item for item in ITEMS if f"{item}_said" in self)

    def answered(self, items: Iterable[str]) -> list[Any]:
        """The fields of these items that say something, or are wrong."""
        fields = (self[name] for item in items for name in self.names_of(item))
        return [field for field in fields if field.errors or field.data not in {None, "", False, NOT_OBSERVED}]

    def said(self, onto: Any) -> Report:
        found: Report = super().said(onto)
        kept = {one.item: one for one in onto.items} | {item: self._observed(item) for item in self.items}
        items = tuple(kept[item] for item in ITEMS if item in kept)
        return msgspec.structs.replace(found, items=tuple(filter(_says, items)))

    def _observed(self, item: str) -> Observed:
        more: dict[str, Any] = {}
        if item == PUBLIC_HEARING:
            closed = bool(self.f03_closed.data)
            more = {"closed": closed}
            if closed:
                more |= {"ground": typed(self.f03_ground), "ground_text": typed(self.f03_ground_text)}
        said, note = typed(self[f"{item}_said"]), typed(self[f"{item}_note"])
        basis = typed(self[f"{item}_basis"]) if said != NOT_OBSERVED else ""
        return Observed(item=item, said=said, basis=basis, note=note, **more)

    # -- what cannot stand like this

    unfinished: bool = False
    """Somebody comes back later: what an answer lacks is asked then."""

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        fits = [self._fits(item) for item in self.items]
        return good and all(fits)

    def _fits(self, item: str) -> bool:
        one = self._observed(item)
        try:
            (check_words if self.unfinished else check)(item, answer_of(one))
        except Refused as refused:
            self.refuse(f"{code(item, 'item')}: {' '.join(in_words(refused))}", self._at_fault(one))
            return False
        return True

    def _at_fault(self, one: Observed) -> str:
        """The field at which an answer that cannot be relied on is put right."""
        if not one.closed or (not one.basis and one.said in NEEDS_BASIS):
            return f"{one.item}_basis"
        if one.said == NOT_OBSERVED:
            return f"{one.item}_said"
        return "f03_ground_text" if one.ground == "other" else "f03_ground"

    def validate_ends(self, field: Any) -> None:
        starts = self.starts.said
        if starts is not None and field.said is not None and field.said < starts:
            raise ValidationError(_("It cannot have ended before it began."))

    hearing_on: date | None = None
    """The day of the hearing at the court, where the next date is asked."""

    def validate_next_on(self, field: Any) -> None:
        if self.hearing_on is not None and field.data is not None and field.data < self.hearing_on:
            raise ValidationError(_("The next date lies before the hearing itself."))
        if field.data is not None and not is_year(field.data):
            raise ValidationError(_("The year of this date cannot be right."))

    def validate_other_outcome(self, _field: Any) -> None:
        needs_words(self, "outcome", "other_outcome")

    # -- as it reads

    def in_words(self, hide: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
        """Of an item that was not observed nothing is said; its parts are called by it."""
        found = []
        for name, label, words in super().in_words(hide):
            item, _sign, part = name.partition("_")
            if item not in ITEMS:
                found.append((name, label, words))
            elif part != "said":
                found.append((name, f"{code(item, 'item')}: {label}", words))
            elif self[name].data != NOT_OBSERVED:
                found.append((name, label, words))
        return found


def _says(one: Observed) -> bool:
    return one != Observed(item=one.item, said=NOT_OBSERVED)


class ReadForm(Form):
    """One press, on what was read."""

    made_from = SentAlong("")


OURS, THEIRS = "ours", "theirs"
"""Whose next date is right, where the observer wrote another than stands here."""


class ReviewForm(ReadForm):
    """One press; where there are two next dates, which of them is right. `next_read`: the entry of the next hearing
    that was looked at, empty if there was none.
    """

    next_read = SentAlong("")
    next_date = Perhaps(_l("Which next date is right?"), [needed(_l("Choose which date is right."))], choices=[])

    def between(self, ours: str, theirs: str) -> None:
        """Both as they read; nothing is asked where the observer wrote no other."""
        if not theirs:
            del self.next_date
            return
        self.next_date.choices = [
            offered(OURS, _("What stands here: %(next)s", next=ours)),
            offered(THEIRS, _("What the observer wrote: %(next)s", next=theirs)),
        ]


class ChangesForm(Form):
    """A report goes back to whoever wrote it."""

    made_from = SentAlong("")
    reason = Lines(
        _l("What has to be changed?"),
        [needed(_l("Write what has to be changed.")), PARAGRAPH],
        description=_l("Whoever wrote it reads this first."),
    )
