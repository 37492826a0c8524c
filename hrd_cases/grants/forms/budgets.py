"""What headquarters types: money given to an office, money moved, the rates of a month."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField

from hrd_cases.cases.forms.fields import Lines
from hrd_cases.errors import Refused
from hrd_cases.forms import AtMost, Choice, Form, SignedForm, Text, needed, typed
from hrd_cases.grants import money
from hrd_cases.grants.forms.request import FIGURE
from hrd_cases.grants.money import EURO, cents
from hrd_cases.grants.rates import MOST_BYTES

MOST_REASON = 200


class MoneyForm(SignedForm):
    """A sum in euro. What is signed is what was read: pressed twice, the second press shows what the first one did."""

    amount = Text(
        _l("How much"), [needed(_l("Write how much it is.")), FIGURE], description=_l("In euro, like 20,000.")
    )

    @property
    def cents(self) -> int:
        return cents(money.parse(typed(self.amount), EURO))

    def validate_amount(self, field: Any) -> None:
        try:
            money.parse(typed(field), EURO)
        except Refused as refused:
            self.refuse(refused, field.short_name)


class GiveForm(MoneyForm):
    office = Choice(_l("To which office"), choices=[])
    fund = Choice(_l("Of which fund"), choices=[])
    year = Choice(_l("For which year"), choices=[])


class MoveForm(MoneyForm):
    first = ("giver", "office", "fund")
    giver = Choice(_l("From which budget"), choices=[])
    office = Choice(_l("To which office"), choices=[])
    fund = Choice(_l("To which fund"), choices=[])
    why = Text(
        _l("Why"),
        [needed(_l("Write why it is moved.")), AtMost(MOST_REASON)],
        description=_l(
            "Both offices and the accountants read it, and it is not sealed: name nobody, and nothing of a case."
        ),
    )


class RatesForm(Form):
    """A file of rates, chosen or pasted: what is chosen takes the place of what is pasted."""

    file = FileField(_l("The file of the month"), description=_l("CSV, with the columns currency, month and rate."))
    content = Lines(
        _l("What stands in it"),
        [AtMost(MOST_BYTES)],
        description=_l("Or paste all of it here, with the first line: then lines like EGP,2026-11,52.40."),
    )


class TakeRatesForm(SignedForm):
    """What was looked at, to be taken in."""

    content = Lines(_l("What stands in the file"), [AtMost(MOST_BYTES)])

    @property
    def said(self) -> bytes:
        return typed(self.content).encode()
