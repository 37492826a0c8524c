"""What a request still misses before somebody can decide and pay by it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hrd_cases.grants.codes import CODES
from hrd_cases.grants.details import Payment, Story


def missing(story: Story, payment: Payment) -> tuple[str, ...]:
    """The names of what is not said, in the order in which it is asked for; () for a request that is complete."""
    return (*_of_the_story(story, payment), *_of_the_lines(story, payment), *_of_the_payment(story, payment))


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


def _of_the_payment(story: Story, payment: Payment) -> Iterator[str]:
    if not payment.payee.strip():
        yield "payee"
    if payment.channel not in CODES["grant_channel"]:
        yield "channel"
    if story.danger not in CODES["grant_danger"]:
        yield "danger"
    elif story.danger == "other" and not story.danger_text.strip():
        yield "danger_text"
