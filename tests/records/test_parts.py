"""What is sealed under the file's key says which other parts a row has: one that was cut out is missed."""

from __future__ import annotations

from typing import Any

import pytest

from hrd_cases import records
from hrd_cases.errors import Locked, Tampered
from hrd_cases.records import Sleeve, opened
from hrd_cases.vault.envelope import header
from tests.records.models import Files, Hearing, PlainKeys
from tests.records.test_moved import behind_our_back, read

SLEEVES = ["sources", "payments"]
NAMES = {"sources": "informant", "payments": "payee"}


def parts_of(sleeve: str) -> dict[str, Any]:
    return {NAMES[sleeve]: "a nurse"}


def without(files: Files, *sleeves: Sleeve) -> PlainKeys:
    return PlainKeys(files.keys.secrets, without=frozenset(sleeves))


@pytest.mark.parametrize("sleeve", SLEEVES)
def test_a_part_that_was_cut_out_is_missed_also_without_its_key(files: Files, sleeve: str) -> None:
    row_id = files.hearing(**parts_of(sleeve))
    behind_our_back(files, row_id, f"sealed_{sleeve}", None)
    for name in ("court", NAMES[sleeve]):
        with pytest.raises(Tampered):
            read(files, row_id, name)
    with files.reading(without(files, Sleeve.SOURCES, Sleeve.PAYMENTS)) as session:
        row = session.get_one(Hearing, row_id)
        assert [one.id for one in opened([row]).damaged] == [row_id]


@pytest.mark.parametrize("sleeve", SLEEVES)
def test_a_part_that_was_put_back_where_none_is_said_fails(files: Files, sleeve: str) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        older = session.get_one(Hearing, row_id).__dict__["sealed_file"]
    with files.writing() as session:
        setattr(session.get_one(Hearing, row_id), NAMES[sleeve], "a nurse")
    assert read(files, row_id) == "Court of the South"
    behind_our_back(files, row_id, "sealed_file", older)
    with pytest.raises(Tampered):
        read(files, row_id)


def test_a_part_written_first_is_said_from_then_on(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        row.payee = "a lawyer"
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        assert header(row.__dict__["sealed_file"]).blob_version == 2
        row.informant, row.court = "a nurse", "Court of the North"
    assert [read(files, row_id, name) for name in ("court", "informant", "payee")] == [
        "Court of the North", "a nurse", "a lawyer"]  # fmt: skip
    for sleeve in SLEEVES:
        behind_our_back(files, row_id, f"sealed_{sleeve}", None)
        with pytest.raises(Tampered):
            read(files, row_id)


def test_whoever_changes_the_file_does_not_confirm_what_was_cut(files: Files) -> None:
    row_id = files.hearing(informant="a nurse")
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        assert row.court
        behind = row.__dict__
        behind["sealed_sources"] = None  # read anew by itself
        row.court = "Court of the North"
        session.flush()
        assert Sleeve.SOURCES in (behind["_pages"][Sleeve.FILE].parts or ())


def test_the_first_part_takes_the_file_s_key_and_a_later_one_does_not(files: Files) -> None:
    row_id = files.hearing()
    with files.reading(without(files, Sleeve.FILE)) as session:
        with pytest.raises(Locked):
            session.get_one(Hearing, row_id).payee = "a lawyer"
        with pytest.raises(Locked):  # there may have been one
            assert session.get_one(Hearing, row_id).payee
    with files.writing() as session:
        session.get_one(Hearing, row_id).payee = "a lawyer"
    with files.writing(without(files, Sleeve.FILE)) as session:
        session.get_one(Hearing, row_id).payee = "another lawyer"
    assert [read(files, row_id, name) for name in ("payee", "court")] == ["another lawyer", "Court of the South"]


def test_a_row_from_before_reads_as_before_until_it_is_written(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(records, "_begin", lambda schema, _parts: bytes((schema,)))
        named, bare = files.hearing(informant="a nurse"), files.hearing()
    assert [read(files, row_id, "informant") for row_id in (named, bare)] == ["a nurse", None]
    with files.writing() as session:
        session.get_one(Hearing, bare).informant = "a colleague"
        session.get_one(Hearing, named).court = "Court of the North"
    assert [read(files, row_id, "informant") for row_id in (named, bare)] == ["a nurse", "a colleague"]
    for row_id in (named, bare):
        behind_our_back(files, row_id, "sealed_sources", None)
        with pytest.raises(Tampered):
            read(files, row_id)


def test_a_part_undone_is_not_said(files: Files) -> None:
    row_id = files.hearing()
    with files.writing() as session:
        row = session.get_one(Hearing, row_id)
        savepoint = session.begin_nested()
        row.informant = "a nurse"
        session.flush()
        savepoint.rollback()
        session.expire(row)
        assert session.get_one(Hearing, row_id).court == "Court of the South"
    assert [read(files, row_id, name) for name in ("court", "informant")] == ["Court of the South", None]
