"""Folders: a key per sleeve under the office's circles, and a shred secret apart."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.db import Database
from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.folders import circle_reading, new_folder_id, shred
from hrd_cases.keys.models import Circle, Folder, FolderKind, ShredSecret, SleeveKey
from hrd_cases.keys.ring import Ring
from hrd_cases.keys.roles import CIRCLE_ROLES, SLEEVE_CIRCLE, CircleName, Role
from hrd_cases.offices.models import Notice
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import header
from tests.keys.cast import CAIRO, ON_BOTH, STAFF, Cast, id_of, keys_of, seat

NAMES = ("head", "officer", "deputy", "finance")


def folder(
    house: Cast, name: str = "officer", office_id: uuid.UUID = CAIRO, kind: FolderKind = FolderKind.CASE
) -> uuid.UUID:
    with house.acting(name) as (_, ring):
        return ring.open_folder(office_id, kind, datetime.now(UTC)).id


def note(house: Cast, folder_id: uuid.UUID, text: str = "Salma", name: str = "officer") -> uuid.UUID:
    with house.acting(name) as (session, _):
        row = Notice(
            folder_id=folder_id,
            office_id=CAIRO,
            sent_at=datetime.now(UTC),
            sender_id=id_of(name),
            subject="s",
            text=text,
        )
        session.add(row)
        return row.id


def reads(house: Cast, name: str, row_id: uuid.UUID) -> str:
    house.seeds.pop(name, None)
    with house.acting(name) as (session, _):
        return session.get_one(Notice, row_id).text


def ended(house: Cast, name: str) -> None:
    with house.acting("head") as (session, _):
        revoke(session, id_of(name), keys_of(name).fingerprint, id_of("head"), datetime.now(UTC), keys=keys_of("head"))


@pytest.mark.parametrize("sleeve", Sleeve)
def test_each_sleeve_is_sealed_for_its_own_circle(cairo: Cast, sleeve: Sleeve) -> None:
    folder_id = folder(cairo)
    with cairo.acting("officer") as (session, ring):
        ring.to_seal(folder_id, sleeve)
        session.flush()
    for entry in STAFF:
        name = next(n for n in NAMES if id_of(n) == entry.member_id)
        with cairo.acting(name) as (_, ring):
            if entry.role in CIRCLE_ROLES[SLEEVE_CIRCLE[sleeve]]:
                assert ring.to_open(folder_id, sleeve, 1).key_epoch == 1
            else:
                with pytest.raises(Locked):
                    ring.to_open(folder_id, sleeve, 1)


@pytest.mark.parametrize("sleeve", Sleeve)
def test_all_of_a_folder_of_payments_is_sealed_for_the_finance_circle(cairo: Cast, sleeve: Sleeve) -> None:
    folder_id = folder(cairo, name="finance", kind=FolderKind.PAYMENTS)
    with cairo.acting("finance") as (session, ring):
        ring.to_seal(folder_id, sleeve)
        session.flush()
    for entry in STAFF:
        name = next(n for n in NAMES if id_of(n) == entry.member_id)
        with cairo.acting(name) as (_, ring):
            if entry.role in CIRCLE_ROLES[CircleName.FINANCE]:
                assert ring.to_open(folder_id, sleeve, 1).key_epoch == 1
            else:
                with pytest.raises(Locked):
                    ring.to_open(folder_id, sleeve, 1)


def test_the_name_of_a_folder_says_whose_it_is_and_not_its_row(cairo: Cast) -> None:
    of_file, of_payments = folder(cairo), folder(cairo, kind=FolderKind.PAYMENTS)
    with cairo.acting("officer") as (session, _):
        session.get_one(Folder, of_file).kind = FolderKind.PAYMENTS.value
        session.get_one(Folder, of_payments).kind = FolderKind.CASE.value
    assert circle_reading(of_file, Sleeve.FILE) is CircleName.CASEWORK
    assert circle_reading(of_payments, Sleeve.FILE) is CircleName.FINANCE
    with cairo.acting("finance") as (_, ring):
        assert ring.to_seal(of_payments, Sleeve.FILE).key_epoch == 1
        with pytest.raises(Locked):
            ring.to_seal(of_file, Sleeve.FILE)


@pytest.mark.parametrize("name", ["finance", "hq1", "custodian1", "newcomer"])
def test_who_is_not_in_the_circle_neither_reads_nor_writes(cairo: Cast, name: str) -> None:
    folder_id = folder(cairo)
    row_id = note(cairo, folder_id)
    with pytest.raises(Locked):
        reads(cairo, name, row_id)
    with pytest.raises(Locked):
        note(cairo, folder_id, name=name)


@ON_BOTH
def test_a_sleeve_gets_a_new_key_at_the_first_write_after_a_renewal(cairo: Cast) -> None:
    folder_id = folder(cairo)
    row_id = note(cairo, folder_id)
    kept = dict(cairo.seeds["officer"])
    ended(cairo, "officer")
    with pytest.raises(Locked):  # due: nothing more is written under the old key
        note(cairo, folder_id, name="finance")
    cairo.comes_in("deputy")
    assert reads(cairo, "head", row_id) == "Salma"
    newer = note(cairo, folder_id, "after", name="deputy")
    assert _epochs(cairo, folder_id) == [1, 2]
    assert reads(cairo, "head", newer) == "after"
    cairo.seeds["officer"] = kept
    with cairo.acting("officer") as (session, _):
        assert session.get_one(Notice, row_id).text == "Salma"  # what they could read they may have copied
        with pytest.raises(Locked):
            assert session.get_one(Notice, newer).text


def _epochs(house: Cast, folder_id: uuid.UUID) -> list[int]:
    with house.database.main.reading() as session:
        return sorted(row.epoch for row in session.query(SleeveKey).filter_by(folder_id=folder_id))


def test_nothing_is_written_while_a_circle_is_due_even_if_its_mark_was_taken_away(cairo: Cast) -> None:
    folder_id = folder(cairo)
    note(cairo, folder_id)
    ended(cairo, "officer")
    with cairo.database.main.writing() as session:
        session.execute(update(Circle).values(due_since=None))
    with pytest.raises(Locked, match="renewed"):
        note(cairo, folder_id, name="deputy")


def test_the_head_whose_access_was_ended_does_not_stop_writing_for_ever(cairo: Cast) -> None:
    folder_id = folder(cairo)
    with cairo.acting("hq1") as (session, _):
        revoke(
            session, id_of("head"), keys_of("head").fingerprint, id_of("hq1"), datetime.now(UTC), keys=keys_of("hq1")
        )
    cairo.comes_in("deputy")
    assert reads(cairo, "officer", note(cairo, folder_id, name="deputy")) == "Salma"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (SleeveKey, {"wrapped": b""}),
        (SleeveKey, {"wrapped": bytes(93)}),
        (SleeveKey, {"circle_epoch": 2}),
        (SleeveKey, {"sleeve": "sources"}),
    ],
    ids=str,
)
def test_a_sleeve_s_wrap_changed_opens_nothing(cairo: Cast, table: type[SleeveKey], values: dict[str, object]) -> None:
    folder_id = folder(cairo)
    row_id = note(cairo, folder_id)
    with cairo.database.main.writing() as session:
        session.execute(update(table).values(**values))
    with pytest.raises((Tampered, Locked)):
        reads(cairo, "head", row_id)


def test_a_wrap_of_another_folder_opens_nothing(cairo: Cast) -> None:
    one, other = folder(cairo), folder(cairo)
    row_id = note(cairo, one)
    note(cairo, other)
    with cairo.database.main.writing() as session:
        wraps = {row.folder_id: row for row in session.query(SleeveKey)}
        wraps[one].wrapped = wraps[other].wrapped
    with pytest.raises(Tampered):
        reads(cairo, "head", row_id)


def test_a_blob_that_names_a_key_nobody_made_is_damaged_not_locked(cairo: Cast) -> None:
    row_id = note(cairo, folder(cairo))
    with cairo.acting("head") as (session, _):
        row = session.get_one(Notice, row_id)
        blob = row.__dict__["sealed_file"]
        assert header(blob).key_epoch == 1
        row.__dict__["sealed_file"] = blob[:1] + (9).to_bytes(4) + blob[5:]
        with pytest.raises(Tampered):
            assert row.text


@ON_BOTH
def test_a_folder_given_to_another_office_in_the_table_is_written_to_by_nobody(cairo: Cast) -> None:
    """Somebody who is in both offices would otherwise seal Cairo's next words for Minsk."""
    minsk = id_of("minsk")
    cairo.open_office(minsk, "BY", (seat("other head", Role.HEAD), seat("officer", Role.LIAISON_OFFICER)))
    cairo.comes_in("other head", office_id=minsk)
    cairo.comes_in("officer", office_id=minsk)
    folder_id = folder(cairo)
    note(cairo, folder_id)
    with cairo.database.main.writing() as session:
        session.get_one(Folder, folder_id).office_id = minsk
    with pytest.raises(Tampered):
        note(cairo, folder_id)
    with cairo.acting("officer") as (_, ring), pytest.raises(Tampered):
        ring.to_seal(folder_id, Sleeve.SOURCES)


def test_a_folder_that_is_not_there_is_locked(cairo: Cast) -> None:
    with cairo.acting("officer") as (_, ring), pytest.raises(Locked):
        ring.to_seal(uuid.uuid4(), Sleeve.FILE)


# -- shredding


@ON_BOTH
def test_a_shredded_folder_opens_for_nobody_and_its_neighbour_does(cairo: Cast) -> None:
    one, other = folder(cairo, kind=FolderKind.SHARE), folder(cairo)
    gone, stays = note(cairo, one), note(cairo, other)
    shred(cairo.database.shred, one)
    for name in ("officer", "head", "deputy"):
        with pytest.raises(Locked, match="shredded"):
            reads(cairo, name, gone)
        assert reads(cairo, name, stays) == "Salma"
    with pytest.raises(Locked):
        note(cairo, one)


def test_an_older_copy_of_the_database_does_not_bring_a_shredded_folder_back(cairo: Cast, tmp_path: Path) -> None:
    row_id = note(cairo, folder(cairo, kind=FolderKind.SHARE))
    with cairo.database.main.reading() as session:
        folder_id = session.get_one(Notice, row_id).folder_id
    main = Path(cairo.database.main.url.database or "")
    with closing(sqlite3.connect(main)) as source, closing(sqlite3.connect(tmp_path / "older.db")) as copy:
        source.backup(copy)
    shred(cairo.database.shred, folder_id)
    cairo.database.dispose()
    older = Database(f"sqlite:///{tmp_path / 'older.db'}", f"sqlite:///{main.parent / 'shred.db'}")
    with pytest.raises(Locked, match="shredded"):
        reads(Cast(older, cairo.pins, cairo.seeds, cairo.root), "officer", row_id)
    older.dispose()


def test_another_shred_secret_in_its_place_opens_nothing(cairo: Cast) -> None:
    row_id = note(cairo, folder(cairo))
    with cairo.database.shred.writing() as session:
        session.execute(update(ShredSecret).values(secret=bytes(32)))
    with pytest.raises(Tampered):
        reads(cairo, "officer", row_id)


@ON_BOTH
def test_the_secret_is_there_before_the_folder(cairo: Cast) -> None:
    class Stop(Exception):
        pass

    def interrupted() -> None:
        with cairo.acting("officer") as (_, ring):
            ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC))
            raise Stop

    with pytest.raises(Stop):
        interrupted()
    with cairo.database.shred.reading() as store, cairo.database.main.reading() as session:
        assert store.query(ShredSecret).count() == 1  # an orphan, which is harmless
        assert session.query(Folder).count() == 0


@ON_BOTH
def test_a_folder_is_written_in_the_transaction_that_opens_it_though_another_was_read_before(cairo: Cast) -> None:
    first = note(cairo, folder(cairo), "in the first")
    with cairo.acting("officer") as (session, ring):
        assert session.get_one(Notice, first).text == "in the first"
        opened = ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC))
        row = Notice(
            folder_id=opened.id,
            office_id=CAIRO,
            sent_at=datetime.now(UTC),
            sender_id=id_of("officer"),
            subject="s",
            text="in the second",
        )
        session.add(row)
        session.flush()
    assert reads(cairo, "officer", row.id) == "in the second"


def secrets(house: Cast) -> set[uuid.UUID]:
    with house.database.shred.reading() as store:
        return {row.folder_id for row in store.query(ShredSecret)}


@ON_BOTH
def test_a_folder_that_is_given_up_takes_its_keys_and_its_secret_along(cairo: Cast) -> None:
    given_up, stays = folder(cairo, kind=FolderKind.SHARE), folder(cairo)
    row_id = note(cairo, given_up)
    with cairo.acting("officer") as (session, ring):
        session.delete(session.get_one(Notice, row_id))
        session.flush()
        ring.shred_folder(given_up)
        assert secrets(cairo) == {given_up, stays}, "destroyed before the transaction could be undone"
    assert secrets(cairo) == {stays}
    with cairo.database.main.reading() as session:
        assert [one.id for one in session.query(Folder)] == [stays]
        assert session.query(SleeveKey).filter_by(folder_id=given_up).count() == 0


@ON_BOTH
def test_a_shredding_that_is_undone_loses_no_secret(cairo: Cast) -> None:
    class Stop(Exception):
        pass

    def interrupted(folder_id: uuid.UUID) -> None:
        with cairo.acting("officer") as (session, ring):
            with session.begin_nested():
                ring.shred_folder(folder_id)
            raise Stop

    def in_part(folder_id: uuid.UUID) -> None:
        with cairo.acting("officer") as (session, ring):
            with suppress(Stop), session.begin_nested():
                ring.shred_folder(folder_id)
                raise Stop
            record(session, Event.NOTICE_PUT_AWAY, notice=folder_id)

    for undone in (interrupted, in_part):
        folder_id = folder(cairo, kind=FolderKind.SHARE)
        row_id = note(cairo, folder_id, "still there")
        with suppress(Stop):
            undone(folder_id)
        assert reads(cairo, "officer", row_id) == "still there"


@pytest.mark.parametrize("kind", FolderKind)
def test_only_drafts_and_shares_ever_go(cairo: Cast, kind: FolderKind) -> None:
    asked = folder(cairo, kind=kind)
    row_id = note(cairo, asked, "still there")
    with cairo.acting("officer") as (session, ring):
        if kind in (FolderKind.DRAFT, FolderKind.SHARE):
            session.delete(session.get_one(Notice, row_id))
            session.flush()
        ring.shred_folder(asked)
        ring.destroy_secrets([asked])
    shred(cairo.database.shred, asked)
    if kind in (FolderKind.DRAFT, FolderKind.SHARE):
        assert secrets(cairo) == set()
    else:
        assert secrets(cairo) == {asked}
        assert reads(cairo, "officer", row_id) == "still there"


def test_whoever_writes_rows_of_cards_names_no_secret_of_another_thing(cairo: Cast) -> None:
    others = {folder(cairo, kind=kind) for kind in FolderKind}
    with cairo.acting("officer") as (_, ring):
        [(cards, _)] = ring.new_shred_secrets(1)
        ring.destroy_secrets([cards, *others])
    assert secrets(cairo) == others


def test_a_secret_is_destroyed_once(cairo: Cast) -> None:
    given_up, stays = folder(cairo, kind=FolderKind.SHARE), folder(cairo)
    for folder_id in (given_up, given_up, new_folder_id(FolderKind.SHARE)):
        shred(cairo.database.shred, folder_id)
        assert secrets(cairo) == {stays}


def test_a_write_without_a_word_to_the_trail_does_not_happen(cairo: Cast) -> None:
    folder_id = folder(cairo)

    def silent(session: Session, ring: Ring) -> None:
        session.info["keys"] = ring
        now = datetime.now(UTC)
        session.add(
            Notice(folder_id=folder_id, office_id=CAIRO, sent_at=now, sender_id=uuid.uuid4(), subject="", text="")
        )

    with cairo.acting("officer") as (_, ring):
        pass
    with pytest.raises(RuntimeError, match="nothing recorded"), cairo.database.main.writing() as session:
        silent(session, Ring(session, ring._shred, ring.member_id, ring.keys, _charters(session, cairo), ring.seeds))
    with cairo.database.main.writing() as session:
        record(session, Event.HOUSE_KEPT, sessions=0, forms=0, buckets=0, invitations=0)
        assert session.query(Notice).count() == 0
        session.execute(delete(Folder))


def _charters(session: Session, house: Cast):
    from hrd_cases.keys.chain import Charters

    return Charters(session, house.pins["officer"])
