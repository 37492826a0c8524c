"""Whoever holds the database may write anything into the clear columns of case files: no page ends because of it."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url, text

from hrd_cases.cases.filing import submit
from hrd_cases.offices.models import DutyDay
from tests.attacks.test_case_writer import filed
from tests.attacks.test_planted_values import A_BLOB, GARBAGE, NOT_UTF8
from tests.cases.conftest import recorded
from tests.pages.markup import faults
from tests.world import World, already

IDS = (GARBAGE, A_BLOB)
TIMES = (GARBAGE, "'0001-01-01 00:00:00.000000'", "'9999-12-31 23:59:59.999999'", "7")
DAYS = (GARBAGE, "'0001-01-01'", "'9999-12-31'")
BLOBS = (GARBAGE, A_BLOB, "x''")
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "cases": {"office_id": IDS, "opened_at": TIMES, "folder_id": IDS, "version": (GARBAGE, "-1"), "sealed_file": BLOBS},
    "entries": {
        "case_id": IDS,
        "corrects_id": IDS,
        "written_at": TIMES,
        "folder_id": IDS,
        "version": (GARBAGE,),
        "sealed_file": BLOBS,
        "sealed_sources": BLOBS,
    },
    "drafts": {"author_id": IDS, "saved_at": TIMES, "folder_id": IDS, "sealed_file": BLOBS, "sealed_sources": BLOBS},
    "acknowledgements": {
        "office_id": IDS,
        "officer_id": IDS,
        "routed_at": (GARBAGE, "'0001-01-01 00:00:00.000000'"),
        "due_at": (GARBAGE, "'9999-12-31 23:59:59.999999'"),
        "headquarters_at": TIMES,
        "reminders": BLOBS,
        "acknowledged_at": TIMES,
    },
    "absences": {
        "member_id": IDS,
        "first_on": DAYS[:2],
        "last_on": DAYS[::2],
        "recorded_at": TIMES,
        "recorded_by": IDS,
    },
    "duty_days": {"member_id": IDS, '"on"': DAYS},
    "card_segments": {
        "used": (GARBAGE,),
        "names_version": (GARBAGE, NOT_UTF8),
        "sealed_cards": BLOBS,
        "sealed_names": BLOBS,
    },
    "card_places": {"case_id": IDS, "segment_id": IDS},
}
PLANTED = [
    (table, column, value)
    for table, columns in COLUMNS.items()
    for column, values in columns.items()
    for value in values
]
READERS = ("officer.cairo", "officer.minsk", "desk.hq")


def eventful(world: World) -> None:
    filed(world)
    now = datetime.now(UTC)
    with world.acting("officer.cairo") as (session, officer):
        submit(session, officer, recorded("FR", "No Office"), (), now)
    with world.acting("desk.hq") as (session, desk):
        session.add(DutyDay(on=now.date(), member_id=desk.member_id))
    world.client("officer.minsk").get("/cases")


def pages(world: World) -> list[str]:
    with world.database.main.reading() as session:
        rows = session.execute(text("SELECT id FROM cases ORDER BY rowid")).scalars()
        files = [f"/cases/{uuid.UUID(one)}" for one in rows]
        draft = uuid.UUID(session.execute(text("SELECT id FROM drafts")).scalar_one())
        newest = session.execute(text("SELECT id, case_id FROM entries ORDER BY rowid DESC LIMIT 1")).one()
        entry = f"/cases/{uuid.UUID(newest.case_id)}/entries/{uuid.UUID(newest.id)}"
    office = world.demonstration.offices["DEL_EGY"]
    found = ["/", "/cases", "/cases/reviews", "/cases/drafts", f"/cases/drafts/{draft}", f"/cases/drafts/{draft}/check"]
    found += [page for one in files for page in (one, f"{one}/print", f"{one}/timeline/1", f"{one}/consent")]
    return [*found, entry, f"/offices/{office}/absences", "/offices/duty", "/cases/new"]


def test_every_page_opens_for_somebody_while_nothing_is_planted(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = already(world, eventful, tmp_path_factory)
    closed = [
        page for page in pages(world) if not any(world.client(who).get(page).status_code == 200 for who in READERS)
    ]
    assert closed == []


@pytest.mark.parametrize("table", COLUMNS)
def test_what_is_planted_in_one_column_ends_no_page(
    world: World, table: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong: dict[tuple[str, str, str, str], int] = {}
    for planted, column, value in PLANTED:
        if planted != table:
            continue
        world = already(world, eventful, tmp_path_factory)
        addresses = pages(world)
        _plant(world, table, column, value)
        for who in READERS:
            browser = world.client(who)
            for path in addresses:
                answer = browser.get(path)
                if answer.status_code >= 500:
                    wrong[column, value, who, path] = answer.status_code
                elif answer.status_code == 200:
                    assert faults(answer.text) == [], (column, value, path)
            answer = browser.post(
                "/cases/new", {"country": "BY", "name": "N", "what": "W", "urgency": "high", "do": "open"}
            )
            if answer.status_code >= 500:
                wrong[column, value, who, "a new file"] = answer.status_code
    assert wrong == {}


def _plant(world: World, table: str, column: str, value: str) -> None:
    """Into the newest row, past every constraint of the database that can be passed by."""
    world.database.dispose()
    path = make_url(world.house.settings.database_url).database
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        one = f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT 1"
        assert connection.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid IN ({one})").rowcount == 1
        connection.commit()
