"""What is typed with a signed step of a grant: the three tests or the checks of finance, a sum, the fund, a reason, the
proof of a payment.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, ValidationError
from wtforms.validators import InputRequired

from hrd_cases.cases.forms.fields import LINE, STORY, Lines
from hrd_cases.errors import Refused
from hrd_cases.forms import Choice, DayField, Radio, SignedForm, Text, in_words, needed, offered, typed
from hrd_cases.grants import life, money
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Answered
from hrd_cases.grants.forms.request import FIGURE, grant_listed
from hrd_cases.grants.forms.step import StepForm
from hrd_cases.grants.funds import FUNDS, paid_when
from hrd_cases.grants.life import Act
from hrd_cases.grants.needs import Need

TESTS, CHECKS = "grant_test", "grant_check"
YES = "yes"
_LISTED = {TESTS: "test_", CHECKS: "check_"}


def yes_no() -> list[Any]:
    return [offered(YES, _("Yes")), offered("no", _("No"))]


def found_or_not() -> list[Any]:
    return [offered(YES, _("Nothing against it")), offered("no", _("Something to look at"))]


class SigningForm(StepForm, SignedForm):
    """Every field that a step may ask for; `asking` leaves those of one. What is signed is what was read."""

    amount = Text(_l("How much"), [FIGURE])
    fund = Choice(_l("From which budget"), choices=[])
    code = Choice(
        _l("Why it is rejected"),
        [InputRequired(message=_l("Choose the reason."))],
        choices=grant_listed("reject_reason", blank=True),
    )
    by = Radio(
        _l("What it stands on"),
        [InputRequired(message=_l("Choose one."))],
        choices=grant_listed("accounted_by"),
    )
    paid_on = DayField(
        _l("On which day it was paid"),
        [InputRequired(message=_l("Write the day on which it was paid."))],
        description=_l("The day of the bank; for cash, of the receipt."),
    )
    reference = Text(
        _l("Accounting reference of this payment"),
        [LINE],
        description=_l("How it stands in the accounts. It names nobody."),
    )
    text = Lines(_l("Why"), [STORY])

    @classmethod
    def asking(
        cls,
        act: Act,
        made_from: int,
        *,
        currency: str,
        assessed: bool,
        funds: Collection[str],
        approved_on: date | None,
        today: date,
        reference: str,
    ) -> SigningForm:
        """With the fields of one act. `assessed`: a colleague has answered the three tests, each with yes. `today`, and
        the day of the approval: the office's. `reference`: what stands in the accounts so far.
        """
        form = cls(made_from=str(made_from), fund=next(iter(funds), ""), paid_on=today, reference=reference)
        form.currency, form.approved_on, form.today = currency, approved_on, today
        wanted = {"made_from", "text"} | ({"code"} if act is Act.REJECT else set())
        wanted |= {"amount"} if act in _SUMS else set()
        wanted |= {"by"} if act is Act.RECEIPT else set()
        wanted |= {"paid_on", "reference"} if act in life.PAYING else set()
        wanted |= {"fund"} if act in life.APPROVING and len(funds) > 1 else set()
        needs = life.RULES[act].needs
        wanted |= set(_names(TESTS)) if Need.TESTS in needs and (act is Act.ASSESS or not assessed) else set()
        wanted |= set(_names(CHECKS)) if Need.CHECKED in needs else set()
        for name in [field.short_name for field in form]:
            if name not in wanted:
                del form[name]
        form._call(act, funds)
        return form

    currency = money.EURO
    approved_on: date | None = None
    today = date.max

    def _call(self, act: Act, funds: Collection[str]) -> None:
        if "fund" in self:
            self.fund.choices = [offered(one, _(FUNDS.fund[one].name)) for one in funds]
        label, hint, must = _TEXTS.get(act, (_l("A note"), "", False))
        self.text.label.text, self.text.description, self.text.flags.optional = label, hint, not must
        if must:
            self.text.validators = [needed(_("Write it in your own words.")), STORY]
        if "amount" in self:
            self.amount.label.text = _SUMS[act][0]
            self.amount.description = _SUMS[act][1]
            if act is not Act.RELEASE:
                self.amount.validators = [needed(_("Write how much it is.")), FIGURE]

    @property
    def asked(self) -> list[Any]:
        """The fields of the three tests, or of the checks, if they are asked."""
        return [self[name] for listed in _LISTED for name in _names(listed) if name in self]

    @property
    def answers(self) -> tuple[Answered, ...]:
        return tuple(Answered(code=field.short_name.partition("_")[2], yes=field.data == YES) for field in self.asked)

    def sum(self) -> Decimal | None:
        """The sum that was typed; None for none, or where none is asked for. Refused for what is no sum."""
        said = typed(self.amount) if "amount" in self else ""
        return money.parse(said, self.currency) if said else None

    def validate_text(self, field: Any) -> None:
        checked = [one for one in self.asked if one.short_name.startswith(_LISTED[CHECKS])]
        if any(one.data not in (YES, None) for one in checked) and not typed(field):
            raise ValidationError(_("Write what is to be looked at."))

    def validate_paid_on(self, field: Any) -> None:
        wrong = paid_when(field.data, self.approved_on or self.today, self.today) if field.data is not None else None
        if wrong is not None:
            raise ValidationError(in_words(wrong)[0])

    def validate_amount(self, field: Any) -> None:
        try:
            self.sum()
        except Refused as refused:
            self.refuse(refused, field.short_name)


def _names(listed: str) -> list[str]:
    return [f"{_LISTED[listed]}{code}" for code in CODES[listed]]


_ANSWERS = {
    TESTS: (_l("Answer it: yes, or no."), yes_no),
    CHECKS: (_l("Say what you found."), found_or_not),
}
for _listed, (_sentence, _choices) in _ANSWERS.items():
    for _name, _label in zip(_names(_listed), CODES[_listed].labels.values(), strict=True):
        setattr(SigningForm, _name, Radio(_l(_label), [InputRequired(message=_sentence)], choices=_choices))

_PROOF = (
    _l("Proof of the payment"),
    _l("The bank’s number and day of it; for cash, who signed the receipt and where it lies."),
    True,
)
_TEXTS: dict[Act, tuple[Any, Any, bool]] = {
    Act.ASSESS: (_l("What you found"), _l("What speaks for it and against it. Whoever decides reads it."), False),
    Act.APPROVE_LESS: (_l("Why less"), _l("Whoever asked for it reads this."), True),
    Act.FAST_APPROVE: (_l("Why it cannot wait for finance"), _l("Whoever signs as the second reads this."), True),
    Act.RETURN: (_l("What is missing or has to change"), _l("Whoever asked for it reads this."), True),
    Act.REJECT: (_l("More about it"), _l("Whoever asked for it reads this."), False),
    Act.VERIFY: (_l("What you found"), _l("Whoever decides reads it, and so do officers."), False),
    Act.COUNTERSIGN: (_l("What you found"), _l("The office reads it."), False),
    Act.BACK_TO_APPROVAL: (_l("What you found"), _l("Whoever decides anew reads it."), False),
    Act.SEND_BACK: (_l("What failed, and what has to change"), _l("Whoever asked for it reads this."), True),
    Act.COMMIT: (_l("Accounting reference"), _l("If it has one. It names nobody."), False),
    Act.PAY: _PROOF,
    Act.PAY_PART: _PROOF,
    Act.ARRIVE: (_l("How you know"), _l("For example: the payee called, or the bank confirmed it."), False),
    Act.RECEIPT: (
        _l("The receipts, or why there are none"),
        _l("Name each receipt. Where one would endanger somebody, declare what it was spent on and why none is kept."),
        True,
    ),
    Act.ASK_BACK: (_l("Why"), _l("It is kept with the grant for good."), True),
    Act.TAKE_BACK: (_l("How it came back"), _l("For example the day, and the bank’s number."), False),
}
"""Of an act: what its words are called, the hint, and whether they have to be written."""
_SUMS: dict[Act, tuple[Any, Any]] = {
    Act.APPROVE_LESS: (_l("How much you approve"), _l("In the currency of the grant, like 100,000.")),
    Act.RELEASE: (_l("How much is cleared for payment now"), _l("Leave it empty for all that is left.")),
    Act.RECEIPT: (_l("How much it accounts for"), _l("In the currency of the grant, like 100,000.")),
    Act.ASK_BACK: (_l("How much is asked back"), _l("In the currency of the grant, like 100,000.")),
    Act.TAKE_BACK: (_l("How much came back"), _l("In the currency of the grant, like 100,000.")),
}


class SheetForm(StepForm, SignedForm):
    """The decision sheet for headquarters: what is sent is what was read."""

    reasons = Lines(
        _l("Why now"),
        [needed(_l("Write it in your own words.")), STORY],
        description=_l(
            "Headquarters reads exactly this, and answers the three tests by it: say what they stand on. Name nobody."
        ),
    )
    named = BooleanField(_l("Tell them the name"))
