"""What a grant says under its seals, and how it is signed without being told: structs of the two sleeves.

The file sleeve has the story and is the caseworkers'; the payments sleeve has what finance needs and nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from hrd_cases.documents.papers import Paper
from hrd_cases.grants.money import exact
from hrd_cases.instants import Instant


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a request, as finance sees it: what it is for stands in the story, by the same place in order."""

    category: str
    quantity: Decimal
    unit_price: Decimal


def line_total(line: Line, currency: str) -> Decimal:
    """What a line comes to. Refused for one that its currency cannot pay."""
    return exact(line.quantity * line.unit_price, currency)


def total(lines: Iterable[Line], currency: str) -> Decimal:
    """What all lines come to; nothing for none. Refused for more than any sum is."""
    whole = sum((line_total(one, currency) for one in lines), Decimal(0))
    return exact(whole, currency) if whole else Decimal(0)


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the three tests, or one check of finance, answered."""

    code: str
    yes: bool
    note: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was said with a step: its hash stands in the step as `texts`. `code`: a reason from a list; `request`: the
    story as it was submitted, in the bytes that were hashed. `salt`: of the hash, where it is not the grant's own; it
    is no part of what was hashed. `paid_on`: the day on which a payment went out, by the bank or from hand to hand;
    `reference`: how that payment stands in the accounts.
    """

    step: int
    code: str = ""
    text: str = ""
    answers: tuple[Answered, ...] = ()
    request: bytes = b""
    salt: bytes = b""
    paid_on: date | None = None
    reference: str = ""


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """What stands for the payee in every step: who gets it, how, and what for. Another one voids an approval."""

    purpose: str
    currency: str
    payee: str
    channel: str
    account: str


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of the file sleeve. `lines`: what each line is, in words. `danger`: what receiving it may bring."""

    case_id: uuid.UUID
    author_id: uuid.UUID
    beneficiary: str
    beneficiary_id: uuid.UUID | None = None
    why_now: str = ""
    lines: tuple[str, ...] = ()
    other_donors: str = ""
    danger: str = ""
    danger_text: str = ""
    spent_on: date | None = None
    spent_reason: str = ""
    told: tuple[Told, ...] = ()
    """What caseworkers said with their steps, oldest first. Only ever added to."""


class Lying(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody wrote of a document of the grant; what is written of the same one later stands instead of it."""

    entry_id: uuid.UUID
    at: Instant
    by_id: uuid.UUID
    paper: Paper


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of the payments sleeve. `wording`: what stands on the transfer, and tells nothing."""

    purpose: str
    currency: str
    amount: Decimal
    lines: tuple[Line, ...]
    payee: str
    channel: str
    account: str = ""
    wording: str = ""
    agreed: bool = False
    """The defender agrees that data about the payment is used: finance has no file to read it in."""
    told: tuple[Told, ...] = ()
    """What finance said with its steps, oldest first."""
    payees: tuple[Payee, ...] = ()
    """Each that was ever signed, in the order they were: an auditor is shown who it was then."""
    papers: tuple[Lying, ...] = ()
    """Of its documents, oldest first. Only ever added to."""
    papers_folder: uuid.UUID | None = None
    """Where they lie: a folder of finance’s circle; None while there never was one."""
    critical: bool = False
    """It is decided by the clock of what is critical: finance has no file to read the risk in."""

    def with_what_was_kept(self, before: Payment) -> Payment:
        """What no draft and no change says: what was said and signed, what was agreed, its clock, and the documents."""
        return msgspec.structs.replace(
            self,
            told=before.told,
            payees=before.payees,
            agreed=before.agreed,
            critical=before.critical,
            papers=before.papers,
            papers_folder=before.papers_folder,
        )

    @property
    def to(self) -> Payee:
        return Payee(
            purpose=self.purpose,
            currency=self.currency,
            payee=self.payee,
            channel=self.channel,
            account=self.account,
        )
