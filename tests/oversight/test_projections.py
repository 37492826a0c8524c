"""Tables that show what charters say: a row planted, altered or taken away is found by the operator and the auditor."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hrd_cases.audit.verify import verify_store
from hrd_cases.keys.models import Circle, CoverageRow, SeatRow
from tests.world import World

TODAY, LONG_AGO = date(2026, 3, 2), date(1999, 1, 1)
SEATS = "the seats shown are not those of the charter"
COUNTRIES = "the countries shown are not those of the charter"
CIRCLES = "the circles shown are not those of the charter"


class Case(NamedTuple):
    """What somebody writes into the tables of the office in Cairo, given a colleague of another office."""

    act: Callable[[Session, uuid.UUID, uuid.UUID], Any]
    finding: str


def seat_somebody(session: Session, cairo: uuid.UUID, stranger: uuid.UUID) -> None:
    session.add(SeatRow(office_id=cairo, member_id=stranger, role="head", since=TODAY, until=None))


def raise_a_role(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(
        update(SeatRow).where(SeatRow.office_id == cairo, SeatRow.role == "liaison_officer").values(role="head")
    )


def date_a_seat_back(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(SeatRow).where(SeatRow.office_id == cairo, SeatRow.role == "head").values(since=LONG_AGO))


def take_a_seat_away(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(delete(SeatRow).where(SeatRow.office_id == cairo, SeatRow.role == "head"))


def name_an_acting_head(session: Session, cairo: uuid.UUID, stranger: uuid.UUID) -> None:
    session.add(SeatRow(office_id=cairo, member_id=stranger, role="acting_head", since=TODAY, until=None, acting=True))


def mark_a_seat_as_acting(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(SeatRow).where(SeatRow.office_id == cairo).values(acting=True))


def add_a_country(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.add(CoverageRow(office_id=cairo, country="AQ", since=TODAY, until=None))


def move_a_country(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(CoverageRow).where(CoverageRow.country == "EG").values(country="AQ"))


def end_a_country(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(CoverageRow).where(CoverageRow.office_id == cairo).values(until=date(2099, 1, 1)))


def take_a_country_away(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(delete(CoverageRow).where(CoverageRow.office_id == cairo))


def add_a_circle(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.add(Circle(office_id=cairo, name="guests", epoch=1))


def set_a_circle_back(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(Circle).where(Circle.office_id == cairo).values(epoch=0))


def rename_a_circle(session: Session, cairo: uuid.UUID, _stranger: uuid.UUID) -> None:
    session.execute(update(Circle).where(Circle.office_id == cairo, Circle.name == "sources").values(name="guests"))


CASES = [
    *(Case(act, SEATS) for act in (seat_somebody, raise_a_role, date_a_seat_back, take_a_seat_away)),
    *(Case(act, SEATS) for act in (name_an_acting_head, mark_a_seat_as_acting)),
    *(Case(act, COUNTRIES) for act in (add_a_country, move_a_country, end_a_country, take_a_country_away)),
    *(Case(act, CIRCLES) for act in (add_a_circle, set_a_circle_back, rename_a_circle)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.act.__name__)
def test_a_table_that_says_something_else_than_its_charter_is_found(world: World, case: Case):
    known = world.demonstration
    cairo = known.offices["DEL_EGY"]
    with world.database.main.writing() as session:
        case.act(session, cairo, known.members["officer.bogota"])
    assert verify_store(world.database.main).findings == [(case.finding, str(cairo))]
    page = world.client("auditor.hq").post("/trail/check").text
    assert case.finding in page
    assert str(cairo) in page


def test_the_tables_of_a_world_in_use_say_what_its_charters_say(world: World):
    assert verify_store(world.database.main).findings == []
