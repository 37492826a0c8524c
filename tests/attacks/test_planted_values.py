"""Whoever holds the database file may write anything into any column: no page ends because of it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hrd_cases.keys import chain
from tests.offices.people import Places, newcomer
from tests.pages.markup import faults
from tests.world import already

GARBAGE = "'no such value'"
NOT_UTF8 = "CAST(x'fffe41' AS TEXT)"
A_BLOB = "x'fffe41'"
PLANTED = [
    ("revocations", "numbers", GARBAGE),
    ("revocations", "revoked_at", GARBAGE),
    ("revocations", "fingerprint", GARBAGE),
    ("offices", "weekend", GARBAGE),
    ("offices", "weekend", "'{\"a\": 1}'"),
    ("offices", "weekend", "'[1, null]'"),
    ("offices", "languages", A_BLOB),
    ("offices", "languages", "'[\"no such\"]'"),
    ("offices", "seat", NOT_UTF8),
    ("offices", "seat", A_BLOB),
    ("offices", "kind", GARBAGE),
    ("offices", "zone", GARBAGE),
    ("offices", "zone", "'Africa'"),
    ("offices", "zone", "'../x'"),
    ("offices", "zone", "''"),
    ("offices", "opened_at", GARBAGE),
    ("offices", "folder_id", GARBAGE),
    ("offices", "version", GARBAGE),
    ("offices", "member_state", A_BLOB),
    ("letters", "act", NOT_UTF8),
    ("letters", "circle_epoch", GARBAGE),
    ("letters", "arrived_at", GARBAGE),
    ("letters", "subject_id", GARBAGE),
    ("letters", "sealed", GARBAGE),
    ("seats", "office_id", GARBAGE),
    ("seats", "member_id", GARBAGE),
    ("seats", "role", A_BLOB),
    ("seats", "since", GARBAGE),
    ("coverage", "office_id", GARBAGE),
    ("coverage", "until", GARBAGE),
    ("charter_drafts", "body", GARBAGE),
    ("charter_drafts", "signatures", GARBAGE),
    ("charter_drafts", "proposed_at", GARBAGE),
    ("notices", "sent_at", GARBAGE),
    ("notices", "sealed_file", GARBAGE),
    ("notices", "folder_id", GARBAGE),
    ("notices", "version", GARBAGE),
    ("circle_grants", "sealed_seed", GARBAGE),
    ("circle_grants", "fingerprint", "7"),
    ("circle_keys", "bundle", GARBAGE),
    ("circles", "name", A_BLOB),
    ("circles", "due_since", GARBAGE),
    ("members", "sign_in", NOT_UTF8),
    ("members", "created_at", GARBAGE),
    ("members", "fingerprint", GARBAGE),
]
READERS = ("officer.cairo", "head1.hq")
HERE = {"offices": "id = :cairo"} | dict.fromkeys(("seats", "coverage", "circles", "members"), "office_id = :cairo")
"""Which row of a table: one of the office whose pages are read; of other tables the newest."""


@pytest.fixture
def eventful(world, tmp_path_factory):
    """A notice that was folded, one that waits, a change that waits for its second signature, an ended access."""
    return already(world, much_happens, tmp_path_factory)


def much_happens(world):
    at = Places(world)
    for turn in (1, 2):
        world.client("desk.hq").post(at.office("DEL_EGY", "/notices"), {"subject": "s", "text": str(turn)})
        if turn == 1:
            world.client("officer.cairo").get("/")
    world.client("head.cairo").sign(at.member("finance2.cairo", "/revoke"))
    newcomer(world, "another.hq", "HQ", "headquarters_desk")
    with world.database.main.writing() as session:
        office = world.demonstration.offices["DEL_COL"]
        session.execute(
            text(
                "INSERT INTO charter_drafts (id, office_id, body, signatures, proposed_at) "
                "VALUES (:id, :office, x'00', x'00', '2026-01-01 00:00:00')"
            ),
            {"id": "0" * 32, "office": office.hex},
        )


@pytest.mark.parametrize(("table", "column", "value"), PLANTED, ids=lambda part: str(part)[:24])
def test_what_is_planted_in_one_column_ends_no_page(eventful, table, column, value):
    chain._chains.clear()
    with eventful.database.main.writing() as session:
        connection = session.connection()
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        here = HERE.get(table, "1")
        one = f"SELECT rowid FROM {table} WHERE {here} ORDER BY rowid DESC LIMIT 1"
        plant = text(f"UPDATE {table} SET {column} = {value} WHERE rowid IN ({one})")
        cairo = {"cairo": eventful.demonstration.offices["DEL_EGY"].hex} if here != "1" else {}
        assert connection.execute(plant, cairo).rowcount == 1
    at = Places(eventful)
    pages = ("/", "/offices", at.office("DEL_EGY"), at.office("DEL_COL"), at.office("DEL_EGY", "/notices"))
    answers = {(who, page): eventful.client(who).get(page) for who in READERS for page in pages}
    chain._chains.clear()
    assert {place: a.status_code for place, a in answers.items() if a.status_code >= 500} == {}
    assert [faults(a.text) for a in answers.values() if a.status_code == 200 and faults(a.text)] == []
