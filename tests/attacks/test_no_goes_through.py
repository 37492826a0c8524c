"""A no goes through although somebody damaged the trial of which something was shared: what was given ends with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.models import Case
from hrd_cases.keys.models import GuestKey, ShredSecret, SleeveKey
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.shares.models import Share
from tests.attacks.past_our_code import folder_of_share, secrets, write
from tests.cases.acting import said
from tests.trials.sharing_world import Sharer
from tests.trials.trying import OFFICER
from tests.world import World

TRIAL: Any = Proceeding.__table__
ENTRIES: Any = ProceedingEntry.__table__


def _folder(sharer: Sharer) -> Any:
    return select(TRIAL.c.folder_id).where(TRIAL.c.id == sharer.tried.id).scalar_subquery()


def _entry(sharer: Sharer, what: str) -> uuid.UUID:
    """The entry that says what the trial is, or which hearing was shared."""
    found: uuid.UUID = sharer.tried.made_from if what == "trial" else sharer.tried.entry(sharer.hearing_id)
    return found


def _garble(sharer: Sharer, what: str) -> Any:
    return update(ENTRIES).where(ENTRIES.c.id == _entry(sharer, what)).values(sealed_file=b"damaged")


DAMAGE: dict[str, Callable[[Sharer], Any]] = {
    "its seal": lambda _: update(TRIAL).values(sealed_file=b"damaged"),
    "its office": lambda sharer: update(TRIAL).values(office_id=sharer.office("DEL_COL")),
    "its day": lambda _: update(TRIAL).values(opened_at=datetime(2020, 1, 1, tzinfo=UTC)),
    "its version": lambda _: update(TRIAL).values(version=77),
    "its folder": lambda _: update(TRIAL).values(folder_id=uuid.uuid4()),
    "its key": lambda sharer: delete(SleeveKey).where(SleeveKey.folder_id == _folder(sharer)),
    "what it is": lambda sharer: _garble(sharer, "trial"),
    "its hearing": lambda sharer: _garble(sharer, "hearing"),
    "all its entries": lambda _: delete(ENTRIES),
}


def gone(world: World, own: uuid.UUID) -> None:
    assert own not in secrets(world)
    with world.database.main.reading() as session:
        assert not session.scalars(select(GuestKey)).all()
        assert not session.scalars(select(Share.__table__.c.id)).all()


def _take_secret(sharer: Sharer) -> None:
    with sharer.world.database.main.reading() as session:
        folder_id = session.scalars(select(TRIAL.c.folder_id)).one()
    with sharer.world.database.shred.writing() as session:
        session.execute(delete(ShredSecret).where(ShredSecret.folder_id == folder_id))


def damaged(sharer: Sharer, damage: str) -> None:
    if damage == "its secret":
        _take_secret(sharer)
    elif damage == "all of it":
        write(sharer.world, delete(ENTRIES), delete(TRIAL))
    else:
        write(sharer.world, DAMAGE[damage](sharer))


@pytest.mark.parametrize("damage", [*DAMAGE, "its secret", "all of it"])
def test_a_no_is_written_and_what_was_shared_ends(world: World, damage: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    own = folder_of_share(world)
    damaged(sharer, damage)
    with world.acting(OFFICER) as (session, by):
        case = session.get_one(Case, sharer.files[0].id)
        record_conversation(session, by, case, said(share_embassies="refused"), datetime.now(UTC))
    gone(world, own)


@pytest.mark.parametrize("damage", ["its seal", "what it is", "its hearing", "its version", "its day"])
def test_what_was_shared_is_taken_back(world: World, damage: str) -> None:
    sharer = Sharer(world)
    share_id = sharer.share()
    sharer.accept(share_id)
    own = folder_of_share(world)
    damaged(sharer, damage)
    sharer.revoke(share_id)
    gone(world, own)
