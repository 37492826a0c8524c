"""Forms that look for files: what is typed into the search, and what a list is narrowed to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from hrd_cases.cards.lists import NOBODY, Filters, Order
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.dues import KINDS
from hrd_cases.cases.finding import LONGEST
from hrd_cases.cases.life import UNDERWAY, State
from hrd_cases.cases.risk import GRAVE, Level
from hrd_cases.cases.words import code
from hrd_cases.forms import AtMost, Choice, DayField, Form, Text, offered
from hrd_cases.offices.countries import country_name

EVERY, MINE = "every", "mine"
DANGER = "danger"
"""To be asked for among risks: what stands on Today as in danger."""
NOT_UNDERWAY = (State.CLOSED, State.ARCHIVED, State.REJECTED)
"""States offered beside those of files under way; a draft or a file on its way stands in no list."""


def late_names() -> dict[str, str]:
    """What a file may be behind with, by the kind of what is due."""
    return {name: _(kind.late) for name, kind in KINDS.items() if kind.late}


ORDER = {
    Order.RISK: _l("Danger, then next date"),
    Order.NEXT_DATE: _l("Next date"),
    Order.NAME: _l("Name"),
    Order.UPDATED: _l("Last change"),
    Order.OPENED: _l("Opened last"),
    Order.REFERENCE: _l("Reference"),
}


class SearchForm(Form):
    text = Text(
        _l("Who or what to look for"),
        [AtMost(LONGEST)],
        description=_l(
            "A name in any spelling or script, a place, a country, a profession, a theme, a kind of incident, a state, "
            "a risk level, “detained”, or a reference. What happened, and notes, are not searched."
        ),
    )


class FilterForm(Form):
    """Codes and ids only: it is sent in the address."""

    state = Choice(_l("State"), choices=[])
    risk = Choice(_l("Risk"), choices=[])
    country = Choice(_l("Country"), choices=[])
    theme = Choice(_l("Theme"), choices=[])
    officer = Choice(_l("Officer"), choices=[])
    office = Choice(_l("Office"), choices=[])
    late = Choice(_l("Behind with"), choices=[])
    next_from = DayField(_l("Next date from"), [Optional()])
    next_until = DayField(_l("Next date until"), [Optional()])
    order = Choice(_l("Sorted by"), choices=[])

    def offer(
        self, countries: Iterable[str], officers: Mapping[uuid.UUID, str], offices: Mapping[uuid.UUID, str]
    ) -> None:
        """What there is to choose from: what stands on the files this member may read."""
        states = [("", _("Under way")), (EVERY, _("Every state"))]
        states += [(state.value, code(state.value, "state")) for state in (*UNDERWAY, *NOT_UNDERWAY)]
        named = sorted((country_name(one), one) for one in countries if one)
        people = [("", _("Everybody’s")), (MINE, _("Mine")), (str(NOBODY), _("Nobody’s"))]
        people += [(str(one), name) for one, name in sorted(officers.items(), key=lambda pair: pair[1])]
        every = ("", _("Any"))
        chosen = {
            "state": states,
            "risk": [
                every,
                (DANGER, _("High or critical")),
                *((level.value, code(level.value, "level")) for level in reversed(Level)),
            ],
            "country": [every, *((one, name) for name, one in named)],
            "theme": [every, *CODES["theme"].choices(_)],
            "officer": people,
            "office": [("", _("Every office of mine")), *((str(one), seat) for one, seat in offices.items())],
            "late": [("", _("Whatever")), *late_names().items()],
            "order": [(one.value, str(words)) for one, words in ORDER.items()],
        }
        for name, choices in chosen.items():
            field: Any = self[name]
            field.choices = [offered(value, label) for value, label in choices]
            field.data = field.data or choices[0][0]

    def filters(self, me: uuid.UUID) -> Filters:
        """What was chosen."""
        officer = me if self.officer.data == MINE else uuid.UUID(self.officer.data) if self.officer.data else None
        return Filters(
            states=self._states(),
            risks=tuple(level.value for level in GRAVE) if self.risk.data == DANGER else _one(self.risk.data),
            countries=_one(self.country.data),
            themes=_one(self.theme.data),
            officers=(officer,) if officer is not None else (),
            next_from=self.next_from.data,
            next_until=self.next_until.data,
        )

    def _states(self) -> tuple[str, ...]:
        if self.state.data == EVERY:
            return ()
        return _one(self.state.data) or tuple(state.value for state in UNDERWAY)

    @property
    def narrowed(self) -> bool:
        """Is anything chosen but the order?"""
        return any(field.data for field in self if field.name != "order")


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
