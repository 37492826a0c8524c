"""Guests: the office with which something was shared opens that share while it stands, and never anything else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys import guests
from hrd_cases.keys.circles import revoke
from hrd_cases.keys.folders import delete_keys, shred
from hrd_cases.keys.guests import Given
from hrd_cases.keys.models import Folder, FolderKind, GuestKey, SleeveKey
from hrd_cases.keys.ring import guest_context
from hrd_cases.keys.roles import Role
from hrd_cases.offices.models import Notice
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import random_bytes, wrap
from tests.keys.cast import CAIRO, MINSK, ON_BOTH, Cast, id_of, keys_of, seat

GUESTS = ("host", "guest", "late guest")


@pytest.fixture
def two(cairo: Cast) -> Cast:
    """Cairo, and Minsk, with which it shares."""
    seats = (seat("host", Role.HEAD), seat("guest", Role.LIAISON_OFFICER))
    cairo.open_office(MINSK, "BY", seats)
    cairo.comes_in("host", "guest", "host", "guest", office_id=MINSK)
    return cairo


def shared(house: Cast, text: str = "Friday, 10:00") -> tuple[uuid.UUID, uuid.UUID]:
    """(its folder, the row in it) of a share of Cairo's."""
    with house.acting("officer") as (session, ring):
        folder = ring.open_folder(CAIRO, FolderKind.SHARE, datetime.now(UTC))
        return folder.id, _row(session, folder.id, text)


def _row(session: Session, folder_id: uuid.UUID, text: str) -> uuid.UUID:
    now, sender = datetime.now(UTC), id_of("officer")
    row = Notice(folder_id=folder_id, office_id=CAIRO, sent_at=now, sender_id=sender, subject="s", text=text)
    session.add(row)
    session.flush()
    return row.id


def given(house: Cast, folder_id: uuid.UUID, who: str = "officer") -> Given:
    with house.acting(who) as (session, ring):
        return guests.give(session, ring, folder_id)


def taken(house: Cast, key: Given, who: str = "guest") -> None:
    with house.acting(who) as (session, ring):
        guests.take(session, ring, key, MINSK)


def reads(house: Cast, who: str, row_id: uuid.UUID) -> str:
    with house.acting(who) as (session, _):
        row = session.get(Notice, row_id)
        if row is None:
            raise Locked("no such row")
        return row.text


def given_to_minsk(house: Cast, text: str = "Friday, 10:00") -> tuple[uuid.UUID, uuid.UUID]:
    folder_id, row_id = shared(house, text)
    taken(house, given(house, folder_id))
    return folder_id, row_id


# -- who opens what


@ON_BOTH
def test_a_guest_opens_the_share_and_its_own_office_does(two: Cast) -> None:
    _, row_id = given_to_minsk(two)
    for who in ("guest", "host", "officer", "head", "deputy"):
        assert reads(two, who, row_id) == "Friday, 10:00"
    for who in ("finance", "hq1", "custodian1"):
        with pytest.raises(Locked):
            reads(two, who, row_id)


def test_before_the_letter_is_folded_nobody_there_opens_it(two: Cast) -> None:
    _, row_id = shared(two)
    with pytest.raises(Locked):
        reads(two, "guest", row_id)


def test_a_guest_opens_nothing_else_of_that_office(two: Cast) -> None:
    given_to_minsk(two)
    _, other_share = shared(two, "another")
    with two.acting("officer") as (session, ring):
        case = ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC))
        in_case = _row(session, case.id, "the file")
    for row_id in (other_share, in_case):
        with pytest.raises(Locked):
            reads(two, "guest", row_id)


def test_a_guest_writes_nothing_there_and_passes_nothing_on(two: Cast) -> None:
    folder_id, row_id = given_to_minsk(two)
    with two.acting("guest") as (session, ring):
        assert session.get_one(Notice, row_id).text == "Friday, 10:00"
        for refused in (
            lambda: ring.to_seal(folder_id, Sleeve.FILE),
            lambda: ring.seal_anew(folder_id, Sleeve.FILE),
            lambda: guests.give(session, ring, folder_id),
        ):
            with pytest.raises(Locked):
                refused()


def test_what_is_no_share_is_not_given(two: Cast) -> None:
    with two.acting("officer") as (session, ring):
        case = ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC))
        _row(session, case.id, "the file")
        with pytest.raises(Tampered):
            guests.give(session, ring, case.id)


WRONG: dict[str, dict[str, Any]] = {
    "of another sleeve": {"sleeve": "sources"},
    "too short": {"key": b"k"},
    "of no folder": {"folder_id": uuid.UUID(int=1)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_key_of_a_share_is_not_taken(two: Cast, wrong: str) -> None:
    key = given(two, shared(two)[0])
    with pytest.raises(Tampered):
        taken(two, msgspec.structs.replace(key, **WRONG[wrong]))


def test_an_office_takes_no_key_of_its_own_share(two: Cast) -> None:
    key = given(two, shared(two)[0])
    with two.acting("officer") as (session, ring), pytest.raises(Tampered):
        guests.take(session, ring, key, CAIRO)


# -- planted


def _wraps(house: Cast) -> dict[uuid.UUID, GuestKey]:
    with house.database.main.reading() as session:
        return {row.folder_id: row for row in session.scalars(select(GuestKey))}


def _other_folder_s(house: Cast, folder_id: uuid.UUID) -> dict[str, Any]:
    other, _ = given_to_minsk(house, "another")
    return {"wrapped": _wraps(house)[other].wrapped}


CHANGED: dict[str, Callable[[Cast, uuid.UUID], dict[str, Any]]] = {
    "cut": lambda _house, _folder: {"wrapped": b""},
    "zeros": lambda _house, _folder: {"wrapped": bytes(93)},
    "another folder's": _other_folder_s,
    "another epoch of the circle": lambda _house, _folder: {"circle_epoch": 2},
    "another circle": lambda house, _folder: {"circle_id": house.circle("casework")[0]},
    "another sleeve": lambda _house, _folder: {"sleeve": "sources"},
    "another epoch": lambda _house, _folder: {"epoch": 2},
}


@pytest.mark.parametrize("how", CHANGED)
def test_a_guest_s_key_that_was_changed_opens_nothing(two: Cast, how: str) -> None:
    folder_id, row_id = given_to_minsk(two)
    changes = CHANGED[how](two, folder_id)
    with two.database.main.writing() as session:
        session.execute(update(GuestKey).where(GuestKey.folder_id == folder_id).values(**changes))
    with pytest.raises((Tampered, Locked)):
        reads(two, "guest", row_id)
    assert reads(two, "officer", row_id) == "Friday, 10:00"


def test_a_key_planted_for_a_file_opens_it_for_nobody(two: Cast) -> None:
    """By somebody of Minsk who writes the tables and knows how keys are wrapped: the file's own they lack."""
    with two.acting("officer") as (session, ring):
        case = ring.open_folder(CAIRO, FolderKind.CASE, datetime.now(UTC))
        row_id = _row(session, case.id, "the file")
        folder_id = case.id
    with two.acting("guest") as (session, ring):
        circle, epoch = two.circle("casework", MINSK)
        row = GuestKey(folder_id=folder_id, sleeve="file", epoch=1, circle_id=circle, circle_epoch=epoch, wrapped=b"")
        row.wrapped = wrap(ring.wrapping_key(circle, epoch), random_bytes(32), guest_context(row))
        session.add(row)
    with pytest.raises(Locked):
        reads(two, "guest", row_id)
    with two.database.main.writing() as session:
        session.get_one(Folder, folder_id).kind = FolderKind.SHARE.value
    with pytest.raises(Tampered):
        reads(two, "guest", row_id)
    assert reads(two, "officer", row_id) == "the file"


# -- renewed


@ON_BOTH
def test_a_renewal_of_the_guests_circle_loses_nothing_and_those_who_come_later_read_it(two: Cast) -> None:
    _folder_id, row_id = given_to_minsk(two)
    with two.acting("host") as (session, _):
        gone, now = keys_of("guest").fingerprint, datetime.now(UTC)
        revoke(session, id_of("guest"), gone, id_of("host"), now, keys=keys_of("host"))
    two.comes_in("host", office_id=MINSK)
    assert two.circle("casework", MINSK)[1] == 2
    assert reads(two, "host", row_id) == "Friday, 10:00"
    charter = two.of(MINSK)
    two.change("host", MINSK, seats=(*charter.seats, seat("late guest", Role.LIAISON_OFFICER)))
    two.comes_in("host", "late guest", office_id=MINSK)
    assert reads(two, "late guest", row_id) == "Friday, 10:00"


@ON_BOTH
def test_what_is_written_anew_opens_by_no_key_that_was_given_before(two: Cast) -> None:
    folder_id, row_id = given_to_minsk(two)
    with two.acting("officer") as (session, ring):
        ring.seal_anew(folder_id, Sleeve.FILE)
        session.get_one(Notice, row_id).text = "Monday, 9:00"
    with pytest.raises(Locked):
        reads(two, "guest", row_id)
    assert reads(two, "head", row_id) == "Monday, 9:00"
    taken(two, given(two, folder_id))
    assert reads(two, "host", row_id) == "Monday, 9:00"
    with two.database.main.reading() as session:
        assert [row.epoch for row in session.scalars(select(GuestKey))] == [2], "earlier keys are of no use"


# -- ended


def _by_a_member(house: Cast, folder_id: uuid.UUID, row_id: uuid.UUID, who: str) -> None:
    with house.acting(who) as (session, ring):
        session.delete(session.get_one(Notice, row_id))
        session.flush()
        ring.shred_folder(folder_id)


def _by_nobody(house: Cast, folder_id: uuid.UUID, row_id: uuid.UUID) -> None:
    """As the unattended process does, without any key."""
    from hrd_cases.audit.events import Event
    from hrd_cases.audit.trail import record

    with house.database.main.writing() as session:
        session.delete(session.get_one(Notice, row_id))
        session.flush()
        delete_keys(session, folder_id)
        record(session, Event.HOUSE_KEPT, sessions=0, forms=0, buckets=0, invitations=0)
    shred(house.database.shred, folder_id)


ENDS: dict[str, Callable[[Cast, uuid.UUID, uuid.UUID], None]] = {
    "revoked": lambda house, folder, row: _by_a_member(house, folder, row, "officer"),
    "declined": lambda house, folder, row: _by_a_member(house, folder, row, "guest"),
    "expired": _by_nobody,
}


@ON_BOTH
@pytest.mark.parametrize("how", ENDS)
def test_what_has_ended_opens_for_no_guest_even_where_every_row_is_put_back(two: Cast, how: str) -> None:
    folder_id, row_id = given_to_minsk(two)
    with two.acting("guest") as (_, ring):
        assert ring.to_open(folder_id, Sleeve.FILE, 1).key_epoch == 1
    kinds: tuple[Any, ...] = (Folder, SleeveKey, GuestKey, Notice)
    with two.database.main.reading() as session:
        kept = {kind: [dict(row._mapping) for row in session.execute(select(kind.__table__))] for kind in kinds}
    ENDS[how](two, folder_id, row_id)
    with two.database.main.reading() as session:
        assert not session.scalars(select(GuestKey)).all()
        assert not session.scalars(select(SleeveKey).where(SleeveKey.folder_id == folder_id)).all()
    for who in ("guest", "host"):
        with pytest.raises(Locked):
            reads(two, who, row_id)
    with two.database.main.writing() as session:
        for kind in kinds:
            there = {tuple(one) for one in session.execute(select(*kind.__table__.primary_key.columns))}
            keys = [column.name for column in kind.__table__.primary_key.columns]
            missing = [row for row in kept[kind] if tuple(row[key] for key in keys) not in there]
            if missing:
                session.connection().execute(insert(kind.__table__), missing)
    for who in ("guest", "host", "officer"):
        with pytest.raises(Locked, match="shredded"):
            reads(two, who, row_id)
