"""Whoever writes the trail's table, and holds no key, decides nobody's silence: a row that nobody of ours wrote says
nothing of when an officer was last there.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import insert, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.cases.destination import destination
from hrd_cases.cases.filing import submit
from tests.attacks.past_our_code import tables
from tests.cases.conftest import recorded
from tests.world import World

START = datetime.now(UTC)
LATER = START + timedelta(days=8)


def planted(world: World, number: int, at: datetime, who: uuid.UUID) -> None:
    with tables(world) as session:
        session.execute(
            insert(AuditEntry).values(
                number=number, at=at, event="signed_in", actor="member", actor_id=who, body=b"x", hash=bytes(32)
            )
        )


def goes_to(world: World) -> uuid.UUID | None:
    with world.acting("officer.minsk") as (session, visitor):
        return destination(session, visitor, "EG", "critical", LATER + timedelta(minutes=1)).officer_id


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("number", [0, -1, 900_001])
def test_a_row_beside_the_chain_decides_nobodys_silence(world: World, active: bool, number: int) -> None:
    officer = world.demonstration.members["officer.cairo"]
    with world.acting("officer.minsk") as (session, visitor):
        assert submit(session, visitor, recorded("EG", "One", urgency="high"), (), START).to.officer_id == officer
    with time_machine.travel(LATER, tick=True):
        if active:
            with world.database.main.writing() as session:
                act_as(session, Actor("member", officer, world.demonstration.offices["DEL_EGY"]))
                record(session, Event.SIGNED_IN)
        planted(world, number, START - timedelta(days=30) if active else LATER, officer)
    assert (goes_to(world) == officer) == active


@pytest.mark.parametrize("active", [True, False])
def test_a_changed_column_decides_nobodys_silence(world: World, active: bool) -> None:
    officer = world.demonstration.members["officer.cairo"]
    with world.acting("officer.minsk") as (session, visitor):
        submit(session, visitor, recorded("EG", "One", urgency="high"), (), START)
    with time_machine.travel(LATER, tick=True), world.database.main.writing() as session:
        act_as(session, Actor("member", officer if active else uuid.uuid4(), world.demonstration.offices["DEL_EGY"]))
        record(session, Event.SIGNED_IN)
    with tables(world) as session:
        if active:
            session.execute(update(AuditEntry).where(AuditEntry.actor_id == officer).values(at=START - timedelta(30)))
        else:
            session.execute(update(AuditEntry).where(AuditEntry.at >= LATER).values(actor_id=officer))
    assert (goes_to(world) == officer) == active
