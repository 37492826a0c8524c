"""Budgets on their pages: given, moved, never overdrawn; the rates of a month; and that no person stands there."""

from __future__ import annotations

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from hrd_cases.errors import Refused, Sentence, Tampered
from hrd_cases.grants import budgets as rooms
from hrd_cases.grants.books import check_books
from hrd_cases.grants.export import export
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.models import Envelope, LedgerEntry
from hrd_cases.grants.verify import findings
from hrd_cases.offices.models import Office
from tests.cases.acting import sentences
from tests.cases.typed import hidden
from tests.grants.asking import WHO, Asked
from tests.grants.test_what_acts_need import VERIFIED, walk
from tests.pages.markup import faults
from tests.world import Browser, World

CHIEF, APPROVER, HEAD, FINANCE, OFFICER = "head1.hq", WHO["approver"], WHO["head"], WHO["finance"], WHO["officer"]
YEAR = str(datetime.now(UTC).year)


def fill(browser: Browser, path: str, **typed: str) -> Any:
    """Open a form, type, send it with what was read."""
    shown = browser.get(path)
    assert shown.status_code == 200, shown.text[:300]
    assert set(typed) <= set(re.findall(r'name="([\w-]+)"', shown.text)), "a browser sends what the page asks for"
    return browser.post(path, typed | {"read": hidden(shown.text, "read")})


def page(world: World, who: str, path: str = "/grants/budgets", status: int = 200) -> str:
    answer = world.client(who).get(path)
    assert answer.status_code == status, sentences(answer.text)
    assert faults(answer.text) == []
    return sentences(answer.text)


def give(world: World, amount: str, office: str = "DEL_EGY", who: str = CHIEF, **says: str) -> Any:
    chosen = {"office": str(world.demonstration.offices[office]), "fund": "emergency", "year": YEAR}
    return fill(world.client(who), "/grants/budgets/give", amount=amount, **chosen | says)


WHY = "The lawyers of Minsk are paid from it."


def move(world: World, giver: str, office: str, amount: str, why: str = WHY, **says: str) -> Any:
    """By how the giver is named in the list."""
    chief = world.client(CHIEF)
    options = chief.get("/grants/budgets/move").text.split("<option")
    (named,) = [one for one in options if giver in one and "€" in one]
    chosen = named.split('value="')[1].split('"')[0]
    taker = str(world.demonstration.offices[office])
    return fill(chief, "/grants/budgets/move", giver=chosen, office=taker, amount=amount, why=why, **says)


def test_headquarters_gives_and_moves_money_and_each_office_sees_its_own(world: World) -> None:
    assert give(world, "20,000").status_code == 303
    assert give(world, "5.000,50", "DEL_BLR", APPROVER).status_code == 303
    said = page(world, CHIEF)
    assert "€20,000.00" in said
    assert "€5,000.50" in said
    assert move(world, "Cairo", "DEL_BLR", "1,000").status_code == 303
    said = page(world, CHIEF)
    assert "€19,000.00" in said
    assert "€6,000.50" in said
    own = page(world, HEAD)
    assert "€19,000.00" in own
    assert "€6,000.50" not in own, "another office's"
    assert "Give an office money" not in own


def test_no_more_is_moved_than_is_left(world: World) -> None:
    give(world, "1,000")
    answer = move(world, "Cairo", "DEL_BLR", "1,000.01")
    assert answer.status_code == 422
    assert "€1000.00 left" in sentences(answer.text).replace(",", "")
    assert 'value="1,000.01"' in answer.text


def test_why_money_was_moved_stands_with_it_and_both_offices_read_it(world: World) -> None:
    give(world, "1,000")
    for why in ("", " \t", "\u200b"):
        refused = move(world, "Cairo", "DEL_BLR", "400", why)
        assert refused.status_code == 422
        assert "Write why it is moved." in sentences(refused.text)
        assert 'value="400"' in refused.text
    assert move(world, "Cairo", "DEL_BLR", "400", "w" * 201).status_code == 422
    assert move(world, "Cairo", "DEL_BLR", "400").status_code == 303
    for who in (CHIEF, HEAD, FINANCE, "head.minsk"):
        said = page(world, who)
        assert said.count(WHY) == 1, "two entries, one movement"
        assert "Minsk – Emergency fund" in said
    with world.database.main.reading() as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.other_id.is_not(None))).all()
        assert [entry.reason for entry in entries] == [WHY, WHY]


def test_another_reason_than_was_signed_is_found_before_anything_is_given(world: World) -> None:
    give(world, "1,000")
    move(world, "Cairo", "DEL_BLR", "400")
    with world.database.main.writing() as session:
        for trigger in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f'DROP TRIGGER "{trigger}"'))
        session.execute(text("UPDATE ledger_entries SET reason = 'For cars.' WHERE kind = 'transfer_out'"))
    with world.acting(CHIEF) as (session, chief):
        giver = session.scalars(select(LedgerEntry.envelope_id).where(LedgerEntry.kind == "transfer_out")).one()
        with pytest.raises(Tampered):
            check_books(session, giver, chief.charters)
        found = findings(export(session), chief.charters.pins.root)
    altered = [one.where for one in found if one.what.startswith("not what was signed")]
    assert altered == [f"envelope {giver}, entry 2"]


@pytest.fixture
def a_fund_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fund of the sample world has left the file; another stands there."""
    emergency = FUNDS.fund["emergency"]
    rest = {"second": dataclasses.replace(emergency, code="second", name=Sentence("Second fund"))}
    monkeypatch.setitem(vars(FUNDS), "fund", rest)


def test_a_fund_that_is_no_longer_in_use_keeps_its_money_and_gives_it_away(
    world: World, request: pytest.FixtureRequest
) -> None:
    give(world, "1,000")
    request.getfixturevalue("a_fund_is_gone")
    said = page(world, CHIEF)
    assert "emergency" in said
    assert "No longer in use" in said
    assert "€1,000.00" in said
    assert give(world, "5").status_code == 422, "nothing new is given to it"
    nowhere = move(world, "Cairo", "DEL_EGY", "400", fund="")
    assert nowhere.status_code == 422
    assert "Choose which fund the money goes to." in sentences(nowhere.text)
    assert move(world, "Cairo", "DEL_EGY", "400", fund="second").status_code == 303
    said = page(world, HEAD)
    assert "€600.00" in said
    assert "€400.00" in said
    with world.acting(CHIEF) as (session, chief):
        for envelope in session.scalars(select(Envelope.id)).all():
            check_books(session, envelope, chief.charters)
        assert [one.what for one in findings(export(session), chief.charters.pins.root)] == []


def test_of_a_fund_in_use_nothing_goes_to_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    second = dataclasses.replace(FUNDS.fund["emergency"], code="second")
    monkeypatch.setitem(vars(FUNDS), "fund", {**FUNDS.fund, "second": second})
    give(world, "1,000")
    with world.acting(CHIEF) as (session, chief):
        giver = session.scalars(select(Envelope)).one()
        what = rooms.Move(giver, session.get_one(Office, giver.office_id), 1, WHY, "second")
        with pytest.raises(Refused, match="stays in it"):
            rooms.move(session, chief, what, {}, datetime.now(UTC))


def test_what_is_cleared_for_payment_and_what_came_back_have_columns(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head"), ("commit", "finance"), ("release", "head")))
    table = rows(world.client(FINANCE).get("/grants/budgets").text)
    assert table["Cairo"][1:6] == ["€50,000.00", "€3,435.11", "€3,435.11", "€0.00", "€0.00"]
    walk(asked, (("pay", "finance"), ("arrive", "officer"), ("ask_back", "head"), ("take_back", "finance")))
    table = rows(world.client(FINANCE).get("/grants/budgets").text)
    assert table["Cairo"][1:7] == ["€50,000.00", "€0.00", "€0.00", "€0.00", "€3,435.11", "€50,000.00"]


def test_the_last_line_is_what_all_budgets_come_to(world: World) -> None:
    give(world, "1,000")
    give(world, "2,000.50", "DEL_BLR")
    table = rows(world.client(CHIEF).get("/grants/budgets").text)
    assert [table[one][1] for one in ("Cairo", "Minsk", "All together")] == ["€1,000.00", "€2,000.50", "€3,000.50"]
    assert "All together" not in rows(world.client(HEAD).get("/grants/budgets").text)


def rows(html: str) -> dict[str, list[str]]:
    """What stands in each line of the budgets, by their office."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", html.split("<tbody", 1)[1].split("</tbody>", maxsplit=1)[0], re.DOTALL)
    cells = [[sentences(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", one, re.DOTALL)] for one in found]
    return {one[0]: [cell.rpartition(" ")[2] for cell in one[1:]] for one in cells}


@pytest.mark.parametrize("who", [OFFICER, "deputy.cairo"])
def test_a_budget_is_the_view_of_head_and_finance(world: World, who: str) -> None:
    assert world.client(who).get("/grants/budgets").status_code == 403
    assert "/grants/budgets" not in world.client(who).get("/grants").text


def test_pressed_twice_money_is_given_once(world: World) -> None:
    chief, path = world.client(CHIEF), "/grants/budgets/give"
    chosen = {"office": str(world.demonstration.offices["DEL_EGY"]), "fund": "emergency", "year": YEAR}
    form = chosen | {"amount": "700", "read": hidden(chief.get(path).text, "read")}
    assert [chief.post(path, form).status_code for _ in range(2)] == [303, 422]
    assert "€700.00" in page(world, CHIEF)


@pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
@pytest.mark.parametrize("other", [CHIEF, APPROVER])
def test_pressed_in_the_same_moment_money_is_given_once(
    engine: str, other: str, request: pytest.FixtureRequest
) -> None:
    """By two presses of one form, and by two members who read the same."""
    world: World = request.getfixturevalue(engine)
    path, browsers = "/grants/budgets/give", (world.client(CHIEF), world.client(other))
    chosen = {"office": str(world.demonstration.offices["DEL_EGY"]), "fund": "emergency", "year": YEAR, "amount": "700"}
    for pairs in range(1, 5):
        forms = [chosen | {"read": hidden(browser.get(path).text, "read")} for browser in browsers]
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(lambda one: one[0].post(path, one[1]).status_code, zip(browsers, forms, strict=True))
            )
        assert sorted(answers) == [303, 422]
        assert f"€{700 * pairs:,}.00" in page(world, CHIEF)


def test_what_is_approved_is_promised_until_it_is_paid(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head")))
    said = page(world, FINANCE)
    assert "€50,000.00" in said
    assert "€3,435.11" in said
    assert "€46,564.89" in said
    assert "6 %" in said


def test_no_person_stands_among_the_budgets(world: World) -> None:
    asked = Asked(world)
    walk(asked, (*VERIFIED, ("approve", "head")))
    text = world.client(CHIEF).get("/grants/budgets").text
    for name in ("Salma", "Mithal", "Cairo Chambers", "officer.cairo", "finance.cairo", "head.cairo"):
        assert name not in text


@pytest.mark.parametrize("who", [OFFICER, FINANCE, HEAD])
def test_nobody_in_an_office_gives_money(world: World, who: str) -> None:
    for path in ("/grants/budgets/give", "/grants/budgets/move", "/grants/rates"):
        assert world.client(who).get(path).status_code == 403
