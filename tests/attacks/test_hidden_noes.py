"""Whoever writes the tables hides a no: nothing goes outward, the pages say so, and the check of the trail finds it."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hrd_cases.cases import conversations
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.forms.consent import OUTWARD
from hrd_cases.cases.models import Entry
from hrd_cases.errors import Changed
from tests.attacks.past_our_code import findings, planted, tables
from tests.cases.acting import Filed, outward, sentences, spoken
from tests.cases.typed import fill
from tests.world import World

PURPOSE = "public_statement"
KIND = next(kind for kind in OUTWARD if CODES.purpose_of(kind) == PURPOSE)
UNREAD = "Something that was written on this file is missing or cannot be read here. It may have been a no."
HIDING = {
    "damaged": "UPDATE entries SET sealed_file = :junk WHERE id = :entry",
    "deleted": "DELETE FROM entries WHERE id = :entry",
    "dated back": "UPDATE entries SET written_at = :long_ago WHERE id = :entry",
    "moved to another file": "UPDATE entries SET case_id = :other WHERE id = :entry",
    "given another folder": "UPDATE entries SET folder_id = :folder WHERE id = :entry",
    "moved with its folder": "UPDATE entries SET case_id = :other, folder_id = :folder WHERE id = :entry",
}


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, "officer.cairo", "EG", "Salma")


def talks(file: Filed) -> list[uuid.UUID]:
    """Yes three days ago, no two hours ago: the ids of their entries."""
    file.talk(ago=timedelta(days=3), public_statement="given")
    time.sleep(0.01)  # the no is written later
    file.talk(ago=timedelta(hours=2), public_statement="refused")
    return file.seen(lambda seen: [one.entry.id for one in sorted(seen.conversations, key=lambda one: one.said.when)])


def hidden(file: Filed, other: Filed, entry: uuid.UUID, how: str) -> None:
    values = {
        "entry": entry.hex,
        "junk": b"\x01\x02",
        "long_ago": "2020-01-01 00:00:00.000000",
        "other": other.id.hex,
        "folder": other.seen(lambda seen: seen.case.folder_id).hex,
    }
    with tables(file.world) as session:
        session.execute(text(HIDING[how]), {name: value for name, value in values.items() if f":{name}" in HIDING[how]})


def act(file: Filed, state: str = "done") -> Any:
    return file.post("act", outward(KIND, state))


@pytest.mark.parametrize("how", HIDING)
def test_a_hidden_no_closes_the_gate_and_is_found(file: Filed, how: str) -> None:
    other = Filed(file.world, "officer.cairo", "EG", "Somebody Else")
    no = talks(file)[1]
    assert findings(file.world) == []
    hidden(file, other, no, how)
    assert findings(file.world) != []
    answer = act(file)
    assert answer.status_code == 422
    assert UNREAD in sentences(answer.text)
    for page in ("", "consent", "print"):
        words = sentences(file.world.client("officer.cairo").get(f"/cases/{file.id}/{page}".rstrip("/")).text)
        assert "Agreed, but not now" in words, page
        assert UNREAD in words, page
    assert "failed its check" in words or "is missing" in sentences(
        file.world.client("officer.cairo").get(f"/cases/{file.id}").text
    )


def test_whoever_corrects_an_old_yes_makes_no_hidden_no_older(file: Filed) -> None:
    yes, no = talks(file)
    hidden(file, file, no, "damaged")
    mended = fill(file.world.client("officer.cairo"), f"/cases/{file.id}/conversation/{yes}", note="A typo mended")
    assert mended.status_code == 303
    assert act(file).status_code == 422


def test_an_incident_that_was_moved_away_is_missed_on_the_page(file: Filed) -> None:
    other = Filed(file.world, "officer.cairo", "EG", "Somebody Else")
    incident = file.seen(lambda seen: seen.incidents[0].entry.id)
    hidden(file, other, incident, "moved to another file")
    page = sentences(file.world.client("officer.cairo").get(f"/cases/{file.id}").text)
    assert "1 entry of this file is missing." in page


def test_what_was_planted_and_is_none_of_the_file_stops_nobody(file: Filed) -> None:
    """The file knows its own entries: a row that was never written into it may hold no no."""
    file.talk(public_statement="given")
    _plant(file, None)
    assert file.seen(lambda seen: len(seen.damaged)) == 1
    assert act(file).status_code == 303


def test_a_planted_correction_keeps_no_withdrawal_from_being_recorded(file: Filed) -> None:
    file.talk(ago=timedelta(days=2), public_statement="given")
    assert act(file, "planned").status_code == 303
    (planned,) = file.actions
    _plant(file, planned.entry.id)
    assert file.post("conversation", spoken("self", answer_public_statement="refused")).status_code == 303
    assert len(file.seen(lambda seen: seen.conversations)) == 2
    assert [one.said.state for one in file.actions] == ["stopped"]
    assert act(file).status_code == 422
    assert "nothing in the trail tells of this row" in findings(file.world)


def test_a_no_is_recorded_although_what_is_planned_cannot_be_stopped(
    file: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.talk(ago=timedelta(days=2), public_statement="given")
    assert act(file, "planned").status_code == 303

    def taken(*_: Any, **__: Any) -> None:
        raise Changed("somebody corrected this entry in this moment")

    monkeypatch.setattr(conversations, "correct", taken)
    assert file.post("conversation", spoken("self", answer_public_statement="refused")).status_code == 303
    assert len(file.seen(lambda seen: seen.conversations)) == 2
    assert [one.said.rule for one in file.seen(lambda seen: seen.open_tasks)].count("stop_by_hand") == 1
    assert act(file).status_code == 422


def _plant(file: Filed, corrects: uuid.UUID | None) -> None:
    values = {
        "id": uuid.uuid4(),
        "folder_id": file.seen(lambda seen: seen.case.folder_id),
        "version": 1,
        "case_id": file.id,
        "corrects_id": corrects,
        "written_at": datetime(2020, 1, 1, tzinfo=UTC),
        "sealed_file": b"\1" * 80,
        "sealed_sources": None,
    }
    with tables(file.world) as session:
        planted(session, Entry, values)
