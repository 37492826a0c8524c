"""What a grant says under its seals, and how it is signed without being told: structs of the two sleeves.

The file sleeve has the story and is the caseworkers'; the payments sleeve has what finance needs and nothing else.
"""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a request, as finance sees it: what it is for stands in the story, by the same place in order."""

    category: str
    quantity: Decimal
    unit_price: Decimal


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
    reference: str = ""
