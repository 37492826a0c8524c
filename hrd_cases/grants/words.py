"""What the pages of grants call things: codes, sums, whose turn it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.cases.words import RULE
from hrd_cases.documents.papers import Paper
from hrd_cases.errors import Refused
from hrd_cases.forms import in_words
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.duties import Capacity
from hrd_cases.grants.life import ASKED_FOR, ENDED, State
from hrd_cases.grants.models import GrantStep
from hrd_cases.grants.money import EURO, from_cents, places
from hrd_cases.grants.steps import NO_DUTY
from hrd_cases.grants.sums import Kind
from hrd_cases.grants.turns import Turn
from hrd_cases.pages import euro, reader_locale

TURN = {
    Turn.ASKER: _l("whoever asked for it"),
    Turn.FINANCE: _l("finance"),
    Turn.HEAD: _l("the head of the office"),
    Turn.HEADQUARTERS: _l("an approver at headquarters"),
    Turn.NOBODY: _l("nobody"),
}
RULE.update({f"grant_{purpose}": _l(label) for purpose, label in CODES["grant_purpose"].labels.items()})
CAPACITY = {
    Capacity.OFFICER: _l("Officer"),
    Capacity.FINANCE: _l("Finance"),
    Capacity.HEAD: _l("Head"),
    Capacity.ACTING_HEAD: _l("Acting head"),
    Capacity.HEADQUARTERS_APPROVER: _l("Headquarters approver"),
}


ENTRY = {
    Kind.ALLOT: _l("Given by headquarters"),
    Kind.TRANSFER_IN: _l("Moved in"),
    Kind.TRANSFER_OUT: _l("Moved out"),
    Kind.APPROVE: _l("Approved"),
    Kind.COMMIT: _l("Committed"),
    Kind.RELEASE: _l("Cleared for payment"),
    Kind.PAY: _l("Paid"),
    Kind.RATE_RISE: _l("More by the rate of the payment"),
    Kind.RATE_FALL: _l("Less by the rate of the payment"),
    Kind.VOID_APPROVAL: _l("Approval void"),
    Kind.VOID_COMMITMENT: _l("Commitment void"),
    Kind.VOID_RELEASE: _l("Clearance void"),
    Kind.RECOVER: _l("Came back"),
}
"""What entries of the ledger are called."""


def code(value: str, name: str) -> str:
    """ "legal_support", "grant_purpose" → "Legal support". "" stays ""."""
    return CODES[name].label(value, _) if value else ""


def money(amount: Decimal, currency: str) -> str:
    """A sum in the places of its currency, with the reader's separators: "EGP 180,000.00", "€3,435.11"."""
    if currency == EURO:
        return euro(amount)
    return format_currency(amount, currency, "¤¤\u00a0#,##0.00", locale=reader_locale())


def cents(count: int) -> str:
    """Cents of the ledger as a sum in euro."""
    return money(from_cents(count), EURO)


def fingerprint(said: bytes) -> str:
    """What stands for a payee, as much of it as two people compare: "1a2b 3c4d 5e6f 7a8b"."""
    return said[:8].hex(" ", 2)


def sentence(said: str) -> str:
    """A sentence of a rule, in the reader’s language."""
    return str(_(said)) if said else ""


def quantity(value: Decimal) -> str:
    """How many, without zeros that say nothing: "2.5"."""
    return format_decimal(value, "#,##0.###", locale=reader_locale())


def rate(value: Decimal, currency: str) -> str:
    """An accounting rate in a line: "€1 = EGP 52.40"."""
    digits = max(places(currency), -int(value.normalize().as_tuple().exponent))
    said = format_decimal(value, "#,##0." + "0" * digits if digits else "#,##0", locale=reader_locale())
    return f"€1 = {currency}\u00a0{said}"


def percent(value: Decimal) -> str:
    """How much higher a rate is: "+3.1 %"."""
    return format_percent(value.scaleb(-2), "+#,##0.0\u00a0%;-#,##0.0\u00a0%", locale=reader_locale())


def state_tag(state: State) -> str:
    """The tag beside a state."""
    if state in ASKED_FOR:
        return "waiting"
    if state in (State.RETURNED, State.RECOVERY):
        return "attention"
    if state in (State.REJECTED, State.WITHDRAWN, State.CANCELLED, State.DRAFT):
        return "neutral"
    return "neutral" if state in ENDED else "good"


def turn(of: Turn) -> str:
    return str(TURN[of])


def month_name(month: str) -> str:
    """ "2026-11" → "November 2026"."""
    return format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=reader_locale())


def refusal(refused: Refused) -> str:
    """A rule's sentence, with what to do instead."""
    return " ".join(filter(None, in_words(refused)))


def capacity(name: str) -> str:
    """As what somebody took a step."""
    return str(CAPACITY[Capacity(name)])


def still_open() -> str:
    """Why a grant keeps its file open."""
    return str(_("An emergency grant is on its way, or not accounted for"))


def unreadable() -> str:
    return str(_("A grant of this file cannot be read"))


def told_of_step(step: GrantStep) -> str:
    """A step on the timeline of a file."""
    said = _("Emergency grant: %(step)s", step=code(step.act, "grant_act"))
    return f"{said} – \u2066{money(step.amount, step.currency)}\u2069" if step.duty != NO_DUTY else str(said)


def told_of_paper(said: Paper) -> str:
    """What became of a document of a grant, for the timeline of its file."""
    if said.removed:
        return str(_("A document of the grant was taken away: %(name)s", name=said.name))
    return str(_("A document of the grant: %(name)s", name=said.name))


def install_grant_words(blueprint: Blueprint) -> None:
    """Filters of the templates of grants: macros see nothing else."""
    blueprint.add_app_template_filter(code, "grant_code")
    blueprint.add_app_template_filter(money, "money")
    blueprint.add_app_template_filter(cents)
    blueprint.add_app_template_filter(fingerprint)
    blueprint.add_app_template_filter(sentence)
    blueprint.add_app_template_filter(quantity, "grant_quantity")
    blueprint.add_app_template_filter(rate, "grant_rate")
    blueprint.add_app_template_filter(percent, "grant_percent")
    blueprint.add_app_template_filter(state_tag, "grant_tag")
    blueprint.add_app_template_filter(turn, "grant_turn")
    blueprint.add_app_template_filter(month_name, "grant_month")
    blueprint.add_app_template_filter(refusal)
    blueprint.add_app_template_filter(capacity, "grant_capacity")
