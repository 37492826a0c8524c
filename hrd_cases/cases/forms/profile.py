"""The form of what a file is about, where the defender is now, and what comes next."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.details import Details
from hrd_cases.cases.forms.entry import Around, EntryForm, Group
from hrd_cases.cases.forms.fields import (
    LINE,
    PARAGRAPH,
    STORY,
    Lines,
    Somebody,
    listed,
    needs_words,
)
from hrd_cases.forms import NEEDED, Choice, Choices, DayField, Radio, Text, offered
from hrd_cases.offices.countries import country_choices


def _known() -> list[Any]:
    return [offered("yes", _("Yes")), offered("no", _("No")), offered("unknown", _("Not known"))]


NEXT = ("next_step", "next_step_kind", "next_step_on", "next_step_by")
# A step of a draft has these groups too.
DETENTION = Group(
    _l("Detention and trial: as long as it lasts, it keeps the risk up"),
    ("detained", "lawyer_access", "family_access", "verdict_pending", "death_sentence"),
)
ELIGIBILITY = Group(
    _l("Is this a defender at risk for peaceful work?"),
    ("is_defender", "risk_from_work", "non_violent", "eligibility_note"),
)
ABOUT = Group(
    _l("Who and what about"),
    ("categories", "other_category", "flags", "themes", "other_theme", "guidelines"),
)
MARKING = Group(_l("Marking"), ("marking", "releasable_to", "classified_pointer"))


class ProfileForm(EntryForm):
    GROUPS: ClassVar[tuple[Group, ...]] = (
        Group(_l("Where and what next"), ("country", "place", "where_now", *NEXT)),
        DETENTION,
        Group(_l("Contact"), ("contact_paused", "contact_paused_until")),
        Group(_l("The story"), ("summary",)),
        ELIGIBILITY,
        ABOUT,
        MARKING,
    )
    country = Choice(_l("Country"), [NEEDED], choices=partial(country_choices, blank=True))
    place = Text(_l("Place"), [LINE])
    where_now = Text(_l("Where the defender is now"), [LINE])
    next_step = Text(_l("Next step"), [LINE])
    next_step_kind = Choice(
        _l("What kind of action it is"),
        choices=listed("action", blank=True),
        description=_l("What goes outward needs consent: then the file says whether it is allowed now."),
    )
    next_step_on = DayField(_l("By when"), [Optional()])
    next_step_by = Somebody(_l("Whose"), choices=[])
    detained = BooleanField(_l("Detained"))
    lawyer_access = Radio(_l("A lawyer can see them"), choices=_known, default="unknown")
    family_access = Radio(_l("The family can see them"), choices=_known, default="unknown")
    verdict_pending = BooleanField(_l("A verdict is pending"))
    death_sentence = BooleanField(_l("Sentenced to death"))
    contact_paused = BooleanField(
        _l("Pause the reminder of contact"),
        description=_l("For example because every contact puts them at risk."),
    )
    contact_paused_until = DayField(_l("Paused until"), [Optional()])
    summary = Lines(_l("The story in short"), [STORY])
    is_defender = Radio(
        _l("Works peacefully for the rights of others"), choices=listed("eligibility"), default="unknown"
    )
    risk_from_work = Radio(_l("The risk comes from that work"), choices=listed("eligibility"), default="unknown")
    non_violent = Radio(_l("Non-violence"), choices=listed("eligibility"), default="unknown")
    eligibility_note = Lines(_l("How we know"), [PARAGRAPH])
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
    marking = Radio(_l("Marking"), choices=listed("marking"), default="sensitive")
    releasable_to = Text(_l("Releasable to"), [LINE])
    classified_pointer = Text(
        _l("Has the originator classified anything of this? Then only where it lies"),
        [LINE],
        description=_l(
            "Classified information does not belong here. "
            "Write, for example: held in the classified register, and its reference."
        ),
    )

    def offer(self, said: Details, around: Around) -> None:
        self.next_step_by.among(around.members)

    def validate_other_category(self, _field: Any) -> None:
        needs_words(self, "categories", "other_category")

    def validate_other_theme(self, _field: Any) -> None:
        needs_words(self, "themes", "other_theme")

    def validate_releasable_to(self, field: Any) -> None:
        if self.marking.data == "releasable" and not field.data:
            raise ValidationError(_("Write to whom it may be released."))
