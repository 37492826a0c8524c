"""What the author of a model may declare, what no query may ask, and what passes by the seals."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Optional, cast

import msgspec
import pytest
from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Mapped

from hrd_cases.records import FolderRecord, Sealed, Sleeve, bound, sealed
from hrd_cases.settings import ROOT
from tests.records.models import Apart, Files, Hearing


class Melting(msgspec.Struct):
    name: str


class Firm(msgspec.Struct, frozen=True):
    name: str
    parts: tuple[int, ...] = ()


class FirmOutside(msgspec.Struct, frozen=True):
    parts: list[int] = []


CHANGEABLE = [
    list,
    list[str],
    dict[str, str],
    set[str],
    bytearray,
    Sequence[str],
    Any,
    object,
    tuple[list[str], ...],
    frozenset[tuple[set[int]]],
    list[str] | None,
    Optional[dict[str, int]],  # noqa: UP045
    Melting,
    tuple[Melting, ...],
    FirmOutside,
]
LASTING = [
    str,
    str | None,
    int,
    tuple[str, ...],
    tuple[Firm, ...] | None,
    Literal["a", "b"],
    frozenset[uuid.UUID],
    Sleeve,
]


@pytest.mark.parametrize("kind", CHANGEABLE, ids=str)
def test_what_can_be_changed_in_place_is_refused_when_the_class_is_written(kind: Any) -> None:
    with pytest.raises(TypeError, match="in place"):
        _declared(f"refused_{uuid.uuid4().hex}", kind)


@pytest.mark.parametrize("kind", LASTING, ids=str)
def test_what_cannot_be_changed_in_place_may_be_sealed(kind: Any) -> None:
    assert _declared(f"accepted_{uuid.uuid4().hex}", kind)


def _declared(name: str, kind: Any) -> type[FolderRecord]:
    attributes = {
        "__tablename__": name,
        "__module__": __name__,
        "__annotations__": {"words": Sealed[kind]},
        "words": sealed(),
    }
    return type(name, (Apart,), attributes)


def test_a_sealed_attribute_says_so_in_its_annotation() -> None:
    with pytest.raises(TypeError, match="must be annotated"):
        type(
            "Bare",
            (Apart,),
            {"__tablename__": "bare", "__module__": __name__, "__annotations__": {"words": str}, "words": sealed()},
        )


def test_a_sealed_table_has_no_heirs() -> None:
    with pytest.raises(TypeError, match="abstract"):
        type("Heir", (Hearing,), {"__module__": __name__})


def test_a_row_carries_what_its_abstract_class_shares() -> None:
    assert Hearing(folder_id=uuid.uuid4(), court="c", note="shared").note == "shared"


def test_a_bound_instant_is_in_utc_without_saying_so() -> None:
    kind = type(
        "Bound",
        (Apart,),
        {
            "__tablename__": "bound_instants",
            "__module__": __name__,
            "__annotations__": {"at": Mapped[datetime]},
            "at": bound(),
        },
    )
    assert type(kind.__table__.c.at.type).__name__ == "UtcDateTime"  # type: ignore[attr-defined]


# -- queries

QUERIES = {
    "where": lambda: select(Hearing).where(Hearing.court == "x"),  # type: ignore[arg-type,comparison-overlap]
    "where not": lambda: select(Hearing).where(Hearing.court != "x"),  # type: ignore[arg-type,comparison-overlap]
    "smaller": lambda: select(Hearing).where(Hearing.court < "x"),  # type: ignore[operator,arg-type]
    "at least": lambda: select(Hearing).where(Hearing.court >= "x"),  # type: ignore[operator,arg-type]
    "one of": lambda: select(Hearing).where(Hearing.court.in_(["x"])),  # type: ignore[attr-defined]
    "order by": lambda: select(Hearing).order_by(Hearing.court),  # type: ignore[arg-type]
    "group by": lambda: select(func.count()).group_by(Hearing.court),  # type: ignore[arg-type]
    "select": lambda: select(Hearing.court),  # type: ignore[call-overload]
    "a function of it": lambda: select(func.lower(Hearing.court)),
    "filter by": lambda: select(Hearing).filter_by(court="x"),
    "is nothing": lambda: select(Hearing).where(Hearing.court.is_(None)),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_asks_for_what_is_sealed(name: str) -> None:
    with pytest.raises((TypeError, AttributeError)):
        QUERIES[name]()


TYPED = """
from sqlalchemy import select
from tests.records.models import Hearing

right = select(Hearing).where(Hearing.state == "held").order_by(Hearing.room)
wrong_1 = select(Hearing).where(Hearing.court == "x")
wrong_2 = select(Hearing).order_by(Hearing.court)
wrong_3 = select(Hearing.court)
wrong_4 = select(Hearing).where(Hearing.court < "x")
wrong_5 = select(Hearing).where(Hearing.court.is_(None))
row = Hearing(folder_id=__import__("uuid").uuid4(), court="x")
length: int = len(row.court)
wrong_6: int = row.court
"""


def test_mypy_refuses_it_before_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "queries.py"
    path.write_text(TYPED)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file",
        "pyproject.toml",
        str(path),
    ]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    lines = {int(number) for number in re.findall(r"queries\.py:(\d+): error", said)}
    wrong = {number for number, line in enumerate(TYPED.splitlines(), 1) if line.startswith("wrong")}
    assert lines == wrong


# -- what would pass by the seals and the trail

TABLE = cast(Table, Hearing.__table__)
BULK = {
    "update": lambda _: update(Hearing).values(state="held"),
    "update of the table": lambda _: update(TABLE).values(state="held"),
    "insert": lambda files: insert(Hearing).values(id=uuid.uuid4(), folder_id=files.folder_id, sealed_file=b"x"),
    "insert into the table": lambda _: insert(TABLE).values(id=uuid.uuid4(), sealed_file=b"x"),
    "delete": lambda _: delete(Hearing),
    "delete from the table": lambda _: delete(TABLE),
}


@pytest.mark.parametrize("name", BULK)
def test_sealed_rows_are_written_one_by_one(files: Files, name: str) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        with pytest.raises(TypeError, match="one by one"):
            session.execute(BULK[name](files))
        assert session.get_one(Hearing, row_id).state == "planned"


@pytest.mark.parametrize("call", ["bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"])
def test_the_bulk_calls_of_old_are_refused(files: Files, call: str) -> None:
    with files.reading() as session, pytest.raises(TypeError, match="one by one"):
        getattr(session, call)([])


@pytest.mark.parametrize("how", ["merge", "merge_all"])
def test_a_sealed_row_is_not_merged(files: Files, how: str) -> None:
    row_id = files.hearing()
    with files.reading() as session:
        row = session.get_one(Hearing, row_id)
        session.expunge(row)
    with files.reading() as session, pytest.raises(TypeError, match="not merged"):
        session.merge(row) if how == "merge" else session.merge_all([row])


# -- a class that has grown


class Grown(Apart):
    """The third shape of its blob: 1 had (court); 2 (court, judges as one text); 3 (court, judges as a tuple)."""

    __tablename__ = "grown_of_tests"
    sealed_schema = 3
    upcasters: ClassVar[dict[int, Any]] = {
        1: lambda values: [*values, ""],
        2: lambda values: [*values[:2], tuple(filter(None, values[2].split(", ")))],
    }
    court: Sealed[str] = sealed()
    judges: Sealed[tuple[str, ...]] = sealed(default=())


@pytest.mark.parametrize(
    ("schema", "values", "judges"),
    [(1, ["", "C"], ()), (2, ["", "C", "A, B"], ("A", "B")), (3, ["", "C", ["A"]], ("A",))],
)
def test_a_blob_of_an_older_shape_is_read_as_the_newest(
    schema: int, values: list[Any], judges: tuple[str, ...]
) -> None:
    from hrd_cases import records

    shape = Grown._shapes[Sleeve.FILE]
    page = records._decoded(Grown, shape, bytes((schema,)) + msgspec.msgpack.encode(values))
    assert (page.note, page.court, page.judges) == ("", "C", judges)
