"""Somebody who writes the database, the trail with it, has nothing of a file destroyed: what may ever go is known by
the names of secrets, in the second store.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.trail import act_as, record
from hrd_cases.cases import drafts
from hrd_cases.cases.models import Draft
from hrd_cases.keys.sweep import MOST_FOLDERS
from hrd_cases.records import SealedWrite, sealed_writes
from tests.attacks.past_our_code import destroy, folder_of_share, secrets, told, write
from tests.attacks.test_planted_shares import (
    SCHEDULER,
    SHARES,
    end_shares,
    folder_of_file,
    jobs_sweep,
    planted,
    still_reads,
)
from tests.cases.conftest import recorded
from tests.trials.sharing_world import EMBASSY, Sharer
from tests.world import World


def forge(sharer: Sharer, event: Event, **fields: Any) -> None:
    """The chain has no key: whoever writes the database writes an entry."""
    with sharer.world.database.main.writing() as session:
        act_as(session, SCHEDULER)
        record(session, event, **fields)


def an_offer(sharer: Sharer, folder_id: uuid.UUID) -> None:
    row = planted(sharer, folder_id=folder_id)
    offered = {"share": row["id"], "office": sharer.office(EMBASSY), "folder": folder_id}
    forge(sharer, Event.SHARE_OFFERED, **offered, until=row["until"].date())
    write(sharer.world, insert(SHARES).values(**row))


def an_opening_too(sharer: Sharer, folder_id: uuid.UUID) -> None:
    forge(sharer, Event.FOLDER_OPENED, folder=folder_id, kind="share")
    an_offer(sharer, folder_id)


def another_opening(sharer: Sharer, folder_id: uuid.UUID) -> None:
    """In the place of the one there was."""
    with sharer.world.database.main.writing() as session:
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.event == Event.FOLDER_OPENED.value)):
            if str(folder_id).encode() in entry.body:
                body = entry.body.replace(b"\xa4kind\xa4case", b"\xa4kind\xa5share")
                assert body != entry.body
                session.connection().execute(
                    update(AuditEntry).where(AuditEntry.number == entry.number).values(body=body)
                )
    an_offer(sharer, folder_id)


FORGED: dict[str, Callable[[Sharer, uuid.UUID], None]] = {
    "an offer": an_offer,
    "an opening too": an_opening_too,
    "another opening": another_opening,
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_offer_destroys_no_file(world: World, how: str) -> None:
    sharer = Sharer(world)
    folder_id = folder_of_file(sharer)
    FORGED[how](sharer, folder_id)
    assert end_shares(world, datetime.now(UTC)) == 0
    assert folder_id in secrets(world)
    assert still_reads(sharer)
    assert told(world, Event.ALARM_RAISED) == 1


def test_on_postgresql_too(world_on_postgres: World) -> None:
    sharer = Sharer(world_on_postgres)
    folder_id, share_id = folder_of_file(sharer), sharer.share()
    assert sharer.without_the_door(share_id).briefing
    own, until = folder_of_share(world_on_postgres), sharer.given(share_id).until
    another_opening(sharer, folder_id)
    assert end_shares(world_on_postgres, until) == 1, "the true one"
    assert folder_id in secrets(world_on_postgres)
    assert own not in secrets(world_on_postgres)
    assert still_reads(sharer)


@pytest.mark.parametrize("by_what", ["its office", "its folder"])
def test_a_row_called_as_something_else_of_a_share_ends_no_share(world: World, by_what: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    own = folder_of_share(world)
    named = sharer.office(EMBASSY) if by_what == "its office" else own
    write(world, insert(SHARES).values(**planted(sharer, id=named)))
    assert end_shares(world, datetime.now(UTC)) == 0
    assert own in secrets(world)
    assert sharer.without_the_door(share_id).briefing
    assert told(world, Event.ALARM_RAISED) == 1


def gone(sharer: Sharer, folder_id: uuid.UUID) -> None:
    with sharer.world.database.main.writing() as session:
        act_as(session, SCHEDULER)
        sealed_writes(session).append(SealedWrite("sleeve_keys", folder_id, "file 1", 0, b""))
        record(session, Event.HOUSE_KEPT, sessions=0, forms=0, buckets=0, invitations=0)


def unreadable(sharer: Sharer, folder_id: uuid.UUID) -> None:
    with sharer.world.database.main.writing() as session:
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.event == Event.FOLDER_OPENED.value)):
            if str(folder_id).encode() in entry.body:
                cut = update(AuditEntry).where(AuditEntry.number == entry.number).values(body=entry.body[:-1])
                session.connection().execute(cut)


def both(sharer: Sharer, folder_id: uuid.UUID) -> None:
    forge(sharer, Event.FOLDER_OPENED, folder=folder_id, kind="share")
    unreadable(sharer, folder_id)
    gone(sharer, folder_id)


TOLD: dict[str, Callable[[Sharer, uuid.UUID], None]] = {
    "its keys were taken away": gone,
    "nothing that can be read": unreadable,
    "both, and as a share's": both,
}


@pytest.mark.parametrize("how", TOLD)
def test_a_file_that_the_trail_gives_up_is_not_swept(world: World, how: str) -> None:
    sharer = Sharer(world)
    folder_id, sweep = folder_of_file(sharer), jobs_sweep(world)
    sweep()
    destroy(world.house.settings.database_url, f"DELETE FROM folders WHERE id = '{folder_id.hex}'")
    TOLD[how](sharer, folder_id)
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert folder_id in secrets(world)


def test_a_folder_taken_from_the_table_raises_one_alarm(world: World) -> None:
    sharer = Sharer(world)
    folder_id, sweep = folder_of_file(sharer), jobs_sweep(world)
    destroy(world.house.settings.database_url, f"DELETE FROM folders WHERE id = '{folder_id.hex}'")
    assert [sweep() for _ in range(4)] == [0, 0, 0, 0]
    assert told(world, Event.ALARM_RAISED) == 1


def drafted(world: World, name: str) -> uuid.UUID:
    with world.acting("officer.cairo") as (session, officer):
        return drafts.save(session, officer, None, recorded("EG", name), (), datetime.now(UTC)).folder_id


def test_a_draft_whose_opening_cannot_be_read_is_not_swept(world: World) -> None:
    sharer, folder_id, sweep = Sharer(world), drafted(world, "To Be Kept"), jobs_sweep(world)
    destroy(world.house.settings.database_url, f"DELETE FROM folders WHERE id = '{folder_id.hex}'")
    gone(sharer, folder_id)
    unreadable(sharer, folder_id)
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert folder_id in secrets(world)


def test_more_than_anybody_gives_up_are_not_swept(world: World) -> None:
    sharer = Sharer(world)
    folders = [drafted(world, f"Somebody {n}") for n in range(MOST_FOLDERS + 1)]
    for folder_id in folders:
        destroy(world.house.settings.database_url, f"DELETE FROM folders WHERE id = '{folder_id.hex}'")
        gone(sharer, folder_id)
    sweep = jobs_sweep(world)
    assert [sweep() for _ in range(3)] == [0, 0, 0]
    assert set(folders) <= secrets(world)
    assert told(world, Event.ALARM_RAISED) == 1


def test_a_draft_that_names_the_folder_of_a_file_takes_nothing_of_it_along(world: World) -> None:
    sharer = Sharer(world)
    folder_id = folder_of_file(sharer)
    drafted(world, "Thrown Away")
    write(world, update(Draft).values(folder_id=folder_id))
    with world.acting("officer.cairo") as (session, officer):
        drafts.drop(session, officer, session.scalars(select(Draft)).one())
    assert folder_id in secrets(world)
    assert still_reads(sharer)
    assert told(world, Event.ALARM_RAISED) == 1
