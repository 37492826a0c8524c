"""Whoever writes a table may hold up one letter, and no other: whatever one of them makes fail, the others arrive,
and an alarm is raised.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from hrd_cases.cards.card import Due
from hrd_cases.cases import dues
from hrd_cases.cases.file import File
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Acknowledgement, Case
from tests.attacks.test_database_writer import tables
from tests.attacks.test_stretched_clocks import alarms
from tests.cases.conftest import recorded
from tests.keys.cast import forget_everything
from tests.offices.people import Places, said
from tests.world import World

ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])
ENDS = {"last": "9999-12-31 23:59:59", "first": "0001-01-01 00:00:00", "without end": "infinity"}


def sent(world: World, name: str) -> uuid.UUID:
    """A critical file for Minsk, recorded in Cairo."""
    with world.database.main.reading() as session:
        before = set(session.scalars(select(Acknowledgement.case_id)))
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", name, urgency="critical"), (), datetime.now(UTC))
    with world.database.main.reading() as session:
        return (set(session.scalars(select(Acknowledgement.case_id))) - before).pop()


def planted(world: World, column: str, value: str) -> None:
    postgres = world.database.main.engine.dialect.name == "postgresql"
    said_so = value if value == "infinity" else value + ("+00" if postgres else ".000000")
    with tables(world) as session:
        if postgres:
            session.execute(text("ALTER TABLE acknowledgements DROP CONSTRAINT ck_acknowledgements_order"))
        else:
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
        session.execute(text(f"UPDATE acknowledgements SET {column} = :v"), {"v": said_so})


@ENGINES
@pytest.mark.parametrize("column", ["due_at", "routed_at", "headquarters_at"])
@pytest.mark.parametrize("value", ENDS)
def test_a_moment_that_no_clock_shows_ends_nobodys_intake(
    engine: str, column: str, value: str, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(engine)
    first = sent(world, "First One")
    planted(world, column, ENDS[value])
    second = sent(world, "Second One")
    world.client("desk.hq").post(Places(world).office("DEL_BLR", "/notices"), {"subject": "Urgent", "text": "Leave."})
    officer = world.client("officer.minsk")
    today, files = said(officer.get("/")), said(officer.get("/cases"))
    assert "Urgent" in today
    assert "First One" in files
    assert "Second One" in files
    for page in ("", "/print", "/step/acknowledge"):
        assert [officer.get(f"/cases/{one}{page}").status_code for one in (first, second)] == [200, 200], page
    assert officer.post(f"/cases/{first}/step/acknowledge", {}).status_code == 303
    assert [world.client(who).get("/").status_code for who in ("head1.hq", "desk.hq", "head.minsk")] == [200] * 3


def test_a_letter_whose_card_cannot_be_made_waits_alone_and_an_alarm_is_raised(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever of a file's rows a card does not take: here a mistake of ours in one file."""
    first = sent(world, "First One")
    second = sent(world, "Second One")
    made = dues.dues_of

    def stumbles(file: File, acknowledgement: Acknowledgement | None, zone: ZoneInfo) -> Iterator[Due]:
        if file.case.id == first:
            raise OverflowError("no such day")
        return made(file, acknowledgement, zone)

    monkeypatch.setattr("hrd_cases.cases.card.dues_of", stumbles)
    files = said(world.client("officer.minsk").get("/cases"))
    assert "Second One" in files
    with world.database.main.reading() as session:
        assert set(session.scalars(select(Case.id).where(Case.id.in_((first, second))))) == {second}
    assert "failed its check: chores" in alarms(world)
    assert "1 letter waits to be opened" in said(world.client("officer.minsk").get("/"))
    monkeypatch.undo()
    assert "First One" in said(world.client("officer.minsk").get("/cases"))


@ENGINES
@pytest.mark.parametrize("how", ["a charter of its sender's office", "the public key of its sender"])
def test_what_is_planted_for_a_minute_has_no_letter_refused_for_good(
    engine: str, how: str, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(engine)
    sent(world, "On Its Way")
    postgres = engine != "world"
    office, member = world.demonstration.offices["DEL_EGY"], world.demonstration.members["officer.cairo"]
    ids = {"o": office if postgres else office.hex, "m": member if postgres else member.hex}
    with tables(world) as session:
        newest = "SELECT number, body, signatures, hash FROM charters WHERE office_id = :o ORDER BY number DESC LIMIT 1"
        was = session.execute(text(newest), {"o": ids["o"]}).one()
        bundle = session.execute(text("SELECT bundle FROM public_keys WHERE member_id = :m"), {"m": ids["m"]}).scalar()
        if how.startswith("a charter"):
            damage = "UPDATE charters SET signatures = :b WHERE hash = :h"
            session.execute(text(damage), {"b": b"", "h": was.hash})
        else:
            session.execute(text("UPDATE public_keys SET bundle = :b WHERE member_id = :m"), {"b": b"x", "m": ids["m"]})
    forget_everything()
    assert "On Its Way" not in said(world.client("officer.minsk").get("/cases"))
    assert any("the sender of letter" in one for one in alarms(world))
    with tables(world) as session:
        assert session.execute(text("SELECT count(*) FROM letters WHERE refused_at IS NOT NULL")).scalar() == 0
        mended = {"s": was.signatures, "h": was.hash}
        session.execute(text("UPDATE charters SET signatures = :s WHERE hash = :h"), mended)
        session.execute(text("UPDATE public_keys SET bundle = :b WHERE member_id = :m"), {"b": bundle, "m": ids["m"]})
    forget_everything()
    assert "On Its Way" in said(world.client("officer.minsk").get("/cases"))
