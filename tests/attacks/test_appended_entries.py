"""Whoever writes the tables appends to the trail an entry whose hashes are right: the chain has no key. What it says
has to be borne out by rows that only keys can write.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.audit.verify import verify_store
from hrd_cases.cases.filing import submit
from hrd_cases.cases.lost import lost_files
from hrd_cases.keys.models import Letter
from hrd_cases.unattended import keep_told
from tests.attacks.past_our_code import tables
from tests.cases.conftest import recorded
from tests.offices.people import said
from tests.world import World


def sent(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """A file for Minsk on its way: its letter's id and its own."""
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("BY", "Gone", urgency="critical"), (), datetime.now(UTC))
    with world.database.main.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.act == "case_filed")).one()
        return letter.id, letter.subject_id


def lost(world: World) -> list[uuid.UUID]:
    with world.database.main.reading() as session:
        return [one.case_id for one in lost_files(session)]


def findings(world: World) -> set[str]:
    return {one.what for one in verify_store(world.database.main).findings}


@pytest.mark.parametrize("tells", [("folded",), ("folded", "opened", "acknowledged")])
def test_a_file_that_was_told_of_as_taken_and_is_not_there_is_lost(world: World, tells: tuple[str, ...]) -> None:
    letter_id, case_id = sent(world)
    minsk, officer = world.demonstration.offices["DEL_BLR"], world.demonstration.members["officer.minsk"]
    assert lost(world) == []
    with world.database.main.writing() as session:  # as the house writes it: the hashes are right
        act_as(session, Actor("member", officer, minsk))
        record(session, Event.LETTER_FOLDED, letter=letter_id, act="case_filed")
        if "opened" in tells:
            record(session, Event.CASE_OPENED, case=case_id, office=minsk)
            record(session, Event.CASE_ACKNOWLEDGED, case=case_id)
            record(session, Event.CLOCK_STOPPED, case=case_id)
    with tables(world) as session:
        session.execute(text("UPDATE letters SET folded_at = arrived_at WHERE act = 'case_filed'"))
        session.execute(text("UPDATE acknowledgements SET acknowledged_at = routed_at"))
    assert lost(world) == [case_id]
    assert "Minsk" in said(world.client("desk.hq").get("/"))
    expected = "a file is told of as opened, and nobody wrote it"
    other = "a letter is told of as opened, and nobody opened the file that it brings"
    assert {expected, other} & findings(world) == {expected if "opened" in tells else other}


@pytest.mark.parametrize("where", ["another office", "no office", "a folder of another office", "no folder of a file"])
def test_a_planted_row_in_another_place_hides_no_lost_file(world: World, where: str) -> None:
    """Beside the entries: in the office it was sent to its list counts such a row as a file that is missing."""
    letter_id, case_id = sent(world)
    offices = world.demonstration.offices
    minsk, officer = offices["DEL_BLR"], world.demonstration.members["officer.minsk"]
    with world.acting("officer.cairo") as (session, visitor):
        submit(session, visitor, recorded("EG", "Own", urgency="critical"), (), datetime.now(UTC))
    with world.database.main.writing() as session:
        act_as(session, Actor("member", officer, minsk))
        record(session, Event.LETTER_FOLDED, letter=letter_id, act="case_filed")
        record(session, Event.CASE_OPENED, case=case_id, office=minsk)
        record(session, Event.CASE_ACKNOWLEDGED, case=case_id)
        record(session, Event.CLOCK_STOPPED, case=case_id)
    with tables(world) as session:
        session.execute(text("DELETE FROM letters"))
        session.execute(text("DELETE FROM acknowledgements"))
        row = dict(session.execute(text("SELECT * FROM cases")).mappings().one())
        of = {"i": row["folder_id"]}
        folder = dict(session.execute(text("SELECT * FROM folders WHERE id = :i"), of).mappings().one())
        at = {"another office": offices["DEL_EGY"], "no office": uuid.UUID(int=9)}.get(where, minsk)
        folder |= {"id": uuid.uuid4().hex, "office_id": at.hex}
        if where == "a folder of another office":
            folder["office_id"] = offices["DEL_EGY"].hex
        if where == "no folder of a file":
            folder["kind"] = "draft"
        row |= {"id": case_id.hex, "office_id": at.hex, "folder_id": folder["id"]}
        for table, values in (("folders", folder), ("cases", row)):
            into = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
            session.execute(text(into), values)
    assert lost(world) == [case_id]
    assert keep_told(world.house.settings, world.database.main, datetime.now(UTC)) == 1, "nor silences its clock"


def test_entries_alone_silence_no_clock(world: World) -> None:
    _, case_id = sent(world)
    with world.database.main.writing() as session:
        record(session, Event.CASE_ACKNOWLEDGED, case=case_id)
        record(session, Event.CLOCK_STOPPED, case=case_id)
    with tables(world) as session:
        session.execute(text("UPDATE acknowledgements SET acknowledged_at = routed_at"))
    assert keep_told(world.house.settings, world.database.main, datetime.now(UTC)) == 1


def test_a_column_that_dates_a_sending_back_hides_no_lost_file(world: World) -> None:
    _, case_id = sent(world)
    with tables(world) as session:
        session.execute(text("DELETE FROM letters"))
    assert lost(world) == [case_id]
    with tables(world) as session:
        long_ago = datetime.now(UTC) - timedelta(days=91)
        routed = AuditEntry.event == Event.CASE_ROUTED.value
        session.execute(update(AuditEntry).where(routed).values(at=long_ago))
    assert lost(world) == [case_id]
