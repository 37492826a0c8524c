"""Whoever writes the tables may set the clear number of a row's version to anything: nothing is kept from being
written, taken back or withdrawn because of it, and the check of the trail names the row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import NoResultFound

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.errors import HrdError, Tampered
from hrd_cases.keys.models import ShredSecret
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares import ending
from tests.attacks.past_our_code import findings
from tests.cases.acting import said
from tests.trials.sharing_world import Sharer
from tests.trials.trying import OFFICER, in_days
from tests.world import World

ANY_NUMBER = ("2147483647", "-7", "-1")
ON_SQLITE = ("'x'", "x'00'", "1.5", "''", "9223372036854775807", "-9223372036854775808")
TABLES = ("shares", "proceedings", "received_shares", "cases")
OTHER_VERSION = tuple(f"a {what}'s row says another version" for what in ("file", "trial", "share"))


def shared(world: World) -> tuple[Sharer, uuid.UUID]:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.seen(share_id) is not None
    return sharer, share_id


def set_version(world: World, table: str, version: str) -> None:
    with world.database.main.writing() as session:
        session.execute(text(f"UPDATE {table} SET version = {version}"))


def moves(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    seen = sharer.seen(share_id)
    assert seen is not None
    assert seen.when == in_days(12)


def takes_back(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.revoke(share_id)
    _opens_nothing(sharer, share_id)


def says_no(sharer: Sharer) -> None:
    with sharer.world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        no = said(ago=timedelta(0), speaker_id=None, share_embassies="refused")
        assert record_conversation(session, by, case, no, datetime.now(UTC)).ended == 1


def withdraws(sharer: Sharer, share_id: uuid.UUID) -> None:
    says_no(sharer)
    assert sharer.given(share_id).ended == "consent"
    _opens_nothing(sharer, share_id)


def declines(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.decline(share_id)
    _opens_nothing(sharer, share_id)
    assert sharer.given(share_id).state == "declined"


def cancels(sharer: Sharer, share_id: uuid.UUID) -> None:
    sharer.tried.act(sharer.hearing_id, Act.CANCEL, reason="other", note="The judge is ill")
    assert sharer.seen(share_id) is not None


def _opens_nothing(sharer: Sharer, share_id: uuid.UUID) -> None:
    assert sharer.seen(share_id) is None
    with sharer.world.acting(OFFICER) as (session, _):
        assert session.execute(text("SELECT count(*) FROM guest_keys")).scalar() == 0


ACTS: dict[str, Callable[[Sharer, uuid.UUID], None]] = {
    "moved": moves,
    "taken back": takes_back,
    "withdrawn": withdraws,
    "declined": declines,
    "cancelled": cancels,
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["moved", "withdrawn", "declined"])
def test_whatever_the_version_says_the_act_is_done(world: World, table: str, act: str) -> None:
    sharer, share_id = shared(world)
    set_version(world, table, "'x'")
    ACTS[act](sharer, share_id)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("table", ["shares", "proceedings"])
def test_at_the_highest_version_the_act_is_done(world: World, table: str, act: str) -> None:
    sharer, share_id = shared(world)
    set_version(world, table, "9223372036854775807")
    ACTS[act](sharer, share_id)


@pytest.mark.parametrize("version", [*ANY_NUMBER, *ON_SQLITE])
def test_any_version_is_written_back(world: World, version: str) -> None:
    sharer, share_id = shared(world)
    honest = findings(world)
    for table in TABLES:
        set_version(world, table, version)
    assert findings(world) != honest
    moves(sharer, share_id)
    sharer.files[0].talk()
    with world.database.main.reading() as session:
        for table in ("shares", "proceedings", "cases"):
            assert 0 < (session.execute(text(f"SELECT version FROM {table}")).scalar() or 0) < 1000
    takes_back(sharer, share_id)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("version", ["'x'", "77"])
def test_the_check_names_the_row(world: World, table: str, version: str) -> None:
    _sharer, _ = shared(world)
    assert findings(world) == []
    set_version(world, table, version)
    (found,) = findings(world)
    assert found.startswith(OTHER_VERSION)


@pytest.mark.parametrize("act", ["moved", "taken back", "withdrawn"])
def test_on_postgresql_too(world_on_postgres: World, act: str) -> None:
    sharer, share_id = shared(world_on_postgres)
    for table in TABLES:
        set_version(world_on_postgres, table, "2147483647")
    ACTS[act](sharer, share_id)


# -- a no


@pytest.mark.parametrize("error", [Tampered("what nobody thought of"), RuntimeError("what nobody thought of")])
def test_a_no_is_written_though_a_share_cannot_be_ended_and_its_secret_is_destroyed(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sharer, share_id = shared(world)
    with world.database.shred.reading() as session:
        before = session.scalar(select(func.count()).select_from(ShredSecret))

    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(ending, "correct", fails)
    says_no(sharer)
    monkeypatch.undo()
    with world.database.shred.reading() as session:
        assert session.scalar(select(func.count()).select_from(ShredSecret)) == (before or 0) - 1
    with pytest.raises((HrdError, NoResultFound)):
        sharer.without_the_door(share_id)
    assert sharer.seen(share_id) is None
