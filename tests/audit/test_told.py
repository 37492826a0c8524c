"""What a rule learns of the trail: entries with the fields of their event, within the chain, about the thing itself."""

from __future__ import annotations

import importlib
import pkgutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from sqlalchemy import Table, delete, select, update

import hrd_cases
from hrd_cases import records
from hrd_cases.audit import told
from hrd_cases.audit.events import ADDED, FIELDS, Event, is_declared
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Actor, Body, act_as, read_body, record
from hrd_cases.db import Store
from hrd_cases.records import Base

CASE, OTHER, OFFICE, WHO = (uuid.UUID(int=number) for number in (1, 2, 3, 4))
OPENED = Event.CASE_OPENED


@pytest.fixture
def asked(store: Store) -> Store:
    """Two cases opened, the first one twice."""
    for case in (CASE, OTHER, CASE):
        with store.writing() as session:
            act_as(session, Actor("officer", WHO, OFFICE))
            record(session, OPENED, case=case, office=OFFICE)
    return store


def numbers(bodies: Iterator[Body]) -> list[int]:
    return [body.number for body in bodies]


def test_what_was_told_is_found_by_the_index_and_without_it(asked: Store) -> None:
    with asked.reading() as session:
        assert numbers(told.about(session, CASE, OPENED)) == [1, 3]
        assert numbers(told.ever_about(session, CASE, OPENED)) == [1, 3]
        assert numbers(told.ever_about(session, CASE, OPENED, since=1)) == [3]
        assert numbers(told.about(session, CASE, Event.CASE_ROUTED)) == []
    with asked.writing() as session:
        session.execute(delete(AuditSubject))
    with asked.reading() as session:
        assert numbers(told.about(session, CASE, OPENED)) == []
        assert numbers(told.ever_about(session, CASE, OPENED)) == [1, 3]


def test_what_is_asked_of_lately_reads_no_older_entry(asked: Store) -> None:
    with asked.reading() as session:
        hour = timedelta(hours=1)
        assert told.number_at(session, datetime.now(UTC) - hour) == 0
        assert told.number_at(session, session.get_one(AuditEntry, 2).at) == 2
        assert told.number_at(session, datetime.now(UTC) + hour) == 0, "rather all than none"


@pytest.mark.parametrize("set_to", ["first", "last", "one before", "one after"])
def test_whatever_the_column_of_moments_says_the_last_entry_before_a_moment_is_found(asked: Store, set_to: str) -> None:
    with asked.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    wrong = {
        "first": [entries[0].at - timedelta(days=1)] * len(entries),
        "last": [entries[-1].at + timedelta(days=1)] * len(entries),
        "one before": [entries[0].at, *(one.at for one in entries[:-1])],
        "one after": [*(one.at for one in entries[1:]), entries[-1].at],
    }[set_to]
    with asked.writing() as session:
        for entry, at in zip(entries, wrong, strict=True):
            session.execute(update(AuditEntry).where(AuditEntry.number == entry.number).values(at=at))
    with asked.reading() as session:
        assert [told.number_at(session, entry.at) for entry in entries[:-1]] == [entry.number for entry in entries[:-1]]


def test_an_index_row_leads_to_nothing_that_is_not_about_the_thing(asked: Store) -> None:
    with asked.writing() as session:
        session.execute(cast(Table, AuditSubject.__table__).insert().values(subject_id=CASE, number=2))
    with asked.reading() as session:
        assert numbers(told.about(session, CASE, OPENED)) == [1, 3]


def planted(store: Store, number: int, body: bytes) -> None:
    row: dict[str, Any] = {"number": number, "at": datetime.now(UTC), "event": OPENED.value, "actor": "x", "body": body}
    with store.writing() as session:
        session.execute(cast(Table, AuditEntry.__table__).insert().values(row | {"hash": bytes(32)}))


def body(number: int, **fields: Any) -> bytes:
    return msgspec.msgpack.encode(Body(number, datetime.now(UTC), OPENED.value, "x", None, None, fields))


@pytest.mark.parametrize("number", [-1, 0, 4, 10**9])
def test_what_stands_beside_the_chain_says_nothing(asked: Store, number: int) -> None:
    planted(asked, number, body(number, case=str(CASE), office=str(OFFICE)))
    with asked.reading() as session:
        assert numbers(told.ever_about(session, CASE, OPENED)) == [1, 3]


@pytest.mark.parametrize(
    "planted_body",
    [b"", b"\xc0", b"\xc1", body(2, case=str(CASE)), body(2, case=str(CASE), office=None),
     body(2, case=str(CASE), office=7), body(9, case=str(CASE), office=str(OFFICE)),
     body(2, case=str(CASE), office=str(OFFICE), more=1),
     body(2, case=str(CASE), office=str(OFFICE)).replace(b"case_opened", b"case_\xffpened")],
)  # fmt: skip
def test_an_altered_entry_says_nothing(asked: Store, planted_body: bytes) -> None:
    with asked.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == 2))
    planted(asked, 2, planted_body)
    with asked.reading() as session:
        assert numbers(told.ever_about(session, CASE, OPENED)) == [1, 3]


def test_an_entry_without_its_fields_is_not_read() -> None:
    class Kept(msgspec.Struct):
        body: bytes

    with pytest.raises(msgspec.MsgspecError):
        read_body(Kept(body(1)))
    assert read_body(Kept(body(1, case=str(CASE), office=str(OFFICE)))).number == 1


def test_fields_that_came_later_may_all_be_missing_and_none_alone() -> None:
    assert all(later < FIELDS[event] for event, later in ADDED.items())
    before: dict[str, Any] = {"letter": str(CASE), "office": str(OFFICE), "act": "x"}
    assert is_declared("letter_sent", before)
    assert is_declared("letter_sent", before | {"digest": "ab"})
    assert not is_declared("letter_sent", {"letter": str(CASE), "digest": "ab"})
    assert is_declared("an event of a newer programme", {})


def test_what_nobody_could_read_is_not_written(store: Store) -> None:
    with pytest.raises(TypeError, match="another kind"), store.writing() as session:
        record(session, OPENED, case=CASE, office="somewhere")


# -- structs


def structs() -> set[type[msgspec.Struct]]:
    """Every struct of the house; of sealed rows, those whose table is ours and no test's."""
    for module in pkgutil.walk_packages(hrd_cases.__path__, "hrd_cases."):
        if not module.name.endswith(("supervisor", "__main__")):
            importlib.import_module(module.name)
    found: set[type[msgspec.Struct]] = set()
    waits = [msgspec.Struct]
    while waits:
        for kind in waits.pop().__subclasses__():
            if kind not in found:
                found.add(kind)
                waits.append(kind)
    rows = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("hrd_cases.")]
    sealed = {shape.struct for row in rows for shape in getattr(row, "_shapes", {}).values()}
    ours = {kind for kind in found if kind.__module__.startswith("hrd_cases.")}
    return {kind for kind in ours if kind.__module__ != records.__name__ or kind in sealed}


def test_no_struct_of_ours_holds_an_instant_without_its_zone() -> None:
    """Bytes that somebody signed or sealed by hand are refused as they are read: `instants.Instant` says so."""
    naive = {
        f"{kind.__module__}.{kind.__name__}.{part.name}"
        for kind in structs()
        for part in msgspec.structs.fields(kind)
        if _is_bare(part.type)
    }
    assert naive == set()


def _is_bare(kind: Any) -> bool:
    return any(
        isinstance(one, msgspec.inspect.DateTimeType) and one.tz is not True
        for one in _parts(msgspec.inspect.type_info(kind))
    )


def _parts(info: Any) -> list[Any]:
    within = [*getattr(info, "types", ()), *getattr(info, "item_types", ()), getattr(info, "item_type", None)]
    return [info, *(one for part in within if part is not None for one in _parts(part))]
