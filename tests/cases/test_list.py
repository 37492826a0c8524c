"""The list of case files: narrowed, sorted and paged as one asks; damaged parts hide nothing else and are mended."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import record
from hrd_cases.cards.card import Card, Due
from hrd_cases.cards.keep import keep_card
from hrd_cases.cards.models import CardPlace, CardSegment
from hrd_cases.cases.shelves import circles
from tests.cases.conftest import Recording, recorded
from tests.offices.people import said
from tests.pages.markup import faults
from tests.world import World

NOW = datetime.now(UTC)
TODAY = NOW.date()


def a_card(name: str, number: int = 0, **changes) -> Card:
    values: dict[str, Any] = {
        "case_id": uuid.uuid4(),
        "reference": f"BCDF{number:06d}",
        "name": name,
        "state": "active",
        "risk": "medium",
        "urgency": "high",
        "country": "EG",
        "updated_at": NOW - timedelta(hours=number),
        "opened_at": NOW - timedelta(days=number),
    }
    return Card(**(values | changes))


def put(world: World, sign_in: str, *cards: Card) -> None:
    """Cards alone: lists read nothing else."""
    with world.acting(sign_in) as (session, visitor):
        circle_id = circles(visitor)[visitor.office_id]
        for card in cards:
            keep_card(session, circle_id, card.case_id, partial(lambda one: one, card))
        record(session, Event.CARDS_REBUILT, office=visitor.office_id, cards=len(cards))


def listed(world: World, sign_in: str, asked: str = "") -> list[str]:
    answer = world.client(sign_in).get(f"/cases{asked}")
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    return re.findall(r'/cases/[0-9a-f-]{36}"><bdi>\s*(.*?)\s*</bdi>', answer.text)


@pytest.fixture
def officer(world: World) -> uuid.UUID:
    return world.demonstration.members["officer.cairo"]


@pytest.fixture
def office(world: World, officer: uuid.UUID) -> World:
    """An office with a handful of files, each different."""
    put(
        world,
        "officer.cairo",
        a_card("Amina", 1, officer_id=officer, risk="low", next_on=TODAY + timedelta(days=9), themes=("land",)),
        a_card("Éric", 2, risk="critical", country="SD", next_on=TODAY + timedelta(days=2)),
        a_card("Борис", 3, officer_id=officer, risk="high", state="dormant", next_on=TODAY + timedelta(days=5)),
        a_card("", 4, state="routed", risk=""),
        a_card("Closed Long Ago", 5, state="closed", closed_on=TODAY - timedelta(days=90)),
        a_card("Closed Lately", 6, state="closed", closed_on=TODAY - timedelta(days=89)),
        a_card("Late One", 7, dues=(Due("task", TODAY - timedelta(days=1)), Due("review", TODAY))),
    )
    return world


UNDERWAY = {"Amina", "Éric", "Борис", "Name withheld", "Late One"}
NARROWED = [
    ("", UNDERWAY),
    ("?state=every", UNDERWAY | {"Closed Long Ago", "Closed Lately"}),
    ("?state=closed", {"Closed Lately"}),
    ("?state=archived", {"Closed Long Ago"}),
    ("?state=dormant", {"Борис"}),
    ("?risk=critical", {"Éric"}),
    ("?country=SD", {"Éric"}),
    ("?theme=land", {"Amina"}),
    ("?officer=mine", {"Amina", "Борис"}),
    ("?officer=00000000-0000-0000-0000-000000000000&risk=critical", {"Éric"}),
    ("?late=task", {"Late One"}),
    ("?late=review", set()),
]


def test_a_file_that_is_not_assessed_counts_by_its_urgency(world: World) -> None:
    put(
        world,
        "officer.cairo",
        a_card("Medium urgency", 1, risk="", urgency="medium"),
        a_card("High risk", 2, risk="high", urgency="critical"),
        a_card("Critical urgency", 3, risk="", urgency="critical"),
    )
    assert listed(world, "officer.cairo", "?risk=critical") == ["Critical urgency"]
    assert listed(world, "officer.cairo", "?order=risk") == ["Critical urgency", "High risk", "Medium urgency"]
    assert "Not assessed: Critical urgency" in said(world.client("officer.cairo").get("/cases?risk=critical"))


@pytest.mark.parametrize(("asked", "expected"), NARROWED)
def test_a_list_is_narrowed_by_codes_and_ids(office: World, asked: str, expected: set[str]) -> None:
    assert set(listed(office, "officer.cairo", asked)) == expected


def test_a_file_that_is_archived_by_its_date_is_shown_as_archived(office: World) -> None:
    browser = office.client("officer.cairo")
    tags = re.findall(
        r'<strong class="govuk-tag[^"]*">\s*([^<]*?)\s*</strong>', browser.get("/cases?state=archived").text
    )
    assert "Archived" in tags
    assert "Closed" not in tags
    browser.post("/cases/search", {"text": "Closed Long Ago"})
    found = browser.get("/cases/search/found").text
    assert "Archived" in found[found.index("Closed Long Ago</bdi>") :]


def test_a_list_is_narrowed_to_days(office: World) -> None:
    def day(name: str, on: date) -> str:
        return f"{name}-day={on.day}&{name}-month={on.month}&{name}-year={on.year}"

    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=5)
    assert set(listed(office, "officer.cairo", f"?{day('next_from', first)}&{day('next_until', last)}")) == {
        "Éric",
        "Борис",
    }


SORTED = [
    ("next_date", ["Éric", "Борис", "Amina"]),
    ("risk", ["Éric", "Борис"]),
    ("name", ["Amina", "Éric", "Late One", "Борис", "Name withheld"]),
    ("updated", ["Amina", "Éric", "Борис", "Name withheld", "Late One"]),
    ("opened", ["Amina", "Éric", "Борис", "Name withheld", "Late One"]),
    ("reference", ["Amina", "Éric", "Борис", "Name withheld", "Late One"]),
]


@pytest.mark.parametrize(("order", "expected"), SORTED)
def test_a_list_is_sorted_as_one_asks(office: World, order: str, expected: list[str]) -> None:
    assert listed(office, "officer.cairo", f"?order={order}")[: len(expected)] == expected


def test_mine_is_each_reader_s_own(office: World) -> None:
    assert listed(office, "deputy.cairo", "?officer=mine") == []


@pytest.mark.parametrize("asked", ["?risk=grave", "?officer=me", "?order=--", "?country=<b>", "?next_from-day=40"])
def test_what_is_not_offered_is_said_and_narrows_nothing(office: World, asked: str) -> None:
    answer = office.client("officer.cairo").get(f"/cases{asked}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Amina" in answer.text
    assert "Éric" in answer.text


def test_many_files_are_shown_a_page_at_a_time(world: World) -> None:
    put(world, "officer.cairo", *(a_card(f"Name {n:03d}", n) for n in range(120)))
    pages = [listed(world, "officer.cairo", f"?order=name&risk=medium&page={n}") for n in (1, 2, 3, 9)]
    assert [len(page) for page in pages] == [50, 50, 20, 20]
    assert pages[0][0] == "Name 000"
    assert pages[2] == pages[3]
    first = world.client("officer.cairo").get("/cases?order=name&risk=medium").text
    assert "/cases?order=name&amp;risk=medium&amp;page=2" in first
    assert "120 files" in first


def test_nobody_elsewhere_sees_anything_of_it(office: World) -> None:
    for sign_in in ("officer.minsk", "head1.hq", "desk.hq"):
        assert listed(office, sign_in, "?state=every") == []
    for sign_in in ("finance.cairo", "observer.a", "auditor.hq", "admin.hq"):
        assert office.client(sign_in).get("/cases").status_code == 403


def test_the_addresses_of_a_list_name_nobody(office: World) -> None:
    page = office.client("officer.cairo").get("/cases?order=name").text
    addresses = [unquote(one) for one in re.findall(r'(?:href|action)="([^"]+)"', page)]
    assert sum(bool(re.fullmatch(r"/cases/[0-9a-f-]{36}", one)) for one in addresses) == len(UNDERWAY)
    for address in addresses:
        assert not re.search("Amina|ric|Борис|Late", address)


# -- damaged, missing, mended


def test_damaged_cards_are_said_and_made_again_from_the_files(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal"))
    with world.database.main.writing() as session:
        session.execute(update(CardSegment).values(sealed_cards=b"\x01" * 40))
    browser = world.client("officer.cairo")
    page = said(browser.get("/cases"))
    assert "1 file is not shown here" in page
    assert "The file itself is not lost" in page
    assert "Salma" not in page
    assert browser.post("/cases/mend").status_code == 303
    assert listed(world, "deputy.cairo") == ["Salma Mithal"]
    assert "is not shown here" not in said(browser.get("/cases"))
    assert names_found(world, "Salma") == ["Salma Mithal"]


def test_a_card_that_was_taken_away_is_missed_and_made_again(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal"))
    with world.database.main.writing() as session:
        session.execute(delete(CardPlace))
        session.execute(delete(CardSegment))
    browser = world.client("officer.cairo")
    assert "1 file is not shown here" in said(browser.get("/cases"))
    browser.post("/cases/mend")
    assert listed(world, "officer.cairo") == ["Salma Mithal"]


def test_security_is_told_of_damaged_cards(world: World, recording: Recording) -> None:
    recording.by("officer.cairo", recorded("EG", "Salma Mithal"))
    with world.database.main.writing() as session:
        session.execute(update(CardSegment).values(sealed_cards=b"\x01" * 40))
    world.client("officer.cairo").get("/cases")
    with world.database.main.reading() as session:
        alarms = select(AuditEntry).where(AuditEntry.event == Event.ALARM_RAISED.value)
        assert len(session.scalars(alarms).all()) == 1


def names_found(world: World, text: str) -> list[str]:
    browser = world.client("officer.cairo")
    browser.post("/cases/search", {"text": text})
    page = browser.get("/cases/search/found").text
    return re.findall(r'/cases/[0-9a-f-]{36}"><bdi>\s*(.*?)\s*</bdi>', page)
