"""The ledger for the accountants: every entry, to the cent; who may take it along; and that no person stands in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hrd_cases.audit.models import AuditEntry
from hrd_cases.grants.models import MOST_CENTS, LedgerEntry
from hrd_cases.grants.money import from_cents
from hrd_cases.grants.sums import EFFECTS, Kind
from hrd_cases.grants.words import ENTRY
from hrd_cases.paper.workbook import Sheet, workbook
from tests.cases.acting import sentences
from tests.cases.typed import fill
from tests.grants.asking import Asked
from tests.grants.sheets import Table, read_tables
from tests.grants.test_budget_pages import CHIEF, FINANCE, HEAD, OFFICER, WHY, give, move, rows
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.world import World

PATH = "/grants/budgets/ledger.xlsx"
PAID = (*VERIFIED, ("approve", "head"), ("commit", "finance"), ("release", "head"), ("pay", "finance"))


def drop_triggers(session: Session) -> None:
    for trigger in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f'DROP TRIGGER "{trigger}"'))


def taken(world: World, who: str = FINANCE) -> dict[str, Table]:
    answer = world.client(who).get(PATH)
    assert answer.status_code == 200
    return read_tables(answer.data)


def test_every_entry_stands_in_it_with_its_local_sum(world: World) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    entries = taken(world)["Ledger"].rows
    assert [(one["Entry"], one["EUR"]) for one in entries] == [
        ("Given by headquarters", "50000.00"),
        ("Approved", "3435.11"),
        ("Committed", "3435.11"),
        ("Cleared for payment", "3435.11"),
        ("Paid", "3435.11"),
    ]
    left = ["50000.00", *["46564.89"] * 4]
    assert [one["Left after it, EUR"] for one in entries] == left, "an approval takes it out of the budget"
    assert [(one["In the local currency"], one["Currency"]) for one in entries[1:]] == [("180000.00", "EGP")] * 4
    assert "In the local currency" not in entries[0]
    assert {one["Office"] for one in entries} == {"Cairo"}
    day = date(1899, 12, 30) + timedelta(days=int(entries[-1]["Day"]))
    assert day in {(datetime.now(ZoneInfo("Africa/Cairo")) - timedelta(minutes=one)).date() for one in (0, 10)}


def test_the_last_line_says_what_the_page_says_and_the_entries_add_up_to_it(world: World) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    give(world, "1,234.05", "DEL_BLR")
    move(world, "Minsk", "DEL_EGY", "0.07")
    tables = taken(world, CHIEF)
    last = tables["Budgets"].rows[-1]
    page = rows(world.client(CHIEF).get("/grants/budgets").text)["All together"]
    sums = [last[one] for one in last if one.endswith("EUR")]
    assert [f"€{Decimal(one):,.2f}" for one in sums] == page[1:7]
    with world.app.test_request_context():
        kinds = {str(said): kind for kind, said in ENTRY.items()}
    given = sum(EFFECTS[kinds[one["Entry"]]].allotted * Decimal(one["EUR"]) for one in tables["Ledger"].rows)
    assert given == Decimal(last["Given, EUR"]) == Decimal("51234.05")
    assert [one["Why"] for one in tables["Ledger"].rows if "Moved" in one["Entry"]] == [WHY, WHY]


@pytest.mark.parametrize("reference", ["=1+1", "+49", "-5", "@SUM(A1)", "http://a.example/", "00012", "{=A1}"])
def test_what_somebody_typed_is_words(world: World, reference: str) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head")))
    asked.act("commit", "finance", text=reference)
    table = taken(world)["Ledger"]
    assert table.rows[-1]["Accounting reference"] == reference
    assert (table.formulas, table.links) == (0, 0)


def test_the_accounting_reference_is_for_whoever_holds_the_key(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head")))
    asked.act("commit", "finance", text="KTO 4711")
    walk(asked, (("release", "head"), ("pay", "finance")))
    for who, said in ((FINANCE, "KTO 4711"), (HEAD, "KTO 4711"), (CHIEF, ""), ("approver.hq", "")):
        entries = taken(world, who)["Ledger"].rows
        assert [one["Accounting reference"] for one in entries if one["Entry"] != "Given by headquarters"] == [
            "",  # approved, before there was one
            *[said] * 3,
        ], who
        days = [one.get("Paid on", "") != "" for one in entries if one["Entry"] != "Given by headquarters"]
        assert days == [False, False, False, bool(said)], "the day of a payment, likewise"


def test_each_payment_has_a_reference_of_its_own(world: World) -> None:
    asked = Asked(world)
    asked.by_parts = True
    walk(asked, (*VERIFIED, ("approve", "head")))
    asked.act("commit", "finance", text="KTO 4711")
    asked.act("release", "head")
    first = fill(world.client(FINANCE), f"/grants/{asked.id}/sign/pay_part", text="Bank 1")
    assert first.status_code == 303, "what was given when it was committed stands in the field"
    asked.act("release", "head", amount=None)
    fill(world.client(FINANCE), f"/grants/{asked.id}/sign/pay", text="Bank 2", reference="KTO 4711/2")
    entries = taken(world)["Ledger"].rows
    paid = [one["Accounting reference"] for one in entries if one["Entry"] == "Paid"]
    assert paid == ["KTO 4711", "KTO 4711/2"]
    assert "KTO 4711/2" in sentences(world.client(FINANCE).get(f"/grants/{asked.id}").text)


def test_no_person_stands_in_it(world: World) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    for who in (FINANCE, HEAD, CHIEF):
        said = str(taken(world, who))
        for name in ("Salma", "Mithal", "Chambers", "officer.cairo", "finance.cairo", "head.cairo", str(asked.id)):
            assert name not in said


def test_an_office_takes_its_own_along_and_officers_none(world: World) -> None:
    give(world, "10")
    give(world, "20", "DEL_BLR")
    assert {one["Office"] for one in taken(world)["Ledger"].rows} == {"Cairo"}
    assert {one["Office"] for one in taken(world, CHIEF)["Ledger"].rows} == {"Cairo", "Minsk"}
    assert world.client(OFFICER).get(PATH).status_code == 403
    assert "ledger.xlsx" in world.client(FINANCE).get("/grants/budgets").text


def test_it_is_saved_never_shown_and_told_in_the_trail(world: World) -> None:
    give(world, "10")
    finance = world.client(FINANCE)
    first, again = finance.get(PATH), finance.get(PATH)
    assert first.data == again.data, "the same bytes for the same ledger"
    assert first.headers["Content-Disposition"] == 'attachment; filename="ledger.xlsx"'
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    with world.database.main.reading() as session:
        query = select(AuditEntry).where(AuditEntry.event == "ledger_taken_along")
        assert len(session.scalars(query).all()) == 2


def test_a_budget_that_is_not_as_it_was_signed_says_so(world: World) -> None:
    give(world, "10")
    give(world, "20", "DEL_BLR")
    with world.database.main.writing() as session:
        drop_triggers(session)
        session.execute(text("UPDATE ledger_entries SET cents = 9000 WHERE cents = 1000"))
    told = {one["Office"]: one.get("Signatures", "") for one in taken(world, CHIEF)["Budgets"].rows}
    assert "failed its check" in told["Cairo"]
    assert told["Minsk"] == "Every entry is as it was signed."


@pytest.mark.parametrize("altered", ["amount = '999'", "currency = 'USD'", "amount = '1e400'", "cents = cents + 1"])
def test_a_sum_that_nobody_signed_is_not_passed_on(world: World, altered: str) -> None:
    asked = Asked(world)
    walk(asked, PAID)
    with world.database.main.writing() as session:
        drop_triggers(session)
        session.execute(text(f"UPDATE grant_steps SET {altered} WHERE act = 'pay'"))
    tables = taken(world)
    assert "failed its check" in tables["Budgets"].rows[0]["Signatures"]
    for one in tables["Ledger"].rows:
        assert not one.get("In the local currency")
        assert not one.get("Currency")


def test_nothing_of_it_lies_on_a_disk_while_it_is_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    give(world, "10")

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("mkstemp", "mkdtemp", "TemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(f"tempfile.{name}", opened)
    taken(world)


def test_every_kind_of_entry_has_a_name(world: World) -> None:
    assert set(ENTRY) == set(Kind)
    with world.app.test_request_context():
        assert len({str(one) for one in ENTRY.values()}) == len(Kind)


@given(st.lists(st.integers(1, MOST_CENTS), min_size=1, max_size=20))
def test_each_cent_is_right(sums: list[int]) -> None:
    made = workbook([Sheet("Sums", ("Sum",), [(from_cents(one),) for one in sums], (10,))])
    assert [Decimal(one["Sum"]) for one in read_tables(made)["Sums"].rows] == [from_cents(one) for one in sums]


def test_entries_are_dated_by_the_clock_of_their_office(world: World) -> None:
    give(world, "10")
    with world.database.main.reading() as session:
        at = session.scalars(select(LedgerEntry.at)).one()
    assert at.tzinfo is UTC
    said = taken(world)["Ledger"].rows[0]["Day"]
    assert date(1899, 12, 30) + timedelta(days=int(said)) == at.astimezone(ZoneInfo("Africa/Cairo")).date()
