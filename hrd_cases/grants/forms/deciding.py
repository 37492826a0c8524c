"""What is typed with a decision on a grant: the three tests, a smaller sum, the fund, a reason."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from hrd_cases.cases.forms.fields import STORY, Lines
from hrd_cases.errors import Refused
from hrd_cases.forms import Choice, Radio, SignedForm, Text, needed, offered, typed
from hrd_cases.grants import money
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Answered
from hrd_cases.grants.forms.request import FIGURE, grant_listed
from hrd_cases.grants.forms.step import StepForm
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.life import Act

TESTS = "grant_test"
YES = "yes"
_TEST = "test_"
ANSWERING = (Act.ASSESS, Act.APPROVE, Act.APPROVE_LESS, Act.FAST_APPROVE)
APPROVING = (Act.APPROVE, Act.APPROVE_LESS, Act.FAST_APPROVE)
REASONED = (Act.RETURN, Act.REJECT, Act.APPROVE_LESS, Act.FAST_APPROVE)


def yes_no() -> list[Any]:
    return [offered(YES, _("Yes")), offered("no", _("No"))]


class DecideForm(StepForm, SignedForm):
    """Every field that a decision may ask for; `asking` leaves those of one. What is signed is what was read."""

    amount = Text(_l("How much"), [FIGURE])
    fund = Choice(_l("From which budget"), choices=[])
    code = Choice(
        _l("Why it is rejected"),
        [InputRequired(message=_l("Choose the reason."))],
        choices=grant_listed("reject_reason", blank=True),
    )
    text = Lines(_l("Why"), [STORY])

    @classmethod
    def asking(cls, act: Act, made_from: int, *, currency: str, assessed: bool, funds: Collection[str]) -> DecideForm:
        """With the fields of one act. `assessed`: a colleague has answered the three tests, each with yes."""
        form = cls(made_from=str(made_from), fund=next(iter(funds), ""))
        form.currency = currency
        wanted = {"made_from", "text"} | ({"code"} if act is Act.REJECT else set())
        wanted |= {"amount"} if act in (Act.APPROVE_LESS, Act.RELEASE) else set()
        wanted |= {"fund"} if act in APPROVING and len(funds) > 1 else set()
        wanted |= set(_tests()) if act is Act.ASSESS or (act in ANSWERING and not assessed) else set()
        for name in [field.short_name for field in form]:
            if name not in wanted:
                del form[name]
        form._call(act, funds)
        return form

    currency = money.EURO

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
            if act is Act.APPROVE_LESS:
                self.amount.validators = [needed(_("Write how much it is.")), FIGURE]

    @property
    def tests(self) -> list[Any]:
        """The fields of the three tests, if they are asked."""
        return [self[name] for name in _tests() if name in self]

    @property
    def answers(self) -> tuple[Answered, ...]:
        return tuple(Answered(code=field.short_name.removeprefix(_TEST), yes=field.data == YES) for field in self.tests)

    def sum(self) -> Decimal | None:
        """The sum that was typed; None for none, or where none is asked for. Refused for what is no sum."""
        said = typed(self.amount) if "amount" in self else ""
        return money.parse(said, self.currency) if said else None

    def validate_amount(self, field: Any) -> None:
        try:
            self.sum()
        except Refused as refused:
            self.refuse(refused, field.short_name)


def _tests() -> list[str]:
    return [f"{_TEST}{code}" for code in CODES[TESTS]]


for _code, _label in CODES[TESTS].labels.items():
    setattr(
        DecideForm,
        f"{_TEST}{_code}",
        Radio(_l(_label), [InputRequired(message=_l("Answer it: yes, or no."))], choices=yes_no),
    )

_TEXTS: dict[Act, tuple[Any, Any, bool]] = {
    Act.ASSESS: (_l("What you found"), _l("What speaks for it and against it. Whoever decides reads it."), False),
    Act.APPROVE_LESS: (_l("Why less"), _l("Whoever asked for it reads this."), True),
    Act.FAST_APPROVE: (_l("Why it cannot wait for finance"), _l("Whoever signs as the second reads this."), True),
    Act.RETURN: (_l("What is missing or has to change"), _l("Whoever asked for it reads this."), True),
    Act.REJECT: (_l("More about it"), _l("Whoever asked for it reads this."), False),
}
"""Of an act: what its words are called, the hint, and whether they have to be written."""
_SUMS: dict[Act, tuple[Any, Any]] = {
    Act.APPROVE_LESS: (_l("How much you approve"), _l("In the currency of the grant, like 100,000.")),
    Act.RELEASE: (_l("How much is cleared for payment now"), _l("Leave it empty for all that is left.")),
}


class SheetForm(StepForm, SignedForm):
    """The decision sheet for headquarters: what is sent is what was read."""

    reasons = Lines(
        _l("Why now"),
        [needed(_l("Write it in your own words.")), STORY],
        description=_l("Headquarters reads exactly this. Name nobody in it."),
    )
    named = BooleanField(_l("Tell them the name"))
