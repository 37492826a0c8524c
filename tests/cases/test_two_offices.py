"""A member of two offices: files of both, each with its own office's rights and nobody else's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from hrd_cases.accounts.models import Member
from hrd_cases.cases.models import Case
from hrd_cases.keys.charter import Act
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Office
from hrd_cases.offices.proposing import change, seat_for
from tests.cases.acting import Filed, sentences
from tests.cases.conftest import Recording, recorded
from tests.world import World


@pytest.fixture
def both(world: World) -> World:
    """A charter of Cairo seats the officer of Minsk as its deputy too; a colleague there has handed them the keys."""
    entered, now = world.demonstration, datetime.now(UTC)
    with world.acting("head.cairo") as (session, head):
        office = session.get_one(Office, entered.offices["DEL_EGY"])
        member = session.get_one(Member, entered.members["officer.minsk"])
        seat = seat_for(member, Role.DEPUTY, now.date())
        seats = (*head.charters.of(office.id).seats, seat)
        assert change(session, head, office, Act.SEAT, now, seats=seats) is not None
    for who in ("officer.cairo", "officer.minsk"):
        world.client(who).get("/")
    return world


def page(world: World, path: str, who: str = "officer.minsk") -> str:
    answer = world.client(who).get(path)
    assert answer.status_code == 200
    return sentences(answer.text)


def test_lists_and_files_of_both_are_theirs(both: World) -> None:
    cairo = Filed(both, "officer.cairo", "EG", "Salma Mithal")
    minsk = Filed(both, "officer.minsk", "BY", "Alena Prykladnaja")
    listed = page(both, "/cases")
    assert "Salma Mithal" in listed
    assert "Alena Prykladnaja" in listed
    for file, name in ((cairo, "Salma Mithal"), (minsk, "Alena Prykladnaja")):
        assert name in page(both, f"/cases/{file.id}")
    assert "Alena" not in page(both, "/cases", "officer.cairo")


def test_they_record_for_either_and_are_its_officer(both: World) -> None:
    recording = Recording(both)
    me = both.demonstration.members["officer.minsk"]
    for country, office in (("EG", "DEL_EGY"), ("BY", "DEL_BLR")):
        done = recording.by("officer.minsk", recorded(country, "Somebody"))
        assert done.case_id is not None
        with both.acting("officer.minsk") as (session, _visitor):
            case = session.scalars(select(Case).where(Case.id == done.case_id)).one()
            assert (case.office_id, case.officer_id) == (both.demonstration.offices[office], me)


def test_what_waits_in_either_office_stands_on_their_today_with_its_rights(both: World) -> None:
    asks = {"outcome": "released", "feedback": "family", "reason": "She is free."}
    cairo = Filed(both, "officer.cairo", "EG", "Salma Mithal")
    assert cairo.post("step/ask_close", asks).status_code == 303
    assert "The head of the office decides." in page(both, f"/cases/{cairo.id}/closing")
    assert "Waiting for my decision" not in page(both, "/")
    Recording(both).by("desk.hq", recorded("BY", "Alena Prykladnaja"))
    today = page(both, "/")
    waits = today[today.index("Waiting for my decision") :]
    assert "Alena Prykladnaja" in waits
    assert "Salma Mithal" not in waits.partition("The next 7 days")[0]


def test_a_clock_of_the_other_office_names_both_places(both: World) -> None:
    done = Recording(both).by("officer.bogota", recorded("EG", "Somebody"))
    assert done.case_id is None
    both.client("officer.cairo").get("/")
    with both.acting("officer.minsk") as (session, _visitor):
        case_id = session.scalars(select(Case.id)).one()
    seen = page(both, f"/cases/{case_id}")
    assert re.search(r"Acknowledge it until .* \(Minsk\) · .* \(Cairo\)", seen), seen[:400]
