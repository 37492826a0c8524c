"""Forms of a request: what it is for and why, its lines, who is paid and how."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, NamedTuple, Self

import msgspec
from babel import Locale
from babel.numbers import get_territory_currencies
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, ValidationError
from wtforms.validators import Optional

from hrd_cases.cases.details import Person
from hrd_cases.cases.forms.entry import Around
from hrd_cases.cases.forms.fields import LINE, PARAGRAPH, STORY, Lines, Somebody, in_words, not_to_come
from hrd_cases.errors import Refused
from hrd_cases.forms import AtMost, Choice, DayField, Form, SentAlong, Text, offered, typed
from hrd_cases.forms import in_words as refusal_in_words
from hrd_cases.grants import money
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.requests import MOST_LINES, Worded, with_lines
from hrd_cases.grants.transfers import mistyped, named_in
from hrd_cases.pages import reader_locale
from hrd_cases.vault.envelope import digest

FIGURE = AtMost(60)
DEFENDER = "defender"


def grant_listed(name: str, *, blank: bool = False, without: Collection[str] = ()) -> Callable[[], list[Any]]:
    """The choices of a list of grants, in the reader's language."""

    def choices() -> list[Any]:
        first = [offered("", "")] if blank else []
        return first + [offered(code, label) for code, label in CODES[name].choices(_) if code not in without]

    return choices


def currency_choices() -> list[Any]:
    """Every currency that is used today, by its letters, and named in the reader's language."""
    names = Locale.parse(str(reader_locale())).currencies
    return [offered(code, f"{code} – {names.get(code, code)}") for code in sorted(money.currencies())]


def usual_currency(country: str) -> str:
    """What is paid with in a country; the euro where nobody can tell."""
    found = get_territory_currencies(country) if country else []
    return next((code for code in found if code in money.currencies()), money.EURO)


class Request(NamedTuple):
    """What a form of a request fills in: the story, and what finance reads."""

    story: Story
    payment: Payment


class RequestForm(Form):
    """A part of a request. A field is named as what it fills in. `made_from`: names what this part said when it was
    shown; whoever changed it meanwhile was first.
    """

    made_from = SentAlong("")

    @classmethod
    def of(cls, asked: Request, around: Around | None = None, *, made_from: str = "", unread: bool = False) -> Self:
        form = cls(unread=unread, made_from=made_from or cls.name_of(asked), **cls.filled(asked))
        form.offer(asked, around)
        return form

    @classmethod
    def filled(cls, asked: Request) -> dict[str, Any]:
        """What stands in the fields before anybody types."""
        return {n: getattr(one, n) for one in asked for n in one.__struct_fields__ if hasattr(cls, n)}

    @classmethod
    def name_of(cls, asked: Request) -> str:
        """Another one for each thing that this part can say."""
        return digest(
            "a part of a request", cls.__name__.encode(), repr(sorted(cls.filled(asked).items())).encode()
        ).hex()

    def offer(self, asked: Request, around: Around | None) -> None:
        """What there is to choose from, and to look at, for this request in its file."""

    def over(self, asked: Request) -> Request:
        """What was typed, over what the request says. Refused for what is no sum."""
        said = {f.short_name: f.said if hasattr(f, "said") else f.data for f in self if f.short_name != "made_from"}
        texts = {name: value for name, value in said.items() if name in asked.story.__struct_fields__}
        figures = {name: value for name, value in said.items() if name in asked.payment.__struct_fields__}
        return Request(msgspec.structs.replace(asked.story, **texts), msgspec.structs.replace(asked.payment, **figures))

    def in_words(self) -> dict[str, tuple[str, str]]:
        """By field: its label, and what stands there; for whoever finds that somebody wrote first."""
        fields = [field for field in self if field.short_name != "made_from"]
        return {field.short_name: (str(field.label.text), in_words(field)) for field in fields}


class WhatForm(RequestForm):
    """What it is for, whom it helps, and why now."""

    first: ClassVar[tuple[str, ...]] = (
        "purpose", "beneficiary", "beneficiary_id", "currency", "why_now", "other_donors", "spent_on", "spent_reason",
    )  # fmt: skip
    purpose = Choice(_l("What it is for"), choices=grant_listed("grant_purpose", blank=True))
    beneficiary = Choice(_l("Whom it helps"), choices=grant_listed("grant_beneficiary", blank=True))
    beneficiary_id = Somebody(
        _l("Who that is, on file"),
        description=_l("If it is not the defender. Whoever decides is shown what they had before."),
    )
    currency = Choice(_l("Currency in which it is paid"), choices=currency_choices)
    why_now = Lines(
        _l("Why now"), [STORY], description=_l("What happens if it does not come, and until when it is needed.")
    )
    other_donors = Lines(
        _l("Other donors who were asked"),
        [PARAGRAPH],
        description=_l("Who, when, and what they said. Or that nobody was."),
    )
    spent_on = DayField(
        _l("Was something paid for already? The first day"),
        [Optional(), not_to_come],
        description=_l("Leave it empty if nothing was."),
    )
    spent_reason = Lines(_l("Why that could not wait"), [PARAGRAPH])

    defender: uuid.UUID | None = None

    def offer(self, asked: Request, around: Around | None) -> None:
        people = around.people if around is not None else ()
        self.defender = around.defender if around is not None else asked.story.beneficiary_id
        self.beneficiary_id.among([one for one in people if one[0] != self.defender])

    def over(self, asked: Request) -> Request:
        over = super().over(asked)
        helps = self.defender if over.story.beneficiary == DEFENDER else self.beneficiary_id.said
        return over._replace(story=msgspec.structs.replace(over.story, beneficiary_id=helps))

    def validate_beneficiary_id(self, field: Any) -> None:
        if self.beneficiary.data == DEFENDER and field.data:
            raise ValidationError(_("Choose one: the defender, or this person."))

    def validate_spent_reason(self, field: Any) -> None:
        if self.spent_on.data is not None and not typed(field):
            raise ValidationError(_("Write why it could not wait for the request."))


def number_typed_right(_form: Any, field: Any) -> None:
    if number := mistyped(typed(field)):
        raise ValidationError(
            _("In %(number)s a letter or a digit is wrong: its check digits do not fit.", number=number)
        )


class ToWhomForm(RequestForm):
    """Where money goes, and what stands on the transfer."""

    account = Lines(
        _l("Account, or where it is handed over"),
        [PARAGRAPH, number_typed_right],
        description=_l("For a transfer: bank, number (IBAN) and its holder."),
    )
    wording = Text(
        _l("Words on the transfer"), [LINE], description=_l("They tell nothing: no name of ours, no reason, no case.")
    )
    on_file: tuple[Person, ...] = ()

    def offer(self, asked: Request, around: Around | None) -> None:
        super().offer(asked, around)
        self.on_file = around.on_file if around is not None else ()

    def validate_wording(self, field: Any) -> None:
        if name := named_in(typed(field), self.on_file):
            raise ValidationError(
                _("“%(name)s” names somebody of the case: whoever reads the transfer would know.", name=name)
            )


class PaidForm(ToWhomForm):
    """Who is paid, how, and what it may bring upon them."""

    first: ClassVar[tuple[str, ...]] = ("payee", "channel", "account", "wording", "danger", "danger_text")
    payee = Text(
        _l("Who gets the money"),
        [LINE],
        description=_l("The name as the bank or whoever hands it over has to know it. Finance reads it."),
    )
    channel = Choice(_l("How it is paid"), choices=grant_listed("grant_channel", blank=True))
    danger = Choice(_l("What receiving it may bring"), choices=grant_listed("grant_danger", blank=True))
    danger_text = Lines(
        _l("About that danger"), [PARAGRAPH], description=_l("What the person said, and how it is made smaller.")
    )

    def validate_danger_text(self, field: Any) -> None:
        if self.danger.data == "other" and not typed(field):
            raise ValidationError(_("“Other” alone says nothing. Write what it is."))


class LineForm(Form):
    """One line. It is left out if nothing is typed in it."""

    category = Choice(_l("Kind"), choices=grant_listed("grant_purpose", blank=True))
    description = Text(_l("What it is"), [LINE])
    quantity = Text(_l("How many"), [FIGURE])
    unit_price = Text(_l("Price of one"), [FIGURE])

    def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **data: Any) -> None:
        super(Form, self).__init__(formdata, obj=obj, prefix=prefix, data=data.pop("data", None), **data)

    currency = money.EURO
    line: Worded | None = None
    """What was typed, once it is validated; None for a line that is left out, or cannot be read."""

    @property
    def is_empty(self) -> bool:
        return not any(typed(field) for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.is_empty or not fine:
            return fine
        self.line = self._read()
        return self.line is not None

    def _read(self) -> Worded | None:
        """None if something of it is missing or cannot be read, which is said at its field."""
        for field, sentence in (
            (self.category, _("Choose what kind it is.")),
            (self.description, _("Write what it is.")),
        ):
            if not typed(field):
                _refuse(field, sentence)
        quantity = _figure(self.quantity, money.quantity, _("Write how many, like 1 or 2.5."))
        price = _figure(self.unit_price, partial(money.parse, currency=self.currency), _("Write the price of one."))
        if self.errors or quantity is None or price is None:
            return None
        try:
            money.exact(quantity * price, self.currency)
        except Refused as refused:
            _refuse(self.unit_price, " ".join(filter(None, refusal_in_words(refused))))
            return None
        return Worded(typed(self.category), typed(self.description), quantity, price)


def _refuse(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _figure(field: Any, read: Callable[[str], Decimal], needed: str) -> Decimal | None:
    """The figure that was typed; None, and why at its field, if it is none."""
    if not typed(field):
        _refuse(field, needed)
        return None
    try:
        return read(typed(field))
    except Refused as refused:
        _refuse(field, " ".join(filter(None, refusal_in_words(refused))))
        return None


class LinesForm(RequestForm):
    """What is asked for, line by line."""

    first: ClassVar[tuple[str, ...]] = ("lines",)
    spare: ClassVar[int] = 3
    """Empty lines below those that are written."""
    lines = FieldList(FormField(LineForm), _l("Line"), max_entries=MOST_LINES)
    currency = ""

    @classmethod
    def filled(cls, asked: Request) -> dict[str, Any]:
        words, figures = asked.story.lines, asked.payment.lines
        rows = [
            {
                "category": one.category,
                "description": words[place] if place < len(words) else "",
                "quantity": money.retyped_quantity(one.quantity),
                "unit_price": money.retyped(one.unit_price, asked.payment.currency),
            }
            for place, one in enumerate(figures)
        ]
        spare: list[dict[str, str]] = [{}] * cls.spare
        return {"lines": [*rows, *spare][:MOST_LINES]}

    def offer(self, asked: Request, around: Around | None) -> None:
        self.currency = asked.payment.currency
        for entry in self.lines:
            entry.form.currency = self.currency

    def over(self, asked: Request) -> Request:
        written = (entry.form.line for entry in self.lines)
        return Request(*with_lines(asked.story, asked.payment, [one for one in written if one is not None]))

    def in_words(self) -> dict[str, tuple[str, str]]:
        found = {}
        for number, entry in enumerate(self.lines, start=1):
            said = " · ".join(filter(None, (in_words(field) for field in entry.form)))
            if said:
                found[f"line {number}"] = (str(_("Line %(number)s", number=number)), said)
        return found
