"""Whoever writes the tables may plant anything in them, also what the tables themselves refuse: one row stops neither
the reminders nor the mails of everybody else. It is set aside, with one alarm.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hrd_cases.db import Store
from hrd_cases.outbox.book import Addressee, Recipient, of_row, to_member, to_role
from hrd_cases.outbox.claims import LEASE, claim, mark_failed, mark_later, mark_sent
from hrd_cases.outbox.due import new_delivery, turn_due
from hrd_cases.outbox.models import DUE, SENT, WAITING, Delivery, Reminder
from hrd_cases.outbox.plan import due_reminders
from hrd_cases.outbox.send import Mailroom, send_ready
from hrd_cases.outbox.tick import Tick, what_is_ready
from hrd_cases.outbox.watch import set_right
from tests.conftest import ENGINES
from tests.outbox.cast import CAIRO, Clock, People, address_of, deliveries, new_uniqueness, remind
from tests.outbox.sink import Sink

AMAL, JONAS, MIRA = uuid4(), uuid4(), uuid4()
SLOT = "2020-01-01 00:00:00.000000"
RULES = {
    "reminders": ("one_recipient", "role_of_an_office", "state", "body_is_mailed"),
    "deliveries": ("state", "somebody"),
}


def on_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


def plant(store: Store, table: str, **values: Any) -> None:
    """A row that the table's own rules need not allow."""
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
    if on_sqlite(store):
        plain = {name: one.hex if isinstance(one, UUID) else one for name, one in values.items()}
        with closing(sqlite3.connect(store.url.database or "", isolation_level=None)) as tables:
            tables.execute("PRAGMA ignore_check_constraints = ON")
            tables.execute(statement, plain)
        return
    with store.writing() as session:
        for rule in RULES[table]:
            session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_{rule}"))
        session.execute(text(statement), values)


def reminder(**says: Any) -> dict[str, Any]:
    row = {"slot_at": SLOT, "id": uuid4(), "member_id": uuid4(), "office_id": None, "role": None, "mails": True}
    return row | {"state": WAITING, "uniqueness": new_uniqueness(), "body": None} | says


def on_engines(anywhere: Iterable[str], on_sqlite: Iterable[str]) -> list[tuple[str, str]]:
    """Of each case the engines that take its values: SQLite takes what no other does."""
    return [(engine, one) for one in anywhere for engine in ENGINES] + [("sqlite", one) for one in on_sqlite]


ANYWHERE: dict[str, dict[str, Any]] = {
    "nobody's": {"member_id": None},
    "a member's and an office's": {"office_id": CAIRO, "role": "head"},
    "a member's with a role": {"role": "head"},
    "an office's without a role": {"member_id": None, "office_id": CAIRO},
    "a line that is not mailed": {"mails": False, "body": "x"},
}
ON_SQLITE: dict[str, dict[str, Any]] = {
    "an id that is none": {"id": "garbage"},
    "an id that is no text": {"id": b"\x00\xff"},
    "an empty id": {"id": ""},
    "a slot that is none": {"slot_at": ""},
    "a member that is none": {"member_id": "garbage"},
    "a uniqueness that is none": {"uniqueness": "garbage"},
    "all of it": {"id": b"\xff", "slot_at": "", "member_id": None, "body": b"\xff", "uniqueness": ""},
}


def waiting(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(Reminder.state == WAITING)) or 0


def mailed_to(store: Store) -> list[UUID | None]:
    return sorted((one.member_id for one in deliveries(store) if one.state == WAITING), key=str)


# -- turning due


@pytest.mark.parametrize(("store", "row"), on_engines(ANYWHERE, ON_SQLITE), indirect=["store"])
def test_a_planted_row_keeps_no_other_from_falling_due(store: Store, people: People, clock: Clock, row: str) -> None:
    plant(store, "reminders", **reminder(**(ANYWHERE | ON_SQLITE)[row]))
    remind(store, to_member(AMAL))
    remind(store, to_member(JONAS), mails=False)
    turn_due(store, people, clock())
    assert {AMAL} <= set(mailed_to(store)) | {None}
    with store.reading() as session:
        assert len(due_reminders(session, [to_member(AMAL), to_member(JONAS)])) == 2
    raised = people.alarms
    assert turn_due(store, people, clock()) == 0
    assert not what_is_ready(store, clock()).reminders, "it costs no tick any more"
    assert people.alarms == raised <= 1


def test_many_planted_rows_among_many(store: Store, people: People, clock: Clock) -> None:
    members = [uuid4() for _ in range(30)]
    for place, member in enumerate(members):
        remind(store, to_member(member))
        if place % 3 == 0:
            plant(store, "reminders", **reminder(member_id=None, slot_at=f"2020-01-01 00:{place:02}:00.000000"))
    while turn_due(store, people, clock(), at_once=7):
        pass
    assert mailed_to(store) == sorted(members, key=str)
    assert waiting(store) == 0


class Broken(People):
    """A book that stumbles in a way nobody thought of, over one member."""

    over: Exception | None = None

    def addressees(self, session: Session, recipient: Recipient) -> Sequence[Addressee]:
        if recipient.member_id == MIRA and self.over is not None:
            raise self.over
        return super().addressees(session, recipient)


def test_what_stumbles_though_it_is_ours_waits_an_hour_and_is_not_lost(store: Store, clock: Clock) -> None:
    book = Broken()
    book.over = RuntimeError("nobody thought of it")
    for member in (AMAL, MIRA):
        remind(store, to_member(member))
    assert turn_due(store, book, clock()) == 1
    assert (mailed_to(store), book.alarms) == ([AMAL], 1)
    assert turn_due(store, book, clock()) == 0
    book.over = None
    clock.move(hours=1)
    assert turn_due(store, book, clock()) == 1
    assert mailed_to(store) == sorted((AMAL, MIRA), key=str)


def test_a_database_that_stumbles_sets_nothing_aside(store: Store, clock: Clock) -> None:
    book = Broken()
    book.over = OperationalError("", {}, Exception("the disk is full"))
    for member in (AMAL, MIRA):
        remind(store, to_member(member))
    with pytest.raises(OperationalError):
        turn_due(store, book, clock())
    assert (waiting(store), book.alarms) == (2, 0)
    book.over = None
    assert turn_due(store, book, clock()) == 2


# -- mailing

TOP = {"sqlite": 2**63 - 1, "postgresql": 2**31 - 1}
LOWEST = {"sqlite": -(2**63), "postgresql": -(2**31)}
NUMBERS = ("the highest", "the lowest")
NO_NUMBERS = ("'x'", "x'00'", "1.5", "1e300", "''")


def set_number(store: Store, column: str, value: str, member: UUID) -> None:
    name = store.engine.dialect.name
    number = {"the highest": str(TOP[name]), "the lowest": str(LOWEST[name])}.get(value, value)
    with store.writing() as session:
        these = update(Delivery).where(Delivery.member_id == member)
        session.execute(these.values({column: text(number)}), execution_options={"synchronize_session": False})


@pytest.fixture
def three(store: Store, people: People, clock: Clock) -> Store:
    for member in (AMAL, JONAS, MIRA):
        remind(store, to_member(member))
    assert turn_due(store, people, clock()) == 3
    return store


@pytest.mark.parametrize("column", ["epoch", "attempts"])
@pytest.mark.parametrize(("store", "value"), on_engines(NUMBERS, NO_NUMBERS), indirect=["store"])
def test_a_planted_count_keeps_no_mail_from_leaving_once(
    three: Store, people: People, clock: Clock, sink: Sink, column: str, value: str
) -> None:
    set_number(three, column, value, AMAL)
    post = Mailroom(three, people, sink.relay(), clock)
    assert send_ready(post) == 3
    for _ in range(3):
        clock.move(seconds=LEASE.total_seconds() + 1)
        assert send_ready(post) == 0
    assert {one.state for one in deliveries(three)} == {SENT}
    assert sorted(mail.to for mail in sink.taken()) == sorted(map(address_of, (AMAL, JONAS, MIRA)))


@pytest.mark.parametrize("column", ["epoch", "attempts"])
@pytest.mark.parametrize(("store", "value"), on_engines(NUMBERS, NO_NUMBERS), indirect=["store"])
@pytest.mark.parametrize("mark", ["later", "failed"])
def test_a_planted_count_keeps_no_try_from_being_marked(
    three: Store, people: People, clock: Clock, column: str, value: str, mark: str
) -> None:
    set_number(three, column, value, AMAL)
    claims = claim(three, clock())
    assert len(claims) == 3
    if mark == "later":
        mark_later(three, claims, clock())
        assert all(one.state == WAITING and one.attempts >= 1 for one in deliveries(three))
        assert all(one.next_try_at > clock() for one in deliveries(three))
    else:
        for claimed in claims:
            mark_failed(three, people, claimed, clock())
        assert {one.state for one in deliveries(three)} == {"failed"}


def test_a_claim_that_another_took_over_marks_nothing_where_the_count_begins_anew(three: Store, clock: Clock) -> None:
    for member in (AMAL, JONAS, MIRA):
        set_number(three, "epoch", "the highest", member)
    stale = claim(three, clock())
    clock.move(seconds=LEASE.total_seconds() + 1)
    newer = claim(three, clock())
    for claimed in stale:
        mark_sent(three, claimed, clock())
    assert {one.state for one in deliveries(three)} == {WAITING}
    for claimed in newer:
        mark_sent(three, claimed, clock())
    assert {one.state for one in deliveries(three)} == {SENT}


TO_NOBODY: dict[str, dict[str, Any]] = {"to nobody": {"member_id": None}}
MAILS_ON_SQLITE: dict[str, dict[str, Any]] = {
    "an id that is none": {"id": "garbage"},
    "an id that is no text": {"id": b"\xff\x00"},
    "to nobody, and an id that is none": {"id": b"\xff", "member_id": None},
    "a message that is none": {"message_id": b"\xff"},
    "a next try that is none": {"next_try_at": ""},
}


@pytest.mark.parametrize(("store", "row"), on_engines(TO_NOBODY, MAILS_ON_SQLITE), indirect=["store"])
def test_a_planted_mail_keeps_no_other_from_leaving(
    three: Store, people: People, clock: Clock, sink: Sink, row: str
) -> None:
    reminder_id = next(one.reminder_id for one in deliveries(three))
    planted = new_delivery(reminder_id, uuid4(), clock()) | {"made_at": SLOT, "next_try_at": SLOT}
    plant(three, "deliveries", **planted | (TO_NOBODY | MAILS_ON_SQLITE)[row])
    post = Mailroom(three, people, sink.relay(), clock)
    Tick(post)()
    assert {address_of(one) for one in (AMAL, JONAS, MIRA)} <= {mail.to for mail in sink.taken()}
    clock.move(seconds=LEASE.total_seconds() + 1)
    before = len(sink.taken())
    Tick(post)()
    assert len(sink.taken()) == before


# -- what stands as due


def test_what_is_planted_as_due_keeps_no_other_from_being_set_right(store: Store, people: People, clock: Clock) -> None:
    early = clock() + timedelta(days=3)
    remind(store, to_member(AMAL), due_at=early.replace(minute=0, second=0, microsecond=0))
    plant(store, "reminders", **reminder(state=DUE, office_id=CAIRO, role="head", slot_at=_slot(store, clock)))
    with store.writing() as session:
        stated = update(Reminder).where(Reminder.member_id == AMAL).values(state=DUE)
        session.execute(stated, execution_options={"synchronize_session": False})
    with store.writing() as session:
        set_right(session)
    with store.reading() as session:
        assert session.scalar(select(Reminder.state).where(Reminder.member_id == AMAL)) == WAITING
        assert set_right(session) == 0 or not on_sqlite(store)


def _slot(store: Store, clock: Clock) -> Any:
    at = clock() - timedelta(hours=1)
    return at.strftime("%Y-%m-%d %H:00:00.000000") if on_sqlite(store) else at


@pytest.mark.parametrize(
    ("row", "is_for"),
    [
        ((AMAL, None, None), to_member(AMAL)),
        ((None, CAIRO, "head"), to_role(CAIRO, "head")),
        ((None, None, None), None),
        ((AMAL, CAIRO, "head"), None),
        ((AMAL, None, "head"), None),
        ((AMAL, CAIRO, None), None),
        ((None, CAIRO, None), None),
        ((None, None, "head"), None),
    ],
)
def test_whom_a_row_is_for(row: tuple[UUID | None, UUID | None, str | None], is_for: Recipient | None) -> None:
    """Nobody rather than an error for what is neither a member's nor a role's."""
    assert of_row(*row) == (is_for or to_member(UUID(int=0)))
