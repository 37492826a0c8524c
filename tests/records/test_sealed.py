"""A sealed row in its daily life: written, opened, changed, rolled back, read again."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, make_transient
from sqlalchemy.orm.exc import StaleDataError

from hrd_cases.errors import Locked, Tampered
from hrd_cases.records import Sleeve, opened, sealed_writes
from hrd_cases.vault.envelope import header
from tests.records.models import NOON, Files, Hearing, PlainKeys, Risk

VALUES: dict[str, Any] = {
    "court": "محكمة القاهرة الجديدة",
    "charges": ("ازدراء", "نشر أخبار كاذبة"),
    "risk": Risk.HIGH,
    "amount": Decimal("9777.780"),
    "heard_at": NOON,
    "judge_id": uuid.UUID(int=7),
    "informant": "a cousin of the clerk",
    "payee": "Ñáñez & sons",
    "note": "from the base class",
}


def blob(files: Files, row_id: uuid.UUID, sleeve: str = "file") -> bytes | None:
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        return getattr(row, f"sealed_{sleeve}")


@pytest.mark.parametrize("name", VALUES)
def test_what_an_officer_wrote_is_read_back_as_it_was(files: Files, name: str) -> None:
    row_id = files.hearing(**VALUES)
    with files.reading() as session:
        assert getattr(session.get_one(Hearing, row_id), name) == VALUES[name]


def test_nothing_that_is_sealed_lies_in_the_row(files: Files) -> None:
    row_id = files.hearing(**VALUES)
    with files.reading() as session:
        query = select(Hearing.__table__).where(Hearing.folder_id == files.folder_id)
        stored = session.execute(query).mappings().one()
    found = b"".join(str(value).encode() if not isinstance(value, bytes) else value for value in stored.values())
    for value in ("محكمة", "ازدراء", "high", "9777.78", "cousin", "Ñáñez", "base class"):
        assert value.encode() not in found, row_id


def test_a_sleeve_nobody_wrote_in_has_no_blob(files: Files) -> None:
    row_id = files.hearing()
    assert blob(files, row_id, "sources") is None
    with files.reading() as session:
        assert session.get_one(Hearing, row_id).informant is None


def test_a_change_in_one_sleeve_leaves_the_other_blob_as_it_is(files: Files) -> None:
    row_id = files.hearing(informant="a nurse")
    before = blob(files, row_id)
    with files.writing() as session:
        session.get_one(Hearing, row_id).informant = "another nurse"
    assert blob(files, row_id) == before
    assert header(blob(files, row_id, "sources") or b"").blob_version == 2


def test_a_row_saved_without_a_change_is_not_written(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        assert row.court
        session.flush()
        assert sealed_writes(session) == []
        assert row.version == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "held"),
        ("starts_at", NOON + timedelta(days=1)),
        ("on", date(2026, 12, 3)),
        ("fee", Decimal("1.5")),
        ("owner_id", uuid.UUID(int=9)),
        ("public", True),
    ],
)
def test_a_bound_column_changed_through_the_programme_takes_its_blob_along(files: Files, name: str, value: Any) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        setattr(session.get_one(Hearing, row_id), name, value)
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert (getattr(row, name), row.court) == (value, "Court of the South")
    assert header(blob(files, row_id) or b"").blob_version == 2


def test_an_instant_bound_in_another_zone_is_the_same_instant(files: Files) -> None:
    row_id = files.hearing(starts_at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert row.starts_at == NOON
        assert row.court


@pytest.mark.parametrize("amount", ["0", "-0", "1.5", "1.5000", "100", "1E+2", "-0.0001", "99999999.9999"])
def test_an_amount_is_bound_by_its_value_not_by_its_zeros(files: Files, amount: str) -> None:
    row_id = files.hearing(fee=Decimal(amount))
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert (row.fee, row.court) == (Decimal(amount), "Court of the South")


def test_a_naive_bound_instant_is_refused(files: Files) -> None:
    with pytest.raises(TypeError, match="aware"):
        files.hearing(starts_at=datetime(2026, 11, 21, 12))  # noqa: DTZ001


def test_sealed_and_bound_changed_together(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        row.state, row.court = "held", "Supreme Court"
        session.flush()
        row.court = "Supreme Court, first chamber"
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert (row.state, row.court) == ("held", "Supreme Court, first chamber")


# -- the identity of a page: another ciphertext object means it is opened again


def test_a_rollback_brings_back_what_was_written(files: Files) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        row.court = "a slip"
        session.rollback()
        assert row.court == "Court of the South"


def test_a_rollback_after_the_flush_brings_back_what_was_written(files: Files) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        row.court, row.state = "a slip", "held"
        session.flush()
        session.rollback()
        assert (row.court, row.state) == ("Court of the South", "planned")


@pytest.mark.parametrize("forget", ["refresh", "expire", "expire_all"])
def test_what_a_colleague_wrote_meanwhile_is_seen_after(files: Files, forget: str) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert row.court == "Court of the South"
        session.commit()
        with files.writing() as other:
            other.get_one(Hearing, row_id).court = "Court of the North"
        if forget == "expire_all":
            session.expire_all()
        else:
            getattr(session, forget)(row)
        assert row.court == "Court of the North"


def test_a_row_added_again_after_a_rollback_is_sealed_anew_in_every_sleeve(files: Files) -> None:
    with files.reading() as session:
        row = Hearing(folder_id=files.folder_id, court="Court", informant="a nurse")
        session.add(row)
        session.flush()
        session.rollback()
        session.add(row)
        session.flush()
        assert {write.sleeve for write in sealed_writes(session)} == {Sleeve.FILE, Sleeve.SOURCES}
        assert (row.court, row.informant) == ("Court", "a nurse")


def test_a_row_copied_as_a_new_one_needs_its_words_again(files: Files) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        session.expunge(row)
        make_transient(row)
        row.id = uuid.uuid4()
        session.add(row)
        with pytest.raises(Tampered):
            session.flush()


def test_two_officers_edit_one_hearing_and_the_second_is_told(files: Files) -> None:
    row_id = files.hearing()
    with files.reading() as first:
        mine = first.get_one(Hearing, row_id)
        mine.court = "mine"
        first.rollback()
        mine = first.get_one(Hearing, row_id)
        assert mine.court
        first.commit()
        with files.writing() as second:
            second.get_one(Hearing, row_id).court = "theirs"
        mine.court = "mine"
        with pytest.raises(StaleDataError):
            first.flush()


@pytest.mark.parametrize("column", ["folder_id", "id"])
def test_a_row_stays_in_its_folder_and_keeps_its_id(files: Files, column: str) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        setattr(row, column, uuid.uuid4())
        with pytest.raises(TypeError, match="keeps its id and its folder"):
            session.flush()


# -- what is written is told, and to whom nothing is shown


def test_every_blob_written_is_told_to_the_trail(files: Files) -> None:
    row_id = files.hearing(informant="a nurse")
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        row.court, row.informant = "Court of the North", "a cousin"
        session.flush()
        told = {(w.table, w.row_id, w.sleeve, w.blob_version, w.blob) for w in sealed_writes(session)}
    expected = {("hearings_of_tests", row_id, sleeve, 2, blob(files, row_id, sleeve)) for sleeve in ("file", "sources")}
    assert told == expected


def test_a_deleted_row_is_told_to_the_trail(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        session.delete(session.get_one(Hearing, row_id))
        session.flush()
        assert {(w.sleeve, w.blob_version) for w in sealed_writes(session)} == {(sleeve, 0) for sleeve in Sleeve}


def test_repr_shows_nothing(files: Files) -> None:
    row_id = files.hearing(**VALUES)
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert row.court
        assert row.informant
        shown = f"{row!r} {row} {row.__dict__['_pages']} {[page.values for page in row.__dict__['_pages'].values()]}"
    for value in ("محكمة", "ازدراء", "high", "9777", "cousin", "Ñáñez", "base class"):
        assert value not in shown
    assert repr(row) == f"<Hearing {row_id}>"


def test_without_keys_the_row_is_locked_and_its_clear_columns_are_not(files: Files) -> None:
    row_id = files.hearing()
    with files.store.reading() as session:
        row = session.get_one(Hearing, row_id)
        assert row.state == "planned"
        with pytest.raises(Locked):
            assert row.court
        with pytest.raises(Locked):
            row.court = "written blindly"


def test_who_may_not_see_sources_sees_the_file_and_is_refused_the_rest(files: Files) -> None:
    row_id = files.hearing(informant="a nurse")
    with files.reading(PlainKeys(files.keys.secrets, without=frozenset({Sleeve.SOURCES}))) as session:
        row = session.get_one(Hearing, row_id)
        assert row.court == "Court of the South"
        with pytest.raises(Locked):
            assert row.informant


def test_a_file_member_changes_the_file_of_a_row_whose_sources_are_closed_to_them(files: Files) -> None:
    row_id = files.hearing(informant="a nurse")
    with files.writing(PlainKeys(files.keys.secrets, without=frozenset({Sleeve.SOURCES}))) as session:
        session.get_one(Hearing, row_id).court = "Court of the North"
    with files.reading() as session:
        assert session.get_one(Hearing, row_id).informant == "a nurse"


def test_a_row_sealed_under_an_older_key_is_resealed_under_the_newest_when_changed(files: Files) -> None:
    row_id = files.hearing()
    files.keys.epoch = 2
    with files.reading() as session:
        assert session.get_one(Hearing, row_id).court == "Court of the South"
    with files.writing() as session:
        session.get_one(Hearing, row_id).court = "Court of the North"
    assert header(blob(files, row_id) or b"").key_epoch == 2


def test_damaged_rows_are_parted_from_good_ones_before_the_page_is_written(files: Files) -> None:
    good_id, bad_id = files.hearing(), files.hearing()
    with files.writing() as session:
        session.execute(
            text("UPDATE hearings_of_tests SET sealed_file = :blob WHERE id = :id"),
            {"blob": (blob(files, bad_id) or b"")[:-1] + b"\x00", "id": bad_id.hex if _sqlite(files) else bad_id},
        )
    with files.reading() as session:
        good, damaged, locked = opened(_all(session, files))
        assert ([row.id for row in good], [row.id for row in damaged], locked) == ([good_id], [bad_id], [])


def _all(session: Session, files: Files) -> list[Hearing]:
    return list(session.scalars(select(Hearing).where(Hearing.folder_id == files.folder_id)))


def _sqlite(files: Files) -> bool:
    return files.store.engine.dialect.name == "sqlite"


def test_without_keys_a_list_is_locked_not_damaged(files: Files) -> None:
    row_id = files.hearing()
    with files.store.reading() as session:
        good, damaged, locked = opened(_all(session, files))
        assert (good, damaged, [row.id for row in locked]) == ([], [], [row_id])


# -- what cannot be written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("court", 5),
        ("court", b"bytes"),
        ("charges", ("one", 2)),
        ("charges", "a text is no tuple"),
        ("risk", "catastrophic"),
        ("amount", "not a number"),
        ("heard_at", "yesterday"),
        ("judge_id", "not an id"),
        ("informant", 3),
    ],
)
def test_a_value_of_the_wrong_kind_fails_when_it_is_written(files: Files, name: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        files.hearing(**{name: value})
    with files.reading() as session:
        assert _all(session, files) == []


def test_a_row_without_what_it_needs_is_not_written(files: Files) -> None:
    with pytest.raises(TypeError, match="court"):
        files.hearing(court=None)
    with files.reading() as session:
        session.add(Hearing(folder_id=files.folder_id))  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="court"):
            session.flush()
    with pytest.raises(TypeError, match="no attribute judge"):
        Hearing(folder_id=files.folder_id, judge="x")  # type: ignore[call-arg]


def test_a_list_given_for_a_tuple_is_written_as_a_tuple(files: Files) -> None:
    row_id = files.hearing(charges=["one", "two"])
    with files.reading() as session:
        assert session.get_one(Hearing, row_id).charges == ("one", "two")


def test_now_is_aware(files: Files) -> None:
    row_id = files.hearing(heard_at=datetime.now(UTC))
    with files.reading() as session:
        heard_at = session.get_one(Hearing, row_id).heard_at
        assert heard_at is not None
        assert heard_at.tzinfo is not None
