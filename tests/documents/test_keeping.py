"""Documents in folders: kept with their rows, opened by whoever holds the sleeve, told in the trail, removed, swept."""

from __future__ import annotations

import os
import signal
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.audit.verify import verify, verify_store
from hrd_cases.documents.arriving import Arrived, Arriving
from hrd_cases.documents.keeping import Where, add, content, custody, documents_of, remove
from hrd_cases.documents.models import Document
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.documents.sweeping import Sweep, unfit_files, with_files
from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.models import FolderKind
from hrd_cases.records import SealedWrite, Sleeve, sealed_writes
from tests.keys.cast import CAIRO, ON_BOTH, Cast, id_of

TEXT = b"Statement of a witness, taken in Minya.\n" * 3_000
NONE = Scanner("")
RECORD = uuid.uuid4()
ROWS = cast(Table, Document.__table__)
LATER = time.time() + 3 * 24 * 3_600


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "documents")


def arrived(storage: Storage, clear: bytes = TEXT, name: str = "statement.txt") -> Arrived:
    file = Arriving(storage, name, 1 << 30)
    for start in range(0, len(clear), 64_000):
        file.write(clear[start : start + 64_000])
    return file.finish(NONE)


def folder(house: Cast) -> uuid.UUID:
    with house.acting("officer") as (_, ring):
        return ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC)).id


def kept(
    house: Cast, storage: Storage, folder_id: uuid.UUID, sleeve: Sleeve = Sleeve.FILE, clear: bytes = TEXT
) -> uuid.UUID:
    came = arrived(storage, clear)
    with house.acting("officer") as (session, ring):
        where = Where(folder_id, RECORD, sleeve)
        return add(session, storage, ring.member_id, where, came, datetime.now(UTC)).id


def reads(house: Cast, storage: Storage, name: str, document_id: uuid.UUID) -> bytes:
    house.seeds.pop(name, None)
    with house.acting(name) as (session, _):
        return b"".join(content(storage, session.get_one(Document, document_id)))


def files(storage: Storage) -> list[tuple[uuid.UUID, bool]]:
    return [(one.document_id, one.whole) for one in storage.lying()]


@ON_BOTH
def test_a_document_is_kept_described_and_opened(cairo: Cast, storage: Storage) -> None:
    folder_id = folder(cairo)
    document_id = kept(cairo, storage, folder_id)
    assert files(storage) == [(document_id, True)]
    with cairo.acting("deputy") as (session, _):
        [document] = documents_of(session, folder_id).good
        known = document.described
        assert (known.name, known.mime, known.length) == ("statement.txt", "text/plain", len(TEXT))
        assert (known.added_by, known.about) == (id_of("officer"), RECORD)
        assert b"".join(content(storage, document)) == TEXT
        assert "statement" not in repr(document) + repr(known)
    [told] = _custody(cairo, document_id)
    assert (told.event, told.fields) == ("document_added", {"document": str(document_id), "folder": str(folder_id)})


def _custody(house: Cast, document_id: uuid.UUID) -> list[Any]:
    with house.database.main.reading() as session:
        return custody(session, document_id)


@pytest.mark.parametrize(
    ("sleeve", "opens"),
    [
        (Sleeve.FILE, {"head": True, "officer": True, "deputy": True, "finance": False}),
        (Sleeve.SOURCES, {"head": True, "officer": True, "deputy": True, "finance": False}),
        (Sleeve.PAYMENTS, {"head": True, "officer": True, "deputy": True, "finance": True}),
    ],
)
def test_who_opens_a_sleeve_opens_its_documents_and_nobody_else(
    cairo: Cast, storage: Storage, sleeve: Sleeve, opens: dict[str, bool]
) -> None:
    document_id = kept(cairo, storage, folder(cairo), sleeve)
    for name, may in opens.items():
        if may:
            assert reads(cairo, storage, name, document_id) == TEXT
            continue
        with pytest.raises(Locked):
            reads(cairo, storage, name, document_id)


@ON_BOTH
def test_what_is_undone_leaves_neither_row_nor_file(cairo: Cast, storage: Storage) -> None:
    folder_id, came = folder(cairo), arrived(storage)

    def breaks_off() -> None:
        with cairo.acting("officer") as (session, ring):
            add(session, storage, ring.member_id, Where(folder_id, RECORD), came, datetime.now(UTC))
            assert files(storage) == [(came.document_id, True)]
            raise RuntimeError("the view failed")

    with pytest.raises(RuntimeError):
        breaks_off()
    assert files(storage) == []
    with cairo.acting("officer") as (session, _):
        assert documents_of(session, folder_id).good == []


def test_a_savepoint_that_is_undone_takes_its_file_along(cairo: Cast, storage: Storage) -> None:
    folder_id, came, other = folder(cairo), arrived(storage), arrived(storage)
    with cairo.acting("officer") as (session, ring):
        where = Where(folder_id, RECORD)
        add(session, storage, ring.member_id, where, other, datetime.now(UTC))
        savepoint = session.begin_nested()
        add(session, storage, ring.member_id, where, came, datetime.now(UTC))
        savepoint.rollback()
    assert files(storage) == [(other.document_id, True)]


@ON_BOTH
def test_removed_its_file_goes_with_the_commit_and_the_trail_tells(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.acting("officer") as (session, _):
        remove(session, storage, session.get_one(Document, document_id))
        assert files(storage) == [(document_id, True)]
    assert files(storage) == []
    assert [one.event for one in _custody(cairo, document_id)] == ["document_added", "document_removed"]


def test_custody_tells_who_did_what_in_order(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.acting("deputy") as (session, _):
        record(session, Event.DOCUMENT_OPENED, document=document_id)
    with cairo.acting("head") as (session, _):
        record(session, Event.DOCUMENT_EXPORTED, document=document_id, how="original")
    assert [one.event for one in _custody(cairo, document_id)] == [
        "document_added", "document_opened", "document_exported"
    ]  # fmt: skip


# -- what somebody does behind our back


def _written(house: Cast, document_id: uuid.UUID, **values: object) -> None:
    with house.database.main.writing() as session:
        session.connection().execute(update(ROWS).where(ROWS.c.id == document_id).values(**values))


@ON_BOTH
@pytest.mark.parametrize(
    "values",
    [{"added_at": datetime(2020, 1, 1, tzinfo=UTC)}, {"stored_bytes": 1}, {"sealed_sources": None}],
    ids=["dated back", "another size", "its sources cut out"],
)
def test_a_row_changed_behind_our_back_opens_nothing(cairo: Cast, storage: Storage, values: dict[str, object]) -> None:
    folder_id = folder(cairo)
    document_id = kept(cairo, storage, folder_id, Sleeve.SOURCES)
    _written(cairo, document_id, **values)
    with cairo.acting("officer") as (session, _):
        assert [one.id for one in documents_of(session, folder_id).damaged] == [document_id]
        with pytest.raises(Tampered):
            content(storage, session.get_one(Document, document_id))


def test_a_described_part_moved_to_another_row_opens_nothing(cairo: Cast, storage: Storage) -> None:
    folder_id = folder(cairo)
    one, other = (kept(cairo, storage, folder_id) for _ in range(2))
    with cairo.database.main.reading() as session:
        blob = session.scalar(select(ROWS.c.sealed_file).where(ROWS.c.id == one))
    _written(cairo, other, sealed_file=blob)
    with cairo.acting("officer") as (session, _), pytest.raises(Tampered):
        content(storage, session.get_one(Document, other))


def test_a_file_that_is_gone_is_said_to_be(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    storage.drop(document_id)
    with pytest.raises(Tampered):
        reads(cairo, storage, "officer", document_id)


@ON_BOTH
def test_files_that_are_gone_or_cut_are_found_without_a_key(cairo: Cast, storage: Storage) -> None:
    folder_id = folder(cairo)
    whole, cut, gone = (kept(cairo, storage, folder_id) for _ in range(3))
    path = storage._directory / cut.hex
    path.write_bytes(path.read_bytes()[:-1])
    storage.drop(gone)
    with cairo.database.main.reading() as session:
        assert unfit_files(session, storage) == sorted((cut, gone))
    assert whole not in (cut, gone)
    before = verify_store(cairo.database.main)  # this house of the tests of keys was not told of all
    report = with_files(before, cairo.database.main, storage)
    assert [finding.where for finding in report.findings[len(before.findings) :]] == [
        f"documents {one}" for one in sorted((cut, gone))
    ]


def test_the_check_of_the_trail_names_a_row_that_was_taken_away(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.database.main.writing() as session:
        session.connection().execute(delete(ROWS))
    with cairo.database.main.reading() as session:
        assert f"documents {document_id} file" in {finding.where for finding in verify(session).findings}


# -- the sweep


def swept(house: Cast, storage: Storage, now: float = LATER) -> int:
    return Sweep(storage, house.database.main, lambda: now)()


@ON_BOTH
def test_what_broke_off_is_swept_after_a_day_and_what_is_kept_stays(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    broken, never = Arriving(storage, "a.txt", 1 << 20), arrived(storage)
    broken.write(b"x" * 20_000)
    broken._sealing._part.close()
    assert swept(cairo, storage, time.time()) == 0
    assert len(files(storage)) == 3
    assert swept(cairo, storage) == 2
    assert files(storage) == [(document_id, True)]
    assert never.document_id != document_id
    assert swept(cairo, storage) == 0


def test_a_file_whose_row_was_never_committed_stays_and_nothing_opens_it(cairo: Cast, storage: Storage) -> None:
    """Its key was never kept. Nobody can tell it from one whose row and whose entry somebody took away."""
    came = arrived(storage)
    storage.keep(came.document_id)
    assert swept(cairo, storage) == 0
    assert files(storage) == [(came.document_id, True)]


def _forged_removal(session: Session, document_id: uuid.UUID) -> None:
    record(session, Event.DOCUMENT_REMOVED, document=document_id)
    sealed_writes(session).append(SealedWrite("documents", document_id, "file", 0, b""))


def _entry_taken_away(session: Session, document_id: uuid.UUID) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.event == Event.DOCUMENT_ADDED.value))


@ON_BOTH
@pytest.mark.parametrize("trail", [None, _forged_removal, _entry_taken_away])
def test_no_row_and_no_entry_of_the_trail_destroys_a_file(cairo: Cast, storage: Storage, trail: Any) -> None:
    """What lies outside the database is not for whoever writes the database to destroy."""
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.database.main.writing() as session:
        act_as(session, Actor("scheduler"))
        if trail is not None:
            trail(session, document_id)
        session.connection().execute(delete(ROWS))
    assert swept(cairo, storage) == 0
    assert files(storage) == [(document_id, True)]


def test_a_file_that_an_act_removed_and_nobody_deleted_is_swept(cairo: Cast, storage: Storage, monkeypatch) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with monkeypatch.context() as held, cairo.acting("officer") as (session, _):
        held.setattr(storage, "drop", lambda _: None)
        remove(session, storage, session.get_one(Document, document_id))
        session.commit()
    assert files(storage) == [(document_id, True)]
    assert swept(cairo, storage) == 1
    assert files(storage) == []


def test_a_removal_that_is_undone_leaves_its_document_as_it_was(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.acting("officer") as (session, _):
        remove(session, storage, session.get_one(Document, document_id))
        session.rollback()
    assert reads(cairo, storage, "officer", document_id) == TEXT


def test_a_removal_whose_process_ended_before_its_commit_is_put_back(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    storage.let_go(document_id)
    assert reads(cairo, storage, "officer", document_id) == TEXT
    assert swept(cairo, storage) == 0
    assert files(storage) == [(document_id, True)]
    assert reads(cairo, storage, "officer", document_id) == TEXT


def test_a_row_taken_from_the_index_hides_nobody_who_opened_a_document(cairo: Cast, storage: Storage) -> None:
    document_id = kept(cairo, storage, folder(cairo))
    with cairo.acting("deputy") as (session, _):
        record(session, Event.DOCUMENT_EXPORTED, document=document_id, how="original")
    with cairo.database.main.writing() as session:
        session.execute(delete(AuditSubject))
    assert [one.event for one in _custody(cairo, document_id)] == ["document_added", "document_exported"]


POINTS = ("before the file has its name", "after the file has its name", "after the commit")


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_nothing_is_half_listed(cairo: Cast, storage: Storage, point: str) -> None:
    folder_id, came = folder(cairo), arrived(storage)
    cairo.database.dispose()
    child = os.fork()
    if not child:
        _dies(cairo, storage, folder_id, came, point)
        os._exit(0)
    os.waitpid(child, 0)
    with cairo.acting("officer") as (session, _):
        rows = documents_of(session, folder_id).good
        readable = [b"".join(content(storage, one)) for one in rows]
    assert readable == ([TEXT] if point == "after the commit" else [])
    assert swept(cairo, storage) == (1 if point == "before the file has its name" else 0)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Dying(Storage):
    """A storage in whose midst the process ends."""

    point = ""

    def keep(self, document_id: uuid.UUID) -> None:
        if self.point == POINTS[0]:
            _die()
        super().keep(document_id)
        if self.point == POINTS[1]:
            _die()


def _dies(house: Cast, storage: Storage, folder_id: uuid.UUID, came: Arrived, point: str) -> None:
    dying = _Dying(storage._directory)
    dying.point = point
    with house.acting("officer") as (session, ring):
        add(session, dying, ring.member_id, Where(folder_id, RECORD), came, datetime.now(UTC))
    _die()
