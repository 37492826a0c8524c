"""Somebody writes the tables, goes back in the browser, or leaves: no file, letter or draft is lost for it, unsaid."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.cases import drafts
from hrd_cases.cases.begun import case_id_of
from hrd_cases.cases.models import Acknowledgement, Case, Draft
from hrd_cases.vault.envelope import digest
from tests.attacks.test_case_writer import planted
from tests.attacks.test_database_writer import tables
from tests.cases.acting import sentences
from tests.cases.conftest import recorded
from tests.cases.test_recording import QUICK, files, hidden
from tests.world import World

NOW = datetime.now(UTC)


def told(world: World, event: Event) -> int:
    with world.database.main.reading() as session:
        return session.scalar(select(func.count()).where(AuditEntry.event == event.value)) or 0


# -- a draft that is opened


def drafted(world: World, country: str = "EG") -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A draft, the id that its file will have, and the one that anybody could have reckoned from clear columns."""
    with world.acting("officer.cairo") as (session, officer):
        draft = drafts.save(session, officer, None, recorded(country, "To Be Kept"), (), NOW)
        clear = digest("case begun", officer.member_id.bytes, draft.id.bytes, b"0")
        return draft.id, case_id_of(officer, draft.id), uuid.UUID(bytes=clear[:16])


def plant(world: World, kind: Any, case_id: uuid.UUID) -> None:
    office = world.demonstration.offices["DEL_COL"]
    clock = {"routed_at": NOW, "due_at": NOW, "headquarters_at": NOW, "reminders": b"\x90", "acknowledged_at": NOW}
    case = {"id": case_id, "folder_id": uuid.uuid4(), "version": 1, "opened_at": NOW, "sealed_file": b"\1" * 80}
    row = {"case_id": case_id} | clock if kind is Acknowledgement else case
    with tables(world) as session:
        planted(session, kind, row | {"office_id": office})


def press_open(world: World, draft_id: uuid.UUID) -> Any:
    browser, path = world.client("officer.cairo"), f"/cases/drafts/{draft_id}/check"
    return browser.post(path, {"told": hidden(browser.get(path).text, "told")})


@pytest.mark.parametrize("kind", [Acknowledgement, Case])
def test_nobody_reckons_the_id_of_a_file_from_clear_columns(world: World, kind: Any) -> None:
    draft_id, case_id, clear = drafted(world)
    assert case_id != clear
    plant(world, kind, clear)
    assert press_open(world, draft_id).status_code == 303
    assert [one.name for one in files(world, "officer.cairo")] == ["To Be Kept"]


@pytest.mark.parametrize("kind", [Acknowledgement, Case])
def test_a_draft_stays_where_a_row_stands_that_the_trail_does_not_tell_of(world: World, kind: Any) -> None:
    draft_id, case_id, _ = drafted(world)
    plant(world, kind, case_id)
    answer = press_open(world, draft_id)
    assert answer.status_code == 422
    assert "Nothing is lost: it waits here." in sentences(answer.text)
    with world.acting("officer.cairo") as (session, _visitor):
        assert session.get_one(Draft, draft_id).drafted.name == "To Be Kept"
    assert told(world, Event.ALARM_RAISED) == 1


# -- a form pressed again


def posted(world: World, begun: str, **fields: Any) -> Any:
    return world.client("officer.cairo").post("/cases/new", {"begun": begun, "told": ""} | QUICK | fields)


@pytest.mark.parametrize("country", ["EG", "BY"])
def test_back_and_another_name_is_another_file(world: World, country: str) -> None:
    begun, office = str(uuid.uuid4()), "officer.cairo" if country == "EG" else "officer.minsk"
    for name in ("First Person", "First Person", "Quite Somebody Else"):
        assert posted(world, begun, name=name, country=country).status_code in (200, 303)
    assert sorted(one.name for one in files(world, office)) == ["First Person", "Quite Somebody Else"]


def test_a_list_with_a_name_put_on_top_makes_one_more_file(world: World) -> None:
    browser = world.client("officer.cairo")
    form = {"begun": str(uuid.uuid4()), "told": "", "country": "BY", "what": "Arrests", "urgency": "high", "do": "open"}
    for names in ("Anna One\nBoris Two", "Clara Zero\nAnna One\nBoris Two"):
        answer = browser.post("/cases/new/list", form | {"names": names})
        assert answer.status_code == 200
    assert sentences(answer.text).count("made before") == 2
    assert sorted(one.name for one in files(world, "officer.minsk")) == ["Anna One", "Boris Two", "Clara Zero"]
