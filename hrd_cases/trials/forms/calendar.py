"""What a calendar is narrowed to, and the period that hearings are counted in: codes, ids and days in the address."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from hrd_cases.forms import Choice, DayField, Form, SentAlong, offered

EVERYBODY, MINE, NOBODY = "", "mine", "nobody"
"""Whose hearings: all; where I go, stand by, or look after the file; those to which nobody goes yet."""
YEAR = timedelta(days=364)
QUARTER = timedelta(days=91)


class CalendarForm(Form):
    view = SentAlong()
    on = DayField(_l("Go to a date"), [Optional()])
    whose = Choice(_l("Whose hearings"), choices=[])
    office = Choice(_l("Office"), choices=[])

    def offer(self, members: Mapping[uuid.UUID, str], offices: Mapping[uuid.UUID, str]) -> None:
        """What there is to choose from; what an address asks for besides narrows nothing."""
        people = [(EVERYBODY, _("Everybody’s")), (MINE, _("Mine")), (NOBODY, _("Those to which nobody goes yet"))]
        people += [(str(one), name) for one, name in sorted(members.items(), key=lambda pair: pair[1])]
        chosen = {"whose": people, "office": [(str(one), seat) for one, seat in offices.items()]}
        for name, choices in chosen.items():
            field: Any = self[name]
            field.choices = [offered(value, label) for value, label in choices]
            if field.data not in dict(choices):
                field.data = choices[0][0]


class PeriodForm(Form):
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("Until, that day included"), [Optional()])
    office = Choice(_l("Office"), choices=[])

    def offer(self, offices: Mapping[uuid.UUID, str]) -> None:
        field: Any = self.office
        field.choices = [offered(str(one), seat) for one, seat in offices.items()]
        if field.data not in {str(one) for one in offices}:
            field.data = str(next(iter(offices)))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        since, until = self.since.data, self.until.data
        if since is not None and until is not None and until < since:
            self.refuse(_("The last day lies before the first."), "until")
            return False
        return True

    def period(self, today: date) -> tuple[date, date]:
        """What is asked for; where nothing is, the last year and the next quarter: who went, and who is to go."""
        until = self.until.data or max(today, self.since.data or today) + QUARTER
        return self.since.data or min(today, until) - YEAR, until
