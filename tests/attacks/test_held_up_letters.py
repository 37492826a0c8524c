"""Whoever writes a table may hold up one letter, and no other: whatever one of them makes fail, the others arrive,
and an alarm is raised.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select, text

from hrd_cases.cards.card import Due
from hrd_cases.cases import dues
from hrd_cases.cases.file import File
from hrd_cases.cases.filing import FILED, submit
from hrd_cases.cases.models import Acknowledgement, Case
from hrd_cases.keys import letters
from hrd_cases.keys.letters import Read, read
from hrd_cases.keys.models import Letter
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CircleName
from tests.attacks.past_our_code import alarms, tables
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
    engine: str, how: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
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
    assert len([one for one in alarms(world) if "the sender of letter" in one]) == 1
    assert read_anew(world, monkeypatch) == 0, "it waits, and costs the next pages nothing"
    with tables(world) as session:
        assert session.execute(text("SELECT count(*) FROM letters WHERE refused_at IS NOT NULL")).scalar() == 0
        mended = {"s": was.signatures, "h": was.hash}
        session.execute(text("UPDATE charters SET signatures = :s WHERE hash = :h"), mended)
        session.execute(text("UPDATE public_keys SET bundle = :b WHERE member_id = :m"), {"b": bundle, "m": ids["m"]})
    forget_everything()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=True):
        assert "On Its Way" in said(world.client("officer.minsk").get("/cases"))


def read_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many letters the next two pages of an officer open."""
    opened: list[uuid.UUID] = []

    def counted(ring: Ring, letter: Letter, *more: Any) -> Read:
        opened.append(letter.id)
        return read(ring, letter, *more)

    with monkeypatch.context() as watched:
        watched.setattr(letters, "read", counted)
        for page in ("/", "/cases"):
            assert world.client("officer.minsk").get(page).status_code == 200
    return len(opened)


def test_a_letter_that_nobody_sent_is_refused_though_nobody_can_tell_whose_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague with keys of their own seals it past our pages, and has their public key damaged: it waited for ever,
    and every page read it again."""
    minsk = world.demonstration.offices["DEL_BLR"]
    with world.acting("officer.cairo") as (session, by):
        sender = (by.member_id, by.office_id, by.ring.keys)
        to, now = (minsk, CircleName.CASEWORK), datetime.now(UTC)
        for _ in range(3):
            letters.send(session, by.charters, sender, to, FILED, uuid.uuid4(), b"x", now)
    with tables(world) as session:
        member = world.demonstration.members["officer.cairo"]
        session.execute(text("UPDATE public_keys SET bundle = :b WHERE member_id = :m"), {"b": b"x", "m": member.hex})
    forget_everything()
    assert world.client("officer.minsk").get("/").status_code == 200
    with world.database.main.reading() as session:
        refused = text("SELECT count(*) FROM letters WHERE refused_at IS NOT NULL")
        assert session.execute(refused).scalar() == 3
    assert read_anew(world, monkeypatch) == 0


def test_however_many_letters_were_planted_a_page_reads_some_at_a_time_and_a_true_one_arrives(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "AT_ONCE", 2)
    sent(world, "On Its Way")
    with tables(world) as session:
        columns = "circle_id, circle_epoch, act, subject_id, sealed"
        for _ in range(5):
            copied = f"INSERT INTO letters (id, {columns}, arrived_at) SELECT :i, {columns}, :at FROM letters LIMIT 1"
            session.execute(text(copied), {"i": uuid.uuid4().hex, "at": "2020-01-01 00:00:00.000000"})
    for _ in range(3):
        assert read_anew(world, monkeypatch) <= 4
    assert "On Its Way" in said(world.client("officer.minsk").get("/cases"))
