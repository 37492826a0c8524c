"""Who writes the tables damages one office. Its charters fail for whoever has seen them, headquarters is told, and
nobody else's house stands still.
"""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.verify import verify_store
from hrd_cases.door import traces
from hrd_cases.keys.charter import Charter, decode
from hrd_cases.keys.models import CharterRow, SeatRow
from tests.keys.cast import TODAY, forget_everything
from tests.offices.people import Places, said
from tests.world import World

HOW = ["taken away", "written over"]


def damaged(world: World, how: str, code: str = "DEL_BLR") -> None:
    minsk = world.demonstration.offices[code]
    with world.database.main.writing() as session:
        if how == "taken away":
            session.execute(delete(CharterRow).where(CharterRow.office_id == minsk))
        else:
            session.execute(update(CharterRow).where(CharterRow.office_id == minsk).values(signatures=b""))
    forget_everything()


def charter_of(world: World, code: str) -> Charter:
    with world.database.main.reading() as session:
        office_id = world.demonstration.offices[code]
        query = select(CharterRow.body).where(CharterRow.office_id == office_id).order_by(CharterRow.number.desc())
        return decode(session.scalars(query).first() or b"")


@pytest.fixture(autouse=True)
def _nothing_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's process has told of no session yet: sessions have the same ids in each world."""
    monkeypatch.setattr(traces, "_alarmed", set())


def alarms(world: World) -> int:
    return world.client("auditor.hq").get("/trail?event=alarm_raised").text.count("failed its check: charter")


@pytest.mark.parametrize("how", HOW)
def test_headquarters_is_told_and_marks_what_it_has_seen(world: World, how: str) -> None:
    at, head = Places(world), world.client("head1.hq")
    head.get("/")
    newest = charter_of(world, "DEL_BLR")
    damaged(world, how)
    assert "failed their check: Minsk." in said(head.get(at.office("HQ", "/charter")))
    assert head.sign(at.member("desk.hq", "/seat"), {"role": "headquarters_approver"}).status_code == 303
    marks = {mark.office_id: mark.hash for mark in charter_of(world, "HQ").marks}
    assert marks[newest.office_id] == newest.hash


@pytest.mark.parametrize("how", HOW)
def test_no_first_charter_is_offered_for_an_office_that_had_one(world: World, how: str) -> None:
    at, head = Places(world), world.client("head1.hq")
    head.get("/")
    damaged(world, how)
    page = said(head.get(at.office("DEL_BLR", "/charter")))
    assert "no charter yet" not in page
    assert "failed" in page
    assert head.get(at.office("DEL_BLR", "/charter/first")).location == at.office("DEL_BLR", "/charter")
    assert "charter of Minsk failed its check" in said(head.get("/"))


@pytest.mark.parametrize("how", HOW)
def test_a_member_of_the_damaged_office_is_told(world: World, how: str) -> None:
    head = world.client("head.minsk")
    assert head.get("/").status_code == 200
    damaged(world, how)
    answer = head.get("/")
    assert answer.status_code == 409
    assert "failed its check" in said(answer)


@pytest.mark.parametrize("name", ["head1.hq", "officer.cairo", "auditor.hq"])
def test_a_seat_planted_in_a_damaged_office_keeps_nobody_out_of_their_own(world: World, name: str) -> None:
    damaged(world, "written over")
    minsk, member = world.demonstration.offices["DEL_BLR"], world.demonstration.members[name]
    with world.database.main.writing() as session:
        session.add(SeatRow(office_id=minsk, member_id=member, role="head", since=TODAY, until=None))
    before = alarms(world)
    member_of_it = world.client(name)
    assert [member_of_it.get("/").status_code for _ in range(3)] == [200] * 3
    told = alarms(world)
    assert told > before  # told, and once for each session
    member_of_it.get("/")
    assert alarms(world) == told
    found = [finding.what for finding in verify_store(world.database.main).findings]
    assert "the seats shown are not those of the charter" in found


def test_headquarters_own_damage_stops_everybody(world: World) -> None:
    damaged(world, "written over", "HQ")
    for name in ("head1.hq", "officer.cairo"):
        assert world.client(name).get("/").status_code == 409


def test_a_seat_taken_out_of_the_table_takes_nobody_out_of_their_office(world: World) -> None:
    """The table of seats says where to look; whoever has been in an office looks there anyway."""
    assert world.client("officer.cairo").get("/").status_code == 200
    with world.database.main.writing() as session:
        session.execute(delete(SeatRow).where(SeatRow.member_id == world.demonstration.members["officer.cairo"]))
    assert world.client("officer.cairo").get("/").status_code == 200
