"""Documents of folders that are shredded, drafts and shares that ended: their rows go first, their files after them."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.trail import Actor
from hrd_cases.cases.drafts import drop, save
from hrd_cases.cases.models import Draft
from hrd_cases.documents.arriving import Arriving
from hrd_cases.documents.keeping import Where, add, give_up
from hrd_cases.documents.models import Document
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.documents.sweeping import A_DAY, Sweep
from hrd_cases.keys.models import Folder, SleeveKey
from hrd_cases.trials.shares import taking_back
from hrd_cases.trials.shares.ending import end_shares
from hrd_cases.trials.shares.models import Share
from tests.cases.conftest import recorded
from tests.documents.paging import OFFICER, TEXT, case_with_papers
from tests.trials.sharing_world import Sharer
from tests.world import World


def storage_of(world: World) -> Storage:
    return Storage(world.house.settings.home / "documents")


def put_into(session: Session, world: World, member_id: uuid.UUID, folder_id: uuid.UUID) -> uuid.UUID:
    file = Arriving(storage_of(world), "statement.txt", 1 << 20)
    file.write(TEXT)
    arrived = file.finish(Scanner(""))
    where = Where(folder_id, uuid.uuid4())
    return add(session, storage_of(world), member_id, where, arrived, datetime.now(UTC)).id


def drafted(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """A draft with a document: its id, and its folder's."""
    with world.acting(OFFICER) as (session, visitor):
        draft = save(session, visitor, None, recorded("EG", "A Name"), (), datetime.now(UTC))
        session.flush()
        put_into(session, world, visitor.member_id, draft.folder_id)
        return draft.id, draft.folder_id


def swept(world: World, later: float = 0.0) -> int:
    return Sweep(storage_of(world), world.database.main, lambda: time.time() + later)()


def test_a_draft_that_is_dropped_takes_its_documents_along(world: World) -> None:
    draft_id, folder_id = drafted(world)
    assert [one.whole for one in storage_of(world).lying()] == [True]
    with world.acting(OFFICER) as (session, visitor):
        drop(session, visitor, session.get_one(Draft, draft_id))
    with world.database.main.reading() as session:
        assert session.scalars(select(Document.id)).all() == []
        assert session.get(Folder, folder_id) is None
        assert session.scalars(select(SleeveKey).where(SleeveKey.folder_id == folder_id)).all() == []
    assert swept(world, 2 * A_DAY) == 0, "its name in the storage says of no act: it stays, and opens with nothing"


def test_what_is_undone_keeps_them(world: World) -> None:
    draft_id, _folder_id = drafted(world)

    def undone() -> None:
        with world.acting(OFFICER) as (session, visitor):
            drop(session, visitor, session.get_one(Draft, draft_id))
            session.flush()
            raise RuntimeError("the view failed")

    with pytest.raises(RuntimeError):
        undone()
    with world.database.main.reading() as session:
        assert len(session.scalars(select(Document.id)).all()) == 1
    assert swept(world, 2 * A_DAY) == 0


def with_a_share(world: World) -> tuple[Sharer, uuid.UUID]:
    """What Cairo shares, with a document in the share's folder."""
    sharer = Sharer(world)
    share_id = sharer.share()
    with world.acting(OFFICER) as (session, visitor):
        put_into(session, world, visitor.member_id, session.get_one(Share, share_id).folder_id)
    return sharer, share_id


def test_a_share_whose_time_is_over_takes_its_documents_along_without_a_key(world: World) -> None:
    with_a_share(world)
    assert end_shares(world.database, Actor("scheduler"), datetime.now(UTC) + timedelta(days=400)) == 1
    with world.database.main.reading() as session:
        assert session.scalars(select(Document.id)).all() == []


def test_a_share_that_is_taken_back_takes_its_documents_along(world: World) -> None:
    sharer, share_id = with_a_share(world)
    sharer.tried.do(taking_back.revoke, share_id, "No longer wanted.")
    with world.database.main.reading() as session:
        assert session.scalars(select(Document.id)).all() == []


def test_nothing_of_a_case_file_is_ever_given_up(world: World) -> None:
    papers = case_with_papers(world)
    document_id = papers.added("a.txt", TEXT)
    with world.acting(OFFICER) as (session, _visitor):
        assert give_up(session, session.get_one(Document, document_id).folder_id) == 0
    assert len(papers.rows()) == 1
    assert swept(world, 2 * A_DAY) == 0


def test_a_file_whose_row_is_not_committed_yet_is_left_alone(world: World) -> None:
    storage = storage_of(world)
    file = Arriving(storage, "statement.txt", 1 << 20)
    file.write(TEXT)
    arrived = file.finish(Scanner(""))
    storage.keep(arrived.document_id)
    assert swept(world) == 0
    assert swept(world, 2 * A_DAY) == 0, "a row that was taken away looks the same"
