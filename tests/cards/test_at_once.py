"""Eight sessions save at once, each in a process of its own: no card is lost, none is stale, nobody fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid

import pytest
from sqlalchemy import select

from hrd_cases.cards.keep import PLACES, SEGMENTS, keep_card, write_cards
from hrd_cases.cards.read import cards
from hrd_cases.keys.models import Folder
from hrd_cases.settings import ROOT
from tests.cards.house import House, card
from tests.cards.writer import save

SESSIONS = 8
SAVES = 25


def at_once(house: House, cases: list[list[uuid.UUID]]) -> None:
    """Each list is saved by a process of its own, one case after the other."""
    writers = [begun(house, own) for own in cases]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        said, errors = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, "done\n"), errors


def begun(house: House, cases: list[uuid.UUID]) -> subprocess.Popen[str]:
    told = {
        "main": house.database.main.url.render_as_string(hide_password=False),
        "shred": house.database.shred.url.render_as_string(hide_password=False),
        "circle": str(house.circle_id),
        "seed": house.seeds[house.circle_id, 1].hex(),
        "cases": [str(case) for case in cases],
    }
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.cards.writer"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin is not None
    writer.stdin.write(json.dumps(told) + "\n")
    writer.stdin.flush()
    return writer


def agree(house: House) -> int:
    """How many cards there are; each says what its file says, lies where its place says, and there is one of each."""
    with house.reading() as session:
        good, damaged = cards(session, house.circle_id)
        files = {row.id: row.kind for row in session.scalars(select(Folder))}
        places = set(session.scalars(select(PLACES.c.case_id)))
        used = sum(session.scalars(select(SEGMENTS.c.used)))
    assert damaged == []
    assert sorted((one.case_id, one.next_step) for one in good) == sorted(files.items())
    assert places == files.keys()
    assert used == len(good)
    return len(good)


def test_two_hundred_new_files(house: House) -> None:
    at_once(house, [[uuid.uuid4() for _ in range(SAVES)] for _ in range(SESSIONS)])
    assert agree(house) == SESSIONS * SAVES


def test_the_same_files_changed_by_all(house: House) -> None:
    ids = [uuid.uuid4() for _ in range(SAVES)]
    for case in ids:
        with house.writing() as session:
            save(session, house.circle_id, case)
    at_once(house, [ids[turn:] + ids[:turn] for turn in range(SESSIONS)])
    assert agree(house) == SAVES
    with house.reading() as session:
        assert {one.next_step for one in cards(session, house.circle_id).good} == {str(SESSIONS + 1)}


def test_new_ones_and_changes_among_each_other(house: House) -> None:
    shared = [uuid.uuid4() for _ in range(SAVES)]
    for case in shared:
        with house.writing() as session:
            save(session, house.circle_id, case)
    own = [[uuid.uuid4() for _ in range(SAVES)] for _ in range(SESSIONS)]
    at_once(house, [[case for pair in zip(mine, shared, strict=True) for case in pair] for mine in own])
    assert agree(house) == SAVES * (SESSIONS + 1)


@pytest.mark.parametrize("house", ["postgres"], indirect=True)
def test_the_same_card_put_for_the_first_time_by_two(house: House) -> None:
    """Two members fold one letter in the same moment: the second finds the first one's card and writes over it."""
    case_id = uuid.uuid4()
    with house.writing() as first:
        keep_card(first, house.circle_id, case_id, lambda: card(case_id, next_step="first"))
        write_cards(first)
        second = begun_apart(house, case_id)
    said, errors = second.communicate(timeout=60)
    assert (second.returncode, said) == (0, "done\n"), errors
    with house.reading() as session:
        [one] = cards(session, house.circle_id).good
    assert one.next_step == "1"


def begun_apart(house: House, case_id: uuid.UUID) -> subprocess.Popen[str]:
    writer = begun(house, [case_id])
    assert writer.stdout is not None
    assert writer.stdin is not None
    assert writer.stdout.readline() == "ready\n"
    writer.stdin.write("go\n")
    writer.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        writer.wait(1.5)  # it waits for the first
    return writer
