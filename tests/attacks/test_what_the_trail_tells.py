"""Whoever reads the trail learns by whom and when something was written into files, and not of what kind it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import read_body
from hrd_cases.cases.filing import submit
from tests.attacks.past_our_code import tables
from tests.cases.conftest import recorded
from tests.cases.typed import fill
from tests.world import World

TYPED: dict[str, dict[str, str]] = {
    "source": {"name": "Sami Source", "label": "A neighbour"},
    "note": {"text": "She was here."},
    "incident": {"text": "Beaten on the way home."},
    "meeting": {"substance": "Talk of the hearing."},
}
WRITING = ("act", "conversation", "risk")


def told(world: World, after: int = 0) -> list[tuple[str, dict[str, Any]]]:
    with tables(world) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number))
        return [(entry.event, read_body(entry).fields) for entry in entries]


@pytest.mark.parametrize("kind", TYPED)
def test_the_trail_does_not_tell_what_kind_of_entry_was_written(world: World, kind: str) -> None:
    with world.acting("officer.cairo") as (session, by):
        case_id = submit(session, by, recorded("EG", "Def Ender"), (), datetime.now(UTC)).case_id
    browser, before = world.client("officer.cairo"), len(told(world))
    path = f"/cases/{case_id}/add/{kind}"
    assert browser.get(path).status_code == 200
    assert fill(browser, path, **TYPED[kind]).status_code == 303
    since = told(world, before)
    assert "entry_written" in [event for event, _ in since]
    assert {fields["page"] for event, fields in since if event == "page_read"} == {"cases.add"}
    assert {fields["subjects"] for event, fields in since if event == "page_read"} == {(str(case_id),)}
    assert kind not in str(since)


@pytest.mark.parametrize("form", WRITING)
def test_forms_that_write_of_one_kind_have_the_name_that_all_have(world: World, form: str) -> None:
    with world.acting("officer.cairo") as (session, by):
        case_id = submit(session, by, recorded("EG", "Def Ender"), (), datetime.now(UTC)).case_id
    before = len(told(world))
    assert world.client("officer.cairo").get(f"/cases/{case_id}/{form}").status_code == 200
    (read,) = [fields for event, fields in told(world, before) if event == "page_read"]
    assert read == {"page": "cases.add", "subjects": (str(case_id),)}


def test_a_refused_form_does_not_tell_it_either(world: World) -> None:
    with world.acting("officer.cairo") as (session, by):
        case_id = submit(session, by, recorded("EG", "Def Ender"), (), datetime.now(UTC)).case_id
    before = len(told(world))
    world.client("officer.minsk").get(f"/cases/{case_id}/conversation")
    world.client("officer.minsk").post(f"/cases/{case_id}/conversation", {})
    assert {fields["page"] for _, fields in told(world, before) if "page" in fields} == {"cases.add"}
