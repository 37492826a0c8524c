"""Values planted in clear columns that would switch something off in silence: pages stand, what is switched off
says so, and the check of the trail names the row.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from hrd_cases.audit.verify import verify_store
from hrd_cases.outbox import watch
from hrd_cases.unattended import post_daily_count
from tests.accounts.walk import Person
from tests.attacks.past_our_code import tables
from tests.keys.cast import forget_everything
from tests.world import World

ENGINES = pytest.mark.parametrize("engine", ["world", "world_on_postgres"])


def findings(world: World) -> set[str]:
    return {one.what for one in verify_store(world.database.main).findings}


@ENGINES
@pytest.mark.parametrize("role", ["x", "head"])
def test_a_newcomer_whom_nobody_invited_ends_no_page_and_is_named(
    engine: str, role: str, request: pytest.FixtureRequest
) -> None:
    world: World = request.getfixturevalue(engine)
    cairo = world.demonstration.offices["DEL_EGY"]
    with tables(world) as session:
        row = dict(session.execute(text("SELECT * FROM members WHERE sign_in = 'officer.cairo'")).mappings().one())
        made = uuid.uuid4()
        row |= {"id": made.hex if engine == "world" else made, "sign_in": "newcomer.cairo"}
        row |= {"invited_role": role, "fingerprint": b"f" * 32}
        into = f"INSERT INTO members ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        session.execute(text(into), row)
    for who in ("head.cairo", "officer.cairo", "head1.hq", "admin.hq"):
        for page in ("/", f"/offices/{cairo}", f"/offices/{cairo}/members", "/offices"):
            assert world.client(who).get(page).status_code in {200, 403}, (who, page)
    assert "a member whom nobody invited" in findings(world)


def test_another_role_than_invited_is_named(world: World) -> None:
    with tables(world) as session:
        session.execute(text("UPDATE members SET invited_role = 'custodian' WHERE sign_in = 'officer.cairo'"))
    assert findings(world) == {"a member is to be seated as something else than they were invited as"}


@pytest.mark.parametrize("kind", ["x", "delegation"])
def test_an_office_of_another_kind_is_named_and_the_daily_count_is_mailed(world: World, kind: str) -> None:
    now = datetime.now(UTC)
    with tables(world) as session:
        session.execute(text("UPDATE offices SET kind = :k WHERE code = 'HQ'"), {"k": kind})
    forget_everything()
    assert "an office that nobody opened so" in findings(world)
    assert post_daily_count(world.house.settings, world.database.main, now + timedelta(days=1))
    for who in ("head1.hq", "auditor.hq", "officer.cairo", "admin.hq"):
        for page in ("/", "/offices", f"/offices/{world.demonstration.offices['HQ']}"):
            assert world.client(who).get(page).status_code in {200, 403}, (who, page)


def test_a_member_kept_out_as_a_newcomer_is_named(world: World) -> None:
    assert findings(world) == set()
    with tables(world) as session:
        session.execute(text("UPDATE members SET enrolled_at = NULL WHERE sign_in = 'officer.cairo'"))
    assert findings(world) == {"a member who has enrolled is kept out as one who has not"}


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(hours=47), timedelta(days=300_000)])
def test_a_planted_bucket_shuts_nobody_out(world: World, ahead: timedelta) -> None:
    Person(world, "officer.cairo").send("/sign-in", sign_in="officer.cairo", passphrase="wrong wrong", code="000000")
    with tables(world) as session:
        at = (datetime.now(UTC) + ahead).strftime("%Y-%m-%d %H:%M:%S.%f")
        session.execute(text("UPDATE try_buckets SET level = 9000000000000000000, updated_at = :at"), {"at": at})
    for who in ("officer.cairo", "head.minsk"):
        answer = Person(world, who).sign_in_now()
        assert (answer.status_code, answer.headers.get("Retry-After")) == (303, None)


def test_a_heartbeat_of_a_time_to_come_is_no_life(world: World) -> None:
    now = datetime.now(UTC)
    with tables(world) as session:
        session.execute(text("DELETE FROM heartbeats"))
        row = {"i": uuid.uuid4().hex, "at": "2150-01-01 00:00:00.000000"}
        session.execute(text("INSERT INTO heartbeats (id, beat_at) VALUES (:i, :at)"), row)
    with world.database.main.reading() as session, time_machine.travel(now + timedelta(days=30), tick=True):
        found = watch.alarms(session, datetime.now(UTC))
    assert [(one.kind, one.since is not None) for one in found] == [(watch.AlarmKind.NO_SCHEDULER, True)]
