"""Clocks that stopped long ago and secrets that nothing needs are put away; nothing that is needed ever is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import given_up
from hrd_cases.cases import drafts
from hrd_cases.cases.file import open_file
from hrd_cases.cases.housekeeping import drop_stopped_clocks
from hrd_cases.cases.models import Acknowledgement, Case, Draft
from hrd_cases.keys import ring
from hrd_cases.keys.models import ShredSecret
from hrd_cases.keys.passing import Passing, passing_name
from hrd_cases.keys.sweep import FEW, Sweep
from hrd_cases.unattended import folders_missed
from tests.attacks.past_our_code import told
from tests.cases.conftest import Recording, recorded
from tests.world import World


def secrets(world: World) -> set[uuid.UUID]:
    with world.database.shred.reading() as session:
        return set(session.scalars(select(ShredSecret.folder_id)))


def swept(world: World) -> Sweep:
    return Sweep(world.database, given_up, lambda missed: folders_missed(world.database.main, missed))


def planted(world: World, count: int = 1) -> set[uuid.UUID]:
    """Of cards: of those alone no act tells."""
    made = {passing_name(Passing.CARDS) for _ in range(count)}
    with world.database.shred.writing() as session:
        session.add_all(ShredSecret(folder_id=name, secret=bytes(32)) for name in made)
    return made


def test_a_secret_alone_is_swept_at_the_second_look_only(world: World) -> None:
    before, alone, sweep = secrets(world), planted(world), swept(world)
    assert sweep() == 0
    assert secrets(world) == before | alone
    assert sweep() == 1
    assert secrets(world) == before


def test_a_secret_of_which_nothing_is_told_stays_without_an_alarm(world: World) -> None:
    """A process ended between the secret of a file and its folder: nobody can tell that from a row taken away."""
    with world.database.shred.writing() as session:
        session.add(ShredSecret(folder_id=uuid.uuid4(), secret=bytes(32)))
    before, sweep = secrets(world), swept(world)
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert secrets(world) == before
    assert told(world, Event.ALARM_RAISED) == 0


def test_a_secret_whose_folder_came_meanwhile_stays(world: World) -> None:
    sweep = swept(world)
    with world.acting("officer.cairo") as (session, visitor):
        draft = drafts.save(session, visitor, None, recorded("EG", "A Example"), (), datetime.now(UTC))
        folder_id = draft.folder_id
        assert sweep() == 0, "not committed yet: it looks alone"
    assert sweep() == 0
    assert folder_id in secrets(world)


def test_secrets_of_files_and_cards_are_never_swept(world: World, recording: Recording) -> None:
    for name in ("A Example", "B Example"):
        recording.by("officer.cairo", recorded("EG", name))
    before, sweep = secrets(world), swept(world)
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert secrets(world) == before
    with world.acting("head.cairo") as (session, _visitor):
        assert {open_file(session, case).name for case in session.scalars(select(Case))} == {"A Example", "B Example"}
    assert "A Example" in world.client("head.cairo").get("/cases").text


def test_a_draft_dropped_by_a_process_that_died_at_once_is_shredded_within_two_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.acting("officer.cairo") as (session, visitor):
        folder_id = drafts.save(session, visitor, None, recorded("EG", "A Example"), (), datetime.now(UTC)).folder_id

    def dies(*_: Any) -> None:
        raise RuntimeError("the process ends here")

    monkeypatch.setattr(ring, "shred", dies)
    with pytest.raises(RuntimeError), world.acting("officer.cairo") as (session, visitor):
        drafts.drop(session, visitor, session.scalars(select(Draft)).one())
    monkeypatch.undo()
    with world.database.main.reading() as session:
        assert session.scalars(select(Draft)).all() == []
    assert folder_id in secrets(world)
    sweep = swept(world)
    sweep()
    sweep()
    assert folder_id not in secrets(world)


def test_if_most_secrets_are_alone_none_is_destroyed(world: World) -> None:
    """As it would be over a main store that is not theirs: empty, or restored from long ago."""
    alone, sweep = planted(world, FEW + len(secrets(world)) + 50), swept(world)
    assert [sweep() for _ in range(4)] == [0, 0, 0, 0]
    assert alone <= secrets(world)


def test_clocks_that_stopped_a_month_ago_go_and_those_that_run_stay(world: World, recording: Recording) -> None:
    now = datetime.now(UTC)
    ids = []
    for name in ("A Example", "B Example", "C Example"):
        recording.by("officer.cairo", recorded("BY", name))
    with world.database.main.writing() as session:
        ids = list(session.scalars(select(Acknowledgement.case_id).order_by(Acknowledgement.case_id)))
        for case_id, days in zip(ids, (31, 29), strict=False):
            stopped = now - timedelta(days=days)
            query = update(Acknowledgement).where(Acknowledgement.case_id == case_id)
            session.execute(query.values(acknowledged_at=stopped))
        assert drop_stopped_clocks(session, now) == 1
        assert set(session.scalars(select(Acknowledgement.case_id))) == set(ids[1:])
