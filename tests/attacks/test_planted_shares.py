"""Somebody who writes the tables plants or alters rows of shares, so that what needs no key destroys what it must not,
or destroys nothing any more: the trail says which folder is a share's, and each share ends by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor
from hrd_cases.cases.models import Case
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import HrdError
from hrd_cases.keys.folders import delete_keys
from hrd_cases.keys.models import Folder, GuestKey
from hrd_cases.keys.sweep import Sweep
from hrd_cases.offices.models import Office
from hrd_cases.trials import mending
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares import ending
from hrd_cases.trials.shares.models import Share
from hrd_cases.unattended import jobs
from tests.attacks.past_our_code import destroy, folder_of_share, secrets, told, write
from tests.trials.sharing_world import EMBASSY, Sharer
from tests.trials.trying import OFFICER
from tests.world import World

SCHEDULER = Actor("scheduler")
SHARES: Any = Share.__table__
FOLDERS: Any = Folder.__table__
LONG_AGO = datetime(2020, 1, 5, tzinfo=UTC)


def folder_of_file(sharer: Sharer) -> uuid.UUID:
    with sharer.world.database.main.reading() as session:
        return session.scalars(select(Case.folder_id).where(Case.id == sharer.files[0].id)).one()


def planted(sharer: Sharer, **says: Any) -> dict[str, Any]:
    row = {
        "id": uuid.uuid4(),
        "folder_id": uuid.uuid4(),
        "version": 1,
        "office_id": sharer.office("DEL_EGY"),
        "to_office_id": sharer.office(EMBASSY),
        "until": LONG_AGO,
        "sealed_file": b"x",
    }
    return row | says


def still_reads(sharer: Sharer) -> bool:
    return "Salma Mithal" in sharer.world.client(OFFICER).get(f"/cases/{sharer.files[0].id}").text


def end_shares(world: World, now: datetime) -> int:
    return ending.end_shares(world.database, SCHEDULER, now)


# -- what a row names is not believed: the trail says whose folder it is


@pytest.mark.parametrize("kind", ["as it was", "called a share"])
def test_a_planted_share_destroys_no_file(world: World, kind: str) -> None:
    sharer = Sharer(world)
    folder_id = folder_of_file(sharer)
    write(world, insert(SHARES).values(**planted(sharer, folder_id=folder_id)))
    if kind != "as it was":
        write(world, update(FOLDERS).where(FOLDERS.c.id == folder_id).values(kind="share"))
    assert end_shares(world, datetime.now(UTC)) == 0
    assert folder_id in secrets(world)
    assert still_reads(sharer)
    assert told(world, Event.ALARM_RAISED) == 1


@pytest.mark.parametrize("whose", ["file", "office"])
def test_a_share_whose_row_names_another_folder_ends_and_that_one_stays(world: World, whose: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world), sharer.given(share_id).until
    with world.database.main.reading() as session:
        office = session.scalars(select(Office.folder_id).where(Office.folder_id.is_not(None))).first()
    other = folder_of_file(sharer) if whose == "file" else office
    assert other is not None
    write(world, update(SHARES).values(folder_id=other))
    assert end_shares(world, until) == 1
    assert own not in secrets(world)
    assert other in secrets(world)
    assert still_reads(sharer)
    assert told(world, Event.ALARM_RAISED) == 1


@pytest.mark.parametrize("by", ["office", "embassy"])
def test_whoever_ends_a_share_destroys_no_file_that_its_row_names(world: World, by: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, other = folder_of_share(world), folder_of_file(sharer)
    write(world, update(SHARES).values(folder_id=other))
    if by == "office":
        sharer.revoke(share_id)
        assert own not in secrets(world)
    else:
        with pytest.raises(HrdError):
            sharer.decline(share_id)
    assert other in secrets(world)
    assert still_reads(sharer)


def test_a_share_whose_row_was_taken_away_goes_with_its_keys_when_it_is_taken_back(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own = folder_of_share(world)
    with world.database.main.reading() as session:
        row = dict(session.execute(select(SHARES)).one()._mapping)
    write(world, delete(SHARES))
    sharer.revoke(share_id)
    assert own not in secrets(world)
    with world.database.main.reading() as session:
        assert not session.scalars(select(GuestKey)).all()
    write(world, insert(SHARES).values(**row))
    with pytest.raises(HrdError):
        sharer.without_the_door(share_id)


def test_a_share_whose_row_was_taken_away_ends_though_nobody_takes_it_back(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, file = folder_of_share(world), folder_of_file(sharer)
    with world.database.main.reading() as session:
        row = dict(session.execute(select(SHARES)).one()._mapping)
    write(world, delete(SHARES), update(Folder).where(Folder.id == file).values(kind="share"))
    assert end_shares(world, datetime.now(UTC)) == 1
    assert end_shares(world, datetime.now(UTC)) == 0
    assert own not in secrets(world)
    assert file in secrets(world), "whatever its row calls it, the trail says that it is a file's"
    with world.database.main.reading() as session:
        assert not session.scalars(select(GuestKey)).all()
    assert told(world, Event.SHARE_ENDED) == 1
    assert told(world, Event.ALARM_RAISED) == 1
    write(world, update(Folder).where(Folder.id == file).values(kind="case"), insert(SHARES).values(**row))
    with pytest.raises(HrdError):
        sharer.without_the_door(share_id)


def test_whoever_comes_by_writes_that_a_share_without_its_row_is_over(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    write(world, delete(SHARES))
    end_shares(world, datetime.now(UTC))

    def comes_by(session: Session, by: Visitor, proceeding: Proceeding, now: datetime) -> bool:
        found = mending.amiss(session, by, proceeding, now)
        mending.mend(session, by, proceeding, now)
        return found

    assert sharer.tried.do(comes_by)
    assert (sharer.given(share_id).state, sharer.given(share_id).ended) == ("ended", "damaged")
    hearing = sharer.tried.hearing(sharer.hearing_id)
    assert (hearing.state, hearing.observer, hearing.reason) == ("requested", None, "damaged")
    assert not sharer.tried.do(comes_by)


# -- each share ends by itself


def _garbage(column: str) -> Callable[[Sharer], None]:
    def plant(sharer: Sharer) -> None:
        row = planted(sharer)
        values = {name: one.hex if isinstance(one, uuid.UUID) else one for name, one in row.items()}
        values |= {"until": "2020-01-05 00:00:00.000000", column: "garbage"}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        write(sharer.world, text(f"INSERT INTO shares ({names}) VALUES ({marks})").bindparams(**values))

    return plant


def _many(sharer: Sharer) -> None:
    write(sharer.world, insert(SHARES).values([planted(sharer) for _ in range(250)]))


def _of_an_office(sharer: Sharer) -> None:
    with sharer.world.database.main.reading() as session:
        folder_id = session.scalars(select(Office.folder_id).where(Office.folder_id.is_not(None))).first()
    write(sharer.world, insert(SHARES).values(**planted(sharer, folder_id=folder_id)))


PLANTED: dict[str, Callable[[Sharer], None]] = {
    "an id that is none": _garbage("id"),
    "a folder that is none": _garbage("folder_id"),
    "a version that is none": _garbage("version"),
    "an end that is none": _garbage("until"),
    "the folder of an office": _of_an_office,
    "more than are looked at at once": _many,
}


@pytest.mark.parametrize("row", PLANTED)
def test_a_planted_row_keeps_no_other_share_from_ending(world: World, row: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world), sharer.given(share_id).until
    PLANTED[row](sharer)
    assert end_shares(world, until) == 1
    assert own not in secrets(world)
    with pytest.raises((HrdError, NoResultFound)):
        sharer.without_the_door(share_id)


@pytest.mark.parametrize("version", ["'x'", "x'00'", "1.5", "9223372036854775807", "-9223372036854775808"])
def test_a_share_ends_whatever_its_version_says(world: World, version: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world), sharer.given(share_id).until
    write(world, text(f"UPDATE shares SET version = {version}"))
    assert end_shares(world, until) == 1
    assert own not in secrets(world)


def test_a_share_that_fails_to_end_keeps_no_other_and_loses_its_secret(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharer = Sharer(world)
    first, second = sharer.share(), sharer.share("HQ")
    until = max(sharer.given(first).until, sharer.given(second).until)
    with world.database.main.reading() as session:
        folders = {row.id: row.folder_id for row in session.execute(select(SHARES))}

    def fails(session: Any, folder_id: uuid.UUID) -> None:
        if folder_id == folders[first]:
            raise RuntimeError("what nobody thought of")
        delete_keys(session, folder_id)

    monkeypatch.setattr(ending, "delete_keys", fails)
    assert end_shares(world, until) == 1
    assert not secrets(world) & set(folders.values())
    with world.database.main.reading() as session:
        assert session.scalars(select(SHARES.c.id)).all() == [first]
    monkeypatch.undo()
    assert end_shares(world, until) == 1


def test_the_unattended_process_raises_one_alarm_for_a_row_that_stays(world: World) -> None:
    sharer = Sharer(world)
    write(world, insert(SHARES).values(**planted(sharer, folder_id=folder_of_file(sharer))))
    job = next(one for one in jobs(world.house.settings, world.database) if one.name == "shares end")
    for _ in range(3):
        job.act()
    assert told(world, Event.ALARM_RAISED) == 1


def test_on_postgresql_too(world_on_postgres: World) -> None:
    world = world_on_postgres
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world), sharer.given(share_id).until
    folder_id = folder_of_file(sharer)
    write(world, insert(SHARES).values(**planted(sharer, folder_id=folder_id)))
    write(world, text("UPDATE shares SET version = 2147483647"))
    assert end_shares(world, until) == 1
    assert own not in secrets(world)
    assert folder_id in secrets(world)
    assert still_reads(sharer)


# -- secrets that no folder names


def test_secrets_of_folders_that_somebody_took_from_the_table_are_not_swept(world: World) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    folder_id = folder_of_file(sharer)
    with world.database.main.reading() as session:
        row = dict(session.execute(select(FOLDERS).where(FOLDERS.c.id == folder_id)).one()._mapping)
    before, sweep = secrets(world), jobs_sweep(world)
    destroy(world.house.settings.database_url, f"DELETE FROM folders WHERE id = '{folder_id.hex}'")
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert secrets(world) == before
    write(world, insert(FOLDERS).values(**row))
    assert still_reads(sharer)


def test_a_secret_of_a_folder_that_was_given_up_is_swept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world), sharer.given(share_id).until
    monkeypatch.setattr(ending, "shred", lambda *_: None)
    assert end_shares(world, until) == 1
    sweep = jobs_sweep(world)
    assert (sweep(), sweep()) == (0, 1)
    assert own not in secrets(world)


def jobs_sweep(world: World) -> Sweep:
    """As the unattended process has it."""
    found = next(one.act for one in jobs(world.house.settings, world.database) if one.name == "sweep secrets")
    assert isinstance(found, Sweep)
    return found
