"""Whoever writes the tables hides what became of a trial: nobody takes what is left for the whole, no file is closed on
it, and the check of the trail finds it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from hrd_cases.cases.facts import risk_facts
from hrd_cases.trials import proceedings
from hrd_cases.trials.life import Act
from hrd_cases.trials.models import ProceedingEntry
from hrd_cases.trials.stages import Stage
from tests.attacks.past_our_code import findings, planted, tables
from tests.cases.acting import Filed
from tests.trials.its_files import held_open, stage
from tests.trials.trying import OFFICER, Tried, in_days, trial
from tests.world import World

UNREAD = "A trial of this file cannot be read in full"
HIDING = {
    "damaged": "UPDATE proceeding_entries SET sealed_file = :junk WHERE id = :entry",
    "deleted": "DELETE FROM proceeding_entries WHERE id = :entry",
    "dated back": "UPDATE proceeding_entries SET written_at = :long_ago WHERE id = :entry",
    "moved to another trial": "UPDATE proceeding_entries SET proceeding_id = :other WHERE id = :entry",
    "given another folder": "UPDATE proceeding_entries SET folder_id = :folder WHERE id = :entry",
    "moved with its folder": "UPDATE proceeding_entries SET proceeding_id = :other, folder_id = :folder"
    " WHERE id = :entry",
}


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal")


@pytest.fixture
def tried(world: World, file: Filed) -> Tried:
    return Tried(world, [file])


def hidden(tried: Tried, entry: uuid.UUID, how: str) -> None:
    other = Tried(tried.world, [Filed(tried.world, OFFICER, "EG", "Somebody Else")])
    values = {
        "entry": entry.hex,
        "junk": b"\x01\x02",
        "long_ago": "2020-01-01 00:00:00.000000",
        "other": other.id.hex,
        "folder": other.seen(lambda docket: docket.proceeding.folder_id).hex,
    }
    with tables(tried.world) as session:
        session.execute(text(HIDING[how]), {name: value for name, value in values.items() if f":{name}" in HIDING[how]})


@pytest.mark.parametrize("how", HIDING)
def test_a_hidden_danger_is_missed_and_found(tried: Tried, file: Filed, how: str) -> None:
    assert tried.do(proceedings.correct_trial, tried.made_from, trial(death_penalty_possible=True))
    assert file.seen(risk_facts).death_penalty_possible
    assert findings(tried.world) == []
    hidden(tried, tried.made_from, how)
    assert findings(tried.world) != []
    assert not tried.seen(lambda docket: docket.whole)
    assert held_open(file) == [UNREAD]


@pytest.mark.parametrize("how", HIDING)
def test_a_hidden_hearing_keeps_a_file_open_whose_trial_has_ended(tried: Tried, file: Filed, how: str) -> None:
    set_ = tried.schedule()
    stage(tried, Stage.TERMINATED, reason="The charges were dropped.")
    hidden(tried, set_, how)
    assert tried.seen(lambda docket: docket.ahead) == []
    assert held_open(file) == [UNREAD]
    assert findings(tried.world) != []


GONE = ("DELETE FROM proceeding_entries WHERE proceeding_id = :id", "DELETE FROM proceedings WHERE id = :id")


@pytest.mark.parametrize("count", [1, 2], ids=["its entries", "all of it"])
def test_a_trial_that_is_gone_keeps_its_files_open(tried: Tried, file: Filed, count: int) -> None:
    with tables(tried.world) as session:
        for statement in GONE[:count]:
            session.execute(text(statement), {"id": tried.id.hex})
    assert held_open(file) == [UNREAD]
    assert findings(tried.world) != []


def test_a_trial_of_another_office_is_none_of_the_file_s(world: World, tried: Tried, file: Filed) -> None:
    with tables(world) as session:
        minsk = world.demonstration.offices["DEL_BLR"]
        session.execute(text("UPDATE proceedings SET office_id = :office"), {"office": minsk.hex})
    assert held_open(file) == [UNREAD]


def test_what_was_planted_keeps_nobody_from_acting(tried: Tried) -> None:
    """A row in the place of the next act has no claim to it."""
    set_ = tried.schedule()
    _plant(tried, tried.entry(set_))
    tried.act(set_, Act.MOVE, new=in_days(20))
    assert tried.hearing(set_).when == in_days(20)
    assert tried.seen(lambda docket: (docket.whole, len(docket.damaged))) == (True, 1)
    assert "nothing in the trail tells of this row" in findings(tried.world)


def _plant(tried: Tried, corrects: uuid.UUID | None) -> None:
    values = {
        "id": uuid.uuid4(),
        "folder_id": tried.seen(lambda docket: docket.proceeding.folder_id),
        "version": 1,
        "proceeding_id": tried.id,
        "corrects_id": corrects,
        "written_at": datetime(2020, 1, 1, tzinfo=UTC),
        "sealed_file": b"\1" * 80,
    }
    with tables(tried.world) as session:
        planted(session, ProceedingEntry, values)
