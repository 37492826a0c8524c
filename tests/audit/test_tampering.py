"""Whatever somebody does to the trail, or behind it, is found and named; some of it by the daily counts alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import pytest
from sqlalchemy import Connection, Row, Table, select, text

from hrd_cases import tables
from hrd_cases.audit import verify
from hrd_cases.audit.chain import entry_hash
from hrd_cases.audit.daily_count import DailyCount
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead, AuditSubject
from hrd_cases.audit.trail import read_body, record
from hrd_cases.audit.verify import verify_store
from hrd_cases.db import Store
from hrd_cases.keys.models import CharterRow, Revocation
from hrd_cases.offices.models import Notice
from tests.audit.house import CHARTER, FOLDER, MEMBER, NOTICE, OFFICE, OTHER, build

ENTRIES, SUBJECTS, HEAD, NOTICES, CHARTERS, REVOCATIONS = (
    cast(Table, kind.__table__) for kind in (AuditEntry, AuditSubject, AuditHead, Notice, CharterRow, Revocation)
)
Kept = dict[str, bytes]


@pytest.fixture
def kept(store: Store) -> Kept:
    return build(store)


def found(store: Store, *mailed: DailyCount) -> list[tuple[str, str]]:
    return [(finding.where, finding.what) for finding in verify_store(store, mailed).findings]


def head_of(store: Store, number: int | None = None) -> DailyCount:
    """What the mail of the moment would say, or of an earlier one."""
    with store.reading() as session:
        if number is None:
            head = session.scalars(select(AuditHead)).one()
            return DailyCount(head.number, head.hash)
        return DailyCount(number, session.get_one(AuditEntry, number).hash)


# -- what somebody who writes the database does


def alter_body(database: Connection, _kept: Kept) -> None:
    _change(database, 7, body=_with_seconds(database, 7, 60))


def alter_column(database: Connection, _kept: Kept) -> None:
    _change(database, 7, event="signed_out")


def alter_actor(database: Connection, _kept: Kept) -> None:
    _change(database, 2, actor_id=uuid.UUID(int=99))


def alter_time(database: Connection, _kept: Kept) -> None:
    database.execute(text("UPDATE audit_entries SET at = '2020-01-01 00:00:00' WHERE number = 7"))


def delete_the_middle(database: Connection, _kept: Kept) -> None:
    _delete(database, 6, 7)


def delete_the_middle_and_renumber(database: Connection, _kept: Kept) -> None:
    _delete(database, 7)
    _change(database, 8, number=7)
    _change(database, 9, number=8)
    database.execute(HEAD.update().values(number=8))


def cut_off_the_end(database: Connection, _kept: Kept) -> None:
    _delete(database, 9)


def cut_off_the_end_and_move_the_head(database: Connection, _kept: Kept) -> None:
    _delete(database, 8, 9)
    database.execute(HEAD.update().values(number=7, hash=_entry(database, 7).hash))


def cut_off_what_tells_of_rows(database: Connection, _kept: Kept) -> None:
    _delete(database, *range(3, 10))
    database.execute(HEAD.update().values(number=2, hash=_entry(database, 2).hash))


def delete_everything(database: Connection, _kept: Kept) -> None:
    database.execute(ENTRIES.delete())
    database.execute(HEAD.delete())


def change_places(database: Connection, _kept: Kept) -> None:
    first, second = _entry(database, 7), _entry(database, 8)
    bodies = {7: second.body, 8: first.body}
    for number, body in bodies.items():
        _change(database, number, body=body)


def make_the_chain_anew(database: Connection, _kept: Kept) -> None:
    _change(database, 7, body=_with_seconds(database, 7, 60))
    _chain_anew(database)


def set_a_row_back(database: Connection, kept: Kept) -> None:
    database.execute(NOTICES.update().where(NOTICES.c.id == NOTICE).values(sealed_file=kept["earlier blob"], version=1))


def alter_a_row(database: Connection, _kept: Kept) -> None:
    blob = bytearray(_blob(database, NOTICE))
    blob[-1] ^= 1
    database.execute(NOTICES.update().where(NOTICES.c.id == NOTICE).values(sealed_file=bytes(blob)))


def put_rubbish_in_a_row(database: Connection, _kept: Kept) -> None:
    database.execute(NOTICES.update().where(NOTICES.c.id == NOTICE).values(sealed_file=b"rubbish"))


def copy_another_row_s_blob(database: Connection, _kept: Kept) -> None:
    blob = _blob(database, OTHER)
    database.execute(NOTICES.update().where(NOTICES.c.id == NOTICE).values(sealed_file=blob))


def delete_a_row(database: Connection, _kept: Kept) -> None:
    database.execute(NOTICES.delete().where(NOTICES.c.id == NOTICE))


def plant_a_row(database: Connection, _kept: Kept) -> None:
    row = database.execute(NOTICES.select().where(NOTICES.c.id == OTHER)).one()
    database.execute(NOTICES.insert().values({**row._mapping, "id": uuid.UUID(int=12)}))


def take_a_charter_away(database: Connection, _kept: Kept) -> None:
    database.execute(CHARTERS.delete())


def plant_a_charter(database: Connection, _kept: Kept) -> None:
    planted = {"hash": b"\1" * 32, "office_id": uuid.UUID(int=1), "number": 2, "body": b"", "signatures": b""}
    database.execute(CHARTERS.insert().values(planted))


def alter_a_charter(database: Connection, _kept: Kept) -> None:
    database.execute(CHARTERS.update().values(body=CHARTER + b"!"))


def take_a_revocation_away(database: Connection, _kept: Kept) -> None:
    database.execute(REVOCATIONS.delete())


def write_rubbish_into_an_entry(database: Connection, _kept: Kept) -> None:
    _change(database, 7, body=b"rubbish")
    _chain_anew(database)


def take_an_entry_out_of_the_index(database: Connection, _kept: Kept) -> None:
    database.execute(SUBJECTS.delete().where(SUBJECTS.c.number == 3))


def take_all_of_a_thing_out_of_the_index(database: Connection, _kept: Kept) -> None:
    database.execute(SUBJECTS.delete().where(SUBJECTS.c.subject_id == MEMBER))


def put_an_entry_into_the_index(database: Connection, _kept: Kept) -> None:
    database.execute(SUBJECTS.insert().values(subject_id=MEMBER, number=7))


def put_a_thing_into_the_index(database: Connection, _kept: Kept) -> None:
    database.execute(SUBJECTS.insert().values(subject_id=uuid.UUID(int=99), number=12))


def hide_an_entry_behind_another_thing(database: Connection, _kept: Kept) -> None:
    database.execute(SUBJECTS.update().where(SUBJECTS.c.number == 5).values(subject_id=uuid.UUID(int=99)))


def _entry(database: Connection, number: int) -> Row[Any]:
    return database.execute(ENTRIES.select().where(ENTRIES.c.number == number)).one()


def _change(database: Connection, entry: int, **values: object) -> None:
    database.execute(ENTRIES.update().where(ENTRIES.c.number == entry).values(**values))


def _blob(database: Connection, notice: uuid.UUID) -> bytes:
    return bytes(database.scalars(select(NOTICES.c.sealed_file).where(NOTICES.c.id == notice)).one())


def _delete(database: Connection, *numbers: int) -> None:
    database.execute(ENTRIES.delete().where(ENTRIES.c.number.in_(numbers)))


def _with_seconds(database: Connection, number: int, seconds: int) -> bytes:
    body = read_body(_entry(database, number))
    return msgspec.msgpack.encode(msgspec.structs.replace(body, fields={"seconds": seconds}))


def _chain_anew(database: Connection) -> None:
    before = bytes(32)
    for row in database.execute(select(ENTRIES.c.number, ENTRIES.c.body).order_by(ENTRIES.c.number)).all():
        before = entry_hash(before, row.body)
        _change(database, row.number, hash=before)
    database.execute(HEAD.update().values(hash=before))


class Case(NamedTuple):
    """An act, and what a verification says without a daily count; with one it says `by_count` besides."""

    act: Callable[[Connection, Kept], None]
    findings: list[tuple[str, str]]
    by_count: tuple[tuple[str, str], ...] = ()


NOT_FOLLOWING = "this entry does not follow from the one before it"
COLUMNS = "this entry's columns say something else than its body"
MISSING = "entries are missing before this one"
CUT = "the count is not that of the last entry: the end of the trail was cut off"
MAILED_GONE = "an entry that was mailed out is missing"
NOT_MAILED = "this entry is not the one that was mailed out"
CONTRADICT = "this number has two daily counts that contradict each other"
UNFOUND = "the index does not find this entry by what it is about"
MISLEADING = "the index finds this entry by what it is not about"
INDEXED = [(f"entry {number} {subject}", MISLEADING) for number, subject in ((3, NOTICE), (4, OFFICE), (5, MEMBER))]
UNTOLD = "nothing in the trail tells of this row"
ROW = f"notices {NOTICE} file"

CASES = [
    Case(alter_body, [("entry 7", NOT_FOLLOWING)]),
    Case(alter_column, [("entry 7", COLUMNS)]),
    Case(alter_actor, [("entry 2", COLUMNS)]),
    Case(alter_time, [("entry 7", COLUMNS)]),
    Case(delete_the_middle, [("entry 8", MISSING), ("entry 8", NOT_FOLLOWING)]),
    Case(
        delete_the_middle_and_renumber,
        [("entry 7", NOT_FOLLOWING), ("entry 7", COLUMNS), ("entry 8", COLUMNS)],
        (("entry 9", MAILED_GONE),),
    ),
    Case(cut_off_the_end, [("count", CUT)], (("entry 9", MAILED_GONE),)),
    Case(cut_off_the_end_and_move_the_head, [], (("entry 9", MAILED_GONE),)),
    Case(
        cut_off_what_tells_of_rows,
        [
            (ROW, "this row is not the one that was written"),
            ("charter", "a charter that no act put in force"),
            (str(MEMBER), "a revocation that no act made"),
            *INDEXED,
        ],
        (("entry 9", MAILED_GONE),),
    ),
    Case(
        delete_everything,
        [
            (ROW, UNTOLD),
            (f"notices {OTHER} file", UNTOLD),
            ("charter", "a charter that no act put in force"),
            (str(MEMBER), "a revocation that no act made"),
            (f"entry 2 {FOLDER}", MISLEADING),
            *INDEXED,
        ],
        (("entry 9", MAILED_GONE),),
    ),
    Case(change_places, [(f"entry {n}", what) for n in (7, 8) for what in (NOT_FOLLOWING, COLUMNS)]),
    Case(make_the_chain_anew, [], (("entry 9", NOT_MAILED),)),
    Case(set_a_row_back, [(ROW, "this row was set back to an older state")]),
    Case(alter_a_row, [(ROW, "this row is not the one that was written")]),
    Case(put_rubbish_in_a_row, [(ROW, "this blob is not one of ours")]),
    Case(copy_another_row_s_blob, [(ROW, "this row was set back to an older state")]),
    Case(delete_a_row, [(ROW, "this row is gone")]),
    Case(plant_a_row, [(f"notices {uuid.UUID(int=12)} file", UNTOLD)]),
    Case(take_a_charter_away, [("charter", "a charter was taken away")]),
    Case(
        plant_a_charter,
        [
            ("charter", "a charter that no act put in force"),
            ("charter", "this charter's text is not the one that was signed"),
        ],
    ),
    Case(alter_a_charter, [("charter", "this charter's text is not the one that was signed")]),
    Case(take_a_revocation_away, [(str(uuid.UUID(int=3)), "a revocation was taken away")]),
    Case(take_an_entry_out_of_the_index, [(f"entry 3 {NOTICE}", UNFOUND)]),
    Case(take_all_of_a_thing_out_of_the_index, [(f"entry 5 {MEMBER}", UNFOUND)]),
    Case(put_an_entry_into_the_index, [(f"entry 7 {MEMBER}", MISLEADING)]),
    Case(put_a_thing_into_the_index, [(f"entry 12 {uuid.UUID(int=99)}", MISLEADING)]),
    Case(
        hide_an_entry_behind_another_thing,
        [(f"entry 5 {MEMBER}", UNFOUND), (f"entry 5 {uuid.UUID(int=99)}", MISLEADING)],
    ),
    Case(write_rubbish_into_an_entry, [("entry 7", "this entry's body cannot be read")], (("entry 9", NOT_MAILED),)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.act.__name__)
def test_it_is_found_and_named(store: Store, kept: Kept, case: Case):
    mailed = head_of(store)
    assert found(store, mailed) == []
    with store.engine.execution_options(writes=True).begin() as database:
        case.act(database, kept)
    assert _shapes(found(store)) == _shapes(case.findings)
    assert _shapes(found(store, mailed)) == _shapes([*case.findings, *case.by_count])


def _shapes(findings: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A charter's place is its hash."""
    return sorted(
        (where if " " in where or where == "count" or "-" in where else "charter", what) for where, what in findings
    )


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE audit_entries SET at = 'never' WHERE number = 7",
        "UPDATE audit_entries SET actor_id = 'nobody' WHERE number = 7",
    ],
)
def test_a_planted_value_that_cannot_be_read_is_found_at_its_entry(sqlite_house: Store, planted: str):
    with sqlite_house.writing() as session:
        session.execute(text(planted))
    assert found(sqlite_house) == [("entry 7", "this entry's columns say something else than its body")]


def test_a_planted_row_that_cannot_be_read_is_a_finding_among_others(sqlite_house: Store):
    with sqlite_house.engine.execution_options(writes=True).begin() as database:
        database.execute(text("UPDATE revocations SET member_id = 'nobody'"))
        delete_a_row(database, {})
    assert [what for _, what in found(sqlite_house)] == [
        "this row is gone",
        "a revocation was taken away",
        "a revocation that no act made",
    ]


@pytest.fixture
def sqlite_house(tmp_path: Path) -> Iterator[Store]:
    """PostgreSQL knows the types of its columns: only SQLite keeps anything."""
    house = Store(f"sqlite:///{tmp_path}/house.db")
    tables.metadata().create_all(house.engine)
    build(house)
    yield house
    house.dispose()


def test_every_daily_count_that_was_mailed_is_compared(store: Store, kept: Kept):
    mailed = [head_of(store, number) for number in (2, 5, 9)]
    assert found(store, *mailed) == []
    wrong = DailyCount(5, bytes(32))
    assert found(store, mailed[0], wrong, mailed[2]) == [("entry 5", NOT_MAILED)]


def test_two_counts_that_contradict_each_other_are_found_in_any_order(store: Store, kept: Kept):
    """One of the mails is not ours, or the trail was another then: whoever reads them last must not decide."""
    true, false, other = head_of(store), DailyCount(9, b"\x11" * 32), DailyCount(9, b"\x12" * 32)
    assert found(store, true, true) == []
    assert found(store, true, false) == found(store, false, true) == [("entry 9", CONTRADICT)]
    assert found(store, false, other) == [("entry 9", CONTRADICT), ("entry 9", NOT_MAILED)]
    never = (DailyCount(12, b"\x11" * 32), DailyCount(12, b"\x12" * 32))
    assert found(store, *never) == found(store, *never[::-1]) == [("entry 12", CONTRADICT), ("entry 12", MAILED_GONE)]


def test_a_check_reads_one_moment_whoever_writes_meanwhile(store: Store, kept: Kept, monkeypatch: pytest.MonkeyPatch):
    """A new entry between reading the entries and reading the head would look like a cut."""

    class Slow(verify._Trail):
        def _read(self, entry: Any) -> None:
            super()._read(entry)
            if entry.number == 9:
                with store.writing() as session:
                    record(session, Event.SIGN_IN_SLOWED, seconds=10)

    monkeypatch.setattr(verify, "_Trail", Slow)
    assert found(store) == []
    monkeypatch.undo()
    assert verify_store(store).entries == 10
