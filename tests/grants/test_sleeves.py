"""Who opens what of a grant, by cryptography: finance the payment and nothing else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hrd_cases.errors import Locked
from hrd_cases.grants.details import Line, Payment, Story
from hrd_cases.grants.models import Grant
from hrd_cases.keys.models import FolderKind
from hrd_cases.vault.envelope import random_bytes
from tests.keys.cast import CAIRO, Cast, id_of
from tests.keys.conftest import cairo

__all__ = ["cairo"]
STORY = Story(
    case_id=uuid.uuid4(), author_id=id_of("officer"), beneficiary="defender", why_now="The hearing is on Sunday."
)
PAYMENT = Payment(
    purpose="legal_support",
    currency="EGP",
    amount=Decimal("180000.00"),
    lines=(Line(category="legal_support", quantity=Decimal(1), unit_price=Decimal("180000.00")),),
    payee="Cairo Chambers",
    channel="bank",
)


@pytest.fixture
def grant(cairo: Cast) -> uuid.UUID:
    with cairo.acting("officer") as (session, ring):
        now = datetime.now(UTC)
        folder = ring.open_folder(CAIRO, FolderKind.GRANT, now)
        row = Grant(
            folder_id=folder.id,
            office_id=CAIRO,
            opened_at=now,
            story=STORY,
            story_salt=random_bytes(32),
            payment=PAYMENT,
            payment_salt=random_bytes(32),
        )
        session.add(row)
        return row.id


def test_finance_opens_the_payment_and_nothing_else(cairo: Cast, grant: uuid.UUID) -> None:
    with cairo.acting("finance") as (session, _):
        row = session.get_one(Grant, grant)
        assert row.payment == PAYMENT
        assert len(row.payment_salt) == 32
        for name in ("story", "story_salt"):
            with pytest.raises(Locked):
                getattr(row, name)


def test_finance_writes_in_the_payment_alone(cairo: Cast, grant: uuid.UUID) -> None:
    with cairo.acting("finance") as (session, _):
        row = session.get_one(Grant, grant)
        assert row.payment is not None
        row.payment = Payment(
            **{name: getattr(row.payment, name) for name in Payment.__struct_fields__} | {"wording": "Invoice A-1"}
        )
    with cairo.acting("head") as (session, _):
        row = session.get_one(Grant, grant)
        assert (row.story, row.payment and row.payment.wording) == (STORY, "Invoice A-1")


def test_nothing_of_it_lies_in_clear(cairo: Cast, grant: uuid.UUID) -> None:
    with cairo.database.main.reading() as session:
        row = session.get_one(Grant, grant)
        for blob in (row.sealed_file, row.sealed_payments):  # type: ignore[attr-defined]
            assert not any(word in blob for word in (b"Cairo", b"EGP", b"legal", b"Sunday", STORY.case_id.bytes))
