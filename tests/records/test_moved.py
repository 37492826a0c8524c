"""Ciphertext that is not where it was sealed, or not what was sealed: refused, whoever moved it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hrd_cases.errors import HrdError, Locked, Tampered
from hrd_cases.vault.envelope import Place, RecordCipher, header
from tests.records.models import NOON, Files, Hearing, Other, Risk


def behind_our_back(files: Files, row_id: uuid.UUID, column: str, value: Any, table: str = "hearings_of_tests") -> None:
    """Write one column as someone does who has the database and none of our code."""
    sqlite = files.store.engine.dialect.name == "sqlite"
    named = row_id.hex if sqlite else row_id
    if sqlite and isinstance(value, uuid.UUID):
        value = value.hex
    with files.store.engine.begin() as connection:
        written = connection.execute(
            text(f"UPDATE {table} SET {column} = :value WHERE id = :id"), {"value": value, "id": named}
        )
    assert written.rowcount == 1


def read(files: Files, row_id: uuid.UUID, name: str = "court", kind: type[Any] = Hearing) -> Any:
    with files.reading() as session:
        return getattr(session.get_one(kind, row_id), name)


def stored(files: Files, row_id: uuid.UUID, sleeve: str = "file") -> bytes:
    with files.reading() as session:
        blob: bytes = getattr(session.get_one(Hearing, row_id), f"sealed_{sleeve}")
        return blob


def another(files: Files, **values: Any) -> uuid.UUID:
    """A hearing of another case."""
    return files.hearing(folder_id=uuid.uuid4(), **values)


MOVES: dict[str, Callable[[Files, uuid.UUID], bytes]] = {
    "of another row of this case": lambda files, _: stored(files, files.hearing(informant="x", payee="x")),
    "of another case": lambda files, _: stored(files, another(files)),
    "of another sleeve of this row": lambda files, row_id: stored(files, row_id, "sources"),
    "truncated by a byte": lambda files, row_id: stored(files, row_id)[:-1],
    "with a byte more": lambda files, row_id: stored(files, row_id) + b"\0",
    "empty": lambda *_: b"",
    "of zeros": lambda files, row_id: bytes(len(stored(files, row_id))),
    "only a header": lambda files, row_id: stored(files, row_id)[: 10 + len("hearings_of_tests")],
    "of a newer key than there is": lambda files, row_id: _with_epoch(stored(files, row_id), 7),
    "of another version": lambda files, row_id: _with_version(stored(files, row_id), 2),
}


def _with_epoch(blob: bytes, epoch: int) -> bytes:
    return blob[:1] + epoch.to_bytes(4) + blob[5:]


def _with_version(blob: bytes, version: int) -> bytes:
    return blob[:5] + version.to_bytes(4) + blob[9:]


@pytest.mark.parametrize("move", MOVES)
def test_a_blob_that_is(files: Files, move: str) -> None:
    row_id = files.hearing(informant="a nurse")
    behind_our_back(files, row_id, "sealed_file", MOVES[move](files, row_id))
    with pytest.raises((Tampered, Locked)):
        read(files, row_id)


@pytest.mark.parametrize("sleeve", ["sources", "payments"])
def test_a_blob_of_one_sleeve_is_none_of_another(files: Files, sleeve: str) -> None:
    row_id = files.hearing(informant="a nurse", payee="a cousin")
    behind_our_back(files, row_id, f"sealed_{sleeve}", stored(files, row_id))
    with pytest.raises(Tampered):
        read(files, row_id, "informant" if sleeve == "sources" else "payee")


@pytest.mark.parametrize(("column", "value"), [("folder_id", uuid.uuid4()), ("id", uuid.uuid4())])
def test_a_row_that_was_carried_elsewhere_does_not_open(files: Files, column: str, value: uuid.UUID) -> None:
    row_id = files.hearing(informant="a nurse")
    behind_our_back(files, row_id, column, value)
    for name in ("court", "informant"):
        with pytest.raises(Tampered):
            read(files, value if column == "id" else row_id, name)


def test_a_blob_carried_into_another_table_does_not_open(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        session.add(Other(id=row_id, folder_id=files.folder_id, court="a court"))
    behind_our_back(files, row_id, "sealed_file", stored(files, row_id), Other.__tablename__)
    with pytest.raises(Tampered):
        read(files, row_id, kind=Other)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "held"),
        ("starts_at", "2030-01-01 00:00:00+00:00"),
        ("starts_at", None),
        ("on", "2030-01-01"),
        ("fee", "1.5001"),
        ("owner_id", uuid.UUID(int=3)),
        ("owner_id", None),
        ("public", True),
    ],
)
def test_a_bound_column_changed_behind_our_back_closes_the_file(files: Files, column: str, value: Any) -> None:
    row_id = files.hearing(starts_at=NOON, on=NOON.date(), fee=1, owner_id=uuid.UUID(int=2))
    if column in ("starts_at", "on") and value and files.store.engine.dialect.name == "sqlite":
        value = value.replace("+00:00", ".000000")
    behind_our_back(files, row_id, '"on"' if column == "on" else column, value)
    with pytest.raises(Tampered):
        read(files, row_id)


def test_what_was_changed_behind_our_back_is_not_sealed_by_the_next_honest_change(files: Files) -> None:
    row_id = files.hearing()
    behind_our_back(files, row_id, "state", "held")
    for name, value in (("court", "another"), ("state", "planned")):
        with files.reading() as session:
            row = session.get_one(Hearing, row_id)
            with pytest.raises(Tampered):
                _set(session, row, name, value)


def _set(session: Session, row: Hearing, name: str, value: str) -> None:
    setattr(row, name, value)
    session.flush()


def test_a_clear_column_that_no_rule_reads_may_change(files: Files) -> None:
    row_id = files.hearing()
    behind_our_back(files, row_id, "room", "4")
    assert read(files, row_id) == "Court of the South"


def test_a_file_blob_taken_away_is_refused(files: Files) -> None:
    # the schema refuses it first; someone who writes the database can take that away as well
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        session.expunge(row)
        row.__dict__["sealed_file"] = None
        session.add(row)
        with pytest.raises(Tampered, match="lost its blob"):
            assert row.court


def test_an_older_blob_of_the_same_row_opens_and_only_the_trail_can_tell(files: Files) -> None:
    """SECURITY.md, promise 3: a whole row rolled back is for the audit to detect (tests/attacks)."""
    row_id = files.hearing()
    older = stored(files, row_id)
    with files.writing() as session:
        session.get_one(Hearing, row_id).court = "Court of the North"
    behind_our_back(files, row_id, "sealed_file", older)
    assert read(files, row_id) == "Court of the South"
    assert header(older).blob_version == 1


def test_no_flipped_bit_of_a_blob_is_accepted(files: Files) -> None:
    row_id = files.hearing(risk=Risk.HIGH)
    blob = stored(files, row_id)
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        for place in range(len(blob) * 8):
            flipped = bytearray(blob)
            flipped[place // 8] ^= 1 << place % 8
            row.__dict__["sealed_file"] = bytes(flipped)
            with pytest.raises(HrdError):
                assert row.court
        row.__dict__["sealed_file"] = bytes(blob)
        assert row.court == "Court of the South"


def test_what_was_written_by_a_newer_programme_is_not_misread(files: Files) -> None:
    row_id = files.hearing()
    place = Place(row_id, files.folder_id, "file", _bound(files, row_id))
    for plaintext in (b"\x02\x90", b"\x01\x90", b"\x01not msgpack", b"\x00\x90"):
        cipher: RecordCipher = files.keys.to_seal(files.folder_id, next(iter(Hearing._shapes)))
        behind_our_back(files, row_id, "sealed_file", cipher.seal("hearings_of_tests", 1, place, plaintext))
        with pytest.raises(Tampered):
            read(files, row_id)


def _bound(files: Files, row_id: uuid.UUID) -> bytes:
    from hrd_cases import records

    with files.reading() as session:
        return records._bound_values(session.get_one(Hearing, row_id), committed=True)
