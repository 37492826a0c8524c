"""What a request still misses before somebody can decide and pay by it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hrd_cases.cases.details import Person
from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.transfers import named_in


def missing(story: Story, payment: Payment, on_file: Collection[Person]) -> tuple[str, ...]:
    """The names of what is not said, or not as it has to be, in the order in which it is asked for; () for a request
    that is complete. `on_file`: whom the words on the transfer must not name.
    """
    wording = ("wording",) if named_in(payment.wording, on_file) else ()
    payee, danger = _of_the_payee(payment), _of_the_danger(story)
    return (*_of_the_story(story, payment), *_of_the_lines(story, payment), *payee, *wording, *danger)


def _of_the_story(story: Story, payment: Payment) -> Iterator[str]:
    if payment.purpose not in CODES["grant_purpose"]:
        yield "purpose"
    if story.beneficiary not in CODES["grant_beneficiary"]:
        yield "beneficiary"
    if not story.why_now.strip():
        yield "why_now"
    if story.spent_on is not None and not story.spent_reason.strip():
        yield "spent_reason"


def _of_the_lines(story: Story, payment: Payment) -> Iterator[str]:
    if not payment.lines or payment.amount <= 0:
        yield "lines"
    elif len(story.lines) != len(payment.lines) or not all(line.strip() for line in story.lines):
        yield "descriptions"


def _of_the_payee(payment: Payment) -> Iterator[str]:
    if not payment.payee.strip():
        yield "payee"
    if payment.channel not in CODES["grant_channel"]:
        yield "channel"


def _of_the_danger(story: Story) -> Iterator[str]:
    if story.danger not in CODES["grant_danger"]:
        yield "danger"
    elif story.danger == "other" and not story.danger_text.strip():
        yield "danger_text"
