"""A request as it is drafted: lines and their totals, what it is worth, who writes in it, what the file says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import func, select

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import MoneyAsked
from hrd_cases.cases.models import Case
from hrd_cases.errors import Changed, Refused
from hrd_cases.grants import acts, requests
from hrd_cases.grants.details import Payment, Story
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import open_grant
from hrd_cases.grants.requests import MOST_LINES, Worded, with_lines
from tests.cases.acting import said
from tests.grants.asking import LINES, WHO, Asked
from tests.keys.cast import id_of
from tests.world import World

STORY = Story(case_id=id_of("case"), author_id=id_of("officer"), beneficiary="defender")


def payment(currency: str = "EGP") -> Payment:
    return Payment(purpose="", currency=currency, amount=Decimal(0), lines=(), payee="", channel="")


def line(quantity: str = "1", price: str = "100", category: str = "medical", words: str = "A bed") -> Worded:
    return Worded(category, words, Decimal(quantity), Decimal(price))


TOTALS = [
    ("EGP", [], "0"),
    ("EGP", [line()], "100.00"),
    ("EGP", list(LINES), "180000.00"),
    ("EGP", [line("0.1", "0.1"), line("0.2", "0.1")], "0.03"),
    ("BHD", [line("3", "0.335")], "1.005"),
    ("UGX", [line("2.5", "1000")], "2500"),
    ("COP", [line("1", "44000000")], "44000000.00"),
]


@pytest.mark.parametrize(("currency", "lines", "total"), TOTALS)
def test_lines_add_up_exactly(currency: str, lines: list[Worded], total: str) -> None:
    story, paid = with_lines(STORY, payment(currency), lines)
    assert str(paid.amount) == total
    assert story.lines == tuple(one.description for one in lines)
    assert [(one.quantity, one.unit_price) for one in paid.lines] == [(one.quantity, one.unit_price) for one in lines]


WRONG = [
    ("EGP", [line("0")], "A quantity must be more than nothing."),
    ("EGP", [line("-1")], "A quantity must be more than nothing."),
    ("EGP", [line("NaN")], "A quantity must be more than nothing."),
    ("EGP", [line("1", "0")], "A sum must be more than nothing."),
    ("EGP", [line("1", "Infinity")], "A sum must be more than nothing."),
    ("EGP", [line("1", "1E+12")], "No sum is as large as this."),
    ("EGP", [line("10", "99999999999"), line("1", "10")], "No sum is as large as this."),
    ("EGP", [line("0.5", "0.01")], "EGP has 2 decimal places, no more."),
    ("UGX", [line("0.5", "1")], "UGX has 0 decimal places, no more."),
    ("EGP", [line(category="yacht")], "This is not on the list."),
    ("EGP", [line(category="other", words=" ")], "“Other” alone says nothing."),
    ("EGP", [line()] * (MOST_LINES + 1), "A request has 40 lines at most."),
    ("XAU", [line()], "“XAU” is no currency that is used today."),
]


@pytest.mark.parametrize(("currency", "lines", "sentence"), WRONG)
def test_a_line_that_is_no_sum_is_refused(currency: str, lines: list[Worded], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        with_lines(STORY, payment(currency), lines)
    assert refused.value.said()[0] == sentence


def test_a_draft_says_what_it_is_worth(world: World) -> None:
    asked = Asked(world)
    with world.acting(WHO["officer"]) as (session, visitor):
        opened = open_grant(session, session.get_one(Grant, asked.id), visitor.charters)
        weighed = acts.weighed(session, visitor, opened, datetime.now(UTC))
        assert (weighed.worth.amount, weighed.whole) == (Decimal("180000.00"), Decimal("3435.11"))
        assert weighed.over_ceiling() is None


def test_the_file_names_its_grant_and_nothing_in_clear_does(world: World) -> None:
    asked = Asked(world)
    said = asked.file.seen(lambda file: [one.said.grant_id for one in file.all(MoneyAsked)])
    assert said == [asked.id]
    with world.acting(WHO["officer"]) as (session, _visitor):
        assert session.get_one(Grant, asked.id).story.case_id == asked.file.id


def test_no_money_is_asked_for_from_a_file_that_is_over(world: World) -> None:
    asked = Asked(world)
    asked.file.set_state("closed")
    with pytest.raises(Refused, match="not looked after"):
        asked.begin("officer")


def test_what_was_saved_meanwhile_is_not_written_over(world: World) -> None:
    asked = Asked(world)
    with world.acting(WHO["officer"]) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        story, paid = asked.said(grant, why_now="Earlier words.")
        with pytest.raises(Changed):
            requests.save(session, visitor, grant, grant.version - 1, story, paid, datetime.now(UTC))
        assert requests.save(session, visitor, grant, grant.version, story, paid, datetime.now(UTC))
        assert not requests.save(session, visitor, grant, grant.version, story, paid, datetime.now(UTC))


def test_a_form_changes_neither_the_file_nor_the_author_nor_what_was_signed(world: World) -> None:
    asked = Asked(world)
    with world.acting(WHO["officer"]) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        before = grant.story
        story, paid = asked.said(grant, case_id=id_of("another"), author_id=id_of("another"), why_now="Now.")
        paid = msgspec.structs.replace(paid, agreed=True, amount=Decimal(1))
        requests.save(session, visitor, grant, grant.version, story, paid, datetime.now(UTC))
        assert (grant.story.case_id, grant.story.author_id) == (before.case_id, before.author_id)
        assert grant.payment is not None
        assert (grant.payment.agreed, grant.payment.amount) == (False, Decimal("180000.00"))


def test_finance_and_headquarters_begin_none(world: World) -> None:
    asked = Asked(world)
    with world.acting(WHO["officer"]) as (session, _visitor):
        count = session.scalar(select(func.count()).select_from(Grant))
    for who in ("finance", "approver", "stranger"):
        with world.acting(WHO[who]) as (session, visitor), pytest.raises(Exception) as refused:  # noqa: PT011
            requests.begin(session, visitor, session.get_one(Case, asked.file.id), "EGP", datetime.now(UTC))
        assert type(refused.value).__name__ in ("Locked", "Refused", "Forbidden"), who
    with world.acting(WHO["officer"]) as (session, _visitor):
        assert session.scalar(select(func.count()).select_from(Grant)) == count


def test_the_file_shows_that_money_was_asked_for(world: World) -> None:
    asked = Asked(world)
    entry = asked.file.seen(lambda file: file.last(MoneyAsked).entry.id)
    asked.file.write(*[said(payment="given")] * 3)
    shown = [asked.file.get(rest) for rest in ("timeline/1", f"entries/{entry}", "print")]
    assert [one.status_code for one in shown] == [200, 200, 200]
    assert "Emergency money asked for" in shown[0].text
    assert "Emergency money" in shown[1].text
    assert asked.file.get(f"entries/{entry}/correct").status_code == 404


def test_what_a_defender_agrees_to_no_more_finance_does_not_pay(world: World) -> None:
    """Finance has no file to read the no in."""
    asked = Asked(world)
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance")):
        asked.act(act, who)
    asked.act("release", "head")
    with world.acting(WHO["officer"]) as (session, by):
        no = said(ago=timedelta(0), speaker_id=None, payment="refused")
        record_conversation(session, by, session.get_one(Case, asked.file.id), no, datetime.now(UTC))
    with pytest.raises(Refused, match="agreed"):
        asked.act("pay", "finance2")
    asked.file.talk(ago=timedelta(0), payment="given")
    asked.act("ask", "officer")
    asked.act("pay", "finance2")
    assert asked.state == "paid"
